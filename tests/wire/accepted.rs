//! What gate says is accepted → documents, and what reading each of them has to say.

use gate::basis::wire::{Choices, Field, Format, Object, OneOf, Presence, Rest, Shape, Type, Width};
use serde_json::{Map, Value, json};

use crate::document::Book;

type Read = fn(&Value) -> Result<(), String>;
type Tell<'t> = &'t mut dyn FnMut(String);
/// What documents are made from, and how many objects inside each other are still looked into.
type Known<'t> = (&'t Book<'t>, u32);

/// How many objects inside each other are looked into.
const DEPTH: u32 = 2;
/// A name that no type has.
const STRANGER: &str = "zz_stranger";

/// Reads documents that have to be read and documents that have to be refused.
pub(crate) fn check(book: &Book<'_>, r#type: &Type, read: Read, tell: Tell<'_>) {
    if let Some(document) = book.smallest(r#type) {
        expect(read, &document, true, "the smallest document", tell);
    }
    value((book, DEPTH), r#type, &mut |value| read(&value), &mut |message| tell(message));
}

fn expect(read: Read, document: &Value, wanted: bool, why: &str, tell: Tell<'_>) {
    expect_in(&mut |value| read(&value), document.clone(), wanted, why, tell);
}

fn expect_in(
    read: &mut dyn FnMut(Value) -> Result<(), String>,
    document: Value,
    wanted: bool,
    why: &str,
    tell: Tell<'_>,
) {
    let shown = document.to_string();
    let answer = read(document);
    if answer.is_ok() != wanted {
        let should = if wanted { "has to be read" } else { "has to be refused" };
        tell(format!("{shown} {should} ({why}): {answer:?}"));
    }
}

/// Holds a type against what is read where a value of it stands; `read` puts a value there.
fn value(
    (book, depth): Known<'_>,
    r#type: &Type,
    read: &mut dyn FnMut(Value) -> Result<(), String>,
    tell: Tell<'_>,
) {
    let (shape, nullable) = book.types.follow(r#type);
    if is_clear(shape) {
        let takes_null = nullable || *shape == Shape::Null || *shape == Shape::Any;
        expect_in(read, Value::Null, takes_null, "null", tell);
    }
    match shape {
        Shape::Object(object) if depth > 0 => fields((book, depth - 1), object, None, read, tell),
        Shape::OneOf(one) if depth > 0 => options((book, depth - 1), one, read, tell),
        Shape::Enum(choices) => constants(choices, read, tell),
        Shape::List(of) => {
            expect_in(read, json!("no list"), false, "a text for a list", tell);
            wrong(book, of, &mut |value| read(json!([value, value, value])), tell);
        }
        Shape::Tuple(parts) => {
            let whole: Option<Vec<Value>> = parts.iter().map(|part| book.smallest(part)).collect();
            if let Some(whole) = whole {
                let mut longer = whole.clone();
                longer.push(json!(1));
                expect_in(read, Value::Array(longer), false, "a list that is too long", tell);
                if !whole.is_empty() {
                    expect_in(read, json!(whole[1..]), false, "a list that is too short", tell);
                }
            }
        }
        Shape::Any
        | Shape::Unknown(_)
        | Shape::Null
        | Shape::Bool
        | Shape::Int(_)
        | Shape::Number
        | Shape::Text(_)
        | Shape::Object(_)
        | Shape::OneOf(_)
        | Shape::Named(_) => wrong(book, r#type, read, tell),
    }
}

/// Whether enough is known of a shape to refuse something.
fn is_clear(shape: &Shape) -> bool {
    !matches!(shape, Shape::Unknown(_) | Shape::Text(Format::Unclear(_)) | Shape::OneOf(_))
}

/// What is no value of a type.
fn wrong(book: &Book<'_>, r#type: &Type, read: &mut dyn FnMut(Value) -> Result<(), String>, tell: Tell<'_>) {
    let (shape, _) = book.types.follow(r#type);
    let documents = match shape {
        Shape::Bool => vec![json!("true"), json!(1)],
        Shape::Int(Some(Width { bits, signed })) => {
            let mut documents = vec![json!("1"), json!(1.5), json!({})];
            if *bits < 64 {
                documents.push(json!(if *signed { 1_i64 << (bits - 1) } else { 1_i64 << bits }));
            }
            if !signed {
                documents.push(json!(-1));
            }
            documents
        }
        Shape::Int(None) | Shape::Number => vec![json!("1"), json!({})],
        Shape::Text(Format::Unclear(_)) => Vec::new(),
        Shape::Text(Format::Plain | Format::Bytes | Format::Other(_)) => vec![json!(true), json!({})],
        Shape::Text(Format::DateTime | Format::Date | Format::Time | Format::Uuid) => {
            vec![json!(true), json!({}), json!("no format")]
        }
        Shape::Null => vec![json!(1), json!("a")],
        Shape::Object(_) | Shape::List(_) => vec![json!("a"), json!(1)],
        Shape::Tuple(_) => vec![json!("a"), json!({})],
        Shape::Enum(choices) if choices.open => Vec::new(),
        Shape::Enum(_) => vec![json!("no constant"), json!(true)],
        Shape::OneOf(_) | Shape::Any | Shape::Unknown(_) | Shape::Named(_) => Vec::new(),
    };
    for document in documents {
        expect_in(read, document, false, "another type", tell);
    }
}

fn constants(choices: &Choices, read: &mut dyn FnMut(Value) -> Result<(), String>, tell: Tell<'_>) {
    for choice in &choices.values {
        let written = |text: &str| match text.parse::<i64>() {
            Ok(number) if choices.numbers => json!(number),
            Ok(_) | Err(_) => json!(text),
        };
        for text in std::iter::once(&choice.value).chain(&choice.aliases) {
            expect_in(read, written(text), true, "a constant", tell);
        }
    }
    let stranger = if choices.numbers { json!(99) } else { json!(STRANGER) };
    expect_in(read, stranger, choices.open, "another constant", tell);
}

/// The alternatives. Of those without a tag a document that is none of one may be another, so that only whole ones are read.
fn options(
    (book, depth): Known<'_>,
    one: &OneOf,
    read: &mut dyn FnMut(Value) -> Result<(), String>,
    tell: Tell<'_>,
) {
    for option in &one.options {
        let (shape, _) = book.types.follow(&option.r#type);
        if let Some(document) = book.smallest(&option.r#type) {
            expect_in(read, document, true, "an alternative", tell);
        }
        match (shape, &one.tag) {
            (Shape::Object(object), Some(tag)) => fields((book, depth), object, Some(tag), read, tell),
            (Shape::Object(object), None) if object.rest == Rest::Refused && object.fields.len() == 1 => {
                fields((book, depth), object, None, read, tell);
            }
            (Shape::Enum(choices), None) if choices.values.len() == 1 => {
                for text in &choices.values[0].aliases {
                    expect_in(read, json!(text), true, "another name of a variant", tell);
                }
            }
            _ => {}
        }
    }
}

/// The fields of an object; the one called `tag` says which alternative it is.
fn fields(
    (book, depth): Known<'_>,
    object: &Object,
    tag: Option<&str>,
    read: &mut dyn FnMut(Value) -> Result<(), String>,
    tell: Tell<'_>,
) {
    // What may or may not be left out is given.
    let is_given = |field: &&Field| matches!(field.presence, Presence::Required | Presence::Unclear);
    let needed = object.fields.iter().filter(is_given);
    let whole: Option<Map<String, Value>> =
        needed.map(|field| Some((field.name.to_string(), book.of(field)?))).collect();
    let Some(whole) = whole else { return };
    for at in &object.fields {
        field((book, depth), (at, &whole), tag, read, tell);
    }
    let mut more = whole;
    let (stranger, wanted) = match &object.rest {
        Rest::Ignored => (json!(1), true),
        Rest::Refused => (json!(1), false),
        Rest::Of(of) => match book.smallest(of) {
            Some(value) => (value, true),
            None => return,
        },
    };
    // Keys of maps may be numbers.
    let name = if matches!(object.rest, Rest::Of(_)) { "7" } else { STRANGER };
    more.insert(name.to_owned(), stranger);
    expect_in(read, Value::Object(more), wanted, "another field", tell);
}

fn field(
    (book, depth): Known<'_>,
    (field, whole): (&Field, &Map<String, Value>),
    tag: Option<&str>,
    read: &mut dyn FnMut(Value) -> Result<(), String>,
    tell: Tell<'_>,
) {
    let without = |name: &str| {
        let mut fields = whole.clone();
        fields.remove(name);
        fields
    };
    let mut with = |name: &str, value: Value| {
        let mut fields = without(&field.name);
        fields.insert(name.to_owned(), value);
        read(Value::Object(fields))
    };
    let Some(smallest) = book.of(field) else { return };
    for name in std::iter::once(&field.name).chain(&field.aliases) {
        let named = |value| with(name, value);
        expect_in(&mut { named }, smallest.clone(), true, &format!("as `{name}`"), tell);
    }
    if tag != Some(&*field.name) && field.presence != Presence::Unclear {
        value((book, depth), &field.r#type, &mut |value| with(&field.name, value), &mut |message| {
            tell(format!("`{}`: {message}", field.name));
        });
    }
    let missing = Value::Object(without(&field.name));
    match field.presence {
        Presence::Required => {
            expect_in(read, missing, false, &format!("without `{}`", field.name), tell);
        }
        Presence::Optional => {
            expect_in(read, missing, true, &format!("without `{}`", field.name), tell);
        }
        Presence::Perhaps | Presence::Unclear => {}
    }
}
