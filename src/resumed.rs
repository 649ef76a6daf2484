//! What base serves → what head serves, where the change leaves names and routes as they were.
//!
//! A handler is read anew where a declaration says something else that decided what it takes and gives; of everything else only the
//! places move. What comes out is what reading all of head would: where that is not certain, nothing comes out.

use std::collections::BTreeMap;

use crate::alike::{self, Seen};
use crate::basis::wire::{Spot, Types};
use crate::basis::{RepoPath, SymbolPath};
use crate::facts::{ItemId, Pieces, Places};
use crate::model::{Entry, World};
use crate::reflexion::{Named, Served};
use crate::served::{self, Found, Numbers, Row};
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
    (base, head): (Seen<'_>, Seen<'_>),
    files: &[RepoPath],
    design: &Design,
) -> Option<(Found, Trace)> {
    let mut changed = Changed::new();
    for file in files {
        let places = alike::places(file, (base, head))?;
        let declared = || Some((base.1.declarations_at(file)?, head.1.declarations_at(file)?));
        let declared = if found.files.contains(file) { declared() } else { None };
        let pieces = declared.and_then(|(before, now)| Pieces::between(&before, &now));
        changed.insert(file, Turned { places, pieces });
    }
    let mut found = found.clone();
    move_places(&mut found, &changed)?;
    let again = rows_to_read(&found, &changed);
    move_spots(&mut found, &changed, &again)?;
    let traced = Traced::new(head.0);
    let world = World::new(&traced);
    read_again(&mut found, &world, &again, design)?;
    in_order(&mut found);
    drop(world);
    let groups = found.side.accepts.len().max(found.side.emits.len());
    (groups <= GROUPS && traced.is_certain()).then(|| (found, traced.trace()))
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

/// What of a handler is read again.
#[derive(Clone, Copy, Default)]
struct Again {
    takes: bool,
    gives: bool,
}

/// The handlers of which a declaration that decides what they take or give may be another one.
fn rows_to_read(found: &Found, changed: &Changed<'_>) -> BTreeMap<usize, Again> {
    let files: Vec<Option<&Turned>> = found.files.iter().map(|file| changed.get(file)).collect();
    let differs = |(file, piece): &(u32, _)| {
        let turned = files[*file as usize];
        turned.is_some_and(|turned| turned.pieces.as_ref().is_none_or(|pieces| pieces.differs(*piece)))
    };
    let pieces: Vec<bool> = found.pieces.iter().map(differs).collect();
    let any = |needs: &[u32]| needs.iter().any(|piece| pieces[*piece as usize]);
    let rows = found.rows.iter().map(|row| Again { takes: any(&row.takes), gives: any(&row.gives) });
    rows.enumerate().filter(|(_, again)| again.takes || again.gives).collect()
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

/// Moves what handlers take and give that is not read again.
fn move_spots(found: &mut Found, changed: &Changed<'_>, again: &BTreeMap<usize, Again>) -> Option<()> {
    let moves = |all: &[Types]| all.iter().map(|types| Moves::new(types, changed)).collect();
    let (accepts, emits): (Vec<_>, Vec<_>) = (moves(&found.side.accepts), moves(&found.side.emits));
    for (at, served) in found.side.endpoints.iter_mut().enumerate() {
        let again = again.get(&at).copied().unwrap_or_default();
        let Named { accepts: taken, emits: given } = served.named;
        if let (Some(accepts), Some(emits)) = (accepts.get(taken as usize), emits.get(given as usize)) {
            move_exchange(served, (accepts, emits), again)?;
        }
    }
    let named = found.side.accepts.iter_mut().zip(&accepts).chain(found.side.emits.iter_mut().zip(&emits));
    // Types that only those name which are read again stay where they were; nobody asks for them.
    named.filter(|(_, moves)| moves.any()).for_each(|(types, moves)| {
        types.turn(&mut |spot| {
            moves.turn(spot);
        });
    });
    Some(())
}

fn move_exchange(
    served: &mut Served,
    (accepts, emits): (&Moves<'_>, &Moves<'_>),
    again: Again,
) -> Option<()> {
    if !accepts.any() && !emits.any() {
        return Some(());
    }
    let (mut lost_in, mut lost_out) = (false, false);
    served.turn(&mut |spot| lost_in |= accepts.turn(spot), &mut |spot| lost_out |= emits.turn(spot));
    ((!lost_in || again.takes) && (!lost_out || again.gives)).then_some(())
}

/// Reads of these handlers anew what may be something else.
fn read_again(
    found: &mut Found,
    world: &World<'_>,
    again: &BTreeMap<usize, Again>,
    design: &Design,
) -> Option<()> {
    let exchanges = served::exchanges(world, design);
    let (accepts, emits) = (number(found.side.accepts.len()), number(found.side.emits.len()));
    let mut numbers = if again.is_empty() { Numbers::default() } else { Numbers::of(found) };
    for (at, again) in again {
        let mut served = found.side.endpoints[*at].clone();
        let handler = Some(entry(world, &found.rows[*at], served.handler.as_ref()?)?);
        if again.takes {
            let needs = served::read_taken(&exchanges, &mut served, handler);
            found.rows[*at].takes = numbers.give(found, needs);
            served.named.accepts = accepts;
        }
        if again.gives {
            let needs = served::read_given(&exchanges, &mut served, handler);
            found.rows[*at].gives = numbers.give(found, needs);
            served.named.emits = emits;
        }
        found.side.endpoints[*at] = Served { held: None, ..served };
    }
    if found.is_cut || exchanges.is_cut() {
        return None;
    }
    let (accepts, emits) = exchanges.finish();
    let side = &mut found.side;
    side.accepts.push(accepts);
    side.emits.push(emits);
    drop_unused(&mut side.accepts, side.endpoints.iter_mut().map(|served| &mut served.named.accepts));
    drop_unused(&mut side.emits, side.endpoints.iter_mut().map(|served| &mut served.named.emits));
    Some(())
}

/// Types that nobody speaks of any more are not kept.
fn drop_unused<'n>(named: &mut Vec<Types>, spoken_of: impl Iterator<Item = &'n mut u32>) {
    let mut numbers = BTreeMap::new();
    for of in spoken_of {
        let next = number(numbers.len());
        *of = *numbers.entry(*of).or_insert(next);
    }
    let mut old: Vec<_> = std::mem::take(named).into_iter().map(Some).collect();
    let mut order: Vec<(u32, u32)> = numbers.into_iter().map(|(old, new)| (new, old)).collect();
    order.sort_unstable();
    let kept = order.into_iter().map(|(_, at)| old.get_mut(at as usize).and_then(Option::take));
    named.extend(kept.map(Option::unwrap_or_default));
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
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
