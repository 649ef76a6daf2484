//! One side of a change: which file is at a path, what lies below a folder, what a file holds.
//!
//! A tree is asked level by level and never spelled out unless a caller lists it. Links are not followed and submodules not
//! entered: they are entries like files, with a mode that says so.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use super::{
    ChangedFile, Entry, GitError, Mode, ReadError,
    compare::too_much,
    listing::{Listing, Source},
    store::Store,
    worktree,
};
use crate::basis::{Below, BlobId, RepoPath};

/// Folders may nest this deep; deeper paths cannot be checked out anywhere.
pub(super) const MAX_DEPTH: usize = 4096;
/// One side may hold this many files, and as many folders.
pub(super) const MAX_FILES: usize = 4_000_000;

/// One side of a change; cheap to clone, to be sent to and shared between threads.
#[derive(Clone)]
pub struct Snapshot {
    pub(super) store: Arc<Store>,
    pub(super) side: Side,
}

/// What a side is made of.
#[derive(Clone)]
pub(super) enum Side {
    /// Nothing at all: what the first commit is compared with.
    Empty,
    /// The tree with this id.
    Tree(BlobId),
    /// The tree with this id, of which is known where it differs from the rows of an index: all else is as those say.
    Beside { tree: BlobId, listing: Arc<Listing>, differing: Arc<BTreeMap<RepoPath, Option<Entry>>> },
    /// The rows of the index or of the working tree.
    Listed {
        listing: Arc<Listing>,
        /// The top of the working tree, when contents lie on disk.
        disk: Option<Arc<PathBuf>>,
    },
}

impl Snapshot {
    /// The tree that the side is, where it is one.
    pub fn tree(&self) -> Option<BlobId> {
        match &self.side {
            Side::Tree(id) | Side::Beside { tree: id, .. } => Some(*id),
            Side::Empty | Side::Listed { .. } => None,
        }
    }

    /// The same side, asked through the index `head` where it is a tree that differs from that in these files alone: no tree is read then.
    pub(super) fn beside(self, head: &Self, files: &[ChangedFile]) -> Self {
        if let Side::Tree(tree) = self.side
            && let Side::Listed { listing, disk: None } = &head.side
            && !listing.has_folders()
        {
            let differing = files.iter().map(|file| (file.path.clone(), file.before)).collect();
            let side = Side::Beside { tree, listing: Arc::clone(listing), differing: Arc::new(differing) };
            return Self { side, ..self };
        }
        self
    }

