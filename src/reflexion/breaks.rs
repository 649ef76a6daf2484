//! What head's contracts take back of what base's promised, where somebody could have relied on it.

use super::endpoints::ServedSide;
use super::exchange::{Difference, Mismatch, Part};
use super::promise::{Promise, place};
use super::promised::{self, Affected, ExchangeDeviation};
use crate::basis::wire::{Body, Spot};
use crate::basis::{Method, RepoPath, RoutePattern, Span};
use crate::contract::{self, Change, Date, Document, Operation, Security, Side};
use crate::spec::{Api, At, Design};

/// A change of a contract that clients can notice.
#[derive(Clone, Debug)]
pub struct ContractBreak {
    /// The API, as head calls it, else as base did.
    pub api: String,
    /// What the API is for.
    pub why: String,
    /// The change.
    pub change: Change,
    /// The operations that it reaches and that base served.
    pub operations: Vec<(Method, RoutePattern)>,
    /// Where base says it.
    pub base: Option<(RepoPath, Span)>,
    /// Where head says it, or what of head comes nearest; `None` where head has no such API.
    pub head: Option<At>,
}

/// One side of a comparison of contracts.
#[derive(Clone, Copy, Debug)]
pub struct Contracts<'a> {
    /// The design.
    pub design: &'a Design,
    /// What its APIs promise, in their order.
    pub promises: &'a [Promise],
}

/// What breaks from base to head.
///
/// No break is what base's code never kept (head repairs the contract), and what it never served.
pub fn breaks(
    base: Contracts<'_>,
    head: Contracts<'_>,
    served: Option<&ServedSide>,
    today: Date,
) -> Vec<ContractBreak> {
    let unkept = served.map(|served| unkept(base, head, served)).unwrap_or_default();
    let nothing = Document::default();
    let mut found = Vec::new();
    for (before, promised) in base.design.apis.iter().zip(base.promises) {
        let index = successor(before, base.design, head.design);
        let now = index.and_then(|index| Some((head.design.apis.get(index)?, head.promises.get(index)?)));
        let contract = now.map_or(&nothing, |(_, promise)| &promise.contract);
        for mut change in contract::compare(&promised.contract, contract, today) {
            let of_api = unkept.iter().filter(|known| Some(known.api) == index);
            let repaired: Vec<_> = of_api.filter(|known| is_about(known, &change)).collect();
            let mut operations = change.operations.clone();
            operations.retain(|operation| {
                !repaired.iter().any(|known| reaches(known, operation))
                    && served.is_none_or(|served| is_served(served, operation))
            });
            let unsaid = |operation: &_| was_unsaid(&promised.contract, operation, &change.side);
            let of_document = change.side == Side::Security && before.openapi.is_some();
            if of_document && !operations.is_empty() && operations.iter().all(unsaid) {
                // Nobody can tell whether the guard is new, or only now written down.
                change.breaks = false;
            } else {
                operations.retain(|operation| !unsaid(operation));
            }
            if operations.is_empty() && !change.operations.is_empty() {
                continue;
            }
            let files = &promised.contract.types.files;
            let file = |spot: Spot| Some((files.get(spot.file as usize)?.clone(), spot.span));
            let base = change.base.and_then(file);
            let at = now.map(|(api, promise)| {
                let written = change.head.and_then(|spot| place(head.design, &promise.contract.types, spot));
                written.unwrap_or(api.name.at)
            });
            let api = now.map_or(before, |(api, _)| api);
            let (api, why) = (api.name.value.clone(), api.why.value.clone());
            found.push(ContractBreak { api, why, change, operations, base, head: at });
        }
    }
    found
}

/// The API of head that goes on with one of base: the one of its name, else a new one at the same place.
fn successor(before: &Api, base: &Design, head: &Design) -> Option<usize> {
    let named = |design: &Design, name: &str| design.apis.iter().position(|api| api.name.value == name);
    let is_at = |api: &Api| {
        let entries = |api: &Api| api.entry.iter().map(|entry| entry.value.clone()).collect::<Vec<_>>();
        api.base.is_like(&before.base)
            && entries(api) == entries(before)
            && named(base, &api.name.value).is_none()
    };
    named(head, &before.name.value).or_else(|| head.apis.iter().position(is_at))
}

