package p

type shape interface {
	area() int
	grow(int)
}

type square struct{ side int }

func (s *square) area() int  { return s.side * s.side }
func (s *square) grow(n int) { s.side += n }

type named struct {
	square
	name string
}

type wraps struct{ shape }

type value int

func (v value) area() int { return int(v) }
func (v value) grow(int)  {}

func once() int {
	var s shape = &square{3}
	return s.area()
}

func twice(again bool) int {
	var s shape = &square{3}
	if again {
		s = &square{4}
	}
	return s.area()
}

func differs(again bool) int {
	var s shape = &square{3}
	if again {
		s = value(4)
	}
	return s.area()
}

func make1() shape { return &square{1} }

func results() int {
	s := make1()
	s.grow(2)
	return s.area()
}

func promoted() int {
	var s shape = &named{}
	return s.area()
}

func embedded(inner shape) int {
	var s shape = wraps{inner}
	return s.area()
}

func values() int {
	var s shape = value(3)
	s.grow(1)
	return s.area()
}

func deferred() {
	var s shape = &square{3}
	defer s.grow(2)
	go s.grow(3)
}

func captured() int {
	var s shape = &square{3}
	f := func() int { return s.area() }
	return f()
}

func addressed() int {
	var s shape = &square{3}
	p := &s
	*p = value(2)
	return s.area()
}

type box[T any] struct{ v T }

func (b *box[T]) area() int { return 1 }
func (b *box[T]) grow(int)  {}

func instance() int {
	var s shape = &box[int]{}
	return s.area()
}

func generic[T any]() int {
	var s shape = &box[T]{}
	return s.area()
}

func usesGeneric() int { return generic[string]() }
