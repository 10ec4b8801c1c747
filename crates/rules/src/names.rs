//! Names that fixes can use.

use std::cell::{OnceCell, RefCell};

use rustc_hash::{FxHashMap, FxHashSet};
use source::Name;
use syntax::tree::{Decl, DeclId, Expr, ExprId, Spec};
use types::{ObjId, ObjectKind};

use crate::context::Context;
use crate::parents::Parent;

/// Names made up for fixes of a package, so that no two take the same.
#[derive(Default)]
pub(crate) struct Minted {
    used: OnceCell<FxHashMap<Name, usize>>,
    taken: RefCell<FxHashSet<Name>>,
    shared: RefCell<FxHashMap<(usize, String), Shared>>,
    locals: RefCell<FxHashSet<(usize, DeclId, &'static str)>>,
}

/// A variable of the package that fixes of a file share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shared {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub at: u32,
    /// The text that declares it there.
    pub declaration: String,
}

const KEYWORDS: [&str; 25] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

impl<'a> Context<'a> {
    /// How the file names an imported package at a place, or would if it imported it; `None` where that name means
    /// something else there.
    #[must_use]
    pub fn package_name(&self, path: &str, at: Parent) -> Option<&'a str> {
        let name = match self.import_of(path) {
            Some(name) => name,
            None => {
                let name = path.rsplit('/').next().unwrap_or(path);
                let name = Name::new(name);
                if self.is_declared_in_package(name) || self.is_import_name(name) {
                    return None;
                }
                name
            }
        };
        (!self.is_shadowed(name, at)).then_some(name.as_str())
    }

    /// The name by which the file imports a package.
    pub(crate) fn import_of(&self, path: &str) -> Option<Name> {
        self.tree().imports.iter().find_map(|&spec| {
            let (local, package) = self.import(spec)?;
            let usable = !local.is_blank() && local.as_str() != ".";
            (usable && self.store.pkg(package).path.as_str() == path).then_some(local)
        })
    }

    fn import(&self, spec: syntax::tree::SpecId) -> Option<(Name, types::PkgId)> {
        let Spec::Import { name, .. } = self.tree().spec(spec) else { return None };
        let object = match name {
            Some(ident) => self.facts().defs[ident]?,
            None => *self.facts().implicit_imports.get(&spec)?,
        };
        let data = self.store.obj(object);
        match data.kind {
            ObjectKind::PkgName(package) => Some((data.name, package)),
            _ => None,
        }
    }

    fn is_import_name(&self, name: Name) -> bool {
        let mut imports = self.tree().imports.iter();
        imports.any(|&spec| self.import(spec).is_some_and(|(local, _)| local == name))
    }

    fn is_declared_in_package(&self, name: Name) -> bool {
        let package = self.store.pkg(self.package.checked.pkg);
        package.scope.get().is_some_and(|scope| scope.contains_key(&name))
    }

    /// Whether something in the declaration around a place is declared with this name.
    pub(crate) fn is_shadowed(&self, name: Name, at: Parent) -> bool {
        let Some(decl) = self.declaration_of(at) else { return true };
        let span = self.tree().decl_span(decl);
        self.declaring(name).iter().any(|&id| span.contains(self.tree().ident(id).pos))
    }

    /// Whether a predeclared name means what it says everywhere in the package.
    #[must_use]
    pub fn is_predeclared(&self, name: &str) -> bool {
        let name = Name::new(name);
        !self.is_declared_in_package(name)
            && !self.is_import_name(name)
            && self.declaring(name).is_empty()
    }

    /// A name that nothing in the package bears, made from `base`. Uses of `replaced` do not count: the fix takes
    /// them away.
    fn free_name(&self, base: &str, replaced: Option<ObjId>) -> String {
        let used = self.package.minted.used.get_or_init(|| self.names_in_use());
        let mut number = 1;
        loop {
            let text = if number == 1 { base.to_owned() } else { format!("{base}{number}") };
            let name = Name::new(&text);
            let mut others = used.get(&name).copied().unwrap_or(0);
            if let Some(object) = replaced
                && self.store.obj(object).name == name
            {
                others -= others.min(self.uses(object).len());
            }
            let reserved =
                KEYWORDS.contains(&text.as_str()) || self.store.universe.scope.contains_key(&name);
            if others == 0 && !reserved && self.package.minted.taken.borrow_mut().insert(name) {
                return text;
            }
            number += 1;
        }
    }

    /// The first of some names for a local variable that nothing in the declaration around a place bears, and that was not
    /// given to another fix there.
    pub(crate) fn local_name(&self, names: &[&'static str], at: Parent) -> Option<&'static str> {
        let decl = self.declaration_of(at)?;
        let span = self.tree().decl_span(decl);
        let mut taken = self.package.minted.locals.borrow_mut();
        names.iter().copied().find(|&name| {
            let used = self.tree().idents_within(span).any(|(_, id)| id.name.as_str() == name);
            !used && taken.insert((self.number, decl, name))
        })
    }

    fn names_in_use(&self) -> FxHashMap<Name, usize> {
        let mut used: FxHashMap<Name, usize> = FxHashMap::default();
        for file in &self.package.checked.files {
            for (_, ident) in file.tree.idents() {
                *used.entry(ident.name).or_default() += 1;
            }
            for object in file.facts.implicit_imports.values() {
                *used.entry(self.store.obj(*object).name).or_default() += 1;
            }
        }
        used
    }

    /// A variable of the package that is declared for a fix: the same for each fix of the file with this `key`.
    /// `declare` gives the place and the text, once the name is known.
    pub fn package_variable(
        &self,
        key: &str,
        base: &str,
        replaced: Option<ObjId>,
        declare: impl FnOnce(&str) -> (u32, String),
    ) -> Shared {
        let key = (self.number, key.to_owned());
        if let Some(shared) = self.package.minted.shared.borrow().get(&key) {
            return shared.clone();
        }
        let name = self.free_name(base, replaced);
        let (at, declaration) = declare(&name);
        let shared = Shared { name, at, declaration };
        self.package.minted.shared.borrow_mut().insert(key, shared.clone());
        shared
    }

    /// Where a declaration can be inserted before the declaration around a place: before its comment.
    #[must_use]
    pub fn before_declaration(&self, at: Parent) -> Option<u32> {
        let decl = self.declaration_of(at)?;
        let doc = match self.tree().decl(decl) {
            Decl::Func { doc, .. } | Decl::Gen { doc, .. } => doc,
            Decl::Bad => return None,
        };
        let start = self.tree().decl_span(decl).start;
        let comment = doc.and_then(|doc| self.tree().comment_group(doc).first());
        Some(comment.map_or(start, |comment| comment.start))
    }

    /// Whether an expression means the same at package level as where it stands: literals, and what is
    /// declared at package level or imported.
    #[must_use]
    pub fn holds_at_package_level(&self, expr: ExprId) -> bool {
        let tree = self.tree();
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            let ident = match tree.expr(expr) {
                Expr::Lit(_) => continue,
                Expr::Paren(x) | Expr::Unary { x, .. } => {
                    open.push(x);
                    continue;
                }
                Expr::Binary { x, y, .. } => {
                    open.extend([x, y]);
                    continue;
                }
                Expr::Selector { x, sel } if self.is_package_name(x) => sel,
                Expr::Ident(ident) => ident,
                _ => return false,
            };
            if !self.facts().uses[ident].is_some_and(|object| self.is_package_level(object)) {
                return false;
            }
        }
        true
    }

    /// Whether an expression names an imported package.
    fn is_package_name(&self, expr: ExprId) -> bool {
        let object = self.object(expr);
        object.is_some_and(|id| matches!(self.store.obj(id).kind, ObjectKind::PkgName(_)))
    }

    /// Whether an object is declared at package level, or before any package.
    #[must_use]
    pub fn is_package_level(&self, object: ObjId) -> bool {
        let data = self.store.obj(object);
        let Some(pkg) = data.pkg else { return true };
        let scope = self.store.pkg(pkg).scope.get();
        scope.is_some_and(|scope| scope.get(&data.name) == Some(&object))
    }
}
