// Package stream sends messages as lines of JSON.
package stream

import (
	"encoding/json"
	"io"
	"net/http"
)

// A Message is a line.
type Message struct {
	ID    int64    `json:"id"`
	Topic string   `json:"topic"`
	Body  string   `json:"body"`
	Score float64  `json:"score"`
	Tags  []string `json:"tags,omitempty"`
}

// A Source has the messages of a topic.
type Source interface {
	Messages(topic string) []Message
}

// Handler answers with the messages of a topic.
func Handler(source Source) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, topic := range r.URL.Query()["topic"] {
			if err := send(w, source.Messages(topic)); err != nil {
				return
			}
		}
	})
}

func send(w io.Writer, messages []Message) error {
	for _, m := range messages {
		b, err := json.Marshal(m)
		if err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		if _, err := w.Write([]byte{'\n'}); err != nil {
			return err
		}
	}
	return nil
}
