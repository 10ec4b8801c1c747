//! From what the analysis knows of a package to what is reported.

use std::path::PathBuf;
use std::sync::Arc;

use escape::allocation::{self, Because, Operation};
use escape::{Analyzed, Engine, Explained, Explainer, Functions, Places, Told, without_shapes};
use lower::ir::{Body, FuncFlags, FuncId, InstId, Wording};
use lower::names::{Naming, package_path};
use report::escape::{Allocates, Call, Callee, Function, Placement, Site};
use rules::{Note, Position};
use rustc_hash::{FxHashMap, FxHashSet};
use source::Text;
use types::program::UnitId;

use super::name::{declared, is_meant};
use super::spans::{Found, Spans};
use super::{tree, words};
use crate::analysis::Analysis;
use crate::args::EscapeArgs;

/// Longest text of an expression, in characters.
const LONGEST: usize = 60;

/// Functions that a value is followed into.
const HOPS: usize = 3;

/// A function, and what is beneath it if that is asked for.
pub(super) struct Described {
    pub(super) function: Function,
    pub(super) beneath: Vec<Callee>,
}

/// Why a value is on the heap.
struct Reasons {
    why: Vec<Note>,
    /// The position in `why` of the step that matters.
    decisive: Option<usize>,
    help: Option<String>,
}

/// Describes the functions of a package.
pub(super) struct Describer<'e, 'p> {
    engine: &'e Engine<'p>,
    functions: &'p Functions<'p>,
    unit: UnitId,
    analysis: &'e Analysis,
    args: &'e EscapeArgs,
    spans: Spans<'p>,
    /// Texts of files that something is shown of, by the path that they are shown under.
    sources: FxHashMap<PathBuf, Text>,
}

impl<'e, 'p> Describer<'e, 'p> {
    pub(super) fn new(
        engine: &'e Engine<'p>,
        unit: UnitId,
        analysis: &'e Analysis,
        args: &'e EscapeArgs,
    ) -> Self {
        let functions = engine.functions();
        let spans = Spans::new(Places::new(functions.program));
        let sources = FxHashMap::default();
        Self { engine, functions, unit, analysis, args, spans, sources }
    }

    pub(super) fn into_sources(self) -> FxHashMap<PathBuf, Text> {
        self.sources
    }

    /// The functions of the package that there is something to say of.
    pub(super) fn package(&mut self) -> Vec<Described> {
        let mut all = Vec::new();
        for analyzed in self.engine.package(self.unit) {
            let inst = analyzed.entry.inst;
            if !self.is_shown(inst) {
                continue;
            }
            for func in analyzed.entry.body.func_ids() {
                if owner(&analyzed.entry.body, func) == func
                    && self.is_written_here(&analyzed, func)
                {
                    all.extend(self.function(&analyzed, func));
                }
            }
        }
        all
    }

    /// Whether the function is one of the packages to report on, in a file to report on, and asked for.
    fn is_shown(&mut self, inst: InstId) -> bool {
        let instance = self.functions.instances.get(inst);
        if instance.concrete {
            return false;
        }
        if let Some(wanted) = &self.args.function {
            let name = declared(self.functions, instance.obj);
            let literal = wanted.find(".func").map_or(wanted.as_str(), |at| &wanted[..at]);
            if !is_meant(literal, &name) {
                return false;
            }
        }
        let program = self.functions.program;
        let Some(function) = program.function(instance.obj) else {
            return self.functions.initializes(instance.obj) == Some(self.unit);
        };
        let file = program.files(function.unit).get(function.file);
        self.analysis.is_root(function.unit)
            && file.is_some_and(|file| self.args.generated || !self.spans.is_generated(file))
    }

    /// Whether a function literal stands in the package of its function: those of other packages come with inlined calls.
    fn is_written_here(&self, analyzed: &Analyzed, func: FuncId) -> bool {
        let program = self.functions.program;
        let obj = self.functions.instances.get(analyzed.entry.inst).obj;
        let unit = program.function(obj).map_or(self.unit, |function| function.unit);
        let file = analyzed.entry.body.funcs[func].pos.file;
        func == Body::ROOT || program.files(unit).iter().any(|own| Some(own.id) == file)
    }

