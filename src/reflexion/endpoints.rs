//! Endpoints of the code against the endpoints of the APIs: convergence, divergence, absence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::map::symbol_depth;
use crate::basis::wire::{Exchange, Types};
use crate::basis::{Method, RepoPath, RoutePattern, Site, SymbolPath};
use crate::model::Annotation;
use crate::spec::{Api, At, Design, EndpointDeclaration, SymbolPattern};

/// An endpoint that the code registers, as far as the comparison asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// The method.
    pub method: Method,
    /// The full path.
    pub path: RoutePattern,
    /// The part of the path known only at run time, as written.
    pub dynamic: Option<String>,
    /// The function of the repository that answers, in full; `None` when it is no named function of the repository.
    pub handler: Option<SymbolPath>,
    /// The package of that function, as code writes it.
    pub handler_package: String,
    /// The file of the registration.
    pub file: RepoPath,
    /// Its place.
    pub site: Site,
    /// Whether it is a call of a gRPC service; `file` and `site` are then those of its declaration.
    pub is_call: bool,
    /// The `cfg`, `if` or `match` arm around it.
    pub condition: Option<String>,
    /// The APIs whose `entry` it is reached from, by index; those without `entry` reach every root.
    pub apis: Vec<usize>,
    /// What can prove that a caller was checked, by full paths: types that the handler takes for certain, names in what is laid over
    /// the route. `None` when nobody asked.
    pub proofs: Option<Proofs>,
    /// What it takes and gives; `None` when nobody asked, or no function of the repository answers.
    pub exchange: Option<Exchange>,
    /// Which of the side's [`Named`] its exchange speaks of.
    pub named: u32,
}

/// The types that exchanges name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Those that parameters and requests name.
    pub accepts: Types,
    /// Those that responses name.
    pub emits: Types,
}

/// What can prove that a caller was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proofs {
    /// Types that the handler takes; `None` when the handler is no function of the repository.
    pub extractors: Option<Vec<String>>,
    /// Names in what is laid over the route.
    pub layers: Vec<String>,
}

/// What one side of a change serves.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ServedSide {
    /// The endpoints, in the order of files and lines.
    pub endpoints: Vec<Served>,
    /// Attributes that document endpoints.
    pub annotations: Vec<Annotation>,
    /// The types that their exchanges name; those that were read together share one.
    pub named: Vec<Named>,
}

impl ServedSide {
    /// The types that the exchange of an endpoint names.
    pub(super) fn named_by(&self, served: &Served) -> Option<&Named> {
        self.named.get(served.named as usize)
    }
}

/// A difference between an API and the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointDeviation {
    /// What differs.
    pub kind: EndpointKind,
    /// The API, by index.
    pub api: usize,
    /// The method that identity goes by.
    pub method: Method,
    /// The path that identity goes by; its shape counts.
    pub path: RoutePattern,
    /// The endpoint of the code; `None` for an absence.
    pub served: Option<Served>,
    /// The line of the spec that decides.
    pub at: At,
    /// The declaration that nearly matches, or that is not served.
    pub declared: Option<EndpointDeclaration>,
}

/// The kinds of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndpointKind {
    /// Registered, not declared.
    Divergence,
    /// Declared, not registered.
    Absence,
    /// Declared and registered with another method or path.
    Changed,
    /// The handler lives outside its home.
    Home,
    /// Nothing shows that a caller was checked.
    Unguarded,
    /// No API claims it.
    Unclaimed,
}

/// Compares what is served with what `design` declares; `single_package` as for [`super::CodeMap::new`].
pub fn compare(design: &Design, side: &ServedSide, single_package: bool) -> Vec<EndpointDeviation> {
    let mut found = Vec::new();
    for (index, api) in design.apis.iter().enumerate() {
        let claimed = claimed(design, side, index);
        for served in &claimed {
            divergence(api, index, served, &mut found);
            home(api, index, served, single_package, &mut found);
            found.extend(super::guards::unguarded(api, index, served));
        }
        for declared in api.endpoints.iter().filter(|declared| !declared.planned) {
            if !claimed.iter().any(|served| serves(served, declared)) {
                found.push(EndpointDeviation {
                    kind: EndpointKind::Absence,
                    api: index,
                    method: declared.method,
                    path: declared.path.clone(),
                    served: None,
                    at: declared.at,
                    declared: Some(declared.clone()),
                });
            }
        }
    }
    unclaimed(design, side, &mut found);
    found
}

