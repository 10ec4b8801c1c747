// Command allocator says what the runtime that it is built with takes from the heap: a line
// for each question, the question's numbers, a tab, and the answer's numbers. cargo xtask
// conform sizes builds it with each Go version and holds the crate memory against it.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"unsafe"
)

var out = bufio.NewWriterSize(os.Stdout, 1<<20)

func main() {
	debug.SetGCPercent(-1) // Collections are made where nothing is measured.
	runtime.GOMAXPROCS(1)
	fmt.Fprintf(out, "word\t%d\n", unsafe.Sizeof(uintptr(0)))
	requests()
	tinies()
	appends()
	channels()
	maps()
	texts()
	boxes()
	closures()
	statements()
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "allocator:", err)
		os.Exit(1)
	}
}

// say writes a question and its answer.
func say(question string, numbers []int, answer ...uint64) {
	out.WriteString(question)
	for _, n := range numbers {
		fmt.Fprintf(out, " %d", n)
	}
	separator := "\t"
	for _, n := range answer {
		fmt.Fprintf(out, "%s%d", separator, n)
		separator = " "
	}
	out.WriteByte('\n')
}

var uncollected uint64

// measure tells the objects and bytes that f takes: the least of some runs, since the
// runtime may want something for itself in one of them.
func measure(f func()) (objects, bytes uint64) {
	objects, bytes = ^uint64(0), ^uint64(0)
	var before, after runtime.MemStats
	for range 3 {
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		objects = min(objects, after.Mallocs-before.Mallocs)
		bytes = min(bytes, after.TotalAlloc-before.TotalAlloc)
		uncollected += after.TotalAlloc - before.TotalAlloc
	}
	if uncollected > 1<<28 {
		uncollected = 0
		runtime.GC()
	}
	return objects, bytes
}

// shape tells how values of a type lie in memory: size, alignment, whether there are
// pointers in them.
func shape[T any]() []int {
	var v T
	return []int{int(unsafe.Sizeof(v)), int(unsafe.Alignof(v)), pointers[T]()}
}

// Where values go that must not stay on the stack.
var (
	sinkBytes    []byte
	sinkPointers []*byte
	sinkAny      any
	sinkString   string
	sinkRunes    []rune
	sinkFunc     func()
	sinkLen      int
)

// requests asks for memory of every size, without pointers and with.
func requests() {
	ask := func(size int) {
		objects, bytes := measure(func() { sinkBytes = make([]byte, size) })
		say("request", []int{size, 0}, objects, bytes)
		if word := int(unsafe.Sizeof(uintptr(0))); size%word == 0 {
			objects, bytes := measure(func() { sinkPointers = make([]*byte, size/word) })
			say("request", []int{size, 1}, objects, bytes)
		}
	}
	for size := range 40001 {
		ask(size)
	}
	for size := 40008; size < 1<<20; size += 4088 {
		ask(size)
	}
}

// tinies asks for rows of objects that share blocks, again and again.
func tinies() {
	rows := [][]int{}
	for a := 1; a < 16; a++ {
		rows = append(rows, []int{a})
		for b := 1; b < 16; b++ {
			rows = append(rows, []int{a, b})
		}
	}
	seed := uint32(1)
	for range 400 {
		row := make([]int, 3+seed%7)
		for i := range row {
			seed = seed*1664525 + 1013904223
			row[i] = 1 + int(seed>>16)%15
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		const turns = 1000
		objects, bytes := measure(func() {
			for range turns {
				for _, size := range row {
					sinkBytes = make([]byte, size)
				}
			}
		})
		say("tiny", append([]int{turns}, row...), objects, bytes)
	}
}
