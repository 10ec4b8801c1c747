//! Finding out what is built: toolchain, machine and settings.

use std::path::{Path, PathBuf};
use std::process::Command;

use source::{EntryKind, System};

use crate::build::{Build, default_level, level_variable};
use crate::environment::{Environment, Flags};
use crate::error::Error;
use crate::experiment;
use crate::version::GoVersion;
use crate::workspace::{Where, Workspace};

/// What the caller asks for; what is `None` or empty is found out.
#[derive(Clone, Default, Debug)]
pub struct Options {
    /// The working folder, absolute: its go.mod may ask for a toolchain.
    pub dir: PathBuf,
    /// The Go version that findings are judged for.
    pub go: Option<GoVersion>,
    /// Operating system.
    pub goos: Option<String>,
    /// Processor.
    pub goarch: Option<String>,
    /// Whether files that import "C" are built.
    pub cgo: Option<bool>,
    /// Build tags, beside those of `GOFLAGS`.
    pub tags: Vec<String>,
    /// Whether the race detector is built in.
    pub race: bool,
    /// The toolchain's folder.
    pub goroot: Option<PathBuf>,
}

/// What code is judged for where there is no toolchain to ask.
const NEWEST: GoVersion = GoVersion::language_of(27);

impl Build {
    /// Finds out what is built, from the environment and from `go` on `PATH`.
    ///
    /// # Errors
    /// Where a Go toolchain is found that does not say its version, or `go env` fails. With none at all
    /// there is a warning, and the standard library is missing.
    pub fn detect(system: &dyn System, options: &Options) -> Result<Self, Error> {
        let mut environment = Environment::new(system);
        let mut gomodcache = environment.gomodcache();
        let mut warnings = Vec::new();
        let mut goroot = match find_goroot(&environment, system, options) {
            Some(goroot) => goroot,
            None => match environment.find_program("go") {
                Some(program) => {
                    let answer = ask_go(&program, &options.dir)?;
                    gomodcache = gomodcache.or(answer.gomodcache);
                    answer.goroot
                }
                None => fetched_goroot(&environment, system).unwrap_or_default(),
            },
        };
        let gomodcache = gomodcache.unwrap_or_default();
        environment.set_goroot(&goroot);
        let mut goroot_version = if goroot.as_os_str().is_empty() {
            warnings.push(Error::of_request(
                "no Go toolchain found: without the standard library much is unknown, and not \
                 reported. Set GOROOT, or put `go` on the PATH",
            ));
            NEWEST
        } else {
            read_version(system, &goroot)?
        };

        let flags = Flags::parse(&environment.get("GOFLAGS").unwrap_or_default());
        let gowork = environment.get("GOWORK");
        let workspace = Workspace::find(
            system,
            &Where {
                dir: &options.dir,
                goroot: &goroot,
                gowork: gowork.as_deref(),
                mod_file: flags.mod_file.as_deref(),
            },
        );
        if options.goroot.is_none()
            && let Some(wanted) = wanted_toolchain(&environment, &workspace, goroot_version)
        {
            match find_toolchain(system, &gomodcache, &wanted) {
                Some(found) => {
                    goroot = found;
                    environment.set_goroot(&goroot);
                    goroot_version = read_version(system, &goroot)?;
                }
                None => warnings.push(Error::of_request(format!(
                    "the module asks for Go {wanted}, which is not downloaded; \
                     Go {goroot_version} is used"
                ))),
            }
        }

        let (goos, goarch) = machine(&environment, options);
        let level = level_variable(&goarch).and_then(|name| environment.get(name));
        let level = level.unwrap_or_else(|| default_level(&goos, &goarch).into());
        let cgo = options.cgo.unwrap_or_else(|| cgo_enabled(&environment, &goos, &goarch));
        let source = goroot.join("src/internal/buildcfg/exp.go");
        let source = system.read(&source).ok().map(|t| String::from_utf8_lossy(&t).into_owned());
        let defaults = experiment::defaults(source.as_deref(), &goos, &goarch);
        let setting = environment.get("GOEXPERIMENT").unwrap_or_default();
        let experiments = experiment::apply(defaults, &setting, &goarch, &mut warnings);
        // As with the go command's own flag, the caller's tags replace those of GOFLAGS.
        let tags = if options.tags.is_empty() { flags.tags } else { options.tags.clone() };
        let mut build = Self {
            toolchain: options.go.unwrap_or(goroot_version),
            goroot_version,
            goos,
            goarch,
            level,
            cgo,
            experiments,
            tags,
            race: options.race || flags.race,
            compiler: "gc",
            goroot,
            gomodcache,
            godebug: workspace.leading_file().map(|f| f.godebug.clone()).unwrap_or_default(),
            mod_mode: flags.mod_mode,
            mod_file: flags.mod_file,
            pgo: flags.pgo,
            gowork,
            warnings,
            tag_set: Default::default(),
        };
        build.refresh_tags();
        build.tag_set.extend(flags.sanitizers.iter().map(|s| (*s).to_string()));
        Ok(build)
    }
}

