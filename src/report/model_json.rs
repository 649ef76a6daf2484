//! Listing → `gate.model/1`, the shape that tools read and people compare.
//!
//! Lines and columns are from 1. Unlike in a report, a handler or condition that does not apply is `null`, so that every row
//! of a kind has the same columns.

use serde::Serialize;

use super::json::path;
use super::rows::Document;
use super::{DependencyRow, EndpointRow, ExternalRow, ManifestRow, ModelListing, Style, UnjudgedRow};
use crate::basis::DependencyKind;

/// The language of every row; others will follow.
const LANGUAGE: &str = "rust";

/// The listing as one JSON object, a row per line.
pub(super) fn listing(listing: &ModelListing, _style: Style) -> String {
    let mut document = Document::new("gate.model/1");
    document.rows("endpoints", listing.endpoints.iter().map(Endpoint::new));
    document.rows("dependencies", listing.dependencies.iter().map(Dependency::new));
    document.rows("external", listing.external.iter().map(External::new));
    document.rows("manifests", listing.manifests.iter().map(Manifest::new));
    document.rows("unjudged", listing.unjudged.iter().map(Unjudged::new));
    document.field(
        "counts",
        &Counts {
            files: listing.files,
            endpoints: listing.endpoints.len(),
            dependencies: listing.dependencies.len(),
            external: listing.external.len(),
            manifests: listing.manifests.len(),
            unjudged: listing.unjudged.len(),
        },
    );
    document.finish()
}

#[derive(Serialize)]
struct Endpoint<'a> {
    method: &'static str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dynamic: Option<&'a str>,
    handler: Option<&'a str>,
    package: &'a str,
    target: &'a str,
    file: String,
    line: u32,
    condition: Option<&'a str>,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<&'static str>,
    language: &'static str,
}

impl<'a> Endpoint<'a> {
    fn new(row: &'a EndpointRow) -> Self {
        Self {
            method: row.method.as_str(),
            path: row.path.as_str(),
            dynamic: row.dynamic.as_deref(),
            handler: row.handler.as_ref().map(|handler| handler.as_str()),
            package: &row.package,
            target: &row.target,
            file: path(&row.file),
            line: row.line,
            condition: row.condition.as_deref(),
            role: row.role.as_str(),
            protocol: row.is_call.then_some("grpc"),
            language: LANGUAGE,
        }
    }
}

#[derive(Serialize)]
struct Dependency<'a> {
    from: &'a str,
    from_item: &'a str,
    to: &'a str,
    to_module: &'a str,
    named: &'a str,
    kind: &'static str,
    role: &'static str,
    package: &'a str,
    target: &'a str,
    file: String,
    line: u32,
    column: u32,
    condition: Option<&'a str>,
    language: &'static str,
}

impl<'a> Dependency<'a> {
    fn new(row: &'a DependencyRow) -> Self {
        Self {
            from: row.by.from.as_str(),
            from_item: row.from_item.as_str(),
            to: row.to.as_str(),
            to_module: row.to_module.as_str(),
            named: &row.named,
            kind: row.by.kind.as_str(),
            role: row.by.role.as_str(),
            package: &row.by.package,
            target: &row.by.target,
            file: path(&row.by.file),
            line: row.by.line,
            column: row.by.column,
            condition: row.by.condition.as_deref(),
            language: LANGUAGE,
        }
    }
}

#[derive(Serialize)]
struct External<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'static str,
    role: &'static str,
    package: &'a str,
    target: &'a str,
    file: String,
    line: u32,
    column: u32,
    condition: Option<&'a str>,
    language: &'static str,
}

impl<'a> External<'a> {
    fn new(row: &'a ExternalRow) -> Self {
        Self {
            from: row.by.from.as_str(),
            to: &row.to,
            kind: row.by.kind.as_str(),
            role: row.by.role.as_str(),
            package: &row.by.package,
            target: &row.by.target,
            file: path(&row.by.file),
            line: row.by.line,
            column: row.by.column,
            condition: row.by.condition.as_deref(),
            language: LANGUAGE,
        }
    }
}

