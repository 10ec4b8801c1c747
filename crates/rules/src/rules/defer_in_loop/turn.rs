//! Whether what a turn takes is meant to be held beyond it.
//!
//! Files that are collected, locks of all shards, connections that a goroutine serves: a deferred call in a loop is
//! what releases them in the end, and releasing them with the turn would break the program. So the variable
//! that holds the resource is followed through the turn, and with it what is made from it.

use rustc_hash::FxHashMap;
use syntax::tree::{Expr, ExprId, Spec, Stmt, StmtId, UnaryOp};
use types::types::Struct;
use types::{Basic, Builtin, ObjId, SelectionKind, Type, TypeId, Universe};

use super::release::{self, Release, State};
use crate::{Access, Callee, Context, Parent};

/// Parts of a type looked at before it counts as one that can hold anything.
const MOST_PARTS: usize = 64;

/// How long something that a turn takes is needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Need {
    /// For the turn: it is released too late.
    Turn,
    /// As `Turn`, and the next turn takes the same lock once more.
    Deadlock,
    /// For the turn as far as can be seen, but what is made from it goes elsewhere.
    Unclear,
    /// Longer: it is held on purpose.
    Longer,
}

/// How long what a deferred call releases is needed.
pub(super) fn need(cx: &Context<'_>, around: StmtId, defer: StmtId, release: &Release) -> Need {
    let Some(body) = cx.loop_body(around) else { return Need::Unclear };
    let reused = release.state == State::Held;
    let guards = release.state == State::Locked;
    let turn = Turn { cx, around, body, defer, guards, reused };
    if let Some(taken) = turn.taken(release) {
        return turn.need_of_taken(release, taken);
    }
    if matches!(cx.under(release.subject), Type::Basic(..)) {
        // The name of a file to be removed: text goes everywhere.
        return if turn.goes_on() { Need::Unclear } else { Need::Longer };
    }
    match cx.root_variable(release.subject) {
        Some(holder) => turn.need_of_value(holder, release),
        // Made where it is deferred, and only the deferred call knows it: `defer open().Close()`.
        None if matches!(cx.tree().expr(release.subject), Expr::Call { .. }) => Need::Unclear,
        None => Need::Longer,
    }
}

#[derive(Clone, Copy)]
struct Turn<'c, 'a> {
    cx: &'c Context<'a>,
    around: StmtId,
    body: StmtId,
    defer: StmtId,
    /// Whether what is released is a lock, and what is followed what it guards.
    guards: bool,
    /// Whether what is released is used for something else at once, so that a part of it must not live longer.
    reused: bool,
}

/// What becomes of a value in a turn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fate {
    /// It stays within the turn.
    Stays,
    /// Something made from it outlives the turn, maybe holding on to it.
    Unclear,
    /// It outlives the turn.
    Outlives,
}

/// A variable that holds the resource, or something made from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Hold {
    /// The resource, or what works on it: a reader of the file.
    Surely,
    /// Made from it: what was read.
    Maybe,
}

impl Hold {
    const fn fate(self) -> Fate {
        match self {
            Self::Surely => Fate::Outlives,
            Self::Maybe => Fate::Unclear,
        }
    }
}

/// Where a value goes next.
enum Step {
    /// It is gone.
    End(Fate),
    /// As it is, or as a part, into the value of an expression.
    Into(ExprId, Hold),
    /// Into what a call makes of it.
    Made(ExprId, Hold),
}

impl Turn<'_, '_> {
    /// The call of this turn that takes what the deferred call gives back: `mu.Lock()`.
    fn taken(&self, release: &Release) -> Option<ExprId> {
        let cx = self.cx;
        let subject = cx.source(release.subject);
        let before = cx.stmt_span(self.defer).start;
        cx.expressions_in(self.body).into_iter().find(|&call| {
            let Expr::Call { fun, .. } = cx.tree().expr(call) else { return false };
            let Expr::Selector { x, sel } = cx.tree().expr(fun) else { return false };
            cx.span(call).end <= before
                && release.taken_by.contains(&cx.tree().ident(sel).name.as_str())
                && cx.source(x) == subject
        })
    }

