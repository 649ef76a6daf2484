//! Alternatives of two unions, matched by what they go by, by what they are, and by their kind.
//!
//! A type that is no union is one of one.

use std::collections::BTreeSet;

use super::equal;
use super::facts::Fact;
use super::gather::Gathered;
use super::pairs::{self, Kind, Pair, Walk, kind, kind_name, resolved, within};
use crate::basis::wire::{Format, Shape, Type, Types};

/// One alternative.
#[derive(Clone, Copy)]
struct Alternative<'d> {
    name: Option<&'d str>,
    schema: Option<&'d str>,
    r#type: &'d Type,
    kind: Kind,
}

/// Compares two types of which one at least is a union.
pub(super) fn compare<'d>(walk: &mut Walk<'_, 'd>, pair: &Pair<'d>) {
    let (before, now) = (&walk.gathered.base.types, &walk.gathered.head.types);
    let (base, head) = (resolved(before, pair.base), resolved(now, pair.head));
    let (mut one, mut two) = (alternatives(before, pair.base), alternatives(now, pair.head));
    let plain = only_kinds(&one) && only_kinds(&two);
    let taken = if pair.at.is_response() { one.clone() } else { two.clone() };
    let mut matched = Vec::new();
    pick(&mut one, &mut two, &mut matched, |one, two| one.name.is_some() && one.name == two.name);
    let tagged = (is_tagged(base), is_tagged(head));
    if tagged.0 != tagged.1 {
        // Only one side names a tag, and calls the same schemas by its texts.
        pick(&mut one, &mut two, &mut matched, |one, two| one.schema.is_some() && one.schema == two.schema);
    }
    let mut trials = walk.gathered.equals;
    pick(&mut one, &mut two, &mut matched, |one, two| {
        let told_apart = tagged == (true, true) && one.name.is_some() && two.name.is_some();
        trials = trials.saturating_sub(1);
        !told_apart && trials > 0 && equal::same((before, one.r#type), (now, two.r#type))
    });
    pick(&mut one, &mut two, &mut matched, |one, two| one.kind == two.kind && one.kind != Kind::Object);
    walk.gathered.equals = trials;
    let unnamed = |options: &[Alternative<'_>]| matches!(options, [only] if only.name.is_none());
    if one.len() == 1 && two.len() == 1 && (unnamed(&one) || unnamed(&two)) {
        pick(&mut one, &mut two, &mut matched, |one, two| one.kind == two.kind);
    }
    for (one, two) in matched {
        walk.push_here(pair, one, two);
    }
    let all_matched = one.is_empty();
    let given = if pair.at.is_response() { &mut two } else { &mut one };
    given.retain(|given| !taken.iter().any(|taken| covered(walk, pair, given, taken)));
    let fact = match (plain, in_one_word(&base.shape) && in_one_word(&head.shape)) {
        (true, true) if pair.at.is_response() && all_matched => Fact::Generalized,
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

/// Whether a field tells the alternatives apart.
fn is_tagged(r#type: &Type) -> bool {
    matches!(&r#type.shape, Shape::OneOf(union) if union.tag.is_some())
}

/// Whether the alternatives are nothing but different kinds of values.
fn only_kinds(options: &[Alternative<'_>]) -> bool {
    let kinds: BTreeSet<Kind> = options.iter().map(|option| option.kind).collect();
    kinds.len() == options.len() && options.iter().all(|option| option.name.is_none())
}

/// Whether all kinds of a type are said at one place: `type: [string, integer]`.
fn in_one_word(shape: &Shape) -> bool {
    let Shape::OneOf(union) = shape else { return true };
    union.options.windows(2).all(|pair| pair[0].r#type.at == pair[1].r#type.at)
}

/// Whether what one alternative gives another one takes anyway, so that nothing is lost.
fn covered<'d>(
    walk: &mut Walk<'_, 'd>,
    pair: &Pair<'d>,
    given: &Alternative<'d>,
    taken: &Alternative<'d>,
) -> bool {
    let response = pair.at.is_response();
    let types = if response { &walk.gathered.base.types } else { &walk.gathered.head.types };
    let text =
        || matches!(resolved(types, taken.r#type).shape, Shape::Text(Format::Plain)) && !walk.whole.json;
    if taken.kind == Kind::Any || given.kind != taken.kind && (within(given.kind, taken.kind) || text()) {
        return true;
    }
    // What two names tell apart is two things, even where one would take the other.
    let told_apart = given.name.is_some() && taken.name.is_some();
    if told_apart || given.kind != Kind::Object || taken.kind != Kind::Object || walk.gathered.trials == 0 {
        return false;
    }
    walk.gathered.trials -= 1;
    let (base, head) = if response { (taken.r#type, given.r#type) } else { (given.r#type, taken.r#type) };
    let mut trial = Gathered::new(walk.gathered.base, walk.gathered.head);
    trial.trials = 0;
    let first = Pair { base, head, at: pair.at, step: 0, null_known: true };
    pairs::walk(&mut trial, first, walk.whole);
    !trial.into_changes().iter().any(|change| change.breaks)
}

/// Moves every two alternatives that belong together from the lists.
fn pick<'d>(
    one: &mut Vec<Alternative<'d>>,
    two: &mut Vec<Alternative<'d>>,
    matched: &mut Vec<(&'d Type, &'d Type)>,
    mut belong: impl FnMut(&Alternative<'d>, &Alternative<'d>) -> bool,
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
        let Shape::OneOf(union) = shape else {
            found.push(Alternative { name, schema: schema(types, r#type), r#type, kind: kind(shape) });
            continue;
        };
        if met.insert(std::ptr::from_ref(union) as usize) {
            let options = union.options.iter().map(|option| (option.name.as_deref(), &option.r#type));
            open.extend(options.rev());
        }
    }
    found
}

/// The name of its schema, if it is one by name.
fn schema<'d>(types: &'d Types, r#type: &Type) -> Option<&'d str> {
    let Shape::Named(id) = r#type.shape else { return None };
    types.named.get(id.0 as usize).map(|named| &*named.name)
}

fn shown(alternative: &Alternative<'_>) -> String {
    match alternative.name {
        Some(name) => format!("`{name}`"),
        None => kind_name(alternative.kind).to_owned(),
    }
}
