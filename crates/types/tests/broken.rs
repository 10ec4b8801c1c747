//! Code that does not compile: the checker comes to an end, and what it says can be asked for.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use source::{Id, IndexVec, Name};
use types::layout::Sizes;
use types::program::{CheckedPackage, Outcome, Unit, UnitFile, UnitId, check};
use types::{Lookup, Store, Universe};

fn unit(path: &str, text: &str, imports: Vec<(String, UnitId)>) -> Unit {
    let file = UnitFile {
        path: PathBuf::from(format!("{path}.go")),
        text: text.into(),
        go_version: (1, 27),
    };
    Unit { path: path.into(), files: vec![file], imports, root: true }
}

/// Checks packages and asks of every expression what rules ask. Returns how many there were.
fn ask_all(units: Vec<Unit>) -> (usize, Outcome) {
    let units: IndexVec<UnitId, Unit> = {
        let mut all = IndexVec::default();
        for unit in units {
            all.push(unit);
        }
        all
    };
    let store = Store::new();
    let asked = AtomicUsize::new(0);
    let sizes = Sizes::for_arch("amd64").expect("amd64 is known");
    let outcome = check(&store, &units, sizes, NonZeroUsize::MIN, &|package| {
        asked.fetch_add(ask(&package), Ordering::Relaxed);
    });
    (asked.into_inner(), outcome)
}

fn ask(package: &CheckedPackage<'_>) -> usize {
    let (store, name) = (package.store, Name::new("x"));
    let mut asked = 0;
    for file in &package.files {
        let mut last = Universe::INVALID;
        // Of deeply nested ones, some: each has all that is inside it.
        let step = if file.text.len() > 20_000 { file.tree.exprs().count() / 20 } else { 1 };
        for (id, _) in file.tree.exprs().step_by(step.max(1)) {
            let Some(ty) = file.facts.type_of(id) else { continue };
            let _ = store.type_string(ty);
            let _ = package.sizes.layout(store, ty);
            let _ = store.identical(ty, last);
            let _ = store.comparable(ty, true);
            let _ = store.core_type(ty);
            let _ = store.method_set(ty);
            let _ = store.implements(ty, last, false);
            let found = store.lookup(ty, true, package.pkg, name);
            assert!(!matches!(found, Lookup::Found(found) if store.obj(found.obj).name != name));
            if let Some(value) = file.facts.value(id) {
                let _ = value.exact_string();
            }
            last = ty;
            asked += 1;
        }
    }
    asked
}

fn survives(texts: &[&str]) {
    for text in texts {
        let started = Instant::now();
        let (_, outcome) = ask_all(vec![unit("p", text, Vec::new())]);
        assert!(outcome.broken.is_empty(), "{:?} in\n{text}", outcome.broken);
        assert!(started.elapsed().as_secs() < 20, "too long for\n{text}");
    }
}

#[test]
fn files_full_of_faults_are_checked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/broken");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let (asked, outcome) = ask_all(vec![unit("p", &text, Vec::new())]);
        assert!(outcome.broken.is_empty(), "{}: {:?}", path.display(), outcome.broken);
        assert!(asked > 100, "{}: {asked} expressions only", path.display());
    }
}

/// Each line of those files alone, and the files without some of their lines.
#[test]
fn each_fault_alone_is_survived() {
    let texts = [
        include_str!("data/broken/cycles.go"),
        include_str!("data/broken/generic_cycles.go"),
        include_str!("data/broken/misfits.go"),
    ];
    for text in texts {
        let lines: Vec<&str> = text.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            survives(&[&format!("package p\n{line}\n")]);
            if i % 16 == 1 {
                let mut others = lines.clone();
                others.remove(i);
                survives(&[&others.join("\n")]);
            }
        }
    }
}

#[test]
fn packages_that_import_each_other_are_told_apart() {
    let units = vec![
        unit(
            "a",
            "package a\nimport \"b\"\nvar A = b.B\n",
            vec![("b".into(), UnitId::from_index(1))],
        ),
        unit(
            "b",
            "package b\nimport \"a\"\nvar B = a.A\n",
            vec![("a".into(), UnitId::from_index(0))],
        ),
        unit("c", "package c\nvar C = 1 + 2\n", Vec::new()),
    ];
    let (asked, outcome) = ask_all(units);
    assert_eq!(outcome.cyclic, [UnitId::from_index(0), UnitId::from_index(1)]);
    assert!(outcome.broken.is_empty());
    assert_eq!(asked, 3);
}

