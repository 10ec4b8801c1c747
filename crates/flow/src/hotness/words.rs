//! Why code is thought to run that often, in words.

use source::Name;

use super::spread::{Graph, Why};
use super::{Heat, Level, Rate};
use crate::calls::{How, Site, Start};

/// The beginning of the way to a function, and what is on it.
struct Way {
    /// The function that the way begins in.
    root: usize,
    /// Why that one runs.
    start: Why,
    /// Calls on the way.
    calls: usize,
    /// Whether one of them is in a loop, or is handed to what calls it again and again.
    in_loop: bool,
    /// Whether on the way a function is a value, for who has it to call.
    by_value: bool,
    /// Whether the way begins in a loop that makes hot by itself: what it does.
    root_loop: Option<&'static str>,
}

impl Graph {
    pub(super) fn heat(&self, site: &Site) -> Heat {
        let Some(function) = self.node(site.function) else {
            return Heat {
                level: Level::Unknown,
                basis: "its callers were not looked at".to_owned(),
            };
        };
        let node = &self.nodes[function];
        let is_test = node.called.start == Some(Start::Test);
        let level = match self.rate(function, site) {
            _ if is_test => Level::Cold,
            Rate::Never if node.called.in_test => Level::Cold,
            Rate::Never | Rate::Unknown => Level::Unknown,
            Rate::Once => Level::Cold,
            Rate::Some | Rate::Event => Level::Warm,
            Rate::Hot => Level::Hot,
        };
        Heat { level, basis: self.basis(function, site) }
    }

    fn basis(&self, function: usize, site: &Site) -> String {
        let node = &self.nodes[function];
        if node.called.start == Some(Start::Test) || node.rate == Rate::Never && node.called.in_test
        {
            return "it is code of tests".to_owned();
        }
        if site.ends {
            return "it only leads to the end of the process or to a panic".to_owned();
        }
        if site.once {
            return "sync.Once runs it".to_owned();
        }
        if let Some(root_loop) = self.root_loop(function, site) {
            return format!("in {}", within(root_loop, &short(site.function)));
        }
        if node.rate == Rate::Never {
            let what = short(site.function);
            return format!("no call of {what} was found");
        }
        self.told(function, site)
    }

    fn root_loop(&self, function: usize, site: &Site) -> Option<&'static str> {
        if !self.is_root(function, site) {
            return None;
        }
        Some(if site.receives {
            "a loop that takes messages from a channel"
        } else {
            "the endless loop of a goroutine"
        })
    }

    /// What is told by the way to a function.
    fn told(&self, function: usize, site: &Site) -> String {
        let way = self.way(function);
        let here = if site.depth > 0 { "in a loop" } else { "" };
        let root = short(self.nodes[way.root].called.symbol);
        if let Some(root_loop) = way.root_loop {
            return joined(here, &format!("called from {}", within(root_loop, &root)));
        }
        let is_event = matches!(way.start, Why::Start(Start::Role(_)));
        if (site.value || way.by_value) && !is_event {
            let rest = format!("nothing tells who calls the function value of {root}");
            return joined(here, &rest);
        }
        let called = if way.in_loop { "called in a loop from" } else { "called from" };
        match (way.start, way.calls) {
            (Why::Start(Start::Role(role)), 0) if here.is_empty() => {
                format!("{} {root}", role.noun())
            }
            (Why::Start(Start::Role(role)), 0) => format!("{here} of {} {root}", role.noun()),
            (Why::Start(Start::Role(role)), _) => {
                joined(here, &format!("{called} {} {root}", role.noun()))
            }
            (Why::Start(_), 0) if here.is_empty() => format!("{root} runs once"),
            (Why::Start(_), 0) => format!("{here} of {root}, which runs once"),
            (Why::Start(_), _) if here.is_empty() && !way.in_loop => {
                format!("only {root} leads to it, which runs once")
            }
            (Why::Start(_), _) => joined(here, &format!("{called} {root}, which runs once")),
            (_, 0) => joined(here, &format!("nothing tells how often {root} is called")),
            (_, _) => joined(
                here,
                &format!("{called} {root}, and nothing tells how often that is called"),
            ),
        }
    }

    /// The way to a function that gave it its rate.
    fn way(&self, function: usize) -> Way {
        let (mut at, mut rate) = (function, self.nodes[function].rate);
        let mut way = Way {
            root: at,
            start: Why::Open,
            calls: 0,
            in_loop: false,
            by_value: false,
            root_loop: None,
        };
        // Each step is to what was known a round before.
        loop {
            way.root = at;
            let whys = &self.nodes[at].whys;
            let Some(&(_, why)) = whys.iter().find(|&&(r, _)| r == rate) else { return way };
            way.start = why;
            let Why::Call(edge, before) = why else { return way };
            let edge = &self.calls[edge];
            let site = &edge.call.site;
            way.calls += 1;
            way.by_value |= site.value || edge.call.how == How::Value;
            way.in_loop |= site.depth > 0 || edge.call.how == How::Repeated;
            at = edge.from;
            rate = before;
            let makes_hot = self.rate_if(at, before, site) == Rate::Hot;
            if let Some(root_loop) = self.root_loop(at, site).filter(|_| makes_hot) {
                way.root = at;
                way.root_loop = Some(root_loop);
                return way;
            }
        }
    }
}

/// A literal's name says already that it is in something.
fn within(what: &str, name: &str) -> String {
    if name.starts_with("in ") { format!("{what} {name}") } else { format!("{what} in {name}") }
}

fn joined(here: &str, rest: &str) -> String {
    if here.is_empty() { rest.to_owned() } else { format!("{here}; {rest}") }
}

/// A symbol without the folders of its package: `orders.(*Server).List`. A literal is named after the function that it is in.
fn short(symbol: Name) -> String {
    let text = symbol.as_str();
    let (text, literal) = match text.split_once(".func@") {
        Some((around, _)) => (around, true),
        None => (text, false),
    };
    let end = text.find(['[', '(']).unwrap_or(text.len());
    let start = text[..end].rfind('/').map_or(0, |slash| slash + 1);
    if literal { format!("in {}", &text[start..]) } else { text[start..].to_owned() }
}
