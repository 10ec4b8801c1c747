//! What the rules say of Go files, and what their fixes make of them.
//!
//! A line that something is found on says so: `// want "part of the message"`, at its end or in a comment line above it.
//! Words before the quotes are asked for too: `safe`, `unsafe`, `suggestion` or `nofix` for the fix, `profile` for
//! the tier; `each-time`, `at-times`, `not-at-all` for the allocation, `objects=2/48/16` for its objects, bytes and bytes
//! with pointers; `+2` before them means the second line further down. What all fixes together make of `x.go` is in `x.go.golden`, where there are any; `UPDATE_GOLDEN=1` writes these
//! files. All of it compiles, and is as gofmt leaves it, which the pinned Go is asked for.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};
use std::{env, fs};

use rules::{Allocates, Finding};
use support::Checked;

#[test]
fn findings_and_fixes() {
    let mut faults = String::new();
    for dir in support::packages_of_fixtures() {
        for checked in support::check(&dir) {
            compare_findings(&checked, &mut faults);
            compare_fixed(&checked, &mut faults);
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

/// What is expected on a line.
struct Want {
    line: u32,
    words: Vec<String>,
    message: String,
}

fn wants(text: &str) -> Vec<Want> {
    let lines: Vec<&str> = text.lines().collect();
    let mut wants = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let Some(at) = line.find("// want ") else { continue };
        let mut target = number;
        if line[..at].trim().is_empty() {
            while lines.get(target).is_some_and(|l| l.trim_start().starts_with("//")) {
                target += 1;
            }
        }
        let mut words = Vec::new();
        let mut below = 0;
        let mut rest = line[at + "// want ".len()..].trim();
        while !rest.is_empty() {
            if let Some(quoted) = rest.strip_prefix('"') {
                let end = quoted.find('"').expect("a closing quote");
                let message = quoted[..end].to_owned();
                wants.push(Want { line: target as u32 + 1 + below, words: words.clone(), message });
                words.clear();
                rest = quoted[end + 1..].trim_start();
            } else if let Some(offset) = rest.strip_prefix('+') {
                let (lines, behind) = offset.split_once(' ').expect("a message in quotes");
                below = lines.parse().expect("a number of lines");
                rest = behind.trim_start();
            } else {
                let (word, behind) = rest.split_once(' ').expect("a message in quotes");
                words.push(word.to_owned());
                rest = behind.trim_start();
            }
        }
    }
    wants
}

fn words_of(finding: &Finding) -> Vec<String> {
    let fix = finding.fix.as_ref().map_or("nofix", |fix| fix.plan.applicability.as_str());
    let allocates = match finding.allocates {
        Allocates::Always => "each-time",
        Allocates::Sometimes => "at-times",
        Allocates::Never => "not-at-all",
    };
    let plain = [fix, finding.tier.as_str(), finding.code, allocates].map(str::to_owned);
    let cost = &finding.cost;
    let bytes = cost.bytes.map_or("?".to_owned(), |bytes| bytes.to_string());
    let objects = format!("objects={}/{bytes}/{}", cost.objects, cost.scan_bytes);
    plain.into_iter().chain([objects]).collect()
}

fn compare_findings(checked: &Checked, faults: &mut String) {
    let name = checked.path.display();
    let lines: Vec<&str> = checked.text.lines().collect();
    let source = |line: u32| lines.get(line as usize - 1).map_or("", |l| l.trim());
    let mut found: Vec<&Finding> = checked.findings.iter().collect();
    for want in wants(&checked.text) {
        let at = found.iter().position(|f| {
            f.start.line == want.line
                && f.message.contains(&want.message)
                && want.words.iter().all(|word| words_of(f).contains(word))
        });
        if let Some(at) = at {
            found.remove(at);
            continue;
        }
        *faults += &format!(
            "{name}:{}: expected {} {:?}\n    {}\n",
            want.line,
            want.words.join(" "),
            want.message,
            source(want.line)
        );
        for other in checked.findings.iter().filter(|f| f.start.line == want.line) {
            *faults += &format!("    found {} {:?}\n", words_of(other).join(" "), other.message);
        }
    }
    for extra in found {
        *faults += &format!(
            "{name}:{}: not expected: {} {:?}\n    {}\n",
            extra.start.line,
            words_of(extra).join(" "),
            extra.message,
            source(extra.start.line)
        );
    }
}

fn compare_fixed(checked: &Checked, faults: &mut String) {
    let golden = checked.path.with_extension("go.golden");
    let changed = checked.fixed != checked.text;
    if env::var_os("UPDATE_GOLDEN").is_some() {
        if changed {
            fs::write(&golden, &checked.fixed).unwrap();
        } else if golden.exists() {
            fs::remove_file(&golden).unwrap();
        }
        return;
    }
    let expected = fs::read_to_string(&golden).unwrap_or_else(|_| checked.text.clone());
    if expected != checked.fixed {
        let diff = similar::TextDiff::from_lines(&expected, &checked.fixed);
        *faults += &format!(
            "{} is not what the fixes make (UPDATE_GOLDEN=1 writes it):\n{}\n",
            golden.display(),
            diff.unified_diff().context_radius(2)
        );
    }
}

/// Every fixture, every one after all fixes, and every one after each fix alone: does Go compile it, and would gofmt
/// leave it as it is?
#[test]
fn go_agrees() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path();
    support::write_module(root);
    for dir in support::packages_of_fixtures() {
        let name = dir.file_name().unwrap().to_str().unwrap().to_owned();
        let files = support::check(&dir);
        let write = |variant: &str, changed: &dyn Fn(&Checked) -> String| {
            let folder = root.join(format!("{name}-{variant}"));
            fs::create_dir_all(&folder).unwrap();
            for file in &files {
                let path = folder.join(file.path.file_name().unwrap());
                fs::write(path, changed(file)).unwrap();
            }
        };
        write("before", &|file| file.text.clone());
        write("after", &|file| file.fixed.clone());
        for (number, file) in files.iter().enumerate() {
            for (which, finding) in file.findings.iter().enumerate() {
                let Some(alone) = support::apply_alone(&file.text, finding) else { continue };
                write(&format!("{number}-{which}"), &|other| {
                    if other.path == file.path { alone.clone() } else { other.text.clone() }
                });
            }
        }
    }
    run(root, "gofmt", &["-l", "-d", "."]);
    run(root, "go", &["vet", "-copylocks=true", "./..."]);
}

/// Folders of fixtures that hold a `behaviour_test.go`: what it tests is so before the fixes and after all of them.
#[test]
fn behaviour_stays() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path();
    support::write_module(root);
    let tested = |dir: &PathBuf| dir.join("behaviour_test.go").is_file();
    let dirs: Vec<PathBuf> = support::packages_of_fixtures().into_iter().filter(tested).collect();
    for dir in &dirs {
        let name = dir.file_name().unwrap().to_str().unwrap();
        let files = support::check(dir);
        for after in [false, true] {
            let folder = root.join(format!("{name}-{}", if after { "after" } else { "before" }));
            fs::create_dir_all(&folder).unwrap();
            for file in &files {
                let path = folder.join(file.path.file_name().unwrap());
                fs::write(path, if after { &file.fixed } else { &file.text }).unwrap();
            }
        }
    }
    if dirs.is_empty() {
        return;
    }
    let output = support::go(root, "go").args(["test", "./..."]).output().expect("the go command");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}

