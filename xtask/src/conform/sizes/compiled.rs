//! Sizes, alignments, offsets and pointer bytes, against the compiler: as its descriptors of types have them.
//!
//! Each package is built with a file more, by an overlay, that hands out the types that the package declares. A
//! program that imports them all prints what stands in their descriptors.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
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

/// What the functions that hand out types are called, with a number behind it since packages are imported with `.`
/// too; and what files and folders are called that are not there.
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
        // What is vendored cannot be reached where it is internal.
        let hidden = package.import_path.starts_with("vendor/") && internal(package) > 0;
        if plain && !hidden && package.name != "main" && package.import_path != "unsafe" {
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
    let (mut told, mut compared) = (0, 0);
    for line in text.lines() {
        let (package, name, theirs) = read(line).with_context(|| format!("not read: {line}"))?;
        let known = asked.iter().find(|asked| asked.package.import_path == package);
        let ty = known.and_then(|asked| asked.types.get(name));
        let &ty = ty.with_context(|| format!("nobody asked for {package}.{name}"))?;
        told += 1;
        compared += 1;
        match ours(&checked.store, ty) {
            Some(our) => our.differs(&theirs, name, package, "the compiler", report),
            // What C declares is not known here.
            None if known.is_some_and(|asked| !asked.package.cgo_files.is_empty()) => compared -= 1,
            None => report.differs("not known", || format!("{package}.{name}: not known")),
        }
    }
    let expected: usize = asked.iter().map(|asked| asked.types.len()).sum();
    ensure!(told == expected, "{expected} types were asked for, {told} were told");
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

/// How many elements of a package's path are called `internal`.
fn internal(package: &Listed) -> usize {
    package.import_path.split('/').filter(|&part| part == "internal").count()
}

/// Builds the program and runs it.
fn run(go: &Go, asked: &[Asked<'_>], target: &Target) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let mut overlay = Overlay { folder: folder.path(), replaced: BTreeMap::new(), bridges: 0 };
    let (mut imports, mut calls) = (String::new(), String::new());
    for (number, asked) in asked.iter().enumerate() {
        let function = format!("{FUNCTION}{number}");
        let mut text = format!(
            "package {}\n\nfunc {function}() []any {{\n\treturn []any{{\n",
            asked.package.name
        );
        for name in asked.types.keys() {
            let _ = writeln!(text, "\t\t(*{name})(nil),");
        }
        text.push_str("\t}\n}\n");
        overlay.add(asked.package.dir.join(format!("{NAME}.go")), &text)?;
        let path = &asked.package.import_path;
        // Packages that are vendored are imported by the path that they have elsewhere.
        let import = path.strip_prefix("vendor/").unwrap_or(path).to_owned();
        let import = overlay.reach(import, asked.package.dir.clone(), target, &function)?;
        let _ = writeln!(imports, "import p{number} \"{import}\"");
        let _ = writeln!(calls, "func init() {{ tell(\"{path}\", p{number}.{function}()) }}");
    }
    let main = format!("package main\n{imports}{MAIN}{calls}");
    overlay.add(target.dir.join(NAME).join("main.go"), &main)?;
    let replaced = serde_json::json!({ "Replace": overlay.replaced });
    let listing = folder.path().join("overlay.json");
    std::fs::write(&listing, serde_json::to_vec(&replaced)?)?;
    let program = folder.path().join("program");
    let build = go
        .command(&target.dir)
        .args(["build", "-buildvcs=false", "-pgo=off", "-overlay"])
        .arg(&listing)
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

/// Files that the go command believes to be there.
struct Overlay<'a> {
    folder: &'a Path,
    replaced: BTreeMap<PathBuf, PathBuf>,
    bridges: usize,
}

impl Overlay<'_> {
    fn add(&mut self, path: PathBuf, text: &str) -> Result<()> {
        // Whatever version of the language the module is written in.
        let text = format!("//go:build go1.22\n\n{text}");
        let file = self.folder.join(format!("{}.go", self.replaced.len()));
        std::fs::write(&file, text)?;
        self.replaced.insert(path, file);
        Ok(())
    }

    /// A path by which the program can import what a package hands out: its own or, where it is internal to a part of
    /// the module, that of a package made for it in that part.
    fn reach(
        &mut self,
        mut import: String,
        mut dir: PathBuf,
        target: &Target,
        function: &str,
    ) -> Result<String> {
        loop {
            let parts: Vec<&str> = import.split('/').collect();
            let Some(at) = parts.iter().rposition(|&part| part == "internal") else { break };
            let mut part = dir.as_path();
            for _ in at..parts.len() {
                part = part.parent().context("a package's folder is as deep as its path")?;
            }
            if part == target.dir {
                break;
            }
            self.bridges += 1;
            let name = format!("{NAME}{}", self.bridges);
            let text = format!(
                "package bridge\n\nimport p \"{import}\"\n\nfunc {function}() []any {{ return p.{function}() }}\n"
            );
            let folder = part.join(&name);
            let path = [&parts[..at], &[name.as_str()]].concat().join("/");
            self.add(folder.join("bridge.go"), &text)?;
            (import, dir) = (path, folder);
        }
        Ok(import)
    }
}

/// Prints package, name, size, alignment, pointer bytes and offsets of each type.
const MAIN: &str = r#"import "fmt"
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
