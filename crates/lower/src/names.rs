//! Functions as the compiler names them in its messages.

use source::Name;
use types::{ObjId, ObjectKind, PkgId, Store, Type, TypeId};

use crate::compiler::Compiler;
use crate::instances::{Instance, Instances};
use crate::ir::{Aux, Body, FuncFlags, FuncId, InstId, Op, Pos, link_type, prefix};

/// The name of a function's symbol within its package: `F`, `T.M`, `(*T).M`, `F[go.shape.int]`.
#[must_use]
pub fn symbol(store: &Store, compiler: &Compiler, function: &Instance) -> String {
    let name = store.obj(function.obj).name.as_str();
    let (receiver, own) = match receiver_of(store, function.obj) {
        Some(receiver) => {
            let count = function.shapes.len().min(receiver.params);
            (Some((receiver, &function.shapes[..count])), &function.shapes[count..])
        }
        None => (None, &*function.shapes),
    };
    let own = arguments(store, compiler, own);
    match receiver {
        Some((Receiver { name: of, pointer, .. }, shapes)) => {
            let shapes = arguments(store, compiler, shapes);
            let of = of.as_str();
            if pointer {
                ["(*", of, &shapes, ").", name, &own].concat()
            } else {
                [of, &shapes, ".", name, &own].concat()
            }
        }
        None => [name, &own].concat(),
    }
}

/// The path of the package that declares a function.
#[must_use]
pub fn package_path(store: &Store, function: &Instance) -> &'static str {
    store.obj(function.obj).pkg.map_or("", |pkg| store.pkg(pkg).path.as_str())
}

/// The path of a package as it stands in symbols: `gopkg.in/yaml%2ev3`.
#[must_use]
pub fn link_path(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    prefix(&mut text, path);
    text
}

/// A method's receiver as it is declared.
struct Receiver {
    name: Name,
    pointer: bool,
    /// Number of type parameters.
    params: usize,
}

fn receiver_of(store: &Store, method: ObjId) -> Option<Receiver> {
    let declared = match store.obj(method).kind {
        ObjectKind::Func { origin: Some(origin) } => origin,
        _ => method,
    };
    let Type::Signature(signature) = store.ty(store.obj_type(declared)) else { return None };
    let ty = store.unalias(store.obj_type(signature.recv?));
    let (ty, pointer) = match store.ty(ty) {
        Type::Pointer(elem) => (store.unalias(*elem), true),
        _ => (ty, false),
    };
    let name = match store.ty(ty) {
        Type::Named(named) => store.obj(named.obj).name,
        _ => Name::new(&store.type_string(ty)),
    };
    Some(Receiver { name, pointer, params: signature.recv_type_params.len() })
}

fn arguments(store: &Store, compiler: &Compiler, shapes: &[TypeId]) -> String {
    if shapes.is_empty() {
        return String::new();
    }
    let shapes: Vec<String> =
        shapes.iter().map(|&shape| link_type(store, compiler, shape)).collect();
    format!("[{}]", shapes.join(","))
}

/// What names are seen from.
pub struct Naming<'a> {
    /// Types and objects.
    pub store: &'a Store,
    /// Functions by id.
    pub instances: &'a Instances,
    /// The compiler whose words they are.
    pub compiler: &'a Compiler,
    /// The package that is compiled: its functions have no package before their name.
    pub package: Option<PkgId>,
    /// The position of a function `init` among those of its package.
    pub init_number: &'a dyn Fn(ObjId) -> Option<u32>,
}

