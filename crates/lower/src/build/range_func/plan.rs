//! What control flow out of the bodies of loops over functions becomes (package `rangefunc` of the compiler).
//!
//! The compiler rewrites the syntax of an outermost loop over a function and of those within it before anything is left out
//! as unreachable. So what is asked of the code around the loops is found here, ahead of lowering.

use rustc_hash::FxHashMap;
use source::Name;
use syntax::File;
use syntax::tree::{BranchKind, ExprId, List, Stmt, StmtId};
use syntax::walk::{Event, Node, walk};

use crate::Compiler;

/// An outermost loop over a function.
#[derive(Default)]
pub(super) struct Plan {
    loops: FxHashMap<StmtId, Loop>,
    exits: FxHashMap<StmtId, Exit>,
    /// Variables to declare before the outermost loop.
    pub(super) outer: Vec<Outer>,
    /// Whether the results of the function must have names, since a body sets them.
    pub(super) names_results: bool,
}

impl Plan {
    pub(super) fn at(&self, stmt: StmtId) -> Loop {
        self.loops.get(&stmt).cloned().unwrap_or_default()
    }

    /// What becomes of a `break`, `continue` or `goto`; `None` if it stays as it is.
    pub(super) fn exit(&self, stmt: StmtId) -> Option<Exit> {
        self.exits.get(&stmt).copied()
    }

    /// Number of loops.
    pub(super) fn len(&self) -> u32 {
        self.loops.len() as u32
    }
}

/// A variable beside the outermost loop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outer {
    /// `#next`: what is to be done once the loops have ended. -1 returns; less goes to a label; 2N ends loop N, counted from
    /// outside, and 2N-1 goes on with its next turn.
    Next,
    /// `#defers`: what deferred calls are attached to.
    Defers,
}

/// What is checked once a loop has ended.
#[derive(Clone, Default)]
pub(super) struct Loop {
    /// Position among the loops of the plan, in the order in which they end.
    pub(super) number: u32,
    pub(super) returns: bool,
    pub(super) breaks: bool,
    pub(super) continues: bool,
    /// Branches to labels around it.
    pub(super) branches: Vec<Branch>,
}

/// A branch to a label that is done once the loops between have ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Branch {
    pub(super) kind: BranchKind,
    pub(super) label: Name,
    pub(super) next: i64,
}

/// What leaves a loop's body.
#[derive(Clone, Copy)]
pub(super) enum Exit {
    /// This turn only.
    Continue,
    /// The loop.
    Break,
    /// Several loops, or the loop with somewhere else to go: sets `#next`.
    Far(i64),
}

/// Labels of a function, with the innermost loop over a function that each stands in.
struct Labels {
    loops: FxHashMap<Name, Option<StmtId>>,
    numbers: FxHashMap<Name, i64>,
}

/// A statement that `break` and `continue` can mean.
struct Target {
    label: Option<Name>,
    is_loop: bool,
    /// Position among the loops over functions at hand.
    over_function: Option<usize>,
}

