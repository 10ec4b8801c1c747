//! Which module provides a package.

mod common;

use common::{all, errors, files, id, imports, load_in, module, roots};
use packages::{GoVersion, Variant};

#[test]
fn a_module_and_what_lies_in_its_folder() {
    let system = files(
        "-- /m/go.mod --\nmodule x.y/m\ngo 1.22\nignore ./skip\n\
         -- /m/a.go --\npackage m\nimport \"x.y/m/b\"\n\
         -- /m/b/b.go --\npackage b\nimport \"fmt\"\n\
         -- /m/testdata/t.go --\npackage t\n\
         -- /m/_u/u.go --\npackage u\n\
         -- /m/.h/h.go --\npackage h\n\
         -- /m/skip/s.go --\npackage s\n\
         -- /m/nested/go.mod --\nmodule x.y/m/nested\n\
         -- /m/nested/n.go --\npackage n\n\
         -- /m/only/w_windows.go --\npackage only\n\
         -- /m/tested/t_test.go --\npackage tested\n",
    );
    let load = load_in(&system, "/m", &["./..."]);
    assert_eq!(errors(&load), Vec::<String>::new());
    assert_eq!(roots(&load), ["x.y/m", "x.y/m/b", "x.y/m/tested"]);
    assert_eq!(imports(&load, "x.y/m"), ["x.y/m/b"]);
    assert_eq!(module(&load, "x.y/m/b"), "x.y/m@");
    assert_eq!(load.packages[id(&load, "x.y/m")].language, GoVersion::language_of(22));
    assert_eq!(load.packages[id(&load, "fmt")].language, GoVersion::language_of(27));
    let load = load_in(&system, "/m/b", &[]);
    assert_eq!(roots(&load), ["x.y/m/b"]);
    let load = load_in(&system, "/m/b", &["../...", "x.y/m/b"]);
    assert_eq!(roots(&load), ["x.y/m", "x.y/m/b", "x.y/m/tested"]);
}

const CACHE: &str = "-- /mod/cache/download/a.b/c/@v/v1.0.0.mod --\nmodule a.b/c\ngo 1.20\n\
    require e.f/g v1.1.0\n\
    -- /mod/a.b/c@v1.0.0/c.go --\npackage c\nimport _ \"e.f/g\"\n\
    -- /mod/cache/download/e.f/g/@v/v1.0.0.mod --\nmodule e.f/g\n\
    -- /mod/e.f/g@v1.0.0/g.go --\npackage g\n\
    -- /mod/cache/download/e.f/g/@v/v1.1.0.mod --\nmodule e.f/g\n\
    -- /mod/e.f/g@v1.1.0/g.go --\npackage g\n\
    -- /mod/e.f/g@v1.1.0/h/h.go --\npackage h\n\
    -- /mod/cache/download/github.com/!upper/!case/@v/v1.0.0.mod --\nmodule github.com/Upper/Case\n\
    -- /mod/github.com/!upper/!case@v1.0.0/u.go --\npackage u\n";

#[test]
fn versions_are_selected_from_the_graph() {
    let system = files(&format!(
        "{CACHE}-- /m/go.mod --\nmodule m\ngo 1.16\nrequire a.b/c v1.0.0\nrequire e.f/g v1.0.0\n\
         -- /m/m.go --\npackage m\nimport (\n_ \"a.b/c\"\n_ \"e.f/g/h\"\n)\n"
    ));
    let load = load_in(&system, "/m", &["."]);
    assert_eq!(errors(&load), Vec::<String>::new());
    assert_eq!(module(&load, "e.f/g"), "e.f/g@v1.1.0");
    assert_eq!(module(&load, "e.f/g/h"), "e.f/g@v1.1.0");
}

