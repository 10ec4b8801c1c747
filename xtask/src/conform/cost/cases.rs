//! Small Go functions, generated over operations, types, lengths, escapes and call shapes.

use std::fmt::Write as _;

/// One function whose cost is measured.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The function without parameters that is called: `C0017`.
    pub(super) name: String,
    /// What it is about: `make slice, const, escapes`.
    pub(super) family: String,
    /// Declarations, the function among them.
    pub(super) code: String,
}

/// What all cases use.
pub(super) const PRELUDE: &str = r#"package cost

type S8 struct{ A int64 }
type S24 struct{ A int64; P *int; B int32 }
type S2K struct{ A [256]int64 }
type E struct{}
type F32 [1]float32
type Named int32
type Stringer interface{ String() string }

func (s S24) String() string { return "s" }
func (s *S8) String() string { return "p" }
func (n Named) String() string { return "n" }

var sinkInt int
var sinkString string
var sinkBytes []byte
var sinkRunes []rune
var sinkAny any
var sinkFunc func() int
var sinkStringer Stringer

//go:noinline
func useInt(n int) { sinkInt = n }

//go:noinline
func lenOf(s string) int { return len(s) }

//go:noinline
func lenOfBytes(b []byte) int { return len(b) }

//go:noinline
func isNil(x any) bool { return x == nil }

//go:noinline
func call(f func() int) int { return f() }

//go:noinline
func count(xs ...any) int { return len(xs) }

//go:noinline
func keep(xs ...any) { sinkAny = xs[0] }

//go:noinline
func countInts(xs ...int) int { return len(xs) }

func newOf[T any]() *T { return new(T) }

//go:noinline
func boxOf[T any](x T) any { return x }

//go:noinline
func makeOf[T any](n int) []T { return make([]T, n) }

func mapped[T, U any](xs []T, f func(T) U) []U {
	us := make([]U, 0, len(xs))
	for _, x := range xs {
		us = append(us, f(x))
	}
	return us
}

func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}
"#;

/// Types by their names, with an expression of each that is no constant.
const TYPES: &[(&str, &str)] = &[
    ("int8", "int8(n)"),
    ("int16", "int16(n)"),
    ("int32", "int32(n)"),
    ("int", "n"),
    ("uint64", "uint64(n)"),
    ("float32", "float32(n)"),
    ("float64", "float64(n)"),
    ("complex128", "complex(float64(n), 1)"),
    ("bool", "n > 3"),
    ("string", "sinkString"),
    ("[]byte", "sinkBytes"),
    ("*int", "&sinkInt"),
    ("map[int]int", "map[int]int(nil)"),
    ("func() int", "sinkFunc"),
    ("any", "sinkAny"),
    ("E", "E{}"),
    ("[3]byte", "[3]byte{1: byte(n)}"),
    ("[5]int16", "[5]int16{1: int16(n)}"),
    ("S8", "S8{int64(n)}"),
    ("S24", "S24{A: int64(n)}"),
    ("S2K", "S2K{}"),
    ("F32", "F32{float32(n)}"),
    ("Named", "Named(n)"),
];

/// All cases, always the same.
pub(super) fn all() -> Vec<Case> {
    let mut cases = Cases::default();
    cases.objects();
    cases.variables();
    cases.slices();
    cases.maps();
    cases.channels();
    cases.appends();
    cases.texts();
    cases.boxes();
    cases.functions();
    cases.shapes();
    cases.mixtures();
    cases.all
}

#[derive(Default)]
struct Cases {
    all: Vec<Case>,
}

impl Cases {
    /// A function with a body that calls nothing of its own; `$` in the code is the case's number.
    fn add(&mut self, family: &str, outside: &str, body: &str) {
        let number = format!("{:04}", self.all.len());
        let name = format!("C{number}");
        let mut code = String::new();
        let _ = write!(code, "{outside}\n\n//go:noinline\nfunc {name}() {{\n{body}\n}}\n");
        let code = code.replace('$', &number);
        self.all.push(Case { name, family: family.to_owned(), code });
    }

    /// A function of an `int` that gives a `result`, called with some numbers: inlined and not.
    fn of_int(&mut self, family: &str, result: &str, body: &str, arguments: &[i64]) {
        for &argument in arguments {
            for shape in ["", "//go:noinline\n"] {
                let outside =
                    format!("var s$ {result}\n\n{shape}func f$(n int) {result} {{\n{body}\n}}");
                let called = if shape.is_empty() { "inlined" } else { "called" };
                let family = format!("{family}, {called}");
                self.add(&family, &outside, &format!("\ts$ = f$({argument})"));
            }
        }
    }

    fn objects(&mut self) {
        for (ty, value) in TYPES {
            let sink = format!("var s$ *{ty}");
            self.add("new, escapes", &sink, &format!("\ts$ = new({ty})"));
            self.of_int(
                "new, returned",
                &format!("*{ty}"),
                &format!("\tp := new({ty})\n\t*p = {value}\n\treturn p"),
                &[7],
            );
            self.add(
                "new, stays",
                "",
                &format!("\tn := 3\n\tp := new({ty})\n\t*p = {value}\n\tuseInt(n)"),
            );
        }
        for literal in ["S8{1}", "S24{A: 1}", "S2K{}", "E{}", "[3]int{1, 2, 3}", "[4]string{\"a\"}"]
        {
            let ty = literal.split('{').next().unwrap_or_default();
            self.add(
                "composite literal, escapes",
                &format!("var s$ *{ty}"),
                &format!("\ts$ = &{literal}"),
            );
            self.add(
                "composite literal, stays",
                "",
                &format!("\tp := &{literal}\n\tuseInt(int(len(string(\"ab\"))))\n\t_ = p"),
            );
        }
        self.add(
            "composite literal, nested",
            "type N$ struct { L, R *N$; V int }\n\nvar s$ *N$",
            "\ts$ = &N${L: &N${V: 1}, R: &N${V: 2}, V: 3}",
        );
        self.add(
            "composite literal, slices within",
            "type N$ struct { X []int; Y []string }\n\nvar s$ *N$",
            "\ts$ = &N${X: []int{1, 2, 3}, Y: []string{\"a\"}}",
        );
    }

