//! A side that is a list of files: rows sorted by path, from the index or from the disk, asked by path and by folder.
//!
//! How the rows came to be is the business of whoever fills a [`Listing`]; trees of commits are never spelled out into one.

use std::ops::Range;

use gix_index::extension::Tree as CachedTree;

use super::{Entry, Mode};
use crate::basis::{BlobId, RepoPath};

/// All files of one side, sorted by path bytes, no path twice.
#[derive(Default)]
pub(super) struct Listing {
    names: Vec<u8>,
    rows: Vec<Row>,
    /// Whether some rows stand for whole folders that the index does not spell out.
    has_folders: bool,
    /// The ids of folders that the index knows; sound only where its count of rows agrees.
    cached: Option<CachedTree>,
}

/// A row: a path and what is there.
struct Row {
    name: Range<usize>,
    id: BlobId,
    /// `None` when the path, which then ends in `/`, is a folder whose tree is `id`.
    mode: Option<Mode>,
    source: Source,
}

/// Where the content of a row is to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The object store has the blob.
    Objects,
    /// The disk has the very bytes.
    Disk,
    /// The disk has them with CRLF for LF, as `core.autocrlf` writes them.
    DiskWithCrlf,
}

/// A folder of a listing, as the range of its rows.
#[derive(Clone)]
pub(super) struct ListedFolder<'a> {
    rows: Range<usize>,
    /// The length in bytes of the folder's path with its last slash; 0 at the root.
    depth: usize,
    cached: Option<&'a CachedTree>,
}

/// What a folder of a listing holds.
pub(super) enum Listed<'a> {
    /// A file, a link or a submodule.
    File(Entry),
    /// A folder that is spelled out.
    Folder(ListedFolder<'a>),
    /// A folder of which only the id of its tree is listed.
    Tree(BlobId),
}

impl Listing {
    /// Adds a row behind the others; [`Listing::seal`] puts them in order.
    pub(super) fn push(&mut self, path: &[u8], entry: Entry, source: Source) {
        self.add(path, entry.id, Some(entry.mode), source);
    }

    /// Adds a folder (its path ends in `/`) by the id of its tree.
    pub(super) fn push_folder(&mut self, path: &[u8], tree: BlobId) {
        self.has_folders = true;
        self.add(path, tree, None, Source::Objects);
    }

    fn add(&mut self, path: &[u8], id: BlobId, mode: Option<Mode>, source: Source) {
        let start = self.names.len();
        self.names.extend_from_slice(path);
        self.rows.push(Row { name: start..self.names.len(), id, mode, source });
    }

    /// Sorts the rows, after which the listing can be asked; a path that was pushed twice is an error, told by that path.
    pub(super) fn seal(mut self, cached: Option<CachedTree>) -> Result<Self, RepoPath> {
        let names = &self.names;
        self.rows.sort_by(|a, b| names[a.name.clone()].cmp(&names[b.name.clone()]));
        let twice =
            self.rows.windows(2).find(|pair| names[pair[0].name.clone()] == names[pair[1].name.clone()]);
        if let Some([row, _]) = twice {
            return Err(RepoPath::new(&names[row.name.clone()]));
        }
        self.cached = cached;
        Ok(self)
    }

    /// Whether some rows stand for whole folders.
    pub(super) fn has_folders(&self) -> bool {
        self.has_folders
    }

    fn name(&self, row: usize) -> &[u8] {
        &self.names[self.rows[row].name.clone()]
    }

    fn position(&self, path: &[u8]) -> Option<usize> {
        self.rows.binary_search_by(|row| self.names[row.name.clone()].cmp(path)).ok()
    }

    /// The file at `path`, with the place of its content.
    pub(super) fn find(&self, path: &[u8]) -> Option<(Entry, Source)> {
        let row = &self.rows[self.position(path)?];
        row.mode.map(|mode| (Entry { id: row.id, mode }, row.source))
    }

