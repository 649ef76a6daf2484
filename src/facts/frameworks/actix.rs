//! actix-web 4, its macros, and what documents it: `utoipa-actix-web`, `paperclip`.
//!
//! Slashes are literal: `scope("/u")` with `""` is `/u`, with `"/"` it is `/u/`. A handler's attribute is a route only once the
//! handler is handed to `.service(…)`. Guards other than those on the method are not seen, nor are those of scopes.

use super::attribute::{Argument, PathText, arguments};
use super::{Framework, Kind, Operation, Registration, Verbs, verb};
use crate::basis::Method;

/// The row.
pub(super) const ACTIX: Framework = Framework {
    name: "actix-web",
    crates: &["actix_web", "actix_web_codegen", "actix_files", "utoipa_actix_web", "paperclip"],
    marks: &[
        "App::new",
        "App<",
        "ServiceConfig",
        "HttpServiceFactory",
        ".service(",
        ".configure(",
        "web::scope",
        "web::resource",
        "web::route",
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
        "App" | "Scope" | "ServiceConfig" | "UtoipaApp" => Some(Kind::Router),
        "Resource" => Some(Kind::Resource),
        "Route" => Some(Kind::Methods),
        _ => None,
    }
}

fn function(path: &[&str]) -> Option<Operation> {
    let [krate, .., owner, name] = path else {
        return (path == ["utoipa_actix_web", "scope"]).then_some(scope());
    };
    match (*krate, *owner, *name) {
        ("actix_files", _, _) => Some(Operation::Nothing),
        (_, "App", "new" | "default") => Some(Operation::New { kind: Kind::Router, prefix: None }),
        (_, "web" | "scope", "scope") | (_, "Scope", "new") => Some(scope()),
        ("utoipa_actix_web", _, "scope") => Some(scope()),
        (_, "web", "resource") | (_, "Resource", "new") => {
            Some(Operation::New { kind: Kind::Resource, prefix: Some(0) })
        }
        (_, "web", "redirect") | (_, "Redirect", "new") => {
            Some(Operation::Register { verbs: Verbs::Fixed(&[Method::Any]), path: 0, handler: None })
        }
        (_, "web", "route") | (_, "Route", "new") => {
            Some(Operation::Answer { verbs: Verbs::Fixed(&[]), handler: None })
        }
        (_, "web", "method") => Some(Operation::Answer { verbs: Verbs::Argument(0), handler: None }),
        (_, "web", "to") => Some(Operation::Answer { verbs: Verbs::Fixed(&[Method::Any]), handler: Some(0) }),
        (_, "web", name) if name != "any" => {
            verb(name).map(|methods| Operation::Answer { verbs: Verbs::Fixed(methods), handler: None })
        }
        (_, "guard", "Any" | "All") => Some(Operation::Argument(0)),
        (_, "guard", name) => {
            Some(verb(&name.to_ascii_lowercase()).map_or(Operation::Nothing, Operation::Filter))
        }
        _ => None,
    }
}

fn scope() -> Operation {
    Operation::New { kind: Kind::Router, prefix: Some(0) }
}

fn method(kind: Kind, name: &str, arguments: usize) -> Option<Operation> {
    match (kind, name) {
        (_, "wrap" | "wrap_fn") => Some(Operation::Layer { with: 0, all: true }),
        (Kind::Router, "route") => Some(Operation::Route { path: 0, methods: 1 }),
        (Kind::Router, "service") => Some(Operation::Mount { inner: 0 }),
        (Kind::Router, "configure") => Some(Operation::Configure { with: 0 }),
        (Kind::Router, "map") => Some(Operation::Through { with: 0 }),
        (Kind::Router, "split_for_parts") => Some(Operation::Split),
        (Kind::Router, name) if is_setting(name) => Some(Operation::Same),
        (Kind::Resource, "route") => Some(Operation::RouteHere { methods: 0 }),
        (Kind::Resource | Kind::Methods, "to") => Some(Operation::Handle { handler: 0 }),
        (Kind::Resource, "guard") => Some(Operation::Restrict { to: 0 }),
        (Kind::Resource, name) if is_setting(name) => Some(Operation::Same),
        (Kind::Resource, name) if arguments == 1 => {
            verb(name).map(|methods| Operation::Answer { verbs: Verbs::Fixed(methods), handler: Some(0) })
        }
        (Kind::Methods, "method" | "guard") => Some(Operation::Restrict { to: 0 }),
        (Kind::Methods, "service") => Some(Operation::Same),
        (Kind::Router | Kind::Resource | Kind::Methods | Kind::Switch | Kind::Filter, _) => None,
    }
}