/// Runs a program of Go's; it must say nothing and succeed.
fn run(dir: &Path, program: &str, arguments: &[&str]) {
    let output = support::go(dir, program).args(arguments).output().expect("the go command");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.is_empty(), "{program} {arguments:?}:\n{said}");
}

/// Generated files, vendored ones and tests are reported on when asked for.
#[test]
fn what_is_passed_over() {
    let dir = support::fixtures().join("regexp-per-call");
    let tests = support::check_with(&dir, |settings| settings.tests = true);
    assert!(tests.iter().any(|file| file.path.ends_with("quiet_test.go")));

    let temp = tempfile::tempdir().unwrap();
    let package = temp.path().join("m/vendor/example.com/v");
    fs::create_dir_all(&package).unwrap();
    fs::write(package.join("go.mod"), "module example.com/v\n\ngo 1.27\n").unwrap();
    let code = "package v\n\nfunc f(xs []string) (s string) {\n\tfor _, x := range xs {\n\t\ts += x\n\t}\n\treturn\n}\n";
    let generated =
        "// Code generated by hand. DO NOT EDIT.\n\n".to_owned() + &code.replace("f(", "g(");
    fs::write(package.join("v.go"), code).unwrap();
    fs::write(package.join("generated.go"), generated).unwrap();
    let found = |vendor: bool, generated: bool| -> Vec<usize> {
        let files = support::check_with(&package, |settings| {
            settings.vendor = vendor;
            settings.generated = generated;
        });
        files.iter().map(|file| file.findings.len()).collect()
    };
    assert_eq!(found(false, false), [0, 0]);
    assert_eq!(found(true, false), [0, 1]);
    assert_eq!(found(true, true), [1, 1]);
}

