//! Go's settings: the environment, `go env -w`, and the toolchain's own defaults.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use source::System;

use crate::build::ModMode;

/// Settings in the order in which the go command asks for them.
pub(crate) struct Environment<'a> {
    system: &'a dyn System,
    /// Written by `go env -w`.
    user: FxHashMap<String, String>,
    /// `GOROOT/go.env`.
    toolchain: FxHashMap<String, String>,
}

impl<'a> Environment<'a> {
    pub(crate) fn new(system: &'a dyn System) -> Self {
        let user = user_file(system).and_then(|path| system.read(&path).ok());
        Self {
            system,
            user: user.map(|text| assignments(&text)).unwrap_or_default(),
            toolchain: FxHashMap::default(),
        }
    }

    /// Adds the defaults that come with a toolchain.
    pub(crate) fn set_goroot(&mut self, goroot: &Path) {
        let text = self.system.read(&goroot.join("go.env")).ok();
        self.toolchain = text.map(|text| assignments(&text)).unwrap_or_default();
    }

    /// The value of a setting, if there is one and it is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = self.system.env(name).filter(|v| !v.is_empty());
        value
            .or_else(|| self.user.get(name).cloned())
            .or_else(|| self.toolchain.get(name).cloned())
            .filter(|v| !v.is_empty())
    }

    /// The folders of `PATH`.
    pub(crate) fn path_folders(&self) -> Vec<PathBuf> {
        let path = self.system.env("PATH").unwrap_or_default();
        std::env::split_paths(&path).filter(|p| p.is_absolute()).collect()
    }

    /// The first file called `name` in the folders of `PATH`.
    pub(crate) fn find_program(&self, name: &str) -> Option<PathBuf> {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        self.path_folders()
            .into_iter()
            .map(|folder| folder.join(&name))
            .find(|file| self.system.kind(file) == Some(source::EntryKind::File))
    }

    /// unheap's own cache folder.
    pub(crate) fn cache(&self) -> Option<PathBuf> {
        let set = |name| self.system.env(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        set("UNHEAP_CACHE")
            .or_else(|| Some(set("XDG_CACHE_HOME")?.join("unheap")))
            .or_else(|| Some(home(self.system)?.join(".cache").join("unheap")))
    }

    /// Where downloaded modules are.
    pub(crate) fn gomodcache(&self) -> Option<PathBuf> {
        if let Some(folder) = self.get("GOMODCACHE") {
            return Some(folder.into());
        }
        let gopath = match self.get("GOPATH") {
            Some(list) => std::env::split_paths(&list).next()?,
            None => home(self.system)?.join("go"),
        };
        Some(gopath.join("pkg").join("mod"))
    }
}

fn home(system: &dyn System) -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    system.env(name).filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// Where `go env -w` writes.
fn user_file(system: &dyn System) -> Option<PathBuf> {
    match system.env("GOENV").filter(|v| !v.is_empty()) {
        Some(value) if value == "off" => return None,
        Some(value) => return Some(value.into()),
        None => {}
    }
    let config = if cfg!(windows) {
        system.env("AppData").map(PathBuf::from)?
    } else if cfg!(target_os = "macos") {
        home(system)?.join("Library").join("Application Support")
    } else {
        match system.env("XDG_CONFIG_HOME").filter(|v| !v.is_empty()) {
            Some(folder) => folder.into(),
            None => home(system)?.join(".config"),
        }
    };
    Some(config.join("go").join("env"))
}

/// Lines of `NAME=value`.
fn assignments(text: &[u8]) -> FxHashMap<String, String> {
    String::from_utf8_lossy(text)
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_string(), value.trim_end().to_string()))
        .collect()
}

/// What of `GOFLAGS` decides which packages are found.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) struct Flags {
    pub(crate) tags: Vec<String>,
    pub(crate) mod_mode: Option<ModMode>,
    pub(crate) mod_file: Option<PathBuf>,
    pub(crate) race: bool,
    /// `-msan`, `-asan`: a tag each.
    pub(crate) sanitizers: Vec<&'static str>,
    /// `-pgo`
    pub(crate) pgo: Option<String>,
}

impl Flags {
    /// Reads the value of `GOFLAGS`.
    pub(crate) fn parse(text: &str) -> Self {
        let mut flags = Self::default();
        for word in words(text) {
            let flag = word.trim_start_matches('-');
            let (name, value) = flag.split_once('=').unwrap_or((flag, "true"));
            match name {
                "tags" => flags.tags = split_tags(value),
                "mod" => {
                    flags.mod_mode = match value {
                        "vendor" => Some(ModMode::Vendor),
                        "readonly" => Some(ModMode::Readonly),
                        "mod" => Some(ModMode::Mod),
                        _ => None,
                    }
                }
                "pgo" => flags.pgo = Some(value.to_owned()),
                "modfile" => flags.mod_file = Some(value.into()),
                "race" => flags.race = value == "true",
                "msan" if value == "true" => flags.sanitizers.push("msan"),
                "asan" if value == "true" => flags.sanitizers.push("asan"),
                _ => {}
            }
        }
        flags
    }
}

/// Tags as `-tags` takes them: with commas, or as of old with blanks between.
pub(crate) fn split_tags(text: &str) -> Vec<String> {
    text.split([',', ' ', '\t']).filter(|t| !t.is_empty()).map(str::to_string).collect()
}

/// Words between blanks; a word that begins with a quote runs to the next one.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '"' | '\'' => rest[1..].split_once(first).unwrap_or((&rest[1..], "")),
            _ => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use source::MemorySystem;

    #[test]
    fn flags() {
        let flags = Flags::parse("-mod=vendor --tags=a,b '-ldflags=-s -w' -race  -modfile=x.mod");
        assert_eq!(flags.tags, ["a", "b"]);
        assert_eq!(flags.mod_mode, Some(ModMode::Vendor));
        assert_eq!(flags.mod_file.as_deref(), Some(Path::new("x.mod")));
        assert!(flags.race);
        assert_eq!(Flags::parse("'"), Flags::default());
    }

    #[test]
    fn order_of_settings() {
        let system = MemorySystem::new().with_env("HOME", "/h").with_env("GOOS", "plan9");
        system.write("/h/.config/go/env", "GOOS=aix\nGOARCH=arm\n# GOX=1\nGOFLAGS=-mod=mod\n");
        system.write("/go/go.env", "GOTOOLCHAIN=auto\nGOARCH=386\n");
        let mut environment = Environment::new(&system);
        environment.set_goroot(Path::new("/go"));
        let get = |name| environment.get(name);
        assert_eq!(get("GOOS").as_deref(), Some("plan9"));
        if cfg!(target_os = "linux") {
            assert_eq!(get("GOARCH").as_deref(), Some("arm"));
            assert_eq!(get("GOFLAGS").as_deref(), Some("-mod=mod"));
            assert_eq!(environment.gomodcache(), Some("/h/go/pkg/mod".into()));
        }
        assert_eq!(get("GOTOOLCHAIN").as_deref(), Some("auto"));
    }
}
