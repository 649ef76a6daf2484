//! gotham.
//!
//! Routers are built in closures that are handed a builder. A route is asked for first, and answered by what `to` names; all parts of a
//! path are joined with one slash.

use super::path::{by_segment, segments};
use super::{Framework, Kind, Operation, Verbs, verb};
use crate::basis::Method;

/// The row.
pub(super) const GOTHAM: Framework = Framework {
    name: "gotham",
    crates: &["gotham"],
    marks: &["build_simple_router", "build_router", "RouterBuilder", "DefineSingleRoute", "DrawRoutes"],
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
        ["gotham", .., "Router" | "RouterBuilder" | "ScopeBuilder"] => Some(Kind::Router),
        ["gotham", .., name] if name.ends_with("RouteBuilder") => Some(Kind::Resource),
        _ => None,
    }
}

fn function(path: &[&str]) -> Option<Operation> {
    match *path.last()? {
        "build_simple_router" => Some(Operation::Build { with: 0 }),
        "build_router" => Some(Operation::Build { with: 2 }),
        _ => None,
    }
}

fn method(_: Kind, name: &str, arguments: usize) -> Option<Operation> {
    let ask = |verbs, path| Some(Operation::Ask { verbs, path });
    match (name, arguments) {
        ("scope" | "associate", 2) => Some(Operation::Within { path: 0, with: 1 }),
        ("delegate" | "delegate_without_pipelines", 1) => Some(Operation::At { path: 0 }),
        ("to" | "to_async" | "to_async_borrowing" | "to_new_handler", 1) => {
            Some(Operation::Handle { handler: 0 })
        }
        ("to_router", 1) => Some(Operation::Mount { inner: 0 }),
        ("with_pipeline_chain", 2) => Some(Operation::Through { with: 1 }),
        ("to_dir" | "to_file", _) => Some(Operation::Same),
        (name, _) if name.starts_with("with_") => Some(Operation::Same),
        // Behind a place that has its path already, a path is not asked for again.
        ("request", 2) => ask(Verbs::Argument(0), Some(1)),
        ("request", 1) => ask(Verbs::Argument(0), None),
        ("get_or_head", 0 | 1) => {
            ask(Verbs::Fixed(&[Method::Get, Method::Head]), (arguments == 1).then_some(0))
        }
        (name, 0 | 1) => {
            verb(name).and_then(|methods| ask(Verbs::Fixed(methods), (arguments == 1).then_some(0)))
        }
        _ => None,
    }
}

/// `:id` and `:id:[0-9]+` → `{id}`, `*` and `*rest` → `{*rest}`.
fn spell(path: &str) -> String {
    by_segment(path, |segment| match (segment.strip_prefix(':'), segment.strip_prefix('*')) {
        (Some(name), _) => format!("{{{}}}", name.split(':').next().unwrap_or_default()),
        (_, Some("")) => "{*rest}".to_owned(),
        (_, Some(name)) => format!("{{*{name}}}"),
        (None, None) => segment.to_owned(),
    })
}
