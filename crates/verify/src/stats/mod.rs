//! Statistics without assumptions on how measurements are distributed: they are not normal.

mod family;
mod interval;
mod normal;
mod sample;
mod shift;
mod utest;

pub use family::holm;
pub use interval::{MedianInterval, median_interval, samples_for_interval};
pub use sample::{Sample, geometric_mean};
pub use shift::{Shift, shift};
pub use utest::{Test, Tested, least_p, mann_whitney, samples_for_difference};
