//! Who could call and who can now: requirements of operations, and the schemes behind them.
//!
//! A way in that is gone or asks for more breaks those who came that way; a guard that is gone is a break too, of what was promised
//! to those whose data it kept.

use super::gather::{Gathered, change};
use super::{Change, Side};
use crate::contract::document::{Document, Flow, Requirement, Scheme, Security};

/// Compares who may call the two operations.
pub(super) fn operation(gathered: &mut Gathered<'_>) {
    let Some((base, head)) = gathered.pair else { return };
    if base.security == head.security {
        return;
    }
    // What is said for all is one cause, of all operations that do not say otherwise.
    let all = base.security == gathered.base.security && head.security == gathered.head.security;
    let names: [&'static str; 4] = if all {
        [
            "api-global-security-added",
            "api-global-security-removed",
            "api-global-security-scope-added",
            "api-global-security-scope-removed",
        ]
    } else {
        [
            "api-security-added",
            "api-security-removed",
            "api-security-scope-added",
            "api-security-scope-removed",
        ]
    };
    let of_all = (gathered.base.security_at, gathered.head.security_at);
    let (before, now) = if all { of_all } else { (Some(base.at), Some(head.at)) };
    let places = |change: Change| change.at(before, now);
    let mut found = Vec::new();
    match (alternatives(&base.security), alternatives(&head.security)) {
        ([], []) => {}
        ([], now) => {
            for alternative in now.iter().filter(|alternative| !alternative.is_empty()) {
                let breaks = !now.iter().any(Vec::is_empty);
                found.push((names[0], breaks, format!("callers have to show {}", shown(alternative))));
            }
        }
        (before, []) => {
            for alternative in before.iter().filter(|alternative| !alternative.is_empty()) {
                found.push((names[1], true, format!("callers need no longer show {}", shown(alternative))));
            }
        }
        (before, now) => ways(before, now, names, &mut found),
    }
    let renamed = is_gone(gathered.head, &base.security, &head.security);
    for (id, breaks, words) in found {
        let change = places(change(id, breaks, Side::Security, words));
        if renamed { gathered.add_everywhere(change) } else { gathered.add(change) }
    }
}

/// Whether what callers had to show is asked for nowhere any more: it is another one, or has another name, for all that asked for it.
fn is_gone(head: &Document, before: &Security, now: &Security) -> bool {
    let names = |security| alternatives(security).iter().flatten().map(|(name, _)| name);
    let operations = || head.operations.iter().flat_map(|operation| names(&operation.security));
    let mut lost = names(before).filter(|name| !names(now).any(|other| other == *name)).peekable();
    lost.peek().is_some()
        && names(now).next().is_some()
        && lost.all(|name| !operations().any(|other| other == name))
}

