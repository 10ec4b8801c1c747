package coldpath

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func serve(handle http.HandlerFunc) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	handle(answer, httptest.NewRequest("GET", "/items?user=ada", nil))
	return answer
}

func TestHandlers(t *testing.T) {
	a, b := serve(ByFmt), serve(ByHand)
	if a.Body.String() != b.Body.String() || a.Header().Get("X-Shard") != b.Header().Get("X-Shard") {
		t.Error("the answers differ")
	}
}

func BenchmarkRequest(b *testing.B) {
	benchmark := func(handle http.HandlerFunc) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				serve(handle)
			}
		}
	}
	b.Run("1-request/fmt", benchmark(ByFmt))
	b.Run("1-request/by-hand", benchmark(ByHand))
}
