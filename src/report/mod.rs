//! The report floor: a finished [`Report`] → bytes in one of the formats.
//!
//! It decides nothing: verdict, severities and drift come in; text goes out. It writes no file and knows no terminal.
//! Beside reports it prints failures (why there is no report) and listings (what gate sees in code).

mod advice;
mod concise;
mod design_diff;
mod design_human;
mod design_json;
mod failure;
mod fingerprint;
mod formats;
mod github;
mod human;
mod json;
mod listing;
mod model_human;
mod model_json;
mod rows;
#[cfg(test)]
mod samples;
mod snippet;
mod sources;
mod style;
mod summary;
mod untrusted;
mod width;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use design_diff::{DesignCounts, DesignDiff, DesignRow, DesignSide, PlacedText};
pub use failure::{Failure, PlacedError};
pub use fingerprint::id;
pub use formats::{
    CONCISE, FORMATS, Format, GITHUB, HUMAN, JSON, MODEL_FORMATS, ModelFormat, SPEC_DIFF_FORMATS,
    SpecDiffFormat,
};
pub use github::shielded;
pub use human::finding as render_finding;
pub use listing::{DependencyRow, EndpointRow, ExternalRow, ManifestRow, ModelListing, UnjudgedRow, UseRow};

pub use rows::Document;
pub use style::Style;
pub use untrusted::{Untrusted, prose};

use crate::basis::{Drift, Finding, Origin, Reason, RepoPath, Severity, Unjudged, Verdict};

/// Everything that one run of `gate check` has to say.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was compared with what.
    pub judging: Judging,
    /// The verdict.
    pub verdict: Verdict,
    /// How many statements of the design the change alters; `None` where it alters none, or nothing was compared.
    pub design: Option<DesignCounts>,
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
    /// Keys of linked documents that no code can be held against; `None` when the change asks no question about endpoints, or no
    /// document is linked.
    pub unhandled: Option<usize>,
}

/// What a finding means for the reader, severity and drift taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    /// It fails the commit.
    Error,
    /// It is new, or there is no base, and it fails nothing.
    Note,
    /// Base had it too.
    Standing,
    /// Only base had it.
    Resolved,
}

impl Weight {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Note => "note",
            Self::Standing => "standing",
            Self::Resolved => "resolved",
        }
    }
}

impl Report {
    /// Whether one side alone was judged (`--all`), so that nothing is introduced, standing or resolved.
    fn is_whole(&self) -> bool {
        self.judging.base.is_none()
    }

    fn weight(&self, finding: &Finding) -> Weight {
        let weight = match finding.severity {
            Severity::Deny => Weight::Error,
            Severity::Note => Weight::Note,
        };
        match finding.drift {
            Drift::Introduced => weight,
            Drift::Standing if self.is_whole() => weight,
            Drift::Standing => Weight::Standing,
            Drift::Resolved => Weight::Resolved,
        }
    }

    /// The findings that are listed: what is introduced, and under `--standing` the others too.
    fn listed(&self) -> impl Iterator<Item = (Weight, &Finding)> {
        self.findings.iter().map(|finding| (self.weight(finding), finding)).filter(|(weight, _)| match weight
        {
            Weight::Error | Weight::Note => true,
            Weight::Standing | Weight::Resolved => self.list_standing,
        })
    }

    /// How many findings weigh so much.
    fn weighing(&self, weight: Weight) -> usize {
        self.findings.iter().filter(|finding| self.weight(finding) == weight).count()
    }

    /// Whether this unjudged place can decide the verdict: it is the change's own, and no mere gap in a contract.
    fn is_open(&self, unjudged: &Unjudged) -> bool {
        let is_own = match unjudged.drift {
            Drift::Introduced => true,
            Drift::Standing => self.is_whole(),
            Drift::Resolved => false,
        };
        is_own && unjudged.reason != Reason::OpaqueResponse
    }
}
