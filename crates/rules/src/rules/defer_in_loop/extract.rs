//! The body of a loop as a function that each turn calls, so that what it defers runs with the turn.
//!
//! What leaves the body decides the form. Where nothing does but `continue`, it is a function without result. Where
//! errors are returned that are certainly not nil, it returns them, and the loop passes them on:
//!
//! ```go
//! if err := func() error {
//! 	…
//! 	return nil
//! }(); err != nil {
//! 	return err
//! }
//! ```
//!
//! Everything else would need more than one way out, and is left to whoever knows the code.

use fix::{Applicability, Plan};
use source::{Edit, Span};
use syntax::tree::{BinaryOp, BranchKind, Expr, ExprId, FuncTypeId, Stmt, StmtId, UnaryOp};
use types::{Builtin, ObjId, ObjectKind, Universe, VarKind};

use crate::{Access, Callee, Context, Function, Parent};

/// What keeps the body of a loop from becoming a function.
pub(super) type Obstacle = &'static str;

/// How the function says what the loop has to do.
enum Exit {
    /// It has no result: the loop goes on.
    None,
    /// It returns an error; what the loop returns before it, as written.
    Error(String),
}

/// The edits that make the body of a loop a function.
pub(super) fn plan(cx: &Context<'_>, around: StmtId, title: String) -> Result<Plan, Obstacle> {
    let body = cx.loop_body(around).ok_or("it is made by `goto`")?;
    let function = cx.function_of(Parent::Stmt(around)).ok_or("it is in no function")?;
    let extraction = Extraction { cx, around, body, function };
    extraction.check_calls()?;
    extraction.check_deferred()?;
    let (returns, continues) = extraction.leaving()?;
    let exit = extraction.exit(&returns)?;
    let layout = extraction.layout().ok_or("its layout is not gofmt's")?;
    let mut plan = Plan::new(Applicability::Unsafe, title);
    extraction.wrap(&mut plan, &exit, &continues, &layout);
    for &stmt in &returns {
        plan.edits.extend(extraction.without_values_beside(stmt));
    }
    Ok(plan)
}

struct Extraction<'c, 'a> {
    cx: &'c Context<'a>,
    around: StmtId,
    body: StmtId,
    function: Function,
}

/// Where lines are put.
struct Layout<'a> {
    /// Behind the line of the opening brace.
    first: u32,
    /// Before the line of the closing brace.
    last: u32,
    /// Before each line of the loop.
    indent: &'a str,
}

