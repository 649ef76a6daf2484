//! `handler-home`: the handler of an endpoint lives outside the home that the API gives it.

use super::endpoint_divergence::{endpoint_finding, endpoint_name, served_label, served_of};
use super::words::{listed, spec_label};
use super::{Check, Rule};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::{Drifted, EndpointDeviation, EndpointKind, Reflexion, Served};

pub(super) const RULE: Rule = Rule {
    id: RuleId("handler-home"),
    severity: Severity::Deny,
    summary: "a handler lives outside `handlers` of its API or `handler` of its endpoint",
    page: include_str!("handler_home.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    let of_kind = served_of(reflexion, EndpointKind::Home);
    findings.extend(of_kind.filter_map(|(drifted, served)| finding(reflexion, drifted, served)));
}

fn finding(
    reflexion: &Reflexion<'_>,
    drifted: &Drifted<EndpointDeviation>,
    served: &Served,
) -> Option<Finding> {
    let design = reflexion.design;
    let deviation = &drifted.value;
    let handler = served.handler.as_ref()?;
    let name = endpoint_name(served.method, &served.path);
    let own = deviation.declared.as_ref().and_then(|declared| declared.handler.as_ref());
    let api = &design.apis[deviation.api];
    let homes: Vec<String> = match own {
        Some(own) => vec![own.value.to_string()],
        None => api.handlers.iter().map(|home| home.value.to_string()).collect(),
    };
    let message = format!("`{name}` is answered by `{handler}`, which lives outside its home");
    let mut finding = endpoint_finding((RULE.id, RULE.severity), design, drifted, message);
    finding.subject.endpoint = Some(name);
    finding.site = Some(served_label(drifted, served));
    let text = match own {
        Some(_) => "this is the handler of the endpoint",
        None => "handlers of this API live here",
    };
    finding.declared = Some(spec_label(design, deviation.at, text));
    finding.help = vec![format!("move the handler into {}", listed(homes.iter().map(String::as_str)))];
    finding.allowed = homes;
    Some(finding)
}
