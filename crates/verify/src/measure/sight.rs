//! How small a change can be seen: what a run of the base against itself says of this machine on this day.

use crate::compare::{self, Input, Options};
use crate::stats::{Sample, mann_whitney};
use crate::verdict::{self, ALPHA, Verdict};

use super::Measured;

/// As many comparisons are made up for each change that is tried.
const DRAWS: usize = 100;

/// The share of them in which a change has to be seen.
const POWER: f64 = 0.8;

/// Changes above this are not tried: 4 is five times as slow.
const MOST: f64 = 4.0;

/// What can be seen of a benchmark.
#[derive(Clone, PartialEq, Debug)]
pub struct Sight {
    /// The package.
    pub package: String,
    /// The benchmark's full name.
    pub benchmark: String,
    /// The smallest change of time that is seen in four of five comparisons, as a share; none where even one to five times
    /// the time is not.
    pub change: Option<f64>,
}

/// What a rehearsal says.
///
/// From its figures, which are all the base's, comparisons are drawn (with replacement) in which one side is slower by some
/// share; the smallest share at which the test sees it in four of five is what can be seen. The second answer is what the
/// rehearsal itself takes for changed, though nothing is: a machine on which figures depend on when they were taken.
#[must_use]
pub fn sight(measured: &Measured, count: usize, threshold: f64) -> (Vec<Sight>, Vec<Verdict>) {
    let [first, second] = &measured.rehearsal;
    let input = |label: &str, results| Input { label: label.to_owned(), results };
    let inputs = [input("first", first.clone()), input("second", second.clone())];
    let tables = compare::tables(&inputs, &Options::default());
    let mut verdicts = verdict::verdicts(&tables, threshold);
    verdicts.retain(|verdict| {
        verdict.outcome == verdict::Outcome::Worse || verdict.outcome == verdict::Outcome::Better
    });
    let times = || tables.iter().filter(|table| table.unit == "sec/op");
    // As strict as the comparison is with the first of its benchmarks.
    let tests = times().map(|table| table.rows.len()).sum::<usize>().max(1);
    let mut sights = Vec::new();
    for table in times() {
        let package = table.config.iter().find(|(key, _)| key == "pkg");
        let package = package.map_or("", |(_, value)| value);
        for row in &table.rows {
            let cells = row.cells.iter().flatten();
            let pooled: Sample = cells.flat_map(|cell| cell.sample.values()).copied().collect();
            sights.push(Sight {
                package: package.to_owned(),
                benchmark: row.name.clone(),
                change: least_visible(pooled.values(), count, ALPHA / tests as f64),
            });
        }
    }
    (sights, verdicts)
}

/// The smallest change that samples of this size show in four of five draws.
fn least_visible(pooled: &[f64], count: usize, alpha: f64) -> Option<f64> {
    if pooled.is_empty() || count == 0 || !is_visible(pooled, count, alpha, MOST) {
        return None;
    }
    let (mut low, mut high) = (0.0, MOST);
    while high - low > 1e-3 * (1.0 + high) {
        let middle = 0.5 * (low + high);
        if is_visible(pooled, count, alpha, middle) { high = middle } else { low = middle }
    }
    Some(high)
}

fn is_visible(pooled: &[f64], count: usize, alpha: f64, change: f64) -> bool {
    // The same draws for each change that is tried: what is seen grows with it.
    let mut random = fastrand::Rng::with_seed(1);
    let mut draw = |by: f64| -> Sample {
        (0..count).map(|_| pooled[random.usize(..pooled.len())] * by).collect()
    };
    let seen = (0..DRAWS).filter(|_| {
        let (old, new) = (draw(1.0), draw(1.0 + change));
        mann_whitney(old.values(), new.values()).p() <= alpha
    });
    seen.count() as f64 >= POWER * DRAWS as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_noise_hides_more() {
        let mut random = fastrand::Rng::with_seed(5);
        let mut pooled =
            |noise: f64| -> Vec<f64> { (0..10).map(|_| 1.0 + noise * random.f64()).collect() };
        let (quiet, loud) = (pooled(0.01), pooled(0.3));
        let quiet_sight = least_visible(&quiet, 10, 0.01).unwrap();
        let loud_sight = least_visible(&loud, 10, 0.01).unwrap();
        assert!(quiet_sight < 0.02 && loud_sight > 5.0 * quiet_sight, "{quiet_sight} {loud_sight}");
        assert!(least_visible(&loud, 20, 0.01).unwrap() < loud_sight);
        // Three on each side never differ at 1 %.
        assert_eq!(least_visible(&quiet, 3, 0.01), None);
    }
}
