//! `endpoint-changed`: a declared endpoint is registered with another method or path.

use super::endpoint_divergence::{endpoint_finding, served_label};
use super::words::spec_label;
use super::{Check, Rule};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::{Drifted, EndpointDeviation, EndpointKind, Reflexion, Served};

pub(super) const RULE: Rule = Rule {
    id: RuleId("endpoint-changed"),
    severity: Severity::Deny,
    summary: "a declared endpoint is registered with another method, path or prefix",
    page: include_str!("endpoint_changed.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    for drifted in reflexion.endpoints.iter().filter(|drifted| drifted.value.kind == EndpointKind::Changed) {
        if let Some(served) = &drifted.value.served {
            findings.push(finding(reflexion, drifted, served));
        }
    }
}

fn finding(reflexion: &Reflexion<'_>, drifted: &Drifted<EndpointDeviation>, served: &Served) -> Finding {
    let design = reflexion.design;
    let deviation = &drifted.value;
    let declared = format!("{} {}", deviation.method, deviation.path);
    let now = format!("{} {}", served.method, served.path);
    let message = format!("`{declared}` became `{now}`");
    let mut finding = endpoint_finding((RULE.id, RULE.severity), design, drifted, message);
    finding.subject.endpoint = Some(now);
    finding.subject.was = Some(declared.clone());
    finding.site = Some(served_label(drifted, served));
    finding.declared = Some(spec_label(design, deviation.at, "clients call it as it stands here"));
    finding.help = vec![format!("register it as `{declared}`, as the API declares it")];
    finding
}
