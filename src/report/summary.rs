//! The first and the last line of a report: what was judged, and the verdict with how much was seen.

use super::{Report, Untrusted, Weight};
use crate::basis::{Drift, Reason, Verdict};

/// `judging HEAD~1 → index: 4 files, specs/ (3 files)`.
pub(super) fn judging(report: &Report) -> String {
    let judging = &report.judging;
    let head = Untrusted(&judging.head);
    let sides = match &judging.base {
        None => format!("{head}, the whole of it"),
        Some(base) if judging.base_ids.len() > 1 => {
            format!("{} → {head}, a merge of {} parents", Untrusted(base), judging.base_ids.len())
        }
        Some(base) => format!("{} → {head}", Untrusted(base)),
    };
    let spec = format!("{} ({})", Untrusted(&judging.spec), count(judging.spec_files, "file", "files"));
    format!("judging {sides}: {}, {spec}", count(judging.files, "file", "files"))
}

/// `design: 2 loosened, 1 extended; gate spec diff shows them`; `None` where the change leaves the design as it is.
pub(super) fn design(report: &Report) -> Option<String> {
    report.design.map(|counts| format!("design: {}; `gate spec diff` shows the statements", counts.words()))
}

/// `gate: 1 introduced deviation; 4 files judged, 212 dependencies; 2 standing, 1 resolved, 0 not judged`.
pub(super) fn verdict(report: &Report) -> String {
    format!("gate: {}; {}; {}", outcome(report), seen(report), rest(report))
}

/// `1 file`, `2 files`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn outcome(report: &Report) -> String {
    let outcome = match report.verdict {
        Verdict::Conforms => "conforms".to_owned(),
        Verdict::Deviates if report.is_whole() => {
            count(report.weighing(Weight::Error), "deviation", "deviations")
        }
        Verdict::Deviates => {
            count(report.weighing(Weight::Error), "introduced deviation", "introduced deviations")
        }
        Verdict::Unjudged => {
            let places = count(open(report), "place", "places");
            format!("no deviation seen, but {places} could not be judged")
        }
    };
    match report.weighing(Weight::Note) {
        0 => outcome,
        notes => format!("{outcome}, {}", count(notes, "note", "notes")),
    }
}

fn seen(report: &Report) -> String {
    let counts = &report.counts;
    let mut seen = vec![
        count(counts.files, "file judged", "files judged"),
        count(counts.dependencies, "dependency", "dependencies"),
    ];
    seen.extend(counts.endpoints.map(|endpoints| count(endpoints, "endpoint", "endpoints")));
    let further = [
        (counts.other_files, "file of other languages", "files of other languages"),
        (counts.unmapped, "file in no module", "files in no module"),
        (counts.unresolved, "name unresolved", "names unresolved"),
        (
            counts.unknown_parts,
            "part of contracts not shown by the code",
            "parts of contracts not shown by the code",
        ),
        (
            counts.unhandled.unwrap_or_default(),
            "key of linked documents unhandled",
            "keys of linked documents unhandled",
        ),
    ];
    seen.extend(
        further
            .iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, one, many)| count(*number, one, many)),
    );
    seen.join(", ")
}

fn rest(report: &Report) -> String {
    let counts = &report.counts;
    let mut rest = Vec::new();
    if !report.is_whole() {
        rest.push(format!("{} standing, {} resolved", counts.standing, counts.resolved));
    }
    if counts.waived > 0 {
        rest.push(format!("{} waived", counts.waived));
    }
    rest.push(format!("{} not judged", open(report)));
    let before = report.unjudged.iter().filter(|place| !report.is_open(place) && is_standing(place)).count();
    if before > 0 {
        rest.push(format!("{before} not judged before either"));
    }
    rest.join(", ")
}

fn is_standing(place: &crate::basis::Unjudged) -> bool {
    place.drift == Drift::Standing && place.reason != Reason::OpaqueResponse
}

fn open(report: &Report) -> usize {
    report.unjudged.iter().filter(|place| report.is_open(place)).count()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::{Counts, Judging};
    use super::*;
    use crate::basis::Severity;

    #[test]
    fn the_first_line_says_what_is_judged() {
        #[track_caller]
        fn check(change: impl FnOnce(&mut Judging), expected: &str) {
            let mut report = samples::conforming();
            change(&mut report.judging);
            assert_eq!(judging(&report), expected);
        }
        check(|_| {}, "judging HEAD~1 → index: 4 files, specs/ (3 files)");
        check(|it| it.files = 1, "judging HEAD~1 → index: 1 file, specs/ (3 files)");
        check(|it| it.base = None, "judging index, the whole of it: 4 files, specs/ (3 files)");
        check(
            |it| it.base_ids = vec![String::new(); 2],
            "judging HEAD~1 → index, a merge of 2 parents: 4 files, specs/ (3 files)",
        );
        check(
            |it| it.spec = "a\n::error::".to_owned(),
            "judging HEAD~1 → index: 4 files, a\\n::error:: (3 files)",
        );
    }

    #[test]
    fn the_last_line_says_how_much_was_seen() {
        #[track_caller]
        fn check(change: impl FnOnce(&mut Report), expected: &str) {
            let mut report = samples::conforming();
            change(&mut report);
            assert_eq!(verdict(&report), expected);
        }
        check(
            |_| {},
            "gate: conforms; 4 files judged, 212 dependencies, 19 endpoints; 2 standing, 1 resolved, 0 not judged",
        );
        check(
            |it| *it = samples::deviating(vec![samples::finding()]),
            "gate: 1 introduced deviation; 4 files judged, 212 dependencies, 19 endpoints; 2 standing, 1 resolved, 0 not judged",
        );
        check(
            |it| it.findings = vec![crate::basis::Finding { severity: Severity::Note, ..samples::finding() }],
            "gate: conforms, 1 note; 4 files judged, 212 dependencies, 19 endpoints; 2 standing, 1 resolved, 0 not judged",
        );
        check(
            |it| it.counts = Counts { files: 1, dependencies: 1, ..Counts::default() },
            "gate: conforms; 1 file judged, 1 dependency; 0 standing, 0 resolved, 0 not judged",
        );
        check(
            |it| {
                it.judging.base = None;
                it.verdict = Verdict::Deviates;
                it.findings = vec![crate::basis::Finding { drift: Drift::Standing, ..samples::finding() }];
                it.counts.waived = 3;
            },
            "gate: 1 deviation; 4 files judged, 212 dependencies, 19 endpoints; 3 waived, 0 not judged",
        );
        check(
            |it| {
                it.verdict = Verdict::Unjudged;
                it.unjudged = samples::unjudged();
                it.counts.unknown_parts = 1;
                it.counts.unhandled = Some(7);
                it.counts.unresolved = 2;
            },
            "gate: no deviation seen, but 1 place could not be judged; 4 files judged, 212 dependencies, 19 endpoints, \
             2 names unresolved, 1 part of contracts not shown by the code, 7 keys of linked documents unhandled; \
             2 standing, 1 resolved, 1 not judged, \
             1 not judged before either",
        );
    }
}
