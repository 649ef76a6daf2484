//! salvo.
//!
//! A router carries a part of the path and what it answers there; routers below it go on from there. A handler that is named by
//! `goal` answers every method; filters other than those of methods and paths are not seen.

use super::path::{captures, segments};
use super::{Framework, Kind, Operation, Verbs, verb};

/// The row.
pub(super) const SALVO: Framework = Framework {
    name: "salvo",
    crates: &["salvo", "salvo_core", "salvo_oapi", "salvo_extra"],
    marks: &["Router"],
    kind,
    function,
    method,
    r#macro: |_| None,
    attribute: |_, _| None,
    spell,
    join: segments,
};

fn kind(path: &[&str]) -> Option<Kind> {
    (*path.last()? == "Router").then_some(Kind::Router)
}

fn function(path: &[&str]) -> Option<Operation> {
    match path {
        [.., "Router", "with_path" | "try_with_path"] => {
            Some(Operation::New { kind: Kind::Router, prefix: Some(0) })
        }
        [.., "Router", name] if matches!(*name, "new" | "default") || name.starts_with("with_") => {
            Some(Operation::New { kind: Kind::Router, prefix: None })
        }
        // Pages that a document of the API makes, and services that bring routes of their own kind.
        [.., "OpenApi", _] | [.., "serve_static" | "proxy", _, _] | [.., "static_embed"] => {
            Some(Operation::Nothing)
        }
        _ => None,
    }
}

fn method(kind: Kind, name: &str, arguments: usize) -> Option<Operation> {
    match (name, arguments) {
        _ if kind != Kind::Router => None,
        ("path" | "try_path", 1) => Some(Operation::Prefix { path: 0, reach: super::Reach::AllBehind }),
        ("push" | "unshift" | "append", 1) => Some(Operation::Mount { inner: 0 }),
        ("insert", 2) => Some(Operation::Mount { inner: 1 }),
        ("then", 1) => Some(Operation::Through { with: 0 }),
        ("goal", 1) => Some(Operation::Handle { handler: 0 }),
        // What is laid over a router covers all that is served below it, whenever it was added.
        ("hoop", 1) => Some(Operation::Layer { with: 0, all: true }),
        ("hoop_when" | "filter" | "filter_fn" | "scheme" | "host" | "port", _) => Some(Operation::Same),
        ("routers" | "hoops" | "filters" | "routers_mut", 0) => Some(Operation::Nothing),
        (name, _) if name.starts_with("oapi_") => Some(Operation::Same),
        (name, 1) => {
            verb(name).map(|methods| Operation::Answer { verbs: Verbs::Fixed(methods), handler: Some(0) })
        }
        _ => None,
    }
}

/// `{id:num}`, `{id|\d+}` and `<id>` → `{id}`; `{*rest}`, `{**rest}`, `{*+rest}`, `{*?rest}` and `<**rest>` → `{*rest}`.
fn spell(path: &str) -> String {
    captures(&captures(path, ('<', '>'), capture), ('{', '}'), capture)
}

fn capture(inside: &str) -> String {
    let name = inside.split([':', '|']).next().unwrap_or_default();
    match name.strip_prefix('*') {
        Some(rest) => format!("{{*{}}}", rest.trim_start_matches(['*', '+', '?'])),
        None => format!("{{{name}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_spelled() {
        #[track_caller]
        fn check(path: &str, expected: &str) {
            assert_eq!(spell(path), expected);
        }
        check("users/{id}", "users/{id}");
        check("users/{id:num}", "users/{id}");
        check("users/<id>/<**rest>", "users/{id}/{*rest}");
        check("{*?path}", "{*path}");
        check(r"delete/{id|[0-9a-f]{8}}/x", "delete/{id}/x");
        check("open/{id", "open/{id");
        check("a_{b}_{c}", "a_{b}_{c}");
    }
}
