//! All endpoints of a side against what their APIs promise: each difference once, with the endpoints that it affects.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::endpoints::{Served, ServedSide, claimed};
use super::exchange::{self, Compared, Difference, Mismatch, Part, Shown};
use super::observe::Blind;
use super::promise::{Promise, place};
use crate::basis::wire::{Body, Exchange, Spot};
use crate::basis::{Method, Reason, RepoPath, RoutePattern, Span, SymbolPath};
use crate::spec::{At, Design, EndpointDeclaration};

/// A difference between what an API promises and what the code takes and gives.
#[derive(Clone, Debug)]
pub struct ExchangeDeviation {
    /// The API, by index.
    pub api: usize,
    /// The difference.
    pub mismatch: Mismatch,
    /// The endpoints that it affects, in the order of the spec.
    pub affects: Vec<Affected>,
    /// The line of the contract that decides.
    pub at: At,
    /// The code that differs, else the registration of the first endpoint.
    pub code: (RepoPath, Span),
    /// Further code that differs alike.
    pub also: Vec<(RepoPath, Span)>,
}

/// An endpoint that a difference affects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affected {
    /// The method.
    pub method: Method,
    /// The path as declared.
    pub path: RoutePattern,
    /// The function that answers.
    pub handler: Option<SymbolPath>,
}

/// What makes two differences the same one.
pub(super) type ExchangeKey = (usize, String, Part, String, &'static str);

impl ExchangeDeviation {
    /// What its rule's identity goes by: the API, the schema or else the endpoint, the part, the pointer (and the constant), the kind.
    pub fn key(&self) -> (usize, String, Part, String, &'static str) {
        let owner = match (&self.mismatch.schema, self.affects.first()) {
            (Some(schema), _) => schema.to_string(),
            (None, Some(first)) => format!("{} {}", first.method, first.path.shape()),
            (None, None) => String::new(),
        };
        let mut pointer = match self.mismatch.status {
            Some(status) if self.mismatch.schema.is_none() => format!("{status} {}", self.mismatch.pointer),
            _ => self.mismatch.pointer.clone(),
        };
        if let Difference::Choices(values) = &self.mismatch.what {
            pointer = format!("{pointer}={}", values.join(","));
        }
        (self.api, owner, self.mismatch.part, pointer, self.mismatch.what.kind())
    }
}

impl Difference {
    /// A word for the kind of difference, for identities.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Renamed(_) => "renamed",
            Self::Undeclared => "undeclared",
            Self::MayBeAbsent => "may-be-absent",
            Self::Null => "null",
            Self::Required => "required",
            Self::Refused => "refused",
            Self::NotRead => "not-read",
            Self::Type(..) => "type",
            Self::Choices(_) => "choices",
            Self::Media(..) => "media",
            Self::Status(_) => "status",
            Self::Unclear(_) => "unclear",
        }
    }
}

/// What an endpoint takes and gives, held against what one line of an API promises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The API, by index.
    api: u32,
    /// The line, by its index among those of the API.
    declared: u32,
    compared: Compared,
}

impl Held {
    /// Calls `accepts` for every spot of what is taken, and `emits` for every one of what is given.
    fn turn(&mut self, accepts: &mut dyn FnMut(&mut Spot), emits: &mut dyn FnMut(&mut Spot)) {
        for Mismatch { part, shown, .. } in &mut self.compared.mismatches {
            match part {
                Part::Parameter | Part::Request => shown.iter_mut().for_each(&mut *accepts),
                Part::Response => shown.iter_mut().for_each(&mut *emits),
            }
        }
    }
}

impl Served {
    /// Calls `accepts` for every place in the code that says what is taken, and `emits` for every one that says what is given.
    pub fn turn(&mut self, accepts: &mut dyn FnMut(&mut Spot), emits: &mut dyn FnMut(&mut Spot)) {
        self.exchange.iter_mut().for_each(|exchange| exchange.turn(accepts, emits));
        self.held.iter_mut().flatten().for_each(|held| held.turn(accepts, emits));
    }
}

/// Holds the endpoints of a side against what APIs promise, but for those for which that was done.
pub fn hold(design: &Design, promises: &[Promise], side: &mut ServedSide) {
    let mut found: BTreeMap<usize, Vec<Held>> = BTreeMap::new();
    for (index, (api, promise)) in design.apis.iter().zip(promises).enumerate() {
        if promise.is_silent() || side.endpoints.iter().all(|served| served.held.is_some()) {
            continue;
        }
        let claimed = claimed(design, side, index);
        let (types, operations) = (&promise.contract.types, &promise.contract.operations);
        for (at, (declared, operation)) in api.endpoints.iter().zip(operations).enumerate() {
            // One that two registrations serve (under different conditions) keeps its promise in both.
            let answering: Vec<_> = claimed.answering(design, declared).collect();
            // What former versions answer is no part of the promise where something answers today.
            let is_current = answering.iter().any(|(_, served)| !served.is_former);
            for (number, served) in answering {
                if served.held.is_some() || (served.is_former && is_current) {
                    continue;
                }
                let compared = match served.exchange.as_ref().zip(side.named_by(served)) {
                    Some((exchange, (accepts, emits))) => {
                        let shown = Shown { exchange, accepts, emits };
                        exchange::exchange((&operation.exchange, types), shown, api.closed)
                    }
                    None => unseen(&operation.exchange, served.is_former),
                };
                let number_of = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                let held = Held { api: number_of(index), declared: number_of(at), compared };
                found.entry(number).or_default().push(held);
            }
        }
    }
    for (number, served) in side.endpoints.iter_mut().enumerate() {
        served.held.get_or_insert_with(|| found.remove(&number).unwrap_or_default());
    }
}

