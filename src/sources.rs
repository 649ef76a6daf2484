//! Snapshots of git → facts, remembered by blob id: the source that the model asks.
//!
//! A blob is read and parsed at most once in a run, whichever sides hold it, and not at all when the cache knows it from an
//! earlier run. Under a question about the whole tree the parsing is spread over all cores first; texts are not kept then.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, Once, OnceLock, PoisonError};

use memchr::memmem;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::basis::{Below, BlobId, RepoPath};
use crate::builders::Builders;
use crate::cache::{Cache, Form};
use crate::facts::manifest::Manifest;
use crate::facts::proto::Proto;
use crate::facts::rust::Hints;
use crate::facts::rust::expand::{Call, Expansion, Text, Work};
use crate::facts::{self, Declarations, FileFacts, Language};
use crate::git::{self, Entry, GitError, Mode, ReadError, Snapshot};
use crate::marks::Marks;
use crate::model::Source;
use crate::reading::{Reading, reading};

/// What was read so far, by blob id; shared by the sides of a run and by its threads.
pub(crate) struct Store {
    /// Names that a design asks for: what holds one is read with its bodies.
    words: Vec<Box<str>>,
    cache: Cache,
    facts: Known<FileFacts>,
    outlines: Known<FileFacts>,
    declarations: Known<Declarations>,
    manifests: Known<Manifest>,
    protos: Known<Proto>,
    expansions: Known<Expansion>,
    hints: Known<Hints>,
    texts: Known<[u8]>,
    builders: Known<Builders>,
    marks: Mutex<FxHashMap<BlobId, Marks>>,
    /// The name under which marks are kept.
    kept_marks: Option<BlobId>,
    /// Done once what an earlier run told from texts was taken over.
    recalled: Once,
}

/// Readings of one form, by blob id.
struct Known<T: ?Sized>(Mutex<FxHashMap<BlobId, Arc<T>>>);

impl<T: ?Sized> Known<T> {
    fn new() -> Self {
        Self(Mutex::default())
    }

    /// Nothing is left half done in it, whatever happened to a thread that held it.
    fn lock(&self) -> MutexGuard<'_, FxHashMap<BlobId, Arc<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, id: BlobId) -> Option<Arc<T>> {
        self.lock().get(&id).cloned()
    }

    fn insert(&self, id: BlobId, reading: Arc<T>) {
        self.lock().insert(id, reading);
    }
}

impl Store {
    /// Nothing read yet; readings are kept between runs in a folder, if one is given.
    pub(crate) fn new(cache: Option<&Path>) -> Self {
        Self {
            words: Vec::new(),
            cache: Cache::open(cache),
            facts: Known::new(),
            outlines: Known::new(),
            declarations: Known::new(),
            manifests: Known::new(),
            protos: Known::new(),
            expansions: Known::new(),
            hints: Known::new(),
            texts: Known::new(),
            builders: Known::new(),
            marks: Mutex::default(),
            kept_marks: None,
            recalled: Once::new(),
        }
    }

    /// Reads bodies that hold one of these words too: names that register routes in the words of a design, of which this is the text.
    pub(crate) fn reading_for(self, words: Vec<Box<str>>, design: &[&str]) -> Self {
        let kept_marks = Cache::written(&(&words, design)).and_then(|text| git::id_of(&text));
        Self { words, kept_marks, ..self }
    }

    /// Whether a text holds one of the words that a design asks for.
    fn is_asked(&self, bytes: &[u8]) -> bool {
        self.words.iter().any(|word| memmem::find(bytes, word.as_bytes()).is_some())
    }

    fn marks_of(&self, bytes: &[u8]) -> Marks {
        Marks::of(bytes, self.is_asked(bytes))
    }

    /// What is known of texts: what this run told from them, and what an earlier one with the same design did.
    fn known_marks(&self) -> MutexGuard<'_, FxHashMap<BlobId, Marks>> {
        self.recalled.call_once(|| {
            let kept =
                self.kept_marks.and_then(|name| self.cache.get::<Vec<(BlobId, Marks)>>(name, Form::Marks));
            self.lock_marks().extend(kept.unwrap_or_default());
        });
        self.lock_marks()
    }

    fn lock_marks(&self) -> MutexGuard<'_, FxHashMap<BlobId, Marks>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what this run had to read for later ones.
    pub(crate) fn keep(&self) {
        self.cache.write();
    }
}

