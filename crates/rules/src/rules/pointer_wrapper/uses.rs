//! What the package does with pointers to a wrapper.

use syntax::tree::{Expr, ExprId, Field, Stmt, UnaryOp};
use types::{Mode, ObjectKind, Type, TypeId, VarKind};

use super::Wrapper;
use crate::{Access, Context, Parent};

/// What a package does with pointers to a wrapper, none of which needs a pointer.
pub(super) struct Uses {
    /// Whether all of it can be written with values: the edits.
    pub(super) by_value: Option<ByValue>,
}

/// Places that say that something is a pointer.
#[derive(Default)]
pub(super) struct ByValue {
    /// Types `*T`.
    pub(super) types: Vec<ExprId>,
    /// `&x` of a wrapper.
    pub(super) addresses: Vec<ExprId>,
    /// `*p` of a pointer to one.
    pub(super) derefs: Vec<ExprId>,
    /// `new(T)`
    pub(super) news: Vec<ExprId>,
    /// Whether there are pointers that begin as nil: elements, fields, variables without a value.
    pub(super) begin_as_nil: bool,
}

/// What is done with pointers to a wrapper; `None` where something needs one.
pub(super) fn uses(cx: &Context<'_>, wrapper: &Wrapper) -> Option<Uses> {
    let mut by_value = Some(ByValue::default());
    for there in cx.files() {
        let mut here = true;
        if is_type_argument(&there, wrapper) {
            return None;
        }
        for (id, expr) in there.tree().exprs() {
            match use_of(&there, wrapper, id, expr)? {
                Use::None => {}
                // Tests and other files are not changed by a fix of this one.
                _ if there.number != cx.number => here = false,
                Use::Plain => {}
                Use::Other => by_value = None,
                Use::Type { begins_as_nil } => {
                    if let Some(all) = &mut by_value {
                        all.types.push(id);
                        all.begin_as_nil |= begins_as_nil;
                    }
                }
                Use::Address => by_value.iter_mut().for_each(|all| all.addresses.push(id)),
                Use::Deref => by_value.iter_mut().for_each(|all| all.derefs.push(id)),
                Use::New => by_value.iter_mut().for_each(|all| all.news.push(id)),
            }
        }
        if !here {
            by_value = None;
        }
    }
    Some(Uses { by_value })
}

/// Whether generic code gets a wrapper or a pointer to one: it can do anything with it.
fn is_type_argument(cx: &Context<'_>, wrapper: &Wrapper) -> bool {
    let arguments = cx.facts().instances.values().flat_map(|instance| &*instance.args);
    arguments.into_iter().any(|&ty| ty == wrapper.ty || mentions(cx, ty, wrapper))
}

/// What an expression has to do with pointers to a wrapper.
enum Use {
    None,
    /// A pointer where a value would do as it is written.
    Plain,
    /// Something that a value cannot be written for as easily.
    Other,
    Type {
        begins_as_nil: bool,
    },
    Address,
    Deref,
    New,
}

/// `None` where it needs a pointer.
fn use_of(cx: &Context<'_>, wrapper: &Wrapper, id: ExprId, expr: Expr) -> Option<Use> {
    if cx.facts().modes[id] == Mode::Type {
        return Some(type_use(cx, wrapper, id, expr));
    }
    let ty = cx.type_of(id);
    if cx.is_nil(id) {
        let stands_for_it = ty == wrapper.pointer || cx.target_type(id) == Some(wrapper.pointer);
        return (!stands_for_it).then_some(Use::None);
    }
    if ty == wrapper.ty {
        return value_use(cx, id, expr);
    }
    if ty != wrapper.pointer {
        return Some(if mentions(cx, ty, wrapper) {
            container_use(cx, wrapper, id, ty)
        } else {
            Use::None
        });
    }
    if matches!(expr, Expr::Paren(_)) {
        return Some(Use::None);
    }
    let needed = is_pointer_needed(cx, wrapper, id)?;
    Some(match expr {
        Expr::Unary { op: UnaryOp::Addr, .. } => Use::Address,
        Expr::Call { .. } if cx.callee(id) == Some(crate::Callee::Builtin(types::Builtin::New)) => {
            Use::New
        }
        _ if needed => Use::Other,
        _ => Use::Plain,
    })
}

