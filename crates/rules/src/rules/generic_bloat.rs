//! # Large generic functions that are compiled for many types
//!
//! ## What it does
//!
//! Finds a generic function with a large body that its package uses with many types of different shapes.
//!
//! ## Why it costs
//!
//! Generic code is compiled once for each shape: types with the same underlying type share one, and so do all pointers; each
//! struct, each kind of number, is one of its own. What was made generic to spare the boxing of a value is then in the
//! program many times over: it takes longer to compile and link, and displaces other code from the processor's caches.
//!
//! Measured with a function of 40 lines and structs of 12 shapes, machine code of the function and size of the program
//! (`-ldflags=-s`, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | one shape | 1477 B, 1458328 B | 1637 B, 1581216 B |
//! | 12 shapes | 18796 B, 1491096 B | 20679 B, 1618080 B |
//!
//! ## Example
//!
//! ```go
//! func index[T any](items []T, key func(T) string) ([]string, error) {
//! 	// forty lines, of which one uses T
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func index[T any](items []T, key func(T) string) ([]string, error) {
//! 	return indexKeys(len(items), func(i int) string { return key(items[i]) })
//! }
//!
//! func indexKeys(n int, key func(int) string) ([]string, error) {
//! 	// the same, once
//! }
//! ```
//!
//! ## When not to
//!
//! In a loop where each call counts, a copy for each type is what one wants: measure before you change it. Reported are
//! functions with some hundred operations, for sixteen shapes and more, as used in their own package; what generic code
//! passes on to them from its own type parameters is not counted, nor what other packages use.
//!
//! ## The fix
//!
//! None: which part does not depend on the type is for you to say.
//!
//! ## Go versions
//!
//! All with generics, from Go 1.18 on.
//!
//! ## References
//!
//! - [Generics implementation, GC shape stenciling](https://go.googlesource.com/proposal/+/refs/heads/master/design/generics-implementation-gcshape.md)
//! - `go tool nm -size -sort size`, which shows the copies

use syntax::tree::Decl;
use types::{ObjId, Type, TypeId};

use crate::{Allocates, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct GenericBloat;

pub(crate) static RULE: GenericBloat = GenericBloat;

/// From how many shapes on a function is reported.
const SHAPES: usize = 16;

/// From how many expressions on, all copies taken together.
const EXPRESSIONS: usize = 4000;

/// How many types a message names.
const NAMED: usize = 3;

impl Rule for GenericBloat {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH108",
            name: "generic-bloat",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::None,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Block]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(body) = node else { return };
        let Parent::Decl(decl) = cx.parents().stmt(body) else { return };
        let Decl::Func { name, ty, recv: None, .. } = cx.tree().decl(decl) else { return };
        if cx.tree().func_type(ty).type_params.is_none() || cx.is_test() {
            return;
        }
        let Some(function) = cx.facts().defs[name] else { return };
        let shapes = shapes_of(cx, function);
        let size = cx.expressions_in(body).len();
        if shapes.len() < SHAPES || shapes.len() * size < EXPRESSIONS {
            return;
        }
        let ident = cx.tree().ident(name);
        let named: Vec<String> =
            shapes.iter().take(NAMED).map(|shape| short_types(cx, shape)).collect();
        let lines = cx.tree().lines.locate(cx.stmt_span(body).end).line
            - cx.tree().lines.locate(ident.pos).line
            + 1;
        let mut diagnosis = Diagnosis::new(
            ident.span(),
            format!(
                "the {lines} lines of {} are compiled {} times, once for each shape: {}, …",
                ident.name,
                shapes.len(),
                named.join(", ")
            ),
            "move what does not depend on the type into a function that is not generic",
        );
        diagnosis.allocates = Allocates::Never;
        diagnosis.cost = Cost::per_call(0).of_bytes(0);
        found.push(diagnosis);
    }
}

/// The type arguments that the package gives a function, one of each shape.
fn shapes_of(cx: &Context<'_>, function: ObjId) -> Vec<Vec<TypeId>> {
    let mut shapes: Vec<Vec<TypeId>> = Vec::new();
    for there in cx.files().filter(|there| !there.is_test()) {
        for &ident in there.uses(function) {
            let Some(instance) = there.facts().instances.get(&ident) else { continue };
            let open = instance.args.iter().any(|&ty| has_type_parameter(&there, ty));
            let known = |shape: &Vec<TypeId>| {
                shape.iter().zip(&*instance.args).all(|(&a, &b)| have_one_shape(&there, a, b))
            };
            if !open && !shapes.iter().any(known) {
                shapes.push(instance.args.to_vec());
            }
        }
    }
    shapes
}

/// Whether generic code is compiled once for two types.
fn have_one_shape(cx: &Context<'_>, a: TypeId, b: TypeId) -> bool {
    let (a, b) = (cx.store.under(a), cx.store.under(b));
    let pointers = matches!((cx.store.ty(a), cx.store.ty(b)), (Type::Pointer(_), Type::Pointer(_)));
    pointers || cx.store.identical(a, b)
}

fn has_type_parameter(cx: &Context<'_>, ty: TypeId) -> bool {
    let mut open = vec![ty];
    while let Some(ty) = open.pop() {
        match cx.store.ty(cx.store.unalias(ty)) {
            Type::TypeParam(_) => return true,
            Type::Pointer(elem)
            | Type::Slice(elem)
            | Type::Array { elem, .. }
            | Type::Chan { elem, .. } => {
                open.push(*elem);
            }
            Type::Map { key, value } => open.extend([*key, *value]),
            Type::Named(named) => {
                open.extend(
                    named.instance.iter().flat_map(|instance| instance.args.iter().copied()),
                );
            }
            Type::Basic(types::Basic::Invalid, _) => return true,
            _ => {}
        }
    }
    false
}

/// Types without the paths of their packages.
fn short_types(cx: &Context<'_>, types: &[TypeId]) -> String {
    let short = types.iter().map(|&ty| {
        let text = cx.store.type_string(ty);
        text.rsplit(['/', '.']).next().unwrap_or(&text).to_owned()
    });
    short.collect::<Vec<_>>().join("/")
}
