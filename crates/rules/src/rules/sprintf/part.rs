//! What a verb makes of an argument, in other words: as a string, and as something to be written.

use syntax::tree::{Expr, ExprId};
use types::type_string::quote::quote;
use types::{Basic, Type, TypeId};

use crate::format_verbs::Verb;
use crate::{Context, Parent};

/// A part of a text.
pub(super) struct Part {
    /// As an expression of type `string`.
    pub(super) string: String,
    /// Objects that this makes, when it is not short.
    pub(super) objects: u32,
    /// How it is written.
    pub(super) written: Written,
    /// The package that both use.
    pub(super) imports: Option<&'static str>,
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
enum Kind {
    Bool,
    /// With its bits, and whether it has a sign.
    Int(u32, bool),
    Float(u32),
    String,
    Bytes,
}

impl Part {
    /// Text of the format.
    pub(super) fn text(text: &str) -> Self {
        let mut string = String::new();
        quote(&mut string, text);
        Self { string, objects: 0, written: Written::String, imports: None, argument: None }
    }

    /// Text of the format around an argument that is written out as well, as the same.
    pub(super) fn literal(cx: &Context<'_>, verb: Verb, argument: ExprId) -> Option<String> {
        if !verb.is_plain() || !matches!(cx.tree().expr(argument), Expr::Lit(_)) {
            return None;
        }
        match verb.letter {
            's' | 'v' if cx.is_string(argument) => cx.constant_string(argument),
            'd' | 'v' => cx.constant_int(argument).map(|number| number.to_string()),
            _ => None,
        }
    }

    /// Whether it is text of the format that is not empty.
    pub(super) fn is_text(&self) -> bool {
        self.argument.is_none()
    }