    /// The folder above `path` that is listed by the id of its tree, if one is: the id, and the length of its path with slash.
    pub(super) fn folder_above(&self, path: &[u8]) -> Option<(BlobId, usize)> {
        if !self.has_folders {
            return None;
        }
        let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        slashes.map(|(at, _)| at + 1).find_map(|end| {
            let row = &self.rows[self.position(&path[..end])?];
            row.mode.is_none().then_some((row.id, end))
        })
    }

    /// Whether anything is listed below the folder `folder` (no slash at its end).
    pub(super) fn has_below(&self, folder: &[u8]) -> bool {
        !self.below(folder).is_empty()
    }

    /// The rows below `folder` (no slash at its end, `""` for all), files and folders listed by id alike.
    pub(super) fn rows_below(
        &self,
        folder: &[u8],
    ) -> impl Iterator<Item = (&[u8], BlobId, Option<Mode>, Source)> {
        let rows = self.below(folder);
        self.rows[rows].iter().map(|row| (&self.names[row.name.clone()], row.id, row.mode, row.source))
    }

    fn below(&self, folder: &[u8]) -> Range<usize> {
        if folder.is_empty() {
            return 0..self.rows.len();
        }
        let start = self.rows.partition_point(|row| before_folder(&self.names[row.name.clone()], folder));
        start..self.end_of(start..self.rows.len(), folder)
    }

    /// The end of the rows of `range` that begin with `folder` and a slash.
    fn end_of(&self, range: Range<usize>, folder: &[u8]) -> usize {
        let inside = |row: &Row| {
            let name = &self.names[row.name.clone()];
            name.len() > folder.len() && name.starts_with(folder) && name[folder.len()] == b'/'
        };
        range.start + self.rows[range].partition_point(inside)
    }

    /// The folder that everything lies in.
    pub(super) fn root(&self) -> ListedFolder<'_> {
        ListedFolder { rows: 0..self.rows.len(), depth: 0, cached: self.cached.as_ref() }
    }

    /// What lies directly in `folder`, in the order of the rows.
    pub(super) fn children<'a>(&'a self, folder: &ListedFolder<'a>) -> Vec<(&'a [u8], Listed<'a>)> {
        let mut children = Vec::new();
        let mut at = folder.rows.start;
        while at < folder.rows.end {
            let path = self.name(at);
            let rest = &path[folder.depth.min(path.len())..];
            let Some(slash) = rest.iter().position(|byte| *byte == b'/') else {
                let row = &self.rows[at];
                if let Some(mode) = row.mode {
                    children.push((rest, Listed::File(Entry { id: row.id, mode })));
                }
                at += 1;
                continue;
            };
            let name = &rest[..slash];
            let depth = folder.depth + slash + 1;
            let end = self.end_of(at..folder.rows.end, &path[..depth - 1]);
            let row = &self.rows[at];
            if path.len() == depth && row.mode.is_none() {
                children.push((name, Listed::Tree(row.id)));
            } else {
                let cached = folder.cached.and_then(|tree| child_of(tree, name));
                children.push((name, Listed::Folder(ListedFolder { rows: at..end, depth, cached })));
            }
            at = end.max(at + 1);
        }
        children
    }
}

impl ListedFolder<'_> {
    /// The id of the folder's tree, when the index vouches for it.
    pub(super) fn id(&self) -> Option<BlobId> {
        let cached = self.cached?;
        let complete = cached.num_entries.is_some_and(|count| count as usize == self.rows.len());
        complete.then(|| BlobId::new(cached.id.as_bytes())).flatten()
    }
}

fn child_of<'a>(tree: &'a CachedTree, name: &[u8]) -> Option<&'a CachedTree> {
    let at = tree.children.binary_search_by(|child| child.name.as_slice().cmp(name)).ok()?;
    tree.children.get(at)
}

