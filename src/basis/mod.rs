//! The ground floor: words that every floor uses.
//!
//! Nothing here reads, resolves or judges; these are values with names. A type belongs here only when two floors that may
//! not import each other both need it.

mod finding;
mod http;
mod letters;
mod path;
mod place;
mod role;
mod symbol;
pub mod wire;

pub use finding::{Drift, Finding, Identity, Reason, RuleId, Severity, Subject, Unjudged, Verdict};
pub use http::{Method, RoutePattern, Segment};
pub use letters::letters_between;
pub use path::{Below, BlobId, RepoPath};
pub use place::{Label, LineIndex, Origin, Place, Position, Site, Span};
pub use role::{DependencyKind, Role};
pub use symbol::{SymbolPath, segments};
