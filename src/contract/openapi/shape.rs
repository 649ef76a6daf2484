//! What schemas say together → the shape of a value.

use super::Reader;
use super::facets::{Facets, Kind, Property};
use super::files::At;
use super::schema::Part;
use crate::basis::wire::{
    Alternative, Choice, Choices, Field, Format, Marks, Object, OneOf, Presence, Rest, Shape, Type, Width,
};
use crate::contract::text::{Value, number};

impl<'d> Reader<'d> {
    /// The type that the parts describe, given what they say together.
    pub(super) fn typed(&mut self, parts: &[Part<'d>], facets: Facets<'d>) -> Type {
        if let Some((part, key)) = facets.alternatives {
            return self.union(parts, (part, key), &facets);
        }
        let (at, null) = (facets.at, facets.null);
        let mut shapes = self.shapes(facets);
        let shape = match (shapes.len(), null) {
            (0, true) => return Type::new(Shape::Null, at),
            (0, false) => Shape::Any,
            (1, _) => shapes.remove(0),
            _ => {
                let options =
                    shapes.into_iter().map(|shape| Alternative { name: None, r#type: Type::new(shape, at) });
                Shape::OneOf(OneOf { options: options.collect(), tag: None })
            }
        };
        Type { nullable: null, ..Type::new(shape, at) }
    }

    /// One shape for each kind of value that is allowed.
    fn shapes(&mut self, facets: Facets<'d>) -> Vec<Shape> {
        if let Some(constants) = &facets.constants {
            return self.enums(constants, &facets);
        }
        let mut kinds = match &facets.kinds {
            Some(kinds) => kinds.clone(),
            None if facets.object => vec![Kind::Object],
            None if facets.items.is_some() || facets.tuple.is_some() => vec![Kind::List],
            None => {
                return match facets.odd {
                    Some((name, _)) => {
                        vec![Shape::Unknown(format!("`{name}` is no type of JSON Schema").into())]
                    }
                    None => vec![Shape::Any],
                };
            }
        };
        if kinds.contains(&Kind::Number) {
            kinds.retain(|kind| *kind != Kind::Whole);
        }
        let mut shapes = Vec::new();
        for kind in kinds {
            shapes.push(match kind {
                Kind::Text => Shape::Text(text_format(&facets)),
                Kind::Whole => Shape::Int(facets.format.and_then(width)),
                Kind::Number => Shape::Number,
                Kind::Bool => Shape::Bool,
                Kind::List => self.list(&facets),
                Kind::Object => Shape::Object(self.object(&facets)),
            });
        }
        shapes
    }

    pub(super) fn list(&mut self, facets: &Facets<'d>) -> Shape {
        if let Some(tuple) = facets.tuple {
            return Shape::Tuple(tuple.items().map(|item| self.schema(item)).collect());
        }
        Shape::List(Box::new(match &facets.items {
            Some(parts) => self.together(parts),
            None => Type::new(Shape::Any, facets.at),
        }))
    }

    pub(super) fn object(&mut self, facets: &Facets<'d>) -> Object {
        let mut fields: Vec<Field> =
            facets.properties.iter().map(|property| self.field(property, facets)).collect();
        // What must be there and is not described may hold anything.
        let others = facets.required.iter().filter(|(name, _)| !facets.describes(name));
        let others = others.map(|(name, at)| Field {
            name: (*name).into(),
            aliases: Vec::new(),
            r#type: Type::new(Shape::Any, *at),
            presence: Presence::Required,
            at: *at,
            marks: Marks::default(),
        });
        fields.extend(others);
        let rest = match &facets.rest {
            _ if facets.refused => Rest::Refused,
            None => Rest::Ignored,
            Some(parts) if parts.is_empty() => Rest::Of(Box::new(Type::new(Shape::Any, facets.at))),
            Some(parts) => Rest::Of(Box::new(self.together(parts))),
        };
        Object { fields, rest }
    }

    fn field(&mut self, property: &Property<'d>, facets: &Facets<'d>) -> Field {
        let required = facets.required.contains_key(property.name);
        Field {
            name: property.name.into(),
            aliases: Vec::new(),
            r#type: self.together(&property.parts),
            presence: if required { Presence::Required } else { Presence::Optional },
            at: property.at,
            marks: self.marks(&property.parts),
        }
    }

    /// Constants, texts and numbers apart.
    fn enums(&mut self, constants: &[At<'d>], facets: &Facets<'d>) -> Vec<Shape> {
        let kinds = facets.kinds.as_deref();
        let may = |kind: Kind| kinds.is_none_or(|kinds| kinds.contains(&kind));
        let (mut texts, mut numbers, mut bools) = (Vec::new(), Vec::new(), 0);
        for constant in constants {
            let at = constant.spot(constant.node.span);
            let choice = |value: Box<str>| Choice { value, aliases: Vec::new(), at };
            match &constant.node.value {
                Value::Text(text) if may(Kind::Text) => texts.push(choice(text.clone())),
                Value::Number(digits) if may(Kind::Whole) || may(Kind::Number) => {
                    numbers.push(choice(number(digits)));
                }
                // Authors of YAML leave quotes out.
                Value::Number(digits) if may(Kind::Text) => texts.push(choice(digits.clone())),
                Value::Bool(value) if may(Kind::Bool) => bools += if *value { 1 } else { 2 },
                Value::Bool(value) if may(Kind::Text) => texts.push(choice(value.to_string().into())),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Text(_)
                | Value::List(_)
                | Value::Map(_) => {
                    self.leave("enum", at);
                }
            }
        }
        if bools == 1 || bools == 2 {
            self.leave("enum", facets.at);
        }
        let mut shapes = Vec::new();
        for (values, numbers) in [(texts, false), (numbers, true)] {
            if !values.is_empty() {
                shapes.push(Shape::Enum(Choices { values, numbers, open: facets.open }));
            }
        }
        shapes.extend((bools > 0).then_some(Shape::Bool));
        if shapes.is_empty() && !constants.is_empty() {
            return vec![Shape::Any];
        }
        shapes
    }
}

fn text_format(facets: &Facets<'_>) -> Format {
    let (encoding, media, schema) = facets.content;
    match (facets.format, encoding, media) {
        (None, Some("base64"), None) if !schema => Format::Bytes,
        // What 3.1 says in the place of `format: binary`.
        (None, None, Some("application/octet-stream")) if !schema => Format::Bytes,
        (None, None, None) if !schema => Format::Plain,
        (format, None, None) if !schema => format.map_or(Format::Plain, format_of),
        (_, encoding, media) => {
            let parts = [encoding.unwrap_or("text"), media.unwrap_or("*/*")];
            let schema = if schema { " with a schema" } else { "" };
            Format::Other(format!("{} of {}{schema}", parts[0], parts[1]).into())
        }
    }
}

fn format_of(name: &str) -> Format {
    match name {
        "date-time" => Format::DateTime,
        "date" => Format::Date,
        "time" => Format::Time,
        "uuid" => Format::Uuid,
        "byte" | "binary" | "base64" => Format::Bytes,
        other => Format::Other(other.into()),
    }
}

fn width(format: &str) -> Option<Width> {
    let (signed, digits) = match format.strip_prefix("uint") {
        Some(digits) => (false, digits),
        None => (true, format.strip_prefix("int")?),
    };
    let bits = digits.parse::<u8>().ok().filter(|bits| matches!(bits, 8 | 16 | 32 | 64 | 128))?;
    Some(Width { bits, signed })
}
