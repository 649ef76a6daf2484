//! The index file → a listing of what is staged.
//!
//! Read directly, without libgit2, because that keeps the ids of folders that the index caches, by which equal folders can be
//! skipped, and because split and sparse indexes can be read too. What cannot be read this way is left to libgit2. The index is
//! never refreshed, locked or written, and its checksum is not verified (git does not either).

use std::{collections::BTreeSet, path::Path};

use gix_index::{
    State,
    entry::{Flags, Stage},
    hash::Kind,
};
use memchr::memmem;

use super::{
    Entry, GitError, Mode,
    listing::{Listing, Source},
};
use crate::basis::{BlobId, RepoPath};

/// What an index holds.
#[derive(Default)]
pub(super) struct Index {
    /// What is staged: no unmerged path, and no path that was only announced (`git add --intent-to-add`).
    pub(super) staged: Listing,
    /// Unmerged paths.
    pub(super) conflicts: BTreeSet<RepoPath>,
    /// Paths that were only announced.
    pub(super) announced: BTreeSet<RepoPath>,
    /// Paths that are not expected on disk (sparse checkouts).
    pub(super) absent: BTreeSet<RepoPath>,
}

/// The bit of an index entry's extended flags that `git add --intent-to-add` sets (git's `CE_INTENT_TO_ADD`).
const ANNOUNCED: u16 = 0x2000;
/// The bit of an index entry's extended flags that a sparse checkout sets (git's `CE_SKIP_WORKTREE`).
const ABSENT: u16 = 0x4000;
/// Cached folders may nest this deep; a path has at most 4096 bytes on the systems that git runs on.
const MAX_DEPTH: usize = 2100;

impl Index {
    /// Reads the index at `path`; one that does not exist is empty, as git has it.
    pub(super) fn read(path: &Path) -> Result<Self, GitError> {
        let unreadable = |why: String| GitError::Unreadable { what: "the index".to_owned(), why };
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(unreadable(error.to_string())),
        };
        if nests_too_deep(&bytes) {
            return Err(unreadable(format!("its folders nest deeper than {MAX_DEPTH} levels")));
        }
        match State::from_bytes(&bytes, State::new(Kind::Sha1).timestamp(), Kind::Sha1, options()) {
            Ok((state, _)) if state.link().is_none() => Self::of_state(state),
            Ok((state, _)) => Self::of_split(path, &state),
            Err(_) => Self::of_libgit2(path),
        }
    }

    /// A split index, of which most lies in another file beside it.
    fn of_split(path: &Path, state: &State) -> Result<Self, GitError> {
        let unreadable = |why: String| GitError::Unreadable { what: "the split index".to_owned(), why };
        let link = state.link().map(|link| link.shared_index_checksum).unwrap_or(Kind::Sha1.null());
        if link.is_null() {
            return Self::of_state(state.clone());
        }
        let shared = path.with_file_name(format!("sharedindex.{link}"));
        let bytes = std::fs::read(&shared).map_err(|error| unreadable(error.to_string()))?;
        if nests_too_deep(&bytes) {
            return Err(unreadable(format!("its folders nest deeper than {MAX_DEPTH} levels")));
        }
        let whole = gix_index::File::at(path, Kind::Sha1, true, options());
        Self::of_state(whole.map_err(|error| unreadable(error.to_string()))?.into_parts().0)
    }

    fn of_state(mut state: State) -> Result<Self, GitError> {
        let cached = state.remove_tree();
        let mut index = Self::default();
        for entry in state.entries() {
            let path: &[u8] = entry.path(&state);
            let id = BlobId::new(entry.id.as_bytes()).expect("an object id has 20 or 32 bytes");
            let mode = Mode::of_bits(i32::try_from(entry.mode.bits()).unwrap_or_default());
            if entry.stage() != Stage::Unconflicted {
                index.conflicts.insert(RepoPath::new(path));
            } else if entry.flags.contains(Flags::INTENT_TO_ADD) {
                index.announced.insert(RepoPath::new(path));
            } else {
                index.stage(path, id, mode)?;
                if entry.flags.contains(Flags::SKIP_WORKTREE) && mode.is_some() {
                    index.absent.insert(RepoPath::new(path));
                }
            }
        }
        index.seal(cached)
    }

    /// The slow way, for an index that only libgit2 understands.
    fn of_libgit2(path: &Path) -> Result<Self, GitError> {
        let raw = git2::Index::open(path).map_err(|error| GitError::of_reading("the index", &error))?;
        let mut index = Self::default();
        for entry in raw.iter() {
            let mode = Mode::of_bits(i32::try_from(entry.mode).unwrap_or_default());
            if (entry.flags >> 12) & 3 != 0 {
                index.conflicts.insert(RepoPath::new(&entry.path));
            } else if entry.flags_extended & ANNOUNCED != 0 {
                index.announced.insert(RepoPath::new(&entry.path));
            } else {
                index.stage(&entry.path, super::store::id_of(entry.id), mode)?;
                if entry.flags_extended & ABSENT != 0 {
                    index.absent.insert(RepoPath::new(&entry.path));
                }
            }
        }
        index.seal(None)
    }

    fn stage(&mut self, path: &[u8], id: BlobId, mode: Option<Mode>) -> Result<(), GitError> {
        match mode {
            Some(mode) if !path.is_empty() && !path.ends_with(b"/") => {
                self.staged.push(path, Entry { id, mode }, Source::Objects);
            }
            None if path.len() > 1 && path.ends_with(b"/") => self.staged.push_folder(path, id),
            Some(_) | None => return Err(corrupt(&RepoPath::new(path))),
        }
        Ok(())
    }

    fn seal(mut self, cached: Option<gix_index::extension::Tree>) -> Result<Self, GitError> {
        self.staged = self.staged.seal(cached).map_err(|path| corrupt(&path))?;
        Ok(self)
    }

    /// Whether git tracks the path `path`, whatever the state of its content.
    pub(super) fn tracks(&self, path: &RepoPath) -> bool {
        self.staged.find(path.as_bytes()).is_some()
            || self.announced.contains(path)
            || self.conflicts.contains(path)
    }

    /// Whether git tracks anything below the folder (no slash at its end).
    pub(super) fn tracks_below(&self, folder: &[u8]) -> bool {
        let inside = [folder, b"/"].concat();
        let begins = |paths: &BTreeSet<RepoPath>| {
            paths
                .range(RepoPath::new(&inside)..)
                .next()
                .is_some_and(|path| path.as_bytes().starts_with(&inside))
        };
        self.staged.has_below(folder) || begins(&self.announced) || begins(&self.conflicts)
    }
}

