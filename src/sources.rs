//! Snapshots of git → facts, remembered by blob id: the source that the model asks.
//!
//! A blob is read and parsed at most once in a run, whichever sides hold it. Under a question about the whole tree the parsing
//! is spread over all cores first; texts are not kept then.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use memchr::memmem;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::basis::{BlobId, Reason, RepoPath, Site};
use crate::facts::manifest::Manifest;
use crate::facts::{self, FileFacts, Language, Unread};
use crate::git::{Entry, GitError, Mode, ReadError, Snapshot};
use crate::model::Source;

/// What was read so far, by blob id; shared by the sides of a run.
#[derive(Default)]
pub(crate) struct Store {
    facts: RefCell<FxHashMap<BlobId, Arc<FileFacts>>>,
    outlines: RefCell<FxHashMap<BlobId, Arc<FileFacts>>>,
    manifests: RefCell<FxHashMap<BlobId, Arc<Manifest>>>,
    texts: RefCell<FxHashMap<BlobId, Arc<[u8]>>>,
}

/// One side of a run as a source of facts.
pub(crate) struct Side<'s> {
    snapshot: &'s Snapshot,
    store: &'s Store,
    /// The first thing that the tree itself could not tell; a run that met one has judged nothing.
    failure: RefCell<Option<GitError>>,
}

impl<'s> Side<'s> {
    pub(crate) fn new(snapshot: &'s Snapshot, store: &'s Store) -> Self {
        Self { snapshot, store, failure: RefCell::default() }
    }

    /// What kept the tree from being read, if anything did.
    pub(crate) fn failure(&self) -> Result<(), GitError> {
        self.failure.borrow().clone().map_or(Ok(()), Err)
    }

    fn regular(&self, path: &RepoPath) -> Option<Entry> {
        let entry = self.snapshot.entry(path).unwrap_or_else(|error| {
            self.fail(error.into());
            None
        });
        entry.filter(|entry| is_regular(entry.mode))
    }

    fn fail(&self, error: GitError) {
        self.failure.borrow_mut().get_or_insert(error);
    }

    fn entries(&self, folder: &[u8]) -> Vec<(RepoPath, Entry)> {
        let mut entries = self.snapshot.list(folder).unwrap_or_else(|error| {
            self.fail(error);
            Vec::new()
        });
        entries.retain(|(_, entry)| is_regular(entry.mode));
        entries
    }

    fn bytes(&self, path: &RepoPath, entry: Entry) -> Result<Arc<[u8]>, ReadError> {
        if let Some(known) = self.store.texts.borrow().get(&entry.id) {
            return Ok(known.clone());
        }
        let bytes: Arc<[u8]> = self.snapshot.read(path, entry)?.into();
        self.store.texts.borrow_mut().insert(entry.id, bytes.clone());
        Ok(bytes)
    }

    /// The text of a file, for a snippet; what is not UTF-8 in it is replaced.
    pub(crate) fn text(&self, path: &RepoPath) -> Option<Arc<str>> {
        let entry = self.regular(path)?;
        let bytes = self.bytes(path, entry).ok()?;
        Some(String::from_utf8_lossy(&bytes).into())
    }

    /// Reads and parses every source file of the tree on all cores.
    pub(crate) fn read_all(&self) {
        let mut wanted = self.entries(b"");
        let known = self.store.facts.borrow();
        wanted.retain(|(path, entry)| Language::of(path).is_some() && !known.contains_key(&entry.id));
        drop(known);
        wanted.sort_by_key(|(_, entry)| entry.id);
        wanted.dedup_by_key(|(_, entry)| entry.id);
        let snapshot = self.snapshot;
        let read = |(path, entry): &(RepoPath, Entry)| {
            (entry.id, Arc::new(extract(path, snapshot.read(path, *entry))))
        };
        let parsed: Vec<_> = wanted.par_iter().map(read).collect();
        self.store.facts.borrow_mut().extend(parsed);
    }
}

