//! What is known of values while a function is gone through.

use lower::ir::{FuncId, InstId, VarId};
use rustc_hash::{FxHashMap, FxHashSet};
use types::constant::Value;
use types::{Store, Type, TypeId};

/// What is known of a value, as far as that decides what is allocated.
#[derive(Clone, PartialEq, Default, Debug)]
pub enum Abstract {
    /// Nothing.
    #[default]
    Unknown,
    /// The value of a number, a truth value or a string.
    Constant(Value),
    /// A string of so many bytes.
    Text(u64),
    /// `nil`, but of slices.
    Nil,
    /// Something that is not nil.
    Something,
    /// A slice.
    Slice(SliceValue),
    /// A map that was made on the way.
    Map(MapId),
    /// A function literal, with the call that it was made in: how many are around it.
    Literal {
        /// Which one.
        func: FuncId,
        /// The calls around that which made it.
        frame: u32,
    },
    /// A declared function, or a method with its receiver.
    Declared(InstId, Vec<Self>),
    /// The results of a call.
    Several(Vec<Self>),
}

/// What is known of a slice.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct SliceValue {
    /// Elements.
    pub len: Option<u64>,
    /// Elements that there is room for.
    pub cap: Option<u64>,
    /// Whether its array is one that `append` put on the stack.
    pub on_stack: Option<bool>,
}

impl SliceValue {
    /// The slice that has no array.
    pub const NIL: Self = Self { len: Some(0), cap: Some(0), on_stack: Some(false) };

    /// A slice whose array is on the heap, or is not of `append`.
    #[must_use]
    pub const fn plain(len: Option<u64>, cap: Option<u64>) -> Self {
        Self { len, cap, on_stack: Some(false) }
    }
}

/// A map that was made on the way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MapId(pub(super) usize);

/// What is known of a map.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct MapValue {
    pub(super) ty: TypeId,
    pub(super) hint: u64,
    pub(super) on_stack: bool,
    /// The keys; `None` where they are not known any more.
    pub(super) keys: Option<FxHashSet<String>>,
}

impl Abstract {
    /// An integer.
    #[must_use]
    pub fn int(value: i64) -> Self {
        Self::Constant(Value::from(value))
    }

    /// A truth value.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Self::Constant(Value::Bool(value))
    }

    /// Whether it is nil, where that is known.
    pub(super) fn is_nil(&self) -> Option<bool> {
        match self {
            Self::Nil => Some(true),
            Self::Something | Self::Map(_) | Self::Literal { .. } | Self::Declared(..) => {
                Some(false)
            }
            Self::Slice(slice) if *slice == SliceValue::NIL => Some(true),
            Self::Slice(slice) if slice.cap.is_some_and(|cap| cap > 0) => Some(false),
            _ => None,
        }
    }

    pub(super) fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Constant(value) => value.to_int().as_i64(),
            _ => None,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Constant(value) => value.as_bool(),
            _ => None,
        }
    }

    /// Bytes of a string.
    pub(super) fn text_len(&self) -> Option<u64> {
        match self {
            Self::Constant(value) => value.as_text().map(types::constant::Text::len),
            Self::Text(len) => Some(*len),
            _ => None,
        }
    }

    /// Elements of a slice, bytes of a string.
    pub(super) fn len(&self) -> Option<u64> {
        match self {
            Self::Slice(slice) => slice.len,
            _ => self.text_len(),
        }
    }

    pub(super) fn slice(&self) -> SliceValue {
        match self {
            Self::Slice(slice) => *slice,
            Self::Nil => SliceValue::NIL,
            _ => SliceValue::default(),
        }
    }

    /// The zero value of a type.
    pub(super) fn zero(store: &Store, ty: TypeId) -> Self {
        match store.under_ty(ty) {
            Type::Basic(basic, _) if basic.is_string() => Self::Constant(Value::string(Vec::new())),
            Type::Basic(basic, _) if basic.is_boolean() => Self::bool(false),
            Type::Basic(basic, _) if basic.is_integer() || basic.is_float() => Self::int(0),
            Type::Slice(_) => Self::Slice(SliceValue::NIL),
            Type::Pointer(_)
            | Type::Map { .. }
            | Type::Chan { .. }
            | Type::Signature(_)
            | Type::Interface(_) => Self::Nil,
            _ => Self::Unknown,
        }
    }
}

/// What is known at some place of a function.
#[derive(Clone, Default, PartialEq, Debug)]
pub(super) struct Env {
    vars: FxHashMap<VarId, Abstract>,
    /// Variables whose address is taken, apart: they are forgotten with every write through a pointer and every call.
    exposed: FxHashMap<VarId, Abstract>,
    pub(super) maps: Vec<MapValue>,
}

impl Env {
    pub(super) fn get(&self, var: VarId) -> Abstract {
        self.vars.get(&var).or_else(|| self.exposed.get(&var)).cloned().unwrap_or_default()
    }

    /// Sets a variable. `exposed` is whether its address is taken.
    pub(super) fn set(&mut self, var: VarId, exposed: bool, value: Abstract) {
        let vars = if exposed { &mut self.exposed } else { &mut self.vars };
        if value == Abstract::Unknown {
            vars.remove(&var);
        } else {
            vars.insert(var, value);
        }
    }

    /// What is known whichever of two ways was taken.
    pub(super) fn join(&mut self, other: &Self) {
        join_vars(&mut self.vars, &other.vars);
        join_vars(&mut self.exposed, &other.exposed);
        for (at, map) in self.maps.iter_mut().enumerate() {
            if other.maps.get(at).is_none_or(|theirs| theirs.keys != map.keys) {
                map.keys = None;
            }
        }
        self.maps.extend(other.maps.iter().skip(self.maps.len()).cloned().map(|mut map| {
            map.keys = None;
            map
        }));
    }

    /// Forgets the entries of all maps.
    pub(super) fn forget_maps(&mut self) {
        self.maps.iter_mut().for_each(|map| map.keys = None);
    }

    /// Forgets variables whose address is taken.
    pub(super) fn forget_exposed(&mut self) {
        self.exposed.clear();
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.vars.clear();
        self.exposed.clear();
        self.forget_maps();
    }

    pub(super) fn map(&mut self, map: MapValue) -> MapId {
        self.maps.push(map);
        MapId(self.maps.len() - 1)
    }
}

/// Keeps what is known of variables in both.
fn join_vars(vars: &mut FxHashMap<VarId, Abstract>, other: &FxHashMap<VarId, Abstract>) {
    vars.retain(|var, value| match (other.get(var), value) {
        (Some(theirs), ours) if theirs == ours => true,
        (Some(Abstract::Slice(theirs)), Abstract::Slice(ours)) => {
            let same = |a: Option<u64>, b: Option<u64>| a.filter(|_| a == b);
            *ours = SliceValue {
                len: same(ours.len, theirs.len),
                cap: same(ours.cap, theirs.cap),
                on_stack: ours.on_stack.filter(|_| ours.on_stack == theirs.on_stack),
            };
            true
        }
        _ => false,
    });
}
