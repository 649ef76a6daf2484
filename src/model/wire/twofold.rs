//! A type for which both serde and poem-openapi derive a form → whether the two are one.
//!
//! poem-openapi writes and reads its types by attributes of its own and passes over serde's. Which of the two forms a handler sends is a
//! question of the wrapper around the type ([`super::Form`]), and not asked here.

use super::Direction;
use super::Wire;
use super::definition::Owner;
use crate::facts::frameworks::arguments;
use crate::facts::{Attribute, FieldDeclaration, Fields};
use crate::model::resolve::{Def, Namespace};

/// Words in attributes of either that decide what a type looks like.
const SHAPING: [&str; 24] = [
    "rename",
    "rename_all",
    "flatten",
    "skip",
    "skip_serializing",
    "skip_deserializing",
    "skip_serializing_if",
    "skip_serializing_if_is_none",
    "skip_serializing_if_is_empty",
    "tag",
    "content",
    "untagged",
    "transparent",
    "with",
    "serialize_with",
    "deserialize_with",
    "into",
    "from",
    "try_from",
    "read_only",
    "read_only_all",
    "write_only",
    "write_only_all",
    "deny_unknown_fields",
];

impl Wire<'_, '_> {
    /// Whether poem-openapi derives a form of a type that is, or may be, another one than serde's.
    pub(super) fn has_another_form(&self, owner: &Owner<'_>) -> bool {
        let declaration = owner.declared.declaration();
        let (module, scope) = owner.declared.at;
        let is_of_poem = |derive: &str| {
            matches!(derive.rsplit("::").next(), Some("Object" | "Enum" | "Union" | "NewType"))
                && self.world.resolve(module, scope, derive, Namespace::Macro).defs.iter().any(
                    |def| matches!(def, Def::External(path) if path.split("::").next() == Some("poem_openapi")),
                )
        };
        if !declaration.derives.iter().any(|derive| is_of_poem(derive)) {
            return false;
        }
        let holds = |fields: &Fields| !matches!(fields, Fields::Unit);
        let differs = |attributes: &[Attribute]| differs(attributes, owner.direction);
        let of_field = |field: &FieldDeclaration| differs(&field.attributes);
        let fields = match &declaration.fields {
            Fields::Unit => &[][..],
            Fields::Tuple(fields) | Fields::Named(fields) => fields,
        };
        differs(&declaration.attributes)
            || fields.iter().any(of_field)
            || declaration
                .variants
                .iter()
                .any(|variant| holds(&variant.fields) || differs(&variant.attributes))
    }
}

/// Whether the attributes of the two say different things of what a direction looks like.
fn differs(attributes: &[Attribute], direction: Direction) -> bool {
    let said = |by: &str| {
        let of = attributes.iter().filter(|attribute| attribute.path.rsplit("::").next() == Some(by));
        let of = of.flat_map(|attribute| arguments(&attribute.arguments));
        let shapes =
            |name: &str| SHAPING.contains(&name) || (name == "default" && direction == Direction::Accepts);
        // What is filled in is each one's own affair.
        let value = |name: &str, value| if name == "default" { None } else { value };
        let of = of.filter(|argument| shapes(argument.name));
        let mut said: Vec<_> = of.map(|of| (of.name, value(of.name, of.value))).collect();
        said.sort_unstable();
        said
    };
    said("serde") != said("oai")
}