#[test]
fn a_complete_go_mod_is_believed_and_the_rest_found_in_the_graph() {
    // e.f/g is not listed, as an untidy file may have it.
    let system = files(&format!(
        "{CACHE}-- /m/go.mod --\nmodule m\ngo 1.20\nrequire a.b/c v1.0.0\n\
         -- /m/m.go --\npackage m\nimport _ \"a.b/c\"\n"
    ));
    assert_eq!(module(&load_in(&system, "/m", &["."]), "e.f/g"), "e.f/g@v1.1.0");
    system.write(
        "/m/go.mod",
        "module m\ngo 1.20\nrequire a.b/c v1.0.0\nrequire e.f/g v1.0.0 // indirect\n",
    );
    assert_eq!(module(&load_in(&system, "/m", &["."]), "e.f/g"), "e.f/g@v1.0.0");
}

#[test]
fn go_sum_must_vouch_for_a_module() {
    let system = files(&format!(
        "{CACHE}-- /m/go.mod --\nmodule m\ngo 1.20\nrequire e.f/g v1.1.0\n-- /m/go.sum --\n\
         -- /m/m.go --\npackage m\nimport (\n_ \"e.f/g\"\n_ \"e.f/g/h\"\n)\n"
    ));
    let load = load_in(&system, "/m", &["."]);
    let message = "module e.f/g@v1.1.0 has no entry in go.sum; `go mod tidy` adds it";
    assert_eq!(errors(&load), [format!("/m/m.go:3:1: {message}")]);
    let system = system.with_env("GOFLAGS", "-mod=mod");
    assert_eq!(imports(&load_in(&system, "/m", &["."]), "m"), ["e.f/g", "e.f/g/h"]);
}

#[test]
fn capitals_are_escaped_in_the_cache() {
    let system = files(&format!(
        "{CACHE}-- /m/go.mod --\nmodule m\ngo 1.20\nrequire github.com/Upper/Case v1.0.0\n\
         -- /m/m.go --\npackage m\nimport _ \"github.com/Upper/Case\"\n"
    ));
    let load = load_in(&system, "/m", &["."]);
    assert_eq!(errors(&load), Vec::<String>::new());
    assert_eq!(imports(&load, "m"), ["github.com/Upper/Case"]);
}

#[test]
fn replacements_and_exclusions() {
    let system = files(&format!(
        "{CACHE}-- /m/go.mod --\nmodule m\ngo 1.16\nrequire (\na.b/c v1.0.0\ne.f/g v1.0.0\nk.l v0.0.0\n)\n\
         exclude e.f/g v1.1.0\nreplace k.l => ../local\n\
         -- /m/m.go --\npackage m\nimport (\n_ \"a.b/c\"\n_ \"k.l/sub\"\n)\n\
         -- /local/go.mod --\nmodule k.l\ngo 1.18\n\
         -- /local/sub/s.go --\npackage sub\nimport _ \"k.l/inner\"\n\
         -- /local/inner/go.mod --\nmodule k.l/inner\n\
         -- /local/inner/i.go --\npackage inner\n"
    ));
    let load = load_in(&system, "/m", &["."]);
    assert_eq!(module(&load, "e.f/g"), "e.f/g@v1.0.0");
    assert_eq!(module(&load, "k.l/sub"), "k.l@v0.0.0");
    assert_eq!(&*load.packages[id(&load, "k.l/sub")].dir, std::path::Path::new("/local/sub"));
    // The folder of another module does not belong to the replacement.
    assert_eq!(imports(&load, "k.l/sub"), ["!k.l/inner"]);
    let replaced = load.modules.iter().find(|m| m.path == "k.l").unwrap();
    assert_eq!(replaced.replace.as_ref().unwrap().path, "../local");
}

#[test]
fn the_longest_module_path_that_has_the_folder_provides_a_package() {
    let system = files(
        "-- /m/go.mod --\nmodule m\ngo 1.20\nrequire (\na.b v1.0.0\na.b/c v1.0.0\n)\n\
         -- /m/m.go --\npackage m\nimport (\n_ \"a.b/c/d\"\n_ \"a.b/c/e\"\n)\n\
         -- /mod/a.b@v1.0.0/c/d/d.go --\npackage d\n\
         -- /mod/a.b/c@v1.0.0/e/e.go --\npackage e\n",
    );
    let load = load_in(&system, "/m", &["."]);
    assert_eq!(module(&load, "a.b/c/d"), "a.b@v1.0.0");
    assert_eq!(module(&load, "a.b/c/e"), "a.b/c@v1.0.0");
}

