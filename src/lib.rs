//! Keeps code true to its design.

pub mod basis;
pub mod facts;
mod options;
pub mod report;
pub mod spec;

pub use options::{
    CheckError, CheckOptions, Compare, ErrorKind, ModelOptions, RuleRow, SpecErrorText, SpecOptions,
    SpecSummary,
};

/// Judges a change.
///
/// # Errors
///
/// When there is nothing to judge by, or what is compared cannot be read.
pub fn check(_options: &CheckOptions) -> Result<report::Report, CheckError> {
    Err(unfinished())
}

/// Lists what gate sees in the code.
///
/// # Errors
///
/// When the repository or the revision cannot be read.
pub fn model(_options: &ModelOptions) -> Result<report::ModelListing, CheckError> {
    Err(unfinished())
}

/// Says what the spec declares.
///
/// # Errors
///
/// When there is no spec, or it has errors.
pub fn spec_summary(_options: &SpecOptions) -> Result<SpecSummary, CheckError> {
    Err(unfinished())
}

/// The rules, in the order in which they are listed.
pub fn rules() -> Vec<RuleRow> {
    Vec::new()
}

/// The JSON Schema of a spec file.
pub fn spec_schema() -> String {
    "{}".to_owned()
}

fn unfinished() -> CheckError {
    CheckError {
        kind: ErrorKind::Internal,
        message: "this build has no pipeline yet".to_owned(),
        help: Vec::new(),
        spec_errors: Vec::new(),
    }
}
