package p

type T struct {
	p *int
	s string
}

var n int

var (
	pointed     = &T{p: &n}
	literal     = T{&n, "text"}
	slice       = []int{1, 2, 3}
	bytes       = []byte("constant")
	boxed   any = 1000
	array       = [...]*T{{s: "a"}, nil}
	f           = func() *int { return new(int) }
)
