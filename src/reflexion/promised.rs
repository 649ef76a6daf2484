//! All endpoints of a side against what their APIs promise: each difference once, with the endpoints that it affects.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::endpoints::{Named, Served, ServedSide, claimed, serves};
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
    /// What its rule's identity goes by: the API, the schema or else the endpoint, the part, the pointer, the kind.
    pub fn key(&self) -> (usize, String, Part, String, &'static str) {
        let owner = match (&self.mismatch.schema, self.affects.first()) {
            (Some(schema), _) => schema.to_string(),
            (None, Some(first)) => format!("{} {}", first.method, first.path.shape()),
            (None, None) => String::new(),
        };
        let pointer = match self.mismatch.status {
            Some(status) if self.mismatch.schema.is_none() => format!("{status} {}", self.mismatch.pointer),
            _ => self.mismatch.pointer.clone(),
        };
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

/// An endpoint that was compared, with the types that it names.
type Before<'s> = (&'s Served, &'s Named, Rc<Compared>);

/// What was compared already: most of what a change leaves as it was is on both sides the same.
#[derive(Default)]
pub(super) struct Known<'s> {
    /// By the endpoint that is promised: the API and the line of it.
    of: BTreeMap<(usize, usize), Vec<Before<'s>>>,
    /// Whether types of the sides are the same, by where they lie.
    same: BTreeMap<(*const Named, *const Named), bool>,
}

impl<'s> Known<'s> {
    fn compared(
        &mut self,
        promised: (usize, usize),
        (side, served): (&'s ServedSide, &'s Served),
        compare: impl FnOnce() -> Compared,
    ) -> Rc<Compared> {
        let Some(named) = side.named_by(served) else { return Rc::new(compare()) };
        let known = self.of.entry(promised).or_default();
        let mut is_same = |other: &'s Named| {
            let key = (std::ptr::from_ref(named), std::ptr::from_ref(other));
            *self.same.entry(key).or_insert_with(|| named == other)
        };
        let same = known.iter().find(|(other, of, _)| other.exchange == served.exchange && is_same(of));
        if let Some((_, _, compared)) = same {
            return Rc::clone(compared);
        }
        let compared = Rc::new(compare());
        known.push((served, named, Rc::clone(&compared)));
        compared
    }
}

/// Parts of contracts that the code does not show, by the API, the endpoint in it and the part.
pub(super) type Hidden = BTreeMap<(usize, usize, Part), Blind>;

/// The differences of one side, and the parts of contracts that the code does not show, each once with its reason.
pub(super) fn compare<'s>(
    design: &Design,
    promises: &[Promise],
    (side, known): (&'s ServedSide, &mut Known<'s>),
) -> (Vec<ExchangeDeviation>, Hidden) {
    let mut found: BTreeMap<ExchangeKey, ExchangeDeviation> = BTreeMap::new();
    let mut hidden = Hidden::new();
    for (index, (api, promise)) in design.apis.iter().zip(promises).enumerate() {
        if promise.is_silent() {
            continue;
        }
        let claimed = claimed(design, side, index);
        let (types, operations) = (&promise.contract.types, &promise.contract.operations);
        for (at, (declared, operation)) in api.endpoints.iter().zip(operations).enumerate() {
            // One that two registrations serve (under different conditions) keeps its promise in both.
            for served in claimed.iter().filter(|served| serves(served, declared)) {
                let compare = || match served.exchange.as_ref().zip(side.named_by(served)) {
                    Some((exchange, Named { accepts, emits })) => {
                        let shown = Shown { exchange, accepts, emits };
                        exchange::exchange((&operation.exchange, types), shown, api.closed)
                    }
                    None => unseen(&operation.exchange),
                };
                let compared = known.compared((index, at), (side, served), compare);
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
                for mismatch in compared.mismatches.iter().cloned() {
                    let code = code(side, &mismatch, served);
                    let written = Some(mismatch.promised).filter(|spot| *spot != Spot::default());
                    let at = written.and_then(|spot| place(design, types, spot)).unwrap_or(declared.at);
                    let affects = vec![affected.clone()];
                    let deviation =
                        ExchangeDeviation { api: index, mismatch, affects, at, code, also: Vec::new() };
                    add(&mut found, deviation);
                }
            }
        }
    }
    (found.into_values().collect(), hidden)
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
fn unseen(promised: &Exchange) -> Compared {
    let why = "the handler is no function of the repository";
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
    let types = side.named_by(served).map(|named| match mismatch.part {
        Part::Parameter | Part::Request => &named.accepts,
        Part::Response => &named.emits,
    });
    let file = |spot: &Spot| Some((types?.files.get(spot.file as usize)?.clone(), spot.span));
    let shown = mismatch.shown.as_ref().filter(|spot| **spot != Spot::default()).and_then(file);
    shown.unwrap_or_else(|| (served.file.clone(), served.site.span))
}
