//! What a package gives to the call graph of the module: its functions, and what they call from where.
//!
//! A [`Part`] holds names only, so that it outlives the package's tree and facts. Function literals belong to the function that they
//! stand in, but for those that something else calls again and again: handlers, consumers, goroutines that do not end. Such a literal
//! is code of its own.

mod collect;
mod shape;
mod site;
mod symbol;

use std::cmp::Reverse;

use source::Name;

pub use symbol::{symbol, type_symbol};

/// What a package gives to the call graph of its module.
#[derive(Clone, Default, Debug)]
pub struct Part {
    /// Its functions and the literals that count as such, those of tests included.
    pub(crate) functions: Vec<Called>,
    /// What they call.
    pub(crate) calls: Vec<Call>,
    /// Functions, of whatever package, that get a role here: registered handlers and services.
    pub(crate) roles: Vec<(Name, Role)>,
    /// Methods by what an interface asks for, to find what a call through one may lead to.
    pub(crate) methods: Vec<(MethodKey, Name)>,
    /// Types, of whatever package, with where values of them are made.
    pub(crate) makers: Vec<(Name, Site)>,
}

impl Part {
    /// Adds a place that makes values of a type, by its [`type_symbol`].
    pub fn add_maker(&mut self, of: Name, site: Site) {
        self.makers.push((of, site));
    }
}

/// A function, or a literal that counts as one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Called {
    /// Its symbol.
    pub(crate) symbol: Name,
    /// Who else may call it.
    pub(crate) open: Open,
    /// What is known of how often it runs, whoever calls it.
    pub(crate) start: Option<Start>,
    /// Whether its file is one of tests.
    pub(crate) in_test: bool,
}

/// Who may call a function, beside those that are seen to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Open {
    /// Nobody: its name is known to its package only.
    Package,
    /// Other packages of the module: it is exported by a package that only these import.
    Module,
    /// Anybody.
    World,
}

/// What tells how often a function runs, whoever calls it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Start {
    /// Once: it is `main`, an `init`, or sets the variables of a package.
    Once,
    /// As tests ask for.
    Test,
    /// As often as something happens outside.
    Role(Role),
}

/// What calls a function again and again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// A request of HTTP.
    Handler,
    /// A call of a remote procedure.
    Service,
    /// A message.
    Consumer,
    /// A benchmark.
    Benchmark,
}

impl Role {
    /// What such a function is called.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Handler => "HTTP handler",
            Self::Service => "RPC method",
            Self::Consumer => "message consumer",
            Self::Benchmark => "benchmark",
        }
    }
}

/// A call, or another mention of a function.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Call {
    pub(crate) site: Site,
    pub(crate) to: Target,
    pub(crate) how: How,
}

/// What is called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Target {
    /// A function.
    Function(Name),
    /// A method of whatever type has it.
    Method(MethodKey),
}

/// How a function is mentioned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum How {
    /// It is called.
    Called,
    /// `go` starts it.
    Started,
    /// It is called once in the life of the program.
    Once,
    /// It is called again and again by what it is handed to.
    Repeated,
    /// It is a value: who has that may call it.
    Value,
    /// It is a value, and has the shape of what something outside calls.
    Registered(Role),
}

/// A method as an interface asks for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct MethodKey {
    pub(crate) name: Name,
    /// Parameters and results as types print.
    pub(crate) signature: Name,
}

/// How often a place runs, by where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Site {
    /// The function, or the literal that counts as one.
    pub(crate) function: Name,
    /// Loops around it that have another turn behind it.
    pub(crate) depth: u8,
    /// Where one of them takes messages from a channel, the loops within that one.
    pub(crate) receives: Option<u8>,
    /// Where one of them has no end, and nothing slows it down but its work, the loops within that one.
    pub(crate) endless: Option<u8>,
    /// Whether it runs once in the life of the program, whatever is around it.
    pub(crate) once: bool,
    /// Whether it is only on the way to the end of the process or to a panic.
    pub(crate) ends: bool,
    /// Whether it stands in a literal that others may call at any time.
    pub(crate) value: bool,
}

impl Site {
    /// The beginning of a function.
    pub(crate) const fn beginning(function: Name) -> Self {
        Self {
            function,
            depth: 0,
            receives: None,
            endless: None,
            once: false,
            ends: false,
            value: false,
        }
    }

    /// What sites of one function are ordered by; the deepest first.
    pub(crate) fn order(&self) -> (Reverse<[Option<u8>; 3]>, [bool; 3]) {
        let Self { depth, receives, endless, once, ends, value, .. } = *self;
        (Reverse([Some(depth), receives, endless]), [once, ends, value])
    }
}

impl How {
    /// What mentions at one site are ordered by.
    pub(crate) fn order(self) -> u8 {
        match self {
            Self::Repeated => 0,
            Self::Called => 1,
            Self::Started => 2,
            Self::Registered(_) => 3,
            Self::Value => 4,
            Self::Once => 5,
        }
    }
}
