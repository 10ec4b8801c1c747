//! A file system with a small toolchain, and loads as text.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use packages::{Build, Load, Options, PackageId, Request, load};
use source::{MemorySystem, System};

/// The standard library of the tests: what test binaries and cgo need, and a package
/// that imports a vendored one.
const STD: &[(&str, &str)] = &[
    ("fmt/fmt.go", "package fmt\nimport \"os\""),
    ("os/os.go", "package os\nimport \"runtime\""),
    ("reflect/reflect.go", "package reflect"),
    ("runtime/runtime.go", "package runtime"),
    ("runtime/cgo/cgo.go", "package cgo"),
    ("syscall/syscall.go", "package syscall"),
    ("unsafe/unsafe.go", "package unsafe"),
    ("testing/testing.go", "package testing\nimport \"fmt\""),
    ("testing/internal/testdeps/deps.go", "package testdeps\nimport \"testing\""),
    ("net/http/http.go", "package http\nimport _ \"golang.org/x/net/idna\""),
    ("vendor/golang.org/x/net/idna/idna.go", "package idna"),
];

/// What /m/go.sum vouches for, where it is not given.
const SUMS: [&str; 5] =
    ["a.b v1.0.0", "a.b/c v1.0.0", "e.f/g v1.0.0", "e.f/g v1.1.0", "github.com/Upper/Case v1.0.0"];

/// Files, each after a line `-- path --`.
pub fn files(text: &str) -> MemorySystem {
    let system = MemorySystem::new().with_env("GOROOT", "/go").with_env("GOMODCACHE", "/mod");
    let system = system.with_env("CGO_ENABLED", "1").with_env("GOOS", "linux");
    let system = system.with_env("GOARCH", "amd64");
    system.write("/go/VERSION", "go1.27.3\n");
    for (path, text) in STD {
        system.write(format!("/go/src/{path}"), *text);
    }
    let sums = SUMS.map(|module| format!("{module} h1:x=\n"));
    system.write("/m/go.sum", sums.concat());
    let mut path = "";
    let mut lines = Vec::new();
    for line in text.lines().chain(["-- end --"]) {
        match line.strip_prefix("-- ").and_then(|l| l.strip_suffix(" --")) {
            Some(next) => {
                if !path.is_empty() {
                    system.write(path, lines.join("\n"));
                }
                path = next;
                lines.clear();
            }
            None => lines.push(line),
        }
    }
    system
}

/// Loads patterns from a folder, tests included.
pub fn load_in(system: &dyn System, dir: &str, patterns: &[&str]) -> Load {
    let options = Options { dir: dir.into(), ..Options::default() };
    let build = Build::detect(system, &options).unwrap();
    let request = Request {
        dir: dir.into(),
        patterns: patterns.iter().map(|p| (*p).to_string()).collect(),
        tests: true,
        deps: true,
        dependency_tests: false,
    };
    load(system, &build, &request)
}

/// A package of a load.
pub fn id(load: &Load, name: &str) -> PackageId {
    let found = load.packages.iter_ids().find(|(_, p)| p.id.as_str() == name);
    found.unwrap_or_else(|| panic!("no package {name} among {:?}", all(load))).0
}

/// The ids of all packages.
pub fn all(load: &Load) -> Vec<&str> {
    load.packages.iter().map(|p| p.id.as_str()).collect()
}

/// The ids of the roots.
pub fn roots(load: &Load) -> Vec<&str> {
    load.roots.iter().map(|id| load.packages[*id].id.as_str()).collect()
}

/// What a package imports, as ids; `!path` where it is missing.
pub fn imports(load: &Load, name: &str) -> Vec<String> {
    let package = &load.packages[id(load, name)];
    let imports = package.imports.iter();
    imports
        .map(|i| match i.package {
            Some(id) => load.packages[id].id.to_string(),
            None => format!("!{}", i.path),
        })
        .collect()
}

/// The errors as text.
pub fn errors(load: &Load) -> Vec<String> {
    load.errors.iter().map(ToString::to_string).collect()
}

/// The module of a package as `path@version`.
pub fn module(load: &Load, name: &str) -> String {
    let module = load.packages[id(load, name)].module.map(|m| &load.modules[m]);
    module.map_or_else(String::new, |m| format!("{}@{}", m.path, m.version))
}
