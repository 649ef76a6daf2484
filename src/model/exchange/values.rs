//! The type of a value, as far as declarations say it: of a literal of a struct, a variable, a call, a field.

use super::body::{Computed, DEEP, bound};
use super::meaning::{Meaning, Place, Written, declaration, declarations, meaning};
use super::{Exchanges, last};
use crate::facts::{Expr, ExprKind, Fields, FunctionDeclaration, TypeExpr, rust::type_expr};
use crate::model::resolve::{Def, Namespace};

impl Exchanges<'_, '_> {
    /// The type of a value; `None` when no declaration says it.
    pub(super) fn type_of(&mut self, value: &Expr, of: Computed<'_>, depth: u32) -> Option<Written> {
        if depth > DEEP {
            return None;
        }
        let written = |path: &str| {
            let expr = TypeExpr::Path { path: path.into(), arguments: Vec::new() };
            Some(Written { expr, at: of.at })
        };
        match &value.kind {
            ExprKind::Struct { path, .. } => written(path),
            ExprKind::Text(_) => written("String"),
            ExprKind::Path(path) => match bound(of.function, path) {
                Some((r#type, _)) if !r#type.is_empty() => {
                    Some(Written { expr: type_expr(r#type)?, at: of.at })
                }
                Some((_, Some(value))) => self.type_of(value, of, depth + 1),
                Some((_, None)) => None,
                None => self.variable(path, of),
            },
            ExprKind::Call { callee, .. } => {
                let ExprKind::Path(path) = &callee.kind else { return None };
                self.result_of(path, of.at)
            }
            ExprKind::Method { receiver, name, arguments, .. } => {
                match (&**name, arguments.len()) {
                    ("clone" | "to_owned" | "unwrap" | "unwrap_or_default" | "map_err" | "await", _)
                    | ("context" | "with_context" | "ok_or" | "ok_or_else" | "expect", _) => {
                        return self.type_of(receiver, of, depth + 1);
                    }
                    _ => {}
                }
                let receiver = self.type_of(receiver, of, depth + 1)?;
                self.method_of(&receiver, name)
            }
            ExprKind::Field { receiver, name } => {
                let receiver = self.type_of(receiver, of, depth + 1)?;
                self.field_of(&receiver, name)
            }
            ExprKind::List(values) => {
                let first = self.type_of(values.first()?, of, depth + 1)?;
                let expr = TypeExpr::Path { path: "Vec".into(), arguments: vec![first.expr] };
                Some(Written { expr, at: first.at })
            }
            ExprKind::Literal(_)
            | ExprKind::Macro { .. }
            | ExprKind::Closure { .. }
            | ExprKind::Block { .. }
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Loop { .. }
            | ExprKind::Add(..)
            | ExprKind::Return(_)
            | ExprKind::Other(_) => None,
        }
    }

    /// The type of a parameter, by its name or by the name in its pattern: `Json(order): Json<Order>`.
    pub(super) fn variable(&self, name: &str, of: Computed<'_>) -> Option<Written> {
        for parameter in &of.function.parameters {
            let pattern = parameter.pattern.trim_start_matches("mut ");
            if pattern == name {
                return Some(Written { expr: parameter.r#type.clone(), at: of.at });
            }
            let inner = pattern.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
            if inner.is_some_and(|inner| inner.trim().trim_start_matches("mut ") == name)
                && let TypeExpr::Path { arguments, .. } = &parameter.r#type
            {
                return Some(Written { expr: arguments.first()?.clone(), at: of.at });
            }
        }
        None
    }

    /// A function of the repository, with the place at which its signature means something.
    pub(super) fn function_at(&self, path: &str, at: Place) -> Option<(FunctionDeclaration, Place)> {
        let found = self.world.resolve(at.0, at.1, path, Namespace::Value).defs;
        for def in found {
            let Def::Item(module, item) = def else { continue };
            let facts = self.world.facts_of(module)?;
            let data = facts.items.get(item.0 as usize)?;
            let all = declarations(self.world, module)?;
            if let Some(function) = all.functions.iter().find(|function| function.site.span == data.site.span)
            {
                return Some((function.clone(), (module, data.scope)));
            }
            // `Type::new` is found at its type.
            let name = last(path);
            if let Some(function) = self.member(module, &data.name, name) {
                return Some((function, (module, data.scope)));
            }
        }
        None
    }

    /// What a call of a function of the repository gives: what is inside of its `Result` or `Option`, which every caller takes out.
    fn result_of(&self, path: &str, at: Place) -> Option<Written> {
        let (function, at_function) = self.function_at(path, at)?;
        let result = inner(function.result.clone()?);
        let is_own = matches!(&result, TypeExpr::Path { path, .. } if &**path == "Self");
        match (is_own, path.rsplit_once("::")) {
            (true, Some((owner, _))) => {
                Some(Written { expr: TypeExpr::Path { path: owner.into(), arguments: Vec::new() }, at })
            }
            (true, None) => None,
            (false, _) => Some(Written { expr: result, at: at_function }),
        }
    }

    /// What a method of a type of the repository gives.
    fn method_of(&self, receiver: &Written, name: &str) -> Option<Written> {
        for meaning in meaning(self.world, receiver) {
            let Meaning::Local(module, item, _) = meaning else { continue };
            let facts = self.world.facts_of(module)?;
            let data = facts.items.get(item.0 as usize)?;
            let function = self.member(module, &data.name, name)?;
            let result = inner(function.result.clone()?);
            if matches!(&result, TypeExpr::Path { path, .. } if &**path == "Self") {
                return Some(receiver.clone());
            }
            return Some(Written { expr: result, at: (module, data.scope) });
        }
        None
    }

    /// The type of a field of a type of the repository.
    fn field_of(&self, receiver: &Written, name: &str) -> Option<Written> {
        for meaning in meaning(self.world, receiver) {
            let Meaning::Local(module, item, _) = meaning else { continue };
            let scope = self.world.facts_of(module)?.items.get(item.0 as usize)?.scope;
            let (all, at) = declaration(self.world, module, item)?;
            let fields = match &all.types[at].fields {
                Fields::Named(fields) | Fields::Tuple(fields) => fields,
                Fields::Unit => return None,
            };
            let field = fields.iter().find(|field| *field.name == *name)?;
            return Some(Written { expr: field.r#type.clone(), at: (module, scope) });
        }
        None
    }

    /// A function in a block of a type, in the file that declares the type.
    fn member(
        &self,
        module: crate::model::tree::ModuleRef,
        owner: &str,
        name: &str,
    ) -> Option<FunctionDeclaration> {
        let all = declarations(self.world, module)?;
        let is_of = |expr: &TypeExpr| matches!(expr, TypeExpr::Path { path, .. } if last(path) == owner);
        let blocks = all.blocks.iter().filter(|block| is_of(&block.of));
        let spans: Vec<_> = blocks.map(|block| block.site.span).collect();
        let found = all.functions.iter().find(|function| {
            *function.name == *name && spans.iter().any(|span| span.contains(function.site.span))
        });
        found.cloned()
    }
}

/// What is inside of a `Result`, an `Option`, a future's bounds.
fn inner(expr: TypeExpr) -> TypeExpr {
    match expr {
        TypeExpr::Path { path, mut arguments }
            if last(&path).ends_with("Result") || last(&path) == "Option" =>
        {
            if arguments.is_empty() {
                TypeExpr::Path { path, arguments }
            } else {
                arguments.swap_remove(0)
            }
        }
        other => other,
    }
}
