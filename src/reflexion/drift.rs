//! What was observed on both sides → what the change introduced, what stands, what it resolved.

use std::collections::{BTreeMap, BTreeSet};

use super::annotations::{self, Misdocumented};
use super::breaks::ContractBreak;
use super::cycles::closed_by;
use super::endpoints::{
    EndpointDeviation, EndpointKind, ServedSide, compare, handlers, pair_changes, resolves_nothing,
};
use super::guards::lost;
use super::observe::{Arc, Blind, Observed, UnmappedFile};
use super::permits::Permission;
use super::promise::Promise;
use super::promised::{self, ExchangeDeviation};
use super::renames::Renames;
use super::stale::StaleEntry;
use crate::basis::{Drift, Origin, Reason, SymbolPath};
use crate::spec::{Design, ModuleId};

/// One side's observations with what maps its names to head's.
#[derive(Debug)]
pub struct Sides<'a> {
    /// What head says.
    pub head: Observed,
    /// What each base says, and what the change renamed since; several while a merge is concluded, none under `--all`.
    pub bases: Vec<(Observed, Renames)>,
    /// What head serves; `None` when nobody asked.
    pub served: Option<ServedSide>,
    /// What each base serves, in the order of `bases`.
    pub base_served: Vec<ServedSide>,
    /// What head's contracts take back of what those of base promised.
    pub breaks: Vec<ContractBreak>,
    /// What the APIs promise, in the order of [`Design::apis`].
    pub promises: &'a [Promise],
    /// Arcs between modules in the whole of head; `None` when nobody asked for cycles.
    pub all_arcs: Option<BTreeSet<(ModuleId, ModuleId)>>,
    /// Arcs between modules in the whole of each base, in the order of `bases`.
    pub base_arcs: Vec<BTreeSet<(ModuleId, ModuleId)>>,
    /// Entries of the spec that match nothing in head and did in base, or are new.
    pub stale: Vec<(StaleEntry, Drift)>,
    /// Entries of which the change removes the last use; without a base, all that nothing uses.
    pub unneeded: Vec<Permission>,
    /// The design.
    pub design: &'a Design,
    /// Whether the repository holds exactly one package.
    pub single_package: bool,
}

/// A deviation with what the change has to do with it.
#[derive(Clone, Debug)]
pub struct Drifted<T> {
    /// The deviation.
    pub value: T,
    /// Introduced, standing or resolved.
    pub drift: Drift,
    /// Which side's text its place points into.
    pub origin: Origin,
    /// What it was called in base, when that differs.
    pub was: Option<String>,
}

/// A cycle between modules.
#[derive(Clone, Debug)]
pub struct Cycle {
    /// The chain, the user of the new arc first; it leads back to the first.
    pub chain: Vec<ModuleId>,
    /// The arc that closes it.
    pub arc: Arc,
}

/// The design laid over both sides.
#[derive(Debug)]
pub struct Reflexion<'a> {
    /// The design.
    pub design: &'a Design,
    /// Uses that the design does not allow.
    pub arcs: Vec<Drifted<Arc>>,
    /// Cycles that the change closes.
    pub cycles: Vec<Drifted<Cycle>>,
    /// Files with code of no module.
    pub unmapped: Vec<Drifted<UnmappedFile>>,
    /// Differences between APIs and code.
    pub endpoints: Vec<Drifted<EndpointDeviation>>,
    /// What head's contracts take back of what those of base promised.
    pub breaks: Vec<ContractBreak>,
    /// Attributes that document something else than is registered.
    pub misdocumented: Vec<Drifted<Misdocumented>>,
    /// Differences between what APIs promise and what code takes and gives.
    pub exchanges: Vec<Drifted<ExchangeDeviation>>,
    /// How many parts of contracts the code of head does not show.
    pub unknown_parts: usize,
    /// How much of the documents that APIs link no code can be held against; `None` when nobody asked for endpoints, or no API
    /// links one.
    pub unhandled: Option<usize>,
    /// Entries of the spec that match nothing.
    pub stale: Vec<Drifted<StaleEntry>>,
    /// Entries of which the change removes the last use; without a base, all that nothing uses.
    pub unneeded: Vec<Permission>,
    /// What could not be judged.
    pub blind: Vec<Drifted<Blind>>,
    /// Whether there is no base: the whole design against the whole code.
    pub whole: bool,
}

