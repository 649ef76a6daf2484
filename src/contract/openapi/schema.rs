//! A schema → a [`Type`]: what several schemas say together of one value.
//!
//! A schema with `allOf`, with a reference beside other keys, or with alternatives beside fields says several things at once. All
//! of them become a list of parts, and a type is read from the list. A schema that is nothing but a reference stays a name.

use std::collections::BTreeSet;

use super::files::At;
use super::keys::{BESIDE_SCHEMA, PARAMETER, SCHEMA};
use super::{MOST_HOPS, Reader, Version};
use crate::basis::wire::{Marks, NamedType, Shape, Spot, Type, TypeId};
use crate::contract::text::{Node, Value};

/// So deep may schemas lie in each other, whatever they refer to.
const DEEPEST: usize = 64;

/// What tells one part from another.
pub(super) type Identity = ((u32, usize), u8);

/// One of the schemas that are said of a value.
#[derive(Clone, Copy)]
pub(super) struct Part<'d> {
    /// The schema.
    pub(super) at: At<'d>,
    /// Which of its keys are read elsewhere: [`ONE_OF`], [`ANY_OF`], [`APART`], or those of a [`BARE`] parameter.
    pub(super) without: u8,
}

/// Its `oneOf` is read elsewhere.
pub(super) const ONE_OF: u8 = 1;
/// Its `anyOf` is read elsewhere.
pub(super) const ANY_OF: u8 = 2;
/// It is a parameter of Swagger 2.0, which has the keys of a schema among its own.
pub(super) const BARE: u8 = 4;
/// Its reference and its `allOf` are parts of their own already.
const APART: u8 = 8;
/// Of what a reference leads to: it was followed.
const FOLLOWED: u8 = 16;

impl<'d> Part<'d> {
    /// A schema with all of its keys.
    pub(super) fn whole(at: At<'d>) -> Self {
        Self { at, without: 0 }
    }

    fn identity(self) -> Identity {
        (self.at.identity(), self.without)
    }

    /// Whether the key is read elsewhere.
    pub(super) fn lacks(self, key: &str) -> bool {
        match key {
            "oneOf" => self.without & ONE_OF != 0,
            "anyOf" => self.without & ANY_OF != 0,
            "required" => self.without & BARE != 0,
            _ => false,
        }
    }

    /// Whether it says more of a value than that it may be null, and which type it has.
    pub(super) fn constrains(self) -> bool {
        let beside = ["allOf", "$ref", "nullable", "x-nullable", "type", "discriminator"];
        self.at.node.entries().iter().any(|entry| {
            let key = &*entry.key;
            let describes =
                BESIDE_SCHEMA.contains(&key) || key.starts_with("x-") && key != "x-extensible-enum";
            !describes && !beside.contains(&key) && !self.lacks(key)
        })
    }

    /// Whether it says that null is allowed too.
    pub(super) fn allows_null(self) -> bool {
        let listed = self
            .at
            .get("type")
            .is_some_and(|kinds| kinds.node.items().iter().any(|kind| kind.text() == Some("null")));
        listed || self.at.says("nullable") || self.at.says("x-nullable")
    }
}

/// A reference and the schema in which it stands.
#[derive(Clone, Copy)]
struct Reference<'d> {
    at: At<'d>,
    written: &'d Node,
}

