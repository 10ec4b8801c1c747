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
/// be above zero.
#[must_use]
pub fn shift(old: &[f64], new: &[f64], alpha: f64) -> Option<Shift> {
    if old.is_empty() || new.is_empty() || old.iter().chain(new).any(|x| x.is_nan() || *x <= 0.0) {
        return None;
    }
    let mut ratios: Vec<f64> = new.iter().flat_map(|y| old.iter().map(move |x| y / x)).collect();
    ratios.sort_by(f64::total_cmp);
    let beyond = utest::critical(old.len(), new.len(), alpha);
    Some(match beyond {
        None => Shift { low: -1.0, high: f64::INFINITY },
        Some(u) => {
            let at = u.min((ratios.len() - 1) / 2);
            Shift { low: ratios[at] - 1.0, high: ratios[ratios.len() - 1 - at] - 1.0 }
        }
    })
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
    fn few_measurements_bound_nothing() {
        assert_eq!(
            shift(&[1.0, 1.0], &[2.0, 2.0], 0.05),
            Some(Shift { low: -1.0, high: f64::INFINITY })
        );
        assert_eq!(shift(&[0.0], &[1.0], 0.05), None);
        assert_eq!(shift(&[], &[1.0], 0.05), None);
    }
}
