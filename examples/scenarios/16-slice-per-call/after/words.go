// Package after finds the words of a line by itself, and appends them to what its caller keeps.
package after

import (
	"strings"
)

// Counts is what a text has.
type Counts struct {
	Numbers int

	tokens []string
}

// numbers counts numbers.
func (c *Counts) numbers(line string) {
	c.tokens = appendTokens(c.tokens[:0], line)
	for _, token := range c.tokens {
		if token[0] >= '0' && token[0] <= '9' {
			c.Numbers++
		}
	}
}

// appendTokens appends the words of a line without the punctuation behind them.
func appendTokens(dst []string, line string) []string {
	for line != "" {
		var word string
		if word, line = nextWord(line); word == "" {
			continue
		}
		if word = strings.TrimRight(word, ".,;:"); word != "" {
			dst = append(dst, word)
		}
	}
	return dst
}

// nextWord returns what stands before the first blank, which may be nothing, and what is behind it.
func nextWord(line string) (word, rest string) {
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ' || c >= '\t' && c <= '\r':
			return line[:i], line[i+1:]
		case c >= 0x80:
			return nextUnicodeWord(line)
		}
	}
	return line, ""
}

// nextUnicodeWord is nextWord for lines that are not ASCII.
func nextUnicodeWord(line string) (word, rest string) {
	for i, r := range line {
		if n := len(strings.TrimSpace(string(r))); n == 0 {
			return line[:i], line[i+len(string(r)):]
		}
	}
	return line, ""
}
