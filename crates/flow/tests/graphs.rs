//! Control-flow graphs and what follows from them, as text: `data/graphs.go` in, `data/graphs.txt` out.

mod support;

use std::fmt::Write as _;
use std::fs;

use flow::{Cfg, Exit, Flow, Function, Node, Point, View};
use source::Span;
use syntax::tree::{Decl, Expr, ExprId, Stmt};
use types::program::CheckedPackage;

/// The functions of a file, declared ones and function literals, with their names.
fn functions<'f>(package: &CheckedPackage<'_>, flow: &'f Flow<'f>) -> Vec<(String, Function<'f>)> {
    let mut found = Vec::new();
    for (number, file) in package.files.iter().enumerate() {
        for &decl in &file.tree.decls {
            let Decl::Func { name, body: Some(_), .. } = file.tree.decl(decl) else { continue };
            let text = file.tree.ident(name).name.to_string();
            let object = file.facts.defs[name].expect("a function");
            found.push((text.clone(), flow.declared(object).expect("a body")));
            let span = file.tree.decl_span(decl);
            let literals = file.tree.exprs().filter(|&(id, expr)| {
                matches!(expr, Expr::Func { .. }) && span.contains(file.tree.expr_span(id).start)
            });
            for (at, (literal, _)) in literals.enumerate() {
                let function = flow.literal(number, literal).expect("a literal");
                found.push((format!("{text}.func{}", at + 1), function));
            }
        }
    }
    found
}

fn text(package: &CheckedPackage<'_>, span: Span) -> String {
    let text = String::from_utf8_lossy(&package.files[0].text[span.range()]).into_owned();
    text.lines().next().unwrap_or_default().trim_end_matches('{').trim().to_owned()
}

fn node(package: &CheckedPackage<'_>, view: View<'_>, node: Node) -> String {
    match node {
        Node::Stmt(stmt) => {
            let head = text(package, view.tree().stmt_span(stmt));
            match view.tree().stmt(stmt) {
                Stmt::For { .. } => "turn".to_owned(),
                Stmt::Range { .. } => format!("turn of {head}"),
                _ => head,
            }
        }
        Node::Expr(expr) => format!("({})", text(package, view.span(expr))),
        Node::Deferred(stmt) => format!("run {}", text(package, view.tree().stmt_span(stmt))),
    }
}

fn dump(package: &CheckedPackage<'_>, function: &Function<'_>, out: &mut String) {
    let cfg = function.cfg();
    let name = |id| match cfg.exit_of(id) {
        Some(exit) => format!("{exit:?}").to_lowercase(),
        None => format!("b{}", source::Id::index(id)),
    };
    for (id, block) in cfg.blocks() {
        let reached = id == cfg.entry() || !block.preds.is_empty();
        if cfg.exit_of(id).is_some() || !reached && block.nodes.is_empty() {
            continue;
        }
        let nodes: Vec<String> =
            block.nodes.iter().map(|&n| node(package, function.view(), n)).collect();
        let succs: Vec<String> = block.succs.iter().map(|&to| name(to)).collect();
        let depth = cfg.loop_depth(Point { block: id, at: 0 });
        let depth = if depth > 0 { format!(" [{depth}]") } else { String::new() };
        let _ = writeln!(out, "  {}{depth}: {} -> {}", name(id), nodes.join("; "), succs.join(" "));
    }
}

#[test]
fn graphs() {
    let mut out = String::new();
    let source = fs::read_to_string(support::data("graphs.go")).expect("the data");
    support::check(&source, &mut |package, flow| {
        for (name, function) in functions(package, flow) {
            let _ = writeln!(out, "{name}");
            dump(package, &function, &mut out);
        }
    });
    support::is_golden("graphs.txt", &out);
}

/// The point of the call `name()` in a function.
fn call(package: &CheckedPackage<'_>, function: &Function<'_>, name: &str) -> (ExprId, Point) {
    let view = function.view();
    let span = view.tree().stmt_span(function.body());
    let found = view.tree().exprs().find(|&(id, expr)| {
        matches!(expr, Expr::Call { .. })
            && span.contains(view.span(id).start)
            && text(package, view.span(id)) == format!("{name}()")
    });
    let (id, _) = found.unwrap_or_else(|| panic!("no call of {name}"));
    (id, function.point(id).unwrap_or_else(|| panic!("{name} has no point")))
}

