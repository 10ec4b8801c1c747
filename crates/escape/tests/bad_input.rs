//! Packages that nobody would write by hand, and packages that do not compile: nothing of them may break the analysis, and
//! what is sound in them is analysed as if it stood alone.
//!
//! Tests run on threads with small stacks, so recursion that does not grow its stack shows here.

use std::fmt::Write as _;
use std::num::NonZeroUsize;

use escape::allocation::{Allocates, AllocationFacts, Operation};
use escape::{Analyzed, Ask, Detail, Engine, Explainer, Functions, Sink, lines};
use lower::ir::{InstId, Wording};
use lower::names::Naming;
use lower::{Arch, Compiler};
use source::IndexVec;
use types::Store;
use types::layout::Sizes;
use types::program::{Program, Unit, UnitFile, UnitId};

/// Functions whose verdicts are known, beside whatever else is in the package.
const HEALTHY: &str = "\n\
    func healthyHeap() *int { return new(int) }\n\
    func healthyStack() int { p := new(int); return *p }\n\
    //go:noinline\n\
    func healthyResult(p *int) *int { return p }\n";

/// A package after everything was asked of it.
struct Asked<'e, 'p> {
    engine: &'e Engine<'p>,
    unit: UnitId,
    /// What `-m=2` says.
    said: Vec<String>,
}

/// Asks about all that there is to ask of a package `p`, holds its healthy functions against what is known of them, and
/// then looks.
fn ask(text: &str, look: impl FnOnce(&Asked<'_, '_>)) {
    let text = format!("package p\n{text}{HEALTHY}");
    let store = Store::new();
    let mut units: IndexVec<UnitId, Unit> = IndexVec::new();
    let file = UnitFile { path: "p.go".into(), text: text.as_str().into(), go_version: (1, 24) };
    let unit = Unit { path: "p".into(), files: vec![file], imports: Vec::new(), root: true };
    let unit = units.push(unit);
    let program = Program::new(&store, &units, Sizes { word: 8, max_align: 8 });
    program.check(NonZeroUsize::MIN, &|_| {});
    let compiler =
        Compiler { minor: 27, inline: true, race: false, arch: Arch::Amd64, merges_loads: true };
    let functions = Functions::new(&program, compiler);
    let engine = Engine::new(&functions, Ask { why: true, mutations: true });
    let said = lines(&engine, unit, Detail::Costs).into_iter().map(|line| line.text).collect();
    for inst in functions.of_package(unit) {
        let analyzed = engine.function(inst).expect("a function of the package");
        let _ = engine.allocates(inst);
        let _ = engine.run(inst, &[]);
        explain(&engine, unit, &analyzed);
    }
    assert_eq!(program.broken(), []);
    let asked = Asked { engine: &engine, unit, said };
    asked.check_healthy();
    look(&asked);
}

/// Tells the ways of all values of a function.
fn explain(engine: &Engine<'_>, unit: UnitId, analyzed: &Analyzed) {
    let functions = engine.functions();
    let store = functions.program.store();
    let package = functions.program.package(unit);
    let init_number = |obj| functions.init_number(obj);
    let (instances, compiler) = (&functions.instances, &functions.compiler);
    let naming =
        Naming { store, instances, compiler, package: Some(package), init_number: &init_number };
    let wording = Wording { store, instances, compiler, package, home: package };
    // A batch of many functions is told of once, not once for each of them.
    if analyzed.together.functions.first() != Some(&analyzed.entry.inst) {
        return;
    }
    let together: Vec<_> =
        analyzed.together.functions.iter().map(|&inst| (inst, engine.function(inst))).collect();
    let bodies: Vec<_> = together
        .iter()
        .map(|(inst, analyzed)| analyzed.as_ref().map(|found| (*inst, &found.entry.body)))
        .collect();
    let explainer = Explainer { naming: &naming, wording: &wording, bodies: &bodies };
    for value in &analyzed.result.values {
        if let Some(path) = analyzed.path_of(value.thing) {
            let _ = explainer.explain(path);
        }
    }
}

