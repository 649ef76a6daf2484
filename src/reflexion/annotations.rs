//! What attributes document of endpoints against what is registered: the two have nothing to hold them together but care.

use std::collections::{BTreeMap, BTreeSet};

use super::endpoints::{Served, ServedSide};
use crate::basis::{Method, RoutePattern, SymbolPath};
use crate::model::Annotation;

/// An attribute that documents something else than is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misdocumented {
    /// The attribute.
    pub annotation: Annotation,
    /// The method that is documented and should not be, or the first one.
    pub method: Option<Method>,
    /// What is registered instead.
    pub instead: Instead,
}

/// What there is in place of what an attribute documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Another endpoint of the same function.
    Registered(Method, RoutePattern),
    /// The endpoint, documented over this other function already.
    Documented(SymbolPath),
    /// Nothing.
    Nothing,
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
        let own = served_by(side, annotation);
        let documented: Vec<Option<Method>> = match annotation.methods.as_slice() {
            [] => vec![None],
            methods => methods.iter().copied().map(Some).collect(),
        };
        let wrong = |method: Option<Method>| {
            let Some(first) = own.first() else {
                let may_say = is_all_read && !side.endpoints.is_empty();
                return may_say.then(|| instead_of_foreign(side, annotation, method)).flatten();
            };
            let is_served = own.iter().any(|served| {
                covers(served, method)
                    && annotation.path.as_ref().is_none_or(|path| is_same_end(path, &served.path))
            });
            (!is_served).then(|| Instead::Registered(first.method, first.path.clone()))
        };
        let wrong = documented.into_iter().find_map(|method| Some((method, wrong(method)?)));
        found.extend(wrong.map(|(method, instead)| Misdocumented {
            annotation: annotation.clone(),
            method,
            instead,
        }));
    }
    found
}

fn served_by<'s>(side: &'s ServedSide, annotation: &Annotation) -> Vec<&'s Served> {
    let is_it = |served: &&Served| served.handler.as_ref() == Some(&annotation.function);
    side.endpoints.iter().filter(is_it).collect()
}

fn covers(served: &Served, method: Option<Method>) -> bool {
    method.is_none_or(|method| served.method.covers(method))
}

/// What there is in place of what stands over a function that is there to be documented. It is true where another one answers that says
/// nothing itself, once for each that does.
fn instead_of_foreign(side: &ServedSide, annotation: &Annotation, method: Option<Method>) -> Option<Instead> {
    let may_mean =
        |path: &RoutePattern, served: &Served| covers(served, method) && is_below(path, &served.path);
    let path = annotation.path.as_ref();
    let meant = side.endpoints.iter().filter(|served| path.is_some_and(|path| may_mean(path, served)));
    let meant: Vec<&Served> = meant.collect();
    if meant.is_empty() {
        return Some(Instead::Nothing);
    }
    let own = |served: &&Served| side.annotations.iter().find(|own| is_own(own, served, method));
    let documented: Vec<(&Served, &Annotation)> =
        meant.iter().filter_map(|served| Some((*served, own(served)?))).collect();
    // Of one operation that several functions answer, under conditions, one document is enough.
    let is_said = |served: &&Served| {
        let is_same = |said: &Served| {
            said.handler_package == served.handler_package
                && said.path.shape() == served.path.shape()
                && (said.handler == served.handler || said.condition != served.condition)
        };
        documented.iter().any(|(said, _)| is_same(said))
    };
    let open: Vec<&Served> = meant.iter().copied().filter(|served| !is_said(served)).collect();
    // A file that is a module of two crates is read twice.
    let places: BTreeSet<_> =
        open.iter().map(|served| (served.path.shape(), &served.file, served.site)).collect();
    let is_before = |other: &&Annotation| {
        (&other.file, other.site) < (&annotation.file, annotation.site)
            && (other.methods.is_empty() || method.is_none_or(|method| other.methods.contains(&method)))
            && other.path.as_ref().is_some_and(|path| open.iter().any(|served| may_mean(path, served)))
            && served_by(side, other).is_empty()
    };
    let before: BTreeMap<_, &Annotation> =
        side.annotations.iter().filter(is_before).map(|other| ((&other.file, other.site), other)).collect();
    if before.len() < places.len() {
        return None;
    }
    let told = before.into_values().next_back().or_else(|| documented.first().map(|(_, own)| *own));
    told.map(|other| Instead::Documented(other.function.clone()))
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
