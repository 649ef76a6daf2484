//! Places of findings → lines and columns of the texts of a run.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::basis::{LineIndex, Origin, Place, Position, RepoPath, Span};

/// The texts of a run, each with its line starts.
pub(super) struct Sources<'a> {
    texts: BTreeMap<&'a (Origin, RepoPath), Source<'a>>,
}

/// One text with its line starts.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    lines: OnceCell<LineIndex>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(texts: &'a BTreeMap<(Origin, RepoPath), Arc<str>>) -> Self {
        Self { texts: texts.iter().map(|(key, text)| (key, Source::new(text))).collect() }
    }

    /// The text of a file; `None` when the run does not carry it.
    pub(super) fn get(&self, origin: Origin, file: &RepoPath) -> Option<&Source<'a>> {
        self.texts.get(&(origin, file.clone()))
    }

    /// Where a place begins and where it ends; `None` when the run does not carry its text.
    pub(super) fn range(&self, place: &Place) -> Option<(Position, Position)> {
        self.get(place.origin, &place.file).map(|source| source.range(place.span))
    }

    /// `file:line:column`, or the file alone when the run does not carry its text; escaped.
    pub(super) fn address(&self, place: &Place) -> String {
        let file = file_name(&place.file);
        match self.range(place) {
            Some((start, _)) => format!("{file}:{}:{}", start.line, start.column),
            None => file,
        }
    }
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, lines: OnceCell::new() }
    }

    /// Where its lines begin.
    pub(super) fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text))
    }

    /// Where a span begins and where it ends.
    pub(super) fn range(&self, span: Span) -> (Position, Position) {
        let position = |offset| self.lines().position(self.text, offset);
        (position(span.start), position(span.end.max(span.start)))
    }
}

/// The name of a file, escaped; a line may begin with it, so it must not begin a workflow command.
pub(super) fn file_name(file: &RepoPath) -> String {
    let name = super::Untrusted(&file.to_string()).to_string();
    if name.trim_start().starts_with("::") { name.replacen(':', "\\u{3a}", 1) } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_begin_no_command() {
        #[track_caller]
        fn check(name: &str, expected: &str) {
            assert_eq!(file_name(&RepoPath::from(name)), expected);
        }
        check("src/a::b.rs", "src/a::b.rs");
        check("::error::x.rs", "\\u{3a}:error::x.rs");
        check(" \u{3000}::error::x.rs", " \u{3000}\\u{3a}:error::x.rs");
        check("a\n::error::x.rs", "a\\n::error::x.rs");
    }
}
