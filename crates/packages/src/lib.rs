//! From patterns to packages, as the go command decides.
//!
//! [`Build::detect`] finds out what is built, [`load`] which packages that takes. No
//! network is used and nothing is run, but one `go env` where GOROOT cannot be told
//! otherwise. What is broken is reported, and the rest is loaded.

mod build;
pub mod constraint;
mod detect;
mod discover;
mod environment;
mod error;
mod experiment;
mod folder;
mod graph;
pub mod header;
mod load;
pub mod modfile;
mod modules;
mod mvs;
mod package;
mod pattern;
mod quote;
mod test_variants;
mod vendor;
mod version;
mod workspace;

pub use build::{Build, ModMode};
pub use detect::Options;
pub use error::Error;
pub use folder::{MAX_FILE_SIZE, Role, SourceFile};
pub use load::load;
pub use modfile::parse_go_mod;
pub use package::{
    FileId, Import, Load, Missing, Module, ModuleId, Package, PackageId, Request, Variant,
};
pub use version::{GoVersion, compare_semantic, is_semantic};
