//! Endpoints of the code against the endpoints of the APIs: convergence, divergence, absence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::guards::unguarded;
use super::map::symbol_depth;
use super::promised::Held;
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
    /// Whether only clients that ask for a former version are answered: what the contract says is for those of the newest.
    pub is_former: bool,
    /// The `cfg`, `if` or `match` arm around it.
    pub condition: Option<String>,
    /// The APIs whose `entry` it is reached from, by index; those without `entry` reach every root.
    pub apis: Vec<usize>,
    /// What can prove that a caller was checked, by full paths: types that the handler takes for certain, names in what is laid over
    /// the route. `None` when nobody asked.
    pub proofs: Option<Proofs>,
    /// What it takes and gives; `None` when nobody asked, or no function of the repository answers.
    pub exchange: Option<Exchange>,
    /// Which of the side's types its exchange speaks of.
    pub named: Named,
    /// What it takes and gives, held against what APIs promise; `None` where that was not done yet.
    pub held: Option<Vec<Held>>,
}

/// The types that an exchange names, by their places in the lists of the side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Those that parameters and the request name.
    pub accepts: u32,
    /// Those that responses name.
    pub emits: u32,
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
    /// The types that parameters and requests name; what was read together shares one.
    pub accepts: Vec<Types>,
    /// The types that responses name, likewise.
    pub emits: Vec<Types>,
}

