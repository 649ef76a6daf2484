//! `parameter-mismatch`: a parameter differs from what the API promises, in its type or in whether it must be given.

use super::{Check, Rule, mismatch};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::{Part, Reflexion};

pub(super) const RULE: Rule = Rule {
    id: RuleId("parameter-mismatch"),
    severity: Severity::Deny,
    summary: "a parameter differs from what the API promises, in its type or in whether it must be given",
    page: include_str!("parameter_mismatch.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    mismatch::check((RULE.id, RULE.severity), Part::Parameter, reflexion, findings);
}
