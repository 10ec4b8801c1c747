//! What is declared before any package is.

use rustc_hash::FxHashMap;
use source::Name;

use crate::constant::Value;
use crate::object::{Builtin, ObjId, ObjectKind, PkgId, VarKind};
use crate::store::Store;
use crate::types::{Alias, Basic, Interface, Late, Named, Signature, Type, TypeId};

/// The predeclared objects; predeclared types have fixed ids.
#[derive(Default)]
pub struct Universe {
    /// By name.
    pub scope: FxHashMap<Name, ObjId>,
    /// Members of `unsafe`.
    pub unsafe_scope: FxHashMap<Name, ObjId>,
    /// The object `iota`.
    pub iota: Option<ObjId>,
}

const BASICS: [(Basic, &str); 26] = [
    (Basic::Invalid, "invalid type"),
    (Basic::Bool, "bool"),
    (Basic::Int, "int"),
    (Basic::Int8, "int8"),
    (Basic::Int16, "int16"),
    (Basic::Int32, "int32"),
    (Basic::Int64, "int64"),
    (Basic::Uint, "uint"),
    (Basic::Uint8, "uint8"),
    (Basic::Uint16, "uint16"),
    (Basic::Uint32, "uint32"),
    (Basic::Uint64, "uint64"),
    (Basic::Uintptr, "uintptr"),
    (Basic::Float32, "float32"),
    (Basic::Float64, "float64"),
    (Basic::Complex64, "complex64"),
    (Basic::Complex128, "complex128"),
    (Basic::String, "string"),
    (Basic::UnsafePointer, "unsafe.Pointer"),
    (Basic::UntypedBool, "untyped bool"),
    (Basic::UntypedInt, "untyped int"),
    (Basic::UntypedRune, "untyped rune"),
    (Basic::UntypedFloat, "untyped float"),
    (Basic::UntypedComplex, "untyped complex"),
    (Basic::UntypedString, "untyped string"),
    (Basic::UntypedNil, "untyped nil"),
];

impl Basic {
    /// Its name as `go/types` prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        BASICS[self as usize].1
    }

    /// The id of the type.
    #[must_use]
    pub const fn id(self) -> TypeId {
        TypeId::at(self as u32)
    }
}

impl Universe {
    /// The unknown type.
    pub const INVALID: TypeId = Basic::Invalid.id();
    /// `byte` as written; identical to `uint8`.
    pub const BYTE: TypeId = TypeId::at(26);
    /// `rune` as written; identical to `int32`.
    pub const RUNE: TypeId = TypeId::at(27);
    /// The tuple of nothing.
    pub const EMPTY_TUPLE: TypeId = TypeId::at(28);
    /// `interface{}`
    pub const EMPTY_INTERFACE: TypeId = TypeId::at(29);
    /// The alias `any`.
    pub const ANY: TypeId = TypeId::at(30);
    /// `error`
    pub const ERROR: TypeId = TypeId::at(31);
    /// The interface under `error`.
    pub const ERROR_INTERFACE: TypeId = TypeId::at(32);
    /// `comparable`
    pub const COMPARABLE: TypeId = TypeId::at(33);
    /// The interface under `comparable`: empty as written; its type set is all comparable types.
    pub const COMPARABLE_INTERFACE: TypeId = TypeId::at(34);
    /// The package `unsafe`.
    pub const UNSAFE: PkgId = PkgId::at(0);

    pub(crate) fn declare(store: &Store) -> Self {
        let mut universe = Self::default();
        for (basic, _) in BASICS {
            store.add_type(Type::Basic(basic, false));
        }
        store.add_type(Type::Basic(Basic::Uint8, true));
        store.add_type(Type::Basic(Basic::Int32, true));
        store.add_type(Type::Tuple([].into()));
        store.add_type(empty_interface());

        for (basic, name) in BASICS {
            if (Basic::Bool..Basic::UnsafePointer).contains(&basic) {
                universe.type_name(store, name, Some(basic.id()));
            }
        }
        universe.type_name(store, "byte", Some(Self::BYTE));
        universe.type_name(store, "rune", Some(Self::RUNE));

        let any = universe.type_name(store, "any", Some(Self::ANY));
        store.add_type(Type::Alias(Box::new(Alias {
            obj: any,
            rhs: Late::new(Self::EMPTY_INTERFACE),
            type_params: Box::<[TypeId]>::default().into(),
            instance: None,
        })));

        let error = universe.type_name(store, "error", Some(Self::ERROR));
        store.add_type(named(error, Self::ERROR_INTERFACE));
        let (interface, method, signature) = error_interface(store);
        store.add_type(interface);

        let comparable = universe.type_name(store, "comparable", Some(Self::COMPARABLE));
        store.add_type(named(comparable, Self::COMPARABLE_INTERFACE));
        store.add_type(empty_interface());

        // Not before: the types above have fixed ids.
        store.obj(method).ty.set(store.add_type(signature));

        universe.constants(store);
        let nil = store.new_object(
            Name::new("nil"),
            None,
            None,
            Some(Basic::UntypedNil.id()),
            ObjectKind::Nil,
        );
        universe.scope.insert(Name::new("nil"), nil);
        universe.builtins(store);
        universe.unsafe_package(store);
        universe
    }

