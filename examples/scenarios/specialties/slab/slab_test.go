package slab

import (
	"fmt"
	"runtime"
	"testing"
)

func TestNodes(t *testing.T) {
	for _, nodes := range [][]*Node{Alone(200), Together(200)} {
		for i, n := range nodes {
			if n.Start != i || i > 0 && n.Parent != nodes[i-1] {
				t.Fatalf("node %d is %v", i, *n)
			}
		}
	}
}

// BenchmarkParse makes the nodes.
func BenchmarkParse(b *testing.B) {
	for _, count := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprintf("%d-nodes/alone", count), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				Alone(count)
			}
		})
		b.Run(fmt.Sprintf("%d-nodes/together", count), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				Together(count)
			}
		})
	}
}

// BenchmarkCollection has the garbage collector mark the nodes.
func BenchmarkCollection(b *testing.B) {
	collect := func(b *testing.B, nodes []*Node) {
		runtime.GC()
		b.ResetTimer()
		for i := 0; i < b.N; i++ {
			runtime.GC()
		}
		runtime.KeepAlive(nodes)
	}
	b.Run("1000000-nodes/alone", func(b *testing.B) { collect(b, Alone(1_000_000)) })
	b.Run("1000000-nodes/together", func(b *testing.B) { collect(b, Together(1_000_000)) })
}
