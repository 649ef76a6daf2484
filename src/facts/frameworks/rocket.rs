//! Rocket 0.5 and `rocket_okapi`.
//!
//! A handler's attribute is a route only once the handler stands in `routes![…]` that somebody mounts. The query of a route is cut
//! off its path; what it asks for is no part of where it is served. Catchers are no endpoints.

use super::attribute::{Argument, PathText, arguments};
use super::path::{by_segment, enclosed, rooted, single_slashes};
use super::{Framework, Kind, Operation, Places, Registration, Verbs, verb};
use crate::basis::Method;
use crate::facts::literal::string;

/// The row.
pub(super) const ROCKET: Framework = Framework {
    name: "rocket",
    crates: &["rocket", "rocket_codegen", "rocket_okapi", "rocket_okapi_codegen"],
    marks: &["rocket::", "Rocket<", "routes!", ".mount(", "Vec<Route>", "AdHoc::"],
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
        "Rocket" | "Route" => Some(Kind::Router),
        _ => None,
    }
}

fn function(path: &[&str]) -> Option<Operation> {
    let router = Operation::New { kind: Kind::Router, prefix: None };
    match path {
        ["rocket", "build" | "custom" | "ignite"] => Some(router),
        [.., "Rocket", "build" | "custom" | "ignite"] => Some(router),
        [.., "Route", "new"] => {
            Some(Operation::Register { verbs: Verbs::Argument(0), path: 1, handler: Some(2) })
        }
        [.., "Route", "ranked"] => {
            Some(Operation::Register { verbs: Verbs::Argument(1), path: 2, handler: Some(3) })
        }
        // A part of an application under a name: a function that is handed the application.
        [.., "AdHoc", name] if name.starts_with("on_") || name.starts_with("try_on_") => {
            Some(Operation::Argument(1))
        }
        [.., "swagger_ui" | "rapidoc", _] => Some(Operation::Nothing),
        _ => None,
    }
}

fn method(_: Kind, name: &str, arguments: usize) -> Option<Operation> {
    match (name, arguments) {
        ("mount", 2) => Some(Operation::Nest { prefix: 0, inner: 1, any: false }),
        ("append" | "extend" | "push", 1) => Some(Operation::Mount { inner: 0 }),
        ("attach", 1) => Some(Operation::Through { with: 0 }),
        (
            "state" | "figment" | "config" | "endpoints" | "shutdown" | "routes" | "catchers" | "fairings",
            _,
        ) => Some(Operation::Nothing),
        ("register" | "manage" | "configure" | "reconfigure" | "launch" | "ignite" | "rank", _) => {
            Some(Operation::Same)
        }
        _ => None,
    }
}

fn call(path: &[&str]) -> Option<Operation> {
    match *path.last()? {
        "routes" | "openapi_get_routes" | "openapi_routes" => Some(Operation::OfHandlers),
        "catchers" => Some(Operation::Nothing),
        "openapi_get_routes_spec" => Some(Operation::OfHandlersBeside),
        "mount_endpoints_and_merged_docs" => Some(Operation::Pairs { into: Some((0, 1)), first: 3 }),
        "get_nested_endpoints_and_docs" => Some(Operation::Pairs { into: None, first: 0 }),
        _ => None,
    }
}

/// `#[get("/a/<id>?<q>", data = "<b>")]`, `#[route(GET, uri = "/a")]`.
fn attribute(path: &[&str], text: &str) -> Option<Registration> {
    let name = *path.last()?;
    let list = arguments(text);
    if name == "route" {
        let method = list.iter().find_map(|argument| {
            let named = argument.value.filter(|_| argument.name == "method");
            let written = named.unwrap_or(argument.name).trim_matches('"');
            let bare = argument.value.is_none() || named.is_some();
            Method::parse(written.rsplit("::").next()?).filter(|_| bare)
        });
        let uri = list.iter().find(|argument| argument.name == "uri").and_then(|argument| argument.value);
        let uri =
            uri.or_else(|| list.first().map(|argument| argument.name).filter(|name| name.starts_with('"')))?;
        let methods = vec![method.unwrap_or(Method::Any)];
        return Some(Registration::Route { methods, prefix: None, path: PathText::read(uri) });
    }
    let methods = verb(name).filter(|_| name != "any")?.to_vec();
    let path = list.first().filter(|argument| argument.value.is_none())?;
    Some(Registration::Route { methods, prefix: None, path: PathText::read(path.name) })
}

