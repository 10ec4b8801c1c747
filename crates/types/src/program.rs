//! Checking all packages of a run, in parallel along the import graph.
//!
//! A package waits for what its imports declare, not for their bodies. Bodies are looked into for the packages asked
//! about only; what is known of them is handed to the caller as soon as it is complete, and dropped afterwards, so that
//! memory holds a few packages at a time and not all.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashMap;
use source::{IndexVec, Name, NameCache, define_id};
use syntax::File;
use syntax::tree::Bodies;

use crate::check::{Checker, Config, Input};
use crate::facts::FileFacts;
use crate::layout::Sizes;
use crate::object::{FileId, PkgId};
use crate::store::Store;

define_id!(
    /// A package to be checked.
    pub struct UnitId
);

/// A package to be checked.
pub struct Unit {
    /// Import path as types print it.
    pub path: String,
    /// Its files.
    pub files: Vec<UnitFile>,
    /// Import paths as written in its files, and the packages they mean. What is not here is missing.
    pub imports: Vec<(String, UnitId)>,
    /// Whether its bodies are looked into and the result is handed on.
    pub root: bool,
}

/// A file of a [`Unit`].
#[derive(Clone)]
pub struct UnitFile {
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: Arc<[u8]>,
    /// Language version: `(1, 21)`.
    pub go_version: (u32, u32),
}

/// A package about which all is known.
pub struct CheckedPackage<'a> {
    /// Types and objects of the run.
    pub store: &'a Store,
    /// The package as types know it.
    pub pkg: PkgId,
    /// Which one was asked about.
    pub unit: UnitId,
    /// Its files.
    pub files: Vec<CheckedFile>,
    /// Sizes of the target.
    pub sizes: Sizes,
}

/// A file about which all is known.
pub struct CheckedFile {
    /// The file as objects' places refer to it.
    pub id: FileId,
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: Arc<[u8]>,
    /// Its tree.
    pub tree: Arc<File>,
    /// What is known of its nodes.
    pub facts: FileFacts,
    /// Language version: `(1, 21)`.
    pub go_version: (u32, u32),
}
