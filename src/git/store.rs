//! Handles on the object store: ids → bytes of blobs and rows of trees, from any number of threads.
//!
//! A libgit2 handle serves one thread at a time, so handles are pooled and opened when all are in use. Trees are kept once read:
//! both sides of a change share most of them. Blobs are not kept.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use git2::{ErrorCode, ObjectType, Oid};

use super::{Mode, ReadError, open};
use crate::basis::BlobId;

/// A shared source of objects.
pub(super) struct Store {
    git_dir: PathBuf,
    work_tree: Option<PathBuf>,
    idle: Mutex<Vec<git2::Repository>>,
    trees: Mutex<HashMap<BlobId, Arc<[TreeRow]>>>,
}

/// One row of a tree object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TreeRow {
    pub(super) name: Box<[u8]>,
    /// The id of the blob, the subtree, or the commit that a submodule is pinned to.
    pub(super) id: BlobId,
    /// `None` for a folder.
    pub(super) mode: Option<Mode>,
}

impl Store {
    /// The store behind an open repository, which becomes the first handle.
    pub(super) fn new(repository: git2::Repository) -> Self {
        // Git does not hash what it reads either; a damaged pack is found by its own checksums.
        git2::opts::strict_hash_verification(false);
        Self {
            git_dir: repository.path().to_owned(),
            work_tree: repository.workdir().map(Path::to_owned),
            idle: Mutex::new(vec![repository]),
            trees: Mutex::default(),
        }
    }

    /// Lends a handle to `use_it`; the environment of git applies to new handles as to the first.
    pub(super) fn with<T>(&self, use_it: impl FnOnce(&git2::Repository) -> T) -> Result<T, git2::Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = match idle {
            Some(handle) => handle,
            None => open::handle(&self.git_dir, self.work_tree.as_deref())?,
        };
        let result = use_it(&handle);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        Ok(result)
    }

    /// The bytes of a blob.
    pub(super) fn blob(&self, id: BlobId) -> Result<Vec<u8>, ReadError> {
        self.read(id, |repository, oid| {
            let odb = repository.odb()?;
            let object = odb.read(oid)?;
            expect_blob(object.kind())?;
            Ok(object.data().to_vec())
        })
    }

    /// The length of a blob in bytes.
    pub(super) fn blob_size(&self, id: BlobId) -> Result<u64, ReadError> {
        self.read(id, |repository, oid| {
            let (size, kind) = repository.odb()?.read_header(oid)?;
            expect_blob(kind)?;
            Ok(size as u64)
        })
    }

    /// The rows of a tree, by name; no name twice.
    pub(super) fn tree(&self, id: BlobId) -> Result<Arc<[TreeRow]>, ReadError> {
        if let Some(rows) = self.trees.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(rows.clone());
        }
        let rows = self.read(id, |repository, oid| rows_of(&repository.find_tree(oid)?))?;
        self.trees.lock().unwrap_or_else(PoisonError::into_inner).insert(id, rows.clone());
        Ok(rows)
    }

    fn read<T>(
        &self,
        id: BlobId,
        read: impl FnOnce(&git2::Repository, Oid) -> Result<T, git2::Error>,
    ) -> Result<T, ReadError> {
        let oid = Oid::from_bytes(id.as_bytes()).map_err(|_| ReadError::Missing { id })?;
        match self.with(|repository| read(repository, oid)) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) | Err(error) => Err(ReadError::of_object(id, &error)),
        }
    }
}

fn expect_blob(kind: ObjectType) -> Result<(), git2::Error> {
    if kind == ObjectType::Blob {
        return Ok(());
    }
    Err(invalid(&format!("a {kind} where a blob should be")))
}

/// Reads the rows, refusing names that would make one path mean another (`git fsck` calls them errors too).
fn rows_of(tree: &git2::Tree<'_>) -> Result<Arc<[TreeRow]>, git2::Error> {
    let mut rows = Vec::with_capacity(tree.len());
    for entry in tree {
        let name = entry.name_bytes();
        if matches!(name, b"" | b"." | b"..") || name.contains(&b'/') {
            return Err(invalid("a tree with a name that is none"));
        }
        rows.push(TreeRow {
            name: name.into(),
            id: id_of(entry.id()),
            mode: Mode::of_bits(entry.filemode_raw()),
        });
    }
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    if rows.windows(2).any(|pair| pair[0].name == pair[1].name) {
        return Err(invalid("a tree with one name twice"));
    }
    Ok(rows.into())
}

fn invalid(message: &str) -> git2::Error {
    git2::Error::new(ErrorCode::Invalid, git2::ErrorClass::Object, message)
}

/// The id as every floor has it.
pub(super) fn id_of(id: Oid) -> BlobId {
    BlobId::new(id.as_bytes()).expect("libgit2's ids have 20 bytes")
}
