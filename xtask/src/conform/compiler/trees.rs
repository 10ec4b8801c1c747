//! Compares lowered functions, line by line.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::causes::{Difference, Differences};
use super::figures::{Figure, Figures};
use super::normalise;
use super::tree::{Node, Tree};

/// How many lines are shown before and behind the first that differs.
const CONTEXT: usize = 4;

/// Compares the functions of a package, by name; those of one name in the order told.
pub(super) fn compare(
    package: &str,
    ours: Vec<Tree>,
    theirs: Vec<Tree>,
    details: bool,
    figures: &mut Figures,
    differences: &mut Differences,
) {
    let (mut equal, mut all) = (0, 0);
    let mut ours = by_name(ours);
    for (name, mut theirs) in by_name(theirs) {
        theirs.iter_mut().for_each(drop_descriptors);
        let ours = ours.remove(&name).unwrap_or_default();
        all += ours.len().max(theirs.len());
        for at in 0..ours.len().max(theirs.len()) {
            let cause = match (ours.get(at), theirs.get(at)) {
                (Some(our), Some(their)) => match diverge(&our.nodes, &their.nodes, details) {
                    None => {
                        equal += 1;
                        continue;
                    }
                    Some(line) => divergence(our, their, line, details),
                },
                (None, Some(their)) => ("function missing in ours".to_owned(), head(their)),
                (Some(our), None) => ("function only in ours".to_owned(), head(our)),
                (None, None) => continue,
            };
            differ(package, &name, cause, differences);
        }
    }
    for (name, ours) in ours {
        all += ours.len();
        for our in &ours {
            let cause = ("function only in ours".to_owned(), head(our));
            differ(package, &name, cause, differences);
        }
    }
    figures.add(Figure::Functions, package, equal, all);
}

/// Drops the operands that describe types: the compiler prints them, and neither counts nor follows them. Operations on
/// types from dictionaries have them as operands proper.
fn drop_descriptors(tree: &mut Tree) {
    const PARTS: [&str; 5] = ["RType", "RTypes", "TypeWord", "ITab", "Itab"];
    let mut within: Option<u32> = None;
    tree.nodes.retain(|node| {
        if within.is_some_and(|depth| node.depth > depth) {
            return false;
        }
        let part = node.op.split_once('-').filter(|(op, _)| !op.starts_with("DYNAMIC"));
        let hidden = part.is_some_and(|(_, part)| PARTS.iter().any(|p| part.ends_with(p)));
        within = hidden.then_some(node.depth);
        !hidden
    });
}

fn by_name(trees: Vec<Tree>) -> BTreeMap<String, Vec<Tree>> {
    let mut named: BTreeMap<String, Vec<Tree>> = BTreeMap::new();
    for tree in trees {
        named.entry(normalise::text(&tree.name)).or_default().push(tree);
    }
    named
}

fn differ(
    package: &str,
    name: &str,
    (cause, text): (String, String),
    differences: &mut Differences,
) {
    let title = format!("{package}: {name}");
    differences.add(cause, Difference { package: package.to_owned(), place: None, title, text });
}

/// The first line that differs.
fn diverge(ours: &[Node], theirs: &[Node], details: bool) -> Option<usize> {
    let same = |our: &Node, their: &Node| {
        let detail = !details || our.detail == their.detail;
        our.depth == their.depth && our.op == their.op && detail
    };
    let first = ours.iter().zip(theirs).position(|(our, their)| !same(our, their));
    first.or_else(|| (ours.len() != theirs.len()).then(|| ours.len().min(theirs.len())))
}

/// The cause and the lines around.
fn divergence(our: &Tree, their: &Tree, at: usize, details: bool) -> (String, String) {
    let word = |node: Option<&Node>| match node {
        None => "the end".to_owned(),
        Some(node) if details => format!("{} {}", node.op, node.detail),
        Some(node) => node.op.clone(),
    };
    let (ours, theirs) = (our.nodes.get(at), their.nodes.get(at));
    let cause = match (ours, theirs) {
        (Some(a), Some(b)) if a.op == b.op && a.depth != b.depth => {
            format!("{}: depth differs", a.op)
        }
        // Names and literals would make a cause of every difference.
        (Some(a), Some(b)) if a.op == b.op => format!("{}: detail differs", a.op),
        _ => format!("ours {}, Go {}", word(ours), word(theirs)),
    };
    let start = at.saturating_sub(CONTEXT);
    let mut text = String::new();
    for node in &their.nodes[start..at] {
        let _ = writeln!(text, "      {node}");
    }
    for (side, nodes) in [("ours", &our.nodes), ("  Go", &their.nodes)] {
        for node in nodes.iter().skip(at).take(CONTEXT) {
            let line = format!("{side}  {node}    {}", node.rest);
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    (cause, text)
}

fn head(tree: &Tree) -> String {
    let lines = tree.nodes.iter().take(CONTEXT).map(|node| format!("      {node}\n"));
    lines.collect()
}
