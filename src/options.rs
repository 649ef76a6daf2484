//! What a caller of gate asks for, and why it may not be answered.

use std::path::PathBuf;

use crate::basis::Severity;
use crate::git::{GitError, Request};
use crate::report::{Failure, PlacedError};

/// Which two sides a run compares; the rule is git's own: the head side is the index unless a range names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `base` (default `HEAD`) → index.
    Index {
        /// The revision that the index is compared with; `None` is `HEAD`.
        base: Option<String>,
    },
    /// `from..to`, or with `merge_base` `from...to`.
    Range {
        /// The left revision; empty is `HEAD`.
        from: String,
        /// The right revision; empty is `HEAD`.
        to: String,
        /// Whether the base is the merge base of the two.
        merge_base: bool,
    },
    /// `base` (default `HEAD`) → working tree, untracked unignored files included.
    Worktree {
        /// The revision that the working tree is compared with; `None` is `HEAD`.
        base: Option<String>,
    },
    /// One side alone, the whole design against the whole code.
    All {
        /// The revision; `None` is the index, or the working tree under `worktree`.
        revision: Option<String>,
        /// Whether the disk is read.
        worktree: bool,
    },
}

impl Compare {
    /// The question as the git floor takes it.
    pub(crate) fn request(&self) -> Request {
        match self.clone() {
            Self::Index { base } => Request::Index { base },
            Self::Range { from, to, merge_base } => Request::Range { from, to, merge_base },
            Self::Worktree { base } => Request::Worktree { base },
            Self::All { revision, worktree } => Request::All { revision, worktree },
        }
    }
}

/// What `gate check` is asked.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// Where to look for the repository; git's environment variables come first.
    pub directory: PathBuf,
    /// Which sides.
    pub compare: Compare,
    /// `--spec`: files or folders on disk in place of `specs/` of the judged tree.
    pub spec: Vec<PathBuf>,
    /// `--standing`: list standing findings, not only their number.
    pub standing: bool,
    /// Today in UTC, `(year, month, day)`: the only clock, for the expiry of waivers.
    pub today: (u16, u8, u8),
    /// `--trust`: whose design is believed where head's is looser.
    pub trust: Trust,
    /// `--accept-loosened`: a looser design is said and fails nothing.
    pub accepts_loosened: bool,
    /// The folder in which readings of texts are kept between runs; `None` to keep nothing.
    pub cache: Option<PathBuf>,
    /// How much is read to say what the code serves; nobody but a test asks for more than is needed.
    pub reading: Reading,
}

/// How much is read to say what the code serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Of head what the change may have altered; the rest follows from what base serves.
    #[default]
    AsNeeded,
    /// All of both sides, whatever the change touches: what the shorter way is held against.
    Whole,
}

/// Whose design is believed where head's allows what base's does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Head's: that it is looser is a note, as for somebody at work on the design.
    #[default]
    Head,
    /// Base's: a change that is judged before it is merged cannot allow itself what it does.
    Base,
}

/// What `gate model` is asked.
#[derive(Clone, Debug)]
pub struct ModelOptions {
    /// Where to look for the repository.
    pub directory: PathBuf,
    /// The revision; `None` is the index, or the working tree under `worktree`.
    pub revision: Option<String>,
    /// Whether the disk is read.
    pub worktree: bool,
    /// The folder in which readings of texts are kept between runs; `None` to keep nothing.
    pub cache: Option<PathBuf>,
}

/// What `gate spec check` is asked.
#[derive(Clone, Debug)]
pub struct SpecOptions {
    /// Where to look for the repository.
    pub directory: PathBuf,
    /// The revision whose spec is read; `None` is the index.
    pub revision: Option<String>,
    /// Whether the spec is read from disk.
    pub worktree: bool,
    /// `--spec`.
    pub spec: Vec<PathBuf>,
}

/// What `gate spec diff` is asked.
#[derive(Clone, Debug)]
pub struct SpecDiffOptions {
    /// Where to look for the repository.
    pub directory: PathBuf,
    /// Which sides.
    pub compare: Compare,
}

/// What `gate spec check` says of a valid spec.
#[derive(Clone, Debug)]
pub struct SpecSummary {
    /// The spec files in order.
    pub files: Vec<String>,
    /// The name of the design.
    pub name: Option<String>,
    /// How many modules it declares.
    pub modules: usize,
    /// How many APIs.
    pub apis: usize,
    /// How many endpoints they declare together.
    pub endpoints: usize,
    /// How many waivers.
    pub waivers: usize,
    /// Notes: patterns that match nothing, cycles among permissions.
    pub notes: Vec<String>,
}

/// A row of `gate rules`.
#[derive(Clone, Copy, Debug)]
pub struct RuleRow {
    /// The rule's name.
    pub name: &'static str,
    /// Its severity when the spec says nothing.
    pub severity: Severity,
    /// What deviates, in one line.
    pub summary: &'static str,
    /// The rule's page, Markdown.
    pub page: &'static str,
}

/// Why a change could not be judged: exit 2.
#[derive(Clone, Debug)]
pub struct CheckError {
    /// The kind, for tools.
    pub kind: ErrorKind,
    /// What happened; one sentence.
    pub message: String,
    /// How to leave the situation, one line each.
    pub help: Vec<String>,
    /// For spec errors: each with its place and text; all of them.
    pub spec_errors: Vec<PlacedError>,
}

impl CheckError {
    /// The failure that it is printed as; `undone` follows "gate could not".
    pub fn into_failure(self, undone: &'static str) -> Failure {
        let Self { kind, message, help, spec_errors } = self;
        Failure { undone, kind: kind.as_str(), message, help, errors: spec_errors }
    }
}

impl From<GitError> for CheckError {
    fn from(error: GitError) -> Self {
        let kind = match &error {
            GitError::NotFound { .. } | GitError::Owner { .. } | GitError::BareWithoutRange => {
                ErrorKind::Repository
            }
            GitError::Unsupported { .. } => ErrorKind::Unsupported,
            GitError::Revision { .. }
            | GitError::Ambiguous { .. }
            | GitError::NotATree { .. }
            | GitError::Shallow { .. }
            | GitError::Unrelated { .. } => ErrorKind::Revision,
            GitError::Conflicted { .. } => ErrorKind::Conflict,
            GitError::MissingObject { .. } | GitError::Unreadable { .. } => ErrorKind::Read,
        };
        Self { kind, message: error.to_string(), help: error.help(), spec_errors: Vec::new() }
    }
}

/// The kinds of [`CheckError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is no repository, or git's environment points nowhere.
    Repository,
    /// libgit2 cannot read this kind of repository.
    Unsupported,
    /// A revision is unknown, or history is too shallow for it.
    Revision,
    /// The index has unmerged paths.
    Conflict,
    /// No spec was found.
    NoSpec,
    /// The spec has errors.
    Spec,
    /// The spec asks for a newer gate.
    Version,
    /// An object or file could not be read.
    Read,
    /// A defect of gate itself.
    Internal,
}

impl ErrorKind {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::Unsupported => "unsupported-repository",
            Self::Revision => "revision",
            Self::Conflict => "conflict",
            Self::NoSpec => "no-spec",
            Self::Spec => "spec",
            Self::Version => "version",
            Self::Read => "read",
            Self::Internal => "internal",
        }
    }
}
