//! A side of a change → the same side, with a note of all that it was asked: what an answer depends on, to be kept with it.
//!
//! An answer holds for every side that would answer the same questions alike. Which files a side reads is found out by asking; what
//! they mean is decided elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::basis::{Below, BlobId, Reason, RepoPath};
use crate::facts::manifest::Manifest;
use crate::facts::proto::Proto;
use crate::facts::rust::expand::{Call, Expansion, Text, Work};
use crate::facts::{Declarations, FileFacts, Language};
use crate::git;
use crate::model::Source;
use crate::sources::Side;

/// What was asked of a tree, and what it answered.
#[derive(Serialize, Deserialize)]
pub(crate) struct Trace {
    /// Files, with the id of what they hold; `None` where there was none.
    files: Vec<(RepoPath, Option<BlobId>)>,
    /// Folders, with the id of the list of files below.
    folders: Vec<((RepoPath, Below), Option<BlobId>)>,
    /// The id of the list of manifests, where that was asked for.
    manifests: Option<Option<BlobId>>,
    /// The id of the list of `.proto` files, where that was asked for.
    protos: Option<Option<BlobId>>,
    /// The id of the list of files that may register routes, where that was asked for.
    registering: Option<Option<BlobId>>,
    /// The id of the list of files that may document endpoints, where that was asked for.
    documenting: Option<Option<BlobId>>,
    /// The id of the list of files in which types may say what they are to a web framework, where that was asked for.
    implementing: Option<Option<BlobId>>,
}

impl Trace {
    /// Whether a side would answer the same.
    pub(crate) fn holds(&self, side: &Side<'_>) -> bool {
        self.files.iter().all(|(path, id)| side.id_at(path) == *id)
            && self
                .folders
                .iter()
                .all(|((folder, below), id)| id_of(&side.list(folder.as_bytes(), *below)) == *id)
            && self.manifests.is_none_or(|id| id_of(&side.manifests()) == id)
            && self.protos.is_none_or(|id| id_of(&side.protos()) == id)
            && self.registering.is_none_or(|id| id_of(&side.registering()) == id)
            && self.documenting.is_none_or(|id| id_of(&side.documenting()) == id)
            && self.implementing.is_none_or(|id| id_of(&side.implementing()) == id)
    }

    /// What a side answers otherwise of which this is known for `base`, from which it differs in `changed`: files that hold something
    /// else. `None` where it may be more than that: a list of files.
    pub(crate) fn differs(
        &self,
        (base, side): (&Side<'_>, &Side<'_>),
        changed: &[&RepoPath],
    ) -> Option<Vec<RepoPath>> {
        let mut found = Vec::new();
        for path in changed {
            let id = side.id_at(path);
            let is_source = Language::of(path).is_some();
            let is_listed = is_source
                || path.file_name() == b"Cargo.toml"
                || path.has_extension("proto")
                || self
                    .folders
                    .iter()
                    .any(|((folder, below), _)| below.holds(folder.as_bytes(), path.as_bytes()));
            if is_listed && id.is_some() != base.id_at(path).is_some() {
                return None;
            }
            if is_source && base.marks_at(path) != side.marks_at(path) {
                return None;
            }
            let known = self.files.binary_search_by(|(known, _)| known.cmp(path));
            found.extend(known.ok().filter(|at| self.files[*at].1 != id).map(|_| RepoPath::clone(path)));
        }
        Some(found)
    }

    /// What was asked of a side that answers otherwise of `files` alone, and all that was asked of it beside.
    pub(crate) fn beside(&self, side: &Side<'_>, files: &[RepoPath], more: Self) -> Self {
        let mut all: BTreeMap<RepoPath, Option<BlobId>> = self.files.iter().cloned().collect();
        all.extend(files.iter().map(|file| (file.clone(), side.id_at(file))));
        all.extend(more.files);
        let folders: BTreeMap<(RepoPath, Below), Option<BlobId>> =
            self.folders.iter().cloned().chain(more.folders).collect();
        Self {
            files: all.into_iter().collect(),
            folders: folders.into_iter().collect(),
            manifests: self.manifests.or(more.manifests),
            protos: self.protos.or(more.protos),
            registering: self.registering.or(more.registering),
            documenting: self.documenting.or(more.documenting),
            implementing: self.implementing.or(more.implementing),
        }
    }
}

/// The id of a list of paths.
pub(crate) fn id_of(paths: &[RepoPath]) -> Option<BlobId> {
    git::id_of(&paths.iter().flat_map(|path| [path.as_bytes(), b"\0"].concat()).collect::<Vec<u8>>())
}

/// The id of a list, once it was asked for.
type Listed = Mutex<Option<Option<BlobId>>>;

/// A side that notes what it is asked.
pub(crate) struct Traced<'s> {
    side: &'s Side<'s>,
    files: Mutex<BTreeMap<RepoPath, Option<BlobId>>>,
    folders: Mutex<BTreeMap<(RepoPath, Below), Option<BlobId>>>,
    manifests: Listed,
    protos: Listed,
    registering: Listed,
    documenting: Listed,
    implementing: Listed,
    /// Whether something could not be had that may be there the next time.
    is_uncertain: AtomicBool,
}

