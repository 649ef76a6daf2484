//! The text of a Rust file → what it says.

pub mod lower;
