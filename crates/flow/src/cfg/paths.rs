//! Paths: what can run behind a point, what every path passes.

use source::IndexVec;

use super::{BlockId, Cfg, Exit, Node, Point};

/// What a walk along paths does at a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Goes on.
    On,
    /// Follows this path no further.
    Stop,
    /// Has found what it looked for.
    Found,
}

impl Cfg {
    /// Walks along all paths that begin behind a point, each node once, and says whether [`Step::Found`] was answered. What is met on
    /// several paths is shown once; the point itself is where a path leads back to it.
    pub fn walk_after(&self, from: Point, see: impl FnMut(Point, Node) -> Step) -> bool {
        self.walk((from.block, from.at as usize + 1), see, |_| false)
    }

    /// As [`Self::walk_after`], from the beginning of the body.
    pub fn walk_from_entry(&self, see: impl FnMut(Point, Node) -> Step) -> bool {
        self.walk((self.entry, 0), see, |_| false)
    }

    /// Walks against all paths that lead to a point, and says whether [`Step::Found`] was answered, or the beginning of the body
    /// was reached and `at_entry` holds.
    pub fn walk_before(
        &self,
        to: Point,
        at_entry: bool,
        mut see: impl FnMut(Point, Node) -> Step,
    ) -> bool {
        let mut seen = IndexVec::filled(false, self.blocks.len());
        let mut open = vec![(to.block, to.at as usize)];
        'paths: while let Some((block, end)) = open.pop() {
            for at in (0..end).rev() {
                let point = Point { block, at: at as u32 };
                match see(point, self.blocks[block].nodes[at]) {
                    Step::On => {}
                    Step::Stop => continue 'paths,
                    Step::Found => return true,
                }
            }
            if block == self.entry && at_entry {
                return true;
            }
            for &pred in &self.blocks[block].preds {
                if self.dominators.is_reached(pred) && !std::mem::replace(&mut seen[pred], true) {
                    open.push((pred, self.blocks[pred].nodes.len()));
                }
            }
        }
        false
    }

    fn walk(
        &self,
        from: (BlockId, usize),
        mut see: impl FnMut(Point, Node) -> Step,
        mut leave: impl FnMut(Exit) -> bool,
    ) -> bool {
        let mut seen = IndexVec::filled(false, self.blocks.len());
        let mut open = vec![from];
        'paths: while let Some((block, start)) = open.pop() {
            for (at, &node) in self.blocks[block].nodes.iter().enumerate().skip(start) {
                match see(Point { block, at: at as u32 }, node) {
                    Step::On => {}
                    Step::Stop => continue 'paths,
                    Step::Found => return true,
                }
            }
            if self.exit_of(block).is_some_and(&mut leave) {
                return true;
            }
            for &succ in &self.blocks[block].succs {
                if !std::mem::replace(&mut seen[succ], true) {
                    open.push((succ, 0));
                }
            }
        }
        false
    }

    /// Whether `b` can run after `a` has.
    #[must_use]
    pub fn can_follow(&self, a: Point, b: Point) -> bool {
        self.can_follow_without(a, b, |_| false)
    }

    /// Whether `b` can run after `a` has, and nothing between them for which `stop` holds.
    pub fn can_follow_without(
        &self,
        a: Point,
        b: Point,
        mut stop: impl FnMut(Node) -> bool,
    ) -> bool {
        self.walk_after(a, |point, node| match () {
            () if point == b => Step::Found,
            () if stop(node) => Step::Stop,
            () => Step::On,
        })
    }

    /// Whether every path from behind a point to one of these exits passes a node for which `pass` holds. So too where no path leads to
    /// them. A node that evaluates what is meant only at times, in an operand of `&&` or `||`, is for `pass` to refuse.
    pub fn always_passes(
        &self,
        from: Point,
        exits: &[Exit],
        mut pass: impl FnMut(Node) -> bool,
    ) -> bool {
        let see = |_, node| if pass(node) { Step::Stop } else { Step::On };
        let start = (from.block, from.at as usize + 1);
        !self.walk(start, see, |exit| exits.contains(&exit))
    }

    /// As [`Self::always_passes`], from the beginning of the body.
    pub fn always_passes_from_entry(
        &self,
        exits: &[Exit],
        mut pass: impl FnMut(Node) -> bool,
    ) -> bool {
        let see = |_, node| if pass(node) { Step::Stop } else { Step::On };
        !self.walk((self.entry, 0), see, |exit| exits.contains(&exit))
    }

    /// Whether every path from `a` to an exit of any kind passes `b`; a point is passed by itself.
    #[must_use]
    pub fn postdominates(&self, b: Point, a: Point) -> bool {
        let see = |point, _| if point == b { Step::Stop } else { Step::On };
        a == b || !self.walk((a.block, a.at as usize + 1), see, |_| true)
    }

    /// Whether a point can run again in the same call.
    #[must_use]
    pub fn repeats(&self, point: Point) -> bool {
        self.can_follow(point, point)
    }

    /// Whether paths from a point lead to an exit.
    #[must_use]
    pub fn leads_to(&self, point: Point, exit: Exit) -> bool {
        self.leads_to[exit as usize][point.block]
    }

    /// Whether a point is only on the way to a panic or to the end of the process or goroutine.
    #[must_use]
    pub fn only_ends(&self, point: Point) -> bool {
        let ends = self.leads_to(point, Exit::Panic) || self.leads_to(point, Exit::End);
        ends && !self.leads_to(point, Exit::Return)
    }

    /// Whether the function can return.
    #[must_use]
    pub fn can_return(&self) -> bool {
        self.dominators.is_reached(self.exit(Exit::Return))
    }
}
