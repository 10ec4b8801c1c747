//! # Maps filled in a loop without a size hint
//!
//! ## What it does
//!
//! Finds a map that is made without a size and then filled by `m[k] = v` in a loop whose number of turns is known before
//! it starts: over a slice, an array, another map, an integer, or `for i := 0; i < n; i++`.
//!
//! ## Why it costs
//!
//! A map starts with room for 8 entries. Each time that it is full it takes twice the room, moves all entries there, and
//! leaves the old room to the garbage collector.
//!
//! Measured with 1000 entries of `map[int]int` (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `make(map[int]int)` | 103 µs, 86545 B, 64 allocs | 95 µs, 74264 B, 20 allocs |
//! | `make(map[int]int, len(ids))` | 40 µs, 41096 B, 6 allocs | 41 µs, 36944 B, 5 allocs |
//!
//! The cost of a finding is what growing takes beyond what the map takes with the hint. Where the number of entries is not
//! known when compiling, it is that of 64.
//!
//! ## Example
//!
//! ```go
//! func byID(users []User) map[int]User {
//! 	m := make(map[int]User)
//! 	for _, u := range users {
//! 		m[u.ID] = u
//! 	}
//! 	return m
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func byID(users []User) map[int]User {
//! 	m := make(map[int]User, len(users))
//! 	for _, u := range users {
//! 		m[u.ID] = u
//! 	}
//! 	return m
//! }
//! ```
//!
//! ## When not to
//!
//! Where far fewer keys than turns are expected, since the room is taken at once. So loops that count or group (`m[k]++`,
//! `m[k] = append(m[k], v)`), that ask the map before they add to it, or whose keys have few values (`m[i%16]`, one byte,
//! a truth value) are not reported. Nor are maps of at most 8 entries, for which there is room anyway, loops over strings,
//! channels and iterators, whose number of turns is not known, maps that already have a size, and code that runs once.
//!
//! ## The fix
//!
//! The hint is added where the map is made: `make(map[K]V, n)` for `make(map[K]V)` and `map[K]V{}`. It is safe: a hint
//! changes nothing but when memory is taken (a negative one counts as 0). It is a suggestion where only some turns add an
//! entry, where the loop may end early, and where the key is the result of a call. There is none where the number cannot be
//! computed where the map is made.
//!
//! ## Go versions
//!
//! All. Go 1.24 replaced the implementation: fewer objects, and again less with the hint.
//!
//! ## References
//!
//! - [Making slices, maps and channels](https://go.dev/ref/spec#Making_slices_maps_and_channels) in the language specification
//! - [Faster Go maps with Swiss tables](https://go.dev/blog/swisstable)
//! - `internal/runtime/maps.(*table).grow` and `rehash` (`runtime.hashGrow` before Go 1.24), which are what a profile shows

use escape::allocation::Operation;
use fix::{Applicability, Plan};
use memory::{Allocation, Layout};
use syntax::tree::{AssignOp, BinaryOp, Decl, Expr, ExprId, Spec, Stmt, StmtId};
use types::{Builtin, ObjId, Type};

use crate::turns::Turns;
use crate::{
    Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier, value_layout,
};

pub(crate) struct MapWithoutSize;

pub(crate) static RULE: MapWithoutSize = MapWithoutSize;

/// The number of entries that a cost is given for where it is not known.
const TYPICAL_COUNT: u64 = 64;

impl Rule for MapWithoutSize {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH019",
            name: "map-without-size",
            tier: Tier::Profile,
            since: "0.1.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Range, Kind::For]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(around) = node else { return };
        let filled = filled_in(cx, around);
        if filled.is_empty() || !cx.asks_for(Tier::Profile) {
            return;
        }
        if cx.at_most_one_turn(around) || cx.runs_once(Parent::Stmt(around)) {
            return;
        }
        let Some(turns) = Turns::of(cx, around) else { return };
        for map in filled {
            let filling = Filling::of(cx, around, map);
            found.extend(filling.and_then(|filling| filling.diagnose(cx, &turns)));
        }
    }
}

/// A statement `m[k] = v`.
struct Insert {
    stmt: StmtId,
    map: ExprId,
    key: ExprId,
}

