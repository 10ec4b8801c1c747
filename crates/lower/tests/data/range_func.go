package p

type Seq func(func(int) bool)

func simple(f Seq) (n int) {
	for x := range f {
		n += x
	}
	return
}

func assigned(f func(func(int, string) bool)) {
	var a int
	var p [2]string
	for a, p[1] = range f {
		println(a)
	}
	for range f {
		break
	}
	for k := range f {
		if k == 1 {
			continue
		}
	}
}

func ret(f Seq) (int, error) {
	for x := range f {
		if x == 1 {
			return x, nil
		}
		defer println(x)
	}
	return 0, nil
}

func two() (int, error) { return 1, nil }

func tuple(f, g Seq) (int, error) {
	for x := range f {
		for range g {
			if x == 2 {
				return two()
			}
		}
	}
	return 3, nil
}

func labels(f, g Seq) {
top:
	println()
outer:
	for x := range f {
	sw:
		switch x {
		case 1:
			for y := range g {
				switch y {
				case 1:
					continue outer
				case 2:
					break outer
				case 3:
					break sw
				case 4:
					goto top
				case 5:
					return
				case 6:
					break
				}
				for i := range 3 {
					if i == 2 {
						continue
					}
					if i == 3 {
						goto in
					}
				}
			in:
				continue
			}
		}
	}
}

func Gen[T any](f func(func(T) bool), g func(T)) {
	for x := range f {
		g(x)
	}
}

func lit(f Seq) {
	func() {
		for x := range f {
			println(x)
		}
	}()
}
var _ = Gen[int]

type Tree struct{ l, r *Tree; v int }
type Yield func(int) bool

func (t *Tree) All() func(func(int) bool) { return func(y func(int) bool) {} }
func (t *Tree) each(y Yield)            {}
func each2[K comparable, V any](m map[K]V) func(func(K, V) bool) { return nil }

func forms(t *Tree, m map[string]int, e interface{ Each(func(int) bool) }) (_ int, err error) {
	for x := range t.All() {
		println(x)
	}
	for x := range t.each {
		println(x)
	}
	for _, v := range each2(m) {
		println(v)
	}
	for x := range e.Each {
		if x > 1 {
			return 1, nil
		}
		switch {
		case x == 0:
			break
		default:
			continue
		}
	}
	for x := range func(y func(int) bool) { y(1) } {
		func() (a int) {
			for z := range t.All() {
				if z == x {
					return z
				}
			}
			return 3
		}()
		defer func() { println(x, err) }()
		return
	}
	var i any
	for i = range t.All() {
		_ = i
	}
	for _, i = range each2(m) {
		_ = i
	}
	for false {
		for range t.All() {
			return
		}
	}
	return
}

func nest3(a, b, c Seq) (s string) {
L:
	for x := range a {
		defer println(x)
	M:
		for range b {
			for z := range c {
				switch z {
				case 0:
					continue M
				case 1:
					break M
				case 2:
					continue L
				case 3:
					return "x"
				case 4:
					defer println(z)
				}
			}
			for i := 0; i < 3; i++ {
				if i > 1 {
					continue M
				}
				for range c {
					goto N
				}
			}
		N:
			println()
		}
	}
	return
}

func core[F ~func(func(int) bool)](f F) {
	for x := range f {
		println(x)
	}
}
var _ = core[Seq]

func useGen() {
	Gen[int](nil, nil)
	core(Seq(nil))
	GenLabel[int](nil, nil)
	P[string]{}.walk(nil)
}

type P[T any] struct{ x T }

func (p P[T]) all(y func(T) bool) { y(p.x) }

func (p P[T]) walk(f func() func(func(int, T) bool)) (r T, ok bool) {
	for x := range p.all {
		for i, y := range f() {
			if i == 0 {
				return y, true
			}
			defer func() { r = x }()
		}
	}
	return
}

func GenLabel[T comparable](a, b func(func(T) bool)) (T, []T) {
	var l []T
out:
	for x := range a {
		for y := range b {
			if x == y {
				continue out
			}
			l = append(l, y)
			if len(l) > 3 {
				return x, l
			}
		}
	}
	var t T
	return t, nil
}
