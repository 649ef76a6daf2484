//! Refused arcs of both sides → those that the change introduces, those that stand, those that it resolved.
//!
//! An arc is known by its ends. What a renaming, a move, a facade or a part that becomes a function does to them is followed as far as
//! the change shows it; whether the design refuses an arc is not asked here.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Refusal;
use super::drift::{Drifted, Sides};
use super::observe::{Arc, Observed};
use super::renames::Renames;
use crate::basis::{DependencyKind, Drift, RepoPath, Site, SymbolPath};
use crate::spec::ModuleId;

/// Refused arcs with what the change has to do with them.
pub(super) fn arcs(sides: &Sides<'_>) -> Vec<Drifted<Arc>> {
    let before = Before::new(sides);
    let (mut found, mut new) = (Vec::new(), Vec::new());
    let mut met: BTreeSet<ArcKey> = BTreeSet::new();
    let standing = |arc: &Arc, was: &Arc| {
        let was = (was.from_item != arc.from_item).then(|| was.from_item.to_string());
        Drifted { was, ..Drifted::head(arc.clone(), Drift::Standing) }
    };
    for place in refused(&sides.head) {
        let known = place.iter().find_map(|arc| before.of(arc).map(|(was, key)| (*arc, was, key)));
        let Some((arc, was, key)) = known else {
            new.push(place[0]);
            continue;
        };
        met.extend(before.keys_of_place.get(&key).into_iter().flatten().cloned());
        met.extend(place.iter().map(|arc| arc_key(arc)));
        found.push(standing(arc, was));
    }
    let mut gone = before.gone(&met);
    let stands = met.clone();
    let mut known = |arc: &Arc, key: &ArcKey, found: &mut Vec<Drifted<Arc>>| {
        met.extend(before.keys_of_place.get(key).into_iter().flatten().cloned());
        found.push(standing(arc, before.arcs[key]));
    };
    let mut left = Vec::new();
    for arc in new {
        let part = gone.part_of((arc, arc.around.as_str()));
        match part.or_else(|| before.taken_along(arc, &stands)) {
            Some(key) => known(arc, key, &mut found),
            None => left.push(arc),
        }
    }
    for arc in left {
        let mut senders = before.renames.iter().flat_map(|renames| renames.senders(&arc.around));
        let part = senders.find_map(|module| gone.part_of((arc, module.as_str())));
        match part {
            Some(key) => known(arc, key, &mut found),
            None => found.push(Drifted::head(arc.clone(), Drift::Introduced)),
        }
    }
    for (key, arc) in &before.arcs {
        if met.insert(key.clone()) {
            met.extend(before.keys_of_place.get(key).into_iter().flatten().cloned());
            found.push(Drifted::resolved((*arc).clone()));
        }
    }
    if !sides.bases.is_empty() {
        fold(&mut found);
    }
    found
}

/// Two arcs are the same deviation when the same item uses the same item, between the same modules.
type ArcKey = (String, String, String, ModuleId, Option<ModuleId>, u8);

fn arc_key(arc: &Arc) -> ArcKey {
    let part = match arc.refusal {
        _ if arc.kind == DependencyKind::Manifest => 2,
        Some(Refusal::NotPublic(_)) => 1,
        Some(Refusal::Leaked(_)) => 3,
        _ => 0,
    };
    (arc.package.clone(), arc.from_item.to_string(), arc.to_item.clone(), arc.from, arc.to, part)
}

/// The keys of an arc of base, under the names of head: several where items of one name share it and only some of them moved.
fn keys_in_head(arc: &Arc, renames: &Renames) -> BTreeSet<ArcKey> {
    let mut key = arc_key(arc);
    if arc.to.is_some() {
        key.2 = renames.symbol(&key.2);
    }
    let also = arc.also.iter().filter(|also| also.item.as_ref() == Some(&arc.from_item));
    let places = std::iter::once(arc.site).chain(also.map(|also| also.site));
    let from = |site: Site| renames.item(&arc.from_item, (&arc.file, site.span));
    places.map(|site| used_by(&key, from(site))).collect()
}

/// What a place in the code is whichever crate of its package compiles it: several can, by `mod` or `#[path]`.
type PlaceKey = (RepoPath, u32, String, ModuleId, Option<ModuleId>);

fn place_key(arc: &Arc) -> PlaceKey {
    let own = arc.from_item.segments().next().unwrap_or_default();
    let inside = arc.to_item.strip_prefix(own).filter(|rest| rest.starts_with("::"));
    let to = inside.unwrap_or(&arc.to_item).to_owned();
    (arc.file.clone(), arc.site.span.start, to, arc.from, arc.to)
}

