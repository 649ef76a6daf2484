//! axum, and the crates whose routers are axum routers: `utoipa-axum`, `aide`, `axum-extra`.
//!
//! Paths of all versions are read alike: `/:id` and `/*rest` (before 0.8) and `/{id}` and `/{*rest}`. A typed route stands in an
//! attribute over the type that its handler takes.

use super::Documented;
use super::attribute::{PathText, arguments};
use super::path::by_segment;
use super::{Framework, Kind, Operation, Registration, Verbs, verb};
use crate::basis::Method;

/// The row.
pub(super) const AXUM: Framework = Framework {
    name: "axum",
    crates: &["axum", "utoipa_axum", "aide", "axum_extra", "axum_typed_routing"],
    marks: &["Router", "routing::", ".route(", ".routes(", ".nest(", ".merge(", ".api_route", "axum::serve"],
    kind,
    function,
    method,
    r#macro: call,
    attribute,
    spell,
    join,
};

fn kind(path: &[&str]) -> Option<Kind> {
    match *path.last()? {
        "Resource" if path.len() > 1 => Some(Kind::Resource),
        "Router" | "OpenApiRouter" | "ApiRouter" => Some(Kind::Router),
        "MethodRouter" | "ApiMethodRouter" | "UtoipaMethodRouter" => Some(Kind::Methods),
        _ => None,
    }
}

fn function(path: &[&str]) -> Option<Operation> {
    let [.., owner, name] = path else { return None };
    match (*owner, *name) {
        ("Resource", "named") => Some(Operation::New { kind: Kind::Resource, prefix: Some(0) }),
        ("Router" | "OpenApiRouter" | "ApiRouter", "new" | "default" | "with_openapi") => {
            Some(Operation::New { kind: Kind::Router, prefix: None })
        }
        ("Router" | "OpenApiRouter" | "ApiRouter" | "MethodRouter" | "ApiMethodRouter", "from") => {
            Some(Operation::Argument(0))
        }
        ("MethodRouter" | "ApiMethodRouter", "new" | "default") => {
            Some(Operation::Answer { verbs: Verbs::Fixed(&[]), handler: None })
        }
        ("routing" | "method_routing", name) => answer(name),
        _ => None,
    }
}

/// `get(h)`, `get_service(s)`, `get_with(h, documentation)`, `on(filter, h)`.
pub(super) fn answer(name: &str) -> Option<Operation> {
    let bare = name.strip_suffix("_service").or_else(|| name.strip_suffix("_with")).unwrap_or(name);
    if bare == "on" {
        return Some(Operation::Answer { verbs: Verbs::Argument(0), handler: Some(1) });
    }
    verb(bare).map(|methods| Operation::Answer { verbs: Verbs::Fixed(methods), handler: Some(0) })
}

fn method(kind: Kind, name: &str, arguments: usize) -> Option<Operation> {
    match kind {
        Kind::Resource => resource_method(name).or_else(|| router_method(name)),
        Kind::Router | Kind::Switch | Kind::Filter => router_method(name),
        Kind::Methods => on_methods(name, arguments),
    }
}

/// What a method does to methods.
pub(super) fn on_methods(name: &str, arguments: usize) -> Option<Operation> {
    match name {
        "merge" => Some(Operation::Mount { inner: 0 }),
        "layer" | "route_layer" => Some(Operation::Layer { with: 0, all: false }),
        "with_state" | "fallback" | "fallback_service" | "map" => Some(Operation::Same),
        _ if arguments == 0 => None,
        _ => answer(name),
    }
}

/// What a resource answers under which name.
fn resource_method(name: &str) -> Option<Operation> {
    let (methods, below): (&'static [Method], _) = match name {
        "index" => (&[Method::Get], ""),
        "create" => (&[Method::Post], ""),
        "new" => (&[Method::Get], "/new"),
        "show" => (&[Method::Get], "/{id}"),
        "edit" => (&[Method::Get], "/{id}/edit"),
        "update" => (&[Method::Put, Method::Patch], "/{id}"),
        "destroy" => (&[Method::Delete], "/{id}"),
        _ => return None,
    };
    Some(Operation::AnswerBelow { verbs: Verbs::Fixed(methods), below, handler: 0 })
}

fn router_method(name: &str) -> Option<Operation> {
    if let Some(methods) = name.strip_prefix("typed_").and_then(verb) {
        return Some(Operation::RegisterTyped { verbs: Verbs::Fixed(methods), handler: 0 });
    }
    match name {
        "route" | "route_with_tsr" | "api_route" | "api_route_with" => {
            Some(Operation::Route { path: 0, methods: 1 })
        }
        "route_service" | "route_service_with_tsr" => Some(Operation::Serve { path: 0, service: 1 }),
        "nest" | "nest_api_service" => Some(Operation::Nest { prefix: 0, inner: 1, any: false }),
        "nest_service" => Some(Operation::Nest { prefix: 0, inner: 1, any: true }),
        "merge" | "routes" | "typed_route" | "typed_api_route" => Some(Operation::Mount { inner: 0 }),
        "split_for_parts" => Some(Operation::Split),
        "into_openapi" | "get_openapi" | "to_openapi" | "has_routes" => Some(Operation::Nothing),
        // Both cover what was added before them; they differ in the fallback alone.
        "layer" | "route_layer" => Some(Operation::Layer { with: 0, all: false }),
        "with_state"
        | "fallback"
        | "fallback_service"
        | "method_not_allowed_fallback"
        | "reset_fallback"
        | "without_v07_checks"
        | "into_make_service"
        | "into_make_service_with_connect_info"
        | "into_service"
        | "as_service"
        | "finish_api"
        | "finish_api_with"
        | "with_path_items" => Some(Operation::Same),
        _ => None,
    }
}

