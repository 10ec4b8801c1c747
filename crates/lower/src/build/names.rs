//! Functions at hand, their variables, and what function literals capture.

use rustc_hash::FxHashMap;
use source::{Id, Name};
use syntax::tree::StmtId;
use types::{ObjId, Type, TypeId, Universe};

use super::Builder;
use super::range_func::{RangeFuncs, Turn};
use crate::ir::{
    Aux, Body, FuncFlags, FuncId, Function, List, Node, NodeId, Op, Pos, Var, VarClass, VarFlags,
    VarId,
};

/// A function while its body is built.
pub(super) struct Frame {
    pub(super) func: FuncId,
    /// Result types as written.
    pub(super) results: Vec<TypeId>,
    /// The results.
    pub(super) result_objs: Vec<ObjId>,
    /// Its block; of the body of a loop over a function, `None`.
    pub(super) block: Option<StmtId>,
    /// Of the body of a loop over a function.
    pub(super) turn: Option<Turn>,
    /// The loops over functions in it.
    pub(super) range_funcs: RangeFuncs,
    /// Variables by the object that they stand for, captured ones included.
    locals: FxHashMap<ObjId, VarId>,
    /// Captured variables that stand for no object (those that the compiler makes), by what they capture.
    captured: FxHashMap<VarId, VarId>,
    /// The dictionary, once it was asked for.
    dictionary: Option<VarId>,
}

