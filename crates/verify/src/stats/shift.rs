//! By what factor one sample is larger than another, and within which bounds.

use super::utest;

/// A factor with its confidence interval, as shares: 0.05 is five percent more.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shift {
    /// The lower bound; −1 where nothing bounds it.
    pub low: f64,
    /// The upper bound; infinite where nothing bounds it.
    pub high: f64,
}

/// The interval for the factor between two samples that belongs to the U test (Hodges and Lehmann 1963, Moses): it holds
/// the factors by which the first may be multiplied so that the test at `alpha` sees no difference. All measurements have to
/// be above zero, and in ascending order.
#[must_use]
pub fn shift(old: &[f64], new: &[f64], alpha: f64) -> Option<Shift> {
    if old.is_empty() || new.is_empty() || old.iter().chain(new).any(|x| x.is_nan() || *x <= 0.0) {
        return None;
    }
    let beyond = utest::critical(old.len(), new.len(), alpha);
    let pairs = old.len() * new.len();
    Some(match beyond {
        None => Shift { low: -1.0, high: f64::INFINITY },
        Some(u) => {
            let at = u.min((pairs - 1) / 2);
            let ratio = |rank| ratio(old, new, rank) - 1.0;
            Shift { low: ratio(at), high: ratio(pairs - 1 - at) }
        }
    })
}

/// The ratio of a rank, from 0, among those of all pairs: without writing them all down, which for large samples are many.
fn ratio(old: &[f64], new: &[f64], rank: usize) -> f64 {
    // How many ratios are at most this one: the larger `y`, the larger the first `x` that it is not too large for.
    let at_most = |bound: f64| {
        let mut too_small = 0;
        let counts = new.iter().map(|y| {
            while old.get(too_small).is_some_and(|x| y / x > bound) {
                too_small += 1;
            }
            old.len() - too_small
        });
        counts.sum::<usize>()
    };
    // The bits of floats that are not negative are in the order of the floats.
    let (mut low, mut high) = (0, f64::INFINITY.to_bits());
    while low < high {
        let middle = low + (high - low) / 2;
        if at_most(f64::from_bits(middle)) > rank { high = middle } else { low = middle + 1 }
    }
    f64::from_bits(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Sample, mann_whitney};

    /// The interval leaves out "no change" exactly where the test sees a difference.
    #[test]
    fn interval_and_test_agree() {
        let mut random = fastrand::Rng::with_seed(3);
        for turn in 0..300 {
            let (n1, n2) = (random.usize(3..=9), random.usize(3..=9));
            let by = 1.0 + f64::from(turn % 7) * 0.1;
            let old: Sample = (0..n1).map(|_| 1.0 + random.f64() * 0.5).collect();
            let new: Sample = (0..n2).map(|_| by * (1.0 + random.f64() * 0.5)).collect();
            let shift = shift(old.values(), new.values(), 0.05).unwrap();
            let is_out = shift.low > 0.0 || shift.high < 0.0;
            assert_eq!(is_out, mann_whitney(old.values(), new.values()).p() <= 0.05);
        }
    }

    #[test]
    fn ratios_are_ranked() {
        let mut random = fastrand::Rng::with_seed(4);
        for _ in 0..50 {
            let mut draw =
                |n: usize| -> Sample { (0..n).map(|_| f64::from(random.u32(1..20))).collect() };
            let (old, new) = (draw(5), draw(7));
            let pairs = new.values().iter().flat_map(|y| old.values().iter().map(move |x| y / x));
            let all: Sample = pairs.collect();
            for (rank, expected) in all.values().iter().enumerate() {
                assert_eq!(ratio(old.values(), new.values(), rank), *expected);
            }
        }
    }

    #[test]
    fn few_measurements_bound_nothing() {
        assert_eq!(
            shift(&[1.0, 1.0], &[2.0, 2.0], 0.05),
            Some(Shift { low: -1.0, high: f64::INFINITY })
        );
        assert_eq!(shift(&[0.0], &[1.0], 0.05), None);
        assert_eq!(shift(&[], &[1.0], 0.05), None);
    }
}