    /// The file at `path`; `None` when there is none, or a folder.
    pub fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        match &self.side {
            Side::Empty => Ok(None),
            Side::Tree(id) => self.entry_in(*id, path.as_bytes()),
            Side::Beside { listing, differing, .. } => Ok(match differing.get(path) {
                Some(before) => *before,
                None => listing.find(path.as_bytes()).map(|found| found.0),
            }),
            Side::Listed { listing, .. } => match listing.folder_above(path.as_bytes()) {
                Some((tree, end)) => self.entry_in(tree, &path.as_bytes()[end..]),
                None => Ok(listing.find(path.as_bytes()).map(|found| found.0)),
            },
        }
    }

    /// The file at `path` below the tree `tree`.
    fn entry_in(&self, mut tree: BlobId, path: &[u8]) -> Result<Option<Entry>, ReadError> {
        let mut names = path.split(|byte| *byte == b'/').peekable();
        while let Some(name) = names.next() {
            let rows = self.store.tree(tree)?;
            let Ok(at) = rows.binary_search_by(|row| (*row.name).cmp(name)) else { return Ok(None) };
            match (rows[at].mode, names.peek().is_some()) {
                (None, true) => tree = rows[at].id,
                (Some(mode), false) => return Ok(Some(Entry { id: rows[at].id, mode })),
                (None, false) | (Some(_), true) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The files below `folder` (no slash at its end, `""` is the root), sorted by path; a path that is a file has none below it.
    pub fn list(&self, folder: &[u8], below: Below) -> Result<Vec<(RepoPath, Entry)>, GitError> {
        let mut files = Vec::new();
        match &self.side {
            Side::Empty => {}
            Side::Tree(id) => {
                if let Some(tree) = self.folder_in(*id, folder)? {
                    self.list_tree((tree, folder), (folder, below), &mut files)?;
                }
            }
            Side::Beside { listing, differing, .. } => {
                let rows = listing.rows_below(folder).filter(|(path, ..)| below.holds(folder, path));
                let rows = rows.map(|(path, id, mode, _)| (RepoPath::new(path), id, mode));
                let same = rows.filter(|(path, ..)| !differing.contains_key(path));
                files.extend(same.filter_map(|(path, id, mode)| Some((path, Entry { id, mode: mode? }))));
                let before = differing.iter().filter(|(path, _)| below.holds(folder, path.as_bytes()));
                files.extend(before.filter_map(|(path, entry)| Some((path.clone(), (*entry)?))));
            }
            Side::Listed { listing, .. } => match listing.folder_above(&[folder, b"/"].concat()) {
                Some((tree, end)) => {
                    let rest = folder.get(end..).unwrap_or_default();
                    if let Some(tree) = self.folder_in(tree, rest)? {
                        self.list_tree((tree, folder), (folder, below), &mut files)?;
                    }
                }
                None => {
                    let rows = listing.rows_below(folder).filter(|(path, ..)| below.holds(folder, path));
                    for (path, id, mode, _) in rows {
                        match mode {
                            Some(mode) => files.push((RepoPath::new(path), Entry { id, mode })),
                            None => {
                                self.list_tree((id, &path[..path.len() - 1]), (folder, below), &mut files)?
                            }
                        }
                    }
                }
            },
        }
        files.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(files)
    }

    /// The tree of the folder `folder` below `tree`; `None` when there is none.
    fn folder_in(&self, mut tree: BlobId, folder: &[u8]) -> Result<Option<BlobId>, ReadError> {
        for name in folder.split(|byte| *byte == b'/').filter(|name| !name.is_empty()) {
            let rows = self.store.tree(tree)?;
            match rows.binary_search_by(|row| (*row.name).cmp(name)) {
                Ok(at) if rows[at].mode.is_none() => tree = rows[at].id,
                Ok(_) | Err(_) => return Ok(None),
            }
        }
        Ok(Some(tree))
    }

    /// Adds the files of `tree`, which lies at `folder`, that are meant by those `below` the folder that was `asked` for.
    fn list_tree(
        &self,
        (tree, folder): (BlobId, &[u8]),
        (asked, below): (&[u8], Below),
        files: &mut Vec<(RepoPath, Entry)>,
    ) -> Result<(), GitError> {
        let mut pending = vec![(tree, 0, folder.to_vec())];
        let mut folders = 0;
        while let Some((tree, depth, folder)) = pending.pop() {
            folders += 1;
            if depth > MAX_DEPTH || files.len().max(folders) > MAX_FILES {
                return Err(too_much());
            }
            for row in self.store.tree(tree)?.iter() {
                let slash: &[u8] = if folder.is_empty() { b"" } else { b"/" };
                let path = [&folder[..], slash, &row.name].concat();
                match row.mode {
                    Some(mode) if below.holds(asked, &path) => {
                        files.push((RepoPath::new(path), Entry { id: row.id, mode }));
                    }
                    None if below.holds(asked, &[&path, &b"/"[..]].concat()) => {
                        pending.push((row.id, depth + 1, path));
                    }
                    Some(_) | None => {}
                }
            }
        }
        Ok(())
    }

    /// What the file `entry` at `path` of this side holds; for a link, the path that it names. A submodule holds nothing:
    /// [`ReadError::Missing`].
    pub fn read(&self, path: &RepoPath, entry: Entry) -> Result<Vec<u8>, ReadError> {
        if entry.mode == Mode::Submodule {
            return Err(ReadError::Missing { id: entry.id });
        }
        match self.on_disk(path, entry) {
            Some((root, source)) => worktree::read(root, path, entry, source),
            None => self.store.blob(entry.id),
        }
    }

    /// How many bytes [`Snapshot::read`] would give, or a few more; to be asked before, of a file that may be huge.
    pub fn size(&self, path: &RepoPath, entry: Entry) -> Result<u64, ReadError> {
        if entry.mode == Mode::Submodule {
            return Err(ReadError::Missing { id: entry.id });
        }
        match self.on_disk(path, entry) {
            Some((root, _)) => worktree::size(root, path, entry),
            None => self.store.blob_size(entry.id),
        }
    }

    /// The top of the working tree and the source, when the content has to be read from disk.
    fn on_disk(&self, path: &RepoPath, entry: Entry) -> Option<(&std::path::Path, Source)> {
        match &self.side {
            Side::Listed { listing, disk: Some(root) } => match listing.find(path.as_bytes())? {
                (_, Source::Objects) => None,
                (found, source @ (Source::Disk | Source::DiskWithCrlf)) => {
                    (found == entry).then_some((root.as_path(), source))
                }
            },
            Side::Empty | Side::Tree(_) | Side::Beside { .. } | Side::Listed { disk: None, .. } => None,
        }
    }
}
