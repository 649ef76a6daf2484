//! What schemas say of a value beside its type → [`Beside`]: bounds, conditions, and words of another kind than the type is.
//!
//! Contracts are compared in all of it. Code is not, so that every key of it counts as unhandled all the same; what lies below such a
//! key is not counted again.

use super::Reader;
use super::facets::{Facets, Kind};
use super::files::At;
use super::schema::Part;
use crate::basis::wire::{Beside, Bound, Condition, Field, Marks, Object, Presence, Rest, Shape, Spot, Type};
use crate::contract::text::{Value, number};

/// Formats that only texts have.
const FORMATS_OF_TEXT: &[&str] = &[
    "base64",
    "binary",
    "byte",
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "password",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

impl<'d> Reader<'d> {
    /// What the parts say beside the type that they describe.
    pub(super) fn beside(&mut self, parts: &[Part<'d>], facets: &Facets<'d>) -> Option<Box<Beside>> {
        let is_described = facets.object || facets.items.is_some() || facets.tuple.is_some();
        let says_no_kind = facets.kinds.is_none() && facets.constants.is_none();
        let mut beside =
            Beside { untyped: is_described && says_no_kind && !facets.null, ..Beside::default() };
        let unhandled = std::mem::take(&mut self.unhandled);
        for part in parts {
            bounds(*part, &mut beside);
            self.conditions(*part, &mut beside);
        }
        self.of_other_kinds(facets, &mut beside);
        self.unhandled = unhandled;
        (beside != Beside::default()).then(|| Box::new(beside))
    }

    fn conditions(&mut self, part: Part<'d>, beside: &mut Beside) {
        for (entry, value) in part.at.entries() {
            let key = &*entry.key;
            let at = part.at.spot(entry.at);
            let mut add = |of: &str, types: Vec<Type>| {
                beside.conditions.push(Condition { key: key.into(), of: of.into(), types, at });
            };
            match key {
                "not"
                | "contains"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties"
                | "contentSchema"
                    if value.node.is_map() =>
                {
                    add("", vec![self.schema(value)]);
                }
                "patternProperties" | "dependentSchemas" => {
                    for (of, value) in value.entries() {
                        add(&of.key, vec![self.schema(value)]);
                    }
                }
                "dependentRequired" => {
                    for (of, names) in value.entries() {
                        let names: Vec<At<'d>> = names.items().collect();
                        add(&of.key, vec![with_fields(&names, at)]);
                    }
                }
                "if" => {
                    let mut other = |key: &str| match part.at.get(key) {
                        Some(schema) => self.schema(schema),
                        None => Type::new(Shape::Any, at),
                    };
                    let [then, otherwise] = [other("then"), other("else")];
                    if then.shape != Shape::Any || otherwise.shape != Shape::Any {
                        add("", vec![self.schema(value), then, otherwise]);
                    }
                }
                _ => {}
            }
        }
    }

    /// What is said of a kind that the value never has. Who writes it means something by it.
    fn of_other_kinds(&mut self, facets: &Facets<'d>, beside: &mut Beside) {
        let at = facets.at;
        if let Some((name, at)) = facets.odd {
            beside.bounds.push(Bound { key: "type".into(), value: name.into(), at });
        }
        let Some(kinds) = facets.kinds.as_ref().filter(|kinds| !kinds.is_empty()) else { return };
        let mut found = Vec::new();
        if !facets.properties.is_empty() && !kinds.contains(&Kind::Object) {
            found.push(Shape::Object(self.object(facets)));
        }
        if (facets.items.is_some() || facets.tuple.is_some()) && !kinds.contains(&Kind::List) {
            found.push(self.list(facets));
        }
        beside.conditions.extend(found.into_iter().map(|shape| Condition {
            key: "".into(),
            of: "".into(),
            types: vec![Type::new(shape, at)],
            at,
        }));
        if let Some(format) = facets.format.filter(|format| FORMATS_OF_TEXT.contains(format))
            && !kinds.contains(&Kind::Text)
        {
            beside.bounds.push(Bound { key: "format".into(), value: format.into(), at });
        }
    }
}

/// An object that has these fields, whatever they hold.
fn with_fields(names: &[At<'_>], at: Spot) -> Type {
    let field = |name: &At<'_>| Field {
        name: name.node.text().unwrap_or_default().into(),
        aliases: Vec::new(),
        r#type: Type::new(Shape::Any, at),
        presence: Presence::Required,
        at: name.spot(name.node.span),
        marks: Marks::default(),
    };
    let fields = names.iter().map(field).collect();
    Type::new(Shape::Object(Object { fields, rest: Rest::Ignored }), at)
}

/// The bounds of a part that no earlier part has.
fn bounds(part: Part<'_>, beside: &mut Beside) {
    for (entry, value) in part.at.entries() {
        let key = match &*entry.key {
            // Before 3.1, `true` beside a bound excludes the bound itself.
            "minimum" if part.at.says("exclusiveMinimum") => "exclusiveMinimum",
            "maximum" if part.at.says("exclusiveMaximum") => "exclusiveMaximum",
            "exclusiveMaximum" | "exclusiveMinimum" | "maxContains" | "maxItems" | "maxLength"
            | "maxProperties" | "maximum" | "minContains" | "minItems" | "minLength" | "minProperties"
            | "minimum" | "multipleOf" | "pattern" | "uniqueItems" => &entry.key,
            _ => continue,
        };
        let value = match &value.node.value {
            Value::Number(digits) => number(digits),
            Value::Text(text) => text.clone(),
            Value::Bool(true) if key == "uniqueItems" => "true".into(),
            Value::Bool(_) | Value::Null | Value::List(_) | Value::Map(_) => continue,
        };
        // What has no sign is never below zero: documents that are made from code say so, and nobody wrote it.
        let unsigned = || part.at.text("format").is_some_and(|format| format.starts_with("uint"));
        let is_of_type = key == "minimum" && &*value == "0" && unsigned();
        if !is_of_type && beside.bounds.iter().all(|known| *known.key != *key) {
            beside.bounds.push(Bound { key: key.into(), value, at: part.at.spot(entry.at) });
        }
    }
}
