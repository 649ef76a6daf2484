//! OpenAPI 3.0 and 3.1 and Swagger 2.0 → a [`Document`].
//!
//! Every spelling of the same thing becomes one form. What the form has no place for is counted with its key and place; only a
//! document that is absent or cannot be parsed is an error.

mod beside;
mod bodies;
mod facets;
mod files;
mod keys;
mod operations;
mod parameters;
mod schema;
mod security;
mod servers;
mod shape;
mod tags;
mod unions;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use self::files::{At, Files};
use super::document::{Document, Security, Unhandled};
use super::unreadable::Unreadable;
use crate::basis::RepoPath;
use crate::basis::wire::{NamedType, Spot, TypeId, Types};

/// So many schemas are read beyond three for each value that is written. Schemas that are woven into each other can mean billions.
const MOST_AGAIN: usize = 100_000;

/// So often a reference may lead to nothing but another one.
const MOST_HOPS: usize = 32;

/// The document at `path`; `source` gives the text of any file of the tree.
pub fn read(source: &dyn Fn(&RepoPath) -> Option<Arc<str>>, path: &RepoPath) -> Result<Document, Unreadable> {
    let files = Files::read(source, path)?;
    let root = files.root();
    let mut reader = Reader::new(&files);
    reader.known_keys(root, keys::DOCUMENT);
    let schemes = reader.schemes(root);
    let security = reader.security(root).unwrap_or(Security::Unsaid);
    let security_at = root.node.entry("security").map(|entry| root.spot(entry.at));
    let operations = reader.operations(root, &security);
    let webhooks = reader.webhooks(root);
    reader.named_types();
    let Reader { types, unhandled, .. } = reader;
    let mut document = Document {
        types: Types { named: types, files: Vec::new() },
        missing: files.missing.iter().cloned().collect(),
        operations,
        webhooks,
        unhandled: unhandled.into_iter().map(|(at, key)| Unhandled { key, at }).collect(),
        schemes,
        security,
        security_at,
    };
    tags::find(&mut document);
    document.types.files = files.paths;
    Ok(document)
}

/// Which specification a document follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    Swagger2,
    /// 3.0, with its own dialect of JSON Schema.
    Three,
    /// 3.1 and later, with JSON Schema itself.
    ThreeOne,
}

/// What is known while a document is read.
struct Reader<'d> {
    files: &'d Files,
    version: Version,
    types: Vec<NamedType>,
    known: BTreeMap<(u32, usize), TypeId>,
    /// Named types that are not read yet.
    waiting: VecDeque<(TypeId, At<'d>)>,
    unhandled: BTreeSet<(Spot, Box<str>)>,
    /// Schemas that are being read, by their parts, and the names given to those that contain themselves.
    open: Vec<(Vec<schema::Identity>, Option<TypeId>)>,
    /// How many more schemas are read.
    budget: usize,
}

impl<'d> Reader<'d> {
    fn new(files: &'d Files) -> Self {
        let root = files.root();
        let version = match root.text("openapi") {
            None => Version::Swagger2,
            Some(text) if text.starts_with("3.0") || text.trim() == "3" => Version::Three,
            Some(_) => Version::ThreeOne,
        };
        Self {
            files,
            version,
            types: Vec::new(),
            known: BTreeMap::new(),
            waiting: VecDeque::new(),
            unhandled: BTreeSet::new(),
            open: Vec::new(),
            budget: MOST_AGAIN + 3 * files.values,
        }
    }

    /// Counts what has no place in the form.
    fn leave(&mut self, key: &str, at: Spot) {
        self.unhandled.insert((at, key.into()));
    }

    /// Counts the keys of a map that are none of `known` and no extension.
    fn known_keys(&mut self, map: At<'d>, known: &[&str]) {
        for (entry, _) in map.entries() {
            if !known.contains(&&*entry.key) && !entry.key.starts_with("x-") {
                self.leave(&entry.key, map.spot(entry.at));
            }
        }
    }

    /// The object itself where a reference stands in its place; `None`, and counted, where it leads nowhere.
    fn resolved(&mut self, at: At<'d>) -> Option<At<'d>> {
        let mut at = at;
        for _ in 0..MOST_HOPS {
            let Some(entry) = at.node.entry("$ref") else { return Some(at) };
            match entry.node.text().map(|reference| self.files.resolve(at.file, reference)) {
                Some(Ok(target)) => at = target,
                Some(Err(_)) | None => break,
            }
        }
        let span = at.node.entry("$ref").map_or(at.node.span, |entry| entry.node.span);
        self.leave("$ref", at.spot(span));
        None
    }
}

#[cfg(test)]
mod tests;