fn corrupt(path: &RepoPath) -> GitError {
    GitError::Unreadable { what: "the index".to_owned(), why: format!("it is corrupt at `{path}`") }
}

/// One thread: a file of a few megabytes is read faster than threads are started.
fn options() -> gix_index::decode::Options {
    gix_index::decode::Options { thread_limit: Some(1), ..Default::default() }
}

/// Whether the cached folders of an index nest deeper than a reader that recurses can stand.
///
/// The extension's place is only known once the entries are read, so whatever looks like it is measured. Its format
/// (gitformat-index, "Cache tree"): a NUL-terminated name, the count of entries and of subtrees in decimal, an id unless
/// the count is negative, then the subtrees.
fn nests_too_deep(index: &[u8]) -> bool {
    let starts = memmem::find_iter(index, b"TREE");
    starts.filter_map(|at| index.get(at + 8..)).any(|nodes| depth_of(nodes) > MAX_DEPTH)
}

/// How deep the nodes nest, as far as they can be read.
fn depth_of(mut nodes: &[u8]) -> usize {
    let mut open: Vec<u32> = vec![1];
    let mut deepest = 0;
    while let Some(left) = open.last_mut() {
        if *left == 0 {
            open.pop();
            continue;
        }
        *left -= 1;
        let Some((subtrees, rest)) = read_node(nodes) else { break };
        nodes = rest;
        open.push(subtrees);
        deepest = deepest.max(open.len());
        if deepest > MAX_DEPTH {
            break;
        }
    }
    deepest
}

/// The number of subtrees of the node that `nodes` begins with, and what stands behind the node's head.
fn read_node(nodes: &[u8]) -> Option<(u32, &[u8])> {
    let rest = &nodes[nodes.iter().position(|byte| *byte == 0)? + 1..];
    let line_end = rest.iter().position(|byte| *byte == b'\n')?;
    let (entries, subtrees) = std::str::from_utf8(&rest[..line_end]).ok()?.split_once(' ')?;
    let id = if entries.starts_with('-') { 0 } else { Kind::Sha1.len_in_bytes() };
    Some((subtrees.parse().ok()?, rest.get(line_end + 1 + id..)?))
}
