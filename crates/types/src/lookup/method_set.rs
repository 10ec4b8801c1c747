//! Method sets.

use rustc_hash::FxHashMap;
use source::Name;

use super::{Embedded, Found, MAX_EMBEDDED, Path, Seen};
use crate::object::{ObjId, Object};
use crate::store::Store;
use crate::types::{Type, TypeId};

/// What tells fields and methods apart: the name, and for one that is not exported the path
/// of its package.
type Key = (Name, Option<Name>);

/// Methods by key; `None` where there is a field, or more than one method.
type Methods = FxHashMap<Key, Option<Found>>;

impl Store {
    fn key(&self, object: &Object) -> Key {
        let path = || object.pkg.map(|pkg| self.pkg(pkg).path);
        (object.name, if object.is_exported() { None } else { path() })
    }

    /// All methods of `ty`, promoted ones included, sorted by their unique id: the name, after
    /// the path of the package where it is not exported.
    #[must_use]
    pub fn method_set(&self, ty: TypeId) -> Vec<Found> {
        if self.as_named(ty).is_some_and(|(id, _)| self.pointee(self.under(id)).is_some()) {
            return Vec::new();
        }
        let pointee = self.pointee(ty);
        let base = pointee.unwrap_or(ty);
        let indirect = pointee.is_some();
        if indirect && self.is_interface(base) {
            return Vec::new();
        }
        let root = Embedded { ty: base, path: Path::default(), indirect, multiple: false };
        let mut found: Vec<Found> = self.methods_by_depth(root).into_values().flatten().collect();
        found.sort_by_cached_key(|found| self.unique_id(found.obj));
        found
    }

    /// The name with what makes it unique, as it is sorted by.
    fn unique_id(&self, method: ObjId) -> String {
        let object = self.obj(method);
        if object.is_exported() {
            return object.name.to_string();
        }
        let path = object.pkg.map_or("", |pkg| self.pkg(pkg).path.as_str());
        format!("{}.{}", if path.is_empty() { "_" } else { path }, object.name)
    }

    fn methods_by_depth(&self, root: Embedded) -> Methods {
        let mut all = Methods::default();
        let mut seen = Seen::default();
        let mut level = vec![root];
        while !level.is_empty() {
            let mut next = Vec::new();
            let mut methods = Methods::default();
            let mut fields: Vec<Key> = Vec::new();
            for entry in &level {
                if !seen.first_time(self, entry.ty) {
                    continue;
                }
                self.add_own(entry, &mut methods);
                let under = self.under(entry.ty);
                match self.ty(under) {
                    Type::Struct(parts) => {
                        fields.extend(parts.fields.iter().map(|&f| self.key(self.obj(f))));
                        self.embedded_in(parts, entry, &mut next);
                    }
                    Type::Interface(_) => {
                        for (at, &method) in self.type_set(under).methods.iter().enumerate() {
                            self.add_one(&mut methods, method, entry, at, true);
                        }
                    }
                    _ => {}
                }
            }
            // Fields hide what is deeper, and rule out methods of the same name beside them.
            for key in fields {
                methods.insert(key, None);
            }
            for (key, method) in methods {
                all.entry(key).or_insert(method);
            }
            if seen.0.len() + next.len() > MAX_EMBEDDED {
                break;
            }
            level = self.consolidated(next);
        }
        all
    }

    /// Adds the methods declared on a type.
    fn add_own(&self, entry: &Embedded, methods: &mut Methods) {
        let Some((named, _)) = self.as_named(entry.ty) else { return };
        for at in 0..self.method_count(named) {
            self.add_one(methods, self.method(named, at), entry, at, entry.indirect);
        }
    }

    fn add_one(
        &self,
        methods: &mut Methods,
        method: ObjId,
        entry: &Embedded,
        at: usize,
        indirect: bool,
    ) {
        let key = self.key(self.obj(method));
        let alone = !entry.multiple && !methods.contains_key(&key);
        let found = (alone && (indirect || !self.has_pointer_receiver(method))).then(|| Found {
            obj: method,
            path: entry.path.then(at),
            indirect,
        });
        methods.insert(key, found);
    }
}
