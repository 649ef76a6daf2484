//! routerify.
//!
//! A scope's prefix loses the slash at its end, then both paths are put together.

use super::path::by_segment;
use super::{Framework, Kind, Operation, Verbs, verb};
use crate::basis::Method;

/// The row.
pub(super) const ROUTERIFY: Framework = Framework {
    name: "routerify",
    crates: &["routerify"],
    marks: &["Router"],
    kind,
    function,
    method,
    r#macro: |_| None,
    attribute: |_, _| None,
    spell,
    join: |prefix, inner| format!("{}{inner}", prefix.trim_end_matches('/')),
};

fn kind(path: &[&str]) -> Option<Kind> {
    match *path.last()? {
        "Router" | "RouterBuilder" => Some(Kind::Router),
        _ => None,
    }
}

fn function(path: &[&str]) -> Option<Operation> {
    match path {
        [.., "Router", "builder"] | [.., "RouterBuilder", "new"] => {
            Some(Operation::New { kind: Kind::Router, prefix: None })
        }
        _ => None,
    }
}

fn method(_: Kind, name: &str, arguments: usize) -> Option<Operation> {
    match (name, arguments) {
        ("scope", 2) => Some(Operation::Nest { prefix: 0, inner: 1, any: false }),
        ("add", 3) => Some(Operation::Register { verbs: Verbs::Argument(1), path: 0, handler: Some(2) }),
        ("any_method", 2) => {
            Some(Operation::Register { verbs: Verbs::Fixed(&[Method::Any]), path: 0, handler: Some(1) })
        }
        ("middleware" | "data" | "build" | "any" | "err_handler" | "err_handler_with_info", _) => {
            Some(Operation::Same)
        }
        (name, 2) => verb(name).map(|methods| Operation::Register {
            verbs: Verbs::Fixed(methods),
            path: 0,
            handler: Some(1),
        }),
        _ => None,
    }
}

/// `:id` → `{id}`, `*` → `{*rest}`.
fn spell(path: &str) -> String {
    by_segment(path, |segment| match segment.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None if segment == "*" => "{*rest}".to_owned(),
        None => segment.to_owned(),
    })
}
