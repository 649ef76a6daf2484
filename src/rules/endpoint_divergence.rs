//! `endpoint-divergence`: code registers an endpoint that the API does not declare.

use super::words::{bare_finding, code_label, spec_label};
use super::{Check, Rule};
use crate::basis::{Finding, Method, RoutePattern, RuleId, Severity};
use crate::reflexion::{Drifted, EndpointDeviation, EndpointKind, Reflexion, Served};
use crate::spec::Design;

pub(super) const RULE: Rule = Rule {
    id: RuleId("endpoint-divergence"),
    severity: Severity::Deny,
    summary: "code registers an endpoint that the API does not declare",
    page: include_str!("endpoint_divergence.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    let of_kind = served_of(reflexion, EndpointKind::Divergence);
    findings.extend(of_kind.map(|(drifted, served)| finding(reflexion.design, drifted, served)));
}

/// The deviations of one kind, with the endpoints of the code that deviate.
pub(super) fn served_of<'r>(
    reflexion: &'r Reflexion<'_>,
    kind: EndpointKind,
) -> impl Iterator<Item = (&'r Drifted<EndpointDeviation>, &'r Served)> {
    let of_kind = reflexion.endpoints.iter().filter(move |drifted| drifted.value.kind == kind);
    of_kind.filter_map(|drifted| Some((drifted, drifted.value.served.as_ref()?)))
}

fn finding(design: &Design, drifted: &Drifted<EndpointDeviation>, served: &Served) -> Finding {
    let deviation = &drifted.value;
    let api = &design.apis[deviation.api];
    let name = endpoint_name(served.method, &served.path);
    let (severity, what) = match served.is_former {
        // What was promised to clients of the newest version does not speak of it.
        true => (Severity::Note, "serves former versions alone, and is not declared"),
        false => (RULE.severity, "is not declared"),
    };
    let message = format!("`{name}` {what} by api `{}`", api.name.value);
    let mut finding = endpoint_finding((RULE.id, severity), design, drifted, message);
    finding.site = Some(served_label(drifted, served));
    finding.subject.endpoint = Some(name);
    finding.declared = Some(match &deviation.declared {
        Some(near) => spec_label(design, near.at, "the declaration that comes nearest"),
        None => spec_label(design, deviation.at, "this API declares all of its endpoints"),
    });
    finding.help = vec![match &deviation.declared {
        Some(near) if near.path.is_like(&served.path) => format!(
            "at this path the API declares `{}`; serve the need through what is declared, or leave it out of this change",
            near.method
        ),
        Some(near) => format!("serve it as `{} {}`, if that is what is meant", near.method, near.path),
        None => "serve only what the API declares; an endpoint is designed before it is built".to_owned(),
    }];
    finding
}

/// `GET /orders`.
pub(super) fn endpoint_name(method: Method, path: &RoutePattern) -> String {
    format!("{method} {path}")
}

/// A finding about an endpoint, with the identity that all such rules share.
pub(super) fn endpoint_finding(
    (rule, severity): (RuleId, Severity),
    design: &Design,
    drifted: &Drifted<EndpointDeviation>,
    message: String,
) -> Finding {
    let deviation = &drifted.value;
    let api = &design.apis[deviation.api];
    let identity = vec![api.name.value.clone(), deviation.method.to_string(), deviation.path.shape()];
    let mut finding = bare_finding(rule, severity, identity, message);
    finding.drift = drifted.drift;
    finding.subject.to = Some(api.name.value.clone());
    finding.subject.from_item =
        deviation.served.as_ref().and_then(|served| served.handler.as_ref()).map(ToString::to_string);
    finding.why = Some(api.why.value.clone());
    finding
}

/// The place of a registration, with what is known about it.
pub(super) fn served_label(drifted: &Drifted<EndpointDeviation>, served: &Served) -> crate::basis::Label {
    let condition = served.condition.as_ref().map(|condition| format!("under `{condition}`"));
    let dynamic = served
        .dynamic
        .as_ref()
        .map(|dynamic| format!("`{dynamic}` is known only at run time and counts as one parameter"));
    let text: Vec<String> = condition.into_iter().chain(dynamic).collect();
    let text = text.join("; ");
    code_label(drifted.origin, (&served.file, served.site), text)
}
