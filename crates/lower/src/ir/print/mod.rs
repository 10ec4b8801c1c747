//! Nodes as the compiler prints them in its messages.
//!
//! What is printed is not the source but the tree the compiler has by then: constants by their value, implicit conversions
//! left out, types by what they are (`cmd/compile/internal/ir/fmt.go`, the format `%v`).

mod expr;
mod stmt;
mod syntax;
mod types;

pub(crate) use types::{link_type, prefix};

use ::types::{PkgId, Store, TypeId};

use super::body::{Body, FuncId, NodeId, VarId};
use super::node::InstId;
use crate::{Compiler, Instances};

/// What the text of a node depends on besides the node.
#[derive(Clone, Copy)]
pub struct Wording<'a> {
    /// Types and objects.
    pub store: &'a Store,
    /// Functions.
    pub instances: &'a Instances,
    /// The compiler that words it.
    pub compiler: &'a Compiler,
    /// The package that is compiled: names of others are qualified.
    pub package: PkgId,
    /// The package that declares the function: another one for generic code that is compiled where it is used.
    pub home: PkgId,
}

impl Wording<'_> {
    /// A type: `map[string]p.T`.
    #[must_use]
    pub fn type_text(&self, ty: TypeId) -> String {
        let mut text = String::new();
        self.write_type(&mut text, ty);
        text
    }
}

impl Body {
    /// An expression or statement as `-gcflags=-m` words it: `make([]T, n)`, `&T{...}`, `... argument`, `func literal`, `x + y`.
    #[must_use]
    pub fn text(&self, wording: &Wording<'_>, node: NodeId) -> String {
        let mut text = String::new();
        expr::Printer { body: self, wording, text: &mut text }.node(node);
        text
    }

    /// A variable as messages name it: one of an inlined function of another package with that package's name before it.
    #[must_use]
    pub fn var_text(&self, wording: &Wording<'_>, var: VarId) -> String {
        let mut text = String::new();
        expr::Printer { body: self, wording, text: &mut text }.var(var);
        text
    }

    /// A function by its symbol: `(*T).M`, `F`; the function literals in it by `F.func1` and so on in the order of the body.
    #[must_use]
    pub fn func_text(&self, wording: &Wording<'_>, inst: InstId, func: FuncId) -> String {
        let mut text = String::new();
        expr::Printer { body: self, wording, text: &mut text }.function(inst);
        if func != Self::ROOT {
            text.push_str(&format!(".func{}", source::Id::index(func)));
        }
        text
    }

    /// The package that declares a variable: that of the function which was inlined and stands in the same file.
    fn package_of(&self, wording: &Wording<'_>, var: VarId) -> Option<PkgId> {
        let pos = self.vars[var].pos;
        if pos.file.is_none() || self.funcs.get(Self::ROOT).is_some_and(|f| f.pos.file == pos.file)
        {
            return Some(wording.home);
        }
        let mut at = pos;
        while let Some(call) =
            (at.inlined as usize).checked_sub(1).and_then(|i| self.inlined.get(i))
        {
            if let Some(callee) = call.callee {
                let object = wording.store.obj(wording.instances.get(callee).obj);
                if object.place.map(|place| place.file) == pos.file {
                    return object.pkg;
                }
            }
            at = call.pos;
        }
        // That of a function literal which another function calls.
        let callees = self.inlined.iter().filter_map(|call| call.callee);
        let mut objects = callees.map(|inst| wording.store.obj(wording.instances.get(inst).obj));
        let same_file = objects.find(|object| object.place.map(|place| place.file) == pos.file);
        same_file.map_or(Some(wording.home), |object| object.pkg)
    }
}
