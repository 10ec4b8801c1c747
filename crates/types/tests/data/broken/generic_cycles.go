package p

type G0[T any] struct{ f *G0[G0[T]] }
type G1[T any] struct{ G1[*T] }
type G2[T any] struct{ *G2[[]T] }
type G3[T any] [2]G3[T]
type G4[T G4[T]] interface{ m(T) }
type G5[T interface{ G5[T] }] interface{ ~[]T }
type G6[P G6[P, Q], Q G6[Q, P]] struct{}
type G7[T any] interface{ G7[[]T] }
type G8[T any] interface{ G8[T] }
type G9[T any] interface{ m() G9[[]T] }
type G10[T any] func(G10[*T]) G10[**T]
type G11[T any] = G11[T]
type G12[T any] = *G12[*T]
type G13[T any] = G14[[]T]
type G14[T any] = G13[[]T]
type G15[T any] map[string]G15[map[string]T]
type G16[T T] struct{}
type G17[T *T] struct{}
type G18[T []U, U []T] struct{}
type G19[T interface{ T }] struct{}
type G20[T interface{ ~T }] struct{}
type G21[T U, U T] struct{ t T; u U }
type G22[T any] T
type G23[T any] *T
type G24[T any] struct{ T }
type G25[T G25[int]] struct{}
type G26[T any] struct{ a G27[T] }
type G27[T any] struct{ b G26[*T] }
type G28[T any, U G28[T, U]] interface{ m(U) }
type G29[T any] [len(G29[T]{})]int
type G30[T any] G30[T]
type G31[T any] G32[T]
type G32[T any] G31[[]T]
type A1 = G1[A1]
type A2 = G3[A2]
type A3 G22[A3]
type A4 = []G15[A4]
type A5[T any] = A5[A5[T]]
type A6 struct{ G24[A6] }
type A7[T any] = struct{ A7[T] }
type A8[T any] = func(A8[[]T])

func (g G0[T]) m() G0[G0[T]] { return *g.f }
func (g G1[T]) m() T { return g.G1.m() }
func (g *G2[T]) m() { g.G2.m(); g.G2.G2.G2.m(); g.x() }
func (g G9[T]) m() {}
func (g G22[T]) m() {}
func (g G13[T]) m() {}
func (g G26[P]) m() G27[G26[P]] { return g.m().b.m() }

func F0[T any](x T) { F0(&x) }
func F1[T any](x T) { F1([]T{x}) ; F1(F1[T]) }
func F2[T F2]() {}
func F3[T interface{ ~[]T }](x T) T { return x[0] }
func F4[T interface{ *U }, U interface{ *T }](x T, y U) { F4(x, y); F4(*x, *y); F4(&x, &y) }
func F5[P *Q, Q *P](p P) { F5(p); _ = **p; p = *p }
func F6[T G4[T]](x T) { x.m(x); F6(x) }
func F7[T []T | map[string]T](x T) { for _, y := range x { F7(y) } }
func F8[K comparable, V any, M ~map[K]V](m M) { F8(m); F8(map[any]any{nil: m}); F8(nil) }
func F9[F func(F) F](f F) F { return f(f)(f)(F9) }
func F10[T any](f func(T) T) { F10(F10[T]); F10(func(x) y); F10(F10) }
func F11[A any, B []A, C []B, D []C](d D) { F11(d); F11([][][]D{}) ; F11(F11[A, B, C, D]) }
func F12[T any, P interface{ *T; m() }](p P) { F12(p); F12(nil); F12[T](p); F12[T, P, T](p) }
func F13[T interface{ int | string; ~float64 | T }](x T) { _ = x + x; _ = x << x; _ = x[x]; x(x) }

var (
	_ = G0[int]{}.f.f.f.m().m().m()
	_ = G1[int]{}.m()
	_ = G1[int]{}.x
	_ = G1[int]{} == G1[string]{}
	_ = G2[int]{}.x
	_ = G3[int]{}[0][0] == G3[int]{}
	_ G4[G4[int]]
	_ G5[int]
	_ G6[int, int]
	_ = G7[int](nil)
	_ G7[int] = G7[string](nil)
	_ G9[int] = G9[string](nil)
	_ = G9[int](nil).m().m().m()
	_ = G10[int](nil)(nil)
	_ G10[int] = G10[string](nil)
	_ = G11[int]{}
	_ = G12[int](nil)
	_ = G13[int]{}
	_ G13[int] = G14[int]{}
	_ = G15[int]{"": {"": nil}}
	_ = G16[int]{}
	_ = G18[int, string]{}
	_ = G21[int, int]{}.t
	_ = G22[int](1).m
	_ = G24[int]{}.int
	_ = G24[struct{ x int }]{}.x
	_ = G25[G25[int]]{}
	_ = G26[int]{}.a.b.a.b
	_ = G26[int]{} == G26[int]{}
	_ = G29[int]{}
	_ = G30[int]{}
	_ = G31[int]{}
	_ = A1{}
	_ = A2{} == A2{}
	_ = A3(nil)
	_ = A5[int]{}
	_ = A6{}.x
	_ = A7[int]{}.x
	_ = A8[int](nil)
	_ = F0[F0]
	_ = F3[[]int]
	_ = F9[func()]
	_ = F4[*int, *int]
	_ = G0
	_ = G0[G0]
	_ = G0[]{}
	_ = G0[int, int]{}
	_ = int[int]{}
	_ = G0[int][int]{}
	_ = []G0{}
	_ G24[G24]
	_ func(G0) G1
)
