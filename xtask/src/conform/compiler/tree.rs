//! Trees of functions, as the compiler prints them under `-W=2`.
//!
//! The compiler prints a line per node, indented by `.   ` per level:
//!
//! ```text
//! before devirtualize-and-inline (*Builder).copyCheck
//! .   IF tc(1) # builder.go:33:2
//! .   IF-Cond
//! .   .   EQ bool tc(1) # builder.go:33:12
//! .   .   .   DOTPTR strings.addr PTR-*Builder tc(1) # builder.go:33:6
//! .   .   .   .   NAME-strings.b Class:PPARAM Offset:0 OnStack Used PTR-*Builder tc(1) # builder.go:32:7
//! .   .   .   NIL PTR-*Builder tc(1) # builder.go:33:15
//! ```
//!
//! `IF-Cond` is not a node: it names the part of the `IF` above that follows. Lists of statements
//! and operands that are empty are not printed, and neither are the names `X`, `Y`, `Index`, `Chan`,
//! `Value` and `Call` of parts. Below 40 levels stands `...`. Kept of it, and compared, is
//!
//! ```text
//! = inline (*Builder).copyCheck
//! 1 IF
//! 1 IF-Cond
//! 2 EQ
//! 3 DOTPTR strings.addr
//! 4 NAME strings.b
//! 3 NIL
//! ```
//!
//! Behind the operation stands its detail: the symbol, the value of a literal, the operator of
//! `ASOP`, flags that mean something for what is built (`Implicit`, `Def`, `IsDDD`, `IncDec`,
//! `DistinctVars`). It is compared only when asked for. Types and places are for the reader.

use std::fmt;

use super::{Stage, normalise};

/// A function's tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Tree {
    pub(super) stage: Stage,
    /// As the compiler prints it: `(*Builder).copyCheck`, `Lines.func1`.
    pub(super) name: String,
    pub(super) nodes: Vec<Node>,
}

/// A line of a tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Node {
    /// From 1.
    pub(super) depth: u32,
    /// `IF`; `IF-Cond` for what names a part.
    pub(super) op: String,
    /// Symbol, literal, operator and flags; see the module's comment. May be empty.
    pub(super) detail: String,
    /// Type and place, for the reader: `PTR-*Builder # builder.go:33:15`.
    pub(super) rest: String,
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { depth, op, detail, .. } = self;
        let space = if detail.is_empty() { "" } else { " " };
        write!(f, "{depth} {op}{space}{detail}")
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "= {} {}", self.stage.word(), self.name)?;
        self.nodes.iter().try_for_each(|node| writeln!(f, "{node}"))
    }
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Escape => "escape",
        }
    }

    /// What the compiler writes above a tree.
    fn heading(self) -> &'static str {
        match self {
            Self::Inline => "before devirtualize-and-inline ",
            Self::Escape => "before escape ",
        }
    }
}

const STAGES: [Stage; 2] = [Stage::Inline, Stage::Escape];

/// Keeps the trees of [`STAGES`], out of the many that the compiler prints.
#[derive(Default)]
pub(super) struct Filter {
    on: bool,
}

impl Filter {
    /// What is kept of a line, if anything: `= STAGE NAME` or `DEPTH NODE`.
    pub(super) fn take(&mut self, line: &str) -> Option<String> {
        if line.starts_with('.') {
            let (depth, text) = indentation(line);
            let is_node = self.on && depth > 0 && !text.is_empty();
            // A literal before it may say the same.
            let (head, tail) = text.rsplit_once(" tc(1)").unwrap_or((text, ""));
            return is_node.then(|| format!("{depth} {head}{tail}"));
        }
        if !line.is_empty() {
            let headed = |stage: &Stage| line.strip_prefix(stage.heading()).map(|n| (*stage, n));
            let found = STAGES.iter().find_map(headed);
            self.on = found.is_some();
            return found.map(|(stage, name)| format!("= {} {name}", stage.word()));
        }
        None
    }
}

