package p

func constant() []int {
	return make([]int, 6)
}

func variable(n int) int {
	s := make([]byte, n)
	return len(s)
}

func large(n int) []string {
	return make([]string, n)
}

func empty() []int { return []int{} }

func literal() []*int { return []*int{nil, nil, nil} }

func grow(n int) []int {
	var s []int
	for i := 0; i < n; i++ {
		s = append(s, i)
	}
	return s
}

func once() []int32 {
	return append([]int32(nil), 1, 2, 3)
}

func room() int {
	s := make([]int, 0, 4)
	s = append(s, 1, 2)
	return len(s)
}

func extend(s []int, n int) []int {
	return append(s, make([]int, n)...)
}

func channel(n int) (chan int, chan *int) {
	return make(chan int), make(chan *int, n)
}

func maps(n int) (int, map[int]int) {
	small := map[string]int{"a": 1}
	small["b"] = 2
	big := make(map[int]int, n)
	big[n] = 1
	return len(small), big
}
