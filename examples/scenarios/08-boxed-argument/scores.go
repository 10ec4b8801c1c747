// Package scores keeps the scores of a game's players.
package scores

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
)

// A Score is what a player reached.
type Score struct {
	Player int64
	Points int
}

// A Board takes scores as they come.
type Board struct {
	log    *slog.Logger
	points map[int64]int
}

// NewBoard returns a board without scores.
func NewBoard(log *slog.Logger) *Board {
	return &Board{log: log, points: make(map[int64]int)}
}

// Run takes scores until there are no more.
func (b *Board) Run(scores <-chan Score) {
	for s := range scores {
		b.take(s)
	}
}

func (b *Board) take(s Score) {
	if s.Points <= b.points[s.Player] {
		b.log.Debug("score not better", "player", s.Player, "points", s.Points)
		return
	}
	b.points[s.Player] = s.Points
	b.log.Info("new best score", "player", s.Player, "points", s.Points)
}

// A Journal is the logger that the service had before log/slog.
type Journal struct {
	w *bufio.Writer
}

// NewJournal returns a journal that writes to w.
func NewJournal(w io.Writer) *Journal {
	return &Journal{w: bufio.NewWriter(w)}
}

// log writes its arguments, a blank between them, and a newline.
func (j *Journal) log(args ...any) {
	fmt.Fprintln(j.w, args...)
}

// Follow writes scores down until there are no more.
func (j *Journal) Follow(scores <-chan Score) error {
	for s := range scores {
		j.note(s)
	}
	return j.w.Flush()
}

func (j *Journal) note(s Score) {
	j.log("player", s.Player, "points", s.Points)
}
