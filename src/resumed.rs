//! What base serves → what head serves, where the change leaves names and routes as they were.
//!
//! A handler is read anew where a file changed that decided what it takes and gives; of everything else only the places move. What
//! comes out is what reading all of head would: where that is not certain, nothing comes out.

use std::collections::BTreeMap;

use crate::alike;
use crate::basis::{RepoPath, SymbolPath};
use crate::facts::{ItemId, Places};
use crate::model::{Entry, World};
use crate::reflexion::Named;
use crate::served::{self, Found, Row};
use crate::sources::Side;
use crate::spec::Design;
use crate::traced::{Trace, Traced};

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
        moves.insert(file, alike::places(file, ((from, &base), (head, &world)))?);
    }
    let mut found = found.clone();
    move_places(&mut found, &moves)?;
    read_again(&mut found, &world, files, design)?;
    in_order(&mut found);
    drop(world);
    (found.side.named.len() <= GROUPS && traced.is_certain()).then(|| (found, traced.trace()))
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