impl<'a> Extraction<'_, 'a> {
    /// What means something else one function further in.
    fn check_calls(&self) -> Result<(), Obstacle> {
        for call in self.cx.expressions_in(self.body) {
            if self.cx.callee(call) == Some(Callee::Builtin(Builtin::Recover)) {
                return Err("it calls `recover`");
            }
            if self.cx.calls(call, "runtime", &["Caller", "Callers"]) {
                return Err("it looks at its callers");
            }
        }
        Ok(())
    }

    /// Deferred functions must not look at what only the end of the function settles.
    fn check_deferred(&self) -> Result<(), Obstacle> {
        let cx = self.cx;
        for stmt in cx.own_descendants(self.body) {
            let Stmt::Defer(call) = cx.tree().stmt(stmt) else { continue };
            let Expr::Call { fun, .. } = cx.tree().expr(call) else { continue };
            let fun = cx.tree().unparen(fun);
            let Expr::Func { body, .. } = cx.tree().expr(fun) else { continue };
            let span = cx.span(fun);
            for expr in cx.expressions_in(body) {
                let Some(object) = cx.object(expr) else { continue };
                let kind = &cx.store.obj(object).kind;
                let declared = cx.declared_at(object);
                let outer = declared.is_some_and(|at| !span.contains(at))
                    && !cx.is_package_level(object)
                    && cx.is_declared_outside(object, self.around);
                let result = matches!(kind, ObjectKind::Var(VarKind::Result));
                if outer && (result || cx.is_reassigned(object)) {
                    return Err("what is deferred uses a variable of the function around the loop");
                }
            }
        }
        Ok(())
    }

    /// The `return` and `continue` statements that leave the body.
    fn leaving(&self) -> Result<(Vec<StmtId>, Vec<StmtId>), Obstacle> {
        let cx = self.cx;
        let (mut returns, mut continues) = (Vec::new(), Vec::new());
        for stmt in cx.own_descendants(self.body) {
            match cx.tree().stmt(stmt) {
                Stmt::Return(_) => returns.push(stmt),
                Stmt::Branch { kind: BranchKind::Goto, .. } => return Err("it has a `goto`"),
                Stmt::Branch { kind: BranchKind::Fallthrough, .. } => {}
                Stmt::Branch { kind, label } => {
                    let target = cx.branch_target(stmt).ok_or("a branch in it leads elsewhere")?;
                    if target != self.around && cx.is_within(Parent::Stmt(target), self.body) {
                        continue;
                    }
                    match kind {
                        BranchKind::Continue if target == self.around && label.is_none() => {
                            continues.push(stmt);
                        }
                        BranchKind::Continue => return Err("a `continue` with a label leaves it"),
                        _ => return Err("a `break` leaves it"),
                    }
                }
                Stmt::Bad => return Err("a part of it cannot be read"),
                _ => {}
            }
        }
        Ok((returns, continues))
    }

    fn exit(&self, returns: &[StmtId]) -> Result<Exit, Obstacle> {
        let Some((&first, others)) = returns.split_first() else { return Ok(Exit::None) };
        let cx = self.cx;
        let count = self.results(self.function.ty).ok_or(NOT_AN_ERROR)?;
        if !cx.is_predeclared("error") || !cx.is_predeclared("nil") {
            return Err("`error` or `nil` means something else here");
        }
        let beside = self.beside(first, count)?;
        for &other in others {
            if self.beside(other, count)? != beside {
                return Err("its `return` statements return different values beside the error");
            }
        }
        Ok(Exit::Error(beside))
    }

    /// How many results a function has whose last one is an error.
    fn results(&self, ty: FuncTypeId) -> Option<usize> {
        let tree = self.cx.tree();
        let fields = tree.field_list(tree.func_type(ty).results?).fields;
        let last = tree.list(fields).next_back()?;
        let count = tree.list(fields).map(|field| tree.field(field).names.len().max(1)).sum();
        (self.cx.type_of(tree.field(last).ty) == Universe::ERROR).then_some(count)
    }

    /// What a `return` returns beside its error, which is certainly one.
    fn beside(&self, stmt: StmtId, count: usize) -> Result<String, Obstacle> {
        let cx = self.cx;
        let Stmt::Return(results) = cx.tree().stmt(stmt) else { return Err(NOT_AN_ERROR) };
        let mut values: Vec<ExprId> = cx.tree().list(results).collect();
        if values.len() != count {
            return Err(NOT_AN_ERROR);
        }
        let error = values.pop().ok_or(NOT_AN_ERROR)?;
        if !self.is_certainly_error(error, stmt) {
            return Err("it returns an error that may be nil, which ends the loop too");
        }
        if !values.iter().all(|&value| self.is_same_afterwards(value)) {
            return Err("it returns a value beside the error");
        }
        if values.first().is_some_and(|&first| {
            cx.has_comment(Span::new(cx.span(first).start, cx.span(error).start))
        }) {
            return Err("a comment stands between the results that it returns");
        }
        Ok(values.into_iter().map(|value| format!("{}, ", cx.source(value))).collect())
    }

    /// The edit that leaves a `return` its error alone.
    fn without_values_beside(&self, stmt: StmtId) -> Option<Edit> {
        let cx = self.cx;
        let Stmt::Return(results) = cx.tree().stmt(stmt) else { return None };
        let first = cx.tree().list(results).next()?;
        let error = cx.tree().list(results).next_back()?;
        let span = Span::new(cx.span(first).start, cx.span(error).start);
        (!span.is_empty()).then(|| Edit { span, text: String::new() })
    }

    /// Whether a returned error cannot be nil: a new one, or one that was compared.
    fn is_certainly_error(&self, error: ExprId, stmt: StmtId) -> bool {
        let cx = self.cx;
        let error = cx.tree().unparen(error);
        match cx.tree().expr(error) {
            Expr::Call { .. } => {
                cx.calls(error, "errors", &["New"]) || cx.calls(error, "fmt", &["Errorf"])
            }
            Expr::Unary { op: UnaryOp::Addr, x } => {
                matches!(cx.tree().expr(cx.tree().unparen(x)), Expr::Composite { .. })
            }
            Expr::Ident(_) => cx.object(error).is_some_and(|object| self.is_compared(object, stmt)),
            _ => false,
        }
    }

    /// Whether a statement is reached only where a variable, as it is there, was found not to be nil.
    fn is_compared(&self, object: ObjId, stmt: StmtId) -> bool {
        let cx = self.cx;
        let mut inner = stmt;
        while inner != self.body {
            let Parent::Stmt(outer) = cx.parents().stmt(inner) else { return false };
            let condition = match cx.tree().stmt(outer) {
                Stmt::If { cond, body, .. } if body == inner => Some(cond),
                Stmt::Case { exprs: Some(list), .. }
                    if list.len() == 1 && self.has_no_tag(outer) =>
                {
                    cx.tree().list_get(list, 0)
                }
                _ => None,
            };
            if let Some(condition) = condition
                && self.says_not_nil(condition, object)
            {
                let until = Span::new(cx.span(condition).end, cx.stmt_span(stmt).start);
                return !cx.changes_within(object, until);
            }
            inner = outer;
        }
        false
    }

    /// Whether a clause is of a `switch` that compares nothing.
    fn has_no_tag(&self, clause: StmtId) -> bool {
        let parents = self.cx.parents();
        let Parent::Stmt(body) = parents.stmt(clause) else { return false };
        let Parent::Stmt(switch) = parents.stmt(body) else { return false };
        matches!(self.cx.tree().stmt(switch), Stmt::Switch { tag: None, .. })
    }

    fn says_not_nil(&self, condition: ExprId, object: ObjId) -> bool {
        let cx = self.cx;
        let mut open = vec![condition];
        while let Some(expr) = open.pop() {
            match cx.tree().expr(cx.tree().unparen(expr)) {
                Expr::Binary { op: BinaryOp::LogAnd, x, y, .. } => open.extend([x, y]),
                Expr::Binary { op: BinaryOp::Ne, x, y, .. } => {
                    let nil = |e| {
                        let object = cx.object(e);
                        object.is_some_and(|o| matches!(cx.store.obj(o).kind, ObjectKind::Nil))
                    };
                    let is = |e| cx.object(e) == Some(object);
                    if is(x) && nil(y) || nil(x) && is(y) {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// Whether a result has the same value once the deferred calls of the turn have run, and means the same outside
    /// of the body: a constant, `nil`, or a variable of the function around the loop.
    fn is_same_afterwards(&self, value: ExprId) -> bool {
        let cx = self.cx;
        if let Some(object) = cx.object(value) {
            let data = cx.store.obj(object);
            return match data.kind {
                ObjectKind::Nil => true,
                ObjectKind::Const(_) | ObjectKind::Var(_) => {
                    let changes = cx.uses(object).iter().any(|&i| cx.access(i) == Access::Address);
                    let here =
                        cx.is_package_level(object) || cx.is_declared_outside(object, self.around);
                    let taken = data.name.as_str() == "err";
                    here && !changes && !taken && !cx.is_captured(object)
                }
                _ => false,
            };
        }
        match cx.tree().expr(cx.tree().unparen(value)) {
            Expr::Lit(_) => true,
            Expr::Unary { op: UnaryOp::Neg, x } => matches!(cx.tree().expr(x), Expr::Lit(_)),
            Expr::Composite { elems, ty: Some(ty), .. } => {
                let outside =
                    cx.object(ty).is_some_and(|ty| cx.is_declared_outside(ty, self.around));
                elems.is_empty() && outside
            }
            _ => false,
        }
    }

    /// Where lines are put: the braces end and begin lines of their own.
    fn layout(&self) -> Option<Layout<'a>> {
        let cx = self.cx;
        let span = cx.stmt_span(self.body);
        let closing = span.end.checked_sub(1)?;
        let (first, last) = (cx.line_end(span.start), cx.line_start(closing));
        let inner = cx.statements(self.body);
        let (head, tail) = (*inner.first()?, *inner.last()?);
        let own_lines = cx.stmt_span(head).start >= first && cx.stmt_span(tail).end <= last;
        let indent = cx.indent(closing);
        let bare = cx.text(Span::new(last, closing)) == indent;
        let directives = cx.tree().comments().iter().any(|&comment| {
            first <= comment.start && comment.end <= last && cx.text(comment).starts_with("//line ")
        });
        (own_lines && bare && !directives).then_some(Layout { first, last, indent })
    }

    fn wrap(&self, plan: &mut Plan, exit: &Exit, continues: &[StmtId], at: &Layout<'_>) {
        let cx = self.cx;
        let indent = at.indent;
        let (open, done, close) = match exit {
            Exit::None => ("func() {", "return", format!("{indent}\t}}()\n")),
            Exit::Error(beside) => {
                let close = format!(
                    "{indent}\t}}(); err != nil {{\n{indent}\t\treturn {beside}err\n{indent}\t}}\n"
                );
                ("if err := func() error {", "return nil", close)
            }
        };
        plan.insert(at.first, format!("{indent}\t{open}\n"));
        plan.edits.extend(fix::indent(cx.tree(), &cx.file.text, Span::new(at.first - 1, at.last)));
        for &stmt in continues {
            plan.replace(cx.stmt_span(stmt), done);
        }
        let ends_there = cx.statements(self.body).last().is_some_and(|last| {
            continues.contains(last) || matches!(cx.tree().stmt(*last), Stmt::Return(_))
        });
        let end = match exit {
            Exit::Error(_) if !ends_there => format!("{indent}\t\treturn nil\n{close}"),
            _ => close,
        };
        plan.insert(at.last, end);
    }
}

const NOT_AN_ERROR: Obstacle = "a `return` in it returns no error";
