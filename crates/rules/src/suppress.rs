//! Comments that silence findings.
//!
//! - `//unheap:ignore UH004 reason` on a line, or alone on the line above: the rules named (by code or name) are silent
//!   there
//! - `//unheap:ignore-file UH004 reason`: in the whole file
//! - `//nolint:unheap`, `//nolint`: as other Go tools read them, all rules, for the whole declaration or statement that
//!   begins on the line
//!
//! Which of them silence nothing is known once all rules have run.

use source::Span;
use syntax::File;

use crate::spelling::nearest;
use crate::{Settings, registry};

/// What there is to say of a comment that is to silence findings.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum DirectiveState {
    /// It silences something, or nobody looked.
    Works,
    /// It silences nothing; in words.
    Idle(String),
    /// It is not what it was meant to be; in words.
    Wrong(String),
}

/// A comment that silences findings, or is meant to.
#[derive(Debug)]
pub(crate) struct Directive {
    /// What is meant: the name of the rule, or else the comment.
    pub(crate) span: Span,
    /// What it does.
    pub(crate) state: DirectiveState,
}

/// What is silenced in a file.
#[derive(Default, Debug)]
pub(crate) struct Suppressed {
    entries: Vec<Entry>,
    wrong: Vec<Directive>,
}

#[derive(Debug)]
struct Entry {
    span: Span,
    /// First and last line; none for the whole file.
    lines: Option<(u32, u32)>,
    silenced: Silenced,
    used: bool,
}

#[derive(Clone, Copy, Debug)]
enum Silenced {
    /// A rule, by its place among all.
    Rule(usize),
    /// Every rule of ours.
    All,
    /// Every rule of every linter.
    AllLinters,
}

impl Suppressed {
    /// Reads the comments of a file.
    pub(crate) fn new(tree: &File, text: &[u8]) -> Self {
        let mut suppressed = Self::default();
        for comment in tree.comments() {
            let Some(bytes) = text.get(comment.range()) else { continue };
            // Most comments are not for us: look at the bytes before anything else.
            let is_ours = bytes.starts_with(b"//unheap:") || bytes.starts_with(b"// unheap:");
            if !is_ours && !bytes.starts_with(b"//nolint") {
                continue;
            }
            let Ok(words) = std::str::from_utf8(bytes) else { continue };
            let line = tree.lines.locate(comment.start).line;
            let alone = stands_alone(tree, text, comment.start);
            let line = if alone { first_line_of_code(tree, text, line) } else { line };
            if is_ours {
                suppressed.read(words, *comment, line);
            } else if let Some(silenced) = nolint(words) {
                let lines = Some((line, last_line_of(tree, line)));
                suppressed.entries.push(Entry { span: *comment, lines, silenced, used: false });
            }
        }
        suppressed
    }

    /// Reads a comment of ours, which is about a line.
    fn read(&mut self, comment: &str, span: Span, line: u32) {
        let (word, rest) = comment.split_once([' ', '\t']).unwrap_or((comment, ""));
        let lines = match word.trim_end() {
            "//unheap:ignore-file" => None,
            "//unheap:ignore" => Some((line, line)),
            "//" => {
                let directive =
                    rest.trim_start().split([' ', '\t']).next().unwrap_or("").trim_end();
                if matches!(directive, "unheap:ignore" | "unheap:ignore-file") {
                    let why = format!(
                        "this silences nothing: a directive is written without a space, `//{directive}`"
                    );
                    self.wrong.push(Directive { span, state: DirectiveState::Wrong(why) });
                }
                return;
            }
            other => {
                let known = ["//unheap:ignore", "//unheap:ignore-file"];
                let hint = nearest(other, known)
                    .map_or(String::new(), |n| format!("; did you mean `{n}`?"));
                let why = format!("there is no directive `{other}`{hint}");
                self.wrong.push(Directive { span, state: DirectiveState::Wrong(why) });
                return;
            }
        };
        let mut named = 0;
        for (word, at) in words(comment).skip(1) {
            let start = span.start + at as u32;
            let place = Span::new(start, start + word.len() as u32);
            if let Some(rule) = crate::position(word) {
                let silenced = Silenced::Rule(rule);
                self.entries.push(Entry { span: place, lines, silenced, used: false });
            } else if named == 0 || looks_like_code(word) {
                let state = DirectiveState::Wrong(unknown_rule(word));
                self.wrong.push(Directive { span: place, state });
            } else {
                return;
            }
            named += 1;
        }
        if named == 0 {
            let why = format!(
                "this silences nothing: name the rule, as in `{} UH004 reason`",
                word.trim_end()
            );
            self.wrong.push(Directive { span, state: DirectiveState::Wrong(why) });
        }
    }

