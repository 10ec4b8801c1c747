// Command constants says what go/constant makes of constant expressions, for the
// constants test of crate types:
//
//	go run ./constants > ../crates/types/tests/data/constants.txt
//
// A line is a program for a stack machine, then what is on top of its stack in the
// end: kind, exact form, short form, sign, length in bits, nearest float64 and
// float32. Words of a program that have a colon after an upper-case letter push the
// literal that follows (percent-encoded); the others are operators. Where go/constant
// panics the value is unknown, a comparison false.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"hash/fnv"
	"math"
	"math/rand"
	"os"
	"strconv"
	"strings"
)

func main() {
	seed := flag.Int64("seed", 1, "of the random cases")
	count := flag.Int("n", 2000, "number of random cases")
	flag.Parse()

	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, program := range edgeCases() {
		report(out, program)
	}
	g := &generator{rand.New(rand.NewSource(*seed))}
	for range *count {
		report(out, g.program())
	}
}

// report runs a program and prints its line.
func report(out *bufio.Writer, program string) {
	x := run(program)
	bits := 0
	f64, f32 := "-", "-"
	switch x.Kind() {
	case constant.Int:
		bits = constant.BitLen(x)
		fallthrough
	case constant.Float:
		d, _ := constant.Float64Val(x)
		f64 = fmt.Sprintf("%016x", math.Float64bits(d))
		s, _ := constant.Float32Val(x)
		f32 = fmt.Sprintf("%08x", math.Float32bits(s))
	}
	sign := 1
	switch x.Kind() {
	case constant.Int, constant.Float, constant.Complex:
		sign = constant.Sign(x)
	}
	fmt.Fprintf(out, "%s\t%v\t%s\t%s\t%d\t%d\t%s\t%s\n",
		program, x.Kind(), digest(x.ExactString()), digest(x.String()), sign, bits, f64, f32)
}

// digest replaces long texts by their length and hash.
func digest(s string) string {
	if len(s) <= 60 {
		return s
	}
	h := fnv.New64a()
	h.Write([]byte(s))
	return fmt.Sprintf("#%d:%016x", len(s), h.Sum64())
}

// machine is the state of a program.
type machine struct {
	stack []constant.Value
	// The program as a Go expression while it is but a literal, perhaps negated.
	expr string
}

func run(program string) constant.Value {
	m := &machine{}
	for word := range strings.FieldsSeq(program) {
		m.step(word)
	}
	return m.pop()
}

func (m *machine) pop() constant.Value {
	x := m.stack[len(m.stack)-1]
	m.stack = m.stack[:len(m.stack)-1]
	return x
}

func (m *machine) push(x constant.Value) { m.stack = append(m.stack, x) }

var literals = map[string]token.Token{
	"I": token.INT, "F": token.FLOAT, "M": token.IMAG, "C": token.CHAR, "S": token.STRING,
}

var binaries = map[string]token.Token{
	"+": token.ADD, "-": token.SUB, "*": token.MUL, "/": token.QUO, "quo": token.QUO_ASSIGN,
	"%": token.REM, "&": token.AND, "|": token.OR, "^": token.XOR, "&^": token.AND_NOT,
	"&&": token.LAND, "||": token.LOR,
}

var comparisons = map[string]token.Token{
	"==": token.EQL, "!=": token.NEQ, "<": token.LSS, "<=": token.LEQ, ">": token.GTR, ">=": token.GEQ,
}

var unaries = map[string]token.Token{
	"plus": token.ADD, "neg": token.SUB, "bitnot": token.XOR, "not": token.NOT,
}

var conversions = map[string]func(constant.Value) constant.Value{
	"toint": constant.ToInt, "tofloat": constant.ToFloat, "tocomplex": constant.ToComplex,
	"real": constant.Real, "imag": constant.Imag, "makeimag": constant.MakeImag,
}

func (m *machine) step(word string) {
	name, arg, _ := strings.Cut(word, ":")
	if tok, ok := literals[name]; ok {
		text := decode(arg)
		m.expr = text
		m.push(constant.MakeFromLiteral(text, tok, 0))
		return
	}
	switch name {
	case "true", "false":
		m.push(constant.MakeBool(name == "true"))
		return
	case "unknown":
		m.push(constant.MakeUnknown())
		return
	case "<<", ">>":
		x, n := m.pop(), number(arg)
		op := token.SHL
		if name == ">>" {
			op = token.SHR
		}
		m.push(guarded(func() constant.Value { return constant.Shift(x, op, n) }))
		return
	case "as":
		m.pop()
		m.push(represented(m.expr, arg))
		return
	}
	if op, ok := unaries[name]; ok {
		x, n := m.pop(), number(arg)
		if name == "neg" {
			m.expr = "-" + m.expr
		}
		m.push(guarded(func() constant.Value { return constant.UnaryOp(op, x, n) }))
	} else if op, ok := binaries[name]; ok {
		y, x := m.pop(), m.pop()
		m.push(guarded(func() constant.Value { return constant.BinaryOp(x, op, y) }))
	} else if op, ok := comparisons[name]; ok {
		y, x := m.pop(), m.pop()
		result := guarded(func() constant.Value { return constant.MakeBool(constant.Compare(x, op, y)) })
		m.push(constant.MakeBool(constant.BoolVal(result)))
	} else if convert, ok := conversions[name]; ok {
		x := m.pop()
		m.push(guarded(func() constant.Value { return convert(x) }))
	} else {
		panic("no such word: " + word)
	}
}

// guarded turns a panic into an unknown value.
func guarded(f func() constant.Value) (x constant.Value) {
	defer func() {
		if recover() != nil {
			x = constant.MakeUnknown()
		}
	}()
	return f()
}

// represented says what go/types makes of a constant of a given type.
func represented(expr, typ string) constant.Value {
	tv, err := types.Eval(token.NewFileSet(), nil, token.NoPos, typ+"("+expr+")")
	if err != nil || tv.Value == nil {
		return constant.MakeUnknown()
	}
	return tv.Value
}

func number(s string) uint {
	n, _ := strconv.ParseUint(s, 10, 64)
	return uint(n)
}

func encode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c == '%' {
			fmt.Fprintf(&b, "%%%02x", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func decode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		c, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
		b.WriteByte(byte(c))
		i += 2
	}
	return b.String()
}
