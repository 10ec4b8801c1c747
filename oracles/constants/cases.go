package main

import (
	"fmt"
	"math/rand"
	"strings"
)

// edgeCases returns the programs that are worth naming.
//
// 0x1p-2147483649 is none of them: at this exponent, the least there is, the nearest
// float64 that math/big has is infinity.
func edgeCases() []string {
	var cases []string
	add := func(kind string, texts ...string) {
		for _, text := range texts {
			cases = append(cases, kind+":"+encode(text))
		}
	}
	add("I", "0", "00", "007", "08", "0_7", "0_", "_0", "1__0", "1_000", "0x", "0x_F", "0xF_", "0b102", "0b101",
		"0o17", "0O17", "0B1", "0X1fG", "", "9223372036854775807", "9223372036854775808", "18446744073709551615",
		"18446744073709551616", "0x8000_0000_0000_0000", "1e3", "1.0", "0x1p4", "'", "i", strings.Repeat("9", 200))
	add("F", "0.", ".0", ".", "1.", ".5", "00.5", "08.5", "1e", "1e+", "1e5", "1E-5", "1_0.2_5", "1_.5", "1._5", "1e1_0",
		"1e_1", "1e1_", "0x1p-2", "0x.8p0", "0x1.8", "0x1.p1", "0x.p1", "0x1.fffffffffffffp1023", "0x1p1024", "1p3", "0b1.1p3",
		"0o7.4", "0x1e3", "Inf", "inf", "1.5.2", "0e9999999999", "0e99999999999999999999", "1e0000000000000000000001",
		"1e1000000000", "1e-1000000000", "1e646456993", "1e646456992", "1e646456994", "4e646456992", "1e-646456993", "1e-646456994",
		"1e999999999999999999", "1e99999999999999999999", "0x1p2147483646", "0x1p2147483647", "0x1p2147483648", "0x1p-2147483648",
		"0x1p-2147483650", "0x.0001p9223372036854775807", "1.5e-9223372036854775808", "0.00001e9223372036854775807",
		"1e1232", "1e1233", "1e1234", "1e-1232", "1e-1233", "1e-1234", "0x1p4094", "0x1p4095", "0x1p4096", "0x1p-4096", "0x1p-4097",
		"0x1p-4095", "123456789012345678901234567890e-20", "1"+strings.Repeat("0", 1300)+"e-1300", "0."+strings.Repeat("0", 1300)+"1e1300",
		"0."+strings.Repeat("123456789", 300), "3.14159265358979323846264338327950288419716939937510582097494459",
		"1.7976931348623157e308", "1.7976931348623159e308", "1.797693134862315808e308", "3.4028235677973366e38", "3.4028234663852886e38",
		"5e-324", "2.5e-324", "2.4703282292062328e-324", "1e-400", "1e-45", "7e-46", "2.2250738585072011e-308", "1000000.5", "999999.5",
		"0.0001", "0.00001", "123456.5", "1234567.5", "1e5", "1e6", "999999.6e0", "9.9999995e400", "9.999995e-400", "9.9999949e500")
	add("M", "0i", "1i", "0123i", "0o17i", "0x1Fi", "0b11i", "1.5i", "1e3i", ".5i", "i", "1", "1_0i", "08i", "0x1p-2i", "1e1000000000i")
	add("C", "''", "'a'", "'\\''", "'\"'", "'\\\"'", "'\\n'", "'\\x41'", "'\\xff'", "'\\377'", "'\\400'", "'\\u00e9'", "'\\ud800'",
		"'\\U0010ffff'", "'\\U00110000'", "'\\Uffffffff'", "'ab'", "'世'", "'\xff'", "'\\q'", "'\\x4'", "'\\07'", "'\\008'", "'", "a", "'''",
		"'\n'", "'\\", "'\\a'", "'\\b'", "'\\f'", "'\\r'", "'\\t'", "'\\v'", "'\\\\'", "'\xe4\xb8'", "'\ufffd'")
	add("S", `""`, "``", `"a`, `a"`, `"`, "`", `"a"b"`, "`a`b`", `"\a\b\f\n\r\t\v\\\""`, `"\'"`, `"\x00\x7f\x80\xff"`, `"\000\177\200\377"`,
		`"\u00e9\u4e16\U0001f600"`, `"\ud800"`, `"\xzz"`, `"\08"`, "\"a\nb\"", "\"a\rb\"", "`a\r\nb\\n`", "`a\nb`", "\"\xff\"", "\"\xe4\xb8\"",
		"\"\xff\\n\"", "`\xff`", "\"世界\"", "\"\u00a0\u2028\u200b\ufeff\u00ad\u0301\U000e0001\U000f0000\"", `"'"`, "\"\t\x7f\x01\"",
		`"`+strings.Repeat("x", 70)+`"`, `"`+strings.Repeat("x", 71)+`"`, `"`+strings.Repeat("世", 70)+`"`, `"`+strings.Repeat("世", 72)+`"`,
		`"`+strings.Repeat("\\x01", 30)+`"`, `"`+strings.Repeat("\U0001f600", 400)+`"`, "`"+strings.Repeat("\xff", 400)+"`")
	// Some characters of all planes, for what quoting escapes.
	var some strings.Builder
	for c := rune(0x80); c < 0x110000; c += 500 {
		some.WriteRune(c)
		if some.Len() > 2000 {
			add("S", "`"+some.String()+"`")
			some.Reset()
		}
	}
	cases = append(cases, combinations()...)
	return append(cases, representations()...)
}

