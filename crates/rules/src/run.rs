//! One pass over a package for all rules.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use escape::Allocations;
use syntax::tree::StmtId;
use types::program::{CheckedFile, CheckedPackage};

use crate::Settings;
use crate::context::{Context, Package};
use crate::diagnosis::Diagnosis;
use crate::finding::{FileEdit, Finding, Fix, Hotness, Note, Position};
use crate::makers;
use crate::node::{Kind, Node};
use crate::parents::Parent;
use crate::registry;
use crate::rule::Rule;
use crate::suppress::{DirectiveState, Suppressed};
use crate::unseen::Unseen;

/// What there is to say of a package.
#[derive(Default)]
pub struct Found {
    /// What the rules find, in the order of files and places.
    pub findings: Vec<Finding>,
    /// The comments that silence findings, in the order of files and places.
    pub directives: Vec<Directive>,
    /// What the package gives to the call graph of its module. Put together with those of the others, it tells how often the
    /// findings run: [`flow::Hotness::of`] their [`Finding::site`].
    pub calls: flow::Part,
    /// How long it took, where [`Settings::timed`] asks for it.
    pub times: Times,
}

/// How long rules take.
#[derive(Clone, Default, Debug)]
pub struct Times {
    /// Each rule's own time, beside [`all`](crate::all)'s; empty where it was not asked for. What several rules share is
    /// with the one that asked first.
    pub rules: Vec<Duration>,
    /// The escape analyses that they asked for.
    pub analyses: Duration,
}

impl Times {
    fn new(settings: &Settings) -> Self {
        let count = if settings.timed { registry::RULES.len() } else { 0 };
        Self { rules: vec![Duration::ZERO; count], analyses: Duration::ZERO }
    }

    /// Runs what a rule does.
    fn take(&mut self, number: usize, allocations: Option<&Allocations<'_, '_>>, f: impl FnOnce()) {
        let Some(time) = self.rules.get_mut(number) else { return f() };
        let analyses = || allocations.map_or(Duration::ZERO, Allocations::time_of_analyses);
        let (before, start) = (analyses(), Instant::now());
        f();
        let meanwhile = analyses() - before;
        *time += start.elapsed().saturating_sub(meanwhile);
        self.analyses += meanwhile;
    }

    /// Adds what another package took.
    pub fn add(&mut self, other: &Self) {
        self.analyses += other.analyses;
        self.rules.resize(self.rules.len().max(other.rules.len()), Duration::ZERO);
        self.rules.iter_mut().zip(&other.rules).for_each(|(time, other)| *time += *other);
    }
}

/// A comment that silences findings, or is meant to. A file can be part of several packages: what silences nothing in one may
/// do so in another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Directive {
    /// The file, as the package names it.
    pub path: PathBuf,
    /// Where it is.
    pub start: Position,
    /// What it does.
    pub state: DirectiveState,
}

/// What the rules find in a package.
///
/// `unseen` has what else belongs to the package. `allocations` answers what is really allocated. Without it, rules go by what they know of the language, and
/// [`Finding::allocates`] is no more than `sometimes`.
#[must_use]
pub fn run(
    package: &CheckedPackage<'_>,
    settings: &Settings,
    unseen: &Unseen,
    allocations: Option<&Allocations<'_, '_>>,
) -> Found {
    let package = Package::new(package, settings, unseen, allocations);
    let table = Table::new(settings);
    let mut found = Found { times: Times::new(settings), ..Found::default() };
    for (number, file) in package.checked.files.iter().enumerate() {
        if is_looked_at(file, settings) {
            check_file(package.context(number), &table, allocations.is_some(), &mut found);
        }
    }
    found.calls = package.flow.part();
    makers::add(&package, &mut found.calls);
    found
}

/// For each kind of node the rules that look at it.
struct Table([Vec<Numbered>; Kind::COUNT]);

