//! go.mod and go.work files.

use std::collections::HashSet;

use crate::quote::unquote;
use crate::version::{GoVersion, is_semantic};

/// A fault in a go.mod or go.work file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModFault {
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

/// A module path and a version.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ModVersion {
    /// Module path; of a replacement without a version, a folder.
    pub path: String,
    /// Version; empty for a main module or a folder.
    pub version: String,
}

impl ModVersion {
    /// A path and a version.
    #[must_use]
    pub fn new(path: impl Into<String>, version: impl Into<String>) -> Self {
        Self { path: path.into(), version: version.into() }
    }
}

/// `require path version`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Require {
    /// What is required.
    pub module: ModVersion,
    /// Whether the line ends in `// indirect`.
    pub indirect: bool,
    /// The line, from 1.
    pub line: u32,
}

/// `replace path [version] => path [version]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replace {
    /// What is replaced; without a version, every version.
    pub old: ModVersion,
    /// What stands in for it; without a version, a folder.
    pub new: ModVersion,
}

/// What a go.mod or go.work file says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ModFile {
    /// `module`; empty where it is missing, as in go.work.
    pub module: String,
    /// `go`, as written.
    pub go: Option<String>,
    /// `toolchain`, as written.
    pub toolchain: Option<String>,
    /// `require` lines in order.
    pub require: Vec<Require>,
    /// `exclude` lines in order.
    pub exclude: Vec<ModVersion>,
    /// `replace` lines in order.
    pub replace: Vec<Replace>,
    /// `godebug` lines: key and value.
    pub godebug: Vec<(String, String)>,
    /// `tool` lines: package paths.
    pub tool: Vec<String>,
    /// `ignore` lines: folders.
    pub ignore: Vec<String>,
    /// `use` lines of go.work: folders.
    pub uses: Vec<String>,
}

impl ModFile {
    /// The version that `go` names.
    #[must_use]
    pub fn go_version(&self) -> Option<GoVersion> {
        GoVersion::parse(self.go.as_deref()?)
    }
}

/// Which file is read, and how strictly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModFileKind {
    /// The go.mod of a main module: everything must be understood.
    Main,
    /// The go.mod of a dependency: what only matters to a main module, or is not
    /// known yet, is passed over.
    Dependency,
    /// A go.work file.
    Work,
}

/// Reads the go.mod of a main module; what could be read, and every fault.
#[must_use]
pub fn parse_go_mod(text: &[u8]) -> (ModFile, Vec<ModFault>) {
    parse(text, ModFileKind::Main)
}

/// Reads a go.mod or go.work file; what could be read, and every fault.
#[must_use]
pub fn parse(text: &[u8], kind: ModFileKind) -> (ModFile, Vec<ModFault>) {
    let mut parser =
        Parser { kind, file: ModFile::default(), faults: Vec::new(), repeated: HashSet::new() };
    parser.lines(text);
    (parser.file, parser.faults)
}

/// A word, a string or a punctuation mark.
struct Token<'a> {
    text: &'a [u8],
    column: u32,
}

impl Token<'_> {
    fn is(&self, text: &[u8]) -> bool {
        self.text == text
    }
}

/// One line: its tokens and whether its comment says `indirect`.
struct Line<'a> {
    number: u32,
    tokens: Vec<Token<'a>>,
    indirect: bool,
}