    fn variables(&mut self) {
        for (ty, value) in TYPES {
            self.of_int(
                "variable, returned",
                &format!("*{ty}"),
                &format!("\tx := {value}\n\treturn &x"),
                &[7],
            );
        }
        let small = ["int8", "int16", "int32", "int64", "float32", "[3]byte"];
        for (at, a) in small.iter().enumerate() {
            for b in &small[at..] {
                let outside = format!("var p$ *{a}\nvar q$ *{b}");
                self.add(
                    "variables, two",
                    &outside,
                    &format!("\tvar a {a}\n\tvar b {b}\n\tp$, q$ = &a, &b"),
                );
            }
        }
        for count in [3, 4, 5, 9] {
            for ty in ["int8", "int32", "int64"] {
                let mut body = String::new();
                for i in 0..count {
                    let _ = writeln!(body, "\tvar x{i} {ty}");
                }
                for i in 0..count {
                    let _ = writeln!(body, "\ts$[{i}] = &x{i}");
                }
                self.add("variables, several", &format!("var s$ [{count}]*{ty}"), &body);
            }
        }
        self.add("variables, a branch between", "var p$, q$ *int32", "\tvar a int32\n\tp$ = &a\n\tif sinkInt >= 0 {\n\t\tsinkInt = 0\n\t}\n\tvar b int32\n\tq$ = &b");
        self.add(
            "variables, a call between",
            "var p$, q$ *int32",
            "\tvar a int32\n\tp$ = &a\n\tuseInt(1)\n\tvar b int32\n\tq$ = &b",
        );
        self.add(
            "variables, an object between",
            "var p$, q$ *int32\nvar r$ *S8",
            "\tvar a int32\n\tp$ = &a\n\tr$ = &S8{}\n\tvar b int32\n\tq$ = &b",
        );
        self.add(
            "variables, mixed",
            "var p$ *int32\nvar q$ *string\nvar r$ *int32",
            "\tvar a int32\n\tvar b string\n\tvar c int32\n\tp$, q$, r$ = &a, &b, &c",
        );
        self.of_int(
            "variables, in a loop",
            "*int",
            "\tvar p *int\n\tfor i := 0; i < n; i++ {\n\t\tp = &i\n\t}\n\treturn p",
            &[3, 8],
        );
        self.of_int("variables, parameter", "*int", "\treturn &n", &[3]);
    }

    fn slices(&mut self) {
        for (elem, zero) in [
            ("byte", "1"),
            ("int32", "1"),
            ("int", "1"),
            ("string", "\"a\""),
            ("*int", "nil"),
            ("S24", "S24{}"),
            ("E", "E{}"),
            ("[40]byte", "[40]byte{}"),
        ] {
            for len in [0, 1, 3, 5, 33, 1000] {
                self.add(
                    "make slice, constant, escapes",
                    &format!("var s$ []{elem}"),
                    &format!("\ts$ = make([]{elem}, {len})"),
                );
                let write = if len > 0 { format!("\ts[0] = {zero}\n") } else { String::new() };
                self.add(
                    "make slice, constant, stays",
                    "",
                    &format!("\ts := make([]{elem}, {len})\n{write}\tuseInt(len(s))"),
                );
            }
            self.of_int(
                "make slice, variable, escapes",
                &format!("[]{elem}"),
                &format!("\treturn make([]{elem}, n)"),
                &[0, 4, 33],
            );
            for len in [0, 1, 4, 8, 32, 33, 200] {
                let outside = format!(
                    "//go:noinline\nfunc f$(n int) int {{\n\ts := make([]{elem}, n)\n\tfor i := range s {{\n\t\ts[i] = {zero}\n\t}}\n\treturn len(s)\n}}"
                );
                self.add(
                    "make slice, variable, stays",
                    &outside,
                    &format!("\tsinkInt = f$({len})"),
                );
            }
            self.of_int(
                "make slice, capacity, escapes",
                &format!("[]{elem}"),
                &format!("\treturn make([]{elem}, 0, n)"),
                &[10],
            );
        }
        for literal in [
            "[]int{1, 2, 3}",
            "[]byte{1}",
            "[]string{\"a\", \"b\"}",
            "[]S24{{}, {}}",
            "[]*S8{{1}, {2}}",
            "[]int{}",
            "[]E{{}, {}}",
            "[]any{1, \"a\", nil}",
            "[]int{9: 1}",
            "[]any{&sinkInt, nil}",
            "[][]int{{1}, {2, 3}}",
        ] {
            let ty = literal.split('{').next().unwrap_or_default();
            self.add(
                "slice literal, escapes",
                &format!("var s$ {ty}"),
                &format!("\ts$ = {literal}"),
            );
            self.add("slice literal, stays", "", &format!("\ts := {literal}\n\tuseInt(len(s))"));
        }
        self.of_int(
            "make slice, copied",
            "[]int",
            "\ts := make([]int, n)\n\tt := make([]int, len(s))\n\tcopy(t, s)\n\treturn t",
            &[3, 40],
        );
    }

