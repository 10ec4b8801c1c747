//! Type sets of interfaces: the methods and the types that a constraint allows.

mod terms;

use std::cmp::Ordering;
use std::sync::{LazyLock, OnceLock};

use source::Name;

use crate::object::{ObjId, PkgId};
use crate::store::Store;
use crate::types::{ChanDir, Interface, Term, Type, TypeId};
use crate::universe::Universe;

/// The set of types that implement an interface.
#[derive(Clone, Debug)]
pub struct TypeSet {
    /// All methods, embedded ones included, in the order of [`Store::compare_methods`].
    pub methods: Box<[ObjId]>,
    /// The types; `None` for all types. Normalised: no term includes another.
    pub terms: Option<Box<[Term]>>,
    /// Whether all types in it are comparable (only where `terms` is `None`).
    pub comparable: bool,
}

/// The set of all types.
static ALL: LazyLock<TypeSet> =
    LazyLock::new(|| TypeSet { methods: [].into(), terms: None, comparable: false });

/// The set of all comparable types.
static ALL_COMPARABLE: LazyLock<TypeSet> =
    LazyLock::new(|| TypeSet { methods: [].into(), terms: None, comparable: true });

/// Interfaces embedded in one another before they count as a chain without end, which only broken
/// code has: an instance can embed another instance of itself.
const MAX_EMBEDDING: usize = 100;

impl TypeSet {
    /// Whether no type is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(&self.terms, Some(terms) if terms.is_empty())
    }

    /// Whether all types are in it, as in that of the empty interface.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.is_method_set() && self.methods.is_empty()
    }

    /// Whether methods are all that it asks for.
    #[must_use]
    pub fn is_method_set(&self) -> bool {
        !self.comparable && self.terms.is_none()
    }

    /// Its specific types, if it names any.
    #[must_use]
    pub fn specific(&self) -> Option<&[Term]> {
        self.terms.as_deref().filter(|terms| !terms.is_empty())
    }

    /// Position and object of the method that `name`, written in `pkg`, denotes.
    pub(crate) fn method(
        &self,
        store: &Store,
        pkg: Option<PkgId>,
        name: Name,
    ) -> Option<(usize, ObjId)> {
        let at = self.methods.iter().position(|&m| store.denotes(store.obj(m), pkg, name))?;
        Some((at, self.methods[at]))
    }
}

impl Store {
    /// The type set of an interface type (the id of a [`Type::Interface`]).
    ///
    /// While something that it embeds is still being resolved, the set of all types: code that
    /// compiles does not ask for more then, and the set is computed when it is asked for later.
    #[inline]
    #[must_use]
    pub fn type_set(&self, interface: TypeId) -> &TypeSet {
        match self.ty(interface) {
            Type::Interface(parts) => self.type_set_of(interface, parts),
            _ => &ALL,
        }
    }

    #[inline]
    pub(crate) fn type_set_of<'a>(&'a self, id: TypeId, interface: &'a Interface) -> &'a TypeSet {
        match interface.type_set.get() {
            Some(set) => set,
            None => self.find_type_set(id, interface, &mut Vec::new()).unwrap_or(&ALL),
        }
    }

