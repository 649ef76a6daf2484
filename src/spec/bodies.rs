//! What a spec says about the wire, from TOML: fields, schemas, bodies, responses → [`Shape`]s and [`Payload`]s.
//!
//! Whether the schemas that are named exist is asked where all of them are known.

use std::collections::BTreeSet;

use super::check::found;
use super::design::{At, Declared};
use super::document::{Entry, Node, View};
use super::error::{Complaint, Errors};
use super::wire::{DEEPEST, Field, Media, Payload, Response, Responses, Shape, read_payload, read_type};

/// The fields of an object, or the parameters of a query. `depth` is how many objects it lies in.
pub(super) fn fields(table: View<'_>, depth: usize, errors: &mut Errors) -> Vec<Field> {
    table.entries().into_iter().filter_map(|entry| field(entry, depth, errors)).collect()
}

/// What stands under `[schema.NAME]`.
pub(super) fn schema(entry: Entry<'_>, errors: &mut Errors) -> Option<Shape> {
    if let Some(table) = entry.table() {
        return Some(Shape::Object(fields(table, 0, errors)));
    }
    if let Some(items) = entry.node.items() {
        return strings(entry.node.at, &items, errors).map(Shape::Enum);
    }
    let complaint =
        format!("a schema is a table of fields, or an array of strings, not {}", found(entry.node.value));
    errors.value(entry.node.at, Complaint::new(complaint).help("name the type where it is used"));
    None
}

/// The value of `request`, or of one status of `responses`.
pub(super) fn payload(node: Node<'_>, errors: &mut Errors) -> Option<Declared<Payload>> {
    let value = match (node.text(), node.table()) {
        (Some(text), _) => match read_payload(text.value) {
            Ok(payload) => payload,
            Err(complaint) => {
                errors.value(text.at, complaint);
                return None;
            }
        },
        (_, Some(table)) => {
            let shape = Some(Shape::Object(fields(table, 0, errors)));
            Payload::Body { media: Media::Json, shape, optional: false }
        }
        (None, None) => {
            let complaint = format!("a body is a type, or a table of fields, not {}", found(node.value));
            errors.value(
                node.at,
                Complaint::new(complaint).help("for example `\"Order\"`, `\"form Login\"` or `\"none\"`"),
            );
            return None;
        }
    };
    Some(Declared { value, at: node.at })
}

/// The value of `responses`.
pub(super) fn responses(node: Node<'_>, errors: &mut Errors) -> Option<Responses> {
    let Some(table) = node.table() else {
        return answer(node, errors).map(Responses::Success);
    };
    let found = table.entries().into_iter().filter_map(|entry| response(entry, errors)).collect();
    Some(Responses::ByStatus(found))
}

fn response(entry: Entry<'_>, errors: &mut Errors) -> Option<Response> {
    let payload = answer(entry.node, errors);
    let three_digits = entry.key.len() == 3 && entry.key.bytes().all(|byte| byte.is_ascii_digit());
    match entry.key.parse::<u16>() {
        Ok(value @ 100..=599) if three_digits => {
            Some(Response { status: Declared { value, at: entry.key_at }, payload: payload? })
        }
        _ => {
            let complaint = Complaint::new(format!("`{}` is no status", entry.key.escape_debug()));
            errors.value(entry.key_at, complaint.help(
                "`responses` is a body, or a table from status to body: `{ 200 = { token = \"string\" } }`",
            ));
            None
        }
    }
}

/// The payload of a response, which is there or not, but never optional.
fn answer(node: Node<'_>, errors: &mut Errors) -> Option<Declared<Payload>> {
    let payload = payload(node, errors)?;
    if matches!(payload.value, Payload::Body { optional: true, .. }) {
        let complaint = Complaint::new("a response has a body or has none: `?` has no meaning here");
        errors.value(node.at, complaint.help("`T|null` is a body that may be null"));
    }
    Some(payload)
}

fn field(entry: Entry<'_>, depth: usize, errors: &mut Errors) -> Option<Field> {
    if let (Some(name), Some(text)) = (entry.key.strip_suffix('?'), entry.node.text()) {
        let complaint = Complaint::new("that a field may be absent is said behind its type");
        errors.value(
            entry.key_at,
            complaint.help(format!("write `{name} = {:?}`", format!("{}?", text.value))),
        );
        return None;
    }
    let name = Declared { value: entry.key.to_owned(), at: entry.key_at };
    let node = entry.node;
    let (optional, shape) = match (node.text(), node.items(), node.table()) {
        (Some(text), _, _) => match read_type(text.value) {
            Ok(read) => read,
            Err(complaint) => {
                errors.value(text.at, complaint);
                return None;
            }
        },
        (_, Some(items), _) => (false, Shape::Enum(strings(node.at, &items, errors)?)),
        (_, _, Some(_)) if depth >= DEEPEST => {
            errors.value(
                entry.key_at,
                Complaint::new(format!("objects lie more than {DEEPEST} deep")).help("name a schema"),
            );
            return None;
        }
        (_, _, Some(table)) => (false, Shape::Object(fields(table, depth + 1, errors))),
        (None, None, None) => {
            let complaint = format!("`{}` takes a type, not {}", entry.key.escape_debug(), found(node.value));
            let help = "a type is a text such as `\"string\"`, an array of strings, or a table of fields";
            errors.value(node.at, Complaint::new(complaint).help(help));
            return None;
        }
    };
    Some(Field { name, optional, shape, at: node.at })
}

/// The values of an enum.
fn strings(at: At, items: &[Node<'_>], errors: &mut Errors) -> Option<Vec<String>> {
    if items.is_empty() {
        errors.value(at, Complaint::new("an enum without values allows nothing"));
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut values = Vec::new();
    for item in items {
        match item.text() {
            Some(text) if !seen.insert(text.value) => {
                errors.value(text.at, Complaint::new(format!("`{}` stands twice in the enum", text.value)));
            }
            Some(text) => values.push(text.value.to_owned()),
            None => {
                let complaint =
                    Complaint::new(format!("an enum is of strings, and this is {}", found(item.value)));
                errors.value(item.at, complaint.help("a list is written `\"Line[]\"`"));
            }
        }
    }
    Some(values)
}
