//! Edits with the imports that they need and drop.
//!
//! A rule states a [`Plan`]: what to replace, and which packages the new text refers to. [`complete`] makes of one
//! plan all that has to be replaced in the file, [`merge`] does it for several at once. Where the file was as gofmt
//! leaves it, so is the result; a plan that would undo that, or that cannot be carried out, is refused.

mod imports;
mod layout;
mod merge;
mod plan;
mod write;

use source::Edit;
use types::program::CheckedFile;
use types::{FileId, ObjId, ObjectKind, Store};

pub use layout::indent;
pub use merge::{Merged, merge};
pub use plan::{Applicability, Plan};
pub use write::{WriteError, replace, write};

/// A file to be edited.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The file.
    pub file: &'a CheckedFile,
    /// Types and objects.
    pub store: &'a Store,
}

impl Target<'_> {
    /// The place of the file among those of the run.
    #[must_use]
    pub fn id(&self) -> FileId {
        self.file.id
    }

    /// Whether an object is a package as the file names it.
    fn is_package(&self, object: ObjId) -> bool {
        matches!(self.store.obj(object).kind, ObjectKind::PkgName(_))
    }
}

/// Why a plan is not carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Edits overlap.
    Overlap,
    /// Comments at the ends of neighbouring lines are aligned, and would not be afterwards.
    AlignedComments,
    /// A function stands on one line, and would be too long for it.
    OneLine,
    /// A package cannot be imported here.
    Import,
}

/// All edits of a plan, those of the import declarations included: applied alone they leave code that compiles.
///
/// # Errors
/// When the plan cannot be carried out.
pub fn complete(target: Target<'_>, plan: &Plan) -> Result<Vec<Edit>, Refusal> {
    let mut edits = plan.edits.clone();
    if merge::overlap(&mut edits) {
        return Err(Refusal::Overlap);
    }
    if layout::unaligns_comments(target, &edits) {
        return Err(Refusal::AlignedComments);
    }
    if layout::outgrows_its_line(target, &edits) {
        return Err(Refusal::OneLine);
    }
    let imports = imports::edits(target, &edits, &plan.imports)?;
    edits.extend(imports);
    if merge::overlap(&mut edits) {
        return Err(Refusal::Overlap);
    }
    Ok(edits)
}
