// Package after has a journal whose fields have types.
package after

import (
	"bufio"
	"io"
	"strconv"
)

// A Score is what a player reached.
type Score struct {
	Player int64
	Points int
}

// A Journal is the logger that the service had before log/slog.
type Journal struct {
	w *bufio.Writer
}

// NewJournal returns a journal that writes to w.
func NewJournal(w io.Writer) *Journal {
	return &Journal{w: bufio.NewWriter(w)}
}

// A line is what is being written, field after field.
type line []byte

func field[N ~int | ~int64](l line, name string, n N) line {
	if len(l) > 0 {
		l = append(l, ' ')
	}
	l = append(l, name...)
	l = append(l, ' ')
	return strconv.AppendInt(l, int64(n), 10)
}

func (j *Journal) log(l line) {
	j.w.Write(append(l, '\n'))
}

// Follow writes scores down until there are no more.
func (j *Journal) Follow(scores <-chan Score) error {
	for s := range scores {
		j.note(s)
	}
	return j.w.Flush()
}

func (j *Journal) note(s Score) {
	l := line(j.w.AvailableBuffer())
	l = field(l, "player", s.Player)
	l = field(l, "points", s.Points)
	j.log(l)
}
