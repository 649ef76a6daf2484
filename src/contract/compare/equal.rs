//! Whether two types are the same, whatever their names and wherever they are written.

use std::collections::{BTreeMap, BTreeSet};

use super::pairs::resolved;
use crate::basis::wire::{Choices, Condition, Field, Object, Rest, Shape, Type, Types};

/// After so many types, two that are no different yet are taken for different: alternatives are then told apart by name alone.
const COMPARED: usize = 1_000;

/// Whether both mean the same values, null of the two themselves left aside, and what is said beside their types.
pub(super) fn same(base: (&Types, &Type), head: (&Types, &Type)) -> bool {
    are_same(base, head, false)
}

/// Whether both mean the same values, with all that is said of them.
pub(super) fn exactly(base: (&Types, &Type), head: (&Types, &Type)) -> bool {
    are_same(base, head, true)
}

fn are_same((before, base): (&Types, &Type), (now, head): (&Types, &Type), exactly: bool) -> bool {
    let mut met = BTreeSet::new();
    let mut open = vec![(base, head)];
    for step in 0..COMPARED {
        let Some((one, two)) = open.pop() else { return true };
        if let (Shape::Named(one), Shape::Named(two)) = (&one.shape, &two.shape)
            && !met.insert((*one, *two))
        {
            continue;
        }
        if exactly && !beside(resolved(before, one), resolved(now, two), &mut open) {
            return false;
        }
        let ((one, null), (two, other_null)) = (before.follow(one), now.follow(two));
        let alike = match (one, two) {
            (Shape::Unknown(_), _) | (_, Shape::Unknown(_)) => false,
            (Shape::List(one), Shape::List(two)) => {
                open.push((one, two));
                true
            }
            (Shape::Tuple(one), Shape::Tuple(two)) => {
                open.extend(one.iter().zip(two));
                one.len() == two.len()
            }
            (Shape::Enum(one), Shape::Enum(two)) => constants(one) == constants(two),
            (Shape::Object(one), Shape::Object(two)) => objects(one, two, &mut open),
            (Shape::OneOf(one), Shape::OneOf(two)) => {
                open.extend(
                    one.options.iter().zip(&two.options).map(|(one, two)| (&one.r#type, &two.r#type)),
                );
                one.options.len() == two.options.len() && one.tag == two.tag
            }
            (one, two) => one == two,
        };
        if !alike || (exactly || step > 0) && null != other_null {
            return false;
        }
    }
    false
}

fn beside<'t>(one: &'t Type, two: &'t Type, open: &mut Vec<(&'t Type, &'t Type)>) -> bool {
    let bounds = |of: &'t Type| -> BTreeSet<(&str, &str)> {
        let bounds = of.beside.iter().flat_map(|beside| &beside.bounds);
        bounds.map(|bound| (&*bound.key, &*bound.value)).collect()
    };
    let conditions = |of: &'t Type| -> Vec<&'t Condition> {
        of.beside.iter().flat_map(|beside| &beside.conditions).collect()
    };
    let (known, other) = (conditions(one), conditions(two));
    for (known, other) in known.iter().zip(&other) {
        open.extend(known.types.iter().zip(&other.types));
    }
    let keys = |of: &[&'t Condition]| -> Vec<(&'t str, &'t str)> {
        of.iter().map(|condition| (&*condition.key, &*condition.of)).collect()
    };
    keys(&known) == keys(&other) && bounds(one) == bounds(two)
}

fn constants(choices: &Choices) -> (bool, bool, BTreeSet<&str>) {
    (choices.numbers, choices.open, choices.values.iter().map(|choice| &*choice.value).collect())
}

fn objects<'t>(one: &'t Object, two: &'t Object, open: &mut Vec<(&'t Type, &'t Type)>) -> bool {
    let index = |object: &'t Object| -> BTreeMap<&'t str, &'t Field> {
        object.fields.iter().map(|field| (&*field.name, field)).collect()
    };
    let (before, now) = (index(one), index(two));
    for (name, known) in &before {
        match now.get(name) {
            Some(other) if other.presence == known.presence => open.push((&known.r#type, &other.r#type)),
            Some(_) | None => return false,
        }
    }
    let rest = match (&one.rest, &two.rest) {
        (Rest::Of(one), Rest::Of(two)) => {
            open.push((one, two));
            true
        }
        (Rest::Refused, Rest::Refused) | (Rest::Ignored, Rest::Ignored) => true,
        (Rest::Of(of), Rest::Ignored) | (Rest::Ignored, Rest::Of(of)) => of.shape == Shape::Any,
        (Rest::Refused, _) | (_, Rest::Refused) => false,
    };
    rest && before.len() == now.len()
}
