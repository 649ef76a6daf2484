//! What two contracts say of a value beside its type: bounds, and conditions that it has to satisfy as well.
//!
//! Of a request, what is closer than it was breaks; what nobody had written is a note, for it may be new, or at last be written down.
//! Of a response, a wider bound is a note.

use std::collections::BTreeMap;

use super::equal;
use super::facts::Fact;
use super::gather::Gathered;
use super::pairs::{self, Pair, Walk, kind, kind_name};
use crate::basis::wire::{Beside, Bound, Condition, Spot, Type};

/// How a bound is told to be closer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It is less.
    Upper,
    /// It is more.
    Lower,
    /// It is not told.
    Either,
}

/// The names by place, in the order of [`IDS`](super::facts::IDS): where a request is told more or a response less, and where what both say differs.
type Names = [[&'static str; 2]; 7];

/// The names of all that may stand beside a type. oasdiff has not all of them at every place; they follow its pattern.
macro_rules! names {
    ($($key:literal $way:ident $name:literal: $more:literal or $less:literal, $closer:literal or $wider:literal;)*) => {
        &[$(($key, Way::$way, [
            [concat!("request-body-", $name, "-", $more), concat!("request-body-", $name, "-", $closer)],
            [concat!("request-property-", $name, "-", $more), concat!("request-property-", $name, "-", $closer)],
            [concat!("response-body-", $name, "-", $less), concat!("response-body-", $name, "-", $wider)],
            [concat!("response-property-", $name, "-", $less), concat!("response-property-", $name, "-", $wider)],
            [concat!("request-parameter-", $name, "-", $more), concat!("request-parameter-", $name, "-", $closer)],
            [concat!("request-property-", $name, "-", $more), concat!("request-property-", $name, "-", $closer)],
            [concat!("request-property-", $name, "-", $more), concat!("request-property-", $name, "-", $closer)],
        ])),*]
    };
}

const BOUNDS: &[(&str, Way, Names)] = names! {
    "exclusiveMaximum" Upper "exclusive-max": "set" or "unset", "decreased" or "increased";
    "exclusiveMinimum" Lower "exclusive-min": "set" or "unset", "increased" or "decreased";
    "maxContains" Upper "max-contains": "set" or "unset", "decreased" or "increased";
    "maxItems" Upper "max-items": "set" or "unset", "decreased" or "increased";
    "maxLength" Upper "max-length": "set" or "unset", "decreased" or "increased";
    "maxProperties" Upper "max-properties": "set" or "unset", "decreased" or "increased";
    "maximum" Upper "max": "set" or "unset", "decreased" or "increased";
    "minContains" Lower "min-contains": "set" or "unset", "increased" or "decreased";
    "minItems" Lower "min-items": "set" or "unset", "increased" or "decreased";
    "minLength" Lower "min-length": "set" or "unset", "increased" or "decreased";
    "minProperties" Lower "min-properties": "set" or "unset", "increased" or "decreased";
    "minimum" Lower "min": "set" or "unset", "increased" or "decreased";
    "multipleOf" Either "multiple-of": "set" or "unset", "changed" or "changed";
    "pattern" Either "pattern": "added" or "removed", "changed" or "changed";
    "uniqueItems" Either "unique-items": "set" or "unset", "changed" or "changed";
};

const CONDITIONS: &[(&str, Way, Names)] = names! {
    "contains" Either "contains": "added" or "removed", "changed" or "changed";
    "dependentRequired" Either "dependent-required": "added" or "removed", "changed" or "changed";
    "dependentSchemas" Either "dependent-schema": "added" or "removed", "changed" or "changed";
    "if" Either "if": "added" or "removed", "changed" or "changed";
    "not" Either "not": "added" or "removed", "changed" or "changed";
    "patternProperties" Either "pattern-property": "added" or "removed", "changed" or "changed";
    "propertyNames" Either "property-names": "added" or "removed", "changed" or "changed";
    "unevaluatedItems" Either "unevaluated-items": "added" or "removed", "changed" or "changed";
    "unevaluatedProperties" Either "unevaluated-properties": "added" or "removed", "changed" or "changed";
};

/// So many conditions in a condition are compared for themselves.
const DEEPEST: usize = 3;

const NOTHING: &Beside = &Beside { untyped: false, bounds: Vec::new(), conditions: Vec::new() };

/// What is said beside a type, names followed.
fn said(r#type: &Type) -> &Beside {
    r#type.beside.as_deref().unwrap_or(NOTHING)
}

/// Whether a value of head's type is bound in a way in which one of base's was not.
pub(super) fn binds(base: &Type, head: &Type) -> bool {
    let (one, two) = (said(base), said(head));
    let closer = |(key, way, _): &(&str, Way, Names)| match (bound(one, key), bound(two, key)) {
        (None, Some(_)) => true,
        (Some(before), Some(now)) => is_closer(*way, before, now).unwrap_or(before.value != now.value),
        (None | Some(_), None) => false,
    };
    BOUNDS.iter().any(closer) || one.conditions.len() < two.conditions.len()
}

fn bound<'t>(beside: &'t Beside, key: &str) -> Option<&'t Bound> {
    beside.bounds.iter().find(|bound| *bound.key == *key)
}

