//! Which allocator is meant.

use crate::allocation::Allocation;
use crate::class::Slot;
use crate::layout::Layout;
use crate::tiny::TINY_LIMIT;

/// The Go version that a program runs with, and the word size of what it runs on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Target {
    /// `27` for Go 1.27.
    pub(crate) minor: u32,
    /// Bytes of a pointer: 4 or 8.
    pub(crate) word: u64,
}

/// Since when maps are Swiss tables; before that, they are buckets with chains.
pub(crate) const SWISS_MAPS: u32 = 24;

/// Since when a `make` of a size that is not constant, and the first array of an `append` that does not leave the
/// function, may be on the stack.
const VARIABLE_STACK_BACKING: u32 = 25;

/// Since when a slice that is built on the stack moves to the heap where it leaves the function.
const MOVED_STACK_BACKING: u32 = 26;

/// Since when small spans hold mark bits of their own (the collector called Green Tea).
pub(crate) const INLINE_MARK_BITS: u32 = 26;

/// Since when a channel knows the bubble of `testing/synctest` that it was made in: a pointer more.
pub(crate) const CHAN_BUBBLE: u32 = 25;

/// Since when `[]byte(a + b)` makes no string on the way.
const CONCATENATED_BYTES: u32 = 24;

/// Since when its result may be on the stack.
pub(crate) const CONCATENATED_BYTES_ON_STACK: u32 = 25;

impl Target {
    /// The allocator of Go 1.`minor` for pointers of `word` bytes, 4 or 8. Versions that are not known are taken for the
    /// nearest that is: 1.23 to 1.27.
    #[must_use]
    pub fn new(minor: u32, word: u64) -> Self {
        Self { minor: minor.clamp(23, 27), word: if word == 4 { 4 } else { 8 } }
    }

    /// Bytes of a pointer.
    #[must_use]
    pub const fn word(self) -> u64 {
        self.word
    }

    /// What one request for memory takes. `pointers` says whether the collector has to look into it.
    #[must_use]
    pub fn request(self, size: u64, pointers: bool) -> Allocation {
        if size > 0 && size < TINY_LIMIT && !pointers {
            return Allocation::tiny(size as u8, self.word);
        }
        Allocation::plain(self.slot(size, pointers).bytes())
    }

    /// Where a request for memory is put.
    #[must_use]
    pub fn slot(self, size: u64, pointers: bool) -> Slot {
        Slot::of(self, size, pointers)
    }

    /// A value of its own: `new(T)`, `&T{}`, a variable that is moved to the heap.
    #[must_use]
    pub fn object(self, value: Layout) -> Allocation {
        self.request(value.size, value.has_pointers())
    }

    /// An array: `make([]T, n)`, the elements of a slice literal.
    #[must_use]
    pub fn array(self, elem: Layout, len: u64) -> Allocation {
        self.request(elem.size.saturating_mul(len), elem.has_pointers())
    }

    /// Elements of `size` bytes that a `make` whose size is not constant puts on the stack where the slice does not leave
    /// the function; 0 before Go 1.25. Source: `-d=variablemakethreshold`, 32 bytes.
    #[must_use]
    pub const fn variable_make_on_stack(self, size: u64) -> u64 {
        self.stack_backing(VARIABLE_STACK_BACKING, size)
    }

    /// Elements of `size` bytes that an `append` to an empty slice puts on the stack before it asks for heap memory.
    /// `escapes` says whether the slice leaves the function afterwards: that is allowed since Go 1.26, else since 1.25.
    #[must_use]
    pub const fn append_on_stack(self, size: u64, escapes: bool) -> u64 {
        self.stack_backing(if escapes { MOVED_STACK_BACKING } else { VARIABLE_STACK_BACKING }, size)
    }

    const fn stack_backing(self, since: u32, size: u64) -> u64 {
        const BYTES: u64 = 32;
        if self.minor < since || size == 0 { 0 } else { BYTES / size }
    }

    /// Whether `[]byte(a + b)` is put together at once, without a string on the way.
    #[must_use]
    pub const fn concatenates_bytes(self) -> bool {
        self.minor >= CONCATENATED_BYTES
    }
}
