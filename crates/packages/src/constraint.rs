//! Build constraints: `//go:build` lines and the older `// +build` lines.

/// A condition on build tags.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Constraint {
    /// A tag that must be set.
    Tag(String),
    /// The condition must not hold.
    Not(Box<Constraint>),
    /// Every condition must hold.
    All(Vec<Constraint>),
    /// One condition must hold.
    Any(Vec<Constraint>),
}

/// More tags and operators than this in one line are refused, as Go does.
const MAX_SIZE: usize = 1000;

/// As `MAX_SIZE`, in tags of an older line.
const MAX_PLUS_SIZE: usize = 101;

impl Constraint {
    /// Reads what follows `//go:build`.
    ///
    /// # Errors
    /// The words of what is wrong with the expression.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { rest: text, size: 0 };
        let constraint = parser.any()?;
        match parser.peek() {
            None => Ok(constraint),
            Some(c) => Err(format!("unexpected token {c}")),
        }
    }

    /// Reads what follows `// +build`: spaces mean "or", commas mean "and". A line
    /// that is too long to be one is `None` and has no say.
    #[must_use]
    pub fn parse_plus(text: &str) -> Option<Self> {
        // A word that is no tag stands for the tag `ignore`, which is never set.
        let tag = |word: &str| {
            let valid = !word.is_empty() && word.chars().all(is_tag_char);
            Self::Tag(if valid { word } else { "ignore" }.into())
        };
        let literal = |word: &str| match word.strip_prefix('!') {
            Some("") => tag(""),
            Some(rest) if rest.starts_with('!') => tag(""),
            Some(rest) => Self::Not(Box::new(tag(rest))),
            None => tag(word),
        };
        let mut size = 0;
        let mut clauses = Vec::new();
        for clause in text.split_whitespace() {
            let literals: Vec<_> = clause.split(',').map(literal).collect();
            size += literals.len();
            clauses.push(Self::All(literals));
        }
        if size > MAX_PLUS_SIZE {
            return None;
        }
        Some(if clauses.is_empty() { tag("") } else { Self::Any(clauses) })
    }

    /// Whether the condition holds where `set` says which tags are set.
    pub fn holds(&self, set: &mut dyn FnMut(&str) -> bool) -> bool {
        match self {
            Self::Tag(tag) => set(tag),
            Self::Not(inner) => !inner.holds(set),
            Self::All(parts) => parts.iter().all(|p| p.holds(set)),
            Self::Any(parts) => parts.iter().any(|p| p.holds(set)),
        }
    }

    /// The lowest language version (`N` of `go1.N`) that the condition implies,
    /// whatever the other tags; `None` where it implies none.
    #[must_use]
    pub fn minimum_go(&self) -> Option<u32> {
        self.bound(true)
    }

    /// The version implied by the condition, or by its opposite.
    fn bound(&self, positive: bool) -> Option<u32> {
        // "None implied" is below every version, so it wins a minimum and loses a
        // maximum: which is how `Option` is ordered.
        match self {
            Self::Tag(tag) if positive => match tag.as_str() {
                "go1" => Some(0),
                tag => tag.strip_prefix("go1.")?.parse().ok(),
            },
            Self::Tag(_) => None,
            Self::Not(inner) => inner.bound(!positive),
            Self::All(parts) | Self::Any(parts) => {
                let bounds = parts.iter().map(|p| p.bound(positive));
                let all = matches!(self, Self::All(_)) == positive;
                if all { bounds.max().flatten() } else { bounds.min().flatten() }
            }
        }
    }
}

fn is_tag_char(c: char) -> bool {
    c.is_alphabetic() || c.is_numeric() || c == '_' || c == '.'
}

struct Parser<'a> {
    rest: &'a str,
    size: usize,
}

