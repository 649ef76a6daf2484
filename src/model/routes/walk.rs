//! Walks over lowered code without evaluating it: the names it mentions, the method calls in it.

use std::collections::BTreeSet;

use crate::basis::Site;
use crate::facts::{Expr, ExprKind, Statement};

/// Calls `visit` on every expression of `root`, outer ones first.
fn each<'a>(root: &'a Expr, mut visit: impl FnMut(&'a Expr)) {
    let mut open = vec![root];
    while let Some(expr) = open.pop() {
        visit(expr);
        open.extend(expr.deciding());
        open.extend(expr.inside());
    }
}

/// The paths in an expression, those of types that functions are told included, outer ones first.
pub(super) fn paths(root: &Expr) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    each(root, |expr| {
        if let ExprKind::Path(path) = &expr.kind {
            found.push(path);
        } else if let ExprKind::Call { types, .. } = &expr.kind {
            found.extend(types.iter().map(|path| &**path));
        }
    });
    found
}

/// The single names that an expression mentions, those in macro tokens and conditions included.
pub(super) fn names_in(root: &Expr) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    each(root, |expr| {
        if let ExprKind::Path(path) = &expr.kind {
            names.insert(&**path);
        } else if let ExprKind::Macro { tokens: text, .. }
        | ExprKind::If { condition: text, .. }
        | ExprKind::Match { subject: text, .. } = &expr.kind
        {
            names.extend(words(text));
        } else if let ExprKind::Block { statements, .. } = &expr.kind {
            names.extend(statements.iter().filter_map(|statement| match statement {
                Statement::Assign { name, .. } => words(name).next(),
                Statement::Let { .. } | Statement::Expr { .. } => None,
            }));
        }
    });
    names
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric() && char != '_').filter(|word| !word.is_empty())
}

/// The names of all methods that are called in an expression.
pub(super) fn method_calls(root: &Expr) -> Vec<Site> {
    let mut found = Vec::new();
    each(root, |expr| {
        if let ExprKind::Method { name_site, .. } = &expr.kind {
            found.push(*name_site);
        }
    });
    found
}

/// A method call with a literal as its first argument.
pub(super) struct LiteralCall<'a> {
    pub(super) name: &'a str,
    pub(super) name_site: Site,
    pub(super) text: &'a str,
    pub(super) arguments: usize,
}

/// All method calls of an expression whose first argument is a string literal.
pub(super) fn literal_calls(root: &Expr) -> Vec<LiteralCall<'_>> {
    let mut found = Vec::new();
    each(root, |expr| {
        if let ExprKind::Method { name, name_site, arguments, .. } = &expr.kind
            && let Some(ExprKind::Text(text)) = arguments.first().map(|first| &first.kind)
        {
            let (name_site, arguments) = (*name_site, arguments.len());
            found.push(LiteralCall { name, name_site, text, arguments });
        }
    });
    found
}
