//! `unheap debug`: our side of what is held against Go, a line for each node.

use std::fmt::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use source::{NameCache, OsSystem, Span};
use syntax::walk::Node;
use syntax::{File, dump};
use types::program::{CheckedFile, CheckedPackage};
use types::{Mode, Store};

use crate::Exit;
use crate::analysis::Analysis;
use crate::args::DebugCommand;

pub(crate) fn run(command: &DebugCommand) -> Result<Exit, String> {
    match command {
        DebugCommand::Syntax { file } => syntax(file),
        DebugCommand::Types { patterns, tests, build } => {
            let mut exit = Exit::Failed;
            for analysis in Analysis::all(&OsSystem, patterns, *tests, build)? {
                if types(&analysis)? == Exit::Clean {
                    exit = Exit::Clean;
                }
            }
            Ok(exit)
        }
    }
}

fn syntax(path: &Path) -> Result<Exit, String> {
    let text = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let tree = syntax::parse(&text, &syntax::Options::default(), &mut NameCache::new());
    let mut out = String::new();
    for (kind, start, end) in dump::nodes(&tree) {
        place(&mut out, path, &tree, Span::new(start, end));
        let _ = writeln!(out, "\t{kind}");
    }
    anstream::print!("{out}");
    for error in &tree.errors {
        let at = tree.locate(error.span.start);
        anstream::eprintln!("{}:{}:{}: {}", path.display(), at.line, at.column, error.message);
    }
    Ok(if tree.errors.is_empty() { Exit::Clean } else { Exit::Failed })
}

fn types(analysis: &Analysis) -> Result<Exit, String> {
    let store = Store::new();
    let files = Mutex::new(Vec::new());
    let outcome = analysis.check(&store, &|package| {
        let dumped: Vec<_> =
            package.files.iter().map(|f| (f.path.clone(), lines(analysis, &package, f))).collect();
        files.lock().unwrap_or_else(PoisonError::into_inner).extend(dumped);
    })?;
    let mut files = files.into_inner().unwrap_or_else(PoisonError::into_inner);
    files.sort();
    for line in analysis.faults(&outcome) {
        anstream::eprintln!("{line}");
    }
    for (_, lines) in &files {
        anstream::print!("{lines}");
    }
    Ok(if files.is_empty() { Exit::Failed } else { Exit::Clean })
}

/// `path:line:col-line:col<TAB>kind<TAB>type<TAB>value` for each expression that has a type.
fn lines(analysis: &Analysis, package: &CheckedPackage<'_>, file: &CheckedFile) -> String {
    let mut out = String::new();
    let path = analysis.relative(&file.path);
    let mut exprs: Vec<_> =
        file.tree.exprs().map(|(id, _)| (file.tree.expr_span(id), id)).collect();
    exprs.sort_by_key(|&(span, id)| (span.start, std::cmp::Reverse(span.end), id));
    for (span, id) in exprs {
        let Some(ty) = file.facts.type_of(id) else { continue };
        if file.facts.modes[id] == Mode::Invalid {
            continue;
        }
        place(&mut out, &path, &file.tree, span);
        let kind = dump::kind(&file.tree, Node::Expr(id));
        let value = file.facts.value(id).map(types::constant::Value::exact_string);
        let ty = package.store.type_string(ty);
        let _ = writeln!(out, "\t{kind}\t{ty}\t{}", value.unwrap_or_default());
    }
    out
}

fn place(out: &mut String, path: &Path, tree: &File, span: Span) {
    let (start, end) = (tree.locate(span.start), tree.locate(span.end));
    let path = path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/");
    let _ = write!(out, "{path}:{}:{}-{}:{}", start.line, start.column, end.line, end.column);
}
