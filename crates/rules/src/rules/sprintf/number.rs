//! Numbers by `strconv`.

use types::Basic;

use super::part::{Part, Value, Written};
use crate::format_verbs::Verb;

/// Digits behind the point up to which a text has room on the stack, where it is made there: since Go 1.25.
const MOST_DIGITS: u32 = 28;

/// The version from which on a floating-point number is one object, its text alone.
const FLOAT_ON_STACK: (u32, u32) = (1, 25);

/// How an integer is shown.
struct Shape {
    base: u32,
    upper: bool,
    /// What stands before the digits: a sign, `0x`.
    before: String,
    /// Bytes of the longest one.
    room: u32,
}

impl Shape {
    /// `None` where that depends on the value: what stands behind the sign, or a sign that only some have.
    fn of(verb: Verb, signed: bool) -> Option<Self> {
        let sharp = verb.sharp && verb.letter != 'v';
        let (base, upper, prefix, room) = match verb.letter {
            'd' => (10, false, "", 20),
            'v' if verb.sharp && !signed => (16, false, "0x", 17),
            'v' => (10, false, "", 20),
            'x' => (16, false, if sharp { "0x" } else { "" }, 17),
            'X' => (16, true, if sharp { "0X" } else { "" }, 17),
            'o' if !sharp => (8, false, "", 23),
            'O' if !sharp => (8, false, "0o", 23),
            'b' => (2, false, if sharp { "0b" } else { "" }, 65),
            _ => return None,
        };
        let sign = match verb {
            _ if verb.plus && verb.letter != 'v' => "+",
            _ if verb.space => " ",
            _ => "",
        };
        let before = format!("{sign}{prefix}");
        (!signed || before.is_empty()).then_some(Self { base, upper, before, room })
    }
}

impl Value<'_, '_> {
    pub(super) fn integer(&self, signed: bool, verb: Verb) -> Option<(String, Part)> {
        let Shape { base, upper, before, room } = Shape::of(verb, signed)?;
        let (what, name, basic) =
            if signed { ("Int", "int64", Basic::Int64) } else { ("Uint", "uint64", Basic::Uint64) };
        let value = self.converted(name, basic)?;
        let mut part = self.strconv(what, value, &format!(", {base}"), 1, room)?;
        if base == 10 && (self.cx.store.unalias(self.ty) == Basic::Int.id()) {
            // The package by the name that it has here.
            let strconv = part.string.split('.').next()?;
            part.string = format!("{strconv}.Itoa({})", self.source());
            let untyped = self.cx.store.is_untyped(self.cx.type_of(self.argument));
            if let Written::Append(_, tail, _) = &mut part.written {
                let value = if untyped {
                    self.source().to_owned()
                } else {
                    format!("int64({})", self.source())
                };
                *tail = format!(", {value}, 10)");
            }
        }
        let part = if upper { self.in_upper_case(part)? } else { part };
        Some((before, part))
    }

    pub(super) fn float(&self, bits: u32, verb: Verb) -> Option<Part> {
        let in_go_syntax = verb.letter == 'v';
        let (letter, default) = match verb.letter {
            'v' => ('g', -1),
            letter @ ('g' | 'G' | 'x' | 'X' | 'b') => (letter, -1),
            letter @ ('e' | 'E' | 'f') => (letter, 6),
            'F' => ('f', 6),
            _ => return None,
        };
        // A sign or digits that only some have.
        if (verb.plus || verb.sharp) && !in_go_syntax || verb.space {
            return None;
        }
        let precision = match verb.precision {
            Some(precision) if precision > MOST_DIGITS || letter == 'b' => return None,
            Some(precision) => i64::from(precision),
            None => default,
        };
        let objects = if self.cx.go() >= FLOAT_ON_STACK { 1 } else { 2 };
        let value = self.converted("float64", Basic::Float64)?;
        self.strconv("Float", value, &format!(", '{letter}', {precision}, {bits}"), objects, 24)
    }
}
