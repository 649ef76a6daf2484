//! `annotation-mismatch`: an OpenAPI attribute documents another endpoint than is registered.

use super::endpoint_divergence::endpoint_name;
use super::words::{bare_finding, code_label};
use super::{Check, Rule};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::{Drifted, Misdocumented, Reflexion};

pub(super) const RULE: Rule = Rule {
    id: RuleId("annotation-mismatch"),
    severity: Severity::Deny,
    summary: "an OpenAPI attribute names another method or path than the router registers, or is registered nowhere",
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
    let message = match &wrong.registered {
        Some((method, path)) => {
            format!("`{documented}` is documented, and `{}` registered", endpoint_name(*method, path))
        }
        None => format!("`{documented}` is documented, and registered nowhere"),
    };
    let identity = vec![function.clone(), method.unwrap_or_default(), path];
    let mut finding = bare_finding(RULE.id, RULE.severity, identity, message);
    finding.drift = drifted.drift;
    finding.site = Some(code_label(drifted.origin, (&annotation.file, annotation.site), ""));
    finding.subject.endpoint = Some(documented);
    finding.subject.from_item = Some(function);
    finding.help = vec![match &wrong.registered {
        Some((method, path)) => {
            format!("document what is registered: `{}`", endpoint_name(*method, path))
        }
        None => {
            "register the function, or take the attribute away: clients read of an endpoint that is not there"
                .to_owned()
        }
    }];
    finding
}
