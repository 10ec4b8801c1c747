//! From TOML to a configuration. What is not known is an error, so that nothing is without effect by mistake.

use std::fmt;
use std::ops::Range;

use rules::Tier;
use rules::spelling::nearest;
use source::{LineColumn, Lines};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Choice, Config, Glob, Override, RuleChoice, Thresholds};

/// Something that is wrong with a configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    at: LineColumn,
    message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.at.line, self.at.column, self.message)
    }
}

/// Reads a configuration; all that is wrong with it, in the order of places.
pub(super) fn read(text: &str) -> Result<Config, Vec<Fault>> {
    let mut reader = Reader { lines: Lines::new(text.as_bytes()), faults: Vec::new() };
    let config = match DeTable::parse(text) {
        Ok(table) => reader.config(table.get_ref()),
        Err(error) => {
            reader.fault(error.span().unwrap_or_default(), error.message());
            Config::default()
        }
    };
    reader.faults.sort_by_key(|fault| fault.at);
    if reader.faults.is_empty() { Ok(config) } else { Err(reader.faults) }
}

struct Reader {
    lines: Lines,
    faults: Vec<Fault>,
}

type Value<'t, 'i> = &'t Spanned<DeValue<'i>>;

impl Reader {
    fn fault(&mut self, span: Range<usize>, message: impl Into<String>) {
        let at = self.lines.locate(u32::try_from(span.start).unwrap_or(u32::MAX));
        self.faults.push(Fault { at, message: message.into() });
    }

    fn config(&mut self, table: &DeTable<'_>) -> Config {
        let mut config = Config::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "tiers" => {
                    let tiers = self.list(value, "tiers");
                    config.tiers = Some(tiers.filter_map(|tier| self.tier(tier)).collect());
                }
                "include" => config.include = self.globs(value),
                "exclude" => config.exclude = self.globs(value),
                "rules" => self.rules(value, &mut config.choice),
                "thresholds" => config.choice.thresholds = self.thresholds(value),
                "override" => {
                    let all = self.list(value, "tables: [[override]]");
                    config.overrides = all.filter_map(|value| self.special(value)).collect();
                }
                _ => {
                    let known = ["exclude", "include", "override", "rules", "thresholds", "tiers"];
                    self.unknown(key, "key", &known);
                }
            }
        }
        config
    }

    fn special(&mut self, value: Value<'_, '_>) -> Option<Override> {
        let table = self.table(value)?;
        let (mut paths, mut choice) = (None, Choice::default());
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "paths" => paths = Some(self.globs(value)),
                "rules" => self.rules(value, &mut choice),
                "thresholds" => choice.thresholds = self.thresholds(value),
                _ => self.unknown(key, "key", &["paths", "rules", "thresholds"]),
            }
        }
        if paths.is_none() {
            self.fault(value.span(), "an override names its `paths`");
        }
        Some(Override { paths: paths?, choice })
    }

    fn rules(&mut self, value: Value<'_, '_>, choice: &mut Choice) {
        let Some(table) = self.table(value) else { return };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if name == "all" {
                choice.all = value.get_ref().as_bool();
                if choice.all.is_none() {
                    self.expected(value, "true or false");
                }
                continue;
            }
            let Some(rule) = rules::position(name) else {
                let names = rules::all().iter().flat_map(|r| [r.meta().name, r.meta().code]);
                self.unknown(key, "rule", &names.chain(["all"]).collect::<Vec<_>>());
                continue;
            };
            if choice.rules.iter().any(|(named, _)| *named == rule) {
                self.fault(key.span(), format!("`{name}` is there by its other name already"));
            }
            let wanted = match value.get_ref() {
                DeValue::Boolean(true) => Some(RuleChoice::On),
                DeValue::Boolean(false) => Some(RuleChoice::Off),
                DeValue::String(_) => self.tier(value).map(RuleChoice::Tier),
                _ => {
                    self.expected(value, "true, false or a tier");
                    None
                }
            };
            choice.rules.extend(wanted.map(|wanted| (rule, wanted)));
        }
    }

    fn thresholds(&mut self, value: Value<'_, '_>) -> Thresholds {
        let mut thresholds = Thresholds::default();
        for (key, value) in self.table(value).into_iter().flatten() {
            match key.get_ref().as_ref() {
                "bytes" => thresholds.bytes = self.number(value),
                "objects" => thresholds.objects = self.number(value),
                _ => self.unknown(key, "key", &["bytes", "objects"]),
            }
        }
        thresholds
    }

    fn globs(&mut self, value: Value<'_, '_>) -> Vec<Glob> {
        let mut globs = Vec::new();
        for pattern in self.list(value, "paths") {
            match pattern.get_ref().as_str().map(Glob::new) {
                Some(Ok(glob)) => globs.push(glob),
                Some(Err(why)) => self.fault(pattern.span(), why),
                None => self.expected(pattern, "a path"),
            }
        }
        globs
    }

    fn tier(&mut self, value: Value<'_, '_>) -> Option<Tier> {
        let all = [Tier::Always, Tier::Profile, Tier::Specialty];
        let Some(word) = value.get_ref().as_str() else {
            self.expected(value, "a tier");
            return None;
        };
        let tier = all.into_iter().find(|tier| tier.as_str() == word);
        if tier.is_none() {
            let hint = hint(word, &all.map(Tier::as_str));
            self.fault(value.span(), format!("there is no tier `{word}`{hint}"));
        }
        tier
    }

    fn number<N: std::str::FromStr>(&mut self, value: Value<'_, '_>) -> Option<N> {
        let integer = value.get_ref().as_integer().filter(|integer| integer.radix() == 10);
        let number = integer.and_then(|integer| integer.as_str().replace('_', "").parse().ok());
        if number.is_none() {
            self.expected(value, "a number, 0 or more");
        }
        number
    }

    fn list<'t, 'i>(
        &mut self,
        value: Value<'t, 'i>,
        of: &str,
    ) -> std::vec::IntoIter<Value<'t, 'i>> {
        let list: Vec<Value<'t, 'i>> = match value.get_ref() {
            DeValue::Array(list) => list.iter().collect(),
            _ => {
                self.expected(value, &format!("a list of {of}"));
                Vec::new()
            }
        };
        list.into_iter()
    }

    fn table<'t, 'i>(&mut self, value: Value<'t, 'i>) -> Option<&'t DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.expected(value, "a table");
        }
        table
    }

    fn expected(&mut self, value: Value<'_, '_>, what: &str) {
        let found = value.get_ref().type_str();
        self.fault(value.span(), format!("expected {what}, found {found}"));
    }

    fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, what: &str, known: &[&str]) {
        let word = key.get_ref();
        self.fault(key.span(), format!("unknown {what} `{word}`{}", hint(word, known)));
    }
}

