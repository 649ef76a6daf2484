//! `#[serde(…)]` over a type, a variant or a field → what it says in one direction.
//!
//! What changes nothing on the wire (`bound`, `borrow`, `crate`, `expecting`, `getter`) is not kept.

use super::Direction;
use super::case::Case;
use crate::facts::Attribute;
use crate::facts::frameworks::{Argument, arguments};

/// What the attributes say.
#[derive(Clone, Debug, Default)]
pub(super) struct Serde {
    /// `rename`.
    pub(super) rename: Option<Box<str>>,
    /// `rename_all`.
    pub(super) rename_all: Option<Case>,
    /// `rename_all_fields`.
    pub(super) rename_all_fields: Option<Case>,
    /// `alias`, and further names of `rename(deserialize = …)`.
    pub(super) aliases: Vec<Box<str>>,
    /// `skip`, or what skips in this direction.
    pub(super) skip: bool,
    /// `skip_serializing_if`, of what is sent.
    pub(super) skip_if: Option<Box<str>>,
    /// `default`, of what is received.
    pub(super) default: bool,
    /// `flatten`.
    pub(super) flatten: bool,
    /// `deny_unknown_fields`, of what is received.
    pub(super) deny_unknown: bool,
    /// `transparent`.
    pub(super) transparent: bool,
    /// `tag`.
    pub(super) tag: Option<Box<str>>,
    /// `content`.
    pub(super) content: Option<Box<str>>,
    /// `untagged`.
    pub(super) untagged: bool,
    /// `other`.
    pub(super) other: bool,
    /// `from`, `try_from` or `into`: the type that stands in.
    pub(super) via: Option<Box<str>>,
    /// `with`, `serialize_with` or `deserialize_with`.
    pub(super) with: Option<Box<str>>,
    /// `#[serde_as(as = …)]` or what it says of this direction.
    pub(super) r#as: Option<Box<str>>,
    /// `remote`: the derived code is for another type.
    pub(super) remote: bool,
    /// `#[skip_serializing_none]`, of what is sent.
    pub(super) skip_none: bool,
    /// `field_identifier` or `variant_identifier`.
    pub(super) identifier: bool,
}

impl Serde {
    pub(super) fn read(attributes: &[Attribute], direction: Direction) -> Self {
        let mut serde = Self::default();
        for attribute in attributes {
            match attribute.path.rsplit("::").next() {
                Some("serde") => {
                    arguments(&attribute.arguments)
                        .iter()
                        .for_each(|argument| serde.add(argument, direction));
                }
                Some("serde_as") => {
                    arguments(&attribute.arguments)
                        .iter()
                        .for_each(|argument| serde.add_as(argument, direction));
                }
                Some("skip_serializing_none") => serde.skip_none = direction == Direction::Emits,
                Some(_) | None => {}
            }
        }
        serde
    }

    fn add(&mut self, argument: &Argument<'_>, direction: Direction) {
        let (accepts, emits) = (direction == Direction::Accepts, direction == Direction::Emits);
        match argument.name {
            "rename" => self.rename(argument, direction),
            "rename_all" => self.rename_all = case(argument, direction).or(self.rename_all),
            "rename_all_fields" => {
                self.rename_all_fields = case(argument, direction).or(self.rename_all_fields)
            }
            "alias" if accepts => self.aliases.extend(argument.text()),
            "skip" => self.skip = true,
            "skip_serializing" => self.skip |= emits,
            "skip_deserializing" => self.skip |= accepts,
            "skip_serializing_if" if emits => self.skip_if = argument.text(),
            "default" => self.default = accepts,
            "flatten" => self.flatten = true,
            "deny_unknown_fields" => self.deny_unknown = accepts,
            "transparent" => self.transparent = true,
            "tag" => self.tag = argument.text(),
            "content" => self.content = argument.text(),
            "untagged" => self.untagged = true,
            "other" => self.other = true,
            "from" | "try_from" if accepts => self.via = argument.text(),
            "into" if emits => self.via = argument.text(),
            "with" => self.with = argument.text(),
            "serialize_with" if emits => self.with = argument.text(),
            "deserialize_with" if accepts => self.with = argument.text(),
            "remote" => self.remote = true,
            "field_identifier" | "variant_identifier" => self.identifier = true,
            _ => {}
        }
    }

    fn rename(&mut self, argument: &Argument<'_>, direction: Direction) {
        let mut names = names(argument, direction).into_iter();
        self.rename = names.next().or_else(|| self.rename.take());
        self.aliases.extend(names);
    }

    fn add_as(&mut self, argument: &Argument<'_>, direction: Direction) {
        let is_meant = match argument.name {
            "as" => self.r#as.is_none(),
            "serialize_as" => direction == Direction::Emits,
            "deserialize_as" => direction == Direction::Accepts,
            _ => false,
        };
        if is_meant {
            self.r#as = argument.text();
        }
    }
}

fn case(argument: &Argument<'_>, direction: Direction) -> Option<Case> {
    names(argument, direction).first().and_then(|name| Case::named(name))
}

/// What `name = "…"` or `name(serialize = "…", deserialize = "…")` says of a direction.
fn names(argument: &Argument<'_>, direction: Direction) -> Vec<Box<str>> {
    if let Some(text) = argument.text() {
        return vec![text];
    }
    let wanted = match direction {
        Direction::Accepts => "deserialize",
        Direction::Emits => "serialize",
    };
    let split = arguments(argument.value.unwrap_or_default());
    split.iter().filter(|part| part.name == wanted).filter_map(Argument::text).collect()
}
