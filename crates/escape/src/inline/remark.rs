//! What the inliner has to say.

use lower::ir::{Body, InstId, NodeId, Pos, Wording};
use lower::names::Naming;
use types::TypeId;

use super::callee::Callee;
use super::verdict::Reason;

/// Something that was done, or not, to a function of a body.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Remark {
    /// Where; as reported, the outermost call that it was inlined for.
    pub pos: Pos,
    /// What.
    pub kind: RemarkKind,
}

/// What a [`Remark`] says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum RemarkKind {
    /// `can inline F`: of a function literal that came with an inlined call.
    CanInline {
        /// The function.
        function: Callee,
        /// Its cost, in nodes.
        cost: i32,
    },
    /// `cannot inline F: …`: of a function literal that came with an inlined call.
    CannotInline {
        /// The function.
        function: Callee,
        /// Why.
        reason: Reason,
    },
    /// `inlining call to F`
    InliningCall(Callee),
    /// `cannot inline F into G: repeated recursive cycle`
    Recursive {
        /// The function that would be inlined.
        callee: Callee,
        /// The one that calls it.
        caller: Callee,
    },
    /// `function F considered 'big'; reducing max cost of inlinees`
    Big(Callee),
    /// `devirtualizing x.m to T`
    Devirtualizing {
        /// `x.m`, a node that stays in the body.
        selector: NodeId,
        /// The concrete type.
        ty: TypeId,
        /// Whether the method is one of an interface that the type embeds: `partially devirtualizing`.
        partially: bool,
    },
    /// `cannot devirtualize x.m(): shaped receiver T`
    ShapedReceiver {
        /// The call.
        call: NodeId,
        /// The type.
        ty: TypeId,
    },
    /// `cannot devirtualize x.m(): shaped interface T`
    ShapedInterface {
        /// The call.
        call: NodeId,
        /// The type.
        ty: TypeId,
    },
    /// `skip inlining within testing.B.loop for …`, up to Go 1.25.
    BenchmarkLoop(NodeId),
}

impl Remark {
    /// As [`Self::text`], as `-gcflags=-m` words it; `None` where only `-m=2` says it.
    #[must_use]
    pub fn brief(
        &self,
        body: &Body,
        inst: InstId,
        naming: &Naming<'_>,
        wording: &Wording<'_>,
    ) -> Option<String> {
        match self.kind {
            RemarkKind::CanInline { .. } => {
                let text = self.text(body, inst, naming, wording);
                let end = text.rfind(" with cost ").unwrap_or(text.len());
                Some(text[..end].to_owned())
            }
            RemarkKind::CannotInline { .. }
            | RemarkKind::Recursive { .. }
            | RemarkKind::Big(_) => None,
            RemarkKind::InliningCall(_)
            | RemarkKind::BenchmarkLoop(_)
            | RemarkKind::Devirtualizing { .. }
            | RemarkKind::ShapedReceiver { .. }
            | RemarkKind::ShapedInterface { .. } => {
                Some(self.text(body, inst, naming, wording))
            }
        }
    }

    /// The line, without the place before it. `body` is that of the declared function `inst`.
    #[must_use]
    pub fn text(
        &self,
        body: &Body,
        inst: InstId,
        naming: &Naming<'_>,
        wording: &Wording<'_>,
    ) -> String {
        let name = |function| match function {
            Callee::Declared(inst) => naming.function(inst),
            Callee::Closure(func) => naming.qualified(body, inst, func),
        };
        let node = |id| body.text(wording, id);
        let ty = |ty| wording.type_text(ty);
        match self.kind {
            RemarkKind::CanInline { function, cost } => {
                format!("can inline {} with cost {cost}", name(function))
            }
            RemarkKind::CannotInline { function, reason } => {
                format!("cannot inline {}: {reason}", name(function))
            }
            RemarkKind::InliningCall(callee) => format!("inlining call to {}", name(callee)),
            RemarkKind::Recursive { callee, caller } => {
                let (callee, caller) = (name(callee), name(caller));
                format!("cannot inline {callee} into {caller}: repeated recursive cycle")
            }
            RemarkKind::Big(function) => format!(
                "function {} considered 'big'; reducing max cost of inlinees",
                name(function)
            ),
            RemarkKind::Devirtualizing { selector, ty: to, partially } => {
                let partially = if partially { "partially " } else { "" };
                format!("{partially}devirtualizing {} to {}", node(selector), ty(to))
            }
            RemarkKind::ShapedReceiver { call, ty: of } => {
                format!("cannot devirtualize {}: shaped receiver {}", node(call), ty(of))
            }
            RemarkKind::ShapedInterface { call, ty: of } => {
                format!("cannot devirtualize {}: shaped interface {}", node(call), ty(of))
            }
            RemarkKind::BenchmarkLoop(id) => {
                format!("skip inlining within testing.B.loop for {}", node(id))
            }
        }
    }
}
