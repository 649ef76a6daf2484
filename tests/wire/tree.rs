//! A few texts → a source of facts, as a side of a change is one.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gate::basis::{Below, RepoPath};
use gate::facts::manifest::Manifest;
use gate::facts::proto::{self, Proto};
use gate::facts::{Declarations, FileFacts, cargo, rust};
use gate::model::Source;

/// Texts by path, with what they declare once somebody has asked.
pub(crate) struct Tree {
    texts: BTreeMap<RepoPath, String>,
    declarations: RefCell<BTreeMap<RepoPath, Arc<Declarations>>>,
}

impl Tree {
    pub(crate) fn new(files: Vec<(String, String)>) -> Self {
        let texts = files.into_iter().map(|(path, text)| (RepoPath::new(path), text)).collect();
        Self { texts, declarations: RefCell::default() }
    }

    fn text(&self, path: &RepoPath) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }
}

impl Source for Tree {
    fn may_define(&self, _: &RepoPath, _: &str) -> bool {
        true
    }

    fn exists(&self, path: &RepoPath) -> bool {
        self.texts.contains_key(path)
    }

    fn facts(&self, path: &RepoPath) -> Option<Arc<FileFacts>> {
        self.text(path).map(|text| Arc::new(rust::extract(text.as_bytes())))
    }

    fn outline(&self, path: &RepoPath) -> Option<Arc<FileFacts>> {
        self.text(path).map(|text| Arc::new(rust::outline(text.as_bytes())))
    }

    fn declarations(&self, path: &RepoPath) -> Option<Arc<Declarations>> {
        let text = self.text(path)?;
        let mut known = self.declarations.borrow_mut();
        let read = || Arc::new(rust::declarations(text.as_bytes()));
        Some(Arc::clone(known.entry(path.clone()).or_insert_with(read)))
    }

    fn manifest(&self, path: &RepoPath) -> Option<Arc<Manifest>> {
        self.text(path).map(|text| Arc::new(cargo::manifest(text)))
    }

    fn proto(&self, path: &RepoPath) -> Option<Arc<Proto>> {
        self.text(path).map(|text| Arc::new(proto::read(text.as_bytes())))
    }

    fn mentions(&self, path: &RepoPath, word: &str) -> bool {
        self.text(path).is_some_and(|text| text.contains(word))
    }

    fn may_declare(&self, _: &RepoPath, _: &str) -> bool {
        true
    }

    fn may_bring(&self, _: &RepoPath, _: &str) -> bool {
        true
    }

    fn holds_any(&self, path: &RepoPath, words: &BTreeSet<&str>) -> bool {
        words.iter().any(|word| self.mentions(path, word))
    }

    fn registering(&self) -> Vec<RepoPath> {
        Vec::new()
    }

    fn documenting(&self) -> Vec<RepoPath> {
        Vec::new()
    }

    fn implementing(&self) -> Vec<RepoPath> {
        Vec::new()
    }

    fn list(&self, folder: &[u8], below: Below) -> Vec<RepoPath> {
        let is_meant = |path: &&RepoPath| below.holds(folder, path.as_bytes());
        self.texts.keys().filter(is_meant).cloned().collect()
    }
}