/// One side of a run as a source of facts.
pub(crate) struct Side<'s> {
    snapshot: &'s Snapshot,
    store: &'s Store,
    /// The regular files of the tree, once somebody has asked.
    all: OnceLock<Vec<(RepoPath, Entry)>>,
    /// The manifests of the tree, once somebody has asked.
    manifests: OnceLock<Vec<RepoPath>>,
    /// The files that may register routes, once somebody has asked.
    registering: OnceLock<Vec<RepoPath>>,
    /// The types that have methods in those files which may matter to routes, once somebody has asked.
    building: OnceLock<Builders>,
    /// The first thing that the tree itself could not tell; a run that met one has judged nothing.
    failure: Mutex<Option<GitError>>,
}

impl<'s> Side<'s> {
    pub(crate) fn new(snapshot: &'s Snapshot, store: &'s Store) -> Self {
        let (all, manifests, registering) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        let (building, failure) = (OnceLock::new(), Mutex::default());
        Self { snapshot, store, all, manifests, registering, building, failure }
    }

    /// What kept the tree from being read, if anything did.
    pub(crate) fn failure(&self) -> Result<(), GitError> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.clone().map_or(Ok(()), Err)
    }

    fn entry(&self, path: &RepoPath) -> Option<Entry> {
        self.snapshot.entry(path).unwrap_or_else(|error| {
            self.fail(error.into());
            None
        })
    }

    fn regular(&self, path: &RepoPath) -> Option<Entry> {
        self.entry(path).filter(|entry| is_regular(entry.mode))
    }

    /// Whether a symbolic link stands there.
    pub(crate) fn is_link(&self, path: &RepoPath) -> bool {
        self.entry(path).is_some_and(|entry| entry.mode == Mode::Symlink)
    }

    fn fail(&self, error: GitError) {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// Every regular file of the tree, in order.
    fn all(&self) -> &[(RepoPath, Entry)] {
        self.all.get_or_init(|| self.entries(b"", Below::All))
    }

    fn entries(&self, folder: &[u8], below: Below) -> Vec<(RepoPath, Entry)> {
        let mut entries = self.snapshot.list(folder, below).unwrap_or_else(|error| {
            self.fail(error);
            Vec::new()
        });
        entries.retain(|(_, entry)| is_regular(entry.mode));
        entries
    }

    fn bytes(&self, path: &RepoPath, entry: Entry) -> Result<Arc<[u8]>, ReadError> {
        if let Some(known) = self.store.texts.get(entry.id) {
            return Ok(known);
        }
        let bytes: Arc<[u8]> = self.snapshot.read(path, entry)?.into();
        self.store.texts.insert(entry.id, bytes.clone());
        Ok(bytes)
    }

    /// The id of what a regular file holds; `None` where there is none.
    pub(crate) fn id_at(&self, path: &RepoPath) -> Option<BlobId> {
        self.regular(path).map(|entry| entry.id)
    }

    /// The id of the tree that this side is, where it is one.
    pub(crate) fn tree(&self) -> Option<BlobId> {
        self.snapshot.tree()
    }

    /// What the text of a source file may hold; `None` where there is none that could be read.
    pub(crate) fn marks_at(&self, path: &RepoPath) -> Option<Marks> {
        let entry = self.regular(path)?;
        if let Some(known) = self.store.known_marks().get(&entry.id) {
            return Some(*known);
        }
        let marks = self.store.marks_of(&self.bytes(path, entry).ok()?);
        self.store.lock_marks().insert(entry.id, marks);
        Some(marks)
    }

    /// The source files whose texts are marked. One that cannot be read may hold anything.
    fn marked(&self, is_marked: fn(Marks) -> bool) -> Vec<RepoPath> {
        let sources: Vec<&(RepoPath, Entry)> =
            self.all().iter().filter(|(path, _)| Language::of(path).is_some()).collect();
        let mut unknown = sources.clone();
        {
            let known = self.store.known_marks();
            unknown.retain(|(_, entry)| !known.contains_key(&entry.id));
        }
        let read = |(path, entry): &&(RepoPath, Entry)| {
            Some((entry.id, self.store.marks_of(&self.bytes(path, *entry).ok()?)))
        };
        let read: Vec<(BlobId, Marks)> = unknown.par_iter().filter_map(read).collect();
        let is_fresh = !read.is_empty();
        self.store.lock_marks().extend(read);
        if is_fresh {
            self.keep_marks(&sources);
        }
        let known = self.store.lock_marks();
        let is_it = |(_, entry): &&&(RepoPath, Entry)| known.get(&entry.id).copied().is_none_or(is_marked);
        sources.iter().filter(is_it).map(|(path, _)| path.clone()).collect()
    }

    /// Keeps what is known of the texts of this side, in the order of their ids.
    fn keep_marks(&self, sources: &[&(RepoPath, Entry)]) {
        let Some(name) = self.store.kept_marks else { return };
        let known = self.store.lock_marks();
        let all: BTreeSet<BlobId> = sources.iter().map(|(_, entry)| entry.id).collect();
        let all = all.into_iter().filter_map(|id| known.get(&id).map(|marks| (id, *marks)));
        self.store.cache.put(name, Form::Marks, &all.collect::<Vec<_>>());
    }

    /// The cache behind all sides of the run.
    pub(crate) fn cache(&self) -> &'s Cache {
        &self.store.cache
    }

    /// Names that a design asks for; what is known of a text depends on them.
    pub(crate) fn words(&self) -> &'s [Box<str>] {
        &self.store.words
    }

    /// The text of a file, for a snippet; what is not UTF-8 in it is replaced.
    pub(crate) fn text(&self, path: &RepoPath) -> Option<Arc<str>> {
        let entry = self.regular(path)?;
        let bytes = self.bytes(path, entry).ok()?;
        // Checking alone is much less work than looking for what has to be replaced.
        Some(std::str::from_utf8(&bytes).map_or_else(|_| String::from_utf8_lossy(&bytes).into(), Arc::from))
    }

    /// Reads and parses every source file of the tree on all cores.
    pub(crate) fn read_all(&self) {
        self.read_below(&[Vec::new()], &FxHashSet::default());
    }

    /// Reads and parses every source file below the folders on all cores, those of `aside` in outline.
    pub(crate) fn read_below(&self, folders: &[Vec<u8>], aside: &FxHashSet<RepoPath>) {
        let entries = folders.iter().flat_map(|folder| self.entries(folder, Below::All));
        let (outlined, whole): (Vec<_>, Vec<_>) = entries
            .filter(|(path, _)| Language::of(path).is_some())
            .partition(|(path, _)| aside.contains(path));
        self.read_each(whole, (&self.store.facts, Form::Facts), facts_of);
        self.read_each(outlined, (&self.store.outlines, Form::Outline), outline_of);
    }

    /// Reads files in one form, whatever is not known yet, on all cores.
    fn read_each(
        &self,
        mut wanted: Vec<(RepoPath, Entry)>,
        (known, form): (&Known<FileFacts>, Form),
        parse: fn(&RepoPath, &[u8]) -> FileFacts,
    ) {
        wanted.retain(|(_, entry)| known.get(entry.id).is_none());
        wanted.sort_by_key(|(_, entry)| entry.id);
        wanted.dedup_by_key(|(_, entry)| entry.id);
        let read = |(path, entry): &(RepoPath, Entry)| {
            let read = || self.snapshot.read(path, *entry);
            let asked = if form == Form::Facts { self.asked_facts(path, || read().ok()) } else { None };
            let facts = asked.unwrap_or_else(|| {
                reading(&self.store.cache, (entry.id, form), |bytes| parse(path, bytes), read)
            });
            (entry.id, Arc::new(facts))
        };
        // One by one: whoever is done first would else wait for the rest of what another had taken in one go.
        let read: Vec<_> = wanted.par_iter().with_max_len(1).map(read).collect();
        known.lock().extend(read);
    }

    /// Whether this run knows what a file says, or declares and hands on.
    fn is_known(&self, entry: Entry) -> bool {
        self.store.facts.get(entry.id).is_some() || self.store.outlines.get(entry.id).is_some()
    }

    /// Takes over what an earlier run kept of a file. That says for certain what the text only hints at, and it is shorter.
    fn recalls(&self, path: &RepoPath, entry: Entry) -> bool {
        let kept = || self.store.cache.get::<FileFacts>(entry.id, Form::Outline);
        let outline = Language::of(path).and_then(|_| kept());
        outline.map(|outline| self.store.outlines.insert(entry.id, Arc::new(outline))).is_some()
    }

    /// The facts of a file that a design asks more of than others do; they hold for this run alone. `None` for all others.
    fn asked_facts<B: AsRef<[u8]>>(
        &self,
        path: &RepoPath,
        bytes: impl FnOnce() -> Option<B>,
    ) -> Option<FileFacts> {
        let bytes = if self.store.words.is_empty() { None } else { bytes() }?;
        let is_asked = self.store.is_asked(bytes.as_ref());
        is_asked.then(|| (Language::named(path).extract_for)(bytes.as_ref(), &self.store.words))
    }

    /// What a source file may declare and bring in; `None` where there is none.
    pub(crate) fn hints(&self, path: &RepoPath) -> Option<Arc<Hints>> {
        let entry = self.regular(path)?;
        Some(self.read(path, entry, (&self.store.hints, Form::Hints), Language::named(path).hints))
    }

    /// The types that have methods which may matter to routes.
    pub(crate) fn building(&self) -> &Builders {
        self.building.get_or_init(|| {
            let files = self.registering.get_or_init(|| self.marked(Marks::registers)).iter();
            files.filter_map(|path| self.builders(path)).collect()
        })
    }

    /// Those of a file.
    fn builders(&self, path: &RepoPath) -> Option<Arc<Builders>> {
        let entry = self.regular(path)?;
        let found = || self.facts(path).map(|facts| Builders::of(&facts)).unwrap_or_default();
        if self.store.words.is_empty() {
            return Some(self.read(path, entry, (&self.store.builders, Form::Builders), |_| found()));
        }
        // What a design asks more of holds for this run alone.
        Some(self.store.builders.get(entry.id).unwrap_or_else(|| {
            let found = Arc::new(found());
            self.store.builders.insert(entry.id, found.clone());
            found
        }))
    }

    /// What was read of a file in one form: in this run, in an earlier one, or now.
    fn read<T: Reading>(
        &self,
        path: &RepoPath,
        entry: Entry,
        (known, form): (&Known<T>, Form),
        parse: impl FnOnce(&[u8]) -> T,
    ) -> Arc<T> {
        if let Some(known) = known.get(entry.id) {
            return known;
        }
        let read = || self.bytes(path, entry);
        let reading = Arc::new(reading(&self.store.cache, (entry.id, form), parse, read));
        known.insert(entry.id, reading.clone());
        reading
    }
}