// operands are numbers at which something changes.
var operands = []string{
	"I:0", "I:1", "I:3", "I:1 neg", "I:2147483648", "I:9223372036854775807", "I:9223372036854775808 neg",
	"I:18446744073709551616", "I:1 <<:100 neg", "I:1 <<:4095", "I:1 <<:4096", "F:0.0", "F:0.1", "F:2.0 neg", "F:1e400", "F:1e1233",
	"F:1e1234", "F:1e-2000", "F:1e100000", "F:1e2000 F:1e2000 -", "F:1e2000 F:3e2000 /", "F:1e2000 F:1e1998 / F:0.5 +",
	"M:0i", "M:1i", "I:1 M:2i +", "F:0.5 F:1e-5 makeimag -", "F:1e2000 M:1e2000i +", "F:0x1p2147483000", "F:0x1p-2147483000",
}

func combinations() []string {
	var cases []string
	for _, x := range operands {
		for _, op := range []string{"plus", "neg", "bitnot", "bitnot:8", "bitnot:64", "not", "<<:0", "<<:1", "<<:64", "<<:1074",
			">>:0", ">>:1", ">>:63", ">>:64", ">>:200", "toint", "tofloat", "tocomplex", "real", "imag", "makeimag"} {
			cases = append(cases, x+" "+op)
		}
		for _, y := range operands {
			// Go aligns such sums bit by bit.
			if huge(x) != huge(y) {
				continue
			}
			for _, op := range []string{"+", "-", "*", "/", "<", "=="} {
				cases = append(cases, x+" "+y+" "+op)
			}
			if strings.HasPrefix(x, "I") && strings.HasPrefix(y, "I") && !strings.Contains(x+y, "+") {
				for _, op := range []string{"quo", "%", "&", "|", "^", "&^"} {
					cases = append(cases, x+" "+y+" "+op)
				}
			}
		}
	}
	others := []string{"true", "false", "unknown", `S:"a"`, `S:"b"`, `S:""`, "I:1", "F:1.5", "M:1i"}
	for _, x := range others {
		for _, op := range []string{"plus", "neg", "bitnot", "not", "<<:1", "toint", "tofloat", "tocomplex", "makeimag"} {
			cases = append(cases, x+" "+op)
		}
		for _, y := range others {
			// Of what does not mix, go/constant takes one for the other.
			if sort(x) != sort(y) && x != "unknown" && y != "unknown" {
				continue
			}
			for _, op := range []string{"+", "-", "&", "&&", "||", "==", "!=", "<", "<=", ">", ">="} {
				cases = append(cases, x+" "+y+" "+op)
			}
		}
	}
	return cases
}

