//! The analysis of a program, function by function as they are asked for.
//!
//! What one function needs to know of another, it asks of [`World`]: whether it can be inlined, and where its parameters
//! flow. Both are decided bottom-up over the call graph, once for each function, in whichever package it is.

mod allocation;
mod exports;
mod handed;
mod inlining;
mod reach;
mod summaries;
mod wrappers;

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use lower::ir::{Aux, Body, FuncId, InstId, Pos};
use lower::{Compiler, Instances, Shapes, passes};
use rustc_hash::FxHashMap;
use types::layout::Sizes;
use types::program::UnitId;
use types::{PkgId, Store};

use crate::allocation::Sites;
use crate::analysis::{Ask, analyze};
use crate::batch::BatchEntry;
use crate::functions::Functions;
use crate::graph::Thing;
use crate::layouts::KnownLayouts;
use crate::leaks::Leaks;
use crate::placement::FunctionResult;
use crate::scc;
use crate::why::{Path, Paths};
use crate::world::{Declared, Inlinable, World};
pub use inlining::Inlined;
use reach::{Dictionary, Reach};
use summaries::Flows;
pub use summaries::Summaries;

/// A function with what was found out about it.
#[derive(Debug)]
pub struct Analyzed {
    /// The function and its body as it was analysed.
    pub entry: BatchEntry,
    /// What was found out.
    pub result: FunctionResult,
    /// What was said about inlining.
    pub inlined: Inlined,
    /// What was analysed together, this function among it.
    pub together: Arc<Together>,
}

/// Functions that were analysed together, in the order in which [`Paths`] number them.
#[derive(Debug, Default)]
pub struct Together {
    /// The functions.
    pub functions: Vec<InstId>,
    /// The ways on which their values got to the heap; empty where they were not asked for.
    pub paths: Paths,
}

impl Analyzed {
    /// Why a value of the function is on the heap. `None` where it is not, and where paths were not asked for.
    #[must_use]
    pub fn path_of(&self, thing: Thing) -> Option<&Path> {
        let entry = self.together.functions.iter().position(|&inst| inst == self.entry.inst)?;
        self.together.paths.of(entry, thing)
    }

    /// Why the value of a parameter flows to the heap, by the parameter's position (receiver and dictionary counted).
    #[must_use]
    pub fn path_of_leak(&self, position: usize) -> Option<&Path> {
        let entry = self.together.functions.iter().position(|&inst| inst == self.entry.inst)?;
        let param = *self.entry.body.funcs[Body::ROOT].params.get(position)?;
        self.together.paths.of_leak(entry, param)
    }
}

/// Analyses functions of a program. One per thread; what functions know of one another is in [`Summaries`], which all of them
/// share. Bodies are its own, until it is to [forget](Engine::forget) them.
pub struct Engine<'p> {
    functions: &'p Functions<'p>,
    summaries: Arc<Summaries>,
    /// The package that it is asked about.
    begun: Cell<Option<PkgId>>,
    /// Bodies before inlining; `None` where there is none in Go.
    pristine: RefCell<FxHashMap<InstId, Option<Arc<Body>>>>,
    analyzed: RefCell<FxHashMap<InstId, Arc<Analyzed>>>,
    deciding: inlining::Deciding,
    exports: exports::Exports,
    layouts: KnownLayouts,
    sites: RefCell<FxHashMap<InstId, Arc<Sites>>>,
    /// What was said about inlining in functions that are not analysed yet.
    inlined: RefCell<FxHashMap<InstId, Inlined>>,
}

impl<'p> Engine<'p> {
    /// An engine that knows nothing yet.
    #[must_use]
    pub fn new(functions: &'p Functions<'p>, ask: Ask) -> Self {
        Self::with(functions, Arc::new(Summaries::new(ask)))
    }

    /// An engine that knows what the engines found out which have these summaries too.
    #[must_use]
    pub fn with(functions: &'p Functions<'p>, summaries: Arc<Summaries>) -> Self {
        Self {
            functions,
            summaries,
            begun: Cell::default(),
            pristine: RefCell::default(),
            analyzed: RefCell::default(),
            deciding: inlining::Deciding::default(),
            exports: exports::Exports::default(),
            layouts: KnownLayouts::default(),
            sites: RefCell::default(),
            inlined: RefCell::default(),
        }
    }

    /// Begins with a package that will be asked about until it is to [forget](Self::forget). Functions of others that it comes by
    /// are handed to the engines which are asked about those.
    pub fn begin(&self, unit: UnitId) {
        self.begun.set(Some(self.functions.program.package(unit)));
    }

