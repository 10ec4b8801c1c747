package zerocopy

import (
	"bytes"
	"fmt"
	"testing"
)

var kept string

func TestNames(t *testing.T) {
	name := []byte("name")
	if Copied(name) != "name" || Shared(name) != "name" || Shared(nil) != "" {
		t.Error("names differ from their bytes")
	}
}

func BenchmarkString(b *testing.B) {
	for _, size := range []int{8, 64, 1024, 16384} {
		name := bytes.Repeat([]byte{'x'}, size)
		b.Run(fmt.Sprintf("%d-bytes/copied", size), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				kept = Copied(name)
			}
		})
		b.Run(fmt.Sprintf("%d-bytes/shared", size), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				kept = Shared(name)
			}
		})
	}
}
