//! A package's functions, and what is worked out about each when it is first asked for.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use escape::Allocations;
use rustc_hash::FxHashMap;
use syntax::tree::{AssignOp, Decl, Expr, ExprId, IdentId, Stmt, StmtId};
use syntax::walk;
use types::program::CheckedPackage;
use types::{Builtin, ObjId, Store};

use crate::alias::Aliases;
use crate::cfg::{self, Cfg, Exit, Node, Point, Step};
use crate::code::{Callee, Code, Owner, View};
use crate::effect::{Effect, Of};
use crate::parents::Parent;
use crate::summary::{Param, Summaries};
use crate::variables::{self, Access, Occurrence, Variables};

/// Answers for the functions of a package.
pub struct Flow<'a> {
    package: &'a CheckedPackage<'a>,
    pub(crate) allocations: Option<&'a Allocations<'a, 'a>>,
    files: Vec<Rc<Code>>,
    functions: RefCell<FxHashMap<(usize, StmtId), Rc<Data>>>,
    /// Where the functions of the package are declared.
    declared: OnceCell<FxHashMap<ObjId, (usize, StmtId)>>,
    pub(crate) summaries: Summaries,
}

/// What is worked out about a function.
pub(crate) struct Data {
    code: Rc<Code>,
    owner: Owner,
    body: StmtId,
    cfg: OnceCell<Cfg>,
    /// Whether the graph is being built: whether the function returns is not known then.
    building: Cell<bool>,
    variables: OnceCell<Variables>,
    aliases: OnceCell<Aliases>,
}

impl<'a> Flow<'a> {
    /// Flow of a package of which nothing is worked out yet. With `allocations`, callees of other packages are known too.
    #[must_use]
    pub fn new(
        package: &'a CheckedPackage<'a>,
        allocations: Option<&'a Allocations<'a, 'a>>,
    ) -> Self {
        let files = package.files.iter().map(|file| Rc::new(Code::new(file))).collect();
        Self {
            package,
            allocations,
            files,
            functions: RefCell::default(),
            declared: OnceCell::new(),
            summaries: Summaries::default(),
        }
    }

