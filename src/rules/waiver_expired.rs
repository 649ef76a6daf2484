//! `waiver-expired`: the last day of a waiver has passed.

use super::words::{bare_finding, spec_label};
use super::{Check, Rule, WaiverUse};
use crate::basis::{Finding, RuleId, Severity};
use crate::spec::{Waiver, WaiverSubject};

pub(super) const RULE: Rule = Rule {
    id: RuleId("waiver-expired"),
    severity: Severity::Deny,
    summary: "a waiver's last day has passed",
    page: include_str!("waiver_expired.md"),
    check: Check::Waiver(check),
};

fn check(used: &WaiverUse<'_>) -> Option<Finding> {
    if !used.expired {
        return None;
    }
    let (year, month, day) = used.waiver.expires.value;
    let message = format!("the waiver of {} held until {year:04}-{month:02}-{day:02}", excused(used));
    let mut finding = bare_finding(RULE.id, RULE.severity, identity(used.waiver), message);
    // Whoever does not touch the code is not the one to repair it.
    finding.severity = if used.touched || used.whole { Severity::Deny } else { Severity::Note };
    finding.declared = Some(spec_label(used.design, used.waiver.expires.at, "it excuses nothing any more"));
    finding.why = Some(used.waiver.why.clone());
    finding.owner = Some(used.waiver.owner.clone());
    finding.help = vec!["mend what it excused; then the waiver can go".to_owned()];
    Some(finding)
}

/// What a waiver excuses, in words.
pub(super) fn excused(used: &WaiverUse<'_>) -> String {
    let rule = used.waiver.rule.value;
    match &used.waiver.subject {
        WaiverSubject::Dependency { from, to: Some(to) } => {
            format!("`{rule}` from `{}` to `{}`", from.value, to.value)
        }
        WaiverSubject::Dependency { from, to: None } => format!("`{rule}` in `{}`", from.value),
        WaiverSubject::Endpoint { endpoint, .. } => format!("`{rule}` of `{}`", endpoint.value),
    }
}

/// The identity of a waiver: the rule and what it excuses.
pub(super) fn identity(waiver: &Waiver) -> Vec<String> {
    let mut identity = vec![waiver.rule.value.to_string()];
    match &waiver.subject {
        WaiverSubject::Dependency { from, to } => {
            identity.push(from.value.clone());
            identity.extend(to.iter().map(|to| to.value.clone()));
        }
        WaiverSubject::Endpoint { endpoint, api, pointer } => {
            identity.push(endpoint.value.clone());
            identity.extend(api.clone());
            identity.extend(pointer.iter().map(|pointer| pointer.value.clone()));
        }
    }
    identity
}
