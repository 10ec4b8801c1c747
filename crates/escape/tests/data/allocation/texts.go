package p

var table map[string]int

func lookup(b []byte) int { return table[string(b)] }

func compared(b []byte) bool { return string(b) == "x" }

func looked(b []byte) int {
	s := string(b)
	return table[s]
}

func text(b []byte) string { return string(b) }

func bytes(s string) []byte { return []byte(s) }

func runes(s string) int {
	r := []rune(s)
	return cap(r)
}

func sum(a, b string) string { return a + ", " + b }

func short(a, b string) bool { return a+b == "ab" }

func joined(a, b string) []byte { return []byte(a + b) }

func char(r rune) string { return string(r) }

func ranged(s string) (n int) {
	for _, c := range []byte(s) {
		n += int(c)
	}
	return n
}

func added(s string) string {
	s += "x"
	return s
}
