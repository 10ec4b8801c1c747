//! Closures: function literals, bound methods, what `go` and `defer` call.

use crate::allocation::Allocation;
use crate::layout::Layout;
use crate::target::Target;

/// Largest variable, in bytes, that a closure holds a copy of (escape analysis, Go 1.23 to 1.27).
const BY_VALUE: u64 = 128;

/// How a closure holds a variable of the function around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Capture {
    /// A copy.
    Value(Layout),
    /// A pointer to it. The variable itself is then an object of its own where the closure outlives it.
    Reference,
}

/// Whether a closure holds a copy of a variable of so many bytes: if it is small, and neither assigned to after its
/// declaration nor its address taken.
#[must_use]
pub const fn by_value(size: u64, reassigned_or_address_taken: bool) -> bool {
    size <= BY_VALUE && !reassigned_or_address_taken
}

impl Target {
    /// A closure: the address of its code, which is no pointer to the collector, and what it captures, in the order in
    /// which its body first names it. Nothing where it captures nothing: such a closure is static.
    ///
    /// A bound method (`x.m`) captures its receiver, and so does what `go f(x)` starts the function and arguments.
    #[must_use]
    pub fn closure(self, captures: &[Capture]) -> Allocation {
        if captures.is_empty() {
            Allocation::NONE
        } else {
            self.object(self.closure_layout(captures))
        }
    }

    /// How a closure lies in memory.
    #[must_use]
    pub fn closure_layout(self, captures: &[Capture]) -> Layout {
        let code = Layout::plain(self.word, self.word);
        let captures = captures.iter().map(|capture| match *capture {
            Capture::Value(layout) => layout,
            Capture::Reference => Layout::pointer(self.word),
        });
        Layout::structure(std::iter::once(code).chain(captures))
    }

    /// The record of a `defer` that is neither open-coded nor on the stack, as in a loop. The runtime keeps records that
    /// have run for the next `defer`, so that a function that is called again and again takes none. Source: `_defer` and
    /// `newdefer` of the runtime, Go 1.23 to 1.27.
    #[must_use]
    pub fn defer_record(self) -> Allocation {
        // Two flags; stack and program counter; function, next record, list of range-over-func.
        self.request(6 * self.word, true)
    }
}

#[cfg(test)]
mod tests {
    use super::Capture;
    use crate::{Layout, Target};

    #[test]
    fn captures() {
        let target = Target::new(27, 8);
        let bytes = |captures: &[Capture]| target.closure(captures).bytes();
        let int = Capture::Value(Layout::plain(8, 8));
        assert_eq!((bytes(&[]), bytes(&[int]), bytes(&[Capture::Reference, int])), (0, 16, 24));
        let layout = target.closure_layout(&[int, Capture::Reference, int]);
        assert_eq!((layout.size, layout.pointer_bytes), (32, 24));
        assert_eq!(target.closure_layout(&[int]).pointer_bytes, 0);
        assert_eq!(target.defer_record().bytes(), 48);
    }
}
