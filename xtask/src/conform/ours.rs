//! What our checker says of the packages that the oracle is asked about.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use rustc_hash::FxHashMap;
use source::{Id, IndexVec, Span};
use syntax::dump;
use syntax::tree::{Expr, ExprId};
use syntax::walk::Node;
use types::constant::Value;
use types::layout::Sizes;
use types::program::{CheckedPackage, Program, Unit, UnitFile, UnitId};
use types::{Basic, FileFacts, Mode, ObjId, ObjectKind, SelectionKind, Store, TypeId, Universe};

use super::facts::{Record, Strings, Text, What, is_typed, object_text, selection_text, shorten};
use super::types::Source;

/// Every package, checked.
pub(super) struct Checked {
    pub(super) store: Store,
    files: FxHashMap<(String, PathBuf), (Arc<syntax::File>, Arc<FileFacts>)>,
    /// Where values of package variables stand, file by file, and how many are initialised before each.
    inits: FxHashMap<(String, PathBuf), Vec<(u32, usize)>>,
    /// Packages that broke our checker, and how.
    pub(super) broken: Vec<(String, String)>,
}

impl Checked {
    /// Checks packages, the bodies of those that are compared, and keeps their types in
    /// `store`.
    pub(super) fn new(store: Store, sources: &[Source]) -> Result<Self> {
        let units = units(sources)?;
        let arch = sources.first().map_or("amd64", |s| s.arch.as_str());
        let sizes = Sizes::for_arch(arch).with_context(|| format!("unknown GOARCH {arch}"))?;
        let files = Mutex::new(FxHashMap::default());
        let keep = |package: CheckedPackage<'_>| {
            let id = &sources[package.unit.index()].id;
            let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
            for file in package.files {
                files.insert((id.clone(), file.path), (file.tree, file.facts));
            }
        };
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let program = Program::new(&store, &units, sizes);
        program.check(threads, &keep);
        let inits = inits(&program, &units, sources);
        let broken = program.broken().into_iter();
        let broken = broken.map(|(unit, why)| (sources[unit.index()].id.clone(), why)).collect();
        let files = files.into_inner().unwrap_or_else(PoisonError::into_inner);
        drop(program);
        Ok(Self { store, files, inits, broken })
    }

    /// A file of a package, with what is known of its nodes; `None` if it was not checked.
    pub(super) fn file(&self, package: &str, path: &Path) -> Option<(&syntax::File, &FileFacts)> {
        let (file, facts) = self.files.get(&(package.to_owned(), path.to_owned()))?;
        Some((file, facts))
    }

    /// What is known of a file of a package, in words; `None` if the file was not checked.
    pub(super) fn records(
        &self,
        package: &str,
        path: &Path,
        words: &mut Words,
        strings: &mut Strings,
    ) -> Option<Vec<Record>> {
        let file_of_package = (package.to_owned(), path.to_owned());
        let (file, facts) = self.files.get(&file_of_package)?;
        let mut recorder =
            Recorder { store: &self.store, file, facts, words, strings, records: Vec::new() };
        recorder.exprs();
        recorder.idents();
        recorder.selections();
        recorder.implicits();
        recorder.inits(self.inits.get(&file_of_package).map_or(&[], |inits| inits));
        Some(recorder.records)
    }
}

/// The order of initialisation of the packages that are compared.
fn inits(
    program: &Program<'_>,
    units: &IndexVec<UnitId, Unit>,
    sources: &[Source],
) -> FxHashMap<(String, PathBuf), Vec<(u32, usize)>> {
    let mut inits: FxHashMap<_, Vec<_>> = FxHashMap::default();
    for (unit, source) in units.ids().zip(sources).filter(|&(unit, _)| units[unit].root) {
        let order = program.init_order(unit).unwrap_or_default();
        for (number, variable) in order.into_iter().enumerate() {
            let path = units[unit].files[variable.file].path.clone();
            let start = variable.value.map_or(0, |value| value.start);
            inits.entry((source.id.clone(), path)).or_default().push((start, number));
        }
    }
    inits
}