/// What may have been meant, to be put behind a message.
fn hint(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if known.len() < 10 => format!("; there are `{}`", known.join("`, `")),
        None => "; `unheap rules` lists them all".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Faults, a line each.
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = match read(text) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(Fault::to_string).collect(),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_is_not_known_is_named_with_its_place() {
        check("excldue = []\n", &["1:1: unknown key `excldue`; did you mean `exclude`?"]);
        check(
            "[rules]\nUH004 = false\nconcat-in-lop = true\n",
            &["3:1: unknown rule `concat-in-lop`; did you mean `concat-in-loop`?"],
        );
        check(
            "[[override]]\npaths = [\"a\"]\nrule.UH004 = false\n\n[[override]]\nrules.UH005 = false\n",
            &[
                "3:1: unknown key `rule`; did you mean `rules`?",
                "5:1: an override names its `paths`",
            ],
        );
        check(
            "[thresholds]\nfrobnicate = 1\n",
            &["2:1: unknown key `frobnicate`; there are `bytes`, `objects`"],
        );
        check(
            "[rules]\nUH004 = \"alwais\"\n",
            &["2:9: there is no tier `alwais`; did you mean `always`?"],
        );
    }

    #[test]
    fn values_of_a_wrong_kind_are_named_with_their_place() {
        check("tiers = \"always\"\n", &["1:9: expected a list of tiers, found string"]);
        check(
            "[rules]\nUH004 = 3\nall = \"x\"\n",
            &[
                "2:9: expected true, false or a tier, found integer",
                "3:7: expected true or false, found string",
            ],
        );
        check(
            "[thresholds]\nbytes = -1\nobjects = 1.5\n",
            &[
                "2:9: expected a number, 0 or more, found integer",
                "3:11: expected a number, 0 or more, found float",
            ],
        );
        check(
            "include = [\"/a\", 1]\n",
            &[
                "1:12: a path below the module's folder is wanted",
                "1:18: expected a path, found integer",
            ],
        );
        check(
            "[rules]\nUH004 = false\nconcat-in-loop = true\n",
            &["3:1: `concat-in-loop` is there by its other name already"],
        );
    }

    #[test]
    fn faults_of_the_language_have_a_place() {
        let faults = read("tiers = [\n").unwrap_err();
        assert_eq!((faults.len(), faults[0].at.line), (1, 1), "{faults:?}");
        let faults = read("a = 1\na = 2\n").unwrap_err();
        assert!(faults.iter().any(|fault| fault.at.line == 2), "{faults:?}");
    }

    #[test]
    fn the_more_special_wins() {
        let config = read(
            "exclude = [\"gen\"]\n[rules]\nall = false\nUH004 = true\n[thresholds]\nbytes = 64\n\
             [[override]]\npaths = [\"cmd/**\"]\nrules = { UH004 = \"profile\", UH005 = true }\n\
             [[override]]\npaths = [\"cmd/x.go\"]\nrules.UH005 = false\n",
        )
        .unwrap();
        let rule = |code: &str, path: &str| config.rule(rules::position(code).unwrap(), path);
        assert_eq!(rule("UH004", "a.go"), Some(RuleChoice::On));
        assert_eq!(rule("UH005", "a.go"), Some(RuleChoice::Off));
        assert_eq!(rule("UH004", "cmd/a.go"), Some(RuleChoice::Tier(Tier::Profile)));
        assert_eq!(rule("UH005", "cmd/a.go"), Some(RuleChoice::On));
        assert_eq!(rule("UH005", "cmd/x.go"), Some(RuleChoice::Off));
        assert!(config.reports_on("a/gen.go") && !config.reports_on("gen/a.go"));
        assert_eq!(read("").unwrap(), Config::default());
    }
}
