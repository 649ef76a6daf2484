//! Patterns as written → the variables they bind.
//!
//! Tuples and structs are taken apart, `Some(x)`, `Ok(x)` and references are seen through; every other pattern binds its names to
//! values that are not known.

use super::frame::Frame;
use super::text::hole;
use super::value::{Fields, Hole, List, Value};
use crate::facts::{Arm, CfgId};

/// How many parentheses of a pattern are followed.
const DEPTH: u32 = 12;

/// Binds the names of a pattern to the parts of a value.
pub(super) fn bind<'a>(frame: &mut Frame<'a>, pattern: &str, value: &Value<'a>) {
    bind_at(frame, pattern, Some(value), 0);
}

/// The elements of a tuple that its pattern binds to nothing.
pub(super) fn discarded<'a>(pattern: &str, value: &Value<'a>) -> Vec<Value<'a>> {
    let inside = bare(pattern).strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let (Some(inside), Value::List(list)) = (inside, value) else { return Vec::new() };
    let parts = placed(inside, list.values.len()).into_iter().filter(|(_, part)| *part == "_");
    parts.filter_map(|(at, _)| list.values.get(at).cloned()).collect()
}

/// Binds the names of the pattern of a branch, its guard left out; `None` when the value is not known.
pub(super) fn bind_branch<'a>(frame: &mut Frame<'a>, pattern: &str, value: Option<&Value<'a>>) {
    let pattern = pattern.split(" if ").next().unwrap_or_default();
    match value {
        Some(Value::Unknown(of)) => bind_at(frame, pattern, named_in(pattern, of).as_ref(), 0),
        // Alternatives that are no patterns for the whole value.
        Some(value) if !pattern.contains('|') => bind_at(frame, pattern, Some(value), 0),
        Some(_) | None => bind_at(frame, pattern, None, 0),
    }
}

/// Which arms a variant of an enum can take: the first that names it without a guard and those before it that may.
pub(super) fn arms_for(arms: &[Arm], variant: &str) -> Vec<usize> {
    let mut taken = Vec::new();
    for (at, arm) in arms.iter().enumerate() {
        let (pattern, guard) = arm.pattern.split_once(" if ").unwrap_or((&arm.pattern, ""));
        let names = |pattern: &str| {
            let head = bare(pattern).split(['(', '{']).next().unwrap_or_default().trim();
            let last = head.rsplit("::").next().unwrap_or(head);
            last == variant || (head == last && !last.starts_with(char::is_uppercase))
        };
        if pattern.split('|').any(names) {
            taken.push(at);
            if guard.is_empty() && arm.cfg == CfgId(0) {
                break;
            }
        }
    }
    taken
}

fn bind_at<'a>(frame: &mut Frame<'a>, pattern: &str, value: Option<&Value<'a>>, depth: u32) {
    let pattern = bare(pattern);
    if is_name(pattern) {
        if pattern != "_" && !pattern.starts_with(char::is_uppercase) {
            let value = value.cloned().unwrap_or_else(|| Value::Unknown(hole(pattern)));
            frame.declare(pattern, value);
        }
        return;
    }
    let inside = pattern.strip_suffix(')').and_then(|rest| rest.split_once('('));
    match inside {
        Some(("", inside)) if depth < DEPTH => bind_tuple(frame, inside, value, depth),
        Some(("Some" | "Ok", inside)) if depth < DEPTH => bind_at(frame, inside, value, depth + 1),
        Some(_) | None => match value {
            Some(Value::Struct(fields)) if depth < DEPTH && names_type(pattern, &fields.path) => {
                bind_fields(frame, pattern, fields, depth);
            }
            Some(_) | None => bind_unknown(frame, pattern),
        },
    }
}

/// `Name { field, other: pattern, .. }` and `Name(first, .., last)`.
fn bind_fields<'a>(frame: &mut Frame<'a>, pattern: &str, fields: &Fields<'a>, depth: u32) {
    let inside = pattern.find(['{', '(']).and_then(|open| pattern.get(open + 1..pattern.len() - 1));
    let inside = inside.unwrap_or_default();
    if pattern.ends_with(')') {
        for (at, part) in placed(inside, fields.fields.len()) {
            bind_at(frame, part, fields.fields.get(&*at.to_string()), depth + 1);
        }
        return;
    }
    for part in split(inside) {
        let named = part.split_once(':').map(|(field, part)| (field.trim(), part));
        let named = named.filter(|(field, part)| is_name(field) && !part.starts_with(':'));
        let (field, part) = named.unwrap_or((bare(part), part));
        bind_at(frame, part, fields.fields.get(field), depth + 1);
    }
}