    /// Types and objects.
    #[must_use]
    pub fn store(&self) -> &'a Store {
        self.package.store
    }

    /// The package.
    #[must_use]
    pub fn package(&self) -> &'a CheckedPackage<'a> {
        self.package
    }

    /// The view of a file of the package, by its position.
    #[must_use]
    pub fn view(&self, file: usize) -> View<'_> {
        View { store: self.package.store, code: &self.files[file] }
    }

    /// The innermost function around a node of a file; a function literal is not around itself. `None` for what stands in no body.
    #[must_use]
    pub fn function_around(&self, file: usize, node: impl Into<Parent>) -> Option<Function<'_>> {
        let (owner, body) = self.view(file).body_around(node.into())?;
        Some(self.function(file, owner, body))
    }

    /// The function that a literal is.
    #[must_use]
    pub fn literal(&self, file: usize, literal: ExprId) -> Option<Function<'_>> {
        match self.files[file].tree.expr(literal) {
            Expr::Func { body, .. } => Some(self.function(file, Owner::Literal(literal), body)),
            _ => None,
        }
    }

    fn function(&self, file: usize, owner: Owner, body: StmtId) -> Function<'_> {
        let mut functions = self.functions.borrow_mut();
        let known = functions.entry((file, body));
        let data = known.or_insert_with(|| Rc::new(Data::new(&self.files[file], owner, body)));
        Function { flow: self, data: Rc::clone(data) }
    }

    /// A declared function of the package, or, if it is known, of another one.
    #[must_use]
    pub fn declared(&self, function: ObjId) -> Option<Function<'_>> {
        if let Some(&(file, body)) = self.declarations().get(&function) {
            let Parent::Decl(decl) = self.files[file].parents().stmt(body) else { return None };
            return Some(self.function(file, Owner::Declared(decl), body));
        }
        let home = self.package.store.obj(function).pkg;
        if home == Some(self.package.pkg) {
            return None;
        }
        let body = self.allocations?.program().body(function)?;
        let code = Rc::new(Code::new(&body.file));
        let data = Rc::new(Data::new(&code, Owner::Declared(body.decl), body.block));
        Some(Function { flow: self, data })
    }

    /// Whether the text of a function's declaration, of whatever package, has a word in it: tells most of those without a look
    /// at their bodies of which nothing is to be expected. True where the text is not at hand.
    #[must_use]
    pub fn may_mention(&self, function: ObjId, word: &str) -> bool {
        let mentions = |text: Option<&[u8]>| {
            text.is_none_or(|text| memchr::memmem::find(text, word.as_bytes()).is_some())
        };
        if let Some(&(file, body)) = self.declarations().get(&function) {
            let span = self.files[file].tree.stmt_span(body);
            return mentions(self.package.files[file].text.get(span.range()));
        }
        let Some(allocations) = self.allocations else { return true };
        let program = allocations.program();
        let declared = program.function(function);
        declared.is_some_and(|declared| {
            let file = program.files(declared.unit).get(declared.file);
            mentions(file.and_then(|file| file.text.get(declared.span.range())))
        })
    }

    fn declarations(&self) -> &FxHashMap<ObjId, (usize, StmtId)> {
        self.declared.get_or_init(|| {
            let mut found = FxHashMap::default();
            for (number, code) in self.files.iter().enumerate() {
                for &decl in &code.tree.decls {
                    let Decl::Func { name, body: Some(body), .. } = code.tree.decl(decl) else {
                        continue;
                    };
                    if let Some(object) = code.facts.defs[name] {
                        found.insert(object, (number, body));
                    }
                }
            }
            found
        })
    }

    /// The exit that a call leads to, if it does not come back: `panic`, what ends the process or the goroutine, and what never returns
    /// since it calls these.
    #[must_use]
    pub fn ends(&self, view: View<'_>, call: ExprId) -> Option<Exit> {
        match view.callee(call)? {
            Callee::Builtin(Builtin::Panic) => Some(Exit::Panic),
            Callee::Function(function) => self.function_ends(view, function),
            _ => None,
        }
    }

    fn function_ends(&self, view: View<'_>, function: ObjId) -> Option<Exit> {
        let store = view.store;
        let object = store.obj(function);
        let package = store.pkg(object.pkg?).path.as_str();
        let is_method = view.receiver(function).is_some();
        match (package, object.name.as_str()) {
            ("os", "Exit") | ("syscall", "Exit") if !is_method => Some(Exit::End),
            ("log", "Fatal" | "Fatalf" | "Fatalln") => Some(Exit::End),
            ("log", "Panic" | "Panicf" | "Panicln") => Some(Exit::Panic),
            ("runtime", "Goexit") => Some(Exit::Panic),
            ("testing", "Fatal" | "Fatalf" | "FailNow" | "Skip" | "Skipf" | "SkipNow") => {
                Some(Exit::Panic)
            }
            _ if object.pkg == Some(self.package.pkg) => self.never_returns(function),
            _ => None,
        }
    }

    /// The exit that a function of the package always takes, if that is never its return.
    fn never_returns(&self, function: ObjId) -> Option<Exit> {
        if let Some(known) = self.summaries.ends(function) {
            return known;
        }
        let called = self.declared(function)?;
        // A function that calls itself returns, as far as that call tells.
        if called.data.building.get() {
            return None;
        }
        let cfg = called.cfg();
        let reached = |exit: &Exit| !cfg.block(cfg.exit(*exit)).preds.is_empty();
        let found = match cfg.can_return() {
            true => None,
            false => [Exit::End, Exit::Panic].into_iter().find(reached),
        };
        self.summaries.set_ends(function, found);
        found
    }
}

impl Data {
    fn new(code: &Rc<Code>, owner: Owner, body: StmtId) -> Self {
        Self {
            code: Rc::clone(code),
            owner,
            body,
            cfg: OnceCell::new(),
            building: Cell::new(false),
            variables: OnceCell::new(),
            aliases: OnceCell::new(),
        }
    }
}

