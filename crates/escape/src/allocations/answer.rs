//! What is said of a place.

use super::Happening;
use crate::allocation::{Allocates, AllocationFacts, Because, Site, When};

/// What is allocated at a place each time that it runs.
#[derive(Clone, PartialEq, Debug)]
pub struct Allocated {
    /// Whether anything is.
    pub allocates: Allocates,
    /// Objects when it allocates; at least so many where that is not known exactly.
    pub objects: u64,
    /// Bytes when it allocates, size classes included; `None` where that depends on what is not known.
    pub bytes: Option<u64>,
    /// Where `bytes` is not known, what is asked for: `8*n`.
    pub bytes_formula: Option<String>,
    /// Bytes that the garbage collector has to look into; `None` where that is not known.
    pub scan_bytes: Option<u64>,
    /// The way of the value to the heap, as far as it is in the package; empty where it is not on the heap, and where the
    /// engine was not asked for ways.
    pub why: Vec<Happening>,
}

impl Allocated {
    /// Nothing: the compiler left it out.
    pub(super) const NOT_REACHED: Self = Self {
        allocates: Allocates::Never(Because::NotReached),
        objects: 0,
        bytes: Some(0),
        bytes_formula: None,
        scan_bytes: Some(0),
        why: Vec::new(),
    };

    pub(super) fn of_site(site: &Site) -> Self {
        Self {
            allocates: site.allocates,
            objects: site.objects,
            bytes: site.bytes,
            bytes_formula: site.bytes_formula.clone(),
            scan_bytes: site.scan_bytes,
            why: Vec::new(),
        }
    }

    /// What a function allocates that is called and not inlined.
    pub(super) fn by_callee(facts: AllocationFacts) -> Self {
        let allocates = match facts {
            AllocationFacts { always_objects: 1.., .. } => Allocates::Always,
            AllocationFacts { sometimes: false, calls_unknown: false, .. } => {
                Allocates::Never(Because::OnStack)
            }
            _ => Allocates::Sometimes(When::Unknown),
        };
        let certain = !facts.sometimes && !facts.calls_unknown;
        Self {
            allocates,
            objects: facts.always_objects,
            bytes: facts.always_bytes.filter(|_| certain),
            bytes_formula: None,
            scan_bytes: None,
            why: Vec::new(),
        }
    }

    /// What is said of something that there is once for each instance of generic code. `None` where there is none.
    pub(super) fn of_instances(each: impl Iterator<Item = Self>) -> Option<Self> {
        each.reduce(Self::or)
    }

    /// One of the two, it is not known which.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let allocates = match (self.allocates, other.allocates) {
            (Allocates::Always, Allocates::Always) => Allocates::Always,
            (Allocates::Never(because), Allocates::Never(_)) => Allocates::Never(because),
            (Allocates::Sometimes(when), _) | (_, Allocates::Sometimes(when)) => {
                Allocates::Sometimes(when)
            }
            _ => Allocates::Sometimes(When::Unknown),
        };
        let (first, second) = if self.allocates.is_never() { (other, self) } else { (self, other) };
        let agree = second.allocates.is_never() || first.bytes == second.bytes;
        Self {
            allocates,
            objects: first.objects.max(second.objects),
            bytes: first.bytes.filter(|_| agree),
            bytes_formula: first.bytes_formula,
            scan_bytes: first.scan_bytes.max(second.scan_bytes),
            why: if first.why.is_empty() { second.why } else { first.why },
        }
    }

    /// Both.
    pub(super) fn and(self, other: Self) -> Self {
        if self.allocates.is_never() {
            return other;
        }
        if other.allocates.is_never() {
            return self;
        }
        let allocates = match (self.allocates, other.allocates) {
            (Allocates::Always, _) | (_, Allocates::Always) => Allocates::Always,
            (first, _) => first,
        };
        let sum = |a: Option<u64>, b: Option<u64>| Some(a?.saturating_add(b?));
        Self {
            allocates,
            objects: self.objects.saturating_add(other.objects),
            bytes: sum(self.bytes, other.bytes),
            bytes_formula: None,
            scan_bytes: sum(self.scan_bytes, other.scan_bytes),
            why: if self.why.is_empty() { other.why } else { self.why },
        }
    }
}
