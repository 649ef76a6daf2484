//! The git floor: a repository → the two sides of a change, and the files in which they differ.
//!
//! Alone names libgit2 (`git2`) and the index reader (`gix_index`). Nothing is ever written, locked or refreshed; nothing of the
//! repository is executed; attributes and filters have no say. What a file means is for higher floors.
//!
//! | file | holds |
//! |---|---|
//! | `open` | environment of git → an open repository |
//! | `revision` | names → trees; merge bases; parents of a merge |
//! | `index`, `worktree` | index file, disk → a `listing` |
//! | `snapshot` | one side, asked by path and folder |
//! | `compare`, `rename` | two sides → changed files |
//! | `store` | ids → blobs and trees, from any thread |

mod compare;
mod error;
mod index;
mod listing;
mod open;
mod path;
mod rename;
mod revision;
mod snapshot;
mod store;
#[cfg(test)]
mod tests;
mod worktree;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use error::{GitError, ReadError};
pub use snapshot::Snapshot;

use self::{index::Index, open::Environment, revision::Revision, snapshot::Side, store::Store};
use crate::basis::{BlobId, RepoPath};

/// The id that git gives a text; `None` where it cannot be computed.
pub fn id_of(text: &[u8]) -> Option<BlobId> {
    worktree::hash_of(text).ok()
}

/// A git repository, open for reading.
pub struct Repository {
    store: Arc<Store>,
    index_file: Option<PathBuf>,
    work_tree: Option<PathBuf>,
    merge_heads: Vec<String>,
}

/// Which two sides are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A revision → what is staged.
    Index {
        /// The base; `None` is `HEAD` and, while a merge is being concluded, the other parents too.
        base: Option<String>,
    },
    /// A revision → another.
    Range {
        /// The left revision; empty is `HEAD`.
        from: String,
        /// The right revision; empty is `HEAD`.
        to: String,
        /// Whether the base is the merge base of the two.
        merge_base: bool,
    },
    /// A revision → what lies on disk: tracked files, and untracked ones that are not ignored.
    Worktree {
        /// The base; `None` is `HEAD`.
        base: Option<String>,
    },
    /// One side alone, everything in it added.
    All {
        /// The revision; `None` is the index, or the disk under `worktree`.
        revision: Option<String>,
        /// Whether the disk is read; `revision` is then ignored.
        worktree: bool,
    },
}

/// Two sides, and where they differ.
#[derive(Clone)]
pub struct Change {
    /// What the head side is compared with: the named base, or `HEAD` and behind it the other parents of a merge being
    /// concluded; an empty side on a branch without commits; none at all under [`Request::All`].
    pub bases: Vec<Snapshot>,
    /// What is judged.
    pub head: Snapshot,
    /// The files that differ from the first base, sorted by path; under [`Request::All`] all files.
    pub files: Vec<ChangedFile>,
    /// What people call the first base; `None` under [`Request::All`].
    pub base_label: Option<String>,
    /// The commits of `bases` in hexadecimal, in their order; a base that is no commit has none.
    pub base_ids: Vec<String>,
    /// What people call the head side: `index`, `working tree`, or the revision as given.
    pub head_label: String,
    /// The commit of the head side in hexadecimal; `None` for the index, the disk and a bare tree.
    pub head_id: Option<String>,
    /// What people should know about what is compared, one sentence each.
    pub notes: Vec<String>,
}

/// A file that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// Where it is; for a deleted file, where it was.
    pub path: RepoPath,
    /// Where it was, when it was renamed. Its deletion is then not listed by itself.
    pub was: Option<RepoPath>,
    /// What the base has; `None` when the file was added.
    pub before: Option<Entry>,
    /// What the head has; `None` when the file was deleted.
    pub after: Option<Entry>,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// The content; for a submodule the commit that it is pinned to.
    pub id: BlobId,
    /// The kind.
    pub mode: Mode,
}

/// The kind of what stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A regular file.
    File,
    /// A regular file that may be executed.
    Executable,
    /// A symbolic link; its content is the path that it names.
    Symlink,
    /// Another repository; it has no content here.
    Submodule,
}

