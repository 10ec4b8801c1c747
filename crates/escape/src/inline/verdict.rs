//! What is decided about a function.

use std::fmt;

use lower::ir::{Body, FuncId, InstId, Op};
use rustc_hash::FxHashMap;

use super::callee::Callee;
use super::remark::{Remark, RemarkKind};

/// Whether a function can be inlined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It can be.
    Inlinable {
        /// Its cost, in nodes.
        cost: i32,
        /// Whether its results can be declared where it returns.
        can_delay_results: bool,
    },
    /// It cannot be.
    Refused(Reason),
}

impl Verdict {
    /// Its cost, where that decided.
    #[must_use]
    pub const fn cost(self) -> Option<i32> {
        match self {
            Self::Inlinable { cost, .. } | Self::Refused(Reason::TooComplex { cost, .. }) => {
                Some(cost)
            }
            Self::Refused(_) => None,
        }
    }
}

/// Why a function is never inlined. Prints as under `-gcflags=-m=2`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// `//go:noinline`
    Noinline,
    /// `//go:norace`, with the race detector.
    Norace,
    /// `//go:cgo_unsafe_args`
    CgoUnsafeArgs,
    /// `//go:uintptrkeepalive`, or `//go:uintptrescapes`
    UintptrKeepAlive,
    /// `//go:yeswritebarrierrec`
    Yeswritebarrierrec,
    /// It is implemented elsewhere.
    NoBody,
    /// It calls `recover`.
    Recover,
    /// It asks for the place or the stack of its caller: the function of `internal/runtime/sys` that it calls.
    CallTo(&'static str),
    /// It defers in the body of a loop over a function.
    DeferInRangeFunc,
    /// It has a statement that cannot be inlined.
    Unhandled(Op),
    /// It costs too much.
    TooComplex {
        /// Its cost, in nodes.
        cost: i32,
        /// What it may cost.
        budget: i32,
    },
    /// It sets the variables of a package. The compiler says nothing about it.
    PackageInit,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Noinline => "marked go:noinline",
            Self::Norace => "marked go:norace with -race compilation",
            Self::CgoUnsafeArgs => "marked go:cgo_unsafe_args",
            Self::UintptrKeepAlive => "marked as having a keep-alive uintptr argument",
            Self::Yeswritebarrierrec => "marked go:yeswritebarrierrec",
            Self::NoBody => "no function body",
            Self::Recover => "call to recover",
            Self::CallTo(function) => return write!(f, "call to {function}"),
            Self::DeferInRangeFunc => "defer call in range func",
            Self::Unhandled(op) => return write!(f, "unhandled op {}", op.name()),
            Self::TooComplex { cost, budget } => {
                return write!(f, "function too complex: cost {cost} exceeds budget {budget}");
            }
            Self::PackageInit => "sets the package's variables",
        })
    }
}

/// What is decided about the functions of one body.
#[derive(Clone, Default, Debug)]
pub struct Verdicts {
    known: FxHashMap<FuncId, Verdict>,
    /// Functions that are being decided. None can be part of its own in code that compiles.
    pending: Vec<FuncId>,
    order: Vec<FuncId>,
}

impl Verdicts {
    /// What is decided about a function; `None` if nothing is.
    #[must_use]
    pub fn get(&self, func: FuncId) -> Option<Verdict> {
        self.known.get(&func).copied()
    }

    /// Functions in the order in which they were decided.
    #[must_use]
    pub fn order(&self) -> &[FuncId] {
        &self.order
    }

    /// What was decided, as remarks, in order; nothing of the setting of a package's variables.
    pub fn remarks<'a>(
        &'a self,
        body: &'a Body,
        inst: InstId,
    ) -> impl Iterator<Item = Remark> + 'a {
        self.order.iter().filter_map(move |&func| {
            let function = match func {
                Body::ROOT => Callee::Declared(inst),
                _ => Callee::Closure(func),
            };
            let kind = match self.get(func)? {
                Verdict::Inlinable { cost, .. } => RemarkKind::CanInline { function, cost },
                Verdict::Refused(Reason::PackageInit) => return None,
                Verdict::Refused(reason) => RemarkKind::CannotInline { function, reason },
            };
            Some(Remark { pos: body.funcs[func].pos, kind })
        })
    }

    /// Starts with a function, unless it is started with already.
    pub(super) fn start(&mut self, func: FuncId) -> bool {
        if self.pending.contains(&func) {
            return false;
        }
        self.pending.push(func);
        true
    }

    pub(super) fn finish(&mut self, func: FuncId, verdict: Verdict) {
        self.pending.retain(|&pending| pending != func);
        self.known.insert(func, verdict);
        self.order.push(func);
    }
}
