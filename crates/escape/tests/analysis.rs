//! Where values of small functions live. What is expected is what `go build -gcflags='-m -l'` says of the Go code beside them.

mod support;

use escape::{Ask, End, Leaks, Limit, Placement, Reason, Sink, Thing};
use lower::Pragmas;
use lower::ir::{Op, VarFlags};
use support::{INT, Maker, Program};
use types::Basic;

/// A new function of a new program.
fn program(minor: u32) -> (Program, Maker) {
    let mut program = Program::new(minor);
    let inst = program.function("f", Pragmas::default(), true);
    (program, Maker::new(inst))
}

/// `func f() *int { x := 1; return &x }`
#[test]
fn a_variable_whose_address_is_returned() {
    let (program, mut f) = program(27);
    f.result("~r0", program.pointer());
    let one = f.int(1);
    let x = f.define("x", INT, one);
    let use_of_x = f.name(x);
    let address = f.op(Op::Addr, program.pointer(), Some(use_of_x));
    f.returns(&[address]);
    let (lines, analysis, _) = program.run(vec![f.done()], Ask { why: true, mutations: false });
    assert_eq!(lines, ["moved to heap: x"]);
    let path = analysis.paths.of(0, Thing::Var(x)).unwrap();
    assert!(matches!(path.end, End::Result(_)));
    assert_eq!(path.cause().map(|through| through.reason), Some(Reason::Return));
}

/// `func f(p *int) *int { return p }` and `func f(p **int) *int { return *p }`
#[test]
fn parameters_that_are_returned() {
    let (program, mut f) = program(27);
    f.result("~r0", program.pointer());
    let p = f.param("p", program.pointer());
    let value = f.name(p);
    f.returns(&[value]);
    assert_eq!(program.lines(f.done()), ["leaking param: p to result ~r0 level=0"]);

    let (program, mut f) = self::program(27);
    f.result("~r0", program.pointer());
    let p = f.param("p", program.store.pointer(program.pointer()));
    let value = f.name(p);
    let value = f.op(Op::Deref, program.pointer(), Some(value));
    f.returns(&[value]);
    let (lines, analysis, _) = program.run(vec![f.done()], Ask::default());
    assert_eq!(lines, ["leaking param: p to result ~r0 level=1"]);
    assert_eq!(analysis.functions[0].leaks[0].derefs(Sink::Result(0)), Some(1));
}

/// `func f(p *int, q **int) { sink = p; sink = *q }`
#[test]
fn parameters_that_are_stored() {
    let (program, mut f) = program(27);
    let sink = program.global("sink", program.pointer());
    let p = f.param("p", program.pointer());
    let q = f.param("q", program.store.pointer(program.pointer()));
    let (target, value) = (f.global(sink, program.pointer()), f.name(p));
    f.assign(target, value);
    let value = f.name(q);
    let value = f.op(Op::Deref, program.pointer(), Some(value));
    let target = f.global(sink, program.pointer());
    f.assign(target, value);
    assert_eq!(program.lines(f.done()), ["leaking param content: q", "leaking param: p"]);
}

/// `func f() { var l *int; for { l = new(int) } }` against the same without a loop.
#[test]
fn what_a_loop_makes_for_what_is_outside_of_it() {
    for (looped, expected) in
        [(true, "new(int) escapes to heap"), (false, "new(int) does not escape")]
    {
        let (program, mut f) = program(27);
        let zero = f.int(0);
        let l = f.define("l", program.pointer(), zero);
        let set = |f: &mut Maker| {
            let (target, value) = (f.name(l), f.new_int(program.pointer()));
            f.assign(target, value);
        };
        if looped {
            f.in_loop(set)
        } else {
            set(&mut f)
        }
        assert_eq!(program.lines(f.done()), [expected]);
    }
}

/// `func f(n int) { _ = make([]int, n); _ = make([]int, 10); _ = make([]int, 10000) }`
#[test]
fn sizes_of_slices() {
    let expected = |first| {
        [first, "make([]int, 10) does not escape", "make([]int, 10000) escapes to heap"]
            .map(Into::into)
    };
    let of = |minor| {
        let (program, mut f) = program(minor);
        let slice = program.store.slice(INT);
        let n = f.param("n", INT);
        let sizes = [f.name(n), f.int(10), f.int(10_000)];
        for size in sizes {
            let made = f.make_slice(slice, size);
            f.define("s", slice, made);
        }
        let (mut lines, analysis, _) = program.run(vec![f.done()], Ask::default());
        let limits: Vec<_> = analysis.functions[0].values.iter().map(|value| value.limit).collect();
        assert_eq!(limits[2], Some(Limit::Size));
        assert_eq!(limits[0], (minor < 25).then_some(Limit::NonConstantSize));
        lines.sort_by_key(|line| (!line.contains(", n)"), line.len()));
        lines
    };
    let lines: [String; 3] = expected("make([]int, n) escapes to heap");
    assert_eq!(of(24), lines);
    let lines: [String; 3] = expected("make([]int, n) does not escape");
    assert_eq!(of(25), lines);
}

