//! Runs the Go toolchain and says what came of it: benchmarks measured and compared, without a claim that the figures do
//! not bear.
//!
//! [`benchfmt`] reads and writes Go's benchmark format, [`stats`] knows samples, [`compare`] makes tables of results.
//! [`process`] runs programs that may hang or flood, and [`go`] knows the toolchain.

pub mod benchfmt;
pub mod compare;
pub mod go;
pub mod interrupt;
pub mod measure;
pub mod process;
pub mod stats;
pub mod units;
pub mod verdict;
