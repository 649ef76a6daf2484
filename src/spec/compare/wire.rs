//! Two shapes on one side of the wire → whether the code is held to more or to less.
//!
//! What is sent may only get narrower for clients to be safe, what is taken only wider. Here the question is the code's: it is
//! held to less where it may send what it might not, or need not take what it had to.

use std::collections::{BTreeMap, BTreeSet};

use super::super::design::{At, Design};
use super::super::wire::{Field, Payload, Primitive, Shape, schemas_named};
use super::{Class, either};

/// Which way a body goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// From the code to clients.
    Sent,
    /// From clients to the code.
    Taken,
}

/// What is promised otherwise: the first reason each way.
#[derive(Debug, Default)]
pub(super) struct Promise {
    loosened: Option<String>,
    tightened: Option<String>,
}

impl Promise {
    pub(super) fn loosened(reason: impl Into<String>) -> Self {
        Self { loosened: Some(reason.into()), tightened: None }
    }

    pub(super) fn tightened(reason: impl Into<String>) -> Self {
        Self { loosened: None, tightened: Some(reason.into()) }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.loosened = self.loosened.take().or(other.loosened);
        self.tightened = self.tightened.take().or(other.tightened);
    }

    /// Less in one place is less, whatever else is more.
    pub(super) fn classified(self) -> Option<(Class, String)> {
        let loosened = self.loosened.is_some();
        self.loosened.or(self.tightened).map(|reason| (either(loosened), reason))
    }

    /// Wider on one side of the wire is narrower for the code on the other.
    fn wider(wider: bool, side: Side, reason: String) -> Self {
        if wider == (side == Side::Sent) { Self::loosened(reason) } else { Self::tightened(reason) }
    }
}

/// The schemas of both designs, by name.
pub(super) struct Schemas<'a> {
    base: BTreeMap<&'a str, &'a Shape>,
    head: BTreeMap<&'a str, &'a Shape>,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(base: &'a Design, head: &'a Design) -> Self {
        let all = |design: &'a Design| {
            design.schemas.iter().map(|schema| (schema.name.value.as_str(), &schema.shape)).collect()
        };
        Self { base: all(base), head: all(head) }
    }

    /// Two payloads of one request or response.
    pub(super) fn payloads(&self, before: &Payload, after: &Payload, side: Side) -> Promise {
        match (before, after) {
            (Payload::Empty, Payload::Empty) => Promise::default(),
            (Payload::Empty, Payload::Body { optional: true, .. }) => Promise::tightened("a body is taken"),
            (Payload::Empty, Payload::Body { .. }) => Promise::loosened("there is a body"),
            (Payload::Body { .. }, Payload::Empty) => Promise::loosened("there is no body"),
            (
                Payload::Body { media, shape, optional },
                Payload::Body { media: media_now, shape: shape_now, optional: optional_now },
            ) => {
                let mut promise = Promise::default();
                if media != media_now {
                    promise.add(Promise::loosened("another media type"));
                }
                if optional != optional_now {
                    let reason = "whether the body may be absent".to_owned();
                    promise.add(Promise::wider(*optional_now, side, reason));
                }
                promise.add(match (shape, shape_now) {
                    (None, None) => Promise::default(),
                    (None, Some(_)) => Promise::tightened("what the body looks like is promised"),
                    (Some(_), None) => Promise::loosened("what the body looks like is promised to nobody"),
                    (Some(before), Some(after)) => self.compare(before, after, side),
                });
                promise
            }
        }
    }

    /// Two shapes. Schemas of one name are compared where they are declared.
    pub(super) fn compare(&self, before: &Shape, after: &Shape, side: Side) -> Promise {
        let mut promise = Promise::default();
        let mut open: Vec<(Shape, Shape)> = vec![(before.clone(), after.clone())];
        let mut met: BTreeSet<(String, String)> = BTreeSet::new();
        while let Some((before, after)) = open.pop() {
            let (before, after) = match (self.named(before, &self.base), self.named(after, &self.head)) {
                ((Some(one), _), (Some(other), _)) if one == other => continue,
                ((Some(one), before), (Some(other), after)) => {
                    if !met.insert((one, other)) {
                        continue;
                    }
                    (before, after)
                }
                ((_, before), (_, after)) => (before, after),
            };
            promise.add(step(&before, &after, side, &mut open));
        }
        promise
    }

    /// Two lists of fields, or of parameters.
    pub(super) fn fields(&self, before: &[Field], after: &[Field], side: Side) -> Promise {
        self.compare(&Shape::Object(before.to_vec()), &Shape::Object(after.to_vec()), side)
    }

    /// The name of a schema, and what it stands for where that is known.
    fn named(&self, shape: Shape, known: &BTreeMap<&str, &Shape>) -> (Option<String>, Shape) {
        match &shape {
            Shape::Schema(name) => {
                let inner = known.get(name.as_str()).map(|shape| (*shape).clone());
                (Some(name.clone()), inner.unwrap_or(shape))
            }
            Shape::Primitive(_)
            | Shape::List(_)
            | Shape::Map(_)
            | Shape::Nullable(_)
            | Shape::Enum(_)
            | Shape::Object(_) => (None, shape),
        }
    }
}