/// What is said of a value, `allOf` taken apart.
#[derive(Clone, Copy)]
enum Said<'d> {
    Part(Part<'d>),
    Reference(Reference<'d>),
}

impl<'d> Reader<'d> {
    /// The type that a schema describes.
    pub(super) fn schema(&mut self, at: At<'d>) -> Type {
        self.together(&[Part::whole(at)])
    }

    /// The type that several schemas describe together.
    pub(super) fn together(&mut self, parts: &[Part<'d>]) -> Type {
        let spot = parts.first().map_or_else(Spot::default, |part| place(part.at));
        if self.budget == 0 || self.open.len() >= DEEPEST {
            self.leave("schema", spot);
            return Type::new(
                Shape::Unknown("the schemas are woven into each other without end".into()),
                spot,
            );
        }
        let flat = self.flat(parts);
        if let Some(named) = self.only_name(&flat) {
            return named;
        }
        let leaves = self.leaves(flat);
        self.budget = self.budget.saturating_sub(1 + leaves.len());
        let identity: Vec<Identity> = leaves.iter().map(|leaf| leaf.identity()).collect();
        if let Some(at) = self.open.iter().position(|(open, _)| *open == identity) {
            let id = self.open[at].1.unwrap_or_else(|| self.fresh("schema", spot));
            self.open[at].1 = Some(id);
            return Type::new(Shape::Named(id), spot);
        }
        self.open.push((identity, None));
        let facets = self.facets(&leaves, spot);
        // What stands beside alternatives is said of each of them.
        let beside = if facets.alternatives.is_none() { self.beside(&leaves, &facets) } else { None };
        let mut r#type = self.typed(&leaves, facets);
        if beside.is_some() {
            r#type.beside = beside;
        }
        if let Some((_, Some(id))) = self.open.pop() {
            self.types[id.0 as usize].r#type = r#type.clone();
        }
        r#type
    }

    /// The named type, when nothing else is said than that the value is of it.
    fn only_name(&mut self, flat: &[Said<'d>]) -> Option<Type> {
        let mut only: Option<Reference<'d>> = None;
        let mut nullable = false;
        for said in flat {
            match said {
                Said::Part(part) if part.constrains() => return None,
                Said::Part(part) => nullable |= part.allows_null(),
                Said::Reference(other) => {
                    let same = |first: Reference<'d>| {
                        first.at.file == other.at.file && first.written.text() == other.written.text()
                    };
                    if !only.is_none_or(same) {
                        return None;
                    }
                    only = only.or(Some(*other));
                }
            }
        }
        let named = self.named(only?);
        Some(Type { nullable, ..named })
    }

    /// The name of what a reference leads to; it is read when its turn comes.
    fn named(&mut self, reference: Reference<'d>) -> Type {
        let spot = reference.at.spot(reference.written.span);
        let text = reference.written.text().unwrap_or_default();
        let target = match self.files.resolve(reference.at.file, text) {
            Ok(target) => target,
            Err(reason) => {
                self.leave("$ref", spot);
                return Type::new(Shape::Unknown(format!("`{text}` is not read: {reason}").into()), spot);
            }
        };
        let id = match self.known.get(&target.identity()) {
            Some(id) => *id,
            None => {
                let id = self.fresh(name_of(text), place(target));
                if let Some(key) = self.files.key(reference.at.file, text) {
                    self.types[id.0 as usize].at = key;
                }
                self.known.insert(target.identity(), id);
                self.waiting.push_back((id, target));
                id
            }
        };
        Type::new(Shape::Named(id), spot)
    }

    fn fresh(&mut self, name: &str, at: Spot) -> TypeId {
        let id = TypeId(u32::try_from(self.types.len()).unwrap_or(u32::MAX));
        self.types.push(NamedType { name: name.into(), r#type: Type::new(Shape::Any, at), at });
        id
    }

    /// Reads what was named and not read.
    pub(super) fn named_types(&mut self) {
        while let Some((id, at)) = self.waiting.pop_front() {
            self.types[id.0 as usize].r#type = self.schema(at);
        }
    }

    /// `allOf` taken apart, references left as they are, in the order in which they are written.
    fn flat(&mut self, parts: &[Part<'d>]) -> Vec<Said<'d>> {
        let mut flat = Vec::new();
        let mut open: Vec<Part<'d>> = parts.iter().rev().copied().collect();
        while let Some(mut part) = open.pop() {
            let Value::Map(map) = &part.at.node.value else {
                self.not_a_map(part.at);
                continue;
            };
            if part.without & APART != 0 {
                flat.push(Said::Part(part));
                continue;
            }
            part.without |= APART;
            if let Some(entry) = map.get("$ref").filter(|entry| entry.node.text().is_some()) {
                flat.push(Said::Reference(Reference { at: part.at, written: &entry.node }));
                // Before 3.1, nothing beside a reference counts; that null is allowed is meant by all who write it there.
                if self.version != Version::ThreeOne && part.constrains() {
                    self.leave("$ref", part.at.spot(entry.at));
                    continue;
                }
            }
            flat.push(Said::Part(part));
            if let Some(all) = part.at.get("allOf") {
                open.extend(all.items().map(Part::whole).collect::<Vec<_>>().into_iter().rev());
            }
        }
        flat
    }

    fn not_a_map(&mut self, at: At<'d>) {
        if !at.node.is_true() {
            self.leave("schema", at.spot(at.node.span));
        }
    }

    /// Parts that have neither references nor `allOf`.
    fn leaves(&mut self, flat: Vec<Said<'d>>) -> Vec<Part<'d>> {
        let mut seen = BTreeSet::new();
        let mut leaves = Vec::new();
        let mut open = flat;
        open.reverse();
        while let Some(said) = open.pop() {
            let reference = match said {
                Said::Part(part) => {
                    if seen.insert(part.identity()) {
                        leaves.push(part);
                    }
                    continue;
                }
                Said::Reference(reference) => reference,
            };
            let target = self.files.resolve(reference.at.file, reference.written.text().unwrap_or_default());
            let Ok(target) = target else {
                self.leave("$ref", reference.at.spot(reference.written.span));
                continue;
            };
            if seen.insert((target.identity(), FOLLOWED)) {
                open.extend(self.flat(&[Part::whole(target)]).into_iter().rev());
            }
        }
        leaves
    }

    /// What is said of a field or parameter beside its type, wherever its schema says it.
    pub(super) fn marks(&mut self, parts: &[Part<'d>]) -> Marks {
        let mut marks = Marks::default();
        let mut open: Vec<At<'d>> = parts.iter().map(|part| part.at).collect();
        for _ in 0..MOST_HOPS {
            let mut next = Vec::new();
            for at in open {
                mark(&mut marks, at);
                next.extend(at.get("allOf").into_iter().flat_map(At::items));
                let reference = at.text("$ref").and_then(|text| self.files.resolve(at.file, text).ok());
                next.extend(reference);
            }
            open = next;
            open.truncate(MOST_HOPS);
            if open.is_empty() {
                break;
            }
        }
        marks
    }

    /// Counts the keys of a schema that are not read.
    pub(super) fn known_schema_keys(&mut self, part: Part<'d>) {
        for (entry, _) in part.at.entries() {
            let key = &*entry.key;
            let known = SCHEMA.contains(&key) || BESIDE_SCHEMA.contains(&key) || key.starts_with("x-");
            let bare = part.without & BARE != 0 && PARAMETER.contains(&key);
            if !known && !bare {
                self.leave(key, part.at.spot(entry.at));
            }
        }
    }
}

fn mark(marks: &mut Marks, at: At<'_>) {
    marks.read_only |= at.says("readOnly");
    marks.write_only |= at.says("writeOnly");
    marks.deprecated |= at.says("deprecated");
    if marks.sunset.is_none() {
        marks.sunset = at.written("x-sunset");
    }
    if marks.stability.is_none() {
        marks.stability = at.written("x-stability-level");
    }
    if marks.default.is_none() {
        marks.default = at.node.get("default").map(|value| value.json().into());
    }
}

/// The last part of a reference: of `#/components/schemas/Order` `Order`, of `orders.yaml` `orders`.
pub(super) fn name_of(reference: &str) -> &str {
    let name = reference.rsplit(['/', '#']).find(|part| !part.is_empty()).unwrap_or(reference);
    [".yaml", ".yml", ".json"].into_iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// The words of a schema that say most plainly what it is.
pub(super) fn place(at: At<'_>) -> Spot {
    let value = |key: &str| at.node.get(key).map(|node| node.span);
    let key = |key: &str| at.node.entry(key).map(|entry| entry.at);
    let found = value("$ref").or_else(|| value("type")).or_else(|| value("const"));
    let keys = ["enum", "oneOf", "anyOf", "allOf", "properties", "items", "additionalProperties"];
    at.spot(found.or_else(|| keys.into_iter().find_map(key)).unwrap_or(at.node.span))
}
