//go:build go1.24

package cleanup

import "testing"

var kept *Handle

func TestHandles(t *testing.T) {
	for _, open := range []func(uintptr) *Handle{WithFinalizer, WithCleanup, Plain} {
		h := open(7)
		if h.id != 7 {
			t.Errorf("the handle is %d", h.id)
		}
		h.Close()
	}
}

func benchmark(b *testing.B, open func(uintptr) *Handle) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		kept = open(uintptr(i))
	}
}

func BenchmarkNet(b *testing.B) {
	b.Run("1-handle/finalizer", func(b *testing.B) { benchmark(b, WithFinalizer) })
	b.Run("1-handle/cleanup", func(b *testing.B) { benchmark(b, WithCleanup) })
}

func BenchmarkOwner(b *testing.B) {
	b.Run("1-handle/cleanup", func(b *testing.B) { benchmark(b, WithCleanup) })
	b.Run("1-handle/close", func(b *testing.B) {
		benchmark(b, func(id uintptr) *Handle {
			h := Plain(id)
			h.Close()
			return h
		})
	})
}
