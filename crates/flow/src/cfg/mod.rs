//! The control-flow graph of a function's body.
//!
//! Nodes are what runs as a whole: simple statements, conditions (each operand of `&&` and `||` for itself), the head of a loop
//! or `select`, the deferred calls at the end. They stand in basic blocks. A function literal is one value here; its body
//! has a graph of its own.
//!
//! There are three exits. Deferred calls run on the way to [`Exit::Return`] and [`Exit::Panic`], the last first; one that may not
//! have been deferred is passed by on another edge. Only panics that somebody wrote are edges: any other expression may panic too, and
//! code may run longer than the graph says only where a condition is constant.

mod build;
mod dominators;
mod paths;

use rustc_hash::FxHashMap;
use source::{IndexVec, define_id};
use syntax::tree::{ExprId, StmtId};

pub(crate) use build::{build, specs_of};
use dominators::Dominators;
pub use paths::Step;

define_id!(
    /// A basic block.
    pub struct BlockId
);

/// What runs as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// A simple statement. Of a `for` the beginning of a turn, of a `range` the assignment of its variables for a turn, of a
    /// `select` the waiting, of a clause of a type switch the setting of its variable.
    Stmt(StmtId),
    /// A part of a statement that runs for itself: a condition, what is switched over, what is ranged over.
    Expr(ExprId),
    /// The call of this `defer` statement, at the end of the function.
    Deferred(StmtId),
}

/// Nodes that run one after the other.
#[derive(Clone, Default, Debug)]
pub struct Block {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// What can come next. Behind a condition: where it is true, then where it is false.
    pub succs: Vec<BlockId>,
    /// From where it is come to.
    pub preds: Vec<BlockId>,
}

/// A node by its place: the block and the position in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Point {
    /// The block.
    pub block: BlockId,
    /// Position in it.
    pub at: u32,
}

/// How a function ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Exit {
    /// It returns.
    Return,
    /// It panics, or ends the goroutine.
    Panic,
    /// The process ends, without deferred calls.
    End,
}

impl Exit {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Return, Self::Panic, Self::End];
}

/// The control-flow graph of a body.
pub struct Cfg {
    blocks: IndexVec<BlockId, Block>,
    stmts: FxHashMap<StmtId, Point>,
    exprs: FxHashMap<ExprId, Point>,
    entry: BlockId,
    exits: [BlockId; 3],
    dominators: Dominators,
    depths: IndexVec<BlockId, u32>,
    /// Statements that a block begins with, heads of loops among them.
    heads: FxHashMap<StmtId, Point>,
    /// For each exit whether blocks lead to it.
    leads_to: [IndexVec<BlockId, bool>; 3],
}

impl Cfg {
    fn new(
        blocks: IndexVec<BlockId, Block>,
        stmts: FxHashMap<StmtId, Point>,
        exprs: FxHashMap<ExprId, Point>,
        entry: BlockId,
        exits: [BlockId; 3],
    ) -> Self {
        let dominators = Dominators::new(&blocks, entry);
        let depths = dominators.loop_depths(&blocks);
        let leads_to = exits.map(|exit| leading_to(&blocks, exit));
        let mut heads = FxHashMap::default();
        for (id, block) in blocks.iter_ids() {
            if let Some(&Node::Stmt(stmt)) = block.nodes.first() {
                heads.insert(stmt, Point { block: id, at: 0 });
            }
        }
        Self { blocks, stmts, exprs, entry, exits, dominators, depths, heads, leads_to }
    }

    /// The blocks; those that nothing leads to among them.
    pub fn blocks(&self) -> impl Iterator<Item = (BlockId, &Block)> + '_ {
        self.blocks.iter_ids()
    }

    /// A block.
    #[must_use]
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id]
    }

    /// Where the body begins.
    #[must_use]
    pub fn entry(&self) -> BlockId {
        self.entry
    }

    /// The block that stands for an exit; it has no nodes.
    #[must_use]
    pub fn exit(&self, exit: Exit) -> BlockId {
        self.exits[exit as usize]
    }

    /// The exit that a block stands for.
    #[must_use]
    pub fn exit_of(&self, block: BlockId) -> Option<Exit> {
        Exit::ALL.into_iter().find(|&exit| self.exit(exit) == block)
    }

    /// The node at a point.
    #[must_use]
    pub fn node(&self, point: Point) -> Option<Node> {
        self.blocks[point.block].nodes.get(point.at as usize).copied()
    }

    /// All points, block by block.
    pub fn points(&self) -> impl Iterator<Item = (Point, Node)> + '_ {
        self.blocks().flat_map(|(id, block)| {
            let nodes = block.nodes.iter().enumerate();
            nodes.map(move |(at, &node)| (Point { block: id, at: at as u32 }, node))
        })
    }

    /// Where a statement begins: what of it runs first.
    #[must_use]
    pub fn of_stmt(&self, stmt: StmtId) -> Option<Point> {
        self.stmts.get(&stmt).copied()
    }

    /// Where the turns of a loop begin; where `range` sets its variables.
    #[must_use]
    pub fn head(&self, around: StmtId) -> Option<Point> {
        self.heads.get(&around).copied()
    }

    /// Where an expression runs that is a node for itself.
    #[must_use]
    pub fn of_expr(&self, expr: ExprId) -> Option<Point> {
        self.exprs.get(&expr).copied()
    }

    /// Whether every path from the beginning to `b` passes `a`; a point dominates itself. Nothing that is not reached is dominated.
    #[must_use]
    pub fn dominates(&self, a: Point, b: Point) -> bool {
        if a.block == b.block {
            return a.at <= b.at && self.is_reached(a);
        }
        self.dominators.dominates(a.block, b.block)
    }

    /// Whether anything leads to a point.
    #[must_use]
    pub fn is_reached(&self, point: Point) -> bool {
        self.dominators.is_reached(point.block)
    }

    /// How many loops have a point in them that are run again after it. A statement that stands in a loop and leaves it is not in it.
    #[must_use]
    pub fn loop_depth(&self, point: Point) -> u32 {
        self.depths[point.block]
    }
}

/// The blocks from which a way leads to a block.
fn leading_to(blocks: &IndexVec<BlockId, Block>, to: BlockId) -> IndexVec<BlockId, bool> {
    let mut found = IndexVec::filled(false, blocks.len());
    let mut open = vec![to];
    while let Some(block) = open.pop() {
        if !std::mem::replace(&mut found[block], true) {
            open.extend(&blocks[block].preds);
        }
    }
    found
}
