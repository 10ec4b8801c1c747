//! What is allocated at places of a package's own source, found out when it is asked for.
//!
//! Who asks has an expression and wants a verdict. The machine's code may have that expression several times: in the function
//! that it stands in, in each instance of that where it is generic, and wherever the function is inlined. Meant is the function
//! that it stands in, as it is compiled itself; instances are taken together.

mod answer;

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use lower::ir::{Body, FuncId, InstId, Pos, Wording};
use lower::names::Naming;
use lower::type_params_of;
use rustc_hash::FxHashMap;
use source::Span;
use types::program::{Program, UnitId};
use types::{FileId, ObjId};

use crate::allocation::{AllocationFacts, Operation, Site, Sites};
use crate::engine::{Analyzed, Engine};
use crate::explain::{Explainer, without_shapes};
use crate::graph::Thing;
use crate::leaks::Leaks;
use crate::stopwatch::Stopwatch;

pub use answer::Allocated;

/// Where the compiler reports something: see [`syntax::File::report_pos`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Offset in bytes.
    pub offset: u32,
}

/// Something that happens to a value on its way to the heap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happening {
    /// Where: of what was inlined, the call in the package's own source.
    pub place: Place,
    /// What: `returned`.
    pub text: String,
}

/// What becomes of an expression where the function that it stands in is called.
#[derive(Clone, PartialEq, Debug)]
pub enum There {
    /// The call is made: the function runs as it is compiled itself.
    Called,
    /// The function is inlined; what is allocated then.
    Inlined(Allocated),
}

/// What is allocated at places of a package.
pub struct Allocations<'e, 'p> {
    engine: &'e Engine<'p>,
    unit: UnitId,
    /// Functions as they are compiled, by what declares them.
    functions: RefCell<FxHashMap<ObjId, Rc<[Compiled]>>>,
    /// The setting of the package's variables.
    init: OnceCell<Rc<[Compiled]>>,
    /// All that is compiled with the package: where generic functions are asked about.
    package: OnceCell<Vec<Arc<Analyzed>>>,
    /// What the engine takes.
    watch: Stopwatch,
}

/// A function as it is compiled.
struct Compiled {
    analyzed: Arc<Analyzed>,
    sites: Arc<Sites>,
    /// The calls that are inlined of the function itself, by index into [`Body::inlined`].
    itself: Vec<usize>,
}

impl<'e, 'p> Allocations<'e, 'p> {
    /// What is allocated at places of a package. Nothing is analysed yet.
    #[must_use]
    pub fn new(engine: &'e Engine<'p>, unit: UnitId) -> Self {
        Self {
            engine,
            unit,
            functions: RefCell::default(),
            init: OnceCell::new(),
            package: OnceCell::new(),
            watch: Stopwatch::default(),
        }
    }

    /// Takes the time of all analyses from here on.
    #[must_use]
    pub fn timed(self) -> Self {
        Self { watch: Stopwatch::running(), ..self }
    }

    /// How long the analyses took that answers needed; nothing unless it is [timed](Self::timed).
    #[must_use]
    pub fn time_of_analyses(&self) -> Duration {
        self.watch.total()
    }

    /// The program that the package is part of.
    #[must_use]
    pub fn program(&self) -> &'p Program<'p> {
        self.engine.functions().program
    }

    /// Where the receiver and the parameters of a function of any package flow. `None` where that is not known: of generic
    /// functions, which flow depends on the instance.
    #[must_use]
    pub fn leaks(&self, function: ObjId) -> Option<Arc<[Leaks]>> {
        let functions = self.engine.functions();
        functions.program.function(function)?;
        if !type_params_of(functions.program.store(), function).is_empty() {
            return None;
        }
        let inst = functions.instances.id(function, &[]);
        let analyzed = self.watch.time(|| self.engine.function(inst))?;
        Some(analyzed.result.leaks.as_slice().into())
    }

    /// What an operation allocates each time. `None` where that is not known: in a generic function that the package itself
    /// does not use. What the compiler left out allocates nothing.
    #[must_use]
    pub fn at(&self, place: Place, operation: Operation) -> Option<Allocated> {
        self.own(place, &|compiled| {
            let sites = compiled.sites.sites.iter().filter(|site| {
                site.operation == operation && is(site.pos, place) && compiled.is_own(site.pos)
            });
            Allocated::of_instances(sites.map(|site| self.allocated(compiled, site)))
        })
    }

    /// What a call allocates each time, by the function that it calls, be it inlined or not. Its arguments are not counted.
    #[must_use]
    pub fn call(&self, call: Place) -> Option<Allocated> {
        self.own(call, &|compiled| Some(self.of_call(compiled, call, None)))
    }

