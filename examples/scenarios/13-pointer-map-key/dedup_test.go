package dedup

import (
	"runtime"
	"testing"
)

func TestRun(t *testing.T) {
	a, b := &Tenant{ID: 1, Name: "a"}, &Tenant{ID: 2, Name: "b"}
	in, out := make(chan Delivery, 4), make(chan Delivery, 4)
	for _, d := range []Delivery{{Tenant: a, ID: 1}, {Tenant: b, ID: 1}, {Tenant: a, ID: 1}, {Tenant: a, ID: 2}} {
		in <- d
	}
	close(in)
	NewFilter().Run(in, out)
	got := ""
	for d := range out {
		got += d.Tenant.Name
	}
	if got != "aba" {
		t.Errorf("handed on is %q", got)
	}
}

const entries = 1_000_000

// full returns a filter that has seen a million deliveries, for the first two of these tenants.
func full() (*Filter, []*Tenant) {
	tenants := make([]*Tenant, 2)
	for i := range tenants {
		tenants[i] = &Tenant{ID: uint64(i + 1)}
	}
	f := NewFilter()
	for i := 0; i < entries; i++ {
		f.first(tenants[i%2], int64(i))
	}
	return f, tenants
}

func BenchmarkLookup(b *testing.B) {
	f, tenants := full()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if n := i % entries; f.first(tenants[n%2], int64(n)) {
			b.Fatal("a delivery is forgotten")
		}
	}
}

// BenchmarkCollection has the garbage collector run once in each turn.
func BenchmarkCollection(b *testing.B) {
	f, _ := full()
	runtime.GC()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		runtime.GC()
	}
	runtime.KeepAlive(f)
}
