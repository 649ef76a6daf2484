//! A comparison of designs → `gate.spec-diff/1`, the shape that tools read.

use serde::Serialize;

use super::json::path;
use super::rows::Document;
use super::sources::Source;
use super::{DesignCounts, DesignDiff, DesignRow, DesignSide, PlacedText, Style};

const SCHEMA: &str = "gate.spec-diff/1";

/// The comparison as one JSON object.
pub(super) fn diff(diff: &DesignDiff, _style: Style) -> String {
    let mut document = Document::new(SCHEMA);
    document.field("base", &SideRow::new(&diff.base));
    document.field("head", &SideRow::new(&diff.head));
    document.rows("statements", diff.rows.iter().map(StatementRow::new));
    document.field("compared", &diff.is_compared);
    document.field("counts", &CountsRow::new(diff.counts));
    document.optional("notes", (!diff.notes.is_empty()).then_some(&diff.notes));
    document.finish()
}

#[derive(Serialize)]
struct SideRow<'a> {
    name: &'a str,
    spec_files: usize,
}

impl<'a> SideRow<'a> {
    fn new(side: &'a DesignSide) -> Self {
        Self { name: &side.label, spec_files: side.files }
    }
}

#[derive(Serialize)]
struct StatementRow<'a> {
    class: &'static str,
    table: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    key: &'static str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<EndRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<EndRow<'a>>,
}

impl<'a> StatementRow<'a> {
    fn new(row: &'a DesignRow) -> Self {
        let DesignRow { class, table, key, reason, base, head } = row;
        Self {
            class,
            table,
            key,
            reason,
            base: base.as_ref().map(EndRow::new),
            head: head.as_ref().map(EndRow::new),
        }
    }
}

#[derive(Serialize)]
struct EndRow<'a> {
    file: String,
    line: u32,
    column: u32,
    text: &'a str,
}

impl<'a> EndRow<'a> {
    fn new(end: &'a PlacedText) -> Self {
        let (start, _) = Source::new(&end.text).range(end.span);
        Self { file: path(&end.file), line: start.line, column: start.column, text: &end.written }
    }
}

/// How many statements there are of each class.
#[derive(Serialize)]
pub(super) struct CountsRow {
    loosened: usize,
    extended: usize,
    tightened: usize,
    neutral: usize,
}

impl CountsRow {
    pub(super) fn new(counts: DesignCounts) -> Self {
        let DesignCounts { loosened, extended, tightened, neutral } = counts;
        Self { loosened, extended, tightened, neutral }
    }
}
