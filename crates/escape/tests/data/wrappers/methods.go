package p

type value struct{ n int }

func (v value) By() func() *int { return func() *int { return new(int) } }

func (v *value) At() func() *int { return func() *int { return new(int) } }

// The literal is called where the method is.
func (v value) Called(n int) *[2]int {
	f := func() *[2]int { return &[2]int{n} }
	return f()
}

type Promoted struct{ value }

type PromotedByPointer struct{ *value }

type shadowed struct {
	value
	By int
}

type deep struct{ Promoted }

type Alias = struct{ value }

type hasBy interface{ By() func() *int }

type ofInterface struct{ hasBy }

type pair[T any] struct{ x T }

func (p pair[T]) Make() func() *T { return func() *T { return new(T) } }

var ints pair[int]

var pairs []struct{ pair[string] }

type again pair[bool]

func local() any {
	type inner struct{ value }
	return inner{}
}

func bound(v value) func() func() *int { return v.By }

func boundPromoted(v Promoted) func() func() *int { return v.At }

func large(v value) func() func() *int {
	f := func() *int { return new(int) }
	_ = f
	return func() func() *int { return v.By() }
}

const debug = true

type failure struct{}

func (failure) Error() string { return "" }

func compared(err error, n int) bool {
	if (debug && n > 3) && n < 9 {
		return err == (failure{})
	}
	return keep((n + 1))
}

func keep(x any) bool { kept = x; return true }

var kept any