/// A slice, array, map, channel or function of pointers is written by its type, which is seen by itself. In an interface it
/// would be another type.
fn container_use(cx: &Context<'_>, wrapper: &Wrapper, id: ExprId, ty: TypeId) -> Use {
    let plain = match cx.store.ty(ty) {
        Type::Slice(elem) | Type::Array { elem, .. } | Type::Chan { elem, .. } => {
            *elem == wrapper.pointer
        }
        Type::Map { value, key } => *value == wrapper.pointer && !mentions(cx, *key, wrapper),
        Type::Signature(_) => true,
        // The results of a call.
        Type::Tuple(_) => return Use::None,
        _ => false,
    };
    let kept = cx.target_type(id).is_some_and(|target| !cx.store.is_interface(target));
    if plain && kept { Use::None } else { Use::Other }
}

/// Whether a type has pointers to the wrapper among its parts, as written.
pub(super) fn mentions(cx: &Context<'_>, ty: TypeId, wrapper: &Wrapper) -> bool {
    let mut open = vec![ty];
    let mut steps = 0;
    while let Some(ty) = open.pop() {
        steps += 1;
        if ty == wrapper.pointer || steps > 64 {
            return true;
        }
        match cx.store.ty(ty) {
            Type::Pointer(elem)
            | Type::Slice(elem)
            | Type::Array { elem, .. }
            | Type::Chan { elem, .. } => {
                open.push(*elem);
            }
            Type::Map { key, value } => open.extend([*key, *value]),
            Type::Signature(signature) => {
                let all = signature.params.iter().chain(&*signature.results);
                open.extend(all.map(|&object| cx.store.obj_type(object)));
            }
            Type::Tuple(parts) => {
                open.extend(parts.iter().map(|&object| cx.store.obj_type(object)))
            }
            Type::Named(named) => {
                if let Some(instance) = &named.instance {
                    open.extend(instance.args.iter().copied());
                }
            }
            _ => {}
        }
    }
    false
}

/// A type that is written: `*T`, or something that holds it.
fn type_use(cx: &Context<'_>, wrapper: &Wrapper, id: ExprId, expr: Expr) -> Use {
    let ty = cx.type_of(id);
    if ty == wrapper.pointer {
        let Expr::Star(_) = expr else { return Use::None };
        return match place_of_type(cx, id) {
            Some(begins_as_nil) => Use::Type { begins_as_nil },
            None => Use::Other,
        };
    }
    // `T` embedded, or as a type argument.
    if ty == wrapper.ty && matches!(expr, Expr::Ident(_)) {
        return match cx.parents().expr(id) {
            Parent::Expr(around) => match cx.tree().expr(around) {
                Expr::Star(_) | Expr::Composite { .. } | Expr::Call { .. } | Expr::Paren(_) => {
                    Use::None
                }
                Expr::Selector { .. }
                | Expr::Array { .. }
                | Expr::Func { .. }
                | Expr::FuncType(_) => Use::None,
                Expr::Map { .. } | Expr::Chan { .. } => Use::None,
                _ => Use::Other,
            },
            _ => Use::None,
        };
    }
    Use::None
}