// sort is a first letter to tell booleans, strings and numbers by.
func sort(x string) string {
	switch x[0] {
	case 't', 'f':
		return "bool"
	case 'S':
		return "string"
	}
	return "number"
}

func huge(x string) bool { return strings.Contains(x, "p2147") || strings.Contains(x, "p-2147") }

var basicTypes = []string{"int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr",
	"float32", "float64", "complex64", "complex128"}

func representations() []string {
	var cases []string
	literals := []string{"I:0", "I:127", "I:128", "I:129", "I:255", "I:256", "I:32767", "I:32768", "I:65535", "I:65536", "I:2147483647",
		"I:2147483648", "I:4294967295", "I:4294967296", "I:9223372036854775807", "I:9223372036854775808", "I:9223372036854775809",
		"I:18446744073709551615", "I:18446744073709551616", "I:16777217", "I:9007199254740993", "F:1.0", "F:1.5", "F:0.1", "F:1e18",
		"F:1e19", "F:1e20", "F:3.4028234663852886e38", "F:3.4028235677973366e38", "F:3.5e38", "F:1.7976931348623157e308",
		"F:1.7976931348623159e308", "F:1e309", "F:1e-45", "F:1e-46", "F:5e-324", "F:1e-325", "F:1e5000", "F:1e-5000", "M:0i", "M:1i",
		"M:0.1i", "M:1e39i", "M:1e309i", "C:'a'"}
	for _, x := range literals {
		for _, typ := range basicTypes {
			cases = append(cases, x+" as:"+typ, x+" neg as:"+typ)
		}
	}
	return cases
}

// generator makes random programs.
type generator struct{ *rand.Rand }

func (g *generator) one(from ...string) string { return from[g.Intn(len(from))] }

func (g *generator) program() string {
	switch g.Intn(10) {
	case 0:
		return g.mutated()
	case 1:
		return "S:" + encode(g.text())
	case 2:
		return g.float() + g.one(" ", " neg ") + "as:" + g.one("float32", "float64", "complex64", "complex128")
	case 3:
		return g.int() + " " + g.int() + " " + g.one("+", "-", "*", "/", "quo", "%", "&", "|", "^", "&^", "<", "<=", "==")
	case 4:
		return g.int() + " " + g.one("bitnot", fmt.Sprintf("bitnot:%d", g.Intn(70)), "neg", fmt.Sprintf("<<:%d", g.Intn(1200)),
			fmt.Sprintf(">>:%d", g.Intn(200)), "tofloat")
	case 5:
		return g.complex() + " " + g.complex() + " " + g.one("+", "-", "*", "/", "==", "!=")
	case 6:
		return g.number() + " " + g.number() + " / " + g.one("toint", "tofloat", g.number()+" *", g.number()+" * toint", g.number()+" +")
	}
	program := g.number()
	for range 1 + g.Intn(5) {
		program += " " + g.number() + " " + g.one("+", "-", "*", "/")
	}
	return program + g.one("", "", " neg", " toint", " "+g.number()+" <", " "+g.number()+" >=")
}

func (g *generator) number() string {
	if g.Intn(3) == 0 {
		return g.int()
	}
	return g.float()
}

func (g *generator) complex() string {
	im := g.number()
	return g.number() + " " + im + " makeimag " + g.one("+", "-")
}

func (g *generator) digits(n int, of string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 && g.Intn(12) == 0 {
			b.WriteByte('_')
		}
		b.WriteByte(of[g.Intn(len(of))])
	}
	return b.String()
}

