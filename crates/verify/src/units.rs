//! Units: their base forms, and how figures in them are shown.

use std::borrow::Cow;

/// The base form of a unit, and what a figure is multiplied with to be in it: `ns/op` is `sec/op`, by 1e-9. Only what
/// is counted changes, never what it is counted per.
#[must_use]
pub fn tidy(unit: &str) -> (Cow<'_, str>, f64) {
    if !unit.contains("ns") && !unit.contains("MB") {
        return (unit.into(), 1.0);
    }
    let (mut out, mut factor) = (String::new(), 1.0);
    let mut rest = 0;
    for word in words(unit).filter(|word| !word.per) {
        let (base, by) = match word.text {
            "ns" => ("sec", 1e-9),
            "MB" => ("B", 1e6),
            _ => continue,
        };
        out.push_str(&unit[rest..word.start]);
        out.push_str(base);
        rest = word.start + word.text.len();
        factor *= by;
    }
    out.push_str(&unit[rest..]);
    (out.into(), factor)
}

/// Whether figures in a unit are shown in powers of 1024: where bytes are counted.
#[must_use]
pub fn is_binary(unit: &str) -> bool {
    words(unit).any(|word| !word.per && matches!(word.text, "B" | "MB" | "bytes"))
}

/// A word of a unit.
struct Word<'a> {
    text: &'a str,
    start: usize,
    /// Whether it stands behind a `/`: what is counted per. `*` ends that.
    per: bool,
}

fn words(unit: &str) -> impl Iterator<Item = Word<'_>> {
    let is_separator = |c: char| matches!(c, '*' | '/' | '-') || c.is_whitespace();
    let (mut at, mut per) = (0, false);
    std::iter::from_fn(move || {
        loop {
            let c = unit[at..].chars().next()?;
            if !is_separator(c) {
                break;
            }
            match c {
                '*' => per = false,
                '/' => per = true,
                _ => {}
            }
            at += c.len_utf8();
        }
        let start = at;
        at = unit[start..].find(is_separator).map_or(unit.len(), |end| start + end);
        Some(Word { text: &unit[start..at], start, per })
    })
}

/// How the figures of a row are shown: all by the same factor, with the same number of digits.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    digits: usize,
    factor: f64,
    prefix: &'static str,
}

/// Prefixes with their powers of ten, the largest first.
const DECIMAL: [(&str, i32); 8] =
    [("T", 12), ("G", 9), ("M", 6), ("k", 3), ("", 0), ("m", -3), ("µ", -6), ("n", -9)];

/// Prefixes with their powers of two. There are none for parts of a byte.
const BINARY: [(&str, i32); 5] = [("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10), ("", 0)];

/// More digits than these behind the point are not shown.
const MOST_DIGITS: usize = 10;

impl Scale {
    /// The scale that gives four significant digits to the figure that is nearest to zero and not zero.
    #[must_use]
    pub fn common(values: impl IntoIterator<Item = f64>, binary: bool) -> Self {
        let sizes = values.into_iter().map(f64::abs).filter(|size| *size > 0.0);
        let least = sizes.fold(f64::INFINITY, f64::min);
        if least.is_infinite() {
            return Self { digits: 3, factor: 1.0, prefix: "" };
        }
        let prefixes: &[(&str, i32)] = if binary { &BINARY } else { &DECIMAL };
        for &(prefix, power) in prefixes {
            // A figure that four digits would round up to the next power of ten has a digit fewer behind the point.
            let bound = |text: &str| {
                if binary {
                    text.parse::<f64>().unwrap_or_default() * 2_f64.powi(power)
                } else {
                    format!("{text}e{power}").parse().unwrap_or_default()
                }
            };
            let digits = [("99.995", 1), ("9.9995", 2), ("0.99995", 3)]
                .into_iter()
                .find_map(|(text, digits)| (least >= bound(text)).then_some(digits));
            if let Some(digits) = digits {
                return Self { digits, factor: factor(power, binary), prefix };
            }
        }
        let (prefix, power) = prefixes[prefixes.len() - 1];
        let factor = factor(power, binary);
        // Smaller than the smallest prefix: more digits.
        let is_enough = |digits: &usize| {
            let bound: f64 = format!("9.9995e-{}", digits - 2).parse().unwrap_or_default();
            least / factor >= bound
        };
        let digits = (3..MOST_DIGITS).find(is_enough).unwrap_or(MOST_DIGITS);
        Self { digits, factor, prefix }
    }

    /// A figure with its prefix: `1.423µ`.
    #[must_use]
    pub fn show(&self, value: f64) -> String {
        format!("{:.*}{}", self.digits, value / self.factor, self.prefix)
    }
}

fn factor(power: i32, binary: bool) -> f64 {
    if binary { 2_f64.powi(power) } else { format!("1e{power}").parse().unwrap_or(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_brought_to_their_base() {
        for (unit, base, factor) in [
            ("ns/op", "sec/op", 1e-9),
            ("MB/s", "B/s", 1e6),
            ("B/op", "B/op", 1.0),
            ("ns*MB", "sec*B", 1e-9 * 1e6),
            ("op/ns", "op/ns", 1.0),
            ("p50-ns/GC", "p50-sec/GC", 1e-9),
            ("op/x*ns", "op/x*sec", 1e-9),
            ("widens/op", "widens/op", 1.0),
        ] {
            assert_eq!(tidy(unit), (base.into(), factor), "{unit}");
        }
        for (unit, binary) in
            [("B/op", true), ("MB/s", true), ("heap-bytes", true), ("sec/B", false), ("op", false)]
        {
            assert_eq!(is_binary(unit), binary, "{unit}");
        }
    }

    #[test]
    fn figures_have_four_digits() {
        for (value, binary, shown) in [
            (0.0, false, "0.000"),
            (1.0, false, "1.000"),
            (-1.0, false, "-1.000"),
            (1.4225e-6, false, "1.423µ"),
            (999.94, false, "999.9"),
            (999.95, false, "1.000k"),
            (9999.4, false, "9.999k"),
            (99995.0, false, "100.0k"),
            (9.9995e15, false, "9999.5T"),
            (1e-10, false, "0.1000n"),
            (1e-11, false, "0.01000n"),
            (1e-25, false, "0.0000000000n"),
            (1023.0, true, "1023.0"),
            (1024.0, true, "1.000Ki"),
            (1.5 * 1024.0 * 1024.0, true, "1.500Mi"),
            (0.25, true, "0.2500"),
        ] {
            assert_eq!(Scale::common([value], binary).show(value), shown, "{value}");
        }
        assert_eq!(Scale::common([0.0, 2e-6, 3e-3], false).show(3e-3), "3000.000µ");
    }
}
