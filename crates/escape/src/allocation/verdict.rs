//! What is said of one operation, from what is known of its operands.
//!
//! Empty values aside, which hardly anyone means to ask about, [`Allocates::Always`] is said of what allocates for any other
//! value. Where the operand is known to be empty, what happens then is said.

use memory::{Allocation, Boxing, Exception, Layout, Shape, Target};

use super::site::{Allocates, Because, When};
use super::value::{Abstract, SliceValue};

/// Bytes (or runes) of the buffer on the stack for a text that does not leave the function (`tmpStringBufSize`).
const TEXT_BUFFER: u64 = 32;

/// Largest value, in bytes, that is put into an interface by way of the stack where it does not leave the function
/// (`dataWord` of the compiler).
const MAX_STACK_BOX: u64 = 1024;

/// Entries up to which a map is one group (bucket).
const SMALL_MAP: u64 = 8;

/// What is said of an operation.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Verdict {
    pub(super) allocates: Allocates,
    /// What it takes when it allocates, if that is known.
    pub(super) allocation: Option<Allocation>,
    /// Bytes of each unit of what its size depends on, where that is not known.
    pub(super) unit: u64,
    /// Objects at least, when it allocates.
    pub(super) least: u64,
    pub(super) scan: Option<u64>,
}

impl Verdict {
    pub(super) const fn never(because: Because) -> Self {
        let allocates = Allocates::Never(because);
        Self { allocates, allocation: Some(Allocation::NONE), unit: 0, least: 0, scan: Some(0) }
    }

    pub(super) fn always(allocation: Allocation, scan: u64) -> Self {
        if allocation.is_none() {
            return Self::never(Because::Empty);
        }
        let least = allocation.objects();
        let allocates = Allocates::Always;
        Self { allocates, allocation: Some(allocation), unit: 0, least, scan: Some(scan) }
    }

    /// As [`Self::always`], with a size that is not known.
    pub(super) const fn unsized_(unit: u64) -> Self {
        let allocates = Allocates::Always;
        Self { allocates, allocation: None, unit, least: 1, scan: None }
    }

    pub(super) const fn at_times(mut self, when: When) -> Self {
        if !self.allocates.is_never() {
            self.allocates = Allocates::Sometimes(when);
        }
        self
    }
}

/// A value of its own: a variable on the heap, `new(T)`, `&T{}`, the array of a slice literal.
pub(super) fn object(target: Target, value: Option<Layout>, on_heap: bool) -> Verdict {
    match value {
        Some(layout) if layout.size == 0 => Verdict::never(Because::ZeroSize),
        _ if !on_heap => Verdict::never(Because::OnStack),
        Some(layout) => Verdict::always(target.object(layout), layout.pointer_bytes),
        None => Verdict::unsized_(0),
    }
}

/// `make([]T, n)` of so many elements.
///
/// `constant` says that the compiler knows it. A `make` of a size that it does not know has room for a few elements on the
/// stack since Go 1.25.
pub(super) fn make_slice(
    target: Target,
    elem: Option<Layout>,
    count: Option<u64>,
    constant: bool,
    on_heap: bool,
) -> Verdict {
    let Some(elem) = elem else { return Verdict::unsized_(0) };
    if elem.size == 0 {
        return Verdict::never(Because::ZeroSize);
    }
    if !on_heap && constant {
        return Verdict::never(Because::OnStack);
    }
    let room = if on_heap { 0 } else { target.variable_make_on_stack(elem.size) };
    match count {
        Some(0) => Verdict::never(Because::Empty),
        Some(count) if count <= room => Verdict::never(Because::OnStack),
        Some(count) => Verdict::always(target.array(elem, count), elem.array(count).pointer_bytes),
        None if room > 0 => Verdict::unsized_(elem.size).at_times(When::LongerThan(room)),
        None => Verdict::unsized_(elem.size),
    }
}

/// `make(map[K]V, hint)`, before any entry.
pub(super) fn make_map(
    target: Target,
    parts: Option<(Layout, Layout)>,
    hint: Option<u64>,
    on_heap: bool,
) -> Verdict {
    let Some((key, value)) = parts else { return Verdict::unsized_(0) };
    match hint {
        Some(hint) => {
            let cost = target.map(key, value, hint, 0, !on_heap);
            if cost.allocation.is_none() {
                return Verdict::never(Because::OnStack);
            }
            let scan = cost.allocation.bytes();
            Verdict::always(cost.allocation, scan)
        }
        None if on_heap => Verdict::unsized_(0),
        None => Verdict::unsized_(0).at_times(When::HintAbove(SMALL_MAP)),
    }
}

/// `make(chan T, n)`. Channels are always on the heap; escape analysis does not look at them.
pub(super) fn make_chan(target: Target, elem: Option<Layout>, len: Option<u64>) -> Verdict {
    match (elem, len) {
        (Some(elem), Some(len)) => {
            let scan = elem.array(len).pointer_bytes;
            Verdict::always(target.channel(elem, len), scan)
        }
        (elem, _) => Verdict::unsized_(elem.map_or(0, |elem| elem.size)),
    }
}

