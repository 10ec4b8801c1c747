//! `github.com/rs/zerolog`: values of any type, which it hands to `encoding/json`.

use fix::{Applicability, Plan};
use syntax::tree::ExprId;
use types::{Basic, Type, TypeId};

use super::basic;
use crate::context::Context;

const ZEROLOG: &str = "github.com/rs/zerolog";

/// Methods that `Interface` or `encoding/json` call in place of looking at the value.
const MARSHALLERS: [&str; 5] =
    ["MarshalJSON", "MarshalJSONTo", "MarshalText", "AppendText", "MarshalZerologObject"];

/// `event.Interface(key, value)`, and the same of a context.
pub(super) struct Field {
    call: ExprId,
    value: ExprId,
    typed: Typed,
}

/// How a value is written without an interface.
struct Typed {
    /// The method.
    method: &'static str,
    /// The type that the method takes, as it is written.
    takes: &'static str,
    /// What is written in another way for some values.
    differs: Option<&'static str>,
}

impl Field {
    pub(super) fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let (receiver, name) =
            ["Event", "Context"].into_iter().find_map(|ty| cx.calls_method(call, ZEROLOG, ty))?;
        let [_, value] = cx.arguments(call)[..] else { return None };
        if !matches!(name, "Interface" | "Any") {
            return None;
        }
        let typed = Typed::of(cx, cx.type_of(value))?;
        cx.method_of(cx.type_of(receiver), typed.method)?;
        Some(Self { call, value, typed })
    }

    pub(super) fn value(&self) -> ExprId {
        self.value
    }

    pub(super) fn plan(&self, cx: &Context<'_>) -> Option<Plan> {
        let Typed { method, takes, differs } = self.typed;
        let (applicability, because) = match differs {
            Some(differs) => (Applicability::Unsafe, format!("; {differs}")),
            None => (Applicability::Safe, String::new()),
        };
        let mut plan = Plan::new(applicability, format!("Write it with {method}{because}"));
        plan.replace(cx.selected_name(self.call)?, method);
        if basic(cx, cx.type_of(self.value)).is_none() {
            if !cx.is_predeclared(takes) {
                return None;
            }
            let span = cx.span(self.value);
            plan.insert(span.start, format!("{takes}("));
            plan.insert(span.end, ")");
        }
        Some(plan)
    }
}

impl Typed {
    /// By the kind of the value, which is what `encoding/json` goes by, unless the type has a say.
    fn of(cx: &Context<'_>, ty: TypeId) -> Option<Self> {
        let has_a_say = |name| cx.has_selector(ty, name);
        let is_pointer = matches!(cx.store.ty(ty), Type::Pointer(_));
        if is_pointer
            || cx.is_type(ty, "encoding/json", "Number")
            || MARSHALLERS.into_iter().any(has_a_say)
        {
            return None;
        }
        let Type::Basic(kind, _) = cx.store.under_ty(ty) else { return None };
        let same = |method, takes| Some(Self { method, takes, differs: None });
        let other = |method, takes, differs| Some(Self { method, takes, differs: Some(differs) });
        let infinite = "NaN and infinities are written as such, and not as errors";
        match kind {
            Basic::Int => same("Int", "int"),
            Basic::Int8 => same("Int8", "int8"),
            Basic::Int16 => same("Int16", "int16"),
            Basic::Int32 => same("Int32", "int32"),
            Basic::Int64 => same("Int64", "int64"),
            Basic::Uint => same("Uint", "uint"),
            Basic::Uint8 => same("Uint8", "uint8"),
            Basic::Uint16 => same("Uint16", "uint16"),
            Basic::Uint32 => same("Uint32", "uint32"),
            Basic::Uint64 => same("Uint64", "uint64"),
            Basic::Float32 => other("Float32", "float32", infinite),
            Basic::Float64 => other("Float64", "float64", infinite),
            Basic::String => {
                other("Str", "string", "characters such as U+2028 are escaped in another way")
            }
            _ => None,
        }
    }
}
