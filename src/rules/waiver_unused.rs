//! `waiver-unused`: a waiver excuses nothing.

use super::waiver_expired::{excused, identity};
use super::words::{bare_finding, spec_label};
use super::{Check, Rule, WaiverUse};
use crate::basis::{Finding, RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId("waiver-unused"),
    severity: Severity::Note,
    summary: "a waiver excuses nothing",
    page: include_str!("waiver_unused.md"),
    check: Check::Waiver(check),
};

fn check(used: &WaiverUse<'_>) -> Option<Finding> {
    // A change shows only a part of the code: what it does not show may still be excused.
    let known = used.whole || used.resolved;
    if used.matches || used.expired || !known {
        return None;
    }
    let message = format!("the waiver of {} excuses nothing", excused(used));
    let mut finding = bare_finding(RULE.id, RULE.severity, identity(used.waiver), message);
    finding.declared = Some(spec_label(used.design, used.waiver.at, "no such deviation is left"));
    finding.why = Some(used.waiver.why.clone());
    finding.owner = Some(used.waiver.owner.clone());
    finding.help = vec!["take the waiver out of the spec".to_owned()];
    Some(finding)
}
