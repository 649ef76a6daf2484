//! `unmapped-code`: new code that belongs to no module, or an endpoint that no API claims.

use super::words::{bare_finding, code_label, spec_label};
use super::{Check, Rule};
use crate::basis::{Finding, RuleId, Severity, SymbolPath};
use crate::reflexion::{Drifted, EndpointDeviation, EndpointKind, Reflexion, UnmappedFile};
use crate::spec::{Design, Module, Pattern, Policy};

pub(super) const RULE: Rule = Rule {
    id: RuleId("unmapped-code"),
    severity: Severity::Deny,
    summary: "new code belongs to no module of the design, or a new endpoint to no API",
    page: include_str!("unmapped_code.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    let design = reflexion.design;
    if design.unmapped == Policy::Tolerate {
        return;
    }
    if !design.modules.is_empty() {
        findings.extend(reflexion.unmapped.iter().map(|drifted| file(design, drifted)));
    }
    let unclaimed =
        reflexion.endpoints.iter().filter(|drifted| drifted.value.kind == EndpointKind::Unclaimed);
    findings.extend(unclaimed.filter_map(|drifted| endpoint(design, drifted)));
}

fn file(design: &Design, drifted: &Drifted<UnmappedFile>) -> Finding {
    let UnmappedFile { file, item, site } = &drifted.value;
    let identity = vec![file.to_string()];
    let message = format!("`{item}` belongs to no module of the design");
    let mut finding = bare_finding(RULE.id, RULE.severity, identity, message);
    finding.drift = drifted.drift;
    finding.site = Some(code_label(drifted.origin, (file, *site), ""));
    finding.subject.from_item = Some(item.to_string());
    let near = neighbour(design, item);
    if let Some(first) = near.or(design.modules.first()) {
        let at = first.code.first().map_or(first.name.at, |code| code.at);
        let text = match near {
            Some(near) => format!("`{}` is the module nearest to it", near.name.value),
            None => "modules say here which code is theirs".to_owned(),
        };
        finding.declared = Some(spec_label(design, at, text));
    }
    finding.allowed = design.modules.iter().map(|module| module.name.value.clone()).collect();
    finding.help = vec![match near {
        Some(near) => format!(
            "move it into the module it serves, such as `{}`; a new module is a decision of design",
            near.name.value
        ),
        None => "move it into the module it serves; a new module is a decision of design".to_owned(),
    }];
    finding
}

/// The module whose code shares the longest way with an item; at least the crate.
fn neighbour<'d>(design: &'d Design, item: &SymbolPath) -> Option<&'d Module> {
    let own: Vec<&str> = item.segments().collect();
    let shared = |module: &Module| {
        let patterns = module.code.iter().filter_map(|code| match &code.value {
            Pattern::Symbol(symbol) => Some(&symbol.segments),
            Pattern::File(_) => None,
        });
        let length = |segments: &Vec<String>| {
            let same = |(at, (pattern, own)): (usize, (&String, &&str))| {
                pattern == *own || (at == 0 && pattern == "crate")
            };
            segments.iter().zip(&own).enumerate().take_while(|pair| same((pair.0, pair.1))).count()
        };
        patterns.map(length).max().unwrap_or(0)
    };
    design.modules.iter().rev().max_by_key(|module| shared(module)).filter(|module| shared(module) > 1)
}

fn endpoint(design: &Design, drifted: &Drifted<EndpointDeviation>) -> Option<Finding> {
    let deviation = &drifted.value;
    let served = deviation.served.as_ref()?;
    let name = format!("{} {}", served.method, served.path);
    let identity = vec![served.method.to_string(), served.path.shape()];
    let mut finding =
        bare_finding(RULE.id, RULE.severity, identity, format!("`{name}` belongs to no API of the design"));
    finding.drift = drifted.drift;
    let place = (&served.file, served.site);
    finding.site = Some(code_label(drifted.origin, place, ""));
    finding.subject.endpoint = Some(name);
    let bases: Vec<&str> = design.apis.iter().map(|api| api.base.as_str()).collect();
    finding.declared = Some(spec_label(design, deviation.at, "this API claims what lies below its base"));
    finding.allowed = bases.iter().map(|base| (*base).to_owned()).collect();
    finding.help = vec![format!("serve it below {}", super::words::listed(bases))];
    Some(finding)
}
