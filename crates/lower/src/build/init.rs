//! The function that sets a package's variables.

use source::Id;
use syntax::tree::ExprId;
use types::ObjId;

use super::{Builder, Context, Source};
use crate::instances::Instance;
use crate::ir::{Aux, Body, FuncFlags, Node, NodeFlags, NodeId, Op, Pos};

/// Variables of a package that are set together.
#[derive(Clone)]
pub struct Initializer<'a> {
    /// The file that it stands in.
    pub source: Source<'a>,
    /// The variables; several where the value is a call with several results.
    pub vars: Vec<ObjId>,
    /// The value.
    pub value: ExprId,
}

/// Builds it; `None` where nothing is set.
pub(super) fn build(cx: Context<'_>, order: &[Initializer<'_>]) -> Option<Body> {
    let first = order.first()?;
    let nobody = Instance { obj: ObjId::from_index(0), shapes: [].into(), concrete: false };
    let mut builder = Builder::new(cx, first.source, &nobody);
    let ty = builder.signature_of_init();
    let func = builder.open(None, ty, Pos::GENERATED);
    builder.body.funcs[func].flags.set(FuncFlags::PACKAGE_INIT);
    builder.body.has_body = true;
    let mut stmts = Vec::with_capacity(order.len());
    for initializer in order {
        builder.source = initializer.source;
        stmts.extend(builder.initialize(initializer));
    }
    builder.finish_body(stmts);
    builder.frames.pop();
    Some(builder.body)
}

impl Builder<'_> {
    fn signature_of_init(&mut self) -> types::TypeId {
        self.plain_signature()
    }

    fn initialize(&mut self, initializer: &Initializer<'_>) -> Option<NodeId> {
        let mut names = Vec::with_capacity(initializer.vars.len());
        let mut pos = Pos::GENERATED;
        for &var in &initializer.vars {
            let object = self.store().obj(var);
            if pos == Pos::GENERATED
                && let Some(place) = object.place
            {
                pos = Pos { file: Some(place.file), offset: place.offset, inlined: 0 };
            }
            let ty = self.store().obj_type(var);
            names.push(if object.name.is_blank() {
                self.blank(Some(ty))
            } else {
                let at = object.place.map_or(Pos::GENERATED, |p| Pos {
                    file: Some(p.file),
                    offset: p.offset,
                    inlined: 0,
                });
                self.add(Node { aux: Aux::Global(var), ..Node::new(Op::Name, at, Some(ty)) })
            });
        }
        if let [name] = *names {
            // The front end writes the value as it is; assigning it converts it.
            let ty = self.store().obj_type(initializer.vars[0]);
            let value = self.implicit(Some(ty), initializer.value);
            let conversion = &mut self.body.nodes[value];
            if matches!(conversion.op, Op::Conv | Op::ConvIface | Op::ConvNop)
                && conversion.is(NodeFlags::IMPLICIT)
            {
                conversion.pos = pos;
            }
            return Some(self.binary(Op::As, pos, None, name, value));
        }
        let value = self.expr(initializer.value);
        Some(self.assign_tuple(pos, &names, value))
    }
}
