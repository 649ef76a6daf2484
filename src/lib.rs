//! Keeps code true to its design.

pub mod basis;
pub mod facts;
pub mod report;
pub mod spec;
