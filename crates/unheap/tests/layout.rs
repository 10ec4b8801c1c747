//! `unheap layout`: what it says of structs, for people and for programs.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use support::{run, unheap};

const SOURCE: &str = "package shapes

type loose struct {
	seen bool
	at   int64
	tags map[string]int
	name string
	sent bool
}

type tiny struct{ a, b uint16 }

type large struct {
	head *loose
	body [600]byte
}

type generic[T any] struct{ v T }
";

fn module() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("go.mod"), "module example.com/shapes\n\ngo 1.23\n").unwrap();
    fs::write(dir.path().join("shapes.go"), SOURCE).unwrap();
    dir
}

#[test]
fn text_shows_offsets_padding_and_the_best_order() {
    let dir = module();
    let run = run(dir.path(), &["layout", "--goarch", "amd64"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let expected = "\
example.com/shapes.loose  shapes.go:3
  48 bytes, 14 of it padding; 48 on the heap; the collector looks through 32

  offset    size
       0       1  seen  bool
       1       7  · padding
       8       8  at    int64
      16       8  tags  map[string]int
      24      16  name  string
      40       1  sent  bool
      41       7  · padding

  Best order: tags, name, at, seen, sent
  40 bytes; 48 on the heap, 8 of it unused; the collector looks through 16. Saves looking through 16 bytes an object

example.com/shapes.tiny  shapes.go:11
  4 bytes; about 4 on the heap, where it shares a block of 16; no pointers

  offset    size
       0       2  a  uint16
       2       2  b  uint16

example.com/shapes.large  shapes.go:13
  608 bytes; 640 on the heap, 8 of it a header and 24 unused; the collector looks through 8

  offset    size
       0       8  head  *shapes.loose
       8     600  body  [600]byte

3 structs, 1 with a better order of fields, 0 of them smaller on the heap with it
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn json_has_the_same() {
    let dir = module();
    let arguments = ["layout", "--type", "loose", "--format", "json", "--goarch", "386"];
    let run = run(dir.path(), &arguments);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((report["version"].as_u64(), report["goarch"].as_str()), (Some(1), Some("386")));
    let structs = report["structs"].as_array().unwrap();
    assert_eq!(structs.len(), 1);
    let loose = &structs[0];
    assert_eq!((loose["size"].as_u64(), loose["pointer_bytes"].as_u64()), (Some(28), Some(20)));
    assert_eq!(loose["fields"][1]["offset"], 4);
    assert_eq!(loose["heap"]["class"], 32);
    assert_eq!(loose["best"]["saves_bytes"], 8);
}

#[test]
fn a_type_that_is_not_there_is_an_error() {
    let dir = module();
    let run = run(dir.path(), &["layout", "--type", "missing"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("missing"), "{}", run.stderr);
    let output = unheap(dir.path(), &["layout", "--type", "shapes.loose"]).output().unwrap();
    assert!(output.status.success());
}