/// The toolchain's folder, where no program has to be asked.
fn find_goroot(
    environment: &Environment<'_>,
    system: &dyn System,
    options: &Options,
) -> Option<PathBuf> {
    if let Some(goroot) = &options.goroot {
        return Some(goroot.clone());
    }
    if let Some(goroot) = environment.get("GOROOT") {
        return Some(goroot.into());
    }
    let program = environment.find_program("go")?;
    let program = system.canonicalize(&program).unwrap_or(program);
    let goroot = program.parent()?.parent()?;
    // A script called `go` lies somewhere else: beside a toolchain are its sources.
    let has_sources = system.kind(&goroot.join("src/runtime")) == Some(EntryKind::Directory);
    has_sources.then(|| goroot.to_path_buf())
}

/// The newest of the toolchains that unheap's own cache folder holds, for machines without Go.
fn fetched_goroot(environment: &Environment<'_>, system: &dyn System) -> Option<PathBuf> {
    let versions = environment.cache()?.join("go");
    let entries = system.read_dir(&versions).ok()?;
    let found = entries.into_iter().filter_map(|entry| {
        let goroot = versions.join(&entry.name).join("go");
        let has_sources = system.kind(&goroot.join("src/runtime")) == Some(EntryKind::Directory);
        has_sources.then_some((GoVersion::parse(&entry.name)?, goroot))
    });
    found.max_by_key(|(version, _)| *version).map(|(_, goroot)| goroot)
}

struct Answer {
    goroot: PathBuf,
    gomodcache: Option<PathBuf>,
}

/// Asks `go env`, the one program that is ever run to find packages.
fn ask_go(program: &Path, dir: &Path) -> Result<Answer, Error> {
    let mut command = Command::new(program);
    command.args(["env", "GOROOT", "GOMODCACHE"]);
    if dir.is_dir() {
        command.current_dir(dir);
    }
    let fault = |words: String| Error::at_path(program, format!("`go env` failed: {words}"));
    let output = command.output().map_err(|error| fault(error.to_string()))?;
    if !output.status.success() {
        return Err(fault(String::from_utf8_lossy(&output.stderr).trim().to_string()));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines().map(str::trim);
    let goroot = lines.next().filter(|l| !l.is_empty());
    let goroot = goroot.ok_or_else(|| fault("it names no GOROOT".into()))?;
    let gomodcache = lines.next().filter(|l| !l.is_empty()).map(PathBuf::from);
    Ok(Answer { goroot: goroot.into(), gomodcache })
}

/// The version of the toolchain in a folder.
fn read_version(system: &dyn System, goroot: &Path) -> Result<GoVersion, Error> {
    let path = goroot.join("VERSION");
    if let Ok(text) = system.read(&path) {
        let text = String::from_utf8_lossy(&text);
        let first = text.lines().next().unwrap_or_default().trim();
        if let Some(version) = GoVersion::parse(first) {
            return Ok(version);
        }
    }
    // A checkout of Go's repository has no VERSION, but says which Go it will become.
    let source = goroot.join("src/internal/goversion/goversion.go");
    let text = system.read(&source).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let minor = text.lines().find_map(|line| line.strip_prefix("const Version = "));
    match minor.and_then(|minor| minor.trim().parse().ok()) {
        Some(minor) => Ok(GoVersion::language_of(minor)),
        None => Err(Error::at_path(goroot, "is not a Go toolchain: it has no VERSION")),
    }
}

/// The toolchain that go.mod asks for, where it is newer than the one at hand and
/// `GOTOOLCHAIN` lets it be used.
fn wanted_toolchain(
    environment: &Environment<'_>,
    workspace: &Workspace,
    local: GoVersion,
) -> Option<GoVersion> {
    let setting = environment.get("GOTOOLCHAIN").unwrap_or_else(|| "local".into());
    let (least, mode) = match setting.split_once('+') {
        Some((least, mode)) => (least, mode),
        None if setting == "auto" || setting == "path" => ("local", setting.as_str()),
        None => (setting.as_str(), ""),
    };
    let mut wanted = GoVersion::parse(least).unwrap_or(local);
    if (mode == "auto" || mode == "path")
        && let Some(file) = workspace.leading_file()
    {
        let named = file.toolchain.as_deref().and_then(GoVersion::parse);
        wanted = wanted.max(file.go_version().unwrap_or(local)).max(named.unwrap_or(local));
    } else if wanted != local && GoVersion::parse(least).is_some() {
        return Some(wanted);
    }
    (wanted > local).then_some(wanted)
}

/// A toolchain that the go command downloaded before.
fn find_toolchain(system: &dyn System, gomodcache: &Path, wanted: &GoVersion) -> Option<PathBuf> {
    let (goos, goarch) = host();
    // A language version stands for its first release.
    let mut version = wanted.to_string();
    if version.matches('.').count() == 1 && wanted.at_least(21) && wanted.language() == *wanted {
        version.push_str(".0");
    }
    let folder =
        gomodcache.join(format!("golang.org/toolchain@v0.0.1-go{version}.{goos}-{goarch}"));
    (system.kind(&folder) == Some(EntryKind::Directory)).then_some(folder)
}

/// The machine that this program runs on, in Go's words.
fn host() -> (&'static str, &'static str) {
    let goos = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let little = cfg!(target_endian = "little");
    let goarch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "loongarch64" => "loong64",
        "powerpc64" if little => "ppc64le",
        "powerpc64" => "ppc64",
        "mips64" if little => "mips64le",
        "mips" if little => "mipsle",
        other => other,
    };
    (goos, goarch)
}

