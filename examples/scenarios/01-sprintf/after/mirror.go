// Package after has the mirror of a log with one buffer for all lines.
package after

import (
	"io"
	"strconv"
)

// An Entry is what happened.
type Entry struct {
	Level   string
	Time    int64 // Unix time in milliseconds
	Message string
}

// Mirror writes what arrives to w, be it a file, a connection or a test's buffer, until entries is closed.
func Mirror(w io.Writer, entries <-chan Entry) error {
	var line []byte
	for e := range entries {
		line = appendEntry(line[:0], e)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func appendEntry(dst []byte, e Entry) []byte {
	dst = append(dst, '[')
	dst = append(dst, e.Level...)
	dst = append(dst, "] "...)
	dst = strconv.AppendInt(dst, e.Time, 10)
	dst = append(dst, ' ')
	dst = append(dst, e.Message...)
	return append(dst, '\n')
}
