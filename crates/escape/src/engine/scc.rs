//! Functions in the order in which the compiler looks at them: what is called before what calls it.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// A function that is being visited.
struct Visit<K> {
    key: K,
    index: u32,
    /// The earliest function on the stack that is reached from it.
    low: u32,
    callees: Vec<K>,
    next: usize,
    calls_itself: bool,
}

/// Visits `roots` and all that they call, callees first. `callees` says what a function calls, in the order of its body;
/// `component` is given functions that call one another, in the order in which they were met, as
/// `ir.VisitFuncsBottomUp` does, and whether they are recursive.
pub(crate) fn bottom_up<K: Copy + Eq + Hash>(
    roots: impl IntoIterator<Item = K>,
    callees: &mut dyn FnMut(K) -> Vec<K>,
    component: &mut dyn FnMut(&[K], bool),
) {
    /// What a function that is done counts as: it is on no stack.
    const DONE: u32 = u32::MAX;
    let mut indices: FxHashMap<K, u32> = FxHashMap::default();
    let mut stack: Vec<K> = Vec::new();
    let mut next_index = 0;
    for root in roots {
        if indices.contains_key(&root) {
            continue;
        }
        let mut visits = vec![begin(root, &mut next_index, &mut indices, &mut stack, callees)];
        while let Some(visit) = visits.last_mut() {
            if let Some(&callee) = visit.callees.get(visit.next) {
                visit.next += 1;
                match indices.get(&callee) {
                    Some(&DONE) => {}
                    Some(&index) => {
                        visit.calls_itself |= callee == visit.key;
                        visit.low = visit.low.min(index);
                    }
                    None => {
                        let inner =
                            begin(callee, &mut next_index, &mut indices, &mut stack, callees);
                        visits.push(inner);
                    }
                }
                continue;
            }
            let Some(done) = visits.pop() else { break };
            if let Some(outer) = visits.last_mut() {
                outer.low = outer.low.min(done.low);
            }
            if done.low == done.index {
                let start = stack.iter().rposition(|&key| key == done.key).unwrap_or(0);
                let block = stack.split_off(start);
                for &key in &block {
                    indices.insert(key, DONE);
                }
                component(&block, block.len() > 1 || done.calls_itself);
            }
        }
    }
}

fn begin<K: Copy + Eq + Hash>(
    key: K,
    next_index: &mut u32,
    indices: &mut FxHashMap<K, u32>,
    stack: &mut Vec<K>,
    callees: &mut dyn FnMut(K) -> Vec<K>,
) -> Visit<K> {
    let index = *next_index;
    *next_index += 1;
    indices.insert(key, index);
    stack.push(key);
    Visit { key, index, low: index, callees: callees(key), next: 0, calls_itself: false }
}

#[cfg(test)]
mod tests {
    use super::bottom_up;

    #[test]
    fn callees_come_first_and_cycles_together() {
        // 0 → 1 → 2 → 1, 0 → 3, 3 → 3
        let calls = |k: u32| match k {
            0 => vec![1, 3],
            1 => vec![2],
            2 => vec![1],
            3 => vec![3],
            _ => vec![],
        };
        let mut seen = Vec::new();
        bottom_up([0, 1], &mut |k| calls(k), &mut |block, recursive| {
            seen.push((block.to_vec(), recursive));
        });
        assert_eq!(seen, [(vec![1, 2], true), (vec![3], true), (vec![0], false)]);
    }
}
