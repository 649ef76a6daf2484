//! `request-mismatch`: the body that code accepts differs from what the API promises, in a way that breaks clients.

use super::{Check, Rule, mismatch};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::{Part, Reflexion};

pub(super) const RULE: Rule = Rule {
    id: RuleId("request-mismatch"),
    severity: Severity::Deny,
    summary: "the body that code accepts differs from what the API promises, in a way that breaks clients",
    page: include_str!("request_mismatch.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    mismatch::check((RULE.id, RULE.severity), Part::Request, reflexion, findings);
}