/// Whether a pattern takes apart a type, or a variant, that is written so.
fn names_type(pattern: &str, path: &str) -> bool {
    let last = |path: &str| path.rsplit("::").next().unwrap_or_default().trim().to_owned();
    let head = pattern.strip_suffix(['}', ')']).and_then(|rest| rest.split(['{', '(']).next());
    head.is_some_and(|head| last(head) == last(path) || [head.trim(), path].contains(&"Self"))
}

fn bind_unknown(frame: &mut Frame<'_>, pattern: &str) {
    for name in words(pattern) {
        frame.declare(name, Value::Unknown(hole(name)));
    }
}

/// What a pattern that only sees through to a name binds of what is not known: it is called after the name, and has the type that it
/// had. `None` for every other pattern.
pub(super) fn named_in<'a>(pattern: &str, of: &Hole) -> Option<Value<'a>> {
    let mut name = bare(pattern);
    while let Some(inside) = name.strip_prefix("Some(").or_else(|| name.strip_prefix("Ok(")) {
        name = bare(inside.strip_suffix(')').unwrap_or(inside));
    }
    is_name(name).then(|| Value::Unknown(Hole { origin: of.origin.clone(), ..hole(name) }.inside()))
}

fn bind_tuple<'a>(frame: &mut Frame<'a>, inside: &str, value: Option<&Value<'a>>, depth: u32) {
    let several = tuples(value);
    let count = several.iter().map(|list| list.values.len()).max().unwrap_or(0);
    let last = split(inside).last().copied();
    for (at, part) in placed(inside, count) {
        if matches!(value, Some(Value::Choice(_))) && !several.is_empty() {
            // Which of them it is decides all of its parts together: one of several is not known by itself.
            let parts =
                several.iter().filter_map(|list| list.values.get(at)).map(|part| (None, part.clone()));
            let part_of_all = Value::choice(parts.collect());
            let known = part_of_all.filter(|value| !matches!(value, Value::Choice(_)));
            bind_at(frame, part, known.as_ref(), depth + 1);
            continue;
        }
        let element = match value {
            Some(Value::List(list)) => list.values.get(at),
            Some(whole) if part == inside.trim() || matches!(whole, Value::Nothing) => Some(whole),
            // Methods with what documents them in front: a tuple of a crate that is spoken for.
            Some(whole @ Value::Router(_)) if Some(part) == last => Some(whole),
            Some(Value::Router(_)) => Some(&Value::Nothing),
            Some(_) | None => None,
        };
        bind_at(frame, part, element, depth + 1);
    }
}

/// The tuples that a value may be.
fn tuples<'v, 'a>(value: Option<&'v Value<'a>>) -> Vec<&'v List<'a>> {
    let tuple = |value: &'v Value<'a>| if let Value::List(list) = value { Some(&**list) } else { None };
    match value {
        Some(Value::Choice(all)) => all.iter().filter_map(|(_, value)| tuple(value)).collect(),
        Some(value) => tuple(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The parts of the pattern of a tuple, each with the place of what it binds among so many: behind `..` counted from the end.
fn placed(inside: &str, count: usize) -> Vec<(usize, &str)> {
    let parts = split(inside);
    let skipped = parts.iter().position(|part| *part == "..").unwrap_or(parts.len());
    let place = |at: usize| if at < skipped { at } else { (count + at).saturating_sub(parts.len()) };
    (0..).zip(&parts).filter(|(at, _)| *at != skipped).map(|(at, part)| (place(at), *part)).collect()
}

fn bare(pattern: &str) -> &str {
    let mut bare = pattern.trim();
    loop {
        let rest = bare.trim_start_matches('&').trim_start();
        let rest = rest.strip_prefix("mut ").or_else(|| rest.strip_prefix("ref ")).unwrap_or(rest);
        if rest == bare {
            return bare;
        }
        bare = rest;
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_alphanumeric() || char == '_')
}

/// Names that a pattern may bind: words that begin in lower case and are no keyword.
fn words(pattern: &str) -> impl Iterator<Item = &str> {
    pattern
        .split(|char: char| !char.is_alphanumeric() && char != '_')
        .filter(|word| word.starts_with(|char: char| char.is_lowercase()))
        .filter(|word| {
            !matches!(*word, "mut" | "ref" | "box" | "crate" | "self" | "super" | "true" | "false")
        })
}

fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_i32);
    for (at, char) in text.char_indices() {
        match char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth <= 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}