/// A function with a body: a declared one, or a function literal.
#[derive(Clone)]
pub struct Function<'f> {
    pub(crate) flow: &'f Flow<'f>,
    data: Rc<Data>,
}

/// A place where a variable gets a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Definition {
    /// The occurrence.
    pub occurrence: Occurrence,
    /// The value, where one is written for this variable alone.
    pub value: Option<ExprId>,
}

/// The definitions that a use of a variable may see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reaching {
    /// These, and the value at the function's beginning if `entry`: of a parameter, or of a variable of a function around.
    Known {
        /// Each of them may be the last before the use; none else is.
        definitions: Vec<Definition>,
        /// Whether there may be none before it.
        entry: bool,
    },
    /// A closure or a pointer may have set it.
    Unknown,
}

impl<'f> Function<'f> {
    /// Tree and facts.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View { store: self.flow.store(), code: &self.data.code }
    }

    /// The function that it is part of the flow of.
    #[must_use]
    pub fn flow(&self) -> &'f Flow<'f> {
        self.flow
    }

    /// Whose body it is.
    #[must_use]
    pub fn owner(&self) -> Owner {
        self.data.owner
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> StmtId {
        self.data.body
    }

    /// The control-flow graph.
    #[must_use]
    pub fn cfg(&self) -> &Cfg {
        self.data.cfg.get_or_init(|| {
            let view = self.view();
            self.data.building.set(true);
            let cfg = cfg::build(view, self.data.body, &|call| self.flow.ends(view, call));
            self.data.building.set(false);
            cfg
        })
    }

    /// Who uses which variable.
    #[must_use]
    pub fn variables(&self) -> &Variables {
        self.data.variables.get_or_init(|| Variables::new(self.view(), self.data.body, self.cfg()))
    }

    /// Who may share memory.
    #[must_use]
    pub fn aliases(&self) -> &Aliases {
        self.data.aliases.get_or_init(|| Aliases::new(self))
    }

    /// Where a node runs: the point of the graph that it belongs to. Of what stands in a function literal, where that is evaluated.
    #[must_use]
    pub fn point(&self, node: impl Into<Parent>) -> Option<Point> {
        let (view, node) = (self.view(), node.into());
        let (within, literal) = variables::enclosing(view, self.data.body, node);
        let node = literal.map_or(node, Parent::Expr);
        within.then(|| variables::point_of(view, self.data.body, self.cfg(), node))?
    }

    /// Whether a node is evaluated at times only when its point runs: it stands in the right operand of `&&` or `||`, or in a
    /// function literal.
    #[must_use]
    pub fn is_conditional(&self, node: impl Into<Parent>) -> bool {
        use syntax::tree::BinaryOp::{LogAnd, LogOr};
        let (view, mut at) = (self.view(), node.into());
        loop {
            let Some(up) = view.up(at) else { return false };
            if let (Parent::Expr(child), Parent::Expr(around)) = (at, up)
                && self.cfg().of_expr(child).is_none()
            {
                match view.tree().expr(around) {
                    Expr::Binary { op: LogAnd | LogOr, y, .. } if y == child => return true,
                    _ => {}
                }
            }
            if let Parent::Expr(around) = up
                && matches!(view.tree().expr(around), Expr::Func { .. })
                && self.data.owner != Owner::Literal(around)
            {
                return true;
            }
            if matches!(up, Parent::Decl(_)) || up == Parent::Stmt(self.data.body) {
                return false;
            }
            if let Parent::Expr(expr) = at
                && self.cfg().of_expr(expr).is_some()
            {
                return false;
            }
            at = up;
        }
    }

    /// How many loops run a node again and again within a call of the function; see [`Cfg::loop_depth`].
    #[must_use]
    pub fn loop_depth(&self, node: impl Into<Parent>) -> u32 {
        self.point(node).map_or(0, |point| self.cfg().loop_depth(point))
    }

    /// Whether a node is only on the way to a panic or to the end of the process or goroutine.
    #[must_use]
    pub fn only_ends(&self, node: impl Into<Parent>) -> bool {
        self.point(node).is_some_and(|point| self.cfg().only_ends(point))
    }

    /// The places that give a variable a value, in the order of the text; those in function literals included, parameters not.
    #[must_use]
    pub fn definitions(&self, variable: ObjId) -> Vec<Definition> {
        let all = self.variables().of(variable).iter();
        all.filter(|o| o.access.defines()).map(|&o| self.definition(o)).collect()
    }

    fn definition(&self, occurrence: Occurrence) -> Definition {
        Definition { occurrence, value: self.value_of(occurrence.ident) }
    }

    /// The value that is written for the variable that an identifier declares or sets.
    fn value_of(&self, ident: IdentId) -> Option<ExprId> {
        let view = self.view();
        let tree = view.tree();
        let Some(expr) = view.code.parents().ident(ident) else {
            // A name in `var x = v`.
            let span = tree.stmt_span(self.data.body);
            let specs = (0..tree.stmt_count()).map(source::Id::from_index);
            let specs = specs.filter(|&stmt| {
                matches!(tree.stmt(stmt), Stmt::Decl(_))
                    && span.contains(tree.stmt_span(stmt).start)
            });
            let mut specs = specs.flat_map(|stmt| cfg::specs_of(view, stmt));
            return specs.find_map(|(names, values)| {
                let at = tree.list(names).position(|name| name == ident)?;
                if names.len() == values.len() { tree.list_get(values, at) } else { None }
            });
        };
        let (outer, Parent::Stmt(stmt)) = view.around(expr) else { return None };
        match tree.stmt(stmt) {
            Stmt::Assign { lhs, op: AssignOp::Define | AssignOp::Assign, rhs, .. }
                if lhs.len() == rhs.len() =>
            {
                let at = tree.list(lhs).position(|x| x == outer)?;
                tree.list_get(rhs, at)
            }
            _ => None,
        }
    }

    /// The definitions that a use of a variable at a point may see. A definition at the point itself is not among them, unless the point
    /// is reached from itself.
    #[must_use]
    pub fn reaching(&self, variable: ObjId, at: Point) -> Reaching {
        let all = self.variables().of(variable);
        let sets_elsewhere = |o: &Occurrence| o.literal.is_some() && o.access.defines();
        let own = |o: &Occurrence| o.literal.is_some() && o.access == Access::Declare;
        let declared_in_literal = all.iter().any(own);
        let foreign = !declared_in_literal && all.iter().any(sets_elsewhere);
        if foreign || self.variables().is_address_taken(variable) || declared_in_literal {
            return Reaching::Unknown;
        }
        let by_point =
            |point: Point| all.iter().filter(move |o| o.point == Some(point) && o.access.defines());
        let mut definitions = Vec::new();
        let mut gather = |point: Point, _| {
            let mut step = Step::On;
            for occurrence in by_point(point) {
                let definition = self.definition(*occurrence);
                if !definitions.contains(&definition) {
                    definitions.push(definition);
                }
                // What sets a part leaves the definition of the rest in force.
                if occurrence.access != Access::WritePart {
                    step = Step::Stop;
                }
            }
            step
        };
        let entry = self.cfg().walk_before(at, true, &mut gather);
        // The walk ends at the entry: what other paths bring is gathered apart.
        if entry {
            self.cfg().walk_before(at, false, &mut gather);
        }
        definitions.sort_by_key(|d| d.occurrence.ident);
        Reaching::Known { definitions, entry }
    }

    /// Whether the value that a variable has behind a point may be read later. Errs to yes: where a closure reads it that may
    /// have been made before, and where its address was taken before.
    #[must_use]
    pub fn is_used_after(&self, variable: ObjId, at: Point) -> bool {
        !self.uses_after(variable, at).is_empty()
    }

    /// The reads of the value that a variable has behind a point, in the order of the text; see [`Self::is_used_after`].
    #[must_use]
    pub fn uses_after(&self, variable: ObjId, at: Point) -> Vec<Occurrence> {
        let all = self.variables().of(variable);
        let mut found: Vec<Occurrence> = Vec::new();
        let outer = !all.iter().any(|o| o.access == Access::Declare && o.literal.is_some());
        for made in all.iter().filter(|o| self.lingers(o) && outer) {
            let Some(point) = made.point else { continue };
            if point == at || self.cfg().can_follow(point, at) {
                found.push(*made);
            }
        }
        self.cfg().walk_after(at, |point, _| {
            let mut step = Step::On;
            for occurrence in all.iter().filter(|o| o.point == Some(point)) {
                let reads = occurrence.access.reads() || occurrence.literal.is_some();
                if reads {
                    found.push(*occurrence);
                }
                if occurrence.access.replaces() && occurrence.literal.is_none() {
                    step = Step::Stop;
                }
            }
            step
        });
        found.sort_by_key(|o| o.ident);
        found.dedup();
        found
    }

    /// Whether what an occurrence makes of a variable may read it later: a closure, or its address.
    fn lingers(&self, occurrence: &Occurrence) -> bool {
        match occurrence.literal {
            Some(literal) => occurrence.access.reads() && !self.is_called_at_once(literal),
            None => occurrence.access == Access::Address && !self.is_lent(occurrence.ident),
        }
    }

    /// Whether a literal is called where it stands and is gone then.
    fn is_called_at_once(&self, literal: ExprId) -> bool {
        let view = self.view();
        let (outer, Parent::Expr(call)) = view.around(literal) else { return false };
        let Expr::Call { fun, .. } = view.tree().expr(call) else { return false };
        let stmt = view.around(call).1;
        let later = matches!(stmt, Parent::Stmt(id)
            if matches!(view.tree().stmt(id), Stmt::Go(_) | Stmt::Defer(_)));
        fun == outer && !later
    }

    /// Whether the address that an identifier's method call takes is gone when the method returns.
    fn is_lent(&self, ident: IdentId) -> bool {
        let view = self.view();
        let mut node = view.code.parents().ident(ident).map(Parent::Expr);
        while let Some(Parent::Expr(expr)) = node {
            if let Expr::Call { .. } = view.tree().expr(expr) {
                let receiver = view.receiver_argument(expr);
                let span = view.tree().ident(ident).span();
                let is_receiver = receiver.is_some_and(|x| view.span(x).contains(span.start));
                let fate = self.receiver_fate(expr);
                return is_receiver && !fate.kept && !fate.is_returned();
            }
            node = view.up(Parent::Expr(expr));
        }
        false
    }

    /// What evaluating an expression does, by what its callees do.
    #[must_use]
    pub fn effect(&self, expr: ExprId) -> Effect {
        self.flow.effect_of(Of { view: self.view(), root: walk::Node::Expr(expr), own: None })
    }

    /// What running a statement does; writing to variables of the function itself counts.
    #[must_use]
    pub fn effect_of_stmt(&self, stmt: StmtId) -> Effect {
        self.flow.effect_of(Of { view: self.view(), root: walk::Node::Stmt(stmt), own: None })
    }

    /// What becomes of an argument of a call, by position.
    #[must_use]
    pub fn argument_fate(&self, call: ExprId, argument: usize) -> Param {
        self.flow.argument_fate(self.view(), call, argument)
    }

    /// What becomes of the receiver of a method's call.
    #[must_use]
    pub fn receiver_fate(&self, call: ExprId) -> Param {
        self.flow.receiver_fate(self.view(), call)
    }

    /// The nodes of the graph for which `holds`, with their points.
    pub fn points_where(&self, mut holds: impl FnMut(Node) -> bool) -> Vec<Point> {
        self.cfg().points().filter(|&(_, node)| holds(node)).map(|(point, _)| point).collect()
    }
}
