//! Which routers are served: the ones that no other takes up → rows, each registration accounted for.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::is_route_method;
use super::evaluate::{Evaluator, Unjudged};
use super::register::joined;
use super::value::{Entry, Handler, MORE, Object, ObjectId, Stage, Template};
use super::{Endpoint, ItemRef, Names, Request, Routes, UnjudgedRoute, walk};
use crate::basis::{Method, Reason, Role, RoutePattern, Site};
use crate::facts::frameworks::Kind;

/// Finds the endpoints of a repository, or of the given entries.
pub fn routes(names: &dyn Names, request: &Request) -> Routes {
    let mut evaluator = Evaluator::new(names, &request.hints);
    let is_whole = request.entries.is_empty();
    let mut functions = if is_whole { names.bodies() } else { request.entries.clone() };
    functions.retain(|of| !is_whole || request.asks_about(names.role(*of)));
    let (shipped, others): (Vec<_>, Vec<_>) =
        functions.into_iter().partition(|of| names.role(*of) == Role::Production);
    let mut returned = BTreeMap::new();
    compute(&mut evaluator, &shipped, &mut returned);
    evaluator.serve_traits(&request.entries);
    evaluator.serve_own_attributes(&request.entries);
    // What a test does with what is shipped says nothing of it.
    let unvisited = if is_whole { unvisited(&evaluator, &shipped) } else { Vec::new() };
    compute(&mut evaluator, &others, &mut returned);
    let taken = evaluator.objects.iter().filter(|object| object.mounted);
    let mut listing = Listing {
        evaluator: &evaluator,
        asked: &request.entries,
        patterns: taken.filter_map(|object| object.original).map(|original| original.0 as usize).collect(),
        rows: BTreeMap::new(),
        hidden: BTreeMap::new(),
        accounted: BTreeSet::new(),
    };
    let owners: BTreeSet<_> = evaluator.objects.iter().map(|object| object.owner).collect();
    let is_root = |of: ItemRef| request.entries.contains(&of) || !is_taken(&evaluator, of);
    for of in owners.iter().filter(|of| is_root(**of)) {
        listing.list(*of, returned.get(of).map_or(&[], |ids| ids));
    }
    // A function that only a cycle or a dead end takes up: what it registers is listed as it stands there.
    for of in owners.iter().filter(|of| !is_root(**of)) {
        listing.list_rest(*of);
    }
    let Listing { rows, hidden, accounted, .. } = listing;
    // Where one way shows who answers, the others show no less.
    let shown: BTreeSet<_> = rows.keys().filter(|key| key.4.is_some()).map(rest_of).collect();
    let is_shown = |key: &Key| key.4.is_none() && shown.contains(&rest_of(key));
    let endpoints: Vec<Endpoint> =
        rows.iter().filter(|(key, _)| !is_shown(key)).map(|(_, (_, row))| row.clone()).collect();
    let mut unjudged = found_unjudged(&evaluator);
    let is_seen = |of: &ItemRef| {
        owners.contains(of)
            || endpoints.iter().any(|endpoint| [endpoint.root, endpoint.function].contains(of))
    };
    let unseen = request.entries.iter().filter(|of| !is_seen(of)).copied().collect();
    unjudged.extend(shapeless(&evaluator, &accounted));
    unjudged.extend(hidden.into_iter().filter(|(_, of)| names.role(*of) == Role::Production).map(
        |((file, site), function)| {
            let text = "nobody is seen to answer".to_owned();
            UnjudgedRoute { file, site, reason: Reason::DynamicRoute, text, function }
        },
    ));
    unjudged.extend(unvisited);
    unjudged.sort();
    unjudged.dedup_by(|a, b| (a.file, a.site, a.reason) == (b.file, b.site, b.reason));
    Routes { endpoints, unjudged, unseen }
}

/// Evaluates functions, and calls what they compute that nobody called; `returned` gets the routers that each returns.
fn compute(
    evaluator: &mut Evaluator<'_>,
    functions: &[ItemRef],
    returned: &mut BTreeMap<ItemRef, Vec<ObjectId>>,
) {
    let mut computed = Vec::new();
    for of in functions {
        let value = evaluator.outcome(*of);
        returned.insert(*of, value.routers());
        computed.push((*of, value));
    }
    for (of, value) in computed {
        evaluator.call_computed(of, &value);
    }
}

/// Whether another function takes up the routers of `of`: production code, or code of the same kind.
fn is_taken(evaluator: &Evaluator<'_>, of: ItemRef) -> bool {
    let role = evaluator.names.role(of);
    let takers = evaluator.taken.get(&of);
    takers.is_some_and(|takers| takers.contains(&Role::Production) || takers.contains(&role))
}

