//! A type as written in a signature → what it is: a type of the repository or one of an outside crate, aliases of the repository
//! followed.

use std::sync::Arc;

use super::super::resolve::{Def, Namespace};
use super::super::tree::{ModuleRef, World};
use crate::facts::{Declarations, ItemId, ItemKind, ScopeId, TypeDeclaration, TypeExpr};

/// Where the names of a type are looked up.
pub(super) type Place = (ModuleRef, ScopeId);

/// A type with the place at which its names mean something.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) expr: TypeExpr,
    pub(super) at: Place,
}

/// What a path in a signature is.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// A type of an outside crate, by its path; the bare name for one of the standard prelude, or one that nothing is known of.
    Outside(String, Vec<Written>),
    /// A type of the repository that is no alias.
    Local(ModuleRef, ItemId, Vec<Written>),
    /// `impl Trait`, a generic parameter, or what else is no path.
    Other,
}

/// How many aliases of aliases are followed.
const ALIASES: usize = 16;

/// What a type is; references are looked through.
pub(super) fn meaning(world: &World<'_>, written: &Written) -> Vec<Meaning> {
    let mut open = vec![(written.clone(), 0)];
    let mut found = Vec::new();
    while let Some((written, depth)) = open.pop() {
        let (path, arguments) = match &written.expr {
            TypeExpr::Path { path, arguments } => (path, arguments),
            TypeExpr::Reference(inner) => {
                open.push((Written { expr: (**inner).clone(), at: written.at }, depth));
                continue;
            }
            TypeExpr::Slice(_)
            | TypeExpr::Array(..)
            | TypeExpr::Tuple(_)
            | TypeExpr::Bounds(_)
            | TypeExpr::Never
            | TypeExpr::Other(_) => {
                found.push(Meaning::Other);
                continue;
            }
        };
        let arguments: Vec<Written> =
            arguments.iter().map(|expr| Written { expr: expr.clone(), at: written.at }).collect();
        let defs = definitions(world, written.at, path);
        for def in defs {
            match def {
                Def::External(path) => found.push(Meaning::Outside(path.to_string(), arguments.clone())),
                Def::Item(module, item) => match alias(world, module, item, &arguments) {
                    Some(target) if depth < ALIASES => open.push((target, depth + 1)),
                    _ => found.push(Meaning::Local(module, item, arguments.clone())),
                },
                Def::Module(_) => {}
            }
        }
    }
    found
}

/// What a path in a type means; names that only a glob of an outside crate can bring are one candidate for each such glob.
fn definitions(world: &World<'_>, (module, scope): Place, path: &str) -> Vec<Def> {
    let found = world.resolve(module, scope, path, Namespace::Type).defs;
    if !found.is_empty() {
        return found;
    }
    let mut candidates = vec![Def::External(path.into())];
    let imports = world.facts_of(module).map(|facts| facts.imports.clone()).unwrap_or_default();
    for (index, _) in (0..).zip(&imports).filter(|(_, import)| import.glob) {
        for def in &world.import(module, index).defs {
            match def {
                Def::External(outside) => candidates.push(Def::External(format!("{outside}::{path}").into())),
                Def::Module(opened) => candidates.extend(
                    world
                        .outside_globs(*opened)
                        .iter()
                        .map(|glob| Def::External(format!("{glob}::{path}").into())),
                ),
                Def::Item(..) => {}
            }
        }
    }
    candidates
}

/// The declaration of a type of the repository, with the declarations of its file.
pub(super) fn declaration(
    world: &World<'_>,
    module: ModuleRef,
    item: ItemId,
) -> Option<(Arc<Declarations>, usize)> {
    let declarations = declarations(world, module)?;
    let site = world.facts_of(module)?.items.get(item.0 as usize)?.site;
    let at = declarations.types.iter().position(|declared| declared.site.span == site.span)?;
    Some((declarations, at))
}

/// The declarations of the file that a module stands in.
pub(super) fn declarations(world: &World<'_>, module: ModuleRef) -> Option<Arc<Declarations>> {
    let file = world.module(module).file?;
    world.source().declarations(&world.path(file))
}

/// What an alias stands for, its arguments filled in.
fn alias(world: &World<'_>, module: ModuleRef, item: ItemId, arguments: &[Written]) -> Option<Written> {
    let facts = world.facts_of(module)?;
    let data = facts.items.get(item.0 as usize)?;
    if data.kind != ItemKind::TypeAlias {
        return None;
    }
    let (declarations, at) = declaration(world, module, item)?;
    let declared = &declarations.types[at];
    let target = declared.target.clone()?;
    Some(filled(declared, target, (module, data.scope), arguments))
}

/// The target of an alias. Where it is one of its parameters the argument is looked up where it was written; inside other types
/// the argument is filled in as text, which means the same wherever both places see the same names.
fn filled(declared: &TypeDeclaration, target: TypeExpr, at: Place, arguments: &[Written]) -> Written {
    let mut target = Written { expr: target, at };
    for (position, generic) in declared.generics.iter().enumerate() {
        let given = arguments.get(position).cloned();
        let default = || generic.default.clone().map(|expr| Written { expr, at });
        let Some(argument) = given.or_else(default) else { continue };
        if matches!(&target.expr, TypeExpr::Path { path, .. } if **path == *generic.name) {
            return argument;
        }
        replace(&mut target.expr, &generic.name, &argument.expr);
    }
    target
}

/// Puts a type wherever its parameter stands.
fn replace(expr: &mut TypeExpr, name: &str, with: &TypeExpr) {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        if matches!(expr, TypeExpr::Path { path, arguments } if **path == *name && arguments.is_empty()) {
            *expr = with.clone();
            continue;
        }
        match expr {
            TypeExpr::Path { arguments, .. } | TypeExpr::Tuple(arguments) | TypeExpr::Bounds(arguments) => {
                open.extend(arguments);
            }
            TypeExpr::Reference(inner) | TypeExpr::Slice(inner) | TypeExpr::Array(inner, _) => {
                open.push(inner)
            }
            TypeExpr::Never | TypeExpr::Other(_) => {}
        }
    }
}
