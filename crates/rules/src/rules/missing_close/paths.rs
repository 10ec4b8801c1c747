//! The paths on which something stays open.

use flow::{Access, BlockId, Exit, Function, Node, Occurrence, Point, Reaching};
use rustc_hash::FxHashSet;
use syntax::tree::{BinaryOp, Expr, ExprId, Stmt, StmtId, UnaryOp};
use types::{ObjId, Type, Universe};

use super::opened::{Kind, Opened};
use crate::{Callee, Context, Parent};

/// Where something is left open.
pub(super) enum Left {
    Nowhere,
    /// At these returns.
    At(Vec<Open>),
    /// It is not closed on any path.
    Everywhere,
}

/// Whether the usual is done: the error looked at, and closing deferred. Saves looking at the whole function.
fn is_deferred_at_once(cx: &Context<'_>, opened: &Opened) -> bool {
    let Parent::Stmt(block) = cx.parents().stmt(opened.stmt) else { return false };
    let behind = cx.statements(block).into_iter().skip_while(|&stmt| stmt != opened.stmt).skip(1);
    for stmt in behind.take(2) {
        match cx.tree().stmt(stmt) {
            Stmt::If { init: None, cond, els: None, .. }
                if opened.err.is_some_and(|err| cx.mentions(cond, err)) => {}
            Stmt::Defer(call) => {
                return cx.method_call(call).is_some_and(|found| {
                    closes_by(cx, opened, found.receiver)
                        && cx.store.obj(found.method).name.as_str() == "Close"
                });
            }
            _ => return false,
        }
    }
    false
}

/// Whether closing an expression closes what was opened.
fn closes_by(cx: &Context<'_>, opened: &Opened, receiver: ExprId) -> bool {
    match (opened.kind, cx.tree().expr(cx.tree().unparen(receiver))) {
        (Kind::Response, Expr::Selector { x, sel }) => {
            cx.object(x) == Some(opened.variable) && cx.tree().ident(sel).name.as_str() == "Body"
        }
        (Kind::Response, _) => false,
        _ => cx.object(receiver) == Some(opened.variable),
    }
}

/// Whether a variable can hold something to be closed: no text, no number, no error.
fn can_hold(cx: &Context<'_>, variable: ObjId) -> bool {
    let ty = cx.store.obj_type(variable);
    let is_error = cx.store.implements(ty, Universe::ERROR_INTERFACE, false);
    let plain = match cx.store.under_ty(ty) {
        Type::Basic(..) => true,
        Type::Slice(elem) => matches!(cx.store.under_ty(*elem), Type::Basic(..)),
        _ => false,
    };
    !is_error && !plain
}

/// A return that leaves something open.
pub(super) struct Open {
    pub(super) at: StmtId,
    /// Whether it is also reached where nothing was opened.
    pub(super) maybe: bool,
}

/// What an occurrence of a variable does with what it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Works with it.
    Plain,
    Closes,
    /// Hands it to somebody who may close it.
    Leaves,
}

/// Where something that is opened is left open.
pub(super) fn left_open(cx: &Context<'_>, opened: &Opened) -> Left {
    find(cx, opened).unwrap_or(Left::Nowhere)
}

fn find(cx: &Context<'_>, opened: &Opened) -> Option<Left> {
    if is_deferred_at_once(cx, opened) {
        return None;
    }
    let function = cx.flow_around(opened.stmt)?;
    let from = function.point(opened.stmt)?;
    if function.definitions(opened.variable).len() != 1 {
        return None;
    }
    let body = function.body();
    let mut done = FxHashSet::default();
    let (mut closes, mut leaves) = (false, false);
    let carriers = function.aliases().flows_to(opened.variable);
    for carrier in carriers.into_iter().filter(|&carrier| can_hold(cx, carrier)) {
        for &occurrence in function.variables().of(carrier) {
            let used = Uses { cx, body, kind: opened.kind };
            let what = used.of(carrier == opened.variable, &occurrence);
            closes |= what == Use::Closes;
            leaves |= what == Use::Leaves;
            if what != Use::Plain {
                done.insert(occurrence.point?);
            }
        }
    }
    // What the package opens may not need closing; that the function does so on another path says that it does.
    if !opened.of_std && !closes {
        return None;
    }
    let paths = Paths { cx, function: &function, opened, from, done };
    let returns = paths.returns();
    let cfg = function.cfg();
    // Rows that are read to their end are closed then.
    let reads_on = opened.kind == Kind::Rows && paths.reads_on();
    if !closes && !leaves && !reads_on {
        // Nothing can be done behind it that would close it: all that matters is whether the function comes back.
        let comes_back = !cfg.always_passes(from, &[Exit::Return], |_| false);
        return comes_back.then_some(Left::Everywhere);
    }
    (!returns.is_empty()).then_some(Left::At(returns))
}

