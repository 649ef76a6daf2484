//! The type of a value, as far as declarations say it: of a literal of a struct, a variable, a call, a field.

use super::body::{Computed, DEEP};
use super::bound::{Bound, bound};
use super::given::{option, payload, shells};
use super::{Exchanges, Function, is_named, last};
use crate::facts::rust::{expression, type_expr};
use crate::facts::{Expr, ExprKind, Fields, Piece, TypeExpr};
use crate::model::resolve::{Def, Namespace};
use crate::model::wire::{Bindings, Meaning};

impl Exchanges<'_, '_> {
    /// The type of a value; `None` when no declaration says it.
    pub(super) fn type_of(&self, value: &Expr, of: Computed<'_>, depth: u32) -> Option<Meaning> {
        if depth > DEEP {
            return None;
        }
        let written = |path: &str| {
            let expr = TypeExpr::Path { path: path.into(), arguments: Vec::new() };
            Some(self.meaning(&expr, of.function))
        };
        match &value.kind {
            ExprKind::Struct { path, fields } => Some(self.made_of(path, fields, of, depth)),
            ExprKind::Text(_) => written("String"),
            ExprKind::Path(path) => match bound(of.function, path) {
                Bound::Let(r#type, _) if !r#type.is_empty() => {
                    Some(self.meaning(&type_expr(r#type)?, of.function))
                }
                Bound::Let(_, Some(value)) => self.type_of(value, of, depth + 1),
                Bound::Parameter => self.variable(path, of),
                Bound::Inside(shell, subject) => self.inside_of((shell, subject), of, depth),
                Bound::Let(_, None) | Bound::Unclear | Bound::Nothing => None,
            },
            ExprKind::Call { callee, arguments, .. } => {
                let ExprKind::Path(path) = &callee.kind else { return None };
                self.result_of((path, arguments), of, depth)
            }
            ExprKind::Method { receiver, name, .. } => {
                let receiver = self.type_of(receiver, of, depth + 1)?;
                if KEEPING.contains(&&**name) { Some(receiver) } else { self.method_of(&receiver, name) }
            }
            ExprKind::Field { receiver, name } => {
                let receiver = self.type_of(receiver, of, depth + 1)?;
                self.field_of(&receiver, name)
            }
            ExprKind::Lent(place) => self.type_of(place, of, depth + 1),
            // A list is an array or a tuple.
            ExprKind::List(_)
            | ExprKind::Literal(_)
            | ExprKind::Macro { .. }
            | ExprKind::Closure { .. }
            | ExprKind::Async(_)
            | ExprKind::Block { .. }
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Loop { .. }
            | ExprKind::Add(..)
            | ExprKind::Return(_)
            | ExprKind::Compiled(_)
            | ExprKind::Cut
            | ExprKind::Other(_) => None,
        }
    }

    /// The type of a parameter, by its name or by the name in its pattern: `Json(order): Json<Order>`.
    pub(super) fn variable(&self, name: &str, of: Computed<'_>) -> Option<Meaning> {
        for parameter in &of.function.declared.parameters {
            let pattern = parameter.pattern.trim_start_matches("mut ");
            if pattern == name {
                let given = parameter.gives.as_ref().unwrap_or(&parameter.r#type);
                return Some(self.meaning(given, of.function));
            }
            let inner = pattern.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
            if inner.is_some_and(|inner| inner.trim().trim_start_matches("mut ") == name)
                && let TypeExpr::Path { arguments, .. } = &parameter.r#type
            {
                return Some(self.meaning(arguments.first()?, of.function));
            }
        }
        None
    }

    /// The type of what is inside of a value as written, where that is told for certain.
    fn inside_of(&self, (shell, subject): (&str, &str), of: Computed<'_>, depth: u32) -> Option<Meaning> {
        let kinds = self.kinds(&expression(subject)?, of, depth + 1);
        let mut fitting = kinds.iter().flat_map(shells).filter(|kind| is_shell(kind, shell));
        let only = fitting.next()?;
        if fitting.next().is_some() { None } else { payload(&only) }
    }

    /// What the type of a name may be, nothing taken out of it.
    pub(super) fn bound_kinds(&self, path: &str, of: Computed<'_>, depth: u32) -> Vec<Meaning> {
        let known = match bound(of.function, path) {
            Bound::Let(r#type, _) if !r#type.is_empty() => {
                type_expr(r#type).map(|expr| self.meaning(&expr, of.function))
            }
            Bound::Let(_, Some(value)) => return self.kinds(value, of, depth + 1),
            Bound::Parameter => self.variable(path, of),
            Bound::Inside(shell, subject) => self.inside_of((shell, subject), of, depth),
            Bound::Nothing if path == "None" => Some(option(Meaning::Unknown("nothing is in it".into()))),
            Bound::Let(_, None) | Bound::Unclear | Bound::Nothing => None,
        };
        known.into_iter().collect()
    }

    /// A function of the repository that a path in another one names.
    pub(super) fn function_at(&self, path: &str, from: &Function) -> Option<Function> {
        for def in self.world.resolve(from.at.0, from.at.1, path, Namespace::Value).defs {
            let Def::Item(module, item) = def else { continue };
            if let Some(function) = self.function((module, item), Piece::Function) {
                return Some(function);
            }
            // `Type::new` is found at its type.
            let own = Meaning::Own { module, item, arguments: Vec::new() };
            if let Some(function) = self.member(&own, last(path)) {
                return Some(function);
            }
        }
        None
    }

    /// What a call of a function of the repository gives: what is inside of its `Result` or `Option`, which every caller takes out.
    fn result_of(&self, (path, arguments): (&str, &[Expr]), of: Computed<'_>, depth: u32) -> Option<Meaning> {
        let function = self.callee(path, arguments, of, depth)?;
        Some(inner(self.meaning(function.declared.result.as_ref()?, &function)))
    }

    /// What a method of a type of the repository gives.
    fn method_of(&self, receiver: &Meaning, name: &str) -> Option<Meaning> {
        let function = self.member(receiver, name)?;
        Some(inner(self.meaning(function.declared.result.as_ref()?, &function)))
    }

    /// The type of a field of a type of the repository.
    fn field_of(&self, receiver: &Meaning, name: &str) -> Option<Meaning> {
        let Meaning::Own { module, item, arguments } = receiver else { return None };
        let (file, index, at) = self.wire.declaration_of(*module, *item)?;
        let declared = &file.types[index];
        let fields = match &declared.fields {
            Fields::Named(fields) | Fields::Tuple(fields) => fields,
            Fields::Unit => return None,
        };
        let field = fields.iter().find(|field| *field.name == *name)?;
        let names = declared.generics.iter().map(|generic| generic.name.clone());
        let bindings: Bindings = names.zip(arguments.iter().cloned()).collect();
        Some(self.wire.resolved(&field.r#type, at, &bindings))
    }

    /// A function in a block of a type, in the file that declares the type.
    pub(super) fn member(&self, owner: &Meaning, name: &str) -> Option<Function> {
        let Meaning::Own { module, item, arguments } = owner else { return None };
        let (file, index, at) = self.wire.declaration_of(*module, *item)?;
        let declared = &file.types[index];
        let found = file
            .functions_in(|block| is_named(&block.of, &declared.name))
            .find(|function| *function.name == *name)?;
        let names = declared.generics.iter().map(|generic| generic.name.clone());
        let mut bindings: Bindings = names.zip(arguments.iter().cloned()).collect();
        bindings.push(("Self".into(), owner.clone()));
        self.wire.needs_function(*module, &file, found);
        Some(Function::new(found.clone(), at, bindings))
    }
}

/// Methods that give what they are called on, or what is inside of it.
const KEEPING: [&str; 12] = [
    "clone",
    "to_owned",
    "unwrap",
    "unwrap_or_default",
    "map_err",
    "expect",
    "context",
    "with_context",
    "ok_or",
    "ok_or_else",
    "as_ref",
    "borrow",
];

fn is_shell(meaning: &Meaning, name: &str) -> bool {
    matches!(meaning, Meaning::Foreign { path, .. } if last(path) == name)
}

/// What is inside of a `Result` or an `Option`.
fn inner(meaning: Meaning) -> Meaning {
    if let Meaning::Foreign { path, arguments } = &meaning
        && let Some(first) = arguments.first()
        && (last(path).ends_with("Result") || last(path) == "Option")
    {
        return first.clone();
    }
    meaning
}
