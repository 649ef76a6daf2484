//! `[rules]` and `[[waiver]]`, from checked tables → severities and waivers.
//!
//! Which rules exist is told by the caller; what their findings are known by is told by their names.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::design::{Api, At, Declared, Waiver, WaiverSubject};
use super::document::View;
use super::error::{Complaint, Errors};
use super::form::check_exact;
use super::modules::owned;
use super::pattern::Pattern;
use super::{route, wire};
use crate::basis::{RuleId, Severity};

/// Rules that speak of waivers and of the spec itself: a waiver for them would be a key to the lock it hangs on.
pub(super) fn is_unwaivable(rule: RuleId) -> bool {
    rule.0.starts_with("waiver-") || rule.0 == "spec-loosened"
}

/// What the findings of a rule are known by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    /// An item, and what it uses.
    Items,
    /// One name alone: a file, or the modules of a circle.
    Name,
    /// An entry of the spec, and its table.
    Entry,
    /// An endpoint.
    Endpoint,
}

fn key_of(rule: RuleId) -> Key {
    match rule.0 {
        "unmapped-code" | "module-cycle" => Key::Name,
        "stale-spec" | "stale-permission" => Key::Entry,
        _ if is_about_endpoints(rule) => Key::Endpoint,
        _ => Key::Items,
    }
}

/// Rules whose findings are about an endpoint, so that a waiver names it and not two items.
fn is_about_endpoints(rule: RuleId) -> bool {
    const FAMILIES: [&str; 7] =
        ["endpoint-", "handler-", "annotation-", "parameter-", "request-", "response-", "contract-"];
    FAMILIES.iter().any(|family| rule.0.starts_with(family))
}

