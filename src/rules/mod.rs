//! The rules floor: a [`Reflexion`] → findings in words.
//!
//! One file and one page per rule, one row each in [`RULES`]. A rule states a deviation: it reads nothing, prints nothing, and
//! knows neither severities set by a spec nor waivers. What the waivers themselves deserve is said by rules of their own,
//! which see what the waivers did.

mod annotation_mismatch;
mod contract_break;
mod dependency_divergence;
mod endpoint_absence;
mod endpoint_changed;
mod endpoint_divergence;
mod endpoint_unguarded;
mod external_divergence;
mod handler_home;
mod mismatch;
mod module_cycle;
mod parameter_mismatch;
mod private_leak;
mod private_use;
mod request_mismatch;
mod response_mismatch;
mod spec_loosened;
mod stale_permission;
mod stale_spec;
mod unmapped_code;
mod waiver_expired;
mod waiver_unused;
mod words;

use crate::basis::{Finding, RuleId, Severity, Unjudged};
use crate::reflexion::Reflexion;
use crate::spec::{Design, Difference, Waiver};

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The name; the file's name in kebab-case.
    pub id: RuleId,
    /// The severity when the spec says nothing.
    pub severity: Severity,
    /// What deviates, in one line.
    pub summary: &'static str,
    /// The page: documentation, the text of `gate explain`, and the rule's tests.
    pub page: &'static str,
    /// What states the deviation.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The design laid over the code.
    Code(fn(&Reflexion<'_>, &mut Vec<Finding>)),
    /// What a waiver did to the findings.
    Waiver(fn(&WaiverUse<'_>) -> Option<Finding>),
    /// What the change does to the design.
    Design(fn(&Relaxed<'_>) -> Finding),
}

/// A statement of the design that head makes looser, with what it hides.
#[derive(Clone, Copy, Debug)]
pub struct Relaxed<'a> {
    /// Base's design.
    pub base: &'a Design,
    /// Head's design; base's where head deletes it.
    pub head: &'a Design,
    /// The statement; `None` where the whole spec is gone, or where no statement tells what hides the deviations.
    pub difference: Option<&'a Difference>,
    /// Deviations of head's code from base's design that head's design allows, the change's own first.
    pub hidden: &'a [Finding],
    /// Places that base's design asks to be judged, that cannot be, and that head's design does not ask about.
    pub unasked: &'a [Unjudged],
}

/// One waiver, after it was held against all findings of the code.
#[derive(Clone, Copy, Debug)]
pub struct WaiverUse<'a> {
    /// The design that holds it.
    pub design: &'a Design,
    /// The waiver.
    pub waiver: &'a Waiver,
    /// Whether it excuses (or, expired, would excuse) a deviation that head has.
    pub matches: bool,
    /// Whether that deviation was there in base and is gone.
    pub resolved: bool,
    /// Whether its last day has passed.
    pub expired: bool,
    /// Whether the change touches the code it excuses.
    pub touched: bool,
    /// Whether the whole code is judged, not a change.
    pub whole: bool,
}

/// Every rule, in the order in which findings of one place are shown.
pub const RULES: &[Rule] = &[
    dependency_divergence::RULE,
    private_use::RULE,
    private_leak::RULE,
    external_divergence::RULE,
    module_cycle::RULE,
    unmapped_code::RULE,
    endpoint_divergence::RULE,
    endpoint_absence::RULE,
    endpoint_changed::RULE,
    handler_home::RULE,
    endpoint_unguarded::RULE,
    parameter_mismatch::RULE,
    request_mismatch::RULE,
    response_mismatch::RULE,
    annotation_mismatch::RULE,
    contract_break::RULE,
    stale_permission::RULE,
    stale_spec::RULE,
    spec_loosened::RULE,
    waiver_expired::RULE,
    waiver_unused::RULE,
];

/// The rule that speaks of the design itself: who asks whether a design is looser has to leave it aside.
pub const LOOSENED: RuleId = spec_loosened::RULE.id;

/// What all rules about code find.
pub fn check(reflexion: &Reflexion<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        match rule.check {
            Check::Code(check) => check(reflexion, &mut findings),
            Check::Waiver(_) | Check::Design(_) => {}
        }
    }
    findings
}

/// What the rules about waivers find.
pub fn check_waiver(waiver: &WaiverUse<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        match rule.check {
            Check::Code(_) | Check::Design(_) => {}
            Check::Waiver(check) => findings.extend(check(waiver)),
        }
    }
    findings
}

/// What the rules about the design find in a statement that was made looser.
pub fn check_relaxed(relaxed: &Relaxed<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        match rule.check {
            Check::Code(_) | Check::Waiver(_) => {}
            Check::Design(check) => findings.push(check(relaxed)),
        }
    }
    findings
}
