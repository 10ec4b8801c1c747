//! `unheap layout`

use std::sync::{Mutex, PoisonError};

use memory::{Layout, Slot, TINY_BLOCK, TINY_LIMIT, Target};
use report::{BestOrder, Field, Heap, Struct};
use rules::StructLayout;
use source::{Id, OsSystem};
use syntax::tree::IdentId;
use types::program::{CheckedFile, CheckedPackage};
use types::{Store, Type};

use crate::Exit;
use crate::analysis::Analysis;
use crate::args::{Format, LayoutArgs};

pub(crate) fn run(args: &LayoutArgs) -> Result<Exit, String> {
    let analyses = Analysis::all(&OsSystem, &args.patterns, args.tests, &args.build)?;
    let mut structs = Vec::new();
    let mut packages = 0;
    for analysis in &analyses {
        packages += analysis.roots();
        let gathered = Mutex::new(Vec::new());
        let outcome = analysis.check(&Store::new(), &|package| {
            let found = of_package(analysis, &package, args.ty.as_deref());
            gathered.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        })?;
        for line in analysis.faults(&outcome) {
            anstream::eprintln!("{line}");
        }
        structs.extend(gathered.into_inner().unwrap_or_else(PoisonError::into_inner));
    }
    // A package and its variant for tests both tell of the same files.
    structs.sort_by(|a, b| (&a.path, a.line, &a.name).cmp(&(&b.path, b.line, &b.name)));
    structs.dedup_by(|a, b| (&a.path, a.line, &a.name) == (&b.path, b.line, &b.name));
    if let (Some(ty), true, true) = (&args.ty, structs.is_empty(), packages > 0) {
        return Err(format!("no struct type {ty} whose size is known is declared there"));
    }
    print(args.format, &analyses, &structs)?;
    Ok(if packages == 0 { Exit::Failed } else { Exit::Clean })
}

fn print(format: Format, analyses: &[Analysis], structs: &[Struct]) -> Result<(), String> {
    match format {
        Format::Text => anstream::print!("{}", report::layout_text(structs)),
        Format::Json => {
            let build = analyses.first().map(|analysis| &analysis.build);
            let go = format!("1.{}", build.map_or(0, |build| build.toolchain.minor()));
            let arch = build.map_or("", |build| build.goarch.as_str());
            let text = report::layout_json(&go, arch, structs).map_err(|e| e.to_string())?;
            anstream::print!("{text}");
        }
    }
    Ok(())
}

/// The structs that a package declares; only those of a name if one is given.
fn of_package(
    analysis: &Analysis,
    package: &CheckedPackage<'_>,
    name: Option<&str>,
) -> Vec<Struct> {
    let mut structs = Vec::new();
    for file in &package.files {
        for id in (0..file.tree.ident_count()).map(IdentId::from_index) {
            if let Some(one) = declared(analysis, package, file, id)
                && name.is_none_or(|name| is_called(&one, name))
            {
                structs.push(one);
            }
        }
    }
    structs
}

/// Whether a struct is called so, with its package or without.
fn is_called(one: &Struct, name: &str) -> bool {
    one.name == name || one.name.strip_suffix(name).is_some_and(|rest| rest.ends_with(['.', '/']))
}

/// The struct type that an identifier declares, if it does.
fn declared(
    analysis: &Analysis,
    package: &CheckedPackage<'_>,
    file: &CheckedFile,
    id: IdentId,
) -> Option<Struct> {
    let store = package.store;
    let object = file.facts.defs[id]?;
    let ty = store.obj_type(object);
    if !store.obj(object).is_type_name() || !matches!(store.ty(ty), Type::Named(_)) {
        return None;
    }
    let layout = StructLayout::of(store, package.sizes, ty)?;
    let target = Target::new(analysis.build.toolchain.minor(), package.sizes.word.unsigned_abs());
    let ident = file.tree.ident(id);
    let path = analysis.relative(&file.path).to_string_lossy().into_owned();
    Some(Struct {
        name: format!("{}.{}", store.pkg(package.pkg).path.as_str(), ident.name.as_str()),
        path: path.replace(std::path::MAIN_SEPARATOR, "/"),
        line: file.tree.locate(ident.pos).line,
        size: layout.whole.size,
        align: layout.whole.align,
        pointer_bytes: layout.whole.pointer_bytes,
        padding: layout.padding(),
        heap: heap(target, layout.whole),
        fields: fields(store, &layout),
        best: best(store, target, &layout),
    })
}

fn fields(store: &Store, layout: &StructLayout) -> Vec<Field> {
    let fields = layout.fields.iter();
    let fields = fields.map(|field| Field {
        name: store.obj(field.object).name.as_str().to_owned(),
        ty: store.type_string(store.obj_type(field.object)),
        offset: field.offset,
        size: field.layout.size,
        align: field.layout.align,
        pointer_bytes: field.layout.pointer_bytes,
        padding: field.padding,
    });
    fields.collect()
}

fn best(store: &Store, target: Target, layout: &StructLayout) -> Option<BestOrder> {
    if layout.is_best() {
        return None;
    }
    let name = |&at: &usize| store.obj(layout.fields[at].object).name.as_str().to_owned();
    let (now, then) = (heap(target, layout.whole), heap(target, layout.best));
    Some(BestOrder {
        order: layout.order.iter().map(name).collect(),
        size: layout.best.size,
        pointer_bytes: layout.best.pointer_bytes,
        heap: then,
        saves_bytes: now.bytes.saturating_sub(then.bytes),
        saves_scan_bytes: layout.whole.pointer_bytes.saturating_sub(layout.best.pointer_bytes),
    })
}

fn heap(target: Target, value: Layout) -> Heap {
    let bytes = target.object(value).bytes();
    if value.size < TINY_LIMIT && !value.has_pointers() {
        let waste = bytes.saturating_sub(value.size);
        return Heap { bytes, class: TINY_BLOCK, header: 0, waste };
    }
    let slot = target.slot(value.size, value.has_pointers());
    let header = match slot {
        Slot::Small { header, .. } => header,
        Slot::None | Slot::Large { .. } => 0,
    };
    Heap { bytes, class: slot.bytes(), header, waste: slot.usable().saturating_sub(value.size) }
}
