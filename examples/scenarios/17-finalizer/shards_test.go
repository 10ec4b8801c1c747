package shards

import (
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// words is a driver in whose shards each letter of a word is found once.
type words struct {
	open atomic.Int64
}

func (w *words) Open(shard int) uintptr {
	w.open.Add(1)
	return uintptr(shard) + 1
}

func (w *words) Count(_ uintptr, word string) int { return len(word) }

func (w *words) Close(uintptr) { w.open.Add(-1) }

func TestIndex(t *testing.T) {
	answer := httptest.NewRecorder()
	index := &Index{driver: new(words), shards: 10}
	index.ServeHTTP(answer, httptest.NewRequest("GET", "/?word=fox", nil))
	if got, want := answer.Body.String(), "30\n"; got != want {
		t.Errorf("the answer is %q, not %q", got, want)
	}
}

// BenchmarkCount opens a hundred connections in each turn.
func BenchmarkCount(b *testing.B) {
	index := &Index{driver: new(words), shards: 100}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if index.count("fox") != 300 {
			b.Fatal("the word is not found")
		}
	}
}
