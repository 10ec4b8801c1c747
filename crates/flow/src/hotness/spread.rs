//! From what is known of some functions to the rates of all.
//!
//! Rates spread in rounds, each from what the round before has raised. They only ever rise, so that it ends; and why a function has a
//! rate is what gave it first, which depends on nothing but the names of functions.

use rustc_hash::FxHashMap;
use source::Name;

use super::Rate;
use crate::calls::{Call, Called, How, MethodKey, Open, Part, Site, Start, Target};

/// Why a function has a rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Why {
    /// Of itself.
    Start(Start),
    /// Others may call it.
    Open,
    /// A call, by its position, when the caller had this rate.
    Call(usize, Rate),
}

/// A function of the module.
pub(super) struct Node {
    pub(super) called: Called,
    pub(super) rate: Rate,
    /// Whether `go` starts it.
    pub(super) started: bool,
    /// Why it has, or had, each of the rates that it has had, the last being the highest.
    pub(super) whys: Vec<(Rate, Why)>,
}

/// A loop that is an event in itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Event {
    /// Whether it takes messages; else it is the endless loop of a goroutine.
    pub(super) is_message: bool,
    /// Loops around the site within it.
    pub(super) within: u8,
}

/// The call graph of a module.
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    by_name: FxHashMap<Name, usize>,
    pub(super) calls: Vec<Edge>,
}

/// Methods that may answer a call through an interface before there are too many to think that each does.
const FEW: usize = 4;

/// A call between functions of the module.
pub(super) struct Edge {
    pub(super) from: usize,
    to: usize,
    /// Whether many others may be called in its place.
    one_of_many: bool,
    pub(super) call: Call,
}

impl Graph {
    pub(super) fn new(parts: Vec<Part>, whole: bool) -> Self {
        let mut graph =
            Self { nodes: Vec::new(), by_name: FxHashMap::default(), calls: Vec::new() };
        graph.add_functions(&parts);
        graph.add_calls(&parts);
        graph.add_registered();
        graph.start(whole);
        graph.spread();
        graph
    }

    fn add_functions(&mut self, parts: &[Part]) {
        let mut all: Vec<Called> = parts.iter().flat_map(|p| &p.functions).copied().collect();
        // A package and its variant for tests have the same functions, and many an `init` has one name.
        all.sort_by_key(|called| (called.symbol.as_str(), called.start, called.in_test));
        for called in all {
            let at = self.nodes.len();
            if *self.by_name.entry(called.symbol).or_insert(at) == at {
                let (rate, started, whys) = (Rate::Never, false, Vec::new());
                self.nodes.push(Node { called, rate, started, whys });
            }
        }
        for &(name, role) in parts.iter().flat_map(|p| &p.roles) {
            if let Some(&at) = self.by_name.get(&name) {
                self.nodes[at].called.start.get_or_insert(Start::Role(role));
            }
        }
    }

    fn add_calls(&mut self, parts: &[Part]) {
        let mut methods: FxHashMap<MethodKey, Vec<usize>> = FxHashMap::default();
        for (key, name) in parts.iter().flat_map(|p| &p.methods) {
            if let Some(&at) = self.by_name.get(name) {
                methods.entry(*key).or_default().push(at);
            }
        }
        for call in parts.iter().flat_map(|p| &p.calls) {
            let Some(&from) = self.by_name.get(&call.site.function) else { continue };
            let called: &[usize] = match call.to {
                Target::Function(name) => self.by_name.get(&name).map_or(&[], std::slice::from_ref),
                Target::Method(key) => methods.get(&key).map_or(&[], Vec::as_slice),
            };
            let one_of_many = called.len() > FEW;
            self.calls.extend(called.iter().map(|&to| Edge { from, to, one_of_many, call: *call }));
        }
        // Nodes are in the order of their names; calls are put in the order of their ends.
        self.calls.sort_by_key(|edge| {
            (edge.to, edge.from, edge.call.site.order(), edge.call.how.order())
        });
    }

    /// Handlers that are registered somewhere, and goroutines.
    fn add_registered(&mut self) {
        for edge in &self.calls {
            if self.nodes[edge.from].called.start == Some(Start::Test) {
                continue;
            }
            let node = &mut self.nodes[edge.to];
            match edge.call.how {
                How::Registered(role) if node.called.start.is_none() => {
                    node.called.start = Some(Start::Role(role));
                }
                How::Started => node.started = true,
                _ => {}
            }
        }
    }