pub(super) struct Planner<'a> {
    pub(super) tree: &'a File,
    pub(super) compiler: &'a Compiler,
    /// Whether an expression that is ranged over is a function.
    pub(super) is_function: &'a dyn Fn(ExprId) -> bool,
    /// The body of the function.
    pub(super) function: Option<StmtId>,
    pub(super) plan: Plan,
    labels: Option<Labels>,
    targets: Vec<Target>,
    open: Vec<(StmtId, Loop)>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(
        tree: &'a File,
        compiler: &'a Compiler,
        is_function: &'a dyn Fn(ExprId) -> bool,
        function: Option<StmtId>,
    ) -> Self {
        let (plan, labels) = (Plan::default(), None);
        let (targets, open) = (Vec::new(), Vec::new());
        Self { tree, compiler, is_function, function, plan, labels, targets, open }
    }

    /// Visits a statement, then what stands in it directly, as the compiler's rewriting does.
    pub(super) fn stmt(&mut self, stmt: StmtId, label: Option<Name>) {
        crate::ir::deeper(|| self.stmt_here(stmt, label));
    }

    fn stmt_here(&mut self, stmt: StmtId, label: Option<Name>) {
        let tree = self.tree;
        match tree.stmt(stmt) {
            Stmt::Block(list) => self.stmts(list),
            Stmt::Case { body, .. } | Stmt::Comm { body, .. } => self.stmts(body),
            Stmt::Labeled { label, stmt: inner, .. } => {
                self.stmt(inner, Some(tree.ident(label).name));
                self.edit(inner);
            }
            Stmt::If { body, els, .. } => {
                self.stmt(body, None);
                els.into_iter().for_each(|els| self.stmt(els, None));
            }
            Stmt::Range { x, body, .. } if (self.is_function)(x) => {
                self.open.push((stmt, Loop::default()));
                self.within(label, true, Some(self.open.len() - 1), body);
                self.end_loop();
            }
            Stmt::For { body, .. } | Stmt::Range { body, .. } => {
                self.within(label, true, None, body);
            }
            Stmt::Switch { body, .. } | Stmt::TypeSwitch { body, .. } | Stmt::Select { body } => {
                self.within(label, false, None, body);
            }
            _ => {}
        }
    }

    fn stmts(&mut self, list: List<StmtId>) {
        let tree = self.tree;
        tree.list(list).for_each(|stmt| self.stmt(stmt, None));
        tree.list(list).for_each(|stmt| self.edit(stmt));
    }

    fn within(
        &mut self,
        label: Option<Name>,
        is_loop: bool,
        over_function: Option<usize>,
        body: StmtId,
    ) {
        self.targets.push(Target { label, is_loop, over_function });
        self.stmt(body, None);
        self.targets.pop();
    }

    fn end_loop(&mut self) {
        // Every inner loop checks that `#next` does not mean one further out than there is.
        if self.open.len() > 1 {
            self.need(Outer::Next);
        }
        if let Some((stmt, mut ended)) = self.open.pop() {
            ended.number = self.plan.len() + 1;
            self.plan.loops.insert(stmt, ended);
        }
    }

    fn need(&mut self, variable: Outer) {
        if !self.plan.outer.contains(&variable) {
            self.plan.outer.push(variable);
        }
    }

    fn edit(&mut self, stmt: StmtId) {
        match self.tree.stmt(stmt) {
            Stmt::Defer(_) => self.need(Outer::Defers),
            Stmt::Return(results) => {
                self.plan.names_results |= self.tree.list(results).next().is_some();
                self.open.iter_mut().for_each(|(_, each)| each.returns = true);
                self.need(Outer::Next);
            }
            Stmt::Branch { kind, label } if kind != BranchKind::Fallthrough => {
                let label = label.map(|label| self.tree.ident(label).name);
                if let Some(exit) = self.branch(kind, label) {
                    if matches!(exit, Exit::Far(_)) {
                        self.need(Outer::Next);
                    }
                    self.plan.exits.insert(stmt, exit);
                }
            }
            _ => {}
        }
    }

    fn branch(&mut self, kind: BranchKind, label: Option<Name>) -> Option<Exit> {
        let innermost = self.open.len().checked_sub(1)?;
        let means = |target: &&Target| match label {
            Some(_) => target.label == label,
            None => target.is_loop || kind == BranchKind::Break,
        };
        let target = self.targets.iter().rev().find(means).and_then(|target| target.over_function);
        match (target.filter(|_| kind != BranchKind::Goto), label) {
            (Some(at), _) if at == innermost => {
                Some(if kind == BranchKind::Continue { Exit::Continue } else { Exit::Break })
            }
            (Some(at), Some(_)) => Some(self.outer_loop(kind, at)),
            // An inner statement's own.
            (_, None) => None,
            (None, Some(label)) => self.labelled(kind, label),
        }
    }

    /// `break` and `continue` of a loop over a function further out.
    fn outer_loop(&mut self, kind: BranchKind, at: usize) -> Exit {
        let goes_on = kind == BranchKind::Continue;
        if goes_on {
            self.open[at + 1].1.continues = true;
        } else {
            self.open[at].1.breaks = true;
        }
        let between = if goes_on { at + 2 } else { at + 1 };
        self.open.iter_mut().skip(between).for_each(|(_, each)| each.breaks = true);
        let number = 2 * (at as i64 + 1);
        Exit::Far(if goes_on { number - 1 } else { number })
    }

    /// `goto`, and `break` and `continue` of what is no loop over a function.
    fn labelled(&mut self, kind: BranchKind, label: Name) -> Option<Exit> {
        let labels = self.labels();
        let around = *labels.loops.get(&label)?;
        let number = *labels.numbers.get(&label)?;
        let from = match around {
            Some(stmt) => {
                self.open.iter().rposition(|&(open, _)| open == stmt).map_or(0, |at| at + 1)
            }
            None => 0,
        };
        let next = number
            + match kind {
                BranchKind::Break => 0,
                BranchKind::Continue => 1,
                _ => 2,
            };
        // None if the label is in the innermost loop itself.
        let (_, leaves) = self.open.get_mut(from)?;
        let branch = Branch { kind, label, next };
        if !leaves.branches.contains(&branch) {
            leaves.branches.push(branch);
        }
        self.open.iter_mut().skip(from + 1).for_each(|(_, each)| each.returns = true);
        Some(Exit::Far(next))
    }

    fn labels(&mut self) -> &Labels {
        let labels = self.labels.take().unwrap_or_else(|| self.find_labels());
        self.labels.insert(labels)
    }

    /// All labels of the function. Those of function literals in it are looked at too, which is wrong where one has the name
    /// of another label: since Go 1.27 the one that comes first counts, before that the last.
    fn find_labels(&self) -> Labels {
        let mut labels = Labels { loops: FxHashMap::default(), numbers: FxHashMap::default() };
        let Some(function) = self.function else { return labels };
        let (mut open, mut number) = (Vec::new(), -1);
        walk(self.tree, Node::Stmt(function), |event| {
            match event {
                Event::Enter(Node::Stmt(stmt)) => match self.tree.stmt(stmt) {
                    Stmt::Range { x, .. } if (self.is_function)(x) => open.push(stmt),
                    Stmt::Labeled { label, .. } => {
                        let label = self.tree.ident(label).name;
                        number -= 3;
                        labels.numbers.insert(label, number);
                        let around = open.last().copied();
                        if self.compiler.since(27) {
                            labels.loops.entry(label).or_insert(around);
                        } else {
                            labels.loops.insert(label, around);
                        }
                    }
                    _ => {}
                },
                Event::Leave(Node::Stmt(stmt)) if open.last() == Some(&stmt) => {
                    open.pop();
                }
                _ => {}
            }
            true
        });
        labels
    }
}
