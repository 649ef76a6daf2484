//! The report floor: a finished [`Report`] → bytes in one of the formats.
//!
//! It decides nothing: verdict, severities and drift come in; text goes out.

mod listing;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use listing::{DependencyRow, EndpointRow, ExternalRow, ModelListing, UnjudgedRow};

use crate::basis::{Finding, Origin, RepoPath, Unjudged, Verdict};

/// Everything that one run of `gate check` has to say.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was compared with what.
    pub judging: Judging,
    /// The verdict.
    pub verdict: Verdict,
    /// Findings in the order they are shown: introduced (deny before note), then standing, then resolved.
    pub findings: Vec<Finding>,
    /// What could not be judged, by file and line.
    pub unjudged: Vec<Unjudged>,
    /// How much was seen.
    pub counts: Counts,
    /// Sentences about the run itself: base without a spec, skipped submodules, a renamed symlink, a waiver's date.
    pub notes: Vec<String>,
    /// The texts that places of findings point into.
    pub sources: BTreeMap<(Origin, RepoPath), Arc<str>>,
    /// Whether standing findings are listed or only counted.
    pub list_standing: bool,
}

/// The two sides of a run, for the first line of a report.
#[derive(Clone, Debug)]
pub struct Judging {
    /// The base as the user named it (`HEAD~1`), or `None` under `--all`.
    pub base: Option<String>,
    /// The base's commit or tree id in full; several while a merge is concluded.
    pub base_ids: Vec<String>,
    /// The head as a word: `index`, `working tree`, or the revision as named.
    pub head: String,
    /// The head's commit or tree id in full; `None` for index and working tree.
    pub head_id: Option<String>,
    /// How many files the change touches (under `--all`: how many source files there are).
    pub files: usize,
    /// Where the design came from: `specs/`, or the path given by `--spec`.
    pub spec: String,
    /// How many spec files there are.
    pub spec_files: usize,
}

/// How much a run saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Source files judged.
    pub files: usize,
    /// Files of other languages that the change touches.
    pub other_files: usize,
    /// Dependencies judged.
    pub dependencies: usize,
    /// Endpoints resolved on the head side; `None` when the change asks no question about endpoints.
    pub endpoints: Option<usize>,
    /// Source files that belong to no module.
    pub unmapped: usize,
    /// Paths into this repository that did not resolve.
    pub unresolved: usize,
    /// Standing deviations among what was read.
    pub standing: usize,
    /// Resolved deviations.
    pub resolved: usize,
    /// Waived deviations.
    pub waived: usize,
    /// Parts of contracts that the code does not show.
    pub unknown_parts: usize,
}
