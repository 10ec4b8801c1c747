package p

type pair struct{ a, b int }

func empty() {}

func loop(n int) int {
	s := 0
	for i := range n {
		s += i
	}
	return s
}

func two() (int, int) { return 1, 2 }

func assigns() (a, b int) {
	a, b = two()
	return
}

func passes() (int, int) { return two() }

func slices(x []int, n int) []int {
	y := x[0:n]
	z := y[n:len(y)]
	return z[:]
}

func address(p *pair) (*int, *int) { return &p.a, &p.b }

const debug = false

func constant(x int) int {
	if debug {
		panic("never")
	}
	if !debug && x > 1 {
		return 2
	}
	return x
}

func panics(x any) { panic(x) }

func panicsInt(x int) { panic(x) }

func recovers() any { return recover() }

func defers(f func()) { defer f() }

func starts(f func()) { go f() }

func selects(c, d chan int) int {
	select {
	case x := <-c:
		return x
	case d <- 1:
		return 0
	default:
		return -1
	}
}

func switches(x any) int {
	switch y := x.(type) {
	case int:
		return y
	case string, []byte:
		return 1
	case nil:
		return 2
	}
	return 3
}

func jumps(n int) int {
again:
	n--
	if n > 3 {
		goto again
	}
outer:
	for {
		for {
			if n < 0 {
				break outer
			}
			n--
			continue outer
		}
	}
	return n
}

func usesJumps(n int) int { return jumps(n) + jumps(n+1) }

func literals() any {
	m := map[string][]int{"a": {1, 2}, "b": nil}
	p := &pair{a: 1}
	q := [...]string{2: "x", "y"}
	return []any{m, p, q}
}

func variadic(xs ...int) int { return len(xs) }

func usesVariadic() int { return variadic() + variadic(1, 2) }

func calls(f func(), g func(int) int) int {
	f()
	return g(1)
}

func methods(p pair) func() int { return p.sum }

func (p pair) sum() int { return p.a + p.b }

func expressions() int {
	f := pair.sum
	g := (*pair).sum
	p := pair{1, 2}
	return f(p) + g(&p)
}

func ranges(seq func(func(int) bool)) int {
	s := 0
	for x := range seq {
		if x == 3 {
			return s
		}
		s += x
	}
	return s
}

func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

func sums() int { return ranges(upTo(10)) }
