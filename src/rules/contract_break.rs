//! `contract-break`: the contract itself changed in a way that breaks clients.

use super::endpoint_divergence::endpoint_name;
use super::words::{bare_finding, spec_label};
use super::{Check, Rule};
use crate::basis::{Drift, Finding, Label, Origin, Place, RuleId, Severity};
use crate::contract::{Change, Side};
use crate::reflexion::{ContractBreak, Reflexion};

pub(super) const RULE: Rule = Rule {
    id: RuleId("contract-break"),
    severity: Severity::Deny,
    summary: "the contract of an API changed in a way that breaks clients",
    page: include_str!("contract_break.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    findings.extend(reflexion.breaks.iter().map(|found| finding(reflexion, found)));
}

fn finding(reflexion: &Reflexion<'_>, found: &ContractBreak) -> Finding {
    let design = reflexion.design;
    let change = &found.change;
    let names: Vec<String> =
        found.operations.iter().map(|(method, path)| endpoint_name(*method, path)).collect();
    let side = match &change.side {
        Side::Operation => "operation".to_owned(),
        Side::Security => "security".to_owned(),
        Side::Parameter(_, name) => format!("parameter {name}"),
        Side::Request => "request".to_owned(),
        Side::Response(status) => format!("response {status}"),
        Side::Webhook(name) => format!("webhook {name}"),
    };
    let first = found.operations.first().map(|(method, path)| format!("{method} {}", path.shape()));
    let identity = vec![
        found.api.clone(),
        first.unwrap_or_default(),
        side,
        pointed(change, &change.pointer),
        change.id.to_owned(),
    ];
    let severity = if change.breaks { RULE.severity } else { Severity::Note };
    let field = change.pointer.rsplit('/').find(|part| *part != "*" && !part.is_empty());
    let words = match (change.words.strip_prefix("it "), field) {
        (Some(rest), Some(field)) => format!("`{field}` {rest}"),
        (None, Some(field)) if change.words.starts_with("its ") => format!("`{field}`: {}", change.words),
        _ => change.words.clone(),
    };
    let message = match (names.as_slice(), &change.side) {
        ([only], _) if !words.contains(only.as_str()) => format!("`{only}`: {words}"),
        ([], Side::Webhook(name)) if !words.contains(&**name) => format!("the webhook `{name}`: {words}"),
        _ => words,
    };
    let mut finding = bare_finding(RULE.id, severity, identity, message);
    finding.drift = Drift::Introduced;
    finding.site = found.head.map(|at| spec_label(design, at, ""));
    finding.declared = found.base.as_ref().map(|(file, span)| Label {
        place: Place { origin: Origin::Base, file: file.clone(), span: *span },
        text: "what base promised".to_owned(),
    });
    finding.why = Some(found.why.clone());
    finding.subject.to = Some(found.api.clone());
    finding.subject.endpoint = names.first().cloned();
    finding.subject.at = Some(within(change)).filter(|at| !at.is_empty());
    finding.subject.schema =
        change.schema.as_ref().map(|(name, pointer)| (name.to_string(), pointed(change, pointer)));
    finding.subject.alias = Some(change.id);
    if names.len() > 1 {
        finding.subject.affects = names;
    }
    if change.breaks {
        finding.help = vec![
            "keep what was promised; what shall go is marked `deprecated` first, and goes when nobody uses it".to_owned(),
        ];
    }
    finding
}

/// Where in an operation it differs, so that no other place is called the same.
fn within(change: &Change) -> String {
    let owner = match &change.side {
        Side::Operation => String::new(),
        Side::Security => "security".to_owned(),
        Side::Parameter(_, name) => name.to_string(),
        Side::Request => "request".to_owned(),
        Side::Response(status) => status.to_string(),
        Side::Webhook(name) => name.to_string(),
    };
    owner + &pointed(change, &change.pointer)
}

/// A pointer to what differs; of constants also which, so that one is not called as the next.
fn pointed(change: &Change, pointer: &str) -> String {
    let constant = change.constant.as_ref().map(|constant| format!("={constant}")).unwrap_or_default();
    format!("{pointer}{constant}")
}
