//! Prints packages as `go list -deps -test -json` would, a line of JSON for each.
//!
//! `cargo run --release -p packages --example list -- DIR [--time] PATTERN…`

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::Write;
use std::time::Instant;

use packages::{Build, FileId, Load, Options, Package, Request, Variant, load};
use source::OsSystem;

fn names(load: &Load, files: &[FileId]) -> Vec<String> {
    files.iter().map(|f| load.files[*f].name().to_string()).collect()
}

fn line(load: &Load, package: &Package) -> serde_json::Value {
    let mut imports = Vec::new();
    let mut map = serde_json::Map::new();
    for import in &package.imports {
        let path = import.path.as_str();
        let id = import.package.map_or(path, |id| load.packages[id].id.as_str());
        if id != path {
            map.insert(path.into(), id.into());
        }
        imports.push(id.to_string());
    }
    let module = package.module.map(|id| &load.modules[id]);
    serde_json::json!({
        "ImportPath": package.id.as_str(),
        "Name": package.name.as_str(),
        "Dir": package.dir.to_string_lossy(),
        "GoFiles": names(load, &package.files),
        "CgoFiles": names(load, &package.cgo_files),
        "TestGoFiles": names(load, &package.test_files),
        "XTestGoFiles": names(load, &package.external_test_files),
        "IgnoredGoFiles": if package.variant == Variant::ExternalTest { Vec::new() } else { package.ignored_files.to_vec() },
        "Imports": imports,
        "ImportMap": map,
        "ForTest": package.for_test.map(source::Name::as_str),
        "Module": module.map(|m| serde_json::json!({
            "Path": m.path, "Version": m.version, "GoVersion": m.go_version.map(|v| v.to_string()),
            "Dir": m.dir,
        })),
        "Standard": package.is_std,
        "DepOnly": !(package.is_root || package.for_test.is_some() && package.variant != Variant::Recompiled),
        "Deps": package.dependencies().map(|id| load.packages[id].id.as_str()).collect::<Vec<_>>(),
    })
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let time = arguments.iter().any(|a| a == "--time");
    arguments.retain(|a| a != "--time");
    let dir: std::path::PathBuf = arguments.remove(0).into();
    let start = Instant::now();
    let options = Options { dir: dir.clone(), ..Options::default() };
    let build = match Build::detect(&OsSystem, &options) {
        Ok(build) => build,
        Err(error) => return eprintln!("{error}"),
    };
    let detected = start.elapsed();
    let request =
        Request { dir, patterns: arguments, tests: !time, deps: true, dependency_tests: !time };
    let load = load(&OsSystem, &build, &request);
    if time {
        let bytes: usize = load.files.iter().map(|f| f.text.len()).sum();
        return eprintln!(
            "{} packages, {} files, {bytes} bytes, {:?} of {detected:?} for the build",
            load.packages.len(),
            load.files.len(),
            start.elapsed(),
        );
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for package in &load.packages {
        let _ = writeln!(out, "{}", line(&load, package));
    }
    for error in &load.errors {
        eprintln!("{error}");
    }
}
