//! Measurements of one thing.

/// Measurements in ascending order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// Puts measurements in order.
    #[must_use]
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The measurements, ascending.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The smallest.
    #[must_use]
    pub fn least(&self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }

    /// The largest.
    #[must_use]
    pub fn most(&self) -> f64 {
        self.0.last().copied().unwrap_or(f64::NAN)
    }

    /// The sample median, as the quantile of type 8 of Hyndman and Fan (1996): for an even number of measurements it lies
    /// in the middle of the two in the middle.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// A quantile (type 8 of Hyndman and Fan 1996), `q` within 0 and 1: interpolated at h = (n + 1/3) q + 1/3.
    #[must_use]
    pub fn quantile(&self, q: f64) -> f64 {
        let values = &self.0;
        let h = 1.0 / 3.0 + q * (values.len() as f64 + 1.0 / 3.0);
        let (whole, part) = (h.trunc() as usize, h.fract());
        match whole {
            0 => self.least(),
            whole if whole >= values.len() => self.most(),
            whole => values[whole - 1] + part * (values[whole] - values[whole - 1]),
        }
    }

    /// The most frequent measurement, the smallest of them where several are, and how often it is there.
    #[must_use]
    pub fn mode(&self) -> (f64, usize) {
        let runs = self.0.chunk_by(|a, b| a == b).map(|run| (run[0], run.len()));
        runs.fold((f64::NAN, 0), |best, run| if run.1 > best.1 { run } else { best })
    }
}

impl FromIterator<f64> for Sample {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self::new(values.into_iter().collect())
    }
}

/// The geometric mean; `None` of nothing, or where not all are above zero.
#[must_use]
pub fn geometric_mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() || values.iter().any(|v| v.is_nan() || *v <= 0.0) {
        return None;
    }
    let logarithms: f64 = values.iter().map(|v| v.ln()).sum();
    Some((logarithms / values.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(values: &[f64]) -> Sample {
        values.iter().copied().collect()
    }

    #[test]
    fn medians() {
        for (values, median) in [
            (&[5.0][..], 5.0),
            (&[3.0, 1.0], 2.0),
            (&[9.0, 1.0, 2.0], 2.0),
            (&[4.0, 1.0, 2.0, 3.0], 2.5),
        ] {
            assert!((sample(values).median() - median).abs() < 1e-12, "{values:?}");
        }
        assert!(sample(&[]).median().is_nan());
        assert_eq!(sample(&[3.0, 1.0, 3.0, 1.0, 2.0]).mode(), (1.0, 2));
    }

    #[test]
    fn geometric_means() {
        assert_eq!(geometric_mean(&[]), None);
        assert_eq!(geometric_mean(&[1.0, 0.0]), None);
        assert!((geometric_mean(&[1.0, 4.0, 16.0]).unwrap() - 4.0).abs() < 1e-12);
    }
}
