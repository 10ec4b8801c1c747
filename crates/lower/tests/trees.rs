//! Functions of a Go file against the trees that Go 1.27.3 prints of them under `-W=2` before it devirtualises and inlines.
//!
//! In `data`, `NAME.trees` holds them for `NAME.go`: after `= FUNCTION` a line for each of the tree's, types and places left
//! out, names without their package.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use lower::ir::{Aux, InstId, Line, Names, NodeId};
use lower::names::Naming;
use lower::{Arch, Compiler, Context, Instances, Shapes, Source};
use source::{Id, IndexVec};
use types::Store;
use types::layout::Sizes;
use types::program::{Program, Unit, UnitFile, UnitId};

const COMPILER: Compiler =
    Compiler { minor: 27, inline: true, race: false, arch: Arch::Amd64, merges_loads: true };

/// The trees of a file's functions, those of generic ones by the shapes that the others ask for.
fn trees(text: &str) -> Vec<(String, Vec<String>)> {
    let mut units = IndexVec::new();
    units.push(Unit {
        path: "p".into(),
        files: vec![UnitFile {
            path: PathBuf::from("p/p.go"),
            text: text.into(),
            go_version: (1, 27),
        }],
        imports: Vec::new().into_iter().collect(),
        root: false,
    });
    let store = Store::new();
    let program = Program::new(&store, &units, Sizes::for_arch("amd64").expect("amd64 is known"));
    program.check(NonZeroUsize::MIN, &|_| {});
    let unit = UnitId::from_index(0);
    let (instances, shapes) = (Instances::default(), Shapes::new(&store));
    let sizes = Sizes::for_arch("amd64").expect("amd64 is known");
    let cx = Context {
        store: &store,
        sizes,
        compiler: &COMPILER,
        instances: &instances,
        shapes: &shapes,
    };
    let naming = Naming {
        store: &store,
        instances: &instances,
        compiler: &COMPILER,
        package: Some(program.package(unit)),
        init_number: &|_| None,
    };
    let names = Names { store: &store, instances: &instances, package: "p" };
    let declared = program.functions(unit).iter().map(|function| function.obj);
    let plain = declared.filter(|&obj| lower::type_params_of(&store, obj).is_empty());
    let mut wanted: Vec<InstId> = plain.map(|obj| instances.id(obj, &[])).collect();
    let (mut at, mut trees) = (0, Vec::new());
    while let Some(&inst) = wanted.get(at) {
        at += 1;
        let instance = instances.get(inst);
        let Some(read) = program.body(instance.obj) else { continue };
        let file = &read.file;
        let source = Source {
            id: file.id,
            tree: &file.tree,
            text: &file.text,
            facts: &file.facts,
            go_version: file.go_version,
        };
        let body = lower::function(cx, source, read.decl, instance);
        for id in 0..body.nodes.len() {
            if let Aux::Inst(used) = body.nodes[NodeId::from_index(id)].aux
                && !instances.get(used).shapes.is_empty()
                && !wanted.contains(&used)
            {
                wanted.push(used);
            }
        }
        for func in body.func_ids() {
            let lines = body.dump_stmts(func, names);
            trees.push((naming.within(&body, inst, func), lines.iter().map(comparable).collect()));
        }
    }
    trees
}

fn comparable(line: &Line) -> String {
    let mut detail = line.detail.split_once('.').map_or(&*line.detail, |(_, own)| own);
    match &*line.op {
        "LITERAL" => detail = &line.detail,
        "LINKSYMOFFSET" | "METHEXPR" => detail = "",
        _ => {}
    }
    let space = if detail.is_empty() { "" } else { " " };
    format!("{} {}{space}{detail}", line.depth, line.op)
}

fn check(text: &str, expected: &str) {
    let ours = trees(text);
    let mut compared = 0;
    for tree in expected.split("= ").skip(1) {
        let (name, theirs) = tree.split_once('\n').expect("a name is on a line of its own");
        let found = ours.iter().find(|(known, _)| known == name);
        let (_, ours) = found.unwrap_or_else(|| panic!("{name} is missing"));
        let theirs: Vec<&str> = theirs.lines().collect();
        if let Some(at) = (0..ours.len().max(theirs.len()))
            .find(|&at| ours.get(at).map(|l| &**l) != theirs.get(at).copied())
        {
            let around = theirs[at.saturating_sub(8)..at].join("\n");
            panic!(
                "{name}, line {at}:\n{around}\nours {:?}\nGo   {:?}",
                ours.get(at),
                theirs.get(at)
            );
        }
        compared += 1;
    }
    assert_eq!(compared, ours.len(), "functions only in ours");
}

#[test]
fn loops_over_functions() {
    check(include_str!("data/range_func.go"), include_str!("data/range_func.trees"));
}
