package after

import (
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		" 12 foxes, 3 dogs .":   "12|foxes|3|dogs",
		"":                      "",
		"\u00e4 b\u2003c\u0085": "\u00e4|b|c",
	} {
		if got := strings.Join(appendTokens(nil, text), "|"); got != want {
			t.Errorf("the tokens of %q are %q, not %q", text, got, want)
		}
	}
}

const line = "the quick brown fox jumps over 13 lazy dogs"

func BenchmarkNumbers(b *testing.B) {
	c := Counts{}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		c.numbers(line)
	}
}