/// Reads `[rules]` of all files; the same rule in two of them is an error.
pub(super) fn severities(
    roots: &[View<'_>],
    rules: &[RuleId],
    errors: &mut Errors,
) -> BTreeMap<RuleId, Declared<Severity>> {
    let mut found: BTreeMap<RuleId, (At, Declared<Severity>)> = BTreeMap::new();
    for entry in roots.iter().filter_map(|root| root.table("rules")).flat_map(|table| table.entries()) {
        let Some(rule) = known_rule(entry.name(), rules, errors) else { continue };
        let severity = match entry.node.text().map(|text| text.value) {
            Some("deny") => Severity::Deny,
            Some("note") => Severity::Note,
            Some(_) | None => continue,
        };
        match found.get(&rule) {
            Some((first, _)) => {
                errors.twice(
                    entry.key_at,
                    *first,
                    Complaint::new(format!("rule `{rule}` has two severities")),
                );
            }
            None => {
                found.insert(rule, (entry.key_at, Declared { value: severity, at: entry.node.at }));
            }
        }
    }
    found.into_iter().map(|(rule, (_, severity))| (rule, severity)).collect()
}

/// The rule with this name; that there is none is said.
fn known_rule(name: Declared<&str>, rules: &[RuleId], errors: &mut Errors) -> Option<RuleId> {
    let rule = rules.iter().find(|rule| rule.0 == name.value).copied();
    if rule.is_none() {
        errors.unknown("rule", name, rules.iter().map(|rule| rule.0), "`gate rules` lists all of them");
    }
    rule
}

/// Reads every waiver; two for the same finding are an error.
pub(super) fn waivers(
    roots: &[View<'_>],
    rules: &[RuleId],
    apis: &[Api],
    errors: &mut Errors,
) -> Vec<Waiver> {
    let mut first: BTreeMap<(RuleId, Vec<String>), At> = BTreeMap::new();
    let mut waivers = Vec::new();
    for table in roots.iter().flat_map(|root| root.elements("waiver")) {
        let Some(waiver) = waiver(table, rules, apis, errors) else { continue };
        match first.insert((waiver.rule.value, key(&waiver.subject)), waiver.at) {
            Some(first) => errors.twice(waiver.at, first, Complaint::new("the same finding is waived twice")),
            None => waivers.push(waiver),
        }
    }
    waivers
}

fn waiver(table: View<'_>, rules: &[RuleId], apis: &[Api], errors: &mut Errors) -> Option<Waiver> {
    let rule = match table.text("rule") {
        Some(text) => known_rule(text, rules, errors).map(|value| Declared { value, at: text.at }),
        None => None,
    };
    if let Some(rule) = rule.as_ref().filter(|rule| is_unwaivable(rule.value)) {
        let complaint = Complaint::new(format!("`{}` cannot be waived", rule.value));
        errors.value(rule.at, complaint.help("change what it speaks of"));
        return None;
    }
    let mut subject = subject(table, rule.as_ref().map(|rule| rule.value), errors);
    if let (Some(WaiverSubject::Endpoint { endpoint, api, .. }), Some(rule)) = (&mut subject, &rule) {
        *api = api_of(table, (rule.value, endpoint), apis, errors);
    }
    let text = |key| table.text(key).map(|text| text.value.to_owned());
    let expires = expires(table);
    Some(Waiver {
        at: table.at,
        rule: rule?,
        subject: subject?,
        why: text("why")?,
        owner: text("owner")?,
        expires: expires?,
    })
}

fn expires(table: View<'_>) -> Option<Declared<(u16, u8, u8)>> {
    let node = table.get("expires")?.node;
    let DeValue::Datetime(found) = node.value else { return None };
    found.date.map(|date| Declared { value: (date.year, date.month, date.day), at: node.at })
}

fn subject(table: View<'_>, rule: Option<RuleId>, errors: &mut Errors) -> Option<WaiverSubject> {
    let [from, to, endpoint, at, api] = ["from", "to", "endpoint", "at", "api"].map(|key| table.text(key));
    let kind = rule.map_or(if endpoint.is_some() { Key::Endpoint } else { Key::Items }, key_of);
    let named = rule.map_or_else(|| "this waiver".to_owned(), |rule| format!("a waiver of `{rule}`"));
    let instead = match kind {
        Key::Endpoint => "`endpoint`, and `at` where a finding shows one",
        Key::Items => "`from` and `to`",
        Key::Name => "`from` alone",
        Key::Entry => "the entry by `from`, and its table by `to`",
    };
    let (mut wanted, mut unwanted) = (Vec::new(), vec![("endpoint", endpoint), ("at", at), ("api", api)]);
    match kind {
        Key::Endpoint => {
            wanted.push(("endpoint", endpoint));
            unwanted = vec![("from", from), ("to", to)];
        }
        Key::Items | Key::Entry => wanted.extend([("from", from), ("to", to)]),
        Key::Name => {
            wanted.push(("from", from));
            unwanted.push(("to", to));
        }
    }
    for (key, text) in unwanted {
        if let Some(text) = text {
            let complaint = Complaint::new(format!("{named} has no `{key}`"));
            errors.value(text.at, complaint.help(format!("it names {instead}")));
        }
    }
    // Of a rule that is not known it is not known either whether a second name belongs to it.
    let needed = if rule.is_some() { wanted.len() } else { 1 };
    let is_missing = wanted[..needed].iter().any(|(key, text)| text.is_none() && table.get(key).is_none());
    if is_missing {
        let complaint = Complaint::new(format!("{named} does not say what it excuses"));
        errors.missing(table.at, complaint.help(format!("it names {instead}")));
    }
    if let Some(endpoint) = endpoint.filter(|_| kind == Key::Endpoint) {
        return endpoint_subject(endpoint, rule, at, errors);
    }
    for text in wanted.iter().filter_map(|(_, text)| *text).filter(|_| kind != Key::Entry) {
        if let Err(complaint) = check_exact(text.value) {
            errors.value(text.at, complaint);
        }
    }
    Some(WaiverSubject::Dependency { from: owned(from?), to: to.map(owned) })
}

fn endpoint_subject(
    endpoint: Declared<&str>,
    rule: Option<RuleId>,
    at: Option<Declared<&str>>,
    errors: &mut Errors,
) -> Option<WaiverSubject> {
    // A broken schema is no endpoint's own; it is waived by its name.
    let is_schema = rule.is_some_and(|rule| rule.0 == "contract-break")
        && wire::check_schema_name(endpoint.value).is_ok();
    match route::read_key(endpoint.value) {
        Err(complaint) if !is_schema => {
            errors.value(endpoint.at, complaint);
            None
        }
        Ok(_) | Err(_) => {
            Some(WaiverSubject::Endpoint { endpoint: owned(endpoint), api: None, pointer: at.map(owned) })
        }
    }
}

/// The API of a waiver's endpoint. Where it is not written it is the one that declares the endpoint, or, for an endpoint that none
/// shall have, that such a path belongs to; if several do, one has to be named.
fn api_of(
    table: View<'_>,
    (rule, endpoint): (RuleId, &Declared<String>),
    apis: &[Api],
    errors: &mut Errors,
) -> Option<String> {
    if let Some(written) = table.text("api") {
        let names = apis.iter().map(|api| api.name.value.as_str());
        if !names.clone().any(|name| name == written.value) {
            errors.unknown("API", written, names, "APIs are declared by `[api.NAME]`");
        }
        return Some(written.value.to_owned());
    }
    let Ok((method, path)) = route::read_key(&endpoint.value) else {
        // Which of them has the schema, their documents say.
        if apis.len() > 1 {
            let names = wire::quoted(apis.iter().map(|api| api.name.value.as_str()));
            let complaint = Complaint::new(format!("`{}` could be a schema of {names}", endpoint.value));
            errors.value(endpoint.at, complaint.help("say whose by `api`"));
        }
        return apis.first().map(|api| api.name.value.clone());
    };
    let declares = |api: &Api| {
        let mut declared = api.endpoints.iter();
        declared.any(|known| known.method == method && known.path.is_like(&path))
    };
    let length = |api: &Api| api.base.segments().count();
    let mut longest: BTreeMap<Vec<&Pattern>, usize> = BTreeMap::new();
    for api in apis.iter().filter(|api| path.is_below(&api.base)) {
        let known = longest.entry(entries(api)).or_default();
        *known = length(api).max(*known);
    }
    // Among APIs with one entry the longest base claims the path.
    let claims = |api: &Api| path.is_below(&api.base) && longest.get(&entries(api)) == Some(&length(api));
    let fits = |api: &&Api| match rule.0 {
        "endpoint-divergence" => claims(api) && !declares(api),
        "handler-home" => claims(api) || declares(api),
        _ => declares(api),
    };
    let found: Vec<&Api> = apis.iter().filter(fits).collect();
    if found.len() > 1 {
        let names = wire::quoted(found.iter().map(|api| api.name.value.as_str()));
        let complaint = Complaint::new(format!("`{}` could be an endpoint of {names}", endpoint.value));
        errors.value(endpoint.at, complaint.help("say which by `api`"));
    }
    found.first().map(|api| api.name.value.clone())
}

fn entries(api: &Api) -> Vec<&Pattern> {
    api.entry.iter().map(|entry| &entry.value).collect()
}

/// What two waivers of one finding have in common.
fn key(subject: &WaiverSubject) -> Vec<String> {
    let text =
        |value: &Option<Declared<String>>| value.as_ref().map_or_else(String::new, |text| text.value.clone());
    match subject {
        WaiverSubject::Dependency { from, to } => vec![from.value.clone(), text(to)],
        WaiverSubject::Endpoint { endpoint, api, pointer } => {
            let words: Vec<&str> = endpoint.value.split_whitespace().collect();
            let api = api.clone().unwrap_or_default();
            vec!["endpoint".to_owned(), words.join(" "), api, text(pointer)]
        }
    }
}
