//! Which added file is a deleted one under another name: exact content first, then lines in common.
//!
//! Close to git's own rule (50 % of the larger file's bytes survive), so that what people see as renamed is renamed here. Only
//! Rust files are compared line by line; copies are not looked for. Nothing is compared when the change is so large that
//! the answer would take longer than it is worth, which the caller is told.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use super::{ChangedFile, Entry, Mode, Snapshot};
use crate::basis::{BlobId, RepoPath};

/// Above this many deleted or added Rust files, only equal contents count as renamed.
const MAX_CANDIDATES: usize = 200;
/// A file with more bytes is not compared by lines.
const MAX_FILE: u64 = 1 << 20;
/// All files compared by lines have at most so many bytes together, on either side.
const MAX_TOTAL: u64 = 16 << 20;
/// The part of the larger file, in percent of its bytes, that both must have.
const MIN_SIMILARITY: u64 = 50;
/// A longer line counts as several, as in git, so that one long line is not all or nothing.
const MAX_LINE: usize = 64;

/// Joins the deletion and the addition of files that were renamed. Says whether a comparison was skipped for its size.
pub(super) fn join_renames(base: &Snapshot, head: &Snapshot, files: &mut Vec<ChangedFile>) -> bool {
    let mut gone = BTreeMap::new();
    let mut new = BTreeMap::new();
    for file in &*files {
        match (file.before, file.after) {
            (Some(entry), None) if entry.mode != Mode::Submodule => {
                gone.insert(file.path.clone(), entry);
            }
            (None, Some(entry)) if entry.mode != Mode::Submodule => {
                new.insert(file.path.clone(), entry);
            }
            (Some(_) | None, Some(_) | None) => {}
        }
    }
    let mut renamed = BTreeMap::new();
    exact(&mut gone, &mut new, &mut renamed);
    let complete = similar(base, head, (&gone, &new), &mut renamed);
    let sources: BTreeMap<&RepoPath, Entry> = renamed.values().map(|(path, entry)| (path, *entry)).collect();
    files.retain(|file| !(file.after.is_none() && sources.contains_key(&file.path)));
    for file in files.iter_mut() {
        if let Some((was, entry)) = renamed.get(&file.path) {
            file.was = Some(was.clone());
            file.before = Some(*entry);
        }
    }
    !complete
}

type Files = BTreeMap<RepoPath, Entry>;
/// New path → old path and what was there.
type Renamed = BTreeMap<RepoPath, (RepoPath, Entry)>;

/// Takes out pairs of equal content; among several the one with the same file name, then the first.
fn exact(gone: &mut Files, new: &mut Files, renamed: &mut Renamed) {
    let mut by_content: HashMap<(BlobId, bool), VecDeque<RepoPath>> = HashMap::new();
    for (path, entry) in &*gone {
        by_content.entry((entry.id, entry.mode == Mode::Symlink)).or_default().push_back(path.clone());
    }
    for same_name in [true, false] {
        new.retain(|path, entry| {
            let Some(sources) = by_content.get_mut(&(entry.id, entry.mode == Mode::Symlink)) else {
                return true;
            };
            let fits = |source: &RepoPath| !same_name || source.file_name() == path.file_name();
            let Some(source) = sources.iter().position(fits).and_then(|at| sources.remove(at)) else {
                return true;
            };
            if let Some(before) = gone.remove(&source) {
                renamed.insert(path.clone(), (source, before));
            }
            false
        });
    }
}

/// Adds pairs of Rust files that have enough lines in common, the most similar first. `false` when there are too many to tell.
fn similar(base: &Snapshot, head: &Snapshot, (gone, new): (&Files, &Files), renamed: &mut Renamed) -> bool {
    let is_source =
        |(path, entry): &(&RepoPath, &Entry)| path.has_extension("rs") && entry.mode != Mode::Symlink;
    let (gone, new): (Vec<_>, Vec<_>) =
        (gone.iter().filter(is_source).collect(), new.iter().filter(is_source).collect());
    if gone.is_empty() || new.is_empty() {
        return true;
    }
    if gone.len().max(new.len()) > MAX_CANDIDATES {
        return false;
    }
    let (Some(olds), Some(news)) = (contents(base, &gone), contents(head, &new)) else { return false };
    let mut pairs = Vec::new();
    for (new_at, new_lines) in news.iter().enumerate() {
        for (old_at, old_lines) in olds.iter().enumerate() {
            let score = old_lines.similarity(new_lines);
            if score >= MIN_SIMILARITY * SCALE / 100 {
                let other_name = gone[old_at].0.file_name() != new[new_at].0.file_name();
                pairs.push((std::cmp::Reverse(score), other_name, old_at, new_at));
            }
        }
    }
    pairs.sort_unstable();
    let (mut used_old, mut used_new) = (vec![false; gone.len()], vec![false; new.len()]);
    for (_, _, old_at, new_at) in pairs {
        if !used_old[old_at] && !used_new[new_at] {
            (used_old[old_at], used_new[new_at]) = (true, true);
            renamed.insert(new[new_at].0.clone(), (gone[old_at].0.clone(), *gone[old_at].1));
        }
    }
    true
}

