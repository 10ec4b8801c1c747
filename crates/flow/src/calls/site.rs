//! Where a place stands: in which function, in which loops, and what becomes of the literals around it.

use source::Name;
use syntax::tree::{Expr, ExprId, Stmt, StmtId, UnaryOp};
use syntax::walk;
use types::{ObjId, Type};

use super::collect::Names;
use super::shape::Shapes;
use super::{How, Role, Site};
use crate::cfg::{Node, Point};
use crate::code::{Callee, Owner, View};
use crate::function::{Flow, Function};
use crate::parents::Parent;

/// Functions that call one of their arguments once for each element of another.
const REPEATING: [(&str, &[&str]); 7] = [
    ("sort", &["Slice", "SliceStable", "Search", "Find"]),
    (
        "slices",
        &[
            "SortFunc",
            "SortStableFunc",
            "BinarySearchFunc",
            "IndexFunc",
            "ContainsFunc",
            "DeleteFunc",
            "EqualFunc",
            "CompareFunc",
            "MaxFunc",
            "MinFunc",
            "CompactFunc",
            "SortedFunc",
        ],
    ),
    ("maps", &["DeleteFunc", "EqualFunc"]),
    ("strings", &["Map", "FieldsFunc", "FieldsFuncSeq", "IndexFunc", "TrimFunc", "ContainsFunc"]),
    ("bytes", &["Map", "FieldsFunc", "FieldsFuncSeq", "IndexFunc", "TrimFunc", "ContainsFunc"]),
    ("path/filepath", &["Walk", "WalkDir"]),
    ("io/fs", &["WalkDir"]),
];

/// What becomes of a function literal, or of a function as a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    /// It runs where it stands, or at the end of the function around it.
    Here,
    /// `go` starts it.
    Started,
    /// It runs once in the life of the program.
    Once,
    /// It runs again and again where it stands.
    Repeated,
    /// The command line asks for it, once.
    Command,
    /// Something outside calls it.
    Role(Role),
    /// Who has it may call it.
    Value,
}

impl Fate {
    pub(super) fn how(self) -> How {
        match self {
            Self::Here => How::Called,
            Self::Started => How::Started,
            Self::Once | Self::Command => How::Once,
            Self::Repeated => How::Repeated,
            Self::Role(role) => How::Registered(role),
            Self::Value => How::Value,
        }
    }
}

/// Looks for where places stand.
pub(super) struct Sites<'s> {
    pub(super) flow: &'s Flow<'s>,
    pub(super) names: &'s Names<'s>,
}

