//! What is built: one struct that keys every fact.

use std::path::PathBuf;

use rustc_hash::FxHashSet;

use crate::error::Error;
use crate::header::Leading;
use crate::version::GoVersion;

/// How modules may be found, of `-mod`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModMode {
    /// From the vendor folder alone.
    Vendor,
    /// From the module cache, go.mod as it stands.
    Readonly,
    /// From the module cache; the go command would also repair go.mod.
    Mod,
}

/// What is built, for which machine, by which toolchain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Build {
    /// The toolchain that findings are judged for.
    pub toolchain: GoVersion,
    /// The version of the standard library in `goroot`; differs from `toolchain`
    /// only where another version was asked for.
    pub goroot_version: GoVersion,
    /// Operating system, as Go calls it.
    pub goos: String,
    /// Processor, as Go calls it.
    pub goarch: String,
    /// Level of the processor: the value of `GOAMD64`, `GOARM64`, ….
    pub level: String,
    /// Whether files that import "C" are built.
    pub cgo: bool,
    /// Experiments that are on, in lower case, sorted.
    pub experiments: Vec<String>,
    /// Tags asked for with `-tags`.
    pub tags: Vec<String>,
    /// Whether the race detector is built in.
    pub race: bool,
    /// The compiler's name as a tag: `gc`.
    pub compiler: &'static str,
    /// Where the toolchain's sources are.
    pub goroot: PathBuf,
    /// Where downloaded modules are.
    pub gomodcache: PathBuf,
    /// `godebug` lines of the main module or workspace.
    pub godebug: Vec<(String, String)>,
    /// `-mod`, where it was given.
    pub mod_mode: Option<ModMode>,
    /// `-modfile`, where it was given.
    pub mod_file: Option<PathBuf>,
    /// `-pgo`, where it was given: `auto`, `off`, or a file.
    pub pgo: Option<String>,
    /// `GOWORK`: a file, or `off`; where it is not set, go.work is looked for.
    pub gowork: Option<String>,
    /// What was found odd on the way; the analysis goes on.
    pub warnings: Vec<Error>,
    /// Every tag that is set apart from system, processor and compiler.
    pub(crate) tag_set: FxHashSet<String>,
}

const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

const UNIX: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "linux",
    "netbsd",
    "openbsd",
    "solaris",
];

const PROCESSORS: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "arm64",
    "arm64be",
    "armbe",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "mipsle",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

impl Build {
    /// Whether a tag is set.
    #[must_use]
    pub fn has_tag(&self, tag: &str) -> bool {
        if tag == self.goos || tag == self.goarch || tag == self.compiler {
            return true;
        }
        match tag {
            "cgo" if self.cgo => return true,
            "linux" if self.goos == "android" => return true,
            "solaris" if self.goos == "illumos" => return true,
            "darwin" if self.goos == "ios" => return true,
            "unix" if UNIX.contains(&self.goos.as_str()) => return true,
            _ => {}
        }
        let tag = if tag == "boringcrypto" { "goexperiment.boringcrypto" } else { tag };
        if self.tag_set.contains(tag) {
            return true;
        }
        let release = tag.strip_prefix("go1.").and_then(|minor| minor.parse::<u32>().ok());
        release.is_some_and(|minor| {
            // Only the plain spelling of the number is a tag.
            (1..=self.goroot_version.minor()).contains(&minor) && tag == format!("go1.{minor}")
        })
    }

    /// Whether the suffixes of a file's name (`_linux`, `_amd64_test`) let it be built.
    #[must_use]
    pub fn matches_name(&self, name: &str) -> bool {
        let stem = name.split('.').next().unwrap_or(name);
        // What stands before the first underscore is never a suffix: `linux.go`.
        let Some((_, suffixes)) = stem.split_once('_') else { return true };
        let mut parts = suffixes.rsplit('_').peekable();
        if parts.peek() == Some(&"test") {
            parts.next();
        }
        let Some(last) = parts.next() else { return true };
        if PROCESSORS.contains(&last) {
            let before = parts.next().filter(|part| SYSTEMS.contains(part));
            return self.has_tag(last) && before.is_none_or(|system| self.has_tag(system));
        }
        !SYSTEMS.contains(&last) || self.has_tag(last)
    }

    /// Whether the constraints of a file let it be built.
    #[must_use]
    pub fn matches_constraints(&self, leading: &Leading) -> bool {
        let mut set = |tag: &str| self.has_tag(tag);
        match &leading.build {
            Some(constraint) => constraint.holds(&mut set),
            None => leading.plus_build.iter().all(|c| c.holds(&mut set)),
        }
    }

    /// Whether a file is built: by its name and by its constraints.
    #[must_use]
    pub fn matches_file(&self, name: &str, leading: &Leading) -> bool {
        self.matches_name(name) && self.matches_constraints(leading)
    }

    /// Gathers the tags that follow from the other fields; call it after they change.
    pub fn refresh_tags(&mut self) {
        let mut set: FxHashSet<String> = self.tags.iter().cloned().collect();
        set.extend(self.experiments.iter().map(|e| format!("goexperiment.{e}")));
        set.extend(level_tags(&self.goarch, &self.level));
        if self.race {
            set.insert("race".into());
        }
        self.tag_set = set;
    }
}

