package p

type pair struct{ a, b int }

var sink any

func boxes(n int, small uint8, s string, p *pair) {
	sink = n          // alloc: box sometimes ValueAbove(255), 1 object, 8 bytes
	sink = small      // alloc: box never SingleByte
	sink = s          // alloc: box always, 1 object, 16 bytes
	sink = p          // alloc: box never PointerShaped
	sink = 1000       // alloc: box never Constant
	sink = struct{}{} // alloc 1.24: box never ZeroSize // alloc 1.25+: box never Static
	sink = pair{1, 2} // alloc 1.24: box always, 1 object, 16 bytes // alloc 1.25+: box never Static
	sink = pair{n, 2} // alloc: box always, 1 object, 16 bytes
}

func stays(n int) bool { return same(n, n) } // alloc: box never OnStack; box never OnStack

func same(a, b any) bool { return a == b }

func variables() (*int32, *int32, *string) {
	var a int32  // alloc 1.24: variable always, 1 object, 4 bytes // alloc 1.25+: variable always, 1 object, 8 bytes
	var b int32  // alloc 1.24: variable always, 1 object, 4 bytes // alloc 1.25+: variable never Merged
	var s string // alloc: variable always, 1 object, 16 bytes
	return &a, &b, &s
}

func closures(n int) (func() int, func() int) {
	return func() int { return 7 }, func() int { return n } // alloc: closure never CapturesNothing; closure always, 1 object, 16 bytes
}

func inner() *pair { return &pair{1, 2} } // alloc: composite literal always, 1 object, 16 bytes

func outer(n int) *pair {
	if n > 0 {
		return inner() // alloc: composite literal always, 1 object, 16 bytes
	}
	return new(pair) // alloc: new always, 1 object, 16 bytes
}

func spawn(n int, f func(int)) {
	go f(n) // alloc: go always, 1 object, 24 bytes
	for i := 0; i < n; i++ {
		defer f(i) // alloc: defer always, 1 object, 24 bytes; defer sometimes NoneReady, 1 object, 48 bytes
	}
}
