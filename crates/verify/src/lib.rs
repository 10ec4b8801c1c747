//! Runs the Go toolchain and says what came of it: benchmarks measured and compared, without a claim that the figures do
//! not bear.
//!
//! [`benchfmt`] reads and writes Go's benchmark format, [`stats`] knows samples, [`compare`] makes tables of results, and
//! [`verdict`] says what got better or worse. [`process`] runs programs that may hang or flood until an [`interrupt`],
//! [`scratch`] has what they write, [`go`] knows the toolchain, and [`measure`] builds both sides of a change and runs them
//! by turns.

pub mod benchfmt;
pub mod compare;
pub mod go;
pub mod interrupt;
pub mod measure;
pub mod process;
pub mod scratch;
pub mod stats;
pub mod units;
pub mod verdict;
