package p

var table map[string]int

func lookup(b []byte) int { return table[string(b)] } // alloc: bytes to string never Temporary

func compared(b []byte) bool { return string(b) == "x" } // alloc: bytes to string never Temporary

func looked(b []byte) int {
	s := string(b) // alloc 1.24: bytes to string sometimes TextLongerThan(32), 1 object, len(b) bytes // alloc 1.25+: bytes to string never Temporary
	return table[s]
}

func text(b []byte) string { return string(b) } // alloc: bytes to string always, 1 object, len(b) bytes

func bytes(s string) []byte { return []byte(s) } // alloc: string to bytes always, 1 object, len(s) bytes

func runes(s string) int {
	r := []rune(s) // alloc: string to runes sometimes TextLongerThan(32), 1 object, 4*len([]rune(s)) bytes
	return cap(r)
}

func sum(a, b string) string { return a + ", " + b } // alloc: concatenation always, 1 object, len(a)+len(b)+2 bytes

func short(a, b string) bool { return a+b == "ab" } // alloc: concatenation sometimes TextLongerThan(32), 1 object, len(a)+len(b) bytes

func joined(a, b string) []byte { return []byte(a + b) } // alloc: concatenation never Merged; string to bytes always, 1 object, len(a)+len(b) bytes

func char(r rune) string { return string(r) } // alloc: rune to string always, 1 object, 4 bytes

func ranged(s string) (n int) {
	for _, c := range []byte(s) { // alloc: string to bytes never Temporary
		n += int(c)
	}
	return n
}

func added(s string) string {
	s += "x" // alloc: concatenation always, 1 object, len(s)+1 bytes
	return s
}
