//! Profiles as Go writes them: pprof, compressed or not.
//!
//! The format is that of `github.com/google/pprof/proto/profile.proto`. A [`Profile`] is columns; ids of the file are
//! positions in them.

mod calls;
mod profile;
mod read;
mod wire;

pub use calls::{CallEdge, Calls, CallsError};
pub use profile::{Function, Line, Location, Profile, Sample, Text, ValueType};
pub use read::{Error, MAX_BYTES, read};
