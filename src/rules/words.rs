//! Words that several rules share: places, names of modules, the drift of a deviation, ways out.

use crate::basis::{
    DependencyKind, Drift, Finding, Identity, Label, Origin, Place, RepoPath, RuleId, Severity, Site, Subject,
};
use crate::model::Also;
use crate::reflexion::{Arc, Drifted, Permissions};
use crate::spec::{At, Design, ModuleId};

/// The way out of a line in a manifest that the design does not allow.
pub(super) const LINE: &str = "take the line out: it lets all code of this package do what none of it may";

/// The place of a statement of the spec.
pub(super) fn spec_label(design: &Design, at: At, text: impl Into<String>) -> Label {
    let file = design.files[at.file as usize].path.clone();
    Label { place: Place { origin: Origin::Spec, file, span: at.span }, text: text.into() }
}

/// The place of code.
pub(super) fn code_label(origin: Origin, (file, site): (&RepoPath, Site), text: impl Into<String>) -> Label {
    Label { place: Place { origin, file: file.clone(), span: site.span }, text: text.into() }
}

/// The name of a module of the design.
pub(super) fn name(design: &Design, module: ModuleId) -> &str {
    &design.module(module).name.value
}

/// The one other place where something is used; several are listed below the snippet instead.
fn also_text(also: &[Also]) -> String {
    match also {
        [Also { site, item: Some(item) }] => format!("used in `{}` (line {})", item.name(), site.line),
        [Also { site, item: None }] => format!("used again (line {})", site.line),
        _ => String::new(),
    }
}

/// A finding about an arc, all but its words filled in.
pub(super) fn arc_finding(
    design: &Design,
    (rule, severity): (RuleId, Severity),
    drifted: &Drifted<Arc>,
    message: String,
) -> Finding {
    let arc = &drifted.value;
    let to = arc.to.map_or_else(|| crate_of(&arc.to_item).to_owned(), |to| name(design, to).to_owned());
    let place =
        |file: &RepoPath, site: Site| Place { origin: drifted.origin, file: file.clone(), span: site.span };
    let here = arc.also.iter().map(|also| place(&arc.file, also.site));
    let elsewhere = arc.elsewhere.iter().map(|(file, site)| place(file, *site));
    let written = if arc.kind == DependencyKind::Manifest { "manifest" } else { "code" };
    let condition = arc.condition.as_deref().map(|condition| format!("under `{condition}`"));
    let text: Vec<String> = [also_text(&arc.also)]
        .into_iter()
        .chain(condition)
        .chain(arc.through.clone())
        .filter(|part| !part.is_empty())
        .collect();
    let text = text.join(", ");
    Finding {
        rule,
        identity: Identity(vec![arc.from_item.to_string(), arc.to_item.clone(), written.to_owned()]),
        severity,
        drift: drifted.drift,
        site_drift: None,
        message,
        site: Some(code_label(drifted.origin, (&arc.file, arc.site), text)),
        declared: None,
        subject: Subject {
            from: Some(name(design, arc.from).to_owned()),
            to: Some(to),
            from_item: Some(arc.from_item.to_string()),
            to_item: Some(arc.to_item.clone()),
            named: Some(arc.named.clone()),
            kind: Some(arc.kind),
            condition: arc.condition.as_deref().map(str::to_owned),
            was: drifted.was.clone(),
            ..Subject::default()
        },
        why: None,
        owner: None,
        see: None,
        allowed: Vec::new(),
        help: Vec::new(),
        also: here.chain(elsewhere).collect(),
    }
}

/// A finding without any ends, for rules that fill in what they have.
pub(super) fn bare_finding(
    rule: RuleId,
    severity: Severity,
    identity: Vec<String>,
    message: String,
) -> Finding {
    Finding {
        rule,
        identity: Identity(identity),
        severity,
        drift: Drift::Introduced,
        site_drift: None,
        message,
        site: None,
        declared: None,
        subject: Subject::default(),
        why: None,
        owner: None,
        see: None,
        allowed: Vec::new(),
        help: Vec::new(),
        also: Vec::new(),
    }
}

/// The crate of an external symbol.
pub(super) fn crate_of(symbol: &str) -> &str {
    symbol.split("::").next().unwrap_or(symbol)
}

/// `a`, `b` and `c`, each in backticks.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The names of the modules that a module may use.
pub(super) fn allowed(design: &Design, module: ModuleId) -> Vec<String> {
    // Names of modules do not depend on how the repository spells its only package.
    let permissions = Permissions::new(design, true);
    permissions.allowed(module).into_iter().map(|module| name(design, module).to_owned()).collect()
}
