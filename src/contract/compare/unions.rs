//! Alternatives of two unions, matched by what they go by, by what they are, and by their kind.
//!
//! A type that is no union is one of one.

use std::collections::BTreeSet;

use super::equal;
use super::facts::Fact;
use super::types::{Kind, Pair, Walk, kind, kind_name, resolved, within};
use crate::basis::wire::{Shape, Type, Types};

/// One alternative.
#[derive(Clone, Copy)]
struct Alternative<'d> {
    name: Option<&'d str>,
    r#type: &'d Type,
    kind: Kind,
}

/// Compares two types of which one at least is a union.
pub(super) fn compare<'d>(walk: &mut Walk<'_, 'd>, pair: &Pair<'d>) {
    let (before, now) = (&walk.gathered.base.types, &walk.gathered.head.types);
    let (base, head) = (resolved(before, pair.base), resolved(now, pair.head));
    let (mut one, mut two) = (alternatives(before, pair.base), alternatives(now, pair.head));
    let plain = one.iter().chain(&two).all(|option| !matches!(option.kind, Kind::Object | Kind::Any));
    let mut matched = Vec::new();
    pick(&mut one, &mut two, &mut matched, |one, two| one.name.is_some() && one.name == two.name);
    pick(&mut one, &mut two, &mut matched, |one, two| equal::same((before, one.r#type), (now, two.r#type)));
    pick(&mut one, &mut two, &mut matched, |one, two| one.kind == two.kind && one.kind != Kind::Object);
    pick(&mut one, &mut two, &mut matched, |one, two| {
        let (given, taken) = if pair.at.is_response() { (two, one) } else { (one, two) };
        taken.kind == Kind::Any || within(given.kind, taken.kind) && given.kind != Kind::Object
    });
    let unnamed = |options: &[Alternative<'_>]| matches!(options, [only] if only.name.is_none());
    if one.len() == 1 && two.len() == 1 && (unnamed(&one) || unnamed(&two)) {
        pick(&mut one, &mut two, &mut matched, |one, two| one.kind == two.kind);
    }
    for (one, two) in matched {
        walk.push_here(pair, one, two);
    }
    let fact = if plain { Fact::Kinds } else { Fact::Alternative };
    if pair.at.is_response() {
        for new in two {
            let words = format!("{} may come too", shown(&new));
            walk.add(pair, fact, (Some(base.at), Some(new.r#type.at)), words);
        }
    } else {
        for gone in one {
            let words = format!("{} is no longer taken", shown(&gone));
            walk.add(pair, fact, (Some(gone.r#type.at), Some(head.at)), words);
        }
    }
}

/// Moves every two alternatives that belong together from the lists.
fn pick<'d>(
    one: &mut Vec<Alternative<'d>>,
    two: &mut Vec<Alternative<'d>>,
    matched: &mut Vec<(&'d Type, &'d Type)>,
    belong: impl Fn(&Alternative<'d>, &Alternative<'d>) -> bool,
) {
    one.retain(|known| match two.iter().position(|other| belong(known, other)) {
        Some(at) => {
            matched.push((known.r#type, two.remove(at).r#type));
            false
        }
        None => true,
    });
}

/// The alternatives of a type, those of unions among them taken apart where no field tells them apart.
fn alternatives<'d>(types: &'d Types, r#type: &'d Type) -> Vec<Alternative<'d>> {
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    let mut open = vec![(None, r#type)];
    while let Some((name, r#type)) = open.pop() {
        let shape = &resolved(types, r#type).shape;
        match shape {
            Shape::OneOf(union) => {
                if met.insert(std::ptr::from_ref(union) as usize) {
                    let options = union.options.iter().map(|option| (option.name.as_deref(), &option.r#type));
                    open.extend(options.rev());
                }
            }
            shape => found.push(Alternative { name, r#type, kind: kind(shape) }),
        }
    }
    found
}

fn shown(alternative: &Alternative<'_>) -> String {
    match alternative.name {
        Some(name) => format!("`{name}`"),
        None => kind_name(alternative.kind).to_owned(),
    }
}