/// Parts of contracts that the code does not show, by the API, the endpoint in it and the part.
pub(super) type Hidden = BTreeMap<(usize, usize, Part), Blind>;

/// The differences of a side that was held against what APIs promise, and the parts of contracts that the code does not show, each once
/// with its reason.
pub(super) fn compare(
    design: &Design,
    promises: &[Promise],
    side: &ServedSide,
) -> (Vec<ExchangeDeviation>, Hidden) {
    let mut found: BTreeMap<ExchangeKey, ExchangeDeviation> = BTreeMap::new();
    let mut hidden = Hidden::new();
    let all = side.endpoints.iter().enumerate();
    let held = all.flat_map(|(number, served)| served.held.iter().flatten().map(move |held| (held, number)));
    let mut held: Vec<(&Held, usize)> = held.collect();
    // The first of several that differ alike is that of the first line.
    held.sort_by_key(|(held, number)| (held.api, held.declared, *number));
    for (Held { api: index, declared: at, compared }, number) in held {
        let (index, at, served) = (*index as usize, *at as usize, &side.endpoints[number]);
        let (Some(api), Some(promise)) = (design.apis.get(index), promises.get(index)) else { continue };
        let Some(declared) = api.endpoints.get(at) else { continue };
        for (part, why) in compared.unknown.iter().cloned() {
            hidden.entry((index, at, part)).or_insert_with(|| Blind {
                file: served.file.clone(),
                line: served.site.line,
                reason: Reason::OpaqueResponse,
                text: format!("{} of `{} {}`: {why}", part.as_str(), declared.method, declared.path),
            });
        }
        let affected = Affected {
            method: declared.method,
            path: declared.path.clone(),
            handler: served.handler.clone(),
        };
        for mismatch in compared.mismatches.iter().flat_map(each) {
            let code = code(side, &mismatch, served);
            let written = Some(mismatch.promised).filter(|spot| *spot != Spot::default());
            let written = written.and_then(|spot| place(design, &promise.contract.types, spot));
            let at = written.unwrap_or(declared.at);
            let affects = vec![affected.clone()];
            add(&mut found, ExchangeDeviation { api: index, mismatch, affects, at, code, also: Vec::new() });
        }
    }
    (found.into_values().collect(), hidden)
}

/// A difference; of several constants one for each, so that each has its own drift, and what excuses one excuses no other.
fn each(mismatch: &Mismatch) -> Vec<Mismatch> {
    let Difference::Choices(values) = &mismatch.what else { return vec![mismatch.clone()] };
    let one = |value| Mismatch { what: Difference::Choices(vec![value]), ..mismatch.clone() };
    values.iter().cloned().map(one).collect()
}

/// Whether a difference of base lies in a part that is not shown any more: what became of it cannot be told.
pub(super) fn is_out_of_sight(design: &Design, deviation: &ExchangeDeviation, hidden: &Hidden) -> bool {
    let declared = &design.apis[deviation.api].endpoints;
    deviation.affects.iter().any(|affected| {
        let is_it = |(_, endpoint): &(usize, &EndpointDeclaration)| {
            endpoint.method == affected.method && endpoint.path == affected.path
        };
        let at = declared.iter().enumerate().find(is_it).map(|(at, _)| at);
        at.is_some_and(|at| hidden.contains_key(&(deviation.api, at, deviation.mismatch.part)))
    })
}

/// All that is promised of an endpoint whose handler is no function that can be read.
fn unseen(promised: &Exchange, is_former: bool) -> Compared {
    let why = if is_former {
        "only clients of former versions are answered"
    } else {
        "the handler is no function of the repository"
    };
    let is_said = |part: &Part| match part {
        Part::Parameter => !promised.parameters.is_empty(),
        Part::Request => !matches!(promised.request, Body::Unsaid | Body::Empty),
        Part::Response => !promised.responses.is_empty(),
    };
    let parts = [Part::Parameter, Part::Request, Part::Response].into_iter().filter(is_said);
    Compared { unknown: parts.map(|part| (part, why.into())).collect(), ..Compared::default() }
}

fn add(found: &mut BTreeMap<ExchangeKey, ExchangeDeviation>, new: ExchangeDeviation) {
    match found.entry(new.key()) {
        std::collections::btree_map::Entry::Vacant(free) => {
            free.insert(new);
        }
        std::collections::btree_map::Entry::Occupied(mut known) => {
            let known = known.get_mut();
            known.mismatch.breaks |= new.mismatch.breaks;
            for affected in new.affects {
                if !known.affects.contains(&affected) {
                    known.affects.push(affected);
                }
            }
            if new.code != known.code && !known.also.contains(&new.code) {
                known.also.push(new.code);
            }
        }
    }
}

/// The code of a difference.
fn code(side: &ServedSide, mismatch: &Mismatch, served: &Served) -> (RepoPath, Span) {
    let types = side.named_by(served).map(|(accepts, emits)| match mismatch.part {
        Part::Parameter | Part::Request => accepts,
        Part::Response => emits,
    });
    let file = |spot: &Spot| Some((types?.files.get(spot.file as usize)?.clone(), spot.span));
    let shown = mismatch.shown.as_ref().filter(|spot| **spot != Spot::default()).and_then(file);
    shown.unwrap_or_else(|| (served.file.clone(), served.site.span))
}
