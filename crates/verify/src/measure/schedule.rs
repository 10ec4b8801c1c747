//! In which order turns are run.

use super::Target;

/// `count` rounds. Each round runs every benchmark on both sides; benchmarks come in an order that is drawn, and so do the
/// two sides of each, which follow one another. `true` is the second side.
pub(super) fn rounds(targets: &[Target], count: usize) -> Vec<(Target, bool)> {
    let mut random = fastrand::Rng::new();
    let mut turns = Vec::with_capacity(2 * count * targets.len());
    let mut order: Vec<&Target> = targets.iter().collect();
    for _ in 0..count {
        random.shuffle(&mut order);
        for target in &order {
            let second_first = random.bool();
            turns.push(((*target).clone(), second_first));
            turns.push(((*target).clone(), !second_first));
        }
    }
    turns
}
