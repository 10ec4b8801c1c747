//! Bodies on demand: what is known of a body that is asked for alone is what is known of it when its whole package is
//! looked into.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use source::{Id, IndexVec};
use syntax::tree::Decl;
use syntax::walk::Node;
use types::layout::Sizes;
use types::program::{CheckedFile, Program, Unit, UnitFile, UnitId};
use types::{ObjId, Store, Type, VarKind};

mod support;

use support::{Fact, facts, std_packages};

fn sizes() -> Sizes {
    Sizes::for_arch("amd64").expect("amd64 is known")
}

fn unit(path: &str, texts: &[&str], imports: &[(&str, usize)], root: bool) -> Unit {
    let file = |(number, &text): (usize, &&str)| UnitFile {
        path: PathBuf::from(format!("{path}/{number}.go")),
        text: text.into(),
        go_version: (1, 27),
    };
    let imports = imports.iter().map(|&(path, at)| (path.to_owned(), UnitId::from_index(at)));
    Unit {
        path: path.into(),
        files: texts.iter().enumerate().map(file).collect(),
        imports: imports.collect(),
        root,
    }
}

fn all(units: Vec<Unit>) -> IndexVec<UnitId, Unit> {
    let mut all = IndexVec::new();
    for unit in units {
        all.push(unit);
    }
    all
}

/// The facts of every body and every initialiser of a package, each with the file that it is in.
fn told(program: &Program<'_>, unit: UnitId) -> Vec<(CheckedFile, Vec<Fact>)> {
    let store = program.store();
    let mut told = Vec::new();
    for function in program.functions(unit) {
        let body = program.body(function.obj);
        assert_eq!(body.is_some(), function.has_body);
        let Some(body) = body else { continue };
        let mut said = facts(store, &body.file, Node::Stmt(body.block));
        said.extend(declared(store, &body.file, body.decl));
        told.push((body.file, said));
    }
    for variable in program.variables(unit) {
        let initializer = program.initializer(variable);
        assert_eq!(initializer.is_some(), variable.value.is_some());
        let Some(initializer) = initializer else { continue };
        let said = facts(store, &initializer.file, Node::Expr(initializer.value));
        told.push((initializer.file, said));
    }
    told
}

/// The objects that a function's signature declares.
fn declared(store: &Store, file: &CheckedFile, decl: syntax::tree::DeclId) -> Vec<Fact> {
    let Decl::Func { recv, ty, name, .. } = file.tree.decl(decl) else { return Vec::new() };
    let func = file.tree.func_type(ty);
    let object = file.facts.defs[name].expect("a function is declared");
    let signature = store.obj_type(object);
    assert!(matches!(store.ty(signature), Type::Signature(_)));
    let lists = [recv, func.type_params, Some(func.params), func.results];
    let mut said = Vec::new();
    for field in
        lists.into_iter().flatten().flat_map(|l| file.tree.list(file.tree.field_list(l).fields))
    {
        let node = file.tree.field(field);
        for ident in file.tree.list(node.names) {
            // Where code is broken, some have no object.
            let Some(obj) = file.facts.defs[ident] else { continue };
            let (name, ty) = (store.obj(obj).name, store.type_string(store.obj_type(obj)));
            said.push(Fact {
                span: file.tree.ident(ident).span(),
                what: format!("declares {name} {ty}"),
            });
        }
        if let Some(&obj) = file.facts.unnamed_params.get(&field) {
            let what = format!("declares {}", store.type_string(store.obj_type(obj)));
            said.push(Fact { span: node.span, what });
        }
    }
    said
}

