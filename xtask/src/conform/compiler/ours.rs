//! What our analysis says of the packages that the compiler is asked about.
//!
//! Both functions are given the packages that the compiler accepted and answer for each of them, in
//! the compiler's words and under its name. Names that differ from one run of the compiler to the
//! next need no care: [`super::normalise`] treats both sides alike. A package that breaks the
//! analysis is left out of the answer; it then counts as one of which nothing was said.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

use ::types::Store;
use ::types::layout::Sizes;
use ::types::program::{Program, Unit, UnitId};
use anyhow::{Context, Result, bail};
use escape::{Ask, Detail, Engine, Functions, HotCalls, Line};
use lower::Compiler;
use lower::ir::{Aux, InstId, NodeId};
use lower::names::Naming;
use profile::Calls;
use source::{Id, IndexVec};

use super::parse::Remark;
use super::tree::{Node, Tree};
use super::{About, Question, Stage, Target};
use crate::conform::{list, types};
use crate::toolchain::Go;

/// The remarks of the analysis on each package, by import path.
///
/// `question` says which are asked for: those of `-m`, of `-m -l` everywhere, or the costs and
/// decisions of `-m=2`.
///
/// # Errors
///
/// The packages cannot be loaded.
pub(super) fn remarks(
    go: &Go,
    target: &Target,
    packages: &BTreeSet<String>,
    question: &Question,
) -> Result<BTreeMap<String, Vec<Remark>>> {
    let loaded = Loaded::new(go, target, packages)?;
    loaded.with(go, question, |functions, units| {
        let engine = Engine::new(functions, Ask::default());
        let answer = units
            .iter()
            .map(|(name, unit)| (name.clone(), remarks_of(&engine, *unit, question.about)));
        Ok(answer.collect())
    })
}

fn remarks_of(engine: &Engine<'_>, unit: UnitId, about: About) -> Vec<Remark> {
    let detail = if about == About::Inlining { Detail::Costs } else { Detail::Plain };
    let lines = escape::lines(engine, unit, detail).into_iter();
    lines
        .map(|Line { path: file, line, column, text }| Remark { file, line, column, text })
        .collect()
}