/// Whether nobody names a router again, or wants no more of it than a description.
fn is_let_go(object: &Object) -> bool {
    object.described && object.uses == 0 && !object.left
}

/// What makes two rows one: place, method, path, and the function that answers.
type Key = (u32, Site, Method, RoutePattern, Option<ItemRef>);

fn rest_of((file, site, method, path, _): &Key) -> (u32, Site, Method, RoutePattern) {
    (*file, *site, *method, path.clone())
}

struct Listing<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    /// The functions that somebody names as entries.
    asked: &'e [ItemRef],
    /// The objects of which a copy was taken up, by index.
    patterns: BTreeSet<usize>,
    /// With the number of conditions around each.
    rows: BTreeMap<Key, (usize, Endpoint)>,
    /// Places at which something that is not known may answer, and the functions that they stand in.
    hidden: BTreeMap<(u32, Site), ItemRef>,
    /// Places of registrations that a row or an unjudged entry speaks of; `true` where it has no shape.
    accounted: BTreeSet<(u32, Site, bool)>,
}

impl Listing<'_, '_> {
    fn list(&mut self, root: ItemRef, returned: &[ObjectId]) {
        let evaluator = self.evaluator;
        for (at, object) in evaluator.objects.iter().enumerate() {
            let is_returned = returned.iter().any(|id| id.0 as usize == at);
            // What is only there to be copied is served where the copies are.
            let is_pattern = object.uses == 0 && self.patterns.contains(&at);
            if evaluator.spoken_for.contains(&root)
                || object.owner != root
                || ((object.mounted || is_pattern) && !object.left && !is_returned)
            {
                continue;
            }
            if is_let_go(object) && !is_returned {
                self.account(object);
                continue;
            }
            let none = [Template::default()];
            let prefixes = if object.prefixes.is_empty() { &none[..] } else { &object.prefixes[..] };
            let is_part = is_returned && !self.is_reply(root);
            let is_served = |entry: &Entry| !(is_part && matches!(entry.stage, Stage::Given | Stage::Along));
            for prefix in prefixes {
                for entry in object.entries.iter().filter(|entry| is_served(entry)) {
                    let path = joined(object.framework, prefix, &entry.path);
                    self.add(root, entry, &path, object.framework.name);
                }
            }
        }
    }

    /// Whether what a filter gives that a function returns is an answer, rather than what another filter goes on with.
    fn is_reply(&self, root: ItemRef) -> bool {
        let types = self.evaluator.names.types_in(root);
        let is_answer = |path: &str| matches!(path.rsplit("::").next(), Some("Reply" | "Response"));
        self.asked.contains(&root) || types.iter().any(|path| is_answer(path))
    }

    fn list_rest(&mut self, root: ItemRef) {
        let evaluator = self.evaluator;
        let is_spoken_for = evaluator.spoken_for.contains(&root);
        // A filter that another function goes on from is a part of what that one answers.
        let is_whole = |object: &&Object| object.kind != Kind::Filter && object.owner == root;
        for object in evaluator.objects.iter().filter(is_whole).filter(|_| !is_spoken_for) {
            if is_let_go(object) {
                self.account(object);
                continue;
            }
            for entry in &object.entries {
                let is_new = [false, true]
                    .into_iter()
                    .all(|shapeless| !self.accounted.contains(&(entry.place.0, entry.place.1, shapeless)));
                if is_new && !object.mounted {
                    let prefix = object.prefixes.first().cloned().unwrap_or_default();
                    let path = joined(object.framework, &prefix, &entry.path);
                    self.add(root, entry, &path, object.framework.name);
                }
            }
        }
    }

    /// Speaks of what a router registers that nobody serves.
    fn account(&mut self, object: &Object) {
        let places = object.entries.iter().map(|entry| (entry.place.0, entry.place.1, false));
        self.accounted.extend(places);
    }

