//! Functions of a program, brought into the compiler's shape when they are asked for.

use std::sync::{Arc, Mutex, PoisonError};

use lower::ir::{Aux, Body, InstId, Op};
use lower::{
    Compiler, Context, Initializer, Instance, Instances, MethodWrapper, Pragmas, Shapes, Source,
};
use rustc_hash::FxHashMap;
use source::Name;
use types::program::{CheckedFile, Program, UnitId};
use types::{ObjId, ObjectKind};

use crate::hot::HotCalls;
use crate::inline::is_intrinsic_function;
use crate::world::Declared;

/// Where functions are lowered from, and what all of them share.
pub struct Functions<'p> {
    /// The program that they are part of.
    pub program: &'p Program<'p>,
    /// The compiler that decides.
    pub compiler: Compiler,
    /// Functions that were called or looked at.
    pub instances: Instances,
    /// Shapes of type arguments.
    pub shapes: Shapes,
    /// What a profile says of calls, where one is built with.
    pub(crate) hot: Option<Arc<HotCalls>>,
    /// Objects that stand for the setting of a package's variables.
    inits: Mutex<Inits>,
    /// Objects that stand for what the compiler makes around methods.
    wrappers: Mutex<Wrappers>,
}

#[derive(Default)]
struct Wrappers {
    objects: FxHashMap<(UnitId, MethodWrapper), ObjId>,
    made: FxHashMap<ObjId, (UnitId, MethodWrapper)>,
}

#[derive(Default)]
struct Inits {
    objects: FxHashMap<UnitId, ObjId>,
    units: FxHashMap<ObjId, UnitId>,
}

impl<'p> Functions<'p> {
    /// Functions of a program, none of them looked at.
    #[must_use]
    pub fn new(program: &'p Program<'p>, compiler: Compiler) -> Self {
        let shapes = Shapes::new(program.store());
        Self {
            program,
            compiler,
            instances: Instances::default(),
            shapes,
            hot: None,
            inits: Mutex::default(),
            wrappers: Mutex::default(),
        }
    }

    /// The same, as a compiler sees them that has a profile.
    #[must_use]
    pub fn with_hot_calls(self, hot: Arc<HotCalls>) -> Self {
        Self { hot: Some(hot), ..self }
    }

    /// The function that sets a package's variables.
    #[must_use]
    pub fn init_of(&self, unit: UnitId) -> InstId {
        let mut inits = self.inits.lock().unwrap_or_else(PoisonError::into_inner);
        let obj = *inits.objects.entry(unit).or_insert_with(|| {
            let kind = ObjectKind::Func { origin: None };
            let pkg = self.program.package(unit);
            self.program.store().new_object(Name::new("init"), Some(pkg), None, None, kind)
        });
        inits.units.insert(obj, unit);
        self.instances.id(obj, &[])
    }

    /// The package whose variables a function sets, if it is such a one.
    #[must_use]
    pub fn initializes(&self, obj: ObjId) -> Option<UnitId> {
        self.inits.lock().unwrap_or_else(PoisonError::into_inner).units.get(&obj).copied()
    }

    /// What the compiler makes around a method where it compiles a package.
    #[must_use]
    pub(crate) fn wrapper(&self, unit: UnitId, wrapper: &MethodWrapper) -> InstId {
        let store = self.program.store();
        let mut wrappers = self.wrappers.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (unit, wrapper.clone());
        let obj = *wrappers.objects.entry(key.clone()).or_insert_with(|| {
            let kind = ObjectKind::Func { origin: None };
            let pkg = self.program.package(unit);
            store.new_object(store.obj(wrapper.method).name, Some(pkg), None, None, kind)
        });
        wrappers.made.insert(obj, key);
        self.instances.id(obj, &[])
    }

    /// The function that is called by what is around a method; `None` for a method of an interface.
    pub(crate) fn called_by(&self, wrapper: &MethodWrapper) -> Option<InstId> {
        let body = lower::method_wrapper(self.context(), wrapper);
        body.nodes.iter().find_map(|node| match (node.op, node.aux) {
            (Op::MethExpr, Aux::Inst(called)) => Some(called),
            _ => None,
        })
    }

    /// The method that a function is made around and the package that it is compiled with, if it is such a one.
    fn made_around(&self, obj: ObjId) -> Option<(UnitId, MethodWrapper)> {
        self.wrappers.lock().unwrap_or_else(PoisonError::into_inner).made.get(&obj).cloned()
    }

    /// The package that a function is compiled with which nobody wrote: one that sets variables, or is around a method.
    pub(crate) fn made_for(&self, obj: ObjId) -> Option<UnitId> {
        self.initializes(obj).or_else(|| self.made_around(obj).map(|(unit, _)| unit))
    }