/// Looks at packages as roots and on demand, and compares. Returns the number of nodes compared.
fn compare(mut units: IndexVec<UnitId, Unit>, named: &[UnitId]) -> usize {
    let (store, whole_store) = (Store::new(), Store::new());
    let threads = NonZeroUsize::new(2).expect("two");
    let program = Program::new(&store, &units, sizes());
    let outcome = program.check(threads, &|_| {});
    assert!(outcome.broken.is_empty(), "{:?}", outcome.broken);
    let alone: Vec<_> = named.iter().map(|&unit| told(&program, unit)).collect();
    assert_eq!(program.broken(), []);
    drop(program);
    for &unit in named {
        units[unit].root = true;
    }
    let program = Program::new(&whole_store, &units, sizes());
    program.check(threads, &|_| {});
    let mut nodes = 0;
    let mut differences = Vec::new();
    for (&unit, alone) in named.iter().zip(alone) {
        let whole = told(&program, unit);
        assert_eq!(alone.len(), whole.len());
        for ((file, alone), (_, whole)) in alone.iter().zip(&whole) {
            assert_eq!(alone.len(), whole.len(), "{}", file.path.display());
            nodes += alone.len();
            let differing = alone.iter().zip(whole).filter(|(alone, whole)| alone != whole);
            differences.extend(differing.map(|(alone, whole)| difference(file, alone, whole)));
        }
    }
    let first = differences.iter().take(10).cloned().collect::<String>();
    assert!(differences.is_empty(), "{} of {nodes} differ:\n{first}", differences.len());
    nodes
}

fn difference(file: &CheckedFile, alone: &Fact, whole: &Fact) -> String {
    let place = file.tree.locate(alone.span.start);
    let text = String::from_utf8_lossy(&file.text[alone.span.range()]);
    let path = file.path.display();
    format!("{path}:{}: {text}\n  alone: {}\n  whole: {}\n", place.line, alone.what, whole.what)
}

/// Packages that use all of the language: generics, closures, reflection, assembly, linked names, dot imports.
#[test]
fn bodies_of_the_standard_library() {
    let (units, named) = std_packages(&[
        "fmt",
        "strings",
        "slices",
        "maps",
        "iter",
        "sync",
        "sync/atomic",
        "sort",
        "time",
        "runtime",
        "encoding/json",
        "go/types",
        "net/http",
        "math/big",
        "text/template",
        "container/list",
        "reflect",
    ]);
    let nodes = compare(units, &named);
    assert!(nodes > 400_000, "{nodes} nodes only");
}

/// Code that does not compile: nothing breaks, and where it can be parsed it is the same as well.
#[test]
fn bodies_full_of_faults() {
    let texts =
        [include_str!("data/broken/cycles.go"), include_str!("data/broken/generic_cycles.go")];
    for text in texts {
        compare(all(vec![unit("p", &[text], &[], false)]), &[UnitId::from_index(0)]);
    }
    let texts = [
        include_str!("data/broken/misfits.go"),
        "package p\nfunc f() { if x := ; y {",
        "package p\nfunc (r T) (a int) {}\nfunc () {}\nfunc g(a, b int, int) { _ = a }\n",
        "package p\nvar x = func() { if\nfunc f(...) { x() }",
    ];
    for text in texts {
        let units = all(vec![unit("p", &[text], &[], false)]);
        let store = Store::new();
        let program = Program::new(&store, &units, sizes());
        let outcome = program.check(NonZeroUsize::MIN, &|_| {});
        told(&program, UnitId::from_index(0));
        assert!(program.init_order(UnitId::from_index(0)).is_some());
        assert_eq!((outcome.broken, program.broken()), (Vec::new(), Vec::new()));
    }
}

/// Deep nesting, on the small stack of a thread that is none of ours.
#[test]
fn deep_bodies() {
    let n = 5_000;
    let nested = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(n), close.repeat(n))
    };
    let text = format!(
        "package p\nfunc a() {{ _ = {} }}\nfunc b() {{ {} }}\nfunc c() {{ var x {}; _ = x }}\nvar d = {}\n",
        nested("(", "1", ")"),
        nested("if true {", "a()", "}"),
        nested("[]", "int", ""),
        nested("func() { _ = ", "1", "}"),
    );
    let units = all(vec![unit("p", &[&text], &[], false)]);
    let store = Store::new();
    let program = Program::new(&store, &units, sizes());
    let outcome = program.check(NonZeroUsize::MIN, &|_| {});
    for function in program.functions(UnitId::from_index(0)) {
        let body = program.body(function.obj).expect("it has a body");
        assert!(
            body.file.facts.types.iter().flatten().count() > 0 || body.file.tree.stmt_count() > n
        );
    }
    assert!(program.initializer(&program.variables(UnitId::from_index(0))[0]).is_some());
    assert_eq!((outcome.broken, program.broken()), (Vec::new(), Vec::new()));
}