fn facts_of(path: &RepoPath, bytes: &[u8]) -> FileFacts {
    (Language::named(path).extract)(bytes)
}

fn outline_of(path: &RepoPath, bytes: &[u8]) -> FileFacts {
    (Language::named(path).outline)(bytes)
}

impl Source for Side<'_> {
    fn exists(&self, path: &RepoPath) -> bool {
        self.regular(path).is_some()
    }

    fn facts(&self, path: &RepoPath) -> Option<Arc<FileFacts>> {
        let entry = self.regular(path)?;
        if let Some(known) = self.store.facts.get(entry.id) {
            return Some(known);
        }
        if let Some(asked) = self.asked_facts(path, || self.bytes(path, entry).ok()) {
            let asked = Arc::new(asked);
            self.store.facts.insert(entry.id, asked.clone());
            return Some(asked);
        }
        Some(self.read(path, entry, (&self.store.facts, Form::Facts), |bytes| facts_of(path, bytes)))
    }

    fn outline(&self, path: &RepoPath) -> Option<Arc<FileFacts>> {
        // Never the whole facts, even where they are known: whoever asks twice, for the world and for the one below it, has to
        // get the same.
        let entry = self.regular(path)?;
        Some(self.read(path, entry, (&self.store.outlines, Form::Outline), |bytes| outline_of(path, bytes)))
    }

    fn declarations(&self, path: &RepoPath) -> Option<Arc<Declarations>> {
        let entry = self.regular(path)?;
        let parse = |bytes: &[u8]| (Language::named(path).declarations)(bytes);
        Some(self.read(path, entry, (&self.store.declarations, Form::Declarations), parse))
    }

    fn manifest(&self, path: &RepoPath) -> Option<Arc<Manifest>> {
        let entry = self.regular(path)?;
        let parse = |bytes: &[u8]| facts::cargo::manifest(&String::from_utf8_lossy(bytes));
        Some(self.read(path, entry, (&self.store.manifests, Form::Manifest), parse))
    }

    fn protos(&self) -> Vec<RepoPath> {
        let all = self.all().iter().map(|(path, _)| path);
        all.filter(|path| path.has_extension("proto")).cloned().collect()
    }

    fn proto(&self, path: &RepoPath) -> Option<Arc<Proto>> {
        let entry = self.regular(path)?;
        Some(self.read(path, entry, (&self.store.protos, Form::Proto), facts::proto::read))
    }

    fn manifests(&self) -> Vec<RepoPath> {
        let is_manifest = |path: &RepoPath| path.file_name() == b"Cargo.toml";
        let all = || self.all().iter().map(|(path, _)| path).filter(|path| is_manifest(path));
        self.manifests.get_or_init(|| all().cloned().collect()).clone()
    }

    fn expansion(&self, call: &Call<'_>, work: &mut Work) -> Option<Arc<Expansion>> {
        let named = call.rules.id(|text| git::id_of(text.as_bytes()));
        let written = named.and_then(|rules| Cache::written(&(rules, call.tokens, call.setting)));
        let id = written.and_then(|text| git::id_of(&text));
        let (store, form) = (self.store, Form::Expansion);
        let kept = |id| {
            store.expansions.get(id).or_else(|| {
                let kept = Arc::new(store.cache.get::<Expansion>(id, form)?);
                store.expansions.insert(id, kept.clone());
                Some(kept)
            })
        };
        if let Some(known) = id.and_then(kept) {
            work.spend(known.cost)?;
            return Some(known);
        }
        let made = Arc::new(call.expand(work)?);
        if let Some(id) = id {
            store.cache.put(id, form, &*made);
            store.expansions.insert(id, made.clone());
        }
        Some(made)
    }

    fn declared(&self, text: &Text) -> Arc<Declarations> {
        let id = Cache::written(text).and_then(|text| git::id_of(&text));
        if let Some(known) = id.and_then(|id| self.store.cache.get(id, Form::Expanded)) {
            return Arc::new(known);
        }
        let declared = Arc::new(text.declarations());
        if let Some(id) = id {
            self.store.cache.put(id, Form::Expanded, &*declared);
        }
        declared
    }

    fn mentions(&self, path: &RepoPath, word: &str) -> bool {
        let Some(entry) = self.regular(path) else { return false };
        self.is_known(entry)
            || self.recalls(path, entry)
            // What cannot be read may hold anything.
            || self.bytes(path, entry).map_or(true, |bytes| memmem::find(&bytes, word.as_bytes()).is_some())
    }

    fn may_define(&self, path: &RepoPath, name: &str) -> bool {
        let Some(entry) = self.regular(path) else { return false };
        self.is_known(entry) || self.hints(path).is_some_and(|hints| hints.may_define(name))
    }

    fn may_declare(&self, path: &RepoPath, name: &str) -> bool {
        self.hints(path).is_some_and(|hints| hints.may_declare(name))
    }

    fn may_bring(&self, path: &RepoPath, file_name: &str) -> bool {
        self.hints(path).is_some_and(|hints| hints.may_bring(file_name))
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

    fn registering(&self) -> Vec<RepoPath> {
        self.registering.get_or_init(|| self.marked(Marks::registers)).clone()
    }

    fn documenting(&self) -> Vec<RepoPath> {
        self.marked(Marks::documents)
    }

    fn implementing(&self) -> Vec<RepoPath> {
        self.marked(Marks::implements)
    }

    fn list(&self, folder: &[u8], below: Below) -> Vec<RepoPath> {
        if folder.is_empty() && below == Below::All {
            return self.all().iter().map(|(path, _)| path.clone()).collect();
        }
        self.entries(folder, below).into_iter().map(|(path, _)| path).collect()
    }
}