impl Asked<'_, '_> {
    fn inst(&self, name: &str) -> InstId {
        let functions = self.engine.functions();
        let store = functions.program.store();
        let named =
            |inst: &InstId| store.obj(functions.instances.get(*inst).obj).name.as_str() == name;
        functions.of_package(self.unit).find(named).expect(name)
    }

    fn analyzed(&self, name: &str) -> std::sync::Arc<Analyzed> {
        self.engine.function(self.inst(name)).expect(name)
    }

    fn facts(&self, name: &str) -> AllocationFacts {
        self.engine.allocates(self.inst(name))
    }

    /// Operations of a function that are told of: what they are, and whether they allocate.
    fn sites(&self, name: &str) -> Vec<(Operation, &'static str)> {
        let sites = self.engine.sites(self.inst(name));
        sites.sites.iter().map(|site| (site.operation, site.allocates.word())).collect()
    }

    /// How many of a function's operations allocate always.
    fn always(&self, name: &str) -> usize {
        let sites = self.engine.sites(self.inst(name));
        sites.sites.iter().filter(|site| site.allocates == Allocates::Always).count()
    }

    /// Dereferences on the way from a function's first parameter to a place.
    fn leak(&self, name: &str, sink: Sink) -> Option<i32> {
        self.analyzed(name).result.leaks[0].derefs(sink)
    }

    fn check_healthy(&self) {
        assert_eq!(self.sites("healthyHeap"), [(Operation::New, "always")]);
        assert_eq!(self.sites("healthyStack"), [(Operation::New, "never")]);
        let once = AllocationFacts {
            always_objects: 1,
            always_bytes: Some(8),
            sometimes: false,
            calls_unknown: false,
        };
        assert_eq!(self.facts("healthyHeap"), once);
        assert_eq!(self.facts("healthyStack"), AllocationFacts::NONE);
        assert_eq!(self.leak("healthyResult", Sink::Result(0)), Some(0));
        assert_eq!(self.leak("healthyResult", Sink::Heap), None);
        assert!(self.said.iter().any(|text| text == "new(int) escapes to heap"));
    }
}

/// `line` for each number below `count`, with `#` standing for the number.
fn repeat(count: usize, line: &str) -> String {
    let mut text = String::new();
    for number in 0..count {
        text.push_str(&line.replace('#', &number.to_string()));
        text.push('\n');
    }
    text
}

/// `count` times `open`, then `middle`, then as many times `close`.
fn nest(count: usize, open: &str, middle: &str, close: &str) -> String {
    format!("{}{middle}{}", open.repeat(count), close.repeat(count))
}

/// A function of seven kinds of lines, `count` of each.
fn long_function(count: usize) -> String {
    let lines = repeat(
        count,
        "x = n + #\n\
         p# := &x\n\
         call(p#)\n\
         s# := append(s, x)\n\
         f = func() int { return x + n }\n\
         q = p#\n\
         n += len(s#)",
    );
    format!(
        "var sink *int\n\
         //go:noinline\nfunc call(p *int) {{}}\n\
         func long(n int) int {{\n\
         var x int\nvar s []int\nvar f func() int\nvar q *int\n\
         {lines}\
         sink = q\n\
         return f()\n}}\n"
    )
}

#[test]
fn a_function_of_many_lines() {
    ask(&long_function(7_200), |asked| {
        let sites = asked.sites("long");
        assert_eq!(sites.len(), 1 + 2 * 7_200);
        assert_eq!(sites[0], (Operation::Variable, "always"));
        assert_eq!(sites.iter().filter(|site| site.0 == Operation::Append).count(), 7_200);
        assert!(asked.said.iter().any(|text| text == "moved to heap: x"));
    });
}

