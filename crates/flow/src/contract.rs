//! Calls that keep nothing of their arguments, by what is promised for them: escape analysis cannot see it, since an interface is
//! behind.

use syntax::tree::{Expr, ExprId};
use types::{ObjId, Type};

use crate::code::View;

/// Functions of the standard library that read or write what they are given, and neither keep it nor return a part of it.
const FUNCTIONS: [(&str, &[&str]); 3] = [
    (
        "fmt",
        &[
            "Fprint", "Fprintf", "Fprintln", "Print", "Printf", "Println", "Sprint", "Sprintf",
            "Sprintln",
        ],
    ),
    ("io", &["Copy", "CopyN", "ReadAtLeast", "ReadFull", "WriteString"]),
    ("encoding/binary", &["Write"]),
];

/// Whether a call is known to keep nothing of its receiver and its arguments, and to return nothing that shares memory with
/// them: the functions above, and methods of interfaces that have the contract of `io.Writer` or `io.Reader`.
pub(crate) fn keeps_nothing(view: View<'_>, call: ExprId) -> bool {
    if FUNCTIONS.iter().any(|(package, names)| view.calls(call, package, names)) {
        return true;
    }
    let Expr::Call { fun, .. } = view.tree().expr(call) else { return false };
    let method = view.interface_method(view.tree().unparen(fun));
    method.is_some_and(|method| has_contract_of_io(view, method))
}

/// Whether a method is `Write(p []byte) (n int, err error)` or `Read`.
fn has_contract_of_io(view: View<'_>, method: ObjId) -> bool {
    let store = view.store;
    let Type::Signature(signature) = store.ty(store.obj_type(method)) else { return false };
    let [p] = signature.params[..] else { return false };
    let Type::Slice(elem) = store.ty(store.unalias(store.obj_type(p))) else { return false };
    matches!(store.obj(method).name.as_str(), "Write" | "Read")
        && signature.results.len() == 2
        && store.identical(*elem, types::Basic::Uint8.id())
}