/// `x := 1; f := func() *int { y = &x … }`, captured by value and by reference.
#[test]
fn captured_variables() {
    for set_again in [false, true] {
        let (program, mut f) = program(27);
        let one = f.int(1);
        let x = f.define("x", INT, one);
        let literal = f.literal(&[x], INT, |f, inner| {
            if set_again {
                let (target, value) = (f.name(inner[0]), f.int(2));
                f.assign(target, value);
            } else {
                let value = f.name(inner[0]);
                f.define("y", INT, value);
            }
        });
        f.define("g", INT, literal);
        let (lines, analysis, entries) = program.run(vec![f.done()], Ask::default());
        assert_eq!(lines, ["func literal does not escape"]);
        assert_eq!(entries[0].body.vars[x].flags.has(VarFlags::BYVAL), !set_again);
        assert_eq!(analysis.functions[0].values[0].placement, Placement::Transient);
    }
}

/// Calls of a function that is known by its leaks, of one that is analysed at the same time, and of one that is not known.
#[test]
fn arguments() {
    let make = |callee: fn(&mut Program, &mut Maker) -> lower::ir::NodeId| {
        let (mut program, mut f) = program(27);
        let callee = callee(&mut program, &mut f);
        let argument = f.new_int(program.pointer());
        let call = f.call(callee, &[argument], INT);
        f.stmt(call);
        program.lines(f.done())
    };
    let stays = make(|program, f| {
        let g = program.function("g", Pragmas::default(), true);
        program.leaks.insert(g, [Leaks::default()].into());
        f.callee(g)
    });
    assert_eq!(stays, ["new(int) does not escape"]);
    let leaks = make(|program, f| {
        let g = program.function("g", Pragmas::default(), true);
        program.leaks.insert(g, [Leaks::ESCAPES].into());
        f.callee(g)
    });
    assert_eq!(leaks, ["new(int) escapes to heap"]);
    let unknown = make(|_, f| {
        let variable = f.param("g", INT);
        f.name(variable)
    });
    assert_eq!(unknown, ["new(int) escapes to heap"]);
}

/// `func f(p *int) { g(p) }; func g(q *int) { f(q); sink = q }`
#[test]
fn functions_that_call_one_another() {
    let mut program = Program::new(27);
    let f = program.function("f", Pragmas::default(), true);
    let g = program.function("g", Pragmas::default(), true);
    let sink = program.global("sink", program.pointer());
    let make = |inst, other, stores: bool| {
        let mut maker = Maker::new(inst);
        let p = maker.param("p", program.pointer());
        let (callee, argument) = (maker.callee(other), maker.name(p));
        let call = maker.call(callee, &[argument], INT);
        maker.stmt(call);
        if stores {
            let (target, value) = (maker.global(sink, program.pointer()), maker.name(p));
            maker.assign(target, value);
        }
        maker.done()
    };
    let entries = vec![make(f, g, false), make(g, f, true)];
    let (lines, analysis, _) = program.run(entries, Ask::default());
    assert_eq!(lines, ["leaking param: p", "leaking param: p"]);
    assert_eq!(analysis.functions[0].leaks, [Leaks::ESCAPES]);
}

/// Functions that are not written in Go.
#[test]
fn without_a_body() {
    let of = |pragmas| {
        let mut program = Program::new(27);
        let inst = program.function("f", pragmas, false);
        let mut f = Maker::new(inst);
        f.param("u", Basic::Uintptr.id());
        f.param("p", program.pointer());
        f.param("", program.pointer());
        f.param("_", program.pointer());
        program.lines(f.bodiless())
    };
    let unsafe_uintptr = "assuming u is unsafe uintptr";
    assert_eq!(of(Pragmas::default()), [unsafe_uintptr, "leaking param: p", "leaking param: ~p3"]);
    assert_eq!(of(Pragmas::NOESCAPE), [unsafe_uintptr, "p does not escape", "~p3 does not escape"]);
}

/// `func f(p *[]int) { *p = (*p)[1:] }`
#[test]
fn a_slice_of_itself() {
    let (program, mut f) = program(27);
    let slice = program.store.slice(INT);
    let p = f.param("p", program.store.pointer(slice));
    let target = f.name(p);
    let target = f.op(Op::Deref, slice, Some(target));
    let sliced = f.name(p);
    let sliced = f.op(Op::Deref, slice, Some(sliced));
    let low = f.int(1);
    let value = f.op(Op::Slice, slice, Some(sliced));
    f.body.nodes[value].y = Some(low);
    f.assign(target, value);
    let (lines, ..) = program.run(vec![f.done()], Ask { why: false, mutations: true });
    assert_eq!(lines, ["f ignoring self-assignment in *p = (*p)[1:]", "mutates param: p derefs=0"]);
}

/// `func f(p *int) *int { g := func(q *int) *int { return q }; return g(p) }`, with a literal that captures nothing and with
/// one that captures another variable: the first is analysed by itself, so that its result is told apart from the heap.
#[test]
fn function_literals_by_themselves() {
    for captures in [false, true] {
        let (program, mut f) = program(27);
        let pointer = program.pointer();
        f.result("~r0", pointer);
        let p = f.param("p", pointer);
        let x = f.param("x", INT);
        let captured: &[lower::ir::VarId] = if captures { &[x] } else { &[] };
        let literal = f.literal(captured, INT, |g, _| {
            g.result("~r0", pointer);
            let q = g.param("q", pointer);
            let value = g.name(q);
            g.returns(&[value]);
        });
        let argument = f.name(p);
        let call = f.call(literal, &[argument], pointer);
        f.returns(&[call]);
        let of_literal =
            if captures { "leaking param: q" } else { "leaking param: q to result ~r0 level=0" };
        let mut expected = vec![
            "func literal does not escape",
            "leaking param: p to result ~r0 level=0",
            of_literal,
        ];
        expected.sort_unstable();
        assert_eq!(program.lines(f.done()), expected);
    }
}