    fn add(&mut self, root: ItemRef, entry: &Entry, path: &Template, framework: &'static str) {
        match entry.stage {
            Stage::Answered | Stage::AskedOn => {}
            // What is given to every request, whatever it asks for, is a fallback.
            Stage::Given | Stage::Along if !entry.path.text.is_empty() => {}
            Stage::Asked | Stage::Given | Stage::Along => return,
            Stage::Hidden => {
                self.hidden.insert((entry.place.0, entry.place.1), entry.function);
                return;
            }
        }
        let is_shapeless = path.is_shapeless();
        self.accounted.insert((entry.place.0, entry.place.1, is_shapeless));
        if is_shapeless {
            return;
        }
        let role = role(self.evaluator.names, root, entry);
        let dynamic: Vec<_> = path.holes.iter().map(|hole| &*hole.written).collect();
        let dynamic = if dynamic.is_empty() { None } else { Some(dynamic.join(", ")) };
        let condition = if entry.conditions.is_empty() { None } else { Some(entry.conditions.join(" and ")) };
        let methods = if entry.methods.is_empty() { &[Method::Any][..] } else { &entry.methods[..] };
        for method in methods {
            let row = Endpoint {
                file: entry.place.0,
                site: entry.place.1,
                method: *method,
                path: RoutePattern::new(&path.written()),
                dynamic: dynamic.clone(),
                handler: entry.handler.clone(),
                function: entry.function,
                condition: condition.clone(),
                role,
                mounts: entry.mounts.clone(),
                layers: entry.layers.clone(),
                root,
                framework,
                declared: entry.declared.as_deref().cloned(),
            };
            let function = if let Handler::Function(of) = &row.handler { Some(*of) } else { None };
            let key = (row.file, row.site, row.method, row.path.clone(), function);
            // The same registration seen on two ways: the shipped one that less must hold for says more, and of two such the one over
            // which less is laid.
            let weight = |conditions, row: &Endpoint| (row.role, conditions, row.layers.len());
            let conditions = entry.conditions.len();
            let known = self.rows.get(&key);
            if known.is_none_or(|(least, old)| weight(conditions, &row) < weight(*least, old)) {
                self.rows.insert(key, (conditions, row));
            }
        }
    }
}

fn role(names: &dyn Names, root: ItemRef, entry: &Entry) -> Role {
    if entry.test {
        return Role::Test;
    }
    let own = names.role(entry.function);
    if own == Role::Production { names.role(root) } else { own }
}

fn found_unjudged(evaluator: &Evaluator<'_>) -> Vec<UnjudgedRoute> {
    // What a function that is only ever called with arguments does without them says nothing.
    let counts = |owner: ItemRef| {
        !evaluator.spoken_for.contains(&owner)
            && (evaluator.copied.contains(&owner) || !is_taken(evaluator, owner))
    };
    let rows = |found: &Unjudged, reason| -> Vec<_> {
        found
            .iter()
            .filter(|((_, _, owner), (_, function))| {
                // What a test hands over is not what is shipped.
                let is_production = |of: ItemRef| evaluator.names.role(of) == Role::Production;
                is_production(*function) && is_production(*owner) && counts(*owner)
            })
            .map(|((file, site, _), (text, function))| {
                let (file, site, text, function) = (*file, *site, text.clone(), *function);
                UnjudgedRoute { file, site, reason, text, function }
            })
            .collect()
    };
    let mut all = rows(&evaluator.unjudged, Reason::DynamicRoute);
    all.extend(rows(&evaluator.opaque_macros, Reason::OpaqueMacro));
    all
}

/// Registrations of which only ways without any shape were found.
fn shapeless(evaluator: &Evaluator<'_>, accounted: &BTreeSet<(u32, Site, bool)>) -> Vec<UnjudgedRoute> {
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    let all = || evaluator.objects.iter().flat_map(|object| &object.entries).map(|entry| &**entry);
    // Where it was mounted it says what is not known of it.
    let says = |entry: &&Entry| !entry.path.holes.is_empty();
    for entry in all().filter(says).chain(all().filter(|entry| !says(entry))) {
        let (file, site) = entry.place;
        // Where some ways have a shape, others may be left out.
        let is_open = entry.path.is_shapeless() && entry.path.holes.iter().any(|hole| &*hole.written == MORE);
        let is_shapeless =
            accounted.contains(&(file, site, true)) && (is_open || !accounted.contains(&(file, site, false)));
        let is_production = evaluator.names.role(entry.function) == Role::Production && !entry.test;
        if is_shapeless && is_production && seen.insert(entry.place) {
            let holes: Vec<_> = entry.path.holes.iter().map(|hole| &*hole.written).collect();
            let text = format!("path {}", holes.join(", "));
            let reason = Reason::DynamicRoute;
            rows.push(UnjudgedRoute { file, site, reason, text, function: entry.function });
        }
    }
    rows
}

/// Calls that read like registrations and that the evaluation never came to.
fn unvisited(evaluator: &Evaluator<'_>, shipped: &[ItemRef]) -> Vec<UnjudgedRoute> {
    let mut rows = Vec::new();
    for of in shipped {
        let Some(body) = evaluator.names.body(*of) else { continue };
        for call in walk::literal_calls(&body.value) {
            let is_visited = evaluator.visited.contains(&(of.file, call.name_site.span.start));
            let is_route = call.text.starts_with('/')
                && call.arguments >= 2
                && is_route_method(evaluator.names, of.file, (call.name, call.arguments));
            if is_route && !is_visited {
                let text = format!(".{}({:?}, …)", call.name, call.text);
                let (file, site, function) = (of.file, call.name_site, *of);
                rows.push(UnjudgedRoute { file, site, reason: Reason::DynamicRoute, text, function });
            }
        }
    }
    rows
}
