//! What is said of function literals in methods that the compiler makes functions around.
//!
//! `data/wrappers/methods.go` is a package, `methods.txt` what Go 1.24 to 1.27 print of it: the lines of
//! `go build -gcflags=-m` about where values live, without the path of the file, and without those of what is generated;
//! sorted.

#[path = "support/one_package.rs"]
mod one_package;

use escape::{Detail, lines};
use one_package::with_engine;

#[test]
fn literals_are_compiled_once_more() {
    for minor in 24..=27 {
        let ours = said_of(include_str!("data/wrappers/methods.go"), minor);
        let theirs: Vec<&str> = include_str!("data/wrappers/methods.txt").lines().collect();
        assert_eq!(ours, theirs, "Go 1.{minor}");
    }
}

fn said_of(text: &str, minor: u32) -> Vec<String> {
    let said = with_engine(text, minor, |engine, unit| lines(engine, unit, Detail::Plain));
    let said = said.into_iter();
    let about_places = ["escapes to heap", "moved to heap", "does not escape"];
    let mut lines: Vec<String> = said
        .filter(|line| line.path.ends_with("p.go"))
        .filter(|line| about_places.iter().any(|words| line.text.contains(words)))
        .map(|line| format!("{}:{}: {}", line.line, line.column, line.text))
        .collect();
    lines.sort_unstable();
    lines
}
