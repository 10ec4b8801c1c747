// Package byvalue has one encoder for all messages, and hands them over by value.
package byvalue

import (
	"encoding/json"
	"io"
)

// A Message is a line.
type Message struct {
	ID    int64    `json:"id"`
	Topic string   `json:"topic"`
	Body  string   `json:"body"`
	Score float64  `json:"score"`
	Tags  []string `json:"tags,omitempty"`
}

func send(w io.Writer, messages []Message) error {
	enc := json.NewEncoder(w)
	for _, m := range messages {
		if err := enc.Encode(m); err != nil {
			return err
		}
	}
	return nil
}