/// Refused arcs, those of one place together in the order of the crates that hold it.
fn refused(observed: &Observed) -> Vec<Vec<&Arc>> {
    let mut places: Vec<Vec<&Arc>> = Vec::new();
    let mut known: BTreeMap<PlaceKey, usize> = BTreeMap::new();
    for arc in observed.arcs.iter().filter(|arc| arc.refusal.is_some()) {
        let at = *known.entry(place_key(arc)).or_insert(places.len());
        match places.get_mut(at) {
            Some(place) => place.push(arc),
            None => places.push(vec![arc]),
        }
    }
    places
}

/// The refused arcs of the bases, under the names of head.
#[derive(Default)]
struct Before<'a> {
    /// What each base calls otherwise.
    renames: Vec<&'a Renames>,
    /// By what they are.
    arcs: BTreeMap<ArcKey, &'a Arc>,
    /// The keys of all crates that hold one place.
    keys_of_place: BTreeMap<ArcKey, Vec<ArcKey>>,
    /// What head calls the modules around them, of those that are items' and not their modules'.
    around: BTreeMap<ArcKey, String>,
    /// Items that use what an import brought, with the key of that import; of an import of all names, with their own.
    through_imports: BTreeMap<ArcKey, ArcKey>,
}

impl<'a> Before<'a> {
    fn new(sides: &'a Sides<'_>) -> Self {
        let mut before = Self::default();
        for (observed, renames) in &sides.bases {
            before.renames.push(renames);
            for place in refused(observed) {
                let keys = place.iter().map(|arc| (*arc, keys_in_head(arc, renames)));
                let keys: Vec<(&Arc, ArcKey)> =
                    keys.flat_map(|(arc, keys)| keys.into_iter().map(move |key| (arc, key))).collect();
                for (arc, key) in &keys {
                    before.add(arc, key, renames);
                    let all = keys.iter().map(|(_, key)| key.clone());
                    before.keys_of_place.entry(key.clone()).or_default().extend(all);
                }
            }
        }
        before
    }

    fn add(&mut self, arc: &'a Arc, key: &ArcKey, renames: &Renames) {
        self.arcs.entry(key.clone()).or_insert(arc);
        if arc.from_item != arc.around {
            let around = renames.symbol(arc.around.as_str());
            self.around.entry(key.clone()).or_insert(around);
        }
        if arc.by_glob {
            self.through_imports.entry(key.clone()).or_insert_with(|| key.clone());
        }
        let users = arc.also.iter().filter_map(|also| Some((also.item.as_ref()?, also.site.span)));
        for (user, span) in users.filter(|_| is_import(arc)) {
            let through = used_by(key, renames.item(user, (&arc.file, span)));
            self.through_imports.entry(through).or_insert_with(|| key.clone());
        }
    }

    /// The arc that `arc` was. An import is its module's: what the items of the module named through it they may name in full, and
    /// where they move to, they may take it along.
    fn of(&self, arc: &Arc) -> Option<(&'a Arc, ArcKey)> {
        let key = arc_key(arc);
        let same = self.arcs.get(&key).map(|was| (*was, key.clone()));
        let around = || parts(used_by(&key, arc.around.to_string())).find_map(|key| self.import(key));
        let item = || parts(key.clone()).find_map(|key| self.through_import(&key));
        let users = || {
            let users = arc.also.iter().filter(|_| is_import(arc)).filter_map(|also| also.item.as_ref());
            users.map(|user| used_by(&key, user.to_string())).find_map(|key| self.through_import(&key))
        };
        same.or_else(around).or_else(item).or_else(users).or_else(|| self.written_out(arc))
    }

    /// The path that the import `arc` stands for: each item that uses what it brings named that, or a part of it, in full.
    fn written_out(&self, arc: &Arc) -> Option<(&'a Arc, ArcKey)> {
        if arc.kind != DependencyKind::Import || arc.by_glob {
            return None;
        }
        let key = arc_key(arc);
        let named = |user: &SymbolPath| {
            let first = used_by(&key, user.to_string());
            let of_user = self.arcs.range(first.clone()..).take_while(|(was, _)| was.1 == first.1);
            let mut same = of_user.filter(|(was, _)| {
                let rest = was.2.strip_prefix(&*first.2);
                let is_part = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
                is_part && (&was.0, was.3, was.4, was.5) == (&first.0, first.3, first.4, first.5)
            });
            same.next().map(|(was, arc)| (*arc, was.clone()))
        };
        let users = arc.also.iter().map(|also| named(also.item.as_ref()?));
        users.collect::<Option<Vec<_>>>()?.into_iter().next()
    }

