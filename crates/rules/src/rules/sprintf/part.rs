//! What a verb makes of an argument, in other words: as a string, and as something to be written.

use syntax::tree::{Expr, ExprId};
use types::type_string::quote::quote;
use types::{Basic, Type, TypeId};

use super::constant;
use crate::format_verbs::Verb;
use crate::{Context, Parent};

/// A part of a text.
pub(super) struct Part {
    /// As an expression of type `string`.
    pub(super) string: String,
    /// Objects that this makes alone, when it is not short.
    pub(super) objects: u32,
    /// Objects that it makes in a sum.
    pub(super) in_sum: u32,
    /// Objects that it makes in a sum with a text that is not empty.
    pub(super) beside_text: u32,
    /// Objects that `fmt` makes on the way to the same text, beside the argument in an interface.
    pub(super) inside: u32,
    /// How it is written.
    pub(super) written: Written,
    /// The packages that are used.
    pub(super) imports: Vec<&'static str>,
    /// The argument; `None` for text of the format.
    pub(super) argument: Option<ExprId>,
}

/// How a part is written to a buffer.
pub(super) enum Written {
    /// By `WriteString`.
    String,
    /// By `Write`.
    Bytes(String),
    /// By `WriteRune`.
    Rune(String),
    /// Appended to a slice that has room for so many bytes as a rule, and written then: what is before the slice and behind it.
    Append(String, String, u32),
}

/// What kind of value is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Bool,
    /// With its bits, and whether it has a sign.
    Int(u32, bool),
    Float(u32),
    String,
    Bytes,
    /// With its length.
    ByteArray(u32),
}

/// Types of the standard library whose method `String` takes every value, and makes an object.
const WITH_TEXT: [(&str, &str); 2] = [("time", "Duration"), ("time", "Time")];

impl Part {
    /// Text of the format.
    pub(super) fn text(text: &str) -> Self {
        let mut string = String::new();
        quote(&mut string, text);
        Self {
            string,
            objects: 0,
            in_sum: 0,
            beside_text: 0,
            inside: 0,
            written: Written::String,
            imports: Vec::new(),
            argument: None,
        }
    }

    /// What a verb makes of a constant, as text of the format. `None` for one with a name that can stand in a sum by it.
    pub(super) fn known(cx: &Context<'_>, verb: Verb, argument: ExprId) -> Option<String> {
        cx.constant(argument)?;
        let is_literal = matches!(cx.tree().expr(cx.tree().unparen(argument)), Expr::Lit(_));
        let is_plain = verb.is_plain() && matches!(verb.letter, 's' | 'd' | 'v' | 't' | 'q');
        if !is_literal && is_plain {
            return None;
        }
        let value = Value::new(cx, Parent::Expr(argument), argument);
        if value.has_methods(verb) {
            return None;
        }
        constant::shown(cx, verb, argument, value.kind()?)
    }

    fn add_object(&mut self) {
        for objects in [&mut self.objects, &mut self.in_sum, &mut self.beside_text] {
            *objects += 1;
        }
    }

    /// Whether it is text of the format that is not empty.
    pub(super) fn is_text(&self) -> bool {
        self.argument.is_none()
    }

    /// What a verb makes of an argument, and the text that it sets before it.
    pub(super) fn of(
        cx: &Context<'_>,
        at: Parent,
        verb: Verb,
        argument: ExprId,
    ) -> Option<(String, Self)> {
        let value = Value::new(cx, at, argument);
        if value.has_methods(verb) {
            return value.described(verb).map(|part| (String::new(), part));
        }
        let before = |part| Some((String::new(), part));
        let uncut = verb.precision.is_none();
        match (value.kind()?, verb.letter) {
            (Kind::String, 's' | 'v') if uncut && verb.is_within(0) => {
                // In Go syntax, whatever the other flags are.
                let part = if verb.letter == 'v' && verb.sharp {
                    value.quoted(false)
                } else {
                    value.string()
                };
                before(part?)
            }
            (Kind::Bytes | Kind::ByteArray(_), 's') if uncut && verb.is_within(0) => {
                before(value.bytes_as_text()?)
            }
            (Kind::String | Kind::Bytes, 'q') if !verb.sharp && uncut && verb.is_within(2) => {
                before(value.quoted(verb.plus)?)
            }
            (kind @ (Kind::String | Kind::Bytes | Kind::ByteArray(_)), 'x' | 'X') => {
                let least = if let Kind::ByteArray(len) = kind { len.saturating_mul(2) } else { 0 };
                let plain = !verb.sharp && !verb.space && uncut && verb.is_within(least);
                before(if plain { value.hex(kind, verb.letter == 'X')? } else { return None })
            }
            (Kind::Bool, 't' | 'v') if uncut && verb.is_within(4) => {
                let text = value.converted("bool", Basic::Bool)?;
                before(value.strconv("Bool", text, "", 0, 5)?)
            }
            (Kind::Int(bits, _), 'c') if uncut && bits <= 32 && verb.is_within(1) => {
                before(value.character()?)
            }
            (Kind::Int(bits, _), 'q') if uncut && bits <= 32 && verb.is_within(3) => {
                before(value.quoted_character(verb.plus)?)
            }
            (Kind::Int(_, signed), _) if uncut && verb.is_within(1) => value.integer(signed, verb),
            (Kind::Float(bits), _) if verb.is_within(1) => before(value.float(bits, verb)?),
            _ => None,
        }
    }
}

