//! What base serves → what head serves, where the change leaves names and routes as they were.
//!
//! A handler is read anew where a file changed that decided what it takes and gives; of everything else only the places move. What
//! comes out is what reading all of head would: where that is not certain, nothing comes out.

use std::collections::BTreeMap;

use crate::basis::{RepoPath, SymbolPath};
use crate::facts::{
    Body, FileFacts, ItemId, ItemKind, Language, PathKind, Places, ScopeId, TypeExpr, frameworks,
};
use crate::model::{Def, Entry, Namespace, World};
use crate::reflexion::Named;
use crate::served::{self, Found, Row};
use crate::sources::Side;
use crate::spec::Design;
use crate::traced::{Trace, Traced};

/// The name of a function, the types of its parameters, and that of its result; of an alias its name, and what it stands for.
type Signature = (Box<str>, Vec<TypeExpr>, Option<TypeExpr>);

/// Of how many groups of handlers that were read together all of them are read again.
const GROUPS: usize = 4;

/// What `head` serves, which differs from `base` in `files`, as far as base's answer asked; with all that was asked now.
pub(crate) fn find(
    found: &Found,
    (from, head): (&Side<'_>, &Side<'_>),
    files: &[RepoPath],
    design: &Design,
) -> Option<(Found, Trace)> {
    let traced = Traced::new(head);
    let world = World::new(&traced);
    let base = World::new(from);
    let mut moves = BTreeMap::new();
    for file in files {
        moves.insert(file, places(file, (from, &base), (head, &world))?);
    }
    let mut found = found.clone();
    move_places(&mut found, &moves)?;
    read_again(&mut found, &world, files, design)?;
    in_order(&mut found);
    drop(world);
    (found.side.named.len() <= GROUPS && traced.is_certain()).then(|| (found, traced.trace()))
}

/// Where the things of a file are now; `None` where names or routes may be others.
fn places(
    file: &RepoPath,
    (base, base_world): (&Side<'_>, &World<'_>),
    (head, head_world): (&Side<'_>, &World<'_>),
) -> Option<Places> {
    Language::of(file)?;
    let (before, now) = (base_world.source().facts(file)?, head_world.source().facts(file)?);
    if !signatures(base_world, file)?.eq(&signatures(head_world, file)?) {
        return None;
    }
    let places = Places::between((&before, &now), &|old, new| {
        is_idle((base, base_world), (file, &before), old) && is_idle((head, head_world), (file, &now), new)
    })?;
    let names = |world, types: &[(ScopeId, Box<str>)]| {
        types.iter().any(|(scope, path)| names_router(world, file, (*scope, path)))
    };
    (!names(base_world, &places.removed) && !names(head_world, &places.added)).then_some(places)
}