impl Naming<'_> {
    /// A declared function, as messages name it: `(*T).M`, `strings.(*Builder).grow`.
    #[must_use]
    pub fn function(&self, inst: InstId) -> String {
        let name = self.symbol(inst);
        let pkg = self.store.obj(self.instances.get(inst).obj).pkg;
        match pkg {
            Some(pkg) if Some(pkg) != self.package => {
                [self.store.pkg(pkg).name().as_str(), ".", &name].concat()
            }
            _ => name,
        }
    }

    /// A function of a body with its package, as messages name it: `F.func1`, `slices.Sort[go.shape.int].func1`.
    #[must_use]
    pub fn qualified(&self, body: &Body, root: InstId, func: FuncId) -> String {
        let name = self.within(body, root, func);
        let pkg = self.package_of(body, root, func);
        match pkg {
            Some(pkg) if Some(pkg) != self.package => {
                [self.store.pkg(pkg).name().as_str(), ".", &name].concat()
            }
            _ => name,
        }
    }

    /// The package whose name a function has. Since Go 1.27 literals that came with an inlined call are in that of what
    /// was called.
    fn package_of(&self, body: &Body, root: InstId, mut func: FuncId) -> Option<PkgId> {
        let declares = |inst| self.store.obj(self.instances.get(inst).obj).pkg;
        // A literal that was called came before those that came with it.
        for _ in 0..body.funcs.len() {
            let at = inlined_at(body, func).checked_sub(1).filter(|_| self.compiler.since(27));
            let Some(call) = at.and_then(|at| body.inlined.get(at as usize)) else { break };
            match (call.callee, call.closure.and_then(|place| literal_at(body, place))) {
                (Some(callee), _) => return declares(callee),
                (None, Some(literal)) => func = literal,
                (None, None) => break,
            }
        }
        declares(root)
    }

    /// A declared function without its package.
    #[must_use]
    pub fn symbol(&self, inst: InstId) -> String {
        let function = self.instances.get(inst);
        match (self.init_number)(function.obj) {
            Some(number) => format!("init.{number}"),
            None => symbol(self.store, self.compiler, function),
        }
    }

    /// A function of a body, by what declares it: `F`, `F.func1`, `F.func1.2`, `F-range1`, `F.gowrap1`. `root` is the
    /// function that the body is of.
    #[must_use]
    pub fn within(&self, body: &Body, root: InstId, func: FuncId) -> String {
        if func == Body::ROOT {
            return self.symbol(root);
        }
        let Some(parent) = body.funcs[func].parent else { return self.symbol(root) };
        let kind = kind_of(body, func);
        let outer = self.outer_of(body, parent);
        let number = body
            .func_ids()
            .filter(|&other| other <= func && other != Body::ROOT)
            .filter(|&other| {
                let parent = body.funcs[other].parent;
                parent.is_some_and(|parent| self.outer_of(body, parent) == outer)
                    && kind_of(body, other).shares_numbers_with(kind)
                    && (!self.compiler.since(27)
                        || inlined_at(body, other) == inlined_at(body, func))
            })
            .count();
        let name = self.outer_name(body, root, outer, func);
        let separator = match kind {
            Kind::Literal if body.is_closure(outer) => ".",
            Kind::Literal => ".func",
            Kind::Range => "-range",
            Kind::Go => ".gowrap",
            Kind::Defer => ".deferwrap",
        };
        format!("{name}{separator}{number}")
    }

    /// The function that a literal in `parent` is named after. Before Go 1.27, for one in the body of a loop over a
    /// function, the function that the loop is in.
    fn outer_of(&self, body: &Body, mut parent: FuncId) -> FuncId {
        if !self.compiler.since(27) {
            while body.funcs[parent].flags.has(FuncFlags::RANGE_BODY)
                && let Some(around) = body.funcs[parent].parent
            {
                parent = around;
            }
        }
        parent
    }

    /// What stands before the number. Literals that came with an inlined call are named after it: up to Go 1.26 after all
    /// calls around, since then after the innermost.
    fn outer_name(&self, body: &Body, root: InstId, outer: FuncId, func: FuncId) -> String {
        let mut names = Vec::new();
        let mut at = inlined_at(body, func);
        while let Some(call) = at.checked_sub(1).and_then(|at| body.inlined.get(at as usize)) {
            names.push(match (call.callee, call.closure) {
                (Some(callee), _) => self.symbol(callee),
                (None, Some(place)) => literal_at(body, place)
                    .map_or_else(String::new, |literal| self.within(body, root, literal)),
                (None, None) => String::new(),
            });
            at = call.pos.inlined;
            if self.compiler.since(27) {
                break;
            }
        }
        if names.is_empty() || !self.compiler.since(27) {
            names.push(match () {
                () if outer != Body::ROOT => self.within(body, root, outer),
                () if self.symbol(root) == "_" => "glob.".to_owned(),
                () => self.symbol(root),
            });
        }
        names.reverse();
        names.join(".")
    }
}

/// The literal whose node has a place.
fn literal_at(body: &Body, place: Pos) -> Option<FuncId> {
    body.func_ids().find(|&literal| {
        let node = body.funcs[literal].closure;
        node.is_some_and(|node| body.nodes[node].pos == place)
    })
}

/// The inlined call that a literal came with, as in a place.
fn inlined_at(body: &Body, func: FuncId) -> u32 {
    body.funcs[func].closure.map_or(0, |node| body.nodes[node].pos.inlined)
}

/// What a literal was made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Literal,
    Range,
    Go,
    Defer,
}

impl Kind {
    fn shares_numbers_with(self, other: Self) -> bool {
        let wraps = |kind| matches!(kind, Self::Go | Self::Defer);
        self == other || wraps(self) && wraps(other)
    }
}

fn kind_of(body: &Body, func: FuncId) -> Kind {
    let flags = body.funcs[func].flags;
    if flags.has(FuncFlags::RANGE_BODY) {
        return Kind::Range;
    }
    if !flags.has(FuncFlags::WRAPPER) {
        return Kind::Literal;
    }
    // Wrappers of method values are literals by their names.
    let statement = body.nodes.iter().find(|node| {
        let called = node.x.filter(|_| matches!(node.op, Op::Go | Op::Defer));
        let value = called.and_then(|call| body.nodes[call].x);
        value.is_some_and(|value| body.nodes[value].aux == Aux::Closure(func))
    });
    match statement.map(|node| node.op) {
        Some(Op::Go) => Kind::Go,
        Some(_) => Kind::Defer,
        None => Kind::Literal,
    }
}
