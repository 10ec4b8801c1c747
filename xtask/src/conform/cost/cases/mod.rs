//! Small Go functions, generated over operations, types, lengths, escapes and call shapes.

mod boxes;
mod functions;
mod maps;
mod mixtures;
mod objects;
mod slices;
mod texts;

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
}
