//! From a function that says which of two elements is less to one that compares them.
//!
//! The algorithms of `slices` only ask whether the result is negative, so it is enough that it is so exactly where the old one
//! returned true.

use flow::Effect;
use source::Span;
use syntax::tree::{AssignOp, BinaryOp, Expr, ExprId, FuncTypeId, Stmt, StmtId, UnaryOp};
use types::{ObjId, SelectionKind, Type, TypeId};

use super::{is_call, is_ordered};
use crate::{Context, Parent};

/// Names of the two parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Names {
    pub(super) first: &'static str,
    pub(super) second: &'static str,
}

const NAMES: [Names; 2] = [Names { first: "a", second: "b" }, Names { first: "x", second: "y" }];

/// How two elements are compared.
pub(super) struct Comparison {
    pub(super) names: Names,
    /// Expressions that are negative, zero or positive: the first that is not zero counts.
    steps: Vec<String>,
    /// Whether elements are compared as a whole, by `<`.
    pub(super) natural: bool,
    /// Whether floating-point numbers are compared.
    pub(super) of_floats: bool,
    /// Whether the package `cmp` is used.
    pub(super) uses_cmp: bool,
    one_line: bool,
}

impl Comparison {
    /// `cmp.Compare(first, second)` of the elements themselves, in the order of `sort.IntSlice` and its like, which have NaN
    /// before all others, too.
    pub(super) fn of_elements(
        cx: &Context<'_>,
        element: TypeId,
        reversed: bool,
        at: Parent,
    ) -> Option<Self> {
        is_ordered(cx, element)?;
        let names = NAMES[0];
        let (x, y) =
            if reversed { (names.second, names.first) } else { (names.first, names.second) };
        let cmp = cx.package_name("cmp", at)?;
        Some(Self {
            names,
            steps: vec![format!("{cmp}.Compare({x}, {y})")],
            natural: !reversed,
            of_floats: false,
            uses_cmp: true,
            one_line: true,
        })
    }

    /// The body of the function, its braces included.
    pub(super) fn body(&self, indent: &str) -> String {
        let Some((last, before)) = self.steps.split_last() else {
            return "{ return 0 }".to_owned();
        };
        if before.is_empty() && self.one_line {
            return format!("{{ return {last} }}");
        }
        let mut body = "{\n".to_owned();
        for step in before {
            body += &format!(
                "{indent}\tif c := {step}; c != 0 {{\n{indent}\t\treturn c\n{indent}\t}}\n"
            );
        }
        body + &format!("{indent}\treturn {last}\n{indent}}}")
    }
}

/// A function that says whether the element at `i` is less than that at `j`.
pub(super) struct Less {
    pub(super) i: ObjId,
    pub(super) j: ObjId,
    pub(super) body: StmtId,
}

/// Reads `func(i, j int) bool { … }` as the second argument of `sort.Slice`.
pub(super) fn of_literal(cx: &Context<'_>, slice: ExprId, less: ExprId) -> Option<Comparison> {
    let Expr::Func { ty, body } = cx.tree().expr(cx.tree().unparen(less)) else { return None };
    cx.root_variable(slice)?;
    let (i, j) = two_parameters(cx, ty)?;
    let less = Less { i, j, body };
    let reading =
        Reading { cx, less: &less, is_slice: &|x| cx.is_same_place(x, slice), reversed: false };
    reading.comparison()
}

/// The objects of two named parameters.
pub(super) fn two_parameters(cx: &Context<'_>, ty: FuncTypeId) -> Option<(ObjId, ObjId)> {
    let tree = cx.tree();
    let fields = tree.list(tree.field_list(tree.func_type(ty).params).fields);
    let names: Vec<_> = fields.flat_map(|field| tree.list(tree.field(field).names)).collect();
    let [i, j] = names[..] else { return None };
    Some((cx.facts().defs[i]?, cx.facts().defs[j]?))
}

/// Such a function, on the way to a comparison.
pub(super) struct Reading<'r, 'a> {
    pub(super) cx: &'r Context<'a>,
    pub(super) less: &'r Less,
    /// Whether an expression is the slice that is sorted.
    pub(super) is_slice: &'r dyn Fn(ExprId) -> bool,
    /// Whether the order is turned round.
    pub(super) reversed: bool,
}

