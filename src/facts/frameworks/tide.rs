//! tide.
//!
//! `at` hands out a place in the application; what is answered or nested there is served below its path.

use super::path::{by_segment, segments};
use super::{Framework, Kind, Operation, Verbs, verb};
use crate::basis::Method;

/// The row.
pub(super) const TIDE: Framework = Framework {
    name: "tide",
    crates: &["tide"],
    marks: &["tide::", ".at(\"", ": Route", "Server<"],
    kind,
    function,
    method,
    r#macro: |_| None,
    attribute: |_, _| None,
    spell,
    join: segments,
};

fn kind(path: &[&str]) -> Option<Kind> {
    match path {
        ["tide", .., "Server"] => Some(Kind::Router),
        ["tide", .., "Route"] => Some(Kind::Resource),
        _ => None,
    }
}

fn function(path: &[&str]) -> Option<Operation> {
    match path {
        ["tide", "new" | "with_state"] | [.., "Server", "new" | "with_state"] => {
            Some(Operation::New { kind: Kind::Router, prefix: None })
        }
        ["tide", ..] => Some(Operation::Nothing).filter(|_| path.len() > 2),
        _ => None,
    }
}

fn method(kind: Kind, name: &str, arguments: usize) -> Option<Operation> {
    match (kind, name, arguments) {
        (Kind::Router | Kind::Resource, "at", 1) => Some(Operation::At { path: 0 }),
        (Kind::Router | Kind::Resource, "with" | "serve_dir" | "serve_file", 1)
        | (Kind::Resource, "strip_prefix" | "reset_middleware", 0) => Some(Operation::Same),
        (Kind::Resource, "nest", 1) => Some(Operation::Mount { inner: 0 }),
        (Kind::Resource, "all", 1) => Some(Operation::Handle { handler: 0 }),
        (Kind::Resource, "method", 2) => {
            Some(Operation::Answer { verbs: Verbs::Argument(0), handler: Some(1) })
        }
        (Kind::Resource, name, 1) => {
            let methods: Option<&'static [Method]> = verb(name).filter(|_| name != "any");
            methods.map(|methods| Operation::Answer { verbs: Verbs::Fixed(methods), handler: Some(0) })
        }
        (Kind::Router | Kind::Resource | Kind::Methods | Kind::Switch | Kind::Filter, _, _) => None,
    }
}

/// `:id` → `{id}`, `*rest` → `{*rest}`, a bare `*` or `:` has no name.
fn spell(path: &str) -> String {
    by_segment(path, |segment| match (segment.strip_prefix(':'), segment.strip_prefix('*')) {
        (Some(name), _) => format!("{{{}}}", if name.is_empty() { "_" } else { name }),
        (_, Some(name)) => format!("{{*{}}}", if name.is_empty() { "rest" } else { name }),
        (None, None) => segment.to_owned(),
    })
}
