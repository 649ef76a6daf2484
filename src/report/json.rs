//! Report → `gate.report/1`, the shape that tools read.
//!
//! Additions are possible within version 1, changes are not. Fields that do not apply are absent. Lines and columns are
//! from 1, columns in Unicode scalar values, ends exclusive.

use serde::Serialize;

use super::design_json::CountsRow as DesignRow;
use super::rows::Document;
use super::sources::{Source, Sources};
use super::{Counts, Failure, PlacedError, Report, Style, fingerprint};
use crate::basis::{Drift, Finding, Label, Place, RepoPath, Unjudged};

const SCHEMA: &str = "gate.report/1";

/// The report as one JSON object.
pub(super) fn report(report: &Report, _style: Style) -> String {
    let sources = Sources::new(&report.sources);
    let judging = &report.judging;
    let has_drift = !report.is_whole();
    let mut document = Document::new(SCHEMA);
    document.field("verdict", &report.verdict.as_str());
    if has_drift {
        document.optional("base", judging.base_ids.first().or(judging.base.as_ref()));
        document.optional("bases", (judging.base_ids.len() > 1).then_some(&judging.base_ids));
    }
    document.field("head", judging.head_id.as_ref().unwrap_or(&judging.head));
    document.optional("design", report.design.map(DesignRow::new).as_ref());
    document.rows("findings", report.listed().map(|(_, finding)| row(finding, &sources, has_drift)));
    document.rows("unjudged", report.unjudged.iter().map(|place| UnjudgedRow::new(place, has_drift)));
    document.field("standing", &report.counts.standing);
    document.field("resolved", &report.counts.resolved);
    document.field("counts", &CountsRow::new(&report.counts));
    document.optional("notes", (!report.notes.is_empty()).then_some(&report.notes));
    document.finish()
}

/// The failure as a report whose verdict is `error`.
pub(super) fn failure(failure: &Failure, _style: Style) -> String {
    let errors: Vec<_> = failure.errors.iter().map(ErrorRow::new).collect();
    let mut document = Document::new(SCHEMA);
    document.field("verdict", &"error");
    let at = errors.first();
    let error = FailureRow {
        kind: failure.kind,
        message: &failure.message,
        file: at.map(|at| at.file.as_str()),
        line: at.map(|at| at.line),
        column: at.map(|at| at.column),
        help: lines(&failure.help),
    };
    document.field("error", &error);
    if !errors.is_empty() {
        document.rows("errors", errors);
    }
    document.finish()
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
struct FindingRow<'a> {
    id: String,
    rule: &'static str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<&'static str>,
    message: &'a str,
    #[serde(flatten)]
    site: Option<RangeRow>,
    #[serde(flatten)]
    subject: SubjectRow<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spec: Option<PlaceRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    see: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    allowed: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<PlaceRow>,
}

fn row<'a>(finding: &'a Finding, sources: &Sources<'_>, has_drift: bool) -> FindingRow<'a> {
    let place = |label: &Label| PlaceRow::new(&label.place, sources);
    FindingRow {
        id: fingerprint::id(finding),
        rule: finding.rule.0,
        severity: finding.severity.as_str(),
        drift: has_drift.then(|| finding.drift.as_str()),
        message: &finding.message,
        site: finding.site.as_ref().map(|label| RangeRow::new(&label.place, sources)),
        subject: SubjectRow::new(finding),
        spec: finding.declared.as_ref().map(place),
        why: finding.why.as_deref(),
        owner: finding.owner.as_deref(),
        see: finding.see.as_deref(),
        allowed: &finding.allowed,
        help: lines(&finding.help),
        also: finding.also.iter().map(|place| PlaceRow::new(place, sources)).collect(),
    }
}

#[derive(Serialize)]
struct SubjectRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_item: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_item: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    named: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reached: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    affects: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<&'static str>,
}

impl<'a> SubjectRow<'a> {
    fn new(finding: &'a Finding) -> Self {
        let subject = &finding.subject;
        Self {
            endpoint: subject.endpoint.as_deref(),
            at: subject.at.as_deref(),
            from: subject.from.as_deref(),
            to: subject.to.as_deref(),
            from_item: subject.from_item.as_deref(),
            to_item: subject.to_item.as_deref(),
            named: subject.named.as_deref(),
            kind: subject.kind.map(|kind| kind.as_str()),
            condition: subject.condition.as_deref(),
            was: subject.was.as_deref(),
            reached: &subject.reached,
            affects: &subject.affects,
            schema: subject.schema.as_ref().map(|(name, pointer)| format!("{name}{pointer}")),
            alias: subject.alias,
        }
    }
}

