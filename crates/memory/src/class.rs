//! Size classes, and where a request is put.

use crate::layout::round_up;
use crate::target::{INLINE_MARK_BITS, Target};

/// Bytes of a page of the heap (all versions, all architectures).
pub const PAGE: u64 = 8192;

/// What precedes an object with pointers that is too large for the bitmap at the end of its span: the address of its
/// type. 8 bytes on all architectures (`mallocHeaderSize`, Go 1.22 to 1.27).
const HEADER: u64 = 8;

/// Largest request that is served from a size class, its header included (`maxSmallSize`).
const MAX_SMALL: u64 = 32768;

/// Bytes of the mark bits within a span of small objects (`spanInlineMarkBits`).
const MARK_BITS: u64 = 128;

/// Smallest object whose span holds its own mark bits (`gcUsesSpanInlineMarkBits`).
const MARKED_FROM: u64 = 16;

/// A size class: requests of up to so many bytes get exactly so many.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Class {
    /// Its number, from 1.
    pub number: u8,
    /// Bytes of an object.
    pub size: u64,
    /// Pages of a span of such objects.
    pub pages: u64,
}

macro_rules! classes {
    ($($size:literal $pages:literal),* $(,)?) => {{
        let mut classes = [$(Class { number: 0, size: $size, pages: $pages }),*];
        let mut at = 0;
        while at < classes.len() {
            classes[at].number = at as u8 + 1;
            at += 1;
        }
        classes
    }};
}

/// The size classes, the smallest first. The runtime counts one more: 0, that of large objects.
///
/// Source: `sizeclasses.go` of Go 1.23 to 1.27, equal in all of them and for all architectures.
pub static CLASSES: [Class; 67] = classes![
    8 1, 16 1, 24 1, 32 1, 48 1, 64 1, 80 1, 96 1, 112 1, 128 1, 144 1, 160 1, 176 1, 192 1, 208 1, 224 1, 240 1,
    256 1, 288 1, 320 1, 352 1, 384 1, 416 1, 448 1, 480 1, 512 1, 576 1, 640 1, 704 1, 768 1, 896 1, 1024 1, 1152 1,
    1280 1, 1408 2, 1536 1, 1792 2, 2048 1, 2304 2, 2688 1, 3072 3, 3200 2, 3456 3, 4096 1, 4864 3, 5376 2, 6144 3,
    6528 4, 6784 5, 6912 6, 8192 1, 9472 7, 9728 6, 10240 5, 10880 4, 12288 3, 13568 5, 14336 7, 16384 2, 18432 9,
    19072 7, 20480 5, 21760 8, 24576 3, 27264 10, 28672 7, 32768 4,
];

impl Class {
    /// The smallest class for so many bytes; `None` above the largest.
    #[must_use]
    pub fn of(size: u64) -> Option<Self> {
        CLASSES.get(CLASSES.partition_point(|class| class.size < size)).copied()
    }

    /// Bytes of a span.
    #[must_use]
    pub const fn span(self) -> u64 {
        self.pages * PAGE
    }

    /// Alignment of its objects: the largest power of two that divides both size and page.
    #[must_use]
    pub const fn align(self) -> u64 {
        let power = 1 << self.size.trailing_zeros();
        if power > PAGE { PAGE } else { power }
    }

    /// Objects in a span. A span of small objects keeps a bitmap of their pointers and, since Go 1.26, its mark bits.
    #[must_use]
    pub const fn objects(self, target: Target, pointers: bool) -> u64 {
        let small = self.size <= target.header_above();
        let mut reserved = 0;
        if small && pointers {
            reserved += self.span() / target.word / 8;
        }
        if small && self.size >= MARKED_FROM && target.minor >= INLINE_MARK_BITS {
            reserved += MARK_BITS;
        }
        (self.span() - reserved) / self.size
    }

