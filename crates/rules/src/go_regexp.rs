//! Whether Go's `regexp` takes a pattern, as far as a short look can tell.
//!
//! A pattern that compiles when the program starts compiles on every call, and the other way round; one that does
//! not would stop the program from starting once it is a package variable. So the answer must never be yes for a
//! pattern that Go refuses; it may be no for rare ones that Go takes (Unicode classes by name, octal escapes).
//! The syntax is that of the package `regexp/syntax`.

/// Deepest nesting of groups that is followed; Go's own bound is 1000.
const MOST_GROUPS: u32 = 200;

/// Largest product of all counts `{n,m}`; Go bounds it along each path to a leaf.
const MOST_REPEATS: u32 = 1000;

/// Longest pattern that is looked at: with the bounds above it stays far below Go's limit of size.
const LONGEST: usize = 4000;

/// Whether `regexp.MustCompile`, or `regexp.MustCompilePOSIX`, surely takes a pattern.
pub(crate) fn surely_compiles(pattern: &str, posix: bool) -> bool {
    if pattern.len() > LONGEST {
        return false;
    }
    let mut reader = Reader { rest: pattern, posix, groups: 0, names: Vec::new(), repeats: 1 };
    reader.pattern().is_some() && reader.groups == 0
}

struct Reader<'a> {
    rest: &'a str,
    posix: bool,
    /// How many groups are open.
    groups: u32,
    /// Names of groups, which must differ.
    names: Vec<&'a str>,
    /// Product of all counts so far.
    repeats: u32,
}

/// What stands before a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The start of a branch.
    Start,
    /// What can be repeated.
    Operand,
    /// A repetition, or what is left to a closer look: not repeated here.
    Other,
}

impl<'a> Reader<'a> {
    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next()?;
        self.rest = chars.as_str();
        Some(next)
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Reads all of it; `None` where it is not surely right.
    fn pattern(&mut self) -> Option<()> {
        let mut before = Before::Start;
        while let Some(next) = self.next() {
            before = match next {
                '(' => self.open()?,
                ')' => {
                    self.groups = self.groups.checked_sub(1)?;
                    Before::Operand
                }
                '|' => Before::Start,
                '*' | '+' | '?' => self.repeated(before)?,
                '{' => match self.counts()? {
                    true => self.repeated(before)?,
                    false => Before::Operand,
                },
                '[' => {
                    self.class()?;
                    Before::Operand
                }
                '\\' => {
                    self.escape()?;
                    Before::Operand
                }
                _ => Before::Operand,
            };
        }
        Some(())
    }

    /// Behind a repetition: what it repeats must be there, and not be a repetition itself.
    fn repeated(&mut self, before: Before) -> Option<Before> {
        if !self.posix {
            self.eat("?");
        }
        (before == Before::Operand).then_some(Before::Other)
    }

    /// Behind `{`: whether counts and `}` follow; otherwise it is a literal brace.
    fn counts(&mut self) -> Option<bool> {
        let Some(close) = self.rest.find('}') else { return Some(false) };
        let inside = &self.rest[..close];
        let (low, high) = match inside.split_once(',') {
            Some((low, high)) => (low, Some(high)),
            None => (inside, None),
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(low) || !high.is_none_or(|high| high.is_empty() || digits(high)) {
            return Some(false);
        }
        let low: u32 = low.parse().ok()?;
        let high: u32 = match high {
            None | Some("") => low,
            Some(high) => high.parse().ok()?,
        };
        self.repeats = self.repeats.checked_mul(high.max(1))?;
        self.rest = &self.rest[close + 1..];
        (low <= high && self.repeats <= MOST_REPEATS).then_some(true)
    }

    /// Behind `(`.
    fn open(&mut self) -> Option<Before> {
        if self.groups >= MOST_GROUPS {
            return None;
        }
        if !self.eat("?") {
            self.groups += 1;
            return Some(Before::Start);
        }
        if self.posix {
            return None;
        }
        if self.eat("P<") {
            let (name, rest) = self.rest.split_once('>')?;
            let plain = |c: char| c == '_' || c.is_ascii_alphanumeric();
            if name.is_empty() || !name.chars().all(plain) || self.names.contains(&name) {
                return None;
            }
            self.names.push(name);
            self.rest = rest;
            self.groups += 1;
            return Some(Before::Start);
        }
        self.flags()
    }

    /// Behind `(?`: flags alone, or of a group.
    fn flags(&mut self) -> Option<Before> {
        let mut negated = false;
        let mut bare = true;
        loop {
            match self.next()? {
                'i' | 'm' | 's' | 'U' => bare = false,
                '-' if !negated => {
                    negated = true;
                    bare = true;
                }
                ':' if !(negated && bare) => {
                    self.groups += 1;
                    return Some(Before::Start);
                }
                // What stood before the flags could be repeated behind them: not worth a look.
                ')' if !bare => return Some(Before::Other),
                _ => return None,
            }
        }
    }

    /// Behind `\`, outside of a class.
    fn escape(&mut self) -> Option<()> {
        if !self.posix && matches!(self.peek()?, 'b' | 'B' | 'A' | 'z') {
            self.next();
            return Some(());
        }
        self.class_escape().map(|_| ())
    }

    /// Behind `\`: the character it stands for, or `Ok(None)` of a class.
    fn class_escape(&mut self) -> Option<Option<char>> {
        let next = self.next()?;
        Some(match next {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' if !self.posix => None,
            'p' | 'P' if !self.posix => {
                let known = matches!(self.peek()?, 'L' | 'M' | 'N' | 'P' | 'S' | 'Z' | 'C')
                    .then(|| self.next())
                    .is_some();
                let known = known || CLASSES.iter().any(|class| self.eat(class));
                known.then_some(None)?
            }
            'a' => Some('\x07'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            'x' => Some(self.hex()?),
            c if c.is_ascii_punctuation() => Some(c),
            _ => return None,
        })
    }

    /// Behind `\x`: two digits, or any number in braces.
    fn hex(&mut self) -> Option<char> {
        let digits = if self.eat("{") {
            let (digits, rest) = self.rest.split_once('}')?;
            self.rest = rest;
            digits
        } else {
            let (digits, rest) = self.rest.split_at_checked(2)?;
            self.rest = rest;
            digits
        };
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
        char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| plain)?)
    }