    /// What a verb makes of an argument.
    pub(super) fn of(cx: &Context<'_>, at: Parent, verb: Verb, argument: ExprId) -> Option<Self> {
        let ty = cx.store.default_type(cx.type_of(argument));
        let value = Value { cx, at, argument, ty };
        if verb.padded || value.has_methods(verb.letter) {
            return None;
        }
        match (value.kind()?, verb.letter) {
            (Kind::String, 's' | 'v') if verb.is_plain() => Some(value.part(
                value.converted("string", Basic::String)?,
                0,
                Written::String,
                None,
            )),
            (Kind::Bytes, 's') if verb.is_plain() => {
                let text = value.source();
                Some(value.part(
                    format!("string({text})"),
                    1,
                    Written::Bytes(text.to_owned()),
                    None,
                ))
            }
            (Kind::Bytes, 'x') if verb.is_plain() => value.hex(),
            (Kind::String, 'q') if !verb.sharp && verb.precision.is_none() => {
                value.quoted(verb.plus)
            }
            (Kind::Bool, 't' | 'v') if verb.is_plain() => {
                let text = value.converted("bool", Basic::Bool)?;
                value.strconv("Bool", text, "", 0, 5)
            }
            (Kind::Int(bits, _), 'c') if verb.is_plain() && bits <= 32 => value.character(),
            (Kind::Int(_, signed), letter) if !verb.plus && verb.precision.is_none() => {
                value.integer(signed, letter, verb.sharp)
            }
            (Kind::Float(bits), letter) if !verb.plus && !verb.sharp => {
                value.float(bits, letter, verb.precision)
            }
            _ => None,
        }
    }
}

/// An argument.
struct Value<'v, 'a> {
    cx: &'v Context<'a>,
    at: Parent,
    argument: ExprId,
    ty: TypeId,
}

impl Value<'_, '_> {
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
            _ => return None,
        })
    }

    /// Whether the type has a method that `fmt` may call for a verb.
    fn has_methods(&self, letter: char) -> bool {
        let has = |name| self.cx.has_selector(self.ty, name);
        let for_text = "vsxXq".contains(letter) && (has("Error") || has("String"));
        for_text || has("Format")
    }

    fn source(&self) -> &str {
        self.cx.source(self.cx.tree().unparen(self.argument))
    }

    /// The argument as a value of a predeclared type.
    fn converted(&self, name: &str, basic: Basic) -> Option<String> {
        let is_it = self.cx.store.unalias(self.ty) == basic.id();
        let untyped = self.cx.store.is_untyped(self.cx.type_of(self.argument));
        if is_it || untyped {
            return Some(self.source().to_owned());
        }
        self.cx.is_predeclared(name).then(|| format!("{name}({})", self.source()))
    }

    fn part(
        &self,
        string: String,
        objects: u32,
        written: Written,
        imports: Option<&'static str>,
    ) -> Part {
        Part { string, objects, written, imports, argument: Some(self.argument) }
    }

    /// `strconv.FormatInt(…)` and `strconv.AppendInt(dst, …)`.
    fn strconv(
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
        Some(self.part(string, objects, append, Some("strconv")))
    }

    fn integer(&self, signed: bool, letter: char, sharp: bool) -> Option<Part> {
        // With the bytes of the longest number.
        let (base, room) = match letter {
            'd' | 'v' if !sharp => (10, 20),
            'x' => (16, 17),
            'o' if !sharp => (8, 23),
            'b' if !sharp => (2, 65),
            _ => return None,
        };
        // Of a negative number, the sign comes first.
        if sharp && signed {
            return None;
        }
        let (what, name, basic) =
            if signed { ("Int", "int64", Basic::Int64) } else { ("Uint", "uint64", Basic::Uint64) };
        let untyped = self.cx.store.is_untyped(self.cx.type_of(self.argument));
        let value = if untyped { self.source().to_owned() } else { self.converted(name, basic)? };
        let mut part = self.strconv(what, value, &format!(", {base}"), 1, room)?;
        if base == 10 && (self.cx.store.unalias(self.ty) == Basic::Int.id()) {
            let strconv = self.cx.package_name("strconv", self.at)?;
            part.string = format!("{strconv}.Itoa({})", self.source());
            if let Written::Append(_, tail, _) = &mut part.written {
                let value = if untyped {
                    self.source().to_owned()
                } else {
                    format!("int64({})", self.source())
                };
                *tail = format!(", {value}, 10)");
            }
        }
        if sharp {
            part.string = format!("\"0x\" + {}", part.string);
            part.objects = 2;
            if let Written::Append(head, ..) = &mut part.written {
                // The prefix would need a write of its own.
                head.clear();
            }
        }
        Some(part)
    }

    fn float(&self, bits: u32, letter: char, precision: Option<u32>) -> Option<Part> {
        let (letter, default) = match letter {
            'v' => ('g', -1),
            'g' | 'G' => (letter, -1),
            'e' | 'E' | 'f' => (letter, 6),
            'F' => ('f', 6),
            _ => return None,
        };
        let precision = match precision {
            Some(precision) => i64::from(precision),
            None => default,
        };
        // What is on the stack since Go 1.25 has room for so much.
        if precision > 28 {
            return None;
        }
        let objects = if self.cx.go() >= (1, 25) { 1 } else { 2 };
        let value = self.converted("float64", Basic::Float64)?;
        self.strconv("Float", value, &format!(", '{letter}', {precision}, {bits}"), objects, 24)
    }

    fn quoted(&self, ascii: bool) -> Option<Part> {
        let strconv = self.cx.package_name("strconv", self.at)?;
        let suffix = if ascii { "ToASCII" } else { "" };
        let value = self.converted("string", Basic::String)?;
        let string = format!("{strconv}.Quote{suffix}({value})");
        let append =
            Written::Append(format!("{strconv}.AppendQuote{suffix}("), format!(", {value})"), 64);
        Some(self.part(string, 2, append, Some("strconv")))
    }

    fn character(&self) -> Option<Part> {
        let is_rune = matches!(
            self.cx.store.ty(self.cx.store.unalias(self.ty)),
            Type::Basic(Basic::Int32, _)
        );
        let value =
            if is_rune { self.source().to_owned() } else { format!("rune({})", self.source()) };
        if !self.cx.is_predeclared("rune") || !self.cx.is_predeclared("string") {
            return None;
        }
        // One of a single byte lies ready for `fmt`, and this makes an object of all.
        Some(self.part(format!("string({value})"), 2, Written::Rune(value), None))
    }

    fn hex(&self) -> Option<Part> {
        let hex =
            self.cx.package_name("encoding/hex", self.at).filter(|_| self.cx.has_since((1, 22)))?;
        let is_plain = matches!(
            self.cx.tree().expr(self.cx.tree().unparen(self.argument)),
            Expr::Ident(_) | Expr::Selector { .. } | Expr::Slice { .. }
        );
        let text = self.source();
        let append = Written::Append(format!("{hex}.AppendEncode("), format!(", {text})"), 64);
        is_plain.then(|| {
            self.part(format!("{hex}.EncodeToString({text})"), 2, append, Some("encoding/hex"))
        })
    }
}
