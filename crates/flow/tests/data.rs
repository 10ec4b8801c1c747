//! Definitions and uses, aliases, effects and parameters, asked of small functions.
//!
//! `at(n)` in a function marks a place; questions name variables and functions by their names.

mod support;

use flow::{Access, Effect, Flow, Function, Point, Reaching, Way};
use source::Span;
use syntax::tree::{Decl, Expr, ExprId};
use types::ObjId;
use types::program::CheckedPackage;

/// A package with its functions at hand.
struct Asked<'f> {
    package: &'f CheckedPackage<'f>,
    flow: &'f Flow<'f>,
}

impl<'f> Asked<'f> {
    fn object(&self, name: &str) -> ObjId {
        let file = &self.package.files[0];
        let found = file.tree.idents().find_map(|(id, ident)| {
            (ident.name.as_str() == name).then(|| file.facts.defs[id]).flatten()
        });
        found.unwrap_or_else(|| panic!("nothing is called {name}"))
    }

    fn function(&self, name: &str) -> Function<'f> {
        self.flow.declared(self.object(name)).expect("a body")
    }

    fn text(&self, span: Span) -> String {
        String::from_utf8_lossy(&self.package.files[0].text[span.range()]).into_owned()
    }

    /// The first expression of a function with a text.
    fn expr(&self, function: &Function<'_>, text: &str) -> ExprId {
        let tree = function.view().tree();
        let span = tree.stmt_span(function.body());
        let found = tree.exprs().find(|&(id, _)| {
            span.contains(tree.expr_span(id).start) && self.text(tree.expr_span(id)) == text
        });
        found.unwrap_or_else(|| panic!("no {text}")).0
    }

    fn at(&self, function: &Function<'_>, text: &str) -> Point {
        function.point(self.expr(function, text)).expect("a point")
    }

    /// The ways of a variable out of a function, in words.
    fn ways(&self, function: &str, variable: &str) -> Vec<String> {
        let function = self.function(function);
        let ways = function.aliases().ways(self.object(variable));
        let words = ways.iter().map(|leave| {
            let way = match leave.way {
                Way::Returned => "returned".to_owned(),
                Way::Package(to) | Way::Stored(to) => {
                    format!("in {}", self.flow.store().obj(to).name)
                }
                Way::Sent => "sent".to_owned(),
                Way::Goroutine => "goroutine".to_owned(),
                Way::Kept(call) => format!("kept by {}", self.text(function.view().span(call))),
            };
            format!("{} {way}", self.text(function.view().span(leave.value)))
        });
        words.collect()
    }
}

