//! Ctrl-C, asked for and not thrown.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the run is to end. Children are in process groups of their own, which the terminal does not tell of Ctrl-C:
/// who runs one asks here, and ends it.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Is set by Ctrl-C, and by a request to end or a terminal that goes away where the system knows these. A second one
    /// ends the program at once.
    ///
    /// # Errors
    /// As the system's for handlers of signals.
    pub fn on_signals() -> io::Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};
        use signal_hook::flag;
        let this = Self::default();
        let mut signals = vec![SIGINT, SIGTERM];
        #[cfg(unix)]
        signals.push(signal_hook::consts::SIGHUP);
        for signal in signals {
            flag::register_conditional_shutdown(signal, 2, Arc::clone(&this.0))?;
            flag::register(signal, Arc::clone(&this.0))?;
        }
        Ok(this)
    }

    /// Whether it is set.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Sets it.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
