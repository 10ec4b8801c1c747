//! What `fmt` makes of constants, widths included: it is known when compiling.

use syntax::tree::ExprId;
use types::constant;

use super::part::Kind;
use crate::Context;
use crate::format_verbs::Verb;

/// The most characters of a text that is written out in place of its format.
const LONGEST: usize = 200;

/// The text for a constant of a kind; `None` where it is not told here.
pub(super) fn shown(cx: &Context<'_>, verb: Verb, argument: ExprId, kind: Kind) -> Option<String> {
    if verb.width.unwrap_or(0).max(verb.precision.unwrap_or(0)) as usize > LONGEST {
        return None;
    }
    let text = match kind {
        Kind::Int(_, signed) => integer(verb, whole(cx.constant(argument)?)?, signed)?,
        Kind::String => string(verb, &cx.constant_string(argument)?)?,
        Kind::Bool if matches!(verb.letter, 't' | 'v') && !verb.zero => {
            padded(verb, cx.constant(argument)?.as_bool()?.to_string())
        }
        _ => return None,
    };
    (text.chars().count() <= LONGEST).then_some(text)
}

fn whole(value: &constant::Value) -> Option<i128> {
    let int = value.as_int()?;
    int.as_i64().map(i128::from).or_else(|| int.as_u64().map(i128::from))
}

/// The text with as many spaces before or behind it as the width asks for.
fn padded(verb: Verb, text: String) -> String {
    let width = verb.width.unwrap_or(0) as usize;
    let spaces = " ".repeat(width.saturating_sub(text.chars().count()));
    if verb.minus { text + &spaces } else { spaces + &text }
}

fn string(verb: Verb, text: &str) -> Option<String> {
    // Since which version zeros are set before strings, and whether behind them, differs.
    if verb.zero {
        return None;
    }
    match verb.letter {
        's' => {}
        'v' if !verb.sharp => {}
        _ => return None,
    }
    let cut = match verb.precision {
        Some(most) => text.chars().take(most as usize).collect(),
        None => text.to_owned(),
    };
    Some(padded(verb, cut))
}

fn integer(verb: Verb, value: i128, signed: bool) -> Option<String> {
    if verb.letter == 'c' {
        let c = u32::try_from(value).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
        return (!verb.zero).then(|| padded(verb, c.to_string()));
    }
    if verb.letter == 'U' {
        let least = verb.precision.unwrap_or(0).max(4) as usize;
        let fits = value >= 0 && !verb.sharp && !verb.zero;
        return fits.then(|| padded(verb, format!("U+{value:0least$X}")));
    }
    let in_go_syntax = verb.letter == 'v' && verb.sharp && !signed;
    let sharp = verb.sharp && verb.letter != 'v' || in_go_syntax;
    let plus = verb.plus && verb.letter != 'v';
    let absolute = value.unsigned_abs();
    let mut digits = match verb.letter {
        'v' if in_go_syntax => format!("{absolute:x}"),
        'd' | 'v' => absolute.to_string(),
        'x' => format!("{absolute:x}"),
        'X' => format!("{absolute:X}"),
        'o' | 'O' => format!("{absolute:o}"),
        'b' => format!("{absolute:b}"),
        _ => return None,
    };
    if verb.precision == Some(0) && value == 0 {
        return Some(padded(verb, String::new()));
    }
    let sign = match verb {
        _ if value < 0 => "-",
        _ if plus => "+",
        _ if verb.space => " ",
        _ => "",
    };
    let fill = verb.zero && !verb.minus;
    let least = match verb.precision {
        Some(precision) => precision as usize,
        None if fill => (verb.width.unwrap_or(0) as usize).saturating_sub(sign.len()),
        None => 0,
    };
    digits = format!("{digits:0>least$}");
    let prefix = match verb.letter {
        'x' | 'v' if sharp && (verb.letter == 'x' || in_go_syntax) => "0x",
        'X' if sharp => "0X",
        'b' if sharp => "0b",
        'o' | 'O' if sharp && !digits.starts_with('0') => "0",
        _ => "",
    };
    let letter = if verb.letter == 'O' { "0o" } else { "" };
    Some(padded(verb, format!("{sign}{letter}{prefix}{digits}")))
}