    fn naming<R>(&self, use_it: impl FnOnce(&Naming<'_>) -> R) -> R {
        let init_number = |obj| self.functions.init_number(obj);
        let package = Some(self.functions.program.package(self.unit));
        use_it(&self.naming_of(package, &init_number))
    }

    fn naming_of<'n>(
        &'n self,
        package: Option<types::PkgId>,
        init_number: &'n dyn Fn(types::ObjId) -> Option<u32>,
    ) -> Naming<'n> {
        Naming {
            store: self.functions.program.store(),
            instances: &self.functions.instances,
            compiler: &self.functions.compiler,
            package,
            init_number,
        }
    }

    fn wording(&self, inst: InstId) -> Wording<'p> {
        let functions = self.functions;
        let store = functions.program.store();
        let package = functions.program.package(self.unit);
        let home = store.obj(functions.instances.get(inst).obj).pkg.unwrap_or(package);
        let (instances, compiler) = (&functions.instances, &functions.compiler);
        // Seen from where it is written: variables have no package before their name.
        Wording { store, instances, compiler, package: home, home }
    }

    /// A function as profiles name it.
    fn full_name(&self, inst: InstId) -> String {
        let init_number = |obj| self.functions.init_number(obj);
        let instance = self.functions.instances.get(inst);
        let path = package_path(self.functions.program.store(), instance);
        without_shapes(&format!("{path}.{}", self.naming_of(None, &init_number).symbol(inst)))
    }

    fn function(&mut self, analyzed: &Arc<Analyzed>, func: FuncId) -> Option<Described> {
        let (inst, body) = (analyzed.entry.inst, &analyzed.entry.body);
        let found = self.engine.sites(inst);
        let is_own = |other: FuncId| owner(body, other) == func;
        // A literal that is called where it is known is gone through twice.
        let mut met = FxHashSet::default();
        let told = found.sites.iter().filter(|site| {
            is_own(site.func) && self.is_told(site) && met.insert((site.thing, site.operation))
        });
        let told: Vec<&allocation::Site> = told.collect();
        let mut sites: Vec<Site> =
            told.into_iter().filter_map(|site| self.site(analyzed, site)).collect();
        sites.sort_by_key(|site| site.start);
        let mut calls: Vec<Call> = found
            .calls
            .iter()
            .filter(|call| is_own(call.func))
            .filter_map(|call| call.callee)
            .filter_map(|callee| {
                let allocates = tree::allocates(self.engine, callee);
                let name = self.full_name(callee);
                (allocates != Allocates::Never).then_some(Call { name, allocates })
            })
            .collect();
        calls.sort();
        calls.dedup();
        let is_asked = self.args.function.is_some() && func == Body::ROOT;
        if sites.is_empty() && calls.is_empty() && !is_asked {
            return None;
        }
        let init_number = |obj| self.functions.init_number(obj);
        let path = package_path(self.functions.program.store(), self.functions.instances.get(inst));
        let name = self.naming_of(None, &init_number).within(body, inst, func);
        let name = without_shapes(&format!("{path}.{name}"));
        let beneath = if is_asked {
            tree::beneath(self.engine, inst, &|inst| self.full_name(inst))
        } else {
            Vec::new()
        };
        let (path, line) = self.place(body, func, &sites);
        Some(Described { function: Function { name, path, line, sites, calls }, beneath })
    }

    /// Where a function is declared; the setting of a package's variables has no place but that of what it does first.
    fn place(&mut self, body: &Body, func: FuncId, sites: &[Site]) -> (String, u32) {
        let pos = body.outermost(body.funcs[func].pos);
        if let Some(found) = self.spans.call(pos) {
            let line = found.file.positions.lines.locate(pos.offset).line;
            return (self.shown(&found), line);
        }
        sites.first().map_or_else(Default::default, |site| (site.path.clone(), site.start.line))
    }

    /// Whether a site is worth a word.
    fn is_told(&self, site: &allocation::Site) -> bool {
        match site.allocates {
            allocation::Allocates::Never(
                Because::NotReached | Because::Interface | Because::OpenCoded | Because::Merged,
            ) => false,
            allocation::Allocates::Never(_) => self.args.all,
            _ => true,
        }
    }

    fn site(&mut self, analyzed: &Analyzed, site: &allocation::Site) -> Option<Site> {
        let body = &analyzed.entry.body;
        let own = self.spans.of(body, site.thing, site.pos)?;
        let expression = on_one_line(&own);
        let is_inlined = site.pos.inlined != 0;
        let shown = if is_inlined { self.spans.call(body.outermost(site.pos))? } else { own };
        let (path, start, end) = self.marked(&shown);
        let Reasons { why, decisive, help } = self.reasons(analyzed, site, &expression);
        let (allocates, when) = match site.allocates {
            allocation::Allocates::Always => (Allocates::Always, None),
            allocation::Allocates::Sometimes(at) => {
                (Allocates::Sometimes, Some(words::when(site.operation, at)))
            }
            allocation::Allocates::Never(why) => {
                (Allocates::Never, Some(words::because(why).to_owned()))
            }
        };
        let placement = match site.placement {
            escape::Placement::Heap => Placement::Heap,
            escape::Placement::Stack | escape::Placement::Transient => Placement::Stack,
        };
        let bytes_formula = words::formula(site).map(str::to_owned);
        Some(Site {
            path,
            start,
            end,
            operation: site.operation.name(),
            expression,
            placement,
            allocates,
            when,
            objects: site.objects,
            bytes: site.bytes,
            bytes_formula,
            loop_depth: site.loop_depth,
            inlined_from: site.inlined_from.map(|inst| self.full_name(inst)),
            decisive,
            help,
            why,
        })
    }

    /// The way to the heap, from where the value is made.
    fn reasons(
        &mut self,
        analyzed: &Analyzed,
        site: &allocation::Site,
        expression: &str,
    ) -> Reasons {
        let body = &analyzed.entry.body;
        let mut why = Vec::new();
        if site.pos.inlined != 0
            && let Some(own) = self.spans.of(body, site.thing, site.pos)
        {
            let verb = match site.operation {
                Operation::Variable => "declared",
                _ => "made",
            };
            why.push(self.note(&own, format!("`{expression}` is {verb} here")));
        }
        let explained = self.why(analyzed, site);
        let mut decisive = None;
        for (at, told) in explained.steps.iter().enumerate() {
            let note = self.told(analyzed, told);
            if note.is_some() && explained.decisive == Some(at) {
                decisive = Some(why.len());
            }
            why.extend(note);
        }
        self.onward(explained.onward, &mut why);
        if explained.steps.is_empty()
            && let Some(reason) = words::regardless(site)
            && let Some(own) = self.spans.of(body, site.thing, site.pos)
        {
            why.push(self.note(&own, reason.to_owned()));
        }
        let help = explained.keep.map(|keep| words::help(site, &without_shapes(&keep)));
        Reasons { why, decisive, help }
    }

    /// What happens to a value in functions that it is passed to.
    fn onward(&mut self, mut next: Option<(InstId, usize)>, why: &mut Vec<Note>) {
        for _ in 0..HOPS {
            let Some((inst, position)) = next else { return };
            let Some(callee) = self.engine.function(inst) else { return };
            let Some(path) = callee.path_of_leak(position) else { return };
            let explained = self.explain(&callee, path);
            let name = self.naming(|naming| without_shapes(&naming.function(inst)));
            for told in &explained.steps {
                if let Some(mut note) = self.told(&callee, told) {
                    note.note = format!("in `{name}`: {}", note.note);
                    why.push(note);
                }
            }
            next = explained.onward;
        }
    }

    /// Why the value is on the heap.
    fn why(&self, analyzed: &Analyzed, site: &allocation::Site) -> Explained {
        let path = analyzed.path_of(site.thing);
        path.map_or_else(Explained::default, |path| self.explain(analyzed, path))
    }

    fn explain(&self, analyzed: &Analyzed, path: &escape::Path) -> Explained {
        let others: Vec<Option<Arc<Analyzed>>> =
            analyzed.together.functions.iter().map(|&inst| self.engine.function(inst)).collect();
        let bodies: Vec<Option<(InstId, &Body)>> = others
            .iter()
            .map(|other| other.as_ref().map(|other| (other.entry.inst, &other.entry.body)))
            .collect();
        let wording = self.wording(analyzed.entry.inst);
        self.naming(|naming| Explainer { naming, wording: &wording, bodies: &bodies }.explain(path))
    }

    fn told(&mut self, analyzed: &Analyzed, told: &Told) -> Option<Note> {
        let inst = *analyzed.together.functions.get(told.entry)?;
        let other = self.engine.function(inst)?;
        let found = self.spans.of(&other.entry.body, told.thing, told.pos)?;
        let text = without_shapes(&told.text).replace("interface {}", "any");
        Some(self.note(&found, text))
    }

    fn note(&mut self, found: &Found<'p>, note: String) -> Note {
        let (path, start, end) = self.marked(found);
        Note { path: path.into(), start, end, note }
    }

    fn marked(&mut self, found: &Found<'p>) -> (String, Position, Position) {
        let lines = &found.file.positions.lines;
        let (start, end) = (found.span.start, found.span.end);
        (self.shown(found), Position::new(lines, start), Position::new(lines, end))
    }

    /// The path that a file is shown under.
    fn shown(&mut self, found: &Found<'p>) -> String {
        let path = self.analysis.relative(&found.file.path);
        let shown = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        self.sources.entry(PathBuf::from(&shown)).or_insert_with(|| found.file.text.clone());
        shown
    }
}

/// The function that something in `func` is told of: bodies of loops over functions and wrappers of calls are no functions
/// to who reads the source.
fn owner(body: &Body, mut func: FuncId) -> FuncId {
    let mut seen = FxHashSet::default();
    while seen.insert(func) {
        let function = &body.funcs[func];
        let hidden =
            function.flags.has(FuncFlags::WRAPPER) || function.flags.has(FuncFlags::RANGE_BODY);
        match function.parent {
            Some(parent) if hidden => func = parent,
            _ => break,
        }
    }
    func
}

/// The text of an expression on one line, cut where it is long.
fn on_one_line(found: &Found<'_>) -> String {
    let text = found.file.text.get(found.span.range()).unwrap_or_default();
    let text = String::from_utf8_lossy(text);
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().trim_end();
    let mut line: String = first.chars().take(LONGEST).collect();
    if line.len() < first.len() {
        line.push('…');
    } else if lines.next().is_some() {
        line.push_str(match first.chars().next_back() {
            Some('{') => "…}",
            Some('(') => "…)",
            _ => " …",
        });
    }
    line
}
