package defers

import "testing"

func TestCounter(t *testing.T) {
	var c Counter
	c.Eight()
	c.Nine()
	c.Loop()
	c.LoopOfFunctions()
	if c.n != 0 {
		t.Errorf("%d calls did not run", c.n)
	}
}

func benchmark(b *testing.B, run func()) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		run()
	}
}

func BenchmarkBoundary(b *testing.B) {
	var c Counter
	b.Run("1-call/nine", func(b *testing.B) { benchmark(b, c.Nine) })
	b.Run("1-call/eight", func(b *testing.B) { benchmark(b, c.Eight) })
}

func BenchmarkLoop(b *testing.B) {
	var c Counter
	b.Run("5-turns/deferred", func(b *testing.B) { benchmark(b, c.Loop) })
	b.Run("5-turns/functions", func(b *testing.B) { benchmark(b, c.LoopOfFunctions) })
}
