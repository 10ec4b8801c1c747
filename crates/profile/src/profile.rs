//! A profile as columns.

use std::ops::Range;

/// A text of a profile, by its position in [`Profile::texts`]; 0 is the empty one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Text(pub u32);

/// What a value counts and in which unit: `alloc_space`, `bytes`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ValueType {
    /// What is counted.
    pub name: Text,
    /// In which unit.
    pub unit: Text,
}

/// A function that samples were taken in.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Function {
    /// Its name: `example.com/m/pkg.(*T).M`, type arguments as `[...]`.
    pub name: Text,
    /// The path of its file, as it was compiled.
    pub file: Text,
    /// The line on which it begins; 0 where that is not told (before Go 1.20).
    pub start_line: i64,
}

/// A line of a function.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Line {
    /// Position in [`Profile::functions`]; `None` where the function is not known.
    pub function: Option<u32>,
    /// The line in its file.
    pub line: i64,
}

/// A place in the program's code.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Location {
    /// Its address.
    pub address: u64,
    /// The lines that it stands for, in [`Profile::lines`]: more than one where functions are inlined, the innermost first.
    pub lines: Range<u32>,
}

/// What was counted on one stack.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Sample {
    /// The stack, in [`Profile::stacks`]: the innermost call first.
    pub stack: Range<u32>,
    /// The values, in [`Profile::values`], beside [`Profile::types`].
    pub values: Range<u32>,
}

/// A profile.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Profile {
    /// What the values of a sample count.
    pub types: Vec<ValueType>,
    /// What was counted, stack by stack.
    pub samples: Vec<Sample>,
    /// Positions in [`Self::locations`], of all samples one after the other.
    pub stacks: Vec<u32>,
    /// Values, of all samples one after the other.
    pub values: Vec<i64>,
    /// Places in the code.
    pub locations: Vec<Location>,
    /// Lines, of all locations one after the other.
    pub lines: Vec<Line>,
    /// Functions.
    pub functions: Vec<Function>,
    /// Where the texts are in the bytes that were read.
    pub(crate) texts: Vec<Range<u32>>,
    pub(crate) bytes: Vec<u8>,
}

impl Profile {
    /// A text. What is not UTF-8 in it is replaced.
    #[must_use]
    pub fn text(&self, text: Text) -> std::borrow::Cow<'_, str> {
        let range = self.texts.get(text.0 as usize).cloned().unwrap_or_default();
        String::from_utf8_lossy(&self.bytes[range.start as usize..range.end as usize])
    }

    /// The places on the stack of a sample, the innermost first.
    pub fn stack(
        &self,
        sample: &Sample,
    ) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
        self.stacks[sample.stack.start as usize..sample.stack.end as usize].iter().copied()
    }

    /// The values of a sample, beside [`Self::types`].
    #[must_use]
    pub fn values(&self, sample: &Sample) -> &[i64] {
        &self.values[sample.values.start as usize..sample.values.end as usize]
    }

    /// The lines that a place stands for, the innermost first.
    #[must_use]
    pub fn lines(&self, location: u32) -> &[Line] {
        let lines = &self.locations[location as usize].lines;
        &self.lines[lines.start as usize..lines.end as usize]
    }
}
