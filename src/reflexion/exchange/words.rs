//! A type in a few words.

use crate::basis::wire::{Format, Object, OneOf, Rest, Shape, Type, Types};

/// How many words a description has at most.
const PARTS: usize = 4;

/// What a value of the type is, in the words of a spec: `int`, `Order[]`, `"open" or "paid"`.
pub(super) fn describe(types: &Types, r#type: &Type) -> String {
    let text = shape(types, &r#type.shape, 0);
    if r#type.nullable { format!("{text}|null") } else { text }
}

fn shape(types: &Types, shape: &Shape, depth: usize) -> String {
    let inner = |r#type: &Type| match depth {
        0..PARTS => {
            let text = self::shape(types, &r#type.shape, depth + 1);
            if r#type.nullable { format!("{text}|null") } else { text }
        }
        _ => "…".to_owned(),
    };
    match shape {
        Shape::Any => "any".to_owned(),
        Shape::Unknown(_) => "unknown".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Bool => "bool".to_owned(),
        Shape::Int(_) => "int".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Text(format) => text(format).to_owned(),
        Shape::Enum(choices) => {
            let quote = |value: &str| if choices.numbers { value.to_owned() } else { format!("\"{value}\"") };
            let values: Vec<String> =
                choices.values.iter().take(PARTS).map(|choice| quote(&choice.value)).collect();
            let more = if choices.values.len() > PARTS { ", …" } else { "" };
            format!("one of {}{more}", values.join(", "))
        }
        Shape::List(of) => format!("{}[]", inner(of)),
        Shape::Tuple(of) => {
            let of: Vec<String> = of.iter().take(PARTS).map(inner).collect();
            format!("({})", of.join(", "))
        }
        Shape::Object(Object { fields, rest: Rest::Of(of) }) if fields.is_empty() => {
            format!("map<{}>", inner(of))
        }
        Shape::Object(_) => "object".to_owned(),
        Shape::OneOf(OneOf { options, .. }) => {
            let options: Vec<String> =
                options.iter().take(PARTS).map(|option| inner(&option.r#type)).collect();
            options.join(" or ")
        }
        Shape::Named(id) => match types.named.get(id.0 as usize) {
            Some(named) => named.name.rsplit("::").next().unwrap_or(&named.name).to_owned(),
            None => "any".to_owned(),
        },
    }
}

fn text(format: &Format) -> &str {
    match format {
        Format::Plain => "string",
        Format::DateTime => "datetime",
        Format::Date => "date",
        Format::Time => "time",
        Format::Uuid => "uuid",
        Format::Bytes => "bytes",
        Format::Other(name) => name,
        Format::Unclear(what) => what,
    }
}
