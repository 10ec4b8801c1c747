//! The parts of a benchmark's name.

/// A name in its parts: `Encode/format=json/small-8` is `Encode`, `format=json`, `small` and 8.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Name<'a> {
    /// What the function is called, without `Benchmark`.
    pub base: &'a str,
    /// What stands between slashes: a key and its value, or an empty key and a name.
    pub parts: Vec<(&'a str, &'a str)>,
    /// GOMAXPROCS, which Go leaves out where it is 1.
    pub procs: Option<u32>,
}

impl<'a> Name<'a> {
    /// Takes a name apart, which is written without `Benchmark`.
    #[must_use]
    pub fn parse(name: &'a str) -> Self {
        let (name, procs) = match name.rsplit_once('-') {
            Some((rest, digits)) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().map_or((name, None), |procs| (rest, Some(procs)))
            }
            _ => (name, None),
        };
        let mut pieces = name.split('/');
        let base = pieces.next().unwrap_or_default();
        let parts = pieces.map(|piece| piece.split_once('=').unwrap_or(("", piece))).collect();
        Self { base, parts, procs }
    }

    /// The value of a part, by its key.
    #[must_use]
    pub fn part(&self, key: &str) -> Option<&'a str> {
        self.parts.iter().find(|(k, _)| *k == key).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    fn check(name: &str, base: &str, parts: &[(&str, &str)], procs: Option<u32>) {
        assert_eq!(Name::parse(name), Name { base, parts: parts.to_vec(), procs }, "{name}");
    }

    #[test]
    fn names_come_in_parts() {
        check("Encode", "Encode", &[], None);
        check("Encode-8", "Encode", &[], Some(8));
        check(
            "Encode/format=json/small-8",
            "Encode",
            &[("format", "json"), ("", "small")],
            Some(8),
        );
        check("Sort/n=10-x", "Sort", &[("n", "10-x")], None);
        check("Sort/-", "Sort", &[("", "-")], None);
        check("Set/a=b=c-16", "Set", &[("a", "b=c")], Some(16));
        assert_eq!(Name::parse("Sort/n=10/alg=heap-2").part("alg"), Some("heap"));
    }
}
