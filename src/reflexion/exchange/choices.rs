//! Enums: which constants of a sender a receiver does not know, and the objects that constants tell apart.

use std::collections::BTreeSet;

use crate::basis::wire::{Alternative, Choices, OneOf, Shape, Type, Types};

/// The constants of `sent` that `read` does not know.
pub(super) fn unknown(sent: &Choices, read: &Choices) -> Vec<Box<str>> {
    if read.open {
        return Vec::new();
    }
    let knows = |value: &str| {
        read.values
            .iter()
            .any(|known| *known.value == *value || known.aliases.iter().any(|alias| **alias == *value))
    };
    sent.values.iter().map(|choice| &choice.value).filter(|value| !knows(value)).cloned().collect()
}

/// For each field of an object that is one of several constants: the object with each of these alone, beside the constant.
pub(super) fn told_apart(of: &Type) -> Vec<Vec<(Box<str>, Type)>> {
    let Shape::Object(object) = &of.shape else { return Vec::new() };
    let mut found = Vec::new();
    for (at, field) in object.fields.iter().enumerate() {
        let Shape::Enum(choices) = &field.r#type.shape else { continue };
        if choices.values.len() < 2 || choices.open {
            continue;
        }
        let parts = choices.values.iter().map(|choice| {
            let mut object = object.clone();
            let only = Choices { values: vec![choice.clone()], ..*choices };
            object.fields[at].r#type.shape = Shape::Enum(only);
            (choice.value.clone(), Type { shape: Shape::Object(object), ..of.clone() })
        });
        found.push(parts.collect());
    }
    found
}

/// The names of the fields of all of these that are objects.
pub(super) fn fields<'t>(options: impl Iterator<Item = &'t Type>, types: &Types) -> BTreeSet<Box<str>> {
    let mut found = BTreeSet::new();
    for option in options {
        if let Shape::Object(object) = types.follow(option).0 {
            found.extend(object.fields.iter().map(|field| field.name.clone()));
        }
    }
    found
}

/// Whether both are objects behind their names.
pub(super) fn are_objects(one: (&Type, &Types), other: (&Type, &Types)) -> bool {
    [one, other].iter().all(|(of, types)| matches!(types.follow(of).0, Shape::Object(_)))
}

/// The alternatives of a type, null aside, with their names; a type that is no choice is one.
pub(super) fn options(r#type: &Type) -> Vec<(Option<&str>, &Type)> {
    let Shape::OneOf(OneOf { options, .. }) = &r#type.shape else { return vec![(None, r#type)] };
    let options = options.iter().filter(|option| option.r#type.shape != Shape::Null);
    options.map(|Alternative { name, r#type }| (name.as_deref(), r#type)).collect()
}