/// Compares both sides.
pub fn reflect<'a>(sides: Sides<'a>) -> Reflexion<'a> {
    let whole = sides.bases.is_empty();
    let stale = sides.stale.iter().map(|(value, drift)| Drifted::head(value.clone(), *drift)).collect();
    let (exchanges, hidden) = exchanges(&sides);
    let unknown_parts = hidden.len();
    let mut blind = blind(&sides);
    blind.extend(hidden);
    Reflexion {
        design: sides.design,
        misdocumented: misdocumented(&sides),
        exchanges,
        unknown_parts,
        unhandled: unhandled(&sides),
        arcs: super::arcs::arcs(&sides),
        cycles: cycles(&sides),
        unmapped: unmapped(&sides),
        endpoints: endpoints(&sides),
        stale,
        blind,
        unneeded: sides.unneeded,
        breaks: sides.breaks,
        whole,
    }
}

impl<T> Drifted<T> {
    pub(super) fn head(value: T, drift: Drift) -> Self {
        Self { value, drift, origin: Origin::Head, was: None }
    }

    pub(super) fn resolved(value: T) -> Self {
        Self { value, drift: Drift::Resolved, origin: Origin::Base, was: None }
    }
}

fn unmapped(sides: &Sides<'_>) -> Vec<Drifted<UnmappedFile>> {
    let mut bases: BTreeMap<_, UnmappedFile> = BTreeMap::new();
    for (observed, renames) in &sides.bases {
        for file in &observed.unmapped {
            bases.entry(renames.file(&file.file)).or_insert_with(|| file.clone());
        }
    }
    let mut found = Vec::new();
    for file in &sides.head.unmapped {
        let drift = if bases.remove(&file.file).is_some() { Drift::Standing } else { Drift::Introduced };
        found.push(Drifted::head(file.clone(), drift));
    }
    found.extend(bases.into_values().map(Drifted::resolved));
    found
}

fn blind(sides: &Sides<'_>) -> Vec<Drifted<Blind>> {
    let mut bases = BTreeSet::new();
    for (observed, renames) in &sides.bases {
        bases.extend(
            observed.blind.iter().map(|blind| (renames.file(&blind.file), blind.reason, blind.text.clone())),
        );
    }
    let drift = |blind: &Blind| {
        let known = bases.contains(&(blind.file.clone(), blind.reason, blind.text.clone()));
        // An API that resolves nothing is never an old story: the spec asks for a judgement that cannot be given.
        if known && blind.reason != Reason::UnresolvedApi { Drift::Standing } else { Drift::Introduced }
    };
    let mut found: Vec<_> =
        sides.head.blind.iter().map(|blind| Drifted::head(blind.clone(), drift(blind))).collect();
    found.retain(|drifted| !sides.head.under_manifest.contains(&drifted.value));
    let under = sides.head.under_manifest.iter();
    found.extend(under.map(|blind| Drifted::head(blind.clone(), Drift::Introduced)));
    if let Some(served) = &sides.served {
        let silent = (0..sides.design.apis.len()).filter(|api| resolves_nothing(sides.design, served, *api));
        for api in silent {
            let api = &sides.design.apis[api];
            let file = sides.design.files[api.name.at.file as usize].path.clone();
            let text = format!(
                "api `{}`: none of its {} endpoints is found in the code",
                api.name.value,
                api.endpoints.len()
            );
            let blind = Blind { file, line: 0, reason: Reason::UnresolvedApi, text };
            found.push(Drifted::head(blind, Drift::Introduced));
        }
    }
    found
}

fn cycles(sides: &Sides<'_>) -> Vec<Drifted<Cycle>> {
    let Some(all) = &sides.all_arcs else { return Vec::new() };
    let mut seen: BTreeSet<Vec<ModuleId>> = BTreeSet::new();
    let mut found = Vec::new();
    for arc in &sides.head.arcs {
        let Some(to) = arc.to else { continue };
        // A use that the design does not allow is a finding of its own; one cause is said once.
        // One between a module and another inside it is no part of any circle.
        if arc.refusal.is_some() || !all.contains(&(arc.from, to)) {
            continue;
        }
        let bases = &sides.base_arcs;
        if !bases.is_empty() && bases.iter().all(|base| base.contains(&(arc.from, to))) {
            continue;
        }
        let Some(chain) = closed_by(all, (arc.from, to)) else { continue };
        // A merge can close what neither of its parents does.
        let next = chain.iter().skip(1).chain(chain.first());
        let arcs: Vec<_> = chain.iter().copied().zip(next.copied()).collect();
        if bases.iter().any(|base| arcs.iter().all(|arc| base.contains(arc))) {
            continue;
        }
        let mut members = chain.clone();
        members.sort();
        if seen.insert(members) {
            found.push(Cycle { chain, arc: arc.clone() });
        }
    }
    if sides.bases.is_empty() {
        found = telling(sides.design, found, &sides.head.arcs);
    }
    found.into_iter().map(|cycle| Drifted::head(cycle, Drift::Introduced)).collect()
}

