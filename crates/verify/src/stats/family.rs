//! Correction for many tests.

/// The p-values of a family of tests, corrected so that with probability 1 − α not one of those that hold by chance is below
/// α (Holm 1979, step-down of Bonferroni).
///
/// Holm, and not Benjamini–Hochberg: what follows from a comparison is an alarm for all of it (an exit status, a fix that is
/// dropped), so it is the one false alarm that has to be rare, not the share of false ones among many. And Holm holds however
/// the tests hang together, which benchmarks that share a machine do.
#[must_use]
pub fn holm(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut corrected = vec![1.0; values.len()];
    let mut largest = 0.0_f64;
    for (rank, &at) in order.iter().enumerate() {
        let tests_left = (values.len() - rank) as f64;
        largest = largest.max((values[at] * tests_left).min(1.0));
        corrected[at] = largest;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::holm;

    #[test]
    fn the_smallest_is_corrected_most() {
        let close = |values: &[f64], expected: &[f64]| {
            let got = holm(values);
            assert_eq!(got.len(), expected.len());
            for (a, b) in got.iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{got:?} {expected:?}");
            }
        };
        close(&[], &[]);
        close(&[0.02], &[0.02]);
        // The example of R's manual page of p.adjust, by hand.
        close(&[0.01, 0.02, 0.03, 0.04], &[0.04, 0.06, 0.06, 0.06]);
        close(&[0.5, 0.001, 0.9], &[1.0, 0.003, 1.0]);
    }
}