/// The types in the signatures of a file's functions, in order, and what its aliases stand for: a route can be said by the type that its
/// handler takes, and what is laid over it by an alias.
fn signatures(world: &World<'_>, file: &RepoPath) -> Option<Vec<Signature>> {
    let declarations = world.source().declarations(file)?;
    let functions = declarations.functions.iter().map(|function| {
        let parameters = function.parameters.iter().map(|parameter| parameter.r#type.clone());
        (function.name.clone(), parameters.collect(), function.result.clone())
    });
    let aliases = declarations.types.iter().filter(|declared| declared.target.is_some());
    let aliases = aliases.map(|alias| (alias.name.clone(), Vec::new(), alias.target.clone()));
    Some(functions.chain(aliases).collect())
}

/// Whether a function registers nothing, although some word in it might stand for something that does: the block has none, and the
/// types that it names are no values of frameworks.
fn is_idle(
    (side, world): (&Side<'_>, &World<'_>),
    (file, facts): (&RepoPath, &FileFacts),
    body: &Body,
) -> bool {
    let is_function =
        facts.items.get(body.item.0 as usize).is_some_and(|item| item.kind == ItemKind::Function);
    let Some(text) = side.text(file).filter(|_| is_function) else { return false };
    let Some(block) = text.get(body.value.site.span.range()) else { return false };
    let is_text = |result: &str| result.contains("str") || result.contains("String");
    let own = facts.paths.iter().filter(|path| path.item == Some(body.item));
    let mut types = own.filter(|path| matches!(path.kind, PathKind::Type | PathKind::Impl));
    !frameworks::marks(block)
        && !side.words().iter().any(|word| block.contains(&**word))
        && !is_text(&body.result)
        && !types.any(|path| names_router(world, file, (path.scope, &path.path)))
}

/// Whether a type may be a value of a web framework, under whatever name.
fn names_router(world: &World<'_>, file: &RepoPath, (scope, path): (ScopeId, &str)) -> bool {
    let defs = world.locate(file).into_iter().flat_map(|begins| {
        let module = world.module_at(begins, scope);
        let spaces = [Namespace::Type, Namespace::Value, Namespace::Macro];
        spaces.map(|space| world.resolve(module, scope, path, space).defs).into_iter().flatten()
    });
    let mut defs = defs.peekable();
    if defs.peek().is_none() {
        return frameworks::names_value(path);
    }
    defs.any(|def| match def {
        Def::External(path) => frameworks::names_value(&path),
        // What an alias stands for is not followed.
        Def::Item(module, item) => world.facts_of(module).is_none_or(|facts| {
            facts.items.get(item.0 as usize).is_none_or(|item| item.kind == ItemKind::TypeAlias)
        }),
        Def::Module(_) => false,
    })
}

fn move_places(found: &mut Found, moves: &BTreeMap<&RepoPath, Places>) -> Option<()> {
    for served in &mut found.side.endpoints {
        if let Some(places) = moves.get(&served.file) {
            served.site = places.site(served.site)?;
        }
    }
    for annotation in &mut found.side.annotations {
        if let Some(places) = moves.get(&annotation.file) {
            annotation.site = places.site(annotation.site)?;
        }
    }
    for blind in &mut found.blind {
        if let Some(places) = moves.get(&blind.file) {
            blind.line = places.line(blind.line)?;
        }
    }
    Some(())
}

/// Reads the handlers that one of the files decides.
fn read_again(found: &mut Found, world: &World<'_>, files: &[RepoPath], design: &Design) -> Option<()> {
    let exchanges = served::exchanges(world, design);
    let group = u32::try_from(found.side.named.len()).ok()?;
    for (served, row) in found.side.endpoints.iter_mut().zip(&mut found.rows) {
        if !row.needs_any(&found.files, files) {
            continue;
        }
        let handler = entry(world, row, served.handler.as_ref()?)?;
        let needs = served::read_exchange(&exchanges, served, Some(handler));
        let number = |file: RepoPath| {
            let known = found.files.iter().position(|known| *known == file);
            let at = known.unwrap_or_else(|| {
                found.files.push(file);
                found.files.len() - 1
            });
            u32::try_from(at).ok()
        };
        row.needs = needs.into_iter().map(number).collect::<Option<_>>()?;
        served.named = group;
    }
    if found.is_cut || exchanges.is_cut() {
        return None;
    }
    let (accepts, emits) = exchanges.finish();
    found.side.named.push(Named { accepts, emits });
    drop_unused(found);
    Some(())
}

/// Types that no endpoint speaks of any more are not kept.
fn drop_unused(found: &mut Found) {
    let mut numbers = BTreeMap::new();
    for served in &mut found.side.endpoints {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        served.named = *numbers.entry(served.named).or_insert(next);
    }
    let mut named: Vec<_> = std::mem::take(&mut found.side.named).into_iter().map(Some).collect();
    let mut order: Vec<(u32, u32)> = numbers.into_iter().map(|(old, new)| (new, old)).collect();
    order.sort_unstable();
    let kept = order.into_iter().map(|(_, old)| named.get_mut(old as usize).and_then(Option::take));
    found.side.named = kept.map(Option::unwrap_or_default).collect();
}

/// The function that answers, as this world calls it.
fn entry(world: &World<'_>, row: &Row, symbol: &SymbolPath) -> Option<Entry> {
    let (file, item): &(RepoPath, ItemId) = row.handler.as_ref()?;
    let mut entries = world.locate(file).into_iter().filter_map(|begins| {
        let facts = world.facts_of(begins)?;
        let module = world.module_at(begins, facts.items.get(item.0 as usize)?.scope);
        (world.symbol(module, *item) == *symbol).then_some((module, *item))
    });
    // A file that two crates share has two functions of one name.
    let first = entries.next()?;
    entries.next().is_none().then_some(first)
}

/// The order that places decide is that of the places of head.
fn in_order(found: &mut Found) {
    let endpoints = std::mem::take(&mut found.side.endpoints);
    let mut all: Vec<_> = endpoints.into_iter().zip(std::mem::take(&mut found.rows)).collect();
    all.sort_by_cached_key(|(served, _)| served::key_of(served));
    (found.side.endpoints, found.rows) = all.into_iter().unzip();
    found.blind.sort();
    found.blind.dedup();
}
