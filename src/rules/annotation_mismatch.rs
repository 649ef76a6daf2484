//! `annotation-mismatch`: an OpenAPI attribute documents another endpoint than is registered.

use super::endpoint_divergence::endpoint_name;
use super::words::{bare_finding, code_label};
use super::{Check, Rule};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::{Drifted, Instead, Misdocumented, Reflexion};

pub(super) const RULE: Rule = Rule {
    id: RuleId("annotation-mismatch"),
    severity: Severity::Deny,
    summary: "an OpenAPI attribute names another method or path than the router registers, is registered nowhere, or is a second one",
    page: include_str!("annotation_mismatch.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    findings.extend(reflexion.misdocumented.iter().map(finding));
}

fn finding(drifted: &Drifted<Misdocumented>) -> Finding {
    let wrong = &drifted.value;
    let annotation = &wrong.annotation;
    let (function, method, path) = wrong.key();
    let method = method.map(|method| method.to_string());
    let documented = match (wrong.method, &annotation.path) {
        (Some(method), Some(path)) => endpoint_name(method, path),
        (Some(method), None) => method.to_string(),
        (None, Some(path)) => path.as_str().to_owned(),
        (None, None) => annotation.function.name().to_owned(),
    };
    let (message, help) = match &wrong.instead {
        Instead::Registered(method, path) => {
            let registered = endpoint_name(*method, path);
            (
                format!("`{documented}` is documented, and `{registered}` registered"),
                format!("document what is registered: `{registered}`"),
            )
        }
        Instead::Documented(other) => (
            format!("`{documented}` is documented twice"),
            format!("leave one: `{other}` documents it already"),
        ),
        Instead::Nothing => (
            format!("`{documented}` is documented, and registered nowhere"),
            "register the function, or take the attribute away: clients read of an endpoint that is not there"
                .to_owned(),
        ),
    };
    let identity = vec![function.clone(), method.unwrap_or_default(), path];
    let mut finding = bare_finding(RULE.id, RULE.severity, identity, message);
    finding.drift = drifted.drift;
    finding.site = Some(code_label(drifted.origin, (&annotation.file, annotation.site), ""));
    finding.subject.endpoint = Some(documented);
    finding.subject.from_item = Some(function);
    finding.help = vec![help];
    finding
}
