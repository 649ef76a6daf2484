//! Keeps code true to its design: a git change → a verdict with an explanation.
//!
//! The house has floors, and a floor knows only lower ones:
//!
//! | floor | what it turns into what |
//! |---|---|
//! | [`basis`] | words that every floor uses |
//! | [`git`] | repository → snapshots and change |
//! | [`spec`] | TOML → design |
//! | [`contract`] | text of an OpenAPI document → what an API promises; two of them → what breaks clients |
//! | [`facts`] | text of a file → what the file says |
//! | [`cache`] | facts ↔ disk, by blob id |
//! | [`mod@model`] | facts of many files → names resolved, modules, endpoints |
//! | [`reflexion`] | design × model, for base and for head → what is new |
//! | [`mod@rules`] | what is new → findings in words |
//! | [`report`] | findings → bytes |
//!
//! This file is the map, and [`check`] the way through it.

mod account;
mod affected;
mod alike;
mod answered;
pub mod basis;
mod brought;
mod builders;
pub mod cache;
pub mod contract;
mod design_change;
mod documents;
mod everything;
pub mod facts;
pub mod git;
mod judge;
mod judged;
mod listing;
mod loosened;
mod marks;
pub mod model;
mod options;
mod questions;
mod reading;
pub mod reflexion;
mod rehomed;
pub mod report;
mod resumed;
pub mod rules;
mod scene;
mod served;
mod sources;
pub mod spec;
mod specs;
mod stale;
mod summary;
mod traced;
mod unneeded;
mod waivers;

pub use design_change::spec_diff;
pub use judge::{check, check_then};
pub use listing::model;
pub use options::{
    CheckError, CheckOptions, Compare, ErrorKind, ModelOptions, Reading, RuleRow, SpecDiffOptions,
    SpecOptions, SpecSummary, Trust,
};
pub use specs::{spec_schema, spec_summary};

/// Every rule, in the order of its row.
pub fn rules() -> Vec<RuleRow> {
    let row = |rule: &rules::Rule| RuleRow {
        name: rule.id.0,
        severity: rule.severity,
        summary: rule.summary,
        page: rule.page,
    };
    rules::RULES.iter().map(row).collect()
}
