//! Fields and methods: what a selector finds, what a type implements.

mod implements;
mod method_set;
mod path;

use source::Name;

pub use path::Path;

use crate::object::{ObjId, PkgId};
use crate::store::Store;
use crate::types::{Named, Struct, Type, TypeId};

/// What a look-up found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The field or method (of an instance: the instantiated one).
    pub obj: ObjId,
    /// Fields passed through, by position, and last its own: for a method its position among the declared
    /// methods of the type (or in the type set of an interface), as `go/types` gives it.
    pub path: Path,
    /// Whether a pointer was followed on the way.
    pub indirect: bool,
}

/// Outcome of a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Found.
    Found(Found),
    /// More than one at the same depth.
    Ambiguous,
    /// A method with a pointer receiver that the value (not addressable) does not have.
    PointerReceiver(Found),
    /// None.
    None,
}

/// Embedded types looked into before a search gives up. Instances that embed ever larger
/// instances of themselves, which only broken code has, would be searched for ever.
const MAX_EMBEDDED: usize = 1 << 10;

/// How deep embedded types other than plainly defined ones are looked into. Instances that embed
/// instances of themselves grow with depth, and are compared with all before them; a struct without
/// a name that an alias has embed itself is not recognised when it is met again.
const MAX_UNUSUAL: usize = 50;

/// A type that is embedded at the depth being searched.
struct Embedded {
    ty: TypeId,
    /// Positions of the fields that lead to it.
    path: Path,
    /// Whether a pointer was followed on the way.
    indirect: bool,
    /// Whether it is embedded more than once at its depth: all it has is ambiguous.
    multiple: bool,
}

/// What one type has under a name.
enum Probe<'a> {
    /// A field or method, and its position.
    Hit(usize, ObjId),
    /// Nothing by that name, but fields, of which some may be embedded.
    Fields(&'a Struct),
    Nothing,
}

impl Store {
    /// The field or method `name`, as seen from `pkg`, that `x.name` selects on an `x` of type `ty`.
    /// `addressable` says whether `&x` may be taken.
    #[must_use]
    pub fn lookup(&self, ty: TypeId, addressable: bool, pkg: PkgId, name: Name) -> Lookup {
        // A defined pointer type has the fields of what it points to, but no methods.
        if let Some((named, _)) = self.as_named(ty) {
            let under = self.under(named);
            if matches!(self.ty(under), Type::Pointer(_)) {
                return match self.search(under, false, Some(pkg), name) {
                    Lookup::Found(found) | Lookup::PointerReceiver(found)
                        if self.obj(found.obj).is_func() =>
                    {
                        Lookup::None
                    }
                    outcome => outcome,
                };
            }
        }
        self.search(ty, addressable, Some(pkg), name)
    }

    /// As [`Store::lookup`], but defined pointer types have nothing.
    fn search(&self, ty: TypeId, addressable: bool, pkg: Option<PkgId>, name: Name) -> Lookup {
        if name.is_blank() {
            return Lookup::None;
        }
        let pointee = self.pointee(ty);
        let indirect = pointee.is_some();
        let base = pointee.unwrap_or(ty);
        if indirect && self.is_interface(base) {
            return Lookup::None;
        }
        match self.probe(base, pkg, name) {
            Probe::Hit(at, obj) => {
                let found = Found { obj, path: Path::from(at), indirect };
                self.reachable(found, addressable)
            }
            Probe::Nothing => Lookup::None,
            Probe::Fields(fields) => {
                let mut level = Vec::new();
                let root = Embedded { ty: base, path: Path::default(), indirect, multiple: false };
                self.embedded_in(fields, &root, &mut level);
                if level.is_empty() {
                    return Lookup::None;
                }
                self.search_embedded(base, self.consolidated(level), addressable, pkg, name)
            }
        }
    }

    /// Searches embedded types depth by depth; `root` is the type that they are embedded in.
    fn search_embedded(
        &self,
        root: TypeId,
        mut level: Vec<Embedded>,
        addressable: bool,
        pkg: Option<PkgId>,
        name: Name,
    ) -> Lookup {
        let mut seen = Seen::default();
        seen.first_time(self, root);
        while !level.is_empty() {
            let mut next = Vec::new();
            let mut found: Option<Found> = None;
            for entry in &level {
                // What was met at a lesser depth hides this one.
                if !seen.first_time(self, entry.ty) {
                    continue;
                }
                match self.probe(entry.ty, pkg, name) {
                    Probe::Hit(at, obj) => {
                        if found.is_some() || entry.multiple {
                            return Lookup::Ambiguous;
                        }
                        let path = entry.path.then(at);
                        found = Some(Found { obj, path, indirect: entry.indirect });
                    }
                    Probe::Fields(fields) if found.is_none() => {
                        self.embedded_in(fields, entry, &mut next);
                    }
                    Probe::Fields(_) | Probe::Nothing => {}
                }
            }
            if let Some(found) = found {
                return self.reachable(found, addressable);
            }
            if seen.0.len() + next.len() > MAX_EMBEDDED {
                break;
            }
            level = self.consolidated(next);
        }
        Lookup::None
    }

