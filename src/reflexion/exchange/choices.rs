//! Enums: which constants of a sender a receiver does not know.

use crate::basis::wire::Choices;

/// The constants of `sent` that `read` does not know, and whether that breaks it: it does not where the code keeps them to itself.
pub(super) fn unknown(sent: &Choices, read: &Choices) -> (Vec<Box<str>>, bool) {
    if read.open {
        return (Vec::new(), false);
    }
    let knows = |value: &str| {
        read.values
            .iter()
            .any(|known| *known.value == *value || known.aliases.iter().any(|alias| **alias == *value))
    };
    let unknown = || sent.values.iter().filter(|choice| !knows(&choice.value));
    (unknown().map(|choice| choice.value.clone()).collect(), unknown().any(|choice| !choice.internal))
}
