// Package after counts the lines of logs as bytes.
package after

import (
	"bufio"
	"bytes"
	"io"
)

// Stats is what a log says.
type Stats struct {
	Lines, Errors, Slow int
	Bytes               int64
}

// Read counts the lines of a log.
func Read(r io.Reader) (Stats, error) {
	var stats Stats
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		stats.add(lines.Bytes())
	}
	return stats, lines.Err()
}

// add counts a line.
func (s *Stats) add(line []byte) {
	s.Lines++
	s.Bytes += int64(len(line))
	if bytes.HasPrefix(line, []byte("ERROR ")) {
		s.Errors++
	}
	if bytes.Contains(line, []byte(" slow=true")) {
		s.Slow++
	}
}
