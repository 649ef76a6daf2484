//! `[api.NAME.endpoints]`, `[schema.*]` and `[types]` of two designs: what is promised to clients.

use std::collections::{BTreeMap, BTreeSet};

use super::super::design::{Api, At, Declared, Design, EndpointDeclaration, Schema};
use super::super::pattern::{Pattern, SymbolPattern};
use super::super::wire::{Payload, Responses, Shape};
use super::apis::{asked, compare_auth};
use super::lists::{covered, elements};
use super::wire::{Promise, Schemas, Side, names_in, names_in_shape};
use super::{Class, Pair, Subject, Table, either};
use crate::basis::Method;

const PARAMETERS: &[&str] = &["parameter-mismatch"];
const REQUESTS: &[&str] = &["request-mismatch"];
const RESPONSES: &[&str] = &["response-mismatch"];
const BODIES: &[&str] = &["request-mismatch", "response-mismatch"];

/// The parts of an endpoint that say what goes over the wire.
const PARTS: [(&str, &[&str]); 3] = [("query", PARAMETERS), ("request", REQUESTS), ("responses", RESPONSES)];

type Key = (Method, String);

impl Pair<'_> {
    /// Every line of `[api.NAME.endpoints]`.
    pub(super) fn endpoints(&mut self, table: &Table, before: &Api, after: &Api) {
        let schemas = Schemas::new(self.base, self.head);
        let key = |endpoint: &EndpointDeclaration| -> Key { (endpoint.method, endpoint.path.shape()) };
        let now: BTreeMap<Key, &EndpointDeclaration> =
            after.endpoints.iter().map(|it| (key(it), it)).collect();
        let known: BTreeSet<Key> = before.endpoints.iter().map(key).collect();
        for endpoint in &before.endpoints {
            let own = Self::of_endpoint(table, endpoint);
            match now.get(&key(endpoint)) {
                Some(other) => {
                    self.endpoint(&own, (before, endpoint), (after, other));
                    self.promises(&own, &schemas, (before, endpoint), (after, other));
                }
                None if endpoint.planned => {
                    let reason = "it was planned, and is not any more";
                    self.say(Class::Tightened, (&own, ""), (Some(endpoint.at), None), reason);
                }
                None => {
                    let reason = "it is promised to nobody";
                    self.say(Class::Loosened, (&own, ""), (Some(endpoint.at), None), reason);
                }
            }
        }
        for endpoint in after.endpoints.iter().filter(|endpoint| !known.contains(&key(endpoint))) {
            let own = Self::of_endpoint(table, endpoint);
            self.say(Class::Extended, (&own, ""), (None, Some(endpoint.at)), "a new endpoint");
        }
    }

    fn endpoint(
        &mut self,
        table: &Table,
        (api, before): (&Api, &EndpointDeclaration),
        (head_api, after): (&Api, &EndpointDeclaration),
    ) {
        let ends = (Some(before.at), Some(after.at));
        if before.planned != after.planned {
            let reason =
                if after.planned { "that it is absent is no deviation" } else { "it has to be there" };
            self.say(either(after.planned), (table, "planned"), ends, reason);
        }
        let at = |handler: &Option<Declared<SymbolPattern>>| handler.as_ref().map(|handler| handler.at);
        if let Some((class, reason)) = self.handler((api, before), (head_api, after)) {
            self.say(class, (table, "handler"), (at(&before.handler), at(&after.handler)), reason);
        }
        let own = |endpoint: &EndpointDeclaration| endpoint.auth.as_ref().map(|auth| auth.value.clone());
        if own(before) != own(after) {
            let asks = |api: &Api, endpoint: &EndpointDeclaration| {
                asked(api, endpoint.auth.as_ref().or(api.auth.as_ref()).map(|auth| &auth.value))
            };
            let (class, reason) = compare_auth(&asks(api, before), &asks(head_api, after), "its callers");
            let ends = (before.auth.as_ref().map(|auth| auth.at), after.auth.as_ref().map(|auth| auth.at));
            self.say(class, (&table.held_by(&["endpoint-unguarded"]), "auth"), ends, reason);
        }
    }

    /// What goes over the wire.
    fn promises(
        &mut self,
        table: &Table,
        schemas: &Schemas<'_>,
        (api, before): (&Api, &EndpointDeclaration),
        (head_api, after): (&Api, &EndpointDeclaration),
    ) {
        for (part, rules) in PARTS {
            if let Some((class, reason)) = promise(part, schemas, (before, after)).classified() {
                let ends = (self.part(true, api, before, part), self.part(false, head_api, after, part));
                self.say(class, (&table.held_by(rules), part), ends, reason);
            }
        }
    }

    /// The place of one part of an endpoint; `None` where it is not written.
    fn part(&self, of_base: bool, api: &Api, endpoint: &EndpointDeclaration, part: &str) -> Option<At> {
        let (places, files) = match of_base {
            true => (&self.places.0, &self.base.files),
            false => (&self.places.1, &self.head.files),
        };
        let text = files.get(endpoint.at.file as usize)?.text.get(endpoint.at.span.range())?;
        places.inside(&["api", &api.name.value, "endpoints", text.trim_matches(['"', '\''])], part)
    }

    /// `handler`: its own line goes before the `handlers` of the API.
    fn handler(
        &self,
        (api, before): (&Api, &EndpointDeclaration),
        (head_api, after): (&Api, &EndpointDeclaration),
    ) -> Option<(Class, String)> {
        let homes = |api: &Api, own: &Option<Declared<SymbolPattern>>| match own {
            Some(own) => vec![(own.value.clone(), own.at)],
            None => elements(&api.handlers),
        };
        let value = |own: &Option<Declared<SymbolPattern>>| own.as_ref().map(|own| own.value.clone());
        if value(&before.handler) == value(&after.handler) {
            return None;
        }
        let (known, now) = (homes(api, &before.handler), homes(head_api, &after.handler));
        let within =
            known.is_empty() || (!now.is_empty() && now.iter().all(|(home, _)| covered(home, &known)));
        let renamed = match (&before.handler, &after.handler) {
            (Some(before), Some(after)) => {
                let dead = !(self.ground.in_head)(&Pattern::Symbol(before.value.clone()));
                dead && self.is_new_code(&after.value)
            }
            (None, _) | (_, None) => false,
        };
        Some(match () {
            () if renamed => (Class::Neutral, "the function has another name".to_owned()),
            () if within => (Class::Tightened, "its handler may live in fewer places".to_owned()),
            () => (Class::Loosened, "its handler may live elsewhere".to_owned()),
        })
    }

    /// Every `[schema.NAME]`, on the sides of the wire that it goes over.
    pub(super) fn schemas(&mut self) {
        let schemas = Schemas::new(self.base, self.head);
        let sides = sides_of_schemas(self.base);
        let now: BTreeMap<&str, &Schema> =
            self.head.schemas.iter().map(|schema| (schema.name.value.as_str(), schema)).collect();
        for schema in &self.base.schemas {
            let name = schema.name.value.as_str();
            let table = Table { name: format!("schema.{name}"), subject: Subject::Words, rules: BODIES };
            let Some(other) = now.get(name) else {
                let reason = "what names it no longer does, or names another one";
                self.say(Class::Neutral, (&table, ""), (Some(schema.name.at), None), reason);
                continue;
            };
            let mut promise = Promise::default();
            let empty = BTreeSet::new();
            for side in sides.get(name).unwrap_or(&empty) {
                promise.add(schemas.compare(&schema.shape, &other.shape, *side));
            }
            let ends = (Some(schema.name.at), Some(other.name.at));
            match promise.classified() {
                Some((class, reason)) => self.say(class, (&table, ""), ends, reason),
                None if schemas.compare(&schema.shape, &other.shape, Side::Sent).classified().is_some() => {
                    self.say(Class::Neutral, (&table, ""), ends, "no endpoint names it");
                }
                None => {}
            }
        }
        let known: BTreeSet<&str> =
            self.base.schemas.iter().map(|schema| schema.name.value.as_str()).collect();
        for schema in self.head.schemas.iter().filter(|schema| !known.contains(schema.name.value.as_str())) {
            let name = format!("schema.{}", schema.name.value);
            let table = Table { name, subject: Subject::Words, rules: BODIES };
            self.say(Class::Extended, (&table, ""), (None, Some(schema.name.at)), "a new schema");
        }
    }

    /// `[types]`: what gate believes of types whose form it cannot see.
    pub(super) fn types(&mut self) {
        let types = |design: &Design| -> BTreeMap<SymbolPattern, usize> {
            design.types.iter().enumerate().map(|(at, wire)| (wire.name.value.clone(), at)).collect()
        };
        let (before, after) = (types(self.base), types(self.head));
        let (base, head) = (self.base, self.head);
        let table = Table { name: "types".to_owned(), subject: Subject::Words, rules: BODIES };
        let schemas = Schemas::new(base, head);
        for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            let (known, now) =
                (before.get(name).map(|at| &base.types[*at]), after.get(name).map(|at| &head.types[*at]));
            let (class, reason) = match (known, now) {
                (Some(known), Some(now)) => {
                    let same = [Side::Sent, Side::Taken]
                        .into_iter()
                        .all(|side| schemas.compare(&known.shape, &now.shape, side).classified().is_none());
                    if same {
                        continue;
                    }
                    (Class::Loosened, format!("`{name}` is taken for something else"))
                }
                (Some(_), None) => (Class::Loosened, format!("gate no longer sees what `{name}` stands for")),
                (None, _) => (Class::Tightened, format!("gate sees what `{name}` stands for")),
            };
            let ends = (known.map(|wire| wire.name.at), now.map(|wire| wire.name.at));
            self.say(class, (&table, ""), ends, reason);
        }
    }
}

