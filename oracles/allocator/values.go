package main

import (
	"runtime"
	"strings"
	"sync"
)

//go:noinline
func look(s string) { sinkLen = len(s) }

//go:noinline
func write(b []byte) {
	if len(b) > 0 {
		b[0] = 1
	}
}

//go:noinline
func concat(a, b string) string { return a + b }

//go:noinline
func concatBytes(a, b string) []byte { return []byte(a + b) }

//go:noinline
func concatBytesHere(a, b string) { write([]byte(a + b)) }

//go:noinline
func concatHere(a, b string) { look(a + b) }

//go:noinline
func toString(b []byte) string { return string(b) }

//go:noinline
func toBytes(s string) []byte { return []byte(s) }

//go:noinline
func toBytesHere(s string) { write([]byte(s)) }

//go:noinline
func toRunes(s string) []rune { return []rune(s) }

//go:noinline
func fromRunes(r []rune) string { return string(r) }

//go:noinline
func fromRune(r rune) string { return string(r) }

// texts asks what strings take: concatenation and conversions, whose result leaves the
// function or not.
func texts() {
	for n := range 301 {
		text := strings.Repeat("x", n)
		bytes := []byte(text)
		runes := []rune(text)
		half := n / 2
		ask := func(question string, f func()) {
			objects, bytes := measure(f)
			say(question, []int{n}, objects, bytes)
		}
		if half > 0 {
			ask("concat", func() { sinkString = concat(text[:half], text[half:]) })
			ask("concathere", func() { concatHere(text[:half], text[half:]) })
			ask("concatbytes", func() { sinkBytes = concatBytes(text[:half], text[half:]) })
			ask("concatbyteshere", func() { concatBytesHere(text[:half], text[half:]) })
		}
		ask("concatone", func() { sinkString = concat(text, "") })
		ask("string", func() { sinkString = toString(bytes) })
		ask("bytes", func() { sinkBytes = toBytes(text) })
		ask("byteshere", func() { toBytesHere(text) })
		ask("runes", func() { sinkRunes = toRunes(text) })
		ask("fromrunes", func() { sinkString = fromRunes(runes) })
	}
	objects, bytes := measure(func() { sinkString = fromRune('x') })
	say("fromrune", nil, objects, bytes)
}

//go:noinline
func box[T any](v T) { sinkAny = v }

// What values are made of, as the crate memory numbers it.
const (
	shapePointer = iota
	shapeInteger
	shapeString
	shapeSlice
	shapeOther
)

// boxes asks what it takes to put values into an interface: special ones and others.
func boxes() {
	boxed(shapeInteger, true, uint8(1), uint8(255))
	boxed(shapeInteger, true, true, false)
	boxed(shapeInteger, true, uint16(255), uint16(3))
	boxed(shapeInteger, false, uint16(256), uint16(1000))
	boxed(shapeInteger, true, uint32(255))
	boxed(shapeInteger, false, uint32(256))
	boxed(shapeInteger, true, int(255), 0)
	boxed(shapeInteger, false, int(256), -1)
	boxed(shapeOther, true, float32(0))
	boxed(shapeOther, false, float32(1))
	boxed(shapeOther, true, float64(0))
	boxed(shapeOther, false, float64(1))
	boxed(shapeOther, true, struct{ a, b int32 }{1, 0})
	boxed(shapeOther, false, struct{ a, b int32 }{0, 1})
	boxed(shapeOther, false, struct{ a, b int16 }{0, 0})
	boxed(shapeOther, false, struct{ a, b byte }{0, 0})
	boxed(shapeInteger, true, struct{ a int }{7})
	boxed(shapeString, true, "")
	boxed(shapeString, false, "x")
	boxed(shapeString, true, struct{ s string }{""})
	boxed(shapeSlice, true, []byte(nil))
	boxed(shapeSlice, false, []byte{})
	boxed(shapeSlice, true, [1][]int{nil})
	boxed(shapeOther, false, mixed{})
	boxed(shapeOther, false, [3]byte{})
	boxed(shapeOther, true, struct{}{})
	boxed(shapePointer, true, new(int))
	boxed(shapePointer, true, map[int]int(nil))
	boxed(shapePointer, true, [1]chan int{nil})
	boxed(shapePointer, true, struct{ f func() }{nil})
	boxed(shapeOther, false, [70]*int{})
	boxed(shapeOther, false, complex(0, 0))
}

// boxed tells the shape, whether the values are special ones, and what each takes.
func boxed[T any](kind int, special bool, values ...T) {
	flag := 0
	if special {
		flag = 1
	}
	for _, v := range values {
		objects, bytes := measure(func() { box(v) })
		say("box", append(shape[T](), kind, flag), objects, bytes)
	}
}

type receiver struct{ a, b, c int }

func (r receiver) method() { sinkLen = r.a }

func (r *receiver) pointer() { sinkLen = r.a }

//go:noinline
func captureInt(n int) func() { return func() { sinkLen = n } }

//go:noinline
func captureString(s string, n int8) func() { return func() { sinkLen = len(s) + int(n) } }

//go:noinline
func captureArray(a [128]byte) func() { return func() { sinkLen = int(a[3]) } }

//go:noinline
func captureLarge(a [129]byte) func() { return func() { sinkLen = int(a[3]) } }

//go:noinline
func captureReference(n int) func() {
	n++
	return func() { n++; sinkLen = n }
}

//go:noinline
func captureNothing() func() { return func() { sinkLen = 1 } }

// closures asks what function values take. The numbers are those of the captures: size,
// alignment, pointers, whether by reference.
func closures() {
	ask := func(f func() func(), captures ...int) {
		objects, bytes := measure(func() { sinkFunc = f() })
		say("closure", captures, objects, bytes)
	}
	with := func(reference int, shapes ...[]int) (captures []int) {
		for _, shape := range shapes {
			captures = append(append(captures, shape...), reference)
		}
		return captures
	}
	r := &receiver{}
	ask(captureNothing)
	ask(func() func() { return captureInt(1) }, with(0, shape[int]())...)
	ask(func() func() { return captureString("x", 1) }, with(0, shape[string](), shape[int8]())...)
	ask(func() func() { return captureArray([128]byte{}) }, with(0, shape[[128]byte]())...)
	ask(func() func() { return captureLarge([129]byte{}) }, with(1, shape[[129]byte]())...)
	ask(func() func() { return captureReference(1) }, with(1, shape[int]())...)
	ask(func() func() { return r.method }, with(0, shape[receiver]())...)
	ask(func() func() { return r.pointer }, with(0, shape[*receiver]())...)
}

var running sync.WaitGroup

//go:noinline
func run(n int, s string) {
	sinkLen = n + len(s)
	running.Done()
}

//go:noinline
func start(n int, s string) {
	running.Add(1)
	go run(n, s)
	running.Wait()
}

//go:noinline
func deferred() { sinkLen++ }

//go:noinline
func deferMany(n int) {
	for range n {
		defer deferred()
	}
}

// statements asks what go takes, with arguments as a closure has captures, and defer in a
// loop: again and again, and for one record.
func statements() {
	objects, bytes := measure(func() { start(1, "x") })
	say("go", append(append(append(shape[int](), 0), shape[string]()...), 0), objects, bytes)
	objects, bytes = measure(func() { deferMany(20) })
	say("defer", []int{20}, objects, bytes)
	// A collection drops the records that the runtime keeps beyond some.
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	deferMany(1000)
	runtime.ReadMemStats(&after)
	say("deferrecord", nil, 1, (after.TotalAlloc-before.TotalAlloc)/(after.Mallocs-before.Mallocs))
}
