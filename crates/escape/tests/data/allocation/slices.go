package p

func constant() []int {
	return make([]int, 6) // alloc: make slice always, 1 object, 48 bytes
}

func variable(n int) int { // call (33) // alloc: takes 1 object, 48 bytes
	s := make([]byte, n) // alloc 1.24: make slice always, 1 object, n bytes // alloc 1.25+: make slice sometimes LongerThan(32), 1 object, n bytes
	return len(s)
}

func large(n int) []string {
	return make([]string, n) // alloc: make slice always, 1 object, 16*n bytes
}

func empty() []int { return []int{} } // alloc: slice literal never Empty

func literal() []*int { return []*int{nil, nil, nil} } // alloc: slice literal always, 1 object, 24 bytes

func grow(n int) []int { // call (100) // alloc 1.24: takes 8 objects, 2040 bytes // alloc 1.25: takes 8 objects, 2040 bytes // alloc 1.26+: takes 5 objects, 1984 bytes
	var s []int
	for i := 0; i < n; i++ {
		s = append(s, i) // alloc 1.26+: append sometimes LongerThan(4), 1 object, some bytes // alloc: append sometimes CapacityExceeded, 1 object, some bytes
	}
	return s // alloc 1.24:  // alloc 1.25:  // alloc 1.26+: move to heap sometimes OnStack, 1 object, some bytes
}

func once() []int32 {
	return append([]int32(nil), 1, 2, 3) // alloc: append always, 1 object, 16 bytes
}

func room() int {
	s := make([]int, 0, 4) // alloc: make slice never OnStack
	s = append(s, 1, 2)    // alloc: append never HasRoom
	return len(s)
}

func extend(s []int, n int) []int {
	return append(s, make([]int, n)...) // alloc: make slice never Merged; append sometimes CapacityExceeded, 1 object, some bytes
}

func channel(n int) (chan int, chan *int) {
	return make(chan int), make(chan *int, n) // alloc: make chan always, 1 object, 112 bytes; make chan always, 2 objects, 112+8*n bytes
}

func maps(n int) (int, map[int]int) { // call (9) // alloc: takes 4 objects, 376 bytes
	small := map[string]int{"a": 1} // alloc: map literal never OnStack
	small["b"] = 2                  // alloc: map insert never HasRoom
	big := make(map[int]int, n)     // alloc: make map always, 1 object, some bytes
	big[n] = 1                      // alloc: map insert sometimes MapGrows, 1 object, some bytes
	return len(small), big
}