#[test]
fn vendor_folders() {
    let text = "-- /m/go.mod --\nmodule m\ngo 1.20\nrequire a.b/c v1.0.0\n\
         -- /m/m.go --\npackage m\nimport _ \"a.b/c\"\n\
         -- /m/vendor/a.b/c/c.go --\npackage c\n\
         -- /m/vendor/modules.txt --\n# a.b/c v1.0.0\n## explicit; go 1.19\na.b/c\n";
    let load = load_in(&files(text), "/m", &["./..."]);
    assert_eq!(errors(&load), Vec::<String>::new());
    assert_eq!(roots(&load), ["m"]);
    let package = &load.packages[id(&load, "a.b/c")];
    assert_eq!(&*package.dir, std::path::Path::new("/m/vendor/a.b/c"));
    assert_eq!(package.language, GoVersion::language_of(19));
    assert_eq!(module(&load, "a.b/c"), "a.b/c@v1.0.0");
    // Not for a module older than Go 1.14, nor when told otherwise.
    let load = load_in(&files(&text.replace("go 1.20", "go 1.13")), "/m", &["./..."]);
    assert_eq!(imports(&load, "m"), ["!a.b/c"]);
    let system = files(text).with_env("GOFLAGS", "-mod=readonly");
    assert_eq!(imports(&load_in(&system, "/m", &["."]), "m"), ["!a.b/c"]);
}

#[test]
fn workspaces() {
    let system = files(
        "-- /w/go.work --\ngo 1.22\nuse ./a\nuse ./b\nreplace e.f => ./e\n\
         -- /w/a/go.mod --\nmodule x/a\ngo 1.21\nrequire x/b v1.0.0\nrequire e.f v1.0.0\n\
         -- /w/a/a.go --\npackage a\nimport (\n_ \"e.f\"\n_ \"x/b\"\n)\n\
         -- /w/b/go.mod --\nmodule x/b\ngo 1.20\n\
         -- /w/b/b.go --\npackage b\n\
         -- /w/e/go.mod --\nmodule e.f\n\
         -- /w/e/e.go --\npackage e\n",
    );
    let load = load_in(&system, "/w/a", &["./...", "../b"]);
    assert_eq!(errors(&load), Vec::<String>::new());
    assert_eq!(roots(&load), ["x/a", "x/b"]);
    assert_eq!(imports(&load, "x/a"), ["e.f", "x/b"]);
    assert_eq!(load.packages[id(&load, "x/b")].language, GoVersion::language_of(20));
    let system = system.with_env("GOWORK", "off");
    assert_eq!(imports(&load_in(&system, "/w/a", &["."]), "x/a"), ["!e.f", "!x/b"]);
}

#[test]
fn the_standard_library_vendors_its_dependencies() {
    let system =
        files("-- /m/go.mod --\nmodule m\n-- /m/m.go --\npackage m\nimport \"net/http\"\n");
    let load = load_in(&system, "/m", &["std"]);
    assert!(roots(&load).contains(&"vendor/golang.org/x/net/idna"));
    assert_eq!(imports(&load, "net/http"), ["vendor/golang.org/x/net/idna"]);
    let http = &load.packages[id(&load, "net/http")];
    assert_eq!(http.imports[0].path.as_str(), "golang.org/x/net/idna");
    assert!(http.is_std && http.module.is_none());
}

#[test]
fn files_and_import_paths_as_patterns() {
    let system = files(
        "-- /m/go.mod --\nmodule m\ngo 1.20\n\
         -- /m/a.go --\n//go:build ignore\n\npackage main\nimport \"m/b\"\n\
         -- /m/c.go --\npackage other\n\
         -- /m/b/b.go --\npackage b\n\
         -- /m/b/d/d.go --\npackage d\n",
    );
    let load = load_in(&system, "/m", &["a.go"]);
    assert_eq!(roots(&load), ["command-line-arguments"]);
    assert_eq!(imports(&load, "command-line-arguments"), ["m/b"]);
    assert_eq!(roots(&load_in(&system, "/m", &["m/b"])), ["m/b"]);
    assert_eq!(roots(&load_in(&system, "/m", &["m/b/..."])), ["m/b", "m/b/d"]);
    assert_eq!(roots(&load_in(&system, "/m", &["fm...", "os"])), ["fmt", "os"]);
}

