//! The working tree → a listing of what `git add --all` would stage, and the contents that lie on disk.
//!
//! Contents are hashed, time stamps are not trusted. Links are neither followed nor entered, nor is a nested repository; what is
//! no file, link or folder is not opened. Filters (`ident`, LFS, `working-tree-encoding`) do not run; only line ends are put
//! back where that gives the very blob that is staged.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use git2::{ObjectType, Oid};

use super::{
    Entry, GitError, Mode, ReadError,
    compare::too_much,
    index::Index,
    listing::{Listing, Source},
    path::{bytes_of, path_of},
    snapshot::MAX_FILES,
    store::id_of,
};
use crate::basis::{BlobId, RepoPath};

/// Files above this many bytes are hashed as a stream.
const STREAMED: u64 = 32 << 20;

/// Lists the working tree below `root`; `index` says what is tracked, `repository` what is ignored.
pub(super) fn list(repository: &git2::Repository, root: &Path, index: &Index) -> Result<Listing, GitError> {
    let mut walk =
        Walk { repository, root, index, trust: Trust::of(repository), listing: Listing::default() };
    let mut pending = vec![Vec::new()];
    let mut folders = 0;
    while let Some(folder) = pending.pop() {
        folders += 1;
        if folders > MAX_FILES {
            return Err(too_much());
        }
        walk.folder(&folder, &mut pending)?;
    }
    let Walk { mut listing, .. } = walk;
    add_absent(root, index, &mut listing);
    listing.seal(None).map_err(|path| unreadable(&path, "it was listed twice"))
}

/// What the file system can be believed about (`core.fileMode`, `core.symlinks`).
struct Trust {
    executable: bool,
    links: bool,
}

impl Trust {
    fn of(repository: &git2::Repository) -> Self {
        let config = repository.config();
        let setting = |name: &str| config.as_ref().ok().and_then(|config| config.get_bool(name).ok());
        Self {
            executable: cfg!(unix) && setting("core.filemode").unwrap_or(true),
            links: setting("core.symlinks").unwrap_or(true),
        }
    }
}

struct Walk<'a> {
    repository: &'a git2::Repository,
    root: &'a Path,
    index: &'a Index,
    trust: Trust,
    listing: Listing,
}

impl Walk<'_> {
    /// Lists what lies directly in the folder at `folder` (`""` is the root) and adds its folders to `pending`.
    fn folder(&mut self, folder: &[u8], pending: &mut Vec<Vec<u8>>) -> Result<(), GitError> {
        let entries = match self.disk(folder).and_then(fs::read_dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(_) if !folder.is_empty() && !self.index.tracks_below(folder) => return Ok(()),
            Err(error) => return Err(unreadable(&RepoPath::new(folder), &error.to_string())),
        };
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&RepoPath::new(folder), &error.to_string()))?;
            let name = entry.file_name();
            let Some(name) = bytes_of(Path::new(&name)) else { continue };
            if name.eq_ignore_ascii_case(b".git") {
                continue;
            }
            let slash: &[u8] = if folder.is_empty() { b"" } else { b"/" };
            let path = [folder, slash, &name].concat();
            // The kind that the folder itself tells: a link is a link.
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                self.subfolder(path, pending)?;
            } else if kind.is_file() || kind.is_symlink() {
                self.file(&path, kind.is_symlink())?;
            }
        }
        Ok(())
    }

    fn subfolder(&mut self, path: Vec<u8>, pending: &mut Vec<Vec<u8>>) -> Result<(), GitError> {
        if let Some((entry, _)) = self.index.staged.find(&path)
            && entry.mode == Mode::Submodule
        {
            let id = self.submodule_head(&path).unwrap_or(entry.id);
            self.listing.push(&path, Entry { id, mode: Mode::Submodule }, Source::Objects);
            return Ok(());
        }
        if !self.index.tracks_below(&path) {
            let nested = self.disk(&path).is_ok_and(|disk| fs::symlink_metadata(disk.join(".git")).is_ok());
            if nested || self.ignored(&[&path[..], b"/"].concat())? {
                return Ok(());
            }
        }
        pending.push(path);
        Ok(())
    }

    fn file(&mut self, path: &[u8], is_link: bool) -> Result<(), GitError> {
        let name = RepoPath::new(path);
        if !self.index.tracks(&name) && self.ignored(path)? {
            return Ok(());
        }
        let staged = self.index.staged.find(path).map(|found| found.0);
        match self.hash(path, is_link, staged) {
            Ok((entry, source)) => self.listing.push(path, entry, source),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&name, &error.to_string())),
        }
        Ok(())
    }

    /// The entry that `git add` would stage for the file at `path`, of which `staged` is staged.
    fn hash(&self, path: &[u8], is_link: bool, staged: Option<Entry>) -> io::Result<(Entry, Source)> {
        let disk = self.disk(path)?;
        if is_link {
            let id = hash_of(&link_text(&disk)?)?;
            return Ok((Entry { id, mode: Mode::Symlink }, Source::Disk));
        }
        let metadata = fs::symlink_metadata(&disk)?;
        let mode = match staged.map(|staged| staged.mode) {
            Some(Mode::Symlink) if !self.trust.links => Mode::Symlink,
            Some(mode @ (Mode::File | Mode::Executable)) if !self.trust.executable => mode,
            Some(_) | None if self.trust.executable && is_executable(&metadata) => Mode::Executable,
            Some(_) | None => Mode::File,
        };
        if metadata.len() > STREAMED {
            let id = Oid::hash_file(ObjectType::Blob, &disk).map_err(io::Error::other)?;
            return Ok((Entry { id: id_of(id), mode }, Source::Disk));
        }
        let bytes = fs::read(&disk)?;
        let id = hash_of(&bytes)?;
        if let Some(staged) = staged
            && staged.id != id
            && let Some(text) = without_crlf(&bytes)
            && hash_of(&text)? == staged.id
        {
            return Ok((Entry { id: staged.id, mode }, Source::DiskWithCrlf));
        }
        Ok((Entry { id, mode }, Source::Disk))
    }

    fn ignored(&self, path: &[u8]) -> Result<bool, GitError> {
        let Some(relative) = path_of(path) else { return Ok(false) };
        let ignored = self.repository.is_path_ignored(relative);
        ignored.map_err(|error| GitError::of_reading("the ignore rules", &error))
    }

    /// The commit that is checked out in a submodule; `None` when it has none of its own.
    fn submodule_head(&self, path: &[u8]) -> Option<BlobId> {
        let module = git2::Repository::open(self.disk(path).ok()?).ok()?;
        module.head().ok()?.peel_to_commit().ok().map(|commit| id_of(commit.id()))
    }

    fn disk(&self, path: &[u8]) -> io::Result<PathBuf> {
        on_disk(self.root, path)
    }
}

