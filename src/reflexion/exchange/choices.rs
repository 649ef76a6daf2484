//! Enums: which constants of a sender a receiver does not know.

use crate::basis::wire::Choices;

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
