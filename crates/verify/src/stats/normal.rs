//! The normal distribution.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// The probability that a standard normal variable is below `x`, to about 1e-14.
pub(super) fn below(x: f64) -> f64 {
    0.5 * erfc(-x * FRAC_1_SQRT_2)
}

/// The value that a standard normal variable is below with probability `p`, which lies within 0 and 1.
pub(super) fn quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    // Halving the interval uses up the digits of a float.
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if below(middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The complementary error function.
fn erfc(x: f64) -> f64 {
    if x < 0.0 {
        2.0 - erfc(-x)
    } else if x < 2.5 {
        1.0 - erf_by_series(x)
    } else {
        erfc_by_fraction(x)
    }
}

/// erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)) (Abramowitz and Stegun 7.1.6): all terms are positive.
fn erf_by_series(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    let mut odd = 1.0;
    while term > sum * 1e-17 {
        odd += 2.0;
        term *= 2.0 * x * x / odd;
        sum += term;
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

/// erfc x = e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))) (Abramowitz and Stegun 7.1.14), from the inside out.
fn erfc_by_fraction(x: f64) -> f64 {
    let fraction = (1..=120).rev().fold(x, |inner, k| x + f64::from(k) / 2.0 / inner);
    (-x * x).exp() / (PI.sqrt() * fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        for (x, p) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-1.959_963_984_540_054, 0.025),
            (2.575_829_303_548_900_4, 0.995),
            (-4.0, 3.167_124_183_311_992e-5),
            (6.0, 0.999_999_999_013_412_3),
        ] {
            assert!((below(x) - p).abs() < 1e-14, "{x}: {}", below(x));
        }
        assert!((below(-8.0) / 6.220_960_574_271_785e-16 - 1.0).abs() < 1e-9);
        for p in [0.001, 0.025, 0.5, 0.9, 0.999] {
            assert!((below(quantile(p)) - p).abs() < 1e-13);
        }
    }
}
