//! A segment: one immutable file of entries. A key → its value, or nothing.
//!
//! ```text
//! values | rows, sorted by key: key, offset, length, checksum of the value | footer:
//! for each first byte of a key: end of its rows, their checksum | where rows begin | magic | checksum of the footer
//! ```
//!
//! A look-up reads the rows of its bucket (once) and the value, and believes only what its checksum confirms: a segment that was
//! damaged, cut short or half written has fewer entries, never wrong ones. It is read by position and not mapped: mapping is
//! unsafe under the hands of whoever truncates the file, and measured no faster.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::OnceLock;

/// What an entry is found by: twenty bytes of the blob's id, then which form of it this is.
pub(super) type Key = [u8; KEY];

const KEY: usize = 21;
/// Key, offset, length and checksum of the value.
const ROW: usize = KEY + 8 + 4 + 4;
const BUCKETS: usize = 256;
const MAGIC: [u8; 8] = *b"gateseg1";
const FOOTER: usize = BUCKETS * 8 + 8 + MAGIC.len() + 4;

/// As large a segment is read in one go, in bytes: less work than asking for each of its parts.
const SMALL: u64 = 64 << 10;

/// An open segment.
pub(super) struct Segment {
    file: File,
    /// All that is in the file, if that is little; else nothing.
    whole: Box<[u8]>,
    /// Where rows begin, in bytes.
    rows: u64,
    /// For each bucket the number of rows up to its end, and their checksum.
    table: Box<[(u32, u32)]>,
    buckets: Box<[OnceLock<Box<[u8]>>]>,
    /// The size of the file in bytes.
    pub(super) size: u64,
}

impl Segment {
    /// The segment at `path`; `None` when there is none, or it is not whole.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let size = file.metadata().ok()?.len();
        let begin = size.checked_sub(FOOTER as u64)?;
        let mut whole =
            vec![0; if size <= SMALL { usize::try_from(size).ok()? } else { 0 }].into_boxed_slice();
        read_at(&file, &mut whole, 0).ok()?;
        let mut footer = [0; FOOTER];
        match whole.last_chunk() {
            Some(last) => footer = *last,
            None => read_at(&file, &mut footer, begin).ok()?,
        }
        let (body, checksum) = footer.split_last_chunk()?;
        let (body, magic) = body.split_last_chunk()?;
        if *magic != MAGIC || crc32fast::hash(&footer[..FOOTER - 4]) != u32::from_le_bytes(*checksum) {
            return None;
        }
        let (table, rows) = body.split_last_chunk()?;
        let number = |bytes: &[u8]| bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let table = table.chunks_exact(8).map(|pair| (number(pair), number(&pair[4..]))).collect();
        let buckets = (0..BUCKETS).map(|_| OnceLock::new()).collect();
        Some(Self { file, whole, rows: u64::from_le_bytes(*rows), table, buckets, size })
    }

    /// The value of a key, if it is here and whole.
    pub(super) fn get(&self, key: &Key) -> Option<Vec<u8>> {
        let rows = self.bucket(key[0]).as_chunks::<ROW>().0;
        let at = rows.binary_search_by(|row| row[..KEY].cmp(key)).ok()?;
        let (offset, rest) = rows[at][KEY..].split_first_chunk()?;
        let (length, checksum) = rest.split_first_chunk()?;
        let (offset, length) = (u64::from_le_bytes(*offset), u32::from_le_bytes(*length));
        // A length is believed only where it fits, so that damage cannot ask for much memory.
        if offset.checked_add(length.into())? > self.size {
            return None;
        }
        let value = self.read(offset, length as usize)?;
        (crc32fast::hash(&value).to_le_bytes() == checksum).then_some(value)
    }

    /// Every key, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        let rows = (0..=u8::MAX).flat_map(|first| self.bucket(first).as_chunks::<ROW>().0);
        rows.filter_map(|row| row.first_chunk().copied())
    }

    fn bucket(&self, first: u8) -> &[u8] {
        self.buckets[usize::from(first)].get_or_init(|| self.read_bucket(first.into()).unwrap_or_default())
    }

    fn read_bucket(&self, at: usize) -> Option<Box<[u8]>> {
        let begin = at.checked_sub(1).map_or(0, |before| self.table[before].0);
        let (end, checksum) = self.table[at];
        let length = u64::from(end.checked_sub(begin)?) * ROW as u64;
        let offset = self.rows.checked_add(u64::from(begin) * ROW as u64)?;
        if offset.checked_add(length)? > self.size {
            return None;
        }
        let bytes = self.read(offset, usize::try_from(length).ok()?)?;
        (crc32fast::hash(&bytes) == checksum).then(|| bytes.into())
    }

    /// The bytes from `offset` on.
    fn read(&self, offset: u64, length: usize) -> Option<Vec<u8>> {
        if !self.whole.is_empty() {
            let begin = usize::try_from(offset).ok()?;
            return self.whole.get(begin..begin.checked_add(length)?).map(<[u8]>::to_vec);
        }
        let mut bytes = vec![0; length];
        read_at(&self.file, &mut bytes, offset).ok()?;
        Some(bytes)
    }
}