    fn maps(&mut self) {
        for (key, value) in [
            ("int", "int"),
            ("string", "string"),
            ("int32", "E"),
            ("int", "[200]byte"),
            ("S24", "*int"),
        ] {
            for hint in ["", ", 0", ", 8", ", 9", ", 100"] {
                self.add(
                    "make map, escapes",
                    &format!("var s$ map[{key}]{value}"),
                    &format!("\ts$ = make(map[{key}]{value}{hint})"),
                );
                self.add(
                    "make map, stays",
                    "",
                    &format!("\tm := make(map[{key}]{value}{hint})\n\tuseInt(len(m))"),
                );
            }
            self.of_int(
                "make map, variable hint",
                &format!("map[{key}]{value}"),
                &format!("\treturn make(map[{key}]{value}, n)"),
                &[0, 8, 20],
            );
        }
        for (key, of) in [("int", "i"), ("int32", "int32(i)"), ("uint64", "uint64(i)")] {
            for value in ["int", "string", "E", "[200]byte"] {
                let body = format!(
                    "\tm := make(map[{key}]{value})\n\tvar zero {value}\n\tfor i := 0; i < n; i++ {{\n\t\tm[{of}] = zero\n\t}}\n"
                );
                self.of_int(
                    "map, filled, escapes",
                    &format!("map[{key}]{value}"),
                    &format!("{body}\treturn m"),
                    &[1, 8, 9, 20, 100],
                );
                self.of_int(
                    "map, filled, stays",
                    "int",
                    &format!("{body}\treturn len(m)"),
                    &[1, 8, 9, 30],
                );
            }
        }
        let entries =
            |count: usize| (0..count).map(|i| format!("{i}: {i}")).collect::<Vec<_>>().join(", ");
        for count in [0, 1, 8, 9, 26, 60] {
            let literal = format!("map[int]int{{{}}}", entries(count));
            self.add("map literal, escapes", "var s$ map[int]int", &format!("\ts$ = {literal}"));
            self.add("map literal, stays", "", &format!("\tm := {literal}\n\tuseInt(len(m))"));
        }
        self.add(
            "map literal, strings",
            "var s$ map[string]string",
            "\ts$ = map[string]string{\"a\": \"b\", \"c\": \"d\"}",
        );
    }

    fn channels(&mut self) {
        for elem in ["int", "E", "*int", "string", "S24", "byte"] {
            for len in [0, 1, 10] {
                self.add(
                    "make chan, escapes",
                    &format!("var s$ chan {elem}"),
                    &format!("\ts$ = make(chan {elem}, {len})"),
                );
            }
            self.add(
                "make chan, stays",
                "",
                &format!("\tc := make(chan {elem}, 1)\n\tuseInt(cap(c))"),
            );
            self.of_int(
                "make chan, variable",
                &format!("chan {elem}"),
                &format!("\treturn make(chan {elem}, n)"),
                &[5],
            );
        }
    }

    fn appends(&mut self) {
        for (elem, value) in [
            ("byte", "byte(i)"),
            ("int", "i"),
            ("string", "\"a\""),
            ("S24", "S24{}"),
            ("*int", "nil"),
            ("E", "E{}"),
        ] {
            let one = |start: &str| {
                format!(
                    "\t{start}\n\tfor i := 0; i < n; i++ {{\n\t\ts = append(s, {value})\n\t}}\n"
                )
            };
            self.of_int(
                "append, in a loop, escapes",
                &format!("[]{elem}"),
                &format!("{}\treturn s", one(&format!("var s []{elem}"))),
                &[1, 3, 5, 17, 100, 1000],
            );
            self.of_int(
                "append, in a loop, stays",
                "int",
                &format!("{}\treturn len(s)", one(&format!("var s []{elem}"))),
                &[1, 3, 5, 17, 100],
            );
            self.of_int(
                "append, with capacity",
                &format!("[]{elem}"),
                &format!("{}\treturn s", one(&format!("s := make([]{elem}, 0, n)"))),
                &[1, 5, 40],
            );
            self.of_int(
                "append, with little capacity",
                "int",
                &format!("{}\treturn cap(s)", one(&format!("s := make([]{elem}, 0, 4)"))),
                &[3, 5, 40],
            );
        }
        for count in [1, 2, 3, 4, 5, 9] {
            let values = (0..count).map(|i| i.to_string()).collect::<Vec<_>>().join(", ");
            self.add(
                "append, at once, escapes",
                "var s$ []int",
                &format!("\ts$ = append([]int(nil), {values})"),
            );
            self.add(
                "append, at once, stays",
                "",
                &format!("\tvar s []int\n\ts = append(s, {values})\n\tuseInt(len(s))"),
            );
            let lines = (0..count).map(|i| format!("\ts = append(s, {i})\n")).collect::<String>();
            self.add(
                "append, one by one, escapes",
                "var s$ []int",
                &format!("\tvar s []int\n{lines}\ts$ = s"),
            );
            self.add(
                "append, one by one, stays",
                "",
                &format!("\tvar s []int\n{lines}\tuseInt(len(s))"),
            );
            self.of_int(
                "append, one by one, returned",
                "[]int",
                &format!("\tvar s []int\n{lines}\treturn s"),
                &[1],
            );
        }
        self.of_int(
            "append, spread",
            "[]int",
            "\txs := make([]int, n)\n\treturn append([]int(nil), xs...)",
            &[1, 7, 40],
        );
        self.of_int(
            "append, spread to literal",
            "[]byte",
            "\txs := make([]byte, n)\n\treturn append([]byte{1}, xs...)",
            &[1, 7, 40],
        );
        self.of_int(
            "append, a string",
            "[]byte",
            "\ts := \"hello, world\"\n\treturn append(make([]byte, 0, n), s...)",
            &[1, 12, 40],
        );
        self.of_int(
            "append, a make",
            "[]int",
            "\treturn append([]int{1}, make([]int, n)...)",
            &[0, 7, 40],
        );
    }

