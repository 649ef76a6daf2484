//! `oneOf` and `anyOf` → one of several types, in the form that has least of them.
//!
//! Null among them makes the whole nullable; constants among them are one enum; one alternative alone is no union. Whether more
//! than one may hold at once is not told apart.

use super::Reader;
use super::Version;
use super::facets::Facets;
use super::files::At;
use super::schema::{ANY_OF, ONE_OF, Part, name_of};
use crate::basis::wire::{Alternative, Choices, Format, OneOf, Shape, Type};
use crate::contract::text::Node;

impl<'d> Reader<'d> {
    /// The type of parts of which one, by its index, has alternatives under `key`.
    pub(super) fn union(
        &mut self,
        parts: &[Part<'d>],
        (index, key): (usize, &'static str),
        facets: &Facets<'d>,
    ) -> Type {
        let mut base = parts.to_vec();
        base[index].without |= if key == "oneOf" { ONE_OF } else { ANY_OF };
        let together = base.iter().any(|part| part.constrains());
        let group = parts[index].at;
        let mut nullable = facets.null && (!together || facets.kinds.is_some());
        let tag = group.get("discriminator").and_then(|written| self.tag(written));
        let mapping = group.get("discriminator").and_then(|written| written.get("mapping"));
        let mut options = Vec::new();
        for option in group.get(key).into_iter().flat_map(At::items) {
            if self.is_null(option.node) {
                nullable = true;
                continue;
            }
            let mut said = if together { base.clone() } else { Vec::new() };
            said.push(Part::whole(option));
            let mut r#type = self.together(&said);
            nullable |= std::mem::take(&mut r#type.nullable);
            options.push(Alternative { name: name(option, mapping), r#type });
        }
        let mut options = if tag.is_some() { options } else { fewest(options) };
        let spot = group.node.entry(key).map_or(facets.at, |entry| group.spot(entry.at));
        if options.len() == 1 {
            let only = options.remove(0).r#type;
            return Type { nullable, ..only };
        }
        let shape = match (options.is_empty(), nullable) {
            (true, true) => return Type::new(Shape::Null, spot),
            (true, false) => Shape::Any,
            (false, _) => Shape::OneOf(OneOf { options, tag }),
        };
        Type { nullable, ..Type::new(shape, spot) }
    }

    fn tag(&mut self, discriminator: At<'d>) -> Option<Box<str>> {
        let name = discriminator.text("propertyName").or(discriminator.node.text());
        if name.is_none() {
            self.leave("discriminator", discriminator.spot(discriminator.node.span));
        }
        name.map(Box::from)
    }

    /// Whether an alternative is nothing but null: `{type: null}`, and in the dialect of 3.0 also `{nullable: true}` alone.
    fn is_null(&self, option: &Node) -> bool {
        let only = |list: &Node| matches!(list.items(), [one] if one.is_null() || one.text() == Some("null"));
        let kind = option.get("type").is_some_and(|kind| kind.text() == Some("null") || only(kind));
        let constant = option.get("const").is_some_and(Node::is_null) || option.get("enum").is_some_and(only);
        let marked =
            ["nullable", "x-nullable"].into_iter().any(|key| option.get(key).is_some_and(Node::is_true));
        let says = ["type", "$ref", "allOf", "oneOf", "anyOf", "enum", "const", "properties", "items"];
        let alone =
            self.version != Version::ThreeOne && marked && says.iter().all(|key| option.get(key).is_none());
        kind || constant || alone
    }
}

/// What an alternative goes by: its key in the mapping, or the name of its schema.
fn name(option: At<'_>, mapping: Option<At<'_>>) -> Option<Box<str>> {
    let Some(reference) = option.text("$ref") else {
        return option.text("title").map(Box::from);
    };
    let own = name_of(reference);
    let means = |value: &str| value == reference || value == own;
    let mapped = mapping.into_iter().flat_map(At::entries);
    let key =
        mapped.filter(|(_, value)| value.node.text().is_some_and(means)).map(|(entry, _)| &entry.key).next();
    Some(key.map_or_else(|| own.into(), Clone::clone))
}

/// The same alternatives, those within alternatives among them and constants as one enum.
fn fewest(options: Vec<Alternative>) -> Vec<Alternative> {
    let mut flat = Vec::new();
    for option in options {
        if let Shape::OneOf(OneOf { options, tag: None }) = option.r#type.shape {
            flat.extend(options);
        } else {
            flat.push(option);
        }
    }
    let mut found: Vec<Alternative> = Vec::new();
    for option in flat {
        match found.iter().position(|before| joins(&before.r#type.shape, &option.r#type.shape)) {
            Some(at) => {
                let before = std::mem::replace(&mut found[at].r#type.shape, Shape::Any);
                found[at].r#type.shape = joined(before, option.r#type.shape);
                found[at].name = None;
            }
            None => found.push(option),
        }
    }
    found
}

fn joins(before: &Shape, option: &Shape) -> bool {
    match (before, option) {
        (Shape::Enum(one), Shape::Enum(other)) => one.numbers == other.numbers,
        (Shape::Enum(choices), Shape::Text(Format::Plain))
        | (Shape::Text(Format::Plain), Shape::Enum(choices)) => !choices.numbers,
        _ => false,
    }
}

/// Two enums as one; with any text beside it, an enum is open.
fn joined(before: Shape, option: Shape) -> Shape {
    match (before, option) {
        (Shape::Enum(mut one), Shape::Enum(other)) => {
            one.open |= other.open;
            for choice in other.values {
                if one.values.iter().all(|known| known.value != choice.value) {
                    one.values.push(choice);
                }
            }
            Shape::Enum(one)
        }
        (Shape::Enum(choices), _) | (_, Shape::Enum(choices)) => {
            Shape::Enum(Choices { open: true, ..choices })
        }
        (before, _) => before,
    }
}
