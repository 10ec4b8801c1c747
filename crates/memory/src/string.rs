//! Strings: concatenation and conversions.
//!
//! A result that does not leave the function is put on the stack if it has up to 32 bytes (or runes); `on_stack` says
//! that it may be. Source: the functions named below, in the runtime's `string.go`, Go 1.23 to 1.27.

use crate::allocation::Allocation;
use crate::target::{CONCATENATED_BYTES_ON_STACK, Target};

/// Bytes, or runes, of the buffer that a function keeps on its stack for a result (`tmpStringBufSize`).
const BUFFER: u64 = 32;

impl Target {
    /// `a + b + …`, with so many bytes in all, of so many operands that are not empty (`concatstrings`). With one such
    /// operand it is the result (unless its bytes are on the stack and the result leaves the function, which copies it).
    #[must_use]
    pub fn concat(self, bytes: u64, operands: u64, on_stack: bool) -> Allocation {
        if operands < 2 { Allocation::NONE } else { self.text(bytes, on_stack) }
    }

    /// `[]byte(a + b + …)` in one step (`concatbytes`), where [`Self::concatenates_bytes`]; before, the string is made
    /// and then converted. In Go 1.24 it does not use the stack.
    #[must_use]
    pub fn concat_bytes(self, bytes: u64, operands: u64, on_stack: bool) -> Allocation {
        if self.concatenates_bytes() {
            return self
                .string_to_bytes(bytes, on_stack && self.minor >= CONCATENATED_BYTES_ON_STACK);
        }
        self.concat(bytes, operands, true) + self.string_to_bytes(bytes, on_stack)
    }

    /// `string(b)` of so many bytes (`slicebytetostring`). A string of one byte is ready for each of them.
    #[must_use]
    pub fn bytes_to_string(self, bytes: u64, on_stack: bool) -> Allocation {
        if bytes == 1 { Allocation::NONE } else { self.text(bytes, on_stack) }
    }

    /// `[]byte(s)` of so many bytes (`stringtoslicebyte`). The capacity is what the size class has room for.
    #[must_use]
    pub fn string_to_bytes(self, bytes: u64, on_stack: bool) -> Allocation {
        if on_stack && bytes <= BUFFER {
            return Allocation::NONE;
        }
        self.request(self.rounded(bytes, false), false)
    }

    /// `[]rune(s)` of so many runes (`stringtoslicerune`).
    #[must_use]
    pub fn string_to_runes(self, runes: u64, on_stack: bool) -> Allocation {
        if on_stack && runes <= BUFFER {
            return Allocation::NONE;
        }
        self.request(self.rounded(runes.saturating_mul(4), false), false)
    }

    /// `string(r)` of runes that are so many bytes of UTF-8 (`slicerunetostring`). It asks for three bytes more.
    #[must_use]
    pub fn runes_to_string(self, bytes: u64, on_stack: bool) -> Allocation {
        self.text(bytes.saturating_add(3), on_stack)
    }

    /// `string(r)` of one rune (`intstring`).
    #[must_use]
    pub fn rune_to_string(self, on_stack: bool) -> Allocation {
        self.text(4, on_stack)
    }

    fn text(self, bytes: u64, on_stack: bool) -> Allocation {
        if on_stack && bytes <= BUFFER { Allocation::NONE } else { self.request(bytes, false) }
    }
}

#[cfg(test)]
mod tests {
    use crate::Target;

    #[test]
    fn buffers() {
        let target = Target::new(27, 8);
        assert!(target.concat(32, 2, true).is_none());
        assert_eq!(target.concat(33, 2, true).bytes(), 48);
        assert!(target.concat(33, 1, false).is_none());
        assert!(
            target.bytes_to_string(1, false).is_none()
                && target.bytes_to_string(0, false).is_none()
        );
        assert_eq!(target.string_to_bytes(5, false).bytes(), 8);
        assert_eq!(target.bytes_to_string(5, false).bytes(), 5);
        assert!(target.runes_to_string(29, true).is_none());
        assert_eq!(target.runes_to_string(30, true).bytes(), 48);
        assert_eq!(target.string_to_runes(33, true).bytes(), 144);
    }
}