/// Adds the files that a sparse checkout leaves away, as they are staged.
fn add_absent(root: &Path, index: &Index, listing: &mut Listing) {
    for path in &index.absent {
        let missing = on_disk(root, path.as_bytes()).is_ok_and(|disk| fs::symlink_metadata(disk).is_err());
        if let Some((entry, source)) = index.staged.find(path.as_bytes()).filter(|_| missing) {
            listing.push(path.as_bytes(), entry, source);
        }
    }
    for (path, id, mode, _) in index.staged.rows_below(b"") {
        if mode.is_none() {
            listing.push_folder(path, id);
        }
    }
}

/// The content of a listed file; `entry` is what was listed.
pub(super) fn read(root: &Path, path: &RepoPath, entry: Entry, source: Source) -> Result<Vec<u8>, ReadError> {
    let read = on_disk(root, path.as_bytes()).and_then(|disk| {
        let metadata = fs::symlink_metadata(&disk)?;
        if metadata.is_symlink() {
            return link_text(&disk);
        }
        if !metadata.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let bytes = fs::read(disk)?;
        let text = if source == Source::DiskWithCrlf { without_crlf(&bytes) } else { None };
        Ok(text.unwrap_or(bytes))
    });
    read.map_err(|error| read_error(entry, &error))
}

/// The length on disk of a listed file, in bytes.
pub(super) fn size(root: &Path, path: &RepoPath, entry: Entry) -> Result<u64, ReadError> {
    let metadata = on_disk(root, path.as_bytes()).and_then(fs::symlink_metadata);
    metadata.map(|metadata| metadata.len()).map_err(|error| read_error(entry, &error))
}

fn read_error(entry: Entry, error: &io::Error) -> ReadError {
    if error.kind() == io::ErrorKind::NotFound {
        return ReadError::Missing { id: entry.id };
    }
    ReadError::Io { why: error.to_string() }
}

fn on_disk(root: &Path, path: &[u8]) -> io::Result<PathBuf> {
    path_of(path).map(|relative| root.join(relative)).ok_or_else(|| io::ErrorKind::InvalidFilename.into())
}

fn link_text(disk: &Path) -> io::Result<Vec<u8>> {
    let target = fs::read_link(disk)?;
    bytes_of(&target).ok_or_else(|| io::ErrorKind::InvalidFilename.into())
}

pub(super) fn hash_of(bytes: &[u8]) -> io::Result<BlobId> {
    Oid::hash_object(ObjectType::Blob, bytes).map(id_of).map_err(io::Error::other)
}

/// The text with LF for CRLF; `None` when there is no CRLF.
fn without_crlf(bytes: &[u8]) -> Option<Vec<u8>> {
    let crlf = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
    let text: Vec<u8> = (0..bytes.len()).filter(|at| !crlf(*at)).map(|at| bytes[at]).collect();
    (text.len() < bytes.len()).then_some(text)
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}

fn unreadable(path: &RepoPath, why: &str) -> GitError {
    let what = if path.as_bytes().is_empty() { "the working tree".to_owned() } else { format!("`{path}`") };
    GitError::Unreadable { what, why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_put_back_only_where_they_differ() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(without_crlf(text.as_bytes()).as_deref(), expected.map(str::as_bytes));
        }
        check("a\r\nb\r\n", Some("a\nb\n"));
        check("a\r\r\n", Some("a\r\n"));
        check("a\rb\n", None);
        check("a\r", None);
        check("", None);
    }
}
