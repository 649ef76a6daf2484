//! What base serves → what head serves, where the change leaves names and routes as they were.
//!
//! A handler is read anew where a declaration says something else that decided what it takes and gives; of everything else only the
//! places move. What comes out is what reading all of head would: where that is not certain, nothing comes out.

use std::collections::{BTreeMap, BTreeSet};

use crate::alike;
use crate::basis::wire::{Spot, Types};
use crate::basis::{RepoPath, SymbolPath};
use crate::facts::{ItemId, Pieces, Places};
use crate::model::{Entry, World};
use crate::reflexion::{Named, Served};
use crate::served::{self, Found, Numbers, Row};
use crate::sources::Side;
use crate::spec::Design;
use crate::traced::{Trace, Traced};

/// How many groups of handlers there may be that were read together; with more, all are read again: each keeps types of its own.
const GROUPS: usize = 16;

/// What a changed file says now of what it said before.
struct Turned {
    places: Places,
    /// `None` where all that it declares may be something else, or no handler asked for it.
    pieces: Option<Pieces>,
}

/// The files of a change.
type Changed<'f> = BTreeMap<&'f RepoPath, Turned>;

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
    let mut changed = Changed::new();
    for file in files {
        let places = alike::places(file, ((from, &base), (head, &world)))?;
        let declared = || Some((base.declarations_at(file)?, world.declarations_at(file)?));
        let declared = if found.files.contains(file) { declared() } else { None };
        let pieces = declared.and_then(|(before, now)| Pieces::between(&before, &now));
        changed.insert(file, Turned { places, pieces });
    }
    let mut found = found.clone();
    move_places(&mut found, &changed)?;
    let again = rows_to_read(&found, &changed);
    move_spots(&mut found, &changed, &again)?;
    read_again(&mut found, &world, &again, design)?;
    in_order(&mut found);
    drop(world);
    (found.side.named.len() <= GROUPS && traced.is_certain()).then(|| (found, traced.trace()))
}

fn move_places(found: &mut Found, changed: &Changed<'_>) -> Option<()> {
    for served in &mut found.side.endpoints {
        if let Some(Turned { places, .. }) = changed.get(&served.file) {
            served.site = places.site(served.site)?;
        }
    }
    for annotation in &mut found.side.annotations {
        if let Some(Turned { places, .. }) = changed.get(&annotation.file) {
            annotation.site = places.site(annotation.site)?;
        }
    }
    for blind in &mut found.blind {
        if let Some(Turned { places, .. }) = changed.get(&blind.file) {
            blind.line = places.line(blind.line)?;
        }
    }
    Some(())
}

/// The handlers of which a declaration that decides what they take and give may be another one.
fn rows_to_read(found: &Found, changed: &Changed<'_>) -> BTreeSet<usize> {
    let files: Vec<Option<&Turned>> = found.files.iter().map(|file| changed.get(file)).collect();
    let differs = |(file, piece): &(u32, _)| {
        let turned = files[*file as usize];
        turned.is_some_and(|turned| turned.pieces.as_ref().is_none_or(|pieces| pieces.differs(*piece)))
    };
    let pieces: Vec<bool> = found.pieces.iter().map(differs).collect();
    let rows = found.rows.iter().enumerate();
    let rows = rows.filter(|(_, row)| row.needs.iter().any(|piece| pieces[*piece as usize]));
    rows.map(|(at, _)| at).collect()
}

/// Where the parts of files stand now that say what they said.
struct Moves<'c>(Vec<Option<&'c Pieces>>);

impl<'c> Moves<'c> {
    fn new(types: &Types, changed: &'c Changed<'_>) -> Self {
        let pieces = |file| changed.get(file)?.pieces.as_ref().filter(|pieces| !pieces.are_in_place());
        Self(types.files.iter().map(pieces).collect())
    }

    fn any(&self) -> bool {
        self.0.iter().any(Option::is_some)
    }

    /// Moves a spot to where it stands now; says whether it stands nowhere any more.
    fn turn(&self, spot: &mut Spot) -> bool {
        let pieces = self.0.get(spot.file as usize).copied().flatten();
        let Some(pieces) = pieces.filter(|_| *spot != Spot::default()) else { return false };
        pieces.span(spot.span).map(|span| spot.span = span).is_none()
    }
}

/// Moves what handlers take and give that are not read again.
fn move_spots(found: &mut Found, changed: &Changed<'_>, again: &BTreeSet<usize>) -> Option<()> {
    let moves = |named: &Named| (Moves::new(&named.accepts, changed), Moves::new(&named.emits, changed));
    let moves: Vec<_> = found.side.named.iter().map(moves).collect();
    let kept = found.side.endpoints.iter_mut().enumerate().filter(|(at, _)| !again.contains(at));
    for (_, served) in kept {
        if let Some(moves) = moves.get(served.named as usize) {
            move_exchange(served, moves)?;
        }
    }
    for (named, (accepts, emits)) in found.side.named.iter_mut().zip(&moves) {
        // Types that only those name which are read again stay where they were; nobody asks for them.
        for (types, moves) in [(&mut named.accepts, accepts), (&mut named.emits, emits)] {
            if moves.any() {
                types.turn(&mut |spot| {
                    moves.turn(spot);
                });
            }
        }
    }
    Some(())
}

fn move_exchange(served: &mut Served, (accepts, emits): &(Moves<'_>, Moves<'_>)) -> Option<()> {
    if !accepts.any() && !emits.any() {
        return Some(());
    }
    let (mut lost_in, mut lost_out) = (false, false);
    served.turn(&mut |spot| lost_in |= accepts.turn(spot), &mut |spot| lost_out |= emits.turn(spot));
    (!lost_in && !lost_out).then_some(())
}

/// Reads these handlers anew.
fn read_again(found: &mut Found, world: &World<'_>, again: &BTreeSet<usize>, design: &Design) -> Option<()> {
    let exchanges = served::exchanges(world, design);
    let group = u32::try_from(found.side.named.len()).ok()?;
    let mut numbers = if again.is_empty() { Numbers::default() } else { Numbers::of(found) };
    for at in again {
        let served = &mut found.side.endpoints[*at];
        let handler = entry(world, &found.rows[*at], served.handler.as_ref()?)?;
        let needs = served::read_exchange(&exchanges, served, Some(handler));
        (served.named, served.held) = (group, None);
        found.rows[*at].needs = numbers.give(found, needs);
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