impl Mode {
    /// The kind that the mode of a tree or index entry says, as git reads it (`canon_mode`); `None` for a folder.
    fn of_bits(bits: i32) -> Option<Self> {
        match bits & 0o170_000 {
            0o040_000 => None,
            0o100_000 if bits & 0o100 != 0 => Some(Self::Executable),
            0o100_000 => Some(Self::File),
            0o120_000 => Some(Self::Symlink),
            _ => Some(Self::Submodule),
        }
    }
}

impl Repository {
    /// Opens the repository that git would use in `directory`: the one that git's environment variables name, else the one
    /// that `directory` lies in. Relative variables are read as a command started in `directory` would.
    pub fn open(directory: &Path) -> Result<Self, GitError> {
        Self::open_with(directory, Environment::of_process())
    }

    fn open_with(directory: &Path, environment: Environment) -> Result<Self, GitError> {
        let opened = open::open(directory, &environment)?;
        Ok(Self {
            store: Arc::new(Store::new(opened.repository)),
            index_file: opened.index_file,
            work_tree: opened.work_tree,
            merge_heads: environment.merge_heads,
        })
    }

    /// The top of the working tree; `None` in a bare repository.
    pub fn work_tree(&self) -> Option<&Path> {
        self.work_tree.as_deref()
    }

    /// The two sides that `request` asks for, and the files in which they differ, renames joined.
    pub fn change(&self, request: &Request) -> Result<Change, GitError> {
        let mut change = match request {
            Request::Index { base: None } => self.against_head(self.index()?, "index", true)?,
            Request::Worktree { base: None } => self.against_head(self.disk()?, "working tree", false)?,
            Request::Index { base: Some(base) } => self.against(base, self.index()?, "index")?,
            Request::Worktree { base: Some(base) } => self.against(base, self.disk()?, "working tree")?,
            Request::Range { from, to, merge_base } => self.range(from, to, *merge_base)?,
            Request::All { revision, worktree } => return self.all(revision.as_deref(), *worktree),
        };
        if let Some(base) = change.bases.first_mut() {
            change.files = compare::changed_files(base, &change.head)?;
            *base = base.clone().beside(&change.head, &change.files);
            if rename::join_renames(base, &change.head, &mut change.files) {
                change
                    .notes
                    .push("too many files moved at once: only unchanged ones count as renamed".to_owned());
            }
        }
        let moved: Vec<String> = change.files.iter().filter_map(submodule_note).collect();
        change.notes.extend(moved);
        Ok(change)
    }

    /// The files in which two sides of this repository differ, sorted by path; renames are not looked for.
    pub fn compare(&self, base: &Snapshot, head: &Snapshot) -> Result<Vec<ChangedFile>, GitError> {
        compare::changed_files(base, head)
    }

    fn against_head(&self, head: Snapshot, label: &str, merging: bool) -> Result<Change, GitError> {
        let (revision, others) = self.git(|repository| {
            let revision = revision::head(repository)?;
            let commit = revision.as_ref().and_then(|revision| revision.commit);
            let others = match merging {
                true => revision::merge_parents(repository, commit, &self.merge_heads)?,
                false => Vec::new(),
            };
            Ok((revision, others))
        })?;
        let mut change = self.change_of(revision.as_ref(), "HEAD", head, label);
        if revision.is_none() {
            change.base_label = Some("nothing (no commit yet)".to_owned());
        }
        change.bases.extend(others.iter().map(|other| self.side(Side::Tree(other.tree))));
        change.base_ids.extend(others.iter().filter_map(|other| Some(other.commit?.to_string())));
        if !others.is_empty() {
            let count = others.len() + 1;
            change
                .notes
                .push(format!("a merge of {count} parents is being concluded: new is what none of them has"));
        }
        Ok(change)
    }

    fn against(&self, base: &str, head: Snapshot, label: &str) -> Result<Change, GitError> {
        let revision = self.git(|repository| revision::resolve(repository, base))?;
        Ok(self.change_of(Some(&revision), base, head, label))
    }

