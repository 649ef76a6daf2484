//! A scene under one design → what that design says about the change: findings with their severities, waived ones taken out.
//!
//! Which design that is, and what is asked beside it, `judge.rs` and `loosened.rs` know.

use crate::basis::{Drift, Finding, Reason, Severity, Unjudged, Verdict};
use crate::options::CheckOptions;
use crate::scene::Scene;
use crate::spec::{Design, Policy};
use crate::{reflexion, rules, waivers};

/// What a design says about a change.
pub(crate) struct Judged {
    /// Findings, severities set and waived ones taken out.
    pub(crate) findings: Vec<Finding>,
    /// What could not be judged.
    pub(crate) unjudged: Vec<Unjudged>,
    /// How many deviations of head are excused.
    pub(crate) waived: usize,
}

impl Scene<'_> {
    /// What the design of the scene says about the change.
    pub(crate) fn judge(&self, options: &CheckOptions) -> Judged {
        let mut reflexion = reflexion::reflect(self.observe());
        let blind = std::mem::take(&mut reflexion.blind);
        let mut counts = self.counts.take();
        counts.unknown_parts = reflexion.unknown_parts;
        counts.unhandled = reflexion.unhandled;
        self.counts.set(counts);
        let mut findings = rules::check(&reflexion);
        set_severities(self.design, &mut findings);
        let waived = waivers::apply(self.design, &mut findings, options.today, &self.names());
        findings.extend(waived.findings);
        findings.sort_by(order);
        let unjudged = |blind: reflexion::Drifted<reflexion::Blind>| {
            let reflexion::Blind { file, line, reason, text } = blind.value;
            Unjudged { reason, file, line, text, drift: blind.drift }
        };
        Judged { findings, unjudged: blind.into_iter().map(unjudged).collect(), waived: waived.count }
    }
}

/// The spec's `[rules]` decide, except where a rule itself calls a deviation a note.
fn set_severities(design: &Design, findings: &mut [Finding]) {
    for finding in findings {
        let default = rules::RULES.iter().find(|rule| rule.id == finding.rule).map(|rule| rule.severity);
        if let Some(severity) = design.severities.get(&finding.rule)
            && Some(finding.severity) == default
        {
            finding.severity = severity.value;
        }
    }
}

/// The verdict on what was found; `whole` where there is no base that it could be new against.
pub(crate) fn verdict(design: &Design, findings: &[Finding], unjudged: &[Unjudged], whole: bool) -> Verdict {
    let fails = |finding: &Finding| finding.drift == Drift::Introduced && finding.severity == Severity::Deny;
    if findings.iter().any(fails) {
        return Verdict::Deviates;
    }
    let decides = |unjudged: &Unjudged| {
        let asked = unjudged.reason == Reason::UnresolvedApi;
        let is_gap = unjudged.reason == Reason::OpaqueResponse;
        unjudged.drift == Drift::Introduced
            && !is_gap
            && (asked || (design.unjudged == Policy::Deny && !whole))
    };
    if unjudged.iter().any(decides) { Verdict::Unjudged } else { Verdict::Conforms }
}

/// Introduced first, of those what fails, then by place, then by rule.
pub(crate) fn order(left: &Finding, right: &Finding) -> std::cmp::Ordering {
    let key = |finding: &Finding| {
        let place = finding.site.as_ref().or(finding.declared.as_ref()).map(|label| label.place.clone());
        let rule = rules::RULES.iter().position(|rule| rule.id == finding.rule);
        (finding.drift, finding.severity, place, rule, finding.identity.clone())
    };
    key(left).cmp(&key(right))
}