    /// What a statement allocates each time, the function literals in it not called: each operation, with its place.
    #[must_use]
    pub fn within(&self, file: FileId, span: Span) -> Option<Vec<(Place, Operation, Allocated)>> {
        let compiled = self.compiled(Place { file, offset: span.start });
        // Beside each, how often the same operation was met at the same place before, in one function.
        let mut found: Vec<((Place, Operation, usize), Allocated)> = Vec::new();
        for compiled in compiled.iter() {
            let body = compiled.body();
            let mut met: FxHashMap<(Place, Operation), usize> = FxHashMap::default();
            let sites = compiled.sites.sites.iter().filter(|site| {
                site.pos.file == Some(file)
                    && span.contains(site.pos.offset)
                    && compiled.is_own(site.pos)
                    && !is_within(body, site.func, file, span)
            });
            for site in sites {
                let allocated = self.allocated(compiled, site);
                let place = Place { file, offset: site.pos.offset };
                let before = met.entry((place, site.operation)).or_default();
                let key = (place, site.operation, *before);
                *before += 1;
                match found.iter_mut().find(|(other, _)| *other == key) {
                    Some((_, other)) => *other = other.clone().or(allocated),
                    None => found.push((key, allocated)),
                }
            }
        }
        let found =
            found.into_iter().map(|((place, operation, _), found)| (place, operation, found));
        (!compiled.is_empty()).then(|| found.collect())
    }

    /// What is allocated at a place, or by a call there, where the function that it stands in is called by `call`.
    #[must_use]
    pub fn through(&self, call: Place, inner: Place) -> Option<There> {
        let compiled = self.compiled(call);
        let is_called = compiled.iter().any(|compiled| {
            compiled.sites.calls.iter().any(|made| is(made.pos, call) && compiled.is_own(made.pos))
        });
        if is_called {
            return Some(There::Called);
        }
        let each = compiled.iter().map(|compiled| self.of_call(compiled, call, Some(inner)));
        Allocated::of_instances(each).map(There::Inlined)
    }

    /// What is said of a place by the function that it stands in; its instances taken together.
    fn own(
        &self,
        place: Place,
        look: &dyn Fn(&Compiled) -> Option<Allocated>,
    ) -> Option<Allocated> {
        let compiled = self.compiled(place);
        let each = compiled.iter().map(|compiled| look(compiled).unwrap_or(Allocated::NOT_REACHED));
        Allocated::of_instances(each)
    }

    /// What is allocated by a call in a function, or of that what comes from one place.
    fn of_call(&self, compiled: &Compiled, call: Place, inner: Option<Place>) -> Allocated {
        let comes_from = |pos: Pos| {
            compiled.way_in(pos).any(|pos| is(pos, call) && compiled.is_own(pos))
                && inner.is_none_or(|inner| compiled.way_in(pos).any(|pos| is(pos, inner)))
        };
        let mut total = Allocated::NOT_REACHED;
        for site in compiled.sites.sites.iter().filter(|site| comes_from(site.pos)) {
            total = total.and(self.allocated(compiled, site));
        }
        for made in compiled.sites.calls.iter().filter(|made| comes_from(made.pos)) {
            let facts = made.callee.map_or(AllocationFacts::UNKNOWN, |callee| {
                self.watch.time(|| self.engine.allocates(callee))
            });
            total = total.and(Allocated::by_callee(facts));
        }
        total
    }

    fn allocated(&self, compiled: &Compiled, site: &Site) -> Allocated {
        let mut allocated = Allocated::of_site(site);
        if !site.allocates.is_never() {
            allocated.why = self.why(compiled, site.thing);
        }
        allocated
    }

    /// The way of a value to the heap, as far as it is in the package.
    fn why(&self, compiled: &Compiled, thing: Thing) -> Vec<Happening> {
        let Some(path) = compiled.analyzed.path_of(thing) else { return Vec::new() };
        let together = &compiled.analyzed.together.functions;
        let others: Vec<Option<Arc<Analyzed>>> =
            self.watch.time(|| together.iter().map(|&inst| self.engine.function(inst)).collect());
        let bodies: Vec<Option<(InstId, &Body)>> = others
            .iter()
            .map(|other| other.as_ref().map(|other| (other.entry.inst, &other.entry.body)))
            .collect();
        let functions = self.engine.functions();
        let (store, instances) = (functions.program.store(), &functions.instances);
        let (compiler, package) = (&functions.compiler, functions.program.package(self.unit));
        let init_number = |obj| functions.init_number(obj);
        let naming = Naming {
            store,
            instances,
            compiler,
            package: Some(package),
            init_number: &init_number,
        };
        let home = store.obj(instances.get(compiled.analyzed.entry.inst).obj).pkg;
        let home = home.unwrap_or(package);
        let wording = Wording { store, instances, compiler, package, home };
        let explained =
            Explainer { naming: &naming, wording: &wording, bodies: &bodies }.explain(path);
        let mut way: Vec<Happening> = Vec::new();
        let mut abroad = false;
        for told in explained.steps {
            let Some(Some((_, body))) = bodies.get(told.entry) else { continue };
            let Some((place, is_abroad)) = self.in_package(body, told.pos) else { continue };
            let text = without_shapes(&told.text).replace("interface {}", "any");
            let happening = Happening { place, text };
            // Of what happens within functions of others, it is enough to know how it comes back.
            if abroad && way.last().is_some_and(|last| last.place == place) {
                way.pop();
            }
            abroad = is_abroad;
            if !way.contains(&happening) {
                way.push(happening);
            }
        }
        way
    }

