//! `endpoint-absence`: a declared endpoint is not registered.

use super::endpoint_divergence::endpoint_finding;
use super::words::spec_label;
use super::{Check, Rule};
use crate::basis::{Drift, Finding, RuleId, Severity};
use crate::reflexion::{Drifted, EndpointDeviation, EndpointKind, Reflexion};

pub(super) const RULE: Rule = Rule {
    id: RuleId("endpoint-absence"),
    severity: Severity::Deny,
    summary: "an endpoint that the API declares is no longer registered",
    page: include_str!("endpoint_absence.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    for drifted in reflexion.endpoints.iter().filter(|drifted| drifted.value.kind == EndpointKind::Absence) {
        findings.push(finding(reflexion, drifted));
    }
}

fn finding(reflexion: &Reflexion<'_>, drifted: &Drifted<EndpointDeviation>) -> Finding {
    let design = reflexion.design;
    let deviation = &drifted.value;
    let name = format!("{} {}", deviation.method, deviation.path);
    let gone = drifted.drift == Drift::Introduced && !reflexion.whole;
    let message = match gone {
        true => format!("`{name}` is declared and no longer registered"),
        false => format!("`{name}` is declared and not registered"),
    };
    let mut finding = endpoint_finding((RULE.id, RULE.severity), design, drifted, message);
    finding.subject.endpoint = Some(name);
    let text = match gone {
        true => "clients rely on this line; the change takes the endpoint away",
        false => "no router of this API registers it",
    };
    finding.declared = Some(spec_label(design, deviation.at, text));
    if gone {
        finding.help = vec!["register it again, with the handler it had".to_owned()];
    } else if drifted.drift == Drift::Standing {
        // What base did not serve either is no deed of this change.
        finding.severity = Severity::Note;
    } else {
        finding.help =
            vec!["register it; `planned = true` marks what is designed and not built yet".to_owned()];
    }
    finding
}
