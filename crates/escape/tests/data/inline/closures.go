package p

func one() int { return 1 }

//go:noinline
func use(f func() int) int { return f() }

func makes() func() int { return func() int { return one() } }

func passesOn() int { return use(makes()) }

func callsResult() int { return makes()() }

func captures(x int) func() int {
	return func() int {
		f := func() int { return x + one() }
		return f()
	}
}

func callsNested(y int) int { return captures(y)() }

func calledOnce(x int) int {
	f := func() int {
		s := 0
		for i := 0; i < x; i++ {
			s += i * x
			s -= i / (x + 1)
			s ^= i << 3
			s |= s >> 2
			s += x * x * x * x
			s *= i + x + s
			s += x * x * x * x
			s *= i + x + s
			s += x * x * x * x
			s *= i + x + s
			s += x * x * x * x
			s *= i + x + s
			s += x * x * x * x
			s *= i + x + s
			s += x * x * x * x
			s *= i + x + s
		}
		return s
	}
	return f()
}

func calledTwice(x int) int {
	f := func() int {
		s := 0
		for i := 0; i < x; i++ {
			s += i * x
			s -= i / (x + 1)
			s ^= i << 3
			s |= s >> 2
			s += x * x * x * x
			s *= i + x + s
			s += x * x * x * x
			s *= i + x + s
			s += x * x * x * x
			s *= i + x + s
			s += x * x * x * x
			s *= i + x + s
			s += x * x * x * x
			s *= i + x + s
			s += x * x * x * x
			s *= i + x + s
		}
		return s
	}
	return f() + f()
}

func reassigned(x int) int {
	f := func() int { return x }
	g := f
	f = func() int { return x + 1 }
	return f() + g()
}

func direct(x int) (y int) {
	func() { y = x }()
	return y
}

func starts(x int) {
	go use(func() int { return x })
	defer direct(x)
}

func applies(f func(int) int, x int) int { return f(x) }

func applied(y int) int {
	return applies(func(x int) int { return x + y }, 2)
}
