// Package accesslog writes the log of a service, a line for each event.
package accesslog

import (
	"bufio"
	"fmt"
	"io"
)

// An Entry is what happened.
type Entry struct {
	Level   string
	Time    int64 // Unix time in milliseconds
	Message string
}

// A Log writes entries in the background.
type Log struct {
	out     *bufio.Writer
	entries chan Entry
	done    chan struct{}
}

// New returns a log that writes to w.
func New(w io.Writer) *Log {
	l := &Log{
		out:     bufio.NewWriterSize(w, 32<<10),
		entries: make(chan Entry, 256),
		done:    make(chan struct{}),
	}
	go l.run()
	return l
}

// Add hands an entry over.
func (l *Log) Add(e Entry) { l.entries <- e }

// Close writes what is left.
func (l *Log) Close() error {
	close(l.entries)
	<-l.done
	return l.out.Flush()
}

func (l *Log) run() {
	defer close(l.done)
	for e := range l.entries {
		l.write(e)
	}
}

func (l *Log) write(e Entry) {
	l.out.WriteString(fmt.Sprintf("[%s] %d ", e.Level, e.Time))
	l.out.WriteString(e.Message)
	l.out.WriteByte('\n')
}
