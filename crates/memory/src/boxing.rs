//! Values in interfaces.

use crate::allocation::Allocation;
use crate::layout::Layout;
use crate::target::Target;

/// What a value is made of, where that decides how an interface holds it. A struct of one field or an array of one
/// element is what its only component is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Shape {
    /// One pointer: a pointer, map, channel, function or `unsafe.Pointer`. The interface holds it itself.
    Pointer,
    /// A constant, or something else that is never written: its copy in the program serves.
    ReadOnly,
    /// A truth value or an integer.
    Integer,
    /// A string.
    String,
    /// A slice.
    Slice,
    /// Anything else.
    Other,
}

/// What putting a value into an interface takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Boxing {
    /// Nothing.
    Never,
    /// A box, unless the value is of a kind that the runtime has ready.
    Unless(Exception, Allocation),
    /// A box.
    Always(Allocation),
}

/// Values that the runtime has boxes ready for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Exception {
    /// Below 256, read as an unsigned integer of 2, 4 or 8 bytes.
    Below256,
    /// The empty string.
    EmptyString,
    /// A nil slice.
    NilSlice,
}

impl Target {
    /// A value is put into an interface that leaves the function. (Where it does not leave it, a copy of up to 1024 bytes
    /// is on the stack.)
    ///
    /// Source: `dataWord` and `dataWordFuncName` of the compiler and `convT16` … `convTslice` of the runtime, Go 1.23 to
    /// 1.27. Which function is called depends on size and alignment alone: a `float32` of 1e-45, whose bits are 1, needs
    /// no box.
    #[must_use]
    pub fn boxing(self, value: Layout, shape: Shape) -> Boxing {
        let plain = !value.has_pointers();
        match shape {
            _ if value.size == 0 => return Boxing::Never,
            Shape::Pointer | Shape::ReadOnly => return Boxing::Never,
            Shape::Integer if value.size == 1 => return Boxing::Never,
            _ => {}
        }
        let exception = match (value.size, value.align) {
            (2, 2) => Exception::Below256,
            (4, 4) if plain => Exception::Below256,
            // Where words have 4 bytes, integers of 8 are aligned as those.
            (8, align) if plain && align == self.word => Exception::Below256,
            _ => match shape {
                Shape::String => Exception::EmptyString,
                Shape::Slice => Exception::NilSlice,
                _ => return Boxing::Always(self.object(value)),
            },
        };
        Boxing::Unless(exception, self.object(value))
    }
}

#[cfg(test)]
mod tests {
    use super::{Boxing, Exception, Shape};
    use crate::{Layout, Target};

    #[test]
    fn boxes() {
        let target = Target::new(27, 8);
        let plain = |size, align| Layout::plain(size, align);
        let unless = |boxing| match boxing {
            Boxing::Unless(exception, allocation) => Some((exception, allocation.bytes())),
            _ => None,
        };
        let boxing = |layout, shape| target.boxing(layout, shape);
        assert_eq!(boxing(plain(1, 1), Shape::Integer), Boxing::Never);
        assert_eq!(boxing(plain(0, 1), Shape::Other), Boxing::Never);
        assert_eq!(boxing(Layout::pointer(8), Shape::Pointer), Boxing::Never);
        let small = Some((Exception::Below256, 4));
        assert_eq!(unless(boxing(plain(4, 4), Shape::Other)), small);
        let string = Layout { size: 16, align: 8, pointer_bytes: 8 };
        assert_eq!(unless(boxing(string, Shape::String)), Some((Exception::EmptyString, 16)));
        let slice = Layout { size: 24, align: 8, pointer_bytes: 8 };
        assert_eq!(unless(boxing(slice, Shape::Slice)), Some((Exception::NilSlice, 24)));
        assert!(matches!(boxing(plain(16, 8), Shape::Other), Boxing::Always(_)));
        assert!(matches!(boxing(plain(1, 1), Shape::Other), Boxing::Always(_)));
    }
}