impl Source for Side<'_> {
    fn exists(&self, path: &RepoPath) -> bool {
        self.regular(path).is_some()
    }

    fn facts(&self, path: &RepoPath) -> Option<Arc<FileFacts>> {
        let entry = self.regular(path)?;
        if let Some(known) = self.store.facts.borrow().get(&entry.id) {
            return Some(known.clone());
        }
        let facts = Arc::new(match self.bytes(path, entry) {
            Ok(bytes) => extract(path, Ok(bytes.to_vec())),
            Err(error) => extract(path, Err(error)),
        });
        self.store.facts.borrow_mut().insert(entry.id, facts.clone());
        Some(facts)
    }

    fn outline(&self, path: &RepoPath) -> Option<Arc<FileFacts>> {
        let entry = self.regular(path)?;
        if let Some(known) = self.store.facts.borrow().get(&entry.id) {
            return Some(known.clone());
        }
        if let Some(known) = self.store.outlines.borrow().get(&entry.id) {
            return Some(known.clone());
        }
        let facts = Arc::new(match self.bytes(path, entry) {
            Ok(bytes) => (Language::named(path).outline)(&bytes),
            Err(error) => extract(path, Err(error)),
        });
        self.store.outlines.borrow_mut().insert(entry.id, facts.clone());
        Some(facts)
    }

    fn manifest(&self, path: &RepoPath) -> Option<Arc<Manifest>> {
        let entry = self.regular(path)?;
        if let Some(known) = self.store.manifests.borrow().get(&entry.id) {
            return Some(known.clone());
        }
        let manifest = match self.bytes(path, entry) {
            Ok(bytes) => facts::cargo::manifest(&String::from_utf8_lossy(&bytes)),
            Err(error) => Manifest { unreadable: Some((0, error.to_string().into())), ..Manifest::default() },
        };
        let manifest = Arc::new(manifest);
        self.store.manifests.borrow_mut().insert(entry.id, manifest.clone());
        Some(manifest)
    }

    fn mentions(&self, path: &RepoPath, word: &str) -> bool {
        let Some(entry) = self.regular(path) else { return false };
        self.store.facts.borrow().contains_key(&entry.id)
            || self.store.outlines.borrow().contains_key(&entry.id)
            // What cannot be read may hold anything.
            || self.bytes(path, entry).map_or(true, |bytes| memmem::find(&bytes, word.as_bytes()).is_some())
    }

    fn holds_any(&self, path: &RepoPath, words: &BTreeSet<&str>) -> bool {
        let Some(entry) = self.regular(path) else { return false };
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        let holds = |bytes: &[u8]| {
            let mut parts = bytes.split(|byte| !is_word(byte)).filter(|part| !part.is_empty());
            parts.any(|part| std::str::from_utf8(part).is_ok_and(|part| words.contains(part)))
        };
        self.bytes(path, entry).map_or(true, |bytes| holds(&bytes))
    }

    fn may_register(&self, path: &RepoPath) -> bool {
        let Some(entry) = self.regular(path) else { return false };
        if let Some(known) = self.store.facts.borrow().get(&entry.id) {
            return !known.bodies.is_empty();
        }
        self.bytes(path, entry)
            .map_or(true, |bytes| facts::frameworks::marks(&String::from_utf8_lossy(&bytes)))
    }

    fn list(&self, folder: &[u8]) -> Vec<RepoPath> {
        self.entries(folder).into_iter().map(|(path, _)| path).collect()
    }
}

/// Whether something of this mode is read at all: links are never followed, submodules never entered.
pub(crate) fn is_regular(mode: Mode) -> bool {
    match mode {
        Mode::File | Mode::Executable => true,
        Mode::Symlink | Mode::Submodule => false,
    }
}

fn extract(path: &RepoPath, bytes: Result<Vec<u8>, ReadError>) -> FileFacts {
    match bytes {
        Ok(bytes) => (Language::named(path).extract)(&bytes),
        Err(error) => {
            let text = error.to_string().into();
            FileFacts::unreadable(vec![Unread { reason: Reason::MissingObject, site: Site::default(), text }])
        }
    }
}
