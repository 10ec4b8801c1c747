//! Patterns for paths.

/// A pattern for paths below a folder: `*` stands for anything within a name, `?` for one character of it, `**` for any number of
/// folders. What matches a folder matches all that is in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Glob(Vec<String>);

impl Glob {
    /// Reads a pattern; the error says what is wrong with it.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
        let parts: Vec<String> =
            pattern.trim_end_matches('/').split('/').map(str::to_owned).collect();
        if pattern.contains('\\') {
            return Err("paths are written with `/`".to_owned());
        }
        if parts.iter().any(String::is_empty) {
            return Err("a path below the module's folder is wanted".to_owned());
        }
        if parts.iter().any(|part| part == "..") {
            return Err("`..` leads out of the module".to_owned());
        }
        if let Some(part) = parts.iter().find(|part| part.contains("**") && *part != "**") {
            return Err(format!("`**` stands for whole folders: `{part}` cannot be matched"));
        }
        if let Some(c) = pattern.chars().find(|c| matches!(c, '[' | ']' | '{' | '}' | '!')) {
            return Err(format!("`{c}` has no meaning in patterns: there are `*`, `?` and `**`"));
        }
        Ok(Self(parts))
    }

    /// Whether a path with `/`, or a folder that it is in, matches.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let path: Vec<&str> = path.split('/').collect();
        matches_parts(&self.0, &path)
    }
}

fn matches_parts(pattern: &[String], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        // What is left of the path is in the folder that was matched.
        (None, _) => true,
        (Some((part, rest)), _) if part == "**" => {
            // At the end it stands for what is in a folder, which is not the folder itself.
            let most = if rest.is_empty() { path.len().min(1) } else { path.len() };
            let least = usize::from(rest.is_empty());
            (least..=most).any(|skipped| matches_parts(rest, &path[skipped..]))
        }
        (Some((part, rest)), Some((name, names))) => {
            let (part, name): (Vec<char>, Vec<char>) =
                (part.chars().collect(), name.chars().collect());
            matches_name(&part, &name) && matches_parts(rest, names)
        }
        (Some(_), None) => false,
    }
}

/// In time that grows with the product of the lengths, whatever the pattern.
fn matches_name(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    // Where the last star is, and what it is taken to stand for ends.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&c) if c == '?' || c == name[n] => (p, n) = (p + 1, n + 1),
            _ => {
                let Some((at, end)) = star else { return false };
                star = Some((at, end + 1));
                (p, n) = (at + 1, end + 1);
            }
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, path, expected) in [
            ("a.go", "a.go", true),
            ("a.go", "b/a.go", false),
            ("**/a.go", "a.go", true),
            ("**/a.go", "b/c/a.go", true),
            ("internal", "internal/x/y.go", true),
            ("internal/", "internal/x/y.go", true),
            ("./internal/**", "internal/x/y.go", true),
            ("internal/**", "internals/x.go", false),
            ("internal", "internals/x.go", false),
            ("*/gen", "a/gen/x.go", true),
            ("*/gen", "a/b/gen/x.go", false),
            ("**/gen", "a/b/gen/x.go", true),
            ("*.pb.go", "a.pb.go", true),
            ("*.pb.go", "a.pb.gox", false),
            ("*.pb.go", "x/a.pb.go", false),
            ("a?c/*", "abc/d.go", true),
            ("a*b*c", "axxbxxbyc", true),
            ("a*b*c", "axxbxxbyd", false),
            ("a/**/d", "a/d", true),
            ("a/**/d", "a/b/c/d", true),
            ("a/**/d", "a/b/c", false),
            ("**", "a/b", true),
            ("é*", "école.go", true),
        ] {
            assert_eq!(Glob::new(pattern).unwrap().matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_could_never_match_is_refused() {
        for pattern in ["", "/a", "a//b", "../a", "a\\b", "a**", "a/[bc]", "{a,b}", "!a"] {
            assert!(Glob::new(pattern).is_err(), "{pattern}");
        }
    }
}
