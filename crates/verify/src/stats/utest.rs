//! The Mann–Whitney U test: whether one of two samples tends to be larger than the other.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::normal;

/// Up to this size of both samples the distribution of U is computed; above, it is taken as normal.
const EXACT: usize = 50;

/// The same where measurements are equal.
const EXACT_WITH_TIES: usize = 25;

/// What a test comes to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Test {
    /// It says something.
    Tested(Tested),
    /// All measurements are equal: there is nothing to rank.
    AllEqual,
    /// A sample is empty.
    Empty,
}

/// The result of a test.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tested {
    /// The pairs, one of each sample, of which the first is the larger; equal ones count half.
    pub u: f64,
    /// The probability that U lies at least as far out, where both come from the same distribution.
    pub p: f64,
}

impl Test {
    /// Its p-value: 1 where it says nothing.
    #[must_use]
    pub fn p(&self) -> f64 {
        if let Self::Tested(tested) = self { tested.p } else { 1.0 }
    }
}

/// The two-sided test of two sorted samples (Mann and Whitney 1947). Without ties the distribution of U is exact up to 50
/// measurements on each side, with ties up to 25; above it is normal, corrected for ties and continuity. p is twice the
/// probability that U is no larger than the smaller of the two samples' U, and at most 1.
#[must_use]
pub fn mann_whitney(first: &[f64], second: &[f64]) -> Test {
    if first.is_empty() || second.is_empty() {
        return Test::Empty;
    }
    let groups = ranks(first, second);
    if groups.len() == 1 {
        return Test::AllEqual;
    }
    let (n1, n2) = (first.len(), second.len());
    let twice_u = twice_u(&groups);
    let twice_other = 2 * n1 * n2 - twice_u;
    let limit = if groups.iter().any(|g| g.all() > 1) { EXACT_WITH_TIES } else { EXACT };
    let p = if n1.max(n2) > limit {
        approximate(&groups, n1, n2, twice_u)
    } else if twice_u == twice_other {
        1.0
    } else {
        let sizes: Vec<usize> = groups.iter().map(Group::all).collect();
        (2.0 * at_most(&sizes, n1, twice_u.min(twice_other))).min(1.0)
    };
    Test::Tested(Tested { u: twice_u as f64 / 2.0, p })
}

/// Measurements that are equal.
#[derive(Default, Debug)]
struct Group {
    first: usize,
    second: usize,
}

impl Group {
    fn all(&self) -> usize {
        self.first + self.second
    }
}

/// The measurements of both samples, by size.
fn ranks(first: &[f64], second: &[f64]) -> Vec<Group> {
    let (mut a, mut b) = (first, second);
    let mut groups = Vec::new();
    while let Some(least) = [a.first(), b.first()].into_iter().flatten().copied().reduce(f64::min) {
        let run = |sample: &[f64]| sample.iter().take_while(|x| **x == least || x.is_nan()).count();
        let group = Group { first: run(a), second: run(b) };
        (a, b) = (&a[group.first..], &b[group.second..]);
        groups.push(group);
    }
    groups
}

/// Twice the U of the first sample.
fn twice_u(groups: &[Group]) -> usize {
    let mut below = 0;
    let mut sum = 0;
    for group in groups {
        sum += group.first * (2 * below + group.second);
        below += group.second;
    }
    sum
}