/// Cuts a line into tokens.
fn scan(text: &[u8], number: u32) -> Result<Line<'_>, ModFault> {
    let mut line = Line { number, tokens: Vec::new(), indirect: false };
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let start = at;
        let fault = |at: usize, message: &str| {
            Err(ModFault { line: number, column: at as u32 + 1, message: message.into() })
        };
        match byte {
            b' ' | b'\t' | b'\r' => {
                at += 1;
                continue;
            }
            b'/' if text[at..].starts_with(b"//") => {
                line.indirect = says_indirect(&text[at + 2..]);
                break;
            }
            b'/' if text[at..].starts_with(b"/*") => {
                return fault(at, "mod files must use // comments (not /* */ comments)");
            }
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' => at += 1,
            b'"' | b'`' => {
                at += 1;
                loop {
                    match text.get(at) {
                        None => return fault(start, "unexpected newline in string"),
                        Some(b'\\') if byte == b'"' => at += 2,
                        Some(&b) => {
                            at += 1;
                            if b == byte {
                                break;
                            }
                        }
                    }
                }
            }
            _ => {
                at += word_len(&text[at..]);
                if text[at..].starts_with(b"/*") {
                    return fault(at, "mod files must use // comments (not /* */ comments)");
                }
                if at == start {
                    return fault(at, "unexpected input character");
                }
            }
        }
        let end = at.min(text.len());
        line.tokens.push(Token { text: &text[start..end], column: start as u32 + 1 });
    }
    Ok(line)
}

/// Length of the word that `text` starts with: up to a blank, a mark or a comment.
fn word_len(text: &[u8]) -> usize {
    let mut len = 0;
    while let Some(&byte) = text.get(len) {
        let ends = match byte {
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b' ' | 0x7f => true,
            b'/' => matches!(text.get(len + 1), Some(b'/' | b'*')),
            _ => byte < 0x20,
        };
        if ends {
            break;
        }
        len += 1;
    }
    len
}

/// Whether a comment marks a requirement as indirect: its first word.
fn says_indirect(comment: &[u8]) -> bool {
    let comment = comment.trim_ascii();
    comment == b"indirect" || comment.starts_with(b"indirect;")
}

struct Parser {
    kind: ModFileKind,
    file: ModFile,
    faults: Vec<ModFault>,
    /// Verbs that may stand once and have stood.
    repeated: HashSet<&'static str>,
}

impl Parser {
    fn fault(&mut self, line: u32, column: u32, message: impl Into<String>) {
        self.faults.push(ModFault { line, column, message: message.into() });
    }

    fn lines(&mut self, text: &[u8]) {
        // The verb of the block that is open, and where it was opened.
        let mut block: Option<(Vec<u8>, u32, u32)> = None;
        for (index, text) in text.split(|&b| b == b'\n').enumerate() {
            let number = index as u32 + 1;
            let line = match scan(text, number) {
                Ok(line) => line,
                Err(fault) => {
                    self.faults.push(fault);
                    continue;
                }
            };
            let Some(first) = line.tokens.first() else { continue };
            let last_opens = line.tokens.last().is_some_and(|t| t.is(b"("));
            if let Some((verb, ..)) = &block {
                if !first.is(b")") {
                    let verb = verb.clone();
                    self.directive(&verb, &line, &line.tokens);
                    continue;
                }
                if let Some(extra) = line.tokens.get(1) {
                    let message = "syntax error (expected newline after closing paren)";
                    self.fault(number, extra.column, message);
                }
                block = None;
            } else if last_opens && line.tokens.len() > 1 {
                if line.tokens.len() > 2 || !self.may_block(first.text) {
                    let words: Vec<_> = line.tokens[..line.tokens.len() - 1]
                        .iter()
                        .map(|t| String::from_utf8_lossy(t.text))
                        .collect();
                    if self.kind != ModFileKind::Dependency {
                        let message = format!("unknown block type: {}", words.join(" "));
                        self.fault(number, first.column, message);
                    }
                    block = Some((Vec::new(), number, first.column));
                } else {
                    block = Some((first.text.to_vec(), number, first.column));
                }
            } else if let [_, open, close] = &line.tokens[..]
                && open.is(b"(")
                && close.is(b")")
            {
                // An empty block.
            } else {
                self.directive(first.text, &line, &line.tokens[1..]);
            }
        }
        if let Some((_, line, column)) = block {
            self.fault(line, column, "syntax error (unterminated block)");
        }
    }

    fn may_block(&self, verb: &[u8]) -> bool {
        if self.kind == ModFileKind::Work {
            return matches!(verb, b"use" | b"replace" | b"godebug");
        }
        matches!(
            verb,
            b"module"
                | b"godebug"
                | b"require"
                | b"exclude"
                | b"replace"
                | b"retract"
                | b"tool"
                | b"ignore"
        )
    }

