//! Keeps code true to its design.

pub mod basis;
pub mod facts;
pub mod model;
mod options;
pub mod report;
pub mod spec;

pub use options::{
    CheckError, CheckOptions, Compare, ErrorKind, ModelOptions, RuleRow, SpecErrorText, SpecOptions,
    SpecSummary,
};
