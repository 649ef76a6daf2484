//! Two sides → the files in which they differ.
//!
//! One walk serves trees and listings alike: it goes down both at once and skips folders whose ids are equal. Contents are never
//! read. What moved is for `rename` to find.

use std::sync::Arc;

use super::{
    ChangedFile, Entry, GitError, Snapshot,
    listing::{Listed, ListedFolder, Listing},
    snapshot::{MAX_DEPTH, MAX_FILES, Side},
    store::{Store, TreeRow},
};
use crate::basis::{BlobId, RepoPath};

/// A folder of either kind of side.
#[derive(Clone)]
enum Folder<'a> {
    Tree(BlobId),
    Listed(&'a Listing, ListedFolder<'a>),
}

/// What a folder holds under one name.
enum Child<'a> {
    File(Entry),
    Folder(Folder<'a>),
}

/// The files of `base` and `head` that are not the same in both, sorted by path.
pub(super) fn changed_files(base: &Snapshot, head: &Snapshot) -> Result<Vec<ChangedFile>, GitError> {
    let store = &*head.store;
    let mut changed = Vec::new();
    let mut folders = 0;
    let mut pending = vec![(Vec::new(), 0, Folder::root(base), Folder::root(head))];
    while let Some((prefix, depth, left, right)) = pending.pop() {
        folders += 1;
        if depth > MAX_DEPTH || changed.len().max(folders) > MAX_FILES {
            return Err(too_much());
        }
        let trees = (load(store, left.as_ref())?, load(store, right.as_ref())?);
        let lefts = children(left.as_ref(), trees.0.as_deref());
        let rights = children(right.as_ref(), trees.1.as_deref());
        for (name, before, after) in join(lefts, rights) {
            let mut path = prefix.clone();
            path.extend_from_slice(name);
            let (file_before, folder_before) = split(before);
            let (file_after, folder_after) = split(after);
            if file_before != file_after {
                let path = RepoPath::new(&path);
                changed.push(ChangedFile { path, was: None, before: file_before, after: file_after });
            }
            if differ(folder_before.as_ref(), folder_after.as_ref()) {
                path.push(b'/');
                pending.push((path, depth + 1, folder_before, folder_after));
            }
        }
    }
    changed.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(changed)
}

/// The error for sides without bounds: a few small trees that name each other can stand for any number of files.
pub(super) fn too_much() -> GitError {
    GitError::Unreadable {
        what: "the tree".to_owned(),
        why: format!("it has more than {MAX_FILES} files or folders nested deeper than {MAX_DEPTH}"),
    }
}

impl<'a> Folder<'a> {
    fn root(snapshot: &'a Snapshot) -> Option<Self> {
        match &snapshot.side {
            Side::Empty => None,
            Side::Tree(id) | Side::Beside { tree: id, .. } => Some(Self::Tree(*id)),
            Side::Listed { listing, .. } => Some(Self::Listed(listing, listing.root())),
        }
    }

    /// The id of the folder's tree, where it is known without looking inside.
    fn id(&self) -> Option<BlobId> {
        match self {
            Self::Tree(id) => Some(*id),
            Self::Listed(_, folder) => folder.id(),
        }
    }
}

fn differ(left: Option<&Folder<'_>>, right: Option<&Folder<'_>>) -> bool {
    match (left, right) {
        (None, None) => false,
        (Some(left), Some(right)) => left.id().is_none() || left.id() != right.id(),
        (Some(_), None) | (None, Some(_)) => true,
    }
}

fn load(store: &Store, folder: Option<&Folder<'_>>) -> Result<Option<Arc<[TreeRow]>>, GitError> {
    match folder {
        Some(Folder::Tree(id)) => Ok(Some(store.tree(*id)?)),
        Some(Folder::Listed(..)) | None => Ok(None),
    }
}

/// The children of a folder whose rows, when it is a tree, are `rows`; sorted by name, a file before a folder of its name.
fn children<'n, 'a: 'n>(
    folder: Option<&Folder<'a>>,
    rows: Option<&'n [TreeRow]>,
) -> Vec<(&'n [u8], Child<'a>)> {
    let mut children: Vec<(&'n [u8], Child<'a>)> = match folder {
        None => Vec::new(),
        Some(Folder::Tree(_)) => rows.unwrap_or_default().iter().map(child_of_tree).collect(),
        Some(Folder::Listed(listing, folder)) => {
            let listed = listing.children(folder).into_iter();
            listed.map(|(name, child)| (name, child_of_listing(listing, child))).collect()
        }
    };
    children.sort_by(|a, b| key(a).cmp(&key(b)));
    children
}

fn child_of_tree<'a>(row: &TreeRow) -> (&[u8], Child<'a>) {
    let child = match row.mode {
        Some(mode) => Child::File(Entry { id: row.id, mode }),
        None => Child::Folder(Folder::Tree(row.id)),
    };
    (&row.name, child)
}

fn child_of_listing<'a>(listing: &'a Listing, child: Listed<'a>) -> Child<'a> {
    match child {
        Listed::File(entry) => Child::File(entry),
        Listed::Folder(folder) => Child::Folder(Folder::Listed(listing, folder)),
        Listed::Tree(id) => Child::Folder(Folder::Tree(id)),
    }
}

fn key<'n>(child: &(&'n [u8], Child<'_>)) -> (&'n [u8], bool) {
    (child.0, matches!(child.1, Child::Folder(_)))
}

/// Pairs the children of both folders that have the same name and kind; what has no partner stands alone.
fn join<'n, 'a>(
    lefts: Vec<(&'n [u8], Child<'a>)>,
    rights: Vec<(&'n [u8], Child<'a>)>,
) -> Vec<(&'n [u8], Option<Child<'a>>, Option<Child<'a>>)> {
    let mut pairs = Vec::with_capacity(lefts.len().max(rights.len()));
    let (mut lefts, mut rights) = (lefts.into_iter().peekable(), rights.into_iter().peekable());
    loop {
        let order = match (lefts.peek(), rights.peek()) {
            (None, None) => return pairs,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(left), Some(right)) => key(left).cmp(&key(right)),
        };
        let left = if order.is_le() { lefts.next() } else { None };
        let right = if order.is_ge() { rights.next() } else { None };
        let name = left.as_ref().or(right.as_ref()).map_or(&[][..], |child| child.0);
        pairs.push((name, left.map(|child| child.1), right.map(|child| child.1)));
    }
}

fn split(child: Option<Child<'_>>) -> (Option<Entry>, Option<Folder<'_>>) {
    match child {
        None => (None, None),
        Some(Child::File(entry)) => (Some(entry), None),
        Some(Child::Folder(folder)) => (None, Some(folder)),
    }
}
