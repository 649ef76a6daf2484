//! Which entries of the spec are asked whether they still name code: those that are new, and, when the change takes names
//! away, all of them.

use std::collections::BTreeMap;
use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::basis::{Drift, RepoPath};
use crate::facts::{FileFacts, ScopeKind};
use crate::model::World;
use crate::reflexion::{FilePair, StaleEntry, begins_in_one, entries, may_be_live};
use crate::spec::Pattern;
use crate::specs::Specs;

/// Entries that match nothing in head, with their drift.
pub(crate) fn find(
    specs: &Specs,
    (pairs, manifests): (&[FilePair], &[RepoPath]),
    (head, bases): (&World<'_>, &[World<'_>]),
    single_package: bool,
) -> Vec<(StaleEntry, Drift)> {
    let whole = bases.is_empty();
    let names_lost = pairs.iter().any(|pair| bases.iter().any(|base| loses_names(pair, base, head)))
        || manifests.iter().any(|manifest| bases.iter().any(|base| loses_crates(manifest, base, head)));
    let mut unreadable = None;
    let mut found = Vec::new();
    for entry in entries(&specs.design) {
        let is_new = whole || !specs.is_in_base(&entry);
        if !(is_new || names_lost) || may_be_live(head, &entry, single_package) {
            continue;
        }
        let live_in =
            |base: &World<'_>| may_be_live(base, &entry, single_package || base.packages().len() == 1);
        let was_live = bases.iter().any(live_in);
        let is_of_none = |symbol| !was_live && !begins_in_one(head, symbol, single_package);
        if entry.may_lie_outside() && matches!(&entry.pattern, Pattern::Symbol(symbol) if is_of_none(symbol))
        {
            continue;
        }
        if let Pattern::Symbol(symbol) = &entry.pattern {
            // A crate that nothing can be read of may hold any name, but for one that is held elsewhere: by base, or by a
            // crate of this name.
            let unreadable = unreadable.get_or_insert_with(|| manifests_unread(head));
            let may_hold = |manifest: &RepoPath| !was_live || manifests.contains(manifest);
            let is_elsewhere = !was_live && begins_in_one(head, symbol, single_package);
            if !is_elsewhere && unreadable.iter().any(may_hold) {
                continue;
            }
        }
        let drift = if is_new || was_live { Drift::Introduced } else { Drift::Standing };
        found.push((entry, drift));
    }
    found
}

/// Manifests of which nothing can be read.
fn manifests_unread(world: &World<'_>) -> Vec<RepoPath> {
    let mut manifests = world.source().manifests();
    let is_unreadable =
        |path: &RepoPath| world.source().manifest(path).is_some_and(|manifest| manifest.unreadable.is_some());
    manifests.retain(is_unreadable);
    manifests
}

/// Whether a package or a crate of it is called otherwise now, or is gone.
fn loses_crates(manifest: &RepoPath, base: &World<'_>, head: &World<'_>) -> bool {
    let crates = |world: &World<'_>| {
        let package = world.package_of(manifest).map(|id| world.package(id));
        let package = package.filter(|package| package.manifest == *manifest);
        package.map(|package| (package.ident.clone(), package.targets.clone()))
    };
    let before = crates(base);
    before.is_some() && before != crates(head)
}

fn loses_names(pair: &FilePair, base: &World<'_>, head: &World<'_>) -> bool {
    if pair.base != pair.head {
        return pair.base.is_some();
    }
    let names = |world: &World<'_>, path: &RepoPath| {
        world.source().facts(path).map(|facts| names(&facts)).unwrap_or_default()
    };
    let Some(path) = &pair.head else { return true };
    let now = names(head, path);
    names(base, path).iter().any(|(name, count)| now.get(name).is_none_or(|now| now < count))
}

/// How often each name is declared in each inline module of a file; a module is known by the names that lead to it.
fn names(facts: &FileFacts) -> BTreeMap<(u64, Box<str>), usize> {
    let mut ways: Vec<u64> = Vec::new();
    for scope in &facts.scopes {
        let around = scope.parent.map_or(0, |parent| ways[parent.0 as usize]);
        ways.push(match scope.kind {
            ScopeKind::Module(item) => FxBuildHasher.hash_one((around, &facts.items[item.0 as usize].name)),
            ScopeKind::File | ScopeKind::Block(_) => around,
        });
    }
    let items = facts.items.iter().map(|item| (item.scope, &item.name));
    let modules = facts.modules.iter().map(|module| (module.scope, &module.name));
    let imports = facts.imports.iter().map(|import| (import.scope, &import.name));
    let mut names = BTreeMap::new();
    for (scope, name) in items.chain(modules).chain(imports) {
        *names.entry((ways[scope.0 as usize], name.clone())).or_default() += 1;
    }
    names
}
