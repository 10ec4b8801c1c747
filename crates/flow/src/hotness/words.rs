//! Why code is thought to run that often, in words.

use source::Name;

use super::spread::{Event, Graph, Why};
use super::{Heat, Level, Rate};
use crate::calls::{How, Site, Start};

/// The beginning of the way to a function, and what is on it.
struct Way {
    /// The function that the way begins in.
    root: usize,
    /// Why that one runs.
    start: Why,
    /// The loop in it that the way begins in, if that is an event.
    event: Option<Event>,
    /// Calls on the way.
    calls: usize,
    /// Whether one of them is in a loop, or is handed to what calls it again and again.
    in_loop: bool,
    /// Whether on the way a function is a value, for who has it to call.
    by_value: bool,
}

impl Graph {
    pub(super) fn heat(&self, site: &Site) -> Heat {
        let Some(function) = self.node(site.function) else {
            let basis = "its callers were not looked at".to_owned();
            return Heat { level: Level::Unknown, basis };
        };
        let node = &self.nodes[function];
        let is_test = node.called.start == Some(Start::Test);
        let level = match self.rate(function, site) {
            _ if is_test => Level::Cold,
            Rate::Never if node.called.in_test => Level::Cold,
            Rate::Never | Rate::Unknown => Level::Unknown,
            Rate::Tests | Rate::Once => Level::Cold,
            Rate::Some | Rate::Event(_) => Level::Warm,
            Rate::Hot(_) => Level::Hot,
        };
        Heat { level, basis: self.basis(function, site) }
    }

    /// How often something is made that any of these places makes.
    pub(super) fn heat_of_made(&self, sites: &[Site]) -> Heat {
        let rated = sites.iter().filter_map(|site| {
            let function = self.node(site.function)?;
            let is_test = self.nodes[function].called.start == Some(Start::Test);
            (!is_test).then(|| (self.rate(function, site), site))
        });
        // Of several that are as hot, one by its name, whatever the order of packages.
        let order = |site: &Site| (site.function.as_str(), site.order());
        let most = rated.max_by(|(a, at), (b, than)| a.cmp(b).then(order(than).cmp(&order(at))));
        let Some((_, site)) = most else {
            let basis = "no place that makes one was found".to_owned();
            return Heat { level: Level::Unknown, basis };
        };
        let heat = self.heat(site);
        Heat { basis: format!("made by {}: {}", short(site.function), heat.basis), ..heat }
    }

    fn basis(&self, function: usize, site: &Site) -> String {
        let node = &self.nodes[function];
        let is_test = node.called.start == Some(Start::Test);
        if is_test || node.rate == Rate::Never && node.called.in_test {
            return "it is code of tests".to_owned();
        }
        if node.rate == Rate::Never {
            return format!("no call of {} was found", short(site.function));
        }
        if node.rate == Rate::Tests {
            return "only tests lead to it".to_owned();
        }
        if site.ends {
            return "it only leads to the end of the process or to a panic".to_owned();
        }
        if site.once {
            return "sync.Once runs it".to_owned();
        }
        match self.event(function, site) {
            Some(event) => {
                let each = each(event, site.function);
                if event.within > 0 { format!("in a loop, {each}") } else { each }
            }
            None => self.told(self.way(function), site),
        }
    }

    /// What is told by the way to a function.
    fn told(&self, way: Way, site: &Site) -> String {
        let here = site.depth > 0;
        let symbol = self.nodes[way.root].called.symbol;
        let root = short(symbol);
        let called = if way.in_loop { "called in a loop" } else { "called" };
        if let Some(event) = way.event {
            return joined(here, format!("{called} {}", each(event, symbol)));
        }
        let start = match way.start {
            Why::Start(start) => Some(start),
            _ => None,
        };
        if let Some(Start::Role(role)) = start {
            let who = format!("{} {}", role.noun(), in_literal(symbol, &root));
            return match way.calls {
                0 if here => format!("in a loop of {who}"),
                0 => who,
                _ => joined(here, format!("{called} from {who}")),
            };
        }
        if site.value || way.by_value {
            return joined(here, format!("nothing tells who calls the function value of {root}"));
        }
        match (start, way.calls) {
            (Some(_), 0) if here => format!("in a loop of {root}, which runs once"),
            (Some(_), 0) => format!("{root} runs once"),
            (Some(_), _) if !here && !way.in_loop => {
                format!("only {root} leads to it, which runs once")
            }
            (Some(_), _) => joined(here, format!("{called} from {root}, which runs once")),
            (None, 0) if here => format!("in a loop of {root}"),
            (None, 0) => format!("nothing tells how often {root} is called"),
            (None, _) if here || way.in_loop => joined(here, format!("{called} from {root}")),
            (None, _) => {
                format!("{called} from {root}, and nothing tells how often that is called")
            }
        }
    }

    /// The way to a function that gave it its rate.
    fn way(&self, function: usize) -> Way {
        let (mut at, mut rate) = (function, self.nodes[function].rate);
        let mut way = Way {
            root: at,
            start: Why::Open,
            event: None,
            calls: 0,
            in_loop: false,
            by_value: false,
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
            way.in_loop |= edge.call.how == How::Repeated;
            at = edge.from;
            rate = before;
            if let Some(event) = self.event(at, site) {
                way.in_loop |= event.within > 0;
                return Way { root: at, event: Some(event), ..way };
            }
            way.in_loop |= site.depth > 0;
        }
    }
}

/// An event in words.
fn each(event: Event, function: Name) -> String {
    let name = short(function);
    let who = if is_literal(function) { format!("a function literal of {name}") } else { name };
    if event.is_message {
        format!("for each message that {who} takes from a channel")
    } else {
        format!("in each turn of the goroutine of {who}, which has no end")
    }
}

fn joined(in_loop: bool, rest: String) -> String {
    if in_loop { format!("in a loop; {rest}") } else { rest }
}

/// The symbol of a literal ends in where it stands.
fn is_literal(symbol: Name) -> bool {
    symbol.as_str().contains(".func@")
}

fn in_literal(symbol: Name, name: &str) -> String {
    if is_literal(symbol) { format!("in {name}") } else { name.to_owned() }
}

/// A symbol without the folders of its package: `orders.(*Server).List`. A literal has the name of the function that it is in.
fn short(symbol: Name) -> String {
    let text = symbol.as_str();
    let text = text.split_once(".func@").map_or(text, |(around, _)| around);
    let end = text.find(['[', '(']).unwrap_or(text.len());
    let start = text[..end].rfind('/').map_or(0, |slash| slash + 1);
    text[start..].to_owned()
}
