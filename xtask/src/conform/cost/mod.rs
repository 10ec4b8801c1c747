//! Holds what is said to be allocated against what benchmarks count.
//!
//! [`cases`] makes small functions over operations, types, lengths, escapes and call shapes, [`bench`] has Go count the
//! objects and bytes of a call of each. Ours come from going through the same call.

mod bench;
mod cases;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use escape::allocation::Taken;
use escape::{Ask, Engine};

use super::Target;
use super::compiler::analyse;
use crate::toolchain::Go;
use bench::{CALLS, Measured};
use cases::Case;

/// Share of functions whose objects and bytes are both as counted.
const BAR: f64 = 0.98;

/// What differs in one case.
struct Difference<'a> {
    case: &'a Case,
    ours: Option<Taken>,
    theirs: Option<Measured>,
}

/// Compares, and prints differences by family and the figure. Returns whether the bar is reached.
pub(super) fn compare(go: &Go, max: usize) -> Result<bool> {
    let cases = cases::all();
    let bench = bench::run(go, &cases)?;
    let mut ours = ours(go, &bench.dir)?;
    let mut differences: BTreeMap<&str, Vec<Difference<'_>>> = BTreeMap::new();
    let (mut objects, mut bytes, mut both) = (0_usize, 0_usize, 0_usize);
    for case in &cases {
        let (our, their) = (ours.remove(&case.name), bench.measured.get(&case.name).copied());
        let same = our.as_ref().zip(their).map_or((false, false), |(our, their)| same(our, their));
        objects += usize::from(same.0);
        bytes += usize::from(same.1);
        both += usize::from(same.0 && same.1);
        if same != (true, true) {
            let difference = Difference { case, ours: our, theirs: their };
            differences.entry(&case.family).or_default().push(difference);
        }
    }
    print(&differences, max);
    let percent = |n: usize| 100.0 * n as f64 / cases.len() as f64;
    let reached = both as f64 >= BAR * cases.len() as f64;
    println!(
        "cost, Go {}: {both} of {} functions exact, {:.2} % (allocs/op {:.2} %, B/op {:.2} %), bar {:.0} %: {}",
        go.name(),
        cases.len(),
        percent(both),
        percent(objects),
        percent(bytes),
        100.0 * BAR,
        if reached { "reached" } else { "missed" }
    );
    Ok(reached)
}

/// What one call of each case takes.
fn ours(go: &Go, dir: &std::path::Path) -> Result<BTreeMap<String, Taken>> {
    let target = Target::folder("cost", dir);
    let packages = BTreeSet::from(["cost".to_owned()]);
    analyse(go, &target, &packages, |functions, units| {
        let unit = units.first().context("the cases are not found")?.1;
        let engine = Engine::new(functions, Ask::default());
        let store = functions.program.store();
        let mut taken = BTreeMap::new();
        for inst in functions.of_package(unit) {
            let name = store.obj(functions.instances.get(inst).obj).name.as_str().to_owned();
            if let Some(found) = engine.run(inst, &[]) {
                taken.insert(name, found);
            }
        }
        Ok(taken)
    })
}

/// Whether objects and bytes are as counted. Blocks of tiny objects are shared by calls: one more or less of them may be
/// begun in the time that is measured.
fn same(our: &Taken, their: Measured) -> (bool, bool) {
    if our.doubt.is_some() {
        return (false, false);
    }
    let objects = our.allocation.objects() == their.objects;
    let total = our.allocation.times(CALLS).bytes_once();
    let block = 16;
    let least = total.saturating_sub(block) / CALLS;
    let most = (total + block) / CALLS;
    (objects, (least..=most).contains(&their.bytes))
}

fn print(differences: &BTreeMap<&str, Vec<Difference<'_>>>, max: usize) {
    let mut families: Vec<_> = differences.iter().collect();
    families.sort_by_key(|(family, all)| (std::cmp::Reverse(all.len()), **family));
    let mut left = max;
    for (family, all) in families {
        println!("{:5}  {family}", all.len());
        for difference in all.iter().take(left.min(3)) {
            left -= 1;
            let theirs = difference.theirs.map_or_else(
                || "nothing".to_owned(),
                |m| format!("{} objects, {} bytes", m.objects, m.bytes),
            );
            let ours = difference.ours.as_ref().map_or_else(
                || "nothing".to_owned(),
                |taken| {
                    let allocation = &taken.allocation;
                    let doubt =
                        taken.doubt.map_or(String::new(), |why| format!(", in doubt: {why}"));
                    format!("{} objects, {} bytes{doubt}", allocation.objects(), allocation.bytes())
                },
            );
            println!("       {}: Go {theirs}; ours {ours}", difference.case.name);
            for line in difference.case.code.trim().lines() {
                println!("         | {line}");
            }
        }
    }
}