    /// What the type itself has under the name.
    fn probe(&self, ty: TypeId, pkg: Option<PkgId>, name: Name) -> Probe<'_> {
        if let Some((id, named)) = self.as_named(ty)
            && let Some(at) = self.declared_method(named, pkg, name)
        {
            return Probe::Hit(at, self.method(id, at));
        }
        let under = self.under(ty);
        match self.ty(under) {
            Type::Struct(fields) => {
                let is_it = |&field: &ObjId| self.denotes(self.obj(field), pkg, name);
                match fields.fields.iter().position(is_it) {
                    Some(at) => Probe::Hit(at, fields.fields[at]),
                    None => Probe::Fields(fields),
                }
            }
            Type::Interface(interface) => {
                match self.type_set_of(under, interface).method(self, pkg, name) {
                    Some((at, method)) => Probe::Hit(at, method),
                    None => Probe::Nothing,
                }
            }
            _ => Probe::Nothing,
        }
    }

    /// Position of a method among those declared on a type.
    fn declared_method(&self, named: &Named, pkg: Option<PkgId>, name: Name) -> Option<usize> {
        let declared = match &named.instance {
            None => named.methods.get(),
            Some(instance) => self.as_named(instance.origin)?.1.methods.get(),
        }?;
        let at = declared
            .iter()
            .position(|method| method.get().is_some_and(|method| self.obj(method).name == name))?;
        let visible = self.same_package(self.obj(named.obj).pkg, pkg) || name.is_exported();
        visible.then_some(at)
    }

    /// Adds the embedded fields of a struct to the next depth.
    fn embedded_in(&self, fields: &Struct, of: &Embedded, next: &mut Vec<Embedded>) {
        for (at, &field) in fields.fields.iter().enumerate() {
            if !self.obj(field).is_embedded() {
                continue;
            }
            let ty = self.obj_type(field);
            let pointee = self.pointee(ty);
            let base = pointee.unwrap_or(ty);
            let is_defined = || self.as_named(base).is_some_and(|(_, n)| n.instance.is_none());
            if of.path.len() > MAX_UNUSUAL && !is_defined() {
                continue;
            }
            next.push(Embedded {
                ty: base,
                path: of.path.then(at),
                indirect: of.indirect || pointee.is_some(),
                multiple: of.multiple,
            });
        }
    }

    /// The entries with each type once, marked where it was there more often.
    fn consolidated(&self, level: Vec<Embedded>) -> Vec<Embedded> {
        if level.len() <= 1 {
            return level;
        }
        let mut unique: Vec<Embedded> = Vec::with_capacity(level.len());
        for entry in level {
            match unique.iter_mut().find(|known| self.identical(known.ty, entry.ty)) {
                Some(known) => known.multiple = true,
                None => unique.push(entry),
            }
        }
        unique
    }

    /// A method with a pointer receiver needs a pointer on the way, or an address.
    fn reachable(&self, found: Found, addressable: bool) -> Lookup {
        if !found.indirect && !addressable && self.has_pointer_receiver(found.obj) {
            Lookup::PointerReceiver(found)
        } else {
            Lookup::Found(found)
        }
    }

    /// Whether it is a method whose receiver is a pointer. Not so as long as its signature is not
    /// resolved: code that compiles does not depend on the answer then.
    pub(crate) fn has_pointer_receiver(&self, method: ObjId) -> bool {
        self.obj(method).is_func()
            && match self.ty(self.obj_type(method)) {
                Type::Signature(signature) => {
                    signature.recv.is_some_and(|r| self.pointee(self.obj_type(r)).is_some())
                }
                _ => false,
            }
    }
}

/// The defined types that a search has met.
#[derive(Default)]
struct Seen(Vec<TypeId>);

impl Seen {
    /// Whether a type was not met before. Types without a name count as new each time.
    fn first_time(&mut self, store: &Store, ty: TypeId) -> bool {
        let Some((id, named)) = store.as_named(ty) else { return true };
        // Two ids are the same defined type only where they are instances with arguments
        // that were written differently.
        let instance = named.instance.is_some();
        if self.0.iter().any(|&seen| seen == id || instance && store.identical(seen, id)) {
            return false;
        }
        self.0.push(id);
        true
    }
}
