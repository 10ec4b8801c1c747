//! The type checker's own test files: GOROOT/src/internal/types/testdata.
//!
//! Most hold errors on purpose, marked by `ERROR` comments: those are to go through our
//! checker without breaking it. The others are compared like any package.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use source::NameCache;
use syntax::tree::{Expr, Spec};
use types::Store;

use super::types::{Answers, Source, dependency};
use super::{Report, Target, list};
use crate::toolchain::Go;

/// A file, or a folder of files, that is a package.
struct Case {
    dir: PathBuf,
    files: Vec<String>,
    has_errors: bool,
    imports: BTreeSet<String>,
    package: String,
    go_version: String,
}

/// Compares what is known of the test files. Returns the figure.
pub(super) fn compare(go: &Go, oracle: &Path, report: &mut Report) -> Result<String> {
    let target = Target {
        name: "type checker tests".to_owned(),
        dir: go.root().join("src/internal/types/testdata"),
        patterns: Vec::new(),
        is_fixed: true,
    };
    let cases = cases(&target.dir)?;
    let imports: BTreeSet<&String> = cases.iter().flat_map(|case| &case.imports).collect();
    let std = Target {
        name: "std".to_owned(),
        dir: go.root().join("src"),
        patterns: imports.into_iter().cloned().collect(),
        is_fixed: true,
    };
    let listed = list::list(go, &std)?;
    let mut sources: Vec<_> = listed.iter().filter_map(dependency).collect();
    let known: BTreeSet<String> = sources.iter().map(|source| source.id.clone()).collect();
    for case in &cases {
        let imports = case.imports.iter().filter(|path| known.contains(*path));
        let imports: BTreeMap<_, _> = imports.map(|path| (path.clone(), path.clone())).collect();
        let first = case.files.first().map_or("", String::as_str);
        sources.push(Source {
            id: case.dir.join(first).display().to_string(),
            path: case.package.clone(),
            dir: case.dir.clone(),
            files: case.files.clone(),
            imports,
            go_version: case.go_version.clone(),
            arch: "amd64".to_owned(),
            emit: case.files.clone(),
            cgo: false,
        });
    }
    let files: usize = cases.iter().map(|case| case.files.len()).sum();
    let faulty = cases.iter().filter(|case| case.has_errors);
    let faulty: BTreeSet<_> = faulty
        .map(|case| case.dir.join(case.files.first().map_or("", String::as_str)))
        .map(|path| path.display().to_string())
        .collect();
    let store = Store::for_type_checker_tests();
    let answers = Answers { subcommand: "testtypes", store, unasked: &faulty };
    let line = answers.compare(oracle, &sources, &target, report)?;
    Ok(format!("{files} files read, compared {line}"))
}

fn cases(root: &Path) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for kind in sorted(root)? {
        for entry in sorted(&kind)? {
            let files = if entry.is_dir() { sorted(&entry)? } else { vec![entry] };
            let files: Vec<_> = files
                .into_iter()
                .filter(|file| file.extension().is_some_and(|extension| extension == "go"))
                .collect();
            if !files.is_empty() {
                cases.push(case(&files)?);
            }
        }
    }
    Ok(cases)
}

fn case(files: &[PathBuf]) -> Result<Case> {
    let dir = files[0].parent().context("a file is in a folder")?.to_owned();
    let mut case = Case {
        dir,
        files: Vec::new(),
        has_errors: false,
        imports: BTreeSet::new(),
        package: String::new(),
        go_version: String::new(),
    };
    let mut names = NameCache::new();
    for path in files {
        let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let tree = syntax::parse(&text, &syntax::Options::default(), &mut names);
        case.files.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        case.has_errors |= !tree.errors.is_empty() || marks_errors(&text);
        if let Some(name) = tree.name {
            case.package = tree.ident(name).name.as_str().to_owned();
        }
        if let Some(version) = language_flag(&text) {
            case.go_version = version;
        }
        for &import in &tree.imports {
            let Spec::Import { path, .. } = tree.spec(import) else { continue };
            if let Expr::Lit(_) = tree.expr(path) {
                let span = tree.expr_span(path);
                let quoted = &text[span.start as usize..span.end as usize];
                let path = String::from_utf8_lossy(quoted).trim_matches(['"', '`']).to_owned();
                // Others are there to be refused.
                if !path.is_empty() && path.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/')
                {
                    case.imports.insert(path);
                }
            }
        }
    }
    case.imports.remove("unsafe");
    case.imports.remove("C");
    Ok(case)
}

/// Whether a file says where errors are expected.
fn marks_errors(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    ["/* ERROR", "// ERROR"].iter().any(|mark| text.contains(mark))
}

/// The version of a first line like `// -lang=go1.17`.
fn language_flag(text: &[u8]) -> Option<String> {
    let line = text.split(|&byte| byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.strip_prefix("//")?.trim();
    let flag = line.split_whitespace().find_map(|word| word.strip_prefix("-lang="))?;
    Some(flag.to_owned())
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}
