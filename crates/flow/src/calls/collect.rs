//! From a checked package to its part of the call graph.

use std::cell::{OnceCell, RefCell};

use rustc_hash::{FxHashMap, FxHashSet};
use source::Name;
use syntax::tree::{Decl, DeclId, Expr, ExprId, GenKind};
use types::{ObjId, Store};

use super::shape::Shapes;
use super::site::{Fate, Sites, literal_symbol};
use super::symbol::symbol;
use super::{Call, Called, How, Open, Part, Role, Site, Start, Target};
use crate::code::{Callee, Owner, View};
use crate::function::Flow;
use crate::parents::Parent;

/// The symbols of a package's functions, and of those that it calls.
pub(crate) struct Names<'n> {
    flow: &'n Flow<'n>,
    by_object: RefCell<FxHashMap<ObjId, Name>>,
    variables: OnceCell<Name>,
}

impl<'n> Names<'n> {
    fn new(flow: &'n Flow<'n>) -> Self {
        Self { flow, by_object: RefCell::default(), variables: OnceCell::new() }
    }

    /// What sets the variables of the package.
    pub(super) fn variables(&self) -> Name {
        *self.variables.get_or_init(|| {
            let package = self.flow.package();
            Name::new(&format!("{}.init", package.store.pkg(package.pkg).path))
        })
    }

    fn of(&self, function: ObjId) -> Name {
        let make = || Name::new(&symbol(self.flow.store(), function));
        *self.by_object.borrow_mut().entry(function).or_insert_with(make)
    }

    pub(super) fn declared(&self, file: usize, decl: DeclId) -> Option<Name> {
        let view = self.flow.view(file);
        let Decl::Func { name, .. } = view.tree().decl(decl) else { return None };
        Some(self.of(view.facts().defs[name]?))
    }

    /// The symbol of a literal that counts as a function.
    pub(super) fn literal(&self, file: usize, literal: ExprId) -> Name {
        let view = self.flow.view(file);
        let mut at = Parent::Expr(literal);
        let around = loop {
            match view.body_around(at) {
                Some((Owner::Literal(outer), _)) => at = Parent::Expr(outer),
                Some((Owner::Declared(decl), _)) => break self.declared(file, decl),
                None => break None,
            }
        };
        literal_symbol(around.unwrap_or_else(|| self.variables()), view.span(literal).start)
    }
}

impl Flow<'_> {
    /// The package's part of the call graph of its module.
    #[must_use]
    pub fn part(&self) -> Part {
        let names = Names::new(self);
        let sites = Sites { flow: self, names: &names };
        let mut collect = Collect { flow: self, names: &names, sites, part: Part::default() };
        collect.functions();
        for file in 0..self.package().files.len() {
            collect.calls(file);
        }
        collect.part
    }

    /// Where a node of a file stands, to be asked of the module's [`Hotness`](crate::Hotness). `None` for what does not run:
    /// declarations of types and constants.
    #[must_use]
    pub fn site(&self, file: usize, node: impl Into<Parent>) -> Option<Site> {
        let (view, node) = (self.view(file), node.into());
        let mut at = node;
        while let Some(up) = view.up(at) {
            at = up;
        }
        let Parent::Decl(decl) = at else { return None };
        let runs = match view.tree().decl(decl) {
            Decl::Gen { kind, .. } => kind == GenKind::Var,
            Decl::Func { .. } => true,
            Decl::Bad => false,
        };
        let names = Names::new(self);
        runs.then(|| Sites { flow: self, names: &names }.site(file, node))
    }
}

struct Collect<'c> {
    flow: &'c Flow<'c>,
    names: &'c Names<'c>,
    sites: Sites<'c>,
    part: Part,
}

