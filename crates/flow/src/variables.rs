//! Who uses a variable of a function, and how.

use rustc_hash::FxHashMap;
use source::Id;
use syntax::tree::{AssignOp, Expr, ExprId, IdentId, Stmt, StmtId, UnaryOp};
use types::{ObjId, SelectionKind, Type, TypeId};

use crate::cfg::{Cfg, Point};
use crate::code::View;
use crate::parents::Parent;

/// What an occurrence of a variable does with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Access {
    /// Declares it, with a value or with the zero value.
    Declare,
    /// Gives it a value, whatever it had.
    Write,
    /// Gives it a value made from the one that it has: `x += y`, `x++`.
    Update,
    /// Gives a part of it a value: a field, or an element of an array.
    WritePart,
    /// Reads it, and writes to memory that it leads to: `p.f = y` of a pointer, `s[i] = y` of a slice or map.
    WriteThrough,
    /// Takes its address, or that of a part of it: `&x`, `x[:]` of an array, `x.m()` where `m` has a pointer receiver.
    Address,
    /// Reads it, or a part of it.
    Read,
}

impl Access {
    /// Whether the value that the variable had does not matter afterwards.
    #[must_use]
    pub const fn replaces(self) -> bool {
        matches!(self, Self::Declare | Self::Write)
    }

    /// Whether the variable has another value afterwards, be it in a part.
    #[must_use]
    pub const fn defines(self) -> bool {
        matches!(self, Self::Declare | Self::Write | Self::Update | Self::WritePart)
    }

    /// Whether the value that the variable has matters.
    #[must_use]
    pub const fn reads(self) -> bool {
        matches!(self, Self::Update | Self::WriteThrough | Self::Address | Self::Read)
    }
}

/// An occurrence of a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// The identifier. For the variable that a clause of a type switch has, the one that all clauses share.
    pub ident: IdentId,
    /// What it does.
    pub access: Access,
    /// Where it runs; in a function literal, where that is evaluated. `None` for a parameter, and for what never runs.
    pub point: Option<Point>,
    /// The outermost function literal around it within the function at hand.
    pub literal: Option<ExprId>,
}

/// The variables that a function uses: its own, and those of functions around it.
pub struct Variables {
    by_object: FxHashMap<ObjId, Vec<Occurrence>>,
}

impl Variables {
    pub(crate) fn new(view: View<'_>, body: StmtId, cfg: &Cfg) -> Self {
        let mut by_object: FxHashMap<ObjId, Vec<Occurrence>> = FxHashMap::default();
        let tree = view.tree();
        for (ident, _) in tree.idents_within(tree.stmt_span(body)) {
            let Some(object) = view.facts().object(ident).filter(|&object| view.is_local(object))
            else {
                continue;
            };
            let (point, literal) = place(view, body, cfg, ident);
            let occurrence = Occurrence { ident, access: access(view, ident), point, literal };
            by_object.entry(object).or_default().push(occurrence);
        }
        let mut variables = Self { by_object };
        variables.of_clauses(view, body, cfg);
        variables
    }

    /// The variables that clauses of type switches set.
    fn of_clauses(&mut self, view: View<'_>, body: StmtId, cfg: &Cfg) {
        let tree = view.tree();
        let mut clauses: Vec<(StmtId, ObjId)> =
            view.facts().clause_vars.iter().map(|(&stmt, &object)| (stmt, object)).collect();
        clauses.sort_unstable();
        for (clause, object) in clauses {
            if !tree.stmt_span(body).contains(tree.stmt_span(clause).start) {
                continue;
            }
            let Some(ident) = clause_ident(view, clause) else { continue };
            let (_, literal) = enclosing(view, body, Parent::Stmt(clause));
            let point = match literal {
                Some(literal) => point_of(view, body, cfg, Parent::Expr(literal)),
                None => cfg.of_stmt(clause),
            };
            let occurrence = Occurrence { ident, access: Access::Declare, point, literal };
            self.by_object.entry(object).or_default().insert(0, occurrence);
        }
    }

