//! Enums: which constants of a sender a receiver does not know, and the objects that constants tell apart.

use crate::basis::wire::{Choices, Shape, Type};

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
