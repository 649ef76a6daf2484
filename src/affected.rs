//! A change → unchanged files whose paths may mean something else now.
//!
//! A re-export that was pointed elsewhere, or an item that moved behind one, changes what other files depend on although not
//! a byte of them changed. The names that this happened to are few; files that do not hold such a name are not read.

use std::collections::{BTreeMap, BTreeSet};

use crate::basis::RepoPath;
use crate::facts::Language;
use crate::facts::Visibility;
use crate::model::{Namespace, World};
use crate::reflexion::{FilePair, Renames};

/// Names that mean something else now, in whatever module.
pub(crate) fn turned<'w>(
    pairs: &[FilePair],
    head: &World<'_>,
    bases: impl Iterator<Item = (&'w World<'w>, &'w Renames)>,
) -> BTreeSet<String> {
    let hands_on = |world: &World<'_>, path: &Option<RepoPath>| {
        let facts = path.as_ref().and_then(|path| world.source().facts(path));
        facts.is_some_and(|facts| facts.imports.iter().any(|import| import.visibility != Visibility::Private))
    };
    let bases: Vec<_> = bases.collect();
    let turns = |pair: &&FilePair| {
        hands_on(head, &pair.head) || bases.iter().any(|(base, _)| hands_on(base, &pair.base))
    };
    let turning: Vec<&FilePair> = pairs.iter().filter(turns).collect();
    if turning.is_empty() {
        return BTreeSet::new();
    }
    let now = meanings(head, turning.iter().filter_map(|pair| pair.head.as_ref()), None);
    let mut words = BTreeSet::new();
    for (base, renames) in bases {
        let before = meanings(base, pairs.iter().filter_map(|pair| pair.base.as_ref()), Some(renames));
        let turned =
            now.iter().filter(|(name, meaning)| before.get(*name).is_some_and(|before| before != *meaning));
        words.extend(turned.map(|((_, name), _)| name.clone()));
    }
    words
}

/// Whether a file of a side holds one of the names.
pub(crate) fn holds(world: &World<'_>, path: &RepoPath, words: &BTreeSet<String>) -> bool {
    words.iter().any(|word| world.source().holds(path, word))
}

/// Files outside the change that hold one of the names.
pub(crate) fn files(world: &World<'_>, pairs: &[FilePair], words: &BTreeSet<String>) -> Vec<RepoPath> {
    if words.is_empty() {
        return Vec::new();
    }
    let changed: BTreeSet<&RepoPath> = pairs.iter().filter_map(|pair| pair.head.as_ref()).collect();
    let all = world.source().list(b"").into_iter();
    all.filter(|path| Language::of(path).is_some() && !changed.contains(path) && holds(world, path, words))
        .collect()
}

/// What the names that files hand on mean, by the module that does and the name; a glob is called by its module.
type Meanings = BTreeMap<(String, String), BTreeSet<String>>;

fn meanings<'p>(
    world: &World<'_>,
    files: impl Iterator<Item = &'p RepoPath>,
    renames: Option<&Renames>,
) -> Meanings {
    let current = |symbol: &str| renames.map_or_else(|| symbol.to_owned(), |renames| renames.symbol(symbol));
    let mut found = Meanings::new();
    for file in files {
        for module in world.locate(file) {
            let Some(facts) = world.facts_of(module) else { continue };
            let open =
                facts.imports.iter().zip(0..).filter(|(import, _)| import.visibility != Visibility::Private);
            let mut names: BTreeSet<(crate::facts::ScopeId, &str)> = open
                .clone()
                .filter(|(import, _)| !import.glob)
                .map(|(import, _)| (import.scope, &*import.name))
                .collect();
            let handed_on = names.clone();
            let items = facts.items.iter().filter(|item| item.parent.is_none());
            names.extend(items.map(|item| (item.scope, &*item.name)));
            for (scope, name) in names {
                let here = world.module_at(module, scope);
                let defs = world.lookup(here, name, Namespace::Any);
                // What is handed on and moved may have moved into another module of the design.
                let moves = handed_on.contains(&(scope, name));
                let name_of = |def| if moves { world.name_of(def) } else { current(&world.name_of(def)) };
                let meaning = defs.iter().map(name_of).collect();
                found.insert((current(world.module(here).path.as_str()), name.to_owned()), meaning);
            }
            for (import, index) in open.filter(|(import, _)| import.glob) {
                let here = world.module_at(module, import.scope);
                let path = world.module(here).path.clone();
                let opened = world.import(here, index);
                let meaning = opened.defs.iter().map(|def| world.name_of(def));
                found.entry((current(path.as_str()), path.name().to_owned())).or_default().extend(meaning);
            }
        }
    }
    found
}
