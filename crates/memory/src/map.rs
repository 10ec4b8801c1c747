//! Maps: Swiss tables, since Go 1.24. What came before is in [`crate::buckets`].
//!
//! A map of up to 8 entries is one group of 8 slots. A larger one is a directory of tables; a table has up to 1024 slots
//! in groups, is filled to 7/8, doubles until it has 1024, and is then split in two. Source: `internal/runtime/maps` and
//! `reflectdata.MapGroupType`, Go 1.24 to 1.27.

use crate::allocation::Allocation;
use crate::buckets::Buckets;
use crate::layout::Layout;
use crate::target::{SWISS_MAPS, Target};

/// Largest key or value, in bytes, that a map holds itself; of a larger one it holds a pointer (all versions).
const MAX_INLINE: u64 = 128;

/// Slots of a group.
const GROUP: u64 = 8;

/// Slots of the largest table.
const MAX_TABLE: u64 = 1024;

/// What a map takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MapCost {
    /// What is taken from the heap.
    pub allocation: Allocation,
    /// Whether it is always that. If not, it depends on how keys spread over tables or buckets, which is drawn by lot
    /// for each map; then this is for keys that spread evenly.
    pub exact: bool,
}

/// What `key` or `value` is as a map holds it, and what each entry takes beside.
pub(crate) fn held(target: Target, part: Layout) -> (Layout, Allocation) {
    if part.size > MAX_INLINE {
        (Layout::pointer(target.word), target.object(part))
    } else {
        (part, Allocation::NONE)
    }
}

impl Target {
    /// `make(map[K]V, hint)`, or `make(map[K]V)` with a hint of 0, and then so many entries with different keys.
    ///
    /// `on_stack` says that the map does not leave the function: its header is then no object, nor is its first group
    /// (bucket) if the hint is at most 8.
    #[must_use]
    pub fn map(
        self,
        key: Layout,
        value: Layout,
        hint: u64,
        entries: u64,
        on_stack: bool,
    ) -> MapCost {
        let (key, key_box) = held(self, key);
        let (value, value_box) = held(self, value);
        let boxes = (key_box + value_box).times(entries);
        let mut cost = if self.minor >= SWISS_MAPS {
            Swiss::new(self, key, value).cost(hint, entries, on_stack)
        } else {
            Buckets::new(self, key, value).cost(hint, entries, on_stack)
        };
        cost.allocation += boxes;
        cost
    }
}

/// A map of some type.
struct Swiss {
    target: Target,
    group: Layout,
}

impl Swiss {
    fn new(target: Target, key: Layout, value: Layout) -> Self {
        let slot = Layout::structure([key, value]);
        // The control bytes are one integer of 8.
        let control = Layout::plain(8, target.word);
        Self { target, group: Layout::structure([control, slot.array(GROUP)]) }
    }

    fn cost(&self, hint: u64, entries: u64, on_stack: bool) -> MapCost {
        let target = self.target;
        let mut allocation = Allocation::NONE;
        if !on_stack {
            allocation += target.request(2 * 8 + 4 * target.word, true);
        }
        let mut tables = if hint <= GROUP {
            if entries > 0 && !on_stack {
                allocation += self.groups(GROUP);
            }
            if entries <= GROUP {
                return MapCost { allocation, exact: true };
            }
            allocation += self.table(2 * GROUP) + self.directory(1);
            Tables { count: 1, slots: 2 * GROUP }
        } else {
            let slots = hint.saturating_mul(GROUP) / 7;
            let count = slots.div_ceil(MAX_TABLE).next_power_of_two();
            let each = (slots / count).next_power_of_two().max(GROUP);
            allocation += self.directory(count) + self.table(each).times(count);
            Tables { count, slots: each }
        };
        let sure = tables.sure(entries);
        while tables.room() < entries {
            allocation += self.grow(&mut tables);
        }
        MapCost { allocation, exact: sure }
    }

    /// All tables are full: each doubles, or is split.
    fn grow(&self, tables: &mut Tables) -> Allocation {
        if tables.slots < MAX_TABLE {
            tables.slots *= 2;
            return self.table(tables.slots).times(tables.count);
        }
        tables.count = tables.count.saturating_mul(2);
        self.table(MAX_TABLE).times(tables.count) + self.directory(tables.count)
    }

    fn directory(&self, tables: u64) -> Allocation {
        self.target.array(Layout::pointer(self.target.word), tables)
    }

    fn table(&self, slots: u64) -> Allocation {
        // Four small numbers in 8 bytes, an index, the groups, their number.
        self.target.request(2 * 8 + 2 * self.target.word, true) + self.groups(slots)
    }

    fn groups(&self, slots: u64) -> Allocation {
        self.target.array(self.group, slots / GROUP)
    }
}

/// The tables of a map, all of one size.
struct Tables {
    count: u64,
    slots: u64,
}

impl Tables {
    /// Entries before one has to grow.
    fn room(&self) -> u64 {
        let each = if self.slots <= GROUP { self.slots - 1 } else { self.slots / GROUP * 7 };
        each.saturating_mul(self.count)
    }

    /// Whether what happens until there are so many entries does not hang on how keys spread: as long as there is one
    /// table, or none of several can be full.
    fn sure(&self, entries: u64) -> bool {
        let largest = MAX_TABLE / GROUP * 7;
        entries <= if self.count == 1 { largest } else { self.room() / self.count }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Layout, Target};

    #[test]
    fn small_and_large() {
        let target = Target::new(27, 8);
        let int = Layout::plain(8, 8);
        let cost = |hint, entries| {
            let cost = target.map(int, int, hint, entries, false);
            (cost.allocation.bytes(), cost.allocation.objects(), cost.exact)
        };
        assert_eq!(cost(0, 0), (48, 1, true));
        assert_eq!(cost(8, 8), (48 + 144, 2, true));
        // Header, directory, table, groups.
        assert_eq!(cost(9, 9), (48 + 8 + 32 + 288, 4, true));
        assert_eq!(cost(0, 9), (48 + 144 + 8 + 32 + 288, 5, true));
        assert!(cost(0, 896).2 && !cost(0, 897).2);
    }
}