/// The places of parameters in `"/a/<id>?<page>&<rest..>", data = "<body>"`.
pub(super) fn places(text: &str) -> Option<Places> {
    let list = arguments(text);
    let named = |name: &str| list.iter().find(|argument| argument.name == name);
    let uri = match named("uri") {
        Some(uri) => uri.text(),
        None => {
            list.iter().find_map(|argument| argument.value.map_or_else(|| string(argument.name), |_| None))
        }
    }?;
    let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
    let inside = |part: &str| enclosed(part, '<', '>').map(|name| name.trim_end_matches("..").to_owned());
    let (rest, single): (Vec<&str>, Vec<&str>) = query.split('&').partition(|part| part.ends_with("..>"));
    let found = Places {
        path: path.split('/').filter_map(inside).collect(),
        query: single.into_iter().filter_map(inside).collect(),
        rest: rest.into_iter().find_map(inside),
        body: named("data").and_then(Argument::text).and_then(|data| inside(&data)),
    };
    (found != Places::default()).then_some(found)
}

/// `<id>` → `{id}`, `<path..>` → `{*path}`; the query is left out.
fn spell(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    rooted(&by_segment(path, |segment| match enclosed(segment, '<', '>') {
        Some(inside) => match inside.strip_suffix("..") {
            Some(rest) => format!("{{*{rest}}}"),
            None => format!("{{{inside}}}"),
        },
        None => segment.to_owned(),
    }))
}

/// The root of what is mounted at a base without a slash at its end is the base itself.
fn join(prefix: &str, inner: &str) -> String {
    if inner == "/" && !prefix.ends_with('/') {
        return prefix.to_owned();
    }
    single_slashes(&format!("{prefix}{inner}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_register() {
        #[track_caller]
        fn check(path: &str, arguments: &str, expected: &str) {
            let path: Vec<_> = path.split("::").collect();
            let text = match attribute(&path, arguments) {
                Some(Registration::Route { methods, path, .. }) => format!("{methods:?} {path:?}"),
                Some(Registration::Prefix(_) | Registration::Served) | None => "-".to_owned(),
            };
            assert_eq!(text.replace("Literal(", "(").replace("Written(", "<("), expected);
        }
        check("rocket::get", r#""/x?<q>", rank = 2"#, r#"[Get] ("/x?<q>")"#);
        check("post", r#""/x", data = "<b>", format = "json""#, r#"[Post] ("/x")"#);
        check("rocket::route", r#"GET, uri = "/a", data = "<b>""#, r#"[Get] ("/a")"#);
        check("rocket::route", r#""/a", method = POST, data = "<b>""#, r#"[Post] ("/a")"#);
        check("rocket::route", r#"Method::PUT, uri = "/a""#, r#"[Put] ("/a")"#);
        check("route", r#""/<_..>""#, r#"[Any] ("/<_..>")"#);
        check("rocket::catch", "404", "-");
        check("rocket::launch", "", "-");
    }

    #[test]
    fn parameters_have_places() {
        #[track_caller]
        fn check(arguments: &str, expected: &str) {
            let text = match places(arguments) {
                Some(Places { path, query, rest, body }) => {
                    format!("{} ? {} {rest:?} {body:?}", path.join(" "), query.join(" "))
                }
                None => "-".to_owned(),
            };
            assert_eq!(text, expected);
        }
        check(r#""/a/<id>/<path..>?<q>&k=v&<more..>""#, r#"id path ? q Some("more") None"#);
        check(r#"PUT, uri = "/a/<id>", data = "<b>""#, r#"id ?  None Some("b")"#);
        check(r#"get, path = "/<id>""#, "-");
        check(r#""/a/{id}""#, "-");
        check("", "-");
    }

    #[test]
    fn paths_are_spelled_without_queries() {
        #[track_caller]
        fn check(path: &str, expected: &str) {
            assert_eq!(spell(path), expected);
        }
        check("/a/<id>?<q>&<rest..>", "/a/{id}");
        check("/files/<path..>", "/files/{*path}");
        check("/<_>/x/<_..>", "/{_}/x/{*_}");
        check("/a<b>c", "/a<b>c");
        check("/?<q>", "/");
    }

    #[test]
    fn bases_are_joined_as_rocket_does() {
        #[track_caller]
        fn check(prefix: &str, inner: &str, expected: &str) {
            assert_eq!(join(prefix, inner), expected);
        }
        check("/", "/", "/");
        check("/", "/a", "/a");
        check("/foo", "/", "/foo");
        check("/foo/", "/", "/foo/");
        check("/foo", "/a/", "/foo/a/");
    }
}