    /// Whether a rule, by its place among all, is silent on a line.
    pub(crate) fn covers(&mut self, rule: usize, line: u32) -> bool {
        let mut covers = false;
        for entry in &mut self.entries {
            let here = entry.lines.is_none_or(|(first, last)| first <= line && line <= last);
            let meant = match entry.silenced {
                Silenced::Rule(named) => named == rule,
                Silenced::All | Silenced::AllLinters => true,
            };
            entry.used |= here && meant;
            covers |= here && meant;
        }
        covers
    }

    /// What became of the comments after all rules have run; `whole` if all was there that rules go by. Of what was not looked
    /// for nothing can be said.
    pub(crate) fn directives(self, settings: &Settings, whole: bool) -> Vec<Directive> {
        let judged = |rule: usize| {
            whole
                && settings.enabled.get(rule).copied().unwrap_or(true)
                && settings.tiers.contains(&registry::RULES[rule].meta().tier)
        };
        let state = |entry: &Entry| match entry.silenced {
            Silenced::Rule(rule) if !entry.used && judged(rule) => {
                let code = registry::RULES[rule].meta().code;
                DirectiveState::Idle(format!("{code} finds nothing here any more: this can go"))
            }
            Silenced::All if !entry.used && (0..registry::RULES.len()).all(judged) => {
                DirectiveState::Idle("unheap finds nothing here any more: this can go".to_owned())
            }
            _ => DirectiveState::Works,
        };
        let entries = self.entries.iter().map(|e| Directive { span: e.span, state: state(e) });
        let mut directives: Vec<Directive> = entries.chain(self.wrong).collect();
        directives.sort_by_key(|directive| directive.span.start);
        directives
    }
}

/// The words of a comment, and where each begins. A comma ends a word too.
fn words(comment: &str) -> impl Iterator<Item = (&str, usize)> {
    let separator = |c: char| matches!(c, ' ' | '\t' | ',' | '\r');
    let place = |word: &str| word.as_ptr() as usize - comment.as_ptr() as usize;
    comment.split(separator).filter(|word| !word.is_empty()).map(move |word| (word, place(word)))
}

/// What to say of a rule that there is not.
fn unknown_rule(word: &str) -> String {
    let known = registry::RULES.iter().flat_map(|rule| [rule.meta().name, rule.meta().code]);
    match nearest(word, known) {
        Some(near) => format!("there is no rule `{word}`; did you mean {near}?"),
        None => format!(
            "there is no rule `{word}`: name the rule before the reason, as in `UH004 reason`"
        ),
    }
}

/// A code of a rule that this version does not know is no part of the reason.
fn looks_like_code(word: &str) -> bool {
    word.len() >= 3
        && word.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("UH"))
        && word[2..].bytes().all(|b| b.is_ascii_digit())
}

/// What a comment `//nolint` silences: all linters, or those of a list with ours in it.
fn nolint(comment: &str) -> Option<Silenced> {
    let rest = comment.strip_prefix("//nolint")?;
    match rest.strip_prefix(':') {
        Some(list) => {
            let list = list.split([' ', '\t', '/']).next().unwrap_or("");
            let mut names = list.split(',').map(str::trim);
            if names.clone().any(|name| name == "all") {
                return Some(Silenced::AllLinters);
            }
            names.any(|name| name == "unheap").then_some(Silenced::All)
        }
        None if rest.trim_end().is_empty() || rest.starts_with([' ', '\t']) => {
            Some(Silenced::AllLinters)
        }
        None => None,
    }
}

fn stands_alone(tree: &File, text: &[u8], offset: u32) -> bool {
    let line = tree.lines.locate(offset).line;
    let start = tree.lines.start(line).unwrap_or(offset);
    text.get(start as usize..offset as usize).is_some_and(|t| t.trim_ascii().is_empty())
}

/// The line below a comment that is no comment itself.
fn first_line_of_code(tree: &File, text: &[u8], comment: u32) -> u32 {
    let mut line = comment + 1;
    while let (Some(start), Some(end)) = (tree.lines.start(line), tree.lines.start(line + 1)) {
        let content = text.get(start as usize..end as usize).unwrap_or_default().trim_ascii_start();
        if !content.starts_with(b"//") {
            break;
        }
        line += 1;
    }
    line
}

/// The last line of the outermost declaration or statement that begins on a line.
fn last_line_of(tree: &File, line: u32) -> u32 {
    use source::Id;
    use syntax::tree::StmtId;
    let decls = tree.decls.iter().map(|&id| tree.decl_span(id));
    let stmts = (0..tree.stmt_count()).map(|i| tree.stmt_span(StmtId::from_index(i)));
    decls
        .chain(stmts)
        .filter(|span| tree.lines.locate(span.start).line == line)
        .map(|span| tree.lines.locate(span.end).line)
        .max()
        .unwrap_or(line)
}
