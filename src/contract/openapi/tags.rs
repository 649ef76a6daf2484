//! Which field tells the alternatives of a union apart, where the document does not say so with a discriminator.
//!
//! Documents that are made from code say each alternative as an object in which one field has one constant.

use crate::basis::wire::{Alternative, Body, Content, Object, OneOf, Presence, Rest, Shape, Type, Types};
use crate::contract::document::Document;

/// Finds the tags of all unions that have none.
pub(super) fn find(document: &mut Document) {
    // What a name means is looked up while unions are changed, and neither touches what the other needs.
    let types = document.types.clone();
    let named = document.types.named.iter_mut().map(|named| &mut named.r#type);
    let exchanges = document.operations.iter_mut().map(|operation| &mut operation.exchange);
    let mut open: Vec<&mut Type> = named.collect();
    for exchange in exchanges {
        open.extend(exchange.parameters.iter_mut().map(|parameter| &mut parameter.r#type));
        let bodies = exchange.responses.iter_mut().map(|response| &mut response.body);
        open.extend(bodies.chain([&mut exchange.request]).flat_map(types_of));
    }
    open.extend(document.webhooks.iter_mut().flat_map(|webhook| types_of(&mut webhook.request)));
    while let Some(r#type) = open.pop() {
        let conditions = r#type.beside.iter_mut().flat_map(|beside| &mut beside.conditions);
        open.extend(conditions.flat_map(|condition| &mut condition.types));
        match &mut r#type.shape {
            Shape::List(item) => open.push(item),
            Shape::Tuple(items) => open.extend(items),
            Shape::Object(object) => {
                open.extend(object.fields.iter_mut().map(|field| &mut field.r#type));
                if let Rest::Of(rest) = &mut object.rest {
                    open.push(rest);
                }
            }
            Shape::OneOf(union) => {
                tagged(union, &types);
                open.extend(union.options.iter_mut().map(|option| &mut option.r#type));
            }
            Shape::Any
            | Shape::Unknown(_)
            | Shape::Null
            | Shape::Bool
            | Shape::Int(_)
            | Shape::Number
            | Shape::Text(_)
            | Shape::Enum(_)
            | Shape::Named(_) => {}
        }
    }
}

fn types_of(body: &mut Body) -> impl Iterator<Item = &mut Type> {
    let contents: &mut [Content] = match body {
        Body::Content { contents, .. } => contents,
        Body::Unsaid | Body::Unknown(_) | Body::Empty => &mut [],
    };
    contents.iter_mut().filter_map(|content| content.r#type.as_mut())
}

/// Unions of more alternatives, and objects of more fields, are not searched.
const SEARCHED: usize = 200;

/// Gives a union its tag, and its alternatives the texts that they go by.
fn tagged(union: &mut OneOf, types: &Types) {
    let Some(first) = union.options.first().and_then(|option| object(option, types)) else { return };
    if union.options.len() > SEARCHED {
        return;
    }
    let own = union.tag.clone();
    let constants = first.fields.iter().filter(|field| {
        own.as_ref().is_none_or(|tag| *tag == field.name) && constant(first, &field.name, types).is_some()
    });
    let candidates: Vec<Box<str>> = constants.take(8).map(|field| field.name.clone()).collect();
    for tag in candidates {
        let texts: Option<Vec<Box<str>>> =
            union.options.iter().map(|option| constant(object(option, types)?, &tag, types)).collect();
        let Some(texts) = texts else { continue };
        let distinct = (1..texts.len()).all(|at| !texts[..at].contains(&texts[at]));
        if distinct && texts.len() > 1 {
            for (option, text) in union.options.iter_mut().zip(texts) {
                option.name = Some(text);
            }
            union.tag = Some(tag);
            return;
        }
    }
}

fn object<'t>(option: &'t Alternative, types: &'t Types) -> Option<&'t Object> {
    match types.follow(&option.r#type) {
        (Shape::Object(object), false) if object.fields.len() <= SEARCHED => Some(object),
        _ => None,
    }
}

/// The only text that a field which is always there can hold.
fn constant(object: &Object, name: &str, types: &Types) -> Option<Box<str>> {
    let field = object.fields.iter().find(|field| &*field.name == name)?;
    match (types.follow(&field.r#type), field.presence) {
        ((Shape::Enum(choices), false), Presence::Required) => match choices.values.as_slice() {
            [only] if !choices.numbers && !choices.open => Some(only.value.clone()),
            _ => None,
        },
        _ => None,
    }
}