/// Whether something of this mode is read at all: links are never followed, submodules never entered.
pub(crate) fn is_regular(mode: Mode) -> bool {
    match mode {
        Mode::File | Mode::Executable => true,
        Mode::Symlink | Mode::Submodule => false,
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::git::{Repository, Request};

    /// Two worlds of one run may ask in any order: what one of them got must be what the other gets.
    #[test]
    fn an_outline_stays_an_outline() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| {
            let git = Command::new("git").args(arguments).current_dir(folder.path()).output().unwrap();
            assert!(git.status.success(), "{git:?}");
        };
        git(&["init", "--quiet"]);
        std::fs::write(folder.path().join("a.rs"), "fn f() { use b::c; c::d(); }\n").unwrap();
        git(&["add", "a.rs"]);
        let repository = Repository::open(folder.path()).unwrap();
        let change = repository.change(&Request::All { revision: None, worktree: false }).unwrap();
        let path = RepoPath::new("a.rs");
        let store = Store::new(None);
        let side = Side::new(&change.head, &store);
        let before = side.outline(&path).unwrap();
        assert_ne!(before, side.facts(&path).unwrap());
        assert_eq!(before, side.outline(&path).unwrap());
        let store = Store::new(None);
        let side = Side::new(&change.head, &store);
        side.facts(&path);
        assert_eq!(before, side.outline(&path).unwrap());
    }
}
