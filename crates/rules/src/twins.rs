//! Functions that there are twice: for text as a string, and for text as bytes.

use syntax::tree::{Expr, ExprId};
use types::{Type, TypeId};

use crate::context::Context;
use crate::known::Known;

/// What a parameter takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Takes {
    /// Text, in the form that the function is for.
    Text,
    /// The same in both.
    Same,
}

use Takes::{Same, Text};

/// Functions of `strings` and `bytes` with the same name and a result that is no text.
const ANSWERS: [(&str, &[Takes]); 18] = [
    ("Compare", &[Text, Text]),
    ("Contains", &[Text, Text]),
    ("ContainsAny", &[Text, Same]),
    ("ContainsFunc", &[Text, Same]),
    ("ContainsRune", &[Text, Same]),
    ("Count", &[Text, Text]),
    ("EqualFold", &[Text, Text]),
    ("HasPrefix", &[Text, Text]),
    ("HasSuffix", &[Text, Text]),
    ("Index", &[Text, Text]),
    ("IndexAny", &[Text, Same]),
    ("IndexByte", &[Text, Same]),
    ("IndexFunc", &[Text, Same]),
    ("IndexRune", &[Text, Same]),
    ("LastIndex", &[Text, Text]),
    ("LastIndexAny", &[Text, Same]),
    ("LastIndexByte", &[Text, Same]),
    ("LastIndexFunc", &[Text, Same]),
];

/// The same, whose result is a part of the text.
const PARTS: [(&str, &[Takes]); 9] = [
    ("Trim", &[Text, Same]),
    ("TrimFunc", &[Text, Same]),
    ("TrimLeft", &[Text, Same]),
    ("TrimLeftFunc", &[Text, Same]),
    ("TrimPrefix", &[Text, Text]),
    ("TrimRight", &[Text, Same]),
    ("TrimRightFunc", &[Text, Same]),
    ("TrimSpace", &[Text]),
    ("TrimSuffix", &[Text, Text]),
];

/// Methods of `*regexp.Regexp`, for bytes and for strings.
const REGEXP: [(&str, &str); 5] = [
    ("Match", "MatchString"),
    ("FindIndex", "FindStringIndex"),
    ("FindAllIndex", "FindAllStringIndex"),
    ("FindSubmatchIndex", "FindStringSubmatchIndex"),
    ("FindAllSubmatchIndex", "FindAllStringSubmatchIndex"),
];

/// Functions of `unicode/utf8`, for bytes and for strings.
const UTF8: [(&str, &str); 5] = [
    ("DecodeLastRune", "DecodeLastRuneInString"),
    ("DecodeRune", "DecodeRuneInString"),
    ("FullRune", "FullRuneInString"),
    ("RuneCount", "RuneCountInString"),
    ("Valid", "ValidString"),
];

/// Functions of `hash/maphash`, for bytes and for strings.
const MAPHASH: [(&str, &str); 1] = [("Bytes", "String")];

/// Types of the standard library that write bytes and strings alike.
const WRITERS: [(&str, &str); 6] = [
    ("bufio", "Writer"),
    ("bytes", "Buffer"),
    ("hash/maphash", "Hash"),
    ("net/http/httptest", "ResponseRecorder"),
    ("os", "File"),
    ("strings", "Builder"),
];

/// Interfaces of the standard library whose values often write strings as well.
const OPEN_WRITERS: [(&str, &str); 5] = [
    ("io", "ReadWriteCloser"),
    ("io", "ReadWriter"),
    ("io", "WriteCloser"),
    ("io", "Writer"),
    ("net/http", "ResponseWriter"),
];

/// The parameters of a function of `strings` or `bytes` that both have, with a result that is no text.
pub(crate) fn answer(name: &str) -> Option<&'static [Takes]> {
    of(&ANSWERS, name)
}

/// The parameters of a function of `strings` or `bytes` that both have, whose result is a part of the text.
pub(crate) fn part(name: &str) -> Option<&'static [Takes]> {
    of(&PARTS, name)
}

fn of(table: &[(&str, &'static [Takes])], name: &str) -> Option<&'static [Takes]> {
    table.iter().find(|(function, _)| *function == name).map(|&(_, takes)| takes)
}

/// The name of the twin of a method of `*regexp.Regexp` or a function of `unicode/utf8` that takes bytes.
pub(crate) fn for_strings(called: Known) -> Option<&'static str> {
    let (_, string) = pairs(called)?.iter().find(|(bytes, _)| *bytes == called.name)?;
    Some(string)
}

/// The name of the twin of one that takes a string.
pub(crate) fn for_bytes(called: Known) -> Option<&'static str> {
    let (bytes, _) = pairs(called)?.iter().find(|(_, string)| *string == called.name)?;
    Some(bytes)
}

fn pairs(called: Known) -> Option<&'static [(&'static str, &'static str)]> {
    match (called.package, called.receiver) {
        ("regexp", Some("Regexp")) => Some(&REGEXP),
        ("regexp", None) => Some(&REGEXP[..1]),
        ("unicode/utf8", None) => Some(&UTF8),
        ("hash/maphash", None) => Some(&MAPHASH),
        _ => None,
    }
}

impl Context<'_> {
    /// Whether values of a type write bytes and strings alike, by `Write` and `WriteString`.
    pub(crate) fn writes_both(&self, ty: TypeId) -> bool {
        WRITERS.iter().any(|&(package, name)| self.is_type(ty, package, name))
    }

    /// Whether a type is an interface whose values often have a method `WriteString`, which `io.WriteString` calls then.
    pub(crate) fn may_write_strings(&self, ty: TypeId) -> bool {
        OPEN_WRITERS.iter().any(|&(package, name)| self.is_type(ty, package, name))
    }

    /// Whether a type has a method `WriteString` as `io.StringWriter` has it.
    pub(crate) fn has_write_string(&self, ty: TypeId) -> bool {
        let Some(method) = self.method_of(ty, "WriteString") else { return false };
        let Type::Signature(signature) = self.store.ty(self.store.obj_type(method)) else {
            return false;
        };
        let types = |objects: &[types::ObjId]| -> Vec<TypeId> {
            objects.iter().map(|&object| self.store.unalias(self.store.obj_type(object))).collect()
        };
        types(&signature.params) == [types::Basic::String.id()] && signature.results.len() == 2
    }

    /// The name that a call calls, behind its dot: what is replaced to call a twin.
    pub(crate) fn selected_name(&self, call: ExprId) -> Option<source::Span> {
        let Expr::Call { fun, .. } = self.tree().expr(call) else { return None };
        match self.tree().expr(self.tree().unparen(fun)) {
            Expr::Selector { sel, .. } => Some(self.tree().ident(sel).span()),
            _ => None,
        }
    }
}
