package after

import (
	"bufio"
	"io"
	"strings"
	"testing"
)

var entry = Entry{Level: "INFO", Time: 1767225600123, Message: "served"}

func TestMirror(t *testing.T) {
	var text strings.Builder
	entries := make(chan Entry, 1)
	entries <- entry
	close(entries)
	if err := Mirror(&text, entries); err != nil {
		t.Fatal(err)
	}
	if got, want := text.String(), "[INFO] 1767225600123 served\n"; got != want {
		t.Errorf("the mirror is %q, not %q", got, want)
	}
}

func BenchmarkMirror(b *testing.B) {
	w := bufio.NewWriterSize(io.Discard, 32<<10)
	var line []byte
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		line = appendEntry(line[:0], entry)
		if _, err := w.Write(line); err != nil {
			b.Fatal(err)
		}
	}
}