    fn texts(&mut self) {
        let long = "abcdefghijklmnopqrstuvwxyz";
        for (x, y) in [
            ("", ""),
            ("a", ""),
            ("a", "b"),
            (&long[..20], "bcd"),
            (long, "12345"),
            (long, "123456"),
            (long, "1234567"),
            (long, long),
        ] {
            for (kind, end) in [
                ("escapes", "\tsinkString = f$(\"X\", \"Y\")"),
                ("stays", "\tsinkInt = f$(\"X\", \"Y\")"),
            ] {
                let end = end.replace('X', x).replace('Y', y);
                let (result, give) =
                    if kind == "escapes" { ("string", "x + y") } else { ("int", "lenOf(x + y)") };
                for (shape, called) in [("//go:noinline\n", "called"), ("", "inlined")] {
                    let outside =
                        format!("{shape}func f$(x, y string) {result} {{ return {give} }}");
                    self.add(&format!("concatenation, {kind}, {called}"), &outside, &end);
                }
            }
            let outside =
                "//go:noinline\nfunc f$(x, y string) string { return x + \", \" + y + \".\" }";
            self.add(
                "concatenation, literals",
                outside,
                &format!("\tsinkString = f$(\"{x}\", \"{y}\")"),
            );
            let outside =
                "//go:noinline\nfunc f$(x, y string) string { return x + y + x + y + x + y + x }";
            self.add(
                "concatenation, many",
                outside,
                &format!("\tsinkString = f$(\"{x}\", \"{y}\")"),
            );
            let outside = "//go:noinline\nfunc f$(x, y string) string {\n\tx += y\n\treturn x\n}";
            self.add(
                "concatenation, assigned",
                outside,
                &format!("\tsinkString = f$(\"{x}\", \"{y}\")"),
            );
            let outside = "//go:noinline\nfunc f$(x, y string) int {\n\tx += y\n\treturn len(x)\n}";
            self.add(
                "concatenation, assigned, stays",
                outside,
                &format!("\tsinkInt = f$(\"{x}\", \"{y}\")"),
            );
            let outside = "//go:noinline\nfunc f$(x, y string) []byte { return []byte(x + y) }";
            self.add(
                "concatenation, to bytes",
                outside,
                &format!("\tsinkBytes = f$(\"{x}\", \"{y}\")"),
            );
            let outside =
                "//go:noinline\nfunc f$(x, y string) int { return lenOfBytes([]byte(x + y)) }";
            self.add(
                "concatenation, to bytes, stays",
                outside,
                &format!("\tsinkInt = f$(\"{x}\", \"{y}\")"),
            );
        }
        self.of_int(
            "concatenation, in a loop",
            "string",
            "\ts := \"\"\n\tfor i := 0; i < n; i++ {\n\t\ts += \"xy\"\n\t}\n\treturn s",
            &[1, 5, 40],
        );
        self.conversions();
    }

    fn conversions(&mut self) {
        let long = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
        for len in [0, 1, 5, 20, 32, 33, 50] {
            let text = &long[..len];
            let of_string = |result: &str, body: &str| {
                format!("//go:noinline\nfunc f$(s string) {result} {{\n{body}\n}}")
            };
            let string_call = |sink: &str| format!("\t{sink} = f$(\"{text}\")");
            self.add(
                "string to bytes, escapes",
                &of_string("[]byte", "\treturn []byte(s)"),
                &string_call("sinkBytes"),
            );
            self.add(
                "string to bytes, written",
                &of_string(
                    "int",
                    "\tb := []byte(s)\n\tfor i := range b {\n\t\tb[i] = 1\n\t}\n\treturn len(b)",
                ),
                &string_call("sinkInt"),
            );
            self.add(
                "string to bytes, read",
                &of_string("int", "\treturn lenOfBytes([]byte(s))"),
                &string_call("sinkInt"),
            );
            self.add("string to bytes, ranged", &of_string("int", "\tsum := 0\n\tfor _, c := range []byte(s) {\n\t\tsum += int(c)\n\t}\n\treturn sum"), &string_call("sinkInt"));
            self.add(
                "string to bytes, constant, escapes",
                "",
                &format!("\tsinkBytes = []byte(\"{text}\")"),
            );
            self.add("string to bytes, constant, stays", "", &format!("\tb := []byte(\"{text}\")\n\tfor i := range b {{\n\t\tb[i]++\n\t}}\n\tuseInt(len(b))"));
            self.add(
                "string to runes, escapes",
                &of_string("[]rune", "\treturn []rune(s)"),
                &string_call("sinkRunes"),
            );
            self.add(
                "string to runes, stays",
                &of_string(
                    "int",
                    "\tr := []rune(s)\n\tfor i := range r {\n\t\tr[i] = 1\n\t}\n\treturn len(r)",
                ),
                &string_call("sinkInt"),
            );
            self.add(
                "string to runes, counted",
                &of_string("int", "\treturn len([]rune(s))"),
                &string_call("sinkInt"),
            );
            let of_bytes = |result: &str, body: &str| {
                format!("//go:noinline\nfunc f$(b []byte) {result} {{\n{body}\n}}")
            };
            let bytes_call = |sink: &str| format!("\tvar b [{len}]byte\n\t{sink} = f$(b[:])");
            self.add(
                "bytes to string, escapes",
                &of_bytes("string", "\treturn string(b)"),
                &bytes_call("sinkString"),
            );
            self.add(
                "bytes to string, stays",
                &of_bytes("int", "\treturn lenOf(string(b))"),
                &bytes_call("sinkInt"),
            );
            self.add(
                "bytes to string, compared",
                &of_bytes("bool", "\treturn string(b) == \"abc\""),
                &format!("\tvar b [{len}]byte\n\tif f$(b[:]) {{\n\t\tsinkInt = 1\n\t}}"),
            );
            self.add(
                "bytes to string, measured",
                &of_bytes("int", "\treturn len(string(b))"),
                &bytes_call("sinkInt"),
            );
            self.add(
                "bytes to string, in a sum",
                &of_bytes("string", "\treturn \"<\" + string(b) + \">\""),
                &bytes_call("sinkString"),
            );
            self.add(
                "bytes to string, looked up",
                &format!("var m$ map[string]int\n\n{}", of_bytes("int", "\treturn m$[string(b)]")),
                &bytes_call("sinkInt"),
            );
            self.add(
                "bytes to string, looked up with ok",
                &format!(
                    "var m$ map[string]int\n\n{}",
                    of_bytes(
                        "int",
                        "\tif x, ok := m$[string(b)]; ok {\n\t\treturn x\n\t}\n\treturn 0"
                    )
                ),
                &bytes_call("sinkInt"),
            );
            self.add(
                "bytes to string, looked up by variable",
                &format!(
                    "var m$ map[string]int\n\n{}",
                    of_bytes("int", "\ts := string(b)\n\treturn m$[s]")
                ),
                &bytes_call("sinkInt"),
            );
            self.add("bytes to string, switched", &of_bytes("int", "\tswitch string(b) {\n\tcase \"a\":\n\t\treturn 1\n\tcase \"bc\":\n\t\treturn 2\n\t}\n\treturn 0"), &bytes_call("sinkInt"));
            self.add(
                "bytes to string, through string",
                &of_bytes("[]byte", "\treturn []byte(string(b))"),
                &bytes_call("sinkBytes"),
            );
        }
        self.add(
            "rune to string, escapes",
            "//go:noinline\nfunc f$(r rune) string { return string(r) }",
            "\tsinkString = f$('x')",
        );
        self.add(
            "rune to string, stays",
            "//go:noinline\nfunc f$(r rune) int { return lenOf(string(r)) }",
            "\tsinkInt = f$('x')",
        );
        self.add(
            "runes to string, empty",
            "//go:noinline\nfunc f$(r []rune) string { return string(r) }",
            "\tsinkString = f$(nil)",
        );
    }

