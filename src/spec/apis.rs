//! `[api.*]`, `[schema.*]` and `[types]`, from checked tables → the design's contracts, names resolved.

use std::collections::{BTreeMap, BTreeSet};

use super::design::{
    Api, At, Auth, Declared, EndpointDeclaration, Guard, RegisteredMethod, Registration, Schema, WireType,
};
use super::document::{Entry, View};
use super::error::{Complaint, Errors};
use super::modules::{owned, patterns, symbols};
use super::pattern::{Pattern, read_symbol};
use super::wire::{Media, Payload, Primitive, Responses, read_type, schemas_named};
use super::{bodies, route};
use crate::basis::{Method, RoutePattern};

/// Reads every API.
pub(super) fn apis(roots: &[View<'_>], errors: &mut Errors) -> Vec<Api> {
    let mut first: BTreeMap<String, At> = BTreeMap::new();
    let mut apis = Vec::new();
    for (name, table) in roots.iter().flat_map(|root| root.tables("api")) {
        match first.get(name.value) {
            Some(first) => {
                errors.twice(
                    name.at,
                    *first,
                    Complaint::new(format!("API `{}` is declared twice", name.value)),
                );
            }
            None => {
                first.insert(name.value.to_owned(), name.at);
                apis.push(api(name, table, errors));
            }
        }
    }
    say_same_claims(&apis, errors);
    apis
}

fn api(name: Declared<&str>, table: View<'_>, errors: &mut Errors) -> Api {
    let guards = guards(table, errors);
    let base_text = table.text("base");
    let base = base_text
        .and_then(|text| route::read_path(text.value).ok())
        .unwrap_or_else(|| RoutePattern::new("/"));
    if let Some(text) = base_text.filter(|_| base.as_str().contains("{*")) {
        errors.value(text.at, Complaint::new("a base cannot hold the rest of a path"));
    }
    Api {
        name: owned(name),
        why: table.text("why").map_or_else(|| Declared { value: String::new(), at: name.at }, owned),
        entry: patterns(table, "entry"),
        except: exceptions(table, &base, errors),
        grpc: table.flag("grpc").unwrap_or(false),
        exhaustive: table.flag("exhaustive").unwrap_or(true),
        handlers: symbols(table, "handlers"),
        openapi: table.text("openapi").map(owned),
        auth: auth(table, &guards, errors),
        closed: table.flag("closed").unwrap_or(false),
        values: values(table),
        request_wrappers: wrappers(table, "request"),
        response_wrappers: wrappers(table, "response"),
        registers: table.elements("registers").into_iter().filter_map(registration).collect(),
        endpoints: endpoints(table, &base, &guards, errors),
        guards,
        base,
        base_at: base_text.map(|text| text.at),
    }
}

/// Two APIs with the same entry and base would leave it open whose an endpoint is.
fn say_same_claims(apis: &[Api], errors: &mut Errors) {
    let mut claims: BTreeMap<(Vec<&Pattern>, String, bool), &Api> = BTreeMap::new();
    for api in apis {
        let mut entry: Vec<&Pattern> = api.entry.iter().map(|pattern| &pattern.value).collect();
        entry.sort();
        let claim = (entry, api.base.shape(), api.grpc);
        match claims.get(&claim) {
            Some(other) => {
                let complaint = format!(
                    "API `{}` claims the same endpoints as `{}`: same entry, same base",
                    api.name.value, other.name.value
                );
                errors.value(
                    api.name.at,
                    Complaint::new(complaint).help("tell them apart by `entry` or `base`"),
                );
            }
            None => {
                claims.insert(claim, api);
            }
        }
    }
}

fn guards(table: View<'_>, errors: &mut Errors) -> Vec<Guard> {
    let mut guards = Vec::new();
    for (name, guard) in table.tables("guards") {
        if name.value == "none" {
            errors.value(
                name.at,
                Complaint::new("`none` is the word for no guard").help("call the guard otherwise"),
            );
            continue;
        }
        let (extractors, layers) = (symbols(guard, "extractors"), symbols(guard, "layers"));
        let says_nothing = |key| guard.texts(key).is_none_or(|texts| texts.is_empty());
        if says_nothing("extractors") && says_nothing("layers") {
            let complaint = Complaint::new(format!("guard `{}` names nothing that proves it", name.value));
            errors.missing(name.at, complaint.help("name `extractors`, `layers` or both"));
        }
        guards.push(Guard { name: owned(name), extractors, layers });
    }
    guards
}

fn auth(table: View<'_>, guards: &[Guard], errors: &mut Errors) -> Option<Declared<Auth>> {
    let text = table.text("auth")?;
    let known = || guards.iter().map(|guard| guard.name.value.as_str());
    let value = match text.value {
        "none" => Auth::Open,
        name if known().any(|known| known == name) => Auth::Guard(name.to_owned()),
        _ => {
            let otherwise = "guards are declared by `[api.NAME.guards]`; `\"none\"` is no guard";
            errors.unknown("guard", text, known().chain(["none"]), otherwise);
            return None;
        }
    };
    Some(Declared { value, at: text.at })
}

fn exceptions(table: View<'_>, base: &RoutePattern, errors: &mut Errors) -> Vec<Declared<RoutePattern>> {
    let mut exceptions = Vec::new();
    for text in table.texts("except").unwrap_or_default() {
        let Ok(value) = route::read_except(text.value) else { continue };
        if !value.is_below(base) {
            let complaint = Complaint::new(format!("`{value}` does not lie below the base `{base}`"));
            let help = format!("a full path is meant: `{}`", route::join(base, &value));
            errors.value(text.at, complaint.help(help));
        }
        exceptions.push(Declared { value, at: text.at });
    }
    exceptions
}

fn values(table: View<'_>) -> BTreeMap<String, String> {
    let entries = table.table("values").map_or_else(Vec::new, |values| values.entries());
    let text = |entry: Entry<'_>| Some((entry.key.to_owned(), entry.node.text()?.value.to_owned()));
    entries.into_iter().filter_map(text).collect()
}

fn wrappers(table: View<'_>, side: &str) -> BTreeMap<String, Media> {
    let side = table.table("wrappers").and_then(|wrappers| wrappers.table(side));
    let entries = side.map_or_else(Vec::new, |side| side.entries());
    let media = |entry: Entry<'_>| Some((entry.key.to_owned(), Media::read(entry.node.text()?.value)?));
    entries.into_iter().filter_map(media).collect()
}

fn registration(table: View<'_>) -> Option<Registration> {
    let position = |key| table.get(key).and_then(|entry| entry.node.position());
    let name = table.text("name")?;
    let method = match table.text("method") {
        Some(text) => RegisteredMethod::Fixed(route::read_method(text.value).ok()?),
        None => RegisteredMethod::Argument(position("method")?),
    };
    Some(Registration {
        at: table.at,
        name: Declared { value: read_symbol(name.value).ok()?, at: name.at },
        method,
        path: position("path")?,
        handler: position("handler"),
    })
}

fn endpoints(
    table: View<'_>,
    base: &RoutePattern,
    guards: &[Guard],
    errors: &mut Errors,
) -> Vec<EndpointDeclaration> {
    let mut first: BTreeMap<(Method, String), At> = BTreeMap::new();
    let mut endpoints = Vec::new();
    for (key, endpoint) in table.tables("endpoints") {
        let Ok((method, path)) = route::read_key(key.value) else { continue };
        if let Some(first) = first.insert((method, path.shape()), key.at) {
            let complaint = Complaint::new(format!("`{method} {path}` is declared twice"));
            errors.twice(key.at, first, complaint);
            continue;
        }
        let path = route::join(base, &path);
        endpoints.push(EndpointDeclaration {
            method,
            path,
            at: key.at,
            ..promises(endpoint, guards, errors)
        });
    }
    endpoints
}

/// What an endpoint's table promises; method and path are its key's.
fn promises(table: View<'_>, guards: &[Guard], errors: &mut Errors) -> EndpointDeclaration {
    let handler = table.text("handler");
    EndpointDeclaration {
        method: Method::Any,
        path: RoutePattern::new("/"),
        at: table.at,
        handler: handler
            .and_then(|text| Some(Declared { value: read_symbol(text.value).ok()?, at: text.at })),
        planned: table.flag("planned").unwrap_or(false),
        auth: auth(table, guards, errors),
        query: query(table, errors),
        request: table.get("request").and_then(|entry| bodies::payload(entry.node, errors)),
        responses: table.get("responses").and_then(|entry| bodies::responses(entry.node, errors)),
    }
}

fn query(table: View<'_>, errors: &mut Errors) -> Option<Vec<super::wire::Field>> {
    let entry = table.get("query")?;
    match entry.table() {
        Some(parameters) => Some(bodies::fields(parameters, 0, errors)),
        None => {
            let complaint = Complaint::new("`query` takes a table of parameters");
            errors.value(entry.node.at, complaint.help("for example `query = { page = \"int?\" }`"));
            None
        }
    }
}

/// Reads every schema.
pub(super) fn schemas(roots: &[View<'_>], errors: &mut Errors) -> Vec<Schema> {
    let mut first: BTreeMap<String, At> = BTreeMap::new();
    let mut schemas = Vec::new();
    let tables = roots.iter().filter_map(|root| root.table("schema"));
    for entry in tables.flat_map(|table| table.entries()) {
        match first.get(entry.key) {
            Some(first) => {
                errors.twice(
                    entry.key_at,
                    *first,
                    Complaint::new(format!("schema `{}` is declared twice", entry.key)),
                );
            }
            None => {
                first.insert(entry.key.to_owned(), entry.key_at);
                let shape = bodies::schema(entry, errors);
                // A schema that is malformed is still one that others may name.
                let shape = shape.unwrap_or(super::wire::Shape::Primitive(Primitive::Any));
                schemas.push(Schema { name: owned(entry.name()), shape });
            }
        }
    }
    schemas
}

/// Reads `[types]`.
pub(super) fn types(roots: &[View<'_>], errors: &mut Errors) -> Vec<WireType> {
    let mut first: BTreeMap<String, At> = BTreeMap::new();
    let mut types = Vec::new();
    let tables = roots.iter().filter_map(|root| root.table("types"));
    for entry in tables.flat_map(|table| table.entries()) {
        if let Some(first) = first.insert(entry.key.to_owned(), entry.key_at) {
            errors.twice(
                entry.key_at,
                first,
                Complaint::new(format!("type `{}` is declared twice", entry.key)),
            );
            continue;
        }
        let shape = entry.node.text().and_then(|text| read_type(text.value).ok());
        if let (Ok(name), Some((_, shape))) = (read_symbol(entry.key), shape) {
            types.push(WireType { name: Declared { value: name, at: entry.key_at }, shape });
        }
    }
    types
}

/// Says which schemas are named and not declared, as far as no OpenAPI document may declare them.
pub(super) fn say_unknown_schemas(apis: &[Api], schemas: &[Schema], types: &[WireType], errors: &mut Errors) {
    let names: Vec<&str> = schemas.iter().map(|schema| schema.name.value.as_str()).collect();
    let known: BTreeSet<&str> = names.iter().copied().collect();
    let mut say = |name: &str, at: At| {
        if !known.contains(name) {
            let all = names.iter().copied().chain(Primitive::ALL.map(Primitive::as_str));
            let otherwise = format!("declare it: `[schema.{name}]`");
            errors.unknown("schema", Declared { value: name, at }, all, &otherwise);
        }
    };
    for endpoint in apis.iter().filter(|api| api.openapi.is_none()).flat_map(|api| &api.endpoints) {
        for field in endpoint.query.iter().flatten() {
            schemas_named(&field.shape, field.at, &mut say);
        }
        for payload in endpoint.request.iter().chain(answers(endpoint)) {
            if let Payload::Body { shape: Some(shape), .. } = &payload.value {
                schemas_named(shape, payload.at, &mut say);
            }
        }
    }
    if apis.iter().all(|api| api.openapi.is_none()) {
        for schema in schemas {
            schemas_named(&schema.shape, schema.name.at, &mut say);
        }
        for wire in types {
            schemas_named(&wire.shape, wire.name.at, &mut say);
        }
    }
}

fn answers(endpoint: &EndpointDeclaration) -> impl Iterator<Item = &Declared<Payload>> {
    let (one, by_status) = match &endpoint.responses {
        Some(Responses::Success(payload)) => (Some(payload), None),
        Some(Responses::ByStatus(responses)) => (None, Some(responses)),
        None => (None, None),
    };
    one.into_iter().chain(by_status.into_iter().flatten().map(|response| &response.payload))
}
