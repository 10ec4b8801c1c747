//! A line that says how far a measurement is, on terminals.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use verify::measure::Step;

/// How far it is.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new() -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(super) fn show(&self, step: Step<'_>) {
        match step {
            Step::Building(package) => self.0.set_message(format!("building {package}")),
            Step::Trying(done, all) => self.at("trying out", done, all),
            Step::Rehearsing(done, all) => self.at("the base against itself", done, all),
            Step::Measuring(done, all) => self.at("measuring", done, all),
        }
    }

    fn at(&self, what: &'static str, done: usize, all: usize) {
        if done == 0 {
            self.0.set_message(what);
            self.0.set_length(all as u64);
            self.0.reset();
        }
        self.0.set_position(done as u64);
    }

    /// It is over: the line goes.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