func (g *generator) int() string {
	n := 1 + g.Intn([]int{2, 5, 10, 20, 20, 40, 160}[g.Intn(7)])
	text := ""
	switch g.Intn(6) {
	case 0:
		text = g.one("0x", "0X", "0x_") + g.digits(n, "0123456789abcdefABCDEF")
	case 1:
		text = g.one("0b", "0B", "0b_") + g.digits(2*n, "01")
	case 2:
		text = g.one("0", "0o", "0O", "0_") + g.digits(n, "01234567")
	default:
		text = g.one("1", "2", "5", "9") + g.digits(n, "0123456789")
	}
	return "I:" + text + g.one("", "", " neg")
}

func (g *generator) float() string {
	n := 1 + g.Intn([]int{2, 5, 10, 20, 40, 400}[g.Intn(6)])
	if g.Intn(4) == 0 {
		exp := (g.Intn(2)*2 - 1) * g.Intn([]int{10, 70, 160, 1100, 5000, 100000}[g.Intn(6)])
		return fmt.Sprintf("F:0x%s.%sp%d", g.digits(1, "0123456789abcdef"), g.digits(n, "0123456789abcdef"), exp)
	}
	exp := (g.Intn(2)*2 - 1) * g.Intn([]int{3, 30, 50, 330, 1300, 5000, 100000}[g.Intn(7)])
	return fmt.Sprintf("F:%s.%se%d", g.digits(1+g.Intn(3), "0123456789"), g.digits(n, "0123456789"), exp)
}

// mutated returns a literal with something wrong, perhaps.
func (g *generator) mutated() string {
	kind, alphabet := g.one("I", "F", "M"), "0123456789_.eEpPxXbBoOi+-afAF/"
	text := strings.Fields(strings.SplitN(g.number(), ":", 2)[1])[0]
	if len(text) > 60 {
		text = text[:60]
	}
	if kind == "M" {
		text += "i"
	}
	for range 1 + g.Intn(3) {
		i := g.Intn(len(text))
		c := string(alphabet[g.Intn(len(alphabet))])
		text = text[:i] + g.one(c, c+text[i:i+1], "") + text[i+1:]
		if text == "" {
			text = "0"
		}
	}
	// No literal has a sign.
	text = strings.TrimLeft(text, "+-")
	// Nor does the test want to wait for Go.
	if e := strings.LastIndexAny(text, "eEpP"); e >= 0 && len(text)-e > 8 {
		text = text[:e+8]
	}
	return kind + ":" + encode(text)
}

// text returns a string literal with something wrong, perhaps.
func (g *generator) text() string {
	if g.Intn(5) == 0 {
		return "`" + g.bytes() + "`"
	}
	var b strings.Builder
	b.WriteByte('"')
	for range g.Intn(30) {
		switch g.Intn(12) {
		case 0:
			b.WriteString("\\" + g.one("a", "b", "f", "n", "r", "t", "v", "\\", "\"", "'", "q"))
		case 1:
			fmt.Fprintf(&b, "\\x%02x", g.Intn(256))
		case 2:
			fmt.Fprintf(&b, "\\%03o", g.Intn(258))
		case 3:
			fmt.Fprintf(&b, "\\u%04X", g.Intn(0x10000))
		case 4:
			fmt.Fprintf(&b, "\\U%08x", g.Intn(0x111000))
		case 5:
			b.WriteRune(rune(g.Intn(0x3000)))
		default:
			b.WriteByte(byte(' ' + g.Intn(94)))
		}
	}
	if g.Intn(12) == 0 {
		b.WriteString(g.bytes())
	}
	return b.String() + `"`
}

func (g *generator) bytes() string {
	bytes := make([]byte, g.Intn(40))
	for i := range bytes {
		bytes[i] = byte(g.Intn(256))
	}
	return string(bytes)
}
