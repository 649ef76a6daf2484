//! Pairs of documents and what differs between them.
//!
//! Ids stand as they are where they break clients, and behind `~` where they are worth a note.

use std::sync::Arc;

use super::*;
use crate::basis::RepoPath;

mod beside;
mod bodies;
mod hostile;
mod operations;

fn read(text: &str) -> Document {
    let text: Arc<str> = text.into();
    crate::contract::read(&|_| Some(text.clone()), &RepoPath::from("api.yaml")).expect("it is a document")
}

fn ids(changes: &[Change]) -> Vec<String> {
    let id = |change: &Change| format!("{}{}", if change.breaks { "" } else { "~" }, change.id);
    let at = |change: &Change| {
        if change.pointer.is_empty() { String::new() } else { format!("@{}", change.pointer) }
    };
    changes.iter().map(|change| id(change) + &at(change)).collect()
}

/// Compares on the first of June 2026.
fn differences(base: &str, head: &str) -> Vec<Change> {
    compare(&read(base), &read(head), (2026, 6, 1))
}

#[test]
fn every_place_has_its_name() {
    for (fact, names) in IDS {
        for (at, name) in names.iter().enumerate() {
            assert!(!name.is_empty() && name.is_ascii(), "{fact:?} {at}");
        }
    }
}
