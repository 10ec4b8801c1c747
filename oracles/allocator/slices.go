package main

import "slices"

func appends() {
	elements(true, false)
}

// growth asks which capacity a slice gets that outgrows another.
func growth[T any]() {
	var caps []int
	for n := range 41 {
		caps = append(caps, n)
	}
	caps = append(caps, 63, 64, 65, 100, 127, 128, 129, 200, 255, 256, 257, 300, 511, 512, 513, 600, 848,
		1000, 1024, 1280, 2000, 4096, 5000)
	for _, capacity := range caps {
		lens := []int{
			capacity + 1, capacity + 2, capacity + 3, capacity + 7, capacity + capacity/2,
			2 * capacity, 2*capacity + 1, 3*capacity + 5,
		}
		for _, length := range slices.Compact(lens) {
			if length <= capacity {
				continue
			}
			old := make([]T, 0, capacity)
			grown := cap(append(old, make([]T, length)...))
			say("append", append(shape[T](), capacity, length), uint64(grown))
		}
	}
}

//go:noinline
func filled[T any](n int) []T {
	var s []T
	for range n {
		var v T
		s = append(s, v)
	}
	return s
}

//go:noinline
func kept[T any](n int) int {
	var s []T
	for range n {
		var v T
		s = append(s, v)
	}
	return len(s)
}

// filling asks what it takes to append one by one: to a slice that is returned, and to one
// that is not.
func filling[T any]() {
	for _, n := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 32, 33, 64, 65, 100, 255, 256, 257, 1000} {
		var s []T
		objects, bytes := measure(func() { s = filled[T](n) })
		say("filled", append(shape[T](), n), objects, bytes)
		sinkLen = len(s)
		objects, bytes = measure(func() { sinkLen = kept[T](n) })
		say("kept", append(shape[T](), n), objects, bytes)
	}
}

func channels() {
	elements(false, true)
}

func channel[T any]() {
	for _, n := range []int{0, 1, 2, 3, 4, 7, 8, 16, 50, 100, 1000} {
		objects, bytes := measure(func() { sinkAny = make(chan T, n) })
		say("chan", append(shape[T](), n), objects, bytes)
	}
}