    fn boxes(&mut self) {
        for (ty, value) in TYPES.iter().filter(|(ty, _)| *ty != "any") {
            for n in [3, 300] {
                let outside =
                    format!("//go:noinline\nfunc f$(n int) any {{\n\tx := {value}\n\treturn x\n}}");
                let known = !matches!(*ty, "string" | "[]byte" | "float32" | "float64");
                if known {
                    self.add("box, escapes", &outside, &format!("\tsinkAny = f$({n})"));
                }
            }
            self.add(
                "box, stays",
                &format!(
                    "//go:noinline\nfunc f$(n int) bool {{\n\tx := {value}\n\treturn isNil(x)\n}}"
                ),
                "\tif f$(300) {\n\t\tsinkInt = 1\n\t}",
            );
            self.add(
                "box, generic",
                &format!("//go:noinline\nfunc f$(n int) any {{ return boxOf[{ty}]({value}) }}"),
                if matches!(*ty, "string" | "[]byte" | "float32" | "float64") {
                    "\tsinkInt = 0"
                } else {
                    "\tsinkAny = f$(300)"
                },
            );
        }
        for value in [
            "1",
            "1000",
            "\"\"",
            "\"a\"",
            "1.5",
            "nil",
            "'x'",
            "true",
            "S8{1}",
            "S24{A: 1}",
            "[2]int{1, 2}",
            "[2]int{}",
            "S2K{}",
            "struct{}{}",
            "int8(5)",
            "uint16(900)",
            "3i",
        ] {
            self.add("box, constant, escapes", "", &format!("\tsinkAny = {value}"));
            if value != "nil" {
                self.add(
                    "box, variable set once, escapes",
                    "",
                    &format!("\tx := {value}\n\tsinkAny = x"),
                );
            }
        }
        for text in ["", "a", "hello"] {
            self.add(
                "box, string",
                "//go:noinline\nfunc f$(s string) any { return s }",
                &format!("\tsinkAny = f$(\"{text}\")"),
            );
        }
        for len in [0, 1, 100] {
            self.add(
                "box, slice",
                "//go:noinline\nfunc f$(s []int) any { return s }",
                &format!("\tvar a [{len}]int\n\tsinkAny = f$(append([]int(nil), a[:]...))"),
            );
        }
        for n in [0, 1, 255, 256] {
            self.of_int("box, int", "any", "\treturn n", &[n]);
            self.of_int("box, named with methods", "Stringer", "\treturn Named(n)", &[n]);
        }
        self.add("box, struct with methods", "", "\tsinkStringer = S24{A: int64(sinkInt)}");
        self.add("box, pointer with methods", "", "\tsinkStringer = &S8{1}");
        self.of_int("box, variadic, stays", "int", "\treturn count(n, \"a\", 1.5)", &[3, 300]);
        self.of_int(
            "box, variadic, stays, strings",
            "int",
            "\ts := \"a\"\n\tif n > 1000 {\n\t\ts = \"b\"\n\t}\n\treturn count(n, s, n)",
            &[3, 300],
        );
        self.add(
            "box, variadic, kept",
            "//go:noinline\nfunc f$(n int) { keep(n, \"a\", 1.5) }",
            "\tf$(300)",
        );
        self.add(
            "variadic, ints, stays",
            "//go:noinline\nfunc f$(n int) int { return countInts(n, n, n) }",
            "\tsinkInt = f$(3)",
        );
        self.add("variadic, none", "", "\tsinkInt = count()");
        self.add(
            "panic, not reached",
            "//go:noinline\nfunc f$(n int) int {\n\tif n < 0 {\n\t\tpanic(n)\n\t}\n\treturn n\n}",
            "\tsinkInt = f$(300)",
        );
    }