/// The level that a processor has where none is asked for.
pub(crate) fn default_level(goos: &str, goarch: &str) -> &'static str {
    match goarch {
        "386" => "sse2",
        "amd64" => "v1",
        "arm" if goos == "android" => "7",
        // Go's own default for a cross-compiled build; a native one reads the machine.
        "arm" => "7",
        "arm64" => "v8.0",
        "mips" | "mipsle" | "mips64" | "mips64le" => "hardfloat",
        "ppc64" | "ppc64le" => "power8",
        "riscv64" => "rva20u64",
        _ => "",
    }
}

/// The name of the variable that holds a processor's level.
pub(crate) fn level_variable(goarch: &str) -> Option<&'static str> {
    Some(match goarch {
        "386" => "GO386",
        "amd64" => "GOAMD64",
        "arm" => "GOARM",
        "arm64" => "GOARM64",
        "mips" | "mipsle" => "GOMIPS",
        "mips64" | "mips64le" => "GOMIPS64",
        "ppc64" | "ppc64le" => "GOPPC64",
        "riscv64" => "GORISCV64",
        _ => return None,
    })
}

/// The tags of a processor's level and of those that it includes.
fn level_tags(goarch: &str, level: &str) -> Vec<String> {
    let number = |text: &str| text.parse::<u32>().ok();
    let up_to = |first: u32, last: Option<u32>, prefix: &str| -> Vec<String> {
        // No processor has a hundred levels; the bound keeps a typing error harmless.
        let last = last.unwrap_or(first).min(100);
        (first..=last).map(|n| format!("{goarch}.{prefix}{n}")).collect()
    };
    let base = level.split(',').next().unwrap_or(level);
    match goarch {
        "amd64" => up_to(1, base.strip_prefix('v').and_then(number), "v"),
        "arm" => up_to(5, number(base), ""),
        "arm64" => {
            let (major, minor) = base
                .strip_prefix('v')
                .and_then(|v| v.split_once('.'))
                .and_then(|(major, minor)| Some((number(major)?, number(minor)?)))
                .unwrap_or((8, 0));
            let mut tags = up_to(0, Some(minor), &format!("v{major}."));
            if major == 9 {
                // Version 9.n includes 8.(n+5).
                tags.extend(up_to(0, Some((minor + 5).min(9)), "v8."));
            }
            tags
        }
        "ppc64" | "ppc64le" => up_to(8, base.strip_prefix("power").and_then(number), "power"),
        "riscv64" => ["rva20u64", "rva22u64", "rva23u64"]
            .into_iter()
            .filter(|&profile| profile == "rva20u64" || profile <= base)
            .map(|profile| format!("{goarch}.{profile}"))
            .collect(),
        "wasm" => vec!["wasm.satconv".into(), "wasm.signext".into()],
        "386" | "mips" | "mipsle" | "mips64" | "mips64le" => vec![format!("{goarch}.{base}")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A build for tests: Go 1.27.3, linux, amd64, cgo on.
    pub(crate) fn build() -> Build {
        let toolchain = GoVersion::parse("1.27.3").unwrap();
        let mut build = Build {
            toolchain,
            goroot_version: toolchain,
            goos: "linux".into(),
            goarch: "amd64".into(),
            level: "v3".into(),
            cgo: true,
            experiments: vec!["jsonv2".into()],
            tags: vec!["mine".into()],
            race: false,
            compiler: "gc",
            goroot: "/go".into(),
            gomodcache: "/mod".into(),
            godebug: Vec::new(),
            mod_mode: None,
            mod_file: None,
            pgo: None,
            gowork: None,
            warnings: Vec::new(),
            tag_set: FxHashSet::default(),
        };
        build.refresh_tags();
        build
    }

    #[test]
    fn tags() {
        let build = build();
        for tag in [
            "linux",
            "amd64",
            "gc",
            "unix",
            "cgo",
            "mine",
            "goexperiment.jsonv2",
            "amd64.v1",
            "amd64.v3",
            "go1.1",
            "go1.27",
        ] {
            assert!(build.has_tag(tag), "{tag}");
        }
        for tag in [
            "darwin",
            "arm64",
            "gccgo",
            "race",
            "goexperiment.arenas",
            "amd64.v4",
            "go1.28",
            "go1.0",
            "go1.027",
            "go1",
            "boringcrypto",
            "ignore",
            "go1.27.3",
        ] {
            assert!(!build.has_tag(tag), "{tag}");
        }
    }

    #[test]
    fn names() {
        let build = build();
        for name in [
            "a.go",
            "linux.go",
            "a_linux.go",
            "a_amd64.go",
            "a_linux_amd64.go",
            "a_linux_amd64_test.go",
            "a_windows_x.go",
            "windows.go",
            "a_test.go",
            "a_unix.go",
            "a_windows_linux.go",
            "a_cgo.go",
            "windows_test.go",
            "arm64.go",
            "_linux.go",
        ] {
            assert!(build.matches_name(name), "{name}");
        }
        for name in [
            "a_windows.go",
            "a_arm64.go",
            "a_windows_amd64.go",
            "a_linux_arm64.go",
            "a_windows_test.go",
            "a_b_darwin.go",
            "a_plan9.s",
            "a_windows.x.go",
        ] {
            assert!(!build.matches_name(name), "{name}");
        }
    }

    #[test]
    fn levels() {
        assert_eq!(level_tags("arm64", "v9.1,crypto").len(), 2 + 7);
        assert_eq!(level_tags("arm", "6,softfloat"), ["arm.5", "arm.6"]);
        assert_eq!(level_tags("riscv64", "rva22u64").len(), 2);
        assert_eq!(level_tags("amd64", "v99999999").len(), 100);
        assert_eq!(level_tags("amd64", "nonsense"), ["amd64.v1"]);
    }
}