/// Looks at what is done with something that is open.
struct Uses<'c> {
    cx: &'c Context<'c>,
    /// The function's.
    body: StmtId,
    kind: Kind,
}

impl Uses<'_> {
    /// What an occurrence does with what its variable holds.
    fn of(&self, is_first: bool, occurrence: &Occurrence) -> Use {
        let cx = self.cx;
        match occurrence.access {
            Access::Declare => return Use::Plain,
            Access::Write if !is_first => return Use::Plain,
            Access::Read | Access::WriteThrough => {}
            // Methods with pointer receivers of a struct.
            Access::Address => {}
            _ => return Use::Leaves,
        }
        let Some(expr) = cx.parents().ident(occurrence.ident) else { return Use::Leaves };
        let what = self.by_place(expr);
        match (what, occurrence.literal) {
            // `defer func() { f.Close() }()`; any other literal may run whenever.
            (Use::Closes, Some(literal)) if is_deferred(cx, literal) => Use::Closes,
            (_, Some(literal)) if is_deferred(cx, literal) => Use::Plain,
            (_, Some(_)) => Use::Leaves,
            (what, None) => what,
        }
    }

    fn by_place(&self, expr: ExprId) -> Use {
        let cx = self.cx;
        let (outer, parent) = cx.around(expr);
        match parent {
            Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
                // To a variable of the function: the use of that is looked at.
                Stmt::Assign { lhs, .. } => {
                    let own = |object: ObjId| {
                        let inside = cx
                            .declared_at(object)
                            .is_some_and(|at| cx.stmt_span(self.body).contains(at));
                        cx.is_local(object) && inside
                    };
                    let local = |target: ExprId| match cx.tree().expr(target) {
                        Expr::Ident(ident) => cx.facts().object(ident).is_none_or(own),
                        _ => false,
                    };
                    if cx.tree().list(lhs).all(local) { Use::Plain } else { Use::Leaves }
                }
                Stmt::Range { .. } => Use::Plain,
                _ => Use::Leaves,
            },
            Parent::Expr(around) => match cx.tree().expr(around) {
                Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, .. } => Use::Plain,
                Expr::Selector { sel, .. } => {
                    self.of_selector(around, cx.tree().ident(sel).name.as_str())
                }
                Expr::Call { fun, .. } if fun != outer => self.of_argument(around),
                Expr::TypeAssert { .. } => Use::Plain,
                _ => Use::Leaves,
            },
            _ => Use::Leaves,
        }
    }

    fn of_selector(&self, selector: ExprId, name: &str) -> Use {
        let cx = self.cx;
        let (fun, parent) = cx.around(selector);
        let called = matches!(parent, Parent::Expr(call) if matches!(cx.tree().expr(call), Expr::Call { fun: f, .. } if f == fun));
        if !called {
            // A field is read, or the method becomes a value.
            let is_field = cx
                .facts()
                .selections
                .get(&selector)
                .is_some_and(|s| s.kind == types::SelectionKind::Field);
            return match (is_field, self.kind) {
                (true, Kind::Response) if name == "Body" => self.by_place(selector),
                (true, _) => Use::Plain,
                (false, _) => Use::Leaves,
            };
        }
        let closing = [
            "Close",
            "CloseWithError",
            "CloseNow",
            "Shutdown",
            "Stop",
            "Release",
            "Free",
            "Abort",
            "Rollback",
        ];
        if closing.contains(&name) || name.to_lowercase().contains("close") {
            return Use::Closes;
        }
        let hands_on = match (self.kind, parent) {
            // It closes the body.
            (Kind::Response, _) => name == "Write",
            (Kind::Foreign, Parent::Expr(call)) => {
                cx.flow_around(call).is_none_or(|function| function.receiver_fate(call).kept)
            }
            _ => false,
        };
        if hands_on { Use::Leaves } else { Use::Plain }
    }

    /// An argument is handed on, unless the callee is known not to keep or close it.
    fn of_argument(&self, call: ExprId) -> Use {
        let cx = self.cx;
        if cx.callee(call).is_some_and(|callee| {
            matches!(callee, Callee::Builtin(types::Builtin::Print | types::Builtin::Println))
        }) {
            return Use::Plain;
        }
        const BORROWERS: [&str; 9] = [
            "io",
            "fmt",
            "bufio",
            "encoding/json",
            "encoding/binary",
            "encoding/csv",
            "bytes",
            "strings",
            "io/ioutil",
        ];
        let Some(Callee::Function(function)) = cx.callee(call) else { return Use::Leaves };
        let Some(package) = cx.store.obj(function).pkg else { return Use::Leaves };
        let borrows = BORROWERS.contains(&cx.store.pkg(package).path.as_str())
            && cx.receiver(function).is_none();
        if !borrows {
            return Use::Leaves;
        }
        // What wraps it is a variable of its own, or is gone.
        match cx.around(call).1 {
            Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
                Stmt::Expr(_) => Use::Plain,
                Stmt::Assign { .. } => self.by_place(call),
                _ => Use::Leaves,
            },
            Parent::Expr(around) => match cx.tree().expr(around) {
                // `bufio.NewReader(f).ReadString('\n')`
                Expr::Selector { .. } => Use::Plain,
                _ => Use::Leaves,
            },
            _ => Use::Leaves,
        }
    }
}

