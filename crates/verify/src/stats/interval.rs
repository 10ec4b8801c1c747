//! The confidence interval of the median by order statistics.
//!
//! How many of n measurements lie below the median of what they come from is binomial with ½, whatever that is. So the
//! probability that it lies between the l-th and the r-th of them is the sum of the binomial probabilities from l to r − 1.

use std::sync::OnceLock;

use super::normal;

/// From this size on the normal approximation of the binomial distribution is taken, with continuity correction.
const EXACT: usize = 30;

/// Which order statistics bound the median.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MedianInterval {
    /// The order of the lower one, from 1; 0 where no measurement bounds it below.
    pub low: usize,
    /// The order of the upper one, from 1; n + 1 where no measurement bounds it above.
    pub high: usize,
}

impl MedianInterval {
    /// The bounds in sorted measurements, infinite where there are too few of them.
    #[must_use]
    pub fn bounds(&self, sorted: &[f64]) -> (f64, f64) {
        let low = self.low.checked_sub(1).and_then(|at| sorted.get(at));
        let high = self.high.checked_sub(1).and_then(|at| sorted.get(at));
        (low.copied().unwrap_or(f64::NEG_INFINITY), high.copied().unwrap_or(f64::INFINITY))
    }
}

/// The narrowest interval for the median of n measurements that has at least this confidence. Where it cannot be
/// symmetric, it reaches further down than up.
#[must_use]
pub fn median_interval(n: usize, confidence: f64) -> MedianInterval {
    if n == 0 || confidence >= 1.0 {
        return MedianInterval { low: 0, high: n + 1 };
    }
    let (low, high) = if n <= EXACT { exact(n, confidence) } else { approximate(n, confidence) };
    MedianInterval { low: low.max(0) as usize, high: (high.max(0) as usize).min(n + 1) }
}

/// Takes in the likeliest gaps between measurements until they are likely enough. Counts are exact: they sum up to 2ⁿ.
fn exact(n: usize, confidence: f64) -> (i64, i64) {
    let n = n as i64;
    let count = |k: i64| if (0..=n).contains(&k) { binomial(n as u64, k as u64) } else { 0 };
    // The lower one of two equal modes.
    let (mut low, mut high) = (n / 2, n / 2 + 1);
    let mut sum = count(low);
    while (sum as f64) < confidence * 2_f64.powi(n as i32) {
        if count(low - 1) >= count(high) {
            low -= 1;
            sum += count(low);
        } else {
            sum += count(high);
            high += 1;
        }
    }
    (low, high)
}

fn binomial(n: u64, k: u64) -> u64 {
    (0..k.min(n - k)).fold(1, |product, i| product * (n - i) / (i + 1))
}

fn approximate(n: usize, confidence: f64) -> (i64, i64) {
    let mean = n as f64 / 2.0;
    let deviation = (n as f64).sqrt() / 2.0;
    let below = |k: i64| normal::below((k as f64 - 0.5 - mean) / deviation);
    // The gap k is the band from k − ½ to k + ½; the interval is rounded outwards to whole bands.
    let least = mean + deviation * normal::quantile((1.0 - confidence) / 2.0);
    let most = 2.0 * mean - least;
    let (low, mut high) = ((least - 0.5).floor() as i64 + 1, (most - 0.5).ceil() as i64 + 1);
    if below(high - 1) - below(low) >= confidence {
        high -= 1;
    }
    (low, high)
}

/// The smallest number of measurements, of at least two and at most 50, for which the interval is finite.
#[must_use]
pub fn samples_for_interval(confidence: f64) -> Option<usize> {
    static AT_95: OnceLock<Option<usize>> = OnceLock::new();
    let search = || {
        (2..=50).find(|&n| {
            let interval = median_interval(n, confidence);
            interval.low > 0 && interval.high <= n
        })
    };
    if confidence == 0.95 { *AT_95.get_or_init(search) } else { search() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables of the sign test, as textbooks print them: orders for n at a confidence of 95 %.
    #[test]
    fn orders_at_95() {
        for (n, low, high) in [
            (1, 0, 2),
            (5, 0, 6),
            (6, 1, 6),
            (8, 1, 8),
            (9, 2, 8),
            (10, 2, 9),
            (20, 6, 15),
            (30, 10, 21),
        ] {
            let interval = median_interval(n, 0.95);
            // An interval that is not symmetric may leave out the topmost order that a symmetric one has.
            assert!(
                interval.low == low && (interval.high == high || interval.high + 1 == high),
                "{n}: {interval:?}"
            );
        }
        assert_eq!(samples_for_interval(0.95), Some(6));
        assert_eq!(samples_for_interval(0.99), Some(8));
    }

    /// Every interval is as likely as asked for, and none of its shorter parts around the median is.
    #[test]
    fn coverage_is_exact_and_least() {
        for n in 1..=EXACT {
            for confidence in [0.5, 0.8, 0.9, 0.95, 0.99] {
                let MedianInterval { low, high } = median_interval(n, confidence);
                let cover = |low: usize, high: usize| {
                    (low..high).map(|k| binomial(n as u64, k as u64)).sum::<u64>() as f64
                        / 2_f64.powi(n as i32)
                };
                assert!(cover(low, high) >= confidence, "{n} {confidence}");
                if high - low > 1 {
                    assert!(
                        cover(low + 1, high).min(cover(low, high - 1)) < confidence,
                        "{n} {confidence}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_approximation_meets_the_exact_one() {
        for n in 20..=EXACT {
            let ((a, b), (c, d)) = (exact(n, 0.95), approximate(n, 0.95));
            assert!((a - c).abs() <= 1 && (b - d).abs() <= 1, "{n}");
        }
    }
}
