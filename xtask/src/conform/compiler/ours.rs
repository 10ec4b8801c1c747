//! What our analysis says of the packages that the compiler is asked about.
//!
//! Both functions are given the packages that the compiler accepted and answer for each of them, in
//! the compiler's words and under its name. Names that differ from one run of the compiler to the
//! next need no care: [`super::normalise`] treats both sides alike. A package that breaks the
//! analysis is left out of the answer; it then counts as one of which nothing was said.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use super::parse::Remark;
use super::tree::Tree;
use super::{Question, Target};
use crate::toolchain::Go;

/// The remarks of the analysis on each package, by import path.
///
/// `question` says which are asked for: those of `-m`, of `-m -l` everywhere, or the costs and
/// decisions of `-m=2`.
///
/// # Errors
///
/// The packages cannot be loaded, or nothing says anything yet.
pub(super) fn remarks(
    _go: &Go,
    _target: &Target,
    _packages: &BTreeSet<String>,
    _question: &Question,
) -> Result<BTreeMap<String, Vec<Remark>>> {
    bail!("our side is not built yet; --theirs prints what the compiler says")
}

/// The lowered functions of each package, by import path, at the stage that `question` names.
///
/// # Errors
///
/// The packages cannot be loaded, or nothing says anything yet.
pub(super) fn trees(
    _go: &Go,
    _target: &Target,
    _packages: &BTreeSet<String>,
    _question: &Question,
) -> Result<BTreeMap<String, Vec<Tree>>> {
    bail!("our side is not built yet; --theirs prints what the compiler says")
}
