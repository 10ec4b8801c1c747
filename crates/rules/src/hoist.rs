//! Moving a value from a function to the package that it is in: where to, under which name, in which words.

use source::Span;
use syntax::tree::{Decl, DeclId, Expr, ExprId, GenKind, IdentId, LitKind, Spec, Stmt, StmtId};
use types::{ObjId, ObjectKind, VarKind};

use crate::context::Context;
use crate::parents::Parent;

/// A variable of the package with its initial value.
#[derive(Clone, Copy)]
pub(crate) struct PackageVariable<'a> {
    /// The view of the file that declares it.
    pub(crate) cx: Context<'a>,
    /// The declaration.
    pub(crate) decl: DeclId,
    /// Its name there.
    pub(crate) ident: IdentId,
    /// What it denotes.
    pub(crate) object: ObjId,
    /// The value that it begins with.
    pub(crate) value: ExprId,
}

impl<'a> Context<'a> {
    /// The views of all files of the package.
    pub(crate) fn files(&self) -> impl Iterator<Item = Context<'a>> + use<'a> {
        let package = self.package;
        (0..package.checked.files.len()).map(|number| package.context(number))
    }

    /// The variables that this file declares at package level, each with a value of its own.
    pub(crate) fn package_variables(&self) -> impl Iterator<Item = PackageVariable<'a>> + use<'a> {
        let cx = *self;
        let tree = cx.tree();
        let groups = tree.decls.iter().filter_map(move |&decl| match tree.decl(decl) {
            Decl::Gen { kind: GenKind::Var, specs, .. } => Some((decl, specs)),
            _ => None,
        });
        let specs = groups.flat_map(move |(decl, specs)| tree.list(specs).map(move |s| (decl, s)));
        specs.flat_map(move |(decl, spec)| {
            let (names, values) = match tree.spec(spec) {
                Spec::Value { names, values, .. } if names.len() == values.len() => (names, values),
                _ => Default::default(),
            };
            tree.list(names).zip(tree.list(values)).filter_map(move |(ident, value)| {
                let object = cx.facts().defs[ident]?;
                Some(PackageVariable { cx, decl, ident, object, value })
            })
        })
    }

    /// A variable of the package that can be used at `at` in place of a value: `is_same` looks at what it begins with,
    /// and it keeps that.
    pub(crate) fn variable_with_value(
        &self,
        at: Parent,
        is_same: impl Fn(&Context<'a>, ExprId) -> bool,
    ) -> Option<PackageVariable<'a>> {
        let built_with_this =
            |cx: &Context<'a>| cx.number == self.number || !cx.is_built_at_times() && !cx.is_test();
        self.files().filter(built_with_this).flat_map(|cx| cx.package_variables()).find(
            |variable| {
                let name = variable.cx.tree().ident(variable.ident).name;
                !name.is_blank()
                    && is_same(&variable.cx, variable.value)
                    && self.keeps_its_value(variable.object)
                    && !self.is_shadowed(name, at)
            },
        )
    }

    /// Whether a build constraint, or a file name that may hold one, keeps the file out of some builds.
    fn is_built_at_times(&self) -> bool {
        let stem = self.file.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("_");
        let comments = self.tree().comments().iter().take_while(|c| c.start < self.tree().package);
        let constraint =
            |text: &str| text.starts_with("//go:build") || text.starts_with("// +build");
        stem.contains('_') || comments.into_iter().any(|&comment| constraint(self.text(comment)))
    }

    /// Whether nothing in the package gives a variable of the package another value than it begins with.
    pub(crate) fn keeps_its_value(&self, object: ObjId) -> bool {
        !self.files().any(|cx| cx.is_reassigned(object))
    }

    /// Where a variable can be declared before the declaration around a place, so that the file stays as gofmt leaves
    /// it; `None` where the declaration does not begin a paragraph.
    pub(crate) fn paragraph_before(&self, at: Parent) -> Option<u32> {
        let start = self.before_declaration(at)?;
        let line = self.tree().lines.locate(start).line;
        (self.line_start(start) == start && self.is_blank_line(line.saturating_sub(1)))
            .then_some(start)
    }

    /// Whether a line, counted from 1, holds nothing, or is before the first or behind the last.
    pub(crate) fn is_blank_line(&self, line: u32) -> bool {
        self.line_text(line).is_none_or(|text| text.trim().is_empty())
    }

