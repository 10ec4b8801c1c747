//! What a profile says of calls: the compiler inlines more where a program spends its time ("profile-guided optimization",
//! `default.pgo`). It names functions by their symbols and calls by lines, counted from where the caller begins.

use lower::ir::{Body, FuncId, InstId, Pos};
use lower::names::{Naming, link_path};
use rustc_hash::FxHashSet;

use crate::functions::Functions;

/// The calls that make up most of the time, as a profile names them.
#[derive(Default, Debug)]
pub struct HotCalls {
    callees: FxHashSet<Box<str>>,
    /// Callers and lines.
    calls: FxHashSet<(Box<str>, i64)>,
}

impl HotCalls {
    /// From each call's caller, callee, and line counted from that on which the caller begins.
    pub fn new<'a>(calls: impl IntoIterator<Item = (&'a str, &'a str, i64)>) -> Self {
        let mut hot = Self::default();
        for (caller, callee, line) in calls {
            hot.callees.insert(callee.into());
            hot.calls.insert((caller.into(), line));
        }
        hot
    }
}

impl Functions<'_> {
    /// Whether a function is called by one of the hot calls.
    pub(crate) fn is_hot_callee(&self, inst: InstId, body: &Body, func: FuncId) -> bool {
        let Some(hot) = &self.hot else { return false };
        hot.callees.contains(&*self.link_name(inst, body, func))
    }

    /// Whether a call at a place of a function is hot. What was inlined into it counts lines as if it stood there itself.
    pub(crate) fn is_hot_call(&self, inst: InstId, body: &Body, func: FuncId, pos: Pos) -> bool {
        let Some(hot) = &self.hot else { return false };
        let line = |pos: Pos| {
            let file = self.program.file(pos.file?)?;
            Some(i64::from(file.positions.position(pos.offset).line))
        };
        let (Some(at), Some(begin)) = (line(pos), line(body.funcs[func].pos)) else { return false };
        hot.calls.contains(&(self.link_name(inst, body, func).into(), at - begin))
    }

    /// The symbol of a function, with its package.
    fn link_name(&self, inst: InstId, body: &Body, func: FuncId) -> String {
        let store = self.program.store();
        let package = store.obj(self.instances.get(inst).obj).pkg;
        let naming = Naming {
            store,
            instances: &self.instances,
            compiler: &self.compiler,
            package,
            init_number: &|obj| self.init_number(obj),
        };
        let name = naming.within(body, inst, func);
        match package.map(|package| store.pkg(package)) {
            Some(package) if package.name().as_str() == "main" => format!("main.{name}"),
            Some(package) => format!("{}.{name}", link_path(package.path.as_str())),
            None => name,
        }
    }
}