/// Whether base said nothing of a part: who says it for the first time takes nothing back.
fn was_unsaid(contract: &Document, (method, path): &(Method, RoutePattern), side: &Side) -> bool {
    let is_it = |operation: &&Operation| operation.method == *method && operation.path.is_like(path);
    let Some(operation) = contract.operations.iter().find(is_it) else { return false };
    let exchange = &operation.exchange;
    match side {
        Side::Operation | Side::Webhook(_) => false,
        Side::Security => operation.security == Security::Unsaid,
        Side::Parameter(location, _) => {
            exchange.unknown_parameters.iter().any(|(unsaid, _)| unsaid == location)
        }
        Side::Request => exchange.request == Body::Unsaid,
        Side::Response(_) => exchange.unknown_responses.is_some(),
    }
}

fn is_served(served: &ServedSide, (method, path): &(Method, RoutePattern)) -> bool {
    let mut endpoints = served.endpoints.iter();
    endpoints.any(|endpoint| endpoint.path.is_like(path) && endpoint.method.covers(*method))
}

/// What base's own code did not keep of base's contracts.
fn unkept(base: Contracts<'_>, head: Contracts<'_>, served: &ServedSide) -> Vec<ExchangeDeviation> {
    let names = |design: &Design| design.apis.iter().map(|api| api.name.value.clone()).collect::<Vec<_>>();
    // What is served is told by the APIs of head.
    if names(base.design) != names(head.design) {
        return Vec::new();
    }
    let mut served = served.clone();
    served.endpoints.iter_mut().for_each(|endpoint| endpoint.held = None);
    promised::hold(base.design, base.promises, &mut served);
    let (mut found, _) = promised::compare(base.design, base.promises, &served);
    found.retain(|deviation| deviation.mismatch.breaks);
    found
}

/// Whether a change says at last what base's code did all along.
fn is_about(unkept: &ExchangeDeviation, change: &Change) -> bool {
    let of = &unkept.mismatch;
    let asks = of.what == Difference::Required;
    let is_there = match has_place(of) {
        true => change.base.is_some_and(|spot| spot == of.promised || Some(spot) == of.written),
        false => asks,
    };
    // Whatever an object does not list stands at the place of the object: one field is not another.
    let is_same = if let (Difference::Choices(values), Some(constant)) = (&of.what, &change.constant) {
        // What the code does with one constant says nothing of another.
        values.contains(constant)
    } else {
        !asks || last(&of.pointer).eq_ignore_ascii_case(asked(change))
    };
    is_there && is_same && part(&change.side) == Some(of.part)
}

/// What a contract leaves out altogether has no place in it.
fn has_place(mismatch: &Mismatch) -> bool {
    mismatch.promised != Spot::default()
}

/// Whether what base's code did not keep is of this operation; what has a place is told by that.
fn reaches(unkept: &ExchangeDeviation, (method, path): &(Method, RoutePattern)) -> bool {
    let is_it = |affected: &Affected| affected.method == *method && affected.path.is_like(path);
    has_place(&unkept.mismatch) || unkept.affects.iter().any(is_it)
}

fn part(side: &Side) -> Option<Part> {
    match side {
        Side::Operation | Side::Security | Side::Webhook(_) => None,
        Side::Parameter(..) => Some(Part::Parameter),
        Side::Request => Some(Part::Request),
        Side::Response(_) => Some(Part::Response),
    }
}

/// The field that a change is about, or else the parameter; empty for a whole body.
fn asked(change: &Change) -> &str {
    match &change.side {
        Side::Parameter(_, name) if change.pointer.is_empty() => name,
        Side::Operation
        | Side::Security
        | Side::Parameter(..)
        | Side::Request
        | Side::Response(_)
        | Side::Webhook(_) => last(&change.pointer),
    }
}

/// The last name of a pointer, items of lists left out.
fn last(pointer: &str) -> &str {
    pointer.rsplit('/').find(|name| *name != "*").unwrap_or_default()
}