    fn type_name(&mut self, store: &Store, name: &str, ty: Option<TypeId>) -> ObjId {
        let name = Name::new(name);
        let obj = store.new_object(name, None, None, ty, ObjectKind::TypeName);
        self.scope.insert(name, obj);
        obj
    }

    fn constants(&mut self, store: &Store) {
        let all = [
            ("true", Basic::UntypedBool, Value::Bool(true)),
            ("false", Basic::UntypedBool, Value::Bool(false)),
            ("iota", Basic::UntypedInt, Value::from(0i64)),
        ];
        for (name, basic, value) in all {
            let kind = ObjectKind::Const(value.into());
            let obj = store.new_object(Name::new(name), None, None, Some(basic.id()), kind);
            self.scope.insert(Name::new(name), obj);
            if name == "iota" {
                self.iota = Some(obj);
            }
        }
    }

    fn builtins(&mut self, store: &Store) {
        use Builtin as B;
        let all = [
            ("append", B::Append),
            ("cap", B::Cap),
            ("clear", B::Clear),
            ("close", B::Close),
            ("complex", B::Complex),
            ("copy", B::Copy),
            ("delete", B::Delete),
            ("imag", B::Imag),
            ("len", B::Len),
            ("make", B::Make),
            ("max", B::Max),
            ("min", B::Min),
            ("new", B::New),
            ("panic", B::Panic),
            ("print", B::Print),
            ("println", B::Println),
            ("real", B::Real),
            ("recover", B::Recover),
        ];
        for (name, builtin) in all {
            let obj = builtin_object(store, None, name, builtin);
            self.scope.insert(Name::new(name), obj);
        }
    }

    /// Declares `assert` and `trace`, which the type checker's own test files call.
    pub(crate) fn declare_test_functions(&mut self, store: &Store) {
        for (name, builtin) in [("assert", Builtin::Assert), ("trace", Builtin::Trace)] {
            let obj = builtin_object(store, None, name, builtin);
            self.scope.insert(Name::new(name), obj);
        }
    }

    fn unsafe_package(&mut self, store: &Store) {
        use Builtin as B;
        let name = Name::new("unsafe");
        let pkg = store.add_package(name, false);
        debug_assert_eq!(pkg, Self::UNSAFE);
        let pointer = Name::new("Pointer");
        let ty = Some(Basic::UnsafePointer.id());
        let obj = store.new_object(pointer, Some(pkg), None, ty, ObjectKind::TypeName);
        self.unsafe_scope.insert(pointer, obj);
        let all = [
            ("Add", B::UnsafeAdd),
            ("Alignof", B::UnsafeAlignof),
            ("Offsetof", B::UnsafeOffsetof),
            ("Sizeof", B::UnsafeSizeof),
            ("Slice", B::UnsafeSlice),
            ("SliceData", B::UnsafeSliceData),
            ("String", B::UnsafeString),
            ("StringData", B::UnsafeStringData),
        ];
        for (name, builtin) in all {
            let obj = builtin_object(store, Some(pkg), name, builtin);
            self.unsafe_scope.insert(Name::new(name), obj);
        }
        // Filled here, and nowhere else: the package has no files.
        let _ = store.pkg(pkg).scope.set(self.unsafe_scope.clone());
    }
}

fn builtin_object(store: &Store, pkg: Option<PkgId>, name: &str, builtin: Builtin) -> ObjId {
    let ty = Some(Universe::INVALID);
    store.new_object(Name::new(name), pkg, None, ty, ObjectKind::Builtin(builtin))
}

fn empty_interface() -> Type {
    Type::Interface(Box::new(Interface {
        methods: [].into(),
        embeddeds: [].into(),
        implicit: false,
        type_set: std::sync::OnceLock::new(),
    }))
}

fn named(obj: ObjId, underlying: TypeId) -> Type {
    Type::Named(Box::new(Named {
        obj,
        underlying: Late::new(underlying),
        type_params: Box::<[TypeId]>::default().into(),
        methods: Box::<[Late<ObjId>]>::default().into(),
        instance: None,
    }))
}

/// The interface under `error`, its method, and that method's type.
fn error_interface(store: &Store) -> (Type, ObjId, Type) {
    let empty = Name::new("");
    let var = |ty, kind| store.new_object(empty, None, None, Some(ty), ObjectKind::Var(kind));
    let signature = Signature {
        recv: Some(var(Universe::ERROR, VarKind::Recv)),
        type_params: [].into(),
        recv_type_params: [].into(),
        params: [].into(),
        results: [var(Basic::String.id(), VarKind::Result)].into(),
        variadic: false,
    };
    let kind = ObjectKind::Func { origin: None };
    let method = store.new_object(Name::new("Error"), None, None, None, kind);
    let interface = Interface {
        methods: [method].into(),
        embeddeds: [].into(),
        implicit: false,
        type_set: std::sync::OnceLock::new(),
    };
    (Type::Interface(Box::new(interface)), method, Type::Signature(Box::new(signature)))
}
