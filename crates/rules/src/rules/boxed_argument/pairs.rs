//! Alternating keys and values.

use syntax::tree::ExprId;
use types::Basic;

use super::basic;
use crate::context::Context;

/// What makes an attribute.
pub(super) enum Pair {
    /// A key and its value.
    Two(ExprId, ExprId),
    /// An attribute.
    Attr(ExprId),
    /// What cannot be told when compiling, or is wrong.
    Unclear(ExprId),
}

impl Pair {
    /// Keys and values as loggers put them together.
    pub(super) fn all(
        cx: &Context<'_>,
        arguments: &[ExprId],
        is_attr: impl Fn(ExprId) -> bool,
    ) -> Vec<Self> {
        let mut pairs = Vec::new();
        let mut rest = arguments.iter().copied();
        while let Some(first) = rest.next() {
            let key = basic(cx, cx.type_of(first));
            let pair = match key {
                _ if is_attr(first) => Self::Attr(first),
                Some(Basic::String | Basic::UntypedString) => match rest.next() {
                    Some(value) => Self::Two(first, value),
                    None => Self::Unclear(first),
                },
                // Of an interface it shows when it runs whether it is a key.
                _ => Self::Unclear(first),
            };
            let unclear = matches!(pair, Self::Unclear(_));
            pairs.push(pair);
            if unclear {
                pairs.extend(rest.map(Self::Unclear));
                break;
            }
        }
        pairs
    }

    /// The value, or the attribute.
    pub(super) fn value(&self) -> ExprId {
        match *self {
            Self::Two(_, value) => value,
            Self::Attr(x) | Self::Unclear(x) => x,
        }
    }

    /// Whether a key and its value are on one line, so that something can be set around both.
    pub(super) fn is_on_a_line(cx: &Context<'_>, key: ExprId, value: ExprId) -> bool {
        let line = |at: u32| cx.tree().lines.locate(at).line;
        line(cx.span(key).end) == line(cx.span(value).start)
    }
}