/// An argument.
pub(super) struct Value<'v, 'a> {
    pub(super) cx: &'v Context<'a>,
    at: Parent,
    pub(super) argument: ExprId,
    pub(super) ty: TypeId,
}

impl<'v, 'a> Value<'v, 'a> {
    fn new(cx: &'v Context<'a>, at: Parent, argument: ExprId) -> Self {
        Self { cx, at, argument, ty: cx.store.default_type(cx.type_of(argument)) }
    }

    fn kind(&self) -> Option<Kind> {
        let word = self.cx.sizes().word.unsigned_abs() as u32 * 8;
        Some(match self.cx.store.under_ty(self.ty) {
            Type::Basic(basic, _) => match basic {
                Basic::Bool => Kind::Bool,
                Basic::String => Kind::String,
                Basic::Int => Kind::Int(word, true),
                Basic::Int8 => Kind::Int(8, true),
                Basic::Int16 => Kind::Int(16, true),
                Basic::Int32 => Kind::Int(32, true),
                Basic::Int64 => Kind::Int(64, true),
                Basic::Uint | Basic::Uintptr => Kind::Int(word, false),
                Basic::Uint8 => Kind::Int(8, false),
                Basic::Uint16 => Kind::Int(16, false),
                Basic::Uint32 => Kind::Int(32, false),
                Basic::Uint64 => Kind::Int(64, false),
                Basic::Float32 => Kind::Float(32),
                Basic::Float64 => Kind::Float(64),
                _ => return None,
            },
            Type::Slice(_) if self.cx.is_bytes(self.ty) => Kind::Bytes,
            Type::Array { elem, len } if is_byte(self.cx, *elem) => {
                Kind::ByteArray(u32::try_from(*len).ok()?)
            }
            _ => return None,
        })
    }

    /// Whether the type has a method that `fmt` may call for a verb.
    fn has_methods(&self, verb: Verb) -> bool {
        let has = |name| self.cx.has_selector(self.ty, name);
        let in_go_syntax = verb.letter == 'v' && verb.sharp;
        let for_text = "vsxXq".contains(verb.letter) && (has("Error") || has("String"));
        for_text || has("Format") || in_go_syntax && has("GoString")
    }

    pub(super) fn source(&self) -> &str {
        self.cx.source(self.cx.tree().unparen(self.argument))
    }

    /// The argument as a value of a predeclared type.
    pub(super) fn converted(&self, name: &str, basic: Basic) -> Option<String> {
        let own = self.cx.store.ty(self.cx.store.unalias(self.ty));
        let is_it = matches!(own, Type::Basic(own, _) if *own == basic);
        let untyped = self.cx.store.is_untyped(self.cx.type_of(self.argument));
        if is_it || untyped {
            return Some(self.source().to_owned());
        }
        self.cx.is_predeclared(name).then(|| format!("{name}({})", self.source()))
    }

    fn part(&self, string: String, objects: u32, written: Written) -> Part {
        Part {
            string,
            objects,
            in_sum: objects,
            beside_text: objects,
            inside: 0,
            written,
            imports: Vec::new(),
            argument: Some(self.argument),
        }
    }

    fn string(&self) -> Option<Part> {
        Some(self.part(self.converted("string", Basic::String)?, 0, Written::String))
    }

    /// A value of a type with a method `String` that is known to work for all of them.
    fn described(&self, verb: Verb) -> Option<Part> {
        let cx = self.cx;
        let (ty, tree) = (self.ty, cx.tree());
        let is_text = matches!(verb.letter, 's' | 'v') && !verb.sharp;
        let known = WITH_TEXT.iter().any(|&(package, name)| cx.is_type(ty, package, name));
        let is_value = !matches!(cx.store.ty(ty), Type::Pointer(_));
        let is_operand = matches!(
            tree.expr(tree.unparen(self.argument)),
            Expr::Ident(_) | Expr::Selector { .. } | Expr::Call { .. } | Expr::Index { .. }
        );
        let plain = is_text && verb.precision.is_none() && verb.is_within(0);
        if !known || !is_value || !is_operand || !plain || cx.constant(self.argument).is_some() {
            return None;
        }
        let mut part = self.part(format!("{}.String()", self.source()), 1, Written::String);
        part.inside = 1;
        Some(part)
    }

