//! Slices that are sorted through `sort.Interface`.

use syntax::tree::{AssignOp, Decl, DeclId, Expr, ExprId, IdentId, Stmt, StmtId};
use types::{Builtin, ObjId, ObjectKind, Type, TypeId};

use super::element;
use super::less::{Comparison, Less, Reading, two_parameters};
use crate::{Callee, Context, Parent};

/// What is sorted.
pub(super) struct Sorted {
    /// What is put into the interface.
    pub(super) boxed: ExprId,
    /// The slice.
    pub(super) slice: ExprId,
    pub(super) element: TypeId,
    /// How elements are compared; `None` where that cannot be rewritten.
    pub(super) comparison: Option<Comparison>,
}

impl Sorted {
    /// Reads the argument of `sort.Sort`.
    pub(super) fn of(cx: &Context<'_>, data: ExprId) -> Option<Self> {
        let data = cx.tree().unparen(data);
        if cx.calls(data, "sort", &["Reverse"]) {
            let [inner] = cx.arguments(data)[..] else { return None };
            return Self::of_slice(cx, cx.tree().unparen(inner), true);
        }
        Self::of_slice(cx, data, false)
    }

    fn of_slice(cx: &Context<'_>, data: ExprId, reversed: bool) -> Option<Self> {
        let element = element(cx, data)?;
        let ty = cx.type_of(data);
        // The type is no longer needed: without it, the slice is what is converted.
        let slice = cx.conversion(data).map_or(data, |(_, operand)| operand);
        super::element(cx, slice)?;
        let of_elements = ["IntSlice", "StringSlice", "Float64Slice"]
            .iter()
            .any(|name| cx.is_type(ty, "sort", name));
        let comparison = if of_elements {
            Comparison::of_elements(cx, element, reversed, Parent::Expr(data))
        } else {
            by_methods(cx, ty, reversed)
        };
        Some(Self { boxed: data, slice, element, comparison })
    }
}

/// How a type of the package compares, whose methods do nothing unexpected.
fn by_methods(cx: &Context<'_>, ty: TypeId, reversed: bool) -> Option<Comparison> {
    if !cx.is_own_type(ty)
        || !matches!(cx.store.ty(ty), Type::Named(named) if named.instance.is_none())
    {
        return None;
    }
    let length = Method::of(cx, ty, "Len")?;
    let swap = Method::of(cx, ty, "Swap")?;
    let less = Method::of(cx, ty, "Less")?;
    if !length.is_length() || !swap.is_swap() {
        return None;
    }
    let there = less.cx;
    let (i, j) = less.parameters()?;
    if there.number != cx.number && less.names_packages() {
        return None;
    }
    let body = less.body;
    let parts = Less { i, j, body };
    let is_slice = |x| there.object(x) == Some(less.receiver);
    let reading = Reading { cx: &there, less: &parts, is_slice: &is_slice, reversed };
    reading.comparison()
}

/// A method of the package.
struct Method<'a> {
    cx: Context<'a>,
    decl: DeclId,
    receiver: ObjId,
    body: StmtId,
}

impl<'a> Method<'a> {
    fn of(cx: &Context<'a>, ty: TypeId, name: &str) -> Option<Self> {
        let method = cx.method_of(ty, name)?;
        cx.files().find_map(|there| {
            let at = there.declared_at(method)?;
            let tree = there.tree();
            let decl = *tree.decls.iter().find(|&&decl| tree.decl_span(decl).contains(at))?;
            let Decl::Func { recv: Some(recv), body: Some(body), .. } = tree.decl(decl) else {
                return None;
            };
            let fields = tree.list(tree.field_list(recv).fields);
            let ident: IdentId =
                fields.flat_map(|field| tree.list(tree.field(field).names)).next()?;
            Some(Self { cx: there, decl, receiver: there.facts().defs[ident]?, body })
        })
    }

    fn parameters(&self) -> Option<(ObjId, ObjId)> {
        let Decl::Func { ty, .. } = self.cx.tree().decl(self.decl) else { return None };
        two_parameters(&self.cx, ty)
    }

    fn is_receiver(&self, expr: ExprId) -> bool {
        self.cx.object(expr) == Some(self.receiver)
    }

    /// `return len(s)`
    fn is_length(&self) -> bool {
        let cx = &self.cx;
        let [stmt] = cx.statements(self.body)[..] else { return false };
        let Stmt::Return(results) = cx.tree().stmt(stmt) else { return false };
        let Some(call) = cx.tree().list_get(results, 0) else { return false };
        cx.callee(call) == Some(Callee::Builtin(Builtin::Len))
            && cx.arguments(call).first().is_some_and(|&of| self.is_receiver(of))
    }

    /// `s[i], s[j] = s[j], s[i]`
    fn is_swap(&self) -> bool {
        let cx = &self.cx;
        let Some((i, j)) = self.parameters() else { return false };
        let [stmt] = cx.statements(self.body)[..] else { return false };
        let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = cx.tree().stmt(stmt) else {
            return false;
        };
        let indices =
            |list| -> Option<Vec<ObjId>> { cx.tree().list(list).map(|x| self.index(x)).collect() };
        let (Some(to), Some(from)) = (indices(lhs), indices(rhs)) else { return false };
        to == [i, j] && from == [j, i] || to == [j, i] && from == [i, j]
    }

    /// The variable in `s[i]`.
    fn index(&self, expr: ExprId) -> Option<ObjId> {
        let tree = self.cx.tree();
        let Expr::Index { x, indices, .. } = tree.expr(tree.unparen(expr)) else { return None };
        if !self.is_receiver(x) {
            return None;
        }
        self.cx.object(tree.list_get(indices, 0)?)
    }

    /// Whether the body names an imported package.
    fn names_packages(&self) -> bool {
        let (cx, span) = (&self.cx, self.cx.stmt_span(self.body));
        cx.tree().idents_within(span).any(|(ident, _)| {
            let object = cx.facts().uses[ident];
            object.is_some_and(|object| matches!(cx.store.obj(object).kind, ObjectKind::PkgName(_)))
        })
    }
}