    /// A place in the package's own source; of what stands elsewhere, the innermost call that it was inlined for, and `true`.
    fn in_package(&self, body: &Body, mut pos: Pos) -> Option<(Place, bool)> {
        let files = self.engine.functions().program.files(self.unit);
        let mut is_abroad = false;
        loop {
            if let Some(file) = pos.file
                && files.iter().any(|own| own.id == file)
            {
                return Some((Place { file, offset: pos.offset }, is_abroad));
            }
            is_abroad = true;
            let call = (pos.inlined as usize).checked_sub(1)?;
            pos = body.inlined.get(call)?.pos;
        }
    }

    /// The function that a place stands in, as it is compiled; empty where it is not.
    fn compiled(&self, place: Place) -> Rc<[Compiled]> {
        let functions = self.engine.functions();
        let program = functions.program;
        let files = program.files(self.unit);
        let Some(file) = files.iter().position(|file| file.id == place.file) else {
            return Rc::default();
        };
        let mut declared = program.functions(self.unit).iter();
        let found = declared.find(|f| f.file == file && f.span.contains(place.offset));
        let Some(function) = found else {
            let init = || self.each(&[functions.init_of(self.unit)]);
            return Rc::clone(self.init.get_or_init(init));
        };
        if let Some(known) = self.functions.borrow().get(&function.obj) {
            return Rc::clone(known);
        }
        let compiled = if type_params_of(program.store(), function.obj).is_empty() {
            self.each(&[functions.instances.id(function.obj, &[])])
        } else {
            self.each(&self.instances(function.obj))
        };
        self.functions.borrow_mut().insert(function.obj, Rc::clone(&compiled));
        compiled
    }

    /// The instances of a generic function that are compiled with the package.
    fn instances(&self, obj: ObjId) -> Vec<InstId> {
        let all = self.package.get_or_init(|| self.watch.time(|| self.engine.package(self.unit)));
        let instances = &self.engine.functions().instances;
        let insts = all.iter().map(|analyzed| analyzed.entry.inst);
        insts.filter(|&inst| instances.get(inst).obj == obj).collect()
    }

    fn each(&self, insts: &[InstId]) -> Rc<[Compiled]> {
        let compiled = insts.iter().filter_map(|&inst| {
            let (analyzed, sites) =
                self.watch.time(|| Some((self.engine.function(inst)?, self.engine.sites(inst))))?;
            let instances = &self.engine.functions().instances;
            let obj = instances.get(inst).obj;
            let calls = analyzed.entry.body.inlined.iter().enumerate();
            let itself = calls.filter(|(_, call)| {
                call.callee.is_some_and(|callee| instances.get(callee).obj == obj)
            });
            let itself = itself.map(|(at, _)| at).collect();
            Some(Compiled { itself, analyzed, sites })
        });
        compiled.collect()
    }
}

impl Compiled {
    fn body(&self) -> &Body {
        &self.analyzed.entry.body
    }

    /// Where something stands, and the calls that it was inlined for, the outermost last.
    fn way_in(&self, pos: Pos) -> impl Iterator<Item = Pos> + '_ {
        let inlined = &self.body().inlined;
        std::iter::successors(Some(pos), |pos| {
            let call = (pos.inlined as usize).checked_sub(1)?;
            Some(inlined.get(call)?.pos)
        })
    }

    /// Whether what stands in the text of the function is meant where it stands, in function literals too that were inlined,
    /// and not what comes of inlining the function into itself.
    fn is_own(&self, pos: Pos) -> bool {
        self.itself.is_empty()
            || !self.way_in(pos).any(|pos| {
                (pos.inlined as usize)
                    .checked_sub(1)
                    .is_some_and(|call| self.itself.contains(&call))
            })
    }
}

fn is(pos: Pos, place: Place) -> bool {
    pos.file == Some(place.file) && pos.offset == place.offset
}

/// Whether a function is a literal that somebody wrote in a range.
fn is_within(body: &Body, func: FuncId, file: FileId, span: Span) -> bool {
    use lower::ir::FuncFlags;
    let mut next = Some(func);
    while let Some(func) = next {
        let function = &body.funcs[func];
        let written = !function.flags.has(FuncFlags::WRAPPER) && function.parent.is_some();
        if written && function.pos.file == Some(file) && span.contains(function.pos.offset) {
            return true;
        }
        next = function.parent;
    }
    false
}
