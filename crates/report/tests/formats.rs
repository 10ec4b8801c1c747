//! The formats of other tools. What is expected is in `tests/data`; `UPDATE_GOLDEN=1` writes it anew.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::{env, fs};

use fix::{Applicability, Plan};
use report::Sources;
use rules::{Allocates, Cost, FileEdit, Finding, Fix, Hotness, Note, Position, Tier};
use serde_json::Value;
use source::Lines;

/// A file with what is hard on formats in its name and in its text.
const PATH: &str = "a b/é,x%:1.go";
const TEXT: &str = "package m\n\nfunc f(ß []string) (s string) {\n\tfor _, p := range ß {\n\t\t/* 𝄞 */ s += p\n\t}\n\treturn s\n}\n";
/// One that cannot be read any more.
const GONE: &str = "gone.go";

struct File;

impl Sources for File {
    fn source(&self, path: &Path) -> Option<&[u8]> {
        (path == Path::new(PATH)).then_some(TEXT.as_bytes())
    }
}

/// The places of the first and of the last byte of a text in the file.
fn place(text: &str) -> (Position, Position) {
    let lines = Lines::new(TEXT.as_bytes());
    let start = TEXT.find(text).unwrap() as u32;
    (Position::new(&lines, start), Position::new(&lines, start + text.len() as u32))
}

fn findings() -> Vec<Finding> {
    let (start, end) = place("s += p");
    let (loop_start, loop_end) = place("for _, p := range ß");
    let in_loop = Note {
        path: PATH.into(),
        start: loop_start,
        end: loop_end,
        note: "each turn <of> this \"loop\" adds to it".to_owned(),
    };
    let edit = FileEdit {
        path: PATH.into(),
        start: start.offset,
        end: end.offset,
        text: "s.WriteString(p)".to_owned(),
    };
    let plan = Plan::new(Applicability::Safe, "Build it & return it");
    let first = Finding {
        rule: "concat-in-loop",
        code: "UH004",
        tier: Tier::Always,
        path: PATH.into(),
        start,
        end,
        function: "example.com/m.(*T[...]).f".to_owned(),
        message: "100% of `s` is copied:\n\tat each turn, <all> of it".to_owned(),
        help: "write to a strings.Builder & take its \"String()\"".to_owned(),
        allocates: Allocates::Always,
        why: vec![in_loop],
        cost: Cost::per_turn(1).of_formula("len(s) + len(p)"),
        hotness: Hotness::default(),
        site: None,
        made: None,
        fix: Some(Fix { edits: vec![edit], plan }),
    };
    let at = Position { line: 3, column: 7, offset: 20 };
    let last = Finding {
        rule: "struct-padding",
        code: "UH301",
        tier: Tier::Profile,
        path: GONE.into(),
        start: at,
        end: Position { line: 9, column: 2, offset: 90 },
        message: "bell \x07".to_owned(),
        why: Vec::new(),
        fix: None,
        ..first.clone()
    };
    vec![first, last]
}

fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(text == expected, "{name} differs (UPDATE_GOLDEN=1 writes it):\n{text}");
}

#[test]
fn github() {
    let text = report::github(&findings());
    assert_eq!(text.lines().count(), 2, "a line each");
    check("github.txt", &text);
    assert_eq!(report::github(&[]), "");
}

#[test]
fn junit() {
    check("junit.xml", &report::junit(&findings()));
    check("junit-none.xml", &report::junit(&[]));
}

#[test]
fn checkstyle() {
    check("checkstyle.xml", &report::checkstyle(&findings()));
    check("checkstyle-none.xml", &report::checkstyle(&[]));
}

#[test]
fn sarif() {
    let text = report::sarif("1.2.3", &findings(), &File).unwrap();
    let mut log: Value = serde_json::from_str(&text).unwrap();
    valid(&log);
    // What is said of rules changes with them, and is their pages.
    let rules = log["runs"][0]["tool"]["driver"]["rules"].take();
    for (rule, described) in rules::all().iter().zip(rules.as_array().unwrap()) {
        assert_eq!(described["id"], rule.meta().code);
        assert_eq!(described["help"]["markdown"], rules::explain(rule.meta().code).unwrap());
    }
    for result in log["runs"][0]["results"].as_array_mut().unwrap() {
        let index = result["ruleIndex"].take().as_u64().unwrap();
        assert_eq!(rules[index as usize]["id"], result["ruleId"]);
    }
    check("sarif.json", &(serde_json::to_string_pretty(&log).unwrap() + "\n"));
    valid(&serde_json::from_str(&report::sarif("1.2.3", &[], &File).unwrap()).unwrap());
}

