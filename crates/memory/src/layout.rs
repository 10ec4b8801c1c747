//! How a value lies in memory.

/// How a value lies in memory, as far as the allocator cares.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Layout {
    /// Bytes.
    pub size: u64,
    /// Alignment, in bytes.
    pub align: u64,
    /// Bytes up to the end of the last pointer; 0 for a value without pointers.
    pub pointer_bytes: u64,
}

impl Layout {
    /// A value without pointers.
    #[must_use]
    pub const fn plain(size: u64, align: u64) -> Self {
        Self { size, align, pointer_bytes: 0 }
    }

    /// A pointer of `word` bytes.
    #[must_use]
    pub const fn pointer(word: u64) -> Self {
        Self { size: word, align: word, pointer_bytes: word }
    }

    /// Whether the collector has to look into it.
    #[must_use]
    pub const fn has_pointers(self) -> bool {
        self.pointer_bytes > 0
    }

    /// An array of such values.
    #[must_use]
    pub const fn array(self, len: u64) -> Self {
        if len == 0 {
            return Self::plain(0, self.align);
        }
        let pointer_bytes = if self.pointer_bytes == 0 {
            0
        } else {
            self.size.saturating_mul(len - 1).saturating_add(self.pointer_bytes)
        };
        Self { size: self.size.saturating_mul(len), align: self.align, pointer_bytes }
    }

    /// A struct of such fields, in this order. As the compiler lays it out: a last field without size is followed by a
    /// byte, so that a pointer to it does not leave the struct.
    #[must_use]
    pub fn structure(fields: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self::plain(0, 1);
        let mut last = 1;
        for field in fields {
            let align = field.align.max(1);
            let offset = round_up(whole.size, align);
            if field.pointer_bytes > 0 {
                whole.pointer_bytes = offset.saturating_add(field.pointer_bytes);
            }
            whole.size = offset.saturating_add(field.size);
            whole.align = whole.align.max(align);
            last = field.size;
        }
        if last == 0 && whole.size > 0 {
            whole.size = whole.size.saturating_add(1);
        }
        whole.size = round_up(whole.size, whole.align);
        whole
    }
}

/// The next multiple; the largest number where that is none.
pub(crate) const fn round_up(size: u64, multiple: u64) -> u64 {
    match size.checked_next_multiple_of(multiple) {
        Some(size) => size,
        None => u64::MAX,
    }
}
