//! What is loaded: packages, files, modules, and what was not found.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use source::{IndexVec, Name};

use crate::error::Error;
use crate::folder::SourceFile;
use crate::modfile::ModVersion;
use crate::version::GoVersion;

source::define_id!(
    /// A package of a [`Load`].
    pub struct PackageId
);
source::define_id!(
    /// A Go file of a [`Load`].
    pub struct FileId
);
source::define_id!(
    /// A module of a [`Load`].
    pub struct ModuleId
);

/// What is to be loaded.
#[derive(Clone, Default, Debug)]
pub struct Request {
    /// The working folder, absolute.
    pub dir: PathBuf,
    /// Patterns as the go command takes them; none means `.`.
    pub patterns: Vec<String>,
    /// Whether tests of the matched packages are loaded, with the variants of other
    /// packages that have to be compiled for them.
    pub tests: bool,
    /// Whether imported packages are loaded too.
    pub deps: bool,
    /// Whether test files of packages that are only imported are read and listed,
    /// which nothing but a comparison with `go list` needs.
    pub dependency_tests: bool,
}

/// A module that provides packages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Module {
    /// Module path.
    pub path: String,
    /// Selected version; empty for a main module.
    pub version: String,
    /// What stands in for it, as the file has it.
    pub replace: Option<ModVersion>,
    /// Its folder; `None` where packages come from a vendor folder.
    pub dir: Option<PathBuf>,
    /// What its `go` line says.
    pub go_version: Option<GoVersion>,
    /// Whether it is under analysis itself.
    pub is_main: bool,
}

/// An import of a package, once per path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Import {
    /// The path as the source writes it.
    pub path: Name,
    /// The file that imports it first.
    pub file: FileId,
    /// Offset of that import in the file.
    pub offset: u32,
    /// The package; `None` for "C" and for what is missing or closes a cycle.
    pub package: Option<PackageId>,
}

/// How a package came to be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Variant {
    /// As it stands.
    Plain,
    /// With its own test files: `p [p.test]`.
    InternalTest,
    /// The files of `p_test`: `p_test [p.test]`.
    ExternalTest,
    /// Compiled anew since it imports, by and by, a package with its test files:
    /// `q [p.test]`.
    Recompiled,
}

/// A package, or a variant of one that a test needs.
#[derive(Clone, Debug)]
pub struct Package {
    /// What tells it from all others: `p`, `p [p.test]`, `p_test [p.test]`.
    pub id: Name,
    /// Its path for the type checker: `p`, `p_test`.
    pub path: Name,
    /// The name that its package clauses give; empty where none could be read.
    pub name: Name,
    /// Its folder.
    pub dir: Arc<Path>,
    /// Its module; `None` for the standard library and for files named one by one.
    pub module: Option<ModuleId>,
    /// The language version of its module. A file may differ: see
    /// [`Load::file_language`].
    pub language: GoVersion,
    /// Whether it belongs to the standard library or the go command.
    pub is_std: bool,
    /// Whether a pattern named it.
    pub is_root: bool,
    /// How it came to be.
    pub variant: Variant,
    /// The path of the package that is tested, unless plain.
    pub for_test: Option<Name>,
    /// Files to compile, without those that import "C".
    pub files: Arc<[FileId]>,
    /// Files to compile that import "C".
    pub cgo_files: Arc<[FileId]>,
    /// Test files of the package itself.
    pub test_files: Arc<[FileId]>,
    /// Files of the external test package.
    pub external_test_files: Arc<[FileId]>,
    /// Names of Go files that constraints leave out.
    pub ignored_files: Arc<[String]>,
    /// What its files import, sorted by path.
    pub imports: Vec<Import>,
    /// Packages that the build adds: cgo's, the linker's.
    pub implicit: Vec<PackageId>,
}

impl Package {
    /// Whether it is `unsafe`, whose one file is documentation.
    #[must_use]
    pub fn is_unsafe(&self) -> bool {
        self.is_std && self.path.as_str() == "unsafe"
    }

    /// Whether there is a file to compile or to test.
    pub(crate) fn has_files(&self) -> bool {
        let lists = [&self.files, &self.cgo_files, &self.test_files, &self.external_test_files];
        lists.iter().any(|list| !list.is_empty())
    }

    /// The packages that it needs, added ones included, in no order.
    pub fn dependencies(&self) -> impl Iterator<Item = PackageId> + '_ {
        self.imports.iter().filter_map(|i| i.package).chain(self.implicit.iter().copied())
    }
}

/// A package that was imported or asked for and not found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missing {
    /// Import path.
    pub path: String,
    /// Why.
    pub message: String,
    /// The module, `path@version`, that may hold it and is not downloaded, or not listed
    /// in go.sum.
    pub module: Option<String>,
    /// Where it is imported; the message says why again.
    pub places: Vec<Error>,
}

/// Packages in an order in which dependencies come first.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// The packages: plain ones first, then the variants.
    pub packages: IndexVec<PackageId, Package>,
    /// Their files.
    pub files: IndexVec<FileId, SourceFile>,
    /// Their modules.
    pub modules: IndexVec<ModuleId, Module>,
    /// What the patterns named, in their order, where it has files for this build.
    pub roots: Vec<PackageId>,
    /// The internal and external test packages of the roots.
    pub tests: Vec<PackageId>,
    /// Faults in patterns, modules, folders and files, and each missing module or
    /// package once.
    pub errors: Vec<Error>,
    /// Packages that were not found, sorted by path.
    pub missing: Vec<Missing>,
}

impl Load {
    /// The language version of a file of a package: its `//go:build` line may raise or
    /// lower what the module says, though not below Go 1.21 (as in go/types).
    #[must_use]
    pub fn file_language(&self, package: PackageId, file: FileId) -> GoVersion {
        match self.files[file].minimum_go {
            Some(minor) => GoVersion::language_of(minor.max(21)),
            None => self.packages[package].language,
        }
    }

    /// The packages to report on: the roots, each with its test files where these were
    /// loaded, and the external test packages.
    #[must_use]
    pub fn analysed(&self) -> Vec<PackageId> {
        let internal: FxHashMap<Name, PackageId> = self
            .tests
            .iter()
            .filter(|id| self.packages[**id].variant == Variant::InternalTest)
            .map(|id| (self.packages[*id].path, *id))
            .collect();
        let roots = self.roots.iter();
        let mut all: Vec<_> = roots
            .map(|id| internal.get(&self.packages[*id].path).copied().unwrap_or(*id))
            .collect();
        let is_external = |id: &&PackageId| self.packages[**id].variant == Variant::ExternalTest;
        all.extend(self.tests.iter().filter(is_external));
        all
    }
}
