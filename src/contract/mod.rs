//! The contract floor: what an API promises its clients, in one form whatever it was written in; and what of it two contracts promise
//! differently.
//!
//! A document is read leniently: what has no counterpart in the form is counted, never a failure. Nothing here knows code.

mod compare;
mod document;
mod openapi;
mod text;
mod unreadable;

pub use compare::{Change, Date, Fact, IDS, Side, compare};
pub use document::{Document, Flow, Operation, Requirement, Scheme, Security, Unhandled};
pub use openapi::read;
pub use unreadable::Unreadable;