/// A chain of assignments from variable to variable, and a function literal that captures many and sets them.
fn long_chain(count: usize) -> String {
    let chain = repeat(count, "var v# *int = n\nn = v#");
    let variables = repeat(count, "var v# *int");
    let lines = repeat(count, "v# = n\nn = v#");
    format!(
        "var out *int\n\
         func chain(n *int) {{\n{chain}out = n\n}}\n\
         func capture(n *int) func() *int {{\n\
         {variables}return func() *int {{\n{lines}return n\n}}\n}}\n"
    )
}

#[test]
fn a_function_literal_that_captures_many_variables() {
    ask(&long_chain(2_000), |asked| {
        assert_eq!(asked.leak("chain", Sink::Heap), Some(0));
        assert_eq!(asked.always("capture"), 2_000 + 2);
    });
}

/// Functions that call each other around, each with its parameter and with what it makes itself.
fn cycle(count: usize) -> String {
    let mut text = String::from("var kept *int\n");
    for at in 0..count {
        let next = (at + 1) % count;
        let keep = if at == count / 2 { "kept = p" } else { "" };
        let _ = writeln!(
            text,
            "func around{at}(p *int, n int) *int {{\n\
             x := n\n\
             if n == 0 {{ return p }}\n\
             {keep}\n\
             q := around{next}(p, n-1)\n\
             return around{next}(&x, *q)\n}}"
        );
    }
    text
}

#[test]
fn a_cycle_of_many_functions() {
    ask(&cycle(500), |asked| {
        for name in ["around0", "around250", "around499"] {
            assert_eq!(asked.analyzed(name).together.functions.len(), 500);
            assert_eq!(asked.leak(name, Sink::Heap), Some(0), "{name}");
            assert_eq!(asked.always(name), 1, "{name}");
        }
    });
}

#[test]
fn deep_expressions() {
    const DEEP: usize = 5_000;
    let parens = nest(DEEP, "(", "n", ")");
    let sum = nest(DEEP, "", "n", "+n");
    let right = nest(DEEP, "(n+", "n", ")");
    let calls = nest(DEEP, "id(", "p", ")");
    let inlined = nest(DEEP / 4, "same(", "p", ")");
    let derefs = nest(DEEP, "*&", "n", "");
    let text = nest(DEEP, "", "t", "+t");
    let convert = nest(DEEP, "any(", "n", ")");
    let text = format!(
        "//go:noinline\nfunc id(p *int) *int {{ return p }}\n\
         func same(p *int) *int {{ return p }}\n\
         func parens(n int) *int {{ n = {parens}; return &n }}\n\
         func sum(n int) *int {{ n = {sum}; return &n }}\n\
         func right(n int) *int {{ n = {right}; return &n }}\n\
         func calls(p *int) *int {{ return {calls} }}\n\
         func inlined(p *int) *int {{ return {inlined} }}\n\
         func derefs(n int) *int {{ n = {derefs}; return &n }}\n\
         func text(t string) string {{ return {text} }}\n\
         func convert(n int) any {{ return {convert} }}\n"
    );
    ask(&text, |asked| {
        for name in ["parens", "sum", "right", "derefs"] {
            assert_eq!(asked.always(name), 1, "{name}");
        }
        for name in ["calls", "inlined"] {
            assert_eq!(asked.leak(name, Sink::Result(0)), Some(0), "{name}");
            assert_eq!(asked.leak(name, Sink::Heap), None, "{name}");
        }
        assert_eq!(asked.sites("text"), [(Operation::Concatenation, "always")]);
        assert_eq!(asked.sites("convert").len(), 1);
    });
}