    fn need_of_taken(&self, release: &Release, taken: ExprId) -> Need {
        let cx = self.cx;
        if !self.goes_on() {
            return Need::Longer;
        }
        let mut variables = Vec::new();
        let exclusive = cx.source(taken).ends_with(".Lock()");
        let loop_span = cx.stmt_span(self.around);
        let same = exclusive
            && cx.is_pure(release.subject, &mut variables)
            && variables.iter().all(|&v| {
                cx.is_declared_outside(v, self.around) && !cx.changes_within(v, loop_span)
            });
        if same {
            return Need::Deadlock;
        }
        // What the lock guards, if it gets out of the turn, may be what it is held for.
        match cx.root_variable(release.subject) {
            Some(guarded) if !cx.is_declared_outside(guarded, self.around) => {
                self.need_by_fate(&[guarded])
            }
            _ => Need::Turn,
        }
    }

    fn need_of_value(&self, holder: ObjId, release: &Release) -> Need {
        let cx = self.cx;
        // A port is listened at for others to come, or so that nobody else takes it.
        let listens = release::has_method_of_type(cx, cx.store.obj_type(holder), "Accept");
        if listens || !self.is_made_in_turn(holder, release) {
            return Need::Longer;
        }
        let mut group = vec![holder];
        // The function that releases something comes with it: `ctx, cancel := …`.
        if matches!(cx.under(release.subject), Type::Signature(_))
            && let Some((others, _)) = release::defining(cx, holder)
        {
            let others = others.into_iter().filter(|&o| o != holder);
            group.extend(others.filter(|&o| self.can_share(cx.store.obj_type(o))));
        }
        if !self.goes_on() && !group.iter().any(|&object| self.is_used(object)) {
            return Need::Longer;
        }
        match self.need_by_fate(&group) {
            // What such a function frees is not known: `unlock := locks.Lock(key)`.
            Need::Turn if release.state == State::Unknown && group.len() == 1 => Need::Unclear,
            need => need,
        }
    }

    fn need_by_fate(&self, group: &[ObjId]) -> Need {
        match self.fate(group) {
            Fate::Stays => Need::Turn,
            Fate::Unclear => Need::Unclear,
            Fate::Outlives => Need::Longer,
        }
    }

    /// Whether a variable gets its value in the turn and is not looked at outside of the loop.
    fn is_made_in_turn(&self, holder: ObjId, release: &Release) -> bool {
        let cx = self.cx;
        let body = cx.stmt_span(self.body);
        let Some(declared) = cx.declared_at(holder) else { return false };
        if body.contains(declared) {
            return true;
        }
        if cx.stmt_span(self.around).contains(declared) {
            // The variable of a loop. What is received or produced for the turn belongs to it; what lies in a
            // slice or map lies there afterwards.
            let Stmt::Range { x, .. } = cx.tree().stmt(self.around) else { return false };
            return matches!(cx.under(x), Type::Chan { .. } | Type::Signature(_));
        }
        let plain = matches!(cx.tree().expr(release.subject), Expr::Ident(_));
        let mut assigned = false;
        for &ident in cx.uses(holder) {
            let inside = body.contains(cx.tree().ident(ident).pos);
            match cx.access(ident) {
                Access::Declare => {}
                Access::Write(_) => assigned |= inside,
                Access::Read(_) if inside => {}
                _ => return false,
            }
        }
        cx.is_local(holder) && plain && assigned
    }

    /// Whether the turn goes on behind the deferred call.
    fn goes_on(&self) -> bool {
        let mut inner = self.defer;
        while let Parent::Stmt(outer) = self.cx.parents().stmt(inner) {
            let list = self.cx.statements(outer);
            let behind = list.iter().skip_while(|&&id| id != inner).skip(1);
            let works = |&&id: &&StmtId| {
                !matches!(
                    self.cx.tree().stmt(id),
                    Stmt::Branch { .. } | Stmt::Defer(_) | Stmt::Empty { .. }
                )
            };
            if behind.clone().any(|id| works(&id)) {
                return true;
            }
            if outer == self.around {
                break;
            }
            inner = outer;
        }
        false
    }

    /// Whether a variable is used in the turn but for comparing it and for releasing it.
    fn is_used(&self, object: ObjId) -> bool {
        let cx = self.cx;
        let body = cx.stmt_span(self.body);
        let defer = cx.stmt_span(self.defer);
        cx.uses(object).iter().any(|&ident| {
            let at = cx.tree().ident(ident).pos;
            let Access::Read(expr) = cx.access(ident) else { return false };
            let compared = matches!(cx.around(expr).1,
                Parent::Expr(p) if matches!(cx.tree().expr(p), Expr::Binary { .. }));
            body.contains(at) && !defer.contains(at) && !compared
        })
    }

