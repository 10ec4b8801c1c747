// Package after marshals messages by code that is written for them, as a generator does.
package after

import (
	"encoding/json"
	"io"
	"strconv"
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
	var line []byte
	for i := range messages {
		var err error
		if line, err = messages[i].appendJSON(line[:0]); err != nil {
			return err
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func (m *Message) appendJSON(dst []byte) ([]byte, error) {
	dst = append(dst, `{"id":`...)
	dst = strconv.AppendInt(dst, m.ID, 10)
	dst = append(dst, `,"topic":`...)
	dst = appendString(dst, m.Topic)
	dst = append(dst, `,"body":`...)
	dst = appendString(dst, m.Body)
	dst = append(dst, `,"score":`...)
	dst, err := appendFloat(dst, m.Score)
	if err != nil {
		return dst, err
	}
	for i, tag := range m.Tags {
		if i == 0 {
			dst = append(dst, `,"tags":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = appendString(dst, tag)
	}
	if len(m.Tags) > 0 {
		dst = append(dst, ']')
	}
	return append(dst, '}'), nil
}

// appendString copies what needs no escapes, and leaves the rest to encoding/json.
func appendString(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // a string never fails
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// appendFloat writes numbers of the sizes that are common, and leaves the rest to encoding/json.
func appendFloat(dst []byte, f float64) ([]byte, error) {
	if f == 0 || f >= 1e-6 && f < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64), nil
	}
	number, err := json.Marshal(f)
	return append(dst, number...), err
}
