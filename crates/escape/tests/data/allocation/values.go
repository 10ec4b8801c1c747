package p

type pair struct{ a, b int }

var sink any

func boxes(n int, small uint8, s string, p *pair) {
	sink = n
	sink = small
	sink = s
	sink = p
	sink = 1000
	sink = struct{}{}
	sink = pair{1, 2}
	sink = pair{n, 2}
}

func stays(n int) bool { return same(n, n) }

func same(a, b any) bool { return a == b }

func variables() (*int32, *int32, *string) {
	var a int32
	var b int32
	var s string
	return &a, &b, &s
}

func closures(n int) (func() int, func() int) {
	return func() int { return 7 }, func() int { return n }
}

func inner() *pair { return &pair{1, 2} }

func outer(n int) *pair {
	if n > 0 {
		return inner()
	}
	return new(pair)
}

func spawn(n int, f func(int)) {
	go f(n)
	for i := 0; i < n; i++ {
		defer f(i)
	}
}
