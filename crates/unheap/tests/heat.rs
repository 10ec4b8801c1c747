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
	for _, id := range strings.Split(r.URL.Path, "/") {
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

/// Structs that another order of fields would make smaller, of the tier `profile`, are declared and never run.
const PADDED: &[u8] = br"package main

type padded struct {
	a bool
	b [3]int64
	c bool
	d int64
	e bool
}

var all = map[padded]bool{}
";

fn findings(arguments: &[&str]) -> Vec<(String, String, String)> {
    let dir = folder(&[("go.mod", MODULE), ("main.go", MAIN), ("padded.go", PADDED)]);
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
    assert!(shown.iter().all(|(_, level, _)| level != "cold"), "{shown:?}");
    assert!(!shown.iter().any(|(code, ..)| code == "UH301"), "{shown:?}");
    let all = findings(&["--all", "./..."]);
    assert!(all.len() > shown.len(), "{all:?}");
    assert!(shown.iter().all(|finding| all.contains(finding)));
}
