//! Where something stands in a text: byte spans, sites with a line, labelled places.
//!
//! Bytes are what tree-sitter, TOML and git count; lines and columns are for people and are derived from bytes.

use serde::{Deserialize, Serialize};

use super::RepoPath;

/// A half-open range of **byte** offsets into one source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, saturating at 4 GiB (far above the cap on a source file).
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end) }
    }

    /// The bytes as a range that can index a text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies inside this span.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A span together with the line and column at which it begins, for facts that outlive their text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Site {
    /// The bytes.
    pub span: Span,
    /// Line of the first byte, from 1.
    pub line: u32,
    /// Column of the first byte in Unicode scalar values, from 1.
    pub column: u32,
}

/// A line and a column, both from 1, the column in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode scalar values, from 1.
    pub column: u32,
}

/// Which of the texts that a run reads a place belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A file of the base side.
    Base,
    /// A file of the head side.
    Head,
    /// A spec file, of the head design or given by `--spec`.
    Spec,
}

/// A span in one of the texts of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which text.
    pub origin: Origin,
    /// The file, from the root of the judged tree (or as given by `--spec`).
    pub file: RepoPath,
    /// The bytes.
    pub span: Span,
}

/// A place with the words that stand under it in a snippet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// What is underlined.
    pub place: Place,
    /// What is said about it; one short clause.
    pub text: String,
}

/// The line starts of one text, to turn byte offsets into positions.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads the line starts of `text`; a line ends behind its `\n`.
    pub fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| Span::new(at + 1, at + 1).start)).collect();
        Self { starts }
    }

    /// The offset of the first byte of a line (from 1); `None` when the text has fewer lines.
    pub fn start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// The position of the byte at `offset` of `text`, the text that this index was made of.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts[line - 1] as usize;
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let column = text.get(start..end).map_or(0, |before| before.chars().count());
        Position { line: Span::new(line, line).start, column: Span::new(column + 1, 0).start }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: u32, line: u32, column: u32) {
        assert_eq!(LineIndex::new(text).position(text, offset), Position { line, column });
    }

    #[test]
    fn columns_count_scalars_and_lines_end_at_newlines() {
        check("", 0, 1, 1);
        check("ab\ncd", 3, 2, 1);
        check("ab\r\ncd", 5, 2, 2);
        check("äö x", 5, 1, 4);
        check("a\n", 2, 2, 1);
        check("a", 99, 1, 2);
    }

    #[test]
    fn lines_begin_behind_newlines() {
        #[track_caller]
        fn check(text: &str, line: u32, start: Option<u32>) {
            assert_eq!(LineIndex::new(text).start(line), start);
        }
        check("", 1, Some(0));
        check("ab\r\ncd", 2, Some(4));
        check("a\n", 2, Some(2));
        check("a\n", 3, None);
        check("a", 0, None);
    }
}