/// Of the cycles in the whole code, those that show a module which no shorter one does; modules that are knotted together make
/// very many. Each begins at an arc that leads out of a lower layer, where there is one: it is the one to be turned round.
fn telling(design: &Design, mut cycles: Vec<Cycle>, arcs: &[Arc]) -> Vec<Cycle> {
    cycles.sort_by_key(|cycle| cycle.chain.len());
    let mut shown: BTreeSet<ModuleId> = BTreeSet::new();
    cycles.retain(|cycle| {
        let new = cycle.chain.iter().any(|module| !shown.contains(module));
        shown.extend(&cycle.chain);
        new
    });
    for cycle in &mut cycles {
        let next = |at: usize| cycle.chain[(at + 1) % cycle.chain.len()];
        let leads_up = |at: &usize| {
            let (from, to) = (design.layer_of(cycle.chain[*at]), design.layer_of(next(*at)));
            matches!((from, to), (Some(from), Some(to)) if from > to)
        };
        let Some(at) = (0..cycle.chain.len()).find(leads_up) else { continue };
        let is_it =
            |arc: &&Arc| arc.from == cycle.chain[at] && arc.to == Some(next(at)) && arc.refusal.is_none();
        if let Some(arc) = arcs.iter().find(is_it) {
            cycle.arc = arc.clone();
            cycle.chain.rotate_left(at);
        }
    }
    cycles
}

fn misdocumented(sides: &Sides<'_>) -> Vec<Drifted<Misdocumented>> {
    let Some(served) = &sides.served else { return Vec::new() };
    let mut bases = BTreeMap::new();
    for (side, (observed, renames)) in sides.base_served.iter().zip(&sides.bases) {
        for wrong in annotations::misdocumented(side, !observed.blind.iter().any(hides)) {
            let (function, method, path) = wrong.key();
            bases.insert((renames.symbol(&function).to_owned(), method, path), wrong);
        }
    }
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for wrong in annotations::misdocumented(served, !sides.head.blind.iter().any(hides)) {
        // A file may be a module of two crates of one name.
        if !told.insert(wrong.key()) {
            continue;
        }
        let stood = bases.remove(&wrong.key()).is_some();
        found.push(Drifted::head(wrong, if stood { Drift::Standing } else { Drift::Introduced }));
    }
    let gone = bases.into_values().filter(|_| !hides_more(sides));
    found.extend(gone.map(Drifted::resolved));
    found
}

/// Whether a registration may stand where nothing could be read.
fn hides(blind: &Blind) -> bool {
    match blind.reason {
        Reason::Syntax
        | Reason::OpaqueMacro
        | Reason::DynamicRoute
        | Reason::TooLarge
        | Reason::TooMuchWork
        | Reason::NotUtf8
        | Reason::LfsPointer
        | Reason::MissingObject => true,
        Reason::UnresolvedName | Reason::UnresolvedApi | Reason::OpaqueResponse => false,
    }
}

/// Whether head has registrations that could be read in base, so that what is not seen any more may be there.
fn hides_more(sides: &Sides<'_>) -> bool {
    blind(sides).iter().any(|blind| blind.drift == Drift::Introduced && hides(&blind.value))
}

/// Differences, and parts of contracts that the code does not show.
type Exchanged = (Vec<Drifted<ExchangeDeviation>>, Vec<Drifted<Blind>>);

