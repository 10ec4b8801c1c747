//! What the go command says of packages: `go list -deps -test -json`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::Target;
use crate::toolchain::{Go, tail};

/// A package, as the go command tells it.
#[derive(Deserialize, Default, Clone, Debug)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Listed {
    /// Import path; of a package made for a test, with ` [p.test]` behind it.
    pub(super) import_path: String,
    pub(super) name: String,
    pub(super) dir: PathBuf,
    pub(super) for_test: String,
    pub(super) standard: bool,
    /// Whether it is there only because another one imports it.
    pub(super) dep_only: bool,
    pub(super) go_files: Vec<String>,
    pub(super) cgo_files: Vec<String>,
    pub(super) ignored_go_files: Vec<String>,
    pub(super) test_go_files: Vec<String>,
    #[serde(rename = "XTestGoFiles")]
    pub(super) xtest_go_files: Vec<String>,
    pub(super) imports: Vec<String>,
    pub(super) test_imports: Vec<String>,
    #[serde(rename = "XTestImports")]
    pub(super) xtest_imports: Vec<String>,
    /// Paths in import declarations that mean a package of another path.
    pub(super) import_map: BTreeMap<String, String>,
    pub(super) module: Option<ListedModule>,
    pub(super) error: Option<ListedError>,
}

/// The module of a package.
#[derive(Deserialize, Default, Clone, Debug)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ListedModule {
    pub(super) path: String,
    pub(super) version: String,
    pub(super) main: bool,
    pub(super) go_version: String,
    pub(super) replace: Option<Box<ListedModule>>,
}

/// Why a package cannot be loaded.
#[derive(Deserialize, Default, Clone, Debug)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ListedError {
    pub(super) err: String,
}

/// The parts of [`Listed`], for the go command not to compute others.
const FIELDS: &str = "ImportPath,Name,Dir,ForTest,Standard,DepOnly,GoFiles,CgoFiles,\
    IgnoredGoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports,ImportMap,Module,Error";

/// The packages of a target, their tests and all that they import, each behind those that
/// it imports. The generated main packages of test binaries are left out.
pub(super) fn list(go: &Go, target: &Target) -> Result<Vec<Listed>> {
    let output = go
        .command(&target.dir)
        // With a profile beside a main package, the go command builds all that it imports
        // once more for it. The sources are the same: such copies are left out.
        .args(["list", "-e", "-deps", "-test", "-pgo=off", &format!("-json={FIELDS}")])
        .args(&target.patterns)
        .output()
        .context("cannot run the go command")?;
    ensure!(output.status.success(), "go list of {}: {}", target.name, tail(&output.stderr));
    let packages = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Listed>();
    let packages: Result<Vec<_>, _> = packages.collect();
    let mut packages = packages.context("go list said what cannot be understood")?;
    packages.retain(|package| !package.is_test_main());
    Ok(packages)
}

impl Listed {
    /// Import path without ` [p.test]`: as the type checker and the compiler know it.
    pub(super) fn path(&self) -> &str {
        self.import_path.split(" [").next().unwrap_or(&self.import_path)
    }

    /// Whether it is the package `p_test` of a test of `p`.
    pub(super) fn is_external_test(&self) -> bool {
        self.path().strip_suffix("_test") == Some(self.for_test.as_str())
    }

    /// Whether it stands for a package that was not found.
    pub(super) fn is_missing(&self) -> bool {
        self.error.is_some() && self.dir.as_os_str().is_empty()
    }

    /// Whether it is the generated main package of a test binary.
    fn is_test_main(&self) -> bool {
        let generated = |file: &String| file.starts_with('/') || file == "_testmain.go";
        self.import_path.ends_with(".test") && self.go_files.iter().any(generated)
    }

    /// Names of the files that the compiler reads, those of cgo included.
    pub(super) fn compiled(&self) -> impl Iterator<Item = &String> {
        self.go_files.iter().chain(&self.cgo_files)
    }

    /// From the paths in import declarations to the import paths of packages.
    pub(super) fn resolved_imports(&self) -> BTreeMap<&str, &str> {
        let mapped: BTreeSet<_> = self.import_map.values().collect();
        let plain = self.imports.iter().filter(|id| !mapped.contains(id)).map(|id| (id, id));
        let pairs = plain.chain(&self.import_map).map(|(path, id)| (path.as_str(), id.as_str()));
        pairs.collect()
    }

    /// Language version, `go1.21`; `None` for the newest.
    pub(super) fn language(&self) -> Option<String> {
        let module = self.module.as_ref()?;
        // A go.mod that does not say is older than the saying.
        let version = if module.go_version.is_empty() { "1.16" } else { &module.go_version };
        Some(format!("go{version}"))
    }
}
