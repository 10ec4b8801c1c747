//! Where structs are made on the heap that another order of fields would make smaller: what tells how hot their declarations are.

use escape::allocation::Operation;
use rustc_hash::FxHashMap;
use syntax::tree::{Expr, ExprId, UnaryOp};
use types::{Builtin, Type, TypeId};

use crate::context::{Callee, Context, Package};
use crate::cost::is_free;
use crate::finding::Tier;
use crate::parents::Parent;
use crate::struct_layout::StructLayout;

/// Adds to a package's part of the call graph where it makes such structs.
pub(crate) fn add(package: &Package<'_>, part: &mut flow::Part) {
    if !package.settings.tiers.contains(&Tier::Profile) {
        return;
    }
    let mut improvable: FxHashMap<TypeId, bool> = FxHashMap::default();
    for number in 0..package.checked.files.len() {
        let cx = package.context(number);
        if cx.is_test() {
            continue;
        }
        for (id, expr) in cx.tree().exprs() {
            if let Some(made) = Made::by(&cx, id, expr)
                && let Some(name) = cx.type_name(made.ty).filter(|&name| cx.is_named_struct(name))
                && *improvable.entry(made.ty).or_insert_with(|| is_improvable(&cx, made.ty))
                && made.is_on_heap(&cx)
                && let Some(site) = cx.flow().site(number, made.value)
            {
                part.add_maker(flow::type_symbol(cx.store, name), site);
            }
        }
    }
}

/// Whether another order of its fields would put a struct into a smaller size class.
fn is_improvable(cx: &Context<'_>, ty: TypeId) -> bool {
    let target = cx.target();
    StructLayout::of(cx.store, cx.sizes(), ty).is_some_and(|layout| {
        !layout.is_best()
            && target.object(layout.best).bytes() < target.object(layout.whole).bytes()
    })
}

/// An expression that may put values of a type on the heap.
struct Made {
    ty: TypeId,
    value: ExprId,
    operation: Operation,
}

impl Made {
    fn by(cx: &Context<'_>, id: ExprId, expr: Expr) -> Option<Self> {
        match expr {
            Expr::Composite { .. } => Self::by_literal(cx, id),
            Expr::Call { .. } => {
                let Some(Callee::Builtin(builtin)) = cx.callee(id) else { return None };
                match builtin {
                    Builtin::New => {
                        let Type::Pointer(ty) = cx.store.ty(cx.type_of(id)) else { return None };
                        Some(Self {
                            ty: cx.store.unalias(*ty),
                            value: id,
                            operation: Operation::New,
                        })
                    }
                    Builtin::Make => Self::in_slice(cx, id, Operation::MakeSlice),
                    Builtin::Append => Self::in_slice(cx, id, Operation::Append),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn by_literal(cx: &Context<'_>, literal: ExprId) -> Option<Self> {
        if let (_, Parent::Expr(value)) = cx.around(literal)
            && matches!(cx.tree().expr(value), Expr::Unary { op: UnaryOp::Addr, .. })
        {
            let ty = cx.type_of(literal);
            return Some(Self { ty, value, operation: Operation::CompositeLiteral });
        }
        Self::in_slice(cx, literal, Operation::SliceLiteral)
    }

    fn in_slice(cx: &Context<'_>, value: ExprId, operation: Operation) -> Option<Self> {
        let Type::Slice(elem) = cx.under(value) else { return None };
        Some(Self { ty: cx.store.unalias(*elem), value, operation })
    }

    fn is_on_heap(&self, cx: &Context<'_>) -> bool {
        let here = cx.allocated(cx.tree().report_pos(self.value), self.operation);
        let allocated = cx.allocated_where_inlined(self.value).or(here);
        !is_free(allocated.as_ref())
    }
}

impl Context<'_> {
    /// Whether a type name is declared by a package as a struct without type parameters.
    fn is_named_struct(&self, name: types::ObjId) -> bool {
        let ty = self.store.obj_type(name);
        let is_struct = matches!(self.store.under_ty(ty), Type::Struct(_));
        is_struct && self.store.type_params(ty).is_empty() && self.is_package_level(name)
    }
}
