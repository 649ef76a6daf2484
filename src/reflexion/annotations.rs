//! What attributes document of endpoints against what is registered: the two have nothing to hold them together but care.

use super::endpoints::{Served, ServedSide};
use crate::basis::{Method, RoutePattern};
use crate::model::Annotation;

/// An attribute that documents something else than is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misdocumented {
    /// The attribute.
    pub annotation: Annotation,
    /// What is registered for the function; `None` when nothing is.
    pub registered: Option<(Method, RoutePattern)>,
    /// The method that is documented and not registered, or the first one.
    pub method: Option<Method>,
}

impl Misdocumented {
    /// What its identity goes by: the function, the method, the shape of the path.
    pub fn key(&self) -> (String, Option<Method>, String) {
        let path = self.annotation.path.as_ref().map(RoutePattern::shape).unwrap_or_default();
        (self.annotation.function.to_string(), self.method, path)
    }
}

/// The attributes of a side that are wrong. Where some registration could not be read, a function that none names may be in it.
pub(super) fn misdocumented(side: &ServedSide, is_all_read: bool) -> Vec<Misdocumented> {
    let mut found = Vec::new();
    for annotation in &side.annotations {
        let own: Vec<&Served> = side
            .endpoints
            .iter()
            .filter(|served| served.handler.as_ref() == Some(&annotation.function))
            .collect();
        let documented: Vec<Option<Method>> = match annotation.methods.as_slice() {
            [] => vec![None],
            methods => methods.iter().copied().map(Some).collect(),
        };
        let covers = |served: &Served, method: Option<Method>| {
            method.is_none_or(|method| served.method.covers(method))
        };
        let Some(first) = own.first() else {
            // What stands over a function that is there to be documented is true where another one answers that says nothing itself.
            let is_served = |method: Option<Method>| {
                let Some(path) = &annotation.path else { return false };
                let is_it = |served: &Served| {
                    covers(served, method)
                        && is_below(path, &served.path)
                        && !side.annotations.iter().any(|own| is_own(own, served, method))
                };
                side.endpoints.iter().any(is_it)
            };
            let missing = documented.into_iter().find(|method| !is_served(*method));
            if let Some(method) = missing.filter(|_| is_all_read && !side.endpoints.is_empty()) {
                found.push(Misdocumented { annotation: annotation.clone(), registered: None, method });
            }
            continue;
        };
        let is_served = |method: Option<Method>| {
            own.iter().any(|served| {
                covers(served, method)
                    && annotation.path.as_ref().is_none_or(|path| is_same_end(path, &served.path))
            })
        };
        if let Some(method) = documented.into_iter().find(|method| !is_served(*method)) {
            let registered = Some((first.method, first.path.clone()));
            found.push(Misdocumented { annotation: annotation.clone(), registered, method });
        }
    }
    found
}

/// Whether an attribute stands over the function that answers, and documents what it answers there.
fn is_own(annotation: &Annotation, served: &Served, method: Option<Method>) -> bool {
    let has_method = match (annotation.methods.as_slice(), method) {
        ([], _) => true,
        (methods, Some(method)) => methods.contains(&method),
        (methods, None) => methods.iter().any(|own| served.method.covers(*own)),
    };
    served.handler.as_ref() == Some(&annotation.function)
        && has_method
        && annotation.path.as_ref().is_none_or(|path| is_same_end(path, &served.path))
}

/// Whether two paths are the same, or one the end of the other: prefixes are given to documents and to routers apart. A document has no
/// words for the rest of a path: it says a parameter.
fn is_same_end(one: &RoutePattern, other: &RoutePattern) -> bool {
    let (one, other) = (documented(one), documented(other));
    let ends = |long: &str, short: &str| short == "/" || long.ends_with(short);
    ends(&one, &other) || ends(&other, &one)
}

/// Whether a documented path is the one that is served, or what is behind a prefix of it. The root alone would be behind every prefix, and
/// what is no more than a parameter behind most.
fn is_below(path: &RoutePattern, served: &RoutePattern) -> bool {
    let (path, served) = (documented(path), documented(served));
    let is_named = path.split('/').any(|part| !part.is_empty() && !part.contains("{}"));
    served == path || is_named && served.ends_with(&path)
}

fn documented(path: &RoutePattern) -> String {
    path.shape().replace("{*}", "{}")
}
