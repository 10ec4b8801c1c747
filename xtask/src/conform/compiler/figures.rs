//! How far the sides agree, and whether that is far enough.

use std::collections::BTreeMap;

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

    /// Prints them, and the closing line. Returns whether every bar is reached, by something.
    pub(super) fn print(&self, name: &str) -> bool {
        let mut total = Share::default();
        for (figure, &share) in &self.shares {
            total.add(share);
            let label = match figure {
                Figure::Kind(kind) => kind.to_string(),
                Figure::Costs => "cost".to_owned(),
                Figure::Functions => "functions".to_owned(),
            };
            println!("{:>9}  {label}: {} of {}", share.show(), share.both, share.either);
        }
        if self.left_out != (0, 0) {
            let (ours, theirs) = self.left_out;
            println!("left out, generated code: {ours} remarks of ours, {theirs} of Go's");
        }
        let mut line = format!("{name}: ");
        let mut reached = total.either > 0;
        for bar in &self.bars {
            let mut share = Share::default();
            bar.figures.iter().filter_map(|f| self.shares.get(f)).for_each(|&s| share.add(s));
            let missed = share.percent() < bar.least;
            reached &= !missed;
            let verdict = if missed { "MISSED" } else { "reached" };
            line += &format!("{} {} (bar {} % {verdict}), ", bar.name, share.show(), bar.least);
        }
        line += &format!("all {} of {}, {}", total.both, total.either, total.show());
        if let Some((package, share)) = self.worst() {
            line += &format!("; worst package {package}, {}", share.show());
        }
        println!("{line}");
        reached
    }

    /// The package in which the sides agree least; of several, the one with most in it.
    fn worst(&self) -> Option<(&str, Share)> {
        let worst = self.packages.iter().min_by(|(_, a), (_, b)| {
            a.percent().total_cmp(&b.percent()).then(b.either.cmp(&a.either))
        });
        worst.map(|(package, &share)| (package.as_str(), share))
    }
}
