package main

import "strconv"

func maps() {
	number := func(i int) int { return i }
	small := func(i int) int32 { return int32(i) }
	text := func(i int) string { return strconv.Itoa(i) }
	array := func(i int) [200]byte { return [200]byte{byte(i), byte(i >> 8)} }
	edge := func(i int) [128]byte { return [128]byte{byte(i), byte(i >> 8)} }
	hints[int, int](number)
	hints[int32, int32](small)
	hints[int32, bool](small)
	hints[int, struct{}](number)
	hints[string, string](text)
	hints[string, bool](text)
	hints[int, *int](number)
	hints[[128]byte, [128]byte](edge)
	hints[[200]byte, [129]byte](array)
	hints[string, [200]*byte](text)
	hints[string, mixed](text)
}

// hints asks what a map takes that is made for some number of entries, and what it takes
// with some entries in it.
func hints[K comparable, V any](key func(int) K) {
	types := append(shape[K](), shape[V]()...)
	for hint := range 2001 {
		objects, bytes := measure(func() { sinkAny = make(map[K]V, hint) })
		say("map", append(types, hint, 0), objects, bytes)
	}
	keys := make([]K, 1000)
	for i := range keys {
		keys[i] = key(i)
	}
	for _, hint := range []int{0, 8, 20, 100, 800, 1900} {
		for _, n := range []int{0, 1, 2, 7, 8, 9, 14, 15, 16, 28, 29, 56, 57, 112, 113, 224, 225, 448, 449, 896} {
			objects, bytes := measure(func() {
				m := make(map[K]V, hint)
				for _, k := range keys[:n] {
					var v V
					m[k] = v
				}
				sinkAny = m
			})
			say("map", append(types, hint, n), objects, bytes)
		}
	}
}
