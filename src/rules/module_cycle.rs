//! `module-cycle`: the change closes a cycle between modules of the design.

use super::words::{arc_finding, name, spec_label};
use super::{Check, Rule};
use crate::basis::{Finding, Identity, RuleId, Severity};
use crate::reflexion::{Cycle, Drifted, Reflexion};
use crate::spec::Design;

pub(super) const RULE: Rule = Rule {
    id: RuleId("module-cycle"),
    severity: Severity::Note,
    summary: "the change closes a cycle between modules",
    page: include_str!("module_cycle.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    for drifted in &reflexion.cycles {
        findings.push(finding(reflexion.design, drifted));
    }
}

fn finding(design: &Design, drifted: &Drifted<Cycle>) -> Finding {
    let cycle = &drifted.value;
    let names: Vec<&str> = cycle.chain.iter().map(|module| name(design, *module)).collect();
    let chain: Vec<String> = names.iter().chain(names.first()).map(|name| format!("`{name}`")).collect();
    let arc = Drifted {
        value: cycle.arc.clone(),
        drift: drifted.drift,
        origin: drifted.origin,
        was: drifted.was.clone(),
    };
    let message = format!("modules use each other in a circle: {}", chain.join(" → "));
    let mut finding = arc_finding(design, (RULE.id, RULE.severity), &arc, message);
    let mut members: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    members.sort();
    finding.identity = Identity(members);
    let closing = design.module(cycle.arc.from);
    finding.declared =
        Some(spec_label(design, closing.name.at, "the arc that closes the circle starts here"));
    finding.why = Some(closing.why.value.clone());
    finding.help = vec![format!(
        "turn one arc of the circle round: pass in what `{}` needs from `{}`, or move it to a module that both may use",
        names[0],
        names.get(1).unwrap_or(&names[0]),
    )];
    finding
}