/// `x < y`, as operands of a comparison.
struct Relation {
    /// The expression that is negative where the relation holds.
    compare: String,
    /// The operands in the order of that.
    operands: Option<(ExprId, ExprId)>,
    of_floats: bool,
    uses_cmp: bool,
    natural: bool,
}

impl Reading<'_, '_> {
    /// Whether a variable is the first element, or the second, that a statement at the beginning takes: `a, b := s[i], s[j]`.
    fn taken(&self, object: ObjId) -> Option<bool> {
        let (first, second) = self.taking()?;
        if object == first { Some(true) } else { (object == second).then_some(false) }
    }

    /// The variables that the first statement takes both elements into, and that keep them.
    fn taking(&self) -> Option<(ObjId, ObjId)> {
        let cx = self.cx;
        let first = *cx.statements(self.less.body).first()?;
        let Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } = cx.tree().stmt(first) else {
            return None;
        };
        let objects: Option<Vec<ObjId>> = cx.tree().list(lhs).map(|x| cx.object(x)).collect();
        let [x, y] = objects?[..] else { return None };
        let indices: Option<Vec<ObjId>> =
            cx.tree().list(rhs).map(|element| self.index(element)).collect();
        let kept = !cx.is_reassigned(x) && !cx.is_reassigned(y);
        match indices?[..] {
            [i, j] if kept && (i, j) == (self.less.i, self.less.j) => Some((x, y)),
            [j, i] if kept && (i, j) == (self.less.i, self.less.j) => Some((y, x)),
            _ => None,
        }
    }

    /// The variable in `s[i]`.
    fn index(&self, element: ExprId) -> Option<ObjId> {
        let tree = self.cx.tree();
        let Expr::Index { x, indices, .. } = tree.expr(tree.unparen(element)) else { return None };
        (self.is_slice)(x).then(|| self.cx.object(tree.list_get(indices, 0)?))?
    }

    pub(super) fn comparison(&self) -> Option<Comparison> {
        let cx = self.cx;
        let body = cx.stmt_span(self.less.body);
        let named = |name: &str| {
            cx.tree().idents_within(body).any(|(_, ident)| ident.name.as_str() == name)
        };
        let names = NAMES.into_iter().find(|names| !named(names.first) && !named(names.second))?;
        let relations = self.relations(names)?;
        let natural = matches!(&relations[..], [only] if only.natural) && !self.reversed;
        Some(Comparison {
            names,
            natural,
            of_floats: relations.iter().any(|relation| relation.of_floats),
            uses_cmp: relations.iter().any(|relation| relation.uses_cmp),
            one_line: !cx.text(body).contains('\n'),
            steps: relations.into_iter().map(|relation| relation.compare).collect(),
        })
    }

    fn relations(&self, names: Names) -> Option<Vec<Relation>> {
        let statements = self.cx.statements(self.less.body);
        let mut rest = &statements[usize::from(self.taking().is_some())..];
        let mut relations = Vec::new();
        while let Some((&first, behind)) = rest.split_first() {
            match self.cx.tree().stmt(first) {
                Stmt::Return(_) => {
                    self.of_condition(self.returned(first)?, names, &mut relations)?;
                    return behind.is_empty().then_some(relations);
                }
                Stmt::If { init: None, cond, body, els: None } => {
                    let [inner] = self.cx.statements(body)[..] else { return None };
                    let inner = self.returned(inner)?;
                    rest = self.of_if(cond, inner, behind, names, &mut relations)?;
                }
                _ => return None,
            }
        }
        Some(relations)
    }

    fn returned(&self, stmt: StmtId) -> Option<ExprId> {
        let Stmt::Return(results) = self.cx.tree().stmt(stmt) else { return None };
        (results.len() == 1).then(|| self.cx.tree().list_get(results, 0))?
    }

    /// `x < y`, or `x < y || x == y && …`.
    fn of_condition(
        &self,
        cond: ExprId,
        names: Names,
        relations: &mut Vec<Relation>,
    ) -> Option<()> {
        let tree = self.cx.tree();
        if let Expr::Binary { op: BinaryOp::LogOr, x, y, .. } = tree.expr(tree.unparen(cond))
            && let Expr::Binary { op: BinaryOp::LogAnd, x: equal, y: behind, .. } =
                tree.expr(tree.unparen(y))
        {
            let relation = self.relation(x, names)?;
            let (op, operands) = self.equality(equal)?;
            if op != BinaryOp::Eq || !self.is_about(&relation, operands) {
                return None;
            }
            relations.push(relation);
            return self.of_condition(behind, names, relations);
        }
        relations.push(self.relation(cond, names)?);
        Some(())
    }

    /// A step that is decided by an `if`: `if x != y { return x < y }`, `if x == y { return … }; return x < y`,
    /// `if x < y { return true }; if x > y { return false }`. What is behind it.
    fn of_if<'s>(
        &self,
        cond: ExprId,
        inner: ExprId,
        behind: &'s [StmtId],
        names: Names,
        relations: &mut Vec<Relation>,
    ) -> Option<&'s [StmtId]> {
        if let Some((op, operands)) = self.equality(cond) {
            if op == BinaryOp::Ne {
                let relation = self.relation(inner, names)?;
                let same = self.is_about(&relation, operands);
                relations.push(relation);
                return same.then_some(behind);
            }
            let [last] = behind else { return None };
            let relation = self.relation(self.returned(*last)?, names)?;
            let same = self.is_about(&relation, operands);
            relations.push(relation);
            self.of_condition(inner, names, relations)?;
            return same.then_some(&[]);
        }
        if self.truth(inner) != Some(true) {
            return None;
        }
        let relation = self.relation(cond, names)?;
        let (&second, behind) = behind.split_first()?;
        let Stmt::If { init: None, cond, body, els: None } = self.cx.tree().stmt(second) else {
            return None;
        };
        let [only] = self.cx.statements(body)[..] else { return None };
        let turned = self.relation(cond, names)?;
        let (x, y) = relation.operands?;
        let same = self.truth(self.returned(only)?) == Some(false)
            && self.is_same_pair(turned.operands?, (y, x));
        relations.push(relation);
        same.then_some(behind)
    }

    fn truth(&self, expr: ExprId) -> Option<bool> {
        self.cx.constant(expr)?.as_bool()
    }

    /// The operands of `==` or `!=`.
    fn equality(&self, expr: ExprId) -> Option<(BinaryOp, (ExprId, ExprId))> {
        match self.cx.tree().expr(self.cx.tree().unparen(expr)) {
            Expr::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), x, y, .. } => Some((op, (x, y))),
            _ => None,
        }
    }

    /// Whether a relation has these operands, in whatever order, and evaluating them once more or less changes nothing.
    fn is_about(&self, relation: &Relation, (x, y): (ExprId, ExprId)) -> bool {
        relation.operands.is_some_and(|operands| {
            self.is_same_pair(operands, (x, y)) || self.is_same_pair(operands, (y, x))
        })
    }

    fn is_same_pair(&self, (x1, y1): (ExprId, ExprId), (x2, y2): (ExprId, ExprId)) -> bool {
        let same = |a, b| self.cx.source(a) == self.cx.source(b) && self.is_quiet(a);
        same(x1, x2) && same(y1, y2)
    }

    fn is_quiet(&self, expr: ExprId) -> bool {
        let function = self.cx.flow_around(expr);
        function.is_some_and(|function| function.effect(expr) <= Effect::Reads)
    }

    /// Reads `x < y`, `x > y`, `x.Before(y)`, `compare(x, y) < 0`.
    fn relation(&self, cond: ExprId, names: Names) -> Option<Relation> {
        let cx = self.cx;
        let cond = cx.tree().unparen(cond);
        match cx.tree().expr(cond) {
            Expr::Binary { op: op @ (BinaryOp::Lt | BinaryOp::Gt), x, y, .. } => {
                let zero = if op == BinaryOp::Lt { y } else { x };
                let other = if op == BinaryOp::Lt { x } else { y };
                if cx.constant_int(zero) == Some(0) && is_call(cx, other) {
                    let compare = self.substituted(other, names)?;
                    return Some(Relation {
                        compare,
                        operands: None,
                        of_floats: false,
                        uses_cmp: false,
                        natural: false,
                    });
                }
                self.ordered(if op == BinaryOp::Lt { (x, y) } else { (y, x) }, op, names)
            }
            Expr::Call { fun, .. } => self.of_times(cond, fun, names),
            _ => None,
        }
    }

    fn ordered(&self, (x, y): (ExprId, ExprId), op: BinaryOp, names: Names) -> Option<Relation> {
        let cx = self.cx;
        let exact = is_ordered(cx, cx.type_of(x))?;
        // The operands change places.
        if op == BinaryOp::Gt && !(self.is_quiet(x) && self.is_quiet(y)) {
            return None;
        }
        let cmp = cx.package_name("cmp", Parent::Stmt(self.less.body))?;
        let (first, second) = (self.substituted(x, names)?, self.substituted(y, names)?);
        Some(Relation {
            compare: format!("{cmp}.Compare({first}, {second})"),
            operands: Some((x, y)),
            of_floats: !exact,
            uses_cmp: true,
            natural: first == names.first && second == names.second,
        })
    }

    /// `t.Before(u)` and `t.After(u)` of `time.Time`.
    fn of_times(&self, call: ExprId, fun: ExprId, names: Names) -> Option<Relation> {
        let cx = self.cx;
        let (receiver, method) = cx.calls_method(call, "time", "Time")?;
        let [other] = cx.arguments(call)[..] else { return None };
        let (x, y) = match method {
            "Before" => (receiver, other),
            "After" if self.is_quiet(receiver) && self.is_quiet(other) => (other, receiver),
            _ => return None,
        };
        let is_plain = matches!(cx.tree().expr(cx.tree().unparen(fun)), Expr::Selector { .. });
        let is_operand = matches!(
            cx.tree().expr(x),
            Expr::Selector { .. } | Expr::Index { .. } | Expr::Call { .. }
        );
        if !is_plain
            || !is_operand
            || matches!(cx.under(x), Type::Pointer(_))
            || !cx.is_type(cx.type_of(x), "time", "Time")
        {
            return None;
        }
        let compare =
            format!("{}.Compare({})", self.substituted(x, names)?, self.substituted(y, names)?);
        Some(Relation {
            compare,
            operands: Some((x, y)),
            of_floats: false,
            uses_cmp: false,
            natural: false,
        })
    }

    /// The text of an expression with the elements in place of `s[i]` and `s[j]`; `None` where it uses `i` or `j` in any other
    /// way, or does more with an element than look at it.
    fn substituted(&self, expr: ExprId, names: Names) -> Option<String> {
        let cx = self.cx;
        let span = cx.span(expr);
        let names =
            if self.reversed { Names { first: names.second, second: names.first } } else { names };
        let mut text = String::new();
        let mut at = span.start;
        for (ident, _) in cx.tree().idents_within(span) {
            let Some(object) = cx.facts().uses[ident] else { continue };
            let used = || cx.parents().ident(ident);
            let (element, is_first) = if let Some(is_first) = self.taken(object) {
                (used()?, is_first)
            } else if object == self.less.i || object == self.less.j {
                let (_, Parent::Expr(index)) = cx.around(used()?) else { return None };
                self.index(index)?;
                (index, object == self.less.i)
            } else {
                continue;
            };
            if !self.is_looked_at(element) {
                return None;
            }
            let element = cx.span(element);
            // An index within an index.
            if element.start < at {
                return None;
            }
            text += cx.text(Span::new(at, element.start));
            text += if is_first { names.first } else { names.second };
            at = element.end;
        }
        text += cx.text(Span::new(at, span.end));
        (!text.contains('\n')).then_some(text)
    }

    /// Whether nothing takes the address of an element: it becomes a copy.
    fn is_looked_at(&self, element: ExprId) -> bool {
        let cx = self.cx;
        let (outer, parent) = cx.around(element);
        let Parent::Expr(around) = parent else { return true };
        match cx.tree().expr(around) {
            Expr::Unary { op: UnaryOp::Addr, .. } => false,
            Expr::Selector { x, .. } if x == outer => {
                let Some(selection) = cx.facts().selections.get(&around) else { return false };
                if selection.kind != SelectionKind::Method {
                    return self.is_looked_at(around);
                }
                let Some(receiver) = cx.receiver(selection.obj) else { return true };
                let by_pointer =
                    matches!(cx.store.under_ty(cx.store.obj_type(receiver)), Type::Pointer(_));
                !by_pointer || matches!(cx.under(element), Type::Pointer(_))
            }
            Expr::Slice { x, .. } if x == outer => !matches!(cx.under(element), Type::Array { .. }),
            Expr::Index { x, .. }
                if x == outer && matches!(cx.under(element), Type::Array { .. }) =>
            {
                self.is_looked_at(around)
            }
            _ => true,
        }
    }
}
