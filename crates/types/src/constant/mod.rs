//! Exact constants. (Placeholder until the module lands.)

/// A constant's value.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Not known.
    Unknown,
    /// `true`, `false`
    Bool(bool),
    /// An integer.
    Int(i64),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