#[derive(Serialize)]
struct RangeRow {
    #[serde(flatten)]
    start: PlaceRow,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

impl RangeRow {
    fn new(place: &Place, sources: &Sources<'_>) -> Self {
        let end = sources.range(place).map(|(_, end)| end);
        Self {
            start: PlaceRow::new(place, sources),
            end_line: end.map(|end| end.line),
            end_column: end.map(|end| end.column),
        }
    }
}

#[derive(Serialize)]
struct PlaceRow {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

impl PlaceRow {
    fn new(place: &Place, sources: &Sources<'_>) -> Self {
        let start = sources.range(place).map(|(start, _)| start);
        Self {
            file: path(&place.file),
            line: start.map(|start| start.line),
            column: start.map(|start| start.column),
        }
    }
}

#[derive(Serialize)]
struct UnjudgedRow<'a> {
    reason: &'static str,
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<&'static str>,
}

impl<'a> UnjudgedRow<'a> {
    fn new(place: &'a Unjudged, has_drift: bool) -> Self {
        Self {
            reason: place.reason.as_str(),
            file: path(&place.file),
            line: (place.line > 0).then_some(place.line),
            text: &place.text,
            drift: has_drift.then(|| Drift::as_str(place.drift)),
        }
    }
}

#[derive(Serialize)]
struct CountsRow {
    files: usize,
    other_files: usize,
    dependencies: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoints: Option<usize>,
    unmapped: usize,
    unresolved: usize,
    waived: usize,
    unknown_parts: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    unhandled: Option<usize>,
}

impl CountsRow {
    fn new(counts: &Counts) -> Self {
        let Counts {
            files,
            other_files,
            dependencies,
            endpoints,
            unmapped,
            unresolved,
            standing: _,
            resolved: _,
            waived,
            unknown_parts,
            unhandled,
        } = *counts;
        Self {
            files,
            other_files,
            dependencies,
            endpoints,
            unmapped,
            unresolved,
            waived,
            unknown_parts,
            unhandled,
        }
    }
}

#[derive(Serialize)]
struct FailureRow<'a> {
    kind: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

#[derive(Serialize)]
struct ErrorRow<'a> {
    message: &'a str,
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

impl<'a> ErrorRow<'a> {
    fn new(error: &'a PlacedError) -> Self {
        let (start, end) = Source::new(&error.text).range(error.span);
        Self {
            message: &error.message,
            file: path(&error.file),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            help: error.help.as_deref(),
        }
    }
}

/// The path itself where it is UTF-8; JSON escapes what has to be. Other bytes are shown as `\xff`.
pub(super) fn path(file: &RepoPath) -> String {
    file.as_str().map_or_else(|| file.to_string(), str::to_owned)
}

fn lines(texts: &[String]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::samples;
    use super::*;
    use crate::basis::Span;

    #[track_caller]
    fn check(text: &str, expected: &Value) {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(value, *expected, "\n{text}");
    }

    fn finding() -> Value {
        json!({
            "id": "f4af7b44", "rule": "dependency-divergence", "severity": "deny", "drift": "introduced",
            "message": "`orders` may not use `api`",
            "file": "src/orders/cart.rs", "line": 3, "column": 5, "end_line": 3, "end_column": 28,
            "from": "orders", "to": "api", "from_item": "shop::orders::cart", "to_item": "shop::api::CurrentUser",
            "named": "crate::api::CurrentUser", "kind": "import",
            "spec": { "file": "specs/shop.toml", "line": 6, "column": 13 },
            "why": "Order rules. Knows no HTTP and no SQL.", "allowed": ["billing", "store"],
            "help": "pass the user's id in as an argument; `api` calls `orders`, not the other way round",
            "also": [{ "file": "src/orders/cart.rs", "line": 40, "column": 9 }],
        })
    }

    fn whole(findings: &[Value]) -> Value {
        json!({
            "schema": "gate.report/1", "verdict": "deviates", "base": "4c1f".repeat(10), "head": "index",
            "findings": findings, "unjudged": [], "standing": 2, "resolved": 1,
            "counts": { "files": 4, "other_files": 0, "dependencies": 212, "endpoints": 19, "unmapped": 0,
                        "unresolved": 0, "waived": 0, "unknown_parts": 0 },
        })
    }

    #[test]
    fn a_finding_has_all_its_fields() {
        let report = samples::deviating(vec![samples::finding()]);
        check(&super::report(&report, Style::Coloured), &whole(&[finding()]));
    }

    #[test]
    fn the_text_is_fixed() {
        let mut report = samples::conforming();
        report.unjudged = samples::unjudged()[..1].to_vec();
        let expected = r#"{
  "schema": "gate.report/1",
  "verdict": "conforms",
  "base": "4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f4c1f",
  "head": "index",
  "findings": [],
  "unjudged": [
    {"reason":"dynamic-route","file":"src/api/mod.rs","line":9,"text":".route(&path, get(show))","drift":"introduced"}
  ],
  "standing": 2,
  "resolved": 1,
  "counts": {"files":4,"other_files":0,"dependencies":212,"endpoints":19,"unmapped":0,"unresolved":0,"waived":0,"unknown_parts":0}
}
"#;
        assert_eq!(super::report(&report, Style::Plain), expected);
    }

