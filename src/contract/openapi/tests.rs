//! Documents and what they are read as, written out in one line for each operation.

use std::collections::BTreeMap;

use super::*;
use crate::basis::wire::{Body, Format, Presence, Rest, Shape, Status, Type};
use crate::contract::Operation;

mod hostile;
mod operations;
mod schemas;

/// The document of these files, the first of which is asked for.
fn read_files(files: &[(&str, &str)]) -> Result<Document, Unreadable> {
    let texts: BTreeMap<RepoPath, Arc<str>> =
        files.iter().map(|(path, text)| (RepoPath::from(*path), Arc::from(*text))).collect();
    read(&|path| texts.get(path).cloned(), &RepoPath::from(files[0].0))
}

/// A type in one line: `{id: uuid, note?: text|null}`.
fn show(types: &Types, r#type: &Type) -> String {
    shown(types, r#type, 0)
}

fn shown(types: &Types, r#type: &Type, depth: usize) -> String {
    if depth > 6 {
        return "…".to_owned();
    }
    let inner = |r#type: &Type| shown(types, r#type, depth + 1);
    let text = match &r#type.shape {
        Shape::Any => "any".to_owned(),
        Shape::Unknown(reason) => format!("unknown ({reason})"),
        Shape::Null => "null".to_owned(),
        Shape::Bool => "bool".to_owned(),
        Shape::Int(None) => "int".to_owned(),
        Shape::Int(Some(width)) => format!("{}{}", if width.signed { "i" } else { "u" }, width.bits),
        Shape::Number => "number".to_owned(),
        Shape::Text(Format::Plain) => "text".to_owned(),
        Shape::Text(Format::Other(name)) => format!("text:{name}"),
        Shape::Text(format) => format!("{format:?}").to_lowercase(),
        Shape::Enum(choices) => {
            let values: Vec<&str> = choices.values.iter().map(|choice| &*choice.value).collect();
            format!(
                "{}{}{}",
                if choices.numbers { "#" } else { "'" },
                values.join("/"),
                if choices.open { "/…" } else { "" }
            )
        }
        Shape::List(item) => format!("[{}]", inner(item)),
        Shape::Tuple(items) => format!("({})", items.iter().map(inner).collect::<Vec<_>>().join(", ")),
        Shape::Object(object) => {
            let fields = object.fields.iter().map(|field| {
                let may = if field.presence == Presence::Optional { "?" } else { "" };
                let marks = [
                    (field.marks.read_only, " ro"),
                    (field.marks.write_only, " wo"),
                    (field.marks.deprecated, " old"),
                ];
                let marks: String = marks.iter().filter(|(on, _)| *on).map(|(_, text)| *text).collect();
                format!("{}{may}: {}{marks}", field.name, inner(&field.r#type))
            });
            let mut parts: Vec<String> = fields.collect();
            match &object.rest {
                Rest::Ignored => {}
                Rest::Refused => parts.push("!".to_owned()),
                Rest::Of(rest) => parts.push(format!("*: {}", inner(rest))),
            }
            format!("{{{}}}", parts.join(", "))
        }
        Shape::OneOf(union) => {
            let options = union.options.iter().map(|option| {
                let name = option.name.as_ref().map(|name| format!("{name}=")).unwrap_or_default();
                format!("{name}{}", inner(&option.r#type))
            });
            let tag = union.tag.as_ref().map(|tag| format!("{tag}: ")).unwrap_or_default();
            format!("<{tag}{}>", options.collect::<Vec<_>>().join(" | "))
        }
        Shape::Named(id) => types.named[id.0 as usize].name.to_string(),
    };
    format!("{text}{}", if r#type.nullable { "|null" } else { "" })
}

fn show_body(types: &Types, body: &Body) -> String {
    match body {
        Body::Unsaid => "unsaid".to_owned(),
        Body::Unknown(reason) => format!("unknown ({reason})"),
        Body::Empty => "-".to_owned(),
        Body::Content { presence, contents } => {
            let content = contents.iter().map(|content| {
                let r#type = content.r#type.as_ref().map_or("?".to_owned(), |r#type| show(types, r#type));
                let media = content.media.strip_prefix("application/").unwrap_or(&content.media);
                if media == "json" { r#type } else { format!("{media} {type}") }
            });
            let may = if *presence == Presence::Optional { "?" } else { "" };
            format!("{}{may}", content.collect::<Vec<_>>().join(" or "))
        }
    }
}

fn show_operation(types: &Types, operation: &Operation) -> String {
    let mut text = format!("{} {}", operation.method, operation.path);
    for parameter in &operation.exchange.parameters {
        let may = if parameter.presence == Presence::Optional { "?" } else { "" };
        let place = format!("{:?}", parameter.location).to_lowercase();
        text += &format!(" {place}.{}{may}={}", parameter.name, show(types, &parameter.r#type));
    }
    if operation.exchange.request != Body::Empty {
        text += &format!(" < {}", show_body(types, &operation.exchange.request));
    }
    for response in &operation.exchange.responses {
        let status = match response.status {
            Status::Code(code) => code.to_string(),
            Status::Class(class) => format!("{class}XX"),
            Status::Default => "default".to_owned(),
        };
        text += &format!(" > {status} {}", show_body(types, &response.body));
    }
    match &operation.security {
        Security::Unsaid => {}
        Security::Open => text += " open",
        Security::OneOf(alternatives) => {
            let each = |schemes: &Vec<(Box<str>, Vec<Box<str>>)>| {
                let scheme = |(name, scopes): &(Box<str>, Vec<Box<str>>)| {
                    if scopes.is_empty() { name.to_string() } else { format!("{name}({})", scopes.join(" ")) }
                };
                schemes.iter().map(scheme).collect::<Vec<_>>().join("+")
            };
            text += &format!(" by {}", alternatives.iter().map(each).collect::<Vec<_>>().join("/"));
        }
    }
    text + if operation.deprecated { " old" } else { "" }
}

fn unhandled(document: &Document) -> String {
    document.unhandled.iter().map(|unhandled| &*unhandled.key).collect::<Vec<_>>().join(" ")
}
