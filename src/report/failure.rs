//! Why a run ended without an answer, in the words that every format prints.

use std::sync::Arc;

use crate::basis::{RepoPath, Span};

/// A run that gave no answer: exit 2.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What gate set out to do, after "gate could not": `judge this change`.
    pub undone: &'static str,
    /// The kind, for tools: `no-spec`.
    pub kind: &'static str,
    /// What happened; one sentence, lower case, no full stop.
    pub message: String,
    /// How to leave the situation, one line each.
    pub help: Vec<String>,
    /// Errors with a place, all of them; empty when the failure has none.
    pub errors: Vec<PlacedError>,
}

/// An error at a place in a text.
#[derive(Clone, Debug)]
pub struct PlacedError {
    /// The file.
    pub file: RepoPath,
    /// The whole text of the file.
    pub text: Arc<str>,
    /// What is underlined.
    pub span: Span,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// "did you mean …", and the like.
    pub help: Option<String>,
}
