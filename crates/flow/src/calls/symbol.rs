//! Functions by the names that profiles have for them.

use source::Name;
use types::{ObjId, Store, Type, TypeId};

/// The name of a type that a package declares: `example.com/m/pkg.T`.
#[must_use]
pub fn type_symbol(store: &Store, name: ObjId) -> Name {
    let object = store.obj(name);
    let package = object.pkg.map_or("", |pkg| store.pkg(pkg).path.as_str());
    Name::new(&format!("{package}.{}", object.name))
}

/// The name of a declared function as profiles print it: `example.com/m/pkg.(*T).Method`. Instances of generic functions
/// have one name, with `[...]`.
#[must_use]
pub fn symbol(store: &Store, function: ObjId) -> String {
    let object = store.obj(function);
    let package = object.pkg.map_or("", |pkg| store.pkg(pkg).path.as_str());
    let plain = object.name;
    let Type::Signature(signature) = store.ty(store.obj_type(function)) else {
        return format!("{package}.{plain}");
    };
    let generic = |yes: bool| if yes { "[...]" } else { "" };
    let Some(receiver) = signature.recv else {
        return format!("{package}.{plain}{}", generic(!signature.type_params.is_empty()));
    };
    let (base, pointer) = receiver_base(store, store.obj_type(receiver));
    let dots = generic(!signature.recv_type_params.is_empty());
    if pointer {
        format!("{package}.(*{base}{dots}).{plain}")
    } else {
        format!("{package}.{base}{dots}.{plain}")
    }
}

fn receiver_base(store: &Store, ty: TypeId) -> (&str, bool) {
    let (ty, pointer) = match store.ty(store.unalias(ty)) {
        Type::Pointer(elem) => (store.unalias(*elem), true),
        _ => (ty, false),
    };
    match store.ty(store.unalias(ty)) {
        Type::Named(named) => (store.obj(named.obj).name.as_str(), pointer),
        _ => ("?", pointer),
    }
}