impl Sites<'_> {
    fn shapes(&self) -> Shapes<'_> {
        Shapes { store: self.flow.store(), pkg: self.flow.package().pkg }
    }

    /// Where a node of a file stands.
    pub(super) fn site(&self, file: usize, node: Parent) -> Site {
        let mut site = Site::beginning(self.names.variables());
        let mut node = node;
        while let Some(function) = self.flow.function_around(file, node) {
            if let Some(point) = function.point(node) {
                self.in_function(&function, node, point, &mut site);
            }
            let literal = match function.owner() {
                Owner::Declared(decl) => {
                    let name = self.names.declared(file, decl);
                    site.function = name.unwrap_or(site.function);
                    return site;
                }
                Owner::Literal(literal) => literal,
            };
            let view = self.flow.view(file);
            match self.fate(view, literal) {
                Fate::Here => {}
                Fate::Started if self.has_endless_loop(&function) => {
                    site.function = self.names.literal(file, literal);
                    return site;
                }
                Fate::Started => {}
                Fate::Once => site.once = true,
                Fate::Repeated => site.depth = site.depth.saturating_add(1),
                Fate::Role(_) | Fate::Command => {
                    site.function = self.names.literal(file, literal);
                    return site;
                }
                Fate::Value => site.value = true,
            }
            node = Parent::Expr(literal);
        }
        site
    }

    fn in_function(&self, function: &Function<'_>, node: Parent, point: Point, site: &mut Site) {
        let cfg = function.cfg();
        let depth = cfg.loop_depth(point);
        site.ends |= cfg.only_ends(point);
        if depth == 0 {
            return;
        }
        let before = site.depth;
        let deeper = |loops: usize| before.saturating_add(u8::try_from(loops).unwrap_or(u8::MAX));
        for (within, around) in loops(function, node, point).into_iter().enumerate() {
            if self.receives(function.view(), around) {
                site.receives = Some(deeper(within));
            }
            if self.is_endless(function.view(), around) {
                site.endless = Some(deeper(within));
            }
        }
        site.depth = deeper(depth as usize);
    }

    /// Whether a loop takes messages from a channel, one in each turn.
    fn receives(&self, view: View<'_>, around: StmtId) -> bool {
        let tree = view.tree();
        match tree.stmt(around) {
            Stmt::Range { x, .. } => self.is_of_messages(view, x),
            Stmt::For { cond: None, body, .. } => {
                self.own(view, body).iter().any(|&node| self.receives_message(view, node))
            }
            _ => false,
        }
    }

    fn receives_message(&self, view: View<'_>, node: walk::Node) -> bool {
        match node {
            walk::Node::Expr(expr) => match view.tree().expr(expr) {
                Expr::Unary { op: UnaryOp::Recv, x } => self.is_of_messages(view, x),
                _ => false,
            },
            _ => false,
        }
    }

    fn is_of_messages(&self, view: View<'_>, channel: ExprId) -> bool {
        match view.under(channel) {
            Type::Chan { elem, .. } => self.shapes().is_message(*elem),
            _ => false,
        }
    }

    /// Whether a loop goes on for ever and is slowed down by nothing but its work: it neither sleeps nor waits for a signal.
    fn is_endless(&self, view: View<'_>, around: StmtId) -> bool {
        let tree = view.tree();
        let Stmt::For { cond: None, body, .. } = tree.stmt(around) else { return false };
        let own = self.own(view, body);
        let waits = own.iter().any(|&node| match node {
            walk::Node::Expr(expr) => {
                view.calls(expr, "time", &["Sleep"])
                    || matches!(tree.expr(expr), Expr::Unary { op: UnaryOp::Recv, .. })
            }
            walk::Node::Stmt(stmt) => matches!(tree.stmt(stmt), Stmt::Range { x, .. }
                if matches!(view.under(x), Type::Chan { .. })),
            _ => false,
        });
        !waits || own.iter().any(|&node| self.receives_message(view, node))
    }

    /// What stands in a loop's body, function literals and inner loops left out.
    fn own(&self, view: View<'_>, body: StmtId) -> Vec<walk::Node> {
        let tree = view.tree();
        let mut found = Vec::new();
        walk::walk(tree, walk::Node::Stmt(body), |event| {
            let walk::Event::Enter(node) = event else { return false };
            found.push(node);
            match node {
                walk::Node::Expr(expr) => !matches!(tree.expr(expr), Expr::Func { .. }),
                walk::Node::Stmt(stmt) => !view.is_loop(stmt),
                _ => true,
            }
        });
        found
    }

    /// Whether a function has a loop that goes on for ever, not in a literal.
    pub(super) fn has_endless_loop(&self, function: &Function<'_>) -> bool {
        let view = function.view();
        function.cfg().points().any(|(_, node)| match node {
            Node::Stmt(stmt) => matches!(view.tree().stmt(stmt), Stmt::For { cond: None, .. }),
            _ => false,
        })
    }

    /// What becomes of a function literal, or of an expression that names a function.
    pub(super) fn fate(&self, view: View<'_>, function: ExprId) -> Fate {
        let tree = view.tree();
        let (outer, parent) = view.around(function);
        let ty = view.type_of(function);
        let signature = self.shapes().signature_of(ty);
        let role = || signature.and_then(|s| self.shapes().role(s));
        let as_value = || match role() {
            Some(role) => Fate::Role(role),
            None if signature.is_some_and(|s| self.shapes().is_command(s)) => Fate::Command,
            None => Fate::Value,
        };
        let Parent::Expr(call) = parent else { return as_value() };
        let Expr::Call { fun, .. } = tree.expr(call) else { return as_value() };
        if fun == outer {
            let started = match view.around(call).1 {
                Parent::Stmt(stmt) => matches!(tree.stmt(stmt), Stmt::Go(_)),
                _ => false,
            };
            return if started { Fate::Started } else { Fate::Here };
        }
        match view.callee(call) {
            Some(Callee::Conversion(_)) if role().is_none() => self.fate(view, call),
            Some(Callee::Function(callee)) => match self.handed_to(view, callee, ty) {
                Fate::Value => as_value(),
                fate => fate,
            },
            _ => as_value(),
        }
    }

    /// What becomes of a function of a type that is handed to another one.
    fn handed_to(&self, view: View<'_>, callee: ObjId, ty: types::TypeId) -> Fate {
        let object = view.store.obj(callee);
        let Some(pkg) = object.pkg else { return Fate::Value };
        let (package, name) = (view.store.pkg(pkg).path.as_str(), object.name.as_str());
        let of = |names: &[&str]| names.contains(&name);
        match package {
            "sync" if name == "Do" => return Fate::Once,
            "sync" if of(&["OnceFunc", "OnceValue", "OnceValues"]) => return Fate::Once,
            // `Run` of a benchmark or test, `RunParallel`.
            "testing" => return Fate::Here,
            _ => {}
        }
        if REPEATING.iter().any(|(of_package, names)| package == *of_package && of(names)) {
            return Fate::Repeated;
        }
        let foreign = pkg != self.flow.package().pkg;
        match self.shapes().signature_of(ty) {
            Some(signature) if foreign && self.shapes().is_consumer(signature) => {
                Fate::Role(Role::Consumer)
            }
            _ => Fate::Value,
        }
    }
}

/// The loops around a node of a function that have another turn behind it, innermost first.
fn loops(function: &Function<'_>, node: Parent, point: Point) -> Vec<StmtId> {
    let (view, cfg) = (function.view(), function.cfg());
    let mut around = Vec::new();
    let mut at = node;
    while let Some(up) = view.up(at) {
        match up {
            Parent::Stmt(stmt) if stmt == function.body() => break,
            Parent::Stmt(stmt) if view.is_loop(stmt) => around.push(stmt),
            _ => {}
        }
        at = up;
    }
    let is_outer = |stmt: StmtId, node: Node| {
        let outer = around.iter().skip_while(|&&other| other != stmt).skip(1);
        outer.clone().any(|&other| node == Node::Stmt(other))
    };
    let turns = |&stmt: &StmtId| {
        cfg.head(stmt).is_some_and(|head| {
            cfg.dominates(head, point)
                && (head == point
                    || cfg.can_follow_without(point, head, |node| is_outer(stmt, node)))
        })
    };
    around.iter().copied().filter(turns).collect()
}

/// The symbol of a literal in a function: `f.func@120`, where 120 is its offset.
pub(super) fn literal_symbol(around: Name, offset: u32) -> Name {
    Name::new(&format!("{around}.func@{offset}"))
}