impl Collect<'_> {
    fn shapes(&self) -> Shapes<'_> {
        Shapes { store: self.flow.store(), pkg: self.flow.package().pkg }
    }

    fn store(&self) -> &Store {
        self.flow.store()
    }

    fn is_test(&self, file: usize) -> bool {
        self.flow.package().files[file].path.as_os_str().to_string_lossy().ends_with("_test.go")
    }

    fn functions(&mut self) {
        let variables = self.names.variables();
        self.add(Called {
            symbol: variables,
            open: Open::Package,
            start: Some(Start::Once),
            in_test: false,
        });
        for file in 0..self.flow.package().files.len() {
            let view = self.flow.view(file);
            for &decl in &view.tree().decls {
                let Decl::Func { name, .. } = view.tree().decl(decl) else { continue };
                let Some(function) = view.facts().defs[name] else { continue };
                self.function(file, function);
            }
        }
    }

    fn add(&mut self, called: Called) {
        self.part.functions.push(called);
    }

    fn function(&mut self, file: usize, function: ObjId) {
        let symbol = self.names.of(function);
        let in_test = self.is_test(file);
        let start = self.start(function, in_test);
        let open = self.open(function);
        self.add(Called { symbol, open, start, in_test });
        if self.shapes().signature(function).is_some_and(|s| s.recv.is_some())
            && let Some(key) = self.shapes().key(function)
        {
            self.part.methods.push((key, symbol));
        }
    }

    fn start(&self, function: ObjId, in_test: bool) -> Option<Start> {
        let store = self.store();
        let object = store.obj(function);
        let signature = self.shapes().signature(function)?;
        let name = object.name.as_str();
        if !in_test && self.shapes().serves_tests(signature) {
            return Some(Start::Test);
        }
        if signature.recv.is_some() {
            let handles = name == "ServeHTTP" && self.shapes().is_http_handler(signature);
            let serves = || self.shapes().is_service_method(function);
            return match () {
                () if handles => Some(Start::Role(Role::Handler)),
                () if serves() => Some(Start::Role(Role::Service)),
                () => None,
            };
        }
        let in_main = object.pkg.is_some_and(|pkg| store.pkg(pkg).name().as_str() == "main");
        let once = name == "init" || name == "main" && in_main;
        let tests = || {
            let asked = [("Test", "T"), ("Fuzz", "F"), ("TestMain", "M")];
            let takes = |(prefix, what): &(&str, &str)| {
                name.starts_with(prefix) && self.shapes().takes_testing(signature, what)
            };
            asked.iter().any(takes) || name.starts_with("Example") && signature.params.is_empty()
        };
        match () {
            () if once => Some(Start::Once),
            () if in_test && name.starts_with("Benchmark") => {
                let takes = self.shapes().takes_testing(signature, "B");
                takes.then_some(Start::Role(Role::Benchmark))
            }
            () if in_test && tests() => Some(Start::Test),
            () => None,
        }
    }

    fn open(&self, function: ObjId) -> Open {
        let store = self.store();
        let object = store.obj(function);
        let is_method = self.shapes().signature(function).is_some_and(|s| s.recv.is_some());
        let Some(pkg) = object.pkg.filter(|_| object.is_exported()) else { return Open::Package };
        // Whoever has an interface may call what it asks for.
        if is_method {
            return Open::World;
        }
        let path = store.pkg(pkg).path.as_str();
        let hidden = path.split('/').any(|part| part == "internal");
        match store.pkg(pkg).name().as_str() {
            "main" => Open::Package,
            _ if hidden => Open::Module,
            _ => Open::World,
        }
    }

    /// Whether functions of a package can be functions of the module: their paths begin alike.
    fn may_be_ours(&self, function: ObjId) -> bool {
        let store = self.store();
        let own = store.pkg(self.flow.package().pkg).path.as_str();
        let first = |path: &'static str| path.split('/').next().unwrap_or(path);
        let Some(pkg) = store.obj(function).pkg else { return false };
        pkg == self.flow.package().pkg
            || first(store.pkg(pkg).path.as_str()) == first(own)
            || !first(own).contains('.')
    }

    fn calls(&mut self, file: usize) {
        let view = self.flow.view(file);
        let mut seen = FxHashSet::default();
        for (expr, node) in view.tree().exprs() {
            match node {
                Expr::Ident(_) | Expr::Selector { .. } => self.mention(file, view, expr, &mut seen),
                Expr::Call { .. } => self.registration(view, expr),
                Expr::Func { .. } => self.literal(file, view, expr),
                _ => {}
            }
        }
    }

    /// An expression that may name a function, or a method of an interface.
    fn mention(&mut self, file: usize, view: View<'_>, expr: ExprId, seen: &mut FxHashSet<Call>) {
        let to = match view.function(expr) {
            Some(function) if self.may_be_ours(function) => {
                Target::Function(self.names.of(function))
            }
            Some(_) => return,
            None => match view.interface_method(expr).and_then(|m| self.shapes().key(m)) {
                Some(key) => Target::Method(key),
                None => return,
            },
        };
        // `f[int]` is what is called or handed on.
        let (outer, parent) = view.around(expr);
        let whole = match parent {
            Parent::Expr(index) => match view.tree().expr(index) {
                Expr::Index { x, .. } if x == outer => index,
                _ => expr,
            },
            _ => expr,
        };
        let how = match (self.sites.fate(view, whole), to) {
            // Which method it is nobody knows.
            (Fate::Role(_), Target::Method(_)) => How::Value,
            (fate, _) => fate.how(),
        };
        let call = Call { site: self.sites.site(file, Parent::Expr(whole)), to, how };
        if seen.insert(call) {
            self.part.calls.push(call);
        }
    }

    /// `pb.RegisterOrdersServer(server, &orders{})`
    fn registration(&mut self, view: View<'_>, call: ExprId) {
        let Some(Callee::Function(function)) = view.callee(call) else { return };
        let [_, service] = view.arguments(call)[..] else { return };
        for method in self.shapes().registered(function, view.type_of(service)) {
            let method = match self.store().obj(method).kind {
                types::ObjectKind::Func { origin } => origin.unwrap_or(method),
                _ => continue,
            };
            self.part.roles.push((self.names.of(method), Role::Service));
        }
    }

    /// A literal that counts as a function, with what calls it.
    fn literal(&mut self, file: usize, view: View<'_>, literal: ExprId) {
        let fate = self.sites.fate(view, literal);
        let start = match fate {
            Fate::Role(role) => Some(Start::Role(role)),
            Fate::Command => Some(Start::Once),
            Fate::Started => {
                let function = self.flow.literal(file, literal);
                if !function.is_some_and(|f| self.sites.has_endless_loop(&f)) {
                    return;
                }
                None
            }
            _ => return,
        };
        let symbol = self.names.literal(file, literal);
        let in_test = self.is_test(file);
        self.add(Called { symbol, open: Open::Package, start, in_test });
        let site = self.sites.site(file, Parent::Expr(literal));
        // A role is the literal's from the start; whoever hands it on does not matter.
        if fate == Fate::Started {
            self.part.calls.push(Call { site, to: Target::Function(symbol), how: How::Started });
        }
    }
}
