//! Names that the compiler counts up, without their numbers.
//!
//! A number that hangs on the order in which the compiler goes through a package says nothing about
//! the program. Both sides are told the same way:
//!
//! | as printed | as compared |
//! |---|---|
//! | `F.func1`, `F.func1.2`, `F.G.func3` | `F.func`, `F.func.`, `F.G.func` |
//! | `F.gowrap1`, `F.deferwrap2`, `F-range3` | `F.gowrap`, `F.deferwrap`, `F-range` |
//! | `F.func1#th2Jby8KvR0=#` (closures of inlined bodies, since Go 1.27) | `F.func` |
//! | `.autotmp_12` | `.autotmp` |
//! | `..i4` (labels of inlined bodies) | `..i` |
//! | `#state1`, `#next2` (range over functions) | `#state`, `#next` |
//! | `go.shape.int_0` | `go.shape.int` |
//! | `(*[109]uintptr)(swiss..dict[27])` (words of a dictionary) | `(*[]uintptr)(swiss..dict[])` |
//!
//! The words of a dictionary are counted over all methods of a generic type, in the order in which the compiler writes
//! them, with those that only its later passes read.
//!
//! Text between quotes is left alone, as are `init.0` (in the order of files) and `~r0` (the place
//! of a result).

/// The text with the numbers of such names left out.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut at, mut after_counted) = (0, false);
    while at < text.len() {
        let (before, rest) = text.split_at(at);
        let counted = counted(rest)
            .or_else(|| nested(before, rest, after_counted))
            .or_else(|| word(before, rest));
        after_counted = counted.is_some();
        let (kept, length) = counted.unwrap_or_else(|| {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            let whole = quoted(rest).unwrap_or(&rest[..length]);
            (whole, whole.len())
        });
        out.push_str(kept);
        at += length;
    }
    out
}

/// What a name is made of before its number.
const COUNTED: [&str; 9] =
    [".func", ".gowrap", ".deferwrap", "-range", ".autotmp_", "..i", "#state", "#next", "#defers"];

/// A counted name at the beginning of `rest`: what is kept of it, and how long it is.
fn counted(rest: &str) -> Option<(&str, usize)> {
    if let Some(name) = rest.strip_prefix("go.shape.") {
        return shape(rest, name);
    }
    if let Some(length) = hash(rest) {
        return Some(("", length));
    }
    let start = COUNTED.iter().find(|start| rest.starts_with(**start))?;
    let digits = digits(&rest[start.len()..]);
    let end = start.len() + digits;
    let is_name = digits > 0 && ends_name(&rest[end..]);
    is_name.then(|| (start.trim_end_matches('_'), end))
}

/// How long `#th2Jby8KvR0=#` is, a hash of the calls that a closure was inlined by.
fn hash(rest: &str) -> Option<usize> {
    let tail = rest.strip_prefix('#')?;
    let length = tail.find('#').filter(|&length| tail[..length].ends_with('='))?;
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte);
    tail[..length].bytes().all(is_base64).then_some(length + 2)
}

/// `.2` of `F.func1.2` and of `F.func1.G.2`; not that of `init.2`, which tells functions apart.
fn nested<'a>(before: &str, rest: &'a str, after_counted: bool) -> Option<(&'a str, usize)> {
    let tail = rest.strip_prefix('.')?;
    let digits = digits(tail);
    let in_function = before.ends_with(|c: char| c.is_alphabetic()) && !before.ends_with("init");
    let is_nested = digits > 0 && (after_counted || in_function) && ends_name(&tail[digits..]);
    is_nested.then_some((".", 1 + digits))
}

/// The numbers of `(*[109]uintptr)(swiss..dict[27])`: how many words a dictionary has, and which of them is meant. The
/// variable `.dict` is the compiler's; no field of that name is.
fn word<'a>(before: &str, rest: &'a str) -> Option<(&'a str, usize)> {
    let digits = digits(rest);
    let tail = rest.get(digits..).filter(|_| digits > 0)?;
    let is_dictionary = |before: &str| {
        before.strip_suffix(".dict[").is_some_and(|before| !before.ends_with(char::is_alphanumeric))
    };
    let found = if before.ends_with("(*[") {
        let value = tail.strip_prefix("]uintptr)(")?;
        is_dictionary(&value[..=value.find('[')?])
    } else {
        is_dictionary(before) && tail.starts_with(']')
    };
    found.then_some(("", digits))
}

/// `go.shape.int_0`: the name without what counts the type parameters.
fn shape<'a>(rest: &'a str, name: &str) -> Option<(&'a str, usize)> {
    let letters = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    let tail = name[letters..].strip_prefix('_')?;
    let digits = digits(tail);
    let kept = "go.shape.".len() + letters;
    (digits > 0 && ends_name(&tail[digits..])).then(|| (&rest[..kept], kept + 1 + digits))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Whether no name goes on here.
fn ends_name(text: &str) -> bool {
    !text.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// A string or rune at the beginning of `rest`, quotes included.
pub(super) fn quoted(rest: &str) -> Option<&str> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '`' | '\''))?;
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' && quote != '`' {
            escaped = true;
        } else if c == quote {
            return Some(&rest[..=at]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn leaves_out_what_is_counted() {
        for (printed, compared) in [
            ("F.func1", "F.func"),
            ("F.func1.2", "F.func."),
            ("(*T).M.func1.G.3", "(*T).M.func.G."),
            ("glob..func12", "glob..func"),
            ("F.gowrap1", "F.gowrap"),
            ("F-range2", "F-range"),
            ("strings.splitSeq.func1#th2Jby8KvR0=#", "strings.splitSeq.func"),
            ("F.func1#th2Jby8KvR0=#.2", "F.func."),
            ("devirtualizing .autotmp_4.Elem to rtype", "devirtualizing .autotmp.Elem to rtype"),
            (
                "slices.Sort[go.shape.[]int,go.shape.int_0]",
                "slices.Sort[go.shape.[]int,go.shape.int]",
            ),
            (
                "(*M[go.shape.int]).n(m, (*[109]uintptr)(swiss..dict[27]))",
                "(*M[go.shape.int]).n(m, (*[]uintptr)(swiss..dict[]))",
            ),
            ("f((*[2]uintptr)(.dict[0]))", "f((*[]uintptr)(.dict[]))"),
            ("(*[4]uintptr)(p.dict[3])", "(*[4]uintptr)(p.dict[3])"),
            ("slices.#state1", "slices.#state"),
            ("init.1", "init.1"),
            ("b to result ~r0 level=0", "b to result ~r0 level=0"),
            ("\"x.func1\" + s", "\"x.func1\" + s"),
            ("x.func1y", "x.func1y"),
            ("1.5 + x", "1.5 + x"),
            ("x.functional", "x.functional"),
        ] {
            assert_eq!(text(printed), compared);
        }
    }
}