/// Whether an API declares operations and the code shows none of them.
pub fn resolves_nothing(design: &Design, side: &ServedSide, api: usize) -> bool {
    let claimed = claimed(design, side, api);
    let mut declared = design.apis[api].endpoints.iter().filter(|declared| !declared.planned).peekable();
    declared.peek().is_some()
        && declared.all(|declared| !claimed.iter().any(|served| serves(served, declared)))
}

/// Pairs absences with divergences that are the same endpoint under another method or path.
///
/// `was` gives, for a declared endpoint, the handler that served it in base (in head's names).
pub fn pair_changes(
    deviations: Vec<EndpointDeviation>,
    was: &BTreeMap<(usize, Method, String), SymbolPath>,
) -> Vec<EndpointDeviation> {
    let mut kept: Vec<EndpointDeviation> = Vec::new();
    let (absences, others): (Vec<_>, Vec<_>) =
        deviations.into_iter().partition(|deviation| deviation.kind == EndpointKind::Absence);
    let mut absences: Vec<Option<EndpointDeviation>> = absences.into_iter().map(Some).collect();
    for mut deviation in others {
        if deviation.kind == EndpointKind::Divergence {
            let near = |absence: &EndpointDeviation| {
                absence.api == deviation.api && is_one(absence, &deviation, was)
            };
            let position = absences.iter().position(|absence| absence.as_ref().is_some_and(near));
            if let Some(absence) = position.and_then(|at| absences[at].take()) {
                deviation.kind = EndpointKind::Changed;
                deviation.at = absence.at;
                deviation.method = absence.method;
                deviation.path = absence.path;
                deviation.declared = absence.declared;
            }
        }
        kept.push(deviation);
    }
    kept.extend(absences.into_iter().flatten());
    kept
}

/// The handlers of what is served, by the declaration that it serves.
pub fn handlers(design: &Design, side: &ServedSide) -> BTreeMap<(usize, Method, String), SymbolPath> {
    let mut found = BTreeMap::new();
    for (index, api) in design.apis.iter().enumerate() {
        let claimed = claimed(design, side, index);
        for declared in &api.endpoints {
            let served = claimed.iter().find(|served| serves(served, declared));
            if let Some(handler) = served.and_then(|served| served.handler.clone()) {
                found.insert((index, declared.method, declared.path.shape()), handler);
            }
        }
    }
    found
}

fn is_one(
    absence: &EndpointDeviation,
    divergence: &EndpointDeviation,
    was: &BTreeMap<(usize, Method, String), SymbolPath>,
) -> bool {
    let handler = divergence.served.as_ref().and_then(|served| served.handler.as_ref());
    let before = was.get(&(absence.api, absence.method, absence.path.shape()));
    let same_handler = handler.is_some() && before == handler;
    let same_path = absence.path.is_like(&divergence.path);
    same_handler || same_path
}

/// What belongs to an API: reached from its entry, below its base, not excepted, and below no longer base of an API with the
/// same entry.
pub(super) fn claimed<'s>(design: &Design, side: &'s ServedSide, index: usize) -> Vec<&'s Served> {
    let api = &design.apis[index];
    let entries = |api: &Api| api.entry.iter().map(|entry| entry.value.clone()).collect::<Vec<_>>();
    let below = |api: &Api, served: &Served| served.path.is_below(&api.base);
    let nearer = |served: &Served| {
        design.apis.iter().any(|other| {
            entries(other) == entries(api)
                && other.grpc == api.grpc
                && other.base.segments().count() > api.base.segments().count()
                && below(other, served)
        })
    };
    let claims = |served: &&Served| {
        served.apis.contains(&index) && below(api, served) && !excepted(api, &served.path) && !nearer(served)
    };
    side.endpoints.iter().filter(claims).collect()
}

/// Whether an API leaves a path out.
pub fn excepted(api: &Api, path: &RoutePattern) -> bool {
    api.except.iter().any(|except| {
        let written = except.value.as_str();
        match written.strip_suffix("/**") {
            Some(prefix) => path.is_below(&RoutePattern::new(prefix)),
            None => path.is_like(&except.value),
        }
    })
}

