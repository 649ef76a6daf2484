//! A document and a type → why the document is no value of the type.

use chrono::{DateTime, NaiveDate, NaiveTime};
use gate::basis::wire::{Choices, Format, Object, Presence, Rest, Shape, Type, Types};
use serde_json::{Map, Value};

/// Whether `value` is one that `type` says is written.
pub(crate) fn conforms(types: &Types, r#type: &Type, value: &Value) -> Result<(), String> {
    let (shape, nullable) = types.follow(r#type);
    if value.is_null() && nullable {
        return Ok(());
    }
    let fits = match shape {
        Shape::Any | Shape::Unknown(_) => true,
        Shape::Null => value.is_null(),
        Shape::Bool => value.is_boolean(),
        Shape::Int(_) => value.is_i64() || value.is_u64(),
        Shape::Number => value.is_number(),
        Shape::Text(Format::Unclear(_)) => true,
        Shape::Text(format) => value.as_str().is_some_and(|text| is_of(format, text)),
        Shape::Enum(choices) => is_choice(choices, value),
        Shape::List(of) => {
            let list = value.as_array().ok_or(format!("{value} is no list"))?;
            return list.iter().try_for_each(|value| conforms(types, of, value));
        }
        Shape::Tuple(parts) => {
            let list = value.as_array().filter(|list| list.len() == parts.len());
            let list = list.ok_or(format!("{value} is no list of {}", parts.len()))?;
            return parts.iter().zip(list).try_for_each(|(part, value)| conforms(types, part, value));
        }
        Shape::Object(object) => {
            let fields = value.as_object().ok_or(format!("{value} is no object"))?;
            return holds(types, object, fields);
        }
        Shape::OneOf(one) => {
            let tried: Vec<_> =
                one.options.iter().map(|option| conforms(types, &option.r#type, value)).collect();
            if tried.iter().any(Result::is_ok) {
                return Ok(());
            }
            let why: Vec<String> = tried.into_iter().filter_map(Result::err).collect();
            return Err(format!("none of {} fits {value}: {}", one.options.len(), why.join("; ")));
        }
        Shape::Named(id) => return Err(format!("{id:?} ends nowhere")),
    };
    if fits { Ok(()) } else { Err(format!("{value} is no {shape:?}")) }
}

fn is_of(format: &Format, text: &str) -> bool {
    match format {
        Format::Plain | Format::Bytes | Format::Other(_) | Format::Unclear(_) => true,
        Format::DateTime => DateTime::parse_from_rfc3339(text).is_ok(),
        Format::Date => text.parse::<NaiveDate>().is_ok(),
        Format::Time => text.parse::<NaiveTime>().is_ok(),
        Format::Uuid => uuid::Uuid::parse_str(text).is_ok(),
    }
}

fn is_choice(choices: &Choices, value: &Value) -> bool {
    let text = match choices.numbers {
        true => value.as_number().map(ToString::to_string),
        false => value.as_str().map(str::to_owned),
    };
    choices.values.iter().any(|choice| Some(&*choice.value) == text.as_deref())
}

fn holds(types: &Types, object: &Object, fields: &Map<String, Value>) -> Result<(), String> {
    for field in &object.fields {
        match fields.get(&*field.name) {
            Some(value) => conforms(types, &field.r#type, value)
                .map_err(|why| format!("{} of {fields:?}: {why}", field.name))?,
            None if field.presence == Presence::Required => {
                return Err(format!("`{}` is not in {fields:?}", field.name));
            }
            None => {}
        }
    }
    for (name, value) in fields {
        if object.fields.iter().any(|field| *field.name == **name) {
            continue;
        }
        match &object.rest {
            Rest::Of(of) => conforms(types, of, value)?,
            Rest::Ignored | Rest::Refused => return Err(format!("`{name}` is not declared")),
        }
    }
    Ok(())
}