/// How many times `.   ` stands in front, and what follows.
fn indentation(line: &str) -> (u32, &str) {
    let (mut depth, mut rest) = (0, line);
    while let Some(tail) = rest.strip_prefix(".   ") {
        (depth, rest) = (depth + 1, tail);
    }
    (depth, rest)
}

/// The trees of a stage, from what [`Filter`] kept.
pub(super) fn read(kept: &str, stage: Stage) -> Vec<Tree> {
    let mut trees: Vec<Tree> = Vec::new();
    let mut wanted = false;
    for line in kept.lines() {
        if let Some(heading) = line.strip_prefix("= ") {
            let (word, name) = heading.split_once(' ').unwrap_or((heading, ""));
            wanted = word == stage.word();
            if wanted {
                trees.push(Tree { stage, name: name.to_owned(), nodes: Vec::new() });
            }
        } else if wanted && let (Some(node), Some(tree)) = (node(line), trees.last_mut()) {
            tree.nodes.push(node);
        }
    }
    trees
}

/// Operations whose symbol stands behind them.
const NAMED: [&str; 18] = [
    "BREAK",
    "CALLPART",
    "CONTINUE",
    "DCLFUNC",
    "DOT",
    "DOTINTER",
    "DOTMETH",
    "DOTPTR",
    "FOR",
    "GOTO",
    "LABEL",
    "METHEXPR",
    "METHVALUE",
    "RANGE",
    "SELECT",
    "STRUCTKEY",
    "SWITCH",
    "XDOT",
];

/// Operations whose symbol or value follows after a `-`.
const DASHED: [&str; 5] = ["ASOP-", "LINKSYMOFFSET-", "LITERAL-", "NAME-", "NONAME-"];

/// Flags that tell how something is built; the others are notes of the compiler to itself.
const FLAGS: [&str; 5] = ["Implicit", "Def", "IsDDD", "IncDec", "DistinctVars"];

/// `3 DOTPTR strings.addr PTR-*Builder # builder.go:33:6`
fn node(line: &str) -> Option<Node> {
    let (depth, text) = line.split_once(' ')?;
    let depth = depth.parse().ok()?;
    let (op, mut words, rest) = match DASHED.iter().find(|op| text.starts_with(**op)) {
        Some(op) => {
            let (value, rest) = first(&text[op.len()..]);
            (op.trim_end_matches('-'), vec![value], rest)
        }
        None => {
            let (op, rest) = text.split_once(' ').unwrap_or((text, ""));
            let (symbol, behind) = first(rest);
            let is_symbol = NAMED.contains(&op) && symbol.contains('.') && !symbol.contains('-');
            if is_symbol { (op, vec![symbol], behind) } else { (op, Vec::new(), rest) }
        }
    };
    let before_place = rest.rsplit_once("# ").map_or(rest, |(head, _)| head);
    for word in before_place.split(' ') {
        let is_closure = op == "CLOSURE" && word.starts_with("fnName(");
        if FLAGS.contains(&word) || is_closure {
            words.push(word);
        }
    }
    let detail = normalise::text(&words.join(" "));
    Some(Node { depth, op: op.to_owned(), detail, rest: rest.to_owned() })
}

/// The first word; a string between quotes and what stands between brackets is one.
fn first(text: &str) -> (&str, &str) {
    if let Some(quoted) = normalise::quoted(text) {
        return (quoted, text[quoted.len()..].trim_start());
    }
    let mut open = 0_i32;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'(' | b'{' => open += 1,
            b']' | b')' | b'}' => open -= 1,
            b' ' if open <= 0 => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::{Filter, Stage, read};

    #[test]
    fn reads_what_the_compiler_prints() {
        let mut filter = Filter::default();
        let printed = include_str!("testdata/trees.txt").lines();
        let kept: Vec<_> = printed.filter_map(|line| filter.take(line)).collect();
        let kept = kept.join("\n");
        let mut text = String::new();
        for stage in [Stage::Inline, Stage::Escape] {
            text.extend(read(&kept, stage).iter().map(ToString::to_string));
        }
        assert_eq!(text, include_str!("testdata/trees.read"), "read:\n{text}");
    }
}
