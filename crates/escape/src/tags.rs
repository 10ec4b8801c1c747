//! What callers are told of parameters.

use lower::Pragmas;
use lower::ir::{Body, FuncFlags, FuncId, Pos, VarId};
use types::{Basic, Store, Type, TypeId};

use crate::batch::BatchEntry;
use crate::graph::{Attrs, BatchFuncId, Built, Shared};
use crate::leaks::{Leaks, Sink, TRACKED_RESULTS};
use crate::remarks::{Remark, RemarkKind};
use crate::world::World;

/// The parameters of one function.
pub(crate) struct Tags<'a, 'b> {
    pub(crate) shared: &'a Shared<'b>,
    pub(crate) store: &'a Store,
    pub(crate) built: &'a Built,
    pub(crate) body: &'a Body,
    pub(crate) entry: u32,
    pub(crate) func: FuncId,
    pub(crate) pragmas: Pragmas,
    /// Whether writes through parameters and calls of them are remarked on.
    pub(crate) mutations: bool,
}

/// Where the parameters of a function of a batch flow; remarks on them are added to `remarks`.
pub(crate) fn of(
    world: &dyn World,
    (built, shared): (&Built, &Shared<'_>),
    batch: &[BatchEntry],
    id: BatchFuncId,
    mutations: bool,
    remarks: &mut Vec<Remark>,
) -> Vec<Leaks> {
    let (entry, func) = (built.graph.func(id).entry, built.graph.func(id).func);
    let one = &batch[entry as usize];
    let is_root = func == Body::ROOT;
    let pragmas = if is_root { world.declared(one.inst).pragmas } else { Pragmas::default() };
    let tags = Tags {
        shared,
        store: world.store(),
        built,
        body: &one.body,
        entry,
        func,
        pragmas,
        mutations,
    };
    tags.all(remarks)
}

impl Tags<'_, '_> {
    fn all(&self, remarks: &mut Vec<Remark>) -> Vec<Leaks> {
        let function = &self.body.funcs[self.func];
        // What the compiler makes, and what it may make several times, is not remarked on.
        let silent = function.flags.has(FuncFlags::WRAPPER) || function.flags.has(FuncFlags::DUPOK);
        let mut own = Vec::new();
        let bodiless = self.func == Body::ROOT && !self.body.has_body;
        let params = function.params.iter().enumerate();
        let leaks = params
            .map(|(at, &param)| {
                if bodiless {
                    self.without_body(at, param, &mut own)
                } else {
                    self.with_body(at, param, &mut own)
                }
            })
            .collect();
        if !silent {
            remarks.append(&mut own);
        }
        leaks
    }

    /// A function that is not written in Go may do anything, unless `//go:noescape` says otherwise.
    fn without_body(&self, at: usize, param: VarId, remarks: &mut Vec<Remark>) -> Leaks {
        let var = &self.body.vars[param];
        let mut remark = |kind| remarks.push(self.remark(var.pos, kind));
        if self.is_uintptr(var.ty) {
            remark(RemarkKind::UnsafeUintptr { param, position: at });
            return Leaks::ESCAPES;
        }
        if !self.has_pointers(var.ty) {
            return Leaks::ESCAPES;
        }
        let named = !var.name.as_str().is_empty();
        if self.pragmas.has(Pragmas::NOESCAPE) {
            if named {
                remark(RemarkKind::ParamStays { param, position: at });
            }
            let mut leaks = Leaks::default();
            leaks.add(Sink::Mutator, 0);
            leaks.add(Sink::Callee, 0);
            leaks
        } else {
            if named {
                remark(RemarkKind::LeakingParam { param, position: at });
            }
            Leaks::ESCAPES
        }
    }

    fn with_body(&self, at: usize, param: VarId, remarks: &mut Vec<Remark>) -> Leaks {
        let var = &self.body.vars[param];
        let mut remark = |kind| remarks.push(self.remark(var.pos, kind));
        if self.pragmas.has(Pragmas::UINTPTRESCAPES) {
            if self.is_uintptr(var.ty) {
                remark(RemarkKind::EscapingUintptr(param));
                return Leaks::ESCAPES;
            }
            if self.is_variadic_uintptr(at, var.ty) {
                remark(RemarkKind::EscapingUintptrs(param));
                return Leaks::ESCAPES;
            }
        }
        if !self.has_pointers(var.ty) {
            return Leaks::ESCAPES;
        }
        // One that has no name is not used.
        if matches!(var.name.as_str(), "" | "_") {
            return Leaks::default();
        }
        let Some(loc) = self.shared.var(self.entry, param) else {
            return Leaks::default();
        };
        let mut leaks = self.built.graph.loc(loc).leaks;
        leaks.optimize();
        if !self.built.graph.attrs(loc).has(Attrs::ESCAPES) {
            self.report(var.pos, param, at, leaks, remarks);
        }
        // What flows to the heap as it is needs no more said.
        if leaks.derefs(Sink::Heap) == Some(0) { Leaks::ESCAPES } else { leaks }
    }

    fn report(
        &self,
        pos: Pos,
        param: VarId,
        position: usize,
        leaks: Leaks,
        remarks: &mut Vec<Remark>,
    ) {
        let before = remarks.len();
        let mut remark = |kind| remarks.push(self.remark(pos, kind));
        match leaks.derefs(Sink::Heap) {
            Some(0) => remark(RemarkKind::LeakingParam { param, position }),
            Some(_) => remark(RemarkKind::LeakingContent(param)),
            None => {}
        }
        let results = &self.body.funcs[self.func].results;
        for (i, &result) in results.iter().enumerate().take(TRACKED_RESULTS) {
            if let Some(level) = leaks.derefs(Sink::Result(i)) {
                remark(RemarkKind::LeakingToResult { param, result, level });
            }
        }
        if self.mutations {
            if let Some(derefs) = leaks.derefs(Sink::Mutator) {
                remark(RemarkKind::Mutates { param, derefs });
            }
            if let Some(derefs) = leaks.derefs(Sink::Callee) {
                remark(RemarkKind::Calls { param, derefs });
            }
        }
        if remarks.len() == before {
            let kind = if self.mutations {
                RemarkKind::ParamUntouched(param)
            } else {
                RemarkKind::ParamStays { param, position }
            };
            remarks.push(self.remark(pos, kind));
        }
    }

    fn remark(&self, pos: Pos, kind: RemarkKind) -> Remark {
        Remark { pos: self.body.outermost(pos), func: self.func, kind }
    }

    fn has_pointers(&self, ty: TypeId) -> bool {
        self.shared.layouts.has_pointers(ty)
    }

    fn is_uintptr(&self, ty: TypeId) -> bool {
        self.store.basic(ty) == Some(Basic::Uintptr)
    }

    /// Whether a parameter is `...uintptr`.
    fn is_variadic_uintptr(&self, at: usize, ty: TypeId) -> bool {
        let function = &self.body.funcs[self.func];
        let Type::Signature(signature) = self.store.ty(self.store.under(function.ty)) else {
            return false;
        };
        let Type::Slice(elem) = self.store.ty(self.store.under(ty)) else { return false };
        signature.variadic && at + 1 == function.params.len() && self.is_uintptr(*elem)
    }
}
