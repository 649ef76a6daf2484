//! The attributes of a function → the routes that they name for it.
//!
//! A route in an attribute is none before the function is registered; who registers it is the evaluator's part.

use super::register::Routes;
use super::text::hole;
use super::value::Template;
use super::{Found, ItemRef, Location, Names};
use crate::facts::frameworks::{self, FRAMEWORKS, Framework, PathText, Registration};
use crate::facts::{Attribute, ExprKind};

/// The routes that the attributes of a function name, in the framework's own spelling.
pub(super) fn routes_of(names: &dyn Names, of: ItemRef, framework: &'static Framework) -> Routes {
    let mut routes = Vec::new();
    for registration in registrations(names, of, framework) {
        let Registration::Route { methods, prefix, path } = registration else { continue };
        let own = template(names, of, &path);
        let path = match prefix {
            Some(prefix) => {
                let mut path = template(names, of, &prefix);
                path.append(&own);
                path
            }
            None => own,
        };
        routes.push((methods, path));
    }
    if routes.is_empty() {
        return routes;
    }
    for around in names.block(of).into_iter().chain(names.module(of)) {
        for registration in registrations(names, around, framework) {
            let Registration::Prefix(prefix) = registration else { continue };
            let prefix = template(names, around, &prefix);
            for (_, path) in &mut routes {
                *path = super::register::joined(framework, &prefix, path);
            }
        }
    }
    routes
}

/// The framework whose attribute over a trait says that its functions are served by whoever implements it.
pub(super) fn serves(names: &dyn Names, of: ItemRef) -> Option<&'static Framework> {
    let is_served = |framework: &&'static Framework| {
        registrations(names, of, framework).iter().any(|found| matches!(found, Registration::Served))
    };
    FRAMEWORKS.iter().find(is_served)
}

fn registrations(names: &dyn Names, of: ItemRef, framework: &'static Framework) -> Vec<Registration> {
    let item = names.item(of);
    let at = Location { file: of.file, scope: item.scope, item: of.item };
    let registered = |attribute| registration(names, at, attribute, framework);
    // What stands below an attribute that takes a list of them is read by that one, and need not be in sight.
    let is_list = item.attributes.iter().any(|attribute| lists(names, at, attribute, framework));
    let listed = |attribute: &Attribute| {
        let is_word = is_list && !attribute.path.contains("::");
        is_word.then(|| (framework.attribute)(&[&*attribute.path], &attribute.arguments)).flatten()
    };
    item.attributes.iter().filter_map(|of| registered(of).or_else(|| listed(of))).collect()
}

/// Whether an attribute takes a list of those that stand below it.
fn lists(names: &dyn Names, at: Location, attribute: &Attribute, framework: &'static Framework) -> bool {
    attribute.path.rsplit("::").next() == Some("routes")
        && names.resolve(at, &attribute.path).iter().any(|meaning| {
            let Found::External(path) = meaning else { return false };
            frameworks::of_path(path).is_some_and(|of| of.name == framework.name)
        })
}

fn registration(
    names: &dyn Names,
    at: Location,
    attribute: &Attribute,
    framework: &'static Framework,
) -> Option<Registration> {
    let found = names.resolve(at, &attribute.path);
    let mut is_outside = false;
    for meaning in found.iter() {
        let Found::External(path) = meaning else { continue };
        is_outside = true;
        if frameworks::of_path(path).is_some_and(|of| of.name == framework.name) || path.starts_with("utoipa")
        {
            let segments: Vec<_> = path.split("::").collect();
            if let Some(registration) = (framework.attribute)(&segments, &attribute.arguments) {
                return Some(registration);
            }
        }
    }
    if is_outside {
        return None;
    }
    // A name that nothing resolves, such as one that a glob brings in.
    let segments: Vec<_> = attribute.path.split("::").collect();
    (framework.attribute)(&segments, &attribute.arguments)
}

/// The text of a path in an attribute: a literal, or a constant with a literal value.
pub(super) fn template(names: &dyn Names, of: ItemRef, path: &PathText) -> Template {
    let written = match path {
        PathText::Literal(text) => return Template::known(text),
        PathText::Written(written) => written,
    };
    let item = names.item(of);
    let at = Location { file: of.file, scope: item.scope, item: of.item };
    for meaning in names.resolve(at, written.trim_start_matches('&')).iter() {
        let Found::Constant(constant) = meaning else { continue };
        if let Some(ExprKind::Text(text)) = names.body(*constant).map(|body| &body.value.kind) {
            return Template::known(text);
        }
    }
    Template::hole(hole(written))
}