impl Insert {
    fn of(cx: &Context<'_>, stmt: StmtId) -> Option<Self> {
        let tree = cx.tree();
        let Stmt::Assign { lhs, op: AssignOp::Assign, .. } = tree.stmt(stmt) else { return None };
        if lhs.len() != 1 {
            return None;
        }
        let Expr::Index { x, indices, .. } = tree.expr(tree.unparen(tree.list_get(lhs, 0)?)) else {
            return None;
        };
        let is_map = matches!(cx.under(x), Type::Map { .. });
        is_map.then_some(Self { stmt, map: x, key: tree.list_get(indices, 0)? })
    }
}

/// The maps that are added to directly in this loop, not in one within it, one expression for each.
fn filled_in(cx: &Context<'_>, around: StmtId) -> Vec<ExprId> {
    let Some(body) = cx.loop_body(around) else { return Vec::new() };
    let mut maps: Vec<ExprId> = Vec::new();
    for stmt in cx.descendants(body) {
        let Some(insert) = Insert::of(cx, stmt) else { continue };
        let own = cx.innermost_loop(Parent::Stmt(stmt)) == Some(around);
        if own && !maps.iter().any(|&map| cx.is_same_place(map, insert.map)) {
            maps.push(insert.map);
        }
    }
    maps.sort_unstable_by_key(|&map| cx.span(map).start);
    maps
}

/// A map that a loop fills.
struct Filling {
    around: StmtId,
    map: ExprId,
    made: Made,
    /// Entries in each turn, as far as they are certain; one if none is.
    per_turn: u64,
    /// Whether each turn adds that many and all turns run.
    certain: bool,
    /// Whether a key is the result of a call, so that nothing is known of how many there are.
    called: bool,
}

/// How the map comes to be.
struct Made {
    stmt: StmtId,
    value: ExprId,
    form: Form,
}

/// The text that makes an empty map.
enum Form {
    /// `make(M)`, with its type
    Make(ExprId),
    /// `make(M, 0)`, with the place of the 0
    MakeZero(ExprId),
    /// `M{}`, with its type
    Literal(ExprId),
}

impl Filling {
    fn of(cx: &Context<'_>, around: StmtId, map: ExprId) -> Option<Self> {
        let variable = cx.root_variable(map)?;
        let made = Made::before(cx, around, map)?;
        let mut filling = Self {
            around,
            map,
            made,
            per_turn: 0,
            certain: !cx.may_end_early(around),
            called: false,
        };
        let body = cx.loop_body(around)?;
        let mut inserts = Vec::new();
        for stmt in cx.descendants(body) {
            let Some(insert) = Insert::of(cx, stmt) else { continue };
            if !cx.is_same_place(insert.map, map) {
                continue;
            }
            if cx.innermost_loop(Parent::Stmt(stmt)) != Some(around) {
                return None;
            }
            inserts.push(insert);
        }
        if is_used_otherwise(cx, around, variable, map, &inserts) {
            return None;
        }
        let mut adds = false;
        for insert in inserts {
            if !varies(cx, insert.key, around) {
                continue;
            }
            if has_few_values(cx, insert.key) {
                return None;
            }
            // Of branches one is taken, which adds one.
            if cx.runs_in_each_turn(insert.stmt, around) {
                filling.per_turn += 1;
            } else {
                filling.certain = false;
            }
            filling.called |= has_call(cx, insert.key);
            adds = true;
        }
        filling.per_turn = filling.per_turn.max(1);
        adds.then_some(filling)
    }