/// What an object may have, and of that what it must: from the schema of SARIF 2.1.0, for what we make use of.
const OBJECTS: &[(&str, &[&str], &[&str])] = &[
    ("log", &["version", "runs"], &["$schema"]),
    ("run", &["tool"], &["results", "columnKind"]),
    ("tool", &["driver"], &[]),
    ("driver", &["name"], &["semanticVersion", "rules"]),
    ("rules", &["id"], &["name", "shortDescription", "help", "defaultConfiguration", "properties"]),
    ("shortDescription", &["text"], &["markdown"]),
    ("help", &["text"], &["markdown"]),
    ("defaultConfiguration", &[], &["level"]),
    (
        "results",
        &["message"],
        &[
            "ruleId",
            "ruleIndex",
            "level",
            "locations",
            "partialFingerprints",
            "codeFlows",
            "fixes",
            "properties",
        ],
    ),
    ("message", &["text"], &["markdown"]),
    ("locations", &[], &["physicalLocation", "logicalLocations", "message", "location"]),
    ("location", &[], &["physicalLocation", "message"]),
    ("physicalLocation", &[], &["artifactLocation", "region"]),
    ("logicalLocations", &[], &["fullyQualifiedName", "kind"]),
    ("artifactLocation", &[], &["uri", "uriBaseId"]),
    (
        "region",
        &[],
        &["startLine", "startColumn", "endLine", "endColumn", "byteOffset", "byteLength"],
    ),
    (
        "deletedRegion",
        &[],
        &["startLine", "startColumn", "endLine", "endColumn", "byteOffset", "byteLength"],
    ),
    ("codeFlows", &["threadFlows"], &["message"]),
    ("threadFlows", &["locations"], &["id", "message"]),
    ("fixes", &["artifactChanges"], &["description"]),
    ("description", &["text"], &["markdown"]),
    ("artifactChanges", &["artifactLocation", "replacements"], &[]),
    ("replacements", &["deletedRegion"], &["insertedContent"]),
    ("insertedContent", &[], &["text", "binary"]),
];

/// Holds a log against what the schema asks for.
fn valid(log: &Value) {
    assert_eq!(log["version"], "2.1.0");
    assert!(log["runs"].is_array(), "runs are a list");
    valid_object("log", log);
}

fn valid_object(kind: &str, value: &Value) {
    // Whatever one likes: 3.8; a table of texts: 3.27.17.
    if matches!(kind, "properties" | "partialFingerprints") {
        assert!(value.is_object(), "{kind}");
        return;
    }
    match value {
        Value::Array(list) => list.iter().for_each(|value| valid_object(kind, value)),
        Value::Object(object) => {
            let kind = if kind == "runs" { "run" } else { kind };
            let described = OBJECTS.iter().find(|(name, ..)| *name == kind);
            let (_, must, may) = described.unwrap_or_else(|| panic!("there is no object {kind}"));
            for name in *must {
                assert!(object.contains_key(*name), "{kind} has no {name}");
            }
            for (name, value) in object {
                let known = must.contains(&name.as_str()) || may.contains(&name.as_str());
                assert!(known, "{kind} has no place for {name}");
                valid_object(name, value);
            }
        }
        Value::String(text) => valid_text(kind, text),
        Value::Number(number) => {
            // 3.30: lines and columns count from 1, offsets from 0.
            let least = u64::from(!kind.starts_with("byte") && kind != "ruleIndex");
            assert!(number.as_u64().is_some_and(|number| number >= least), "{kind}: {number}");
        }
        Value::Null | Value::Bool(_) => panic!("{kind}: {value}"),
    }
}

fn valid_text(kind: &str, text: &str) {
    let known: &[&str] = match kind {
        "level" => &["none", "note", "warning", "error"],
        "columnKind" => &["utf16CodeUnits", "unicodeCodePoints"],
        "uri" => {
            let plain = text.bytes().all(|b| b.is_ascii_graphic());
            assert!(plain && !text.contains(['"', '<', '>', '\\', '^', '`']), "{text}");
            return;
        }
        _ => return,
    };
    assert!(known.contains(&text), "{kind}: {text}");
}

/// The range that a fix replaces is the one that it says, counted as SARIF counts.
#[test]
fn sarif_columns_count_utf16() {
    let text = report::sarif("1.2.3", &findings(), &File).unwrap();
    let log: Value = serde_json::from_str(&text).unwrap();
    let result = &log["runs"][0]["results"][0];
    let region = &result["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"];
    let line: Vec<u16> = TEXT.lines().nth(4).unwrap().encode_utf16().collect();
    let column = |name: &str| region[name].as_u64().unwrap() as usize - 1;
    let replaced = &line[column("startColumn")..column("endColumn")];
    assert_eq!(String::from_utf16(replaced).unwrap(), "s += p");
}