/// Compares the outermost part of two shapes; inner parts are put on the pile.
fn step(before: &Shape, after: &Shape, side: Side, open: &mut Vec<(Shape, Shape)>) -> Promise {
    match (before, after) {
        (Shape::List(before), Shape::List(after)) | (Shape::Map(before), Shape::Map(after)) => {
            open.push(((**before).clone(), (**after).clone()));
            Promise::default()
        }
        (Shape::Nullable(before), Shape::Nullable(after)) => {
            open.push(((**before).clone(), (**after).clone()));
            Promise::default()
        }
        (Shape::Nullable(before), after) => {
            open.push(((**before).clone(), after.clone()));
            Promise::wider(false, side, "a value may not be null".to_owned())
        }
        (before, Shape::Nullable(after)) => {
            open.push((before.clone(), (**after).clone()));
            Promise::wider(true, side, "a value may be null".to_owned())
        }
        (Shape::Primitive(before), Shape::Primitive(after)) => primitives(*before, *after, side),
        (Shape::Primitive(before @ (Primitive::Any | Primitive::String)), Shape::Enum(_)) => {
            Promise::wider(false, side, format!("fewer values than `{}` has", before.as_str()))
        }
        (Shape::Enum(_), Shape::Primitive(after @ (Primitive::Any | Primitive::String))) => {
            Promise::wider(true, side, format!("any `{}`", after.as_str()))
        }
        (Shape::Primitive(Primitive::Any), _) => Promise::wider(false, side, "not any value".to_owned()),
        (_, Shape::Primitive(Primitive::Any)) => Promise::wider(true, side, "any value".to_owned()),
        (Shape::Enum(before), Shape::Enum(after)) => values(before, after, side),
        (Shape::Object(before), Shape::Object(after)) => objects(before, after, side, open),
        (Shape::Schema(before), Shape::Schema(after)) if before == after => Promise::default(),
        _ => Promise::loosened("another type"),
    }
}

fn primitives(before: Primitive, after: Primitive, side: Side) -> Promise {
    let is_text = |primitive: Primitive| {
        matches!(primitive, Primitive::Uuid | Primitive::Date | Primitive::DateTime | Primitive::Time)
    };
    let wider = |narrow: Primitive, wide: Primitive| {
        wide == Primitive::Any
            || (narrow, wide) == (Primitive::Int, Primitive::Number)
            || (is_text(narrow) && wide == Primitive::String)
    };
    let reason = format!("`{}` in place of `{}`", after.as_str(), before.as_str());
    match (before, after) {
        (before, after) if before == after => Promise::default(),
        (before, after) if wider(before, after) => Promise::wider(true, side, reason),
        (before, after) if wider(after, before) => Promise::wider(false, side, reason),
        _ => Promise::loosened(reason),
    }
}

fn values(before: &[String], after: &[String], side: Side) -> Promise {
    let (known, now): (BTreeSet<_>, BTreeSet<_>) = (before.iter().collect(), after.iter().collect());
    let mut promise = Promise::default();
    if let Some(new) = now.difference(&known).next() {
        promise.add(Promise::wider(true, side, format!("`{new}` is a value too")));
    }
    if let Some(gone) = known.difference(&now).next() {
        promise.add(Promise::wider(false, side, format!("`{gone}` is no value any more")));
    }
    promise
}

fn objects(before: &[Field], after: &[Field], side: Side, open: &mut Vec<(Shape, Shape)>) -> Promise {
    let by_name = |fields: &[Field]| -> BTreeMap<String, Field> {
        fields.iter().map(|field| (field.name.value.clone(), field.clone())).collect()
    };
    let (known, now) = (by_name(before), by_name(after));
    let mut promise = Promise::default();
    for name in known.keys().chain(now.keys()).collect::<BTreeSet<_>>() {
        promise.add(match (known.get(name), now.get(name)) {
            (Some(before), Some(after)) => {
                open.push((before.shape.clone(), after.shape.clone()));
                match (before.optional, after.optional) {
                    (false, true) => Promise::wider(true, side, format!("`{name}` may be absent")),
                    (true, false) => Promise::wider(false, side, format!("`{name}` may not be absent")),
                    (true, true) | (false, false) => Promise::default(),
                }
            }
            (Some(_), None) => Promise::loosened(format!("`{name}` is promised to nobody")),
            (None, Some(field)) if side == Side::Taken && !field.optional => {
                Promise::loosened(format!("`{name}` may be asked for"))
            }
            (None, _) => Promise::tightened(format!("`{name}` is promised")),
        });
    }
    promise
}

/// The schemas that a payload names.
pub(super) fn names_in(payload: &Payload) -> Vec<&str> {
    match payload {
        Payload::Empty | Payload::Body { shape: None, .. } => Vec::new(),
        Payload::Body { shape: Some(shape), .. } => names_in_shape(shape),
    }
}

/// The schemas that a shape names.
pub(super) fn names_in_shape(shape: &Shape) -> Vec<&str> {
    let mut found = Vec::new();
    schemas_named(shape, At::default(), &mut |name, _| found.push(name));
    found
}