    /// The text of a line, its end included.
    fn line_text(&self, line: u32) -> Option<&'a str> {
        let start = self.tree().lines.start(line)?;
        Some(self.text(Span::new(start, self.line_end(start))))
    }

    /// The name of the declared function that a place is in.
    pub(crate) fn function_word(&self, at: Parent) -> Option<&'static str> {
        match self.tree().decl(self.declaration_of(at)?) {
            Decl::Func { name, .. } => Some(self.tree().ident(name).name.as_str()),
            _ => None,
        }
    }

    /// The lines of a statement that has them for itself, to be removed; `None` where it shares them, where it is no
    /// statement of a block, and where a comment is about it.
    pub(crate) fn lines_of_statement(&self, stmt: StmtId) -> Option<Span> {
        let Parent::Stmt(block) = self.parents().stmt(stmt) else { return None };
        let span = self.stmt_span(stmt);
        let line = self.tree().lines.locate(span.start).line;
        let above = self.line_text(line.saturating_sub(1)).unwrap_or("").trim();
        let explained = above.starts_with("//") || above.ends_with("*/");
        let goes = self.statements(block).contains(&stmt)
            && self.stands_alone_on_lines(span)
            && !explained;
        goes.then(|| self.whole_lines(span))
    }

    /// The text of an expression as it is laid out at package level: lines lose the indentation of the first.
    pub(crate) fn dedented(&self, expr: ExprId) -> String {
        let span = self.span(expr);
        let text = self.text(span);
        let indent = self.indent(span.start);
        if !text.contains('\n') || indent.is_empty() {
            return text.to_owned();
        }
        let strings: Vec<Span> = self
            .tree()
            .exprs()
            .filter(|(_, expr)| matches!(expr, Expr::Lit(LitKind::String)))
            .map(|(id, _)| self.span(id))
            .filter(|string| span.start <= string.start && string.end <= span.end)
            .collect();
        let mut dedented = String::with_capacity(text.len());
        let mut at = span.start;
        for line in text.split_inclusive('\n') {
            let in_string = strings.iter().any(|s| s.start < at && at < s.end);
            let kept = line.strip_prefix(indent).filter(|_| at > span.start && !in_string);
            dedented.push_str(kept.unwrap_or(line));
            at += line.len() as u32;
        }
        dedented
    }

    /// The local variable that is declared with an expression as its value, alone, and keeps that value.
    pub(crate) fn kept_local(&self, value: ExprId) -> Option<Local> {
        let (outer, parent) = self.around(value);
        let ident = match parent {
            Parent::Stmt(stmt) => match self.tree().stmt(stmt) {
                Stmt::Assign { lhs, .. } if lhs.len() == 1 => {
                    match self.tree().expr(self.tree().list_get(lhs, 0)?) {
                        Expr::Ident(ident) => ident,
                        _ => return None,
                    }
                }
                _ => return None,
            },
            Parent::Spec(spec) => match self.tree().spec(spec) {
                Spec::Value { names, .. } if names.len() == 1 => self.tree().list_get(names, 0)?,
                _ => return None,
            },
            _ => return None,
        };
        let object = self.facts().defs[ident]?;
        let local = matches!(self.store.obj(object).kind, ObjectKind::Var(VarKind::Local));
        if !local || self.is_reassigned(object) {
            return None;
        }
        let declaration = self.declaration(object)?;
        (declaration.value == Some(outer)).then_some(Local { object, stmt: declaration.stmt })
    }
}

/// A local variable that never gets a second value.
#[derive(Clone, Copy)]
pub(crate) struct Local {
    pub(crate) object: ObjId,
    /// The statement that declares it, and nothing else.
    pub(crate) stmt: StmtId,
}

/// A name with its first word in lower case: `HTTPServer` becomes `httpServer`.
pub(crate) fn unexported(name: &str) -> String {
    let upper = name.chars().take_while(|c| c.is_uppercase()).count();
    let behind = name.chars().nth(upper);
    let lowered = match behind {
        // The last capital begins the next word.
        Some(c) if c.is_lowercase() && upper > 1 => upper - 1,
        _ => upper,
    };
    let lower = name.chars().take(lowered).flat_map(char::to_lowercase);
    lower.chain(name.chars().skip(lowered)).collect()
}

/// A word with its first letter in upper case; what Go users write in capitals is all of it: `id` becomes `ID`.
pub(crate) fn capitalised(word: &str) -> String {
    const INITIALISMS: [&str; 24] = [
        "api", "cpu", "css", "dns", "eof", "html", "http", "https", "id", "io", "ip", "json",
        "rpc", "sql", "ssh", "tcp", "tls", "ttl", "udp", "uri", "url", "utf8", "uuid", "xml",
    ];
    if INITIALISMS.contains(&word.to_lowercase().as_str()) {
        return word.to_uppercase();
    }
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::{capitalised, unexported};

    #[test]
    fn lowers_the_first_word() {
        let names = ["HTTPServer", "URL", "isSlug", "Parse", "ID2", "X"].map(unexported);
        assert_eq!(names, ["httpServer", "url", "isSlug", "parse", "id2", "x"]);
    }

    #[test]
    fn writes_initialisms_in_capitals() {
        assert_eq!(
            ["id", "amount", "JSON", "älter"].map(capitalised),
            ["ID", "Amount", "JSON", "Älter"]
        );
    }
}
