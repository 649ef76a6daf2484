//! Whether a value may be left out where its field is, or be null, by what its type means.

use super::attributes::Serde;
use super::definition::{Derived, Owner};
use super::table::{self, Is};
use super::{Direction, Meaning, Wire};
use crate::basis::wire::Spot;
use crate::facts::Fields;

/// How many types that stand for others are looked through.
const DEPTH: u32 = 16;

impl Wire<'_, '_> {
    /// Of what is received: whether serde makes a value out of a field that is not there. Of what is sent: whether null may stand
    /// there because there is nothing.
    ///
    /// Serde asks the type itself: what hands the question on to an `Option` is one too, and a newtype does not.
    pub(super) fn is_optional(&self, meaning: &Meaning, direction: Direction) -> bool {
        match self.asked(meaning, direction) {
            Meaning::Foreign { path, .. } => table::row(&path) == Some(Is::Option),
            Meaning::Own { .. } | Meaning::List(_) | Meaning::Tuple(_) | Meaning::Unknown(_) => false,
        }
    }

    /// Of what is received: whether what is made of a field that is not there cannot be told: code that reads the type decides.
    pub(super) fn reads_itself(&self, meaning: &Meaning) -> bool {
        let direction = Direction::Accepts;
        let meaning = self.asked(meaning, direction);
        let Meaning::Own { module, item, .. } = &meaning else {
            return matches!(meaning, Meaning::Unknown(_));
        };
        if self.given(&meaning).is_some() {
            return false;
        }
        let Some(declared) = self.declared(*module, *item) else { return true };
        let serde = Serde::read(&declared.declaration().attributes, direction);
        let bindings = Vec::new();
        let owner = Owner { declared: &declared, bindings, serde, direction, depth: 0, at: Spot::default() };
        matches!(self.derived(&owner), Derived::No(_))
    }

    /// The type that serde asks in the end.
    fn asked(&self, meaning: &Meaning, direction: Direction) -> Meaning {
        let mut meaning = meaning.clone();
        for _ in 0..DEPTH {
            let next = match &meaning {
                Meaning::Foreign { path, arguments } => match table::row(path) {
                    Some(Is::Inner) => arguments.first().cloned(),
                    Some(_) | None => None,
                },
                Meaning::Own { .. } if self.given(&meaning).is_none() => self.stands_for(&meaning, direction),
                Meaning::Own { .. } | Meaning::List(_) | Meaning::Tuple(_) | Meaning::Unknown(_) => None,
            };
            match next {
                Some(next) => meaning = next,
                None => break,
            }
        }
        meaning
    }

    /// The type that a transparent struct, one that is made from another, or (of what is sent) a newtype stands for.
    fn stands_for(&self, meaning: &Meaning, direction: Direction) -> Option<Meaning> {
        let Meaning::Own { module, item, arguments } = meaning else { return None };
        let declared = self.declared(*module, *item)?;
        let declaration = declared.declaration();
        let names = declaration.generics.iter().map(|generic| generic.name.clone());
        let bindings = names.zip(arguments.iter().cloned()).collect();
        let serde = Serde::read(&declaration.attributes, direction);
        let owner = Owner { declared: &declared, bindings, serde, direction, depth: 0, at: Spot::default() };
        if let Some(via) = &owner.serde.via {
            return self.written(via, &owner);
        }
        let field = match &declaration.fields {
            fields if owner.serde.transparent => self.transparent(&owner, fields)?,
            Fields::Tuple(fields) if direction == Direction::Emits => match fields.as_slice() {
                [only] => only,
                _ => return None,
            },
            Fields::Unit | Fields::Tuple(_) | Fields::Named(_) => return None,
        };
        let own = Serde::read(&field.attributes, direction);
        if own.with.is_some() || own.r#as.is_some() {
            return None;
        }
        Some(self.field_meaning(&owner, field))
    }
}