    /// Behind `[`.
    fn class(&mut self) -> Option<()> {
        self.eat("^");
        let mut first = true;
        loop {
            if !first && self.eat("]") {
                return Some(());
            }
            if self.rest.starts_with("[:") {
                if !POSIX_CLASSES.iter().any(|class| self.eat(class)) {
                    return None;
                }
                first = false;
                continue;
            }
            if self.posix && !first && self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                return None;
            }
            first = false;
            let Some(low) = self.class_char()? else { continue };
            if self.rest.starts_with("-]") || !self.eat("-") {
                continue;
            }
            let high = self.class_char()??;
            if low > high {
                return None;
            }
        }
    }

    /// A character of a class; `Some(None)` for what stands for several.
    fn class_char(&mut self) -> Option<Option<char>> {
        match self.next()? {
            '\\' => self.class_escape(),
            c => Some(Some(c)),
        }
    }
}

/// Unicode classes that every Go version knows.
const CLASSES: [&str; 14] = [
    "{L}",
    "{Lu}",
    "{Ll}",
    "{M}",
    "{N}",
    "{Nd}",
    "{P}",
    "{S}",
    "{Z}",
    "{Zs}",
    "{Latin}",
    "{Greek}",
    "{Cyrillic}",
    "{Han}",
];

const POSIX_CLASSES: [&str; 28] = [
    "[:alnum:]",
    "[:^alnum:]",
    "[:alpha:]",
    "[:^alpha:]",
    "[:ascii:]",
    "[:^ascii:]",
    "[:blank:]",
    "[:^blank:]",
    "[:cntrl:]",
    "[:^cntrl:]",
    "[:digit:]",
    "[:^digit:]",
    "[:graph:]",
    "[:^graph:]",
    "[:lower:]",
    "[:^lower:]",
    "[:print:]",
    "[:^print:]",
    "[:punct:]",
    "[:^punct:]",
    "[:space:]",
    "[:^space:]",
    "[:upper:]",
    "[:^upper:]",
    "[:word:]",
    "[:^word:]",
    "[:xdigit:]",
    "[:^xdigit:]",
];

#[cfg(test)]
mod tests {
    use super::surely_compiles;

    #[test]
    fn takes_what_go_takes() {
        for pattern in [
            "",
            "^[a-z0-9]+(?:-[a-z0-9]+)*$",
            r"^\d{4}-\d{2}-\d{2}$",
            r"(?i)^(?P<user>[\w.+-]+)@(?P<host>[\w-]+\.[\w.-]+)$",
            r"a|b|",
            r"x*?y+?z??",
            r"[]a]|[^]a]|[a-]",
            r"[[:alpha:]_\d\-]+",
            r"\x{10FFFF}\x41\.\*\pL\p{Greek}",
            "a{,2}|a{|{",
            "()|(a(b(c)))",
            "(?i:a)(?-s:.)(?m-s:.)",
            "日本+",
        ] {
            assert!(surely_compiles(pattern, false), "{pattern}");
        }
        assert!(surely_compiles("^[[:alpha:]]+(a|b)*$", true));
    }

    #[test]
    fn leaves_what_go_refuses() {
        for pattern in [
            "(",
            ")",
            "a)",
            "(a",
            "[a",
            "[]",
            "[^]",
            "[z-a]",
            r"[a-\d]",
            "*",
            "a**",
            "a+*",
            "a{2}{3}",
            "(*a)",
            "|*",
            "a{1001}",
            "a{2,1}",
            "(a{100}){100}",
            r"\",
            r"\8",
            r"\Z",
            r"\y",
            r"[\b]",
            r"\x",
            r"\xg0",
            r"\x{110000}",
            r"\pX",
            r"\p{Nope}",
            "(?P<n>a)(?P<n>b)",
            "(?P<>a)",
            "(?P<n",
            "(?=a)",
            "(?<!a)",
            "(?i",
            "(?-)",
            "(?--i)",
            "[[:nope:]]",
            "(?i)*",
            "a(?i)**",
        ] {
            assert!(!surely_compiles(pattern, false), "{pattern}");
        }
        for pattern in [r"\d", r"\bx", "(?:a)", "a*?*", "[a-c-e]", r"\pL"] {
            assert!(!surely_compiles(pattern, true), "{pattern}");
        }
    }
}
