package p

import (
	"unsafe"
	. "missing/a"
	m "missing/b"
	_ "missing/c"
	fmt "fmt"
	"C"
)

type S struct {
	a, a int
	b
	*c.d
	**S
	_ int
	_ string
	[]int
	m.X
	*m.Y
	func()
	S
	f func(...int, ...string)
}

type I interface {
	m()
	m(int)
	int
	int | string | I
	~int | ~I | comparable
	m.X
	*I
}

func (S) a() {}
func (S) S() {}
func (S) n() {}
func (S) n(int) {}
func (*S) n() {}
func (**S) o() {}
func (int) p() {}
func (m.X) q() {}
func (undefined) r() {}
func (x, y S) s() {}
func () t() {}
func (S[T]) u() {}
func (x []S) v() {}
func (x interface{}) w() {}
func (fmt.Stringer) x() {}
func (I) y() {}
func init(int) int {}
func init() {}
func init[T any]() {}
func main() int {}
func f()
func f(a, a int) (a, b int) { var a, a = a, b; a := 1; return f() }
func _() {}
func _() {}
func g(...int, ...string) {}
func h(a int, string) {}
func i(a.b, c.d) {}
func j[T any, T any](T T) T { return T }
func k[](x int) {}
func l[T](x T) {}
func n[T any](x ...T) (T, ...T) { return n[T](x...)... }

const (
	a = iota
	b, c
	d, e = iota
	g int = "x" + 1
	h = 1 / 0
	i = 1 % 0
	j = 1 << -1
	k = 1 << 100000000
	l = 1 << 1e100
	o = "a"[0]
	p = "a"[5]
	q = len("abc"[7:2])
	r uint8 = 256
	s int8 = -129
	t = 1e1000000000
	u = 0x1p-1000000000
	v = -9223372036854775808 / -1
	w = ^uint8(0)
	x = complex(1, 2) + 'a' + 1.5 + 1i
	y = real("x")
	z = unsafe.Sizeof(undefined)
	aa = "x" * 100
	ab = !1
	ac = -"x"
	ad = +nil
	ae = ^1.5
	af = 1 &^ 2.5
	ag = nil
	ah = func() {}
	ai = []int{1}[0]
	aj float32 = 1e40
	ak = float32(1e40)
	al = int(1.5)
	am = string(-1)
	an = string(1 << 100)
	ao = uint(-1)
	ap = 1.0 << 3
	aq = 1.5 << 3
	ar = "a" < 1
	as = nil == nil
	at = 'ab'
	au = 0b12
	av = 09
	aw = 1_
	ax = 0x
	ay = 1e
	az = min(1, "a", nil)
	ba = max()
	bb = len()
	bc = cap(1, 2)
	bd, be = 1
	bf = 1, 2
)

var (
	va, vb, vc = 1, 2
	vd, ve = f()
	vf = g()
	vg, vg = 1, 2
	vh = [...]int{5: 1, 2, -1: 3, 1 << 62: 4, "a": 5, 5: 6, va: 7}
	vi = [1 << 62]int{}
	vj = [-1]int{}
	vk = [1.5]int{}
	vl = [nil]int{}
	vm = [...]int
	vn [...]int
	vo = []int{0: 1, 1 << 70: 2}
	vp = map[string]int{1: "a", "a": 1, "a": 2, x}
	vq = S{1, 2, a: 3, zz: 4, 5}
	vr = struct{ x, y int }{1}
	vs = struct{ x int }{1, 2}
	vt = &[]int{{}, {1}}
	vu = []*struct{ x int }{{1}, {x: 2}, &{3}}
	vv = map[struct{ x int }][]int{{1}: {2}, {x: 1}: {}}
	vw = int{1}
	vx = I{}
	vy = (*int){}
	vz = func(){}{}
	wa = undefined{1, x: 2, {3}}
	wb = chan int{1}
	wc = [][...]int{{1}}
	wd = nil[0]
	we = nil.x
	wf = *nil
	wg = &nil
	wh = nil()
	wi = (nil)(1)
	wj = 1.x
	wk = "a".x
	wl = f.x
	wm = int.x
	wn = (*S).n
	wo = S.n(1, 2, 3)
	wp = I.m(nil, 1)
	wq = (**S).n
	wr = m.X{}.Y.Z()[0].(m.W)
	ws = X{}.Y
	wt = C.foo(C.int(1), C.struct_x{}, C.CString)
	wu, wv = C.bar()
	ww = fmt
	wx = fmt.x
	wy = fmt.fmt()
	wz = unsafe.x
	xa = unsafe.Pointer
	xb = unsafe.Sizeof()
	xc = unsafe.Offsetof(1)
	xd = unsafe.Offsetof(S{}.n)
	xe = unsafe.Offsetof(vq.a.b.c)
	xf = unsafe.Slice(1, 2)
	xg = unsafe.Slice((*int)(nil), "x")
	xh = unsafe.String(nil, nil)
	xi = unsafe.SliceData("x")
	xj = unsafe.Add(1)
	xk = append()
	xl = append(1)
	xm = append(nil, 1)
	xn = append([]int{}, "x"...)
	xo = append([]byte{}, "x"...)
	xp = append([]byte{}, 1..., 2...)
	xq = copy(1, 2)
	xr = copy()
	xs = make()
	xt = make(1)
	xu = make([]int)
	xv = make([]int, -1, "x", 5)
	xw = make(S)
	xx = make(chan int, 1.5)
	xy = new()
	xz = new(1, 2)
	ya = delete(1)
	yb = delete(vp, 1, 2)
	yc = panic()
	yd = print(1)...
	ye = recover(1)
	yf = close(1)
	yg = clear(1, 2)
	yh = complex(1)
	yi = complex("a", nil)
	yj = imag(1, 2)
	yk = min
	yl = len
	ym = int
	yn = int(1, 2)
	yo = int()
	yp = int(1...)
	yq = []int(1)
	yr = (func())(nil)()
	ys = any(1).(int, string)
	yt = any(1).(undefined)
	yu = 1.(int)
	yv = any(1).(type)
	yw = vh[1:2:3:4]
	yx = "abc"[1:2:3]
	yy = 5[1:2]
	yz = vh[nil:"a":1.5]
	za = &f()
	zb = &1
	zc = &map[int]int{}[0]
	zd = <-1
	ze = <-f
	zf = -f
	zg = !vh
	zh = ^"x"
	zi = f == f
	zj = f == nil
	zk = vh == vh
	zl = vp == nil
	zm = nil == vp
	zn = vp == vp
	zo = any(1) == f
	zp = 1 == "a"
	zq = 1 + "a"
	zr = f + g
	zs = va && vb
	zt = va << "a"
	zu = "a" << 1
	zv = 1.5 << va
	zw = va << 1.5
	zx = vq.a.b.c.d
	zy = _
	zz = _ + _.x + _() + _[0]
)

