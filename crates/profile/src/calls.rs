//! Which calls cost most: what the Go compiler takes from a profile (`cmd/internal/pgo`, the same in Go 1.24 to 1.27).

use std::fmt;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::profile::{Profile, Sample, Text};

/// A call as a profile knows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CallEdge {
    /// The caller's name.
    pub caller: String,
    /// The name of the function that is called.
    pub callee: String,
    /// The line of the call, counted from that on which the caller begins.
    pub offset: i64,
}

/// Calls of a profile, those with the most samples first; by their names where that is the same.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Calls {
    /// The calls with their weight.
    pub by_weight: Vec<(CallEdge, i64)>,
    /// The weight of all of them.
    pub total: i64,
}

/// Why a profile says nothing of calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallsError {
    /// It counts neither samples nor processor time.
    NoCpu,
    /// It does not tell where functions begin; Go does since 1.20.
    NoStartLines,
}

impl fmt::Display for CallsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCpu => "the profile counts neither samples nor processor time",
            Self::NoStartLines => {
                "the profile does not tell on which line functions begin: it is of a Go before 1.20"
            }
        })
    }
}

impl std::error::Error for CallsError {}

/// Share of the weight of all calls, in percent, that the hot ones make up.
const HOT_PERCENT: f64 = 99.0;

/// A line of a place: its position, and that of the line within it.
type Frame = (u32, usize);

impl Calls {
    /// The calls of a profile of processor time. Of each stack the innermost two places count, and what is inlined there: those
    /// further out were not called as often as they are seen.
    ///
    /// # Errors
    ///
    /// See [`CallsError`]. A profile without samples is no error: it has no calls.
    pub fn of(profile: &Profile) -> Result<Self, CallsError> {
        if profile.samples.is_empty() {
            return Ok(Self::default());
        }
        let wanted = [("samples", "count"), ("cpu", "nanoseconds")];
        let value = profile.types.iter().position(|of| {
            let (name, unit) = (profile.text(of.name), profile.text(of.unit));
            wanted.contains(&(&*name, &*unit))
        });
        let value = value.ok_or(CallsError::NoCpu)?;
        if profile.functions.iter().all(|function| function.start_line == 0) {
            return Err(CallsError::NoStartLines);
        }
        let mut weights: FxHashMap<(Text, Text, i64), i64> = FxHashMap::default();
        for sample in &profile.samples {
            let weight = profile.values(sample)[value];
            if weight != 0 {
                add(profile, sample, weight, &mut weights);
            }
        }
        Ok(Self::sorted(profile, &weights))
    }

    fn sorted(profile: &Profile, weights: &FxHashMap<(Text, Text, i64), i64>) -> Self {
        // Two texts may read the same.
        let mut by_name: FxHashMap<CallEdge, i64> = FxHashMap::default();
        for (&(caller, callee, offset), &weight) in weights {
            let (caller, callee) =
                (profile.text(caller).into_owned(), profile.text(callee).into_owned());
            *by_name.entry(CallEdge { caller, callee, offset }).or_default() += weight;
        }
        let total = by_name.values().sum();
        let mut by_weight: Vec<_> = by_name.into_iter().collect();
        by_weight.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
        Self { by_weight, total }
    }

    /// The calls that together make up most of the weight: caller, callee, and the line counted from that on which the caller
    /// begins.
    pub fn hot(&self) -> impl ExactSizeIterator<Item = (&str, &str, i64)> {
        let mut sum = 0;
        let over = self.by_weight.iter().position(|(_, weight)| {
            sum += weight;
            100.0 * sum as f64 / self.total as f64 > HOT_PERCENT
        });
        // The one that makes it go over is one of them.
        let hot = &self.by_weight[..over.map_or(self.by_weight.len(), |at| at + 1)];
        hot.iter().map(|(edge, _)| (&*edge.caller, &*edge.callee, edge.offset))
    }
}

/// Adds the calls that a sample was taken in.
fn add(
    profile: &Profile,
    sample: &Sample,
    weight: i64,
    weights: &mut FxHashMap<(Text, Text, i64), i64>,
) {
    let mut seen: FxHashSet<Frame> = FxHashSet::default();
    let mut seen_calls: FxHashSet<(Frame, Frame)> = FxHashSet::default();
    let mut parent: Option<Frame> = None;
    let innermost: Vec<u32> = profile.stack(sample).take(2).collect();
    for &location in innermost.iter().rev() {
        for at in (0..profile.lines(location).len()).rev() {
            let frame = (location, at);
            let is_new = seen.insert(frame);
            if let Some(parent) = parent
                && parent != frame
                && (is_new || !seen_calls.contains(&(frame, parent)))
                && let Some(edge) = edge(profile, parent, frame)
            {
                seen_calls.insert((frame, parent));
                *weights.entry(edge).or_default() += weight;
            }
            parent = Some(frame);
        }
    }
}

fn edge(profile: &Profile, caller: Frame, callee: Frame) -> Option<(Text, Text, i64)> {
    let line = |(location, at): Frame| profile.lines(location)[at];
    let function = |frame| Some(profile.functions[line(frame).function? as usize]);
    let around = function(caller)?;
    let offset = line(caller).line.wrapping_sub(around.start_line);
    Some((around.name, function(callee)?.name, offset))
}
