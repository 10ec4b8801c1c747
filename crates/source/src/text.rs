//! The bytes of a file.

use std::ops::Deref;
use std::sync::Arc;

/// The bytes of a file, shared: whoever holds them holds the same file, whatever becomes of it on disk.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(Arc<Vec<u8>>);

impl Text {
    /// Shares some bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Arc::new(bytes))
    }
}

impl Deref for Text {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes().to_vec())
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}
