//! The files of the cache: one more segment, many small ones → a larger one, the oldest dropped.
//!
//! A file gets its final name only when it is whole, and is never changed after that, so that readers need no lock: whoever has
//! a segment open keeps it, whoever comes later finds its entries in the merged one. Two processes that merge at the same time
//! leave the same entries twice, until the next merge.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use super::segment::{self, Key, Segment};

/// How many segments may lie side by side before small ones are merged. Each costs a look-up two reads.
const SEGMENTS: usize = 8;

/// A segment of this size in bytes is not merged any more.
const FULL: u64 = 64 << 20;

/// How large the segments of one version may become together, in bytes.
pub(super) const LIMIT: u64 = 512 << 20;

/// After how long without a new entry what another version wrote is dropped, and what an interrupted process left behind.
const FORGOTTEN: Duration = Duration::from_secs(14 * 24 * 60 * 60);

const ENDING: &str = "segment";

/// The segments in a folder, the newest first.
pub(super) fn segments(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|ending| ending == ENDING)).collect();
    paths.sort_by(|left, right| right.cmp(left));
    paths
}

/// Writes one more segment; whether it is there now.
pub(super) fn add(folder: &Path, entries: impl Iterator<Item = (Key, Vec<u8>)>) -> bool {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    // The time first: names in order are segments in the order of their age.
    let name = format!(
        "{:024x}-{:08x}-{:x}",
        since.as_nanos(),
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let unfinished = folder.join(&name).with_extension("unfinished");
    let written = make_folder(folder).and_then(|()| {
        let mut out = BufWriter::new(fs::File::create_new(&unfinished)?);
        segment::write(entries, &mut out)?;
        out.flush()?;
        fs::rename(&unfinished, folder.join(&name).with_extension(ENDING))
    });
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written.is_ok()
}

/// Makes the folder so that only its user can look in: facts tell much of a text.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Keeps the number of segments in bounds, and their size together below `limit` bytes.
pub(super) fn tidy(folder: &Path, limit: u64) {
    let paths = segments(folder);
    if paths.len() > SEGMENTS {
        merge(folder, &paths);
        drop_forgotten(folder);
    }
    let mut total = 0;
    for path in segments(folder) {
        total += fs::metadata(&path).map_or(0, |data| data.len());
        if total > limit {
            let _ = fs::remove_file(path);
        }
    }
}

/// Merges the smaller segments: those that are together at least as large as the next one, so that an entry is written anew
/// only as often as the cache doubles.
fn merge(folder: &Path, paths: &[PathBuf]) {
    let mut opened: Vec<(&PathBuf, Segment)> = Vec::new();
    for path in paths {
        match Segment::open(path) {
            Some(segment) if segment.size < FULL => opened.push((path, segment)),
            Some(_) => {}
            None => drop(fs::remove_file(path)),
        }
    }
    opened.sort_by_key(|(_, segment)| segment.size);
    let mut together = 0;
    let small = opened.iter().enumerate().take_while(|(at, (_, segment))| {
        let joins = *at < SEGMENTS / 2 || segment.size <= together;
        together += segment.size;
        joins
    });
    let count = small.count();
    let small = &mut opened[..count];
    // The newest last, so that of two answers to one question the newer stays.
    small.sort_by_key(|(path, _)| *path);
    let small = &*small;
    let mut holders: BTreeMap<Key, &Segment> = BTreeMap::new();
    for (_, segment) in small {
        holders.extend(segment.keys().map(|key| (key, segment)));
    }
    let entries = holders.iter().filter_map(|(key, segment)| Some((*key, segment.get(key)?)));
    if count > 1 && add(folder, entries) {
        small.iter().for_each(|(path, _)| drop(fs::remove_file(path)));
    }
}

/// Drops what other versions wrote long ago, and what was never finished.
fn drop_forgotten(folder: &Path) {
    let is_forgotten = |path: &Path| {
        let changed = fs::metadata(path).and_then(|data| data.modified());
        let age = changed.ok().and_then(|changed| SystemTime::now().duration_since(changed).ok());
        age.is_some_and(|age| age > FORGOTTEN)
    };
    let inside = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect::<Vec<_>>()
    };
    let own =
        inside(folder).into_iter().filter(|path| path.extension().is_none_or(|ending| ending != ENDING));
    own.filter(|path| is_forgotten(path)).for_each(|path| drop(fs::remove_file(path)));
    let others = folder.parent().map(inside).unwrap_or_default();
    let others = others.into_iter().filter(|other| other != folder && is_forgotten(other));
    others.for_each(|path| drop(fs::remove_dir_all(path)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u8, size: usize) -> (Key, Vec<u8>) {
        ([number; 21], vec![number; size])
    }

    fn count(folder: &Path) -> usize {
        segments(folder).len()
    }

    #[test]
    fn small_segments_are_merged_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let folder = &folder.path().join("facts/version");
        for number in 0..100 {
            assert!(add(folder, std::iter::once(entry(number, 10))));
            tidy(folder, LIMIT);
            assert!(count(folder) <= SEGMENTS);
        }
        let opened: Vec<_> = segments(folder).iter().filter_map(|path| Segment::open(path)).collect();
        for number in 0..100 {
            let (key, value) = entry(number, 10);
            assert_eq!(opened.iter().find_map(|segment| segment.get(&key)), Some(value));
        }
    }

    #[test]
    fn an_entry_is_written_anew_only_now_and_then() {
        let folder = tempfile::tempdir().unwrap();
        let folder = &folder.path().join("facts/version");
        add(folder, std::iter::once(entry(255, 1 << 20)));
        let large = segments(folder);
        for number in 0..60 {
            add(folder, std::iter::once(entry(number, 10)));
            tidy(folder, LIMIT);
        }
        assert!(
            segments(folder).contains(&large[0]),
            "the large one is left alone while the others are small"
        );
    }

    #[test]
    fn the_oldest_go_when_there_is_too_much() {
        let folder = tempfile::tempdir().unwrap();
        let folder = &folder.path().join("facts/version");
        for number in 0..6 {
            add(folder, std::iter::once(entry(number, 10_000)));
        }
        let all = segments(folder);
        tidy(folder, 40_000);
        assert_eq!(segments(folder), all[..3]);
    }

    #[test]
    fn what_is_no_segment_goes_at_the_next_merge() {
        let folder = tempfile::tempdir().unwrap();
        let folder = &folder.path().join("facts/version");
        make_folder(folder).unwrap();
        let damaged = folder.join("0").with_extension(ENDING);
        fs::write(&damaged, "no segment").unwrap();
        for number in 0..=u8::try_from(SEGMENTS).unwrap() {
            add(folder, std::iter::once(entry(number, 10)));
        }
        tidy(folder, LIMIT);
        assert!(!damaged.exists());
    }
}
