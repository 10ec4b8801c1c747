//! Programs in one text: files by their paths in lines `-- example.com/m/a.go --`, the folder being the package's path. Packages
//! that are imported stand there too, with what is used of them. Without such a line, it is one file of package `p`.

// Each test file uses its part of it.
#![allow(dead_code)]

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{env, fs};

use escape::{Allocations, Ask, Engine, Functions};
use flow::Flow;
use lower::Compiler;
use source::IndexVec;
use types::Store;
use types::layout::Sizes;
use types::program::{CheckedPackage, Program, Unit, UnitFile, UnitId};

/// A file of the tests' data.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// Checks the packages of a text, and hands on those below `example.com`, in order.
pub(crate) fn check(text: &str, look: &mut (dyn FnMut(&CheckedPackage<'_>, &Flow<'_>) + Send)) {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            Some(path) => files.push((path.to_owned(), String::new())),
            None => {
                if files.is_empty() {
                    files.push(("example.com/p/p.go".to_owned(), String::new()));
                }
                let (_, text) = files.last_mut().expect("a file");
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    let mut units: IndexVec<UnitId, Unit> = IndexVec::new();
    let mut folders: Vec<String> = Vec::new();
    for (path, text) in files {
        let (folder, _) = path.rsplit_once('/').expect("a folder");
        let file =
            UnitFile { path: path.clone().into(), text: text.as_str().into(), go_version: (1, 27) };
        match folders.iter().position(|other| other == folder) {
            Some(at) => units[source::Id::from_index(at)].files.push(file),
            None => {
                folders.push(folder.to_owned());
                let root = folder.starts_with("example.com");
                units.push(Unit {
                    path: folder.to_owned(),
                    files: vec![file],
                    imports: Vec::new(),
                    root,
                });
            }
        }
    }
    for unit in 0..units.len() {
        let unit: UnitId = source::Id::from_index(unit);
        let mentions = |path: &String| {
            let quoted = format!("\"{path}\"");
            units[unit].files.iter().any(|f| String::from_utf8_lossy(&f.text).contains(&quoted))
        };
        let imports = folders.iter().enumerate().filter(|(_, path)| mentions(path));
        units[unit].imports =
            imports.map(|(at, path)| (path.clone(), source::Id::from_index(at))).collect();
    }
    let store = Store::new();
    let program = Program::new(&store, &units, Sizes { word: 8, max_align: 8 });
    let functions =
        Functions::new(&program, Compiler::new(27, "amd64", "v1").expect("amd64 is known"));
    let look = Mutex::new(look);
    let outcome = program.check(NonZeroUsize::MIN, &|package| {
        let engine = Engine::new(&functions, Ask::default());
        let allocations = Allocations::new(&engine, package.unit);
        let flow = Flow::new(&package, Some(&allocations));
        look.lock().expect("no test broke")(&package, &flow);
    });
    assert!(outcome.broken.is_empty(), "{:?}", outcome.broken);
}

/// Compares with a file of the tests' data, or writes it under `UPDATE_GOLDEN=1`.
pub(crate) fn is_golden(name: &str, text: &str) {
    let path = data(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).expect("the file can be written");
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(expected.as_str(), text);
    assert!(
        expected == text,
        "{} differs (UPDATE_GOLDEN=1 writes it):\n{}",
        path.display(),
        difference.unified_diff().context_radius(3)
    );
}
