//! What base serves → what head serves, where the change leaves names as they were.
//!
//! Where it leaves routes, too, only places move. Of a handler that is read anew what a declaration decides that says something else:
//! what it takes, by its head, or what it gives, by all of it. What comes out is what reading all of head would: where that is not
//! certain, nothing comes out.

use std::collections::{BTreeMap, BTreeSet};

use crate::alike::{self, Names, Seen};
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

/// The files of a change, with what they declare now of what they declared; `None` where all of it may be something else, or no handler
/// asked for it.
type Changed<'f> = BTreeMap<&'f RepoPath, Option<Pieces>>;

/// What `head` serves, which differs from `base` in `files`, as far as base's answer asked; with all that was asked now.
pub(crate) fn find(
    found: &Found,
    (base, head): (Seen<'_>, Seen<'_>),
    files: &[RepoPath],
    design: &Design,
) -> Option<(Found, Trace)> {
    let places = files.iter().map(|file| Some((file, alike::places(file, (base, head))?)));
    let places: BTreeMap<&RepoPath, Places> = places.collect::<Option<_>>()?;
    let changed: Changed<'_> = files.iter().map(|file| (file, pieces(found, file, (base, head)))).collect();
    let mut found = found.clone();
    move_places(&mut found, &places)?;
    let again = rows_to_read(&found, &changed);
    move_spots(&mut found, &changed, &again)?;
    let traced = Traced::new(head.0);
    let world = World::new(&traced);
    read_again(&mut found, &world, (&again, &BTreeMap::new()), design)?;
    in_order(&mut found);
    drop(world);
    finished(found, traced)
}

/// The same where routes may be others, but names lead where they led: routers are put together anew, and of handlers that do what
/// they did it is known what they take and give.
pub(crate) fn rerouted(
    known: &Found,
    (base, head): (Seen<'_>, Seen<'_>),
    files: &[RepoPath],
    (design, single_package): (&Design, bool),
) -> Option<(Found, Trace)> {
    if known.is_cut {
        return None;
    }
    let mut changed = Changed::new();
    for file in files {
        let pieces = match alike::names(file, (base, head))? {
            Names::Alike => pieces(known, file, (base, head)),
            Names::OthersHere => None,
        };
        changed.insert(file, pieces);
    }
    let traced = Traced::new(head.0);
    let world = World::new(&traced);
    let mut routed = served::routed(&world, (design, single_package));
    let rows = std::mem::take(&mut routed.rows);
    let (mut found, new) = merged(known, rows, &world);
    routed.take_into(&mut found, &world);
    let mut again = rows_to_read(&found, &changed);
    again.extend(new.keys().map(|at| (*at, Again { takes: true, gives: true })));
    move_spots(&mut found, &changed, &again)?;
    read_again(&mut found, &world, (&again, &new), design)?;
    drop(world);
    finished(found, traced)
}

fn finished(found: Found, traced: Traced<'_>) -> Option<(Found, Trace)> {
    let groups = found.side.accepts.len().max(found.side.emits.len());
    (groups <= GROUPS && traced.is_certain()).then(|| (found, traced.trace()))
}

/// How what a file declares differs, where a handler asked for it.
fn pieces(found: &Found, file: &RepoPath, ((_, base), (_, head)): (Seen<'_>, Seen<'_>)) -> Option<Pieces> {
    let is_asked = found.files.contains(file);
    let declared = || Some((base.declarations_at(file)?, head.declarations_at(file)?));
    let (before, now) = is_asked.then(declared)??;
    Pieces::between(&before, &now)
}