/// Writes a segment; the keys ascend.
pub(super) fn write(entries: impl Iterator<Item = (Key, Vec<u8>)>, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Vec::new();
    let mut ends = [0_usize; BUCKETS];
    let mut offset = 0_u64;
    for (key, value) in entries {
        out.write_all(&value)?;
        let length = u32::try_from(value.len()).map_err(io::Error::other)?;
        rows.extend_from_slice(&key);
        rows.extend_from_slice(&offset.to_le_bytes());
        rows.extend_from_slice(&length.to_le_bytes());
        rows.extend_from_slice(&crc32fast::hash(&value).to_le_bytes());
        ends[usize::from(key[0])] = rows.len();
        offset += u64::from(length);
    }
    out.write_all(&rows)?;
    let mut footer = Vec::with_capacity(FOOTER);
    let mut begin = 0;
    for end in ends {
        let end = end.max(begin);
        let number = u32::try_from(end / ROW).map_err(io::Error::other)?;
        footer.extend_from_slice(&number.to_le_bytes());
        footer.extend_from_slice(&crc32fast::hash(&rows[begin..end]).to_le_bytes());
        begin = end;
    }
    footer.extend_from_slice(&offset.to_le_bytes());
    footer.extend_from_slice(&MAGIC);
    let checksum = crc32fast::hash(&footer);
    footer.extend_from_slice(&checksum.to_le_bytes());
    out.write_all(&footer)
}

/// Fills `bytes` from the file at `offset`, without a position that threads would share.
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    let read = |bytes: &mut [u8], offset| std::os::unix::fs::FileExt::read_at(file, bytes, offset);
    #[cfg(windows)]
    let read = |bytes: &mut [u8], offset| std::os::windows::fs::FileExt::seek_read(file, bytes, offset);
    let mut done = 0;
    while done < bytes.len() {
        match read(&mut bytes[done..], offset + done as u64) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(more) => done += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(first: u8, last: u8) -> Key {
        let mut key = [first; KEY];
        key[KEY - 1] = last;
        key
    }

    fn entries() -> Vec<(Key, Vec<u8>)> {
        let all = [(0, 0), (0, 9), (3, 1), (3, 2), (255, 255)];
        all.map(|(first, last)| (key(first, last), vec![first ^ last; usize::from(last) * 3])).to_vec()
    }

    fn written(entries: Vec<(Key, Vec<u8>)>) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(entries.into_iter(), &mut bytes).unwrap();
        bytes
    }

    fn open(bytes: &[u8]) -> Option<Segment> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        Segment::open(file.path())
    }

    #[test]
    fn what_was_written_is_found() {
        let segment = open(&written(entries())).unwrap();
        for (key, value) in entries() {
            assert_eq!(segment.get(&key), Some(value));
        }
        assert_eq!(segment.get(&key(3, 3)), None);
        assert_eq!(segment.get(&key(7, 0)), None);
        assert_eq!(
            segment.keys().collect::<Vec<_>>(),
            entries().iter().map(|(key, _)| *key).collect::<Vec<_>>()
        );
        assert!(open(&written(Vec::new())).unwrap().keys().next().is_none());
    }

    /// Whichever byte is damaged and wherever the file ends, what is found is what was written.
    #[test]
    fn damage_takes_away_and_never_invents() {
        let whole = written(entries());
        let holds_only_truth = |bytes: &[u8]| {
            let Some(segment) = open(bytes) else { return 0 };
            let found = entries().into_iter().filter(|(key, value)| {
                let found = segment.get(key);
                assert!(found.as_ref().is_none_or(|found| found == value));
                found.is_some()
            });
            found.count()
        };
        assert_eq!(holds_only_truth(&whole), 5);
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x41;
            assert!(holds_only_truth(&damaged) < 5, "byte {at} is covered by no checksum");
        }
        for length in (0..whole.len()).step_by(11) {
            assert_eq!(holds_only_truth(&whole[..length]), 0);
        }
    }
}
