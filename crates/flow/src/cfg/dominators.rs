//! Dominators, as Cooper, Harvey and Kennedy compute them, and the natural loops that follow from them.

use source::IndexVec;

use super::{Block, BlockId};

/// For each block that is reached the last one that every path to it passes.
pub(super) struct Dominators {
    idom: IndexVec<BlockId, Option<BlockId>>,
    /// Position in reverse postorder; `u32::MAX` where nothing leads.
    order: IndexVec<BlockId, u32>,
}

impl Dominators {
    pub(super) fn new(blocks: &IndexVec<BlockId, Block>, entry: BlockId) -> Self {
        let reversed = postorder(blocks, entry);
        let mut order = IndexVec::filled(u32::MAX, blocks.len());
        for (at, &block) in reversed.iter().rev().enumerate() {
            order[block] = at as u32;
        }
        let mut found = Self { idom: IndexVec::filled(None, blocks.len()), order };
        found.idom[entry] = Some(entry);
        let mut changed = true;
        while changed {
            changed = false;
            for &block in reversed.iter().rev().filter(|&&block| block != entry) {
                let known =
                    blocks[block].preds.iter().copied().filter(|&p| found.idom[p].is_some());
                let idom = known.reduce(|a, b| found.common(a, b));
                if found.idom[block] != idom {
                    found.idom[block] = idom;
                    changed = true;
                }
            }
        }
        found
    }

    /// The last block that dominates both.
    fn common(&self, mut a: BlockId, mut b: BlockId) -> BlockId {
        while a != b {
            let further = if self.order[a] > self.order[b] { &mut a } else { &mut b };
            match self.idom[*further] {
                Some(up) if up != *further => *further = up,
                _ => return *further,
            }
        }
        a
    }

    pub(super) fn is_reached(&self, block: BlockId) -> bool {
        self.order[block] != u32::MAX
    }

    pub(super) fn dominates(&self, a: BlockId, b: BlockId) -> bool {
        if !self.is_reached(a) || !self.is_reached(b) {
            return false;
        }
        let mut at = b;
        while self.order[at] > self.order[a] {
            match self.idom[at] {
                Some(up) => at = up,
                None => return false,
            }
        }
        at == a
    }

    /// In how many natural loops each block is.
    pub(super) fn loop_depths(&self, blocks: &IndexVec<BlockId, Block>) -> IndexVec<BlockId, u32> {
        let mut depths = IndexVec::filled(0, blocks.len());
        for head in blocks.ids() {
            let back = blocks[head].preds.iter().copied();
            let mut open: Vec<BlockId> = back.filter(|&from| self.dominates(head, from)).collect();
            if open.is_empty() {
                continue;
            }
            let mut within = IndexVec::filled(false, blocks.len());
            within[head] = true;
            while let Some(block) = open.pop() {
                if std::mem::replace(&mut within[block], true) {
                    continue;
                }
                open.extend(blocks[block].preds.iter().filter(|&&p| self.is_reached(p)));
            }
            for block in blocks.ids().filter(|&block| within[block]) {
                depths[block] += 1;
            }
        }
        depths
    }
}

/// The blocks that are reached, each behind those that it leads to, but for the edges back.
fn postorder(blocks: &IndexVec<BlockId, Block>, entry: BlockId) -> Vec<BlockId> {
    let mut seen = IndexVec::filled(false, blocks.len());
    let mut order = Vec::with_capacity(blocks.len());
    let mut stack = vec![(entry, 0)];
    seen[entry] = true;
    while let Some((block, next)) = stack.pop() {
        match blocks[block].succs.get(next) {
            Some(&succ) => {
                stack.push((block, next + 1));
                if !std::mem::replace(&mut seen[succ], true) {
                    stack.push((succ, 0));
                }
            }
            None => order.push(block),
        }
    }
    order
}