    /// Gives back the memory of bodies. What functions know of one another stays, and so do instances of generic functions,
    /// which are compiled with many packages. Of other functions the body is made again where it is asked for.
    pub fn forget(&self) {
        self.pristine.borrow_mut().clear();
        self.analyzed.borrow_mut().clear();
        self.sites.borrow_mut().retain(|&inst, _| self.is_generic(inst));
        self.inlined.borrow_mut().clear();
        self.deciding.forget();
        if let Some(package) = self.begun.take() {
            self.summaries.handed.close(package);
        }
    }

    /// Whether a function is an instance of a generic one.
    fn is_generic(&self, inst: InstId) -> bool {
        !self.functions.instances.get(inst).shapes.is_empty()
    }

    /// The functions that it is asked about.
    #[must_use]
    pub fn functions(&self) -> &'p Functions<'p> {
        self.functions
    }

    /// All that is compiled with a package: its own functions, the setting of its variables, and the instances that it
    /// needs.
    #[must_use]
    pub fn package(&self, unit: UnitId) -> Vec<Arc<Analyzed>> {
        self.reached(unit).0
    }

    /// As [`Self::package`], with what was met on the way.
    fn reached(&self, unit: UnitId) -> (Vec<Arc<Analyzed>>, Reach<'_, 'p>) {
        let mut reach = Reach::new(self);
        self.declarations(unit, &mut reach);
        let mut todo: Vec<InstId> = self.functions.of_package(unit).collect();
        todo.push(self.functions.init_of(unit));
        let mut all = Vec::new();
        while !todo.is_empty() {
            self.decide(&todo);
            self.analyze(&todo);
            for inst in todo.drain(..) {
                if let Some(body) = self.pristine(inst) {
                    reach.body(&body);
                }
                // What only inlined bodies need was compiled with the package that they come from.
                all.extend(self.function(inst));
            }
            todo = reach.found();
        }
        (all, reach)
    }

    /// What a dictionary is made from; `read` finds it out.
    fn dictionary(&self, concrete: InstId, read: impl FnOnce() -> Dictionary) -> Arc<Dictionary> {
        self.summaries.dictionaries.get(concrete).unwrap_or_else(|| {
            let found = Arc::new(read());
            self.summaries.dictionaries.add(concrete, Arc::clone(&found));
            found
        })
    }

    /// Types that a package's declarations mention.
    fn declarations(&self, unit: UnitId, reach: &mut Reach<'_, 'p>) {
        let program = self.functions.program;
        let store = program.store();
        let Some(scope) = store.pkg(program.package(unit)).scope.get() else { return };
        for &obj in scope.values() {
            reach.type_and_parts(store.obj_type(obj));
        }
    }

    /// The body of a function before inlining.
    fn pristine(&self, inst: InstId) -> Option<Arc<Body>> {
        if self.is_generic(inst) {
            return self.summaries.generic.get(inst).unwrap_or_else(|| {
                let body = self.lower(inst);
                self.summaries.generic.add(inst, body.clone());
                body
            });
        }
        if let Some(known) = self.pristine.borrow().get(&inst) {
            return known.clone();
        }
        let body = self.lower(inst);
        self.pristine.borrow_mut().insert(inst, body.clone());
        body
    }

    fn lower(&self, inst: InstId) -> Option<Arc<Body>> {
        self.functions.lower(inst).map(|mut body| {
            if self.functions.is_benchmark(inst) {
                let (store, instances) = (self.store(), self.instances());
                passes::bloop::keep_alive(&mut body, store, instances, self.compiler());
            }
            Arc::new(body)
        })
    }

    /// Analyses functions and all that they call, unless that is done.
    fn analyze(&self, roots: &[InstId]) {
        let working: RefCell<FxHashMap<InstId, Body>> = RefCell::default();
        let mut callees = |inst: InstId| {
            if self.summaries.leaks.has(inst) {
                return Vec::new();
            }
            let body = self.optimized(inst);
            let callees = callees(&body);
            working.borrow_mut().insert(inst, body);
            callees
        };
        let mut component = |insts: &[InstId], _recursive: bool| {
            let mut working = working.borrow_mut();
            let mut batch: Vec<BatchEntry> = Vec::with_capacity(insts.len());
            for &inst in insts {
                if let Some(body) = working.remove(&inst) {
                    batch.push(BatchEntry { inst, body });
                }
            }
            drop(working);
            if !batch.is_empty() {
                self.batch(batch);
            }
        };
        scc::bottom_up(roots.iter().copied(), &mut callees, &mut component);
    }

    /// Analyses functions again of which only the summary was kept.
    fn again(&self, inst: InstId) {
        let package = self.package_of(inst);
        if let Some(found) = package.and_then(|package| self.summaries.handed.take(package, inst)) {
            self.analyzed.borrow_mut().insert(inst, found);
            return;
        }
        let Some(flows) = self.summaries.leaks.get(inst) else { return };
        let together = flows.together.unwrap_or_else(|| [inst].into());
        let entry = |&inst: &InstId| BatchEntry { inst, body: self.optimized(inst) };
        let batch = together.iter().map(entry).collect();
        self.keep(self.results(batch));
    }

