//! Two versions of a file → whether names, or routes too, are the same in both: what nothing that is served depends on may differ.
//!
//! For two questions: whether a change can alter what is served at all, and what of base's answer head may take over.
//! Neither reads more than the file itself and what the types lead to that differ in it.

use std::collections::BTreeSet;

use crate::basis::RepoPath;
use crate::facts::{
    Body, CfgId, FileFacts, Import, Item, ItemKind, Language, PathKind, Places, Position, ScopeId,
    Visibility, frameworks,
};
use crate::model::{Def, Namespace, World};
use crate::reflexion::FilePair;
use crate::sources::Side;

/// A side with what its code means.
pub(crate) type Seen<'a> = (&'a Side<'a>, &'a World<'a>);

/// Whether a change can alter what `head` serves. It cannot when all that it touches are bodies of functions that register nothing:
/// everything else may be a route, the way to one, a handler, or a value that a path is made of.
///
/// Where APIs promise what goes in and out (`promises`), bodies of functions and types matter too.
pub(crate) fn touches<'a>(
    (pairs, promises): (&[FilePair], bool),
    head: Seen<'_>,
    bases: impl Iterator<Item = Seen<'a>>,
) -> bool {
    let is_altered = |base: Seen<'_>, pair: &FilePair| {
        let (Some(before), Some(now)) = (&pair.base, &pair.head) else { return true };
        before != now
            || places(now, (base, head)).is_none()
            || (promises && tells(base, now) != tells(head, now))
    };
    let mut bases = bases;
    bases.any(|base| pairs.iter().any(|pair| is_altered(base, pair)))
}

/// Whether a change can alter what attributes document of endpoints, or where those are: it cannot where its files have both as they had
/// them, and names lead where they led.
pub(crate) fn may_document<'a>(
    pairs: &[FilePair],
    head: &World<'_>,
    mut bases: impl Iterator<Item = &'a World<'a>>,
) -> bool {
    let facts = |world: &World<'_>, path: &Option<RepoPath>| {
        path.as_ref().and_then(|path| world.source().facts(path)).unwrap_or_default()
    };
    bases.any(|base| {
        pairs.iter().any(|pair| {
            let (before, now) = (facts(base, &pair.base), facts(head, &pair.head));
            pair.base != pair.head || may_serve(&before, &now) || Leads::of(&before) != Leads::of(&now)
        })
    })
}

/// Whether one of two versions of a file documents an endpoint, or may compute something else that routes are made of: a body that differs
/// or has another name, or names that something declared may hide in it.
fn may_serve(before: &FileFacts, now: &FileFacts) -> bool {
    let documents = |facts: &FileFacts| {
        let mut attributes = facts.items.iter().flat_map(|item| &item.attributes);
        attributes.any(|attribute| frameworks::documented(&attribute.path, &attribute.arguments).is_some())
    };
    if documents(before) || documents(now) || before.bodies != now.bodies {
        return true;
    }
    let named = |facts: &FileFacts| -> Vec<String> {
        facts.bodies.iter().map(|body| told(facts, &facts.items[body.item.0 as usize])).collect()
    };
    !now.bodies.is_empty() && (named(before) != named(now) || names_what_differs(before, now))
}

/// Whether one of two versions of a file names something that it declares in only one of them.
fn names_what_differs(before: &FileFacts, now: &FileFacts) -> bool {
    let (old, new) = (declared(before), declared(now));
    let names: BTreeSet<&str> = old.symmetric_difference(&new).map(|(_, name, _)| *name).collect();
    let is_named = |facts: &FileFacts| {
        facts.paths.iter().any(|path| path.path.split("::").any(|segment| names.contains(segment)))
    };
    is_named(before) || is_named(now)
}

/// Where names lead now that led somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// There, in all files.
    Alike,
    /// There, in all files but this one.
    OthersHere,
}

/// Where names lead that a change of a file can matter to; `None` where they may lead elsewhere in other files, too. What a file
/// declares besides what it declared is nobody else's: a name that meant something cannot mean two things, unless it came through a
/// glob, which what is declared or brought in by name hides.
pub(crate) fn names(file: &RepoPath, ((_, base), (_, head)): (Seen<'_>, Seen<'_>)) -> Option<Names> {
    Language::of(file)?;
    let (before, now) = (base.source().facts(file)?, head.source().facts(file)?);
    let (old, new) = (Leads::of(&before), Leads::of(&now));
    let is_alike = old.own == new.own;
    // A module below may bring all of this one's names in.
    let is_leaf = || before.modules.is_empty() && now.modules.is_empty();
    if old.handed_on != new.handed_on || !(is_alike || is_leaf()) {
        return None;
    }
    let (old, new) = (declared(&before), declared(&now));
    if is_alike && old == new {
        return Some(Names::Alike);
    }
    let is_open =
        |facts: &FileFacts| !facts.includes.is_empty() || facts.imports.iter().any(|import| import.glob);
    let is_part = |world: &World<'_>| {
        world.locate(file).into_iter().any(|begins| world.module(begins).part_of.is_some())
    };
    if is_open(&before) || is_open(&now) || is_part(base) || is_part(head) {
        return None;
    }
    let is_kept = |(kind, _, _): &&Declared<'_>| *kind != ItemKind::Function;
    let hides_more = |(kind, name, _): &Declared<'_>| *kind == ItemKind::Module || PRELUDE.contains(name);
    let goes = old.difference(&new).any(|one| is_kept(&one));
    (!goes && !new.difference(&old).any(hides_more)).then_some(Names::OthersHere)
}

