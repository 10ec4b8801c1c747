//! Maps before Go 1.24: an array of buckets of 8 entries, doubled when there are 6.5 entries a bucket.
//!
//! Source: `makemap`, `makeBucketArray` and `hashGrow` of the runtime and `reflectdata.MapBucketType`, Go 1.23.

use crate::allocation::Allocation;
use crate::layout::Layout;
use crate::map::MapCost;
use crate::target::Target;

/// Entries of a bucket.
const BUCKET: u64 = 8;

/// From how many buckets (as a power of two) some are kept ready for chains.
const SPARE_FROM: u32 = 4;

/// A map of some type.
pub(crate) struct Buckets {
    target: Target,
    bucket: Layout,
}

impl Buckets {
    pub(crate) fn new(target: Target, key: Layout, value: Layout) -> Self {
        // The next bucket of a chain is a pointer to the collector only if others are there.
        let pointers = key.has_pointers() || value.has_pointers();
        let next = if pointers {
            Layout::pointer(target.word)
        } else {
            Layout::plain(target.word, target.word)
        };
        let hashes = Layout::plain(1, 1).array(BUCKET);
        let parts = [hashes, key.array(BUCKET), value.array(BUCKET), next];
        Self { target, bucket: Layout::structure(parts) }
    }

    pub(crate) fn cost(&self, hint: u64, entries: u64, on_stack: bool) -> MapCost {
        let target = self.target;
        let mut allocation = Allocation::NONE;
        if !on_stack {
            // Count; flags, logarithm, chains, seed in 8 bytes; old and new buckets, progress, rest.
            allocation += target.request(5 * target.word + 8, true);
        }
        let mut power = 0;
        while over_loaded(hint, power) {
            power += 1;
        }
        let mut spare = false;
        if power > 0 {
            allocation += self.array(power, &mut spare);
        } else if entries > 0 && !(on_stack && hint <= BUCKET) {
            allocation += self.array(0, &mut spare);
        }
        while over_loaded(entries, power) {
            power += 1;
            allocation += self.array(power, &mut spare);
        }
        MapCost { allocation, exact: entries <= BUCKET }
    }

    /// 2^power buckets and, from 16 on, a sixteenth more for chains and all that fits into the size class; then also the
    /// record that knows them, once.
    fn array(&self, power: u32, known: &mut bool) -> Allocation {
        let plain = 1 << power;
        let mut count = plain;
        if power >= SPARE_FROM {
            count += 1 << (power - SPARE_FROM);
            let bytes = self.bucket.size.saturating_mul(count);
            count = self.target.rounded(bytes, self.bucket.has_pointers()) / self.bucket.size;
        }
        let mut allocation = self.target.array(self.bucket, count);
        if count > plain && !std::mem::replace(known, true) {
            allocation += self.target.request(3 * self.target.word, true);
        }
        allocation
    }
}

/// Whether so many entries are too many for 2^power buckets.
fn over_loaded(entries: u64, power: u32) -> bool {
    power < 60 && entries > BUCKET && entries > 13 * ((1 << power) / 2)
}
