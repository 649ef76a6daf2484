//! Alternatives of two unions, matched by what they go by, by what they are, and by their kind.
//!
//! A type that is no union is one of one.

use std::collections::BTreeSet;

use super::equal;
use super::facts::Fact;
use super::types::{Kind, Pair, Walk, kind, kind_name, resolved, within};
use crate::basis::wire::{Format, Shape, Type, Types};

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
    let taken = if pair.at.is_response() { one.clone() } else { two.clone() };
    let mut matched = Vec::new();
    pick(&mut one, &mut two, &mut matched, |one, two| one.name.is_some() && one.name == two.name);
    pick(&mut one, &mut two, &mut matched, |one, two| equal::same((before, one.r#type), (now, two.r#type)));
    pick(&mut one, &mut two, &mut matched, |one, two| one.kind == two.kind && one.kind != Kind::Object);
    let unnamed = |options: &[Alternative<'_>]| matches!(options, [only] if only.name.is_none());
    if one.len() == 1 && two.len() == 1 && (unnamed(&one) || unnamed(&two)) {
        pick(&mut one, &mut two, &mut matched, |one, two| one.kind == two.kind);
    }
    for (one, two) in matched {
        walk.push_here(pair, one, two);
    }
    // What another alternative takes anyway is nothing lost.
    let text = |shape: &Shape| matches!(shape, Shape::Text(Format::Plain)) && !walk.is_json();
    let sides = (&walk.gathered.base.types, &walk.gathered.head.types);
    let types = if pair.at.is_response() { sides.0 } else { sides.1 };
    let covered = |given: &Alternative<'d>| {
        taken.iter().any(|taken| {
            let wider = within(given.kind, taken.kind) && given.kind != taken.kind;
            wider || taken.kind == Kind::Any || text(&resolved(types, taken.r#type).shape)
        })
    };
    let given = if pair.at.is_response() { &mut two } else { &mut one };
    given.retain(|given| !covered(given));
    let fact = match (plain, in_one_word(&base.shape) && in_one_word(&head.shape)) {
        (true, true) if pair.at.is_response() => Fact::Generalized,
        (true, true) => Fact::Type,
        (true, false) => Fact::Kinds,
        (false, _) => Fact::Alternative,
    };
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

/// Whether all kinds of a type are said at one place: `type: [string, integer]`.
fn in_one_word(shape: &Shape) -> bool {
    match shape {
        Shape::OneOf(union) => union.options.windows(2).all(|pair| pair[0].r#type.at == pair[1].r#type.at),
        _ => true,
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
