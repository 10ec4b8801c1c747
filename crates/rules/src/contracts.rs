//! What calls promise by their contract, which escape analysis does not see: behind an interface a buffer may be kept.

use syntax::tree::{Expr, ExprId};
use types::{ObjId, Type};

use crate::context::{Callee, Context};

impl Context<'_> {
    /// The function of the standard library that a call is of, an interface's method too, and the path of its package.
    pub(crate) fn standard_callee(&self, call: ExprId) -> Option<(&'static str, ObjId)> {
        let function = match self.callee(call)? {
            Callee::Function(function) => function,
            _ => {
                let Expr::Call { fun, .. } = self.tree().expr(call) else { return None };
                self.view().interface_method(self.tree().unparen(fun))?
            }
        };
        let path = self.store.pkg(self.store.obj(function).pkg?).path.as_str();
        // Paths of other modules begin with a host name, which has a dot.
        let standard = !path.split('/').next().unwrap_or(path).contains('.') && path != "main";
        let own = self.store.obj(function).pkg == Some(self.package.checked.pkg);
        (standard && !own).then_some((path, function))
    }

    /// Whether a call is known to keep nothing of its arguments for itself: functions of the standard library that read or write, and
    /// methods that have the contract of `io.Writer` or `io.Reader`, which says so.
    pub(crate) fn lets_go(&self, call: ExprId) -> bool {
        const PACKAGES: [&str; 14] = [
            "bufio", "bytes", "encoding", "fmt", "hash", "html", "io", "maps", "regexp", "slices",
            "sort", "strconv", "strings", "unicode",
        ];
        if let Some((path, _)) = self.standard_callee(call)
            && (PACKAGES.contains(&path.split('/').next().unwrap_or(path))
                || path == "text/template")
        {
            return true;
        }
        let Expr::Call { fun, .. } = self.tree().expr(call) else { return false };
        let method = self.view().interface_method(self.tree().unparen(fun));
        method.is_some_and(|method| self.has_contract_of_io(method))
    }

    /// Whether an interface's method is `Write(p []byte) (n int, err error)` or `Read`.
    fn has_contract_of_io(&self, method: ObjId) -> bool {
        let Type::Signature(signature) = self.store.ty(self.store.obj_type(method)) else {
            return false;
        };
        let [p] = signature.params[..] else { return false };
        matches!(self.store.obj(method).name.as_str(), "Write" | "Read")
            && signature.results.len() == 2
            && self.is_bytes(self.store.obj_type(p))
    }
}
