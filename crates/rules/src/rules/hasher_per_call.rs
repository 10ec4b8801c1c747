//! # Hashes with a hasher or a slice of their own
//!
//! ## What it does
//!
//! Finds sums of `md5`, `sha1`, `sha256`, `sha512`, `crc32`, `crc64` and `adler32`
//!
//! - of bytes that are written at once, by a hasher that is on the heap, or with a sum that is a slice of its own though it is only
//!   read: `hex.EncodeToString(h.Sum(nil))`;
//! - that are appended to something: `append(dst, h.Sum(nil)...)`, of any `hash.Hash`.
//!
//! ## Why it costs
//!
//! `h.Sum(nil)` makes a slice. The hasher is an object where it leaves the function: by `io.WriteString`, for one, which takes it
//! as an interface. A function such as `sha256.Sum256` gives an array, and has the hasher on its own stack.
//!
//! Measured with 48 bytes (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `h := sha256.New()`, `h.Write(b)`, `hex.EncodeToString(h.Sum(nil))` | 160 B, 3 allocs | 160 B, 3 allocs |
//! | `sum := sha256.Sum256(b)`, `hex.EncodeToString(sum[:])` | 128 B, 2 allocs | 128 B, 2 allocs |
//! | `h := crc32.NewIEEE()`, `h.Write(b)`, `h.Sum32()` | 16 B, 1 alloc | 0 B, 0 allocs |
//! | `crc32.ChecksumIEEE(b)` | 0 B, 0 allocs | 0 B, 0 allocs |
//! | `h := sha256.New()`, `h.Write(b)`, `h.Sum(nil)` that is kept | 32 B, 1 alloc | 32 B, 1 alloc |
//! | `sum := sha256.Sum256(b)`, `sum[:]` that is kept | 32 B, 1 alloc | 32 B, 1 alloc |
//!
//! ## Example
//!
//! ```go
//! func digest(b []byte) string {
//! 	h := sha256.New()
//! 	h.Write(b)
//! 	return hex.EncodeToString(h.Sum(nil))
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func digest(b []byte) string {
//! 	sum := sha256.Sum256(b)
//! 	return hex.EncodeToString(sum[:])
//! }
//! ```
//!
//! ## When not to
//!
//! A hasher that stays in the function is on the stack, so that there is nothing to gain where the sum is kept; that is not
//! reported. Nor is a hasher that is written to more than once and does not need a slice for its sum, code that runs once, and
//! tests.
//!
//! ## The fix
//!
//! Is *safe*: it calls the function for all at once where the hasher is declared, written to and asked for its sum once each;
//! otherwise it gives `Sum` a slice to append to, which is on the stack. What is appended is appended by `Sum` itself, as the
//! documentation of `hash.Hash` says that it does.
//!
//! ## Go versions
//!
//! All. What the constructors of hashers are inlined to, and so where a hasher lives, is decided as the compiler of the Go
//! version at hand does: `crc32.NewIEEE` is an object before Go 1.24.
//!
//! ## References
//!
//! - [`hash.Hash`](https://pkg.go.dev/hash#Hash), [`sha256.Sum256`](https://pkg.go.dev/crypto/sha256#Sum256)
//! - `crypto/sha256.(*digest).Sum` and `New`, which are what a profile shows

use escape::Allocated;
use fix::{Applicability, Plan};
use syntax::tree::{Expr, ExprId, Stmt, StmtId};
use types::{Builtin, ObjId, Type};

use crate::cost::is_free;
use crate::{
    Access, Callee, Context, Declaration, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule,
    Tier,
};

pub(crate) struct HasherPerCall;

pub(crate) static RULE: HasherPerCall = HasherPerCall;

impl Rule for HasherPerCall {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH022",
            name: "hasher-per-call",
            tier: Tier::Profile,
            since: "0.2.0",
            fix: FixSafety::Safe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        if !cx.asks_for(Tier::Profile) {
            return;
        }
        let Some(sum) = Sum::of(cx, call) else { return };
        if !cx.may_run_often(call) {
            return;
        }
        if let Some(diagnosis) = sum.appended(cx).or_else(|| sum.at_once(cx)) {
            found.push(diagnosis);
        }
    }
}