#[test]
fn deep_literals() {
    const DEEP: usize = 5_000;
    let composite = nest(DEEP, "&node{", "nil", "}");
    let local = nest(DEEP, "&node{", "nil", "}");
    let funcs = nest(300, "func() any { return ", "nil", " }");
    let called = nest(12, "func() *int { return ", "p", " }()");
    let text = format!(
        "type node struct {{ next *node }}\n\
         func composite() *node {{ return {composite} }}\n\
         func local() bool {{ n := {local}; return n.next == nil }}\n\
         func funcs() any {{ return {funcs} }}\n\
         func called(p *int) *int {{ return {called} }}\n"
    );
    ask(&text, |asked| {
        assert_eq!(asked.always("composite"), DEEP);
        assert_eq!(asked.facts("local"), AllocationFacts::NONE);
        assert_eq!(asked.leak("called", Sink::Heap), None);
        assert_eq!(asked.leak("called", Sink::Result(0)), Some(0));
    });
}

#[test]
fn deep_statements() {
    let blocks = nest(5_000, "{", "q = &n", "}");
    let loops = nest(1_000, "for ok() {", "q = new(int)", "}");
    let branches = nest(1_000, "if ok() {", "q = new(int)", "}");
    let text = format!(
        "//go:noinline\nfunc ok() bool {{ return true }}\n\
         func blocks(n int) *int {{ var q *int; {blocks}; return q }}\n\
         func loops() *int {{ var q *int; {loops}; return q }}\n\
         func branches() *int {{ var q *int; {branches}; return q }}\n"
    );
    ask(&text, |asked| {
        for name in ["blocks", "loops", "branches"] {
            assert_eq!(asked.always(name), 1, "{name}");
        }
        assert_eq!(asked.facts("loops").word(), "sometimes");
    });
}

#[test]
fn code_that_does_not_check() {
    let text = "\
        type broken struct { next missing; value int }\n\
        func names() *int { x := absent; return &x }\n\
        func kinds() int { var s string = 1; return s + nil }\n\
        func arguments(p *int) { healthyResult(); healthyResult(p, p); healthyResult(\"\") }\n\
        func results() (int, *int) { return 1 }\n\
        func nothing() *int { }\n\
        func fields(b *broken) *int { b.absent = 1; return &b.value }\n\
        func methods(b broken) any { return b.absent().more[1](2) }\n\
        func indices(m map[[]int]int, i int) int { return m[nil] + i[3] + nil[i] }\n\
        func statements(c int) { for x := range c.d { x <- 1; <-x; go x; defer 3; c++; c = }\n\
        }\n\
        func labels() { goto nowhere; break; continue there; L: }\n\
        func literals() any { return []missing{1, 2, {3}} }\n\
        func recursive() any { return wrapped{} }\n\
        type wrapped struct { inner wrapped }\n\
        func generic[T absent](t T) *T { return &t }\n\
        func instance() any { return generic[int, string](1) }\n\
        func loop() any { var a [len(a)]int; return a }\n\
        func constants() any { return [1 << 70]byte{} }\n\
        func (absent) method() *int { return new(int) }\n\
        func twice() *int { return nil }\n\
        func twice() *int { return new(int) }\n\
        var cyclic = alsoCyclic\n\
        var alsoCyclic = cyclic\n\
        func beside(n int) []*int { m := missing(n); _ = m; return []*int{new(int), &n} }\n";
    ask(text, |asked| {
        assert!(asked.always("beside") >= 3, "{:?}", asked.sites("beside"));
        assert!(asked.facts("beside").calls_unknown);
    });
}

