//! Growth of slices.
//!
//! Source: `growslice`, `growsliceBuf` and `moveSlice` of the runtime, the same from Go 1.23 to 1.27 where they exist.

use crate::allocation::Allocation;
use crate::layout::Layout;
use crate::target::Target;

/// Capacity from which a slice grows by a quarter and more instead of doubling.
const DOUBLING: u64 = 256;

/// What came of growing a slice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grown {
    /// Its capacity, in elements.
    pub capacity: u64,
    /// What the new array takes; nothing where the old one has room.
    pub allocation: Allocation,
}

impl Target {
    /// Appends at once to a slice of `capacity`, so that it has `len` elements.
    #[must_use]
    pub fn append(self, elem: Layout, capacity: u64, len: u64) -> Grown {
        if len <= capacity {
            return Grown { capacity, allocation: Allocation::NONE };
        }
        if elem.size == 0 {
            return Grown { capacity: len, allocation: Allocation::NONE };
        }
        let asked = next_capacity(capacity, len).saturating_mul(elem.size);
        let capacity = self.rounded(asked, elem.has_pointers()) / elem.size;
        Grown { capacity, allocation: self.array(elem, capacity) }
    }

    /// Appends one by one to a slice of `len` elements and `capacity`, until it has `end` elements. With a capacity from
    /// [`Self::append_on_stack`] the first of these appends cost nothing.
    #[must_use]
    pub fn append_each(self, elem: Layout, len: u64, capacity: u64, end: u64) -> Grown {
        let mut grown = Grown { capacity: capacity.max(len), allocation: Allocation::NONE };
        if elem.size == 0 {
            grown.capacity = grown.capacity.max(end);
        }
        while grown.capacity < end {
            let next = self.append(elem, grown.capacity, grown.capacity + 1);
            if next.capacity <= grown.capacity {
                break; // More than there are addresses.
            }
            grown.capacity = next.capacity;
            grown.allocation += next.allocation;
        }
        grown
    }

    /// A slice of `len` elements that was built on the stack, by [`Self::append_on_stack`], leaves the function. Its capacity
    /// becomes that of the smallest array for them.
    #[must_use]
    pub fn move_to_heap(self, elem: Layout, len: u64) -> Grown {
        if len == 0 || elem.size == 0 {
            return Grown { capacity: len, allocation: Allocation::NONE };
        }
        let bytes = self.rounded(len.saturating_mul(elem.size), elem.has_pointers());
        let capacity = bytes / elem.size;
        Grown { capacity, allocation: self.array(elem, capacity) }
    }
}

/// The capacity that a full slice is to have, before it is rounded up to a size class.
fn next_capacity(capacity: u64, len: u64) -> u64 {
    let double = capacity.saturating_mul(2);
    if len > double {
        return len;
    }
    if capacity < DOUBLING {
        return double;
    }
    let mut next = capacity;
    while next < len {
        next = next.saturating_add(next.saturating_add(3 * DOUBLING) / 4);
    }
    next
}

#[cfg(test)]
mod tests {
    use crate::{Layout, Target};

    #[test]
    fn one_by_one() {
        // `go test -benchmem` of 1024 appends of an int: Go 1.23 and Go 1.27.
        let int = Layout::plain(8, 8);
        let old = Target::new(23, 8);
        let grown = old.append_each(int, 0, old.append_on_stack(8, true), 1024);
        assert_eq!((grown.allocation.objects(), grown.allocation.bytes()), (12, 25208));
        let new = Target::new(27, 8);
        let grown = new.append_each(int, 0, new.append_on_stack(8, true), 1024);
        assert_eq!((grown.allocation.objects(), grown.allocation.bytes()), (9, 25152));
    }

    #[test]
    fn at_once() {
        let target = Target::new(27, 8);
        let byte = Layout::plain(1, 1);
        assert_eq!(target.append(byte, 0, 5).capacity, 8);
        assert_eq!(target.append(Layout::plain(8, 8), 256, 257).capacity, 512);
        assert_eq!(target.append(Layout::plain(0, 1), 3, 9).capacity, 9);
        assert_eq!(target.append(byte, 9, 9).capacity, 9);
    }
}