/// Looks for a call by its name.
type At<'a> = &'a dyn Fn(&str) -> (ExprId, Point);

fn with(body: &str, look: &mut (dyn FnMut(At<'_>, &Function<'_>) + Send)) {
    let source = format!(
        "package p\nfunc a() bool {{ return true }}\nfunc b() bool {{ return true }}\nfunc c() {{}}\nfunc f(x, y bool) {{\n{body}\n}}\n"
    );
    support::check(&source, &mut |package, flow| {
        let all = functions(package, flow);
        let (_, function) = all.iter().find(|(name, _)| name == "f").expect("f");
        look(&|name| call(package, function, name), function);
    });
}

fn passes(cfg: &Cfg, from: Point, to: Point) -> bool {
    let wanted = cfg.node(to);
    cfg.always_passes(from, &Exit::ALL, |node| Some(node) == wanted)
}

#[test]
fn every_path() {
    with("a(); if x { return }; b()", &mut |at, f| {
        assert!(!passes(f.cfg(), at("a").1, at("b").1));
        assert!(f.cfg().dominates(at("a").1, at("b").1));
        assert!(!f.cfg().postdominates(at("b").1, at("a").1));
    });
    with("a(); if x { c() }; b()", &mut |at, f| {
        assert!(passes(f.cfg(), at("a").1, at("b").1));
        assert!(f.cfg().postdominates(at("b").1, at("a").1));
        assert!(!f.cfg().dominates(at("c").1, at("b").1));
    });
    with("a(); if x { panic(1) }; b()", &mut |at, f| {
        let (cfg, wanted) = (f.cfg(), f.cfg().node(at("b").1));
        let is_b = |node| Some(node) == wanted;
        assert!(cfg.always_passes(at("a").1, &[Exit::Return], is_b));
        assert!(!cfg.always_passes(at("a").1, &Exit::ALL, is_b));
    });
    with("a(); defer b(); if x { return }; c()", &mut |at, f| {
        let deferred = |node| matches!(node, Node::Deferred(_));
        assert!(f.cfg().always_passes(at("a").1, &Exit::ALL, deferred));
    });
    with("a(); if x { defer b() }; c()", &mut |at, f| {
        let deferred = |node| matches!(node, Node::Deferred(_));
        assert!(!f.cfg().always_passes(at("a").1, &Exit::ALL, deferred));
    });
}

#[test]
fn what_can_follow() {
    with("for x { if y { a(); break }; b() }; c()", &mut |at, f| {
        let cfg = f.cfg();
        assert!(!cfg.can_follow(at("a").1, at("b").1));
        assert!(cfg.can_follow(at("b").1, at("a").1));
        assert!(cfg.repeats(at("b").1));
        assert!(!cfg.repeats(at("a").1));
        assert_eq!((cfg.loop_depth(at("a").1), cfg.loop_depth(at("b").1)), (0, 1));
        let stops = cfg.node(at("a").1);
        assert!(cfg.can_follow_without(at("b").1, at("c").1, |node| Some(node) == stops));
    });
    with("if x && a() { c() }; z := y || b(); _ = z", &mut |at, f| {
        assert!(!f.is_conditional(at("a").0), "an operand is a node of its own in a condition");
        assert!(f.is_conditional(at("b").0));
    });
    with("if x { a(); panic(2) }; b()", &mut |at, f| {
        assert!(f.only_ends(at("a").0));
        assert!(!f.only_ends(at("b").0));
    });
    with("if x { a(); stop() }; b()\n}\nfunc stop() { for { panic(1) }", &mut |at, f| {
        assert!(f.only_ends(at("a").0));
    });
}

#[test]
fn functions_that_call_each_other() {
    let stops = "if x { a(); stop(x) }; b()\n}\nfunc stop(x bool) { if x { stop(!x) }; more() }\nfunc more() { stop(true); panic(1)";
    with(stops, &mut |at, f| {
        assert!(f.only_ends(at("a").0));
        assert!(!f.only_ends(at("b").0));
    });
}