    fn directive(&mut self, verb: &[u8], line: &Line<'_>, words: &[Token<'_>]) {
        let result = match (self.kind, verb) {
            // The block was reported when it was opened.
            (_, b"") => Ok(()),
            (_, b"go") => self.go(words),
            (ModFileKind::Work, b"use") => one_string("use", words).map(|s| self.file.uses.push(s)),
            (ModFileKind::Main | ModFileKind::Dependency, b"module") => self.module(words),
            (ModFileKind::Main | ModFileKind::Dependency, b"require") => {
                module_version("require", words).map(|module| {
                    let (indirect, line) = (line.indirect, line.number);
                    self.file.require.push(Require { module, indirect, line });
                })
            }
            (ModFileKind::Main | ModFileKind::Dependency, b"ignore") => {
                one_string("ignore", words).map(|s| self.file.ignore.push(s))
            }
            (ModFileKind::Main | ModFileKind::Dependency, b"retract") => Ok(()),
            (ModFileKind::Dependency, _) => Ok(()),
            (_, b"toolchain") => self.toolchain(words),
            (_, b"godebug") => self.godebug(words),
            (_, b"replace") => replace(words).map(|r| self.file.replace.push(r)),
            (ModFileKind::Main, b"exclude") => {
                module_version("exclude", words).map(|m| self.file.exclude.push(m))
            }
            (ModFileKind::Main, b"tool") => {
                one_string("tool", words).map(|s| self.file.tool.push(s))
            }
            (ModFileKind::Main | ModFileKind::Work, _) => {
                Err(format!("unknown directive: {}", String::from_utf8_lossy(verb)))
            }
        };
        if let Err(message) = result {
            let column = line.tokens.first().map_or(1, |t| t.column);
            self.fault(line.number, column, message);
        }
    }

    fn once(&mut self, verb: &'static str) -> Result<(), String> {
        if self.repeated.insert(verb) { Ok(()) } else { Err(format!("repeated {verb} statement")) }
    }

    fn go(&mut self, words: &[Token<'_>]) -> Result<(), String> {
        self.once("go")?;
        let [word] = words else {
            return Err("go directive expects exactly one argument".into());
        };
        let text = String::from_utf8_lossy(word.text);
        // `GoVersion` also reads suffixes and a leading `go`, which stand elsewhere.
        let plain = text.starts_with(|c: char| c.is_ascii_digit())
            && text.contains('.')
            && !text.contains(['-', '+']);
        if plain && GoVersion::parse(&text).is_some() {
            self.file.go = Some(text.into_owned());
            return Ok(());
        }
        // Older go commands wrote more into the files of dependencies.
        if self.kind == ModFileKind::Dependency
            && let Some(lax) = language_prefix(&text)
        {
            self.file.go = Some(lax);
            return Ok(());
        }
        Err(format!("invalid go version '{text}': must match format 1.23.0"))
    }

    fn toolchain(&mut self, words: &[Token<'_>]) -> Result<(), String> {
        self.once("toolchain")?;
        let [word] = words else {
            return Err("toolchain directive expects exactly one argument".into());
        };
        let text = String::from_utf8_lossy(word.text);
        if text == "default" || text == "go1" || text.starts_with("go1.") {
            self.file.toolchain = Some(text.into_owned());
            return Ok(());
        }
        Err(format!("invalid toolchain version '{text}': must match format go1.23.0 or default"))
    }

    fn module(&mut self, words: &[Token<'_>]) -> Result<(), String> {
        self.once("module")?;
        let [word] = words else {
            return Err("usage: module module/path".into());
        };
        self.file.module = string(word)?;
        Ok(())
    }

    fn godebug(&mut self, words: &[Token<'_>]) -> Result<(), String> {
        let usage = || "usage: godebug key=value".to_string();
        let [word] = words else { return Err(usage()) };
        let text = String::from_utf8_lossy(word.text);
        if text.contains(['"', '`', '\'']) {
            return Err(usage());
        }
        let (key, value) = text.split_once('=').ok_or_else(usage)?;
        self.file.godebug.push((key.into(), value.into()));
        Ok(())
    }
}

/// `1.14` of `v1.14.x` and the like.
fn language_prefix(text: &str) -> Option<String> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (major, rest) = text.split_once('.')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let language = format!("{major}.{}", &rest[..end]);
    GoVersion::parse(&language).map(|_| language)
}

/// A word, or the value of a quoted string.
fn string(token: &Token<'_>) -> Result<String, String> {
    let text = token.text;
    if matches!(text.first(), Some(b'"' | b'`')) {
        return unquote(text)
            .map(std::borrow::Cow::into_owned)
            .ok_or_else(|| "invalid quoted string: invalid syntax".to_string());
    }
    if text.contains(&b'"') || text.contains(&b'`') {
        return Err("invalid quoted string: unquoted string cannot contain quote".into());
    }
    Ok(String::from_utf8_lossy(text).into_owned())
}

fn one_string(verb: &str, words: &[Token<'_>]) -> Result<String, String> {
    let [word] = words else {
        return Err(format!("{verb} directive expects exactly one argument"));
    };
    string(word)
}

/// A version as it may stand in a file; one that only the network could resolve
/// (a branch, `latest`) is a fault.
fn version(verb: &str, path: &str, token: &Token<'_>) -> Result<String, String> {
    let version = string(token)?;
    if is_semantic(&version) {
        return Ok(version);
    }
    Err(format!("{verb} {path}: version \"{version}\" invalid: must be of the form v1.2.3"))
}

fn module_version(verb: &str, words: &[Token<'_>]) -> Result<ModVersion, String> {
    let [path, number] = words else {
        return Err(format!("usage: {verb} module/path v1.2.3"));
    };
    let path = string(path)?;
    let version = version(verb, &path, number)?;
    Ok(ModVersion { path, version })
}

fn replace(words: &[Token<'_>]) -> Result<Replace, String> {
    let usage = "usage: replace module/path [v1.2.3] => other/module v1.4\n\t \
                 or replace module/path [v1.2.3] => ../local/directory";
    let arrow = words.iter().position(|t| t.is(b"=>"));
    let (old, new) = match arrow {
        Some(at @ (1 | 2)) => (&words[..at], &words[at + 1..]),
        _ => return Err(usage.into()),
    };
    let old_path = string(&old[0])?;
    let old_version = match old.get(1) {
        Some(token) => version("replace", &old_path, token)?,
        None => String::new(),
    };
    let (new_path, new_version) = match new {
        [path] => {
            let path = string(path)?;
            if !is_directory(&path) {
                let message = "replacement module without version must be directory path \
                               (rooted or starting with . or ..)";
                return Err(message.into());
            }
            (path, String::new())
        }
        [path, number] => {
            let path = string(path)?;
            if is_directory(&path) {
                return Err(format!(
                    "replacement module directory path \"{path}\" cannot have version"
                ));
            }
            let number = version("replace", &path, number)?;
            (path, number)
        }
        _ => return Err(usage.into()),
    };
    Ok(Replace {
        old: ModVersion::new(old_path, old_version),
        new: ModVersion::new(new_path, new_version),
    })
}

/// Whether the target of a replacement is a folder: rooted, or relative with dots.
fn is_directory(path: &str) -> bool {
    let drive = path.as_bytes();
    path == "."
        || path == ".."
        || ["./", "../", "/", ".\\", "..\\", "\\"].iter().any(|p| path.starts_with(p))
        || (drive.len() >= 2 && drive[0].is_ascii_alphabetic() && drive[1] == b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file() {
        let text = b"// c\nmodule example.com/m // d\n\ngo 1.22.1\ntoolchain go1.23.4\r\n\
            godebug (\n\tdefault=go1.21\n)\nrequire (\n\ta.b/c v1.2.3\n\n\t// x\n\
            \t\"d.e/f\" v0.0.0-20200101000000-abcdefabcdef // indirect; y\n)\n\
            require g.h/i v2.0.0+incompatible // indirect\nexclude ()\nexclude a.b/c v1.2.4\n\
            replace a.b/c v1.2.3 => ../x\nreplace d.e/f => `j.k/l` v1.0.0\n\
            retract [v1.0.0, v1.1.0] // bad\ntool a.b/c/cmd\nignore ./node_modules\n";
        let (file, faults) = parse_go_mod(text);
        assert_eq!(faults, []);
        assert_eq!(file.module, "example.com/m");
        assert_eq!(file.go.as_deref(), Some("1.22.1"));
        assert_eq!(file.toolchain.as_deref(), Some("go1.23.4"));
        let required: Vec<_> =
            file.require.iter().map(|r| (r.module.path.as_str(), r.indirect, r.line)).collect();
        assert_eq!(required, [("a.b/c", false, 10), ("d.e/f", true, 13), ("g.h/i", true, 15)]);
        assert_eq!(file.exclude, [ModVersion::new("a.b/c", "v1.2.4")]);
        assert_eq!(file.replace[0].new, ModVersion::new("../x", ""));
        assert_eq!(file.replace[1].new, ModVersion::new("j.k/l", "v1.0.0"));
        assert_eq!(file.godebug, [("default".to_string(), "go1.21".to_string())]);
        assert_eq!(file.tool, ["a.b/c/cmd"]);
        assert_eq!(file.ignore, ["./node_modules"]);
    }

    #[test]
    fn faults_have_places_and_the_rest_is_read() {
        for (text, line, column) in [
            ("module m\n\nfrobnicate x\n", 3, 1),
            ("module m\ngo 1.x\n", 2, 1),
            ("module m\nrequire a.b/c master\n", 2, 1),
            ("module m\nrequire (\n\ta.b/c\n)\n", 3, 2),
            ("module m\nrequire (\n", 2, 1),
            ("module m\n  /* c */\n", 2, 3),
            ("module m\nreplace a => b\n", 2, 1),
            ("module m\nreplace a => ./b v1.0.0\n", 2, 1),
            ("module m\nmodule n\n", 2, 1),
            ("module \"m\nrequire a v1.0.0\n", 1, 8),
            ("module m\nblah (\n\tx\n)\n", 2, 1),
            ("module m\n)\n", 2, 1),
        ] {
            let (_, faults) = parse_go_mod(text.as_bytes());
            assert_eq!(faults.len(), 1, "{text} {faults:?}");
            assert_eq!((faults[0].line, faults[0].column), (line, column), "{text}");
        }
        let (file, faults) = parse_go_mod(b"modul m\nmodule n\nrequire a.b v1.0.0\n");
        assert_eq!((faults.len(), file.module.as_str(), file.require.len()), (1, "n", 1));
    }

    #[test]
    fn dependencies_are_read_laxly() {
        let text = b"module m\ngo 1.14.x\nfuture x y\nwhat (\n\tz\n)\nreplace broken\n";
        let (file, faults) = parse(text, ModFileKind::Dependency);
        assert_eq!((faults, file.go.as_deref()), (vec![], Some("1.14")));
    }

    #[test]
    fn a_workspace() {
        let text = b"go 1.22\nuse (\n\t.\n\t./a\n)\nuse ../b\nreplace x => ./y\n";
        let (file, faults) = parse(text, ModFileKind::Work);
        assert_eq!(faults, []);
        assert_eq!(file.uses, [".", "./a", "../b"]);
    }

    #[test]
    fn no_input_panics() {
        for text in
            ["\"\\", "`", "\"", "(", ")", "a (", "=>", "replace =>", "go", "x(\n)\n", "\\\"\\"]
        {
            let _ = parse_go_mod(text.as_bytes());
            let _ = parse(text.as_bytes(), ModFileKind::Work);
        }
        let (_, faults) = parse_go_mod(&[0xff, 0x00, b'"', b'\\', b'\n', 0x80]);
        assert!(!faults.is_empty());
    }
}
