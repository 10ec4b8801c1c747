//! Comments that silence findings.
//!
//! - `//unheap:ignore UH004 reason` on a line, or alone on the line above: the rules named (by code or name; all when
//!   none is named) are silent there
//! - `//unheap:ignore-file UH004 reason`: in the whole file
//! - `//nolint:unheap`, `//nolint`: as other Go tools read them, for the whole declaration or statement that begins
//!   on the line

use syntax::File;

use crate::rule::Meta;

/// What is silenced in a file.
#[derive(Default, Debug)]
pub(crate) struct Suppressed {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// First and last line; none for the whole file.
    lines: Option<(u32, u32)>,
    /// Codes and names; none for all rules.
    rules: Vec<String>,
}

impl Suppressed {
    /// Reads the comments of a file.
    pub(crate) fn new(tree: &File, text: &[u8]) -> Self {
        let mut entries = Vec::new();
        for comment in tree.comments() {
            let Some(bytes) = text.get(comment.range()) else { continue };
            // Most comments are not for us: look at the bytes before anything else.
            if !bytes.starts_with(b"//unheap:ignore") && !is_nolint(bytes) {
                continue;
            }
            let Ok(words) = std::str::from_utf8(bytes) else { continue };
            let line = tree.lines.locate(comment.start).line;
            let alone = stands_alone(tree, text, comment.start);
            let line = if alone { first_line_of_code(tree, text, line) } else { line };
            let (word, rest) = words.split_once([' ', '\t']).unwrap_or((words, ""));
            match word.trim_end() {
                "//unheap:ignore-file" => {
                    entries.push(Entry { lines: None, rules: rules_in(rest) })
                }
                "//unheap:ignore" => {
                    entries.push(Entry { lines: Some((line, line)), rules: rules_in(rest) });
                }
                word if word.starts_with("//nolint") => {
                    let last = last_line_of(tree, line);
                    entries.push(Entry { lines: Some((line, last)), rules: Vec::new() });
                }
                _ => {}
            }
        }
        Self { entries }
    }

    /// Whether a rule is silent on a line.
    pub(crate) fn covers(&self, meta: &Meta, line: u32) -> bool {
        self.entries.iter().any(|entry| {
            let here = entry.lines.is_none_or(|(first, last)| first <= line && line <= last);
            let named = |rule: &String| {
                meta.code.eq_ignore_ascii_case(rule) || meta.name.eq_ignore_ascii_case(rule)
            };
            here && (entry.rules.is_empty() || entry.rules.iter().any(named))
        })
    }
}

/// The rules that a directive begins with; what follows is the reason.
fn rules_in(rest: &str) -> Vec<String> {
    rest.split([' ', '\t', ','])
        .filter(|word| !word.is_empty())
        .take_while(|word| crate::find(word).is_some() || looks_like_code(word))
        .map(str::to_owned)
        .collect()
}

/// A code of a rule that this version does not know still is no reason to silence all.
fn looks_like_code(word: &str) -> bool {
    word.len() == 5 && word.starts_with("UH") && word[2..].bytes().all(|b| b.is_ascii_digit())
}

/// Whether a comment is `//nolint`, for all linters or for a list with ours in it.
fn is_nolint(comment: &[u8]) -> bool {
    let Some(rest) = comment.strip_prefix(b"//nolint") else { return false };
    let Ok(rest) = std::str::from_utf8(rest) else { return false };
    match rest.strip_prefix(':') {
        Some(list) => {
            let list = list.split([' ', '\t', '/']).next().unwrap_or("");
            list.split(',').any(|name| name.trim() == "unheap" || name.trim() == "all")
        }
        None => rest.is_empty() || rest.starts_with([' ', '\t']),
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
