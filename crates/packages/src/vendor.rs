//! The vendor folder and its modules.txt.

use rustc_hash::FxHashMap;

use crate::modfile::ModVersion;
use crate::version::{GoVersion, is_semantic};

/// What vendor/modules.txt says.
#[derive(Debug, Default)]
pub(crate) struct Vendored {
    /// Import path to the module that provides it.
    pub(crate) packages: FxHashMap<String, ModVersion>,
    /// What `go` says in a module's go.mod.
    pub(crate) go: FxHashMap<ModVersion, GoVersion>,
    pub(crate) replaced: FxHashMap<ModVersion, ModVersion>,
    /// Whether `go work vendor` wrote it.
    pub(crate) is_workspace: bool,
}

impl Vendored {
    /// Reads modules.txt; what is not understood is passed over, as Go does.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let mut vendored = Self::default();
        let mut module: Option<ModVersion> = None;
        for (index, line) in String::from_utf8_lossy(text).lines().enumerate() {
            if let Some(rest) = line.strip_prefix("# ") {
                vendored.module_line(rest, &mut module);
            } else if let Some(notes) = line.strip_prefix("## ") {
                for note in notes.split(';').map(str::trim) {
                    if index == 0 && note == "workspace" {
                        vendored.is_workspace = true;
                    }
                    let go = note.strip_prefix("go ").and_then(GoVersion::parse);
                    if let (Some(go), Some(module)) = (go, &module) {
                        vendored.go.insert(module.clone(), go);
                    }
                }
            } else if let Some(module) = &module {
                let path = line.trim();
                if !path.is_empty() && !path.contains(char::is_whitespace) {
                    vendored.packages.insert(path.into(), module.clone());
                }
            }
        }
        vendored
    }

    /// `path version`, `path version => …` or `path => …`.
    fn module_line(&mut self, text: &str, module: &mut Option<ModVersion>) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (old, rest) = match &words[..] {
            [path, version, rest @ ..] if is_semantic(version) => {
                (ModVersion::new(*path, *version), rest)
            }
            [path, rest @ ..] if rest.first() == Some(&"=>") => (ModVersion::new(*path, ""), rest),
            [_, _, ..] => return *module = None,
            _ => return,
        };
        match rest {
            ["=>", path] => {
                self.replaced.insert(old.clone(), ModVersion::new(*path, ""));
            }
            ["=>", path, version] => {
                self.replaced.insert(old.clone(), ModVersion::new(*path, *version));
            }
            _ => {}
        }
        *module = Some(old);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_txt() {
        let text = b"# a.b/c v1.2.3\n## explicit; go 1.20\na.b/c\na.b/c/d\n\
            # e.f/g v1.0.0 => ../g\n## explicit\ne.f/g\n# odd line here\nx/y\n# h.i/j => k/l v1.0.0\n";
        let vendored = Vendored::parse(text);
        let module = ModVersion::new("a.b/c", "v1.2.3");
        assert_eq!(vendored.packages["a.b/c/d"], module);
        assert_eq!(vendored.go[&module].to_string(), "1.20");
        assert_eq!(vendored.packages.len(), 3);
        assert_eq!(vendored.replaced.len(), 2);
        assert!(!vendored.is_workspace);
        assert!(Vendored::parse(b"## workspace\n# a v1.0.0\n").is_workspace);
    }
}
