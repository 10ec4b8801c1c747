//! The language version that a `//go:build` line asks for.
//!
//! A line asks for version *n* if no choice of the other tags satisfies it without
//! `go1.n`. That can be read off while parsing: each part of the expression yields
//! the version that it needs to hold, and the one that it needs not to hold.

use crate::unicode;

/// Parts in one line, as `go/build/constraint` allows.
const MAX_PARTS: u32 = 1000;

/// `go1.n` is `n`; -1 needs none.
type Needs = i64;

/// What an expression needs to be true and to be false.
#[derive(Clone, Copy)]
struct Versions {
    holds: Needs,
    fails: Needs,
}

struct Parser<'a> {
    rest: &'a str,
    parts: u32,
}

/// The version of a comment that starts with `//go:build`; the outer `None` if it is
/// no valid constraint, the inner if it asks for no version.
pub(crate) fn version(comment: &[u8]) -> Option<Option<(u32, u32)>> {
    let text = std::str::from_utf8(comment).ok()?.trim_end();
    let expr = text.strip_prefix("//go:build")?;
    // Another word may begin so: `//go:buildx`.
    if expr.trim_start().len() == expr.len() {
        return None;
    }
    let mut parser = Parser { rest: expr, parts: 0 };
    let versions = parser.or()?;
    if parser.peek().is_some() {
        return None;
    }
    Some(u32::try_from(versions.holds).ok().map(|minor| (1, minor)))
}

impl Parser<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        self.rest.chars().next()
    }

    fn eat(&mut self, text: &str) -> bool {
        self.peek();
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn or(&mut self) -> Option<Versions> {
        let mut x = self.and()?;
        while self.eat("||") {
            let y = self.and()?;
            x = Versions { holds: x.holds.min(y.holds), fails: x.fails.max(y.fails) };
        }
        Some(x)
    }

    fn and(&mut self) -> Option<Versions> {
        let mut x = self.not()?;
        while self.eat("&&") {
            let y = self.not()?;
            x = Versions { holds: x.holds.max(y.holds), fails: x.fails.min(y.fails) };
        }
        Some(x)
    }

    fn not(&mut self) -> Option<Versions> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return None;
        }
        if self.eat("!") {
            let x = self.atom()?;
            return Some(Versions { holds: x.fails, fails: x.holds });
        }
        self.atom()
    }

    fn atom(&mut self) -> Option<Versions> {
        if self.eat("(") {
            let x = self.or()?;
            return self.eat(")").then_some(x);
        }
        self.peek();
        let is_tag = |c: char| unicode::is_letter(c) || unicode::is_digit(c) || c == '.';
        let len = self.rest.find(|c| !is_tag(c)).unwrap_or(self.rest.len());
        let (tag, rest) = self.rest.split_at(len);
        if tag.is_empty() {
            return None;
        }
        self.rest = rest;
        Some(Versions { holds: tag_version(tag), fails: -1 })
    }
}

fn tag_version(tag: &str) -> Needs {
    if tag == "go1" {
        return 0;
    }
    // The whole tag counts from the last point on: `xgo1.5` is one as well.
    match tag.split_once("go1.") {
        Some((_, minor)) if minor.bytes().all(|b| b.is_ascii_digit()) => {
            minor.parse().unwrap_or(-1)
        }
        _ => -1,
    }
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions() {
        for (line, expected) in [
            ("//go:build go1.21", Some(Some((1, 21)))),
            ("//go:build linux && go1.22", Some(Some((1, 22)))),
            ("//go:build (linux && go1.22) || (windows && go1.20)", Some(Some((1, 20)))),
            ("//go:build linux || (windows && go1.22)", Some(None)),
            ("//go:build !go1.22", Some(None)),
            ("//go:build !(!go1.22 || go1.9)", Some(Some((1, 22)))),
            ("//go:build go1", Some(Some((1, 0)))),
            ("//go:build linux", Some(None)),
            ("//go:build\tgo1.5  ", Some(Some((1, 5)))),
            ("//go:buildgo1.5", None),
            ("//go:build", None),
            ("//go:build a b", None),
            ("//go:build !!a", None),
            ("//go:build (a", None),
            ("//go:build a & b", None),
        ] {
            assert_eq!(version(line.as_bytes()), expected, "{line}");
        }
    }
}
