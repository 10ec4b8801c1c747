//! The order of a graph in which what is needed comes first.

use rustc_hash::FxHashSet;

/// A graph put in order; what closes a cycle is cut.
pub(crate) struct Order {
    /// Nodes, each after those that it needs.
    pub(crate) order: Vec<usize>,
    /// The cycles that were cut: nodes along each, the first one again at the end.
    pub(crate) cycles: Vec<Vec<usize>>,
    cuts: FxHashSet<(usize, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

impl Order {
    /// Orders what can be reached from the starts, depth first.
    pub(crate) fn new(edges: &[Vec<usize>], starts: &[usize]) -> Self {
        let mut this = Self { order: Vec::new(), cycles: Vec::new(), cuts: FxHashSet::default() };
        let mut state = vec![State::New; edges.len()];
        // Nodes on the way down, and how many of their edges were taken.
        let mut stack: Vec<(usize, usize)> = Vec::new();
        for &start in starts {
            if state[start] != State::New {
                continue;
            }
            state[start] = State::Open;
            stack.push((start, 0));
            while let Some((node, taken)) = stack.last_mut() {
                let node = *node;
                let Some(&to) = edges[node].get(*taken) else {
                    state[node] = State::Done;
                    this.order.push(node);
                    stack.pop();
                    continue;
                };
                *taken += 1;
                match state[to] {
                    State::Done => {}
                    State::New => {
                        state[to] = State::Open;
                        stack.push((to, 0));
                    }
                    State::Open => this.cut(node, to, &stack),
                }
            }
        }
        this
    }

    fn cut(&mut self, from: usize, to: usize, stack: &[(usize, usize)]) {
        if !self.cuts.insert((from, to)) {
            return;
        }
        let start = stack.iter().position(|&(n, _)| n == to).unwrap_or(0);
        let mut cycle: Vec<usize> = stack[start..].iter().map(|&(n, _)| n).collect();
        cycle.push(to);
        self.cycles.push(cycle);
    }

    /// Whether the edge was cut, since it closes a cycle.
    pub(crate) fn is_cut(&self, from: usize, to: usize) -> bool {
        !self.cuts.is_empty() && self.cuts.contains(&(from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_come_first() {
        let order = Order::new(&[vec![1, 2], vec![2], vec![], vec![0]], &[0, 3]);
        assert_eq!(order.order, [2, 1, 0, 3]);
        assert!(order.cycles.is_empty());
    }

    #[test]
    fn cycles_are_cut() {
        let order = Order::new(&[vec![1], vec![2], vec![1, 2, 0]], &[0]);
        assert_eq!(order.order, [2, 1, 0]);
        assert_eq!(order.cycles, [vec![1, 2, 1], vec![2, 2], vec![0, 1, 2, 0]]);
        assert!(order.is_cut(2, 0) && !order.is_cut(0, 1));
    }

    #[test]
    fn depth_is_not_bounded_by_the_stack() {
        let edges: Vec<Vec<usize>> =
            (0..300_000).map(|n| if n == 0 { vec![] } else { vec![n - 1] }).collect();
        assert_eq!(Order::new(&edges, &[299_999]).order.len(), 300_000);
    }
}
