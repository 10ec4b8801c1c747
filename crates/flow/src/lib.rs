//! How control and data move in a function, and how often it runs: what rules ask.
//!
//! [`Flow`] answers for the functions of a checked package. Of a [`Function`] it works out, each when first asked for,
//!
//! - the control-flow graph ([`Cfg`]): what can run after what, what every path passes, what ends the process;
//! - who uses a variable, and how ([`Variables`]): definitions that reach a place, uses behind it;
//! - who may share memory, and where a value leaves the function ([`Aliases`]);
//! - what evaluating an expression does ([`Effect`]), by what callees do ([`Flow::function_effect`], [`Param`]).
//!
//! Answers err to one side only, which each says.
//!
//! Of a package it gives the [`Part`] that it has in the call graph of its module, and [`Hotness`] puts parts together: how often each
//! place of the module runs, as far as its text tells.

mod alias;
mod calls;
mod cfg;
mod code;
mod contract;
mod effect;
mod function;
mod hotness;
pub mod parents;
mod summary;
mod variables;

pub use alias::{Aliases, Leave, Way};
pub use calls::{Part, Role, Site, symbol, type_symbol};
pub use cfg::{Block, BlockId, Cfg, Exit, Node, Point, Step};
pub use code::{Callee, Code, Owner, View};
pub use effect::Effect;
pub use function::{Definition, Flow, Function, Reaching};
pub use hotness::{Heat, Hotness, Level};
pub use parents::{Parent, Parents};
pub use summary::Param;
pub use variables::{Access, Occurrence, Variables};
