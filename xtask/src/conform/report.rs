//! Differences, as they are found: shown up to a bound, counted by cause, all of them.

use std::collections::HashMap;
use std::fmt::Display;

/// What was compared and what was found.
pub(crate) struct Report {
    /// How many differences are printed.
    max: usize,
    causes: HashMap<String, usize>,
    differences: usize,
    /// What was counted, in the order it is told: `("nodes", 12)`.
    compared: Vec<(&'static str, usize)>,
}

impl Report {
    pub(super) fn new(max: usize) -> Self {
        Self { max, causes: HashMap::new(), differences: 0, compared: Vec::new() }
    }

    /// Whether there was no difference, and something to compare at all.
    pub(crate) fn agrees(&self) -> bool {
        self.differences == 0 && self.compared.iter().any(|&(_, count)| count > 0)
    }

    /// A difference. `cause` groups it with others of its kind; `text` tells it in full.
    pub(super) fn differs<D: Display>(&mut self, cause: impl Display, text: impl FnOnce() -> D) {
        if self.differences < self.max {
            println!("{}", text());
        }
        self.differences += 1;
        *self.causes.entry(cause.to_string()).or_default() += 1;
    }

    /// Adds to what was compared.
    pub(super) fn compared(&mut self, what: &'static str, count: usize) {
        match self.compared.iter_mut().find(|(name, _)| *name == what) {
            Some((_, sum)) => *sum += count,
            None => self.compared.push((what, count)),
        }
    }

    /// Prints how many differences have which cause, the most frequent first.
    pub(super) fn print_causes(&self) {
        if self.differences > self.max {
            println!("… and {} more", self.differences - self.max);
        }
        let mut causes: Vec<_> = self.causes.iter().collect();
        causes.sort_by_key(|&(cause, &count)| (std::cmp::Reverse(count), cause));
        for (cause, count) in causes.iter().take(50) {
            println!("{count:9}  {cause}");
        }
        if causes.len() > 50 {
            println!("           … and {} more causes", causes.len() - 50);
        }
    }

    /// The figure: `1234567 nodes in 5678 files, 0 differences`.
    pub(super) fn closing(&self) -> String {
        let mut line = String::new();
        for (i, (what, count)) in self.compared.iter().enumerate() {
            let joint = if i == 0 { "" } else { " in " };
            line.push_str(&format!("{joint}{count} {what}"));
        }
        let s = if self.differences == 1 { "" } else { "s" };
        format!("{line}, {} difference{s}", self.differences)
    }
}