/// Whether the path `name` sorts before everything inside `folder`.
fn before_folder(name: &[u8], folder: &[u8]) -> bool {
    name.iter().copied().cmp(folder.iter().copied().chain([b'/'])).is_lt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(paths: &[&str]) -> Listing {
        let mut listing = Listing::default();
        for path in paths {
            let id = BlobId::new(&[path.len() as u8; 20]).unwrap();
            match path.ends_with('/') {
                true => listing.push_folder(path.as_bytes(), id),
                false => listing.push(path.as_bytes(), Entry { id, mode: Mode::File }, Source::Objects),
            }
        }
        listing.seal(None).unwrap()
    }

    const PATHS: [&str; 7] = ["a", "a.rs", "b/c", "b/d/e", "b.rs", "b0", "s/t/"];

    #[test]
    fn folders_are_ranges_whatever_sorts_beside_them() {
        #[track_caller]
        fn check(folder: &str, expected: &[&str]) {
            let listing = listing(&PATHS);
            let found: Vec<_> =
                listing.rows_below(folder.as_bytes()).map(|row| String::from_utf8_lossy(row.0)).collect();
            assert_eq!(found, expected);
            assert_eq!(listing.has_below(folder.as_bytes()), !expected.is_empty());
        }
        check("b", &["b/c", "b/d/e"]);
        check("b/d", &["b/d/e"]);
        check("b/c", &[]);
        check("a", &[]);
        check("s", &["s/t/"]);
        check("", &["a", "a.rs", "b.rs", "b/c", "b/d/e", "b0", "s/t/"]);
        check("zz", &[]);
    }

    #[test]
    fn children_are_files_folders_and_unexpanded_folders() {
        #[track_caller]
        fn check(path: &[&str], expected: &str) {
            let listing = listing(&PATHS);
            let mut folder = listing.root();
            for name in path {
                let children = listing.children(&folder);
                let child = children.into_iter().find(|(child, _)| *child == name.as_bytes()).unwrap();
                let Listed::Folder(next) = child.1 else { panic!("{name} is no folder") };
                folder = next;
            }
            let mut seen = String::new();
            for (name, child) in listing.children(&folder) {
                seen += &String::from_utf8_lossy(name);
                seen += match child {
                    Listed::File(_) => " ",
                    Listed::Folder(_) => "/ ",
                    Listed::Tree(_) => "// ",
                };
            }
            assert_eq!(seen, expected);
        }
        check(&[], "a a.rs b.rs b/ b0 s/ ");
        check(&["b"], "c d/ ");
        check(&["s"], "t// ");
    }

    #[test]
    fn files_are_found_and_folders_above_them() {
        let listing = listing(&PATHS);
        assert!(listing.find(b"b/d/e").is_some());
        assert!(listing.find(b"b/d").is_none());
        assert!(listing.find(b"s/t/").is_none());
        assert_eq!(listing.folder_above(b"s/t/u/v").map(|found| found.1), Some(4));
        assert_eq!(listing.folder_above(b"b/d/e"), None);
    }

    #[test]
    fn a_cached_folder_counts_only_when_it_is_complete() {
        #[track_caller]
        fn check(counts: [Option<u32>; 2], expected: [bool; 2]) {
            let cached = |name: &[u8], count| CachedTree {
                name: name.iter().copied().collect(),
                id: gix_index::hash::Kind::Sha1.null(),
                num_entries: count,
                children: Vec::new(),
            };
            let mut listing = listing(&["a", "b/c", "b/d"]);
            let mut root = cached(b"", counts[0]);
            root.children.push(cached(b"b", counts[1]));
            listing.cached = Some(root);
            let children = listing.children(&listing.root());
            let Listed::Folder(folder) = &children[1].1 else { panic!("`b` is a folder") };
            assert_eq!([listing.root().id().is_some(), folder.id().is_some()], expected);
        }
        check([Some(3), Some(2)], [true, true]);
        check([None, Some(2)], [false, true]);
        check([Some(4), Some(1)], [false, false]);
    }

    #[test]
    fn a_path_twice_is_refused() {
        let mut listing = Listing::default();
        let id = BlobId::new(&[1; 20]).unwrap();
        listing.push(b"a", Entry { id, mode: Mode::File }, Source::Disk);
        listing.push(b"a", Entry { id, mode: Mode::Symlink }, Source::Disk);
        assert_eq!(listing.seal(None).err(), Some(RepoPath::from("a")));
    }
}