    fn gone(&self, met: &BTreeSet<ArcKey>) -> Gone<'_> {
        let mut gone = Gone::default();
        for (key, around) in self.around.iter().rev().filter(|(key, _)| !met.contains(key)) {
            gone.of_modules.entry(used_by(key, around.clone())).or_default().push(key);
        }
        gone
    }

    /// The import that `arc` was in a module that items moved from into its own, of something that no code names (a trait's methods
    /// are called without it): gone there, it came with them, wherever they went.
    fn taken_along(&self, arc: &Arc, stands: &BTreeSet<ArcKey>) -> Option<&ArcKey> {
        let nameless = |arc: &Arc| {
            arc.kind == DependencyKind::Import && arc.also.is_empty() && arc.from_item == arc.around
        };
        let end = used_by(&arc_key(arc), String::new());
        let same = |key: &ArcKey, was: &Arc| {
            nameless(was) && !stands.contains(key) && used_by(key, String::new()) == end
        };
        let sent = |was: &Arc| self.renames.iter().any(|renames| renames.sends(&was.around, &arc.around));
        let mut found = self.arcs.iter().filter(|(key, was)| same(key, was) && sent(was));
        found.next().filter(|_| nameless(arc)).map(|(key, _)| key)
    }

    fn import(&self, key: ArcKey) -> Option<(&'a Arc, ArcKey)> {
        self.arcs.get(&key).filter(|was| is_import(was)).map(|was| (*was, key))
    }

    fn through_import(&self, key: &ArcKey) -> Option<(&'a Arc, ArcKey)> {
        let key = self.through_imports.get(key)?;
        self.arcs.get(key).map(|was| (*was, key.clone()))
    }
}

/// Arcs of items that head does not have, by their modules: a part of an item that became one of its own takes them along, in the same
/// module or in one that code of that module moved to.
#[derive(Default)]
struct Gone<'b> {
    of_modules: BTreeMap<ArcKey, Vec<&'b ArcKey>>,
}

impl<'b> Gone<'b> {
    /// The arc of an item of `module`, under head's name, that `arc` of another item was; it is gone for no further one.
    fn part_of(&mut self, (arc, module): (&Arc, &str)) -> Option<&'b ArcKey> {
        let of_item = arc.from_item != arc.around;
        let key = of_item.then(|| used_by(&arc_key(arc), module.to_owned()))?;
        self.of_modules.get_mut(&key)?.pop()
    }
}

fn is_import(arc: &Arc) -> bool {
    matches!(arc.kind, DependencyKind::Import | DependencyKind::Reexport)
}

/// The key of an arc to the same end from another item.
fn used_by((package, _, to, from_module, to_module, part): &ArcKey, from: String) -> ArcKey {
    (package.clone(), from, to.clone(), *from_module, *to_module, *part)
}

/// The key of an arc, and those of arcs to what its end is a part of.
fn parts((package, from, to, from_module, to_module, part): ArcKey) -> impl Iterator<Item = ArcKey> {
    let shorter = |item: &String| item.rfind("::").map(|at| item[..at].to_owned());
    std::iter::successors(Some(to), shorter)
        .map(move |to| (package.clone(), from.clone(), to, from_module, to_module, part))
}

/// Puts the uses of a crate that came with its line in a manifest under that line: without it they could not be.
fn fold(found: &mut Vec<Drifted<Arc>>) {
    let introduced = |drifted: &Drifted<Arc>| drifted.drift == Drift::Introduced;
    let is_line = |drifted: &Drifted<Arc>| drifted.value.kind == DependencyKind::Manifest;
    let (mut lines, others): (Vec<_>, Vec<_>) =
        found.drain(..).partition(|drifted| introduced(drifted) && is_line(drifted));
    for drifted in others {
        let arc = &drifted.value;
        let of_crate = |path: &str| path.split("::").next().unwrap_or_default().to_owned();
        let used = [of_crate(&arc.to_item), of_crate(&arc.named)];
        let came_with = |line: &&mut Drifted<Arc>| {
            let folder = line.value.file.folder();
            let inside = arc.file.as_bytes().strip_prefix(folder);
            let inside = inside.is_some_and(|rest| folder.is_empty() || rest.starts_with(b"/"));
            inside && arc.package == line.value.package && used.contains(&line.value.to_item)
        };
        let nearest = lines.iter_mut().filter(came_with).max_by_key(|line| line.value.file.folder().len());
        match nearest.filter(|_| introduced(&drifted) && !is_line(&drifted)) {
            Some(line) => {
                let also = arc.also.iter().map(|also| also.site);
                let places = std::iter::once(arc.site).chain(also).map(|site| (arc.file.clone(), site));
                line.value.elsewhere.extend(places);
            }
            None => found.push(drifted),
        }
    }
    found.append(&mut lines);
}
