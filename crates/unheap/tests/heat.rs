//! Which findings are shown, by how often their code runs.

#![allow(clippy::unwrap_used)]

mod support;

use support::{folder, run};

const MODULE: &[u8] = b"module example.com/shop\n\ngo 1.27\n";

const MAIN: &[u8] = br#"package main

import (
	"net/http"
	"strings"
)

var banner = header([]string{"a", "b"})

// Once: cold.
func header(words []string) (line string) {
	for _, word := range words {
		if word == "" {
			panic("no word: " + word)
		}
	}
	return once(words)
}

func main() {
	http.HandleFunc("/", list)
	http.ListenAndServe(banner, nil)
}

func once(words []string) string { return strings.Join(words, "") }

// Called for each request, and in a loop for some.
func list(w http.ResponseWriter, r *http.Request) {
	requests = append(requests, &request{})
	for _, id := range strings.Split(r.URL.Path, "/") {
		keep(strings.Split(id, ","))
		w.Write([]byte(render(strings.Split(id, ","))))
	}
}

func render(parts []string) (text string) {
	for _, part := range parts {
		text += part
	}
	return text
}

// Nobody calls it.
func unused(parts []string) (text string) {
	for _, part := range parts {
		text += part
	}
	return text
}
"#;

/// Structs that another order of fields would make smaller, of the tier `profile`: one that is made in hot code, of the package or
/// another, one that is made now and then, and one that nobody makes. And conversions by unsafe.
const PADDED: &[u8] = br#"package main

import (
	"unsafe"

	"example.com/shop/cells2"
)

type padded struct {
	a bool
	b [3]int64
	c bool
	d int64
	e bool
}

var all = map[padded]bool{}

type row struct {
	a bool
	b [3]int64
	c bool
	d int64
	e bool
}

//go:noinline
func newRow(d int64) *row { return &row{d: d} }

type request struct {
	a bool
	b [3]int64
	c bool
	d int64
	e bool
}

var (
	rows     []*row
	requests []*request
	cells    []cells2.Cell
)

func keep(parts []string) {
	for i := range parts {
		rows = append(rows, newRow(int64(i)))
		cells = append(cells, cells2.Cell{})
	}
}

var name = text([]byte{'x'})

func text(b []byte) string { return unsafe.String(&b[0], len(b)) }

func used(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return text(b)
}
"#;

const CELLS: &[u8] = br"// Package cells2 is another one.
package cells2

// Cell is made elsewhere.
type Cell struct {
	A bool
	B [3]int64
	C bool
	D int64
	E bool
}
";

fn findings(arguments: &[&str]) -> Vec<(String, String, String)> {
    let dir = folder(&[
        ("go.mod", MODULE),
        ("main.go", MAIN),
        ("padded.go", PADDED),
        ("cells2/cells.go", CELLS),
    ]);
    let run = run(dir.path(), &[&["check", "--format", "json"], arguments].concat());
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let all = report["findings"].as_array().unwrap().iter();
    let each =
        all.map(|f| (text(&f["code"]), text(&f["hotness"]["level"]), text(&f["hotness"]["basis"])));
    each.collect()
}

#[test]
fn the_call_graph_tells() {
    let found = findings(&["--rule", "UH004", "./..."]);
    let levels: Vec<&str> = found.iter().map(|(_, level, _)| level.as_str()).collect();
    assert_eq!(levels, ["hot", "unknown"], "{found:?}");
    assert_eq!(found[0].2, "in a loop; called in a loop from HTTP handler shop.list");
    assert_eq!(found[1].2, "no call of shop.unused was found");
}

#[test]
fn what_is_seldom_run_is_not_shown() {
    let shown = findings(&["./..."]);
    let about_cold = |code: &str| code == "UH402";
    let is_cold =
        |(code, level, _): &&(String, String, String)| !about_cold(code) && level == "cold";
    assert_eq!(shown.iter().find(is_cold), None, "{shown:?}");
    let all = findings(&["--all", "./..."]);
    assert!(all.len() > shown.len(), "{all:?}");
    assert!(shown.iter().all(|finding| all.contains(finding)));
}

/// A struct is as hot as the hottest place that makes it.
#[test]
fn structs_are_as_hot_as_what_makes_them() {
    let of = |findings: Vec<(String, String, String)>, rule: &str| -> Vec<[String; 2]> {
        let of_rule = findings.into_iter().filter(|(code, ..)| code == rule);
        of_rule.map(|(_, level, basis)| [level, basis]).collect()
    };
    let shown = of(findings(&["./..."]), "UH301");
    let hot = [
        ["hot", "made by shop.keep: in a loop; called in a loop from HTTP handler shop.list"],
        ["hot", "made by shop.newRow: called in a loop from HTTP handler shop.list"],
    ];
    assert_eq!(shown, hot);
    let all = of(findings(&["--all", "./..."]), "UH301");
    assert_eq!(all[1], ["unknown", "no place that makes one was found"]);
    assert_eq!(all[3], ["warm", "made by shop.list: HTTP handler shop.list"]);
    assert_eq!(all.len(), 4, "{all:?}");
}

/// What is about cold code is shown where that is known.
#[test]
fn unsafe_in_cold_code_is_shown() {
    let shown = findings(&["./..."]);
    let found: Vec<_> = shown.iter().filter(|(code, ..)| code == "UH402").collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].1, "cold");
}