    /// What becomes of what variables hold, and of all that is made from it.
    fn fate(&self, group: &[ObjId]) -> Fate {
        let mut holds: FxHashMap<ObjId, Hold> =
            group.iter().map(|&object| (object, Hold::Surely)).collect();
        let mut open: Vec<ObjId> = group.to_vec();
        let mut fate = Fate::Stays;
        while let Some(object) = open.pop() {
            let hold = holds[&object];
            for &ident in self.cx.uses(object) {
                if !self.cx.stmt_span(self.body).contains(self.cx.tree().ident(ident).pos) {
                    continue;
                }
                let Some(expr) = self.cx.parents().ident(ident) else { continue };
                if matches!(self.cx.access(ident), Access::Declare | Access::Write(_)) {
                    continue;
                }
                let mut joined = Vec::new();
                fate = fate.max(self.follow(expr, hold, &mut joined));
                if let Some(literal) = self.literal_around(expr) {
                    fate = fate.max(self.follow(literal, hold, &mut joined));
                }
                for (object, hold) in joined {
                    let known = holds.get(&object).copied();
                    if known.is_none() || known == Some(Hold::Maybe) && hold == Hold::Surely {
                        holds.insert(object, hold);
                        open.push(object);
                    }
                }
            }
        }
        fate
    }

    /// The outermost function literal around an expression within the turn.
    fn literal_around(&self, expr: ExprId) -> Option<ExprId> {
        let mut literal = None;
        let mut at = Parent::Expr(expr);
        while at != Parent::Stmt(self.body) {
            if let Parent::Expr(id) = at
                && matches!(self.cx.tree().expr(id), Expr::Func { .. })
            {
                literal = Some(id);
            }
            at = self.cx.up(at)?;
        }
        literal
    }

    /// Follows the value of an expression until it is gone. Variables of the turn that it gets into are added to
    /// `joined`.
    fn follow(&self, expr: ExprId, hold: Hold, joined: &mut Vec<(ObjId, Hold)>) -> Fate {
        let (mut at, mut hold) = (expr, hold);
        loop {
            let (outer, parent) = self.cx.around(at);
            let step = match parent {
                Parent::Expr(parent) => self.step(outer, parent, hold),
                Parent::Stmt(stmt) => return self.through_stmt(outer, stmt, hold, joined),
                Parent::Spec(spec) => {
                    if let Spec::Value { names, .. } = self.cx.tree().spec(spec) {
                        let names = self.cx.tree().list(names);
                        self.join(names.filter_map(|n| self.cx.facts().defs[n]), hold, joined);
                    }
                    return Fate::Stays;
                }
                Parent::Decl(_) | Parent::None => return Fate::Unclear,
            };
            (at, hold) = match step {
                Step::End(fate) => return fate,
                Step::Into(expr, hold) if self.can_share(self.cx.type_of(expr)) => (expr, hold),
                Step::Made(expr, hold) if self.holds(self.cx.type_of(expr)) => (expr, hold),
                Step::Into(..) | Step::Made(..) => return Fate::Stays,
            };
        }
    }

    /// One step up: from an operand to the expression that it is in.
    fn step(&self, from: ExprId, parent: ExprId, hold: Hold) -> Step {
        let cx = self.cx;
        match cx.tree().expr(parent) {
            Expr::Call { fun, .. } => self.through_call(from, fun, parent, hold),
            // A method is called, or its value made.
            Expr::Selector { .. } if self.guards && !self.is_method(parent) => {
                Step::Into(parent, Hold::Maybe)
            }
            Expr::Selector { .. } => Step::Into(parent, hold),
            // A pair has no type: on to the literal that it is in.
            Expr::KeyValue { .. } => match cx.around(parent).1 {
                Parent::Expr(literal) => Step::Into(literal, hold),
                _ => Step::End(Fate::Unclear),
            },
            Expr::Composite { .. } | Expr::Slice { .. } => Step::Into(parent, hold),
            Expr::Unary { op: UnaryOp::Addr, .. } => Step::Into(parent, hold),
            Expr::Unary { op: UnaryOp::Recv, .. } => Step::Into(parent, Hold::Maybe),
            Expr::TypeAssert { .. } | Expr::Star(_) => Step::Into(parent, hold),
            Expr::Index { x, .. } if x == from => Step::Into(parent, hold),
            _ => Step::End(Fate::Stays),
        }
    }

