//! Whether an endpoint shows that its callers are checked, where its API says that they have to be.

use super::endpoints::{EndpointDeviation, EndpointKind, Proofs, Served, ServedSide, claimed};
use crate::spec::{Api, Auth, Declared, Design, EndpointDeclaration, Guard, SymbolPattern};

/// The deviation of a declared endpoint that shows no proof of the guard that its API asks for.
///
/// One whose handler cannot be seen is none: what it takes is not known.
pub(super) fn unguarded(
    api: &Api,
    index: usize,
    (served, declared): (&Served, &EndpointDeclaration),
) -> Option<EndpointDeviation> {
    let guard = guard_of(api, declared)?;
    let is_lacking = shows(guard.value, served.proofs.as_ref()?) == Some(false);
    is_lacking.then(|| deviation(index, (served, declared), &guard))
}

/// The deviations of endpoints over which the guard was laid in base, and of which head shows nothing any more: their handlers cannot be
/// seen, and what was laid over them is gone. What a handler took that could be seen, one that cannot may take as well.
pub(super) fn lost(design: &Design, base: &ServedSide, head: &ServedSide) -> Vec<EndpointDeviation> {
    let mut found = Vec::new();
    for (index, api) in design.apis.iter().enumerate().filter(|(_, api)| !api.guards.is_empty()) {
        let (before, after) = (claimed(design, base, index), claimed(design, head, index));
        for declared in &api.endpoints {
            let Some(guard) = guard_of(api, declared) else { continue };
            let was_laid = |served: &Served| {
                served.proofs.as_ref().is_some_and(|proofs| is_laid(guard.value, &proofs.layers))
            };
            let was_laid = || before.answering(design, declared).any(|(_, served)| was_laid(served));
            let is_hidden = |served: &&Served| {
                served.proofs.as_ref().is_some_and(|proofs| shows(guard.value, proofs).is_none())
            };
            let hidden = after.answering(design, declared).map(|(_, served)| served).filter(is_hidden);
            found.extend(
                hidden.filter(|_| was_laid()).map(|served| deviation(index, (served, declared), &guard)),
            );
        }
    }
    found
}

fn deviation(
    index: usize,
    (served, declared): (&Served, &EndpointDeclaration),
    guard: &Declared<&Guard>,
) -> EndpointDeviation {
    EndpointDeviation {
        kind: EndpointKind::Unguarded,
        api: index,
        method: served.method,
        path: served.path.clone(),
        served: Some(served.clone()),
        at: guard.at,
        declared: Some(declared.clone()),
    }
}

/// Whether the proofs of an endpoint show a guard; `None` where what its handler takes is not known, and nothing else shows it.
fn shows(guard: &Guard, proofs: &Proofs) -> Option<bool> {
    if is_laid(guard, &proofs.layers) {
        return Some(true);
    }
    proofs.extractors.as_ref().map(|extractors| any(&guard.extractors, extractors))
}

/// Whether a guard is among the names in what is laid over a route.
fn is_laid(guard: &Guard, names: &[String]) -> bool {
    // A layer is made by a function of its type, or by its constructor: `AuthLayer::new(…)`.
    let owners = names.iter().filter_map(|path| path.rsplit_once("::"));
    let layers: Vec<String> =
        names.iter().cloned().chain(owners.map(|(owner, _)| owner.to_owned())).collect();
    // An extractor may be laid over a route too: `from_extractor::<CurrentUser>()`.
    any(&guard.extractors, names) || any(&guard.layers, &layers)
}

/// The guard that a declared endpoint asks for, with the line that says so.
pub fn guard_of<'a>(api: &'a Api, declared: &EndpointDeclaration) -> Option<Declared<&'a Guard>> {
    let auth = declared.auth.as_ref().or(api.auth.as_ref())?;
    let Auth::Guard(name) = &auth.value else { return None };
    let value = api.guards.iter().find(|guard| guard.name.value == *name)?;
    Some(Declared { value, at: auth.at })
}

fn any(patterns: &[Declared<SymbolPattern>], names: &[String]) -> bool {
    patterns.iter().any(|pattern| names.iter().any(|name| is_named(&pattern.value, name)))
}

/// Whether a pattern names a path: all of it, or its last segments.
fn is_named(pattern: &SymbolPattern, name: &str) -> bool {
    let segments: Vec<&str> = name.split("::").collect();
    let written: Vec<&str> = pattern.segments.iter().map(String::as_str).collect();
    // `crate` is where the path begins.
    let wanted = match written.as_slice() {
        ["crate", rest @ ..] if rest.len() + 1 == segments.len() => rest,
        ["crate", ..] => return false,
        all => all,
    };
    let same = |(wanted, segment): (&&str, &&str)| *wanted == "*" || wanted.replace('-', "_") == **segment;
    wanted.len() <= segments.len()
        && !wanted.is_empty()
        && wanted.iter().rev().zip(segments.iter().rev()).all(same)
}
