package pool

import "testing"

func TestPool(t *testing.T) {
	var p Pool[int]
	x := p.Get()
	*x = 7
	p.Put(x)
	if y := p.Get(); *y != 7 && *y != 0 {
		t.Errorf("the object is %d", *y)
	}
}

// use is a function of which the compiler does not know what it does with what it gets.
var use = func(any) {}

func benchmark[T any](b *testing.B, size string) {
	b.Run(size+"/new", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			use(new(T))
		}
	})
	b.Run(size+"/pool", func(b *testing.B) {
		var p Pool[T]
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			x := p.Get()
			use(x)
			p.Put(x)
		}
	})
}

func BenchmarkObject(b *testing.B) {
	benchmark[int64](b, "8-bytes")
	benchmark[[64]byte](b, "64-bytes")
	benchmark[[256]byte](b, "256-bytes")
	benchmark[[1024]byte](b, "1024-bytes")
	benchmark[[16384]byte](b, "16384-bytes")
}
