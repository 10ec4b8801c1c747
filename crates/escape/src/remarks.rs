//! What the compiler says under `-gcflags=-m`.

use lower::ir::{FuncId, NodeId, Pos, VarId, Wording};

use crate::batch::BatchEntry;

/// A line of `-m`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Remark {
    /// Where it is said: of what was inlined, at the outermost call.
    pub pos: Pos,
    /// The function that it is about.
    pub func: FuncId,
    /// What is said.
    pub kind: RemarkKind,
}

/// What a line of `-m` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RemarkKind {
    /// A variable is on the heap.
    MovedToHeap(VarId),
    /// An expression's value is on the heap.
    Escapes(NodeId),
    /// An expression's value is on the stack.
    Stays(NodeId),
    /// The array that `append` may allocate is on the heap (said since Go 1.25).
    AppendEscapes,
    /// The array that `append` may allocate can be on the stack (said since Go 1.25).
    AppendStays,
    /// A conversion of a string to bytes uses the string's memory.
    ZeroCopy,
    /// A parameter's value flows to the heap.
    LeakingParam {
        /// The parameter.
        param: VarId,
        /// Its position, which is its name where it has none.
        position: usize,
    },
    /// What a parameter points to flows to the heap.
    LeakingContent(VarId),
    /// A parameter flows to a result.
    LeakingToResult {
        /// The parameter.
        param: VarId,
        /// The result.
        result: VarId,
        /// Dereferences on the way.
        level: i32,
    },
    /// A parameter flows nowhere.
    ParamStays {
        /// The parameter.
        param: VarId,
        /// Its position, which is its name where it has none.
        position: usize,
    },
    /// A parameter is written through.
    Mutates {
        /// The parameter.
        param: VarId,
        /// Dereferences before that.
        derefs: i32,
    },
    /// A function in a parameter is called.
    Calls {
        /// The parameter.
        param: VarId,
        /// Dereferences before that.
        derefs: i32,
    },
    /// A parameter flows nowhere, is not written through and not called.
    ParamUntouched(VarId),
    /// A parameter of a function without a body is taken for a pointer.
    UnsafeUintptr {
        /// The parameter.
        param: VarId,
        /// Its position, which is its name where it has none.
        position: usize,
    },
    /// A parameter of a function with `//go:uintptrescapes`.
    EscapingUintptr(VarId),
    /// A variadic parameter of such a function.
    EscapingUintptrs(VarId),
    /// An assignment does not bring a pointer to where it was not before.
    SelfAssignment(NodeId),
}

impl Remark {
    /// The line, without the place before it.
    #[must_use]
    pub fn text(&self, entry: &BatchEntry, wording: &Wording<'_>) -> String {
        let body = &entry.body;
        let node = |id| body.text(wording, id);
        let name = |var: VarId| body.vars[var].name.as_str();
        let numbered = |var: VarId, position: usize| match name(var) {
            "" | "_" => format!("~p{position}"),
            name => name.to_owned(),
        };
        match self.kind {
            RemarkKind::MovedToHeap(var) => {
                format!("moved to heap: {}", body.var_text(wording, var))
            }
            RemarkKind::Escapes(id) => format!("{} escapes to heap", node(id)),
            RemarkKind::Stays(id) => format!("{} does not escape", node(id)),
            RemarkKind::AppendEscapes => "append escapes to heap".into(),
            RemarkKind::AppendStays => "append does not escape".into(),
            RemarkKind::ZeroCopy => "zero-copy string->[]byte conversion".into(),
            RemarkKind::LeakingParam { param, position } => {
                format!("leaking param: {}", numbered(param, position))
            }
            RemarkKind::LeakingContent(var) => format!("leaking param content: {}", name(var)),
            RemarkKind::LeakingToResult { param, result, level } => {
                format!("leaking param: {} to result {} level={level}", name(param), name(result))
            }
            RemarkKind::ParamStays { param, position } => {
                format!("{} does not escape", numbered(param, position))
            }
            RemarkKind::Mutates { param, derefs } => {
                format!("mutates param: {} derefs={derefs}", name(param))
            }
            RemarkKind::Calls { param, derefs } => {
                format!("calls param: {} derefs={derefs}", name(param))
            }
            RemarkKind::ParamUntouched(var) => {
                format!("{} does not escape, mutate, or call", name(var))
            }
            RemarkKind::UnsafeUintptr { param, position } => {
                format!("assuming {} is unsafe uintptr", numbered(param, position))
            }
            RemarkKind::EscapingUintptr(var) => {
                format!("marking {} as escaping uintptr", name(var))
            }
            RemarkKind::EscapingUintptrs(var) => {
                format!("marking {} as escaping ...uintptr", name(var))
            }
            RemarkKind::SelfAssignment(id) => {
                format!(
                    "{} ignoring self-assignment in {}",
                    body.func_text(wording, entry.inst, self.func),
                    node(id)
                )
            }
        }
    }
}
