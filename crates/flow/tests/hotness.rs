//! How often code runs: for each program `data/hotness/NAME.go`, what is said of its functions and of the places marked by `at(n)`.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use flow::{Heat, Hotness, Part, Site, symbol};
use source::Name;
use syntax::tree::{Decl, Expr};

fn check(name: &str) {
    let source =
        fs::read_to_string(support::data(&format!("hotness/{name}.go"))).expect("the program");
    let mut parts: Vec<Part> = Vec::new();
    let mut functions: Vec<String> = Vec::new();
    let mut places: BTreeMap<String, Site> = BTreeMap::new();
    support::check(&source, &mut |package, flow| {
        parts.push(flow.part());
        for (number, file) in package.files.iter().enumerate() {
            assert!(file.tree.errors.is_empty(), "{:?}", file.tree.errors);
            for &decl in &file.tree.decls {
                let Decl::Func { name, .. } = file.tree.decl(decl) else { continue };
                let function = file.facts.defs[name].expect("a function");
                if file.tree.ident(name).name != Name::new("at") {
                    functions.push(symbol(package.store, function));
                }
            }
            for (id, expr) in file.tree.exprs() {
                let text = String::from_utf8_lossy(&file.text[file.tree.expr_span(id).range()]);
                if matches!(expr, Expr::Call { .. }) && text.starts_with("at(") {
                    let place = format!(
                        "{:>5} {text}",
                        file.tree.lines.locate(file.tree.expr_span(id).start).line
                    );
                    places.insert(
                        format!("{} {place}", file.path.display()),
                        flow.site(number, id).expect("it runs"),
                    );
                }
            }
        }
    });
    let forward = Hotness::new(parts.clone(), true);
    parts.reverse();
    let backward = Hotness::new(parts, true);
    let mut out = String::new();
    let mut tell = |what: &str, heat: Heat| {
        let level = format!("{:?}", heat.level).to_lowercase();
        let _ = writeln!(out, "{what}: {level}, {}", heat.basis);
    };
    for function in &functions {
        tell(function, forward.of_function(function));
        assert_eq!(forward.of_function(function), backward.of_function(function), "{function}");
    }
    for (place, site) in &places {
        tell(place, forward.of(site));
        assert_eq!(forward.of(site), backward.of(site), "{place}");
    }
    support::is_golden(&format!("hotness/{name}.txt"), &out);
}

#[test]
fn a_server() {
    check("server");
}

#[test]
fn a_library() {
    check("library");
}

#[test]
fn a_tool() {
    check("tool");
}
