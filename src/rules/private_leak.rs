//! `private-leak`: a re-export in the public part of a module hands out an item of its private part.

use super::words::{arc_finding, listed, name, spec_label};
use super::{Check, Rule};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::{Arc, Drifted, Reflexion, Refusal};
use crate::spec::Design;

pub(super) const RULE: Rule = Rule {
    id: RuleId("private-leak"),
    severity: Severity::Deny,
    summary: "a `pub use` in a module's public part hands out an item of its private part",
    page: include_str!("private_leak.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    for drifted in &reflexion.arcs {
        if let Some(Refusal::Leaked(_)) = drifted.value.refusal {
            findings.push(finding(reflexion.design, drifted));
        }
    }
}

fn finding(design: &Design, drifted: &Drifted<Arc>) -> Finding {
    let arc = &drifted.value;
    let module = design.module(arc.from);
    let public: Vec<String> = module.public.iter().flatten().map(|public| public.value.to_string()).collect();
    let message = format!("`{}` hands out `{}`, which is private to it", name(design, arc.from), arc.to_item);
    let mut finding = arc_finding(design, (RULE.id, RULE.severity), drifted, message);
    let at = module.public_at.unwrap_or(module.name.at);
    finding.declared = Some(spec_label(design, at, "public is this, and what lies below it"));
    finding.why = Some(module.why.value.clone());
    finding.owner.clone_from(&module.owner);
    finding.see.clone_from(&module.see);
    finding.help = vec![format!(
        "keep it inside, and offer what others need of it as an item of {}",
        listed(public.iter().map(String::as_str))
    )];
    finding
}