pub(super) fn serves(served: &Served, declared: &EndpointDeclaration) -> bool {
    (served.method.covers(declared.method) || declared.method == Method::Any)
        && served.path.is_like(&declared.path)
}

pub(super) fn declares(declared: &EndpointDeclaration, served: &Served) -> bool {
    declared.method.covers(served.method) && declared.path.is_like(&served.path)
}

fn divergence(api: &Api, index: usize, served: &Served, found: &mut Vec<EndpointDeviation>) {
    if !api.exhaustive || api.endpoints.iter().any(|declared| declares(declared, served)) {
        return;
    }
    found.push(EndpointDeviation {
        kind: EndpointKind::Divergence,
        api: index,
        method: served.method,
        path: served.path.clone(),
        served: Some(served.clone()),
        at: api.name.at,
        declared: nearest(api, served),
    });
}

/// The declaration that comes closest: the same path with another method, else the path that shares most parts.
fn nearest(api: &Api, served: &Served) -> Option<EndpointDeclaration> {
    let shape = served.path.shape();
    let likeness = |declared: &EndpointDeclaration| {
        let other = declared.path.shape();
        let (own, other): (Vec<&str>, Vec<&str>) = (shape.split('/').collect(), other.split('/').collect());
        let equal = own.iter().zip(&other).filter(|(own, other)| own == other).count();
        (own.len() == other.len() && equal + 1 >= own.len()).then_some(equal)
    };
    let scored =
        api.endpoints.iter().filter_map(|declared| likeness(declared).map(|score| (score, declared)));
    scored
        .max_by_key(|(score, declared)| (*score, declared.method == served.method))
        .map(|(_, declared)| declared.clone())
}

fn home(api: &Api, index: usize, served: &Served, single_package: bool, found: &mut Vec<EndpointDeviation>) {
    let Some(handler) = &served.handler else { return };
    let lives_in = |pattern: &SymbolPattern| {
        symbol_depth(pattern, &served.handler_package, handler, single_package).is_some()
    };
    let declared = api.endpoints.iter().find(|declared| declares(declared, served));
    let own = declared.and_then(|declared| declared.handler.as_ref());
    let at = match own {
        Some(own) if lives_in(&own.value) => return,
        Some(own) => own.at,
        None if api.handlers.is_empty() || api.handlers.iter().any(|home| lives_in(&home.value)) => return,
        None => api.handlers[0].at,
    };
    found.push(EndpointDeviation {
        kind: EndpointKind::Home,
        api: index,
        method: served.method,
        path: served.path.clone(),
        served: Some(served.clone()),
        at,
        declared: declared.cloned(),
    });
}

fn unclaimed(design: &Design, side: &ServedSide, found: &mut Vec<EndpointDeviation>) {
    let Some(first) = design.apis.first() else { return };
    for served in &side.endpoints {
        let claimed = design
            .apis
            .iter()
            .enumerate()
            .any(|(index, api)| served.apis.contains(&index) && served.path.is_below(&api.base));
        // Who designs the one kind says nothing of the other.
        let is_spoken_of = design.apis.iter().any(|api| api.grpc == served.is_call);
        if !claimed && is_spoken_of && !is_mounted(design, side, served) {
            found.push(EndpointDeviation {
                kind: EndpointKind::Unclaimed,
                api: 0,
                method: served.method,
                path: served.path.clone(),
                served: Some(served.clone()),
                at: first.base_at.unwrap_or(first.name.at),
                declared: None,
            });
        }
    }
}

/// Whether `outer` is an endpoint that an API claims from its `entry` on, seen from a router around that: where the API's own
/// router hangs is not the API's matter.
fn is_mounted(design: &Design, side: &ServedSide, outer: &Served) -> bool {
    let path = outer.path.shape();
    side.endpoints.iter().any(|inner| {
        let same = (&inner.file, inner.site, inner.method) == (&outer.file, outer.site, outer.method);
        let claims = |api: &usize| {
            let api = &design.apis[*api];
            !api.entry.is_empty() && inner.path.is_below(&api.base)
        };
        same && path.ends_with(&inner.path.shape()) && inner.apis.iter().any(claims)
    })
}
