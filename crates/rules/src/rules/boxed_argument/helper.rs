//! Functions of the package that take `any`, and only hand it on at times.

use fix::{Applicability, Plan};
use flow::Exit;
use syntax::tree::{Decl, DeclId, Expr, ExprId, FieldId, IdentId};
use types::{ObjId, Type};

use super::{is_empty_interface, is_for_errors};
use crate::Access;
use crate::context::{Callee, Context};
use crate::parents::Parent;

/// Names for type parameters.
const NAMES: [&str; 4] = ["T", "U", "V", "W"];

/// A call of a function whose parameters of type `any` may be of a type parameter: then they are put into an interface only where they
/// are handed on.
pub(super) struct Helper<'a> {
    function: ObjId,
    /// The file that declares the function.
    there: Context<'a>,
    decl: DeclId,
    parameters: Vec<Parameter>,
    arguments: Vec<ExprId>,
}

struct Parameter {
    /// Its position.
    at: usize,
    field: FieldId,
}

impl<'a> Helper<'a> {
    pub(super) fn of(cx: &Context<'a>, call: ExprId, function: ObjId) -> Option<Self> {
        let object = cx.store.obj(function);
        if object.pkg != Some(cx.package.checked.pkg)
            || object.is_exported()
            || is_for_errors(object.name.as_str())
        {
            return None;
        }
        let Type::Signature(signature) = cx.store.ty(cx.store.obj_type(function)) else {
            return None;
        };
        let takes_any = |&param: &ObjId| is_empty_interface(cx, cx.store.obj_type(param));
        if signature.recv.is_some()
            || !signature.type_params.is_empty()
            || !signature.params.iter().any(takes_any)
        {
            return None;
        }
        let arguments = cx.arguments(call);
        let (there, decl) = cx.declaration_of_function(function)?;
        let all = parameters(&there, decl)?;
        let parameters: Vec<Parameter> = all
            .into_iter()
            .filter_map(|(parameter, name)| {
                let is_given = parameter.at < arguments.len();
                (is_given && is_handed_on_at_times(&there, function, name)).then_some(parameter)
            })
            .collect();
        // As a value, a function is of one type.
        cx.calls_of(function)?;
        let fits = !parameters.is_empty() && arguments.len() == signature.params.len();
        fits.then_some(Self { function, there, decl, parameters, arguments })
    }

    pub(super) fn avoidable(&self) -> Vec<ExprId> {
        self.parameters.iter().map(|parameter| self.arguments[parameter.at]).collect()
    }

    pub(super) fn help(&self, cx: &Context<'_>) -> String {
        let name = cx.store.obj(self.function).name;
        format!(
            "let `{name}` have a type parameter in place of `any`: it does not use the value each time"
        )
    }

    /// The function with type parameters, which calls do not have to name.
    pub(super) fn plan(&self, cx: &Context<'a>) -> Option<Plan> {
        let there = &self.there;
        if there.number != cx.number || there.language() < (1, 18) || !cx.is_predeclared("any") {
            return None;
        }
        for (file, fun) in cx.calls_of(self.function)? {
            let (_, Parent::Expr(call)) = file.around(fun) else { return None };
            let arguments = file.arguments(call);
            let given = |parameter: &Parameter| arguments.get(parameter.at).copied();
            // Of nil, there is no type to be told.
            let told = |parameter| given(parameter).is_some_and(|argument| !file.is_nil(argument));
            if !self.parameters.iter().all(told) {
                return None;
            }
        }
        let tree = there.tree();
        let Decl::Func { name, .. } = tree.decl(self.decl) else { return None };
        let span = tree.decl_span(self.decl);
        let is_free =
            |name: &&&str| !tree.idents_within(span).any(|(_, id)| id.name.as_str() == **name);
        let names: Vec<&str> =
            NAMES.iter().filter(is_free).take(self.parameters.len()).copied().collect();
        if names.len() < self.parameters.len() {
            return None;
        }
        let title = "Give it a type parameter for what it is handed as `any`";
        let mut plan = Plan::new(Applicability::Suggestion, title);
        plan.insert(tree.ident(name).span().end, format!("[{} any]", names.join(", ")));
        for (parameter, name) in self.parameters.iter().zip(names) {
            plan.replace(there.span(tree.field(parameter.field).ty), name);
        }
        Some(plan)
    }
}

/// The parameters of type `any` that are declared each for itself, with their names.
fn parameters(there: &Context<'_>, decl: DeclId) -> Option<Vec<(Parameter, IdentId)>> {
    let tree = there.tree();
    let Decl::Func { recv: None, ty, body: Some(_), .. } = tree.decl(decl) else { return None };
    let mut found = Vec::new();
    let mut at = 0;
    for field in tree.list(tree.field_list(tree.func_type(ty).params).fields) {
        let (names, written) = (tree.field(field).names, tree.field(field).ty);
        let is_any = is_empty_interface(there, there.type_of(written));
        let variadic = matches!(tree.expr(written), Expr::Ellipsis(_));
        if let Some(name) = tree.list_get(names, 0)
            && names.len() == 1
            && is_any
            && !variadic
        {
            found.push((Parameter { at, field }, name));
        }
        at += names.len().max(1);
    }
    Some(found)
}

/// Whether a parameter is only handed to functions as an interface, and there are ways through the function on which it is not.
fn is_handed_on_at_times(there: &Context<'_>, function: ObjId, name: IdentId) -> bool {
    let Some(parameter) = there.facts().defs[name] else { return false };
    let Some(code) = there.flow().declared(function) else { return false };
    let mut each_time = Vec::new();
    let mut used = false;
    for &ident in there.uses(parameter) {
        match there.access(ident) {
            Access::Declare => {}
            Access::Read(read) if is_handed_on(there, read) => {
                used = true;
                if code.is_conditional(read) {
                    continue;
                }
                let Some(point) = code.point(read) else { return false };
                each_time.extend(code.cfg().block(point.block).nodes.get(point.at as usize));
            }
            _ => return false,
        }
    }
    used && !code.cfg().always_passes_from_entry(&[Exit::Return], |node| each_time.contains(&node))
}

/// Whether a value is an argument that becomes an interface.
fn is_handed_on(there: &Context<'_>, read: ExprId) -> bool {
    let Some((call, _)) = there.argument_of(read) else { return false };
    let generic = match there.callee(call) {
        Some(Callee::Function(function)) => match there.store.ty(there.store.obj_type(function)) {
            Type::Signature(signature) => !signature.type_params.is_empty(),
            _ => true,
        },
        Some(Callee::Dynamic) => false,
        _ => true,
    };
    !generic && there.target_type(read).is_some_and(|ty| there.store.is_interface(ty))
}