/// Looks at packages of a target as they are built, inlining included.
///
/// # Errors
///
/// The packages cannot be loaded, or `look` says so.
pub(in crate::conform) fn analyse<R: Send>(
    go: &Go,
    target: &Target,
    packages: &BTreeSet<String>,
    look: impl FnOnce(&Functions<'_>, &[(String, UnitId)]) -> Result<R> + Send,
) -> Result<R> {
    let question = Question { about: About::Escape, inlining: true, pgo: false };
    Loaded::new(go, target, packages)?.with(go, &question, look)
}

/// The lowered functions of each package, by import path, at the stage that `question` names.
///
/// # Errors
///
/// The packages cannot be loaded.
pub(super) fn trees(
    go: &Go,
    target: &Target,
    packages: &BTreeSet<String>,
    question: &Question,
) -> Result<BTreeMap<String, Vec<Tree>>> {
    let loaded = Loaded::new(go, target, packages)?;
    loaded.with(go, question, |functions, units| {
        let answer =
            units.iter().map(|(name, unit)| (name.clone(), trees_of(functions, *unit, question)));
        Ok(answer.collect())
    })
}

fn trees_of(functions: &Functions<'_>, unit: UnitId, question: &Question) -> Vec<Tree> {
    let program = functions.program;
    let pkg = program.package(unit);
    let init_number = |obj| functions.init_number(obj);
    let naming = Naming {
        store: program.store(),
        instances: &functions.instances,
        compiler: &functions.compiler,
        package: Some(pkg),
        init_number: &init_number,
    };
    let package = program.store().pkg(pkg).name().as_str();
    let names =
        lower::ir::Names { store: program.store(), instances: &functions.instances, package };
    let mut trees = Vec::new();
    let mut wanted: Vec<InstId> = functions.of_package(unit).collect();
    let mut at = 0;
    while let Some(&inst) = wanted.get(at) {
        at += 1;
        let Some(body) = functions.lower(inst) else { continue };
        // Generic functions are compiled where they are asked for.
        for id in 0..body.nodes.len() {
            if let Aux::Inst(used) = body.nodes[NodeId::from_index(id)].aux
                && !functions.instances.get(used).shapes.is_empty()
                && !wanted.contains(&used)
            {
                wanted.push(used);
            }
        }
        // Those of other packages stand behind their package's name.
        let (whole, own) = (naming.function(inst), naming.symbol(inst));
        let prefix = whole.strip_suffix(&*own).unwrap_or_default();
        for func in body.func_ids() {
            let name = format!("{prefix}{}", naming.within(&body, inst, func));
            let lines = body.dump_stmts(func, names);
            let nodes = lines.into_iter().map(|line| Node {
                depth: line.depth,
                op: line.op,
                detail: line.detail,
                rest: String::new(),
            });
            let stage = match question.about {
                About::Trees(stage) => stage,
                _ => Stage::Inline,
            };
            trees.push(Tree { stage, name, nodes: nodes.collect() });
        }
    }
    trees
}

/// The packages of a target and all that they import, read.
pub(super) struct Loaded {
    units: IndexVec<UnitId, Unit>,
    /// Those that are asked about.
    asked: Vec<(String, UnitId)>,
    arch: String,
}

impl Loaded {
    fn new(go: &Go, target: &Target, packages: &BTreeSet<String>) -> Result<Self> {
        let mut listed = list::list(go, target)?;
        // Tests are not compiled by what the compiler is asked with.
        listed.retain(|package| package.for_test.is_empty());
        let mut sources = types::sources(&listed);
        // Bodies are read when they are asked for; the packages that are compared are looked into whole.
        for source in &mut sources {
            if !packages.contains(&source.id) {
                source.emit.clear();
            }
        }
        let units = crate::conform::ours::units(&sources)?;
        let ids = units.ids().zip(&sources);
        let asked = ids.filter(|(_, source)| packages.contains(&source.id));
        let asked = asked.map(|(unit, source)| (source.id.clone(), unit)).collect();
        let arch = sources.first().map_or_else(|| "amd64".to_owned(), |s| s.arch.clone());
        Ok(Self { units, asked, arch })
    }

    /// What the profile of the only program among the packages says of calls, if it counts.
    fn hot_calls(&self, question: &Question) -> Result<Option<HotCalls>> {
        let of_unit = |(_, unit): &(String, UnitId)| {
            let file = self.units[*unit].files.first()?;
            let profile = file.path.with_file_name("default.pgo");
            profile.is_file().then_some(profile)
        };
        let Some(file) = self.asked.iter().find_map(of_unit).filter(|_| question.pgo) else {
            return Ok(None);
        };
        let profile = profile::read(&std::fs::read(&file)?).context("its default.pgo")?;
        let calls = Calls::of(&profile).context("its default.pgo")?;
        Ok(Some(HotCalls::new(calls.hot())))
    }

    fn with<R>(
        &self,
        go: &Go,
        question: &Question,
        look: impl FnOnce(&Functions<'_>, &[(String, UnitId)]) -> Result<R> + Send,
    ) -> Result<R>
    where
        R: Send,
    {
        let store = Store::new();
        let arch = &self.arch;
        let sizes = Sizes::for_arch(arch).with_context(|| format!("unknown GOARCH {arch}"))?;
        let program = Program::new(&store, &self.units, sizes);
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        program.check(threads, &|_| {});
        let minor = go.minor().context("not a release of Go")?;
        let compiler = Compiler::new(minor, arch, "");
        let compiler = compiler.with_context(|| format!("unknown GOARCH {arch}"))?;
        let compiler = Compiler { inline: question.inlining, ..compiler };
        let mut functions = Functions::new(&program, compiler);
        if let Some(hot) = self.hot_calls(question)? {
            functions = functions.with_hot_calls(Arc::new(hot));
        }
        // Bodies are walked by recursion.
        std::thread::scope(|scope| {
            let worker = std::thread::Builder::new().stack_size(512 << 20);
            let worker = worker.spawn_scoped(scope, || look(&functions, &self.asked))?;
            match worker.join() {
                Ok(result) => result,
                Err(_) => bail!("the analysis broke"),
            }
        })
    }
}
