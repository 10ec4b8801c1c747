//! Types as a file writes them.

use types::{ObjId, Type, TypeId};

use crate::context::Context;
use crate::parents::Parent;

/// How deep a type is written.
const DEEPEST: u32 = 8;

impl Context<'_> {
    /// A type as the file can write it at a place. `None` where it has no name there, or one that means something else, and for
    /// structs, interfaces and functions without a name.
    pub(crate) fn type_text(&self, ty: TypeId, at: Parent) -> Option<String> {
        self.type_text_within(ty, at, DEEPEST)
    }

    fn type_text_within(&self, ty: TypeId, at: Parent, depth: u32) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let text = |ty: TypeId| self.type_text_within(ty, at, depth);
        Some(match self.store.ty(ty) {
            Type::Basic(basic, _) if basic.is_untyped() => return None,
            Type::Basic(..) => {
                let name = self.store.type_string(ty);
                self.is_predeclared(&name).then_some(name)?
            }
            Type::Pointer(elem) => format!("*{}", text(*elem)?),
            Type::Slice(elem) => format!("[]{}", text(*elem)?),
            Type::Array { elem, len } => format!("[{len}]{}", text(*elem)?),
            Type::Map { key, value } => format!("map[{}]{}", text(*key)?, text(*value)?),
            Type::Named(named) => {
                let name = self.declared_name(named.obj, at)?;
                let Some(instance) = &named.instance else { return Some(name) };
                let args: Option<Vec<String>> =
                    instance.args.iter().map(|&arg| text(arg)).collect();
                format!("{name}[{}]", args?.join(", "))
            }
            Type::Alias(alias) if alias.instance.is_none() => self.declared_name(alias.obj, at)?,
            _ => return None,
        })
    }

    /// The name of a type that is declared at package level, here or elsewhere.
    fn declared_name(&self, object: ObjId, at: Parent) -> Option<String> {
        let data = self.store.obj(object);
        if !self.is_package_level(object) {
            return None;
        }
        let Some(package) = data.pkg else {
            return self.is_predeclared(data.name.as_str()).then(|| data.name.as_str().to_owned());
        };
        if package == self.package.checked.pkg {
            return (!self.is_shadowed(data.name, at)).then(|| data.name.as_str().to_owned());
        }
        let path = self.store.pkg(package).path;
        let imported = self.import_of(path.as_str()).is_some() && data.name.is_exported();
        let package = self.package_name(path.as_str(), at).filter(|_| imported)?;
        Some(format!("{package}.{}", data.name))
    }
}
