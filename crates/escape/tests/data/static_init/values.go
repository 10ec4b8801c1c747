package p

type T struct {
	a, b int
	p    *int
}

type S struct{ text string }

func (s *S) Error() string { return s.text }

type I interface{ M() }

func (t *T) M() {}

type V struct{ n int }

func (v V) M() {}

// Not inlined, so that its result is not known.
//
//go:noinline
func g() int { return n }

//go:noinline
func pointer() *T { return nil }

var n int

var (
	number   = 5
	literal  = T{1, 2, &n}
	pointed  = &T{1, 2, &n}
	copied   = pointed
	slice    = []int{1, 2, 3}
	nested   = []*T{{a: 1}, {b: 2, p: &number}, pointed, nil}
	bytes    = []byte("constant")
	dynamicB = []byte(name)
	runes    = []rune("constant")
	name     = "name"
	array    = [...][]string{{"a"}, {"b", "c"}}
	part     = &array[1]
	of       = &literal.b
	slicing  = slice[1:]
)

// Interfaces.
var (
	boxed      any = 1000
	boxedCopy  any = number
	boxedCall  any = g()
	inside         = []any{1, "a", T{}, &T{}, V{2}, nil, g()}
	methods        = []I{pointed, V{1}, &V{2}, (*T)(nil)}
	dynamicPtr I   = pointer()
	again      any = methods[0]
	twice      any = I(V{3})
	_          I   = &T{a: 1}
	_          any = []any{g(), &V{4}}
)

// In part.
var (
	partly    = T{a: g(), p: new(int)}
	partlyPtr = &T{a: g(), p: &n}
	rest      = []*T{{a: g()}, {b: 1}, pointer(), {p: new(int)}}
	table     = map[string]*T{"a": {}, "b": {a: 1}}
	inTable   = struct{ m map[string][]int }{map[string][]int{"a": {1}}}
	large     = map[string]int{
		"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8, "i": 9, "j": 10,
		"k": 11, "l": 12, "m": 13, "n": 14, "o": 15, "p": 16, "q": 17, "r": 18, "s": 19, "t": 20,
	}
)

// Functions.
var (
	function = func(t *T) *T { return &T{p: t.p} }
	method   = (*T).M
	value    = pointed.M
	called   = func() []int { return []int{g()} }()
	fields   = struct {
		f func() []int
		n int
	}{func() []int { return make([]int, 3) }, g()}
	_ = func() *int { return new(int) }
)

// Inlined calls.
func newS(text string) error         { return &S{text} }
func newP(prefix, text string) error { return &S{prefix + ": " + text} }
func newT(a int, p *int) *T          { return &T{a, a, p} }
func narrow(x int) *uint8            { y := uint8(x); return &y }
func narrowed(x int) any             { return uint8(x) }
func capturing(x int) func() *int    { return func() *int { return &x } }
func addressed(x int) *T             { return &T{p: &x} }
func pair(x int) []any               { return []any{x, x} }
func deep(x int) []any               { return []any{newS("deep"), pair(x), &V{x}} }
func ignored(x *T) *V                { return &V{1} }

var (
	err       = newS("constant")
	prefixed  = newP("a", "b")
	appended  = newP("a", name)
	made      = newT(1, &n)
	madeCall  = newT(g(), &n)
	madeNew   = newT(1, new(int))
	narrowA   = narrow(1000)
	narrowB   = narrowed(1000)
	closure   = capturing(1)
	address   = addressed(1)
	pairs     = pair(1)
	pairCalls = pair(g())
	depth     = deep(7)
	dropped   = ignored(&T{})
	several   = []error{newS("a"), newP("b", "c"), newP(name, "d")}
)