    fn batch(&self, batch: Vec<BatchEntry>) {
        let results = self.results(batch);
        let together: Option<Arc<[InstId]>> =
            (results.len() > 1).then(|| results.iter().map(|one| one.entry.inst).collect());
        let flows = results.iter().map(|one| {
            let leaks = one.result.leaks.as_slice().into();
            (one.entry.inst, Flows { leaks, together: together.clone() })
        });
        // Another engine may have been faster, and may have seen more of what is to be analysed together.
        if self.summaries.leaks.add_all(flows.collect()) {
            self.keep(results);
        }
    }

    fn results(&self, mut batch: Vec<BatchEntry>) -> Vec<Analyzed> {
        let analysis = analyze(self, &mut batch, self.summaries.ask);
        let functions = batch.iter().map(|entry| entry.inst).collect();
        let together = Arc::new(Together { functions, paths: analysis.paths });
        let results = batch.into_iter().zip(analysis.functions).map(|(entry, result)| {
            let inlined = self.inlined.borrow_mut().remove(&entry.inst).unwrap_or_default();
            Analyzed { entry, result, inlined, together: Arc::clone(&together) }
        });
        results.collect()
    }

    fn keep(&self, results: Vec<Analyzed>) {
        for one in results {
            let (inst, one) = (one.entry.inst, Arc::new(one));
            if self.is_generic(inst) {
                self.summaries.instances.add(inst, one);
                continue;
            }
            if let (Some(package), Some(begun)) = (self.package_of(inst), self.begun.get())
                && package != begun
            {
                self.summaries.handed.give(package, &one);
            }
            self.analyzed.borrow_mut().insert(inst, one);
        }
    }

    /// The package that declares a function.
    fn package_of(&self, inst: InstId) -> Option<PkgId> {
        self.store().obj(self.functions.instances.get(inst).obj).pkg
    }

    /// What was found out about a function, as far as it is kept.
    fn kept(&self, inst: InstId) -> Option<Arc<Analyzed>> {
        let own = self.analyzed.borrow().get(&inst).cloned();
        own.or_else(|| self.summaries.instances.get(inst))
    }

    /// The body of a function as escape analysis sees it: after inlining and the passes behind it.
    fn optimized(&self, inst: InstId) -> Body {
        let mut body = match self.pristine(inst) {
            Some(body) => {
                let (body, inlined) = self.inlined(inst, &body);
                self.inlined.borrow_mut().insert(inst, inlined);
                body
            }
            None => {
                let inlined = self.without_body(inst);
                self.inlined.borrow_mut().insert(inst, inlined);
                self.functions.lower_signature(inst)
            }
        };
        passes::after_inlining(&mut body, self.store(), self.sizes(), self.compiler());
        body
    }
}

/// The functions that a body refers to, in its order.
fn callees(body: &Body) -> Vec<InstId> {
    let mut found = Vec::new();
    for func in body.independent() {
        body.each_with_closures(func, &mut |node| {
            if let Aux::Inst(inst) = body.nodes[node].aux {
                found.push(inst);
            }
        });
    }
    found
}

impl World for Engine<'_> {
    fn store(&self) -> &Store {
        self.functions.program.store()
    }

    fn sizes(&self) -> Sizes {
        self.functions.program.sizes()
    }

    fn layouts(&self) -> &KnownLayouts {
        &self.layouts
    }

    fn compiler(&self) -> &Compiler {
        &self.functions.compiler
    }

    fn instances(&self) -> &Instances {
        &self.functions.instances
    }

    fn shapes(&self) -> &Shapes {
        &self.functions.shapes
    }

    fn declared(&self, inst: InstId) -> Declared {
        self.summaries.declared.get(inst).unwrap_or_else(|| {
            let declared = self.functions.declared(inst);
            self.summaries.declared.add(inst, declared);
            declared
        })
    }

    fn inlinable(&self, inst: InstId) -> Option<Arc<Inlinable>> {
        self.inlinable_function(inst)
    }

    fn can_read_body(&self, callee: InstId, within: InstId) -> bool {
        self.can_read(callee, within)
    }

    fn is_hot_callee(&self, inst: InstId, body: &Body, func: FuncId) -> bool {
        self.functions.is_hot_callee(inst, body, func)
    }

    fn is_hot_call(&self, caller: InstId, body: &Body, func: FuncId, pos: Pos) -> bool {
        self.functions.is_hot_call(caller, body, func, pos)
    }

    fn leaks(&self, inst: InstId) -> Option<Arc<[Leaks]>> {
        self.summaries.leaks.read(inst, |flows| Arc::clone(&flows.leaks))
    }
}