    fn diagnose(&self, cx: &Context<'_>, turns: &Turns) -> Option<Diagnosis> {
        // Of a string, the number of turns is far below that of its bytes at times.
        if !turns.exact {
            return None;
        }
        let known = turns.constant.map(|count| count.saturating_mul(self.per_turn));
        let operation = match self.made.form {
            Form::Literal(_) => Operation::MapLiteral,
            _ => Operation::MakeMap,
        };
        let reported = cx.tree().report_pos(cx.tree().unparen(self.made.value));
        let on_stack =
            cx.allocated(reported, operation).is_some_and(|made| made.allocates.is_never());
        let growing = self.growing(cx)?;
        let (wasted, sized) = wasted(cx, self.map, known.unwrap_or(TYPICAL_COUNT), on_stack)?;
        if wasted.is_none() {
            return None;
        }
        let name = cx.source(self.map);
        let count = turns.count(self.per_turn);
        let (length, help) = match &count {
            Some(count) => (
                format!("{}: {count}", if self.certain { "known" } else { "bounded" }),
                format!("make `{name}` with room for {count}"),
            ),
            None => (
                "that of what the loop ranges over".to_owned(),
                format!(
                    "keep what the loop ranges over in a variable, and make `{name}` with room for its length"
                ),
            ),
        };
        let head = cx.loop_head(self.around);
        let mut diagnosis = Diagnosis::new(
            cx.span(self.made.value),
            format!(
                "`{name}` is moved each time that it outgrows its room, though its size is {length}"
            ),
            help,
        )
        .because(head, "each turn of this loop may add to it");
        diagnosis.allocates = growing;
        diagnosis.cost = Cost::per_call(u32::try_from(wasted.objects()).unwrap_or(u32::MAX));
        if known.is_some() && sized {
            diagnosis.cost = diagnosis.cost.of_bytes(wasted.bytes());
        }
        diagnosis.fix = count.and_then(|count| self.fix(cx, turns, &count));
        Some(diagnosis)
    }

    /// Whether adding allocates; `None` where the compiler leaves it out.
    fn growing(&self, cx: &Context<'_>) -> Option<crate::Allocates> {
        let Some(within) = cx.allocated_within(self.around) else {
            return Some(crate::Allocates::Sometimes);
        };
        let mut inserts =
            within.iter().filter(|(_, operation, _)| *operation == Operation::MapInsert);
        inserts
            .any(|(_, _, insert)| !insert.allocates.is_never())
            .then_some(crate::Allocates::Sometimes)
    }

    fn fix(&self, cx: &Context<'_>, turns: &Turns, count: &str) -> Option<Plan> {
        if !turns.hold_at(cx, self.made.stmt, self.around) {
            return None;
        }
        let sure = self.certain && !self.called;
        let applicability = if sure { Applicability::Safe } else { Applicability::Suggestion };
        let mut plan = Plan::new(applicability, format!("Make room for {count} entries"));
        match self.made.form {
            Form::Make(ty) => plan.insert(cx.span(ty).end, format!(", {count}")),
            Form::MakeZero(zero) => plan.replace(cx.span(zero), count),
            Form::Literal(ty) => {
                let span = cx.span(self.made.value);
                if cx.has_comment(span) || !cx.is_predeclared("make") {
                    return None;
                }
                plan.replace(span, format!("make({}, {count})", cx.source(ty)));
            }
        }
        Some(plan)
    }
}

impl Made {
    /// The last statement before a loop, in the same block, that gives the map its value, if that is an empty map.
    fn before(cx: &Context<'_>, around: StmtId, map: ExprId) -> Option<Self> {
        let outer = cx.labeled(around);
        let Parent::Stmt(block) = cx.parents().stmt(outer) else { return None };
        let statements = cx.statements(block);
        let at = statements.iter().position(|&stmt| stmt == outer)?;
        let setting =
            statements[..at].iter().rev().find_map(|&stmt| Some((stmt, value_set(cx, stmt, map)?)));
        let (stmt, value) = setting?;
        let form = Form::of(cx, value?)?;
        Some(Self { stmt, value: value?, form })
    }
}

/// The value that a statement gives to a map, `Some(None)` where it may give it any; `None` where it does not set it.
fn value_set(cx: &Context<'_>, stmt: StmtId, map: ExprId) -> Option<Option<ExprId>> {
    let tree = cx.tree();
    match tree.stmt(stmt) {
        Stmt::Assign { lhs, rhs, .. } => {
            let at = tree.list(lhs).position(|x| cx.is_same_place(x, map))?;
            Some(if lhs.len() == rhs.len() { tree.list_get(rhs, at) } else { None })
        }
        Stmt::Decl(decl) => {
            let Decl::Gen { specs, .. } = tree.decl(decl) else { return None };
            let object = cx.object(map)?;
            tree.list(specs).find_map(|spec| {
                let Spec::Value { names, values, .. } = tree.spec(spec) else { return None };
                let at = tree.list(names).position(|name| cx.facts().defs[name] == Some(object))?;
                Some(if names.len() == values.len() { tree.list_get(values, at) } else { None })
            })
        }
        // A block, a branch or a loop that sets it somewhere within.
        _ => {
            let sets = |inner: StmtId| match tree.stmt(inner) {
                Stmt::Assign { lhs, .. } => tree.list(lhs).any(|x| cx.is_same_place(x, map)),
                _ => false,
            };
            cx.descendants(stmt).any(sets).then_some(None)
        }
    }
}

