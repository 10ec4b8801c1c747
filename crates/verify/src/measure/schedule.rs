//! In which order turns are run.

use super::Target;

/// The turns of `count` runs of both sides of each benchmark; `true` is the second side.
///
/// Which of a benchmark's turns are whose is drawn among all ways to give each side as many. So whatever befalls the machine
/// meanwhile, where both sides are the same each way was as likely, and the U test is exact without any assumption (it is
/// the randomisation test of Fisher and Pitman on ranks). Pairs whose order is drawn would not do: where a turn is fast because
/// the one before was slow, the sides of pairs differ more often than the test takes into account.
pub(super) fn turns(targets: &[Target], count: usize) -> Vec<(Target, bool)> {
    let mut random = fastrand::Rng::new();
    let mut sides: Vec<(&Target, Vec<bool>)> = Vec::new();
    for target in targets {
        let mut side: Vec<bool> = (0..2 * count).map(|turn| turn < count).collect();
        random.shuffle(&mut side);
        sides.push((target, side));
    }
    let mut turns = Vec::with_capacity(2 * count * targets.len());
    for round in 0..2 * count {
        random.shuffle(&mut sides);
        turns.extend(sides.iter().map(|(target, side)| ((*target).clone(), side[round])));
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_have_as_many_turns() {
        let target = |function: &str| Target { package: "m".into(), function: function.into() };
        let targets = [target("BenchmarkA"), target("BenchmarkB"), target("BenchmarkC")];
        let turns = turns(&targets, 7);
        assert_eq!(turns.len(), 42);
        for round in turns.chunks(3) {
            assert!(targets.iter().all(|target| round.iter().any(|(other, _)| other == target)));
        }
        for target in &targets {
            let of_target = turns.iter().filter(|(other, _)| other == target);
            assert_eq!(of_target.filter(|(_, is_second)| *is_second).count(), 7);
        }
    }
}
