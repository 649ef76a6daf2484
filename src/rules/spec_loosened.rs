//! `spec-loosened`: head's code conforms only because a statement of the design was made looser.

use super::words::{bare_finding, spec_label};
use super::{Check, Relaxed, Rule, waiver_expired};
use crate::basis::{Drift, Finding, Label, Origin, Place, RuleId, Severity, Unjudged};
use crate::spec::{At, Class, Design, Difference, Subject, written};

pub(super) const RULE: Rule = Rule {
    id: RuleId("spec-loosened"),
    severity: Severity::Note,
    summary: "code conforms only because the change makes the design looser",
    page: include_str!("spec_loosened.md"),
    check: Check::Design(check),
};

fn check(relaxed: &Relaxed<'_>) -> Finding {
    let mut finding = bare_finding(RULE.id, RULE.severity, identity(relaxed), message(relaxed));
    finding.declared = declared(relaxed);
    if let Some(Difference { before: Some(before), after: Some(_), .. }) = relaxed.difference {
        finding.subject.was = Some(written(&relaxed.base.files, *before));
    }
    if let Some(first) = relaxed.hidden.first() {
        finding.site = first.site.clone().map(|site| Label { text: said_by_base(first), ..site });
        finding.site_drift = Some(first.drift).filter(|drift| *drift != Drift::Introduced);
        finding.subject = crate::basis::Subject { was: finding.subject.was, ..first.subject.clone() };
        finding.why.clone_from(&first.why);
        finding.owner.clone_from(&first.owner);
        finding.see.clone_from(&first.see);
        finding.allowed.clone_from(&first.allowed);
        finding.help.clone_from(&first.help);
        let others = relaxed.hidden[1..].iter().filter_map(|other| other.site.as_ref());
        finding.also = first.also.iter().chain(others.map(|site| &site.place)).cloned().collect();
    } else {
        let way_out = match relaxed.difference {
            Some(_) => "leave this statement as base has it",
            None => "bring the spec back",
        };
        let why = "a looser design is a decision of its own, of those who own the design";
        finding.help.push(format!("{way_out}; {why}"));
    }
    finding.help.extend(relaxed.unasked.first().map(asked_by_base));
    finding
}

/// What differs, and where: two looser statements are two findings.
fn identity(relaxed: &Relaxed<'_>) -> Vec<String> {
    let Some(difference) = relaxed.difference else { return vec!["specs/".to_owned()] };
    let text = |design: &Design, at: Option<At>| at.map_or_else(String::new, |at| written(&design.files, at));
    let mut identity = vec![
        difference.table.clone(),
        difference.key.to_owned(),
        text(relaxed.base, difference.before),
        text(relaxed.head, difference.after),
    ];
    // The text of a waiver is its header, and that is the same over all of them.
    if let Subject::Waiver(index) = difference.subject {
        identity.extend(relaxed.head.waivers.get(index).map(waiver_expired::identity).unwrap_or_default());
    }
    identity
}

fn message(relaxed: &Relaxed<'_>) -> String {
    let needed = !relaxed.hidden.is_empty() || !relaxed.unasked.is_empty();
    let Some(difference) = relaxed.difference else {
        return match needed {
            true => "code conforms only because the design was made looser".to_owned(),
            false => "this change deletes the spec".to_owned(),
        };
    };
    let statement = match difference.key {
        "" => format!("`{}`", difference.table),
        key => format!("`{key}` of `{}`", difference.table),
    };
    let how = match (difference.class, difference.before, difference.after) {
        (_, Some(_), None) if difference.key.is_empty() => "was dropped",
        (_, None, Some(_)) if difference.key.is_empty() => "was added",
        (Class::Loosened, ..) => "was loosened",
        (Class::Extended | Class::Tightened | Class::Neutral, ..) => "was changed",
    };
    match needed {
        true => format!("code conforms only because {statement} {how}: {}", difference.reason),
        false => format!("{statement} {how}: {}", difference.reason),
    }
}

/// The statement as head has it, or as base had it where head has it no more.
fn declared(relaxed: &Relaxed<'_>) -> Option<Label> {
    let of_base = |at: At, text: &str| {
        let file = relaxed.base.files[at.file as usize].path.clone();
        Label { place: Place { origin: Origin::Base, file, span: at.span }, text: text.to_owned() }
    };
    let Some(difference) = relaxed.difference else {
        let module = relaxed.base.modules.first().map(|module| module.name.at);
        let at = module.or(relaxed.base.apis.first().map(|api| api.name.at));
        return at.map(|at| of_base(at, "the design of base")).filter(|_| relaxed.hidden.is_empty());
    };
    match (difference.after, difference.before) {
        (Some(at), Some(_)) => Some(spec_label(relaxed.head, at, "looser than in base")),
        (Some(at), None) => Some(spec_label(relaxed.head, at, "base does not say this")),
        (None, Some(at)) => Some(of_base(at, "base says this, and head does not")),
        (None, None) => None,
    }
}

/// The deviation from base's design, as a clause under the code.
fn said_by_base(hidden: &Finding) -> String {
    let reason = hidden.declared.as_ref().map(|label| label.text.as_str()).filter(|text| !text.is_empty());
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("refused by base's design: {}{reason}", hidden.message)
}

fn asked_by_base(unasked: &Unjudged) -> String {
    let line = if unasked.line == 0 { String::new() } else { format!(":{}", unasked.line) };
    let reason = unasked.reason.as_str();
    format!("let gate judge {}{line} ({reason}), as base's design asks", unasked.file)
}
