//! The order of fields that makes a struct smallest.

use crate::layout::Layout;

/// The best order of fields: positions in `fields`. It makes the struct as small as it can be and, of the orders that do,
/// has the last pointer as far in front as it can be. Where the given order does both, it is that.
///
/// Fields without size come first, so that no byte is needed behind them; then those of larger alignment, which leave no
/// gaps; then those with pointers, the one that ends in most other bytes last. Otherwise fields stay in the given order.
#[must_use]
pub fn best_order(fields: &[Layout]) -> Vec<usize> {
    let given: Vec<usize> = (0..fields.len()).collect();
    let mut best = given.clone();
    best.sort_by_key(|&at| {
        let field = fields[at];
        let without_pointers = !field.has_pointers();
        let behind = if without_pointers { 0 } else { field.size - field.pointer_bytes };
        (field.size > 0, std::cmp::Reverse(field.align), without_pointers, behind)
    });
    let figures = |order: &[usize]| {
        let whole = Layout::structure(order.iter().map(|&at| fields[at]));
        (whole.size, whole.pointer_bytes)
    };
    if figures(&best) < figures(&given) { best } else { given }
}

#[cfg(test)]
mod tests {
    use super::best_order;
    use crate::Layout;

    #[test]
    fn small_first_pointers_in_front() {
        let (bool, int, pointer) = (Layout::plain(1, 1), Layout::plain(8, 8), Layout::pointer(8));
        let string = Layout { size: 16, align: 8, pointer_bytes: 8 };
        let nothing = Layout::plain(0, 1);
        for (fields, order) in [
            (&[bool, int, bool][..], &[1, 0, 2][..]),
            (&[int, bool], &[0, 1]),
            (&[int, string, pointer], &[2, 1, 0]),
            (&[int, nothing], &[1, 0]),
            (&[bool, nothing, bool], &[0, 1, 2]),
            (&[], &[]),
        ] {
            assert_eq!(best_order(fields), order, "{fields:?}");
        }
    }

    /// No order of up to six fields is better.
    #[test]
    fn nothing_is_better() {
        let kinds = [
            Layout::plain(0, 1),
            Layout::plain(0, 8),
            Layout::plain(1, 1),
            Layout::plain(6, 2),
            Layout::plain(12, 4),
            Layout::plain(8, 8),
            Layout::pointer(8),
            Layout { size: 24, align: 8, pointer_bytes: 8 },
            Layout { size: 16, align: 8, pointer_bytes: 16 },
        ];
        let figures = |fields: &[Layout]| {
            let whole = Layout::structure(fields.iter().copied());
            (whole.size, whole.pointer_bytes)
        };
        let mut seed = 7u64;
        for _ in 0..300 {
            let fields: Vec<Layout> = (0..5)
                .map(|_| {
                    seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    kinds[(seed >> 33) as usize % kinds.len()]
                })
                .collect();
            let best: Vec<Layout> = best_order(&fields).iter().map(|&at| fields[at]).collect();
            let mut least = figures(&fields);
            permute(&mut fields.clone(), 0, &mut |order| least = least.min(figures(order)));
            assert_eq!(figures(&best), least, "{fields:?}");
        }
    }

    fn permute(fields: &mut [Layout], from: usize, tell: &mut dyn FnMut(&[Layout])) {
        if from == fields.len() {
            return tell(fields);
        }
        for at in from..fields.len() {
            fields.swap(from, at);
            permute(fields, from + 1, tell);
            fields.swap(from, at);
        }
    }
}