/// Names that mean something without being declared or brought in, and that something declared hides.
const PRELUDE: [&str; 12] = [
    "Box", "Clone", "Default", "From", "Into", "Iterator", "Option", "Result", "String", "ToString",
    "TryFrom", "Vec",
];

/// The kind and the name of what is declared, and where and for whom it is.
type Declared<'f> = (ItemKind, &'f str, String);

/// What a file declares.
fn declared(facts: &FileFacts) -> BTreeSet<Declared<'_>> {
    facts.items.iter().map(|item| (item.kind, &*item.name, told(facts, item))).collect()
}

/// What an item is called, and where and for whom it is.
fn told(facts: &FileFacts, item: &Item) -> String {
    let parent = item.parent.and_then(|parent| facts.items.get(parent.0 as usize));
    let parent = parent.map(|parent| &parent.name);
    let (cfg, visibility) = (&facts.cfgs[item.cfg.0 as usize].text, &item.visibility);
    format!("{} {parent:?} {visibility:?} {:?} {cfg}", item.name, item.scope)
}

/// What a file says of where names lead: its imports, modules, inclusions, aliases and macros. What else it declares may come and go.
#[derive(PartialEq, Eq)]
struct Leads {
    /// What it brings in for itself, name by name.
    own: Vec<String>,
    /// What may matter to others.
    handed_on: Vec<String>,
}

impl Leads {
    fn of(facts: &FileFacts) -> Self {
        let is_own = |import: &&Import| {
            import.visibility == Visibility::Private && !import.glob && !import.extern_crate
        };
        let (own, shared): (Vec<_>, Vec<_>) = facts.imports.iter().partition(is_own);
        let tell = |import: &Import| {
            let (name, visibility) = (&import.name, &import.visibility);
            let cfg = &facts.cfgs[import.cfg.0 as usize].text;
            format!("{} {name} {} {visibility:?} {:?} {cfg}", import.path, import.glob, import.scope)
        };
        let mut handed_on = shared_leads(facts);
        handed_on.extend(shared.into_iter().map(tell));
        Self { own: own.into_iter().map(tell).collect(), handed_on }
    }
}

fn shared_leads(facts: &FileFacts) -> Vec<String> {
    let cfg = |cfg: CfgId| &facts.cfgs[cfg.0 as usize].text;
    let modules = facts
        .modules
        .iter()
        .map(|module| format!("{} {:?} {:?} {}", module.name, module.path, module.scope, cfg(module.cfg)));
    let includes = facts.includes.iter().map(|include| include.path.to_string());
    let calls = facts.macro_calls.iter().filter(|call| call.position == Position::Item);
    let calls = calls.map(|call| format!("{}!({})", call.path, call.arguments));
    let rules = facts.macros.iter().map(|rules| rules.rules.to_string());
    let aliases = facts.items.iter().filter(|item| item.kind == ItemKind::TypeAlias);
    let aliases = aliases.map(|alias| format!("{} {}", alias.name, alias.tokens));
    modules.chain(includes).chain(calls).chain(rules).chain(aliases).collect()
}

/// All that a file says of what goes over the wire.
fn tells((_, world): Seen<'_>, file: &RepoPath) -> Option<(Vec<u64>, Vec<Box<str>>)> {
    let facts = world.source().facts(file)?;
    let derived = facts.paths.iter().filter(|path| path.kind == PathKind::Attribute);
    Some((
        facts.items.iter().map(|item| item.tokens).collect(),
        derived.map(|path| path.path.clone()).collect(),
    ))
}

/// Where the things of a file are now; `None` where names or routes may be others.
pub(crate) fn places(
    file: &RepoPath,
    ((base, base_world), (head, head_world)): (Seen<'_>, Seen<'_>),
) -> Option<Places> {
    Language::of(file)?;
    let (before, now) = (base_world.source().facts(file)?, head_world.source().facts(file)?);
    let places = Places::between((&before, &now), &|old, new| {
        let is_idle = |seen, facts, body| is_idle(seen, head, (file, facts), body);
        is_idle((base, base_world), &before, old) && is_idle((head, head_world), &now, new)
    })?;
    let names = |seen, types: &[(ScopeId, Box<str>)]| {
        types.iter().any(|(scope, path)| names_router(seen, file, (*scope, path)))
    };
    (!names((head, base_world), &places.removed) && !names((head, head_world), &places.added))
        .then_some(places)
}

/// Whether a function registers nothing, although some word in it might stand for something that does: the block has none, and the
/// types that it names are no values of frameworks.
fn is_idle(
    (side, world): Seen<'_>,
    head: &Side<'_>,
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
        && !types.any(|path| names_router((head, world), file, (path.scope, &path.path)))
}

/// Whether a type may be a value of a web framework, under whatever name, or has methods that may make one. Methods are
/// found by the names of declared types. Head is asked which there are: where base has others, two versions of some file are not alike.
fn names_router((head, world): Seen<'_>, file: &RepoPath, (scope, path): (ScopeId, &str)) -> bool {
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
            facts
                .items
                .get(item.0 as usize)
                .is_none_or(|item| item.kind == ItemKind::TypeAlias || head.building().has(&item.name))
        }),
        Def::Module(_) => false,
    })
}
