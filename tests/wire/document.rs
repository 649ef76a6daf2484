//! A type → a smallest document that is a value of it.

use std::collections::BTreeMap;

use gate::basis::wire::{Field, Format, Object, Presence, Shape, Type, Types, Width};
use serde_json::{Map, Value, json};

/// How deep a document may be.
const DEPTH: u32 = 20;
/// How deep lists have something in them.
const LISTS: u32 = 3;

/// What documents are made from: types, and what stood in fields of values that serde wrote, for where gate says nothing.
pub(crate) struct Book<'t> {
    pub(crate) types: &'t Types,
    seen: BTreeMap<String, Value>,
}

impl<'t> Book<'t> {
    pub(crate) fn new<'v>(types: &'t Types, samples: impl Iterator<Item = &'v Value>) -> Self {
        let mut seen = BTreeMap::new();
        let mut open: Vec<&Value> = samples.collect();
        while let Some(value) = open.pop() {
            match value {
                Value::Object(fields) => {
                    open.extend(fields.values());
                    let told = fields.iter().filter(|(_, value)| !value.is_null());
                    seen.extend(told.map(|(name, value)| (name.clone(), value.clone())));
                }
                Value::Array(list) => open.extend(list),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        Self { types, seen }
    }

    /// A smallest document; `None` where what is written of it is not known well enough.
    pub(crate) fn smallest(&self, r#type: &Type) -> Option<Value> {
        at(self, r#type, 0)
    }

    /// A smallest value of a field.
    pub(crate) fn of(&self, field: &Field) -> Option<Value> {
        held(self, field, 0)
    }
}

fn held(book: &Book<'_>, field: &Field, depth: u32) -> Option<Value> {
    at(book, &field.r#type, depth).or_else(|| book.seen.get(&*field.name).cloned())
}

fn at(book: &Book<'_>, r#type: &Type, depth: u32) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    let (shape, _) = book.types.follow(r#type);
    Some(match shape {
        Shape::Any => json!({}),
        Shape::Unknown(_) | Shape::Named(_) => return None,
        Shape::Null => Value::Null,
        Shape::Bool => json!(true),
        Shape::Int(Some(Width { signed: true, .. })) => json!(-1),
        Shape::Int(_) | Shape::Number => json!(1),
        Shape::Text(format) => json!(text(format)?),
        Shape::Enum(choices) if choices.numbers => choices
            .values
            .first()
            .and_then(|choice| choice.value.parse::<i64>().ok())
            .map(|value| json!(value))?,
        Shape::Enum(choices) => json!(choices.values.first()?.value),
        // Three, for the arrays under test have three; deeper down none, for a tree of lists has no end.
        Shape::List(_) if depth > LISTS => json!([]),
        Shape::List(of) => at(book, of, depth + 1).map_or(json!([]), |value| json!([value, value, value])),
        Shape::Tuple(parts) => {
            Value::Array(parts.iter().map(|part| at(book, part, depth + 1)).collect::<Option<_>>()?)
        }
        Shape::Object(object) => Value::Object(fields(book, object, depth)?),
        Shape::OneOf(one) => one.options.iter().find_map(|option| at(book, &option.r#type, depth + 1))?,
    })
}

/// The fields that must be there, and those of which it is not known.
fn fields(book: &Book<'_>, object: &Object, depth: u32) -> Option<Map<String, Value>> {
    let is_given = |field: &&Field| matches!(field.presence, Presence::Required | Presence::Unclear);
    let needed = object.fields.iter().filter(is_given);
    needed.map(|field| Some((field.name.to_string(), held(book, field, depth + 1)?))).collect()
}

fn text(format: &Format) -> Option<&str> {
    Some(match format {
        Format::Plain => "1",
        Format::DateTime => "2026-01-02T03:04:05Z",
        Format::Date => "2026-01-02",
        Format::Time => "03:04:05",
        Format::Uuid => "67e55044-10b1-426f-9247-bb680e5fe0c8",
        Format::Bytes => "YQ==",
        Format::Other(name) => match &**name {
            "uri" => "https://example.org/",
            "ip" | "ipv4" => "127.0.0.1",
            "ipv6" => "::1",
            "socket-address" => "127.0.0.1:80",
            "weekday" => "Mon",
            "hex" => "61",
            "human-duration" => "1s",
            "uuid-simple" => "67e5504410b1426f9247bb680e5fe0c8",
            _ => return None,
        },
        Format::Unclear(_) => return None,
    })
}
