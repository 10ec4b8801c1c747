//! What keeps reports quiet: comments, `unheap.toml`, baselines, and changed lines.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{Run, folder, run};

const GO_MOD: (&str, &[u8]) = ("go.mod", b"module m\n\ngo 1.24\n");

/// Two findings of one rule in each of two folders.
const JOIN: &str = "
// Join puts texts together.
func Join(parts []string) string {
\ts := \"\"
\tfor _, p := range parts {
\t\ts += p
\t\ts += \",\"
\t}
\treturn s
}
";

fn go(package: &str, rest: &str) -> Vec<u8> {
    format!("package {package}\n{rest}").into_bytes()
}

fn module(more: &[(&str, &[u8])]) -> tempfile::TempDir {
    let (a, b) = (go("a", JOIN), go("b", JOIN));
    let files: [(&str, &[u8]); 3] = [GO_MOD, ("a/a.go", &a), ("b/b.go", &b)];
    folder(&[&files, more].concat())
}

/// Where findings are: `a/a.go:6`.
fn found(dir: &Path, arguments: &[&str]) -> Vec<String> {
    let all = [&["check", "--format", "json"], arguments].concat();
    let Run { status, stdout, stderr } = run(dir, &all);
    assert!(status < 2, "{stderr}");
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(status, i32::from(!findings.is_empty()));
    let place = |finding: &serde_json::Value| {
        format!("{}:{}", finding["path"].as_str().unwrap(), finding["start"]["line"])
    };
    findings.iter().map(place).collect()
}

const IN_A: [&str; 2] = ["a/a.go:7", "a/a.go:8"];
const IN_B: [&str; 2] = ["b/b.go:7", "b/b.go:8"];

/// A run with `unheap.toml`.
fn configured(text: &str, arguments: &[&str]) -> Vec<String> {
    found(module(&[("unheap.toml", text.as_bytes())]).path(), arguments)
}

#[test]
fn configuration() {
    let both = [IN_A, IN_B].concat();
    assert_eq!(configured("", &[]), both);
    assert_eq!(configured("exclude = [\"b\"]\n", &[]), IN_A);
    assert_eq!(configured("include = [\"b/**\"]\n", &[]), IN_B);
    assert_eq!(configured("tiers = [\"profile\"]\n", &[]), [""; 0]);
    assert_eq!(configured("[rules]\nUH004 = false\n", &[]), [""; 0]);
    assert_eq!(configured("[rules]\nall = false\nconcat-in-loop = true\n", &[]), both);
    let special = "[[override]]\npaths = [\"a\"]\nrules.UH004 = false\n";
    assert_eq!(configured(special, &[]), IN_B);
    assert_eq!(configured("[thresholds]\nobjects = 2\n", &[]), [""; 0]);
    let special = "[[override]]\npaths = [\"b\"]\nthresholds.objects = 2\n";
    assert_eq!(configured(special, &[]), IN_A);
    // Nothing says that a function is called often: as the tier `profile` it is not shown, and as `specialty` when asked for.
    assert_eq!(configured("[rules]\nUH004 = \"specialty\"\n", &[]), [""; 0]);
    assert_eq!(configured("tiers = [\"specialty\"]\n[rules]\nUH004 = \"specialty\"\n", &[]), both);
}

#[test]
fn the_command_line_counts_more() {
    let both = [IN_A, IN_B].concat();
    assert_eq!(configured("[rules]\nUH004 = false\n", &["--rule", "UH004"]), both);
    assert_eq!(configured("[rules]\nUH004 = true\n", &["--exclude-rule", "UH004"]), [""; 0]);
    assert_eq!(configured("tiers = [\"profile\"]\n", &["--all", "--rule", "UH004"]), both);
    assert_eq!(configured("exclude = [\"**\"]\n", &["--no-config"]), both);
    let dir =
        module(&[("unheap.toml", b"exclude = [\"**\"]\n"), ("x/y.toml", b"exclude = [\"a\"]\n")]);
    assert_eq!(found(dir.path(), &["--config", "x/y.toml"]), IN_B);
    // Paths are those of the module, wherever one stands.
    assert_eq!(found(&dir.path().join("b"), &["--config", "../x/y.toml"]), ["b.go:7", "b.go:8"]);
}

