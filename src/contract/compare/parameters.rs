//! Parameters of two operations: those that are gone, new, or asked for in another way.
//!
//! Parameters in the path are matched by position: clients never see their names.

use super::facts::At;
use super::gather::{Gathered, change};
use super::lifecycle::date;
use super::pairs::{self, Whole};
use super::{Date, Side};
use crate::basis::RoutePattern;
use crate::basis::wire::{Location, Parameter, Presence, Shape, Style};
use crate::contract::document::Operation;

/// Compares the parameters of the two operations.
pub(super) fn compare(gathered: &mut Gathered<'_>, today: Date) {
    let Some((base, head)) = gathered.pair else { return };
    let [before, now] = [&base, &head].map(|operation| names(&operation.path));
    let same = |known: &Parameter, other: &Parameter| {
        let place = |names: &[String], of: &Parameter| names.iter().position(|name| **name == *of.name);
        known.location == other.location
            && match known.location {
                Location::Path => match (place(&before, known), place(&now, other)) {
                    (Some(one), Some(two)) => one == two,
                    (None, None) => known.name == other.name,
                    (Some(_), None) | (None, Some(_)) => false,
                },
                Location::Header => known.name.eq_ignore_ascii_case(&other.name),
                Location::Query | Location::Cookie => known.name == other.name,
            }
    };
    for known in &base.exchange.parameters {
        match head.exchange.parameters.iter().find(|other| same(known, other)) {
            Some(other) => both(gathered, known, other),
            None => removed(gathered, known, today),
        }
    }
    for new in &head.exchange.parameters {
        if !base.exchange.parameters.iter().any(|known| same(known, new)) {
            added(gathered, new, now.iter().any(|name| **name == *new.name));
        }
    }
}

/// The names of a pattern's parameters, in order.
fn names(path: &RoutePattern) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = path.as_str();
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        names.push(name.trim_start_matches('*').to_owned());
        rest = after;
    }
    names
}

fn side(parameter: &Parameter) -> Side {
    Side::Parameter(parameter.location, parameter.name.clone())
}

fn place(parameter: &Parameter) -> &'static str {
    match parameter.location {
        Location::Path => "path parameter",
        Location::Query => "query parameter",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
}

fn removed(gathered: &mut Gathered<'_>, known: &Parameter, today: Date) {
    let (id, breaks) = match (known.marks.deprecated, known.marks.sunset.as_deref().map(date)) {
        (false, _) => ("request-parameter-removed", false),
        (true, None) => ("request-parameter-removed-with-deprecation", false),
        (true, Some(None)) => ("request-parameter-sunset-parse", true),
        (true, Some(Some(day))) if today < day => ("request-parameter-removed-before-sunset", true),
        (true, Some(Some(_))) => return,
    };
    let words = format!("the {} `{}` is gone", place(known), known.name);
    gathered.add(change(id, breaks, side(known), words).at(Some(known.at), None));
}

/// Whether one line gives the parameter to all operations of a path that has several.
fn of_path(gathered: &Gathered<'_>, new: &Parameter) -> bool {
    let operations = &gathered.head.operations;
    let path = gathered.pair.map(|(_, head)| &head.path);
    let of_path: Vec<_> = operations.iter().filter(|operation| Some(&operation.path) == path).collect();
    let has = |other: &&Operation| other.exchange.parameters.iter().any(|known| known.at == new.at);
    of_path.len() > 1 && of_path.iter().all(has)
}

/// `named`: the path of the operation names it.
fn added(gathered: &mut Gathered<'_>, new: &Parameter, named: bool) {
    let (id, breaks, words) = match (new.location, new.presence) {
        // Both paths have as many parameters: what stands in one was always given, described or not.
        (Location::Path, _) if named => ("new-request-path-parameter", false, "was not described"),
        (Location::Path, _) => ("new-request-path-parameter", true, "is asked for"),
        (_, Presence::Required) if of_path(gathered, new) => {
            ("new-required-request-default-parameter-to-existing-path", true, "is asked for")
        }
        (_, Presence::Required) => ("new-required-request-parameter", true, "is asked for"),
        (_, Presence::Optional | Presence::Perhaps | Presence::Unclear) => return,
    };
    let words = format!("the {} `{}` {words}", place(new), new.name);
    gathered.add(change(id, breaks, side(new), words).at(None, Some(new.at)));
}

fn both<'d>(gathered: &mut Gathered<'d>, known: &'d Parameter, other: &'d Parameter) {
    let spots = |change: super::Change| change.at(Some(known.at), Some(other.at));
    let required = |parameter: &Parameter| parameter.presence == Presence::Required;
    if known.presence == Presence::Optional && required(other) {
        let words = format!("the {} `{}` may no longer be left out", place(known), known.name);
        gathered.add(spots(change("request-parameter-became-required", true, side(known), words)));
    }
    if !required(known) && !required(other) {
        let found = match (known.marks.default.as_deref(), other.marks.default.as_deref()) {
            (None, Some(now)) => {
                Some(("request-parameter-default-value-added", format!("is now {now}, and was nothing")))
            }
            (Some(before), None) => {
                Some(("request-parameter-default-value-removed", format!("was {before}, and is nothing")))
            }
            (Some(before), Some(now)) if before != now => {
                Some(("request-parameter-default-value-changed", format!("was {before}, and is {now}")))
            }
            (Some(_), Some(_)) | (None, None) => None,
        };
        if let Some((id, words)) = found {
            let words =
                format!("what the {} `{}` means when it is left out {words}", place(known), known.name);
            gathered.add(spots(change(id, true, side(known), words)));
        }
    }
    let inside = if known.location == Location::Header { At::InHeader } else { At::InParameter };
    let style = other.marks.style;
    let whole = Whole { side: side(known), at: At::Parameter, inside, json: false, style };
    pairs::compare(gathered, &known.r#type, &other.r#type, &whole);
    if let Some(words) = rewritten(gathered, known, other) {
        gathered.add(spots(change("request-parameter-type-changed", true, side(known), words)));
    }
}

/// What is said where a value is written in another way although its type is of the same kind.
fn rewritten(gathered: &Gathered<'_>, known: &Parameter, other: &Parameter) -> Option<String> {
    let (was, now) = (known.marks.style, other.marks.style);
    let (before, _) = gathered.base.types.follow(&known.r#type);
    let (after, _) = gathered.head.types.follow(&other.r#type);
    let is_seen = match (before, after) {
        (Shape::List(_) | Shape::Tuple(_), Shape::List(_) | Shape::Tuple(_)) => {
            let plain = |style| if style == Style::Under { Style::Apart } else { style };
            plain(was) != plain(now)
        }
        (Shape::Object(_), Shape::Object(_)) => was != now,
        // A text is written as it is, or in the quotes of JSON; a number is the same in both.
        (Shape::Text(_) | Shape::Enum(_), Shape::Text(_) | Shape::Enum(_)) => {
            (was == Style::Json) != (now == Style::Json)
        }
        _ => false,
    };
    let words = |style| match style {
        Style::Apart => "each part by itself".to_owned(),
        Style::Under => "each part under its name".to_owned(),
        Style::Joined(between) => format!("with `{}` between its parts", between.escape_default()),
        Style::Json => "as JSON".to_owned(),
    };
    is_seen.then(|| {
        format!("the {} `{}` is written {}, and was {}", place(known), known.name, words(now), words(was))
    })
}
