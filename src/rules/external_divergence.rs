//! `external-divergence`: a module uses an external crate that it bans, that others own, or that it does not list.

use super::words::{LINE, arc_finding, crate_of, listed, name, spec_label};
use super::{Check, Rule};
use crate::basis::{DependencyKind, Finding, RuleId, Severity};
use crate::reflexion::{Arc, Drifted, Reflexion, Refusal, is_about_a_part, owners};
use crate::spec::Design;

pub(super) const RULE: Rule = Rule {
    id: RuleId("external-divergence"),
    severity: Severity::Deny,
    summary: "a module uses an external crate or `std` path that it bans, that only others own, or that it does not list",
    page: include_str!("external_divergence.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    for drifted in &reflexion.arcs {
        if let (None, Some(refusal)) = (drifted.value.to, drifted.value.refusal) {
            findings.push(finding(reflexion.design, drifted, refusal));
        }
    }
}

fn finding(design: &Design, drifted: &Drifted<Arc>, refusal: Refusal) -> Finding {
    let arc = &drifted.value;
    let from = name(design, arc.from);
    let comes_with_rust = ["std", "core", "alloc"].contains(&crate_of(&arc.to_item));
    let is_part = comes_with_rust || is_about_a_part(design, arc.from, refusal);
    let used = if is_part { arc.to_item.as_str() } else { crate_of(&arc.to_item) };
    let message = format!("`{from}` may not use `{used}`");
    let mut finding = arc_finding(design, (RULE.id, RULE.severity), drifted, message);
    let user = design.module(arc.from);
    let listed_crates: Vec<String> =
        user.external.iter().flatten().map(|listed| listed.value.to_string()).collect();
    let (text, speaker, help) = match refusal {
        Refusal::Owned(_, owner) => {
            let owners = owners(design, &arc.to_item);
            let owners = listed(owners.iter().map(|(owner, _)| name(design, *owner)));
            let help = format!("leave what needs `{used}` to {owners}, and use what it offers");
            (format!("only {owners} may use it"), design.module(owner), help)
        }
        Refusal::NotListed(_) => {
            let help = format!("do it with what `{from}` lists, or in a module that may use `{used}`");
            (format!("`{from}` lists the crates it may use, and this is none of them"), user, help)
        }
        Refusal::Banned(_)
        | Refusal::NotAUser(_)
        | Refusal::Layer { .. }
        | Refusal::NotAllowed(_)
        | Refusal::NotPublic(_)
        | Refusal::Leaked(_) => {
            let help =
                format!("take what `{used}` would give as an argument, or have another module do this part");
            (format!("`{from}` bans it"), user, help)
        }
    };
    finding.declared = Some(spec_label(design, refusal.at(), text));
    finding.why = Some(speaker.why.value.clone());
    finding.owner.clone_from(&speaker.owner);
    finding.see.clone_from(&speaker.see);
    finding.allowed = listed_crates;
    finding.help = vec![if arc.kind == DependencyKind::Manifest { LINE.to_owned() } else { help }];
    finding
}
