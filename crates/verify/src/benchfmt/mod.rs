//! Go's benchmark format, as `go test -bench` writes it and proposal 14313 describes it.
//!
//! A file is lines of three kinds, and what is none of them is passed over: `key: value` sets configuration for the lines
//! below it, `Unit unit key=value…` tells of a unit, and `BenchmarkName iterations value unit…` is a result.

mod name;
mod read;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use name::Name;
pub use read::read;
pub use write::write;

use crate::units;

/// Configuration in force at a result, in the order in which the keys were set.
pub type Config = Arc<[(String, String)]>;

/// What a file says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Results {
    /// Its results, in order.
    pub records: Vec<Record>,
    /// What it tells of units.
    pub units: UnitFacts,
    /// Lines that look like part of the format and are not.
    pub problems: Vec<Problem>,
}

/// One run of a benchmark: a line.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// Its name as written, without `Benchmark`: `Encode/format=json-8`.
    pub name: String,
    /// How often its loop was run.
    pub iterations: i64,
    /// What was measured, in the units as written.
    pub values: Vec<Value>,
    /// The configuration in force.
    pub config: Config,
}

/// A figure with its unit.
#[derive(Clone, PartialEq, Debug)]
pub struct Value {
    /// In `unit`.
    pub value: f64,
    /// As written: `ns/op`.
    pub unit: String,
}

/// A line that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
    /// The line itself.
    pub text: String,
}

/// What `Unit` lines tell, by unit (in its base form, `sec/op`) and key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UnitFacts(BTreeMap<(String, String), String>);

/// Which way a unit gets better.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Better {
    /// Less is better: time, bytes.
    Lower,
    /// More is better: throughput.
    Higher,
}

impl UnitFacts {
    /// Sets what a key says of a unit.
    ///
    /// # Errors
    /// The value that is there already, where it is another.
    pub fn set(&mut self, unit: &str, key: &str, value: &str) -> Result<(), String> {
        let (unit, _) = units::tidy(unit);
        let old = self.0.entry((unit.into_owned(), key.to_owned()));
        let old = old.or_insert_with(|| value.to_owned());
        if old == value { Ok(()) } else { Err(old.clone()) }
    }

    /// Takes over what another file says. What stands here already stays.
    pub fn extend(&mut self, other: &Self) {
        for (key, value) in &other.0 {
            self.0.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }

    /// Whether measurements in a unit have no noise (`assume=exact`).
    #[must_use]
    pub fn is_exact(&self, unit: &str) -> bool {
        self.get(unit, "assume") == Some("exact")
    }

    /// Which way a unit gets better: as a `Unit` line says, else as is known of the units of package testing.
    #[must_use]
    pub fn better(&self, unit: &str) -> Option<Better> {
        match self.get(unit, "better") {
            Some("higher") => Some(Better::Higher),
            Some("lower") => Some(Better::Lower),
            Some(_) => None,
            None => match unit {
                "sec/op" | "B/op" | "allocs/op" => Some(Better::Lower),
                "B/s" => Some(Better::Higher),
                _ => None,
            },
        }
    }

    /// What is said, as unit, key and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0.iter().map(|((unit, key), value)| (&**unit, &**key, &**value))
    }

    fn get(&self, unit: &str, key: &str) -> Option<&str> {
        self.0.get(&(unit.to_owned(), key.to_owned())).map(String::as_str)
    }
}

impl Record {
    /// The value that a key of the configuration has; empty where it is not set.
    #[must_use]
    pub fn config(&self, key: &str) -> &str {
        self.config.iter().find(|(k, _)| k == key).map_or("", |(_, value)| value)
    }
}
