//! How often code runs, as far as the program's text tells: the lattice, and what makes what.
//!
//! Each function has a *rate*, from the call graph of the whole module. From the lowest:
//!
//! | rate | what it means | level |
//! |---|---|---|
//! | `Never` | no way to it was found | `unknown`; `cold` in a file of tests |
//! | `Once` | once in the life of the program, at the most | `cold` |
//! | `Unknown` | whoever may call it is not seen | `unknown` |
//! | `Some` | several times, in a loop of what is `Once` or `Unknown` | `warm` |
//! | `Event` | once for each request, remote call or message, or in a benchmark | `warm` |
//! | `Hot` | in a loop for each of these, or for each message | `hot` |
//!
//! A function's rate is the highest that any of these gives it:
//!
//! - **Where it stands.** `main`, `init` and what sets variables: `Once`. HTTP handlers, methods of RPC services, consumers of
//!   messages, benchmarks: `Event`. What other modules may call: `Unknown`, and methods with exported names too, which an interface
//!   may lead to. Tests are `Once`, and what they call is not counted.
//! - **Calls.** A call hands on the rate of its site. Calls through an interface lead to all methods of the module with this name and
//!   signature. A function that is a value hands on `Unknown` at least; one that is handed to `sort.Slice` and the like
//!   is called in a loop.
//!
//! And a site has the rate of its function, with these changes:
//!
//! - **Loops raise.** A loop that has a turn behind the site makes `Once` and `Unknown` to `Some`, and `Event` to `Hot`. `Some` stays: only
//!   what comes from outside again and again makes hot.
//! - **Loops that are roots themselves** make `Hot`, whatever the function: those that take a message from a channel in each turn,
//!   and those without end of a function that `go` starts, unless they sleep or wait for a signal.
//! - **What runs once lowers.** What `sync.Once` runs is `Once`, and so is what only leads to a panic or to the end of the process.
//!
//! Why loops, and not handlers alone? Nearly all of a server is reached from its handlers. An allocation for each request is seldom
//! what a program spends its time on; one for each element for each request is. The rest is for profiles to tell.

mod spread;
mod words;

use source::Name;

use crate::calls::{Part, Site};
use spread::Graph;

/// How often code runs, in a word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Level {
    /// All the time.
    Hot,
    /// Now and then.
    Warm,
    /// Hardly ever.
    Cold,
    /// Nothing tells.
    Unknown,
}

/// How often code runs, in itself; see the module's description.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(crate) enum Rate {
    #[default]
    Never,
    Once,
    Unknown,
    Some,
    Event,
    Hot,
}

impl Rate {
    /// The rate in a loop.
    fn raised(self) -> Self {
        match self {
            Self::Never => Self::Never,
            Self::Once | Self::Unknown | Self::Some => Self::Some,
            Self::Event | Self::Hot => Self::Hot,
        }
    }
}

/// How often code runs, and why that is thought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heat {
    /// In a word.
    pub level: Level,
    /// What that is judged by: `called in a loop from HTTP handler orders.List`.
    pub basis: String,
}

/// How often the functions of a module run.
pub struct Hotness {
    graph: Graph,
}

impl Hotness {
    /// Puts the parts of packages together. `whole` says whether they are all packages of the module: what only these can
    /// call is open to others otherwise.
    #[must_use]
    pub fn new(parts: Vec<Part>, whole: bool) -> Self {
        Self { graph: Graph::new(parts, whole) }
    }

    /// How often a place runs.
    #[must_use]
    pub fn of(&self, site: &Site) -> Heat {
        self.graph.heat(site)
    }

    /// How often a function is entered, by its symbol: `example.com/m/pkg.(*T).Method`.
    #[must_use]
    pub fn of_function(&self, symbol: &str) -> Heat {
        self.graph.heat(&Site::of_function(Name::new(symbol)))
    }
}