/// Types and objects of the store in words: most occur many times.
#[derive(Default)]
pub(super) struct Words {
    types: FxHashMap<TypeId, Text>,
    objects: FxHashMap<ObjId, Text>,
}

struct Recorder<'a> {
    store: &'a Store,
    file: &'a syntax::File,
    facts: &'a FileFacts,
    words: &'a mut Words,
    strings: &'a mut Strings,
    records: Vec<Record>,
}

/// The packages, read, with the ids of what they import.
pub(super) fn units(sources: &[Source]) -> Result<IndexVec<UnitId, Unit>> {
    let ids: FxHashMap<&str, UnitId> =
        sources.iter().enumerate().map(|(i, s)| (s.id.as_str(), UnitId::from_index(i))).collect();
    let mut units = IndexVec::new();
    for source in sources {
        units.push(unit(source, &ids)?);
    }
    Ok(units)
}

fn unit(listed: &Source, ids: &FxHashMap<&str, UnitId>) -> Result<Unit> {
    let version = listed.go_version.trim_start_matches("go").split('.');
    let mut version = version.map(|part| part.parse().unwrap_or(0));
    let go_version = match (version.next(), version.next()) {
        (Some(major), Some(minor)) => (major, minor),
        _ => (1, 27),
    };
    let mut files = Vec::new();
    for name in &listed.files {
        let path = listed.dir.join(name);
        let text =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        files.push(UnitFile { path, text: source::Text::new(text), go_version });
    }
    let imports = listed.imports.iter();
    let imports = imports.filter_map(|(path, id)| Some((path.clone(), *ids.get(id.as_str())?)));
    let root = !listed.emit.is_empty();
    Ok(Unit { path: listed.path.clone(), files, imports: imports.collect(), root })
}