/// What makes a hasher, and what does without.
struct Hasher {
    package: &'static str,
    new: &'static str,
    /// The function for all at once.
    at_once: &'static str,
    /// The constant of the package that is the length of the sum; `None` where that is a number.
    size: Option<&'static str>,
}

const fn hasher(
    package: &'static str,
    new: &'static str,
    at_once: &'static str,
    size: Option<&'static str>,
) -> Hasher {
    Hasher { package, new, at_once, size }
}

static HASHERS: [Hasher; 12] = [
    hasher("crypto/md5", "New", "Sum", Some("Size")),
    hasher("crypto/sha1", "New", "Sum", Some("Size")),
    hasher("crypto/sha256", "New", "Sum256", Some("Size")),
    hasher("crypto/sha256", "New224", "Sum224", Some("Size224")),
    hasher("crypto/sha512", "New", "Sum512", Some("Size")),
    hasher("crypto/sha512", "New384", "Sum384", Some("Size384")),
    hasher("crypto/sha512", "New512_224", "Sum512_224", Some("Size224")),
    hasher("crypto/sha512", "New512_256", "Sum512_256", Some("Size256")),
    hasher("hash/crc32", "NewIEEE", "ChecksumIEEE", None),
    hasher("hash/crc32", "New", "Checksum", None),
    hasher("hash/crc64", "New", "Checksum", None),
    hasher("hash/adler32", "New", "Checksum", None),
];

/// `h.Sum(nil)`, `h.Sum32()`.
struct Sum {
    call: ExprId,
    receiver: ExprId,
    /// Whether it is a number.
    is_number: bool,
}

