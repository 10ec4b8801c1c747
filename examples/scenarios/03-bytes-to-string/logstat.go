// Package logstat counts what log files that are sent to it say.
package logstat

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// Stats is what a log says.
type Stats struct {
	Lines, Errors, Slow int
	Bytes               int64
}

// Register has mux answer with the stats of logs.
func Register(mux *http.ServeMux) {
	mux.HandleFunc("POST /logs", handle)
}

func handle(w http.ResponseWriter, r *http.Request) {
	stats, err := Read(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	json.NewEncoder(w).Encode(stats)
}

// Read counts the lines of a log.
func Read(r io.Reader) (Stats, error) {
	var stats Stats
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		stats.add(string(lines.Bytes()))
	}
	return stats, lines.Err()
}

// add counts a line.
func (s *Stats) add(line string) {
	s.Lines++
	s.Bytes += int64(len(line))
	if strings.HasPrefix(line, "ERROR ") {
		s.Errors++
	}
	if strings.Contains(line, " slow=true") {
		s.Slow++
	}
}
