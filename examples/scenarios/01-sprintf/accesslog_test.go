package accesslog

import (
	"bufio"
	"io"
	"strings"
	"testing"
)

var entry = Entry{Level: "INFO", Time: 1767225600123, Message: "served"}

func TestLog(t *testing.T) {
	var text strings.Builder
	log := New(&text)
	log.Add(entry)
	log.Add(Entry{Level: "WARN", Time: -7})
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := text.String(), "[INFO] 1767225600123 served\n[WARN] -7 \n"; got != want {
		t.Errorf("the log is %q, not %q", got, want)
	}
}

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

func BenchmarkWrite(b *testing.B) {
	log := &Log{out: bufio.NewWriterSize(io.Discard, 32<<10)}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		log.write(entry)
	}
}

func BenchmarkMirror(b *testing.B) {
	w := bufio.NewWriterSize(io.Discard, 32<<10)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if err := writeEntry(w, entry); err != nil {
			b.Fatal(err)
		}
	}
}
