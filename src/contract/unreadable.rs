//! Why a document could not be read at all, with the place.
//!
//! What a readable document says that the form cannot express is no such reason; that is counted.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::basis::{LineIndex, RepoPath, Site, Span};

/// A document that is not there, or cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// The file that was asked for.
    pub file: RepoPath,
    /// Where parsing ended; `None` when there is no such file, or it is not text.
    pub at: Option<Site>,
    /// One clause, lower case, no full stop.
    pub message: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "{}:{}:{}: {}", self.file, at.line, at.column, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for Unreadable {}

/// What is wrong with a text, before it is known which file it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// The bytes.
    pub(super) span: Span,
    /// One clause.
    pub(super) message: String,
}

impl Complaint {
    /// A complaint about these bytes.
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }

    /// The same, of this file with this text.
    pub(super) fn of(self, file: &RepoPath, text: &str) -> Unreadable {
        let position = LineIndex::new(text).position(text, self.span.start);
        let at = Site { span: self.span, line: position.line, column: position.column };
        Unreadable { file: file.clone(), at: Some(at), message: self.message }
    }
}
