//! How often a loop turns, known before it starts.

use source::Span;
use syntax::tree::{AssignOp, BinaryOp, Expr, ExprId, Stmt, StmtId};
use types::{Basic, Builtin, ObjId, Type};

use crate::context::{Callee, Context};
use crate::parents::Parent;

/// How often a loop turns.
pub(crate) struct Turns {
    /// The number as a Go expression; `None` where it would have to be computed twice.
    pub(crate) text: Option<String>,
    /// The same where it is known when compiling.
    pub(crate) constant: Option<u64>,
    /// Whether it may be negative.
    pub(crate) signed: bool,
    /// Whether it is of type `int`, as parameters are; `make` takes integers of all types.
    pub(crate) int: bool,
    /// Whether it is what it says, not an upper bound.
    pub(crate) exact: bool,
    /// Whether it is nothing but variables and constants, so that it can be evaluated earlier without a panic.
    pub(crate) plain: bool,
    /// Variables in it.
    pub(crate) variables: Vec<ObjId>,
}

impl Turns {
    pub(crate) fn of(cx: &Context<'_>, around: StmtId) -> Option<Self> {
        match cx.tree().stmt(around) {
            Stmt::Range { x, .. } => Self::of_range(cx, x),
            Stmt::For { init, cond, post, body } => {
                Self::of_count(cx, init?, cond?, post?, cx.stmt_span(body))
            }
            _ => None,
        }
    }

    fn of_constant(count: i64) -> Option<Self> {
        Some(Self {
            text: Some(count.to_string()),
            constant: Some(u64::try_from(count).ok()?),
            signed: false,
            int: true,
            exact: true,
            plain: true,
            variables: Vec::new(),
        })
    }

    fn of_range(cx: &Context<'_>, x: ExprId) -> Option<Self> {
        if let Some(count) = cx.constant_int(x) {
            return Self::of_constant(count);
        }
        let elem_of_pointer = |ty: &Type| match ty {
            Type::Pointer(elem) => Some(cx.store.ty(cx.store.under(*elem))),
            _ => None,
        };
        let ty = cx.under(x);
        let ty = elem_of_pointer(ty).unwrap_or(ty);
        let (exact, counts_itself, signed) = match ty {
            Type::Array { len, .. } => return Self::of_constant(*len),
            Type::Slice(_) => {
                if let Some(count) = literal_len(cx, x) {
                    return Self::of_constant(count);
                }
                (true, false, false)
            }
            Type::Map { .. } => (true, false, false),
            Type::Basic(basic, _) if basic.is_string() => (false, false, false),
            Type::Basic(basic, _) if basic.is_integer() => (true, true, !basic.is_unsigned()),
            _ => return None,
        };
        let mut variables = Vec::new();
        let pure = cx.is_pure(x, &mut variables);
        let source = cx.source(cx.tree().unparen(x));
        let text = match (pure, counts_itself) {
            (false, _) => None,
            (true, true) => Some(source.to_owned()),
            (true, false) => Some(format!("len({source})")),
        };
        let plain = cx.object(x).is_some();
        let int = !counts_itself || cx.is_basic(x, Basic::Int);
        Some(Self { text, constant: None, signed, int, exact, plain, variables })
    }