    fn through_call(&self, from: ExprId, fun: ExprId, call: ExprId, hold: Hold) -> Step {
        let cx = self.cx;
        match cx.around(call).1 {
            Parent::Stmt(stmt) if matches!(cx.tree().stmt(stmt), Stmt::Go(_)) => {
                return Step::End(hold.fate());
            }
            Parent::Stmt(stmt) if matches!(cx.tree().stmt(stmt), Stmt::Defer(_)) => {
                return Step::End(Fate::Stays);
            }
            _ => {}
        }
        match cx.callee(call) {
            Some(Callee::Builtin(Builtin::Append)) | Some(Callee::Conversion(_)) => {
                return Step::Into(call, hold);
            }
            Some(Callee::Builtin(Builtin::Copy)) => return Step::End(Fate::Unclear),
            Some(Callee::Builtin(_)) => return Step::End(Fate::Stays),
            _ => {}
        }
        let is_literal = matches!(cx.tree().expr(from), Expr::Func { .. });
        if from != fun && is_literal && !self.calls_at_once(call) {
            // A function that is handed on runs when the callee likes.
            return Step::End(if self.starts(fun) { hold.fate() } else { Fate::Unclear });
        }
        if from != fun && self.keeps(fun) {
            return Step::End(Fate::Unclear);
        }
        // What reads from the resource needs it as long as itself is needed.
        let hold = if self.is_stream(cx.type_of(call)) { hold } else { Hold::Maybe };
        // What a method gives may be a part of what it is called on.
        if from == fun { Step::Into(call, hold) } else { Step::Made(call, hold) }
    }

    /// Whether a selector is a method, bound to a value.
    fn is_method(&self, selector: ExprId) -> bool {
        let selection = self.cx.facts().selections.get(&selector);
        selection.is_some_and(|selection| selection.kind == SelectionKind::Method)
    }

