//! `endpoint-unguarded`: an endpoint does not show that its callers are checked.

use super::endpoint_divergence::{endpoint_finding, endpoint_name, served_label, served_of};
use super::words::{listed, spec_label};
use super::{Check, Rule};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::{Drifted, EndpointDeviation, EndpointKind, Reflexion, Served, guard_of};
use crate::spec::{Declared, SymbolPattern};

pub(super) const RULE: Rule = Rule {
    id: RuleId("endpoint-unguarded"),
    severity: Severity::Deny,
    summary: "an endpoint does not show the guard that its API asks for",
    page: include_str!("endpoint_unguarded.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    let of_kind = served_of(reflexion, EndpointKind::Unguarded);
    findings.extend(of_kind.filter_map(|(drifted, served)| finding(reflexion, drifted, served)));
}

fn finding(
    reflexion: &Reflexion<'_>,
    drifted: &Drifted<EndpointDeviation>,
    served: &Served,
) -> Option<Finding> {
    let design = reflexion.design;
    let deviation = &drifted.value;
    let api = &design.apis[deviation.api];
    let guard = guard_of(api, deviation.declared.as_ref()?)?.value;
    let name = endpoint_name(served.method, &served.path);
    let message = format!("`{name}` does not show the guard `{}`", guard.name.value);
    let mut finding = endpoint_finding((RULE.id, RULE.severity), design, drifted, message);
    finding.site = Some(served_label(drifted, served));
    finding.subject.endpoint = Some(name);
    finding.declared = Some(spec_label(design, deviation.at, "who may call is said here"));
    let names = |patterns: &[Declared<SymbolPattern>]| -> Vec<String> {
        patterns.iter().map(|pattern| pattern.value.to_string()).collect()
    };
    let (extractors, layers) = (names(&guard.extractors), names(&guard.layers));
    if !extractors.is_empty() {
        let types = listed(extractors.iter().map(String::as_str));
        finding.help.push(format!("let the handler take {types}; `Option<…>` of it is no proof"));
    }
    if !layers.is_empty() {
        let types = listed(layers.iter().map(String::as_str));
        finding.help.push(format!("lay {types} over the route, behind its registration"));
    }
    Some(finding)
}