/// Compares the ways in, by the schemes that each asks for.
fn ways(
    before: &[Requirement],
    now: &[Requirement],
    names: [&'static str; 4],
    found: &mut Vec<(&'static str, bool, String)>,
) {
    let schemes = |alternative: &Requirement| {
        let mut names: Vec<Box<str>> = alternative.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    };
    for alternative in before {
        let Some(other) = now.iter().find(|other| schemes(other) == schemes(alternative)) else {
            let words = match alternative.is_empty() {
                true => "callers can no longer come without showing anything".to_owned(),
                false => format!("callers can no longer show {}", shown(alternative)),
            };
            found.push((names[1], true, words));
            continue;
        };
        for (name, scopes) in alternative {
            let asked = other.iter().filter(|(scheme, _)| scheme == name).flat_map(|(_, scopes)| scopes);
            let asked: Vec<&Box<str>> = asked.collect();
            for scope in asked.iter().filter(|scope| !scopes.contains(scope)) {
                found.push((names[2], true, format!("of `{name}`, the scope `{scope}` is asked for")));
            }
            for scope in scopes.iter().filter(|scope| !asked.contains(scope)) {
                found.push((
                    names[3],
                    false,
                    format!("of `{name}`, the scope `{scope}` is no longer asked for"),
                ));
            }
        }
    }
    for alternative in now.iter().filter(|other| !before.iter().any(|known| schemes(known) == schemes(other)))
    {
        let (breaks, words) = match alternative.is_empty() {
            true => (true, "callers need not show anything any more".to_owned()),
            false => (false, format!("callers can show {} too", shown(alternative))),
        };
        found.push((if alternative.is_empty() { names[1] } else { names[0] }, breaks, words));
    }
}

fn alternatives(security: &Security) -> &[Requirement] {
    match security {
        Security::Unsaid | Security::Open => &[],
        Security::OneOf(alternatives) => alternatives,
    }
}

fn shown(alternative: &Requirement) -> String {
    alternative.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

/// Compares the schemes themselves.
pub(super) fn schemes(gathered: &mut Gathered<'_>) {
    let (base, head) = (gathered.base, gathered.head);
    for scheme in &base.schemes {
        match head.schemes.iter().find(|other| other.name == scheme.name) {
            Some(other) => self::scheme(gathered, scheme, other),
            None => {
                let words = format!("the scheme `{}` is gone", scheme.name);
                let gone = change("api-security-component-removed", false, Side::Security, words);
                gathered.add(gone.at(Some(scheme.at), None));
            }
        }
    }
    for scheme in
        head.schemes.iter().filter(|scheme| !base.schemes.iter().any(|known| known.name == scheme.name))
    {
        let words = format!("the scheme `{}` is new", scheme.name);
        gathered.add(
            change("api-security-component-added", false, Side::Security, words).at(None, Some(scheme.at)),
        );
    }
}

fn scheme(gathered: &mut Gathered<'_>, base: &Scheme, head: &Scheme) {
    let mut found: Vec<(&'static str, bool, String)> = Vec::new();
    if base.kind != head.kind {
        let words = format!("the scheme `{}` is `{}`, and was `{}`", base.name, head.kind, base.kind);
        found.push(("api-security-component-type-changed", true, words));
    }
    for flow in &base.flows {
        if let Some(other) = head.flows.iter().find(|other| other.name == flow.name) {
            flows(&base.name, flow, other, &mut found);
        }
    }
    for (id, breaks, words) in found {
        gathered.add(change(id, breaks, Side::Security, words).at(Some(base.at), Some(head.at)));
    }
}

fn flows(scheme: &str, base: &Flow, head: &Flow, found: &mut Vec<(&'static str, bool, String)>) {
    let urls = [
        (
            "api-security-component-oauth-url-changed",
            "users agree",
            &base.authorization_url,
            &head.authorization_url,
        ),
        (
            "api-security-component-oauth-token-url-changed",
            "tokens are had",
            &base.token_url,
            &head.token_url,
        ),
    ];
    for (id, what, before, now) in urls {
        if before != now {
            let url = now.as_deref().unwrap_or("nowhere");
            found.push((id, false, format!("for `{scheme}`, {what} at `{url}`")));
        }
    }
    for (name, text) in &base.scopes {
        match head.scopes.iter().find(|(other, _)| other == name) {
            None => {
                let words = format!("`{scheme}` has no scope `{name}` any more");
                found.push(("api-security-component-oauth-scope-removed", false, words));
            }
            Some((_, other)) if other != text => {
                let words = format!("the scope `{name}` of `{scheme}` is described otherwise");
                found.push(("api-security-component-oauth-scope-changed", false, words));
            }
            Some(_) => {}
        }
    }
    for (name, _) in
        head.scopes.iter().filter(|(name, _)| !base.scopes.iter().any(|(known, _)| known == name))
    {
        found.push((
            "api-security-component-oauth-scope-added",
            false,
            format!("`{scheme}` has a scope `{name}`"),
        ));
    }
}
