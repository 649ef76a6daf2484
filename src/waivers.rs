//! Findings of the code and the waivers of the design → findings that stand, and what the waivers deserve.

use std::collections::BTreeSet;

use crate::basis::{Drift, Finding, RoutePattern};
use crate::rules::{WaiverUse, check_waiver};
use crate::spec::{Declared, Design, Waiver, WaiverSubject};

/// What the waivers did.
pub(crate) struct Waived {
    /// How many deviations of head are excused.
    pub(crate) count: usize,
    /// Findings about the waivers themselves.
    pub(crate) findings: Vec<Finding>,
}

/// Takes excused deviations out of `findings`. An expired waiver excuses nothing.
pub(crate) fn apply(
    design: &Design,
    findings: &mut Vec<Finding>,
    today: (u16, u8, u8),
    context: &Context,
) -> Waived {
    let mut waived = Waived { count: 0, findings: Vec::new() };
    for waiver in &design.waivers {
        let expired = waiver.expires.value < today;
        let excuses = |finding: &&Finding| is_excused(waiver, finding, context);
        let matches =
            findings.iter().filter(excuses).filter(|finding| finding.drift != Drift::Resolved).count();
        let resolved = findings.iter().filter(excuses).any(|finding| finding.drift == Drift::Resolved);
        let touched = matches > 0;
        if !expired {
            findings.retain(|finding| !is_excused(waiver, finding, context));
            waived.count += matches;
        }
        let (matches, whole) = (matches > 0, context.whole);
        waived.findings.extend(check_waiver(&WaiverUse {
            design,
            waiver,
            matches,
            resolved,
            expired,
            touched,
            whole,
        }));
    }
    waived
}

/// What is needed to compare names: the packages behind crates, and whether the whole code was judged.
pub(crate) struct Context {
    /// The names of each crate and of its package, as code writes them.
    pub(crate) packages: Vec<(String, String)>,
    /// Whether there is one package, which `crate` then means.
    pub(crate) single_package: bool,
    /// Whether the whole code was judged.
    pub(crate) whole: bool,
}

/// Whether a waiver names this deviation.
pub(crate) fn is_excused(waiver: &Waiver, finding: &Finding, context: &Context) -> bool {
    if finding.rule != waiver.rule.value {
        return false;
    }
    match &waiver.subject {
        WaiverSubject::Dependency { from, to: None } => match finding.rule.0 {
            "module-cycle" => modules(&from.value) == finding.identity.0.iter().map(String::as_str).collect(),
            _ => finding.identity.0.first() == Some(&from.value),
        },
        WaiverSubject::Dependency { from, to: Some(to) } => match &finding.identity.0[..] {
            [table, _, entry] if finding.subject.from_item.is_none() => {
                *table == to.value && same_entry(&from.value, entry)
            }
            _ => {
                let names = |declared: &Declared<String>, own: Option<&String>| {
                    own.is_some_and(|own| same_symbol(&declared.value, own, context))
                };
                names(from, finding.subject.from_item.as_ref()) && names(to, finding.subject.to_item.as_ref())
            }
        },
        WaiverSubject::Endpoint { endpoint, api, pointer }
            if finding.subject.schema.as_ref().is_some_and(|(name, _)| *name == endpoint.value) =>
        {
            let own = finding.subject.schema.as_ref().map(|(name, pointer)| format!("{name}{pointer}"));
            (api.is_none() || *api == finding.subject.to)
                && pointer.as_ref().map_or(&endpoint.value, |pointer| &pointer.value)
                    == own.as_deref().unwrap_or_default()
        }
        WaiverSubject::Endpoint { endpoint, api, pointer } => {
            let own = finding.subject.was.as_ref().filter(|_| finding.rule.0 == "endpoint-changed");
            let own = own.or(finding.subject.endpoint.as_ref());
            let mut named = own.into_iter().chain(&finding.subject.affects);
            named.any(|own| endpoint_key(own) == endpoint_key(&endpoint.value))
                && (api.is_none() || *api == finding.subject.to)
                && pointer.as_ref().map(|pointer| &pointer.value) == finding.subject.at.as_ref()
        }
    }
}

/// The modules of a circle: `a → b → c`, wherever it begins.
fn modules(written: &str) -> BTreeSet<&str> {
    written.split('→').map(str::trim).collect()
}

/// Whether an entry of the spec is written like this: the name of a package has `-` or `_`.
fn same_entry(written: &str, own: &str) -> bool {
    written == own || written.replace('-', "_") == own
}

/// Whether a name in a waiver is the name of an item: the crate may be called `crate`, by its package, or by its own name.
fn same_symbol(written: &str, own: &str, context: &Context) -> bool {
    if written == own {
        return true;
    }
    let (first, rest) = written.split_once("::").unwrap_or((written, ""));
    let (own_crate, own_rest) = own.split_once("::").unwrap_or((own, ""));
    let first = first.replace('-', "_");
    let called = match first.as_str() {
        "crate" => context.single_package && context.packages.iter().any(|(name, _)| name == own_crate),
        _ => {
            context.packages.iter().any(|(name, package)| name == own_crate && *package == first)
                || first == own_crate
        }
    };
    called && rest == own_rest
}

fn endpoint_key(written: &str) -> Option<(String, String)> {
    let (method, path) = written.split_once(char::is_whitespace)?;
    Some((method.to_ascii_uppercase(), RoutePattern::new(path.trim()).shape()))
}
