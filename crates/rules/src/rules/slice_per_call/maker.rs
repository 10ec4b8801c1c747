//! Functions that make a slice and do nothing with it but append to it and return it.

use fix::Plan;
use source::Span;
use syntax::tree::{Decl, DeclId, Expr, ExprId, FieldListId, Stmt, StmtId};
use types::{Basic, Builtin, ObjId, Type};

use crate::appends::Append;
use crate::objects::Declaration;
use crate::{Access, Callee, Context, Parent};

/// The version that has `slices.Grow`.
const GROWS: (u32, u32) = (1, 21);

/// A function of the file whose only result is a slice that it makes.
pub(super) struct Maker {
    pub(super) function: ObjId,
    pub(super) body: StmtId,
    decl: DeclId,
    slice: ObjId,
    declaration: Declaration,
    /// Whether the slice begins as nil.
    pub(super) begins_nil: bool,
    /// How it is made, where that is with a size.
    pub(super) made: Option<Made>,
    /// The calls that append to it.
    pub(super) appends: Vec<ExprId>,
    /// The statements `return nil`, with what they return.
    nils: Vec<ExprId>,
}

/// `make([]T, 0, n)`
#[derive(Clone, Copy)]
pub(super) struct Made {
    pub(super) make: ExprId,
    capacity: ExprId,
}

impl Maker {
    pub(super) fn of(cx: &Context<'_>, function: ObjId) -> Option<Self> {
        let declares = |&decl: &DeclId| cx.declared_function(decl) == Some(function);
        let decl = cx.tree().decls.iter().copied().find(declares)?;
        let Decl::Func { body: Some(body), .. } = cx.tree().decl(decl) else {
            return None;
        };
        let Type::Signature(signature) = cx.store.ty(cx.store.obj_type(function)) else {
            return None;
        };
        let &[result] = &*signature.results else { return None };
        let unnamed = cx.store.obj(result).name.as_str().is_empty();
        let is_slice =
            matches!(cx.store.ty(cx.store.unalias(cx.store.obj_type(result))), Type::Slice(_));
        if !unnamed
            || !is_slice
            || !signature.type_params.is_empty()
            || !signature.recv_type_params.is_empty()
            || cx.has_goto(Parent::Stmt(body))
        {
            return None;
        }
        let slice = returned(cx, body)?;
        let declaration = cx.declaration(slice)?;
        let own = cx.store.identical(cx.store.obj_type(slice), cx.store.obj_type(result));
        let outermost = cx.parents().stmt(declaration.stmt) == Parent::Stmt(body);
        if !own || !outermost || !cx.is_local(slice) || cx.is_captured(slice) {
            return None;
        }
        let (begins_nil, made) = begins_as(cx, &declaration)?;
        let mut maker = Self {
            function,
            body,
            decl,
            slice,
            declaration,
            begins_nil,
            made,
            appends: Vec::new(),
            nils: Vec::new(),
        };
        maker.add_appends(cx)?;
        maker.add_nils(cx)?;
        Some(maker)
    }

    /// The appends; `None` where the slice is used in any other way but to be returned.
    fn add_appends(&mut self, cx: &Context<'_>) -> Option<()> {
        for &ident in cx.uses(self.slice) {
            match cx.access(ident) {
                Access::Declare => {}
                Access::Write(stmt) => {
                    let append =
                        Append::of(cx, stmt).filter(|append| append.slice == self.slice)?;
                    // What is appended must not be a part of it.
                    let others = cx.arguments(append.call);
                    if others[1..].iter().any(|&other| cx.mentions(other, self.slice)) {
                        return None;
                    }
                    self.appends.push(append.call);
                }
                Access::Read(expr) => match cx.around(expr).1 {
                    Parent::Stmt(stmt) if cx.is_return(stmt) => {}
                    Parent::Expr(call) if self.is_own_append(cx, call) => {}
                    _ => return None,
                },
                Access::Update(_) | Access::Address => return None,
            }
        }
        (!self.appends.is_empty()).then_some(())
    }

    fn is_own_append(&self, cx: &Context<'_>, call: ExprId) -> bool {
        let Parent::Stmt(stmt) = cx.around(call).1 else { return false };
        Append::of(cx, stmt).is_some_and(|append| append.slice == self.slice && append.call == call)
    }

    /// What returns nil; `None` where something was appended before.
    fn add_nils(&mut self, cx: &Context<'_>) -> Option<()> {
        let function = cx.flow_around(self.declaration.stmt)?;
        for value in returned_values(cx, self.body)? {
            if !cx.is_nil(value) {
                continue;
            }
            let at = function.point(value)?;
            for &append in &self.appends {
                if function.cfg().can_follow(function.point(append)?, at) {
                    return None;
                }
            }
            self.nils.push(value);
        }
        // Callers that get an empty slice see whether it is nil.
        (self.nils.is_empty() || self.begins_nil).then_some(())
    }

