//! dropshot.
//!
//! Paths are absolute. The functions of a trait under `#[api_description]` are what whoever implements it serves, and are listed as
//! served by the trait; other functions are served once they are registered. An unpublished endpoint is served like any other, and
//! every version of an endpoint is one of its own at the same path.

use super::attribute::{PathText, arguments};
use super::path::by_segment;
use super::{Framework, Kind, Operation, Registration};
use crate::basis::Method;

/// The row.
pub(super) const DROPSHOT: Framework = Framework {
    name: "dropshot",
    crates: &["dropshot", "dropshot_endpoint"],
    marks: &["ApiDescription", "api_description", "api.register("],
    kind,
    function,
    method,
    r#macro: |_| None,
    attribute,
    spell,
    join: |prefix, inner| format!("{prefix}{inner}"),
};

fn kind(path: &[&str]) -> Option<Kind> {
    (*path.last()? == "ApiDescription").then_some(Kind::Router)
}

fn function(path: &[&str]) -> Option<Operation> {
    match path {
        [.., "ApiDescription", "new" | "default"] => {
            Some(Operation::New { kind: Kind::Router, prefix: None })
        }
        _ => None,
    }
}

fn method(_: Kind, name: &str, _: usize) -> Option<Operation> {
    match name {
        "register" => Some(Operation::Mount { inner: 0 }),
        "tag_config" | "get_tag_config" | "into_router" => Some(Operation::Same),
        "openapi" => Some(Operation::Nothing),
        _ => None,
    }
}

/// `#[endpoint { method = GET, path = "/v1/ping" }]`, `#[channel { protocol = WEBSOCKETS, path = "/x" }]`, `#[api_description]`.
fn attribute(path: &[&str], text: &str) -> Option<Registration> {
    let list = arguments(text);
    let value = |name: &str| {
        list.iter().find(|argument| argument.name == name).and_then(|argument| argument.value).map(str::trim)
    };
    let method = match *path.last()? {
        "api_description" => return Some(Registration::Served),
        "endpoint" => Method::parse(value("method")?)?,
        "channel" => Method::Get,
        _ => return None,
    };
    let path = PathText::read(value("path")?);
    Some(Registration::Route { methods: vec![method], prefix: None, path })
}

/// Whether an attribute says that the function below it answers by another protocol: what it returns is for nobody then.
pub(super) fn upgrades(path: &[&str], text: &str) -> bool {
    path.last() == Some(&"channel") && arguments(text).iter().any(|argument| argument.name == "protocol")
}

/// Whether an attribute says that the function below it answers only clients that ask for a version which is no more:
/// `versions = ..V`, `versions = "1.0.0".."2.0.0"`.
pub(super) fn is_former(path: &[&str], text: &str) -> bool {
    let list = arguments(text);
    let versions =
        list.iter().find(|argument| argument.name == "versions").and_then(|argument| argument.value);
    let until = versions.and_then(|versions| versions.split_once("..")).map(|(_, until)| until.trim());
    matches!(path.last(), Some(&("endpoint" | "channel"))) && until.is_some_and(|until| !until.is_empty())
}

/// `content_type` in an attribute of an endpoint: what a `TypedBody` is written in, JSON unless it is said.
pub(super) fn media(path: &[&str], text: &str) -> Option<Box<str>> {
    let list = arguments(text);
    let said = list.iter().find(|argument| argument.name == "content_type")?.text();
    said.filter(|_| path.last() == Some(&"endpoint"))
}

/// `{path:.*}` → `{*path}`.
fn spell(path: &str) -> String {
    by_segment(path, |segment| match segment.strip_suffix(":.*}").and_then(|rest| rest.strip_prefix('{')) {
        Some(name) => format!("{{*{name}}}"),
        None => segment.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_register() {
        #[track_caller]
        fn check(path: &str, arguments: &str, expected: &str) {
            let text = match attribute(&[path], arguments) {
                Some(Registration::Route { methods, path, .. }) => format!("{methods:?} {path:?}"),
                Some(Registration::Served) => "served".to_owned(),
                Some(Registration::Prefix(_)) | None => "-".to_owned(),
            };
            assert_eq!(text.replace("Literal(", "(").replace("Written(", "<("), expected);
        }
        check("endpoint", r#" method = GET, path = "/a", tags = ["x, y"] "#, r#"[Get] ("/a")"#);
        check("channel", r#"protocol = WEBSOCKETS, path = "/ws""#, r#"[Get] ("/ws")"#);
        check(
            "endpoint",
            r#"path = PATH, method = DELETE, versions = "1.0.0".."2.0.0""#,
            r#"[Delete] <("PATH")"#,
        );
        assert!(is_former(&["endpoint"], r#"path = "/a", versions = .. V2"#));
        assert!(is_former(&["channel"], r#"versions = "1.0.0".."2.0.0", path = "/a""#));
        assert!(!is_former(&["endpoint"], r#"path = "/a/..", versions = V2.."#));
        check("endpoint", "method = GET", "-");
        check("api_description", "", "served");
        assert_eq!(spell("/files/{path:.*}"), "/files/{*path}");
    }
}