/// A rule and its place among all.
type Numbered = (usize, &'static dyn Rule);

impl Table {
    fn new(settings: &Settings) -> Self {
        let mut table = Self(std::array::from_fn(|_| Vec::new()));
        for (number, &rule) in registry::RULES.iter().enumerate() {
            if settings.enabled.get(number).copied().unwrap_or(true) {
                let kinds = rule.looks_at().iter();
                kinds.for_each(|&kind| table.0[kind as usize].push((number, rule)));
            }
        }
        table
    }

    fn of(&self, kind: Option<Kind>) -> &[Numbered] {
        kind.map_or(&[], |kind| &self.0[kind as usize])
    }
}

fn is_looked_at(file: &CheckedFile, settings: &Settings) -> bool {
    let test = file.path.as_os_str().to_string_lossy().ends_with("_test.go");
    let vendored = || file.path.components().any(|part| part.as_os_str() == "vendor");
    (settings.tests || !test)
        && (settings.vendor || !vendored())
        && (settings.generated || !syntax::is_generated(&file.tree, &file.text))
}

/// Shows the nodes of a file to the rules; `whole` if all is there that rules go by.
fn check_file(cx: Context<'_>, table: &Table, whole: bool, into: &mut Found) {
    use source::Id;
    let tree = cx.tree();
    let mut found = Vec::new();
    let first = into.findings.len();
    let mut suppressed = Suppressed::new(tree, &cx.file.text);
    let mut look = |rules: &[Numbered], node: Node| {
        for &(number, rule) in rules {
            let allocations = cx.package.allocations;
            into.times.take(number, allocations, || rule.check(&cx, node, &mut found));
            for diagnosis in found.drain(..) {
                let line = tree.lines.locate(diagnosis.span.start).line;
                if cx.asks_for(diagnosis.tier.unwrap_or(rule.meta().tier))
                    && !suppressed.covers(number, line)
                {
                    into.findings.push(finding(&cx, rule, node, diagnosis));
                }
            }
        }
    };
    for (id, expr) in tree.exprs() {
        look(table.of(Kind::of_expr(expr)), Node::Expr(id));
    }
    for id in (0..tree.stmt_count()).map(StmtId::from_index) {
        look(table.of(Kind::of_stmt(tree.stmt(id))), Node::Stmt(id));
    }
    into.findings[first..].sort_by_key(|f| (f.start.offset, f.end.offset, f.code));
    let whole = whole && tree.errors.is_empty();
    for directive in suppressed.directives(cx.package.settings, whole) {
        let start = Position::new(&tree.lines, directive.span.start);
        let (path, state) = (cx.file.path.clone(), directive.state);
        into.directives.push(Directive { path, start, state });
    }
}

fn finding(cx: &Context<'_>, rule: &dyn Rule, node: Node, diagnosis: Diagnosis) -> Finding {
    let meta = rule.meta();
    let path = &cx.file.path;
    let position = |offset| Position::new(&cx.tree().lines, offset);
    let note = |(span, note): (source::Span, String)| Note {
        path: path.clone(),
        start: position(span.start),
        end: position(span.end),
        note,
    };
    let at = match node {
        Node::Expr(id) => Parent::Expr(id),
        Node::Stmt(id) => Parent::Stmt(id),
    };
    let mut why: Vec<Note> = diagnosis.why.into_iter().map(note).collect();
    why.extend(diagnosis.way.iter().filter_map(|step| cx.note(step)));
    let (file, runs_at) = diagnosis.runs.unwrap_or((cx.number, at));
    let site = cx.flow().site(file, runs_at);
    Finding {
        rule: meta.name,
        code: meta.code,
        tier: diagnosis.tier.unwrap_or(meta.tier),
        path: path.clone(),
        start: position(diagnosis.span.start),
        end: position(diagnosis.span.end),
        function: cx.function_name(at),
        message: diagnosis.message,
        help: diagnosis.help,
        allocates: diagnosis.allocates,
        why,
        cost: diagnosis.cost,
        hotness: Hotness::default(),
        site,
        made: diagnosis.made.map(|name| flow::type_symbol(cx.store, name)),
        fix: diagnosis.fix.and_then(|plan| complete(cx, plan)),
    }
}

/// The fix with all its edits; none where it cannot be carried out.
fn complete(cx: &Context<'_>, plan: fix::Plan) -> Option<Fix> {
    let target = fix::Target { file: cx.file, store: cx.store };
    let edits = fix::complete(target, &plan).ok()?;
    let edits = edits
        .into_iter()
        .map(|edit| FileEdit {
            path: cx.file.path.clone(),
            start: edit.span.start,
            end: edit.span.end,
            text: edit.text,
        })
        .collect();
    Some(Fix { edits, plan })
}