const LIBRARY: &str = "package library

import \"unsafe\"

type List[T any] struct{ items []T }

// Push adds.
func (l *List[T]) Push(item T) { l.items = append(l.items, item) }

//go:noinline

func Named(a, _ int, b ...string) (n int, err error) { n = a + len(b); return }

func Unnamed(int, string) bool { return false }

//go:noescape
//go:linkname assembly runtime.assembly
func assembly(p unsafe.Pointer) //go:nosplit

func after() {}

var table, size = build(func(n int) int { m := n; return m })

func build(f func(int) int) ([]int, int) { return nil, f(1) }

func init() {}
func init() { size++ }
";

const USER: &str = "package user

import . \"library\"

var l List[string]

func Use() { l.Push(\"a\") }
";

fn function(program: &Program<'_>, unit: usize, name: &str) -> ObjId {
    let functions = program.functions(UnitId::from_index(unit)).iter();
    let mut named = functions.filter(|f| program.store().obj(f.obj).name.as_str() == name);
    named.next().expect("the function is declared").obj
}

#[test]
fn objects_of_the_signature_are_those_of_the_body() {
    let units = all(vec![unit("library", &[LIBRARY], &[], false)]);
    let store = Store::new();
    let program = Program::new(&store, &units, sizes());
    program.check(NonZeroUsize::MIN, &|_| {});
    for name in ["Push", "Named", "build"] {
        let obj = function(&program, 0, name);
        let Type::Signature(signature) = store.ty(store.obj_type(obj)) else { panic!("{name}") };
        let mut own: Vec<ObjId> = signature.recv.into_iter().collect();
        own.extend(signature.params.iter().chain(&signature.results));
        let body = program.body(obj).expect("it has a body");
        let again = program.body(obj).expect("it still has a body");
        for body in [&body, &again] {
            let used = body.file.facts.uses.iter().flatten().copied();
            let is_param = |&obj: &ObjId| {
                use types::ObjectKind::Var;
                let kind = &store.obj(obj).kind;
                matches!(kind, Var(VarKind::Param | VarKind::Recv | VarKind::Result))
            };
            let used: Vec<ObjId> = used.filter(is_param).collect();
            assert!(!used.is_empty(), "{name}");
            assert!(used.iter().all(|obj| own.contains(obj)), "{name}");
            let declared = body.file.facts.defs.iter().flatten().filter(|obj| own.contains(obj));
            let named = own.iter().filter(|&&obj| !store.obj(obj).name.as_str().is_empty());
            assert_eq!(declared.count(), named.count(), "{name}");
        }
    }
    let unnamed = program.body(function(&program, 0, "Unnamed")).expect("it has a body");
    assert_eq!(unnamed.file.facts.unnamed_params.len(), 3);
}

#[test]
fn functions_and_what_their_comments_say() {
    let units = all(vec![unit("library", &[LIBRARY], &[], false)]);
    let store = Store::new();
    let program = Program::new(&store, &units, sizes());
    program.check(NonZeroUsize::MIN, &|_| {});
    let functions = program.functions(UnitId::from_index(0));
    let told: Vec<String> = functions
        .iter()
        .map(|function| {
            let directives: Vec<&str> = program.directives(function).map(|d| d.name).collect();
            let body = if function.has_body { "" } else { " without body" };
            format!("{}{body} {}", store.obj(function.obj).name, directives.join(" "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "Push ",
            "Named noinline",
            "Unnamed ",
            "assembly without body noescape linkname",
            "after nosplit",
            "build ",
            "init ",
            "init "
        ]
    );
    let file = &program.files(UnitId::from_index(0))[0];
    let linked: Vec<&str> = file.directives().map(|d| d.arguments).collect();
    assert_eq!(linked, ["", "", "assembly runtime.assembly", ""]);
    let table = &program.variables(UnitId::from_index(0))[0];
    assert_eq!(table.vars.len(), 2);
    assert!(program.variable(table.vars[1]).is_some_and(|both| both.vars == table.vars));
}

/// From a package at hand to the packages that it uses, from several threads at once, roots or not.
#[test]
fn callees_are_found_across_packages() {
    for root in [false, true] {
        let mut units = vec![unit("library", &[LIBRARY], &[], root)];
        for number in 0..20 {
            let path = format!("user{number}");
            units.push(unit(&path, &[USER], &[("library", 0)], true));
        }
        let units = all(units);
        let store = Store::new();
        let program = Program::new(&store, &units, sizes());
        let pushed = AtomicUsize::new(0);
        let bodies = Mutex::new(Vec::new());
        let outcome = program.check(NonZeroUsize::new(4).expect("four"), &|package| {
            if package.unit.index() == 0 {
                return;
            }
            let obj = function(&program, package.unit.index(), "Use");
            let body = program.body(obj).expect("the package at hand is declared");
            assert!(std::sync::Arc::ptr_eq(&body.file.tree, &package.files[0].tree));
            for selection in body.file.facts.selections.values() {
                // The method of an instance leads to that of the generic type.
                let push = program.body(selection.obj).expect("the library is declared");
                assert_ne!(push.function.obj, selection.obj);
                bodies.lock().expect("no panic").push(push);
                pushed.fetch_add(1, Ordering::Relaxed);
            }
        });
        assert!(outcome.broken.is_empty(), "{:?}", outcome.broken);
        assert_eq!(pushed.into_inner(), 20);
        let bodies = bodies.into_inner().expect("no panic");
        let first = facts(&store, &bodies[0].file, Node::Stmt(bodies[0].block));
        for body in &bodies {
            assert_eq!(facts(&store, &body.file, Node::Stmt(body.block)), first);
            // Of a root there is one view only.
            assert_eq!(
                std::sync::Arc::ptr_eq(&body.file.facts, &bodies[0].file.facts),
                root || std::ptr::eq(body, &bodies[0])
            );
        }
    }
}

/// A package is not declared where its imports lead back to it: there is nothing to wait for.
#[test]
fn what_is_not_declared_has_no_bodies() {
    let units = all(vec![
        unit("a", &["package a\nimport \"b\"\nfunc A() { b.B() }\n"], &[("b", 1)], true),
        unit("b", &["package b\nimport \"a\"\nfunc B() { a.A() }\n"], &[("a", 0)], false),
    ]);
    let store = Store::new();
    let program = Program::new(&store, &units, sizes());
    let outcome = program.check(NonZeroUsize::MIN, &|_| {});
    assert_eq!(outcome.cyclic.len(), 2);
    assert!(program.functions(UnitId::from_index(0)).is_empty());
    assert!(program.init_order(UnitId::from_index(0)).is_none());
}

/// Trees that are dropped once their package is done with are read again in parts, and say the same.
#[test]
fn bodies_outlive_the_trees_of_their_package() {
    let units = all(vec![unit("library", &[LIBRARY], &[], true)]);
    let store = Store::new();
    let program = Program::new(&store, &units, sizes()).until_done();
    let whole = Mutex::new(None);
    program.check(NonZeroUsize::MIN, &|package| {
        let obj = function(&program, 0, "Push");
        let body = program.body(obj).expect("the package at hand is known");
        assert!(std::sync::Arc::ptr_eq(&body.file.tree, &package.files[0].tree));
        let facts = facts(&store, &body.file, Node::Stmt(body.block));
        *whole.lock().expect("no panic") =
            Some((facts, std::sync::Arc::downgrade(&body.file.tree)));
    });
    let (known, tree) = whole.into_inner().expect("no panic").expect("it was done");
    assert!(tree.upgrade().is_none(), "the tree is dropped");
    let body = program.body(function(&program, 0, "Push")).expect("it has a body");
    assert_eq!(facts(&store, &body.file, Node::Stmt(body.block)), known);
}