    fn functions(&mut self) {
        for (what, body) in [
            ("captures nothing", "\treturn func() int { return 7 }"),
            ("captures a value", "\treturn func() int { return n }"),
            ("captures two values", "\tm := int32(n)\n\treturn func() int { return n + int(m) }"),
            ("captures a string", "\ts := sinkString\n\treturn func() int { return len(s) + n }"),
            (
                "captures by reference",
                "\tx := 0\n\treturn func() int {\n\t\tx++\n\t\treturn x\n\t}",
            ),
            (
                "captures two by reference",
                "\tx, y := 0, int32(0)\n\treturn func() int {\n\t\tx++\n\t\ty++\n\t\treturn x\n\t}",
            ),
            ("captures a large value", "\tvar a [20]int\n\treturn func() int { return a[0] }"),
            ("captures a small array", "\tvar a [4]int\n\treturn func() int { return a[0] + n }"),
        ] {
            self.of_int(&format!("closure, {what}, escapes"), "func() int", body, &[3]);
            let stays = body.replace("\treturn func", "\tf := func");
            self.of_int(
                &format!("closure, {what}, stays"),
                "int",
                &format!("{stays}\n\treturn call(f)"),
                &[3],
            );
        }
        self.of_int(
            "closure, within another",
            "func() func() int",
            "\treturn func() func() int {\n\t\treturn func() int { return n }\n\t}",
            &[3],
        );
        self.of_int(
            "closure, called",
            "int",
            "\tf := func(k int) *int { return &k }\n\treturn *f(n)",
            &[3],
        );
        self.add(
            "method value, escapes",
            "type T$ struct{ A, B int }\n\nfunc (t T$) M() int { return t.A }\n\nvar s$ func() int",
            "\tt := T${A: sinkInt}\n\ts$ = t.M",
        );
        self.add("method value, pointer", "type T$ struct{ A, B int }\n\nfunc (t *T$) M() int { return t.A }\n\nvar s$ func() int", "\tt := &T${A: sinkInt}\n\ts$ = t.M");
        self.add(
            "method value, interface",
            "var s$ func() string",
            "\tsinkStringer = Named(1)\n\ts$ = sinkStringer.String",
        );
        self.add(
            "method value, stays",
            "type T$ struct{ A, B int }\n\nfunc (t T$) M() int { return t.A }",
            "\tt := T${A: sinkInt}\n\tsinkInt = call(t.M)",
        );
        self.add("method expression", "type T$ struct{ A, B int }\n\nfunc (t T$) M() int { return t.A }\n\nvar s$ func(T$) int", "\ts$ = T$.M");
        self.add("defer, plain", "//go:noinline\nfunc g$(n int) { sinkInt = n }\n\n//go:noinline\nfunc f$(n int) { defer g$(n) }", "\tf$(3)");
        self.add(
            "defer, closure",
            "//go:noinline\nfunc f$(n int) (r int) {\n\tdefer func() { r += n }()\n\treturn n\n}",
            "\tsinkInt = f$(3)",
        );
        self.add(
            "defer, conditional",
            "//go:noinline\nfunc f$(n int) {\n\tif n > 2 {\n\t\tdefer useInt(n)\n\t}\n}",
            "\tf$(3)",
        );
        for n in [1, 4] {
            self.add("defer, in a loop", "//go:noinline\nfunc f$(n int) {\n\tfor i := 0; i < n; i++ {\n\t\tdefer useInt(i)\n\t}\n}", &format!("\tf$({n})"));
            self.add("defer, in a loop, no operands", "//go:noinline\nfunc g$() {}\n\n//go:noinline\nfunc f$(n int) {\n\tfor i := 0; i < n; i++ {\n\t\tdefer g$()\n\t}\n}", &format!("\tf$({n})"));
        }
    }