    /// `for i := 0; i < n; i++`, where neither `i` nor `n` changes in the body.
    fn of_count(
        cx: &Context<'_>,
        init: StmtId,
        cond: ExprId,
        post: StmtId,
        body: Span,
    ) -> Option<Self> {
        let tree = cx.tree();
        let Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } = tree.stmt(init) else {
            return None;
        };
        if lhs.len() != 1 {
            return None;
        }
        let index = cx.object(tree.list_get(lhs, 0)?)?;
        let start = cx.constant_int(tree.list_get(rhs, 0)?)?;
        let Expr::Binary { op, x, y: bound, .. } = tree.expr(tree.unparen(cond)) else {
            return None;
        };
        let Stmt::IncDec { x: stepped, inc: true, .. } = tree.stmt(post) else { return None };
        if cx.object(x) != Some(index) || cx.object(stepped) != Some(index) {
            return None;
        }
        let extra = match op {
            BinaryOp::Lt => 0,
            BinaryOp::Le => 1,
            _ => return None,
        };
        let less = start.checked_sub(extra)?;
        if let Some(end) = cx.constant_int(bound) {
            return Self::of_constant(end.checked_sub(less)?.max(0));
        }
        let mut variables = Vec::new();
        if !cx.is_pure(bound, &mut variables)
            || cx.changes_within(index, body)
            || variables.iter().any(|&v| v == index || cx.changes_within(v, body))
        {
            return None;
        }
        let bound = tree.unparen(bound);
        let is_len = cx.callee(bound) == Some(Callee::Builtin(Builtin::Len));
        let unsigned = matches!(cx.under(bound), Type::Basic(basic, _) if basic.is_unsigned());
        let source = cx.source(bound);
        let simple = !matches!(tree.expr(bound), Expr::Binary { .. });
        let text = match less {
            0 => source.to_owned(),
            _ if !simple || unsigned => return None,
            1.. => format!("{source}-{less}"),
            _ => format!("{source}+{}", less.unsigned_abs()),
        };
        let plain = match tree.expr(bound) {
            Expr::Call { .. } => cx.arguments(bound).iter().all(|&x| cx.object(x).is_some()),
            _ => cx.object(bound).is_some(),
        };
        let signed = !(unsigned || is_len && less <= 0);
        let int = cx.is_basic(bound, Basic::Int);
        Some(Self { text: Some(text), constant: None, signed, int, exact: true, plain, variables })
    }

    /// The capacity for so many elements in each turn, which is not negative.
    pub(crate) fn capacity(&self, cx: &Context<'_>, per_turn: u64) -> Option<String> {
        let whole = self.count(per_turn)?;
        if !self.signed {
            return Some(whole);
        }
        // `max` is predeclared since Go 1.21.
        (cx.language() >= (1, 21) && cx.is_predeclared("max")).then(|| format!("max({whole}, 0)"))
    }

    /// How much so many in each turn are together, as a Go expression; it may be negative where [`Self::signed`].
    pub(crate) fn count(&self, per_turn: u64) -> Option<String> {
        if let Some(count) = self.constant {
            return Some(count.checked_mul(per_turn)?.to_string());
        }
        let text = self.text.as_ref()?;
        Some(match per_turn {
            1 => text.clone(),
            _ if text.contains(['+', '-', '*', '/', '<', '>', '&', '|', '^', '%']) => {
                format!("{per_turn}*({text})")
            }
            _ => format!("{per_turn}*{text}"),
        })
    }

    /// Whether the number is the same, and can be computed, at a statement before the loop.
    pub(crate) fn hold_at(&self, cx: &Context<'_>, stmt: StmtId, around: StmtId) -> bool {
        let earlier = cx.stmt_span(stmt);
        let outer = cx.labeled(around);
        let between = Span::new(earlier.end, cx.stmt_span(outer).start);
        let adjacent = match cx.parents().stmt(outer) {
            Parent::Stmt(block) => {
                cx.statements(block).windows(2).any(|pair| pair == [stmt, outer])
            }
            _ => false,
        };
        let unchanged = self.variables.iter().all(|&variable| {
            let before = cx.declared_at(variable).is_none_or(|at| at < earlier.start);
            before && (adjacent || !cx.changes_within(variable, between))
        });
        unchanged && (adjacent || self.plain)
    }
}

/// Number of elements of a literal `[]T{a, b}` without keys.
fn literal_len(cx: &Context<'_>, x: ExprId) -> Option<i64> {
    let Expr::Composite { elems, .. } = cx.tree().expr(cx.tree().unparen(x)) else { return None };
    let keyed = |e: ExprId| matches!(cx.tree().expr(e), Expr::KeyValue { .. });
    (!cx.tree().list(elems).any(keyed)).then_some(elems.len() as i64)
}

impl Context<'_> {
    /// Whether a statement runs in each turn of a loop: it stands directly in the body, and nothing above it starts the
    /// next turn.
    pub(crate) fn runs_in_each_turn(&self, stmt: StmtId, around: StmtId) -> bool {
        let Some(body) = self.loop_body(around) else { return false };
        let at = self.stmt_span(stmt).start;
        self.parents().stmt(stmt) == Parent::Stmt(body)
            && !self.own_descendants(body).any(|other| {
                self.stmt_span(other).start < at && self.branch_target(other) == Some(around)
            })
    }
}