    /// The name of the slice where it is declared.
    pub(super) fn declared(&self, cx: &Context<'_>) -> Span {
        cx.tree().ident(self.declaration.ident).span()
    }

    /// The slice's type as the result is written.
    pub(super) fn slice_type<'a>(&self, cx: &Context<'a>) -> Option<&'a str> {
        let text = cx.source(self.result(cx)?);
        (!text.contains('\n')).then_some(text)
    }

    fn result(&self, cx: &Context<'_>) -> Option<ExprId> {
        let Decl::Func { ty, .. } = cx.tree().decl(self.decl) else { return None };
        let results = cx.tree().field_list(cx.tree().func_type(ty).results?);
        Some(cx.tree().field(cx.tree().list_get(results.fields, 0)?).ty)
    }

    fn parameters(&self, cx: &Context<'_>) -> Option<FieldListId> {
        let Decl::Func { ty, .. } = cx.tree().decl(self.decl) else { return None };
        Some(cx.tree().func_type(ty).params)
    }

    /// Whether the slice's type means the same at a place of the file.
    pub(super) fn type_holds_at(&self, cx: &Context<'_>, at: Parent) -> bool {
        let Some(result) = self.result(cx) else { return false };
        cx.tree().idents_within(cx.span(result)).all(|(_, ident)| !cx.is_shadowed(ident.name, at))
    }

    /// Makes the slice a parameter.
    pub(super) fn take_slice(&self, cx: &Context<'_>, plan: &mut Plan) -> Option<()> {
        let tree = cx.tree();
        let name = cx.store.obj(self.slice).name;
        // From its head on, the function would mean the parameter by the name.
        let own = cx.uses(self.slice);
        let mut within = tree.idents_within(tree.decl_span(self.decl));
        if within.any(|(id, ident)| ident.name == name && !own.contains(&id)) {
            return None;
        }
        let parameters = tree.field_list(self.parameters(cx)?);
        let inside = Span::new(parameters.span.start + 1, parameters.span.end.saturating_sub(1));
        let named = tree.list(parameters.fields).all(|field| !tree.field(field).names.is_empty());
        if !named || cx.text(inside).starts_with(char::is_whitespace) {
            return None;
        }
        let behind = if parameters.fields.is_empty() { "" } else { ", " };
        plan.insert(inside.start, format!("{name} {}{behind}", self.slice_type(cx)?));
        let stmt = self.declaration.stmt;
        match self.made {
            None => plan.remove(cx.lines_of_statement(stmt)?),
            Some(made) => {
                let slices = cx.package_name("slices", Parent::Stmt(stmt))?;
                if cx.language() < GROWS || cx.go() < GROWS {
                    return None;
                }
                plan.needs("slices");
                let capacity = cx.source(made.capacity);
                plan.replace(
                    cx.stmt_span(stmt),
                    format!("{name} = {slices}.Grow({name}, {capacity})"),
                );
            }
        }
        for &nil in &self.nils {
            plan.replace(cx.span(nil), name.as_str());
        }
        Some(())
    }
}

/// The values of the function's returns; `None` where one has none.
fn returned_values(cx: &Context<'_>, body: StmtId) -> Option<Vec<ExprId>> {
    let returns = cx.own_descendants(body).filter_map(|stmt| match cx.tree().stmt(stmt) {
        Stmt::Return(results) => Some(results),
        _ => None,
    });
    returns.map(|results| cx.tree().list_get(results, 0).filter(|_| results.len() == 1)).collect()
}

/// The variable that each return of a function gives, or nil.
fn returned(cx: &Context<'_>, body: StmtId) -> Option<ObjId> {
    let mut found = None;
    for value in returned_values(cx, body)? {
        if cx.is_nil(value) {
            continue;
        }
        let object = cx.object(value)?;
        if found.is_some_and(|other| other != object) {
            return None;
        }
        found = Some(object);
    }
    found
}

/// Whether a slice begins as nil, and how it is made with a size; `None` where it does not begin empty.
fn begins_as(cx: &Context<'_>, declaration: &Declaration) -> Option<(bool, Option<Made>)> {
    let Some(value) = declaration.value else { return Some((true, None)) };
    let make = cx.tree().unparen(value);
    match cx.tree().expr(make) {
        Expr::Composite { elems, .. } if elems.is_empty() => Some((false, None)),
        Expr::Call { .. } if cx.callee(make) == Some(Callee::Builtin(Builtin::Make)) => {
            let arguments = cx.arguments(make);
            if cx.constant_int(*arguments.get(1)?) != Some(0) {
                return None;
            }
            let Some(&capacity) = arguments.get(2) else { return Some((false, None)) };
            let is_int = cx.is_basic(capacity, Basic::Int) || cx.constant_int(capacity).is_some();
            is_int.then_some((false, Some(Made { make, capacity })))
        }
        _ => None,
    }
}
