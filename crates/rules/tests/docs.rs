//! The pages in `docs/rules` are those that `unheap explain` prints. `cargo xtask docs` writes them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules")
}

/// Names of files and what they hold.
fn pages() -> BTreeMap<String, String> {
    let mut index = "# Rules\n\n\
        Generated from the comments that the files in `crates/rules/src/rules` begin with; \
        `unheap explain CODE` prints the same.\n\n\
        | Code | Name | Tier | Fix | Finds |\n|---|---|---|---|---|\n"
        .to_owned();
    let mut pages = BTreeMap::new();
    for rule in rules::all() {
        let meta = rule.meta();
        let file = format!("{}-{}.md", meta.code, meta.name);
        let page = rules::explain(meta.code).expect("every rule has a page");
        let title = rules::title(meta.code).expect("every rule has a heading");
        assert_eq!(page.lines().next(), Some(format!("# {title}").as_str()));
        index += &format!(
            "| [{}]({file}) | `{}` | {} | {} | {title} |\n",
            meta.code,
            meta.name,
            meta.tier.as_str(),
            meta.fix.as_str(),
        );
        pages.insert(file, page);
    }
    pages.insert("README.md".to_owned(), index);
    pages
}

#[test]
fn pages_are_current() {
    let pages = pages();
    let folder = folder();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for (file, text) in &pages {
            fs::write(folder.join(file), text).unwrap();
        }
    }
    for (file, text) in &pages {
        let there = fs::read_to_string(folder.join(file)).unwrap_or_default();
        assert!(there == *text, "docs/rules/{file} is not current: run `cargo xtask docs`");
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(pages.contains_key(&name), "docs/rules/{name} belongs to no rule");
    }
}

/// The README lists every rule.
#[test]
fn readme_is_whole() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    for rule in rules::all() {
        let (code, name) = (rule.meta().code, rule.meta().name);
        let row = format!("| {code} | [`{name}`](docs/rules/{code}-{name}.md) |");
        assert!(readme.contains(&row), "README.md does not list {code}");
    }
}

/// Every page has the same sections, so that readers find their way.
#[test]
fn pages_are_whole() {
    const SECTIONS: [&str; 8] = [
        "## What it does",
        "## Why it costs",
        "## Example",
        "## Use instead",
        "## When not to",
        "## The fix",
        "## Go versions",
        "## References",
    ];
    for rule in rules::all() {
        let meta = rule.meta();
        let page = rules::explain(meta.name).expect("every rule has a page");
        let found: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(found, SECTIONS, "{}", meta.code);
        assert!(page.starts_with("# ") && !page.starts_with("# \n"), "{}", meta.code);
        let measured = page.contains("Go 1.23 | Go 1.27");
        assert!(measured, "{} has no measurement", meta.code);
    }
}

/// Rules are found by code and by name, whatever the case.
#[test]
fn rules_have_two_names() {
    let mut last = "";
    for rule in rules::all() {
        let meta = rule.meta();
        assert!(last < meta.code, "{} is out of order", meta.code);
        last = meta.code;
        for name in [meta.code, meta.name, &meta.code.to_lowercase(), &meta.name.to_uppercase()] {
            let found = rules::find(name).map(|rule| rule.meta().code);
            assert_eq!(found, Some(meta.code), "{name}");
        }
    }
    assert!(rules::find("UH999").is_none());
    assert!(rules::explain("no-such-rule").is_none());
}