/// Whether a bound is closer than another one of its key; `None` where that is not told.
fn is_closer(way: Way, before: &Bound, now: &Bound) -> Option<bool> {
    let (before, now): (f64, f64) = (before.value.parse().ok()?, now.value.parse().ok()?);
    match way {
        Way::Upper => Some(now < before),
        Way::Lower => Some(now > before),
        Way::Either => None,
    }
}

impl<'d> Walk<'_, 'd> {
    /// Compares what is said beside the types of a pair, names followed.
    pub(super) fn beside(&mut self, pair: &Pair<'d>, base: &'d Type, head: &'d Type) {
        if base.beside.is_none() && head.beside.is_none() {
            return;
        }
        self.words(pair, base, head);
        if kind(&base.shape) == kind(&head.shape) {
            self.bounds(pair, base, head);
            self.conditions(pair, base, head);
        }
    }

    /// Types that JSON Schema does not know, and formats that the type has no place for.
    fn words(&mut self, pair: &Pair<'d>, base: &Type, head: &Type) {
        for word in said(head).bounds.iter().filter(|bound| matches!(&*bound.key, "type" | "format")) {
            if bound(said(base), &word.key).is_some_and(|known| known.value == word.value) {
                continue;
            }
            let breaks = &*word.key == "type";
            let [was, now] = [base, head].map(|of| kind_name(kind(&of.shape)));
            let words = match breaks {
                true => format!("it is `{}`, which is no type of JSON, and was {was}", word.value),
                false => format!("it is {now}, and has the format `{}`, which only texts have", word.value),
            };
            self.add_as(pair, (Fact::Type, breaks), (Some(base.at), Some(word.at)), words);
        }
    }

    fn bounds(&mut self, pair: &Pair<'d>, base: &Type, head: &Type) {
        let response = pair.at.is_response();
        for (key, way, names) in BOUNDS {
            let names = names[pair.at as usize];
            match (bound(said(base), key), bound(said(head), key)) {
                (None, Some(now)) if !response => {
                    let words = format!("its `{key}` is `{}`, and none was named", now.value);
                    self.named(pair, (names[0], false), (base.at, now.at), words);
                }
                (Some(before), None) if response => {
                    let words = format!("its `{key}` was `{}`, and none is named", before.value);
                    self.named(pair, (names[0], false), (before.at, head.at), words);
                }
                (Some(before), Some(now)) if before.value != now.value => {
                    let closer = is_closer(*way, before, now);
                    if closer != Some(response) {
                        let words = format!("its `{key}` is `{}`, and was `{}`", now.value, before.value);
                        let breaks = !response && closer == Some(true);
                        self.named(pair, (names[1], breaks), (before.at, now.at), words);
                    }
                }
                (None | Some(_), None | Some(_)) => {}
            }
        }
    }

    /// Notes what has a name of its own.
    fn named(&mut self, pair: &Pair<'d>, id: (&'static str, bool), spots: (Spot, Spot), words: String) {
        self.add_named(pair, id, ((Some(spots.0), Some(spots.1)), ""), words);
    }

    /// Compares conditions of the same key in the order in which they are written, those that both sides have left aside.
    fn conditions(&mut self, pair: &Pair<'d>, base: &'d Type, head: &'d Type) {
        let mut by_key: BTreeMap<(&str, &str), [Vec<&'d Condition>; 2]> = BTreeMap::new();
        for (side, r#type) in [base, head].into_iter().enumerate() {
            for condition in &said(r#type).conditions {
                by_key.entry((&condition.key, &condition.of)).or_default()[side].push(condition);
            }
        }
        for [before, now] in by_key.into_values() {
            let (one, two) = self.without_same(before, &now);
            let mut two = two.into_iter();
            for known in one {
                match two.next() {
                    Some(other) => self.condition(pair, known, other),
                    None if pair.at.is_response() => self.told(pair, known, (known.at, head.at)),
                    None => {}
                }
            }
            for new in two.filter(|_| !pair.at.is_response()) {
                self.told(pair, new, (base.at, new.at));
            }
        }
    }

    /// The conditions that only one side has. They come nearly in the same order, so that each is looked for behind the last that was found.
    fn without_same(
        &mut self,
        before: Vec<&'d Condition>,
        now: &[&'d Condition],
    ) -> (Vec<&'d Condition>, Vec<&'d Condition>) {
        let (base, head) = (&self.gathered.base.types, &self.gathered.head.types);
        let mut left: Vec<Option<&'d Condition>> = now.iter().copied().map(Some).collect();
        let mut next = 0;
        let mut one = before;
        one.retain(|known| {
            let same = |other: &Condition| {
                let mut types = known.types.iter().zip(&other.types);
                types.all(|(one, two)| equal::exactly((base, one), (head, two)))
            };
            let length = if self.gathered.equals > 0 { left.len() } else { 0 };
            for at in (next..length).chain(0..next.min(length)) {
                let Some(other) = left[at].filter(|_| self.gathered.equals > 0) else { continue };
                self.gathered.equals -= 1;
                if same(other) {
                    left[at] = None;
                    next = at + 1;
                    return false;
                }
            }
            true
        });
        (one, left.into_iter().flatten().collect())
    }

    /// A condition that only one side has.
    fn told(&mut self, pair: &Pair<'d>, condition: &Condition, spots: (Spot, Spot)) {
        let Some((key, _, names)) = CONDITIONS.iter().find(|(key, ..)| **key == *condition.key) else {
            return;
        };
        let words = match pair.at.is_response() {
            true => format!("it is no longer bound by `{key}`"),
            false => format!("it is bound by `{key}`, and was not"),
        };
        self.named(pair, (names[pair.at as usize][0], false), spots, words);
    }

    /// A condition that differs.
    fn condition(&mut self, pair: &Pair<'d>, base: &'d Condition, head: &'d Condition) {
        let types = || base.types.iter().zip(&head.types);
        match &*base.key {
            "" => types().for_each(|(one, two)| self.push_here(pair, one, two)),
            // What it refuses more, the whole takes less.
            "not" => types().for_each(|(one, two)| {
                self.apart(pair, base, (two, one, true), "a `not` refuses other values than it did");
            }),
            "if" => {
                let mut keys = ["if", "then", "else"].into_iter();
                for ((one, two), key) in types().zip(&mut keys) {
                    if key == "if" {
                        let words = "an `if` is true of other values than it was";
                        self.apart(pair, base, (one, two, false), words);
                        self.apart(pair, base, (two, one, true), words);
                    } else {
                        self.push(pair, key, one, two);
                    }
                }
            }
            key => {
                let place = if base.of.is_empty() { None } else { Some(self.place(pair, key)) };
                let (around, step) = place.as_ref().map_or((pair, key), |place| (place, &*base.of));
                types().for_each(|(one, two)| self.push(around, step, one, two));
            }
        }
    }

    /// Compares two types for themselves, `opposed`: head's as if it were base's. What breaks there breaks the whole.
    fn apart(
        &mut self,
        pair: &Pair<'d>,
        condition: &Condition,
        (one, two, opposed): (&'d Type, &'d Type, bool),
        words: &str,
    ) {
        let place = self.place(pair, &condition.key);
        if self.gathered.trials == 0 {
            // It differs, and nothing more is known of it.
            return self.add_as(&place, (Fact::Type, false), (None, Some(condition.at)), words.to_owned());
        }
        self.gathered.trials -= 1;
        let (base, head) = (self.gathered.base, self.gathered.head);
        let mut trial = if opposed { Gathered::new(head, base) } else { Gathered::new(base, head) };
        // Conditions in conditions can have themselves in them: what is looked at there counts here too.
        let trials = self.gathered.trials.min(DEEPEST);
        (trial.trials, trial.equals) = (trials, self.gathered.equals);
        let first = Pair { base: one, head: two, at: self.whole.inside, step: 0, null_known: false };
        pairs::walk(&mut trial, first, self.whole);
        self.gathered.trials -= trials - trial.trials;
        self.gathered.equals = trial.equals;
        for change in trial.into_changes().into_iter().filter(|change| change.breaks) {
            let spots = if opposed { (change.head, change.base) } else { (change.base, change.head) };
            self.add_named(&place, (change.id, true), (spots, &change.pointer), words.to_owned());
        }
    }
}
