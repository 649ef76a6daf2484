//! Listing → tables for people: endpoints by path, dependencies counted per pair of modules, what could not be judged.
//!
//! It counts where the JSON form lists: a repository has more dependencies than anybody reads.

use std::collections::BTreeMap;

use super::sources::file_name;
use super::style::Ink;
use super::summary::count;
use super::{EndpointRow, ManifestRow, ModelListing, Style, UnjudgedRow, Untrusted, prose};
use crate::basis::Role;

/// Cells wider than this do not widen their column.
const WIDEST: usize = 72;

/// The listing as tables with a line of counts at the end.
pub(super) fn listing(listing: &ModelListing, style: Style) -> String {
    let parts = [
        ("endpoints", endpoints(&listing.endpoints)),
        ("dependencies between modules", dependencies(listing)),
        ("external crates", external(listing)),
        ("lines of manifests", manifests(listing)),
        ("not judged", listing.unjudged.iter().map(unjudged).collect()),
    ];
    let mut text = String::new();
    for (heading, rows) in parts.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        text.push_str(&format!("{}\n{}\n", style.paint(Ink::Strong, heading), aligned(rows)));
    }
    let counts = [
        count(listing.files, "file", "files"),
        count(listing.endpoints.len(), "endpoint", "endpoints"),
        count(listing.dependencies.len(), "dependency", "dependencies"),
        count(listing.external.len(), "use of external crates", "uses of external crates"),
    ];
    text + &format!("gate: {}; {} not judged\n", counts.join(", "), listing.unjudged.len())
}

fn endpoints(rows: &[EndpointRow]) -> Vec<Vec<String>> {
    let mut rows: Vec<&EndpointRow> = rows.iter().collect();
    rows.sort_by_key(|row| (&row.package, &row.path, row.method, *row));
    rows.into_iter()
        .map(|row| {
            let handler =
                row.handler.as_ref().map_or_else(|| "-".to_owned(), |handler| name(handler.as_str()));
            let mut cells = vec![
                row.method.as_str().to_owned(),
                name(row.path.as_str()),
                handler,
                format!("{}:{}", file_name(&row.file), row.line),
            ];
            let condition = row.condition.iter().map(|condition| {
                let stands_alone = condition.starts_with("if ") || condition.starts_with("match ");
                format!("{}{}", if stands_alone { "" } else { "if " }, prose(condition))
            });
            let dynamic = row.dynamic.iter().map(|dynamic| format!("at run time {}", prose(dynamic)));
            let role = (row.role != Role::Production).then(|| row.role.as_str().to_owned());
            cells.push(condition.chain(dynamic).chain(role).collect::<Vec<_>>().join(", "));
            cells
        })
        .collect()
}

fn dependencies(listing: &ModelListing) -> Vec<Vec<String>> {
    let pairs = listing.dependencies.iter().map(|row| (row.by.from.as_str(), row.to_module.as_str()));
    counted(pairs.filter(|(from, to)| from != to))
}

fn external(listing: &ModelListing) -> Vec<Vec<String>> {
    counted(
        listing
            .external
            .iter()
            .map(|row| (row.by.from.as_str(), row.to.split("::").next().unwrap_or_default())),
    )
}

/// What packages say they need, other packages of the repository first.
fn manifests(listing: &ModelListing) -> Vec<Vec<String>> {
    let mut rows: Vec<&ManifestRow> = listing.manifests.iter().collect();
    rows.sort_by_key(|row| (row.from.as_str(), row.to_package.is_none()));
    let row = |row: &ManifestRow| {
        let role = (row.role != Role::Production).then(|| row.role.as_str().to_owned());
        let condition = row.condition.as_deref().map(|condition| prose(condition).to_string());
        let notes: Vec<String> = role.into_iter().chain(condition).collect();
        vec![name(row.from.as_str()), format!("→ {}", name(&row.to)), notes.join(", ")]
    };
    rows.into_iter().map(row).collect()
}

/// One row per pair, in the order of the names, with how often it occurs.
fn counted<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Vec<String>> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for pair in pairs {
        *counts.entry(pair).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|((from, to), count)| vec![name(from), format!("→ {}", name(to)), count.to_string()])
        .collect()
}

fn unjudged(row: &UnjudgedRow) -> Vec<String> {
    let line = if row.line == 0 { String::new() } else { format!(":{}", row.line) };
    vec![file_name(&row.file) + &line, row.reason.as_str().to_owned(), prose(&row.text)]
}

fn name(text: &str) -> String {
    Untrusted(text).to_string()
}

/// Rows of cells with two spaces between columns, indented by two.
fn aligned(rows: Vec<Vec<String>>) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(Some(columns(cell)).filter(|columns| *columns <= WIDEST).unwrap_or(0));
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("  {cell}{:fill$}", "", fill = width.saturating_sub(columns(cell))));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn columns(text: &str) -> usize {
    text.chars().map(super::width::width).sum()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::basis::RoutePattern;

    #[track_caller]
    fn check(listing: &ModelListing, expected: &str) {
        assert_eq!(super::listing(listing, Style::Plain), expected);
    }

    #[test]
    fn tables_are_aligned_and_sorted() {
        let expected = "\
endpoints
  DELETE  /orders/{id}      shop::api::orders::drop  src/api/mod.rs:30
  GET     /orders/{id}      shop::api::orders::show  src/api/mod.rs:31
  ANY     /{?prefix}/admin  -                        src/api/mod.rs:40  if cfg(feature = \"admin\"), at run time prefix, test

dependencies between modules
  shop::api::orders  → shop::store::repo  2

external crates
  shop::store  → sqlx  1

lines of manifests
  shop  → sqlx  cfg(unix), optional

not judged
  src/gen.rs  too-large  3 MiB

gate: 41 files, 3 endpoints, 2 dependencies, 1 use of external crates; 1 not judged
";
        check(&samples::listing(), expected);
        check(
            &ModelListing::default(),
            "gate: 0 files, 0 endpoints, 0 dependencies, 0 uses of external crates; 0 not judged\n",
        );
    }

    #[test]
    fn what_is_longer_than_a_screen_shifts_only_its_row() {
        let mut listing = samples::listing();
        let long = "/".to_owned() + &"x".repeat(WIDEST);
        listing.endpoints[0].path = RoutePattern::new(&long);
        listing.endpoints.swap_remove(1);
        listing.dependencies.clear();
        listing.external.clear();
        listing.manifests.clear();
        listing.unjudged.clear();
        let expected = format!(
            "endpoints\n  DELETE  /orders/{{id}}  shop::api::orders::drop  src/api/mod.rs:30\n  \
             GET     {long}  shop::api::orders::show  src/api/mod.rs:31\n\n\
             gate: 41 files, 2 endpoints, 0 dependencies, 0 uses of external crates; 0 not judged\n"
        );
        check(&listing, &expected);
    }

    #[test]
    fn hostile_names_forge_nothing() {
        let mut listing = ModelListing { unjudged: samples::listing().unjudged, ..ModelListing::default() };
        listing.unjudged[0].text = "a\n::error::\u{1b}".to_owned();
        listing.unjudged[0].file = "x\n##[y]".into();
        check(
            &listing,
            "not judged\n  x\\n\\u{23}#[y]  too-large  a ::error::\\u{1b}\n\n\
             gate: 0 files, 0 endpoints, 0 dependencies, 0 uses of external crates; 1 not judged\n",
        );
    }
}