#[derive(Serialize)]
struct Manifest<'a> {
    from: &'a str,
    to: &'a str,
    to_package: Option<&'a str>,
    named: &'a str,
    kind: &'static str,
    role: &'static str,
    package: &'a str,
    file: String,
    line: u32,
    column: u32,
    condition: Option<&'a str>,
    language: &'static str,
}

impl<'a> Manifest<'a> {
    fn new(row: &'a ManifestRow) -> Self {
        Self {
            from: row.from.as_str(),
            to: &row.to,
            to_package: row.to_package.as_deref(),
            named: &row.named,
            kind: DependencyKind::Manifest.as_str(),
            role: row.role.as_str(),
            package: &row.package,
            file: path(&row.file),
            line: row.line,
            column: row.column,
            condition: row.condition.as_deref(),
            language: LANGUAGE,
        }
    }
}

#[derive(Serialize)]
struct Unjudged<'a> {
    reason: &'static str,
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    text: &'a str,
}

impl<'a> Unjudged<'a> {
    fn new(row: &'a UnjudgedRow) -> Self {
        let line = (row.line > 0).then_some(row.line);
        Self { reason: row.reason.as_str(), file: path(&row.file), line, text: &row.text }
    }
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    endpoints: usize,
    dependencies: usize,
    external: usize,
    manifests: usize,
    unjudged: usize,
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[track_caller]
    fn check(listing: &ModelListing, expected: &str) {
        assert_eq!(super::listing(listing, Style::Coloured), expected);
    }

    #[test]
    fn every_row_is_a_line() {
        let expected = r#"{
  "schema": "gate.model/1",
  "endpoints": [
    {"method":"GET","path":"/orders/{id}","handler":"shop::api::orders::show","package":"shop","target":"shop","file":"src/api/mod.rs","line":31,"condition":null,"role":"production","language":"rust"},
    {"method":"ANY","path":"/{?prefix}/admin","dynamic":"prefix","handler":null,"package":"shop","target":"shop","file":"src/api/mod.rs","line":40,"condition":"cfg(feature = \"admin\")","role":"test","language":"rust"},
    {"method":"DELETE","path":"/orders/{id}","handler":"shop::api::orders::drop","package":"shop","target":"shop","file":"src/api/mod.rs","line":30,"condition":null,"role":"production","language":"rust"}
  ],
  "dependencies": [
    {"from":"shop::api::orders","from_item":"shop::api::orders","to":"shop::store::repo::OrderRepo","to_module":"shop::store::repo","named":"shop::store::OrderRepo","kind":"import","role":"production","package":"shop","target":"shop","file":"src/api/orders.rs","line":3,"column":5,"condition":null,"language":"rust"},
    {"from":"shop::api::orders","from_item":"shop::api::orders","to":"shop::store::repo::OrderRepo","to_module":"shop::store::repo","named":"shop::store::OrderRepo","kind":"import","role":"production","package":"shop","target":"shop","file":"src/api/orders.rs","line":9,"column":5,"condition":null,"language":"rust"}
  ],
  "external": [
    {"from":"shop::store","to":"sqlx::Pool","kind":"import","role":"production","package":"shop","target":"shop","file":"src/store/mod.rs","line":1,"column":5,"condition":null,"language":"rust"}
  ],
  "manifests": [
    {"from":"shop","to":"sqlx","to_package":null,"named":"sql","kind":"manifest","role":"production","package":"shop","file":"Cargo.toml","line":7,"column":5,"condition":"cfg(unix), optional","language":"rust"}
  ],
  "unjudged": [
    {"reason":"too-large","file":"src/gen.rs","text":"3 MiB"}
  ],
  "counts": {"files":41,"endpoints":3,"dependencies":2,"external":1,"manifests":1,"unjudged":1}
}
"#;
        check(&samples::listing(), expected);
        check(
            &ModelListing::default(),
            "{\n  \"schema\": \"gate.model/1\",\n  \"endpoints\": [],\n  \"dependencies\": [],\n  \"external\": [],\n  \
             \"manifests\": [],\n  \"unjudged\": [],\n  \
             \"counts\": {\"files\":0,\"endpoints\":0,\"dependencies\":0,\"external\":0,\"manifests\":0,\"unjudged\":0}\n}\n",
        );
    }
}