/// The probability that twice U is at most `bound`, where `n1` of all measurements, in groups of these sizes, are the first
/// sample's and each choice of them is as likely.
///
/// Goes from the smallest group to the largest; a state is how many measurements so far are the first sample's and what
/// twice U is so far, and it counts the choices that lead there. Counts are added and multiplied only, so that floats keep
/// them to about 1e-15.
fn at_most(sizes: &[usize], n1: usize, bound: usize) -> f64 {
    // Without ties twice U is even: half of the states are enough.
    let unit = if sizes.iter().all(|&size| size == 1) { 2 } else { 1 };
    let width = bound / unit + 1;
    let mut choices = vec![vec![0.0_f64; width]; n1 + 1];
    choices[0][0] = 1.0;
    let (mut seen, total) = (0, sizes.iter().sum::<usize>());
    for &size in sizes {
        let mut next = vec![vec![0.0_f64; width]; n1 + 1];
        for (taken, states) in choices.iter().enumerate().take(seen.min(n1) + 1) {
            // What is left of the first sample has to fit into the groups to come.
            let least = (n1 - taken).saturating_sub(total - seen - size);
            for now in least..=size.min(n1 - taken) {
                let ways = binomial(size, now);
                let step = now * (2 * (seen - taken) + size - now) / unit;
                let reached = next[taken + now].iter_mut().skip(step);
                reached.zip(states).for_each(|(sum, count)| *sum += count * ways);
            }
        }
        choices = next;
        seen += size;
    }
    choices[n1].iter().sum::<f64>() / binomial(total, n1)
}

fn binomial(n: usize, k: usize) -> f64 {
    (0..k.min(n - k)).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64)
}

fn approximate(groups: &[Group], n1: usize, n2: usize, twice_u: usize) -> f64 {
    let (pairs, n) = ((n1 * n2) as f64, (n1 + n2) as f64);
    let ties: f64 = groups.iter().map(|g| (g.all() as f64).powi(3) - g.all() as f64).sum();
    let deviation = (pairs * (n + 1.0 - ties / (n * (n - 1.0))) / 12.0).sqrt();
    let distance = (twice_u as f64 / 2.0 - pairs / 2.0).abs();
    let z = if distance == 0.0 { 0.0 } else { (distance - 0.5) / deviation };
    2.0 * normal::below(-z).min(1.0 - normal::below(-z))
}

/// The largest U at which two samples of these sizes, without ties, differ at `alpha`; `None` where none does.
pub(super) fn critical(n1: usize, n2: usize, alpha: f64) -> Option<usize> {
    // All benchmarks of a comparison ask for the same sizes.
    static KNOWN: Mutex<BTreeMap<(usize, usize, u64), Option<usize>>> = Mutex::new(BTreeMap::new());
    let key = (n1, n2, alpha.to_bits());
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(u) = known().get(&key) {
        return *u;
    }
    let u = find_critical(n1, n2, alpha);
    known().insert(key, u);
    u
}

fn find_critical(n1: usize, n2: usize, alpha: f64) -> Option<usize> {
    if n1.max(n2) <= EXACT {
        let sizes = vec![1; n1 + n2];
        let (mut low, mut high) = (0, n1 * n2 / 2 + 1);
        // The first U that does not differ is within low and high.
        while low < high {
            let middle = usize::midpoint(low, high);
            let differs = 2.0 * at_most(&sizes, n1, 2 * middle) <= alpha;
            if differs { low = middle + 1 } else { high = middle }
        }
        return low.checked_sub(1);
    }
    let (pairs, n) = ((n1 * n2) as f64, (n1 + n2) as f64);
    let deviation = (pairs * (n + 1.0) / 12.0).sqrt();
    let u = pairs / 2.0 + deviation * normal::quantile(alpha / 2.0) - 0.5;
    (u >= 0.0).then_some(u as usize)
}

/// The smallest p that two samples of a size can have: 2 in the number of ways to choose the one.
#[must_use]
pub fn least_p(first: usize, second: usize) -> f64 {
    (2.0 / binomial(first + second, first)).min(1.0)
}

