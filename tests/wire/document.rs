//! A type → a smallest document that is a value of it.

use gate::basis::wire::{Format, Object, Presence, Shape, Type, Types, Width};
use serde_json::{Map, Value, json};

/// How deep a document may be.
const DEPTH: u32 = 20;

/// A smallest document; `None` where what is written of it is not known well enough.
pub(crate) fn smallest(types: &Types, r#type: &Type) -> Option<Value> {
    at(types, r#type, 0)
}

fn at(types: &Types, r#type: &Type, depth: u32) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    let (shape, _) = types.follow(r#type);
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
        Shape::List(of) => at(types, of, depth + 1).map_or(json!([]), |value| json!([value, value, value])),
        Shape::Tuple(parts) => {
            Value::Array(parts.iter().map(|part| at(types, part, depth + 1)).collect::<Option<_>>()?)
        }
        Shape::Object(object) => Value::Object(fields(types, object, depth)?),
        Shape::OneOf(one) => one.options.iter().find_map(|option| at(types, &option.r#type, depth + 1))?,
    })
}

/// The fields that must be there.
fn fields(types: &Types, object: &Object, depth: u32) -> Option<Map<String, Value>> {
    let needed = object.fields.iter().filter(|field| field.presence == Presence::Required);
    needed.map(|field| Some((field.name.to_string(), at(types, &field.r#type, depth + 1)?))).collect()
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
            "hex" => "61",
            "human-duration" => "1s",
            "uuid-simple" => "67e5504410b1426f9247bb680e5fe0c8",
            _ => return None,
        },
        Format::Unclear(_) => return None,
    })
}
