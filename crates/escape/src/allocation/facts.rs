//! What is allocated by a function as a whole.

use lower::ir::{FuncId, InstId, Pos};

use super::site::{Allocates, Site};

/// A call that is not inlined.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Call {
    /// The declared function that it calls; `None` where it is not known.
    pub callee: Option<InstId>,
    /// Where it stands.
    pub pos: Pos,
    /// The function that it is in: the declared one or a function literal.
    pub func: FuncId,
    /// Loops of its function around it.
    pub loop_depth: u32,
    /// Whether it is on every way through its function.
    pub unconditional: bool,
}

/// What is allocated by a call of a function, with arguments that are not known.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct AllocationFacts {
    /// Objects that every call takes at least, those of its callees counted.
    pub always_objects: u64,
    /// Their bytes; `None` where one of them has a size that is not known.
    pub always_bytes: Option<u64>,
    /// Whether calls may take more: in branches and loops, and what is only sometimes allocated.
    pub sometimes: bool,
    /// Whether something is called of which nothing is known.
    pub calls_unknown: bool,
}

impl AllocationFacts {
    /// Of a function that takes nothing.
    pub const NONE: Self =
        Self { always_objects: 0, always_bytes: Some(0), sometimes: false, calls_unknown: false };

    /// Of a function of which nothing is known.
    pub const UNKNOWN: Self =
        Self { always_objects: 0, always_bytes: Some(0), sometimes: true, calls_unknown: true };

    /// Whether a call may allocate.
    #[must_use]
    pub const fn word(self) -> &'static str {
        if self.always_objects > 0 {
            "always"
        } else if self.sometimes {
            "sometimes"
        } else {
            "never"
        }
    }

    /// Adds a site of the declared function.
    pub(crate) fn site(&mut self, site: &Site) {
        let once = site.unconditional && site.loop_depth == 0;
        match site.allocates {
            Allocates::Never(_) => {}
            Allocates::Always if once => {
                self.always_objects = self.always_objects.saturating_add(site.objects);
                let sum = self.always_bytes.zip(site.bytes);
                self.always_bytes = sum.map(|(a, b)| a.saturating_add(b));
            }
            _ => self.sometimes = true,
        }
    }

    /// Adds what is called.
    pub(crate) fn call(&mut self, call: &Call, callee: Self) {
        if call.unconditional && call.loop_depth == 0 {
            self.always_objects = self.always_objects.saturating_add(callee.always_objects);
            let sum = self.always_bytes.zip(callee.always_bytes);
            self.always_bytes = sum.map(|(a, b)| a.saturating_add(b));
            self.sometimes |= callee.sometimes;
        } else {
            self.sometimes |= callee.sometimes || callee.always_objects > 0;
        }
        self.calls_unknown |= callee.calls_unknown;
    }
}
