package words

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHandle(t *testing.T) {
	body := strings.NewReader("the quick  fox\n\n 12 foxes, 3 dogs .\n")
	answer := httptest.NewRecorder()
	Handle(map[string]bool{"the": true, "fox": true})(answer, httptest.NewRequest("POST", "/", body))
	if got, want := answer.Body.String(), `{"Letters":25,"Known":2,"Numbers":2}`+"\n"; got != want {
		t.Errorf("the answer is %q, not %q", got, want)
	}
}

const line = "the quick brown fox jumps over 13 lazy dogs"

func BenchmarkWords(b *testing.B) {
	c := Counts{known: map[string]bool{"fox": true}}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		c.words(line)
	}
}

func BenchmarkNumbers(b *testing.B) {
	c := Counts{}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		c.numbers(line)
	}
}
