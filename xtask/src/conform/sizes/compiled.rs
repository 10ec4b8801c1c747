//! Sizes, alignments, offsets and pointer bytes, against the compiler: as its descriptors of types have them.
//!
//! Each package is built with a file more, by an overlay, that hands out the types that the package declares. A
//! program that imports them all prints what stands in their descriptors.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use source::Id;
use syntax::tree::IdentId;
use types::{Store, TypeId};

use super::super::list::Listed;
use super::super::ours::Checked;
use super::super::{Report, Target};
use super::{Figures, ours};
use crate::cache;
use crate::toolchain::{Go, tail};

/// The function that hands out types, and what files and folders are called that are not there.
const FUNCTION: &str = "UnheapTypes";
const NAME: &str = "zz_unheap_types";

/// A package whose types are asked for.
struct Asked<'a> {
    package: &'a Listed,
    types: BTreeMap<String, TypeId>,
}

/// Compares the types that packages declare, and tells how many there were.
pub(super) fn compare(
    go: &Go,
    listed: &[Listed],
    checked: &Checked,
    target: &Target,
    report: &mut Report,
) -> Result<usize> {
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for package in listed {
        let plain = !package.dep_only && package.for_test.is_empty() && package.error.is_none();
        if plain && package.name != "main" && package.import_path != "unsafe" {
            let types = declared(package, checked);
            if !types.is_empty() {
                asked.push(Asked { package, types });
            }
        }
    }
    if asked.is_empty() {
        return Ok(0);
    }
    let text = run(go, &asked, target)?;
    let mut compared = 0;
    for line in text.lines() {
        let (package, name, theirs) = read(line).with_context(|| format!("not read: {line}"))?;
        let known = asked.iter().find(|asked| asked.package.import_path == package);
        let ty = known.and_then(|asked| asked.types.get(name));
        let &ty = ty.with_context(|| format!("nobody asked for {package}.{name}"))?;
        compared += 1;
        match ours(&checked.store, ty) {
            Some(our) => our.differs(&theirs, name, package, "the compiler", report),
            None => report.differs("not known", || format!("{package}.{name}: not known")),
        }
    }
    let expected: usize = asked.iter().map(|asked| asked.types.len()).sum();
    ensure!(compared == expected, "{expected} types were asked for, {compared} were told");
    report.compared("declared types", compared);
    Ok(compared)
}

/// The types that a package declares and that values can have, by name.
fn declared(package: &Listed, checked: &Checked) -> BTreeMap<String, TypeId> {
    let mut types = BTreeMap::new();
    for name in package.compiled() {
        let path = package.dir.join(name);
        let Some((file, facts)) = checked.file(&package.import_path, &path) else { continue };
        for id in (0..file.ident_count()).map(IdentId::from_index) {
            let Some(object) = facts.defs[id] else { continue };
            let store = &checked.store;
            let (entity, ty) = (store.obj(object), store.obj_type(object));
            let at_top = || {
                let scope = entity.pkg.and_then(|pkg| store.pkg(pkg).scope.get());
                scope.is_some_and(|scope| scope.get(&entity.name) == Some(&object))
            };
            if entity.is_type_name() && at_top() && has_values(store, ty) {
                types.insert(entity.name.as_str().to_owned(), ty);
            }
        }
    }
    types
}

/// Whether it is a declared type (no alias) and neither generic nor a constraint.
fn has_values(store: &Store, ty: TypeId) -> bool {
    let constrains = || {
        store.is_non_type_param_interface(ty) && {
            let set = store.type_set(store.under(ty));
            !set.is_method_set()
        }
    };
    matches!(store.ty(ty), types::Type::Named(_)) && !store.is_generic(ty) && !constrains()
}

/// Builds the program and runs it.
fn run(go: &Go, asked: &[Asked<'_>], target: &Target) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let mut replaced: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    let mut add = |path: PathBuf, text: &str| -> Result<()> {
        let file = folder.path().join(format!("{}.go", replaced.len()));
        std::fs::write(&file, text)?;
        replaced.insert(path, file);
        Ok(())
    };
    let mut main = MAIN.to_owned();
    for (number, asked) in asked.iter().enumerate() {
        let mut text = format!(
            "package {}\n\nfunc {FUNCTION}() []any {{\n\treturn []any{{\n",
            asked.package.name
        );
        for name in asked.types.keys() {
            let _ = writeln!(text, "\t\t(*{name})(nil),");
        }
        text.push_str("\t}\n}\n");
        add(asked.package.dir.join(format!("{NAME}.go")), &text)?;
        let path = &asked.package.import_path;
        // Packages that are vendored are imported by the path that they have elsewhere.
        let import = path.strip_prefix("vendor/").unwrap_or(path);
        let _ = writeln!(main, "import p{number} \"{import}\"");
        let _ = writeln!(main, "func init() {{ tell(\"{path}\", p{number}.{FUNCTION}()) }}");
    }
    let (imports, rest): (Vec<&str>, Vec<&str>) =
        main.lines().skip(1).partition(|line| line.starts_with("import "));
    let main = format!("package main\n{}\n{}\n", imports.join("\n"), rest.join("\n"));
    add(target.dir.join(NAME).join("main.go"), &main)?;
    let overlay = folder.path().join("overlay.json");
    std::fs::write(&overlay, serde_json::to_vec(&serde_json::json!({ "Replace": replaced }))?)?;
    let program = folder.path().join("program");
    let build = go
        .command(&target.dir)
        .args(["build", "-buildvcs=false", "-pgo=off", "-overlay"])
        .arg(&overlay)
        .arg("-o")
        .arg(&program)
        .arg(format!("./{NAME}"))
        .env("GOCACHE", cache::folder("go-build")?)
        .output()
        .context("cannot run the go command")?;
    ensure!(build.status.success(), "types of {}: {}", target.name, tail(&build.stderr));
    let output = Command::new(program).output()?;
    ensure!(output.status.success(), "types of {}: {}", target.name, tail(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Prints package, name, size, alignment, pointer bytes and offsets of each type.
const MAIN: &str = r#"package main
import "fmt"
import "reflect"
import "unsafe"
func tell(pkg string, types []any) {
	for _, v := range types {
		t := reflect.TypeOf(v).Elem()
		// A descriptor begins with the size and the pointer bytes.
		descriptor := (*[2]uintptr)((*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1])
		fmt.Print(pkg, " ", t.Name(), " ", t.Size(), " ", t.Align(), " ", descriptor[1])
		if t.Kind() == reflect.Struct {
			for i := range t.NumField() {
				fmt.Print(" ", t.Field(i).Offset)
			}
		}
		fmt.Println()
	}
}
func main() {}
"#;

/// A line of the program.
fn read(line: &str) -> Option<(&str, &str, Figures)> {
    let mut words = line.split(' ');
    let (package, name) = (words.next()?, words.next()?);
    let mut numbers = words.map(str::parse);
    let mut number = || numbers.next()?.ok();
    let (size, align, pointer_bytes) = (number()?, number()?, number()?);
    let offsets = numbers.collect::<Result<_, _>>().ok()?;
    Some((package, name, Figures { size, align, pointer_bytes, offsets }))
}
