//! Parts of a schema → what they say together: kinds, fields, items, constants, alternatives.
//!
//! Where two parts contradict each other the first counts, and the contradiction is counted.

use std::collections::BTreeMap;

use super::Reader;
use super::files::At;
use super::schema::{BARE, Part};
use crate::basis::wire::Spot;
use crate::contract::text::Value;

/// What JSON tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Text,
    Whole,
    Number,
    Bool,
    List,
    Object,
}

/// A field and all that is said of it.
pub(super) struct Property<'d> {
    /// Its name.
    pub(super) name: &'d str,
    /// The bytes of its name.
    pub(super) at: Spot,
    /// The schemas of its value.
    pub(super) parts: Vec<Part<'d>>,
}

/// What several schemas say together.
pub(super) struct Facets<'d> {
    /// Where the schema is written.
    pub(super) at: Spot,
    /// The kinds that are allowed, null left out; `None` when nothing is said.
    pub(super) kinds: Option<Vec<Kind>>,
    /// Whether null is allowed.
    pub(super) null: bool,
    /// `format`.
    pub(super) format: Option<&'d str>,
    /// The constants that are allowed, null left out; `None` when nothing is said.
    pub(super) constants: Option<Vec<At<'d>>>,
    /// Whether other constants may come.
    pub(super) open: bool,
    /// Fields, in the order they are written.
    pub(super) properties: Vec<Property<'d>>,
    /// Names of fields that are always there, each with its place.
    pub(super) required: BTreeMap<&'d str, Spot>,
    /// Whether something is said that only objects have.
    pub(super) object: bool,
    /// The schemas of the items of a list; `None` when nothing is said.
    pub(super) items: Option<Vec<Part<'d>>>,
    /// The items of a list by their position.
    pub(super) tuple: Option<At<'d>>,
    /// The schemas of fields that are not listed; `None` when nothing is said.
    pub(super) rest: Option<Vec<Part<'d>>>,
    /// Whether fields that are not listed are refused.
    pub(super) refused: bool,
    /// The first `oneOf` or `anyOf`: which part has it, and where.
    pub(super) alternatives: Option<(usize, &'static str)>,
    /// A word in `type` that is none of JSON Schema.
    pub(super) odd: Option<(&'d str, Spot)>,
    /// `contentEncoding`, `contentMediaType`, and whether there is a `contentSchema`.
    pub(super) content: (Option<&'d str>, Option<&'d str>, bool),
    index: BTreeMap<&'d str, usize>,
    /// Whether every part that names kinds allows null; `None` while none does.
    listed_null: Option<bool>,
}

impl<'d> Facets<'d> {
    fn new(at: Spot) -> Self {
        Self {
            at,
            kinds: None,
            null: false,
            format: None,
            constants: None,
            open: false,
            properties: Vec::new(),
            required: BTreeMap::new(),
            object: false,
            items: None,
            tuple: None,
            rest: None,
            refused: false,
            alternatives: None,
            odd: None,
            content: (None, None, false),
            index: BTreeMap::new(),
            listed_null: None,
        }
    }

    /// Whether a field with this name is among the properties.
    pub(super) fn describes(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }
}

impl<'d> Reader<'d> {
    /// What the parts say together.
    pub(super) fn facets(&mut self, parts: &[Part<'d>], at: Spot) -> Facets<'d> {
        let mut facets = Facets::new(at);
        for (index, part) in parts.iter().enumerate() {
            self.known_schema_keys(*part);
            self.kinds(*part, &mut facets);
            self.constants(*part, &mut facets);
            fields(*part, &mut facets);
            items(*part, &mut facets);
            let group =
                ["oneOf", "anyOf"].into_iter().find(|key| part.at.get(key).is_some() && !part.lacks(key));
            facets.alternatives = facets.alternatives.or(group.map(|key| (index, key)));
            facets.null |= part.at.says("nullable") || part.at.says("x-nullable");
            if group.is_none()
                && let Some(entry) = part
                    .at
                    .node
                    .entry("discriminator")
                    .filter(|_| !part.lacks("oneOf") && !part.lacks("anyOf"))
            {
                self.leave("discriminator", part.at.spot(entry.at));
            }
        }
        facets.null |= facets.listed_null == Some(true);
        facets
    }

    fn kinds(&mut self, part: Part<'d>, facets: &mut Facets<'d>) {
        if let Some(format) = part.at.text("format") {
            facets.format = facets.format.or(Some(format));
        }
        let content = &mut facets.content;
        content.0 = content.0.or(part.at.text("contentEncoding"));
        content.1 = content.1.or(part.at.text("contentMediaType"));
        content.2 |= part.at.get("contentSchema").is_some();
        let Some(written) = part.at.get("type") else { return };
        let names: Vec<At<'d>> =
            if written.node.text().is_some() { vec![written] } else { written.items().collect() };
        if written.node.text() == Some("file") {
            facets.format = facets.format.or(Some("binary"));
        }
        let null = names.iter().any(|name| name.node.text() == Some("null"));
        facets.listed_null = Some(facets.listed_null.unwrap_or(true) && null);
        let mut kinds = Vec::new();
        for name in names {
            match name.node.text().map(kind) {
                Some(Some(kind)) if !kinds.contains(&kind) => kinds.push(kind),
                Some(None) if name.node.text() != Some("null") => {
                    let at = name.spot(name.node.span);
                    facets.odd = facets.odd.or(name.node.text().map(|odd| (odd, at)));
                    self.leave("type", at);
                }
                Some(_) => {}
                None => self.leave("type", name.spot(name.node.span)),
            }
        }
        if kinds.is_empty() && !null {
            return;
        }
        facets.kinds = Some(match facets.kinds.take() {
            None => kinds,
            Some(before) => {
                let both = common(&before, &kinds);
                if both.is_empty() && !before.is_empty() && !kinds.is_empty() {
                    self.leave("allOf", written.spot(written.node.span));
                    before
                } else {
                    both
                }
            }
        });
    }

    fn constants(&mut self, part: Part<'d>, facets: &mut Facets<'d>) {
        let listed = part.at.get("enum").filter(|list| matches!(list.node.value, Value::List(_)));
        let open = part.at.get("x-extensible-enum").filter(|list| matches!(list.node.value, Value::List(_)));
        facets.open |= open.is_some();
        let found: Vec<At<'d>> = match (part.at.get("const"), listed.or(open)) {
            (Some(one), _) => vec![one],
            (None, Some(list)) => list.items().collect(),
            (None, None) => return,
        };
        facets.null |= found.iter().any(|constant| constant.node.is_null());
        let found = found.into_iter().filter(|constant| !constant.node.is_null());
        facets.constants = Some(match facets.constants.take() {
            None => found.collect(),
            Some(before) => {
                let found: Vec<String> = found.map(|constant| constant.node.json()).collect();
                let (both, other): (Vec<_>, Vec<_>) =
                    before.into_iter().partition(|constant| found.contains(&constant.node.json()));
                if both.is_empty() {
                    self.leave("allOf", part.at.spot(part.at.node.span));
                }
                if both.is_empty() { other } else { both }
            }
        });
    }
}

fn kind(name: &str) -> Option<Kind> {
    match name {
        "string" | "file" => Some(Kind::Text),
        "integer" => Some(Kind::Whole),
        "number" => Some(Kind::Number),
        "boolean" => Some(Kind::Bool),
        "array" => Some(Kind::List),
        "object" => Some(Kind::Object),
        _ => None,
    }
}

/// The kinds that both lists allow; a whole number is a number.
fn common(before: &[Kind], kinds: &[Kind]) -> Vec<Kind> {
    let narrowed = |kind: &Kind| {
        let whole = match kind {
            Kind::Number => !kinds.contains(kind) && kinds.contains(&Kind::Whole),
            Kind::Whole => kinds.contains(&Kind::Number),
            Kind::Text | Kind::Bool | Kind::List | Kind::Object => false,
        };
        if whole { Some(Kind::Whole) } else { kinds.contains(kind).then_some(*kind) }
    };
    before.iter().filter_map(narrowed).collect()
}

fn fields<'d>(part: Part<'d>, facets: &mut Facets<'d>) {
    if let Some(properties) = part.at.get("properties").filter(|properties| properties.node.is_map()) {
        facets.object = true;
        for (entry, value) in properties.entries() {
            let index = *facets.index.entry(&entry.key).or_insert(facets.properties.len());
            if index == facets.properties.len() {
                let at = part.at.spot(entry.at);
                facets.properties.push(Property { name: &entry.key, at, parts: Vec::new() });
            }
            facets.properties[index].parts.push(Part::whole(value));
        }
    }
    if let Some(required) = part.at.get("required").filter(|_| part.without & BARE == 0) {
        for name in required.items() {
            if let Some(text) = name.node.text() {
                facets.object = true;
                facets.required.entry(text).or_insert(name.spot(name.node.span));
            }
        }
    }
    if let Some(rest) = part.at.get("additionalProperties") {
        facets.object = true;
        match &rest.node.value {
            Value::Bool(false) => facets.refused = true,
            Value::Bool(true) => drop(facets.rest.get_or_insert_default()),
            Value::Map(_) => facets.rest.get_or_insert_default().push(Part::whole(rest)),
            Value::Null | Value::Number(_) | Value::Text(_) | Value::List(_) => {}
        }
    }
}

fn items<'d>(part: Part<'d>, facets: &mut Facets<'d>) {
    let tuple = part.at.get("prefixItems").filter(|tuple| !tuple.node.items().is_empty());
    facets.tuple = facets.tuple.or(tuple);
    if let Some(items) = part.at.get("items") {
        match &items.node.value {
            // Before 2020, a list of schemas was a tuple.
            Value::List(list) if !list.is_empty() => facets.tuple = facets.tuple.or(Some(items)),
            Value::Map(_) => facets.items.get_or_insert_default().push(Part::whole(items)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {}
        }
    }
}
