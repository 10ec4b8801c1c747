package scores

import (
	"io"
	"log/slog"
	"strings"
	"testing"
)

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func TestBoard(t *testing.T) {
	var text strings.Builder
	options := &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: withoutTime}
	board := NewBoard(slog.New(slog.NewTextHandler(&text, options)))
	scores := make(chan Score, 2)
	scores <- Score{Player: 1 << 40, Points: 700}
	scores <- Score{Player: 1 << 40, Points: 300}
	close(scores)
	board.Run(scores)
	want := "level=INFO msg=\"new best score\" player=1099511627776 points=700\n" +
		"level=DEBUG msg=\"score not better\" player=1099511627776 points=300\n"
	if got := text.String(); got != want {
		t.Errorf("the log is %q, not %q", got, want)
	}
}

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

// BenchmarkEnabled writes a line in each turn.
func BenchmarkEnabled(b *testing.B) {
	board := NewBoard(slog.New(slog.NewTextHandler(io.Discard, nil)))
	board.points[1<<40] = 0
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		board.take(Score{Player: 1 << 40, Points: 1000 + i})
	}
}

// BenchmarkDisabled has a line in each turn that is not written.
func BenchmarkDisabled(b *testing.B) {
	board := NewBoard(slog.New(slog.NewTextHandler(io.Discard, nil)))
	board.points[1<<40] = 1 << 30
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		board.take(Score{Player: 1 << 40, Points: 1000})
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
