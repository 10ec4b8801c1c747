//! `unheap bench`: comparing files, measuring a change, and benchmarks that misbehave.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{Run, folder, run, unheap};

const GO_MOD: (&str, &[u8]) = ("go.mod", b"module example.com/m\n\ngo 1.24\n");

/// A package with one benchmark of each fault, and what it measures.
const CODE: &str = "package m

var Sink []byte

func Make() { Sink = make([]byte, 64) }
";

const TESTS: &str = "package m

import \"testing\"

func BenchmarkMake(b *testing.B) {
\tfor i := 0; i < b.N; i++ {
\t\tMake()
\t}
}
";

/// Enough to count allocations, and no more.
const SHORT: [&str; 8] =
    ["--count", "4", "--rehearsals", "0", "--windows", "2", "--benchtime", "5000x"];

fn module(tests: &str) -> tempfile::TempDir {
    folder(&[GO_MOD, ("m.go", CODE.as_bytes()), ("m_test.go", tests.as_bytes())])
}

fn measure(dir: &Path, base: &Path, more: &[&str]) -> Run {
    let base = base.to_str().unwrap();
    run(dir, &[&["bench", "--base", base], &SHORT[..], more].concat())
}

#[test]
fn files_are_compared() {
    let lines = |name: &str, figures: [u32; 6]| {
        figures.map(|figure| format!("Benchmark{name} 100 {figure} ns/op\n")).concat()
    };
    let old = lines("A-2", [100, 101, 102, 103, 104, 105]);
    let new = lines("A-2", [120, 121, 122, 123, 124, 125]) + "BenchmarkA-2 1 ns/op\n";
    let dir = folder(&[("old.txt", old.as_bytes()), ("new.txt", new.as_bytes())]);
    let worse = run(dir.path(), &["bench", "old.txt", "new.txt"]);
    assert_eq!(worse.status, 1, "{}", worse.stderr);
    assert_eq!(worse.stderr, "new.txt:7: `ns/op` is not a number\n");
    assert!(worse.stdout.contains("+19.51% (p=0.002 n=6)"), "{}", worse.stdout);
    assert!(worse.stdout.contains("worse by more than 5%:\n  A-2  sec/op  +19.5%"));
    let better = run(dir.path(), &["bench", "new.txt", "old.txt"]);
    assert_eq!(better.status, 0);
    let within = run(dir.path(), &["bench", "--threshold", "25%", "old.txt", "new.txt"]);
    assert_eq!(within.status, 0);
    assert!(within.stdout.contains("changed, by no more than 25%:"), "{}", within.stdout);

    // What is written in Go's format is compared again, by side.
    let go = run(dir.path(), &["bench", "--format", "go", "O=old.txt", "N=new.txt"]);
    fs::write(dir.path().join("both.txt"), &go.stdout).unwrap();
    let again = run(dir.path(), &["bench", "--col", "side", "both.txt"]);
    assert_eq!(again.status, 1);
    assert!(again.stdout.contains("│      O      │") && again.stdout.contains("+19.51%"));
    let json = run(dir.path(), &["bench", "--format", "json", "old.txt", "new.txt"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((&json["version"], &json["verdicts"][0]["outcome"]), (&1.into(), &"worse".into()));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let dir = folder(&[("empty.txt", b"PASS\n")]);
    for (arguments, words) in [
        (&["bench"][..], "what is to be measured or compared?"),
        (&["bench", "no.txt"], "no.txt: "),
        (&["bench", "empty.txt"], "no benchmark results in empty.txt"),
        (&["bench", "."], ". is a folder"),
        (&["bench", "--base", "HEAD"], "is in no module"),
        (&["bench", "--threshold", "much", "empty.txt"], "a share is written 5%"),
        (&["bench", "--count", "3", "empty.txt"], "--base"),
    ] {
        let Run { status, stdout, stderr } = run(dir.path(), arguments);
        assert_eq!((status, &*stdout), (2, ""), "{arguments:?}");
        assert!(stderr.contains(words), "{arguments:?}: {stderr}");
    }
}

#[test]
fn one_allocation_more_is_seen() {
    let (old, new) = (module(TESTS), module(TESTS));
    let same = measure(new.path(), old.path(), &[]);
    assert_eq!((same.status, &*same.stderr), (0, ""), "{}", same.stdout);
    fs::write(new.path().join("m.go"), CODE.replace("{ Sink", "{ Sink = make([]byte, 8); Sink"))
        .unwrap();
    let worse = measure(new.path(), old.path(), &[]);
    assert_eq!((worse.status, &*worse.stderr), (1, ""), "{}", worse.stdout);
    assert!(worse.stdout.contains("allocs/op  1 → 2 (+100.0%)"), "{}", worse.stdout);
    assert!(worse.stdout.contains("B/op  64 → 72 (+12.5%)"), "{}", worse.stdout);
    let better = measure(old.path(), new.path(), &["--format", "markdown"]);
    assert_eq!(better.status, 0);
    assert!(better.stdout.contains("**better by more than 5%**"), "{}", better.stdout);
}

#[test]
fn a_revision_is_written_out_whole() {
    // What an archive would leave out is needed too: tests read their neighbours.
    let tests = TESTS
        .replace("Benchmark", "BenchmarkRead")
        .replace(
            "\tfor i",
            "\tif _, err := os.Stat(\"testdata/x\"); err != nil {\n\t\tb.Fatal(err)\n\t}\n\tfor i",
        )
        .replace("import \"testing\"", "import (\n\t\"os\"\n\t\"testing\"\n)");
    let dir = folder(&[
        (".gitattributes", b"testdata export-ignore\n"),
        ("sub/go.mod", GO_MOD.1),
        ("sub/m.go", CODE.as_bytes()),
        ("sub/m_test.go", tests.as_bytes()),
        ("sub/testdata/x", b""),
    ]);
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(dir.path()).args(["-c", "user.name=a", "-c", "user.email=a@b.c"]);
        assert!(command.args(arguments).output().unwrap().status.success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "old"]);
    fs::write(dir.path().join("sub/m.go"), CODE.replace("64", "6400")).unwrap();
    git(&["add", "."]);
    let here = dir.path().join("sub");
    let status = || {
        let output =
            Command::new("git").current_dir(&here).args(["status", "--porcelain"]).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let before = status();
    let worse = run(&here, &[&["bench", "--base", "HEAD"], &SHORT[..]].concat());
    assert_eq!((worse.status, &*worse.stderr), (1, ""), "{}", worse.stdout);
    assert!(worse.stdout.contains("B/op  64 → 6528"), "{}", worse.stdout);
    assert_eq!(status(), before);
    // From outside of the module as well.
    let outside = run(dir.path(), &[&["bench", "sub", "--base", "HEAD"], &SHORT[..]].concat());
    assert_eq!(outside.status, 1, "{}", outside.stderr);
    let unknown = run(&here, &["bench", "--base", "nosuch"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("`nosuch` is neither a revision that git knows nor a folder"));
}

#[test]
fn benchmarks_that_misbehave_are_named_and_the_rest_is_measured() {
    let tests = TESTS.replace(
        "import \"testing\"",
        "import (\n\t\"fmt\"\n\t\"strings\"\n\t\"testing\"\n\t\"time\"\n)",
    ) + "
func BenchmarkHangs(b *testing.B) { time.Sleep(time.Hour) }

func BenchmarkFails(b *testing.B) { b.Fatal(\"no database\") }

func BenchmarkExits(b *testing.B) { panic(\"oh\") }

func BenchmarkSkips(b *testing.B) { b.Skip(\"not here\") }

func BenchmarkFloods(b *testing.B) {
\tline := strings.Repeat(\"x\", 1<<20)
\tfor i := 0; i < 40; i++ {
\t\tfmt.Println(line)
\t}
}
";
    let (old, new) = (module(&tests), module(&tests));
    let Run { status, stdout, stderr } = measure(new.path(), old.path(), &["--timeout", "2s"]);
    assert_eq!(status, 2, "{stdout}");
    assert!(stdout.contains("Make"), "{stdout}");
    for words in [
        "BenchmarkHangs of the base: not done after 2 s, and ended",
        "BenchmarkFails of the base: ",
        "no database",
        "BenchmarkExits of the base: ",
        "BenchmarkSkips of the base: no figures: it skips itself",
        "BenchmarkFloods of the base: no figures",
    ] {
        assert!(stderr.contains(words), "{words}:\n{stderr}");
    }
    assert!(stderr.len() < 20_000, "{}", stderr.len());
}

#[test]
fn what_makes_figures_worthless_is_refused() {
    let dir = module(TESTS);
    for flags in ["-race", "-cover", "-mod=mod -asan"] {
        let output = unheap(dir.path(), &["bench", "--base", "."]).env("GOFLAGS", flags).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("figures say nothing"), "{stderr}");
    }
}

#[test]
fn code_that_does_not_build_is_named() {
    let (old, new) = (module(TESTS), module(TESTS));
    fs::write(new.path().join("m.go"), "package m\n\nfunc Make() { nosuch() }\n").unwrap();
    let broken = measure(new.path(), old.path(), &[]);
    assert_eq!(broken.status, 2);
    assert!(broken.stderr.contains("the change: go test -c failed"), "{}", broken.stderr);
    assert!(broken.stderr.contains("undefined: nosuch"), "{}", broken.stderr);
    fs::remove_file(new.path().join("m_test.go")).unwrap();
    let none = measure(new.path(), old.path(), &[]);
    assert_eq!(none.status, 2);
    assert!(none.stderr.contains("no package of ./... has benchmarks on both sides"));
    assert!(none.stderr.contains("example.com/m has benchmarks in the base only"));
}

#[test]
fn without_a_go_that_does_it_says_so() {
    let dir = module(TESTS);
    let mut command = unheap(dir.path(), &["bench", "--base", "."]);
    command.env_remove("GOROOT").env("PATH", "/nonexistent").env("UNHEAP_CACHE", dir.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("no Go toolchain found, and benchmarks have to be built"), "{stderr}");

    let old = folder(&[("VERSION", b"go1.20.3\n"), ("bin/go", b""), ("src/fmt/x.go", b"")]);
    let mut command = unheap(dir.path(), &["bench", "--base", "."]);
    let output = command.env("GOROOT", old.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("Go 1.20.3 is too old"), "{stderr}");

    fs::write(dir.path().join("go.mod"), "module example.com/m\n\ngo 1.99\n").unwrap();
    let newer = run(dir.path(), &["bench", "--base", "."]);
    assert_eq!(newer.status, 2);
    assert!(newer.stderr.contains("requires go >= 1.99"), "{}", newer.stderr);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_all_and_leaves_nothing() {
    use std::thread;
    use std::time::{Duration, Instant};

    let tests = "package m

import (
\t\"fmt\"
\t\"os\"
\t\"os/exec\"
\t\"testing\"
)

func BenchmarkServes(b *testing.B) {
\tserver := exec.Command(\"sleep\", \"600\")
\tif err := server.Start(); err != nil {
\t\tb.Fatal(err)
\t}
\tos.WriteFile(os.Getenv(\"IDS\"), fmt.Appendf(nil, \"%d %d .\", os.Getpid(), server.Process.Pid), 0o600)
\tserver.Wait()
}
";
    let dir = module(tests);
    let scratch = tempfile::tempdir().unwrap();
    let ids = dir.path().join("ids");
    let mut command = unheap(dir.path(), &["bench", "--base", "."]);
    command.env("TMPDIR", scratch.path()).env("IDS", &ids);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    let written = || fs::read_to_string(&ids).ok().filter(|text| text.ends_with('.'));
    let started = Instant::now();
    while written().is_none() && started.elapsed() < Duration::from_secs(120) {
        thread::sleep(Duration::from_millis(50));
    }
    let ids = written().expect("the benchmark has started");
    let interrupted = Instant::now();
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(interrupted.elapsed() < Duration::from_secs(10));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "interrupted\n");
    for id in ids.split_whitespace().filter(|id| *id != ".") {
        let state = Command::new("ps").args(["-o", "stat=", "-p", id]).output().unwrap();
        let state = String::from_utf8(state.stdout).unwrap();
        assert!(state.trim().is_empty() || state.starts_with('Z'), "{id} is {state}");
    }
    let left: Vec<_> = fs::read_dir(scratch.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}
