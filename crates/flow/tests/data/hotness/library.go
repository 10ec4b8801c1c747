-- testing/testing.go --
package testing

type B struct{ N int }

func (b *B) Loop() bool                        { return false }
func (b *B) Run(name string, f func(b *B)) bool { return false }

type T struct{}

func (t *T) Fatal(args ...any) {}
-- sort/sort.go --
package sort

func Slice(x any, less func(i, j int) bool) {}
-- example.com/lib/lib.go --
package lib

import "sort"

func at(n int) {}

func Parse(text string) []int {
	at(1)
	var out []int
	for range text {
		at(2)
		out = append(out, digit())
	}
	sort.Slice(out, func(i, j int) bool {
		at(3)
		return out[i] < out[j]
	})
	return out
}

func digit() int {
	at(4)
	return 1
}

func Format(xs []int) string {
	at(5)
	for range xs {
		write()
	}
	return ""
}

func write() { at(6) }

func helper() { at(7) }

type Decoder struct{ hook func() }

func (d *Decoder) Next() bool {
	at(8)
	d.more()
	return true
}

func (d *Decoder) more() { at(9) }

func Map[T any](xs []T, f func(T)) {
	for _, x := range xs {
		at(10)
		f(x)
		each[T](x)
	}
}

func each[T any](x T) { at(11) }
-- example.com/lib/lib_test.go --
package lib

import "testing"

func BenchmarkFormat(b *testing.B) {
	at(20)
	for i := 0; i < b.N; i++ {
		at(21)
		Format(nil)
	}
	b.Run("sub", func(b *testing.B) {
		for b.Loop() {
			at(22)
		}
	})
}

func TestParse(t *testing.T) {
	for range 3 {
		at(23)
		helper()
		setUp()
	}
}

func setUp() { at(24) }
