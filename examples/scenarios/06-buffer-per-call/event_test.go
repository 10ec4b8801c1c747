package event

import (
	"bytes"
	"io"
	"testing"
)

var event = &Event{ID: 1 << 40, Name: "order.created", Tags: []string{"shop", "eu-west", "retry"}}

const bytesOfEvent = "\x00\x00\x00\x00\x00\x01\x00\x00order.createdshopeu-westretry"

func TestMarshal(t *testing.T) {
	if got, err := event.MarshalBinary(); err != nil || string(got) != bytesOfEvent {
		t.Errorf("the event is %q, %v", got, err)
	}
}

func TestSend(t *testing.T) {
	var sent bytes.Buffer
	sender := &Sender{w: &sent}
	if err := sender.Send(event); err != nil {
		t.Fatal(err)
	}
	if got, want := sent.String(), "\x25\x00\x00\x00"+bytesOfEvent; got != want {
		t.Errorf("sent is %q, not %q", got, want)
	}
}

func BenchmarkMarshal(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if bytes, err := event.MarshalBinary(); err != nil || len(bytes) == 0 {
			b.Fatal(err)
		}
	}
}

func BenchmarkSend(b *testing.B) {
	sender := &Sender{w: io.Discard}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if err := sender.Send(event); err != nil {
			b.Fatal(err)
		}
	}
}