impl Recorder<'_> {
    fn exprs(&mut self) {
        for (id, expr) in self.file.exprs() {
            let (span, kind) = (self.file.expr_span(id), dump::kind(self.file, Node::Expr(id)));
            if let Some(mode) = self.mode(id) {
                let ty = self.type_text(self.facts.type_of(id).unwrap_or(Universe::INVALID));
                let value = match self.facts.value(id) {
                    Some(value) => self.value_text(value),
                    None => Text::default(),
                };
                let mode = self.strings.add(mode);
                self.push(What::Expr, kind, span, [mode, ty, value, Text::default()]);
                if let Expr::Func { ty: signature, .. } = expr {
                    // go/types tells of its type, which is a node of its own there.
                    let mode = self.strings.add("type");
                    let span = self.file.func_type(signature).span;
                    let values = [mode, ty, Text::default(), Text::default()];
                    self.push(What::Expr, "FuncType", span, values);
                }
            }
        }
    }

    /// How the expression may be used, in the words of [`super::facts`].
    fn mode(&self, id: ExprId) -> Option<&'static str> {
        Some(match self.facts.modes[id] {
            Mode::Invalid => return None,
            Mode::NoValue => "no value",
            Mode::Builtin => "builtin",
            Mode::Type => "type",
            Mode::Constant => "constant",
            Mode::Variable => "variable",
            Mode::MapIndex => "map element",
            Mode::CommaOk => "value, ok",
            Mode::Value | Mode::CommaErr | Mode::CgoFunc => {
                if self.facts.type_of(id) == Some(Basic::UntypedNil.id()) { "nil" } else { "value" }
            }
        })
    }

    fn idents(&mut self) {
        for (id, ident) in self.file.idents() {
            let at = Span::new(ident.pos, ident.pos);
            if let Some(object) = self.facts.defs[id] {
                let (identity, ty) = (self.object_text(object), self.object_type(object));
                let value = match &self.store.obj(object).kind {
                    ObjectKind::Const(value) => value.get().map(|value| self.value_text(value)),
                    _ => None,
                };
                let values = [identity, ty, value.unwrap_or_default(), Text::default()];
                self.push(What::Def, "", at, values);
            }
            if let Some(object) = self.facts.uses[id] {
                let mut values = [Text::default(); 4];
                values[0] = self.object_text(object);
                self.push(What::Use, "", at, values);
            }
            if let Some(instance) = self.facts.instances.get(&id) {
                let arguments: Vec<_> =
                    instance.args.iter().map(|&arg| self.store.type_string(arg)).collect();
                let arguments = self.strings.add(&arguments.join("; "));
                let ty = self.type_text(instance.ty);
                let values = [arguments, ty, Text::default(), Text::default()];
                self.push(What::Instance, "", at, values);
            }
        }
    }

    fn selections(&mut self) {
        for (&id, selection) in &self.facts.selections {
            let Expr::Selector { sel, .. } = self.file.expr(id) else { continue };
            let kind = match selection.kind {
                SelectionKind::Field => "field",
                SelectionKind::Method => "method",
                SelectionKind::MethodExpr => "method expression",
            };
            let how = selection_text(kind, selection.indirect, selection.path.iter().copied());
            let values = [
                self.strings.add(&how),
                self.object_text(selection.obj),
                self.type_text(selection.recv),
                self.type_text(selection.ty),
            ];
            let pos = self.file.ident(sel).pos;
            self.push(What::Selection, "", Span::new(pos, pos), values);
        }
    }

    fn implicits(&mut self) {
        for (&id, &object) in &self.facts.clause_vars {
            self.implicit("CaseClause", self.file.stmt_span(id), object);
        }
        for (&id, &object) in &self.facts.implicit_imports {
            self.implicit("ImportSpec", self.file.spec_span(id), object);
        }
        for (&id, &object) in &self.facts.unnamed_params {
            self.implicit("Field", self.file.field(id).span, object);
        }
    }

    fn inits(&mut self, inits: &[(u32, usize)]) {
        for &(start, number) in inits {
            let mut values = [Text::default(); 4];
            values[0] = self.strings.add(&number.to_string());
            self.push(What::Init, "", Span::new(start, start), values);
        }
    }

    fn implicit(&mut self, kind: &'static str, span: Span, object: ObjId) {
        let values =
            [self.object_text(object), self.object_type(object), Text::default(), Text::default()];
        self.push(What::Implicit, kind, span, values);
    }

    fn push(&mut self, what: What, kind: &'static str, span: Span, values: [Text; 4]) {
        self.records.push(Record { what, kind, start: span.start, end: span.end, values });
    }

    fn type_text(&mut self, ty: TypeId) -> Text {
        *self
            .words
            .types
            .entry(ty)
            .or_insert_with(|| self.strings.add(&shorten(self.store.type_string(ty))))
    }

    /// The type of an object, of those that have one.
    fn object_type(&mut self, id: ObjId) -> Text {
        if is_typed(object_kind(&self.store.obj(id).kind)) {
            self.type_text(self.store.obj_type(id))
        } else {
            Text::default()
        }
    }

    fn object_text(&mut self, id: ObjId) -> Text {
        *self.words.objects.entry(id).or_insert_with(|| {
            let object = self.store.obj(id);
            let path = object
                .place
                .map(|place| (self.store.file(place.file).path.to_string_lossy(), place.offset));
            let place = path.as_ref().map(|(path, offset)| (path.as_ref(), *offset));
            self.strings.add(&object_text(object_kind(&object.kind), object.name.as_str(), place))
        })
    }

    fn value_text(&mut self, value: &Value) -> Text {
        self.strings.add(&shorten(value.exact_string()))
    }
}

/// The name of the object's type in go/types.
fn object_kind(kind: &ObjectKind) -> &'static str {
    match kind {
        ObjectKind::PkgName(_) => "PkgName",
        ObjectKind::Const(_) => "Const",
        ObjectKind::TypeName => "TypeName",
        ObjectKind::Var(_) => "Var",
        ObjectKind::Func { .. } => "Func",
        ObjectKind::Label => "Label",
        ObjectKind::Builtin(_) => "Builtin",
        ObjectKind::Nil => "Nil",
    }
}
