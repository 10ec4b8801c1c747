//! Packages, their files, imports and modules, against those of `go list`.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Result, anyhow};
use packages::{Build, FileId, Load, Module, Options, Package, PackageId, Request, Variant};

use super::list::{self, Listed, ListedModule};
use super::{Report, Target};
use crate::pinned::PinnedSystem;
use crate::toolchain::Go;

/// What is compared of a package, by label.
type Properties = BTreeMap<&'static str, String>;

/// Compares the packages that the target's patterns name, their tests and all that they
/// import. Returns the figure.
pub(super) fn compare(go: &Go, target: &Target, report: &mut Report) -> Result<String> {
    let listed = list::list(go, target)?;
    let (missing, found): (Vec<_>, Vec<_>) = listed.iter().partition(|p| p.is_missing());
    let theirs: BTreeMap<String, Properties> = found
        .iter()
        .map(|package| (package.import_path.clone(), properties_of_listed(package)))
        .collect();
    let load = load(go, target)?;
    let ours: BTreeMap<String, Properties> = (load.packages.ids())
        .map(|id| (load.packages[id].id.as_str().to_owned(), properties(&load, id)))
        .collect();
    for (id, their) in &theirs {
        match ours.get(id) {
            Some(our) => compare_package(id, our, their, report),
            None => report.differs("package: not found by us", || {
                let text = show(their);
                format!("{}: {id}: not found; Go: {text}", target.name)
            }),
        }
    }
    for (id, our) in &ours {
        if !theirs.contains_key(id) {
            report.differs("package: not found by Go", || {
                format!("{}: {id}: not found by Go; we: {}", target.name, show(our))
            });
        }
    }
    for package in missing {
        let path = package.import_path.as_str();
        if !load.missing.iter().any(|m| m.path == path) {
            report.differs("package: not missing for us", || {
                format!("{}: {path}: missing for Go", target.name)
            });
        }
    }
    report.compared("packages", theirs.len());
    Ok(format!("{} packages", theirs.len()))
}

fn load(go: &Go, target: &Target) -> Result<Load> {
    let system = PinnedSystem::new(go);
    let options = Options { dir: target.dir.clone(), ..Options::default() };
    let build = Build::detect(&system, &options).map_err(|error| anyhow!("{error}"))?;
    let request = Request {
        dir: target.dir.clone(),
        patterns: target.patterns.clone(),
        tests: true,
        deps: true,
        dependency_tests: true,
    };
    let load = packages::load(&system, &build, &request);
    for error in build.warnings.iter().chain(&load.errors).take(10) {
        println!("{}: we say: {error}", target.name);
    }
    Ok(load)
}

fn compare_package(id: &str, our: &Properties, their: &Properties, report: &mut Report) {
    for (&label, their) in their {
        let our = our.get(label).map_or("", String::as_str);
        if our != their {
            report.differs(format!("{label} differ"), || {
                let (only_ours, only_theirs) = apart(our, their);
                format!("{id}: {label}: only ours: {only_ours}; only Go's: {only_theirs}")
            });
        }
    }
}

/// What stands in one list of words and not in the other. Where the words are the same,
/// the lists as they are: their order differs.
fn apart(our: &str, their: &str) -> (String, String) {
    let less = |list: &str, other: &str| {
        let others: Vec<_> = other.split(' ').collect();
        let words: Vec<_> = list.split(' ').filter(|word| !others.contains(word)).collect();
        words.join(" ")
    };
    match (less(our, their), less(their, our)) {
        (a, b) if a.is_empty() && b.is_empty() => (our.to_owned(), their.to_owned()),
        apart => apart,
    }
}

fn show(properties: &Properties) -> String {
    let shown = properties.iter().filter(|(_, value)| !value.is_empty());
    let shown: Vec<_> = shown.map(|(label, value)| format!("{label} {value}")).collect();
    super::types::clip(&shown.join("; "), 400)
}

fn properties_of_listed(package: &Listed) -> Properties {
    let imports = package.resolved_imports();
    BTreeMap::from([
        ("name", package.name.clone()),
        ("folder", package.dir.display().to_string()),
        ("test", package.for_test.clone()),
        // go list leaves it unsaid of external tests.
        ("standard", yes_no(package.standard && !package.is_external_test())),
        ("only imported", yes_no(package.dep_only)),
        ("files", sorted(package.go_files.iter().map(String::as_str))),
        ("cgo files", sorted(package.cgo_files.iter().map(String::as_str))),
        ("ignored files", sorted(package.ignored_go_files.iter().map(String::as_str))),
        ("test files", sorted(package.test_go_files.iter().map(String::as_str))),
        ("external test files", sorted(package.xtest_go_files.iter().map(String::as_str))),
        ("imports", import_text(imports.iter().map(|(path, id)| (*path, *id)))),
        ("module", package.module.as_ref().map_or_else(String::new, listed_module)),
    ])
}

fn properties(load: &Load, id: PackageId) -> Properties {
    let package = &load.packages[id];
    let names = |files: &[FileId]| sorted(files.iter().map(|&file| load.files[file].name()));
    let module = package.module.map(|module| &load.modules[module]);
    BTreeMap::from([
        ("name", package.name.as_str().to_owned()),
        ("folder", package.dir.display().to_string()),
        ("test", package.for_test.map_or("", |path| path.as_str()).to_owned()),
        ("standard", yes_no(package.is_std && package.variant != Variant::ExternalTest)),
        ("only imported", yes_no(is_only_imported(load, id))),
        ("files", names(&package.files)),
        ("cgo files", names(&package.cgo_files)),
        ("ignored files", sorted(package.ignored_files.iter().map(String::as_str))),
        ("test files", names(&package.test_files)),
        ("external test files", names(&package.external_test_files)),
        ("imports", imports(load, package)),
        ("module", module.map_or_else(String::new, module_text)),
    ])
}

fn imports(load: &Load, package: &Package) -> String {
    // What the build adds for cgo and the linker is in none of go list's fields but Deps.
    import_text(package.imports.iter().map(|import| {
        let path = import.path.as_str();
        (path, import.package.map_or(path, |id| load.packages[id].id.as_str()))
    }))
}

/// Whether it is there only because another one imports it. A test counts as named where
/// its package is.
fn is_only_imported(load: &Load, id: PackageId) -> bool {
    let package = &load.packages[id];
    match package.variant {
        Variant::Plain => !package.is_root,
        Variant::InternalTest | Variant::ExternalTest => !load.tests.contains(&id),
        Variant::Recompiled => true,
    }
}

/// Paths as written, with the packages that they mean where those have other names.
fn import_text<'a>(imports: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let text = imports.map(|(path, id)| {
        if path == id { path.to_owned() } else { format!("{path}=>{}", id.replace(' ', "")) }
    });
    text.collect::<Vec<_>>().join(" ")
}

fn module_text(module: &Module) -> String {
    let mut text = format!("{}@{}", module.path, module.version);
    if let Some(other) = &module.replace {
        let _ = write!(text, " replaced by {}@{}", other.path, other.version);
    }
    if module.is_main {
        text.push_str(" main");
    }
    if let Some(version) = module.go_version {
        let _ = write!(text, " go {version}");
    }
    text
}

fn listed_module(module: &ListedModule) -> String {
    let mut text = format!("{}@{}", module.path, module.version);
    if let Some(other) = &module.replace {
        let _ = write!(text, " replaced by {}@{}", other.path, other.version);
    }
    if module.main {
        text.push_str(" main");
    }
    if !module.go_version.is_empty() {
        let _ = write!(text, " go {}", module.go_version);
    }
    text
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.join(" ")
}

fn yes_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}
