//! Conversions between strings and bytes that copy what need not be copied.

use escape::Allocated;
use fix::Plan;
use syntax::tree::ExprId;

use crate::{Context, Diagnosis};

/// A copy that need not be made.
pub(crate) struct Copy {
    /// What it is made for.
    pub(crate) message: &'static str,
    /// What to do instead.
    pub(crate) help: String,
    /// How, where that is shown to be the same.
    pub(crate) plan: Option<Plan>,
}

impl Copy {
    /// What to say of the conversion that makes it. A fix that would take a comment away is not offered.
    pub(crate) fn report(
        self,
        cx: &Context<'_>,
        conversion: ExprId,
        allocated: Option<Allocated>,
    ) -> Diagnosis {
        let mut diagnosis = Diagnosis::new(cx.span(conversion), self.message, self.help);
        diagnosis.cost = cx.cost_at(conversion, allocated.as_ref());
        diagnosis = diagnosis.allocating(allocated);
        let keeps_comments = |plan: &Plan| !plan.edits.iter().any(|e| cx.has_comment(e.span));
        diagnosis.fix = self.plan.filter(keeps_comments);
        diagnosis
    }
}
