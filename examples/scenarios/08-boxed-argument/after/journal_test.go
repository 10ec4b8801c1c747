package after

import (
	"io"
	"strings"
	"testing"
)

func TestJournal(t *testing.T) {
	var text strings.Builder
	scores := make(chan Score, 1)
	scores <- Score{Player: 1 << 40, Points: 700}
	close(scores)
	if err := NewJournal(&text).Follow(scores); err != nil {
		t.Fatal(err)
	}
	if got, want := text.String(), "player 1099511627776 points 700\n"; got != want {
		t.Errorf("the journal is %q, not %q", got, want)
	}
}

func BenchmarkJournal(b *testing.B) {
	journal := NewJournal(io.Discard)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		journal.note(Score{Player: 1 << 40, Points: 1000})
	}
}