impl Sum {
    fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let found = cx.method_call(call)?;
        let is_hash = ["Hash", "Hash32", "Hash64"]
            .iter()
            .any(|name| cx.is_type(cx.type_of(found.receiver), "hash", name));
        if !is_hash {
            return None;
        }
        let is_number = match (cx.store.obj(found.method).name.as_str(), &cx.arguments(call)[..]) {
            ("Sum", [argument]) if cx.is_nil(*argument) => false,
            ("Sum32" | "Sum64", []) => true,
            _ => return None,
        };
        Some(Self { call, receiver: found.receiver, is_number })
    }

    /// `append(dst, h.Sum(nil)...)`.
    fn appended(&self, cx: &Context<'_>) -> Option<Diagnosis> {
        let (append, 1) = cx.argument_of(self.call)? else { return None };
        let Expr::Call { spread: true, .. } = cx.tree().expr(append) else { return None };
        let [dst, _] = cx.arguments(append)[..] else { return None };
        let is_slice = matches!(cx.store.ty(cx.type_of(dst)), Type::Slice(_));
        if cx.callee(append) != Some(Callee::Builtin(Builtin::Append))
            || !is_slice
            || self.is_number
        {
            return None;
        }
        let allocated = cx.allocated_by_call(self.call);
        if is_free(allocated.as_ref()) {
            return None;
        }
        let mut diagnosis = Diagnosis::new(
            cx.span(self.call),
            "the sum is made as a slice of its own, to be appended",
            "let Sum append it",
        );
        diagnosis.cost = cx.cost_at(self.call, allocated.as_ref());
        diagnosis = diagnosis.allocating(allocated);
        let span = cx.span(append);
        if !cx.has_comment(span) {
            let mut plan = Plan::new(Applicability::Safe, "Let Sum append the sum");
            plan.replace(span, format!("{}.Sum({})", cx.source(self.receiver), cx.source(dst)));
            diagnosis.fix = Some(plan);
        }
        Some(diagnosis)
    }

    /// The sum of a hasher that is made in the function.
    fn at_once(&self, cx: &Context<'_>) -> Option<Diagnosis> {
        let variable = cx.object(self.receiver)?;
        if !cx.is_local(variable) || cx.is_reassigned(variable) {
            return None;
        }
        let declaration = cx.declaration(variable)?;
        let made = cx.tree().unparen(declaration.value?);
        let (package, name) = cx.known(made)?.function()?;
        let hasher =
            HASHERS.iter().find(|hasher| (hasher.package, hasher.new) == (package, name))?;
        let of_hasher = cx.allocated_by_call(made);
        let of_sum = cx
            .allocated_by_call(self.call)
            .filter(|_| !self.is_number && is_only_read(cx, self.call));
        let spares_sum = of_sum.as_ref().is_some_and(|allocated| !allocated.allocates.is_never());
        let spares_hasher = !is_free(of_hasher.as_ref());
        let write = Write::of(cx, variable, self.call);
        let write = write.filter(|write| write.can_be_first(cx, &declaration, self.call));
        let pays = spares_sum || spares_hasher && write.is_some();
        if !pays {
            return None;
        }
        let once = format!("{}.{}", last_element(package), hasher.at_once);
        let help = match (&write, hasher.size) {
            (None, Some(size)) => {
                format!("give Sum a slice to append to, of {}.{size} bytes", last_element(package))
            }
            _ => format!("call {once}"),
        };
        let spares_hasher = spares_hasher && write.is_some();
        let message = if spares_hasher {
            "a hasher is made for bytes that are written at once"
        } else {
            "the sum is made as a slice of its own, to be read once"
        };
        let mut diagnosis = Diagnosis::new(cx.span(self.call), message, help);
        let allocated: Option<Allocated> = if spares_hasher { of_hasher } else { of_sum };
        diagnosis.cost = cx.cost_at(self.call, allocated.as_ref());
        if spares_hasher && spares_sum {
            diagnosis.cost.objects += 1;
            diagnosis.cost.bytes = None;
        }
        diagnosis = diagnosis.allocating(allocated);
        diagnosis.fix = match write {
            Some(write) => self.without_hasher(cx, hasher, &declaration, made, &write),
            None => self.with_room(cx, hasher),
        };
        Some(diagnosis)
    }

    /// `sum := sha256.Sum256(b)` in place of the hasher.
    fn without_hasher(
        &self,
        cx: &Context<'_>,
        hasher: &Hasher,
        declaration: &Declaration,
        made: ExprId,
        write: &Write,
    ) -> Option<Plan> {
        let at = Parent::Expr(self.call);
        let package = cx.package_name(hasher.package, at)?;
        let lines = cx.lines_of_statement(declaration.stmt)?;
        if cx.has_comment(cx.stmt_span(write.stmt)) {
            return None;
        }
        let name = cx.local_name(&["sum", "digest", "checksum"], at)?;
        let data = if write.is_string {
            format!("[]byte({})", cx.source(write.data))
        } else {
            cx.source(write.data).to_owned()
        };
        let rest: String =
            cx.arguments(made).iter().map(|&table| format!(", {}", cx.source(table))).collect();
        let mut plan = Plan::new(
            Applicability::Safe,
            format!("Call {}.{}", last_element(hasher.package), hasher.at_once),
        );
        plan.needs(hasher.package);
        plan.remove(lines);
        plan.replace(
            cx.stmt_span(write.stmt),
            format!("{name} := {package}.{}({data}{rest})", hasher.at_once),
        );
        let is_indexed = matches!(cx.around(self.call), (outer, Parent::Expr(index))
            if matches!(cx.tree().expr(index), Expr::Index { x, .. } if x == outer));
        let is_whole = self.is_number || is_indexed;
        plan.replace(
            cx.span(self.call),
            if is_whole { name.to_owned() } else { format!("{name}[:]") },
        );
        Some(plan)
    }

    /// `h.Sum(make([]byte, 0, sha256.Size))`
    fn with_room(&self, cx: &Context<'_>, hasher: &Hasher) -> Option<Plan> {
        let package = cx.package_name(hasher.package, Parent::Expr(self.call))?;
        let size = hasher.size?;
        let [nil] = cx.arguments(self.call)[..] else { return None };
        if !cx.is_predeclared("make") || !cx.is_predeclared("byte") {
            return None;
        }
        let mut plan = Plan::new(Applicability::Safe, "Let Sum append to a slice on the stack");
        plan.needs(hasher.package);
        plan.replace(cx.span(nil), format!("make([]byte, 0, {package}.{size})"));
        Some(plan)
    }
}

