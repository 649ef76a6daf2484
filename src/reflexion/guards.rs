//! Whether an endpoint shows that its callers are checked, where its API says that they have to be.

use super::endpoints::{EndpointDeviation, EndpointKind, Served};
use crate::spec::{Api, Auth, Declared, EndpointDeclaration, Guard, SymbolPattern};

/// The deviation of a declared endpoint that shows no proof of the guard that its API asks for.
///
/// One whose handler cannot be seen is none: what it takes is not known.
pub(super) fn unguarded(
    api: &Api,
    index: usize,
    (served, declared): (&Served, &EndpointDeclaration),
) -> Option<EndpointDeviation> {
    let Declared { value: guard, at } = guard_of(api, declared)?;
    let proofs = served.proofs.as_ref()?;
    let extractors = proofs.extractors.as_ref()?;
    // A layer is made by a function of its type, or by its constructor: `AuthLayer::new(…)`.
    let owners = proofs.layers.iter().filter_map(|path| path.rsplit_once("::"));
    let layers: Vec<String> =
        proofs.layers.iter().cloned().chain(owners.map(|(owner, _)| owner.to_owned())).collect();
    // An extractor may be laid over a route too: `from_extractor::<CurrentUser>()`.
    let is_proved = any(&guard.extractors, extractors)
        || any(&guard.extractors, &proofs.layers)
        || any(&guard.layers, &layers);
    (!is_proved).then(|| EndpointDeviation {
        kind: EndpointKind::Unguarded,
        api: index,
        method: served.method,
        path: served.path.clone(),
        served: Some(served.clone()),
        at,
        declared: Some(declared.clone()),
    })
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
