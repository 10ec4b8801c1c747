package pricing

import (
	"net/http/httptest"
	"testing"
)

func TestBook(t *testing.T) {
	book := &Book{Lists: map[string][]int{"a": {100, 250}}, Rate: 1100}
	answer := httptest.NewRecorder()
	book.ServeHTTP(answer, httptest.NewRequest("GET", "/?list=a&list=b", nil))
	// What is not there is null, not [].
	if got, want := answer.Body.String(), `{"a":[110,275],"b":null}`+"\n"; got != want {
		t.Errorf("the answer is %q, not %q", got, want)
	}
}

// call is convert where it cannot be inlined.
var call = convert

func benchmark(b *testing.B, n int) {
	prices := make([]int, n)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if len(call(prices, 1100)) != n {
			b.Fatal("prices are missing")
		}
	}
}

func BenchmarkConvert1024(b *testing.B) { benchmark(b, 1024) }

func BenchmarkConvert4(b *testing.B) { benchmark(b, 4) }
