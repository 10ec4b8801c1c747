//! Channels.

use crate::allocation::Allocation;
use crate::layout::{Layout, round_up};
use crate::target::{CHAN_BUBBLE, Target};

/// What a channel is rounded up to, so that elements lie well behind it (`maxAlign`).
const MAX_ALIGN: u64 = 8;

impl Target {
    /// `make(chan T, len)`: the channel, and in it or, if they hold pointers, beside it its elements.
    ///
    /// The channel itself has 104 bytes on 64-bit architectures in Go 1.23 and 1.24, and 112 since Go 1.25, which is one
    /// size class. Source: `hchan` and `makechan` of the runtime.
    #[must_use]
    pub fn channel(self, elem: Layout, len: u64) -> Allocation {
        let channel = self.channel_size();
        let padded = round_up(channel, MAX_ALIGN);
        let elements = elem.size.saturating_mul(len);
        if elements == 0 {
            self.request(padded, false)
        } else if elem.has_pointers() {
            self.request(channel, true) + self.request(elements, true)
        } else {
            self.request(padded.saturating_add(elements), false)
        }
    }

    /// Count, length and buffer; element size and flags; timer, element type; two places in the buffer; two queues of two
    /// words; a lock; the bubble.
    const fn channel_size(self) -> u64 {
        const FLAGS: u64 = 8;
        let words = if self.minor >= CHAN_BUBBLE { 13 } else { 12 };
        words * self.word + FLAGS
    }
}
