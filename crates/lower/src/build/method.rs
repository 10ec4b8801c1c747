//! Methods: called, bound to a receiver, and as functions. And generic functions with their type arguments.

use syntax::tree::{ExprId, IdentId};
use types::{ObjId, ObjectKind, Type, TypeId, Universe};

use super::Builder;
use super::dictionary::Dictionary;
use super::types::{elem_of_pointer, is_interface};
use crate::ir::{Aux, Node, NodeId, Op, Pos};

/// What a selector of a method, or a generic function with its arguments, refers to.
pub(super) enum Callee {
    /// A known function. Where it is generic, it is passed a dictionary.
    Known {
        /// The reference.
        fun: Node,
        /// The dictionary that is passed, if any.
        dictionary: Option<Dictionary>,
    },
    /// A method of an interface.
    Interface(ObjId),
    /// A method of a type parameter, through the dictionary.
    TypeParam,
}

impl Builder<'_> {
    /// What a method that is selected refers to. `recv` is the type, as written, that it is selected on once embedded
    /// fields are passed through.
    pub(super) fn method_callee(
        &mut self,
        pos: Pos,
        obj: ObjId,
        recv: TypeId,
        sel: IdentId,
        ty: TypeId,
    ) -> Callee {
        let store = self.store();
        if store.is_type_param(recv) {
            return Callee::TypeParam;
        }
        let own = self.facts().instances.get(&sel).map_or(&[][..], |own| &own.args);
        self.declared_method(pos, obj, own, ty)
    }

    /// What a method of a type other than a type parameter refers to; `own` are the type arguments of its own.
    pub(super) fn declared_method(
        &mut self,
        pos: Pos,
        obj: ObjId,
        own: &[TypeId],
        ty: TypeId,
    ) -> Callee {
        let store = self.store();
        let declared = declared(store, obj);
        let Type::Signature(signature) = store.ty(store.obj_type(obj)) else {
            return Callee::Interface(obj);
        };
        let receiver = signature.recv.map_or(Universe::INVALID, |r| store.obj_type(r));
        if is_interface(store, receiver) {
            return Callee::Interface(obj);
        }
        let base = elem_of_pointer(store, receiver).unwrap_or(receiver);
        let base = store.unalias(base);
        let mut args = store.instance(base).map_or(Vec::new(), |i| i.args.to_vec());
        if args.is_empty() {
            // Within the generic type's own methods the receiver can be the type itself.
            args = store.type_params(base).to_vec();
        }
        args.extend_from_slice(own);
        self.known(pos, Op::MethExpr, declared, &args, ty)
    }

    /// A reference to a function with type arguments, as written.
    fn known(&mut self, pos: Pos, op: Op, obj: ObjId, args: &[TypeId], ty: TypeId) -> Callee {
        let ty = self.ty(ty);
        let mut derived = false;
        for &arg in args {
            derived |= self.is_derived(arg);
        }
        let shapes = self.shapes_of(obj, args);
        let args: Vec<TypeId> = args.iter().map(|&arg| self.ty(arg)).collect();
        if !shapes.is_empty() {
            let args = args.as_slice().into();
            self.body.generic.push(crate::ir::GenericRef { obj, args, derived });
        }
        let inst = self.instance(obj, &shapes);
        let fun = Node { aux: Aux::Inst(inst), ..Node::new(op, pos, Some(ty)) };
        let dictionary = (!shapes.is_empty()).then(|| {
            if derived {
                return Dictionary::Derived;
            }
            Dictionary::Of(self.cx.instances.concrete(obj, &args))
        });
        Callee::Known { fun, dictionary }
    }

    /// The shapes of type arguments, as written, of a generic function or method.
    fn shapes_of(&mut self, obj: ObjId, args: &[TypeId]) -> Vec<TypeId> {
        let (store, shapes) = (self.store(), self.cx.shapes);
        let params = crate::type_params_of(store, obj);
        args.iter()
            .enumerate()
            .map(|(i, &arg)| {
                let arg = self.ty(arg);
                let methods_only =
                    params.get(i).is_some_and(|&p| crate::asks_for_methods_only(store, p));
                shapes.of(store, arg, methods_only)
            })
            .collect()
    }

    /// A generic function that is called.
    pub(super) fn generic_callee(
        &mut self,
        pos: Pos,
        obj: ObjId,
        args: &[TypeId],
        ty: TypeId,
    ) -> Callee {
        self.known(pos, Op::Name, obj, args, ty)
    }

    /// A generic function as a value.
    pub(super) fn function_value(
        &mut self,
        obj: ObjId,
        args: &[TypeId],
        ty: TypeId,
        pos: Pos,
    ) -> NodeId {
        match self.generic_callee(pos, obj, args, ty) {
            Callee::Known { fun, dictionary: Some(dictionary @ Dictionary::Derived) } => {
                let dictionary = self.dictionary_argument(pos, dictionary);
                let ty = self.ty(ty);
                self.curry(pos, ty, Some(fun), &[dictionary])
            }
            // A wrapper that passes the dictionary, which the compiler makes once for all.
            Callee::Known { fun, dictionary: Some(Dictionary::Of(_)) } => {
                let name = source::Name::new(self.store().obj(obj).name.as_str());
                self.add(Node { aux: Aux::Str(name), ..fun })
            }
            Callee::Known { fun, .. } => self.add(fun),
            _ => self.unknown(pos),
        }
    }

    /// `x.m`, not called.
    pub(super) fn method_value(&mut self, expr: ExprId, x: ExprId, sel: IdentId) -> NodeId {
        let pos = self.at(expr);
        let Some(selection) = self.facts().selections.get(&expr) else { return self.unknown(pos) };
        let recv_ty = self.selected_on(x, &selection.path);
        let recv = self.receiver(expr, x, selection.obj, &selection.path);
        let ty = self.ty(selection.ty);
        match self.method_callee(pos, selection.obj, recv_ty, sel, selection.ty) {
            Callee::Interface(method) => {
                let recv = self.shaped_receiver(pos, recv);
                let aux = Aux::Method(method);
                self.add(Node { x: Some(recv), aux, ..Node::new(Op::MethValue, pos, Some(ty)) })
            }
            Callee::TypeParam => {
                let fun = self.type_param_method(pos, selection.ty);
                self.curry(pos, ty, None, &[fun, recv])
            }
            Callee::Known { fun, dictionary: Some(dictionary @ Dictionary::Derived) } => {
                let dictionary = self.dictionary_argument(pos, dictionary);
                self.curry(pos, ty, Some(fun), &[recv, dictionary])
            }
            Callee::Known { fun, .. } => self.add(Node {
                x: Some(recv),
                aux: fun.aux,
                ..Node::new(Op::MethValue, pos, Some(ty))
            }),
        }
    }

    /// The receiver of a method value. One that has a shape is converted to the type without it, which prints the same.
    fn shaped_receiver(&mut self, pos: Pos, recv: NodeId) -> NodeId {
        let ty = self.node_ty(recv);
        if self.shapes.is_empty() || !crate::shapes::has_shape(self.store(), ty) {
            return recv;
        }
        self.unary(Op::ConvNop, pos, Some(ty), recv)
    }

    /// `T.m`, not called.
    pub(super) fn method_expr(&mut self, expr: ExprId, x: ExprId, sel: IdentId) -> NodeId {
        let pos = self.at(expr);
        let Some(selection) = self.facts().selections.get(&expr) else { return self.unknown(pos) };
        let recv_ty = self.written(x);
        let ty = self.ty(selection.ty);
        let promoted = selection.path.len() > 1;
        match self.method_callee(pos, selection.obj, recv_ty, sel, selection.ty) {
            Callee::Interface(method) => self
                .add(Node { aux: Aux::Method(method), ..Node::new(Op::MethExpr, pos, Some(ty)) }),
            Callee::TypeParam => self.type_param_method(pos, ty),
            Callee::Known { fun, dictionary: Some(dictionary @ Dictionary::Derived) } => {
                let dictionary = self.dictionary_argument(pos, dictionary);
                self.curry(pos, ty, Some(fun), &[dictionary])
            }
            // Through a wrapper that the compiler makes: what it does with its parameters is not known here.
            Callee::Known { fun, dictionary } if promoted || dictionary.is_some() => {
                let name = self.store().obj(selection.obj).name;
                self.add(Node { aux: Aux::Str(name), ..fun })
            }
            Callee::Known { fun, .. } => self.add(Node { ty: Some(ty), ..fun }),
        }
    }

    /// The type, as written, that a method is selected on, once embedded fields are passed through.
    pub(super) fn selected_on(&self, x: ExprId, path: &[u32]) -> TypeId {
        let store = self.store();
        let mut ty = self.single_written(x);
        let way = path.split_last().map_or(&[][..], |(_, way)| way);
        for &index in way {
            let strukt = elem_of_pointer(store, ty).unwrap_or(ty);
            let Type::Struct(parts) = store.under_ty(strukt) else { return Universe::INVALID };
            ty = parts.fields.get(index as usize).map_or(Universe::INVALID, |&f| store.obj_type(f));
        }
        ty
    }
}

/// The declared function that an instantiated method was made from.
fn declared(store: &types::Store, obj: ObjId) -> ObjId {
    match store.obj(obj).kind {
        ObjectKind::Func { origin: Some(origin) } => origin,
        _ => obj,
    }
}