    fn start(&mut self, whole: bool) {
        for node in &mut self.nodes {
            let open = match node.called.open {
                Open::Package => false,
                Open::Module => !whole,
                Open::World => true,
            };
            let first = match node.called.start {
                Some(start @ Start::Once) => Some((Rate::Once, Why::Start(start))),
                Some(start @ Start::Test) => Some((Rate::Tests, Why::Start(start))),
                Some(start @ Start::Role(_)) => Some((Rate::EVENT, Why::Start(start))),
                None if open && !node.called.in_test => Some((Rate::Unknown, Why::Open)),
                None => None,
            };
            if let Some((rate, why)) = first {
                node.rate = rate;
                node.whys.push((rate, why));
            }
        }
    }

    fn spread(&mut self) {
        let mut outgoing: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (at, edge) in self.calls.iter().enumerate() {
            outgoing[edge.from].push(at);
        }
        let mut risen: Vec<usize> =
            (0..self.nodes.len()).filter(|&n| self.nodes[n].rate > Rate::Never).collect();
        while !risen.is_empty() {
            let mut higher: FxHashMap<usize, (Rate, usize)> = FxHashMap::default();
            for &edge in risen.iter().flat_map(|&n| &outgoing[n]) {
                let to = self.calls[edge].to;
                let rate = self.handed_on(&self.calls[edge]);
                let best = higher.get(&to).copied();
                let is_better = best.is_none_or(|(r, e)| rate > r || rate == r && edge < e);
                if rate > self.nodes[to].rate && is_better {
                    higher.insert(to, (rate, edge));
                }
            }
            risen = higher.keys().copied().collect();
            risen.sort_unstable();
            // All reasons are told by the rates before this round.
            let whys: Vec<(usize, Rate, Why)> = risen
                .iter()
                .map(|&to| {
                    let (rate, edge) = higher[&to];
                    (to, rate, Why::Call(edge, self.nodes[self.calls[edge].from].rate))
                })
                .collect();
            for (to, rate, why) in whys {
                self.nodes[to].rate = rate;
                self.nodes[to].whys.push((rate, why));
            }
        }
    }

    /// The rate that a call hands on.
    fn handed_on(&self, edge: &Edge) -> Rate {
        let rate = self.rate(edge.from, &edge.call.site);
        if rate <= Rate::Tests {
            return rate;
        }
        let most = if edge.one_of_many { Rate::Event(0) } else { Rate::HOT };
        match edge.call.how {
            How::Called | How::Started => rate.worn().min(most),
            How::Once => rate.min(Rate::Once),
            How::Repeated => rate.raised().worn().min(most),
            // Once registered, its role tells.
            How::Registered(_) => Rate::Never,
            How::Value => rate.worn().min(Rate::Event(0)).max(Rate::Unknown),
        }
    }

    /// The rate of a site in a function.
    pub(super) fn rate(&self, function: usize, site: &Site) -> Rate {
        self.rate_if(function, self.nodes[function].rate, site)
    }

    /// The same, if the function had this rate.
    pub(super) fn rate_if(&self, function: usize, rate: Rate, site: &Site) -> Rate {
        if rate <= Rate::Tests {
            return rate;
        }
        if site.ends || site.once {
            return Rate::Once;
        }
        let raised = if site.depth > 0 { rate.raised() } else { rate };
        let by_value = if site.value { raised.max(Rate::Unknown) } else { raised };
        match self.event(function, site) {
            Some(Event { within: 0, .. }) => by_value.max(Rate::TURN),
            Some(_) => Rate::HOT,
            None => by_value,
        }
    }

    /// The loop around a site that is an event in itself.
    pub(super) fn event(&self, function: usize, site: &Site) -> Option<Event> {
        let started = self.nodes[function].started;
        let receives = site.receives.map(|within| Event { is_message: true, within });
        let endless = site.endless.filter(|_| started);
        let endless = endless.map(|within| Event { is_message: false, within });
        match (receives, endless) {
            (Some(a), Some(b)) => Some(if b.within > a.within { b } else { a }),
            (a, b) => a.or(b),
        }
    }

    pub(super) fn node(&self, function: Name) -> Option<usize> {
        self.by_name.get(&function).copied()
    }
}