fn machine(environment: &Environment<'_>, options: &Options) -> (String, String) {
    let (goos, goarch) = host();
    let pick = |asked: &Option<String>, name: &str, host: &str| {
        asked.clone().or_else(|| environment.get(name)).unwrap_or_else(|| host.into())
    };
    (pick(&options.goos, "GOOS", goos), pick(&options.goarch, "GOARCH", goarch))
}

/// Go's own default: on for a native build where there is a C compiler.
fn cgo_enabled(environment: &Environment<'_>, goos: &str, goarch: &str) -> bool {
    match environment.get("CGO_ENABLED").as_deref() {
        Some("1") => return true,
        Some("0") => return false,
        _ => {}
    }
    if (goos, goarch) != host() {
        return false;
    }
    let compiler = match goos {
        "darwin" | "ios" | "freebsd" | "openbsd" => "clang",
        _ => "gcc",
    };
    environment.get("CC").is_some() || environment.find_program(compiler).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use source::MemorySystem;

    fn toolchain() -> MemorySystem {
        let system =
            MemorySystem::new().with_env("HOME", "/h").with_env("PATH", "/usr/bin:/go/bin");
        system.write("/go/bin/go", "");
        system.write("/go/src/runtime/a.go", "");
        system.write("/go/VERSION", "go1.25.1\ntime 2025\n");
        system.write("/go/go.env", "GOTOOLCHAIN=auto\n");
        system.write("/m/go.mod", "module m\ngo 1.25\ngodebug panicnil=1\n");
        system
    }

    fn options() -> Options {
        Options { dir: "/m".into(), goos: Some("linux".into()), ..Options::default() }
    }

    #[test]
    fn go_on_the_path_leads_to_goroot() {
        let build = Build::detect(&toolchain(), &options()).unwrap();
        assert_eq!(build.goroot, Path::new("/go"));
        assert_eq!(build.toolchain.to_string(), "1.25.1");
        assert_eq!(build.gomodcache, Path::new("/h/go/pkg/mod"));
        assert_eq!(build.godebug, [("panicnil".to_string(), "1".to_string())]);
        assert!(!build.cgo);
        assert!(build.warnings.is_empty());
    }

    #[test]
    fn without_a_toolchain_the_newest_go_is_assumed() {
        let build = Build::detect(&MemorySystem::new(), &options()).unwrap();
        assert!(build.warnings[0].message.contains("no Go toolchain"), "{:?}", build.warnings);
        assert_eq!(build.toolchain, NEWEST);
        let fetched = MemorySystem::new().with_env("UNHEAP_CACHE", "/c");
        for version in ["1.9", "1.27.3", "1.26.8"] {
            fetched.write(format!("/c/go/{version}/go/VERSION"), format!("go{version}"));
            fetched.write(format!("/c/go/{version}/go/src/runtime/proc.go"), "package runtime");
        }
        let build = Build::detect(&fetched, &options()).unwrap();
        assert_eq!(build.goroot, Path::new("/c/go/1.27.3/go"));
    }

    #[test]
    fn a_folder_that_is_no_toolchain_is_an_error() {
        let system = MemorySystem::new().with_env("GOROOT", "/nowhere");
        let error = Build::detect(&system, &options()).unwrap_err();
        assert_eq!(error.to_string(), "/nowhere: is not a Go toolchain: it has no VERSION");
    }

    #[test]
    fn a_module_may_ask_for_a_newer_toolchain() {
        let system = toolchain();
        system.write("/m/go.mod", "module m\ngo 1.26\ntoolchain go1.26.2\n");
        let build = Build::detect(&system, &options()).unwrap();
        assert_eq!(build.toolchain.to_string(), "1.25.1");
        assert_eq!(build.warnings.len(), 1);
        let (goos, goarch) = host();
        let folder = format!("/h/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.26.2.{goos}-{goarch}");
        system.write(format!("{folder}/VERSION"), "go1.26.2\n");
        let build = Build::detect(&system, &options()).unwrap();
        assert_eq!(build.goroot, Path::new(&folder));
        assert_eq!(build.toolchain.to_string(), "1.26.2");
    }

    #[test]
    fn local_toolchains_stay() {
        let system = toolchain().with_env("GOTOOLCHAIN", "local");
        system.write("/m/go.mod", "module m\ngo 1.26\n");
        let build = Build::detect(&system, &options()).unwrap();
        assert_eq!((build.toolchain.to_string().as_str(), build.warnings.len()), ("1.25.1", 0));
    }
}
