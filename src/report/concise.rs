//! Report → one line per finding, then the verdict: for editors, `grep` and short logs.
//!
//! What contradicts the finding in the spec, reasons and ways out are left to the other formats.

use super::sources::{Source, Sources, file_name};
use super::{Failure, Report, Style, Untrusted, Weight, prose, summary};
use crate::basis::{Drift, Finding, Unjudged};

/// `file:line:column: error[rule] message` for each finding, then the last line of the human report.
pub(super) fn report(report: &Report, _style: Style) -> String {
    let sources = Sources::new(&report.sources);
    let findings = report.listed().map(|(weight, finding)| line(weight, finding, &sources));
    let places = report.unjudged.iter().filter(|place| report.list_standing || report.is_open(place));
    let unjudged = places.map(|place| unjudged(place, report.is_whole()));
    findings
        .chain(unjudged)
        .chain(summary::design(report))
        .chain([summary::verdict(report)])
        .map(|line| line + "\n")
        .collect()
}

/// The failure in one line, then one line per error.
pub(super) fn failure(failure: &Failure, _style: Style) -> String {
    let mut text = format!("gate could not {}: {}\n", failure.undone, prose(&failure.message));
    for error in &failure.errors {
        let (start, _) = Source::new(&error.text).range(error.span);
        let at = format!("{}:{}:{}", file_name(&error.file), start.line, start.column);
        text.push_str(&format!("{at}: error {}\n", prose(&error.message)));
    }
    text
}

/// A finding in one line, without its line end.
pub(super) fn line(weight: Weight, finding: &Finding, sources: &Sources<'_>) -> String {
    let place = finding.site.as_ref().or(finding.declared.as_ref()).map(|label| &label.place);
    let at = place.map(|place| sources.address(place) + ": ").unwrap_or_default();
    format!("{at}{}[{}] {}", weight.as_str(), finding.rule, prose(&finding.message))
}

/// An unjudged place in one line, without its line end; its drift is said when it is not the change's own.
pub(super) fn unjudged(place: &Unjudged, is_whole: bool) -> String {
    let line = if place.line == 0 { String::new() } else { format!(":{}", place.line) };
    let drift = match place.drift {
        Drift::Introduced => "",
        Drift::Standing | Drift::Resolved if is_whole => "",
        Drift::Standing => " (standing)",
        Drift::Resolved => " (resolved)",
    };
    let text = prose(&place.text);
    let separator = if text.is_empty() { "" } else { " " };
    let reason = Untrusted(place.reason.as_str());
    format!("{}{line}: unjudged[{reason}]{drift}{separator}{text}", file_name(&place.file))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::basis::{Span, Verdict};

    #[track_caller]
    fn check(report: &Report, expected: &[&str]) {
        let text = super::report(report, Style::Plain);
        let lines: Vec<_> = text.lines().collect();
        let (last, lines) = lines.split_last().unwrap();
        assert_eq!(lines, expected);
        assert_eq!(*last, summary::verdict(report));
    }

    #[test]
    fn a_finding_is_a_line() {
        check(&samples::conforming(), &[]);
        let unplaced = Finding { declared: None, ..samples::absence() };
        let standing = Finding { drift: Drift::Standing, ..samples::finding() };
        let mut report = samples::deviating(vec![samples::finding(), samples::absence(), unplaced, standing]);
        report.unjudged = samples::unjudged();
        let shown = [
            "src/orders/cart.rs:3:5: error[dependency-divergence] `orders` may not use `api`",
            "specs/shop.toml:2:8: error[endpoint-absence] `POST /orders` is declared and no longer registered",
            "error[endpoint-absence] `POST /orders` is declared and no longer registered",
            "src/orders/cart.rs:3:5: standing[dependency-divergence] `orders` may not use `api`",
            "src/api/mod.rs:9: unjudged[dynamic-route] .route(&path, get(show))",
            "src/api/mod.rs:12: unjudged[syntax] (standing) fn (",
            "src/api/mod.rs:20: unjudged[opaque-response] `impl IntoResponse`",
        ];
        check(&report, &[shown[0], shown[1], shown[2], shown[4]]);
        report.list_standing = true;
        check(&report, &shown);
    }

    #[test]
    fn under_all_nothing_is_standing() {
        let standing = Finding { drift: Drift::Standing, ..samples::finding() };
        let mut report = Report { findings: vec![standing], ..samples::conforming() };
        report.judging.base = None;
        report.unjudged = samples::unjudged();
        report.verdict = Verdict::Deviates;
        check(
            &report,
            &[
                "src/orders/cart.rs:3:5: error[dependency-divergence] `orders` may not use `api`",
                "src/api/mod.rs:9: unjudged[dynamic-route] .route(&path, get(show))",
                "src/api/mod.rs:12: unjudged[syntax] fn (",
            ],
        );
    }

    #[test]
    fn hostile_names_stay_in_their_line() {
        check(
            &samples::about("a\n::error::b.rs", "日本x\n", Span::new(6, 7), "a\nb"),
            &["a\\n::error::b.rs:1:3: error[dependency-divergence] a b"],
        );
    }

    #[test]
    fn a_failure_is_a_line_per_error() {
        let expected = "gate could not judge this change: the spec has 1 error\n\
                        specs/shop.toml:6:1: error unknown key `layers`\n";
        assert_eq!(failure(&samples::failure(), Style::Coloured), expected);
    }
}
