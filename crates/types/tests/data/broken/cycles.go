package p

import "unsafe"

type T0 [2]T0
type T1 struct{ T1 }
type T2 struct{ a T2 }
type T3 struct{ T4 }
type T4 struct{ T3 }
type T5 [unsafe.Sizeof(T5{})]int
type T6 [len(t6)]int
var t6 T6
type T7 = T7
type T8 = T9
type T9 = T8
type T10 = []T10
type T11 = *T12
type T12 = map[T11]T11
type T13 T14
type T14 T13
type T15 T15
type T16 interface{ T16 }
type T17 interface{ T18 }
type T18 interface{ T17; m() T17 }
type T19 interface{ ~T19 }
type T20 interface{ T20 | int }
type T21 func(T21) T21
type T22 chan T22
type T23 map[T23]T23
type T24 struct{ *T24 }
type T25 struct{ *T26 }
type T26 struct{ *T25 }
type T27 *T27
type T28 [len(T28{})]T28
type T29 [T29]int
type T30 interface{ m(interface{ T30 }) }
type T31 struct{ f func() T31; T31 }
type T32 = struct{ T32 }
type T33 = func(T33) [1]T33
type T34 = interface{ T34 }
type T35 = interface{ m() T35 }
type T36 = T36.x
type T37 struct{ T37.x }
type T38 unsafe.Pointer
type T39 [T40]int
const T40 = len(T39{})
const c1 = c2
const c2 = c1
const c3 c3 = c3
const c4 = unsafe.Sizeof(c4)
var v1 = v2
var v2 = v1
var v3 = f3()
func f3() int { return v3 }
var v4 = func() int { return v4 }()
var v5 v5
var v6, v7 = v7, v6
var v8 = struct{ a [unsafe.Sizeof(v8)]int }{}
var v9 = len(v9)
func f4() f4
func (f5) m()
type f5 = *f5
func (r T27) m() {}
func (r T11) n() {}
func (r T0) o() {}
func (r T1) o() {}

var (
	_ = T0{{}, {}}
	_ = T1{}.T1.T1.T1
	_ = T1{}.x
	_ = T3{}.T4.T3.x
	_ = T24{}.T24.T24.x
	_ = T25{}.y
	_ = T1{} == T1{}
	_ = T0{} == T0{}
	_ = T32{} == T32{}
	_ = T31{} == T31{}
	_ = any(T1{}).(T3)
	_ = T16(nil)
	_ = T18(nil).m().m()
	_ T16 = T17(nil)
	_ T18 = T1{}
	_ = unsafe.Sizeof(T1{})
	_ = unsafe.Sizeof(T0{})
	_ = unsafe.Sizeof(T32{})
	_ = unsafe.Offsetof(T3{}.T4)
	_ = unsafe.Sizeof(T31{})
	_ = map[T1]T1{T1{}: T1{}}
	_ = map[T0]int{}
	_ = T10{T10{}, nil}
	_ = T11(nil)
	_ = T23{nil: nil}
	_ = T27(nil)
	_ = *T27(nil)
	_ = T21(nil)(nil)(nil)
	_ = T33(nil)(nil)[0](nil)
	_ = T7{}
	_ = T13{}
	_ = T13(0) + T14(1)
	_ = T15(1) << T15(2)
	_ = T35(nil) == T34(nil)
)

func use(t T1, u T0) {
	switch x := any(t).(type) {
	case T1, T3, T32:
		_ = x
	case T16:
		_ = x.m
	}
	for i := range t6 { _ = i }
	for i := range T7(nil) { _ = i }
	for i := range T13(nil) { _ = i }
	t.o()
	u.o()
	u[0][1][0].o()
	go use(t, u[0])
	type L0 [2]L0
	type L1 struct{ L1 }
	type L2 = L2
	type L3 interface{ L3 }
	type L4 L4
	type L5 = []L5
	var l1 L1
	_ = l1 == l1.L1
	_ = L0{} == L0{}
	_ = unsafe.Sizeof(l1)
	var x = x
	const y = y
	var z = func() { z() }
}
