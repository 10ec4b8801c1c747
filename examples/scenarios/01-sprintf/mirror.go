package accesslog

import (
	"fmt"
	"io"
)

// Mirror writes what arrives to w, be it a file, a connection or a test's buffer, until entries is closed.
func Mirror(w io.Writer, entries <-chan Entry) error {
	for e := range entries {
		if err := writeEntry(w, e); err != nil {
			return err
		}
	}
	return nil
}

func writeEntry(w io.Writer, e Entry) error {
	if _, err := io.WriteString(w, prefix(e.Level, e.Time)); err != nil {
		return err
	}
	_, err := io.WriteString(w, e.Message+"\n")
	return err
}

func prefix(level string, ms int64) string {
	return fmt.Sprintf("[%s] %d ", level, ms)
}
