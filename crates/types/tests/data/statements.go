package p

import "unsafe"

type point struct{ x, y int }

func (p point) sum() int           { return p.x + p.y } // p.x: int; p.x + p.y: int
func (p *point) move(dx, dy int)   { p.x += dx }        // p.x: int
func (point) far(to point) (d int) { return }

type list[T any] struct {
	items []T
	next  *list[T]
}

func (l *list[T]) push(item T) *list[T] {
	l.items = append(l.items, item) // append: func([]T, ...T) []T; l.items: []T
	return l.next                   // l.next: *p.list[T]
}

func (l *list[T]) each(yield func(int, T) bool) {
	for i, v := range l.items {
		if !yield(i, v) { // yield(i, v): bool
			return
		}
	}
}

type embedded struct {
	*point
	list[string]
}

func pair() (a int, err error) { return }

func apply[A, B any](list []A, f func(A) B) (r []B) { return }

func identity[T any](v T) T { return v }

func first[T any](a T, rest ...T) T {
	return first(a, rest...) // first: func(a T, rest ...T) T; first(a, rest...): T
}

func take(n int, err error) {}

func calls(p point, e embedded, m map[string]int, c chan int) {
	_ = p.sum                               // p.sum: func() int
	_ = point.sum                           // point.sum: func(p.point) int
	_ = point.far                           // point.far: func(_ p.point, to p.point) (d int)
	_ = (*point).move                       // (*point).move: func(p *p.point, dx int, dy int)
	p.move(1, 2)                            // p.move: func(dx int, dy int); 1: 1 = int
	_ = e.x                                 // e.x: int
	_ = e.push("a").push("b")               // e.push: func(item string) *p.list[string]; "a": "a" = string
	take(pair())                            // pair(): (a int, err error)
	_ = apply([]int{1}, identity)           // apply: func(list []int, f func(int) int) (r []int); identity: func(v int) int
	_ = apply[int]([]int{}, pairOf[string]) // apply[int]: func(list []int, f func(int) string) (r []string)
	_ = first(1, 2.5)                       // first: func(a float64, rest ...float64) float64; 1: 1 = float64
	var f func(string) string = identity    // identity: func(v string) string
	_ = f
	v, ok := m["k"] // m["k"]: (int, bool)
	_, ok = <-c     // <-c: (int, bool)
	_, _ = v, ok
	_ = int8(1) + 2 // 2: 2 = int8
}

func pairOf[V, K any](k K) (v V) { return }

func predeclared(s []byte, t string, a *[4]int, x any) {
	_ = len(s)                            // len: func([]byte) int
	_ = len(a)                            // len(a): 4 = int; len: invalid type
	_ = append(s, t...)                   // append: func([]byte, string...) []byte
	_ = append(s, 'a')                    // 'a': 97 = byte
	_ = copy(s, t)                        // copy: func([]byte, string) int
	_ = min(1, 2.5)                       // min(1, 2.5): 1 = float64
	_ = max(len(s), 3)                    // max: func(int, int) int; 3: 3 = int
	_ = make([]int, 3, 10)                // make: func([]int, int, int) []int
	_ = new(3)                            // new: func(int) *int; new(3): *int
	_ = complex(1, 2)                     // complex(1, 2): (1 + 2i) = complex128
	_ = real(1i)                          // real(1i): 0 = float64
	_ = unsafe.Sizeof(point{})            // unsafe.Sizeof(point{}): 16 = uintptr
	_ = unsafe.Offsetof(a2.y)             // unsafe.Offsetof(a2.y): 8 = uintptr
	_ = unsafe.Slice(&s[0], 1)            // unsafe.Slice: func(*byte, int) []byte
	defer func() { println(recover()) }() // recover: func() interface{}
	panic("a")                            // panic: func(interface{}); "a": "a" = string
}

var a2 point

func statements(x any, m map[string][]float64, l *list[rune], n uint8) (r int, err error) {
	switch v := x.(type) {
	case int:
		_ = v // v: int
	case string, bool:
		_ = v // v: any
	case nil:
		_ = v // v: any
	}
	switch n {
	case 1, 2: // 1: 1 = uint8
	}
	switch {
	case n > 3: // n > 3: bool
	}
outer:
	for k, v := range m {
		_ = k // k: string
		_ = v // v: []float64
		for i := range n {
			_ = i // i: uint8
			continue outer
		}
		for i := range 10 { // 10: 10 = int
			_ = i
			break outer
		}
	}
	for i, c := range l.each {
		_, _ = i, c // i: int; c: rune
	}
	for _, c := range "text" {
		_ = c // c: rune
	}
	r, err = pair()
	r, t := pair()
	_ = t                       // t: error
	if r := "shadow"; r == "" { // r == "": untyped bool
		_ = r // r: string
	} else if q := len(r); q > 0 {
		_ = q // q: int
	}
	ch := make(chan any)
	select {
	case ch <- 1: // 1: 1 = int
	case v, ok := <-ch:
		_, _ = v, ok // v: any; ok: bool
	}
	n <<= 2 // 2: 2 = untyped int
	r++
	goto end
end:
	return 1, nil // 1: 1 = int; nil: untyped nil
}