/// Differences that base has too are standing, whatever endpoints they affect.
fn exchanges(sides: &Sides<'_>) -> Exchanged {
    let Some(served) = &sides.served else { return (Vec::new(), Vec::new()) };
    let mut bases = BTreeMap::new();
    let mut hidden_before = BTreeSet::new();
    for side in &sides.base_served {
        let (found, hidden) = promised::compare(sides.design, sides.promises, side);
        hidden_before.extend(hidden.into_values().map(|blind| blind.text));
        bases.extend(found.into_iter().map(|deviation| (deviation.key(), deviation)));
    }
    let (new, mut hidden) = promised::compare(sides.design, sides.promises, served);
    let mut found = Vec::new();
    for deviation in new {
        let Some(known) = bases.remove(&deviation.key()) else {
            found.push(Drifted::head(deviation, Drift::Introduced));
            continue;
        };
        // One that base had and that broke nobody there is not an old story.
        let stood = known.mismatch.breaks || !deviation.mismatch.breaks;
        found.push(Drifted::head(deviation, if stood { Drift::Standing } else { Drift::Introduced }));
    }
    let stood = |blind: &Blind| hidden_before.contains(&blind.text);
    let told = hidden.values().map(|blind| {
        Drifted::head(blind.clone(), if stood(blind) { Drift::Standing } else { Drift::Introduced })
    });
    let told = told.collect();
    hidden.retain(|_, blind| !stood(blind));
    let gone = bases.into_values();
    let gone = gone.filter(|gone| !promised::is_out_of_sight(sides.design, gone, &hidden));
    found.extend(gone.map(Drifted::resolved));
    (found, told)
}

/// A document that two APIs link is counted once.
fn unhandled(sides: &Sides<'_>) -> Option<usize> {
    let is_linked = sides.design.apis.iter().any(|api| api.openapi.is_some());
    let left: BTreeSet<_> = sides.promises.iter().flat_map(Promise::unhandled).collect();
    (sides.served.is_some() && is_linked).then_some(left.len())
}

type EndpointKey = (EndpointKind, usize, crate::basis::Method, String);

fn endpoint_key(deviation: &EndpointDeviation) -> EndpointKey {
    (deviation.kind, deviation.api, deviation.method, deviation.path.shape())
}

/// Whether what is declared is there for clients of former versions, whom the contract may speak to: only that it no longer is for those
/// of today is worth a word.
fn is_former(deviation: &EndpointDeviation) -> bool {
    deviation.kind == EndpointKind::Absence && deviation.served.is_some()
}

fn endpoints(sides: &Sides<'_>) -> Vec<Drifted<EndpointDeviation>> {
    let Some(served) = &sides.served else { return Vec::new() };
    let mut bases: BTreeMap<EndpointKey, EndpointDeviation> = BTreeMap::new();
    let mut was: BTreeMap<_, SymbolPath> = BTreeMap::new();
    for (side, (_, renames)) in sides.base_served.iter().zip(&sides.bases) {
        for deviation in compare(sides.design, side, sides.single_package) {
            bases.entry(endpoint_key(&deviation)).or_insert(deviation);
        }
        let known = handlers(sides.design, side).into_iter();
        was.extend(known.map(|(key, handler)| (key, SymbolPath::new(renames.symbol(handler.as_str())))));
    }
    let hides_more = hides_more(sides);
    let mut met = BTreeSet::new();
    let mut standing = Vec::new();
    let mut new = Vec::new();
    for deviation in compare(sides.design, served, sides.single_package) {
        let key = endpoint_key(&deviation);
        // An absence is not asserted beside a registration of the change that could not be read.
        let hidden = deviation.kind == EndpointKind::Absence && hides_more;
        if is_former(&deviation) && (hidden || sides.base_served.is_empty() || bases.contains_key(&key)) {
            met.insert(key);
        } else if hidden || bases.contains_key(&key) {
            standing.push(Drifted::head(deviation, Drift::Standing));
            met.insert(key);
        } else {
            new.push(deviation);
        }
    }
    for deviation in sides.base_served.iter().flat_map(|base| lost(sides.design, base, served)) {
        let key = endpoint_key(&deviation);
        let is_told = new.iter().any(|other| endpoint_key(other) == key);
        if !is_told && !bases.contains_key(&key) {
            new.push(deviation);
        }
    }
    let mut found: Vec<_> = pair_changes(new, &was)
        .into_iter()
        .map(|deviation| Drifted::head(deviation, Drift::Introduced))
        .collect();
    found.extend(standing);
    // What is registered again is there; what is no longer seen may be, too.
    let is_gone =
        |gone: &EndpointDeviation| !is_former(gone) && (gone.kind == EndpointKind::Absence || !hides_more);
    let gone = bases.into_iter().filter(|(key, gone)| !met.contains(key) && is_gone(gone));
    found.extend(gone.map(|(_, gone)| Drifted::resolved(gone)));
    found
}
