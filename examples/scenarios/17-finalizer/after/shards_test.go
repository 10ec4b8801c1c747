package after

import (
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

func TestCount(t *testing.T) {
	driver := new(words)
	if got := (&Index{driver: driver, shards: 10}).count("fox"); got != 30 {
		t.Errorf("the count is %d", got)
	}
	if open := driver.open.Load(); open != 0 {
		t.Errorf("%d connections are open", open)
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
