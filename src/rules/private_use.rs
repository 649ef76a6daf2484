//! `private-use`: a module that may use another names something outside its public part.

use super::words::{arc_finding, listed, name, spec_label};
use super::{Check, Rule};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::{Arc, Drifted, Reflexion, Refusal};
use crate::spec::{Design, ModuleId};

pub(super) const RULE: Rule = Rule {
    id: RuleId("private-use"),
    severity: Severity::Deny,
    summary: "a module that may use another names something outside its `public` part",
    page: include_str!("private_use.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    for drifted in &reflexion.arcs {
        if let (Some(to), Some(Refusal::NotPublic(_))) = (drifted.value.to, drifted.value.refusal) {
            findings.push(finding(reflexion.design, drifted, to));
        }
    }
}

fn finding(design: &Design, drifted: &Drifted<Arc>, to: ModuleId) -> Finding {
    let arc = &drifted.value;
    let target = design.module(to);
    let public: Vec<String> = target.public.iter().flatten().map(|public| public.value.to_string()).collect();
    let message = format!("`{}` is private to `{}`", arc.named, name(design, to));
    let mut finding = arc_finding(design, (RULE.id, RULE.severity), drifted, message);
    let at = target.public_at.unwrap_or(target.name.at);
    let text = match public.is_empty() {
        true => format!("`{}` has no public part", name(design, to)),
        false => "others may name only this, and below it".to_owned(),
    };
    finding.declared = Some(spec_label(design, at, text));
    finding.why = Some(target.why.value.clone());
    finding.owner.clone_from(&target.owner);
    finding.see.clone_from(&target.see);
    finding.help = vec![match public.is_empty() {
        true => format!("do without `{}`, or have `{}` do the work", arc.named, name(design, to)),
        false => format!("reach it through {}", listed(public.iter().map(String::as_str))),
    }];
    finding.allowed = public;
    finding
}
