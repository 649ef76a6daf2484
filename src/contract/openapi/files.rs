//! The files of a document, and where its references lead.
//!
//! A reference leads to another place of the document or to another file of the tree: never out of the tree, never to a URL.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::basis::wire::Spot;
use crate::basis::{RepoPath, Span};
use crate::contract::text::{self, Entry, Node, Value};
use crate::contract::unreadable::{Complaint, Unreadable};

/// So many files a document may consist of.
const MOST_FILES: usize = 500;

/// So many bytes they may have together: 64 MiB.
const MOST_BYTES: usize = 64 << 20;

/// A value of one of the files.
#[derive(Clone, Copy)]
pub(super) struct At<'d> {
    /// Index into [`Files::paths`].
    pub(super) file: u32,
    /// The value.
    pub(super) node: &'d Node,
}

/// Every file that a document refers to, parsed.
pub(super) struct Files {
    /// The files, the one that was asked for first.
    pub(super) paths: Vec<RepoPath>,
    /// Those that it refers to and that cannot be read, in order.
    pub(super) missing: BTreeSet<RepoPath>,
    /// How many values they have together.
    pub(super) values: usize,
    roots: Vec<Node>,
    by_path: BTreeMap<RepoPath, u32>,
}

impl Files {
    /// The document at `path` and whatever it refers to.
    pub(super) fn read(
        source: &dyn Fn(&RepoPath) -> Option<Arc<str>>,
        path: &RepoPath,
    ) -> Result<Self, Unreadable> {
        let absent =
            || Unreadable { file: path.clone(), at: None, message: "there is no such file".to_owned() };
        let text = source(path).ok_or_else(absent)?;
        let root = text::read(&text).and_then(whole).map_err(|complaint| complaint.of(path, &text))?;
        let by_path = BTreeMap::from([(path.clone(), 0)]);
        let missing = BTreeSet::new();
        let mut files = Self { paths: vec![path.clone()], missing, values: 0, roots: vec![root], by_path };
        files.follow(source, text.len());
        Ok(files)
    }

    fn follow(&mut self, source: &dyn Fn(&RepoPath) -> Option<Arc<str>>, mut bytes: usize) {
        let mut at = 0;
        while at < self.roots.len() {
            let (values, named) = named(&self.roots[at], self.paths[at].folder());
            self.values += values;
            for path in named {
                let is_known = self.by_path.contains_key(&path) || self.missing.contains(&path);
                if is_known || self.roots.len() >= MOST_FILES {
                    continue;
                }
                let text = source(&path).filter(|text| bytes + text.len() <= MOST_BYTES);
                let read = text.and_then(|text| Some((text.len(), text::read(&text).ok()?)));
                let Some((length, root)) = read else {
                    self.missing.insert(path);
                    continue;
                };
                bytes += length;
                self.by_path.insert(path.clone(), Span::new(self.roots.len(), 0).start);
                self.paths.push(path);
                self.roots.push(root);
            }
            at += 1;
        }
    }

    /// The value of the first file.
    pub(super) fn root(&self) -> At<'_> {
        At { file: 0, node: &self.roots[0] }
    }

    /// The key of what a reference leads to; `None` where it is no value of a map.
    pub(super) fn key(&self, file: u32, reference: &str) -> Option<Spot> {
        let (around, name) = reference.rsplit_once('/').filter(|(around, _)| around.contains('#'))?;
        let around = self.resolve(file, around).ok()?;
        let name = part_of(name);
        around.node.entry(&name).map(|entry| around.spot(entry.at))
    }

    /// Where a reference that stands in `file` leads; why not, where it leads nowhere.
    pub(super) fn resolve(&self, file: u32, reference: &str) -> Result<At<'_>, &'static str> {
        let (path, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let file = match path {
            "" => file,
            url if url.contains("://") || url.starts_with("//") => return Err("it leads to a URL"),
            path => {
                let folder = self.paths[file as usize].folder();
                let path = RepoPath::resolve(folder, &unescaped(path)).ok_or("it leads out of the tree")?;
                *self.by_path.get(&path).ok_or("the file is not there or cannot be parsed")?
            }
        };
        let mut node = &self.roots[file as usize];
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err("it names an anchor");
        }
        for part in pointer.split('/').skip(1) {
            let key = part_of(part);
            let next = match &node.value {
                Value::List(items) => key.parse::<usize>().ok().and_then(|at| items.get(at)),
                Value::Map(map) => map.get(&key).map(|entry| &entry.node),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => None,
            };
            node = next.ok_or("nothing stands there")?;
        }
        Ok(At { file, node })
    }
}

impl<'d> At<'d> {
    /// The value under this key.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        self.node.get(key).map(|node| Self { node, ..self })
    }

    /// The entries of a map; none of anything else.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'d Entry, Self)> {
        self.node.entries().iter().map(move |entry| (entry, Self { file: self.file, node: &entry.node }))
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(self) -> impl Iterator<Item = Self> {
        self.node.items().iter().map(move |node| Self { node, ..self })
    }

    /// The text under this key.
    pub(super) fn text(self, key: &str) -> Option<&'d str> {
        self.node.get(key).and_then(Node::text)
    }

    /// What stands under this key, as it is written: a text without its quotes, all else as JSON.
    pub(super) fn written(self, key: &str) -> Option<Box<str>> {
        self.node.get(key).map(|node| node.text().map_or_else(|| node.json().into(), Box::from))
    }

    /// Whether `true` stands under this key.
    pub(super) fn says(self, key: &str) -> bool {
        self.node.get(key).is_some_and(Node::is_true)
    }

    /// Where bytes of its file are.
    pub(super) fn spot(self, span: Span) -> Spot {
        Spot { file: self.file, span }
    }

    /// What tells this value from every other one.
    pub(super) fn identity(self) -> (u32, usize) {
        (self.file, std::ptr::from_ref(self.node) as usize)
    }
}

/// A document is a map with the key that says so.
fn whole(root: Node) -> Result<Node, Complaint> {
    let span = Span::new(root.span.start as usize, root.span.start as usize);
    if !root.is_map() {
        return Err(Complaint::new(span, "it is no OpenAPI document: not a map"));
    }
    if root.get("openapi").or(root.get("swagger")).and_then(Node::text).is_none() {
        return Err(Complaint::new(
            span,
            "it is no OpenAPI document: it has neither `openapi` nor `swagger`",
        ));
    }
    Ok(root)
}

/// How many values lie in a value, and the files of the tree that its references name.
fn named(root: &Node, folder: &[u8]) -> (usize, Vec<RepoPath>) {
    let mut values = 0;
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        values += 1;
        open.extend(node.items().iter().rev());
        for entry in node.entries().iter().rev() {
            let reference = (&*entry.key == "$ref").then(|| entry.node.text()).flatten();
            let path = reference.and_then(|text| text.split('#').next()).filter(|path| !path.is_empty());
            found.extend(
                path.filter(|path| !path.contains("://"))
                    .and_then(|path| RepoPath::resolve(folder, &unescaped(path))),
            );
            open.push(&entry.node);
        }
    }
    (values, found)
}

/// A part of a pointer, all that is escaped in it undone.
fn part_of(pointer: &str) -> Cow<'_, str> {
    if !pointer.contains(['%', '~']) {
        return Cow::Borrowed(pointer);
    }
    Cow::Owned(unescaped(pointer).replace("~1", "/").replace("~0", "~"))
}

/// A part of a URI with `%7B` and the like undone; as it stands where that gives no text.
fn unescaped(part: &str) -> String {
    if !part.contains('%') {
        return part.to_owned();
    }
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| part.to_owned())
}