impl Builder<'_> {
    /// Begins a function.
    pub(super) fn open(&mut self, parent: Option<FuncId>, ty: TypeId, pos: Pos) -> FuncId {
        let func = self.body.funcs.push(Function {
            parent,
            ty,
            pos,
            params: Vec::new(),
            results: Vec::new(),
            vars: Vec::new(),
            captures: Vec::new(),
            body: List::EMPTY,
            closure: None,
            flags: FuncFlags::default(),
        });
        if !self.shapes.is_empty() {
            self.body.funcs[func].flags.set(FuncFlags::DUPOK);
        }
        self.frames.push(Frame {
            func,
            results: Vec::new(),
            result_objs: Vec::new(),
            block: None,
            turn: None,
            range_funcs: RangeFuncs::default(),
            locals: FxHashMap::default(),
            captured: FxHashMap::default(),
            dictionary: None,
        });
        func
    }

    /// Ends a function. A function literal in generic code always captures the dictionary, last.
    pub(super) fn close(&mut self) {
        let func = self.func();
        if self.frames.len() > 1 && !self.shapes.is_empty() {
            let dictionary = self.dictionary_var();
            let captures = &mut self.body.funcs[func].captures;
            captures.retain(|&capture| capture != dictionary);
            captures.push(dictionary);
        }
        self.frames.pop();
    }

    /// Tells the block of the function at hand.
    pub(super) fn enter(&mut self, block: StmtId) {
        if let Some(frame) = self.frames.last_mut() {
            frame.block = Some(block);
        }
    }

    /// The function at hand.
    pub(super) fn func(&self) -> FuncId {
        self.frames.last().map_or(Body::ROOT, |frame| frame.func)
    }

    /// Declares receiver, dictionary, parameters and results of the declared function.
    pub(super) fn declare_params(&mut self, obj: ObjId) {
        let store = self.store();
        let Type::Signature(signature) = store.ty(store.obj_type(obj)) else { return };
        if let Some(recv) = signature.recv {
            self.param(recv);
        }
        if !self.shapes.is_empty() {
            let ty = store.pointer(store.array(types::Basic::Uintptr.id(), 1));
            let pos = self.body.funcs[self.func()].pos;
            let var = self.new_var(Name::new(".dict"), ty, VarClass::Param, pos);
            self.body.vars[var].flags.set(VarFlags::DICT);
            let func = self.func();
            self.body.funcs[func].params.push(var);
            if let Some(frame) = self.frames.last_mut() {
                frame.dictionary = Some(var);
            }
        }
        signature.params.iter().for_each(|&param| self.param(param));
        self.results(&signature.results);
    }

    /// Declares receiver, parameters and results, without a dictionary.
    pub(super) fn declare_plain_params(&mut self, obj: ObjId) {
        let store = self.store();
        let Type::Signature(signature) = store.ty(store.obj_type(obj)) else { return };
        signature.recv.into_iter().for_each(|recv| self.param(recv));
        signature.params.iter().for_each(|&param| self.param(param));
        self.results(&signature.results);
    }

    /// Declares parameters and results of a function literal.
    pub(super) fn declare_literal_params(&mut self, ty: TypeId) {
        let Type::Signature(signature) = self.store().ty(ty) else { return };
        signature.params.iter().for_each(|&param| self.param(param));
        self.results(&signature.results);
    }

    pub(super) fn param(&mut self, obj: ObjId) {
        let object = self.store().obj(obj);
        let ty = self.ty(self.store().obj_type(obj));
        let pos = object.place.map_or(Pos::GENERATED, |p| self.pos(p.offset));
        let var = self.new_var(object.name, ty, VarClass::Param, pos);
        let func = self.func();
        self.body.funcs[func].params.push(var);
        self.remember(obj, var);
    }

    fn results(&mut self, results: &[ObjId]) {
        for (i, &obj) in results.iter().enumerate() {
            let object = self.store().obj(obj);
            let ty = self.ty(self.store().obj_type(obj));
            let pos = object.place.map_or(Pos::GENERATED, |p| self.pos(p.offset));
            let name = match object.name.as_str() {
                "" | "_" => Name::new(&format!("~r{i}")),
                _ => object.name,
            };
            let var = self.new_var(name, ty, VarClass::Result, pos);
            let func = self.func();
            self.body.funcs[func].results.push(var);
            self.remember(obj, var);
        }
        let types = results.iter().map(|&obj| self.store().obj_type(obj)).collect();
        if let Some(frame) = self.frames.last_mut() {
            frame.results = types;
            frame.result_objs = results.to_vec();
        }
    }

    fn remember(&mut self, obj: ObjId, var: VarId) {
        if let Some(frame) = self.frames.last_mut() {
            frame.locals.insert(obj, var);
        }
    }

    /// A new variable of the function at hand.
    pub(super) fn new_var(&mut self, name: Name, ty: TypeId, class: VarClass, pos: Pos) -> VarId {
        let func = self.func();
        let flags = VarFlags::default();
        let var = Var { name, ty, class, func, pos, defn: None, outer: None, flags };
        let var = self.body.vars.push(var);
        if class != VarClass::Captured {
            self.body.funcs[func].vars.push(var);
        }
        var
    }

    /// Declares a local variable.
    pub(super) fn local(&mut self, obj: ObjId) -> VarId {
        let object = self.store().obj(obj);
        let ty = self.ty(self.store().obj_type(obj));
        let pos = object.place.map_or(Pos::GENERATED, |p| self.pos(p.offset));
        let var = self.new_var(object.name, ty, VarClass::Auto, pos);
        self.remember(obj, var);
        var
    }

    /// Declares a local variable at another place than its own.
    pub(super) fn local_at(&mut self, obj: ObjId, pos: Pos) -> VarId {
        let var = self.local(obj);
        self.body.vars[var].pos = pos;
        var
    }

    /// A temporary.
    pub(super) fn temp(&mut self, pos: Pos, ty: TypeId) -> VarId {
        let var = self.new_var(Name::new(""), ty, VarClass::Auto, pos);
        self.body.vars[var].flags.set(VarFlags::AUTOTEMP);
        var
    }

    /// A use of a variable.
    pub(super) fn name(&mut self, var: VarId) -> NodeId {
        let Var { pos, ty, .. } = self.body.vars[var];
        self.add(Node { aux: Aux::Var(var), ..Node::new(Op::Name, pos, Some(ty)) })
    }

    /// `_` on the left of an assignment.
    pub(super) fn blank(&mut self, ty: Option<TypeId>) -> NodeId {
        let aux = Aux::Str(Name::new("_"));
        self.add(Node { aux, ..Node::new(Op::Name, Pos::GENERATED, ty) })
    }

    /// The declaration of a variable.
    pub(super) fn dcl(&mut self, pos: Pos, var: VarId) -> NodeId {
        let name = self.name(var);
        self.unary(Op::Dcl, pos, None, name)
    }

    /// A use of a local variable of the function at hand or of one around it.
    pub(super) fn use_local(&mut self, obj: ObjId, pos: Pos) -> Option<NodeId> {
        let var = self.find_local(obj, self.frames.len().checked_sub(1)?, pos)?;
        Some(self.name(var))
    }

    /// The variable that an object is in the function at a depth, captured through the functions between.
    fn find_local(&mut self, obj: ObjId, depth: usize, pos: Pos) -> Option<VarId> {
        if let Some(&var) = self.frames[depth].locals.get(&obj) {
            return Some(var);
        }
        let outer = self.find_local(obj, depth.checked_sub(1)?, pos)?;
        let var = self.capture(depth, outer, pos);
        self.frames[depth].locals.insert(obj, var);
        Some(var)
    }

    /// A variable made by the compiler, as the function at hand sees it.
    pub(super) fn reach(&mut self, var: VarId, pos: Pos) -> VarId {
        self.reach_from(var, self.frames.len() - 1, pos)
    }

    fn reach_from(&mut self, var: VarId, depth: usize, pos: Pos) -> VarId {
        if self.body.vars[var].func == self.frames[depth].func || depth == 0 {
            return var;
        }
        if let Some(&known) = self.frames[depth].captured.get(&var) {
            return known;
        }
        let outer = self.reach_from(var, depth - 1, pos);
        let captured = self.capture(depth, outer, pos);
        self.frames[depth].captured.insert(var, captured);
        captured
    }

    /// A variable of the function at `depth` that stands for one of the function around.
    fn capture(&mut self, depth: usize, outer: VarId, pos: Pos) -> VarId {
        let func = self.frames[depth].func;
        let Var { name, ty, flags, .. } = self.body.vars[outer];
        let mut kept = VarFlags::default();
        if flags.has(VarFlags::DICT) {
            kept.set(VarFlags::DICT);
        }
        let var = self.body.vars.push(Var {
            name,
            ty,
            class: VarClass::Captured,
            func,
            pos,
            defn: None,
            outer: Some(outer),
            flags: kept,
        });
        self.body.funcs[func].captures.push(var);
        var
    }

    /// The dictionary as the function at hand sees it.
    pub(super) fn dictionary_var(&mut self) -> VarId {
        let depth = self.frames.len() - 1;
        self.dictionary_at(depth)
    }

    fn dictionary_at(&mut self, depth: usize) -> VarId {
        if let Some(var) = self.frames[depth].dictionary {
            return var;
        }
        let var = match depth.checked_sub(1) {
            Some(around) => {
                let outer = self.dictionary_at(around);
                let pos = self.body.vars[outer].pos;
                self.capture(depth, outer, pos)
            }
            // Only of code that is not generic, which asks for none.
            None => self.temp(Pos::GENERATED, Universe::INVALID),
        };
        self.frames[depth].dictionary = Some(var);
        var
    }

    /// Marks the variable whose storage `x` is part of as one whose address is taken.
    pub(super) fn mark_addrtaken(&mut self, x: NodeId) {
        mark_addrtaken(&mut self.body, self.cx.store, x);
    }

    /// `&x`, or a pointer to a literal.
    pub(super) fn addr(&mut self, pos: Pos, x: NodeId) -> NodeId {
        let ty = self.store().pointer(self.node_ty(x));
        let literal = matches!(
            self.body.nodes[x].op,
            Op::ArrayLit | Op::MapLit | Op::SliceLit | Op::StructLit
        );
        if !literal {
            self.mark_addrtaken(x);
        }
        self.unary(if literal { Op::PtrLit } else { Op::Addr }, pos, Some(ty), x)
    }
}

fn mark_addrtaken(body: &mut Body, store: &types::Store, mut x: NodeId) {
    loop {
        let node = body.nodes[x];
        match node.op {
            Op::Dot | Op::Paren => {}
            Op::Index => {
                let is_array = node.x.is_some_and(|x| {
                    let ty = body.nodes[x].ty.unwrap_or(Universe::INVALID);
                    matches!(store.under_ty(ty), Type::Array { .. })
                });
                if !is_array {
                    return;
                }
            }
            Op::Name => {
                if let Aux::Var(var) = node.aux {
                    body.vars[var].flags.set(VarFlags::ADDRTAKEN);
                    let canonical = body.canonical(var);
                    body.vars[canonical].flags.set(VarFlags::ADDRTAKEN);
                }
                return;
            }
            _ => return,
        }
        match node.x {
            Some(inner) if inner.index() != x.index() => x = inner,
            _ => return,
        }
    }
}
