//! A line that says how far a run is, on terminals, when it takes long.

use std::io::IsTerminal;
use std::sync::Once;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Runs that are shorter show nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// How far a run is.
pub(crate) struct Progress {
    start: Instant,
    bar: ProgressBar,
    shown: Once,
}

impl Progress {
    /// The progress of a run over some packages.
    pub(crate) fn new(start: Instant, packages: usize) -> Self {
        let bar =
            ProgressBar::with_draw_target(Some(packages as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{pos}/{len} packages {wide_bar}") {
            bar.set_style(style);
        }
        Self { start, bar, shown: Once::new() }
    }

    /// A package is done.
    pub(crate) fn done(&self) {
        if self.start.elapsed() > PATIENCE {
            self.shown.call_once(|| {
                if std::io::stderr().is_terminal() {
                    self.bar.set_draw_target(ProgressDrawTarget::stderr());
                }
            });
        }
        self.bar.inc(1);
    }

    /// The run is over: the line goes.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
