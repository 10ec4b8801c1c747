//! What functions may cost. The figures are those of `cmd/compile/internal/inline`, the same from Go 1.24 to 1.27.

use lower::ir::{Body, FuncId, Op};

/// What a function may cost.
pub(super) const MAX: i32 = 80;

/// What a function may cost that a profile has as a callee of calls that make up most of the time.
pub(super) const MAX_HOT: i32 = 2000;

/// What a function literal may cost that is called in one place only.
pub(super) const MAX_CALLED_ONCE: i32 = 10 * MAX;

/// What a call adds that is not inlined.
pub(super) const CALL: i32 = 57;

/// What a call of a parameter adds: inlining may show what it calls.
pub(super) const PARAM_CALL: i32 = 17;

/// What a panic adds.
pub(super) const PANIC: i32 = 1;

/// What a function literal adds.
pub(super) const CLOSURE: i32 = 15;

/// Number of nodes from which on a function counts as big.
const BIG: i64 = 5000;

/// What a callee of a big function may cost.
const MAX_IN_BIG: i32 = 20;

/// What a callee may cost where it is called.
pub(super) fn max_cost(in_big: bool, is_closure: bool, called_once: bool) -> i32 {
    let max = if in_big { MAX_IN_BIG } else { MAX };
    match (is_closure, called_once) {
        (false, _) => max,
        (true, false) => 2 * max,
        (true, true) => (2 * max).max(MAX_CALLED_ONCE),
    }
}

/// Whether a profile makes up for what a callee costs, where it has the call among the hot ones.
pub(super) fn is_made_up_for(in_big: bool, cost: i32, is_hot: impl FnOnce() -> bool) -> bool {
    !in_big && cost <= MAX_HOT && is_hot()
}

/// Whether a function is so big that little is inlined into it.
pub(super) fn is_big(body: &Body, func: FuncId) -> bool {
    // No node counts for more than two.
    if 2 * body.nodes.len() as i64 + 1 < BIG {
        return false;
    }
    let mut left = BIG;
    // The function itself is a node, too.
    left -= 1;
    body.any_in(func, &mut |id| {
        let node = &body.nodes[id];
        left += i64::from(super::cost::given_back(body, node));
        left -= match node.op {
            // It has its type as an operand.
            Op::MethExpr if node.x.is_none() => 2,
            _ => 1,
        };
        left <= 0
    })
}