    fn range(&self, from: &str, to: &str, merge_base: bool) -> Result<Change, GitError> {
        let (base, others, head) = self.git(|repository| {
            let head = revision::resolve(repository, to)?;
            let (base, others) = match merge_base {
                true => revision::merge_base(repository, from, to)?,
                false => (revision::resolve(repository, from)?, 0),
            };
            Ok((base, others, head))
        })?;
        let named = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
        let label = match merge_base {
            true => format!("merge base of {} and {}", named(from), named(to)),
            false => named(from),
        };
        let mut change = self.change_of(Some(&base), &label, self.side(Side::Tree(head.tree)), &named(to));
        change.head_id = head.commit.map(|commit| commit.to_string());
        if others > 0 {
            let id = change.base_ids.first().cloned().unwrap_or_default();
            change.notes.push(format!("there are {} merge bases; {id} was taken", others + 1));
        }
        Ok(change)
    }

    fn all(&self, revision: Option<&str>, worktree: bool) -> Result<Change, GitError> {
        let (head, label, id) = match revision {
            _ if worktree => (self.disk()?, "working tree", None),
            None => (self.index()?, "index", None),
            Some(name) => {
                let revision = self.git(|repository| revision::resolve(repository, name))?;
                let id = revision.commit.map(|commit| commit.to_string());
                (self.side(Side::Tree(revision.tree)), name, id)
            }
        };
        let mut change = self.change_of(None, "", head, if label.is_empty() { "HEAD" } else { label });
        (change.bases, change.base_label, change.head_id) = (Vec::new(), None, id);
        change.files = compare::changed_files(&self.side(Side::Empty), &change.head)?;
        Ok(change)
    }

    /// A change of which the files are not known yet; without `base` it begins at nothing.
    fn change_of(&self, base: Option<&Revision>, base_label: &str, head: Snapshot, label: &str) -> Change {
        let side = base.map_or(Side::Empty, |base| Side::Tree(base.tree));
        Change {
            bases: vec![self.side(side)],
            head,
            files: Vec::new(),
            base_label: Some(base_label.to_owned()),
            base_ids: base.and_then(|base| base.commit).iter().map(ToString::to_string).collect(),
            head_label: label.to_owned(),
            head_id: None,
            notes: Vec::new(),
        }
    }

    /// What is staged.
    fn index(&self) -> Result<Snapshot, GitError> {
        let index = Index::read(self.index_file.as_deref().ok_or(GitError::BareWithoutRange)?)?;
        if !index.conflicts.is_empty() {
            return Err(GitError::Conflicted { paths: index.conflicts.into_iter().collect() });
        }
        Ok(self.side(Side::Listed { listing: Arc::new(index.staged), disk: None }))
    }

    /// What lies on disk. Unmerged paths are tracked ones like others: their files hold what they hold.
    fn disk(&self) -> Result<Snapshot, GitError> {
        let (Some(index_file), Some(root)) = (&self.index_file, &self.work_tree) else {
            return Err(GitError::BareWithoutRange);
        };
        let index = Index::read(index_file)?;
        let listing = self.git(|repository| worktree::list(repository, root, &index))?;
        Ok(self.side(Side::Listed { listing: Arc::new(listing), disk: Some(Arc::new(root.clone())) }))
    }

    fn side(&self, side: Side) -> Snapshot {
        Snapshot { store: self.store.clone(), side }
    }

    fn git<T>(&self, ask: impl FnOnce(&git2::Repository) -> Result<T, GitError>) -> Result<T, GitError> {
        self.store.with(ask).map_err(|error| GitError::of_reading("the repository", &error))?
    }
}

fn submodule_note(file: &ChangedFile) -> Option<String> {
    let is_submodule = |entry: Option<Entry>| entry.is_some_and(|entry| entry.mode == Mode::Submodule);
    let verb = match (is_submodule(file.before), is_submodule(file.after)) {
        (false, false) => return None,
        (true, true) => "moved",
        (false, true) => "was added",
        (true, false) => "was removed",
    };
    Some(format!("submodule `{}` {verb}; its content is not judged", file.path))
}