#[test]
fn faults_of_a_configuration_end_the_run() {
    let dir = module(&[("unheap.toml", b"excldue = [\"a\"]\n[rules]\nUH04 = false\n")]);
    for command in ["check", "fix"] {
        let Run { status, stdout, stderr } = run(dir.path(), &[command]);
        assert_eq!((status, &*stdout), (2, ""));
        let expected = "unheap.toml:1:1: unknown key `excldue`; did you mean `exclude`?\n\
                        unheap.toml:3:1: unknown rule `UH04`; did you mean `UH004`?\n";
        assert_eq!(stderr, expected);
    }
    let run = run(dir.path(), &["check", "--config", "none.toml"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.starts_with("none.toml: "), "{}", run.stderr);
}

#[test]
fn fix_goes_by_the_configuration() {
    let dir = module(&[("unheap.toml", b"exclude = [\"b\"]\n")]);
    assert_eq!(run(dir.path(), &["fix"]).status, 0);
    let text = |path: &str| fs::read(dir.path().join(path)).unwrap();
    assert_ne!(text("a/a.go"), go("a", JOIN));
    assert_eq!(text("b/b.go"), go("b", JOIN));
}

#[test]
fn comments_that_silence_nothing_are_named() {
    let code = "
//unheap:ignore-file UH014 none here

func f(parts []string) (s string) {
\tfor _, p := range parts {
\t\ts += p //unheap:ignore UH004 few
\t\ts += p //unheap:ignore UH005 another rule
\t\ts += p //unheap:ignore concat-in-lop few
\t\ts += p //unheap:ignore because few
\t\ts += p //unheap:ignore
\t\ts += p //unheap:ignroe UH004
\t\ts += p // unheap:ignore UH004 few
\t\ts += p //nolint:unheap
\t\ts += p //unheap:ignore UH004 UH0155 few
\t}
\treturn s //nolint:unheap
}
";
    let dir = folder(&[GO_MOD, ("m.go", &go("m", code)), ("m_test.go", b"package m\n")]);
    let check = |arguments: &[&str], expected: &[&str]| {
        let Run { status, stderr, .. } = run(dir.path(), &[&["check"], arguments].concat());
        assert_eq!(status, 1);
        // Of `//nolint`, which silences every rule, it can only be told where all of them ran.
        let of_all = |line: &&str| arguments.contains(&"--all") || !line.contains("unheap finds");
        let lines: Vec<&str> = stderr.lines().filter(of_all).collect();
        assert_eq!(lines, expected, "{arguments:?}");
    };
    let wrong = [
        "m.go:9:26: there is no rule `concat-in-lop`; did you mean concat-in-loop?",
        "m.go:10:26: there is no rule `because`: name the rule before the reason, as in `UH004 reason`",
        "m.go:11:10: this silences nothing: name the rule, as in `//unheap:ignore UH004 reason`",
        "m.go:12:10: there is no directive `//unheap:ignroe`; did you mean `//unheap:ignore`?",
        "m.go:13:10: this silences nothing: a directive is written without a space, `//unheap:ignore`",
        "m.go:15:32: there is no rule `UH0155`; did you mean UH015?",
    ];
    let idle = [
        "m.go:3:22: UH014 finds nothing here any more: this can go",
        "m.go:8:26: UH005 finds nothing here any more: this can go",
    ];
    check(&[], &[&idle[..], &wrong].concat());
    // Test files make another package of the file, which says the same.
    check(&["--tests"], &[&idle[..], &wrong].concat());
    // Nothing is said of what was not looked for.
    check(&["--rule", "UH004"], &wrong);
    let all = "m.go:17:11: unheap finds nothing here any more: this can go";
    check(&["--all"], &[&idle[..], &wrong, &[all]].concat());
}

#[test]
fn a_baseline_goes_with_the_code() {
    let dir = module(&[]);
    let known = ["--baseline", "known.json"];
    let written = run(dir.path(), &["check", "--write-baseline", "--baseline", "known.json"]);
    assert_eq!((written.status, &*written.stdout), (0, "4 findings written to known.json\n"));
    assert_eq!(found(dir.path(), &known), [""; 0]);

    // Moved to another line of another file, and indented: still the same.
    let moved = JOIN.replace("\t\ts += p\n", "\t\tif p != \"\" {\n\t\t\ts +=   p\n\t\t}\n");
    fs::remove_file(dir.path().join("a/a.go")).unwrap();
    fs::write(dir.path().join("a/z.go"), go("a", &format!("\n\n\n{moved}"))).unwrap();
    assert_eq!(found(dir.path(), &known), [""; 0]);

    // One more of the same is new, and so is the same in another function.
    let more = JOIN.replace("\t\ts += p\n", "\t\ts += p\n\t\ts += p\n");
    let other = JOIN.replace("Join", "Other");
    fs::write(dir.path().join("b/b.go"), go("b", &(more + &other))).unwrap();
    assert_eq!(found(dir.path(), &known), ["b/b.go:8", "b/b.go:18", "b/b.go:19"]);

    // Written anew with a part of the findings.
    let again = ["check", "--write-baseline", "--baseline", "known.json", "./b"];
    assert_eq!(run(dir.path(), &again).stdout, "5 findings written to known.json\n");
    assert_eq!(found(dir.path(), &[&known[..], &["./b"]].concat()), [""; 0]);
}

#[test]
fn a_damaged_baseline_ends_the_run() {
    let dir = module(&[("known.json", b"{\"version\": 1,\n\"findings\": [}")]);
    let damaged = run(dir.path(), &["check", "--baseline", "known.json"]);
    assert_eq!((damaged.status, &*damaged.stdout), (2, ""));
    assert!(
        damaged.stderr.starts_with("known.json:2:14: this is no baseline"),
        "{}",
        damaged.stderr
    );
    let missing = run(dir.path(), &["check", "--baseline", "none.json"]);
    assert_eq!(missing.status, 2);
    assert!(missing.stderr.starts_with("none.json: "), "{}", missing.stderr);
}

fn git(dir: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(["-c", "user.name=n", "-c", "user.email=e@example.com"]);
    command.args(["-c", "commit.gpgsign=false"]).env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn changed_lines_alone() {
    let dir = module(&[("sub dir/c.go", &go("c", JOIN))]);
    let at = dir.path();
    git(at, &["init", "-q"]);
    git(at, &["add", "."]);
    git(at, &["commit", "-qm", "first"]);
    // Settings of the user do not change what is read.
    git(at, &["config", "diff.noprefix", "true"]);
    git(at, &["config", "diff.external", "false"]);
    let new = ["--new-from", "HEAD"];
    assert_eq!(found(at, &new), [""; 0]);

    // A changed line, a line moved by another, and a removed one.
    fs::write(at.join("a/a.go"), go("a", &JOIN.replace("\",\"", "\";\""))).unwrap();
    fs::write(at.join("b/b.go"), go("b", &format!("\nvar x int\n{JOIN}"))).unwrap();
    assert_eq!(found(at, &new), ["a/a.go:8"]);
    assert_eq!(found(&at.join("a"), &new), ["a.go:8"]);
    assert_eq!(found(&at.join("b"), &new), [""; 0]);

    // A renamed file is what it was, an untracked one is new.
    git(at, &["mv", "sub dir/c.go", "sub dir/d é.go"]);
    let renamed = go("c", &JOIN.replace("s += p", "s += p + p"));
    fs::write(at.join("sub dir/d é.go"), renamed).unwrap();
    fs::create_dir(at.join("e")).unwrap();
    // Not so like the renamed one that git could take one for the other.
    let other = JOIN.replace("parts", "texts").replace("Join", "Glue").replace("s +=", "all +=");
    let other = other.replace("\ts :=", "\tall :=").replace("return s", "return all");
    fs::write(at.join("e/e.go"), go("e", &other)).unwrap();
    let expected = ["a/a.go:8", "e/e.go:7", "e/e.go:8", "sub dir/d é.go:7"];
    assert_eq!(found(at, &new), expected);

    git(at, &["add", "."]);
    git(at, &["commit", "-qm", "second"]);
    assert_eq!(found(at, &new), [""; 0]);
    assert_eq!(found(at, &["--new-from", "HEAD~1"]), expected);
}

#[test]
fn what_git_cannot_tell_ends_the_run() {
    let dir = module(&[]);
    let check = |rev: &str, expected: &str| {
        let all = ["check", &format!("--new-from={rev}")];
        let mut command = support::unheap(dir.path(), &all);
        // Whatever the folder of temporary files is in.
        let output = command.env("GIT_CEILING_DIRECTORIES", dir.path().parent().unwrap());
        let output = output.output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(expected), "{rev}: {stderr}");
    };
    check("HEAD", "not a git repository");
    git(dir.path(), &["init", "-q"]);
    check("nosuchrev", "bad revision 'nosuchrev'");
    check("--output=x", "is no revision");
    assert!(!dir.path().join("x").exists());
}

#[test]
fn formats_of_other_tools() {
    let dir = module(&[]);
    for (format, start, places) in [
        ("sarif", "{\n", "\"ruleId\": \"UH004\""),
        ("github", "::", "title=UH004 concat-in-loop"),
        ("junit", "<?xml", "<failure type=\"UH004\""),
        ("checkstyle", "<?xml", "source=\"unheap.UH004\""),
    ] {
        let Run { status, stdout, .. } = run(dir.path(), &["check", "--format", format]);
        assert_eq!(status, 1, "{format}");
        assert!(stdout.starts_with(start), "{stdout}");
        assert_eq!(stdout.matches(places).count(), 4, "{format}");
    }
}

#[test]
fn rules_are_listed_for_programs() {
    let list = run(Path::new("."), &["rules", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
    let rules = list["rules"].as_array().unwrap();
    let text = run(Path::new("."), &["rules"]).stdout;
    assert_eq!(rules.len(), text.lines().count());
    for (rule, line) in rules.iter().zip(text.lines()) {
        assert!(line.starts_with(rule["code"].as_str().unwrap()), "{line}");
        assert!(line.ends_with(rule["title"].as_str().unwrap()), "{line}");
    }
}