    /// `strconv.FormatInt(…)` and `strconv.AppendInt(dst, …)`.
    pub(super) fn strconv(
        &self,
        what: &str,
        value: String,
        rest: &str,
        objects: u32,
        room: u32,
    ) -> Option<Part> {
        let strconv = self.cx.package_name("strconv", self.at)?;
        let string = format!("{strconv}.Format{what}({value}{rest})");
        let append =
            Written::Append(format!("{strconv}.Append{what}("), format!(", {value}{rest})"), room);
        let mut part = self.part(string, objects, append);
        part.imports.push("strconv");
        Some(part)
    }

    /// A part whose string is put into upper case.
    pub(super) fn in_upper_case(&self, mut part: Part) -> Option<Part> {
        let strings = self.cx.package_name("strings", self.at)?;
        part.string = format!("{strings}.ToUpper({})", part.string);
        part.add_object();
        part.imports.push("strings");
        part.written = Written::String;
        Some(part)
    }

    /// A string or bytes between quotes.
    fn quoted(&self, ascii: bool) -> Option<Part> {
        let suffix = if ascii { "ToASCII" } else { "" };
        let bytes = self.cx.is_bytes(self.ty);
        let value = if bytes {
            self.cx.is_predeclared("string").then(|| format!("string({})", self.source()))?
        } else {
            self.converted("string", Basic::String)?
        };
        let mut part = self.with_quotes(&format!("Quote{suffix}"), &value, 64)?;
        if bytes {
            // The copy, which `fmt` makes as well.
            part.add_object();
            part.inside = 1;
            part.written = Written::String;
        }
        Some(part)
    }

    /// A character between quotes. What is no character is the one for that, in `fmt` as in `strconv`.
    fn quoted_character(&self, ascii: bool) -> Option<Part> {
        let suffix = if ascii { "ToASCII" } else { "" };
        let value = self.converted("rune", Basic::Int32)?;
        self.with_quotes(&format!("QuoteRune{suffix}"), &value, 16)
    }

    /// `strconv.Quote(…)` and `strconv.AppendQuote(dst, …)`.
    fn with_quotes(&self, function: &str, value: &str, room: u32) -> Option<Part> {
        let strconv = self.cx.package_name("strconv", self.at)?;
        let append =
            Written::Append(format!("{strconv}.Append{function}("), format!(", {value})"), room);
        let mut part = self.part(format!("{strconv}.{function}({value})"), 2, append);
        part.imports.push("strconv");
        Some(part)
    }

    fn character(&self) -> Option<Part> {
        let value = self.converted("rune", Basic::Int32)?;
        if !self.cx.is_predeclared("string") {
            return None;
        }
        // One of a single byte lies ready for `fmt`, and this makes an object of all; in a sum, none.
        let mut part = self.part(format!("string({value})"), 2, Written::Rune(value));
        (part.in_sum, part.beside_text) = (0, 0);
        Some(part)
    }

    /// Bytes as a slice: those of an array need a variable.
    fn bytes(&self) -> Option<String> {
        let is_array = matches!(self.kind()?, Kind::ByteArray(_));
        if !is_array {
            return Some(self.source().to_owned());
        }
        self.cx.root_variable(self.argument)?;
        Some(format!("{}[:]", self.source()))
    }

    /// Bytes as the text that they are.
    fn bytes_as_text(&self) -> Option<Part> {
        let bytes = self.bytes()?;
        let is_array = bytes.len() > self.source().len();
        let mut part = self.part(format!("string({bytes})"), 1, Written::Bytes(bytes));
        part.beside_text = 0;
        part.inside = u32::from(is_array);
        self.cx.is_predeclared("string").then_some(part)
    }

    fn hex(&self, kind: Kind, upper: bool) -> Option<Part> {
        let cx = self.cx;
        let hex = cx.package_name("encoding/hex", self.at).filter(|_| cx.has_since((1, 22)))?;
        let bytes = match kind {
            Kind::String => {
                cx.is_predeclared("byte").then(|| format!("[]byte({})", self.source()))?
            }
            _ => self.bytes()?,
        };
        let is_plain = matches!(
            cx.tree().expr(cx.tree().unparen(self.argument)),
            Expr::Ident(_) | Expr::Selector { .. } | Expr::Slice { .. }
        );
        if !is_plain {
            return None;
        }
        let append = Written::Append(format!("{hex}.AppendEncode("), format!(", {bytes})"), 64);
        let mut part = self.part(format!("{hex}.EncodeToString({bytes})"), 2, append);
        part.imports.push("encoding/hex");
        // What cannot be sliced where it is, `fmt` copies first.
        part.inside = u32::from(matches!(kind, Kind::ByteArray(_)));
        if upper { self.in_upper_case(part) } else { Some(part) }
    }
}

fn is_byte(cx: &Context<'_>, ty: TypeId) -> bool {
    matches!(cx.store.ty(cx.store.unalias(ty)), Type::Basic(Basic::Uint8, _))
}
