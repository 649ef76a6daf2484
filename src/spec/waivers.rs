//! `[rules]` and `[[waiver]]`, from checked tables → severities and waivers.
//!
//! Which rules exist is told by the caller; which of them are waived by an endpoint is told by their names.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::design::{At, Declared, Waiver, WaiverSubject};
use super::document::View;
use super::error::{Complaint, Errors};
use super::modules::owned;
use super::{route, wire};
use crate::basis::{RuleId, Severity};

/// Rules that speak of waivers and of the spec itself: a waiver for them would be a key to the lock it hangs on.
pub(super) fn is_unwaivable(rule: RuleId) -> bool {
    rule.0.starts_with("waiver-") || rule.0 == "spec-loosened"
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
pub(super) fn waivers(roots: &[View<'_>], rules: &[RuleId], errors: &mut Errors) -> Vec<Waiver> {
    let mut first: BTreeMap<(RuleId, Vec<String>), At> = BTreeMap::new();
    let mut waivers = Vec::new();
    for table in roots.iter().flat_map(|root| root.elements("waiver")) {
        let Some(waiver) = waiver(table, rules, errors) else { continue };
        match first.insert((waiver.rule.value, key(&waiver.subject)), waiver.at) {
            Some(first) => errors.twice(waiver.at, first, Complaint::new("the same finding is waived twice")),
            None => waivers.push(waiver),
        }
    }
    waivers
}

fn waiver(table: View<'_>, rules: &[RuleId], errors: &mut Errors) -> Option<Waiver> {
    let rule = match table.text("rule") {
        Some(text) => known_rule(text, rules, errors).map(|value| Declared { value, at: text.at }),
        None => None,
    };
    if let Some(rule) = rule.as_ref().filter(|rule| is_unwaivable(rule.value)) {
        let complaint = Complaint::new(format!("`{}` cannot be waived", rule.value));
        errors.value(rule.at, complaint.help("change what it speaks of"));
        return None;
    }
    let subject = subject(table, rule.as_ref().map(|rule| rule.value), errors);
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
    let [from, to, endpoint, at] = ["from", "to", "endpoint", "at"].map(|key| table.text(key));
    let with_endpoint = rule.map_or(endpoint.is_some(), is_about_endpoints);
    let (wanted, unwanted) = if with_endpoint {
        (endpoint, [("from", from), ("to", to)])
    } else {
        (from, [("endpoint", endpoint), ("at", at)])
    };
    let named = rule.map_or_else(|| "this waiver".to_owned(), |rule| format!("a waiver of `{rule}`"));
    let instead = if with_endpoint {
        "`endpoint`, and `at` where one place of the body is meant"
    } else {
        "`from` and `to`"
    };
    for (key, text) in unwanted {
        if let Some(text) = text {
            let complaint = Complaint::new(format!("{named} has no `{key}`"));
            errors.value(text.at, complaint.help(format!("it names {instead}")));
        }
    }
    let Some(wanted) = wanted else {
        let key = if with_endpoint { "endpoint" } else { "from" };
        if table.get(key).is_none() {
            let complaint = Complaint::new(format!("{named} does not say what it excuses"));
            errors.missing(table.at, complaint.help(format!("it names {instead}")));
        }
        return None;
    };
    if !with_endpoint {
        return Some(WaiverSubject::Dependency { from: owned(wanted), to: to.map(owned) });
    }
    // A broken schema is no endpoint's own; it is waived by its name.
    let is_schema =
        rule.is_some_and(|rule| rule.0 == "contract-break") && wire::check_schema_name(wanted.value).is_ok();
    match route::read_key(wanted.value) {
        Err(complaint) if !is_schema => {
            errors.value(wanted.at, complaint);
            None
        }
        Ok(_) | Err(_) => Some(WaiverSubject::Endpoint { endpoint: owned(wanted), pointer: at.map(owned) }),
    }
}

/// What two waivers of one finding have in common.
fn key(subject: &WaiverSubject) -> Vec<String> {
    let text =
        |value: &Option<Declared<String>>| value.as_ref().map_or_else(String::new, |text| text.value.clone());
    match subject {
        WaiverSubject::Dependency { from, to } => vec![from.value.clone(), text(to)],
        WaiverSubject::Endpoint { endpoint, pointer } => {
            let words: Vec<&str> = endpoint.value.split_whitespace().collect();
            vec!["endpoint".to_owned(), words.join(" "), text(pointer)]
        }
    }
}
