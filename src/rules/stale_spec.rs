//! `stale-spec`: an entry of the spec names code that is not there.

use super::words::{bare_finding, spec_label};
use super::{Check, Rule};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::Reflexion;
use crate::spec::Pattern;

pub(super) const RULE: Rule = Rule {
    id: RuleId("stale-spec"),
    severity: Severity::Deny,
    summary: "a pattern, handler or entry of the spec matches nothing any more, or is new and matches nothing",
    page: include_str!("stale_spec.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    for drifted in &reflexion.stale {
        let entry = &drifted.value;
        let pattern = match &entry.pattern {
            Pattern::Symbol(symbol) => symbol.to_string(),
            Pattern::File(file) => file.glob.clone(),
        };
        let identity = vec![entry.table.clone(), entry.key.to_owned(), pattern.clone()];
        let message = format!("`{pattern}` in `{}` of `{}` matches nothing", entry.key, entry.table);
        let mut finding = bare_finding(RULE.id, RULE.severity, identity, message);
        finding.drift = drifted.drift;
        finding.declared = Some(spec_label(reflexion.design, entry.at, "no code of this name in head"));
        finding.help = vec![
            "where the code was renamed or moved, the spec moves with it in the same change; where it is gone by mistake, \
             bring it back"
                .to_owned(),
        ];
        findings.push(finding);
    }
}
