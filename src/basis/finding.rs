//! What gate says about a change: findings, unjudged places, and the verdict they add up to.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{DependencyKind, Label, Place, RepoPath};

/// The name of a rule, such as `dependency-divergence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub &'static str);

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Whether a deviation fails the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// An introduced deviation fails the commit.
    Deny,
    /// Said, never failing.
    Note,
}

impl Severity {
    /// The name in a spec and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Note => "note",
        }
    }
}

/// What the change has to do with a deviation, both sides judged under the head design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Drift {
    /// In head, not in base.
    Introduced,
    /// In both.
    Standing,
    /// In base, no longer in head.
    Resolved,
}

impl Drift {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Standing => "standing",
            Self::Resolved => "resolved",
        }
    }
}

/// What makes two findings the same one: the key fields of the rule, never a line number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(pub Vec<String>);

/// One deviation, in words and with both of its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that states the deviation.
    pub rule: RuleId,
    /// The rule's key fields, in the rule's order, without the rule's name.
    pub identity: Identity,
    /// Whether it can fail the commit; set from the rule's default and the spec's `[rules]`.
    pub severity: Severity,
    /// What the change has to do with it.
    pub drift: Drift,
    /// What the change has to do with the code at `site`, where that is not what it has to do with the deviation.
    pub site_drift: Option<Drift>,
    /// One sentence, lower case, no full stop, names in backticks.
    pub message: String,
    /// The line of code; `None` only where no code is left (an absence). Its text says more than the drift, or nothing.
    pub site: Option<Label>,
    /// The line of the spec that decides; `None` where no line does.
    pub declared: Option<Label>,
    /// What `--format json` carries beside the above.
    pub subject: Subject,
    /// The reason that the spec gives (`why`).
    pub why: Option<String>,
    /// Who owns what was touched (`owner`).
    pub owner: Option<String>,
    /// Where the design says more (`see`).
    pub see: Option<String>,
    /// What is allowed instead, by name, in the order of the design.
    pub allowed: Vec<String>,
    /// Ways out that keep the design; never how to loosen it.
    pub help: Vec<String>,
    /// Further places of the same deviation.
    pub also: Vec<Place>,
}

/// The parts of a finding that tools ask for by name; what does not apply is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// Module of the design that deviates.
    pub from: Option<String>,
    /// Module of the design, or external crate, that is used.
    pub to: Option<String>,
    /// Full path of the item that deviates.
    pub from_item: Option<String>,
    /// Full path of the item that is meant.
    pub to_item: Option<String>,
    /// The path as named in the code, made absolute.
    pub named: Option<String>,
    /// The kind of dependency.
    pub kind: Option<DependencyKind>,
    /// `METHOD /path` of an endpoint.
    pub endpoint: Option<String>,
    /// The place in a contract: the schema, status or part of an operation that it lies in, and a pointer from there on.
    pub at: Option<String>,
    /// The schema in which a contract breaks, by its name, and a pointer from there on.
    pub schema: Option<(String, String)>,
    /// The `cfg` that the code is compiled under, as written; several are joined with ` and `.
    pub condition: Option<String>,
    /// What the deviating thing was called in base, when it was renamed or moved.
    pub was: Option<String>,
    /// The way from an endpoint to what deviates: the endpoint, its handler, the types in between.
    pub reached: Vec<String>,
    /// The endpoints that one deviation affects, `METHOD /path` each; empty where there is only the one of `endpoint`.
    pub affects: Vec<String>,
    /// The name by which oasdiff knows a deviation of this kind.
    pub alias: Option<&'static str>,
}

/// Why something could not be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// The grammar cannot read a part of the file.
    Syntax,
    /// A path that should resolve in this repository and does not.
    UnresolvedName,
    /// A macro that could not be expanded: one of this repository, or one of another crate that is told of a file.
    OpaqueMacro,
    /// A registration whose path, prefix or handler has no shape at all.
    DynamicRoute,
    /// An API that declares operations of which the code resolves none.
    UnresolvedApi,
    /// A source file over the cap on bytes.
    TooLarge,
    /// A source file over the cap on parser work.
    TooMuchWork,
    /// A source file that is not UTF-8.
    NotUtf8,
    /// A source file that is a Git LFS pointer.
    LfsPointer,
    /// An object that the repository does not hold.
    MissingObject,
    /// A part of a contract that the code does not show; never decides a verdict.
    OpaqueResponse,
}

impl Reason {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::UnresolvedName => "unresolved-name",
            Self::OpaqueMacro => "opaque-macro",
            Self::DynamicRoute => "dynamic-route",
            Self::UnresolvedApi => "unresolved-api",
            Self::TooLarge => "too-large",
            Self::TooMuchWork => "too-much-work",
            Self::NotUtf8 => "not-utf8",
            Self::LfsPointer => "lfs-pointer",
            Self::MissingObject => "missing-object",
            Self::OpaqueResponse => "opaque-response",
        }
    }
}

/// A place that could not be judged, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unjudged {
    /// Why.
    pub reason: Reason,
    /// The file.
    pub file: RepoPath,
    /// Line from 1; 0 when the whole file is meant.
    pub line: u32,
    /// What stands there, shortened, or what is missing.
    pub text: String,
    /// What the change has to do with it.
    pub drift: Drift,
}

/// What a run says in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Exit 0: everything the change touches was judged, nothing introduced.
    Conforms,
    /// Exit 1: at least one introduced deviation of severity deny.
    Deviates,
    /// Exit 3: no deviation seen, but something that the change adds could not be judged.
    Unjudged,
}

impl Verdict {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Deviates => "deviates",
            Self::Unjudged => "unjudged",
        }
    }

    /// The exit code of the process.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Conforms => 0,
            Self::Deviates => 1,
            Self::Unjudged => 3,
        }
    }
}