impl ServedSide {
    /// The types that the exchange of an endpoint names: those that it takes, and those that it gives.
    pub(super) fn named_by(&self, served: &Served) -> Option<(&Types, &Types)> {
        let Named { accepts, emits } = served.named;
        Some((self.accepts.get(accepts as usize)?, self.emits.get(emits as usize)?))
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
    /// The endpoint of the code; of an absence one that answers clients of former versions alone.
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
        let declarations = ByShape::new(api.endpoints.iter().enumerate(), |declared| &declared.path);
        for served in &claimed.all {
            let declares = |declared: &&EndpointDeclaration| declared.method.covers(served.method);
            let documents =
                |declared: &&EndpointDeclaration| declares(declared) && is_documented(design, declared);
            let declared = declarations.like(&served.path).map(|(_, declared)| declared).find(declares);
            let documented = || declarations.documenting(&served.path, &claimed).find(documents);
            let declared = declared.or_else(documented);
            if declared.is_none() && api.exhaustive {
                found.push(divergence((api, &declarations), index, served));
            }
            found.extend(home((api, declared), index, (served, single_package)));
            found.extend(declared.and_then(|declared| unguarded(api, index, (served, declared))));
        }
        for declared in api.endpoints.iter().filter(|declared| !declared.planned) {
            let mut answering = claimed.answering(design, declared).map(|(_, served)| served).peekable();
            let former = answering.peek().copied().cloned();
            if answering.all(|served| served.is_former) {
                found.push(EndpointDeviation {
                    kind: EndpointKind::Absence,
                    api: index,
                    method: declared.method,
                    path: declared.path.clone(),
                    served: former,
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
    declared.peek().is_some() && declared.all(|declared| claimed.answering(design, declared).next().is_none())
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
            let served = claimed.answering(design, declared).min_by_key(|(_, served)| served.is_former);
            if let Some(handler) = served.and_then(|(_, served)| served.handler.clone()) {
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
pub(super) fn claimed<'s>(design: &Design, side: &'s ServedSide, index: usize) -> ByShape<'s, Served> {
    let api = &design.apis[index];
    let below = |api: &Api, served: &Served| served.path.is_below(&api.base);
    let is_same = |other: &Api| {
        let entries = |api: &'_ Api| api.entry.iter().map(|entry| entry.value.clone()).collect::<Vec<_>>();
        other.grpc == api.grpc && entries(other) == entries(api)
    };
    let length = |api: &Api| api.base.segments().count();
    let longer = design.apis.iter().filter(|other| length(other) > length(api) && is_same(other));
    let longer: Vec<&Api> = longer.collect();
    let nearer = |served: &Served| longer.iter().any(|other| below(other, served));
    let claims = |served: &Served| {
        served.apis.contains(&index) && below(api, served) && !excepted(api, &served.path) && !nearer(served)
    };
    let all = side.endpoints.iter().enumerate().filter(|(_, served)| claims(served));
    ByShape::new(all, |served| &served.path)
}

/// Endpoints in their order, to be asked for those whose paths have a shape.
pub(super) struct ByShape<'s, T> {
    all: Vec<&'s T>,
    by_shape: BTreeMap<String, Vec<(usize, &'s T)>>,
}

impl<'s, T> ByShape<'s, T> {
    /// Some of a list, with their indexes in it.
    fn new(some: impl Iterator<Item = (usize, &'s T)>, path: fn(&T) -> &RoutePattern) -> Self {
        let mut by_shape: BTreeMap<String, Vec<(usize, &T)>> = BTreeMap::new();
        let all = some.inspect(|(at, one)| by_shape.entry(path(one).shape()).or_default().push((*at, one)));
        let all = all.map(|(_, one)| one).collect();
        Self { all, by_shape }
    }

    /// Those whose paths are like this one, with their indexes.
    fn like(&self, path: &RoutePattern) -> impl Iterator<Item = (usize, &'s T)> {
        self.shaped(&path.shape()).iter().copied()
    }

    fn shaped(&self, shape: &str) -> &[(usize, &'s T)] {
        self.by_shape.get(shape).map_or(&[], Vec::as_slice)
    }
}

impl<'s> ByShape<'s, Served> {
    /// What answers to a declaration, with its index. A document has no words for the rest of a path: it says a parameter.
    pub(super) fn answering(
        &self,
        design: &Design,
        declared: &EndpointDeclaration,
    ) -> impl Iterator<Item = (usize, &'s Served)> {
        let shape = declared.path.shape();
        let answers = |(_, served): &(usize, &Served)| answers(served, declared);
        let mut found = self.shaped(&shape);
        if let Some(rest) = rest_for(&shape).filter(|_| found.is_empty() && is_documented(design, declared)) {
            found = self.shaped(&rest);
        }
        found.iter().copied().filter(answers)
    }
}

impl<'s> Declarations<'s> {
    /// Those that can mean a path whose end is the rest of it, if it is a document that says them. What is served nearer is what they
    /// mean, whatever its method: a router goes by paths first.
    fn documenting(
        &self,
        path: &RoutePattern,
        claimed: &ByShape<'_, Served>,
    ) -> impl Iterator<Item = &'s EndpointDeclaration> {
        let shape = path.shape();
        let said = shape.strip_suffix("/{*}").map(|prefix| format!("{prefix}/{{}}"));
        let said = said.filter(|said| rest_for(said).is_some() && claimed.shaped(said).is_empty());
        let found = said.map_or(&[][..], |shape| self.shaped(&shape));
        found.iter().map(|(_, declared)| *declared)
    }
}

/// The path whose rest begins where one has its last parameter. What takes all paths there are is no page of a site.
fn rest_for(shape: &str) -> Option<String> {
    let prefix = shape.strip_suffix("/{}").filter(|prefix| !prefix.is_empty())?;
    Some(format!("{prefix}/{{*}}"))
}

/// Whether a document says that an endpoint is there.
fn is_documented(design: &Design, declared: &EndpointDeclaration) -> bool {
    design.files.get(declared.at.file as usize).is_some_and(|file| file.is_linked)
}

/// What an API declares.
type Declarations<'s> = ByShape<'s, EndpointDeclaration>;

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

/// Whether an endpoint answers to the method of a declaration; their paths are alike.
fn answers(served: &Served, declared: &EndpointDeclaration) -> bool {
    served.method.covers(declared.method) || declared.method == Method::Any
}

fn divergence(
    (api, declarations): (&Api, &Declarations<'_>),
    index: usize,
    served: &Served,
) -> EndpointDeviation {
    EndpointDeviation {
        kind: EndpointKind::Divergence,
        api: index,
        method: served.method,
        path: served.path.clone(),
        served: Some(served.clone()),
        at: api.name.at,
        declared: nearest(declarations, served),
    }
}

/// The declaration that comes closest: the same path with another method, else the path that shares most parts.
fn nearest(declarations: &Declarations<'_>, served: &Served) -> Option<EndpointDeclaration> {
    let shape = served.path.shape();
    let own: Vec<&str> = shape.split('/').collect();
    let likeness = |other: &str| {
        let equal = own.iter().zip(other.split('/')).filter(|(own, other)| *own == other).count();
        (own.len() == other.split('/').count() && equal + 1 >= own.len()).then_some(equal)
    };
    let scored = declarations.by_shape.iter().filter_map(|(shape, all)| Some((likeness(shape)?, all)));
    let scored =
        scored.flat_map(|(score, all)| all.iter().map(move |(at, declared)| (score, *at, *declared)));
    // Of several that are as near the last one is meant.
    let key = |(score, at, declared): &(usize, usize, &EndpointDeclaration)| {
        (*score, declared.method == served.method, *at)
    };
    scored.max_by_key(key).map(|(.., declared)| declared.clone())
}

fn home(
    (api, declared): (&Api, Option<&EndpointDeclaration>),
    index: usize,
    (served, single_package): (&Served, bool),
) -> Option<EndpointDeviation> {
    let handler = served.handler.as_ref()?;
    let lives_in = |pattern: &SymbolPattern| {
        symbol_depth(pattern, &served.handler_package, handler, single_package).is_some()
    };
    let own = declared.and_then(|declared| declared.handler.as_ref());
    let at = match own {
        Some(own) if lives_in(&own.value) => return None,
        Some(own) => own.at,
        None if api.handlers.is_empty() || api.handlers.iter().any(|home| lives_in(&home.value)) => {
            return None;
        }
        None => api.handlers[0].at,
    };
    Some(EndpointDeviation {
        kind: EndpointKind::Home,
        api: index,
        method: served.method,
        path: served.path.clone(),
        served: Some(served.clone()),
        at,
        declared: declared.cloned(),
    })
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
