//! Sizes, alignments, offsets and pointer bytes, against go/types.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustc_hash::FxHashMap;
use source::Id;
use syntax::tree::IdentId;
use types::{FileFacts, Mode, Store, TypeId};

use super::super::ours::Checked;
use super::super::types::{Answers, Asked, Source};
use super::super::wire::Reader;
use super::super::{Report, Target, shown};
use super::{Figures, ours};

/// Asks the oracle; it answers while we check the same packages.
pub(super) fn ask(oracle: &Path, sources: &[Source]) -> Result<Asked> {
    Answers { subcommand: "sizes", store: Store::new(), unasked: &BTreeSet::new() }
        .ask(oracle, sources)
}

/// Compares, and tells how many types there were.
pub(super) fn compare(
    told: Asked,
    checked: &Checked,
    target: &Target,
    report: &mut Report,
) -> Result<usize> {
    let answer = told.answer()?;
    let mut reader = Reader::new(answer.as_slice())?;
    let mut types = 0;
    while !reader.at_end()? {
        reader.uint()?; // The length of the block.
        let id = reader.text()?;
        reader.uint()?; // Errors; where there are some, no file is told.
        for _ in 0..reader.uint()? {
            reader.text()?;
        }
        for _ in 0..reader.uint()? {
            let path = PathBuf::from(reader.text()?);
            let told = read_file(&mut reader)?;
            types += told.len();
            let Some((file, facts)) = checked.file(&id, &path) else {
                let name = shown(&path, target);
                report.differs("file not checked", || format!("{name}: not checked"));
                continue;
            };
            let written = written(file, facts, &checked.store);
            for (at, theirs) in told {
                let line = file.lines.locate(at.0).line;
                let place = format!("{}:{line}", shown(&path, target));
                let Some(&ty) = written.get(&at) else {
                    report.differs("type only Go's", || format!("{place}: a type only Go sees"));
                    continue;
                };
                let name = checked.store.type_string(ty);
                match ours(&checked.store, ty) {
                    Some(our) => our.differs(&theirs, &name, &place, "go/types", report),
                    None => report.differs("not known", || format!("{place}: {name}: not known")),
                }
            }
        }
    }
    report.compared("types", types);
    Ok(types)
}

/// First byte and length.
type Place = (u32, u32);

fn read_file(reader: &mut Reader<impl Read>) -> io::Result<Vec<(Place, Figures)>> {
    reader.restart_offsets();
    let mut told = Vec::new();
    while reader.byte()? != 0 {
        let place = (reader.offset()? as u32, reader.int()? as u32);
        let (size, align, pointer_bytes) = (reader.int()?, reader.int()?, reader.int()?);
        let count = reader.uint()?;
        let offsets = (0..count).map(|_| reader.int()).collect::<io::Result<_>>()?;
        told.push((place, Figures { size, align, pointer_bytes, offsets }));
    }
    Ok(told)
}

/// The types that a file writes and declares, by where they stand.
fn written(file: &syntax::File, facts: &FileFacts, store: &Store) -> FxHashMap<Place, TypeId> {
    let mut types = FxHashMap::default();
    for (id, _) in file.exprs() {
        if let (Mode::Type, Some(ty)) = (facts.modes[id], facts.type_of(id)) {
            let span = file.expr_span(id);
            types.insert((span.start, span.end - span.start), ty);
        }
    }
    for id in (0..file.ident_count()).map(IdentId::from_index) {
        if let Some(object) = facts.defs[id]
            && store.obj(object).is_type_name()
        {
            let ident = file.ident(id);
            types.insert((ident.pos, ident.name.as_str().len() as u32), store.obj_type(object));
        }
    }
    types
}
