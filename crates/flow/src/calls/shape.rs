//! Signatures that tell who calls a function.

use source::Name;
use types::types::Signature;
use types::{Lookup, ObjId, PkgId, Store, Type, TypeId, Universe};

use super::{MethodKey, Role};

/// Types of messages, as clients of queues call them.
const MESSAGES: [&str; 5] = ["Msg", "Message", "Delivery", "Record", "Event"];

/// Signatures as a package sees them.
#[derive(Clone, Copy)]
pub(super) struct Shapes<'a> {
    pub(super) store: &'a Store,
    /// The package at hand.
    pub(super) pkg: PkgId,
}

impl<'a> Shapes<'a> {
    pub(super) fn signature(self, function: ObjId) -> Option<&'a Signature> {
        self.signature_of(self.store.obj_type(function))
    }

    pub(super) fn signature_of(self, ty: TypeId) -> Option<&'a Signature> {
        match self.store.ty(self.store.under(ty)) {
            Type::Signature(signature) => Some(signature),
            _ => None,
        }
    }

    fn types(self, vars: &'a [ObjId]) -> impl Iterator<Item = TypeId> + use<'a> {
        vars.iter().map(move |&var| self.store.unalias(self.store.obj_type(var)))
    }

    /// The type name behind a type, a pointer to it looked through.
    fn named(self, ty: TypeId) -> Option<(ObjId, bool)> {
        let ty = self.store.unalias(ty);
        let (base, pointer) = match self.store.ty(ty) {
            Type::Pointer(elem) => (self.store.unalias(*elem), true),
            _ => (ty, false),
        };
        match self.store.ty(base) {
            Type::Named(named) => Some((named.obj, pointer)),
            _ => None,
        }
    }

    fn is(self, ty: TypeId, package: &str, name: &str, pointer: bool) -> bool {
        self.named(ty).is_some_and(|(object, by_pointer)| {
            let object = self.store.obj(object);
            by_pointer == pointer
                && object.name.as_str() == name
                && object.pkg.is_some_and(|pkg| self.store.pkg(pkg).path.as_str() == package)
        })
    }

    /// The role of a function with this signature that is handed on as a value.
    pub(super) fn role(self, signature: &'a Signature) -> Option<Role> {
        if self.is_http_handler(signature) || self.is_framework_handler(signature) {
            return Some(Role::Handler);
        }
        None
    }

    /// `func(http.ResponseWriter, *http.Request)`
    pub(super) fn is_http_handler(self, signature: &'a Signature) -> bool {
        let params: Vec<TypeId> = self.types(&signature.params).collect();
        signature.results.is_empty()
            && matches!(params[..], [writer, request]
                if self.is(writer, "net/http", "ResponseWriter", false)
                    && self.is(request, "net/http", "Request", true))
    }

    /// What web frameworks call: the only parameter is the framework's context, which knows how to answer with JSON.
    fn is_framework_handler(self, signature: &'a Signature) -> bool {
        let params: Vec<TypeId> = self.types(&signature.params).collect();
        let [context] = params[..] else { return false };
        let Some((object, _)) = self.named(context) else { return false };
        let object = self.store.obj(object);
        let foreign = object.pkg.is_some_and(|pkg| pkg != self.pkg);
        signature.results.len() <= 1
            && foreign
            && matches!(object.name.as_str(), "Context" | "Ctx")
            && matches!(
                self.store.lookup(context, true, self.pkg, Name::new("JSON")),
                Lookup::Found(found) if self.store.obj(found.obj).is_func()
            )
    }

    /// Whether a function with this signature takes a message of another package's type.
    pub(super) fn is_consumer(self, signature: &'a Signature) -> bool {
        self.types(&signature.params).any(|ty| {
            self.named(ty).is_some_and(|(object, _)| {
                let object = self.store.obj(object);
                object.pkg.is_some_and(|pkg| pkg != self.pkg)
                    && MESSAGES.contains(&object.name.as_str())
            })
        })
    }

    /// `func(context.Context, *Request) (*Response, error)`, or a stream in place of the request or the response.
    fn is_service(self, signature: &'a Signature) -> bool {
        let params: Vec<TypeId> = self.types(&signature.params).collect();
        let results: Vec<TypeId> = self.types(&signature.results).collect();
        let pointer = |ty: TypeId| matches!(self.store.ty(ty), Type::Pointer(_));
        let stream = |ty: TypeId| self.store.is_interface(ty);
        match (&params[..], &results[..]) {
            (&[context, request], &[response, _]) => {
                self.is(context, "context", "Context", false)
                    && pointer(request)
                    && pointer(response)
            }
            (&[request, last], &[_]) => pointer(request) && stream(last),
            (&[last], &[_]) => stream(last),
            _ => false,
        }
    }

    /// Whether a method is one of a service: its type embeds what generated code provides for methods that are not there.
    pub(super) fn is_service_method(self, method: ObjId) -> bool {
        let Some(signature) = self.signature(method) else { return false };
        let Some(receiver) = signature.recv else { return false };
        let exported = self.store.obj(method).is_exported();
        exported
            && self.embeds_unimplemented(self.store.obj_type(receiver))
            && self.is_service(signature)
    }

    fn embeds_unimplemented(self, ty: TypeId) -> bool {
        self.fields(ty).unwrap_or_default().iter().any(|&field| {
            let object = self.store.obj(field);
            let name = object.name.as_str();
            object.is_embedded() && name.starts_with("Unimplemented") && name.ends_with("Server")
        })
    }

    /// The methods that a call of a function `Register…Server(registrar, service)` makes methods of a service: those of the
    /// service's type that the function's parameter asks for.
    pub(super) fn registered(self, function: ObjId, service: TypeId) -> Vec<ObjId> {
        let name = self.store.obj(function).name.as_str();
        let Some(signature) = self.signature(function) else { return Vec::new() };
        let [_, asked] = signature.params[..] else { return Vec::new() };
        if !(name.starts_with("Register") && name.ends_with("Server")) {
            return Vec::new();
        }
        let interface = self.store.under(self.store.obj_type(asked));
        if !self.store.is_interface(interface) {
            return Vec::new();
        }
        let methods = self.store.type_set(interface).methods.iter();
        let found = methods.filter_map(|&method| {
            let name = self.store.obj(method).name;
            match self.store.lookup(service, true, self.pkg, name) {
                Lookup::Found(found) | Lookup::PointerReceiver(found) => Some(found.obj),
                _ => None,
            }
        });
        found.collect()
    }

    /// Whether a parameter of a function is `*testing.T` or the like.
    pub(super) fn takes_testing(self, signature: &'a Signature, name: &str) -> bool {
        self.types(&signature.params).any(|ty| self.is(ty, "testing", name, true))
    }

    /// Whether a function serves tests, wherever it stands: it is handed the state of one, or its receiver has that.
    pub(super) fn serves_tests(self, signature: &'a Signature) -> bool {
        let fields = signature.recv.and_then(|recv| self.fields(self.store.obj_type(recv)));
        self.types(&signature.params)
            .chain(fields.into_iter().flat_map(|fields| self.types(fields)))
            .any(|ty| {
                self.is(ty, "testing", "TB", false)
                    || ["T", "F", "M"].iter().any(|name| self.is(ty, "testing", name, true))
            })
    }

    /// The fields of a struct, a pointer to it looked through.
    fn fields(self, ty: TypeId) -> Option<&'a [ObjId]> {
        let base = match self.store.ty(self.store.unalias(ty)) {
            Type::Pointer(elem) => *elem,
            _ => ty,
        };
        match self.store.ty(self.store.under(base)) {
            Type::Struct(parts) => Some(&parts.fields),
            _ => None,
        }
    }

    /// What libraries for command lines call, once in a process: a parameter is the library's command, which knows its flags
    /// or the number of its arguments.
    pub(super) fn is_command(self, signature: &'a Signature) -> bool {
        self.types(&signature.params).any(|ty| {
            let Some((object, true)) = self.named(ty) else { return false };
            let object = self.store.obj(object);
            let knows = |name| {
                let found = self.store.lookup(ty, true, self.pkg, Name::new(name));
                matches!(found, Lookup::Found(found) if self.store.obj(found.obj).is_func())
            };
            object.pkg.is_some_and(|pkg| pkg != self.pkg)
                && match object.name.as_str() {
                    "Command" => knows("Flags") || knows("NArg"),
                    "Context" => knows("NArg"),
                    _ => false,
                }
        })
    }

    /// Whether values of a type are messages: not those that only tell that something has happened.
    pub(super) fn is_message(self, elem: TypeId) -> bool {
        let signal = match self.store.ty(self.store.under(elem)) {
            Type::Struct(parts) => parts.fields.is_empty(),
            _ => false,
        };
        let error = self.store.unalias(elem) == Universe::ERROR;
        !signal
            && !error
            && !self.is(elem, "time", "Time", false)
            && !self.is(elem, "os", "Signal", false)
    }

    /// A method as an interface asks for it.
    pub(super) fn key(self, method: ObjId) -> Option<MethodKey> {
        let signature = self.signature(method)?;
        let mut text = String::new();
        for (mark, vars) in [('(', &signature.params), (')', &signature.results)] {
            text.push(mark);
            for ty in self.types(vars) {
                self.store.write_type(&mut text, ty);
                text.push(',');
            }
        }
        Some(MethodKey { name: self.store.obj(method).name, signature: Name::new(&text) })
    }
}
