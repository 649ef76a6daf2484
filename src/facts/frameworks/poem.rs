//! poem and poem-openapi.
//!
//! A handler that is given for a path alone answers every method. What is nested is served below the prefix, its root at the prefix
//! itself; a nest that does not strip holds whole paths. The functions of an `#[OpenApi]` block are served once a value of its type
//! is handed to `OpenApiService::new`.

use super::attribute::{PathText, arguments};
use super::path::{by_segment, enclosed, rooted};
use super::{Framework, Kind, Operation, Registration, Verbs, verb};
use crate::basis::Method;

/// The row.
pub(super) const POEM: Framework = Framework {
    name: "poem",
    crates: &["poem", "poem_openapi", "poem_openapi_derive"],
    marks: &[
        ": Route",
        "Route::",
        "RouteMethod",
        "RouteDomain",
        "RouteScheme",
        "OpenApiService",
        // What a function hands out that gathers the types of an API.
        "impl OpenApi",
        ".at(\"",
    ],
    kind,
    function,
    method,
    r#macro: |_| None,
    attribute,
    spell,
    join,
};

fn kind(path: &[&str]) -> Option<Kind> {
    match *path.last()? {
        "Route" | "OpenApiService" => Some(Kind::Router),
        "RouteMethod" => Some(Kind::Methods),
        "RouteDomain" | "RouteScheme" => Some(Kind::Switch),
        _ => None,
    }
}

fn function(path: &[&str]) -> Option<Operation> {
    match path {
        [.., "Route", "new" | "default"] => Some(Operation::New { kind: Kind::Router, prefix: None }),
        [.., "RouteDomain" | "RouteScheme", "new" | "default"] => {
            Some(Operation::New { kind: Kind::Switch, prefix: None })
        }
        [.., "RouteMethod", "new" | "default"] => {
            Some(Operation::Answer { verbs: Verbs::Fixed(&[]), handler: None })
        }
        [.., "OpenApiService", "new"] => Some(Operation::OfTypes { of: 0 }),
        [.., "StaticFilesEndpoint" | "StaticFileEndpoint", _]
        | [.., "EmbeddedFilesEndpoint" | "EmbeddedFileEndpoint" | "PrometheusExporter", _]
        | [.., "AutoCert", _] => Some(Operation::Nothing),
        [.., name] => {
            verb(name).map(|methods| Operation::Answer { verbs: Verbs::Fixed(methods), handler: Some(0) })
        }
        [] => None,
    }
}

fn method(kind: Kind, name: &str, arguments: usize) -> Option<Operation> {
    match (kind, name, arguments) {
        (_, "with" | "with_if" | "data" | "around" | "before" | "after" | "boxed" | "inspect_err", _)
        | (_, "inspect_all_err" | "catch_error" | "catch_all_error" | "map_to_response" | "to_response", _)
        | (_, "map" | "and_then" | "map_ok", _) => Some(Operation::Same),
        (Kind::Router, "at" | "try_at", 2) => Some(Operation::Serve { path: 0, service: 1 }),
        (Kind::Router, "nest" | "try_nest", 2) => Some(Operation::Nest { prefix: 0, inner: 1, any: false }),
        (Kind::Router, "nest_no_strip" | "try_nest_no_strip", 2) => Some(Operation::Mount { inner: 1 }),
        (Kind::Router, name, _) if is_documentation(name) => Some(Operation::Nothing),
        (Kind::Router, name, _) if describes(name) => Some(Operation::Same),
        (Kind::Router, _, _) => None,
        (Kind::Switch, "at" | "custom", 2) => Some(Operation::Mount { inner: 1 }),
        (Kind::Switch, "http" | "https" | "fallback", 1) => Some(Operation::Mount { inner: 0 }),
        (Kind::Methods, "method", 2) => {
            Some(Operation::Answer { verbs: Verbs::Argument(0), handler: Some(1) })
        }
        (Kind::Methods, name, 1) => {
            verb(name).map(|methods| Operation::Answer { verbs: Verbs::Fixed(methods), handler: Some(0) })
        }
        (Kind::Switch | Kind::Methods | Kind::Resource | Kind::Filter, _, _) => None,
    }
}

/// What an API service hands out about itself.
fn is_documentation(name: &str) -> bool {
    let page = name.strip_suffix("_html").unwrap_or(name);
    matches!(
        page,
        "swagger_ui" | "rapidoc" | "redoc" | "scalar" | "openapi_explorer" | "stoplight_elements" | "spec"
    ) || name.starts_with("spec_")
}

/// What is said of an API service.
fn describes(name: &str) -> bool {
    matches!(
        name,
        "summary"
            | "description"
            | "terms_of_service"
            | "server"
            | "contact"
            | "license"
            | "external_document"
            | "extra_response_header"
            | "extra_request_header"
            | "info_extension"
            | "cookie_key"
            | "url_prefix"
            | "webhooks"
    )
}

/// `#[OpenApi(prefix_path = "/v1")]`, `#[oai(path = "/x/:id", method = "get", method = "head")]`.
fn attribute(path: &[&str], text: &str) -> Option<Registration> {
    let (mut methods, mut own) = (Vec::new(), None);
    for argument in arguments(text) {
        match (argument.name, argument.value) {
            ("path" | "prefix_path", Some(value)) => own = Some(PathText::read(value)),
            ("method", Some(name)) => methods.extend(Method::parse(name.trim_matches('"'))),
            _ => {}
        }
    }
    match *path.last()? {
        "OpenApi" => own.map(Registration::Prefix),
        "oai" => own.map(|path| Registration::Route { methods, prefix: None, path }),
        _ => None,
    }
}

/// `:id` → `{id}`, `*rest` → `{*rest}`, `:id<\d+>` and `<\d+>` lose their expressions.
fn spell(path: &str) -> String {
    rooted(&by_segment(path, |segment| {
        if let Some(name) = segment.strip_prefix(':') {
            return format!("{{{}}}", name.split('<').next().unwrap_or_default());
        }
        match segment.strip_prefix('*') {
            Some(rest) => format!("{{*{rest}}}"),
            None if enclosed(segment, '<', '>').is_some() => "{_}".to_owned(),
            None => segment.to_owned(),
        }
    }))
}

/// The root of what is nested is the prefix itself.
fn join(prefix: &str, inner: &str) -> String {
    let bare = prefix.trim_end_matches('/');
    match inner.trim_start_matches('/') {
        "" if bare.is_empty() => "/".to_owned(),
        "" => bare.to_owned(),
        rest => format!("{bare}/{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_spelled_and_joined() {
        #[track_caller]
        fn check(prefix: &str, inner: &str, expected: &str) {
            assert_eq!(join(&spell(prefix), &spell(inner)), expected);
        }
        check("/", "/", "/");
        check("/api", "/", "/api");
        check("/api/", "/x", "/api/x");
        check("api", r"//users/:id<\d+>/*rest", "/api/users/{id}/{*rest}");
        check("/", r"/<\d+>", "/{_}");
    }
}
