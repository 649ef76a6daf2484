//! What head's contracts take back of what base's promised, where somebody could have relied on it.

use super::endpoints::ServedSide;
use super::promise::{Promise, place};
use super::promised;
use crate::basis::wire::Spot;
use crate::basis::{Method, RepoPath, RoutePattern, Span};
use crate::contract::{self, Change, Date};
use crate::spec::{At, Design};

/// A change of a contract that clients can notice.
#[derive(Clone, Debug)]
pub struct ContractBreak {
    /// The API, by index in head's design.
    pub api: usize,
    /// The change.
    pub change: Change,
    /// The operations that it reaches and that base served.
    pub operations: Vec<(Method, RoutePattern)>,
    /// Where base says it.
    pub base: Option<(RepoPath, Span)>,
    /// Where head says it, or what of head comes nearest.
    pub head: At,
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
    let broken = served.map(|served| broken_already(base, head, served)).unwrap_or_default();
    let mut found = Vec::new();
    for (index, (api, promise)) in head.design.apis.iter().zip(head.promises).enumerate() {
        let mut known = base.design.apis.iter().zip(base.promises);
        let Some((_, before)) = known.find(|(before, _)| before.name.value == api.name.value) else {
            continue;
        };
        for change in contract::compare(&before.contract, &promise.contract, today) {
            if change.base.is_some_and(|spot| broken.contains(&(index, spot))) {
                continue;
            }
            let is_served = |(method, path): &&(Method, RoutePattern)| {
                served.is_none_or(|served| {
                    served
                        .endpoints
                        .iter()
                        .any(|endpoint| endpoint.path.is_like(&path) && endpoint.method.covers(*method))
                })
            };
            let operations: Vec<_> = change.operations.iter().filter(is_served).cloned().collect();
            if operations.is_empty() && !change.operations.is_empty() {
                continue;
            }
            let file =
                |spot: Spot| Some((before.contract.types.files.get(spot.file as usize)?.clone(), spot.span));
            let base = change.base.and_then(file);
            let now = change.head.and_then(|spot| place(head.design, &promise.contract.types, spot));
            let head = now.unwrap_or(api.name.at);
            found.push(ContractBreak { api: index, change, operations, base, head });
        }
    }
    found
}

/// The places of base's contracts that base's own code did not keep.
fn broken_already(base: Contracts<'_>, head: Contracts<'_>, served: &ServedSide) -> Vec<(usize, Spot)> {
    let names = |design: &Design| design.apis.iter().map(|api| api.name.value.clone()).collect::<Vec<_>>();
    // What is served is told by the APIs of head.
    if names(base.design) != names(head.design) {
        return Vec::new();
    }
    let (found, _) = promised::compare(base.design, base.promises, served);
    let broken = found.into_iter().filter(|deviation| deviation.mismatch.breaks);
    broken.map(|deviation| (deviation.api, deviation.mismatch.promised)).collect()
}