fn call(path: &[&str]) -> Option<Operation> {
    matches!(path, ["utoipa_axum", .., "routes"]).then_some(Operation::OfHandlers)
}

/// `#[utoipa::path(get, path = "/x", context_path = "/api")]`, `method(get, head)`.
fn attribute(path: &[&str], text: &str) -> Option<Registration> {
    if path.last() == Some(&"typed_path") {
        let list = arguments(text);
        let path = PathText::read(list.first()?.name);
        return Some(Registration::Route { methods: Vec::new(), prefix: None, path });
    }
    if matches!(path, ["axum_typed_routing", .., "route" | "api_route"]) {
        return routed(text);
    }
    let Documented { methods, prefix, path } = documented(path, text)?;
    let path = path.unwrap_or_else(|| PathText::Literal("/".to_owned()));
    Some(Registration::Route { methods, prefix, path })
}

/// `GET "/x/{id}?page" with State`: a method, and a path that goes on with the names of the query.
fn routed(text: &str) -> Option<Registration> {
    let (method, rest) = text.trim().split_once(char::is_whitespace)?;
    let literal = rest.trim_start().strip_prefix('"')?.split_once('"')?.0;
    let path = PathText::Literal(literal.split('?').next().unwrap_or_default().to_owned());
    Some(Registration::Route { methods: vec![Method::parse(method)?], prefix: None, path })
}

/// What an OpenAPI attribute says of the function below it, whoever registers that.
pub(super) fn documented(path: &[&str], text: &str) -> Option<Documented> {
    if text.is_empty() || !matches!(path, [.., "utoipa", "path"] | ["utoipa_gen", "path"]) {
        return None;
    }
    let mut methods = Vec::new();
    let (mut prefix, mut own) = (None, None);
    for argument in arguments(text) {
        match (argument.name, argument.value) {
            (name, None) => methods.extend(operation(name)),
            ("method", Some(names)) => {
                methods.extend(names.split(',').filter_map(|name| operation(name.trim())))
            }
            ("path", Some(value)) => own = Some(PathText::read(value)),
            ("context_path", Some(value)) => prefix = Some(PathText::read(value)),
            _ => {}
        }
    }
    Some(Documented { methods, prefix, path: own })
}

fn operation(name: &str) -> Option<Method> {
    Method::parse(name).filter(|method| *method != Method::Any)
}

fn spell(path: &str) -> String {
    // The name of a resource is a path without its slash.
    let slash = if path.starts_with(|char: char| char.is_alphanumeric()) { "/" } else { "" };
    format!("{slash}{}", by_segment(path, spell_segment))
}

/// `:id` → `{id}`, `*rest` → `{*rest}`.
pub(super) fn spell_segment(segment: &str) -> String {
    match (segment.strip_prefix(':'), segment.strip_prefix('*')) {
        (Some(name), _) if !name.is_empty() => format!("{{{name}}}"),
        (_, Some(name)) if !name.is_empty() => format!("{{*{name}}}"),
        _ => segment.to_owned(),
    }
}

/// A prefix that ends in `/` swallows the inner path's first one; an inner `/` is the prefix itself.
fn join(prefix: &str, inner: &str) -> String {
    match prefix.strip_suffix('/') {
        Some(_) => format!("{prefix}{}", inner.strip_prefix('/').unwrap_or(inner)),
        None if inner == "/" => prefix.to_owned(),
        None => format!("{prefix}{inner}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_joined_as_axum_does() {
        #[track_caller]
        fn check(prefix: &str, inner: &str, expected: &str) {
            assert_eq!(join(prefix, inner), expected);
        }
        check("/web", "/", "/web");
        check("/web/", "/", "/web/");
        check("/web/", "/a", "/web/a");
        check("/web", "/a/", "/web/a/");
        check("", "/a", "/a");
        check("/", "/a", "/a");
    }

    #[test]
    fn paths_of_all_versions_are_spelled_alike() {
        #[track_caller]
        fn check(path: &str, expected: &str) {
            assert_eq!(spell(path), expected);
        }
        check("/users/:id/*rest", "/users/{id}/{*rest}");
        check("/users/{id}/{*rest}", "/users/{id}/{*rest}");
        check("/a:b/:/*", "/a:b/:/*");
        check("users", "/users");
    }

    #[test]
    fn utoipa_attributes_name_methods_and_path() {
        #[track_caller]
        fn check(path: &str, arguments: &str, expected: &str) {
            let path: Vec<_> = path.split("::").collect();
            let text = match attribute(&path, arguments) {
                Some(Registration::Route { methods, prefix, path }) => {
                    format!("{methods:?} {prefix:?} {path:?}")
                }
                Some(Registration::Prefix(_) | Registration::Served) | None => "-".to_owned(),
            };
            assert_eq!(text.replace("Literal(", "(").replace("Written(", "<("), expected);
        }
        check("utoipa::path", r#"get, path = "/x""#, r#"[Get] None ("/x")"#);
        check(
            "utoipa::path",
            r#"method(get, head), path = "/x", tag = "post""#,
            r#"[Get, Head] None ("/x")"#,
        );
        check("utoipa::path", r#"path = P, post, context_path = "/api""#, r#"[Post] Some(("/api")) <("P")"#);
        check("utoipa::path", "delete", r#"[Delete] None ("/")"#);
        check("other::path", "get", "-");
    }
}
