//! A name in the body of a function → what binds it, where only one thing does.
//!
//! Scopes are not followed: a name that is bound twice (shadowed, matched out of a result, bound by a closure) may mean either, and
//! nothing is said of it.

use super::Function;
use crate::facts::{Expr, ExprKind, Statement};

/// What binds a name.
pub(super) enum Bound<'f> {
    /// A plain `let`: its type as written, and its value.
    Let(&'f str, Option<&'f Expr>),
    /// A parameter of the function.
    Parameter,
    /// What is inside of a matched value, as written, behind what it is taken out of: `Result`, `Option`.
    Inside(&'static str, &'f str),
    /// A part of a pattern, or more than one thing.
    Unclear,
    /// Nothing in the function.
    Nothing,
}

/// What binds a name in a function.
pub(super) fn bound<'f>(function: &'f Function, name: &str) -> Bound<'f> {
    let mut parameters = function.declared.parameters.iter();
    let mut found = match parameters.any(|parameter| names(&parameter.pattern, name)) {
        true => Bound::Parameter,
        false => Bound::Nothing,
    };
    let mut open: Vec<&Expr> = function.declared.value.iter().collect();
    while let Some(value) = open.pop() {
        for binding in bindings(value, name) {
            found = if matches!(found, Bound::Nothing) { binding } else { Bound::Unclear };
        }
        open.extend(value.inside());
    }
    found
}

/// What an expression itself binds a name to, those inside it left out.
fn bindings<'e>(value: &'e Expr, name: &str) -> Vec<Bound<'e>> {
    let pattern = |text: &str| if names(text, name) { vec![Bound::Unclear] } else { Vec::new() };
    if let ExprKind::Block { statements, .. } = &value.kind {
        return statements.iter().filter_map(|statement| of_statement(statement, name)).collect();
    }
    if let ExprKind::Match { subject, arms, .. } = &value.kind {
        let bound = |text: &str| match shell(text, name) {
            Some(shell) => vec![Bound::Inside(shell, subject)],
            None => pattern(text),
        };
        return arms.iter().flat_map(|arm| bound(&arm.pattern)).collect();
    }
    if let ExprKind::If { condition, .. } = &value.kind {
        if let Some((text, subject)) = condition.strip_prefix("let ").and_then(|rest| rest.split_once(" = "))
            && let Some(shell) = shell(text, name)
            && !subject.contains("let ")
        {
            return vec![Bound::Inside(shell, subject)];
        }
        let binds = condition.split("let ").skip(1).filter_map(|part| part.split_once('='));
        return binds.flat_map(|(left, _)| pattern(left)).collect();
    }
    if let ExprKind::Loop { pattern: text, .. } = &value.kind {
        return pattern(text);
    }
    if let ExprKind::Closure { parameters, .. } = &value.kind {
        return parameters.iter().flat_map(|parameter| pattern(&parameter.pattern)).collect();
    }
    Vec::new()
}

/// Whether what a name is bound to is changed as a whole or through it (`*name.status_mut() = …`) before it is used.
pub(super) fn is_changed(function: &Function, name: &str) -> bool {
    let changes = |statement: &Statement| {
        let Statement::Assign { name: target, .. } = statement else { return false };
        let rest = target.trim_start_matches(['*', ' ']).strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ' ', '[']))
    };
    let mut open: Vec<&Expr> = function.declared.value.iter().collect();
    while let Some(value) = open.pop() {
        if let ExprKind::Block { statements, .. } = &value.kind
            && statements.iter().any(changes)
        {
            return true;
        }
        open.extend(value.inside());
    }
    false
}

fn of_statement<'e>(statement: &'e Statement, name: &str) -> Option<Bound<'e>> {
    let Statement::Let { name: pattern, r#type, value, .. } = statement else { return None };
    if pattern.trim_start_matches("mut ") == name {
        return Some(Bound::Let(r#type, value.as_ref()));
    }
    names(pattern, name).then_some(Bound::Unclear)
}

/// What a pattern takes a value out of that it calls by a name.
fn shell(pattern: &str, name: &str) -> Option<&'static str> {
    let inside = |before: &str| pattern.strip_prefix(before)?.strip_suffix(')');
    let is_it = |before: &str| inside(before) == Some(name);
    [("Ok(", "Result"), ("Some(", "Option")]
        .into_iter()
        .find(|(before, _)| is_it(before))
        .map(|(_, shell)| shell)
}

/// Whether a pattern holds a name as a word of its own.
fn names(pattern: &str, name: &str) -> bool {
    pattern.split(|char: char| !char.is_alphanumeric() && char != '_').any(|word| word == name)
}