    /// All variables that occur, in the order in which they are declared.
    #[must_use]
    pub fn all(&self) -> Vec<ObjId> {
        let mut all: Vec<ObjId> = self.by_object.keys().copied().collect();
        all.sort_unstable();
        all
    }

    /// The occurrences of a variable, in the order of the text; those in function literals included.
    #[must_use]
    pub fn of(&self, variable: ObjId) -> &[Occurrence] {
        self.by_object.get(&variable).map_or(&[], Vec::as_slice)
    }

    /// Whether a function literal within the function uses a variable of the function, or one of a function around it.
    #[must_use]
    pub fn is_captured(&self, variable: ObjId) -> bool {
        let declared_within = |o: &Occurrence| o.access == Access::Declare && o.literal.is_some();
        let all = self.of(variable);
        // What a literal declares for itself is its own.
        !all.iter().any(declared_within) && all.iter().any(|o| o.literal.is_some())
    }

    /// Whether the address of a variable is taken.
    #[must_use]
    pub fn is_address_taken(&self, variable: ObjId) -> bool {
        self.of(variable).iter().any(|o| o.access == Access::Address)
    }
}

/// The identifier `x` of the `switch x := y.(type)` around a clause.
fn clause_ident(view: View<'_>, clause: StmtId) -> Option<IdentId> {
    let Parent::Stmt(block) = view.code.parents().stmt(clause) else { return None };
    let Parent::Stmt(switch) = view.code.parents().stmt(block) else { return None };
    let Stmt::TypeSwitch { assign, .. } = view.tree().stmt(switch) else { return None };
    let Stmt::Assign { lhs, .. } = view.tree().stmt(assign) else { return None };
    match view.tree().expr(view.tree().list_get(lhs, 0)?) {
        Expr::Ident(ident) => Some(ident),
        _ => None,
    }
}

/// Where an identifier runs, and the outermost literal around it.
fn place(
    view: View<'_>,
    body: StmtId,
    cfg: &Cfg,
    ident: IdentId,
) -> (Option<Point>, Option<ExprId>) {
    let node = match view.code.parents().ident(ident) {
        Some(expr) => Parent::Expr(expr),
        // A name in `var x T`.
        None => match declaring(view, ident) {
            Some(stmt) => Parent::Stmt(stmt),
            None => return (None, None),
        },
    };
    let (_, literal) = enclosing(view, body, node);
    let node = literal.map_or(node, Parent::Expr);
    (point_of(view, body, cfg, node), literal)
}

/// The statement `var …` that an identifier is declared in.
fn declaring(view: View<'_>, ident: IdentId) -> Option<StmtId> {
    use syntax::tree::SpecId;
    let tree = view.tree();
    let at = tree.ident(ident).pos;
    // Specifications come in the order of the text, but for those in function literals.
    let spec = (0..tree.spec_count())
        .map(SpecId::from_index)
        .filter(|&spec| tree.spec_span(spec).contains(at))
        .min_by_key(|&spec| tree.spec_span(spec).len())?;
    view.code.parents().decl(view.code.parents().spec(spec)?)
}

/// Whether a node is in a body, and the outermost literal around it there.
pub(crate) fn enclosing(view: View<'_>, body: StmtId, node: Parent) -> (bool, Option<ExprId>) {
    let mut literal = None;
    let mut at = node;
    loop {
        match at {
            Parent::Stmt(id) if id == body => return (true, literal),
            Parent::Expr(id) if at != node && matches!(view.tree().expr(id), Expr::Func { .. }) => {
                literal = Some(id);
            }
            _ => {}
        }
        match view.up(at) {
            Some(up) => at = up,
            None => return (false, literal),
        }
    }
}

/// The point at which a node of a body runs, not within a literal.
pub(crate) fn point_of(view: View<'_>, body: StmtId, cfg: &Cfg, node: Parent) -> Option<Point> {
    let mut at = node;
    loop {
        let found = match at {
            Parent::Stmt(id) if id == body => return None,
            Parent::Stmt(id) => cfg.of_stmt(id),
            Parent::Expr(id) => cfg.of_expr(id).or_else(|| assigned_by_range(view, cfg, id)),
            _ => None,
        };
        match found {
            Some(point) => return Some(point),
            None => at = view.up(at)?,
        }
    }
}