    /// The name of what is called.
    fn name_of(&self, fun: ExprId) -> &'static str {
        match self.cx.tree().expr(self.cx.tree().unparen(fun)) {
            Expr::Ident(ident) | Expr::Selector { sel: ident, .. } => {
                self.cx.tree().ident(ident).name.as_str()
            }
            _ => "",
        }
    }

    /// Whether a function runs the functions that it is given beside the caller, going by its name.
    fn starts(&self, fun: ExprId) -> bool {
        let name = self.name_of(fun);
        [
            "Go",
            "Submit",
            "Start",
            "Spawn",
            "Schedule",
            "AfterFunc",
            "Handle",
            "HandleFunc",
            "Cleanup",
        ]
        .iter()
        .any(|verb| name.starts_with(verb))
    }

    /// Whether a method keeps what it is given, going by its name.
    fn keeps(&self, fun: ExprId) -> bool {
        let is_method = self.cx.facts().selections.contains_key(&self.cx.tree().unparen(fun));
        let name = self.name_of(fun);
        is_method
            && ["Add", "Append", "Insert", "Push", "Put", "Register", "Set", "Store", "Track"]
                .iter()
                .any(|verb| name.starts_with(verb))
    }

    /// Whether a function calls the functions that it is given before it returns.
    fn calls_at_once(&self, call: ExprId) -> bool {
        let Some(Callee::Function(function)) = self.cx.callee(call) else { return false };
        let package = self.cx.store.obj(function).pkg;
        package.is_some_and(|pkg| {
            let path = self.cx.store.pkg(pkg).path.as_str();
            ["bytes", "io/fs", "maps", "path/filepath", "slices", "sort", "strings"].contains(&path)
        })
    }

    /// What becomes of a value that stands in a statement.
    fn through_stmt(
        &self,
        from: ExprId,
        stmt: StmtId,
        hold: Hold,
        joined: &mut Vec<(ObjId, Hold)>,
    ) -> Fate {
        let cx = self.cx;
        match cx.tree().stmt(stmt) {
            Stmt::Send { value, .. } if value == from => hold.fate(),
            Stmt::Range { key, value, x, .. } if x == from => {
                let variables = key.into_iter().chain(value).filter_map(|v| cx.object(v));
                self.join(variables, Hold::Maybe, joined);
                Fate::Stays
            }
            Stmt::Assign { lhs, rhs, .. } => {
                let Some(at) = cx.tree().list(rhs).position(|value| value == from) else {
                    return Fate::Stays;
                };
                let mut targets: Vec<ExprId> = cx.tree().list(lhs).collect();
                if rhs.len() == targets.len() {
                    targets = vec![targets[at]];
                }
                let fates = targets.iter().map(|&target| self.through_target(target, hold, joined));
                fates.max().unwrap_or(Fate::Stays)
            }
            _ => Fate::Stays,
        }
    }

    fn through_target(&self, target: ExprId, hold: Hold, joined: &mut Vec<(ObjId, Hold)>) -> Fate {
        let cx = self.cx;
        let target = cx.tree().unparen(target);
        if let Expr::Ident(ident) = cx.tree().expr(target)
            && cx.tree().ident(ident).name.is_blank()
        {
            return Fate::Stays;
        }
        // A variable has no type as an expression where it is declared.
        let object = cx.object(target);
        let ty = object.map_or_else(|| cx.type_of(target), |object| cx.store.obj_type(object));
        if !self.can_share(ty) {
            return Fate::Stays;
        }
        match self.base(target) {
            Some(object) if self.is_of_turn(object) => {
                self.join(std::iter::once(object), hold, joined);
                Fate::Stays
            }
            _ => hold.fate(),
        }
    }

    /// The variable that an assignment to a part of it changes.
    fn base(&self, mut target: ExprId) -> Option<ObjId> {
        loop {
            target = self.cx.tree().unparen(target);
            match self.cx.tree().expr(target) {
                Expr::Ident(_) => return self.cx.object(target),
                Expr::Selector { x, .. } | Expr::Index { x, .. } | Expr::Star(x) => target = x,
                _ => return None,
            }
        }
    }

    fn is_of_turn(&self, object: ObjId) -> bool {
        let body = self.cx.stmt_span(self.body);
        self.cx.declared_at(object).is_some_and(|at| body.contains(at))
    }

    fn join(
        &self,
        objects: impl Iterator<Item = ObjId>,
        hold: Hold,
        joined: &mut Vec<(ObjId, Hold)>,
    ) {
        let holding = objects.filter(|&object| self.can_share(self.cx.store.obj_type(object)));
        joined.extend(holding.map(|object| (object, hold)));
    }

    /// Whether a value of the type can share anything with another: no numbers, no text, no errors. What is
    /// not known can.
    fn can_share(&self, ty: TypeId) -> bool {
        let store = self.cx.store;
        match store.ty(store.under(ty)) {
            Type::Basic(basic, _) => matches!(basic, Basic::Invalid | Basic::UnsafePointer),
            _ => store.unalias(ty) != Universe::ERROR,
        }
    }

    /// Whether what a function made of the resource, a value of the type, can hold on to it: not where it
    /// is data through and through.
    fn holds(&self, ty: TypeId) -> bool {
        if self.reused {
            return self.can_share(ty);
        }
        let store = self.cx.store;
        let mut open = vec![ty];
        let mut seen = Vec::new();
        while let Some(ty) = open.pop() {
            let under = store.under(ty);
            if seen.contains(&under) || store.unalias(ty) == Universe::ERROR {
                continue;
            }
            if seen.len() == MOST_PARTS {
                return true;
            }
            seen.push(under);
            match store.ty(under) {
                Type::Basic(Basic::UnsafePointer | Basic::Invalid, _) => return true,
                Type::Basic(..) => {}
                Type::Pointer(elem) | Type::Slice(elem) | Type::Array { elem, .. } => {
                    open.push(*elem);
                }
                Type::Map { key, value } => open.extend([*key, *value]),
                Type::Tuple(parts) | Type::Struct(Struct { fields: parts, .. }) => {
                    open.extend(parts.iter().map(|&part| store.obj_type(part)));
                }
                _ => return true,
            }
        }
        false
    }

    /// Whether a value of the type is of use only as long as what it was made from: a reader, a scanner, a
    /// function, a channel.
    fn is_stream(&self, ty: TypeId) -> bool {
        let store = self.cx.store;
        let under = store.ty(store.under(ty));
        if matches!(under, Type::Signature(_) | Type::Chan { .. } | Type::Basic(Basic::Invalid, _))
        {
            return true;
        }
        let parts = match store.ty(store.unalias(ty)) {
            Type::Tuple(vars) => vars.iter().map(|&var| store.obj_type(var)).collect(),
            _ => vec![ty],
        };
        parts.into_iter().any(|part| {
            ["Read", "Write", "Close", "Scan", "Next", "Decode", "Encode", "ReadAt", "Context"]
                .iter()
                .any(|method| release::has_method_of_type(self.cx, part, method))
        })
    }
}
