//! How generic code gets at what it was instantiated with: words of the dictionary that it is passed.

use source::Name;
use types::object::VarKind;
use types::types::Signature;
use types::{Basic, ObjectKind, Type, TypeId};

use super::Builder;
use super::types::{is_empty_interface, is_interface};
use crate::ir::{Aux, InstId, Node, NodeFlags, NodeId, Op, Pos};

/// Words that were asked for.
#[derive(Default)]
pub(super) struct Words {
    count: i64,
}

/// Where the dictionary of a function that is referred to comes from.
#[derive(Clone, Copy)]
pub(super) enum Dictionary {
    /// Out of the own one: the type arguments depend on the own type parameters.
    Derived,
    /// A symbol: that of the function with these type arguments.
    Of(InstId),
}

impl Builder<'_> {
    /// A word of the dictionary.
    fn dictionary_word(&mut self, pos: Pos) -> NodeId {
        let dictionary = self.dictionary_var();
        let name = self.name(dictionary);
        let star = self.implicit_star(name);
        let index = self.int_literal(self.words.count, Basic::Int.id(), pos);
        self.words.count += 1;
        self.binary(Op::Index, pos, Some(Basic::Uintptr.id()), star, index)
    }

    /// A word of the dictionary that is a type descriptor or method table.
    pub(super) fn rtti_word(&mut self, pos: Pos) -> NodeId {
        let word = self.dictionary_word(pos);
        let ty = self.store().pointer(Basic::Uint8.id());
        self.unary(Op::ConvNop, pos, Some(ty), word)
    }

    /// A dictionary to pass on: part of the own one where the arguments depend on the own type parameters, else a
    /// symbol.
    pub(super) fn dictionary_argument(&mut self, pos: Pos, dictionary: Dictionary) -> NodeId {
        let ty = self.store().pointer(self.store().array(Basic::Uintptr.id(), 1));
        let inst = match dictionary {
            Dictionary::Derived => {
                let word = self.dictionary_word(pos);
                return self.unary(Op::ConvNop, pos, Some(ty), word);
            }
            Dictionary::Of(inst) => inst,
        };
        let name = Node {
            aux: Aux::Dict(inst),
            ..Node::new(Op::Name, Pos::GENERATED, Some(Basic::Uintptr.id()))
        };
        let name = self.add(name);
        self.unary(Op::Addr, pos, Some(ty), name)
    }

    /// A method called on a type parameter: what the dictionary holds for it.
    pub(super) fn type_param_method(&mut self, pos: Pos, signature: TypeId) -> NodeId {
        let word = self.dictionary_word(pos);
        let ty = self.store().pointer(self.node_ty(word));
        let addr = self.unary(Op::Addr, pos, Some(ty), word);
        self.unary(Op::ConvNop, pos, Some(signature), addr)
    }

    /// The signature of a method as a function: the receiver is its first parameter.
    pub(super) fn with_receiver(&self, signature: TypeId, recv: TypeId) -> TypeId {
        let store = self.store();
        let Type::Signature(method) = store.ty(signature) else { return signature };
        let kind = ObjectKind::Var(VarKind::Param);
        let recv = store.new_object(Name::new(""), None, None, Some(recv), kind);
        store.add_type(Type::Signature(Box::new(Signature {
            recv: None,
            type_params: [].into(),
            recv_type_params: [].into(),
            params: std::iter::once(recv).chain(method.params.iter().copied()).collect(),
            results: method.results.clone(),
            variadic: method.variadic,
        })))
    }

    /// The type descriptor of a type as written.
    fn type_descriptor(&mut self, pos: Pos, written: TypeId) -> NodeId {
        if self.is_derived(written) { self.rtti_word(pos) } else { self.symbol_addr(pos, "type:") }
    }

    /// What `x.(T)` looks at where T is derived: the descriptor of the interface, and the descriptor of T or the method
    /// table.
    pub(super) fn assertion_words(
        &mut self,
        from: TypeId,
        target: TypeId,
        pos: Pos,
    ) -> Vec<NodeId> {
        let source = if self.shapes.is_empty() || !crate::shapes::has_shape(self.store(), from) {
            self.symbol_addr(pos, "type:")
        } else {
            self.rtti_word(pos)
        };
        let mut words = vec![source];
        words.extend(self.dynamic_type_words(from, target, pos));
        words
    }

    fn dynamic_type_words(&mut self, from: TypeId, target: TypeId, pos: Pos) -> Vec<NodeId> {
        let mapped = self.ty(target);
        let store = self.store();
        if is_empty_interface(store, from) || is_interface(store, mapped) {
            vec![self.type_descriptor(pos, target)]
        } else {
            vec![self.rtti_word(pos)]
        }
    }

    /// A type as a case of a type switch.
    pub(super) fn type_case(&mut self, from: TypeId, target: TypeId, pos: Pos) -> NodeId {
        let ty = self.ty(target);
        if !self.is_derived(target) {
            return self.add(Node::new(Op::Type, pos, Some(ty)));
        }
        let words = self.dynamic_type_words(from, target, pos);
        let list = self.list(&words);
        self.add(Node { list, ..Node::new(Op::DynamicType, pos, Some(ty)) })
    }

    /// A function literal that calls `callee` with some arguments given now and the others when it is called. `callee` is a
    /// function that needs no place in it, unless it is among `given`.
    pub(super) fn curry(
        &mut self,
        pos: Pos,
        ty: TypeId,
        callee: Option<Node>,
        given: &[NodeId],
    ) -> NodeId {
        let mut init = Vec::new();
        let mut temps = Vec::new();
        for &arg in given {
            let temp = self.temp(pos, self.node_ty(arg));
            init.push(self.dcl(pos, temp));
            let lhs = self.name(temp);
            let assign = self.binary(Op::As, pos, None, lhs, arg);
            self.body.nodes[assign].flags = NodeFlags::DEF;
            self.body.vars[temp].defn = Some(assign);
            init.push(assign);
            temps.push(temp);
        }
        let parent = self.func();
        let func = self.open(Some(parent), ty, pos);
        self.body.funcs[func].flags.set(crate::ir::FuncFlags::WRAPPER);
        self.declare_literal_params(ty);
        let mut captured: Vec<NodeId> = Vec::new();
        for temp in temps {
            let var = self.reach(temp, pos);
            captured.push(self.name(var));
        }
        let callee = match callee {
            Some(callee) => self.add(callee),
            None => captured.remove(0),
        };
        let params = self.body.funcs[func].params.clone();
        captured.extend(params.into_iter().map(|param| self.name(param)).collect::<Vec<_>>());
        let call = self.finish_call(pos, callee, captured, true, ty);
        let results = self.body.funcs[func].results.len();
        let stmt = if results > 0 { self.return_call(pos, call, results) } else { call };
        self.finish_body(vec![stmt]);
        // What it captures is what it was given, and nothing else.
        self.frames.pop();
        let node =
            self.add(Node { aux: Aux::Closure(func), ..Node::new(Op::Closure, pos, Some(ty)) });
        self.body.funcs[func].closure = Some(node);
        self.prepend_init(node, &init);
        node
    }
}