/// The shape of a finding in JSON, which programs rely on.
#[test]
fn json() {
    let dir = support::fixtures().join("error-per-call");
    let files = support::check(&dir);
    let file = files.iter().find(|file| file.path.ends_with("alone.go")).unwrap();
    let mut finding = file.findings[0].clone();
    finding.paths_mut().for_each(|path| *path = "error-per-call/alone.go".into());
    let mut json = serde_json::to_value(&finding).unwrap();
    let edits = json["fix"]["edits"].take();
    assert_eq!(edits.as_array().map(Vec::len), Some(3), "{edits}");
    assert_eq!(
        json,
        serde_json::json!({
            "rule": "error-per-call",
            "code": "UH015",
            "tier": "always",
            "path": "error-per-call/alone.go",
            "start": {"line": 8, "column": 10, "offset": 127},
            "end": {"line": 8, "column": 32, "offset": 149},
            "function": "example.com/fixtures/error-per-call.percent",
            "message": "an error with a fixed text is made each time that this runs",
            "help": "make it once, in a variable of the package, and return that",
            "allocates": "always",
            "why": [
                {"path": "error-per-call/alone.go", "note": "returned by `fmt.Errorf`",
                 "start": {"line": 8, "column": 10, "offset": 127},
                 "end": {"line": 8, "column": 32, "offset": 149}},
                {"path": "error-per-call/alone.go", "note": "returned, and callers may keep it",
                 "start": {"line": 8, "column": 3, "offset": 120},
                 "end": {"line": 8, "column": 32, "offset": 149}}],
            "cost": {"objects": 1, "bytes": 16, "bytes_formula": null, "scan_bytes": 8,
                     "per": "call", "basis": "model"},
            "hotness": {"level": "unknown", "share": null, "basis": ""},
            "fix": {"applicability": "unsafe",
                    "title": "Make it once, as the package variable errTooMuch; errors of two calls are then equal",
                    "edits": null},
        })
    );
}

/// Functions are named as profiles name them.
#[test]
fn functions() {
    let dir = support::fixtures().join("append-without-capacity");
    let names: Vec<String> = support::check(&dir)
        .into_iter()
        .flat_map(|file| file.findings)
        .map(|finding| {
            finding.function.replace("example.com/fixtures/append-without-capacity", "p")
        })
        .collect();
    for name in ["p.double", "p.(*table).flat", "p.generic[...]"] {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
}

/// What the package `measured` computes is the same after its fixes, with fewer allocations in every function.
#[test]
fn fixes_pay() {
    let temp = tempfile::tempdir().unwrap();
    support::write_module(temp.path());
    let dir = support::fixtures().join("measured");
    let files = support::check(&dir);
    let test = fs::read_to_string(dir.join("measured_test.go")).unwrap();
    let allocations = |variant: &str, text: &dyn Fn(&Checked) -> String| {
        let folder = temp.path().join(variant);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("measured_test.go"), &test).unwrap();
        for file in files.iter().filter(|file| !file.path.ends_with("measured_test.go")) {
            fs::write(folder.join(file.path.file_name().unwrap()), text(file)).unwrap();
        }
        let output = support::go(&folder, "go").args(["test", "-v", "."]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{variant}:\n{said}");
        let mut figures: Vec<(String, f64)> = said
            .lines()
            .filter_map(|line| {
                let (name, count) = line.split_once("allocs ")?.1.split_once(' ')?;
                Some((name.to_owned(), count.parse().unwrap()))
            })
            .collect();
        figures.sort_by(|a, b| a.0.cmp(&b.0));
        figures
    };
    let before = allocations("before", &|file| file.text.clone());
    let after = allocations("after", &|file| file.fixed.clone());
    assert_eq!(before.len(), 14);
    for ((name, before), (_, after)) in before.iter().zip(&after) {
        assert!(after < before, "{name}: {before} allocations, and {after} after the fix");
    }
}