/// The endpoints of head with what is known of handlers that base has, too; and the handlers of which nothing is known.
fn merged(
    known: &Found,
    rows: Vec<(Served, Option<Entry>)>,
    world: &World<'_>,
) -> (Found, BTreeMap<usize, Entry>) {
    let name = |row: &Row, served: &Served| {
        let (file, _) = row.handler.as_ref()?;
        Some((file.clone(), served.handler.clone(), served.path.to_string(), served.condition.clone()))
    };
    // Two crates of one name that share a file have two functions of one name.
    let mut by_handler: BTreeMap<_, Option<(&Served, &Row)>> = BTreeMap::new();
    for (row, served) in known.rows.iter().zip(&known.side.endpoints) {
        let Some(name) = name(row, served) else { continue };
        let is_other = |known: &Option<(&Served, &Row)>| {
            known.is_none_or(|(other, _)| other.exchange != served.exchange)
        };
        let is_unclear = by_handler.get(&name).is_some_and(is_other);
        by_handler.insert(name, (!is_unclear).then_some((served, row)));
    }
    let mut alone = BTreeMap::new();
    let mut is_alone = |file: &RepoPath| {
        *alone.entry(file.clone()).or_insert_with(|| {
            let modules = world.locate(file);
            let paths: BTreeSet<_> =
                modules.iter().map(|begins| world.module(*begins).path.clone()).collect();
            paths.len() == modules.len()
        })
    };
    let mut found = Found { rows: Vec::new(), ..known.clone() };
    found.side.endpoints.clear();
    let mut new = BTreeMap::new();
    for (at, (mut served, handler)) in rows.into_iter().enumerate() {
        let place = handler.map(|handler| served::place_of(world, handler));
        let mut row = Row { handler: place, ..Row::default() };
        let base = name(&row, &served).filter(|(file, ..)| is_alone(file));
        match base.and_then(|name| by_handler.get(&name).copied().flatten()) {
            Some(base) => take_over(base, &mut served, &mut row),
            None => new.extend(handler.map(|handler| (at, handler))),
        }
        found.side.endpoints.push(served);
        found.rows.push(row);
    }
    (found, new)
}

/// Takes over what a handler takes and gives. How that keeps promises depends on what else is served.
fn take_over((base, known): (&Served, &Row), served: &mut Served, row: &mut Row) {
    served.exchange.clone_from(&base.exchange);
    served.named = base.named;
    if let (Some(proofs), Some(known)) = (&mut served.proofs, &base.proofs) {
        proofs.extractors.clone_from(&known.extractors);
    }
    row.takes.clone_from(&known.takes);
    row.gives.clone_from(&known.gives);
}

fn move_places(found: &mut Found, places: &BTreeMap<&RepoPath, Places>) -> Option<()> {
    for served in &mut found.side.endpoints {
        if let Some(places) = places.get(&served.file) {
            served.site = places.site(served.site)?;
        }
    }
    for annotation in &mut found.side.annotations {
        if let Some(places) = places.get(&annotation.file) {
            annotation.site = places.site(annotation.site)?;
        }
    }
    for blind in &mut found.blind {
        if let Some(places) = places.get(&blind.file) {
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
    let files: Vec<Option<&Option<Pieces>>> = found.files.iter().map(|file| changed.get(file)).collect();
    let differs = |(file, piece): &(u32, _)| {
        let turned = files[*file as usize];
        turned.is_some_and(|pieces| pieces.as_ref().is_none_or(|pieces| pieces.differs(*piece)))
    };
    let pieces: Vec<bool> = found.pieces.iter().map(differs).collect();
    let any = |needs: &[u32]| needs.iter().any(|piece| pieces[*piece as usize]);
    let rows = found.rows.iter().zip(&found.side.endpoints).map(|(row, served)| {
        let takes = any(&row.takes);
        // Of a handler that nothing was read of, nothing is known to be given.
        Again { takes, gives: any(&row.gives) || takes && served.exchange.is_none() }
    });
    rows.enumerate().filter(|(_, again)| again.takes || again.gives).collect()
}

/// Where the parts of files stand now that say what they said.
struct Moves<'c>(Vec<Option<&'c Pieces>>);

impl<'c> Moves<'c> {
    fn new(types: &Types, changed: &'c Changed<'_>) -> Self {
        let pieces = |file| changed.get(file)?.as_ref().filter(|pieces| !pieces.are_in_place());
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

/// Reads of these handlers anew what may be something else; which functions some of them are is known.
fn read_again(
    found: &mut Found,
    world: &World<'_>,
    (again, entries): (&BTreeMap<usize, Again>, &BTreeMap<usize, Entry>),
    design: &Design,
) -> Option<()> {
    let exchanges = served::exchanges(world, design);
    let (accepts, emits) = (number(found.side.accepts.len()), number(found.side.emits.len()));
    let mut numbers = if again.is_empty() { Numbers::default() } else { Numbers::of(found) };
    for (at, again) in again {
        let mut served = found.side.endpoints[*at].clone();
        let known = entries.get(at).copied();
        let named = || entry(world, &found.rows[*at], served.handler.as_ref()?);
        let handler = Some(known.or_else(named)?);
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
