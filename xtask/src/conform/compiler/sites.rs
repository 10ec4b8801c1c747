//! Compares remarks: the multiset of (package, file, line, column or none, kind, operation).

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::causes::{self, Difference, Differences, Place};
use super::figures::{Figure, Figures};
use super::parse::{Fact, Kind, Remark};
use super::{About, Question};

/// Where something is said, and of what.
type Site = (PathBuf, u32, u32, String);

/// How often each side says a thing.
#[derive(Clone, Copy, Default)]
struct Count {
    ours: u32,
    theirs: u32,
}

impl Count {
    fn both(self) -> usize {
        self.ours.min(self.theirs) as usize
    }

    fn either(self) -> usize {
        self.ours.max(self.theirs) as usize
    }
}

/// Compares the remarks of a package.
pub(super) fn compare(
    package: &str,
    ours: &[Remark],
    theirs: &[Remark],
    question: &Question,
    figures: &mut Figures,
    differences: &mut Differences,
) {
    let mut sites: BTreeMap<Site, BTreeMap<Kind, Count>> = BTreeMap::new();
    for (remarks, is_ours) in [(ours, true), (theirs, false)] {
        for remark in remarks {
            let Some(fact) = Fact::parse(&remark.text) else { continue };
            if !is_compared(fact.kind, question) {
                continue;
            }
            if remark.is_generated() {
                figures.leave_out(is_ours);
                continue;
            }
            let site = (remark.file.clone(), remark.line, remark.column, fact.operation);
            let count = sites.entry(site).or_default().entry(fact.kind).or_default();
            *if is_ours { &mut count.ours } else { &mut count.theirs } += 1;
        }
    }
    for (site, kinds) in sites {
        for (&kind, count) in &kinds {
            figures.add(Figure::Kind(kind), package, count.both(), count.either());
        }
        tell(package, &site, kinds, differences);
    }
}

/// Whether the question is about such remarks: `-m` prints those about inlining too.
fn is_compared(kind: Kind, question: &Question) -> bool {
    let about_inlining = matches!(
        kind,
        Kind::CanInline | Kind::InlineCall | Kind::CannotInline | Kind::Devirtualise
    );
    about_inlining == (question.about == About::Inlining)
}

/// Tells what differs at a site. What one side calls this and the other that is one difference.
fn tell(
    package: &str,
    (file, line, column, operation): &Site,
    mut kinds: BTreeMap<Kind, Count>,
    differences: &mut Differences,
) {
    let class = |kind| match kind {
        Kind::InlineCall | Kind::CanInline => "",
        Kind::CannotInline => operation.split_once(": ").map_or("", |(_, reason)| reason),
        Kind::Devirtualise => operation.split(' ').next().unwrap_or_default(),
        Kind::Moved => "",
        Kind::Leak | Kind::LeakContent | Kind::LeakToResult => "",
        Kind::Heap | Kind::Stack => causes::class(operation),
    };
    let mut add = |cause: String, title: String| {
        let place = Place { file: file.clone(), line: *line, column: *column };
        let package = package.to_owned();
        let text = String::new();
        differences.add(cause, Difference { package, place: Some(place), title, text });
    };
    loop {
        let missing = kinds.iter().find(|(_, count)| count.theirs > count.ours).map(|(&k, _)| k);
        let extra = kinds.iter().find(|(_, count)| count.ours > count.theirs).map(|(&k, _)| k);
        let Some(about) = missing.or(extra) else { return };
        let colon = if class(about).is_empty() { "" } else { ": " };
        let head = class(about);
        match (missing, extra) {
            (Some(their), Some(our)) => {
                let cause = format!("ours {our}, Go {their}{colon}{head}");
                add(cause, format!("`{operation}`: ours {our}, Go {their}"));
            }
            (Some(their), None) => {
                let cause = format!("missing in ours: {their}{colon}{head}");
                add(cause, format!("missing in ours: {their}: `{operation}`"));
            }
            (None, Some(our)) => {
                let cause = format!("only in ours: {our}{colon}{head}");
                add(cause, format!("only in ours: {our}: `{operation}`"));
            }
            (None, None) => return,
        }
        if let Some(count) = missing.and_then(|kind| kinds.get_mut(&kind)) {
            count.ours += 1;
        }
        if let Some(count) = extra.and_then(|kind| kinds.get_mut(&kind)) {
            count.theirs += 1;
        }
    }
}