    /// The type set, or `None` where it embeds what is not resolved. `inside` are the interfaces
    /// whose type sets are being computed.
    fn find_type_set<'a>(
        &'a self,
        id: TypeId,
        interface: &'a Interface,
        inside: &mut Vec<TypeId>,
    ) -> Option<&'a TypeSet> {
        if let Some(set) = interface.type_set.get() {
            return Some(set);
        }
        if interface.methods.is_empty() && interface.embeddeds.is_empty() {
            let comparable = id == Universe::COMPARABLE_INTERFACE;
            return Some(if comparable { &ALL_COMPARABLE } else { &ALL });
        }
        if inside.len() >= MAX_EMBEDDING || inside.contains(&id) {
            return Some(&ALL);
        }
        inside.push(id);
        let set = self.compute_type_set(interface, inside);
        inside.pop();
        let set = set?;
        // Another thread may have been faster; its set says the same.
        Some(interface.type_set.get_or_init(|| set))
    }

    fn compute_type_set(&self, interface: &Interface, inside: &mut Vec<TypeId>) -> Option<TypeSet> {
        let mut methods = interface.methods.to_vec();
        let mut terms = None;
        let mut comparable = false;
        for &embedded in &interface.embeddeds {
            let under = self.resolved_under(embedded)?;
            let (other, other_comparable) = match self.ty(under) {
                Type::Interface(_) if self.is_type_param(embedded) => continue,
                Type::Interface(parts) => {
                    let set = self.find_type_set(under, parts, inside)?;
                    self.add_methods(&mut methods, &set.methods);
                    (set.terms.clone(), set.comparable)
                }
                Type::Union(union) => match self.find_union_terms(union, inside)? {
                    None => continue,
                    terms => (terms, false),
                },
                _ if under == Universe::INVALID => continue,
                _ => (Some([Term { tilde: false, ty: embedded }].into()), false),
            };
            terms = self.intersect(terms, other);
            comparable |= other_comparable;
            if comparable && let Some(some) = terms {
                terms = Some(some.into_iter().filter(|t| self.comparable(t.ty, false)).collect());
                comparable = false;
            }
        }
        methods.sort_by(|&a, &b| self.compare_methods(a, b));
        Some(TypeSet { methods: methods.into(), terms, comparable })
    }

    /// Adds the methods that are not there yet: interfaces that are embedded can overlap.
    fn add_methods(&self, methods: &mut Vec<ObjId>, more: &[ObjId]) {
        let known = methods.len();
        for &method in more {
            let object = self.obj(method);
            let same =
                |&m: &ObjId| m == method || self.denotes(self.obj(m), object.pkg, object.name);
            if !methods[..known].iter().any(same) {
                methods.push(method);
            }
        }
    }

    /// The order of methods in an interface: exported ones first, then by name, then by the path of
    /// their package.
    #[must_use]
    pub fn compare_methods(&self, a: ObjId, b: ObjId) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        let (a, b) = (self.obj(a), self.obj(b));
        let exported = a.is_exported();
        if exported != b.is_exported() {
            return if exported { Ordering::Less } else { Ordering::Greater };
        }
        let path = |pkg: Option<PkgId>| pkg.map_or("", |p| self.pkg(p).path.as_str());
        a.name
            .as_str()
            .cmp(b.name.as_str())
            .then_with(|| if exported { Ordering::Equal } else { path(a.pkg).cmp(path(b.pkg)) })
    }

    /// The constraint interface of a type parameter; a constraint that is no interface is wrapped in
    /// one, once.
    #[must_use]
    pub fn constraint(&self, type_param: TypeId) -> TypeId {
        let Type::TypeParam(param) = self.ty(type_param) else { return Universe::EMPTY_INTERFACE };
        let Some(bound) = param.bound.get() else { return Universe::EMPTY_INTERFACE };
        if self.is_type_param(bound) {
            return Universe::EMPTY_INTERFACE;
        }
        match self.resolved_under(bound) {
            None | Some(Universe::INVALID) => Universe::EMPTY_INTERFACE,
            Some(under) if matches!(self.ty(under), Type::Interface(_)) => under,
            Some(_) => {
                let wrapper = self.implicit_interface(bound);
                param.bound.set(wrapper);
                wrapper
            }
        }
    }

    /// The interface that a constraint such as `~int` or `A | B` stands for.
    pub fn implicit_interface(&self, constraint: TypeId) -> TypeId {
        self.add_type(Type::Interface(Box::new(Interface {
            methods: [].into(),
            embeddeds: [constraint].into(),
            implicit: true,
            type_set: OnceLock::new(),
        })))
    }

    /// Calls `f` with (type, its underlying type) for each term of the type set of `ty`, or with `ty`
    /// alone where it is no type parameter. With no specific types `f` is called once with `None`.
    /// Stops and returns false once `f` returns false.
    pub fn each_type(
        &self,
        ty: TypeId,
        f: &mut dyn FnMut(Option<(TypeId, TypeId)>) -> bool,
    ) -> bool {
        let param = self.unalias(ty);
        if !matches!(self.ty(param), Type::TypeParam(_)) {
            return f(Some((ty, self.under(ty))));
        }
        match self.type_set(self.constraint(param)).specific() {
            None => f(None),
            Some(terms) => terms.iter().all(|term| {
                // What stands after `~` is its own underlying type.
                let under = if term.tilde { self.unalias(term.ty) } else { self.under(term.ty) };
                f(Some((term.ty, under)))
            }),
        }
    }

    /// The single underlying type of all types in the type set (channels of one element type may differ in
    /// direction): the type that indexing, calling, ranging, … work on. For a type that is no
    /// parameter it is `under`. `None` where there is none.
    #[must_use]
    pub fn core_type(&self, ty: TypeId) -> Option<TypeId> {
        if !self.is_type_param(ty) {
            return Some(self.under(ty));
        }
        let mut core = None;
        let agree = self.each_type(ty, &mut |term| {
            let Some((_, under)) = term else { return false };
            core = match core {
                None => Some(under),
                Some(core) => self.common(core, under),
            };
            core.is_some()
        });
        core.filter(|_| agree)
    }

    /// The type that does for two underlying types: either where they are identical, the
    /// channel with the restricted direction of two channels.
    fn common(&self, a: TypeId, b: TypeId) -> Option<TypeId> {
        match (self.ty(a), self.ty(b)) {
            (Type::Chan { dir: from, elem: x }, Type::Chan { dir: to, elem: y }) => {
                let same = self.identical(*x, *y);
                match (from, to) {
                    _ if !same => None,
                    (ChanDir::Both, _) if from != to => Some(b),
                    (_, ChanDir::Both) => Some(a),
                    _ => (from == to).then_some(a),
                }
            }
            _ => self.identical(a, b).then_some(a),
        }
    }

    /// As `core_type`, but a set of strings and byte slices counts as `string`
    /// (what slicing accepts). For a type that is no parameter it is `under`.
    #[must_use]
    pub fn core_string(&self, ty: TypeId) -> Option<TypeId> {
        if !self.is_type_param(ty) {
            return Some(self.under(ty));
        }
        let mut core = None;
        let mut string = None;
        let agree = self.each_type(ty, &mut |term| {
            let Some((_, under)) = term else { return false };
            let text = self.basic(under).is_some_and(crate::Basic::is_string);
            let under = if text { self.slice(Universe::BYTE) } else { under };
            if text {
                string = Some(crate::Basic::String.id());
            }
            *core.get_or_insert(under) == under || core.is_some_and(|c| self.identical(c, under))
        });
        core.filter(|_| agree).map(|core| string.unwrap_or(core))
    }
}