/// A variable of a `range` is set at the beginning of each turn, and not where the statement begins.
fn assigned_by_range(view: View<'_>, cfg: &Cfg, expr: ExprId) -> Option<Point> {
    let Parent::Stmt(stmt) = view.code.parents().expr(expr) else { return None };
    let Stmt::Range { key, value, .. } = view.tree().stmt(stmt) else { return None };
    if key != Some(expr) && value != Some(expr) {
        return None;
    }
    cfg.head(stmt)
}

/// What an identifier does with the variable that it denotes.
pub(crate) fn access(view: View<'_>, ident: IdentId) -> Access {
    let Some(mut expr) = view.code.parents().ident(ident) else { return Access::Declare };
    let declares = view.facts().defs[ident].is_some();
    // What is looked at: the variable, a part of it, or what it leads to.
    let (mut part, mut through) = (false, false);
    loop {
        let (outer, parent) = view.around(expr);
        let around = match parent {
            Parent::Expr(around) => around,
            Parent::Stmt(stmt) => return by_stmt(view, outer, stmt, (declares, part, through)),
            _ => return Access::Read,
        };
        match view.tree().expr(around) {
            Expr::Selector { x, .. } if x == outer => {
                let Some(selection) = view.facts().selections.get(&around) else {
                    return Access::Read;
                };
                match selection.kind {
                    SelectionKind::Field => through |= selection.indirect,
                    SelectionKind::Method => {
                        let by_pointer = has_pointer_receiver(view, selection.obj);
                        let pointer = is_pointer(view, view.type_of(outer)) || selection.indirect;
                        let address = by_pointer && !pointer && !through;
                        return if address { Access::Address } else { Access::Read };
                    }
                    SelectionKind::MethodExpr => return Access::Read,
                }
                part = true;
            }
            Expr::Index { x, .. } if x == outer => {
                through |= !matches!(view.under(outer), Type::Array { .. });
                part = true;
            }
            Expr::Star(_) => {
                through = true;
                part = true;
            }
            Expr::Slice { x, .. } if x == outer => {
                let array = matches!(view.under(outer), Type::Array { .. });
                return if array && !through { Access::Address } else { Access::Read };
            }
            Expr::Unary { op: UnaryOp::Addr, .. } if !through => return Access::Address,
            _ => return Access::Read,
        }
        expr = around;
    }
}

fn by_stmt(
    view: View<'_>,
    outer: ExprId,
    stmt: StmtId,
    (declares, part, through): (bool, bool, bool),
) -> Access {
    let tree = view.tree();
    let written = |whole: Access| match (through, part) {
        (true, _) => Access::WriteThrough,
        (_, true) => Access::WritePart,
        _ => whole,
    };
    match tree.stmt(stmt) {
        Stmt::Assign { lhs, op, .. } if tree.list(lhs).any(|x| x == outer) => match op {
            AssignOp::Define if declares => Access::Declare,
            AssignOp::Define | AssignOp::Assign => written(Access::Write),
            AssignOp::Op(_) => written(Access::Update),
        },
        Stmt::IncDec { .. } => written(Access::Update),
        Stmt::Range { key, value, .. } if key == Some(outer) || value == Some(outer) => {
            if declares { Access::Declare } else { written(Access::Write) }
        }
        _ => Access::Read,
    }
}

fn is_pointer(view: View<'_>, ty: TypeId) -> bool {
    matches!(view.store.ty(view.store.under(ty)), Type::Pointer(_))
}

fn has_pointer_receiver(view: View<'_>, method: ObjId) -> bool {
    let receiver = view.receiver(method);
    receiver.is_some_and(|receiver| {
        let ty = view.store.unalias(view.store.obj_type(receiver));
        matches!(view.store.ty(ty), Type::Pointer(_))
    })
}
