//! Values of a fixed size, as `binary.Write` writes them: their bytes, and the statements that append them.

use fix::Plan;
use syntax::tree::{Expr, ExprId, UnaryOp};
use types::{Basic, ObjId, Type, TypeId};

use crate::{Context, Parent};

/// The most statements that a value is worth.
const MOST: usize = 32;

/// The most zeros that are written one by one.
const ZEROS: u64 = 8;

/// How deep structs and arrays are looked into.
const DEEPEST: u32 = 8;

/// Bytes of a value of a type of fixed size; `None` for others. A pointer stands for what it points to, as the value that is
/// handed on, not within another.
pub(super) fn size(cx: &Context<'_>, value: ExprId) -> Option<u64> {
    let ty = cx.type_of(value);
    let ty = match cx.store.ty(ty) {
        Type::Pointer(elem) => *elem,
        _ => ty,
    };
    size_of(cx, ty, DEEPEST)
}

/// Bytes of an element of a slice, where these have a fixed size.
pub(super) fn element_size(cx: &Context<'_>, slice: ExprId) -> Option<u64> {
    let Type::Slice(elem) = cx.under(slice) else { return None };
    size_of(cx, *elem, DEEPEST)
}

fn size_of(cx: &Context<'_>, ty: TypeId, depth: u32) -> Option<u64> {
    let depth = depth.checked_sub(1)?;
    if cx.store.is_type_param(ty) {
        return None;
    }
    match cx.store.under_ty(ty) {
        Type::Basic(Basic::Bool, _) => Some(1),
        Type::Basic(basic, _) => number_size(*basic),
        Type::Array { len, elem } => {
            u64::try_from(*len).ok()?.checked_mul(size_of(cx, *elem, depth)?)
        }
        Type::Struct(parts) => parts.fields.iter().try_fold(0_u64, |sum, &field| {
            sum.checked_add(size_of(cx, cx.store.obj_type(field), depth)?)
        }),
        _ => None,
    }
}

fn number_size(basic: Basic) -> Option<u64> {
    match basic {
        Basic::Int8 | Basic::Uint8 => Some(1),
        Basic::Int16 | Basic::Uint16 => Some(2),
        Basic::Int32 | Basic::Uint32 | Basic::Float32 => Some(4),
        Basic::Int64 | Basic::Uint64 | Basic::Float64 => Some(8),
        _ => None,
    }
}

/// Writes the statements that append a value.
pub(super) struct Appending<'a, 'p> {
    cx: &'a Context<'a>,
    plan: &'p mut Plan,
    at: Parent,
    buffer: &'a str,
    /// `binary.LittleEndian`
    order: &'a str,
    /// Statements, each on a line of its own.
    lines: Vec<String>,
    indent: String,
    /// Whether the value is behind a pointer, which may be nil.
    pub(super) may_panic: bool,
}

impl<'a, 'p> Appending<'a, 'p> {
    /// By a call of `binary.Write`, in one of the two orders; `None` for another.
    pub(super) fn of(
        cx: &'a Context<'a>,
        plan: &'p mut Plan,
        call: ExprId,
        buffer: &'a str,
    ) -> Option<Self> {
        let order = *cx.arguments(call).get(1)?;
        let Expr::Selector { sel, .. } = cx.tree().expr(cx.tree().unparen(order)) else {
            return None;
        };
        let object = cx.facts().uses[sel]?;
        let is_known = |name: &&str| cx.is_of_package(object, "encoding/binary", name);
        ["LittleEndian", "BigEndian"].iter().any(is_known).then(|| Self {
            cx,
            plan,
            at: Parent::Expr(call),
            buffer,
            order: cx.source(order),
            lines: Vec::new(),
            indent: cx.indent(cx.span(call).start).to_owned(),
            may_panic: false,
        })
    }

    /// The statements that append a value; `None` where it cannot be written in parts, or would be evaluated more than once.
    pub(super) fn statements(mut self, value: ExprId) -> Option<(String, bool)> {
        let cx = self.cx;
        let value = cx.tree().unparen(value);
        let (value, ty) = match (cx.store.ty(cx.type_of(value)), cx.tree().expr(value)) {
            (Type::Pointer(elem), Expr::Unary { op: UnaryOp::Addr, x }) => {
                (cx.tree().unparen(x), *elem)
            }
            (Type::Pointer(elem), _) => {
                self.may_panic = true;
                matches!(cx.store.under_ty(*elem), Type::Struct(_)).then_some((value, *elem))?
            }
            _ => (value, cx.type_of(value)),
        };
        if matches!(cx.store.under_ty(ty), Type::Basic(..)) {
            let needs_no_room = self.number(cx.source(value), ty, cx.constant(value).is_some())?;
            self.lines.push(needs_no_room);
        } else {
            let text = self.named(value)?;
            match cx.store.under_ty(ty) {
                Type::Slice(elem) => self.elements(&text, *elem, true)?,
                _ => self.value(&text, ty)?,
            }
        }
        (self.lines.len() <= MOST).then(|| (self.lines.join("\n"), self.may_panic))
    }

