//! Two objects: the fields that are gone, new, or there in another way.
//!
//! A field that one side lists and the other does not is held against what the other says of all further fields, if it is a map.

use std::collections::BTreeMap;

use super::facts::Fact;
use super::lifecycle;
use super::pairs::{Pair, Walk};
use crate::basis::wire::{Field, Object, Presence, Rest, Shape, Spot, Type};

impl<'d> Walk<'_, 'd> {
    /// Where head's object of a pair begins: at the name of its schema, where it has one.
    fn owner(&self, pair: &Pair<'d>, head: &Type) -> Spot {
        let Shape::Named(id) = pair.head.shape else { return head.at };
        self.gathered.head.types.named.get(id.0 as usize).map_or(head.at, |named| named.at)
    }

    pub(super) fn objects(
        &mut self,
        pair: &Pair<'d>,
        (base, one): (&Type, &'d Object),
        (head, two): (&Type, &'d Object),
    ) {
        let response = pair.at.is_response();
        let relevant =
            |field: &&Field| if response { !field.marks.write_only } else { !field.marks.read_only };
        let index = |object: &'d Object| -> BTreeMap<&'d str, &'d Field> {
            object.fields.iter().filter(relevant).map(|field| (&*field.name, field)).collect()
        };
        let (before, now) = (index(one), index(two));
        for known in one.fields.iter().filter(relevant).rev() {
            let is_promised = lifecycle::is_promised(known.marks.stability.as_deref());
            match now.get(&*known.name) {
                Some(other) => {
                    self.stability(pair, known, other);
                    // Who leaves out what was not promised yet may have to send it now.
                    if is_promised || !response {
                        self.presence(pair, known, other);
                    }
                    if is_promised {
                        self.push(pair, &known.name, &known.r#type, &other.r#type);
                    }
                }
                None if !is_promised => {}
                None => {
                    if let Some(other) = others(two).filter(|_| !response) {
                        self.push(pair, &known.name, &known.r#type, other);
                    }
                    let required = known.presence == Presence::Required;
                    let fact = if required { Fact::RequiredRemoved } else { Fact::Removed };
                    let deprecated = known.marks.deprecated;
                    let breaks = if response { required && !deprecated } else { two.rest == Rest::Refused };
                    let noticed = if deprecated { ", and was deprecated" } else { "" };
                    let words = format!("`{}` is gone{noticed}", known.name);
                    let place = self.step(pair, known);
                    let around = self.owner(pair, head);
                    self.add_as(&place, (fact, breaks), (Some(known.at), Some(around)), words);
                }
            }
        }
        for new in two.fields.iter().filter(relevant).filter(|new| !before.contains_key(&*new.name)) {
            if let Some(known) = others(one) {
                self.push(pair, &new.name, known, &new.r#type);
            }
            if !response && new.presence == Presence::Required {
                let fact = if new.marks.default.is_some() {
                    Fact::NewRequiredWithDefault
                } else {
                    Fact::NewRequired
                };
                let words = format!("`{}` is asked for", new.name);
                let place = self.step(pair, new);
                self.add(&place, fact, (Some(base.at), Some(new.at)), words);
            }
        }
        match (&one.rest, &two.rest) {
            (Rest::Of(one), Rest::Of(two)) => self.push(pair, "*", one, two),
            (Rest::Of(_), Rest::Refused) if !response && others(one).is_some() => {
                let words = "it is no longer taken with other fields than those listed".to_owned();
                self.add(pair, Fact::Removed, (Some(base.at), Some(head.at)), words);
            }
            (Rest::Of(_) | Rest::Ignored | Rest::Refused, _) => {}
        }
    }

    fn stability(&mut self, pair: &Pair<'d>, known: &'d Field, other: &'d Field) {
        let decreased = match pair.at.is_response() {
            true => "response-property-stability-decreased",
            false => "request-property-stability-decreased",
        };
        let ids = ["api-invalid-stability-level", decreased];
        let [before, now] = [known, other].map(|field| field.marks.stability.as_deref());
        if let Some((id, breaks, words)) = lifecycle::sunk(before, now, ids) {
            let place = self.step(pair, known);
            self.add_named(&place, (id, breaks), ((Some(known.at), Some(other.at)), ""), words);
        }
    }

    fn presence(&mut self, pair: &Pair<'d>, known: &'d Field, other: &'d Field) {
        let spots = (Some(known.at), Some(other.at));
        match (pair.at.is_response(), known.presence, other.presence) {
            (true, Presence::Required, Presence::Optional) => {
                let words = format!("`{}` may be absent now", known.name);
                let place = self.step(pair, known);
                self.add(&place, Fact::Optional, spots, words);
            }
            (false, Presence::Optional, Presence::Required) => {
                let fact =
                    if other.marks.default.is_some() { Fact::RequiredWithDefault } else { Fact::Required };
                let words = format!("`{}` may no longer be left out", known.name);
                let place = self.step(pair, known);
                self.add(&place, fact, spots, words);
            }
            (_, Presence::Required | Presence::Optional | Presence::Perhaps | Presence::Unclear, _) => {}
        }
    }
}

/// The type of the fields that an object does not list, where it says one.
fn others(object: &Object) -> Option<&Type> {
    match &object.rest {
        Rest::Of(r#type) if r#type.shape != Shape::Any => Some(r#type),
        Rest::Of(_) | Rest::Ignored | Rest::Refused => None,
    }
}
