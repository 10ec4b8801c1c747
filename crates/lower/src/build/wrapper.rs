//! What the compiler makes around functions: around that of the shapes of type arguments, which it passes their dictionary,
//! and around methods that a type has of what it embeds or points to.

use source::Name;
use syntax::tree::DeclId;
use types::{ObjId, Type, TypeId};

use super::dictionary::Dictionary;
use super::method::Callee;
use super::{Builder, Context, Source, place};
use crate::instances::Instance;
use crate::ir::{Aux, Body, FuncFlags, Node, NodeId, Op, Pos, VarClass};

pub(super) fn build(
    cx: Context<'_>,
    source: Source<'_>,
    decl: DeclId,
    instance: &Instance,
) -> Body {
    let mut builder = Builder::new(cx, source, instance);
    let store = cx.store;
    let ty = builder.ty(store.obj_type(instance.obj));
    let pos = builder.pos(place::function(source.tree, decl));
    let func = builder.open(None, ty, pos);
    let flags = &mut builder.body.funcs[func].flags;
    flags.set(FuncFlags::DUPOK);
    flags.set(FuncFlags::WRAPPER);
    builder.body.has_body = true;
    builder.declare_plain_params(instance.obj);
    let args: Vec<_> = builder.shapes.clone();
    let params = crate::type_params_of(store, instance.obj);
    let shapes: Vec<_> = params
        .iter()
        .zip(&args)
        .map(|(&param, &arg)| cx.shapes.of(store, arg, crate::asks_for_methods_only(store, param)))
        .collect();
    let inst = cx.instances.id(instance.obj, &shapes);
    let own = cx.instances.concrete(instance.obj, &args);
    let has_receiver = matches!(store.ty(ty), Type::Signature(s) if s.recv.is_some());
    let op = if has_receiver { Op::MethExpr } else { Op::Name };
    let callee = builder.add(Node { aux: Aux::Inst(inst), ..Node::new(op, pos, Some(ty)) });
    let params = builder.body.funcs[func].params.clone();
    let mut values: Vec<NodeId> = params.into_iter().map(|param| builder.name(param)).collect();
    let dictionary = builder.dictionary_argument(pos, Dictionary::Of(own));
    values.insert(usize::from(has_receiver), dictionary);
    let call = builder.finish_call(pos, callee, values, true, ty);
    let results = builder.body.funcs[func].results.len();
    let stmt = if results > 0 { builder.return_call(pos, call, results) } else { call };
    builder.finish_body(vec![stmt]);
    builder.frames.pop();
    builder.body
}

/// A method as the method table of a type has it, where it is declared for another one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct MethodWrapper {
    /// The type whose method table it is for.
    pub recv: TypeId,
    /// Positions of the embedded fields that lead to the method.
    pub way: Box<[u32]>,
    /// The method that is called; of an instance of a generic type, the instantiated one.
    pub method: ObjId,
}

/// Builds it: a call of the method. The test for nil in front, which the compiler adds where a value is called through a
/// pointer, allocates nothing and is left out.
pub(super) fn around_method(cx: Context<'_>, source: Source<'_>, wrapper: &MethodWrapper) -> Body {
    let MethodWrapper { recv, ref way, method } = *wrapper;
    let nobody = Instance { obj: method, shapes: [].into(), concrete: false };
    let mut builder = Builder::new(cx, source, &nobody);
    let store = cx.store;
    let ty = store.obj_type(method);
    let pos = Pos::GENERATED;
    let func = builder.open(None, ty, pos);
    let flags = &mut builder.body.funcs[func].flags;
    flags.set(FuncFlags::DUPOK);
    flags.set(FuncFlags::WRAPPER);
    builder.body.has_body = true;
    let receiver = builder.new_var(Name::new(""), recv, VarClass::Param, pos);
    builder.body.funcs[func].params.push(receiver);
    builder.declare_literal_params(ty);
    let mut x = builder.name(receiver);
    x = builder.embedded(pos, x, way);
    x = builder.as_receiver(pos, x, method);
    let (callee, dictionary) = match builder.declared_method(pos, method, &[], ty) {
        Callee::Known { fun, dictionary } => (builder.add(fun), dictionary),
        Callee::Interface(_) | Callee::TypeParam => (builder.unknown(pos), None),
    };
    let params = builder.body.funcs[func].params.clone();
    let mut values = vec![x];
    values.extend(dictionary.map(|dictionary| builder.dictionary_argument(pos, dictionary)));
    values.extend(params.into_iter().skip(1).map(|param| builder.name(param)).collect::<Vec<_>>());
    let call = builder.finish_call(pos, callee, values, true, ty);
    let results = builder.body.funcs[func].results.len();
    let stmt = if results > 0 { builder.return_call(pos, call, results) } else { call };
    builder.finish_body(vec![stmt]);
    builder.frames.pop();
    builder.body
}
