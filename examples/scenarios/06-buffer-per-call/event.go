// Package event has what happened in a form that goes over the wire.
package event

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"io"
)

// An Event is something that happened.
type Event struct {
	ID   int64
	Name string
	Tags []string
}

// MarshalBinary returns the event as bytes.
func (e *Event) MarshalBinary() ([]byte, error) {
	var buf bytes.Buffer
	if err := binary.Write(&buf, binary.LittleEndian, e.ID); err != nil {
		return nil, err
	}
	buf.WriteString(e.Name)
	for _, tag := range e.Tags {
		buf.WriteString(tag)
	}
	return buf.Bytes(), nil
}

// appender is encoding.BinaryAppender, which is there from Go 1.24 on.
type appender interface {
	AppendBinary(dst []byte) ([]byte, error)
}

// A Sender writes messages, each behind its length, whatever they are.
type Sender struct {
	w     io.Writer
	frame []byte
}

// Run sends what arrives.
func (s *Sender) Run(messages <-chan *Event) error {
	for m := range messages {
		if err := s.Send(m); err != nil {
			return err
		}
	}
	return nil
}

// Send writes one message. It asks for no memory where the message can be appended to the sender's own.
func (s *Sender) Send(m encoding.BinaryMarshaler) error {
	s.frame = append(s.frame[:0], 0, 0, 0, 0)
	if a, ok := m.(appender); ok {
		var err error
		if s.frame, err = a.AppendBinary(s.frame); err != nil {
			return err
		}
	} else {
		body, err := m.MarshalBinary()
		if err != nil {
			return err
		}
		s.frame = append(s.frame, body...)
	}
	binary.LittleEndian.PutUint32(s.frame, uint32(len(s.frame)-4))
	_, err := s.w.Write(s.frame)
	return err
}