    /// What is known of a function without its body.
    #[must_use]
    pub fn declared(&self, inst: InstId) -> Declared {
        let instance = self.instances.get(inst);
        let is_intrinsic = is_intrinsic_function(self.program.store(), &self.compiler, instance);
        let Some(function) = self.program.function(instance.obj) else {
            return Declared { is_intrinsic, ..Declared::UNKNOWN };
        };
        let directives = self.program.directives(function);
        let pragmas = directives.map(|d| Pragmas::named(d.name));
        let pragmas = pragmas.fold(Pragmas::default(), Pragmas::with);
        Declared { pragmas, has_body: function.has_body, is_intrinsic }
    }

    /// Whether a function's package imports `testing`: only there the compiler looks for loops over `b.Loop`.
    #[must_use]
    pub fn is_benchmark(&self, inst: InstId) -> bool {
        let obj = self.instances.get(inst).obj;
        let function = self.program.function(obj);
        function.is_some_and(|function| self.program.imports(function.unit, "testing"))
    }

    /// The body of a function. `None` where there is none in Go, or where nothing is known of it.
    #[must_use]
    pub fn lower(&self, inst: InstId) -> Option<Body> {
        let instance = self.instances.get(inst);
        if let Some(unit) = self.initializes(instance.obj) {
            return self.lower_init(unit);
        }
        if let Some((_, wrapper)) = self.made_around(instance.obj) {
            return Some(lower::method_wrapper(self.context(), &wrapper));
        }
        let read = self.program.body(instance.obj)?;
        let source = source(&read.file);
        Some(lower::function(self.context(), source, read.decl, instance))
    }

    /// The body of a generic function as its text reads with type arguments put in: what its dictionary is made from. The
    /// compiler compiles no such thing.
    pub(crate) fn lower_with_arguments(&self, concrete: InstId) -> Option<Body> {
        let Instance { obj, shapes, .. } = self.instances.get(concrete).clone();
        let read = self.program.body(obj)?;
        let instance = Instance { obj, shapes, concrete: false };
        Some(lower::function(self.context(), source(&read.file), read.decl, &instance))
    }

    /// A function without a body: its parameters and results.
    #[must_use]
    pub fn lower_signature(&self, inst: InstId) -> Body {
        lower::signature(self.context(), self.instances.get(inst))
    }

    /// The function that sets a package's variables; `None` where nothing is set.
    #[must_use]
    pub fn lower_init(&self, unit: UnitId) -> Option<Body> {
        let order = self.program.init_order(unit)?;
        let read: Vec<_> = order.into_iter().filter_map(|v| self.program.initializer(v)).collect();
        let order: Vec<Initializer<'_>> = read
            .iter()
            .map(|read| Initializer {
                source: source(&read.file),
                vars: read.variable.vars.to_vec(),
                value: read.value,
            })
            .collect();
        lower::package_init(self.context(), &order)
    }

    /// The functions that a package declares and compiles: not the generic ones, and not those called `_`.
    pub fn of_package(&self, unit: UnitId) -> impl Iterator<Item = InstId> + '_ {
        let store = self.program.store();
        let functions = self.program.functions(unit).iter();
        let compiled = functions.filter(move |function| {
            !store.obj(function.obj).name.is_blank()
                && lower::type_params_of(store, function.obj).is_empty()
        });
        compiled.map(|function| self.instances.id(function.obj, &[]))
    }

    /// The position of a function `init` among those of its package.
    #[must_use]
    pub fn init_number(&self, obj: ObjId) -> Option<u32> {
        let store = self.program.store();
        let function = self.program.function(obj)?;
        let is_init = |obj: ObjId| {
            store.obj(obj).name.as_str() == "init"
                && matches!(store.ty(store.obj_type(obj)),
                    types::Type::Signature(s) if s.recv.is_none())
        };
        if !is_init(obj) {
            return None;
        }
        let before = self.program.functions(function.unit).iter();
        let before = before.take_while(|f| f.obj != obj).filter(|f| is_init(f.obj));
        u32::try_from(before.count()).ok()
    }

    fn context(&self) -> Context<'_> {
        Context {
            store: self.program.store(),
            sizes: self.program.sizes(),
            compiler: &self.compiler,
            instances: &self.instances,
            shapes: &self.shapes,
        }
    }
}

fn source(file: &CheckedFile) -> Source<'_> {
    Source {
        id: file.id,
        tree: &file.tree,
        text: &file.text,
        facts: &file.facts,
        go_version: file.go_version,
    }
}