/// The only use of a hasher beside its sum.
struct Write {
    stmt: StmtId,
    data: ExprId,
    is_string: bool,
}

impl Write {
    fn of(cx: &Context<'_>, hasher: ObjId, sum: ExprId) -> Option<Self> {
        let mut write = None;
        for &ident in cx.uses(hasher) {
            let expr = match cx.access(ident) {
                Access::Declare => continue,
                Access::Read(expr) => expr,
                _ => return None,
            };
            if cx.span(sum).contains(cx.span(expr).start) {
                continue;
            }
            if write.is_some() {
                return None;
            }
            write = Some(Self::by(cx, expr)?);
        }
        write
    }

    /// `h.Write(b)`, `io.WriteString(h, s)`, as statements.
    fn by(cx: &Context<'_>, hasher: ExprId) -> Option<Self> {
        let (call, data, is_string) = match cx.argument_of(hasher) {
            Some((call, 0)) if cx.calls(call, "io", &["WriteString"]) => {
                (call, *cx.arguments(call).get(1)?, true)
            }
            _ => {
                let Parent::Expr(selector) = cx.around(hasher).1 else { return None };
                let (_, Parent::Expr(call)) = cx.around(selector) else { return None };
                let found = cx
                    .method_call(call)
                    .filter(|found| cx.object(found.receiver) == cx.object(hasher))?;
                let [data] = cx.arguments(call)[..] else { return None };
                (cx.store.obj(found.method).name.as_str() == "Write")
                    .then_some((call, data, false))?
            }
        };
        let (_, Parent::Stmt(stmt)) = cx.around(call) else { return None };
        let is_statement = matches!(cx.tree().stmt(stmt), Stmt::Expr(_)) && cx.is_in_list(stmt);
        is_statement.then_some(Self { stmt, data, is_string })
    }

    /// Whether the sum of all at once can be made where it is written: behind the declaration, in the same list of statements,
    /// and before the sum is asked for, in the same turn.
    fn can_be_first(&self, cx: &Context<'_>, declaration: &Declaration, sum: ExprId) -> bool {
        let block = cx.parents().stmt(declaration.stmt);
        let Parent::Stmt(list) = block else { return false };
        let here = Parent::Stmt(self.stmt);
        let own = |node| cx.function_of(node).map(|function| function.body);
        cx.parents().stmt(self.stmt) == block
            && cx.is_within(Parent::Expr(sum), list)
            && cx.span(sum).start > cx.stmt_span(self.stmt).end
            && cx.innermost_loop(Parent::Expr(sum)) == cx.innermost_loop(here)
            && own(Parent::Expr(sum)) == own(here)
    }
}

/// Whether a slice is only looked at where it stands.
fn is_only_read(cx: &Context<'_>, slice: ExprId) -> bool {
    let (outer, parent) = cx.around(slice);
    let Parent::Expr(around) = parent else { return false };
    match cx.tree().expr(around) {
        Expr::Index { x, .. } => x == outer,
        Expr::Call { .. } => {
            let Some((call, at)) = cx.argument_of(slice) else { return false };
            match cx.callee(call) {
                Some(Callee::Conversion(_)) => cx.bytes_as_string(call).is_some(),
                Some(Callee::Builtin(Builtin::Copy)) => at == 1,
                Some(Callee::Builtin(Builtin::Len)) => true,
                Some(Callee::Function(_)) => cx.flow_around(call).is_some_and(|function| {
                    let fate = function.argument_fate(call, at);
                    !fate.kept && !fate.written && !fate.is_returned()
                }),
                _ => false,
            }
        }
        _ => false,
    }
}

fn last_element(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