    #[test]
    fn what_does_not_apply_is_absent() {
        let absence = json!({
            "id": "e32acb3e", "rule": "endpoint-absence", "severity": "deny", "drift": "introduced",
            "message": "`POST /orders` is declared and no longer registered", "endpoint": "POST /orders",
            "spec": { "file": "specs/shop.toml", "line": 2, "column": 8 }, "owner": "@orders", "see": "docs/adr-7.md",
        });
        check(
            &super::report(&samples::deviating(vec![samples::absence()]), Style::Plain),
            &whole(&[absence]),
        );
    }

    #[test]
    fn one_side_alone_has_no_drift() {
        let mut report = samples::deviating(vec![samples::finding()]);
        report.judging.base = None;
        report.judging.head_id = Some("77".to_owned());
        report.unjudged = samples::unjudged()[..1].to_vec();
        report.unjudged[0].line = 0;
        report.counts.endpoints = None;
        report.notes = vec!["a note".to_owned()];
        let mut finding = finding();
        finding.as_object_mut().unwrap().remove("drift");
        let mut expected = whole(&[finding]);
        let fields = expected.as_object_mut().unwrap();
        fields.remove("base");
        fields["counts"].as_object_mut().unwrap().remove("endpoints");
        fields["head"] = json!("77");
        fields["unjudged"] = json!([{ "reason": "dynamic-route", "file": "src/api/mod.rs", "text": ".route(&path, get(show))" }]);
        fields.insert("notes".to_owned(), json!(["a note"]));
        check(&super::report(&report, Style::Plain), &expected);
    }

    #[test]
    fn a_merge_names_every_base() {
        let mut report = samples::deviating(Vec::new());
        report.judging.base_ids = vec!["a".to_owned(), "b".to_owned()];
        let mut expected = whole(&[]);
        expected["base"] = json!("a");
        expected.as_object_mut().unwrap().insert("bases".to_owned(), json!(["a", "b"]));
        check(&super::report(&report, Style::Plain), &expected);
    }

    #[test]
    fn hostile_names_keep_their_value_and_forge_nothing() {
        let file = "src/e\n::error::\u{1b}\u{202e}##[x].rs";
        let report = samples::about(file, "x", Span::new(0, 1), "a\u{9b}");
        let text = super::report(&report, Style::Plain);
        assert!(text.chars().all(|char| char == '\n' || !char.is_control() && char != '\u{202e}'), "{text}");
        assert!(!text.contains("##["));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["findings"][0]["file"], json!(file));
        assert_eq!(value["findings"][0]["message"], json!("a\u{9b}"));
    }

    #[test]
    fn a_failure_is_a_report_too() {
        let error = json!({ "kind": "spec", "message": "the spec has 1 error", "help": "gate schema spec",
                            "file": "specs/shop.toml", "line": 6, "column": 1 });
        let place = json!({ "message": "unknown key `layers`", "file": "specs/shop.toml", "line": 6, "column": 1,
                            "end_line": 6, "end_column": 7, "help": "did you mean `layer`?" });
        let expected =
            json!({ "schema": "gate.report/1", "verdict": "error", "error": error, "errors": [place] });
        check(&failure(&samples::failure(), Style::Plain), &expected);

        let plain = Failure { errors: Vec::new(), help: Vec::new(), ..samples::failure() };
        let error = json!({ "kind": "spec", "message": "the spec has 1 error" });
        let expected = json!({ "schema": "gate.report/1", "verdict": "error", "error": error });
        check(&failure(&plain, Style::Plain), &expected);
    }
}
