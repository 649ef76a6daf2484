//! The languages that are read: one row each.

use super::rust::{self, Hints};
use super::{Declarations, FileFacts};
use crate::basis::RepoPath;

/// A language whose files have facts.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    /// Its name, in lower case.
    pub name: &'static str,
    /// The endings of its files, without the dot.
    pub extensions: &'static [&'static str],
    /// Reads one file. Changing what it returns for a text changes what caches hold.
    pub extract: fn(&[u8]) -> FileFacts,
    /// Reads one file, the bodies among it that hold one of the words.
    pub extract_for: fn(&[u8], &[Box<str>]) -> FileFacts,
    /// Reads only what a file declares and hands on.
    pub outline: fn(&[u8]) -> FileFacts,
    /// Tells what a file may declare, before it is read.
    pub hints: fn(&[u8]) -> Hints,
    /// Reads what a file declares about values that go over the wire.
    pub declarations: fn(&[u8]) -> Declarations,
}

/// All languages.
pub const LANGUAGES: &[Language] = &[Language {
    name: "rust",
    extensions: &["rs"],
    extract: rust::extract,
    extract_for: rust::extract_for,
    outline: rust::outline,
    hints: rust::hints,
    declarations: rust::declarations,
}];

impl Language {
    /// The language that code reads the file at `path` in when it names it: whatever its ending, `include!` and `#[path]` read Rust.
    pub fn named(path: &RepoPath) -> &'static Self {
        Self::of(path).unwrap_or(&LANGUAGES[0])
    }

    /// The language that the file at `path` is written in, by its ending.
    pub fn of(path: &RepoPath) -> Option<&'static Self> {
        LANGUAGES
            .iter()
            .find(|language| language.extensions.iter().any(|extension| path.has_extension(extension)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_decide() {
        let name = |path: &str| Language::of(&RepoPath::new(path)).map(|language| language.name);
        assert_eq!(name("src/a.rs"), Some("rust"));
        assert_eq!(name("src/a.rs.bak"), None);
        assert_eq!(name("rs"), None);
    }
}