/// What one part of an endpoint promises otherwise.
fn promise(
    part: &str,
    schemas: &Schemas<'_>,
    (before, after): (&EndpointDeclaration, &EndpointDeclaration),
) -> Promise {
    match part {
        "query" => match (&before.query, &after.query) {
            (None, None) => Promise::default(),
            (None, Some(_)) => Promise::tightened("its query is promised"),
            (Some(_), None) => Promise::loosened("its query is promised to nobody"),
            (Some(before), Some(after)) => schemas.fields(before, after, Side::Taken),
        },
        "request" => match (&before.request, &after.request) {
            (None, None) => Promise::default(),
            (None, Some(_)) => Promise::tightened("its request is promised"),
            (Some(_), None) => Promise::loosened("its request is promised to nobody"),
            (Some(before), Some(after)) => schemas.payloads(&before.value, &after.value, Side::Taken),
        },
        _ => match (&before.responses, &after.responses) {
            (None, None) => Promise::default(),
            (None, Some(_)) => Promise::tightened("its responses are promised"),
            (Some(_), None) => Promise::loosened("its responses are promised to nobody"),
            (Some(before), Some(after)) => responses(schemas, before, after),
        },
    }
}

/// The payloads by status; `None` is that of any 2xx.
fn by_status(responses: &Responses) -> BTreeMap<Option<u16>, &Payload> {
    match responses {
        Responses::Success(payload) => BTreeMap::from([(None, &payload.value)]),
        Responses::ByStatus(list) => {
            list.iter().map(|response| (Some(response.status.value), &response.payload.value)).collect()
        }
    }
}

