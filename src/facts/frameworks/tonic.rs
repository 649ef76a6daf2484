//! tonic.
//!
//! What a service answers stands in a `.proto` file: the evaluator asks for it where a generated server is made
//! (`OrdersServer::new(…)`), and what is made so is a router that holds one route for each call. Paths are whole. What a server of
//! another shape turns into may be a router of axum, so that its methods are understood on all of them. The services of tonic's own
//! that tell of health and of descriptors are none of a team's.

use super::{Framework, Kind, Operation, axum};

/// The row.
pub(super) const TONIC: Framework = Framework {
    name: "tonic",
    crates: &["tonic", "tonic_web", "tonic_health", "tonic_reflection"],
    marks: &[
        "Server::builder",
        "Server::new(",
        "Server::from_arc(",
        "Server::with_interceptor(",
        "InterceptedService",
        "RoutesBuilder",
        "Routes::",
        ".add_service(",
        "tonic::async_trait",
        // The module in which the trait of a service is generated: whoever implements it names that.
        "_server::",
        "tonic_health::",
        "tonic_reflection::",
    ],
    kind,
    function,
    method,
    r#macro: |path| (path.last() == Some(&"include_proto")).then_some(Operation::Nothing),
    attribute: |_, _| None,
    spell: str::to_owned,
    join: axum::AXUM.join,
};

fn kind(path: &[&str]) -> Option<Kind> {
    match path {
        ["tonic", .., "Server" | "Router"] | [.., "Routes" | "RoutesBuilder"] => Some(Kind::Router),
        _ => None,
    }
}

fn function(path: &[&str]) -> Option<Operation> {
    match path {
        ["tonic_health" | "tonic_reflection", ..] => Some(Operation::Nothing),
        ["tonic_web", "enable"] => Some(Operation::Argument(0)),
        [.., "Server", "builder" | "default"]
        | [.., "Routes", "builder" | "default"]
        | [.., "RoutesBuilder", "default"] => Some(Operation::New { kind: Kind::Router, prefix: None }),
        [.., "Routes", "new"] => Some(Operation::TakeUp { service: 0, under: None }),
        [.., "InterceptedService", "new"] => Some(Operation::TakeUp { service: 0, under: Some(1) }),
        [.., "Routes", "from"] => Some(Operation::Argument(0)),
        _ => None,
    }
}

fn method(kind: Kind, name: &str, arguments: usize) -> Option<Operation> {
    match (name, arguments) {
        ("add_service" | "add_optional_service", 1) => Some(Operation::TakeUp { service: 0, under: None }),
        ("add_routes", 1) => Some(Operation::Mount { inner: 0 }),
        ("layer", 1) => Some(Operation::Layer { with: 0, all: true }),
        ("serve" | "serve_with_shutdown", _)
        | ("serve_with_incoming" | "serve_with_incoming_shutdown", _) => Some(Operation::Same),
        _ => (axum::AXUM.method)(kind, name, arguments),
    }
}

/// The name of the service whose server a type of this name is, by tonic's naming: `orders_server::OrdersServer`, whatever the
/// module lies in.
pub fn served_by(path: &str) -> Option<&str> {
    let mut segments = path.rsplit("::");
    let (name, module) = (segments.next()?, segments.next()?);
    let service = name.strip_suffix("Server").filter(|service| !service.is_empty())?;
    let is_generated = module.strip_suffix("_server").is_some_and(|module| is_alike(module, service));
    is_generated.then_some(service)
}

/// Whether two names are one in the spellings of Rust, of files and of `.proto` files: `SayHello` and `say_hello`, `shop.v1` and `shop_v1`.
pub fn is_alike(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    let name = name.strip_prefix("r#").unwrap_or(name);
    name.chars().filter(|char| !matches!(char, '_' | '.')).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_servers_are_known_by_their_names() {
        #[track_caller]
        fn check(path: &str, expected: Option<&str>) {
            assert_eq!(served_by(path), expected);
        }
        check("shop::pb::orders_server::OrdersServer", Some("Orders"));
        check("a::xds_api_v2_server::XdsApiV2Server", Some("XdsApiV2"));
        check("actix_web::HttpServer", None);
        check("tonic::transport::server::Server", None);
        check("my_server::OrdersServer", None);
    }
}
