package byvalue

import (
	"io"
	"strings"
	"testing"
)

func TestSend(t *testing.T) {
	var sent strings.Builder
	messages := []Message{{ID: 1, Topic: "a", Body: "<b>&\u2028", Score: 1e21, Tags: []string{"x"}}, {}}
	if err := send(&sent, messages); err != nil {
		t.Fatal(err)
	}
	want := `{"id":1,"topic":"a","body":"\u003cb\u003e\u0026\u2028","score":1e+21,"tags":["x"]}` + "\n" +
		`{"id":0,"topic":"","body":"","score":0}` + "\n"
	if got := sent.String(); got != want {
		t.Errorf("sent is %q, not %q", got, want)
	}
}

// BenchmarkSend sends a hundred messages in each turn.
func BenchmarkSend(b *testing.B) {
	messages := make([]Message, 100)
	for i := range messages {
		messages[i] = Message{ID: int64(i), Topic: "orders", Body: "some text", Score: 0.5}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if err := send(io.Discard, messages); err != nil {
			b.Fatal(err)
		}
	}
}
