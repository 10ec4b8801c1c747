//! What types are alike, what a selector finds, how types print and lie in memory.

mod common;

use common::World;
use source::Name;
use types::layout::Sizes;
use types::{Basic, ChanDir, Found, Lookup, TypeId, Universe};

const INT: TypeId = Basic::Int.id();
const STRING: TypeId = Basic::String.id();
const BOOL: TypeId = Basic::Bool.id();

#[test]
fn types_print_as_go_prints_them() {
    let w = World::new();
    let s = &w.store;
    let check = |ty: TypeId, expected: &str| assert_eq!(s.type_string(ty), expected);

    check(s.map(STRING, s.slice(s.pointer(Universe::BYTE))), "map[string][]*byte");
    check(s.array(Universe::RUNE, 3), "[3]rune");
    check(Basic::UnsafePointer.id(), "unsafe.Pointer");
    check(Universe::ANY, "any");
    check(Universe::EMPTY_INTERFACE, "interface{}");
    check(Universe::ERROR, "error");
    check(Universe::COMPARABLE_INTERFACE, "interface{comparable}");
    check(Universe::ERROR_INTERFACE, "interface{Error() string}");

    let receive = s.chan(ChanDir::Recv, INT);
    check(s.chan(ChanDir::Both, receive), "chan (<-chan int)");
    check(s.chan(ChanDir::Send, receive), "chan<- <-chan int");
    check(s.chan(ChanDir::Recv, s.chan(ChanDir::Both, INT)), "<-chan chan int");

    let named = w.defined("T", INT);
    check(named, "example.com/p.T");
    let parts = [w.field("a", INT), w.embedded("T", s.pointer(named))];
    check(w.tagged(&parts, &["json:\"a\"", ""]), r#"struct{a int "json:\"a\""; *example.com/p.T}"#);

    let mut f = w.func(&[("", INT), ("", s.slice(STRING))], &[("", BOOL)]);
    f.variadic = true;
    check(w.add(f), "func(int, ...string) bool");
    let mut append = w.func(&[("", s.slice(Universe::BYTE)), ("", STRING)], &[]);
    append.variadic = true;
    check(w.add(append), "func([]byte, string...)");
    check(
        w.add(w.func(&[("a", INT), ("_", INT)], &[("n", INT), ("err", Universe::ERROR)])),
        "func(a int, _ int) (n int, err error)",
    );

    let union = w.union(&[(true, INT), (false, STRING)]);
    check(w.interface(&[w.method("M", INT)], &[union]), "interface{M(); ~int | string}");

    let (k, a, b) = (
        w.type_param("K", Universe::COMPARABLE),
        w.type_param("A", Universe::ANY),
        w.type_param("B", Universe::ANY),
    );
    let generic = w.generic("G", &[k, a, b]);
    w.define(generic, s.map(k, a), &[]);
    check(generic, "example.com/p.G[K comparable, A, B any]");
    check(s.instantiate(generic, &[STRING, INT, k]), "example.com/p.G[string, int, K]");
    let shadow = w.type_param("string", union);
    let mut f = w.func(&[("x", shadow)], &[]);
    f.type_params = [shadow].into();
    check(w.add(f), "func[string/* type parameter */ ~int | string](x string/* type parameter */)");
}

#[test]
fn identity_is_of_structure() {
    let w = World::new();
    let s = &w.store;
    assert!(s.identical(Universe::BYTE, Basic::Uint8.id()));
    assert!(s.identical(s.slice(Universe::ANY), s.slice(Universe::EMPTY_INTERFACE)));
    assert!(!s.identical(s.slice(INT), s.array(INT, 1)));
    assert!(!s.identical(s.chan(ChanDir::Both, INT), s.chan(ChanDir::Recv, INT)));

    let structure = |tag: &str| w.tagged(&[w.field("a", INT)], &[tag]);
    assert!(s.identical(structure(""), w.structure(&[w.field("a", INT)])));
    assert!(!s.identical(structure("x"), structure("y")));
    assert!(s.identical_ignoring_tags(structure("x"), structure("y")));
    assert!(!s.identical(structure(""), w.structure(&[w.embedded("a", INT)])));

    let elsewhere = s.add_package(Name::new("q"), false);
    let foreign = |name: &str| {
        let kind = types::VarKind::Field { embedded: false, origin: None };
        let kind = types::ObjectKind::Var(kind);
        w.structure(&[s.new_object(Name::new(name), Some(elsewhere), None, Some(INT), kind)])
    };
    assert!(!s.identical(foreign("a"), structure("")));
    assert!(s.identical(foreign("A"), w.structure(&[w.field("A", INT)])));

    let names = |a: &str| w.add(w.func(&[(a, INT)], &[]));
    assert!(s.identical(names("a"), names("b")));
    assert!(!s.identical(names("a"), w.add(w.func(&[], &[("a", INT)]))));

    // func[P ~[]E, E any](P) E with other names, and with a bound that differs.
    let generic = |slice: bool| {
        let e = w.type_param("E", Universe::ANY);
        let bound = w.union(&[(true, if slice { s.slice(e) } else { s.pointer(e) })]);
        let p = w.type_param("P", w.interface(&[], &[bound]));
        let mut f = w.func(&[("", p)], &[("", e)]);
        f.type_params = [p, e].into();
        w.add(f)
    };
    assert!(s.identical(generic(true), generic(true)));
    assert!(!s.identical(generic(true), generic(false)));
}

#[test]
fn interfaces_that_lead_back_to_themselves_can_be_compared() {
    let w = World::new();
    let s = &w.store;
    let make = |result: TypeId| {
        let named = w.declare("I");
        let inner = w.interface(&[], &[named]);
        let mut signature = w.func(&[], &[("", inner), ("", result)]);
        signature.recv = None;
        let kind = types::ObjectKind::Func { origin: None };
        let method = w.object("M", Some(w.add(signature)), kind);
        w.define(named, w.interface(&[method], &[]), &[]);
        s.under(named)
    };
    assert!(s.identical(make(INT), make(INT)));
    assert!(!s.identical(make(INT), make(STRING)));
}

#[test]
fn type_sets_follow_embedding() {
    let w = World::new();
    let s = &w.store;
    let named = w.defined("T", INT);
    let ordered = w.interface(&[], &[w.union(&[(true, INT), (true, STRING), (false, BOOL)])]);
    let ints = w.interface(&[], &[w.union(&[(false, named), (false, INT)])]);
    let both = w.interface(&[], &[ordered, ints]);
    let terms = s.type_set(both).terms.clone().unwrap();
    assert_eq!(
        terms.iter().map(|t| (t.tilde, t.ty)).collect::<Vec<_>>(),
        [(false, named), (false, INT)]
    );

    let merged = w.interface(&[], &[w.union(&[(false, named), (true, INT), (false, INT)])]);
    let terms = s.type_set(merged).terms.clone().unwrap();
    assert_eq!(terms.iter().map(|t| (t.tilde, t.ty)).collect::<Vec<_>>(), [(true, INT)]);

    let slices = w.union(&[(true, s.slice(INT)), (true, INT)]);
    let comparable = w.interface(&[], &[slices, Universe::COMPARABLE]);
    let set = s.type_set(comparable);
    assert_eq!(set.terms.as_ref().map(|t| t.len()), Some(1));
    assert!(!set.comparable && s.type_set(w.interface(&[], &[Universe::COMPARABLE])).comparable);

    // Nothing is kept while a part is not resolved.
    let open = w.declare("Open");
    let embeds = w.interface(&[w.method("b", INT)], &[open]);
    assert!(s.type_set(embeds).methods.is_empty());
    w.define(
        open,
        w.interface(&[w.method("a", INT), w.method("Z", INT), w.method("b", INT)], &[]),
        &[],
    );
    let names = s.type_set(embeds).methods.iter().map(|&m| s.obj(m).name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["Z", "a", "b"]);

    // Interfaces that embed one another, which is an error, end.
    let (a, b) = (w.declare("A"), w.declare("B"));
    w.define(a, w.interface(&[w.method("x", a)], &[b]), &[]);
    w.define(b, w.interface(&[w.method("y", b)], &[a]), &[]);
    assert_eq!(s.type_set(s.under(a)).methods.len(), 2);
}

#[test]
fn type_parameters_answer_by_their_type_sets() {
    let w = World::new();
    let s = &w.store;
    let p = w.type_param("P", w.union(&[(true, INT), (true, Basic::Float64.id())]));
    assert!(s.all_basic(p, Basic::is_numeric) && !s.all_basic(p, Basic::is_integer));
    assert!(s.comparable(p, false) && !s.has_nil(p) && s.core_type(p).is_none());
    let wrapped = s.constraint(p);
    assert_eq!(s.constraint(p), wrapped);
    assert_eq!(s.type_string(wrapped), "~int | ~float64");

    let bytes = w.type_param("B", w.union(&[(true, STRING), (true, s.slice(Universe::BYTE))]));
    assert_eq!(s.core_string(bytes), Some(STRING));
    assert_eq!(s.core_type(bytes), None);

    let (both, send) = (s.chan(ChanDir::Both, INT), s.chan(ChanDir::Send, INT));
    let chans = w.type_param("C", w.union(&[(true, both), (true, send)]));
    assert_eq!(s.core_type(chans), Some(send));
    assert!(s.has_nil(chans));

    let any = w.type_param("A", Universe::ANY);
    assert!(!s.comparable(any, true) && !s.all_basic(any, |_| true) && s.core_type(any).is_none());
    assert!(s.comparable(Universe::ANY, true) && !s.comparable(Universe::ANY, false));
    assert!(s.implements(STRING, Universe::COMPARABLE, true));
    assert!(s.implements(Universe::ANY, Universe::COMPARABLE, true));
    assert!(!s.implements(Universe::ANY, Universe::COMPARABLE, false));
    assert!(!s.implements(s.slice(INT), Universe::COMPARABLE, true));
    assert!(s.implements(p, w.interface(&[], &[s.constraint(p)]), true));
    assert!(!s.implements(bytes, s.constraint(p), true));
}

fn found(lookup: Lookup) -> (Vec<u32>, bool) {
    match lookup {
        Lookup::Found(Found { path, indirect, .. }) => (path.to_vec(), indirect),
        other => panic!("not found: {other:?}"),
    }
}

#[test]
fn selectors_search_depth_by_depth() {
    let w = World::new();
    let s = &w.store;
    let look = |ty, name: &str| s.lookup(ty, false, w.pkg, Name::new(name));

    let inner = w.declare("Inner");
    let (value, pointer) = (w.method("Value", inner), w.method("Pointer", s.pointer(inner)));
    let fields = w.structure(&[w.field("x", INT), w.field("deep", INT)]);
    w.define(inner, fields, &[value, pointer]);
    let outer = w.declare("Outer");
    let parts = [
        w.field("x", INT),
        w.embedded("Inner", s.pointer(inner)),
        w.embedded("error", Universe::ERROR),
    ];
    w.define(outer, w.structure(&parts), &[]);

    assert_eq!(found(look(outer, "x")), (vec![0], false));
    assert_eq!(found(look(outer, "deep")), (vec![1, 1], true));
    assert_eq!(found(look(outer, "Error")), (vec![2, 0], false));
    assert_eq!(found(look(outer, "Pointer")), (vec![1, 1], true));
    assert_eq!(found(look(s.pointer(outer), "x")), (vec![0], true));
    assert!(matches!(look(inner, "Pointer"), Lookup::PointerReceiver(_)));
    assert!(matches!(s.lookup(inner, true, w.pkg, Name::new("Pointer")), Lookup::Found(_)));
    assert_eq!(look(outer, "nope"), Lookup::None);
    assert_eq!(look(outer, "_"), Lookup::None);
    let elsewhere = s.add_package(Name::new("q"), false);
    assert_eq!(s.lookup(outer, false, elsewhere, Name::new("x")), Lookup::None);
    let variant = s.add_package(Name::new("example.com/p"), false);
    assert_eq!(found(s.lookup(outer, false, variant, Name::new("x"))), (vec![0], false));

    // A defined pointer type has fields but no methods; a pointer to an interface has nothing.
    let defined = w.defined("P", s.pointer(inner));
    assert_eq!(found(look(defined, "deep")), (vec![1], true));
    assert_eq!(look(defined, "Value"), Lookup::None);
    assert_eq!(look(s.pointer(Universe::ERROR), "Error"), Lookup::None);

    // Two ways at one depth, and one type twice.
    let a = w.defined("A", w.structure(&[w.embedded("Inner", inner)]));
    let b = w.defined("B", w.structure(&[w.embedded("Inner", inner)]));
    let twice = w.structure(&[w.embedded("A", a), w.embedded("B", b)]);
    assert_eq!(look(twice, "deep"), Lookup::Ambiguous);
    assert!(s.method_set(twice).is_empty());

    let methods = |ty| {
        let set = s.method_set(ty);
        set.iter().map(|f| s.obj(f.obj).name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(methods(outer), ["Error", "Pointer", "Value"]);
    assert_eq!(methods(inner), ["Value"]);
    assert_eq!(methods(s.pointer(inner)), ["Pointer", "Value"]);
    assert!(methods(defined).is_empty());

    let wants = w.interface(&[w.method("Pointer", INT)], &[]);
    assert!(s.missing_method(inner, wants, true).is_some());
    assert!(s.missing_method(s.pointer(inner), wants, true).is_none());
    assert!(s.missing_method(Universe::ERROR, wants, false).is_none());
    assert!(s.implements(outer, wants, false));
}

#[test]
fn types_that_embed_themselves_end_a_search() {
    let w = World::new();
    let s = &w.store;
    let t = w.declare("T");
    w.define(t, w.structure(&[w.embedded("T", s.pointer(t)), w.field("f", INT)]), &[]);
    assert_eq!(s.lookup(t, false, w.pkg, Name::new("g")), Lookup::None);
    assert!(s.method_set(t).is_empty());

    // type G[P any] struct { *G[*P]; *G[[]P] } grows without end.
    let p = w.type_param("P", Universe::ANY);
    let g = w.generic("G", &[p]);
    let grown = [s.instantiate(g, &[s.pointer(p)]), s.instantiate(g, &[s.slice(p)])];
    let fields = grown.map(|ty| w.embedded("G", s.pointer(ty)));
    w.define(g, w.structure(&fields), &[]);
    let instance = s.instantiate(g, &[INT]);
    assert_eq!(s.lookup(instance, false, w.pkg, Name::new("f")), Lookup::None);
    assert!(s.method_set(instance).is_empty());

    // Likewise by value.
    let v = w.generic("V", &[p]);
    let fields = [s.pointer(p), s.slice(p)].map(|arg| w.field("f", s.instantiate(v, &[arg])));
    w.define(v, w.structure(&fields), &[]);
    let instance = s.instantiate(v, &[INT]);
    assert!(s.comparable(instance, true));
    let amd64 = Sizes::for_arch("amd64").unwrap();
    assert_eq!(amd64.size_of(s, instance), None);

    let own = w.declare("Own");
    w.define(own, w.structure(&[w.field("f", s.array(own, 2))]), &[]);
    assert_eq!(amd64.size_of(s, own), None);
}

#[test]
fn layouts_are_those_of_the_compiler() {
    let w = World::new();
    let s = &w.store;
    let (wide, narrow) = (Sizes::for_arch("arm64").unwrap(), Sizes::for_arch("386").unwrap());
    assert_eq!(Sizes::for_arch("z80"), None);
    let check = |ty: TypeId, sizes: Sizes, expected: (i64, i64, i64)| {
        let layout = sizes.layout(s, ty).unwrap();
        let got = (layout.size.unwrap(), layout.align, layout.pointer_bytes);
        assert_eq!(got, expected, "{}", s.type_string(ty));
    };
    let mixed = w.structure(&[
        w.field("a", BOOL),
        w.field("b", Basic::Int64.id()),
        w.field("c", STRING),
        w.field("d", Basic::Int16.id()),
    ]);
    check(mixed, wide, (40, 8, 24));
    check(mixed, narrow, (24, 4, 16));
    assert_eq!(wide.offsets(s, mixed), Some(vec![0, 8, 16, 32]));
    check(s.array(mixed, 3), wide, (120, 8, 104));
    check(s.array(mixed, 0), wide, (0, 8, 0));
    check(Basic::Complex128.id(), wide, (16, 8, 0));
    check(Basic::Complex128.id(), narrow, (16, 4, 0));
    check(Universe::ANY, wide, (16, 8, 16));
    check(s.slice(INT), narrow, (12, 4, 4));

    let empty = w.structure(&[]);
    check(empty, wide, (0, 1, 0));
    check(w.structure(&[w.field("a", INT), w.field("b", empty)]), wide, (16, 8, 0));
    check(w.structure(&[w.field("b", empty), w.field("a", INT)]), wide, (8, 8, 0));

    let huge = s.array(INT, i64::MAX / 4);
    assert_eq!(wide.size_of(s, huge), None);
    assert_eq!(wide.align_of(s, w.structure(&[w.field("a", huge)])), Some(8));
    assert_eq!(wide.size_of(s, w.type_param("P", Universe::ANY)), None);
}