#[test]
fn a_missing_import() {
    let text = "\
        import \"example.com/missing\"\n\
        type holder struct { missing.Base; value missing.Value; next *holder }\n\
        var global = missing.New()\n\
        func take(p *int) { missing.Take(p) }\n\
        func make_() any { return missing.Value{A: 1} }\n\
        func hold(v missing.Value) *holder { return &holder{value: v} }\n\
        func method(v *missing.Value, p *int) *int { return v.Method(p) }\n\
        func field(v missing.Value) any { return v.A.B[v.C] }\n\
        func promoted(h *holder) any { return h.Promoted(h.Field) }\n\
        func convert(n int) missing.Number { return missing.Number(n) }\n\
        func generic() any { return missing.Map[int](func(p *missing.Value) *int { return new(int) }) }\n\
        func over(v missing.Seq) (n int) { for x := range v { n += x.N }; return n }\n\
        func sized() any { var a [missing.Size]int; return a[:] }\n\
        func literal(p *int) { _ = &missing.Value{A: p} }\n\
        func elements(p *int) { _ = []missing.Value{{p}, {A: p}}; _ = map[missing.Key]*int{missing.K: p} }\n\
        func starts(p, q *int) { go missing.Take(p); defer missing.Take(q) }\n\
        func several(p *int) *int { a, b := missing.Two(p); c := a; _ = b; return c }\n\
        func assigns(p *int, v missing.Value) { missing.Global = p; v.Field = p; v.M[missing.K] = p }\n\
        func returns(p *int) missing.Value { return p }\n\
        func stays(p *int) int { q := p; return *q }\n\
        func calls() *int { x := 1; take(&x); return new(int) }\n";
    ask(text, |asked| {
        // Nobody knows what becomes of it: it is on the heap.
        for name in ["take", "literal", "elements", "starts", "several", "assigns"] {
            assert_eq!(asked.leak(name, Sink::Heap), Some(0), "{name}");
        }
        assert_eq!(asked.leak("stays", Sink::Heap), None);
        assert!(asked.facts("take").calls_unknown);
        assert!(asked.facts("calls").calls_unknown);
        assert_eq!(asked.always("calls"), 2);
        assert_eq!(asked.always("hold"), 1);
        assert_eq!(asked.facts("method"), AllocationFacts::UNKNOWN);
    });
}

#[test]
fn functions_without_a_body() {
    let text = "\
        func assembly(p *int) *int\n\
        //go:noescape\n\
        func careful(p *int) *int\n\
        func callsAssembly() { x := 1; assembly(&x) }\n\
        func callsCareful() { x := 1; careful(&x) }\n";
    ask(text, |asked| {
        assert_eq!(asked.leak("assembly", Sink::Heap), Some(0));
        assert_eq!(asked.leak("careful", Sink::Heap), None);
        assert_eq!(asked.always("callsAssembly"), 1);
        assert_eq!(asked.always("callsCareful"), 0);
        for name in ["assembly", "careful", "callsCareful"] {
            assert_eq!(asked.facts(name), AllocationFacts::UNKNOWN, "{name}");
        }
        assert!(asked.facts("callsAssembly").calls_unknown);
    });
}

fn switches(count: usize) -> String {
    let cases = repeat(count, "case #: q = new(int)");
    let texts = repeat(count, "case \"t#\": q = new(int)");
    let types = repeat(count, "case *[#]int: q = new(int); _ = v");
    format!(
        "func numbers(n int) (q *int) {{\nswitch n {{\n{cases}}}\nreturn q\n}}\n\
         func texts(n string) (q *int) {{\nswitch n {{\n{texts}}}\nreturn q\n}}\n\
         func types(n any) (q *int) {{\nswitch v := n.(type) {{\n{types}}}\nreturn q\n}}\n"
    )
}

#[test]
fn switches_of_many_cases() {
    ask(&switches(2_000), |asked| {
        for name in ["numbers", "texts", "types"] {
            assert_eq!(asked.always(name), 2_000, "{name}");
            assert_eq!(asked.facts(name).word(), "sometimes", "{name}");
        }
    });
}

fn labels(count: usize) -> String {
    let forward = repeat(count, "if n == # { goto F# }\nq = new(int)\nF#:");
    let back = repeat(count, "B#: q = new(int)\nif n == # { goto B# }");
    format!(
        "func forward(n int) (q *int) {{\n{forward}return q\n}}\n\
         func back(n int) (q *int) {{\n{back}return q\n}}\n"
    )
}

#[test]
fn many_labels() {
    ask(&labels(5_000), |asked| {
        assert_eq!(asked.always("forward"), 5_000);
        assert_eq!(asked.always("back"), 5_000);
    });
}