impl<'a> Parser<'a> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        self.rest.chars().next()
    }

    fn take(&mut self, token: &str) -> Result<bool, String> {
        self.peek();
        let Some(rest) = self.rest.strip_prefix(token) else { return Ok(false) };
        self.rest = rest;
        self.grow()?;
        Ok(true)
    }

    /// Counts a tag or an operator; the limit also bounds the recursion.
    fn grow(&mut self) -> Result<(), String> {
        self.size += 1;
        if self.size > MAX_SIZE { Err("build expression too large".into()) } else { Ok(()) }
    }

    fn any(&mut self) -> Result<Constraint, String> {
        let first = self.all()?;
        let mut parts = vec![first];
        while self.take("||")? {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Constraint::Any))
    }

    fn all(&mut self) -> Result<Constraint, String> {
        let first = self.not()?;
        let mut parts = vec![first];
        while self.take("&&")? {
            parts.push(self.not()?);
        }
        Ok(one_or(parts, Constraint::All))
    }

    fn not(&mut self) -> Result<Constraint, String> {
        if !self.take("!")? {
            return self.atom();
        }
        if self.peek() == Some('!') {
            return Err("double negation not allowed".into());
        }
        Ok(Constraint::Not(Box::new(self.atom()?)))
    }

    fn atom(&mut self) -> Result<Constraint, String> {
        if self.take("(")? {
            let inner = self.any()?;
            return if self.take(")")? { Ok(inner) } else { Err("missing close paren".into()) };
        }
        let next = self.peek();
        let end = self.rest.find(|c| !is_tag_char(c)).unwrap_or(self.rest.len());
        let (tag, rest): (&'a str, &'a str) = self.rest.split_at(end);
        if tag.is_empty() {
            return Err(match next {
                Some(c) => format!("unexpected token {c}"),
                None => "unexpected end of expression".into(),
            });
        }
        self.grow()?;
        self.rest = rest;
        Ok(Constraint::Tag(tag.into()))
    }
}

fn one_or(mut parts: Vec<Constraint>, many: fn(Vec<Constraint>) -> Constraint) -> Constraint {
    match parts.pop() {
        Some(last) if parts.is_empty() => last,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, tags: &[&str]) -> bool {
        Constraint::parse(text).unwrap().holds(&mut |t| tags.contains(&t))
    }

    #[test]
    fn expressions() {
        assert!(holds("linux && (amd64 || arm64) && !race", &["linux", "arm64"]));
        assert!(!holds("linux && (amd64 || arm64) && !race", &["linux", "arm64", "race"]));
        assert!(holds("a||b&&c", &["a"]));
        assert!(holds("goexperiment.jsonv2", &["goexperiment.jsonv2"]));
        for bad in ["", "a b", "!!a", "(a", "a)", "a &", "a && ", "a,b", "-"] {
            assert!(Constraint::parse(bad).is_err(), "{bad}");
        }
        assert!(Constraint::parse(&"(".repeat(100_000)).is_err());
        assert!(Constraint::parse(&format!("a{}", " || a".repeat(600))).is_err());
    }

    #[test]
    fn older_lines() {
        let holds = |text: &str, tags: &[&str]| {
            Constraint::parse_plus(text).unwrap().holds(&mut |t| tags.contains(&t))
        };
        assert!(holds("linux,!cgo darwin", &["linux"]));
        assert!(!holds("linux,!cgo darwin", &["linux", "cgo"]));
        assert!(holds("linux,!cgo darwin", &["darwin", "cgo"]));
        assert!(!holds("!!a", &[]));
        assert!(!holds("a-b", &["a"]));
        assert!(holds("!a-b", &["a"]));
        assert!(Constraint::parse_plus(&"a ".repeat(200)).is_none());
    }

    #[test]
    fn implied_versions() {
        for (text, minimum) in [
            ("linux && go1.22", Some(22)),
            ("(linux && go1.22) || (windows && go1.20)", Some(20)),
            ("linux", None),
            ("linux || (windows && go1.22)", None),
            ("!go1.22", None),
            ("(linux && !linux && go1.20) || go1.21", Some(20)),
            ("!(!go1.18 || !go1.19)", Some(19)),
            ("go1 && go1.5", Some(5)),
            ("go1.x", None),
        ] {
            assert_eq!(Constraint::parse(text).unwrap().minimum_go(), minimum, "{text}");
        }
    }
}