func stmts() (r int, _ string) {
	x := 1
	x := 2
	x, y := 1
	x, y = 1, 2, 3
	a, _, b := f(), 1
	_ := 1
	_ = nil
	1 = 2
	f() = 3
	f = g
	int = 4
	nil = 5
	x + 1
	x++ 
	"a"++
	f()++
	x += "a"
	x <<= "b"
	x, y += 1, 2
	undefined += undefined
	_ += 1
	go 1
	go f
	defer int(1)
	defer len("a")
	defer func() {}
	defer recover()
	go func(x int) {}(1, 2)
	return
	return 1
	return 1, 2, 3
	return f(), 1
	return nil, nil
	if 1 {
	}
	if x := 1; x {
	} else if y := nil; y == x {
	}
	for 1 {
	}
	for i := range 10 {
		i = "a"
	}
	for i, j := range 10 {
	}
	for i, j := range f {
	}
	for i, j, k := range vh {
	}
	for i, j := range func(yield func(int, string) bool) {} {
	}
	for i := range func(yield func(int, string, bool) bool) {} {
	}
	for i := range func(yield func(int) int) {} {
	}
	for i := range func() {} {
	}
	for x.y, z[1] = range vp {
	}
	for 1 = range vp {
	}
	for i := range undefined {
	}
	for i, c := range "abc" {
	}
	for i := range 1.5 {
	}
	for i := range 1 << 100 {
	}
	for range nil {
	}
	for i := range (chan<- int)(nil) {
	}
	switch x {
	case 1, "a", nil, f, f(), undefined:
	case 1:
	default:
	default:
		fallthrough
	}
	switch {
	case 1:
	case "a" == "b":
	}
	switch x := y.(type) {
	}
	switch x := 1.(type) {
	case int, undefined, nil, 1, f, []undefined:
		x.y()
	}
	switch any(1).(type) {
	case nil, nil, S, *S, I, int(1):
	}
	switch f := f.(type) {
	case func():
		f()
	}
	switch nil {
	case nil:
	}
	switch f() {
	}
	switch int {
	case int:
	}
	select {
	case 1:
	case x := <-1:
	case x, y, z := <-vd:
	case vd <- 1, 2:
	case f():
	case x = <-(chan int)(nil), 1:
	default:
	default:
	}
	1 <- 2
	(chan int)(nil) <- "a"
	(<-chan int)(nil) <- 1
	goto L
	goto undefined
L:
L:
	break L
	continue L
	break
	continue
	fallthrough
	{
		var q int
		goto M
	}
	M:
	type T T
	type T struct{ T }
	var f func() = func() { return f() }
	func() {}
	func(x int, x string) (x bool) { x = x }(1)
	const c = x
	const d = len(vh)
	const (
		e = iota + iota
		f
		g, h
	)
	var n, m int = 1
	var o, p = f()
	import "x"
}
