//! The tiny allocator: small objects without pointers share a block.
//!
//! An object is put behind the last one of the current block if it fits there, aligned by the powers of two that divide
//! its size. Otherwise a new block is taken, which becomes the current one if more room is left in it than in the
//! current one. Every object counts (`allocs/op`), but bytes (`B/op`) are counted when a block is taken: what a benchmark
//! shows is what a turn takes once blocks fill and are taken in a steady rhythm.
//!
//! Source: `mallocgcTiny` of Go 1.23 to 1.27 (the size-specialised functions of 1.27 do the same).

/// Requests below so many bytes, without pointers, are tiny.
pub const TINY_LIMIT: u64 = 16;

/// Bytes of a block that tiny objects share.
pub const TINY_BLOCK: u64 = 16;

/// How many objects of one size come one after the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Run {
    pub(crate) size: u8,
    pub(crate) count: u64,
}

/// The current block, as far as it is filled; `None` before the first.
type Filled = Option<u8>;

/// Blocks that a turn of these objects takes when it is repeated, as a fraction.
pub(crate) fn blocks_per_turn(runs: &[Run], word: u64) -> (u64, u64) {
    let mut filled: Filled = None;
    // States after each turn, with the blocks taken until then. There are 17 states, so one comes again.
    let mut seen: Vec<(Filled, u64)> = vec![(filled, 0)];
    let mut blocks = 0u64;
    loop {
        for &run in runs {
            blocks = blocks.saturating_add(take(&mut filled, run, word));
        }
        if let Some(first) = seen.iter().position(|&(state, _)| state == filled) {
            return (blocks - seen[first].1, (seen.len() - first) as u64);
        }
        seen.push((filled, blocks));
    }
}

/// Blocks that objects take one after the other, starting with none.
pub(crate) fn blocks(runs: &[Run], word: u64) -> u64 {
    let mut filled: Filled = None;
    runs.iter().map(|&run| take(&mut filled, run, word)).fold(0, u64::saturating_add)
}

/// Blocks that the objects of a run take.
fn take(filled: &mut Filled, run: Run, word: u64) -> u64 {
    let Run { size, count } = run;
    if size == 0 {
        return 0;
    }
    let mut left = count - fill(filled, size, count, word);
    if left == 0 {
        return 0;
    }
    if filled.is_some_and(|end| size >= end) {
        // The current block has as much room as what a new one would have left: it is kept.
        return left;
    }
    let per_block = {
        let mut block = Some(size);
        1 + fill(&mut block, size, TINY_BLOCK, word)
    };
    let taken = left.div_ceil(per_block);
    left -= (taken - 1) * per_block;
    *filled = Some(size);
    fill(filled, size, left - 1, word);
    taken
}

/// Puts up to `count` objects into the current block, and tells how many fit.
fn fill(filled: &mut Filled, size: u8, count: u64, word: u64) -> u64 {
    let mut put = 0;
    while put < count {
        let Some(end) = *filled else { break };
        let end = u64::from(end).next_multiple_of(align(size, word)) + u64::from(size);
        if end > TINY_BLOCK {
            break;
        }
        *filled = Some(end as u8);
        put += 1;
    }
    put
}

/// Alignment of a tiny object: by its size, since its type is not known there. 12 bytes may hold a number of 8, which
/// atomic operations want aligned, also where words have 4.
fn align(size: u8, word: u64) -> u64 {
    if word == 4 && size == 12 { 8 } else { 1 << size.trailing_zeros().min(3) }
}

#[cfg(test)]
mod tests {
    use super::{Run, blocks, blocks_per_turn};

    fn runs(sizes: &[u8]) -> Vec<Run> {
        sizes.iter().map(|&size| Run { size, count: 1 }).collect()
    }

    #[test]
    fn blocks_are_shared() {
        for (sizes, blocks, turns) in [
            (&[1][..], 1, 16),
            (&[2], 1, 8),
            (&[3], 1, 5),
            (&[5], 1, 3),
            (&[8], 1, 2),
            (&[9], 1, 1),
            (&[12], 1, 1),
            (&[8, 8], 1, 1),
            (&[8, 4], 1, 1),
            (&[1, 8], 1, 1),
        ] {
            let (found, per) = blocks_per_turn(&runs(sizes), 8);
            assert_eq!(found * turns, blocks * per, "{sizes:?}: {found}/{per}");
        }
    }

    #[test]
    fn runs_are_their_objects_one_by_one() {
        for size in 1..16 {
            for before in 0..16 {
                for count in [1, 2, 5, 16, 33] {
                    let mut one_by_one = runs(&[before]);
                    one_by_one.extend((0..count).map(|_| Run { size, count: 1 }));
                    let together = [Run { size: before, count: 1 }, Run { size, count }];
                    for word in [4, 8] {
                        let (a, b) = (blocks(&one_by_one, word), blocks(&together, word));
                        assert_eq!(a, b, "{before}, {count} of {size}");
                    }
                }
            }
        }
    }
}
