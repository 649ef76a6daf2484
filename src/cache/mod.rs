//! Facts, and answers that follow from them, ↔ disk: what was read once of a text need not be read again.
//!
//! The cache lies in a folder of the user's, shared by all repositories and by processes that run at the same time. It consists
//! of segments that are never changed: a run adds what it had to read as one more, under a name of its own, and many small ones
//! are merged into a larger now and then. Whatever goes wrong with it (absent, read-only, full, damaged, removed meanwhile) only
//! makes a run slower: nothing here returns an error. What another version of the reader wrote is never looked at.

mod packed;
mod segment;
mod tidy;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::basis::BlobId;
pub use packed::Packed;
use segment::{Key, Segment};

/// Which reading of a text is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Everything that a source file says.
    Facts,
    /// What a source file declares and hands on.
    Outline,
    /// What a `Cargo.toml` says.
    Manifest,
    /// What a `.proto` file declares.
    Proto,
    /// What a call of a macro is replaced by.
    Expansion,
    /// What the code of a package says under a design.
    Summary,
    /// What a document of an API says.
    Document,
    /// What a source file declares about values that go over the wire.
    Declarations,
    /// What the text of an expansion declares about them.
    Expanded,
    /// Which names a source file may declare.
    Hints,
    /// What the code serves under a design.
    Served,
    /// What the texts of a repository may hold, under a design.
    Marks,
    /// Which types have methods that may matter to routes.
    Builders,
    /// Whether some of many manifests brings in what documents endpoints.
    Documenting,
}

/// The cache as a run found it, and what the run adds.
pub struct Cache {
    /// The folder of this version; `None` when nothing is kept.
    folder: Option<PathBuf>,
    segments: Vec<Segment>,
    fresh: Mutex<BTreeMap<Key, Vec<u8>>>,
}

impl Cache {
    /// The cache below `folder`, which need not exist; `None` for a run that keeps nothing.
    pub fn open(folder: Option<&Path>) -> Self {
        let folder = folder.map(|folder| folder.join(version()));
        let paths = folder.iter().flat_map(|folder| tidy::segments(folder));
        let segments = paths.filter_map(|path| Segment::open(&path)).collect();
        Self { folder, segments, fresh: Mutex::default() }
    }

    /// What was kept of the blob in this form.
    pub fn get<T: DeserializeOwned>(&self, id: BlobId, form: Form) -> Option<T> {
        let key = key(id, form)?;
        if let Some(value) = self.fresh.lock().ok()?.get(&key) {
            return postcard::from_bytes(value).ok();
        }
        let value = self.segments.iter().find_map(|segment| segment.get(&key))?;
        postcard::from_bytes(&value).ok()
    }

    /// Keeps what was read of the blob in this form.
    pub fn put<T: Serialize>(&self, id: BlobId, form: Form, value: &T) {
        if self.folder.is_none() {
            return;
        }
        if let (Some(key), Ok(value)) = (key(id, form), postcard::to_stdvec(value))
            && let Ok(mut fresh) = self.fresh.lock()
        {
            fresh.insert(key, value);
        }
    }

    /// A question in the form in which answers are kept, so that it can be named like a text.
    pub fn written(question: &impl Serialize) -> Option<Vec<u8>> {
        postcard::to_stdvec(question).ok()
    }

    /// Writes what was kept since the cache was opened. A second call has nothing left to write.
    pub fn write(&self) {
        let Some(folder) = &self.folder else { return };
        let fresh = self.fresh.lock().map(|mut fresh| std::mem::take(&mut *fresh)).unwrap_or_default();
        if !fresh.is_empty() && tidy::add(folder, fresh.into_iter()) {
            tidy::tidy(folder, tidy::LIMIT);
        }
    }
}

/// The name of what this program may read: only a program that reads every text alike, and writes down in the same shape what it
/// read, has the same.
fn version() -> String {
    format!("{}-{}", env!("CARGO_PKG_VERSION"), env!("GATE_SOURCES"))
}

fn key(id: BlobId, form: Form) -> Option<Key> {
    let mut key = Key::default();
    let (form_byte, id_bytes) = key.split_last_mut()?;
    id_bytes.copy_from_slice(id.as_bytes().get(..id_bytes.len())?);
    *form_byte = match form {
        Form::Facts => 0,
        Form::Outline => 1,
        Form::Manifest => 2,
        Form::Expansion => 3,
        Form::Summary => 4,
        Form::Document => 6,
        Form::Declarations => 5,
        Form::Hints => 7,
        Form::Served => 8,
        Form::Proto => 9,
        Form::Marks => 10,
        Form::Builders => 11,
        Form::Documenting => 12,
        Form::Expanded => 13,
    };
    Some(key)
}