/// A sum of strings. `literals` are the bytes of the constants among them: where they alone exceed the buffer, there is none.
pub(super) fn concat(
    target: Target,
    operands: &[Abstract],
    literals: u64,
    on_heap: bool,
) -> Verdict {
    let buffer = !on_heap && literals < TEXT_BUFFER;
    let lens: Option<Vec<u64>> = operands.iter().map(Abstract::text_len).collect();
    match lens {
        Some(lens) => {
            let bytes = lens.iter().copied().fold(0, u64::saturating_add);
            let filled = lens.iter().filter(|&&len| len > 0).count() as u64;
            let allocation = target.concat(bytes, filled, buffer);
            if allocation.is_none() {
                let because = if filled < 2 { Because::Empty } else { Because::OnStack };
                return Verdict::never(because);
            }
            Verdict::always(allocation, 0)
        }
        None if buffer => Verdict::unsized_(1).at_times(When::TextLongerThan(TEXT_BUFFER)),
        None => Verdict::unsized_(1),
    }
}

/// `[]byte(s)`; of a constant, an array of just its size.
pub(super) fn string_to_bytes(
    target: Target,
    len: Option<u64>,
    constant: bool,
    on_heap: bool,
) -> Verdict {
    if constant && !on_heap {
        return Verdict::never(Because::OnStack);
    }
    text(len, on_heap, |len| {
        if constant { target.request(len, false) } else { target.string_to_bytes(len, !on_heap) }
    })
}

/// `[]rune(s)` of so many runes.
pub(super) fn string_to_runes(target: Target, runes: Option<u64>, on_heap: bool) -> Verdict {
    text(runes, on_heap, |runes| target.string_to_runes(runes, !on_heap))
}

/// `string(b)`.
pub(super) fn bytes_to_string(target: Target, len: Option<u64>, on_heap: bool) -> Verdict {
    if len == Some(1) {
        return Verdict::never(Because::Ready);
    }
    text(len, on_heap, |len| target.bytes_to_string(len, !on_heap))
}

/// `string(runes)`: of so many bytes of UTF-8.
pub(super) fn runes_to_string(target: Target, bytes: Option<u64>, on_heap: bool) -> Verdict {
    text(bytes, on_heap, |bytes| target.runes_to_string(bytes, !on_heap))
}

/// `string(r)`.
pub(super) fn rune_to_string(target: Target, on_heap: bool) -> Verdict {
    text(Some(1), on_heap, |_| target.rune_to_string(!on_heap))
}

fn text(len: Option<u64>, on_heap: bool, cost: impl Fn(u64) -> Allocation) -> Verdict {
    match len {
        Some(len) => {
            let allocation = cost(len);
            if allocation.is_none() {
                let because = if len == 0 { Because::Empty } else { Because::OnStack };
                return Verdict::never(because);
            }
            Verdict::always(allocation, 0)
        }
        None if on_heap => Verdict::unsized_(1),
        None => Verdict::unsized_(1).at_times(When::TextLongerThan(TEXT_BUFFER)),
    }
}

/// A value that is put into an interface, which has no representation that lies ready in the program.
pub(super) fn boxing(
    target: Target,
    value: Option<Layout>,
    shape: Shape,
    known: &Abstract,
    on_heap: bool,
) -> Verdict {
    let Some(layout) = value else { return Verdict::unsized_(0) };
    match (layout.size, shape) {
        (0, _) => return Verdict::never(Because::ZeroSize),
        (_, Shape::Pointer) => return Verdict::never(Because::PointerShaped),
        (_, Shape::ReadOnly) => return Verdict::never(Because::Constant),
        (1, Shape::Integer) => return Verdict::never(Because::SingleByte),
        (size, _) if !on_heap && size <= MAX_STACK_BOX => {
            return Verdict::never(Because::OnStack);
        }
        _ => {}
    }
    match target.boxing(layout, shape) {
        Boxing::Never => Verdict::never(Because::PointerShaped),
        Boxing::Always(allocation) => Verdict::always(allocation, layout.pointer_bytes),
        Boxing::Unless(exception, allocation) => {
            let always = Verdict::always(allocation, layout.pointer_bytes);
            match is_ready(exception, layout, known) {
                Some(true) => Verdict::never(Because::Ready),
                Some(false) => always,
                None if exception == Exception::Below256 => always.at_times(When::ValueAbove(255)),
                None => always,
            }
        }
    }
}

/// Whether the runtime has a box ready for a value.
fn is_ready(exception: Exception, layout: Layout, known: &Abstract) -> Option<bool> {
    match exception {
        Exception::Below256 => match known {
            Abstract::Constant(value) if value.as_bool().is_none() && value.as_text().is_none() => {
                if matches!(value.kind(), types::constant::Kind::Float) {
                    // Bits of floating-point numbers: zero alone is small, but for numbers that nobody writes.
                    return Some(value.sign() == 0);
                }
                let value = value.as_i64()?;
                let _ = layout;
                Some((0..256).contains(&value))
            }
            _ => None,
        },
        Exception::EmptyString => known.text_len().map(|len| len == 0),
        Exception::NilSlice => match known {
            // A slice without room may have an array all the same.
            Abstract::Slice(slice) if slice.cap.is_some_and(|cap| cap > 0) => Some(false),
            Abstract::Slice(slice) if *slice == SliceValue::NIL => Some(true),
            Abstract::Nil => Some(true),
            _ => None,
        },
    }
}
