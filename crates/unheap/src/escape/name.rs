//! Functions by the names that people call them by.

use escape::Functions;
use lower::Instance;
use lower::names::{package_path, symbol};
use report::escape::Function;
use types::ObjId;
use types::program::UnitId;

/// A declared function as profiles name it, without type arguments: `example.com/m/pkg.(*T).M`.
pub(super) fn declared(functions: &Functions<'_>, obj: ObjId) -> String {
    let store = functions.program.store();
    let instance = Instance { obj, shapes: Box::default(), concrete: false };
    format!("{}.{}", package_path(store, &instance), symbol(store, &functions.compiler, &instance))
}

/// Whether a name is meant: in full, or by how it ends.
pub(super) fn is_meant(wanted: &str, name: &str) -> bool {
    let plain = name.replace("[...]", "");
    plain == wanted || plain.strip_suffix(wanted).is_some_and(|before| before.ends_with(['/', '.']))
}

/// Whether a package declares a function that is meant, and those of its functions that may have been.
pub(super) fn in_package(
    wanted: &str,
    functions: &Functions<'_>,
    unit: UnitId,
) -> (bool, Vec<String>) {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let (mut has, mut near) = (false, Vec::new());
    for function in functions.program.functions(unit) {
        let name = declared(functions, function.obj);
        has |= is_meant(of_literal(wanted), &name);
        if last(&name) == last(wanted) {
            near.push(name);
        }
    }
    (has, near)
}

/// The declared function that a literal's name begins with: `F` of `F.func1`.
fn of_literal(name: &str) -> &str {
    name.find(".func").map_or(name, |at| &name[..at])
}

/// An error where a name means several functions. Those compiled for several shapes are one.
pub(super) fn only_one(wanted: &str, found: &[Function]) -> Result<(), String> {
    let mut names: Vec<&str> = found.iter().map(|f| f.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    // A function's literals are shown with it.
    names.retain(|name| is_meant(wanted, name));
    match names.as_slice() {
        [] | [_] => Ok(()),
        several => Err(format!("{wanted} may be any of {}: name one of them", several.join(", "))),
    }
}

/// What to say of a name that no function has; `near` may have been meant.
pub(super) fn unknown(wanted: &str, near: &[String]) -> String {
    let mut near: Vec<&str> = near.iter().map(String::as_str).collect();
    near.sort_unstable();
    near.dedup();
    if near.is_empty() {
        format!("there is no function {wanted} in these packages")
    } else {
        format!("there is no function {wanted} in these packages; there is {}", near.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::is_meant;

    #[test]
    fn names_can_be_short() {
        let name = "example.com/m/pkg.(*T).M";
        for wanted in [name, "m/pkg.(*T).M", "pkg.(*T).M", "(*T).M", "M"] {
            assert!(is_meant(wanted, name), "{wanted}");
        }
        for wanted in ["T).M", "kg.(*T).M", "(*T)", "m"] {
            assert!(!is_meant(wanted, name), "{wanted}");
        }
        assert!(is_meant("List.Push", "m.List[...].Push"));
    }
}
