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
        let Some(first) = own.first() else {
            if is_all_read && !side.endpoints.is_empty() {
                let method = annotation.methods.first().copied();
                found.push(Misdocumented { annotation: annotation.clone(), registered: None, method });
            }
            continue;
        };
        let is_served = |method: Option<Method>| {
            own.iter().any(|served| {
                method.is_none_or(|method| served.method.covers(method))
                    && annotation.path.as_ref().is_none_or(|path| is_same_end(path, &served.path))
            })
        };
        let documented: Vec<Option<Method>> = match annotation.methods.as_slice() {
            [] => vec![None],
            methods => methods.iter().copied().map(Some).collect(),
        };
        if let Some(method) = documented.into_iter().find(|method| !is_served(*method)) {
            let registered = Some((first.method, first.path.clone()));
            found.push(Misdocumented { annotation: annotation.clone(), registered, method });
        }
    }
    found
}

/// Whether two paths are the same, or one the end of the other: prefixes are given to documents and to routers apart. A document has no
/// words for the rest of a path: it says a parameter.
fn is_same_end(one: &RoutePattern, other: &RoutePattern) -> bool {
    let documented = |path: &RoutePattern| path.shape().replace("{*}", "{}");
    let (one, other) = (documented(one), documented(other));
    let ends = |long: &str, short: &str| short == "/" || long.ends_with(short);
    ends(&one, &other) || ends(&other, &one)
}
