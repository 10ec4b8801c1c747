//! Compares remarks: the multiset of (package, file, line, column or none, kind, operation).

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

use super::causes::{self, Difference, Differences, Place};
use super::figures::{Figure, Figures};
use super::parse::{Fact, Kind, Remark};
use super::{About, Question};

/// A remark, as it is compared.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Site {
    file: PathBuf,
    line: u32,
    column: u32,
    operation: String,
    kind: Kind,
}

/// What two remarks have in common that are about the same.
type Key = (PathBuf, u32, u32, String, Option<Kind>);

/// How often each side says a thing.
#[derive(Clone, Copy, Default)]
struct Count {
    ours: usize,
    theirs: usize,
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
    let mut sites: BTreeMap<Site, Count> = BTreeMap::new();
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
            let count = sites.entry(Site::new(remark, fact)).or_default();
            *if is_ours { &mut count.ours } else { &mut count.theirs } += 1;
        }
    }
    let mut apart = Apart::default();
    for (site, Count { ours, theirs }) in sites {
        figures.add(Figure::Kind(site.kind), package, ours.min(theirs), ours.max(theirs));
        let side = if ours > theirs { &mut apart.only_ours } else { &mut apart.only_theirs };
        side.extend(std::iter::repeat_n(site, ours.abs_diff(theirs)));
    }
    apart.tell(package, differences);
}

/// Whether the question is about such remarks: `-m` prints those about inlining too.
fn is_compared(kind: Kind, question: &Question) -> bool {
    let about_inlining = matches!(
        kind,
        Kind::CanInline | Kind::InlineCall | Kind::CannotInline | Kind::Devirtualise
    );
    about_inlining == (question.about == About::Inlining)
}

impl Site {
    fn new(remark: &Remark, fact: Fact) -> Self {
        let Remark { file, line, column, .. } = remark;
        let Fact { kind, operation, .. } = fact;
        Self { file: file.clone(), line: *line, column: *column, operation, kind }
    }

    /// The operation; of a function that cannot be inlined, its name.
    fn subject(&self) -> &str {
        let name = self.operation.split(": ").next().unwrap_or_default();
        if self.kind == Kind::CannotInline { name } else { &self.operation }
    }

    /// The kind, with the class of operation or the reason where there is one.
    fn class(&self) -> String {
        let class = match self.kind {
            Kind::Heap | Kind::Stack => causes::class(&self.operation),
            Kind::CannotInline => self.operation.split_once(": ").map_or("", |(_, why)| why),
            Kind::Devirtualise => self.operation.split(' ').next().unwrap_or_default(),
            _ => "",
        };
        let colon = if class.is_empty() { "" } else { ": " };
        format!("{}{colon}{class}", self.kind)
    }

    /// What is said of the same thing.
    fn same_subject(&self) -> Key {
        (self.file.clone(), self.line, self.column, self.subject().to_owned(), None)
    }

    /// What is said of the same place.
    fn same_kind(&self) -> Key {
        (self.file.clone(), self.line, self.column, String::new(), Some(self.kind))
    }

    /// What is said on the same line.
    fn same_line(&self) -> Key {
        (self.file.clone(), self.line, 0, self.operation.clone(), Some(self.kind))
    }

    fn place(&self) -> Place {
        Place { file: self.file.clone(), line: self.line, column: self.column }
    }
}

/// What only one side says, in the order of places.
#[derive(Default)]
struct Apart {
    only_ours: Vec<Site>,
    only_theirs: Vec<Site>,
}

impl Apart {
    /// Tells the differences. What one side says a little differently from the other is one
    /// difference, not two.
    fn tell(mut self, package: &str, differences: &mut Differences) {
        let mut add = |cause: String, site: &Site, title: String| {
            let (place, package, text) = (Some(site.place()), package.to_owned(), String::new());
            differences.add(cause, Difference { package, place, title, text });
        };
        for (our, their) in self.pair(Site::same_subject) {
            let (our_class, their_class) = (our.class(), their.class());
            let cause = if our.kind == Kind::Heap || our.kind == Kind::Stack {
                // The class of the operation is the same.
                format!("ours {}, Go {their_class}", our.kind)
            } else {
                format!("ours {our_class}, Go {their_class}")
            };
            let title = format!("`{}`: {cause}", their.subject());
            add(cause, &their, title);
        }
        for (our, their) in self.pair(Site::same_kind) {
            let (our_operation, their_operation) = (&our.operation, &their.operation);
            let title = format!("{}: ours `{our_operation}`, Go `{their_operation}`", their.kind);
            add(format!("worded differently: {}", their.class()), &their, title);
        }
        for (our, their) in self.pair(Site::same_line) {
            let title =
                format!("`{}`: column {}, Go {}", their.operation, our.column, their.column);
            add(format!("other column: {}", their.class()), &their, title);
        }
        for (side, sites) in [("missing in ours", self.only_theirs), ("only ours", self.only_ours)]
        {
            for site in sites {
                let title = format!("{side}: {}: `{}`", site.kind, site.operation);
                add(format!("{side}: {}", site.class()), &site, title);
            }
        }
    }

    /// Takes out the pairs that have a key in common.
    fn pair(&mut self, key: impl Fn(&Site) -> Key) -> Vec<(Site, Site)> {
        let mut keyed: BTreeMap<Key, VecDeque<Site>> = BTreeMap::new();
        for our in std::mem::take(&mut self.only_ours) {
            keyed.entry(key(&our)).or_default().push_back(our);
        }
        let mut pairs = Vec::new();
        for their in std::mem::take(&mut self.only_theirs) {
            match keyed.get_mut(&key(&their)).and_then(VecDeque::pop_front) {
                Some(our) => pairs.push((our, their)),
                None => self.only_theirs.push(their),
            }
        }
        self.only_ours = keyed.into_values().flatten().collect();
        self.only_ours.sort();
        pairs
    }
}
