// Package words says how often each word comes in texts that are sent to it.
package words

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// Handle answers with the numbers of letters and of known words in the request's body.
func Handle(known map[string]bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		counts := Counts{known: known}
		if err := counts.read(r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		json.NewEncoder(w).Encode(counts)
	}
}

// Counts is what a text has.
type Counts struct {
	Letters, Known, Numbers int

	known map[string]bool
}

func (c *Counts) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		c.words(line)
		c.numbers(line)
	}
	return lines.Err()
}

// words counts known words and the letters of all words.
func (c *Counts) words(line string) {
	for _, word := range strings.Fields(line) {
		c.Letters += len(word)
		if c.known[word] {
			c.Known++
		}
	}
}

// numbers counts numbers.
func (c *Counts) numbers(line string) {
	for _, token := range tokenize(line) {
		if token[0] >= '0' && token[0] <= '9' {
			c.Numbers++
		}
	}
}

// tokenize returns the words of a line without the punctuation behind them.
func tokenize(line string) []string {
	var tokens []string
	for _, word := range strings.Fields(line) {
		if word = strings.TrimRight(word, ".,;:"); word != "" {
			tokens = append(tokens, word)
		}
	}
	return tokens
}