fn is_deferred(cx: &Context<'_>, literal: ExprId) -> bool {
    let (fun, Parent::Expr(call)) = cx.around(literal) else { return false };
    let called = matches!(cx.tree().expr(call), Expr::Call { fun: f, .. } if f == fun);
    called
        && matches!(cx.around(call).1, Parent::Stmt(stmt) if matches!(cx.tree().stmt(stmt), Stmt::Defer(_)))
}

/// The paths behind the statement that opens something, up to where it is closed or handed on.
struct Paths<'c> {
    cx: &'c Context<'c>,
    function: &'c Function<'c>,
    opened: &'c Opened,
    from: Point,
    /// Where it is closed or handed on.
    done: FxHashSet<Point>,
}

/// What a condition says of whether there is something open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    /// There may be nothing to close where it is true.
    ByTrue,
    /// There may be nothing to close where it is false.
    ByFalse,
}

impl Paths<'_> {
    /// The returns that are reached with it open, in the order of the text.
    fn returns(&self) -> Vec<Open> {
        let cfg = self.function.cfg();
        let mut found = Vec::new();
        let mut not_opened = Vec::new();
        let mut seen = FxHashSet::default();
        let mut open = vec![(self.from.block, self.from.at as usize + 1)];
        while let Some((block, first)) = open.pop() {
            let nodes = &cfg.block(block).nodes;
            let mut goes_on = true;
            for (at, &node) in nodes.iter().enumerate().skip(first) {
                let point = Point { block, at: at as u32 };
                if self.done.contains(&point) || point == self.from {
                    goes_on = false;
                    break;
                }
                if let Node::Stmt(stmt) = node
                    && self.cx.is_return(stmt)
                {
                    found.push(stmt);
                    goes_on = false;
                    break;
                }
            }
            if goes_on {
                let (ways, passed_over) = self.ways_on(block);
                open.extend(
                    ways.into_iter().filter(|&succ| seen.insert(succ)).map(|succ| (succ, 0)),
                );
                not_opened.extend(passed_over);
            }
        }
        found.sort_unstable_by_key(|&stmt| self.cx.stmt_span(stmt).start);
        found.dedup();
        let others = self.returns_from(not_opened);
        found.into_iter().map(|at| Open { at, maybe: others.contains(&at) }).collect()
    }

    /// All returns that are reached from some blocks.
    fn returns_from(&self, mut open: Vec<BlockId>) -> FxHashSet<StmtId> {
        let cfg = self.function.cfg();
        let mut seen: FxHashSet<BlockId> = open.iter().copied().collect();
        let mut found = FxHashSet::default();
        while let Some(block) = open.pop() {
            let block = cfg.block(block);
            found.extend(block.nodes.iter().filter_map(|&node| match node {
                Node::Stmt(stmt) if self.cx.is_return(stmt) => Some(stmt),
                _ => None,
            }));
            open.extend(block.succs.iter().copied().filter(|&succ| seen.insert(succ)));
        }
        found
    }

    /// What comes behind a block where there is something open, and where there may not be.
    fn ways_on(&self, block: BlockId) -> (Vec<BlockId>, Option<BlockId>) {
        let block = self.function.cfg().block(block);
        let told = match (block.nodes.last(), &block.succs[..]) {
            (Some(&Node::Expr(cond)), [_, _]) => self.told_by(cond),
            _ => Told::Nothing,
        };
        let passed_over = match told {
            Told::Nothing => None,
            Told::ByTrue => Some(0),
            Told::ByFalse => Some(1),
        };
        let ways = block.succs.iter().enumerate().filter(|(at, _)| Some(*at) != passed_over);
        let ways = ways.map(|(_, &succ)| succ).collect();
        (ways, passed_over.and_then(|at: usize| block.succs.get(at).copied()))
    }

    /// What a condition says of whether opening failed, or of whether the variable is nil.
    fn told_by(&self, cond: ExprId) -> Told {
        let cx = self.cx;
        let is_nil_compared = |expr: ExprId, of: ObjId| match cx.tree().expr(expr) {
            Expr::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), x, y, .. } => {
                let compared = cx.object(x) == Some(of) && cx.is_nil(y)
                    || cx.object(y) == Some(of) && cx.is_nil(x);
                compared.then_some(op)
            }
            _ => None,
        };
        let parts = cx.expressions_of(cond);
        if self.opened.kind == Kind::Rows && parts.iter().any(|&part| self.asks_for_next(part)) {
            // There are no more, which has closed them.
            let negated = matches!(
                cx.tree().expr(cx.tree().unparen(cond)),
                Expr::Unary { op: UnaryOp::Not, .. }
            );
            return if negated { Told::ByTrue } else { Told::ByFalse };
        }
        for &part in &parts {
            match is_nil_compared(part, self.opened.variable) {
                Some(BinaryOp::Eq) => return Told::ByTrue,
                Some(_) => return Told::ByFalse,
                None => {}
            }
        }
        let Some(err) =
            self.opened.err.filter(|&err| cx.mentions(cond, err) && self.is_of_opening(err, cond))
        else {
            return Told::Nothing;
        };
        match parts.iter().find_map(|&part| is_nil_compared(part, err)) {
            Some(BinaryOp::Eq) => Told::ByFalse,
            // `os.IsNotExist(err)` is true of an error as well.
            _ => Told::ByTrue,
        }
    }

    /// Whether an expression is `rows.Next()`.
    fn asks_for_next(&self, expr: ExprId) -> bool {
        self.cx.method_call(expr).is_some_and(|found| {
            self.cx.object(found.receiver) == Some(self.opened.variable)
                && self.cx.store.obj(found.method).name.as_str() == "Next"
        })
    }

    /// Whether the function asks for further rows.
    fn reads_on(&self) -> bool {
        let expressions = self.cx.expressions_in(self.function.body());
        expressions.into_iter().any(|expr| self.asks_for_next(expr))
    }

    /// Whether an error may still be that of the opening.
    fn is_of_opening(&self, err: ObjId, cond: ExprId) -> bool {
        let Some(at) = self.function.point(cond) else { return true };
        match self.function.reaching(err, at) {
            Reaching::Known { definitions, .. } => {
                definitions.iter().any(|definition| definition.occurrence.point == Some(self.from))
            }
            Reaching::Unknown => true,
        }
    }
}