/// Whether what has a type `*T` as written can begin as nil; `None` where the type stands somewhere else.
fn place_of_type(cx: &Context<'_>, id: ExprId) -> Option<bool> {
    let (_, parent) = cx.around(id);
    match parent {
        // A receiver, parameter or result. A result with a name begins as nil.
        Parent::Decl(_) => Some(is_named_result(cx, id)),
        Parent::Spec(spec) => match cx.tree().spec(spec) {
            syntax::tree::Spec::Value { values, .. } => Some(values.is_empty()),
            _ => None,
        },
        Parent::Expr(around) => match cx.tree().expr(around) {
            Expr::Func { .. } | Expr::FuncType(_) => Some(is_named_result(cx, id)),
            Expr::Array { .. } | Expr::Map { .. } | Expr::Chan { .. } => Some(true),
            // Tags stand in a column behind the types.
            Expr::Struct(_) => {
                field_with_type(cx, id).is_some_and(|field| field.tag.is_none()).then_some(true)
            }
            // `(*T).Method`
            Expr::Selector { .. } => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn field_with_type(cx: &Context<'_>, ty: ExprId) -> Option<Field> {
    let tree = cx.tree();
    let mut fields = (0..tree.field_count()).map(source::Id::from_index).map(|id| tree.field(id));
    fields.find(|field| field.ty == ty)
}

fn is_named_result(cx: &Context<'_>, ty: ExprId) -> bool {
    let Some(field) = field_with_type(cx, ty) else { return true };
    let tree = cx.tree();
    tree.list(field.names).any(|ident| {
        cx.facts().defs[ident].is_some_and(|object| {
            matches!(cx.store.obj(object).kind, ObjectKind::Var(VarKind::Result))
        })
    })
}

/// What is done with a wrapper itself: nothing needs its address but what is seen.
fn value_use(cx: &Context<'_>, id: ExprId, expr: Expr) -> Option<Use> {
    let deref = matches!(expr, Expr::Star(_));
    let (outer, parent) = cx.around(id);
    let is_set = match parent {
        Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
            Stmt::Assign { lhs, .. } => cx.tree().list(lhs).any(|x| x == outer),
            _ => false,
        },
        _ => false,
    };
    if deref && is_set {
        // `*p = …` is seen by all that have the pointer.
        return None;
    }
    if is_field_changed(cx, id) {
        return None;
    }
    // A variable that changes as a whole, with its address taken somewhere.
    if !deref
        && let Some(object) = cx.object(id)
        && cx.is_reassigned(object)
        && cx.uses(object).iter().any(|&ident| matches!(cx.access(ident), Access::Address))
        && cx.uses(object).iter().any(|&ident| matches!(cx.access(ident), Access::Write(_)))
    {
        return None;
    }
    Some(if deref { Use::Deref } else { Use::None })
}

/// Whether the field of a wrapper is changed, or its address taken, where the wrapper (or a pointer to it) stands.
fn is_field_changed(cx: &Context<'_>, id: ExprId) -> bool {
    let (_, Parent::Expr(field)) = cx.around(id) else { return false };
    if !matches!(cx.tree().expr(field), Expr::Selector { .. }) {
        return false;
    }
    let (outer, parent) = cx.around(field);
    match parent {
        Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
            Stmt::Assign { lhs, .. } => cx.tree().list(lhs).any(|x| x == outer),
            Stmt::IncDec { .. } => true,
            Stmt::Range { key, value, .. } => key == Some(outer) || value == Some(outer),
            _ => false,
        },
        Parent::Expr(around) => {
            matches!(cx.tree().expr(around), Expr::Unary { op: UnaryOp::Addr, .. })
        }
        _ => false,
    }
}

/// Whether a use of a pointer cannot be written with a value; `None` where it needs the pointer.
fn is_pointer_needed(cx: &Context<'_>, wrapper: &Wrapper, id: ExprId) -> Option<bool> {
    if is_field_changed(cx, id) {
        return None;
    }
    let (outer, parent) = cx.around(id);
    if let Parent::Expr(around) = parent {
        match cx.tree().expr(around) {
            // Compared, with nil or with another.
            Expr::Binary { .. } => return None,
            Expr::Selector { .. } | Expr::Star(_) => return Some(false),
            Expr::Unary { op: UnaryOp::Addr, .. } => return None,
            _ => {}
        }
    }
    if let Parent::Stmt(stmt) = parent {
        match cx.tree().stmt(stmt) {
            Stmt::Assign { lhs, .. } if cx.tree().list(lhs).any(|x| x == outer) => {
                return Some(false);
            }
            Stmt::Range { key, value, .. } if key == Some(outer) || value == Some(outer) => {
                return Some(false);
            }
            Stmt::Switch { .. } | Stmt::Case { .. } => return None,
            _ => {}
        }
    }
    let target = cx.store.unalias(cx.target_type(id)?);
    if target != wrapper.pointer {
        // An interface, a type parameter, an unsafe.Pointer, another name of the pointer.
        return None;
    }
    // A key of a map is compared.
    match parent {
        Parent::Expr(around) if matches!(cx.tree().expr(around), Expr::Index { .. }) => None,
        Parent::Expr(around) => match cx.tree().expr(around) {
            Expr::KeyValue { key, .. } if key == outer => None,
            _ => Some(false),
        },
        _ => Some(false),
    }
}
