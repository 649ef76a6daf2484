//! poem-grpc.
//!
//! As with tonic a service's calls stand in a `.proto` file. What is generated has no module for each service: the server, the trait
//! and the messages of a package stand side by side.

use super::{Framework, Kind, Operation, axum};

/// The row.
pub(super) const POEM_GRPC: Framework = Framework {
    name: "poem-grpc",
    crates: &["poem_grpc"],
    marks: &["RouteGrpc", "poem_grpc::"],
    kind,
    function,
    method,
    r#macro: |path| (path.last() == Some(&"include_proto")).then_some(Operation::Nothing),
    attribute: |_, _| None,
    spell: str::to_owned,
    join: axum::AXUM.join,
};

fn kind(path: &[&str]) -> Option<Kind> {
    if path.last() == Some(&"RouteGrpc") { Some(Kind::Router) } else { None }
}

fn function(path: &[&str]) -> Option<Operation> {
    match path {
        [.., "RouteGrpc", "new" | "default"] => Some(Operation::New { kind: Kind::Router, prefix: None }),
        // What the crate itself serves is none of a team's.
        [.., "health_service"] | [.., "Reflection", _] => Some(Operation::Nothing),
        _ => None,
    }
}

fn method(kind: Kind, name: &str, _: usize) -> Option<Operation> {
    match (kind, name) {
        (Kind::Router, "add_service") => Some(Operation::TakeUp { service: 0, under: None }),
        _ => (super::poem::POEM.method)(kind, name, 1),
    }
}