    fn shapes(&mut self) {
        for ty in ["int", "string", "S24", "*int", "E", "byte"] {
            self.add(
                "generic, new, escapes",
                &format!("var s$ *{ty}"),
                &format!("\ts$ = newOf[{ty}]()"),
            );
            self.add(
                "generic, new, stays",
                "",
                &format!("\tp := newOf[{ty}]()\n\tif p == nil {{\n\t\tsinkInt++\n\t}}"),
            );
            for n in [0, 3, 40] {
                self.add(
                    "generic, make",
                    &format!("var s$ []{ty}"),
                    &format!("\ts$ = makeOf[{ty}]({n})"),
                );
            }
        }
        self.of_int(
            "generic, mapped",
            "[]string",
            "\treturn mapped(make([]int, n), func(int) string { return \"a\" })",
            &[1, 9],
        );
        self.of_int(
            "range over function",
            "int",
            "\tsum := 0\n\tfor i := range upTo(n) {\n\t\tsum += i\n\t}\n\treturn sum",
            &[3],
        );
        self.of_int(
            "range over function, escapes",
            "*int",
            "\tvar p *int\n\tfor i := range upTo(n) {\n\t\tp = &i\n\t}\n\treturn p",
            &[3],
        );
        self.of_int(
            "range over integer",
            "[]*int",
            "\tvar ps []*int\n\tfor i := range n {\n\t\tps = append(ps, &i)\n\t}\n\treturn ps",
            &[3, 10],
        );
        for (what, body) in [
            ("callee returns object", "\treturn g$(n)"),
            ("callee returns object, unused", "\tg$(n)\n\treturn nil"),
        ] {
            for shape in ["", "//go:noinline\n"] {
                let outside = format!(
                    "{shape}func g$(n int) *S8 {{ return &S8{{int64(n)}} }}\n\n//go:noinline\nfunc f$(n int) *S8 {{\n{body}\n}}"
                );
                self.add(
                    &format!("call, {what}"),
                    &format!("{outside}\n\nvar s$ *S8"),
                    "\ts$ = f$(3)",
                );
            }
        }
        for shape in ["", "//go:noinline\n"] {
            self.add(
                "call, pointer parameter stays",
                &format!("{shape}func g$(p *S24) int64 {{ return p.A }}"),
                "\tx := S24{A: int64(sinkInt)}\n\tsinkInt = int(g$(&x))",
            );
            self.add(
                "call, pointer parameter leaks",
                &format!("var s$ *S24\n\n{shape}func g$(p *S24) {{ s$ = p }}"),
                "\tx := S24{A: int64(sinkInt)}\n\tg$(&x)",
            );
            self.add(
                "call, pointer parameter returned",
                &format!("{shape}func g$(p *S24) *S24 {{ return p }}"),
                "\tx := S24{A: int64(sinkInt)}\n\tsinkInt = int(g$(&x).A)",
            );
            self.add("call, method", &format!("type T$ struct {{ n int }}\n\n{shape}func (t *T$) Add() *T$ {{\n\tt.n++\n\treturn t\n}}\n\nvar s$ int"), "\tt := &T${}\n\ts$ = t.Add().Add().n");
            self.add("call, two results", &format!("{shape}func g$(n int) (*int, []int) {{\n\tx := n\n\treturn &x, make([]int, n)\n}}\n\nvar s$ *int\nvar t$ []int"), "\ts$, t$ = g$(5)");
            self.add("call, slice filled", &format!("{shape}func g$(dst []int, n int) []int {{\n\tfor i := 0; i < n; i++ {{\n\t\tdst = append(dst, i)\n\t}}\n\treturn dst\n}}"), "\tvar a [8]int\n\tsinkInt = len(g$(a[:0], 6))");
            self.add("call, recursive", &format!("type T$ struct {{ l, r *T$ }}\n\n{shape}func g$(n int) *T$ {{\n\tif n == 0 {{\n\t\treturn nil\n\t}}\n\treturn &T${{g$(n - 1), g$(n - 1)}}\n}}\n\nvar s$ *T$"), "\ts$ = g$(4)");
        }
        self.of_int(
            "large, variable",
            "int",
            "\tvar a [200000]byte\n\ta[n] = 1\n\treturn len(a)",
            &[3],
        );
        self.of_int(
            "large, new",
            "int",
            "\tp := new([70000]byte)\n\tp[n] = 1\n\treturn len(p)",
            &[3],
        );
        self.of_int(
            "large, make",
            "int",
            "\tp := make([]byte, 65537)\n\tp[n] = 1\n\treturn len(p)",
            &[3],
        );
    }

