//! What `gate spec diff` lists, as rows; and how many there are of each class, for the report of a check.

use std::sync::Arc;

use crate::basis::{RepoPath, Span};

/// Two designs, compared statement by statement.
#[derive(Clone, Debug, Default)]
pub struct DesignDiff {
    /// The one side.
    pub base: DesignSide,
    /// The other.
    pub head: DesignSide,
    /// The statements that differ: loosened, extended, tightened, neutral.
    pub rows: Vec<DesignRow>,
    /// How many there are of each class.
    pub counts: DesignCounts,
    /// Whether both sides have a design; where base has none there is nothing to compare.
    pub is_compared: bool,
    /// Sentences about the comparison itself.
    pub notes: Vec<String>,
}

/// One side of a comparison of designs.
#[derive(Clone, Debug, Default)]
pub struct DesignSide {
    /// The revision as the user named it, or `index`, or `working tree`.
    pub label: String,
    /// How many spec files it has; 0 where it has no spec, or an invalid one.
    pub files: usize,
}

/// A statement that one design makes otherwise than the other.
#[derive(Clone, Debug)]
pub struct DesignRow {
    /// `loosened`, `extended`, `tightened` or `neutral`.
    pub class: &'static str,
    /// The table that it stands in.
    pub table: String,
    /// The key; empty for the table itself.
    pub key: &'static str,
    /// What it means, as a clause.
    pub reason: String,
    /// What base says; `None` where it says nothing.
    pub base: Option<PlacedText>,
    /// What head says; `None` where it says nothing.
    pub head: Option<PlacedText>,
}

/// A statement with its place.
#[derive(Clone, Debug)]
pub struct PlacedText {
    /// The file.
    pub file: RepoPath,
    /// The text of the file.
    pub text: Arc<str>,
    /// The bytes of the statement.
    pub span: Span,
    /// The statement in one line, shortened.
    pub written: String,
}

/// How many statements of a design differ, by what that means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DesignCounts {
    /// Code may do more.
    pub loosened: usize,
    /// The design speaks of more code.
    pub extended: usize,
    /// Code may do less.
    pub tightened: usize,
    /// Nothing about any code.
    pub neutral: usize,
}

impl DesignCounts {
    /// `2 loosened, 1 extended`; `no statement differs` where none does.
    pub(super) fn words(self) -> String {
        let counts = [
            (self.loosened, "loosened"),
            (self.extended, "extended"),
            (self.tightened, "tightened"),
            (self.neutral, "neutral"),
        ];
        let words =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, class)| format!("{count} {class}"));
        let words: Vec<String> = words.collect();
        if words.is_empty() { "no statement differs".to_owned() } else { words.join(", ") }
    }
}
