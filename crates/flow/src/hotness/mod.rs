//! How often code runs, as far as the program's text tells: the lattice, and what makes what.
//!
//! Each function has a *rate*, from the call graph of the whole module. From the lowest:
//!
//! | rate | what it means | level |
//! |---|---|---|
//! | `Never` | no way to it was found | `unknown`; `cold` in a file of tests |
//! | `Tests` | only tests lead to it | `cold` |
//! | `Once` | once in the life of the program, at the most | `cold` |
//! | `Unknown` | whoever may call it is not seen | `unknown` |
//! | `Some` | several times: in a loop of what is `Once` or `Unknown`, or far behind an event | `warm` |
//! | `Event` | for each request, remote call or message, or in a benchmark | `warm` |
//! | `Hot` | in a loop for each of these, or in a loop over them | `hot` |
//!
//! A function's rate is the highest that any of these gives it:
//!
//! - **What it is.** `main`, `init` and what sets variables: `Once`. HTTP handlers, methods of RPC services, consumers of
//!   messages, benchmarks: `Event`. What other modules may call: `Unknown`, and methods with exported names too, which an interface
//!   may lead to. Tests, and functions that serve them: `Tests`.
//! - **Calls.** A call hands on the rate of its site. Calls through an interface lead to all methods of the module with this name and
//!   signature. A function that is a value hands on `Unknown` at least; one that is handed to `sort.Slice` and the like
//!   is called in a loop. Recursion is no loop.
//!
//! And a site has the rate of its function, with these changes:
//!
//! - **Loops raise.** A loop that has a turn behind the site makes `Once` and `Unknown` to `Some`, and `Event` to `Hot`. `Some` stays: only
//!   what comes from outside again and again makes hot.
//! - **Loops over events make hot,** whatever the function: those that take a message from a channel in each turn, and those without
//!   end of a function that `go` starts, unless they sleep or wait for a signal.
//! - **What runs once lowers.** What `sync.Once` runs is `Once`, and so is what only leads to a panic or to the end of the process.
//!
//! **Rates wear off.** With each call it is less likely that all of the way is taken each time. `Hot` lasts for three calls behind the
//! loop (two behind a loop over events, which may be few), and `Event` for six; then they are `Event` and `Some`, until the next loop
//! raises again. What many methods may answer, through an interface, and what is done with function values, is less than `Hot`.
//!
//! Why loops, and not handlers alone? Nearly all of a server is reached from its handlers. An allocation for each request is seldom
//! what a program spends its time on; one for each element for each request is. The rest is for profiles to tell.

mod spread;
mod words;

use rustc_hash::FxHashMap;
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
    Tests,
    Once,
    Unknown,
    Some,
    /// For so many calls more.
    Event(u8),
    /// For so many calls more.
    Hot(u8),
}

impl Rate {
    /// The rate at an event, in a loop over events, and in a loop for one.
    const EVENT: Self = Self::Event(6);
    const TURN: Self = Self::Hot(2);
    const HOT: Self = Self::Hot(3);

    /// The rate in a loop.
    fn raised(self) -> Self {
        match self {
            Self::Never | Self::Tests => self,
            Self::Once | Self::Unknown | Self::Some => Self::Some,
            Self::Event(_) | Self::Hot(_) => Self::HOT,
        }
    }

    /// The rate behind a call.
    fn worn(self) -> Self {
        match self {
            Self::Hot(0) => Self::Event(0),
            Self::Hot(calls) => Self::Hot(calls - 1),
            Self::Event(0) => Self::Some,
            Self::Event(calls) => Self::Event(calls - 1),
            other => other,
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
    /// Where values of types are made.
    makers: FxHashMap<Name, Vec<Site>>,
}

impl Hotness {
    /// Puts the parts of packages together. `whole` says whether they are all packages of the module: what only these can
    /// call is open to others otherwise.
    #[must_use]
    pub fn new(parts: Vec<Part>, whole: bool) -> Self {
        let mut makers: FxHashMap<Name, Vec<Site>> = FxHashMap::default();
        for &(of, site) in parts.iter().flat_map(|part| &part.makers) {
            makers.entry(of).or_default().push(site);
        }
        Self { graph: Graph::new(parts, whole), makers }
    }

    /// How often values of a type are made, by its [`type_symbol`](crate::type_symbol): as often as the place that does so most.
    #[must_use]
    pub fn of_made(&self, of: Name) -> Heat {
        let sites = self.makers.get(&of).map_or(&[][..], Vec::as_slice);
        self.graph.heat_of_made(sites)
    }

    /// How often a place runs.
    #[must_use]
    pub fn of(&self, site: &Site) -> Heat {
        self.graph.heat(site)
    }

    /// How often a function is entered, by its symbol: `example.com/m/pkg.(*T).Method`.
    #[must_use]
    pub fn of_function(&self, symbol: &str) -> Heat {
        self.graph.heat(&Site::beginning(Name::new(symbol)))
    }
}
