//! What the compiler makes around the function of the shapes of type arguments: it passes their dictionary.

use syntax::tree::DeclId;
use types::Type;

use super::dictionary::Dictionary;
use super::{Builder, Context, Source, place};
use crate::instances::Instance;
use crate::ir::{Aux, Body, FuncFlags, Node, NodeId, Op};

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