#[test]
fn files_have_their_own_language() {
    let system = files(
        "-- /m/go.mod --\nmodule m\ngo 1.23.4\n\
         -- /m/a.go --\n//go:build go1.18\n\npackage m\n\
         -- /m/b.go --\npackage m\n\
         -- /m/c.go --\n//go:build go1.22\n\npackage m\n\
         -- /m/d.go --\n//go:build go1.25 && linux\n\npackage m\n",
    );
    let load = load_in(&system, "/m", &["."]);
    let m = id(&load, "m");
    let files = load.packages[m].files.iter();
    let versions: Vec<_> = files.map(|f| load.file_language(m, *f).to_string()).collect();
    assert_eq!(versions, ["1.21", "1.23", "1.22", "1.25"]);
}

#[test]
fn cgo() {
    let system = files(
        "-- /m/go.mod --\nmodule m\n-- /m/a.go --\npackage m\n\
         -- /m/c.go --\npackage m\nimport \"C\"\n",
    );
    let load = load_in(&system, "/m", &["."]);
    let package = &load.packages[id(&load, "m")];
    assert_eq!((package.files.len(), package.cgo_files.len()), (1, 1));
    assert_eq!(imports(&load, "m"), ["!C"]);
    assert_eq!(all(&load), ["unsafe", "runtime/cgo", "syscall", "m"]);
    assert_eq!(errors(&load), Vec::<String>::new());
    let system = system.with_env("CGO_ENABLED", "0");
    let load = load_in(&system, "/m", &["."]);
    let package = &load.packages[id(&load, "m")];
    assert_eq!(&*package.ignored_files, ["c.go".to_string()]);
    assert!(package.cgo_files.is_empty() && package.imports.is_empty());
}

#[test]
fn variants_for_tests() {
    let system = files(
        "-- /m/go.mod --\nmodule m\n\
         -- /m/p/p.go --\npackage p\n\
         -- /m/p/p_test.go --\npackage p\nimport _ \"testing\"\n\
         -- /m/p/x_test.go --\npackage p_test\nimport (\n_ \"m/p\"\n_ \"m/r\"\n)\n\
         -- /m/q/q.go --\npackage q\nimport _ \"m/p\"\n\
         -- /m/r/r.go --\npackage r\nimport _ \"m/q\"\n\
         -- /m/s/s.go --\npackage s\nimport _ \"m/p\"\n",
    );
    let load = load_in(&system, "/m", &["m/p"]);
    assert_eq!(errors(&load), Vec::<String>::new());
    assert_eq!(imports(&load, "m/p_test [m/p.test]"), ["m/p [m/p.test]", "m/r [m/p.test]"]);
    assert_eq!(imports(&load, "m/r [m/p.test]"), ["m/q [m/p.test]"]);
    assert_eq!(imports(&load, "m/q [m/p.test]"), ["m/p [m/p.test]"]);
    // No binary holds q and r as they stand.
    assert!(!all(&load).contains(&"m/q") && !all(&load).contains(&"m/s"));
    let internal = &load.packages[id(&load, "m/p [m/p.test]")];
    assert_eq!((internal.variant, internal.files.len()), (Variant::InternalTest, 2));
    assert_eq!(internal.path.as_str(), "m/p");
    let external = &load.packages[id(&load, "m/p_test [m/p.test]")];
    assert_eq!((external.path.as_str(), external.name.as_str()), ("m/p_test", "p_test"));
    let analysed: Vec<_> =
        load.analysed().iter().map(|id| load.packages[*id].id.as_str()).collect();
    assert_eq!(analysed, ["m/p [m/p.test]", "m/p_test [m/p.test]"]);
    // Every package comes after what it needs.
    for (id, package) in load.packages.iter_ids() {
        assert!(package.dependencies().all(|d| d < id), "{}", package.id);
    }
}
