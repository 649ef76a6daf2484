//! `dependency-divergence`: a module uses another that the design does not let it use.

use super::words::{LINE, allowed, arc_finding, listed, name, spec_label};
use super::{Check, Rule};
use crate::basis::{DependencyKind, Finding, RuleId, Severity};
use crate::reflexion::{Arc, Drifted, Permissions, Reflexion, Refusal};
use crate::spec::{Design, ModuleId, Name};

pub(super) const RULE: Rule = Rule {
    id: RuleId("dependency-divergence"),
    severity: Severity::Deny,
    summary: "code of one module names an item of another that the design does not let it use",
    page: include_str!("dependency_divergence.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    for drifted in &reflexion.arcs {
        let (Some(to), Some(refusal)) = (drifted.value.to, drifted.value.refusal) else { continue };
        if !matches!(refusal, Refusal::NotPublic(_) | Refusal::Leaked(_)) {
            findings.push(finding(reflexion.design, drifted, to, refusal));
        }
    }
}

fn finding(design: &Design, drifted: &Drifted<Arc>, to: ModuleId, refusal: Refusal) -> Finding {
    let arc = &drifted.value;
    let (from_name, to_name) = (name(design, arc.from), name(design, to));
    let part = banned_part(design, arc.from, refusal);
    let message = format!("`{from_name}` may not use `{}`", part.as_deref().unwrap_or(to_name));
    let mut finding = arc_finding(design, (RULE.id, RULE.severity), drifted, message);
    let reason = match refusal {
        Refusal::Banned(_) => format!("`{from_name}` bans it"),
        Refusal::NotAUser(_) => format!("only these may use `{to_name}`"),
        Refusal::Layer { siblings: true, .. } => {
            format!("`{from_name}` and `{to_name}` are independent siblings")
        }
        Refusal::Layer { siblings: false, .. } => format!("`{from_name}` stands below `{to_name}`"),
        Refusal::NotAllowed(_) if design.module(arc.from).uses.is_empty() => {
            format!("`{from_name}` declares no use of `{to_name}`")
        }
        Refusal::NotAllowed(_) => format!("`uses` of `{from_name}` does not name `{to_name}`"),
        Refusal::NotPublic(_) | Refusal::Leaked(_) | Refusal::Owned(..) | Refusal::NotListed(_) => {
            "this line decides".to_owned()
        }
    };
    finding.declared = Some(spec_label(design, refusal.at(), reason));
    let speaker =
        if matches!(refusal, Refusal::NotAUser(_)) { design.module(to) } else { design.module(arc.from) };
    finding.why = Some(speaker.why.value.clone());
    finding.owner.clone_from(&speaker.owner);
    finding.see.clone_from(&speaker.see);
    finding.allowed = allowed(design, arc.from);
    finding.help = help(design, (arc.from, to), refusal, arc);
    finding
}

/// The part of a module that the user bans; `None` where it bans the whole of it, or does not ban it.
fn banned_part(design: &Design, from: ModuleId, refusal: Refusal) -> Option<String> {
    let ban = design.module(from).bans.iter().find(|ban| refusal == Refusal::Banned(ban.at))?;
    match &ban.value {
        Name::Symbol(pattern) => Some(pattern.to_string()),
        Name::Module(_) | Name::Any => None,
    }
}

/// A way that keeps the design: turn the call round, or go through a module that may do both.
fn help(design: &Design, (from, to): (ModuleId, ModuleId), refusal: Refusal, arc: &Arc) -> Vec<String> {
    if arc.kind == DependencyKind::Manifest {
        return vec![LINE.to_owned()];
    }
    let permissions = Permissions::new(design, true);
    let (from_name, to_name) = (name(design, from), name(design, to));
    let item = arc.to_item.rsplit("::").next().unwrap_or(&arc.to_item);
    if permissions.may_use(to, from) && !matches!(refusal, Refusal::NotAUser(_)) {
        return vec![format!(
            "`{to_name}` may use `{from_name}`: let it call in, and pass what `{item}` gives as an argument or behind a \
             trait that `{from_name}` defines"
        )];
    }
    let between =
        permissions.allowed(from).into_iter().filter(|middle| permissions.allowed(*middle).contains(&to));
    let between: Vec<&str> = between.take(3).map(|middle| name(design, middle)).collect();
    if between.is_empty() {
        return vec![format!(
            "keep `{item}` where it is and let a module that may use both bring them together"
        )];
    }
    vec![format!("go through {}, which `{from_name}` may use and which may use `{to_name}`", listed(between))]
}