impl Form {
    fn of(cx: &Context<'_>, value: ExprId) -> Option<Self> {
        let value = cx.tree().unparen(value);
        if !matches!(cx.under(value), Type::Map { .. }) {
            return None;
        }
        match cx.tree().expr(value) {
            Expr::Composite { ty: Some(ty), elems, .. } if elems.is_empty() => {
                Some(Self::Literal(ty))
            }
            Expr::Call { .. } if cx.callee(value) == Some(Callee::Builtin(Builtin::Make)) => {
                match cx.arguments(value)[..] {
                    [ty] => Some(Self::Make(ty)),
                    [_, size] if cx.constant_int(size) == Some(0) => Some(Self::MakeZero(size)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Whether a loop does anything else with a map than to add to it: then it may hold more or less than the loop has turns.
fn is_used_otherwise(
    cx: &Context<'_>,
    around: StmtId,
    variable: ObjId,
    map: ExprId,
    inserts: &[Insert],
) -> bool {
    let span = cx.stmt_span(around);
    let adds = |at: u32| inserts.iter().any(|insert| cx.span(insert.map).contains(at));
    let whole = cx.object(map).is_some();
    cx.uses(variable).iter().any(|&ident| {
        let at = cx.tree().ident(ident).pos;
        if !span.contains(at) || adds(at) {
            return false;
        }
        // Other fields of what has the map do not matter, as far as it is not handed on as a whole.
        whole || !cx.parents().ident(ident).is_some_and(|expr| is_other_field(cx, expr, map))
    })
}

/// Whether an expression stands at the beginning of a field that is not the map.
fn is_other_field(cx: &Context<'_>, expr: ExprId, map: ExprId) -> bool {
    let mut at = expr;
    let mut selects = false;
    while let (_, Parent::Expr(outer)) = cx.around(at)
        && matches!(cx.tree().expr(outer), Expr::Selector { .. })
    {
        if cx.is_same_place(outer, map) {
            return false;
        }
        selects = true;
        at = outer;
    }
    selects && !matches!(cx.under(at), Type::Signature(_))
}

/// Whether an expression mentions a variable that a loop declares, in its head or in its body.
fn varies(cx: &Context<'_>, expr: ExprId, around: StmtId) -> bool {
    let span = cx.stmt_span(around);
    cx.any_within(expr, |inner| {
        let object = cx.object(inner);
        object.and_then(|object| cx.declared_at(object)).is_some_and(|at| span.contains(at))
    })
}

/// Whether a key is known to have few values: it is of one byte, or what is left of a division, a shift or a mask.
fn has_few_values(cx: &Context<'_>, key: ExprId) -> bool {
    use BinaryOp::{And, AndNot, Div, Rem, Shr};
    cx.size_of(cx.type_of(key)).is_some_and(|size| size <= 1)
        || cx.any_within(key, |inner| {
            matches!(cx.tree().expr(inner), Expr::Binary { op: And | AndNot | Div | Rem | Shr, .. })
        })
}

fn has_call(cx: &Context<'_>, key: ExprId) -> bool {
    cx.any_within(key, |inner| {
        matches!(cx.callee(inner), Some(Callee::Function(_) | Callee::Dynamic))
    })
}

/// What a map takes until it has so many entries, beyond what it takes with a hint, and whether the sizes of keys and
/// values are known; those that are not are counted as one word.
fn wasted(
    cx: &Context<'_>,
    map: ExprId,
    entries: u64,
    on_stack: bool,
) -> Option<(Allocation, bool)> {
    let Type::Map { key, value } = cx.under(map) else { return None };
    let layout = |ty| value_layout(cx.store, cx.sizes(), ty);
    let (key, value) = (layout(*key), layout(*value));
    let word = cx.sizes().word.unsigned_abs();
    let or_word = |part: Option<Layout>| part.unwrap_or(Layout::plain(word, word));
    let of =
        |hint| cx.target().map(or_word(key), or_word(value), hint, entries, on_stack).allocation;
    Some((of(0).beyond(&of(entries)), key.is_some() && value.is_some()))
}
