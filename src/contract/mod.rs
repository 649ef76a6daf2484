//! The contract floor: what an API promises its clients, in one form whatever it was written in.
//!
//! A document is read leniently: what has no counterpart in the form is counted, never a failure. Nothing here knows code.

mod document;
mod text;
mod unreadable;

pub use document::{Document, Operation, Scheme, Security, Unhandled};
pub use unreadable::Unreadable;