/// The smallest number of measurements on each side, of at most nine, with which a difference can be seen.
#[must_use]
pub fn samples_for_difference(alpha: f64) -> Option<usize> {
    (1..=9).find(|&n| least_p(n, n) <= alpha)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Sample;

    fn p(first: &[f64], second: &[f64]) -> f64 {
        let sorted = |values: &[f64]| values.iter().copied().collect::<Sample>();
        mann_whitney(sorted(first).values(), sorted(second).values()).p()
    }

    /// By going through all ways to choose the first sample.
    fn by_enumeration(first: &[f64], second: &[f64]) -> f64 {
        let u = |a: &[f64], b: &[f64]| -> f64 {
            let score = |x: f64, y: f64| {
                if x > y {
                    1.0
                } else if x == y {
                    0.5
                } else {
                    0.0
                }
            };
            a.iter().flat_map(|&x| b.iter().map(move |&y| score(x, y))).sum()
        };
        let all = [first, second].concat();
        let smaller = u(first, second).min(u(second, first));
        if u(first, second) == u(second, first) {
            return 1.0;
        }
        let (mut ways, mut out) = (0, 0);
        for choice in 0..1_u32 << all.len() {
            if choice.count_ones() as usize != first.len() {
                continue;
            }
            let part = |taken: bool| -> Vec<f64> {
                let of = all.iter().enumerate().filter(|(i, _)| (choice >> i & 1 == 1) == taken);
                of.map(|(_, x)| *x).collect()
            };
            ways += 1;
            out += usize::from(u(&part(true), &part(false)) <= smaller);
        }
        (2.0 * out as f64 / f64::from(ways)).min(1.0)
    }

    #[test]
    fn all_small_samples_are_as_enumerated() {
        let mut random = fastrand::Rng::with_seed(1);
        for turn in 0..400 {
            let (n1, n2) = (random.usize(1..=6), random.usize(1..=6));
            // Few different values make many ties, many make none.
            let kinds = [2, 3, 6, 1000][turn % 4];
            let mut draw = |n: usize| -> Vec<f64> {
                (0..n).map(|_| f64::from(random.u32(0..kinds))).collect()
            };
            let (first, second) = (draw(n1), draw(n2));
            if first.iter().chain(&second).all(|x| *x == first[0]) {
                assert_eq!(p(&first, &second), 1.0);
                continue;
            }
            let (ours, expected) = (p(&first, &second), by_enumeration(&first, &second));
            assert!((ours - expected).abs() < 1e-12, "{first:?} {second:?}: {ours} {expected}");
        }
    }

    /// Critical values of the two-sided test at 5 %, as textbooks print them: U is still significant, U + 1 is not.
    #[test]
    fn critical_values() {
        for (n1, n2, u) in
            [(4, 4, 0), (5, 5, 2), (6, 6, 5), (8, 8, 13), (10, 10, 23), (20, 20, 127), (5, 10, 8)]
        {
            let sizes = vec![1; n1 + n2];
            assert!(2.0 * at_most(&sizes, n1, 2 * u) <= 0.05, "{n1} {n2}");
            assert!(2.0 * at_most(&sizes, n1, 2 * u + 2) > 0.05, "{n1} {n2}");
        }
    }

    #[test]
    fn the_approximation_meets_the_exact_one() {
        let mut random = fastrand::Rng::with_seed(2);
        for _ in 0..20 {
            let first: Sample = (0..25).map(|_| random.f64()).collect();
            let second: Sample = (0..25).map(|_| random.f64() + 0.2).collect();
            let groups = ranks(first.values(), second.values());
            let normal = approximate(&groups, 25, 25, twice_u(&groups));
            let exact = mann_whitney(first.values(), second.values()).p();
            assert!((normal - exact).abs() < 0.02, "{normal} {exact}");
        }
    }

    #[test]
    fn edges() {
        assert_eq!(mann_whitney(&[], &[1.0]), Test::Empty);
        assert_eq!(mann_whitney(&[1.0; 3], &[1.0; 4]), Test::AllEqual);
        assert_eq!(p(&[1.0], &[2.0]), 1.0);
        assert!((p(&[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0, 7.0, 8.0]) - 2.0 / 70.0).abs() < 1e-15);
        assert_eq!(samples_for_difference(0.05), Some(4));
        assert_eq!(samples_for_difference(0.01), Some(5));
        assert_eq!(samples_for_difference(1e-9), None);
        // Large samples with ties.
        let many: Vec<f64> = (0..60).map(|i| f64::from(i / 2)).collect();
        let more: Vec<f64> = many.iter().map(|x| x + 30.0).collect();
        assert!(p(&many, &more) < 1e-9);
        assert_eq!(p(&many, &many), 1.0);
    }
}