/// Ten thousand of something inside itself or behind itself.
#[test]
fn depth_is_survived() {
    let n = 10_000;
    let deep = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(n), close.repeat(n))
    };
    let chain: String = (0..n).map(|i| format!("type T{i} struct{{ T{} }}\n", i + 1)).collect();
    let aliases: String = (0..n).map(|i| format!("type T{i} = T{}\n", i + 1)).collect();
    let defined: String = (0..n).map(|i| format!("type T{i} T{}\n", i + 1)).collect();
    let arrays: String = (0..n).map(|i| format!("type T{i} [2]T{}\n", i + 1)).collect();
    let interfaces: String =
        (0..n).map(|i| format!("type T{i} interface{{ T{}; m{i}() }}\n", i + 1)).collect();
    let constants: String = (0..n).map(|i| format!("const c{i} = c{} + 1\n", i + 1)).collect();
    let variables: String = (0..n).map(|i| format!("var v{i} = v{}\n", i + 1)).collect();
    let generic: String =
        (0..n).map(|i| format!("type T{i}[P any] struct{{ T{}[*P] }}\n", i + 1)).collect();
    let texts = [
        format!("package p\nvar x = {}", deep("(", "1", ")")),
        format!("package p\nvar x = {}1", "-".repeat(n)),
        format!("package p\nvar x = {}1", "- ".repeat(n)),
        format!("package p\nvar x = {}x", "*".repeat(n)),
        format!("package p\nvar x {}int", "*".repeat(n)),
        format!("package p\nvar x {}int\nvar y = x", "[]".repeat(n)),
        format!("package p\nvar x {}int\nvar y = x == x", "[1]".repeat(n)),
        format!("package p\nvar x = {}", deep("[]any{", "", "}")),
        format!("package p\nvar x = {}", deep("func() { _ = ", "1", " }")),
        format!("package p\nvar x {}", deep("struct { x ", "int", " }")),
        format!("package p\nvar x {}", deep("func(x ", "int", ")")),
        format!("package p\nvar x {}", deep("map[string]", "int", "")),
        format!("package p\nvar x {}", deep("interface { m() ", "int", " }")),
        format!("package p\nvar x {}", deep("G[", "int", "]")),
        format!("package p\nfunc f() {{ {} }}", deep("{", "", "}")),
        format!("package p\nfunc f() {{ {} }}", deep("if x {", "", "}")),
        format!("package p\nfunc f() {{ if x {{ }} {} }}", "else if x { }".repeat(n)),
        format!("package p\nfunc f() {{ {} }}", deep("for {", "", "}")),
        format!("package p\nfunc f() {{ {} }}", deep("switch { case 1:", "", "}")),
        format!("package p\nfunc f() {{ {} }}", deep("select { default:", "", "}")),
        format!("package p\nfunc f() {{ {} x() }}", "L: ".repeat(n)),
        format!("package p\nfunc f() int\nvar x = {}", deep("f(", "", ")")),
        format!("package p\nfunc f[T any](x T) T\nvar x = {}", deep("f(", "1", ")")),
        format!("package p\nfunc f[T any](x T) []T\nvar x = {}", deep("f(", "1", ")")),
        format!("package p\ntype T struct {{ T *T }}\nvar t T\nvar x = t{}", ".T".repeat(n)),
        format!("package p\nfunc f() F\ntype F func() F\nvar x = f{}", "()".repeat(n)),
        format!("package p\ntype S []S\nvar s S\nvar x = s{}", "[0]".repeat(n)),
        format!("package p\nvar x = 1{}", " + 1".repeat(n)),
        format!("package p\nvar x = 1{}", " << 1".repeat(n)),
        format!("package p\nvar x = \"\"{}", " + \"a\"".repeat(n)),
        format!("package p\nvar y int\nvar x = y{}", " + 1".repeat(n)),
        format!("package p\nvar y int\nvar x float64 = 1 << y{}", " + 1".repeat(n)),
        format!("package p\ntype I interface {{ {}int }}", "int | ".repeat(n)),
        format!("package p\ntype T{n} int\n{chain}\nvar x = T0{{}}.y\nvar y = T0{{}} == T0{{}}"),
        format!("package p\n{chain}\nvar x = T0{{}}.y"),
        format!("package p\ntype T{n} int\n{aliases}\nvar x T0 = 1"),
        format!("package p\ntype T{n} int\n{defined}\nvar x T0 = 1"),
        format!("package p\ntype T{n} int\n{arrays}\nvar x T0"),
        format!("package p\ntype T{n} any\n{interfaces}\nvar x T0 = T1(nil)"),
        format!("package p\nconst c{n} = 1\n{constants}"),
        format!("package p\nvar v{n} = 1\n{variables}"),
        format!("package p\ntype T{n}[P any] struct{{}}\n{generic}\nvar x = T0[int]{{}}.y"),
    ];
    for text in &texts {
        survives(&[text]);
    }
}
