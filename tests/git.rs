//! Real commits through the real hook and the built program: every way to commit, every odd thing that git can hold.
//!
//! What the library sees of a change is tested beside it; here it is verdicts, and that `gate check` leaves `.git` as it found it.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking, also in the functions it calls")]

#[path = "git/commits.rs"]
mod commits;
#[path = "git/entries.rs"]
mod entries;
#[path = "git/merges.rs"]
mod merges;
#[path = "git/places.rs"]
mod places;
#[path = "git/shop.rs"]
mod shop;
mod support;
