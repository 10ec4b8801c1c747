//! How far the sides agree, and whether that is far enough.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::parse::Kind;
use super::{About, Question};

/// What is counted by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Figure {
    /// Remarks of a kind: those of both sides, of those of either.
    Kind(Kind),
    /// Functions of equal cost, of all that either side names a cost of.
    Costs,
    /// Functions with equal trees, of all.
    Functions,
}

/// So many of so many.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Share {
    both: usize,
    either: usize,
}

impl Share {
    fn add(&mut self, other: Self) {
        self.both += other.both;
        self.either += other.either;
    }

    /// In percent. Nothing at all is agreed on.
    fn percent(self) -> f64 {
        if self.either == 0 {
            return 100.0;
        }
        self.both as f64 * 100.0 / self.either as f64
    }

    /// `99.87 %`; never rounded up to 100.
    fn show(self) -> String {
        let percent = self.percent();
        let shown = if self.both == self.either { percent } else { percent.min(99.99) };
        format!("{shown:.2} %")
    }
}

/// What is to be reached.
struct Bar {
    name: &'static str,
    figures: &'static [Figure],
    /// In percent.
    least: f64,
}

const LEAKS: &[Figure] =
    &[Figure::Kind(Kind::Leak), Figure::Kind(Kind::LeakContent), Figure::Kind(Kind::LeakToResult)];
const HEAP: &[Figure] = &[Figure::Kind(Kind::Heap), Figure::Kind(Kind::Moved)];
const DECISIONS: &[Figure] = &[Figure::Kind(Kind::CanInline), Figure::Kind(Kind::InlineCall)];

/// The bars that hold for a question.
fn bars(question: &Question) -> Vec<Bar> {
    match question.about {
        About::Trees(_) => {
            vec![Bar { name: "functions", figures: &[Figure::Functions], least: 100.0 }]
        }
        About::Inlining => vec![
            Bar { name: "inlining", figures: DECISIONS, least: 98.0 },
            Bar { name: "costs", figures: &[Figure::Costs], least: 98.0 },
        ],
        About::Escape => vec![
            Bar { name: "heap", figures: HEAP, least: if question.inlining { 97.0 } else { 99.5 } },
            Bar { name: "leaks", figures: LEAKS, least: 97.0 },
        ],
    }
}

/// The figures of a run.
pub(super) struct Figures {
    bars: Vec<Bar>,
    shares: BTreeMap<Figure, Share>,
    packages: BTreeMap<String, Share>,
    /// Remarks about generated code that are left out: ours, theirs.
    left_out: (usize, usize),
}

impl Figures {
    pub(super) fn new(question: &Question) -> Self {
        let (shares, packages) = (BTreeMap::new(), BTreeMap::new());
        Self { bars: bars(question), shares, packages, left_out: (0, 0) }
    }

    /// Adds what both sides say, of what either says, in a package.
    pub(super) fn add(&mut self, figure: Figure, package: &str, both: usize, either: usize) {
        let share = Share { both, either };
        self.shares.entry(figure).or_default().add(share);
        match self.packages.get_mut(package) {
            Some(sum) => sum.add(share),
            None => drop(self.packages.insert(package.to_owned(), share)),
        }
    }

    /// Counts a remark about generated code.
    pub(super) fn leave_out(&mut self, is_ours: bool) {
        *if is_ours { &mut self.left_out.0 } else { &mut self.left_out.1 } += 1;
    }

    /// Writes them, and the closing line. Returns whether every bar is reached, by something.
    pub(super) fn write(&self, output: &mut impl Write, name: &str) -> io::Result<bool> {
        let mut total = Share::default();
        for (figure, &share) in &self.shares {
            total.add(share);
            let label = match figure {
                Figure::Kind(kind) => kind.to_string(),
                Figure::Costs => "cost".to_owned(),
                Figure::Functions => "functions".to_owned(),
            };
            writeln!(output, "{:>9}  {label}: {} of {}", share.show(), share.both, share.either)?;
        }
        let most = self.most_differences();
        if !most.is_empty() {
            writeln!(output, "most differences: {most}")?;
        }
        if self.left_out != (0, 0) {
            let (ours, theirs) = self.left_out;
            writeln!(output, "generated code left out: {ours} remarks of ours, {theirs} of Go's")?;
        }
        write!(output, "{name}: ")?;
        let mut reached = total.either > 0;
        for bar in &self.bars {
            let share = self.sum(bar.figures);
            let missed = share.percent() < bar.least;
            reached &= !missed;
            let verdict = if missed { "missed" } else { "reached" };
            write!(output, "{} {} (bar {} % {verdict}), ", bar.name, share.show(), bar.least)?;
        }
        write!(output, "all {} of {}, {}", total.both, total.either, total.show())?;
        match self.worst() {
            Some((package, share)) => {
                writeln!(output, "; worst package {package}, {}", share.show())?;
            }
            None => writeln!(output)?,
        }
        Ok(reached)
    }

    /// Whether the sides agree on everything.
    pub(super) fn agree(&self) -> bool {
        self.shares.values().all(|share| share.both == share.either)
    }

    fn sum(&self, figures: &[Figure]) -> Share {
        let mut sum = Share::default();
        figures.iter().filter_map(|figure| self.shares.get(figure)).for_each(|&s| sum.add(s));
        sum
    }

    /// The packages with most differences: `net/http 12, runtime 7`; empty if there are none.
    fn most_differences(&self) -> String {
        let differ = |share: &Share| share.either - share.both;
        let mut packages: Vec<_> = self.packages.iter().filter(|(_, s)| differ(s) > 0).collect();
        packages.sort_by_key(|&(name, share)| (Reverse(differ(share)), name));
        let shown = packages.iter().take(8).map(|(name, s)| format!("{name} {}", differ(s)));
        shown.collect::<Vec<_>>().join(", ")
    }

    /// The package in which the sides agree least; of several, the one with most in it.
    fn worst(&self) -> Option<(&str, Share)> {
        let worst = self.packages.iter().min_by(|(_, a), (_, b)| {
            a.percent().total_cmp(&b.percent()).then(b.either.cmp(&a.either))
        });
        worst.map(|(package, &share)| (package.as_str(), share))
    }
}
