//! Files and the places in them: what every other floor stands on.
//!
//! Nothing here knows Go. A [`Name`] is an interned string, a [`Span`] a range of
//! bytes in one file, [`System`] the only door to the file system, [`Edit`] a
//! replacement of some bytes, and [`ids`] the vectors that are indexed by typed ids.

mod edit;
pub mod ids;
mod lines;
mod name;
mod span;
mod system;
mod text;

pub use edit::{Edit, EditError, apply};
pub use ids::{Id, IndexVec};
pub use lines::{LineColumn, Lines};
pub use name::{Name, NameCache};
pub use span::Span;
pub use system::{DirEntry, EntryKind, MemorySystem, OsSystem, System};
pub use text::Text;