fn responses(schemas: &Schemas<'_>, before: &Responses, after: &Responses) -> Promise {
    let (before, after) = (by_status(before), by_status(after));
    let is_success = |status: &Option<u16>| status.is_none_or(|status| (200..300).contains(&status));
    let mut promise = Promise::default();
    for status in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let shown = status.map_or_else(|| "2xx".to_owned(), |status| status.to_string());
        promise.add(match (before.get(status), after.get(status)) {
            (Some(before), Some(after)) => schemas.payloads(before, after, Side::Sent),
            (None, Some(_)) if is_success(status) && !before.is_empty() => {
                Promise::loosened(format!("{shown} is an answer too"))
            }
            (None, _) => Promise::tightened(format!("what {shown} carries is promised")),
            (Some(_), None) if is_success(status) => {
                Promise::tightened(format!("{shown} is no answer any more"))
            }
            (Some(_), None) => Promise::loosened(format!("what {shown} carries is promised to nobody")),
        });
    }
    promise
}

/// The sides of the wire that each schema of a design goes over.
fn sides_of_schemas(design: &Design) -> BTreeMap<&str, BTreeSet<Side>> {
    let shapes: BTreeMap<&str, &Shape> =
        design.schemas.iter().map(|schema| (schema.name.value.as_str(), &schema.shape)).collect();
    let mut found: BTreeMap<&str, BTreeSet<Side>> = BTreeMap::new();
    let mut open: Vec<(&str, Side)> = Vec::new();
    for endpoint in design.apis.iter().flat_map(|api| &api.endpoints) {
        let taken = endpoint.request.iter().flat_map(|request| names_in(&request.value));
        open.extend(taken.map(|name| (name, Side::Taken)));
        let answers = endpoint.responses.iter().flat_map(|responses| by_status(responses).into_values());
        open.extend(answers.flat_map(names_in).map(|name| (name, Side::Sent)));
    }
    while let Some((name, side)) = open.pop() {
        if let Some(shape) = shapes.get(name).filter(|_| found.entry(name).or_default().insert(side)) {
            open.extend(names_in_shape(shape).into_iter().map(|inner| (inner, side)));
        }
    }
    found
}