    /// Bytes at the end of a span that hold no object.
    #[must_use]
    pub const fn tail(self, target: Target, pointers: bool) -> u64 {
        self.span() - self.objects(target, pointers) * self.size
    }
}

/// Where a request is put.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Slot {
    /// Nowhere: nothing was asked for.
    None,
    /// Among objects of one size.
    Small {
        /// The class.
        class: Class,
        /// Bytes before the object, 0 or 8.
        header: u64,
    },
    /// In a span of its own.
    Large {
        /// Bytes, whole pages.
        bytes: u64,
    },
}

impl Slot {
    pub(crate) fn of(target: Target, size: u64, pointers: bool) -> Self {
        if size == 0 {
            return Self::None;
        }
        let header = if pointers && size > target.header_above() { HEADER } else { 0 };
        match Class::of(size.saturating_add(header)) {
            // What leaves no room for a header is large, with or without one.
            Some(class) if size <= MAX_SMALL - HEADER => Self::Small { class, header },
            _ => Self::Large { bytes: round_up(size, PAGE) },
        }
    }

    /// Bytes that are taken from the heap.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Small { class, .. } => class.size,
            Self::Large { bytes } => bytes,
        }
    }

    /// Bytes of it that the object can have.
    #[must_use]
    pub const fn usable(self) -> u64 {
        match self {
            Self::Small { class, header } => class.size - header,
            slot => slot.bytes(),
        }
    }
}

impl Target {
    /// Bytes above which an object with pointers has a header: as many words as a word has bits (`heapBitsInSpan`).
    #[must_use]
    pub const fn header_above(self) -> u64 {
        self.word * self.word * 8
    }

    /// The bytes that the runtime makes of a request for a slice or string whose capacity it may choose (`roundupsize`).
    #[must_use]
    pub fn rounded(self, size: u64, pointers: bool) -> u64 {
        self.slot(size, pointers).usable()
    }
}

#[cfg(test)]
mod tests {
    use super::{CLASSES, Slot};
    use crate::Target;

    #[test]
    fn as_the_runtime_prints_them() {
        // The comment at the head of the runtime's sizeclasses.go: bytes, span, objects, tail, alignment.
        for (number, size, span, objects, tail, align) in [
            (1, 8, 8192, 1024, 0, 8),
            (5, 48, 8192, 170, 32, 16),
            (35, 1408, 16384, 11, 896, 128),
            (60, 18432, 73728, 4, 0, 2048),
            (67, 32768, 32768, 1, 0, 8192),
        ] {
            let class = CLASSES[number - 1];
            let old = Target::new(25, 8);
            let found = (class.number as usize, class.size, class.span());
            assert_eq!(found, (number, size, span));
            assert_eq!((class.objects(old, false), class.tail(old, false)), (objects, tail));
            assert_eq!(class.align(), align, "{size}");
        }
    }

    #[test]
    fn spans_keep_bits() {
        let class = CLASSES[1];
        assert_eq!(class.objects(Target::new(25, 8), true), 504);
        assert_eq!(class.objects(Target::new(26, 8), false), 504);
        assert_eq!(class.objects(Target::new(26, 8), true), 496);
    }

    #[test]
    fn headers() {
        let bytes = |word, size, pointers| Target::new(27, word).slot(size, pointers).bytes();
        assert_eq!(
            (bytes(8, 512, true), bytes(8, 513, true), bytes(8, 576, true)),
            (512, 576, 640)
        );
        assert_eq!(
            (bytes(8, 576, false), bytes(4, 128, true), bytes(4, 136, true)),
            (576, 128, 144)
        );
        assert_eq!((bytes(8, 32760, true), bytes(8, 32768, true)), (32768, 32768));
        assert_eq!((bytes(8, 32769, false), bytes(8, 1 << 20, true)), (40960, 1 << 20));
        assert_eq!(Target::new(27, 8).slot(0, true), Slot::None);
        assert_eq!(Target::new(27, 8).rounded(1016, true), 1016);
    }
}
