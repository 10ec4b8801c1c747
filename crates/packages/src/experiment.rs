//! Experiments of the toolchain: which `goexperiment.*` tags are set.

use crate::error::Error;

/// The experiments that are on by default, read off the toolchain's own source
/// (`internal/buildcfg/exp.go`), since they change with every version.
pub(crate) fn defaults(source: Option<&str>, goos: &str, goarch: &str) -> Vec<String> {
    let fields = source.and_then(baseline);
    let fields = fields.unwrap_or_else(|| FALLBACK.to_vec());
    let mut on: Vec<String> = fields
        .into_iter()
        .filter(|(_, value)| holds(value, goos, goarch))
        .map(|(name, _)| name.to_lowercase())
        .collect();
    on.sort();
    on
}

/// Go 1.27, for a toolchain without its sources.
const FALLBACK: &[(&str, &str)] = &[
    ("RegabiWrappers", "regabiSupported"),
    ("RegabiArgs", "regabiSupported"),
    ("Dwarf5", "dwarf5Supported"),
    ("RandomizedHeapBase64", "true"),
    ("GreenTeaGC", "true"),
    ("JSONv2", "true"),
    ("SizeSpecializedMalloc", "true"),
];

/// Names and values of the literal that the source begins with.
fn baseline(source: &str) -> Option<Vec<(&str, &str)>> {
    let (_, rest) = source.split_once("baseline := goexperiment.Flags{")?;
    let (body, _) = rest.split_once('}')?;
    let field = |line: &'_ str| -> Option<(usize, usize)> {
        let colon = line.find(':')?;
        Some((colon, line.find(',').unwrap_or(line.len())))
    };
    Some(
        body.lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .filter_map(|line| {
                let (colon, end) = field(line)?;
                Some((line[..colon].trim(), line.get(colon + 1..end)?.trim()))
            })
            .collect(),
    )
}

/// What the conditions in that literal stand for.
fn holds(value: &str, goos: &str, goarch: &str) -> bool {
    let register_calls =
        ["amd64", "arm64", "loong64", "ppc64", "ppc64le", "riscv64", "s390x"].contains(&goarch);
    match value {
        "false" => false,
        "regabiSupported" => register_calls,
        "dwarf5Supported" => !["darwin", "ios", "aix"].contains(&goos),
        "haveXchg8" => ["386", "amd64", "arm", "arm64", "ppc64", "ppc64le"].contains(&goarch),
        _ => true,
    }
}

/// Applies the value of `GOEXPERIMENT` to the defaults.
pub(crate) fn apply(
    mut on: Vec<String>,
    setting: &str,
    goarch: &str,
    warn: &mut Vec<Error>,
) -> Vec<String> {
    for word in setting.split(',').filter(|w| !w.is_empty()) {
        if word == "none" {
            on.clear();
            continue;
        }
        let (name, value) = match word.strip_prefix("no") {
            Some(name) => (name, false),
            None => (word, true),
        };
        if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
            warn.push(Error::of_request(format!("unknown GOEXPERIMENT {word}")));
            continue;
        }
        let names =
            if name == "regabi" { vec!["regabiwrappers", "regabiargs"] } else { vec![name] };
        for name in names {
            on.retain(|n| n != name);
            if value {
                on.push(name.into());
            }
        }
    }
    // Calls in registers cannot be turned off where they are supported.
    for name in ["regabiwrappers", "regabiargs"] {
        on.retain(|n| n != name);
        if holds("regabiSupported", "", goarch) {
            on.push(name.into());
        }
    }
    on.sort();
    on
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_says_what_is_on() {
        let source = "x\n\tbaseline := goexperiment.Flags{\n\t\tRegabiArgs:  regabiSupported,\n\
                      \t\t// A comment: true,\n\t\tSwissMap:  true,\n\t\tSpinbitMutex: haveXchg8,\n\t}\n";
        assert_eq!(
            defaults(Some(source), "linux", "amd64"),
            ["regabiargs", "spinbitmutex", "swissmap"]
        );
        assert_eq!(defaults(Some(source), "js", "wasm"), ["swissmap"]);
        assert!(!defaults(None, "darwin", "arm64").contains(&"dwarf5".to_string()));
    }

    #[test]
    fn the_environment_changes_it() {
        let mut warn = Vec::new();
        let on = apply(vec!["jsonv2".into()], "nojsonv2,arenas", "wasm", &mut warn);
        assert_eq!(on, ["arenas"]);
        let on = apply(vec!["jsonv2".into()], "none,noregabi", "amd64", &mut warn);
        assert_eq!(on, ["regabiargs", "regabiwrappers"]);
        assert!(warn.is_empty());
    }
}
