//! The length that a string will have, where it can be summed before the loop in which it grows.

use fix::Plan;
use syntax::tree::{AssignOp, ExprId, Stmt, StmtId};
use types::{Basic, ObjId, Type};

use super::Growth;
use crate::{Access, Context, Declaration, Parent};

/// What one turn of a loop adds.
#[derive(Default)]
struct Turn {
    /// Bytes of constants.
    constant: usize,
    /// Strings that are the same in each turn.
    same: Vec<String>,
    /// How often the element of the turn is added.
    elements: usize,
}

/// Bytes of what is put between elements: `, `.
const LONGEST_SEPARATOR: usize = 2;

/// Makes room before the loop for what the builder in the place of `variable` is going to hold. Does nothing where that
/// cannot be summed up cheaply: no more than a builder that grows is lost then.
pub(super) fn make_room(
    cx: &Context<'_>,
    variable: ObjId,
    around: StmtId,
    declaration: &Declaration,
    plan: &mut Plan,
) {
    let Some(text) = room(cx, variable, around, declaration) else { return };
    plan.insert(cx.stmt_span(around).start, text);
}

fn room(
    cx: &Context<'_>,
    variable: ObjId,
    around: StmtId,
    declaration: &Declaration,
) -> Option<String> {
    let Stmt::Range { key, value, op, x, body, .. } = cx.tree().stmt(around) else { return None };
    if op.is_some_and(|op| op != AssignOp::Define) {
        return None;
    }
    let strings = match cx.under(x) {
        Type::Slice(elem) => cx.store.unalias(*elem) == Basic::String.id(),
        _ => return None,
    };
    // Once, with the same elements, and where the sum is cheap to read.
    if cx.parents().stmt(declaration.stmt) != cx.parents().stmt(around)
        || !cx.is_pure(x, &mut Vec::new())
        || cx.mentions(x, variable)
        || cx.source(x).contains('\n')
    {
        return None;
    }
    let element = value.and_then(|value| cx.object(value)).filter(|_| strings);
    let own = [key.and_then(|key| cx.object(key)), element];
    let mut turn = Turn::default();
    let mut beside = 0;
    for &ident in cx.uses(variable) {
        let (Access::Update(stmt) | Access::Write(stmt)) = cx.access(ident) else { continue };
        let growth = Growth::of(cx, stmt)?;
        if !cx.is_within(Parent::Stmt(stmt), around) {
            // What comes before is there already when room is made.
            if cx.stmt_span(stmt).start > cx.stmt_span(around).start {
                beside += constant_length(cx, &growth.pieces)?;
            }
            continue;
        }
        if cx.loops(Parent::Stmt(stmt)).first() != Some(&around) {
            return None;
        }
        // What is added at times only may be never added, unless it is a separator.
        let always = cx.parents().stmt(stmt) == Parent::Stmt(body);
        if !always && constant_length(cx, &growth.pieces)? > LONGEST_SEPARATOR {
            return None;
        }
        for &piece in &growth.pieces {
            turn.add(cx, piece, around, own)?;
        }
    }
    turn.text(cx, variable, around, beside)
}

/// Bytes of pieces that are constant, all of them.
fn constant_length(cx: &Context<'_>, pieces: &[ExprId]) -> Option<usize> {
    pieces.iter().map(|&piece| Some(cx.constant_string(piece)?.len())).sum()
}

impl Turn {
    fn add(
        &mut self,
        cx: &Context<'_>,
        piece: ExprId,
        around: StmtId,
        [key, element]: [Option<ObjId>; 2],
    ) -> Option<()> {
        if let Some(text) = cx.constant_string(piece) {
            self.constant += text.len();
            return Some(());
        }
        let object = cx.object(piece)?;
        if Some(object) == element {
            self.elements += 1;
            return Some(());
        }
        // What it is before the loop, it is in the loop; if not, the room is too small or too large, and no more.
        let outside = cx.is_local_or_parameter(object) && cx.is_declared_outside(object, around);
        (outside && Some(object) != key).then(|| self.same.push(cx.source(piece).to_owned()))
    }

    /// The statements before the loop.
    fn text(
        &self,
        cx: &Context<'_>,
        variable: ObjId,
        around: StmtId,
        beside: usize,
    ) -> Option<String> {
        let Stmt::Range { value, x, .. } = cx.tree().stmt(around) else { return None };
        let (name, list) = (cx.store.obj(variable).name, cx.source(x));
        let indent = cx.indent(cx.stmt_span(around).start);
        let same = self.same.iter().map(|text| format!("len({text})"));
        if self.elements > 0 {
            let n = cx.local_name(&["n", "size", "length"], Parent::Stmt(around))?;
            let element = value.map(|value| cx.source(value))?;
            let of_element = match self.elements {
                1 => format!("len({element})"),
                times => format!("{times}*len({element})"),
            };
            let terms = std::iter::once(of_element).chain(same);
            let terms = terms.chain((self.constant > 0).then(|| self.constant.to_string()));
            let terms: Vec<String> = terms.collect();
            return Some(format!(
                "{n} := {beside}\n{indent}for _, {element} := range {list} {{\n{indent}\t{n} += {}\n{indent}}}\n\
                 {indent}{name}.Grow({n})\n{indent}",
                terms.join(" + ")
            ));
        }
        let constant = (self.constant > 0).then(|| self.constant.to_string());
        let terms: Vec<String> = constant.into_iter().chain(same).collect();
        let product = match &terms[..] {
            [] => return None,
            [only] => format!("{only}*len({list})"),
            // As gofmt spaces it: less the deeper it stands.
            several if beside > 0 => format!("({})*len({list})", several.join("+")),
            several => format!("({})*len({list})", several.join(" + ")),
        };
        let sum = match beside {
            0 => product.replacen("*len(", " * len(", 1),
            beside => format!("{beside} + {product}"),
        };
        Some(format!("{name}.Grow({sum})\n{indent}"))
    }
}