fn ask(source: &str, look: &mut (dyn FnMut(&Asked<'_>) + Send)) {
    let source = format!("package p\nfunc at(int) {{}}\n{source}\n");
    let parsed_all = |file: &types::program::CheckedFile| {
        assert!(file.tree.errors.is_empty(), "{:?}", file.tree.errors);
        file.tree.decls.iter().any(|&decl| matches!(file.tree.decl(decl), Decl::Func { .. }))
    };
    support::check(&source, &mut |package, flow| {
        assert!(package.files.iter().all(parsed_all));
        look(&Asked { package, flow });
    });
}

#[test]
fn accesses() {
    let source = "
type T struct { n int; p *int; a [2]int; s []int }
func (t *T) set() {}
func (t T) get() int { return t.n }
func f(q *T) {
	var x T
	x.n = 1
	x.a[0] = 2
	x.s[0] = 3
	*x.p = 4
	x.set()
	x.get()
	x.n++
	_ = x.a[:]
	_ = &x.n
	x = T{}
	q.n = 5
	_ = q.s
}";
    ask(source, &mut |p| {
        use Access::{Address, Declare, Read, Write, WritePart, WriteThrough};
        let f = p.function("f");
        let of = |name| -> Vec<Access> {
            f.variables().of(p.object(name)).iter().map(|o| o.access).collect()
        };
        assert_eq!(
            of("x"),
            [
                Declare,
                WritePart,
                WritePart,
                WriteThrough,
                WriteThrough,
                Address,
                Read,
                WritePart,
                Address,
                Address,
                Write
            ]
        );
        assert_eq!(of("q"), [WriteThrough, Read]);
    });
}

#[test]
fn uses_after() {
    let source = "
func f(c bool) int {
	x := 1
	at(1)
	if c {
		x = 2
		at(2)
	} else {
		at(3)
		x = 3
		at(4)
		return 0
	}
	at(5)
	y := x
	at(6)
	return y
}
func g(xs []int) (func() int) {
	n := 0
	at(1)
	k := func() int { return n }
	at(2)
	for _, x := range xs {
		at(3)
		m := x
		at(4)
		_ = m
		at(5)
	}
	return k
}";
    ask(source, &mut |p| {
        let f = p.function("f");
        let used = |at: &str| f.is_used_after(p.object("x"), p.at(&f, at));
        assert_eq!(
            ["at(1)", "at(2)", "at(3)", "at(4)", "at(5)", "at(6)"].map(used),
            [false, true, false, false, true, false]
        );
        let g = p.function("g");
        let used = |name, at: &str| g.is_used_after(p.object(name), p.at(&g, at));
        assert!(used("n", "at(1)"), "a closure is made that reads it");
        assert!(used("n", "at(5)"), "the closure may be called");
        assert!(used("m", "at(4)"));
        assert!(!used("m", "at(5)"), "each turn sets it anew");
        assert!(used("xs", "at(1)") && !used("xs", "at(3)"));
    });
}

#[test]
fn reaching() {
    let source = "
func f(c bool, n int) int {
	x := 1
	if c {
		x = 2
	}
	at(1)
	for i := 0; i < n; i++ {
		at(2)
		x += i
	}
	at(3)
	z := n
	at(4)
	p := &z
	*p = 1
	return x + z
}";
    ask(source, &mut |p| {
        let f = p.function("f");
        let values = |name, at: &str| match f.reaching(p.object(name), p.at(&f, at)) {
            Reaching::Known { definitions, entry } => {
                let values = definitions.iter().map(|d| match d.value {
                    Some(value) => p.text(f.view().span(value)),
                    None => format!("{:?}", d.occurrence.access),
                });
                let values: Vec<String> = values.chain(entry.then(|| "entry".to_owned())).collect();
                values.join(" ")
            }
            Reaching::Unknown => "unknown".to_owned(),
        };
        assert_eq!(values("x", "at(1)"), "1 2");
        assert_eq!(values("x", "at(2)"), "1 2 Update");
        assert_eq!(values("n", "at(3)"), "entry");
        assert_eq!(values("z", "at(4)"), "unknown");
    });
}

#[test]
fn aliases() {
    let source = "
type B struct { data []byte; next *B }
var global []byte
func keep(b []byte) { global = b }
func look(b []byte) int { return len(b) }
func part(b []byte) []byte { return b[1:] }
func fill(b []byte) { b[0] = 1 }
func f(c chan []byte, out *B, g func([]byte)) []byte {
	a := make([]byte, 8)
	sub := a[2:4]
	other := make([]byte, 8)
	text := string(sub)
	_ = text
	look(sub)
	rest := part(sub)
	if len(rest) > 0 {
		keep(rest)
	}
	box := &B{data: other}
	box.next = out
	g(other)
	lone := append([]byte(nil), a...)
	out.data = a
	c <- lone
	return sub
}";
    ask(source, &mut |p| {
        let f = p.function("f");
        let share = |a, b| f.aliases().may_share(p.object(a), p.object(b));
        assert!(share("a", "sub") && share("a", "rest") && share("other", "box"));
        assert!(!share("lone", "a"), "bytes are copied");
        assert!(!share("text", "sub"), "a conversion copies");
        assert_eq!(p.ways("f", "a"), ["rest kept by keep(rest)", "a in out", "sub returned"]);
        assert_eq!(p.ways("f", "sub"), ["rest kept by keep(rest)", "sub returned"]);
        assert_eq!(p.ways("f", "lone"), ["lone sent"]);
        let unknown = f.aliases().ways(p.object("other"));
        assert!(unknown.iter().all(|leave| !leave.known), "{unknown:?}");
    });
}

#[test]
fn parameters() {
    let source = "
type N struct { next *N; v int }
var list *N
func read(n *N) int { return n.v }
func write(n *N) { n.v = 1 }
func keep(n *N) { list = n }
func link(n, m *N) { n.next = m }
func give(n *N) (int, *N) { return 1, n.next }
func through(n *N) { write(n) }
func plain(k int) {}";
    ask(source, &mut |p| {
        let words = |name| {
            let params = p.flow.params(p.object(name));
            let each = params.iter().map(|param| {
                let mut words = Vec::new();
                words.extend(param.written.then_some("written"));
                words.extend(param.kept.then_some("kept"));
                words.extend(param.is_returned().then_some("returned"));
                words.join("+")
            });
            each.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(words("read"), "");
        assert_eq!(words("write"), "written");
        assert_eq!(words("keep"), "written+kept+returned");
        assert_eq!(words("link"), "written, written+kept+returned");
        assert_eq!(words("give"), "returned");
        assert_eq!(words("through"), "written");
        assert_eq!(words("plain"), "");
        let give = p.flow.params(p.object("give"));
        assert_eq!(give[0].returned.as_deref(), Some(&[1][..]));
    });
}

#[test]
fn effects() {
    let source = "
type T struct { n int; p *T }
var counter int
func pure(a, b int) int { c := a; for i := 0; i < b; i++ { c += i }; return c }
func reads(t *T) int { return t.n }
func global() int { return counter }
func writes(t *T) { t.n = 1 }
func sets() { counter++ }
func sends(c chan int) { c <- 1 }
func even(n int) bool { if n == 0 { return true }; return odd(n - 1) }
func odd(n int) bool { if n == 0 { return counter > 0 }; return even(n - 1) }
func dynamic(f func()) { f() }
func deep(t *T) { *(&t.p.n) = 2 }
func literal() int { x := 0; func() { x++ }(); return x }
func chained(t *T) { get(t).n = 3 }
func get(t *T) *T { return t }";
    ask(source, &mut |p| {
        let effect = |name| p.flow.function_effect(p.object(name));
        assert_eq!(effect("pure"), Effect::Pure);
        assert_eq!(effect("reads"), Effect::Reads);
        assert_eq!(effect("global"), Effect::Reads);
        assert_eq!(effect("writes"), Effect::Writes);
        assert_eq!(effect("sets"), Effect::Writes);
        assert_eq!(effect("sends"), Effect::Unknown);
        assert_eq!(effect("odd"), Effect::Reads);
        assert_eq!(effect("even"), Effect::Reads);
        assert_eq!(effect("dynamic"), Effect::Unknown);
        assert_eq!(effect("deep"), Effect::Writes);
        assert_eq!(effect("literal"), Effect::Pure);
        assert_eq!(effect("chained"), Effect::Writes);
        let f = p.function("pure");
        assert_eq!(f.effect(p.expr(&f, "a")), Effect::Pure);
        assert!(matches!(f.view().tree().expr(p.expr(&f, "c")), Expr::Ident(_)));
    });
}
