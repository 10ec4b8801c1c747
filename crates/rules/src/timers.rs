//! How the channels of timers behave, by Go version.

use crate::context::Context;

/// The version from which on a timer that is reset or stopped delivers nothing that it sent before.
const SYNCHRONOUS: (u32, u32) = (1, 23);

/// The version from which on that does not depend on the main module any more (`GODEBUG=asynctimerchan` is gone).
const ALWAYS_SYNCHRONOUS: (u32, u32) = (1, 27);

impl Context<'_> {
    /// Whether the time that a timer has sent can still be received after `Reset` or `Stop`: before Go 1.23, and until 1.26
    /// where the main module says that it is written for an older one. A package is taken for one of the main module; a file
    /// may ask for an older language, which does not count.
    pub(crate) fn timers_keep_what_they_sent(&self) -> bool {
        let module = || self.files().map(|there| there.language()).max();
        self.go() < SYNCHRONOUS || self.go() < ALWAYS_SYNCHRONOUS && module() < Some(SYNCHRONOUS)
    }
}