    /// What people write: several operations that work on one another.
    fn mixtures(&mut self) {
        for n in [1, 3, 12] {
            self.of_int("mixture, closures in a loop", "[]func() int", "\tvar fs []func() int\n\tfor i := range n {\n\t\tfs = append(fs, func() int { return i })\n\t}\n\treturn fs", &[n]);
            self.of_int("mixture, pointers in a loop", "[]*S24", "\tps := make([]*S24, 0, n)\n\tfor i := 0; i < n; i++ {\n\t\tps = append(ps, &S24{A: int64(i)})\n\t}\n\treturn ps", &[n]);
            self.of_int("mixture, map of slices", "map[int][]int", "\tm := map[int][]int{}\n\tfor i := 0; i < n; i++ {\n\t\tm[i] = make([]int, i)\n\t}\n\treturn m", &[n]);
            self.of_int("mixture, matrix", "[][]float64", "\trows := make([][]float64, n)\n\tfor i := range rows {\n\t\trows[i] = make([]float64, n)\n\t}\n\treturn rows", &[n]);
            self.of_int("mixture, list", "*S24", "\ttype node struct {\n\t\tnext *node\n\t\tv int\n\t}\n\tvar head *node\n\tfor i := 0; i < n; i++ {\n\t\thead = &node{head, i}\n\t}\n\tif head == nil {\n\t\treturn nil\n\t}\n\treturn &S24{A: int64(head.v)}", &[n]);
            self.of_int("mixture, text in a loop", "string", "\ts := \"\"\n\tfor i := 0; i < n; i++ {\n\t\ts += \"ab\" + s\n\t\tif len(s) > 100 {\n\t\t\tbreak\n\t\t}\n\t}\n\treturn s", &[n]);
            self.of_int("mixture, bytes built", "string", "\tb := make([]byte, 0, 8)\n\tfor i := 0; i < n; i++ {\n\t\tb = append(b, byte(i), '-')\n\t}\n\treturn string(b)", &[n]);
            self.of_int("mixture, bytes built, small", "string", "\tvar b []byte\n\tfor i := 0; i < n; i++ {\n\t\tb = append(b, \"xyz\"...)\n\t}\n\treturn string(b)", &[n]);
            self.of_int("mixture, boxed in a loop", "[]any", "\tvar xs []any\n\tfor i := 0; i < n; i++ {\n\t\txs = append(xs, i+250)\n\t}\n\treturn xs", &[n]);
            self.of_int("mixture, filter", "[]int", "\tvar kept []int\n\tfor i := range n {\n\t\tif i%2 == 0 {\n\t\t\tkept = append(kept, i)\n\t\t}\n\t}\n\treturn kept", &[n]);
            self.of_int("mixture, two slices", "int", "\tvar a, b []int\n\tfor i := range n {\n\t\ta = append(a, i)\n\t\tb = append(b, a...)\n\t}\n\treturn len(a) + len(b)", &[n]);
            self.of_int("mixture, struct with slice", "*S24", "\ttype acc struct{ xs []int }\n\tvar a acc\n\tfor i := range n {\n\t\ta.xs = append(a.xs[:0:0], i)\n\t}\n\treturn &S24{A: int64(len(a.xs))}", &[n]);
            self.of_int("mixture, switch", "any", "\tswitch n {\n\tcase 1:\n\t\treturn new(int)\n\tcase 3:\n\t\treturn []int{n}\n\tdefault:\n\t\treturn \"x\"\n\t}", &[n]);
            self.of_int("mixture, capacity used", "[]int", "\tvar s []int\n\tfor i := range n {\n\t\ts = append(s, i)\n\t}\n\tif cap(s) > 1000 {\n\t\treturn nil\n\t}\n\treturn s", &[n]);
            self.of_int("mixture, slice returned twice", "[]int", "\tvar s []int\n\tfor i := range n {\n\t\ts = append(s, i)\n\t}\n\tif len(s) > 5 {\n\t\treturn s\n\t}\n\ts = append(s, 1)\n\treturn s", &[n]);
            self.of_int(
                "mixture, slice in a struct",
                "*[]int",
                "\tvar s []int\n\tfor i := range n {\n\t\ts = append(s, i)\n\t}\n\treturn &s",
                &[n],
            );
            self.of_int("mixture, named result", "[]int", "\tg := func() (s []int) {\n\t\tfor i := range n {\n\t\t\ts = append(s, i)\n\t\t}\n\t\treturn\n\t}\n\treturn g()", &[n]);
            self.of_int("mixture, range then returned", "[]int", "\tvar s []int\n\tfor i := range n {\n\t\ts = append(s, i)\n\t}\n\tfor _, x := range s {\n\t\tsinkInt += x\n\t}\n\treturn s", &[n]);
            self.of_int(
                "mixture, element address",
                "*int",
                "\tvar s []int\n\tfor i := range n {\n\t\ts = append(s, i)\n\t}\n\treturn &s[0]",
                &[n],
            );
        }
        self.add(
            "mixture, deep sum",
            "//go:noinline\nfunc f$(x, y string) string {\n\tx += y + x\n\treturn x\n}",
            "\tsinkString = f$(\"abcdefghijklmnop\", \"qrstuvwxyzabcdefghi\")",
        );
        self.add(
            "mixture, sum of rune",
            "//go:noinline\nfunc f$(x string, r rune) string { return x + string(r) }",
            "\tsinkString = f$(\"abc\", 'x')",
        );
        for n in [1, 3] {
            self.add("mixture, defer in range over function", "//go:noinline\nfunc f$(n int) {\n\tfor i := range upTo(n) {\n\t\tdefer useInt(i)\n\t}\n}", &format!("\tf$({n})"));
        }
        let defers = "\tdefer useInt(n)\n".repeat(10);
        self.add(
            "mixture, many defers",
            &format!("//go:noinline\nfunc f$(n int) {{\n{defers}}}"),
            "\tf$(1)",
        );
        self.add("mixture, defer and result on the heap", "//go:noinline\nfunc f$(n int) (r *int, x int) {\n\tdefer func() { x++ }()\n\treturn &x, n\n}", "\tf$(1)");
        self.add("mixture, go and wait", "//go:noinline\nfunc f$(n int) int {\n\tc := make(chan int)\n\tgo func() { c <- n }()\n\treturn <-c\n}", "\tsinkInt = f$(1)");
        self.add("mixture, go with operands", "//go:noinline\nfunc g$(c chan int, n int) { c <- n }\n\n//go:noinline\nfunc f$(n int) int {\n\tc := make(chan int, 1)\n\tgo g$(c, n)\n\treturn <-c\n}", "\tsinkInt = f$(1)");
        self.add("mixture, error", "type e$ struct{ code int }\n\nfunc (e *e$) Error() string { return \"e\" }\n\n//go:noinline\nfunc f$(n int) error {\n\tif n > 2 {\n\t\treturn &e${n}\n\t}\n\treturn nil\n}", "\tif f$(1) != nil || f$(3) == nil {\n\t\tsinkInt = 1\n\t}");
        self.add("mixture, interface devirtualised", "//go:noinline\nfunc f$(n int) int {\n\tvar s Stringer = Named(n)\n\treturn len(s.String())\n}", "\tsinkInt = f$(300)");
        self.add("mixture, options", "type o$ struct{ a, b int }\n\nfunc a$(n int) func(*o$) { return func(o *o$) { o.a = n } }\n\n//go:noinline\nfunc f$(fs ...func(*o$)) *o$ {\n\to := &o${}\n\tfor _, f := range fs {\n\t\tf(o)\n\t}\n\treturn o\n}\n\nvar s$ *o$", "\ts$ = f$()");
        self.add(
            "mixture, bytes in a literal",
            "var s$ [][]byte",
            "\ts$ = [][]byte{[]byte(\"a\"), []byte(\"bcdefghijklmnopqrstuvwxyz\"), nil}",
        );
        self.add(
            "mixture, three indices",
            "//go:noinline\nfunc f$(s []int) []int { return append(s[0:2:3], 1, 2) }",
            "\tvar a [8]int\n\tsinkInt = len(f$(a[:]))",
        );
        self.add(
            "mixture, map with struct keys",
            "type k$ struct{ a, b string }\n\nvar s$ map[k$]int",
            "\ts$ = map[k$]int{{\"a\", \"b\"}: 1}",
        );
        self.add(
            "mixture, array of objects",
            "var s$ *[3]*int",
            "\ts$ = &[3]*int{new(int), nil, new(int)}",
        );
        self.add(
            "mixture, swap",
            "var p$, q$ *[]int",
            "\ta, b := []int{1}, []int{2, 3}\n\ta, b = b, a\n\tp$, q$ = &a, &b",
        );
        self.add("mixture, slice of array moved", "var s$ []int", "\tvar a [10]int\n\ts$ = a[2:5]");
        self.add("mixture, large box stays", "//go:noinline\nfunc f$(n int) bool {\n\tvar a [300]int\n\ta[0] = n\n\treturn isNil(a)\n}", "\tif f$(1) {\n\t\tsinkInt = 1\n\t}");
    }
}