impl<'s> Traced<'s> {
    /// Nothing asked yet.
    pub(crate) fn new(side: &'s Side<'s>) -> Self {
        let (files, folders) = Default::default();
        let [manifests, protos, registering, documenting, implementing] =
            std::array::from_fn(|_| Listed::default());
        let is_uncertain = AtomicBool::new(false);
        Self { side, files, folders, manifests, protos, registering, documenting, implementing, is_uncertain }
    }

    /// What was asked.
    pub(crate) fn trace(self) -> Trace {
        let files = self.files.into_inner().unwrap_or_else(PoisonError::into_inner);
        let folders = self.folders.into_inner().unwrap_or_else(PoisonError::into_inner);
        let listed = [self.manifests, self.protos, self.registering, self.documenting, self.implementing];
        let [manifests, protos, registering, documenting, implementing] =
            listed.map(|listed| listed.into_inner().unwrap_or_else(PoisonError::into_inner));
        let (files, folders) = (files.into_iter().collect(), folders.into_iter().collect());
        Trace { files, folders, manifests, protos, registering, documenting, implementing }
    }

    /// Whether the same would be answered again: everything that was asked for could be had.
    pub(crate) fn is_certain(&self) -> bool {
        !self.is_uncertain.load(Ordering::Relaxed) && self.side.failure().is_ok()
    }

    fn note(&self, path: &RepoPath) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if !files.contains_key(path) {
            files.insert(path.clone(), self.side.id_at(path));
        }
    }

    fn listed(&self, noted: &Listed, files: Vec<RepoPath>) -> Vec<RepoPath> {
        noted.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| id_of(&files));
        files
    }

    fn certain(&self, facts: Option<Arc<FileFacts>>) -> Option<Arc<FileFacts>> {
        let is_missing =
            |facts: &Arc<FileFacts>| facts.unread.iter().any(|unread| unread.reason == Reason::MissingObject);
        if facts.as_ref().is_some_and(is_missing) {
            self.is_uncertain.store(true, Ordering::Relaxed);
        }
        facts
    }
}

impl Source for Traced<'_> {
    fn exists(&self, path: &RepoPath) -> bool {
        self.note(path);
        self.side.exists(path)
    }

    fn facts(&self, path: &RepoPath) -> Option<Arc<FileFacts>> {
        self.note(path);
        self.certain(self.side.facts(path))
    }

    fn outline(&self, path: &RepoPath) -> Option<Arc<FileFacts>> {
        self.note(path);
        self.certain(self.side.outline(path))
    }

    fn declarations(&self, path: &RepoPath) -> Option<Arc<Declarations>> {
        self.note(path);
        self.side.declarations(path)
    }

    fn manifest(&self, path: &RepoPath) -> Option<Arc<Manifest>> {
        self.note(path);
        let manifest = self.side.manifest(path);
        if manifest.as_ref().is_some_and(|manifest| manifest.unreadable.is_some()) {
            self.is_uncertain.store(true, Ordering::Relaxed);
        }
        manifest
    }

    fn mentions(&self, path: &RepoPath, word: &str) -> bool {
        self.note(path);
        self.side.mentions(path, word)
    }

    fn may_define(&self, path: &RepoPath, name: &str) -> bool {
        self.note(path);
        self.side.may_define(path, name)
    }

    fn may_declare(&self, path: &RepoPath, name: &str) -> bool {
        self.note(path);
        self.side.may_declare(path, name)
    }

    fn may_bring(&self, path: &RepoPath, file_name: &str) -> bool {
        self.note(path);
        self.side.may_bring(path, file_name)
    }

    fn holds_any(&self, path: &RepoPath, words: &BTreeSet<&str>) -> bool {
        self.note(path);
        self.side.holds_any(path, words)
    }

    fn registering(&self) -> Vec<RepoPath> {
        self.listed(&self.registering, self.side.registering())
    }

    fn documenting(&self) -> Vec<RepoPath> {
        self.listed(&self.documenting, self.side.documenting())
    }

    fn implementing(&self) -> Vec<RepoPath> {
        self.listed(&self.implementing, self.side.implementing())
    }

    fn protos(&self) -> Vec<RepoPath> {
        self.listed(&self.protos, self.side.protos())
    }

    fn proto(&self, path: &RepoPath) -> Option<Arc<Proto>> {
        self.note(path);
        self.side.proto(path)
    }

    fn manifests(&self) -> Vec<RepoPath> {
        self.listed(&self.manifests, self.side.manifests())
    }

    fn expansion(&self, call: &Call<'_>, work: &mut Work) -> Option<Arc<Expansion>> {
        self.side.expansion(call, work)
    }

    fn declared(&self, text: &Text) -> Arc<Declarations> {
        self.side.declared(text)
    }

    fn list(&self, folder: &[u8], below: Below) -> Vec<RepoPath> {
        let files = self.side.list(folder, below);
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.entry((RepoPath::new(folder), below)).or_insert_with(|| id_of(&files));
        files
    }
}
