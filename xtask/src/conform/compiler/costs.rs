//! Compares what inlining each function costs, function by function, refused ones included.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::causes::{Difference, Differences, Place};
use super::figures::{Figure, Figures};
use super::parse::{Fact, Kind, Remark};

/// A function: where it is and its name.
type Function = (PathBuf, u32, u32, String);

/// Compares the costs of a package's functions. A function that stands at one place several times
/// (instances of one shape) has its costs compared in ascending order.
pub(super) fn compare(
    package: &str,
    ours: &[Remark],
    theirs: &[Remark],
    figures: &mut Figures,
    differences: &mut Differences,
) {
    let (mut ours, theirs) = (costs(ours), costs(theirs));
    let (mut equal, mut all) = (0, 0);
    let mut pairs = Vec::new();
    for (function, their) in theirs {
        let our = ours.remove(&function).unwrap_or_default();
        pairs.push((function, our, their));
    }
    pairs.extend(ours.into_iter().map(|(function, our)| (function, our, Vec::new())));
    for ((file, line, column, name), our, their) in pairs {
        all += our.len().max(their.len());
        for at in 0..our.len().max(their.len()) {
            let (our, their) = (our.get(at), their.get(at));
            let cause = match (our, their) {
                (Some(our), Some(their)) if our == their => {
                    equal += 1;
                    continue;
                }
                (Some(&our), Some(&their)) => {
                    format!("cost: ours {:+}", i64::from(our) - i64::from(their))
                }
                (None, _) => "cost: missing in ours".to_owned(),
                (_, None) => "cost: only in ours".to_owned(),
            };
            let show = |cost: Option<&u32>| cost.map_or("none".to_owned(), u32::to_string);
            let title = format!("{name}: cost {}, Go {}", show(our), show(their));
            let place = Some(Place { file: file.clone(), line, column });
            let (package, text) = (package.to_owned(), String::new());
            differences.add(cause, Difference { package, place, title, text });
        }
    }
    figures.add(Figure::Costs, package, equal, all);
}

fn costs(remarks: &[Remark]) -> BTreeMap<Function, Vec<u32>> {
    let mut costs: BTreeMap<Function, Vec<u32>> = BTreeMap::new();
    for remark in remarks.iter().filter(|remark| !remark.is_generated()) {
        let Some(Fact { kind, operation, cost: Some(cost) }) = Fact::parse(&remark.text) else {
            continue;
        };
        let name = match kind {
            Kind::CannotInline => operation.split(": ").next().unwrap_or_default().to_owned(),
            _ => operation,
        };
        let function = (remark.file.clone(), remark.line, remark.column, name);
        costs.entry(function).or_default().push(cost);
    }
    costs.values_mut().for_each(|costs| costs.sort_unstable());
    costs
}