/// Methods of applications, scopes, configurations and resources that register nothing.
fn is_setting(name: &str) -> bool {
    matches!(
        name,
        "guard"
            | "name"
            | "app_data"
            | "data"
            | "data_factory"
            | "default_service"
            | "external_resource"
            | "into_utoipa_app"
            | "into_app"
            | "openapi"
            | "openapi_service"
            | "wrap_api"
            | "wrap_api_with_spec"
            | "with_json_spec_at"
            | "with_json_spec_v3_at"
            | "with_raw_json_spec"
            | "with_raw_json_spec_v3"
            | "with_swagger_ui_at"
            | "with_rapidoc_at"
            | "trim_base_path"
            | "build"
    )
}

/// `#[get("/x")]`, `#[route("/x", method = "GET", method = "POST")]`, `#[scope("/v1")]`.
fn attribute(path: &[&str], text: &str) -> Option<Registration> {
    let name = *path.last()?;
    let list = arguments(text);
    let first = list.first().filter(|argument| argument.value.is_none() || argument.name.is_empty())?;
    let path = PathText::read(first.name);
    match name {
        "scope" => Some(Registration::Prefix(path)),
        "route" => {
            let methods = list.iter().filter_map(method_argument).collect::<Vec<_>>();
            Some(Registration::Route { methods, prefix: None, path })
        }
        "any" => None,
        name => {
            let methods = verb(name)?.to_vec();
            Some(Registration::Route { methods, prefix: None, path })
        }
    }
}

fn method_argument(argument: &Argument<'_>) -> Option<Method> {
    match (argument.name, argument.value.map(PathText::read)) {
        ("method", Some(PathText::Literal(name))) => Method::parse(&name),
        _ => None,
    }
}

/// `{id:\d+}` → `{id}`, `{tail:.*}` and `{tail}*` → `{*tail}`.
fn spell(path: &str) -> String {
    let mut spelled = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        spelled.push_str(&rest[..open]);
        let Some(length) = balanced(&rest[open..]) else {
            spelled.push_str(&rest[open..]);
            return spelled;
        };
        let inside = &rest[open + 1..open + length - 1];
        rest = &rest[open + length..];
        let (name, pattern) = inside.split_once(':').unwrap_or((inside, ""));
        let (name, pattern) = (name.trim(), pattern.trim());
        let is_tail = pattern.starts_with(".*") || pattern.starts_with(".+") || rest.starts_with('*');
        rest = rest.strip_prefix('*').unwrap_or(rest);
        spelled.push_str(if is_tail && !name.starts_with('*') { "{*" } else { "{" });
        spelled.push_str(name);
        spelled.push('}');
    }
    spelled.push_str(rest);
    spelled
}

/// The length of the text in braces that `text` begins with.
fn balanced(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return Some(at + 1),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Plain concatenation; a part that is not empty and has no slash in front gets one.
fn join(prefix: &str, inner: &str) -> String {
    let slash = |text: &str| if text.is_empty() || text.starts_with('/') { "" } else { "/" };
    format!("{}{prefix}{}{inner}", slash(prefix), slash(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_lose_their_expressions() {
        #[track_caller]
        fn check(path: &str, expected: &str) {
            assert_eq!(spell(path), expected);
        }
        check(r"/x/{id:\d+}/y", "/x/{id}/y");
        check(r"/x/{id:\d{4}}", "/x/{id}");
        check("/files/{tail:.*}", "/files/{*tail}");
        check("/files/{tail}*", "/files/{*tail}");
        check("/a/{name}.json", "/a/{name}.json");
        check("/open/{id", "/open/{id");
        check("", "");
    }

    #[test]
    fn slashes_are_literal() {
        #[track_caller]
        fn check(prefix: &str, inner: &str, expected: &str) {
            assert_eq!(join(prefix, inner), expected);
        }
        check("/u", "", "/u");
        check("/u", "/", "/u/");
        check("u", "x", "/u/x");
        check("", "/x", "/x");
        check("", "", "");
    }

    #[test]
    fn attributes_register() {
        #[track_caller]
        fn check(path: &str, arguments: &str, expected: &str) {
            let path: Vec<_> = path.split("::").collect();
            let text = match attribute(&path, arguments) {
                Some(Registration::Route { methods, path, .. }) => format!("{methods:?} {path:?}"),
                Some(Registration::Prefix(path)) => format!("prefix {path:?}"),
                Some(Registration::Served) | None => "-".to_owned(),
            };
            assert_eq!(text.replace("Literal(", "(").replace("Written(", "<("), expected);
        }
        check("actix_web::get", r#""/x""#, r#"[Get] ("/x")"#);
        check("get", r#""/x", guard = "g", wrap = "W""#, r#"[Get] ("/x")"#);
        check("actix_web::route", r#""/x", method = "GET", method="post""#, r#"[Get, Post] ("/x")"#);
        check("actix_web::scope", r#""/v1""#, r#"prefix ("/v1")"#);
        check("actix_web::get", "PATH", r#"[Get] <("PATH")"#);
        check("actix_web::get", "", "-");
        check("actix_web::test", "", "-");
        check("actix_web::main", "", "-");
    }
}