    /// A name or path for a value that is used more than once.
    fn named(&mut self, value: ExprId) -> Option<String> {
        let cx = self.cx;
        if matches!(cx.tree().expr(value), Expr::Composite { .. }) {
            let name = cx.local_name(&["fields", "record", "parts"], self.at)?;
            self.line(&format!("{name} := {}", cx.source(value)));
            return Some(name.to_owned());
        }
        let mut variables: Vec<ObjId> = Vec::new();
        let is_path = matches!(cx.tree().expr(value), Expr::Ident(_) | Expr::Selector { .. });
        (is_path && cx.is_pure(value, &mut variables)).then(|| cx.source(value).to_owned())
    }

    fn line(&mut self, text: &str) {
        let indent = if self.lines.is_empty() { "" } else { &self.indent };
        self.lines.push(format!("{indent}{text}"));
    }

    fn value(&mut self, text: &str, ty: TypeId) -> Option<()> {
        let cx = self.cx;
        if self.lines.len() > MOST {
            return None;
        }
        match cx.store.under_ty(ty) {
            Type::Basic(..) => {
                let line = self.number(text, ty, false)?;
                self.line(&line);
            }
            Type::Array { elem, .. } => self.elements(text, *elem, false)?,
            Type::Struct(parts) => {
                for &field in &parts.fields {
                    self.field(text, field)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn field(&mut self, text: &str, field: ObjId) -> Option<()> {
        let cx = self.cx;
        let object = cx.store.obj(field);
        let ty = cx.store.obj_type(field);
        let buffer = self.buffer;
        if object.name.is_blank() {
            let line = match size_of(cx, ty, DEEPEST)? {
                0 => return Some(()),
                zeros @ ..=ZEROS => {
                    format!("{buffer} = append({buffer}{})", ", 0".repeat(zeros as usize))
                }
                zeros => format!("{buffer} = append({buffer}, make([]byte, {zeros})...)"),
            };
            self.line(&line);
            return Some(());
        }
        let is_seen = object.is_exported() || object.pkg == Some(cx.package.checked.pkg);
        if !is_seen {
            return None;
        }
        self.value(&format!("{text}.{}", object.name), ty)
    }

    /// The elements of an array that can be sliced, or of a slice.
    fn elements(&mut self, text: &str, elem: TypeId, is_slice: bool) -> Option<()> {
        let cx = self.cx;
        let buffer = self.buffer;
        if matches!(cx.store.ty(cx.store.unalias(elem)), Type::Basic(Basic::Uint8, _)) {
            let all = if is_slice { "" } else { "[:]" };
            self.line(&format!("{buffer} = append({buffer}, {text}{all}...)"));
            return Some(());
        }
        let name = cx.local_name(&["v", "value", "elem", "item"], self.at)?;
        self.line(&format!("for _, {name} := range {text} {{"));
        self.indent.push('\t');
        self.value(name, elem)?;
        self.indent.pop();
        self.line("}");
        Some(())
    }

    /// The statement that appends a number.
    fn number(&mut self, text: &str, ty: TypeId, is_constant: bool) -> Option<String> {
        let cx = self.cx;
        let Type::Basic(basic, _) = cx.store.under_ty(ty) else { return None };
        let bytes = number_size(*basic)?;
        if cx.store.is_type_param(ty) {
            return None;
        }
        let is =
            |to: Basic| matches!(cx.store.ty(cx.store.unalias(ty)), Type::Basic(b, _) if *b == to);
        // A negative constant does not convert.
        let fits = |to: Basic| is(to) || !is_constant;
        let convert = |to: Basic| {
            let name =
                if to == Basic::Uint8 { "byte".to_owned() } else { cx.store.type_string(to.id()) };
            if is(to) { text.to_owned() } else { format!("{name}({text})") }
        };
        let (to, value) = match basic {
            Basic::Float32 | Basic::Float64 => {
                self.plan.needs("math");
                let math = cx.package_name("math", self.at)?;
                (*basic, format!("{math}.Float{}bits({})", 8 * bytes, convert(*basic)))
            }
            _ => {
                let to = match bytes {
                    1 => Basic::Uint8,
                    2 => Basic::Uint16,
                    4 => Basic::Uint32,
                    _ => Basic::Uint64,
                };
                (to, convert(to))
            }
        };
        let (buffer, order) = (self.buffer, self.order);
        fits(to).then(|| match bytes {
            1 => format!("{buffer} = append({buffer}, {value})"),
            _ => format!("{buffer} = {order}.AppendUint{}({buffer}, {value})", 8 * bytes),
        })
    }
}