/// The lines of each file, in order; `None` when all together are too many. A file that is too large or cannot be read has no
/// lines, and so is like no other.
fn contents(side: &Snapshot, files: &[(&RepoPath, &Entry)]) -> Option<Vec<Lines>> {
    let mut total = 0;
    let mut lines = Vec::with_capacity(files.len());
    for (path, entry) in files {
        let size = side.size(path, **entry).unwrap_or(u64::MAX);
        if size > MAX_FILE {
            lines.push(Lines::default());
            continue;
        }
        total += size;
        if total > MAX_TOTAL {
            return None;
        }
        lines.push(Lines::of(&side.read(path, **entry).unwrap_or_default()));
    }
    Some(lines)
}

/// The scale of a similarity: this much is equality.
const SCALE: u64 = 10_000;

/// The lines of a file as a bag: hash of the line → bytes of all its occurrences, sorted by hash.
#[derive(Default)]
struct Lines {
    bytes: u64,
    bag: Vec<(u64, u64)>,
}

impl Lines {
    fn of(text: &[u8]) -> Self {
        // Keys are fixed: the answer must not change from run to run.
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let mut bag: Vec<(u64, u64)> =
            pieces(text).map(|(line, bytes)| (hasher.hash_one(line), bytes)).collect();
        bag.sort_unstable();
        bag.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        Self { bytes: bag.iter().map(|(_, bytes)| bytes).sum(), bag }
    }

    /// How much of the larger of both survives in the other, from 0 to [`SCALE`].
    fn similarity(&self, other: &Self) -> u64 {
        let (small, large) = (self.bytes.min(other.bytes), self.bytes.max(other.bytes));
        if large == 0 || small * 100 < large * MIN_SIMILARITY {
            return 0;
        }
        let (mut a, mut b) = (self.bag.iter().peekable(), other.bag.iter().peekable());
        let mut common = 0;
        while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
            match left.0.cmp(&right.0) {
                std::cmp::Ordering::Less => {
                    a.next();
                }
                std::cmp::Ordering::Greater => {
                    b.next();
                }
                std::cmp::Ordering::Equal => {
                    common += left.1.min(right.1);
                    a.next();
                    b.next();
                }
            }
        }
        common * SCALE / large
    }
}

/// The text cut behind each LF and after 64 bytes, each piece with its length in bytes; a line's end is left out of the piece, so
/// that LF and CRLF make no difference.
fn pieces(text: &[u8]) -> impl Iterator<Item = (&[u8], u64)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let line_end = rest.iter().take(MAX_LINE).position(|byte| *byte == b'\n');
        let (piece, behind) = rest.split_at(line_end.map_or(MAX_LINE.min(rest.len()), |at| at + 1));
        rest = behind;
        let line = piece.strip_suffix(b"\n").map_or(piece, |line| line.strip_suffix(b"\r").unwrap_or(line));
        (!piece.is_empty()).then_some((line, piece.len() as u64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_is_the_part_of_the_larger_file_that_survives() {
        #[track_caller]
        fn check(old: &str, new: &str, percent: u64) {
            let score = Lines::of(old.as_bytes()).similarity(&Lines::of(new.as_bytes()));
            assert_eq!(score * 100 / SCALE, percent);
        }
        check("a\nb\nc\nd\n", "d\nc\nb\na\n", 100);
        check("a\nb\nc\nd\n", "a\nb\nc\ne\n", 75);
        check("a\na\na\na\n", "a\na\nb\nb\n", 50);
        check("a\nb\n", "c\nd\n", 0);
        check("a\n", "a\nb\nc\nd\n", 0);
        check("a\nb\n", "a\r\nb\r\n", 66);
        check("", "", 0);
    }
}
