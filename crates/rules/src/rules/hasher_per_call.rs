//! # Hashes with a hasher or a slice of their own
//!
//! ## What it does
//!
//! Finds sums of `md5`, `sha1`, `sha256`, `sha512`, `sha3`, `crc32`, `crc64` and `adler32`
//!
//! - of bytes that are written at once, by a hasher that is on the heap, or with a sum that is a slice of its own though it is only
//!   read: `hex.EncodeToString(h.Sum(nil))`, `copy(id[:], h.Sum(nil))`;
//! - of bytes that are written at once to a `maphash.Hash` on the heap;
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
//! | `h := sha3.New256()`, `h.Write(b)`, `hex.EncodeToString(h.Sum(nil))` | | 160 B, 3 allocs |
//! | `sum := sha3.Sum256(b)`, `hex.EncodeToString(sum[:])` | | 128 B, 2 allocs |
//! | `var h maphash.Hash`, `h.SetSeed(seed)`, `io.WriteString(&h, s)`, `h.Sum64()` | 160 B, 1 alloc | 160 B, 1 alloc |
//! | `maphash.String(seed, s)` | 0 B, 0 allocs | 0 B, 0 allocs |
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
//! otherwise it gives `Sum` a slice to append to, which is on the stack, or the array that the sum is copied to, if that is as long.
//! `maphash.Bytes` and `String` are called where the seed is given right before. What is appended is appended by `Sum` itself, as the
//! documentation of `hash.Hash` says that it does.
//!
//! ## Go versions
//!
//! All; `maphash.Bytes` and `String` are there since Go 1.19, `crypto/sha3` since Go 1.24. What the constructors of hashers are inlined to, and so where a hasher lives, is decided as the compiler of the Go
//! version at hand does: `crc32.NewIEEE` is an object before Go 1.24.
//!
//! ## References
//!
//! - [`hash.Hash`](https://pkg.go.dev/hash#Hash), [`sha256.Sum256`](https://pkg.go.dev/crypto/sha256#Sum256)
//! - `crypto/sha256.(*digest).Sum` and `New`, which are what a profile shows

mod copied;
mod hashers;
mod maphash;
mod write;

use escape::Allocated;
use fix::{Applicability, Plan};
use syntax::tree::{Expr, ExprId};
use types::{Builtin, Type};

use self::copied::Copied;
use self::hashers::{Gives, Hasher};
use self::write::Write;
use crate::cost::is_free;
use crate::{
    Callee, Context, Declaration, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
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
        found.extend(maphash::diagnose(cx, call));
        let Some(sum) = Sum::of(cx, call) else { return };
        if !cx.may_run_often(call) {
            return;
        }
        if let Some(diagnosis) = sum.appended(cx).or_else(|| sum.at_once(cx)) {
            found.push(diagnosis);
        }
    }
}

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
        let ty = cx.type_of(found.receiver);
        let is_hash = ["Hash", "Hash32", "Hash64"].iter().any(|name| cx.is_type(ty, "hash", name));
        if !is_hash && !cx.is_type(ty, "crypto/sha3", "SHA3") {
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
        let hasher = Hasher::made_by(package, name)?;
        if self.is_number != (hasher.sum == Gives::Number) {
            return None;
        }
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
        let copied = match hasher.sum {
            Gives::Bytes(len, _) => Copied::of(cx, self.call, len),
            Gives::Number => None,
        };
        let help = match (&write, hasher.size(hasher.package_name())) {
            (None, Some(_)) if copied.is_some() => "let Sum write to the array".to_owned(),
            (None, Some(size)) => format!("give Sum a slice to append to, of {size} bytes"),
            _ => format!("call {}.{}", hasher.package_name(), hasher.at_once),
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
            Some(write) => {
                self.without_hasher(cx, hasher, &declaration, made, &write, copied.as_ref())
            }
            None => copied.map_or_else(|| self.with_room(cx, hasher), |c| self.in_place(cx, &c)),
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
        copied: Option<&Copied>,
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
            format!("Call {}.{}", hasher.package_name(), hasher.at_once),
        );
        plan.needs(hasher.package);
        plan.remove(lines);
        plan.replace(
            cx.stmt_span(write.stmt),
            format!("{name} := {package}.{}({data}{rest})", hasher.at_once),
        );
        if let Some(copied) = copied {
            if cx.has_comment(cx.span(copied.call)) {
                return None;
            }
            plan.replace(cx.span(copied.call), format!("{} = {name}", cx.source(copied.out)));
            return Some(plan);
        }
        let is_indexed = matches!(cx.around(self.call), (outer, Parent::Expr(index))
            if matches!(cx.tree().expr(index), Expr::Index { x, .. } if x == outer));
        let is_whole = self.is_number || is_indexed;
        plan.replace(
            cx.span(self.call),
            if is_whole { name.to_owned() } else { format!("{name}[:]") },
        );
        Some(plan)
    }

    /// `h.Sum(out[:0])`
    fn in_place(&self, cx: &Context<'_>, copied: &Copied) -> Option<Plan> {
        let [nil] = cx.arguments(self.call)[..] else { return None };
        let around = copied.around(cx, self.call);
        if around.iter().any(|&span| cx.has_comment(span)) {
            return None;
        }
        let mut plan = Plan::new(Applicability::Safe, "Let Sum write to the array");
        around.into_iter().for_each(|span| plan.remove(span));
        plan.replace(cx.span(nil), format!("{}[:0]", cx.source(copied.out)));
        Some(plan)
    }

    /// `h.Sum(make([]byte, 0, sha256.Size))`
    fn with_room(&self, cx: &Context<'_>, hasher: &Hasher) -> Option<Plan> {
        let package = cx.package_name(hasher.package, Parent::Expr(self.call))?;
        let size = hasher.size(package)?;
        let [nil] = cx.arguments(self.call)[..] else { return None };
        if !cx.is_predeclared("make") || !cx.is_predeclared("byte") {
            return None;
        }
        let mut plan = Plan::new(Applicability::Safe, "Let Sum append to a slice on the stack");
        plan.needs(hasher.package);
        plan.replace(cx.span(nil), format!("make([]byte, 0, {size})"));
        Some(plan)
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
