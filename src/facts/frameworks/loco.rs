//! loco.
//!
//! Controllers hold routes of axum's spelling below a prefix; the application puts one more in front of those that are added after
//! it was named. All parts are joined with one slash, none at the end. The routes that loco itself brings are no endpoints of the
//! repository.

use super::path::{by_segment, segments};
use super::{Framework, Kind, Operation, Reach, axum};

/// The row.
pub(super) const LOCO: Framework = Framework {
    name: "loco",
    crates: &["loco_rs", "loco_openapi"],
    marks: &["Routes::", "Routes "],
    kind,
    function,
    method,
    r#macro: |_| None,
    attribute: |_, _| None,
    spell,
    join: segments,
};

fn kind(path: &[&str]) -> Option<Kind> {
    match *path.last()? {
        "AppRoutes" => Some(Kind::Router),
        "Routes" => Some(Kind::Resource),
        _ => None,
    }
}

fn function(path: &[&str]) -> Option<Operation> {
    match path {
        [.., "AppRoutes", "with_default_routes" | "empty"] => {
            Some(Operation::New { kind: Kind::Router, prefix: None })
        }
        [.., "Routes", "new" | "default"] => Some(Operation::New { kind: Kind::Resource, prefix: None }),
        [.., "Routes", "at"] => Some(Operation::New { kind: Kind::Resource, prefix: Some(0) }),
        [.., "openapi"] => Some(Operation::Argument(0)),
        [.., "prelude", name] => axum::answer(name),
        _ => None,
    }
}

fn method(kind: Kind, name: &str, arguments: usize) -> Option<Operation> {
    match (kind, name, arguments) {
        (Kind::Resource, "prefix", 1) => Some(Operation::Prefix { path: 0, reach: Reach::All }),
        (Kind::Resource | Kind::Router, "add", 2) => Some(Operation::Route { path: 0, methods: 1 }),
        (Kind::Resource, "merge" | "merge_all", 1) => Some(Operation::Mount { inner: 0 }),
        (Kind::Resource, "nest", 2) => Some(Operation::Nest { prefix: 0, inner: 1, any: false }),
        (Kind::Router, "prefix", 1) => Some(Operation::Prefix { path: 0, reach: Reach::Further }),
        (Kind::Router, "nest_prefix", 1) => Some(Operation::Prefix { path: 0, reach: Reach::FurtherBehind }),
        (Kind::Router, "add_route" | "add_routes", 1) => Some(Operation::Mount { inner: 0 }),
        (Kind::Router, "nest_route" | "nest_routes", 2) => {
            Some(Operation::Nest { prefix: 0, inner: 1, any: false })
        }
        (Kind::Resource | Kind::Router, "layer", 1) => Some(Operation::Same),
        (Kind::Methods, _, _) => axum::on_methods(name, arguments),
        (Kind::Resource | Kind::Router | Kind::Switch | Kind::Filter, _, _) => None,
    }
}

fn spell(path: &str) -> String {
    segments("", &by_segment(path, axum::spell_segment))
}
