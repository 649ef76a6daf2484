//! Changes as they are found, those of one cause together.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::At;
use super::{Change, Side};
use crate::basis::wire::{Spot, TypeId};
use crate::basis::{Method, RoutePattern};
use crate::contract::document::{Document, Operation};

/// So many pairs of alternatives are tried.
const TRIALS: usize = 300;

/// So many pairs of alternatives are asked whether they are the same.
const EQUALS: usize = 5_000;

/// So many pairs of types are visited for each operation anew. From then on, what was visited for one is not for another: every change is
/// still found, only not for every operation that it reaches.
const VISITED: usize = 500_000;

/// What makes two changes one: the same words about the same places.
type Cause = (&'static str, Option<Spot>, Option<Spot>, String);

/// A base name and a head name that were compared, and where.
pub(super) type Met = (TypeId, TypeId, At, bool);

/// What was found so far, and where the search stands.
pub(super) struct Gathered<'d> {
    /// Base.
    pub(super) base: &'d Document,
    /// Head.
    pub(super) head: &'d Document,
    /// The two operations that are compared.
    pub(super) pair: Option<(&'d Operation, &'d Operation)>,
    /// Names that were met in these operations, so that types may contain themselves.
    pub(super) met: BTreeSet<Met>,
    /// Names behind which nothing differs, in whatever operation.
    pub(super) same: BTreeSet<Met>,
    /// How many more pairs of alternatives are tried, to see whether one takes what the other gives.
    pub(super) trials: usize,
    /// How many more pairs of alternatives are asked whether they are the same.
    pub(super) equals: usize,
    /// How many pairs of types were met, in whatever operation.
    pub(super) visited: usize,
    found_before: usize,
    found: usize,
    changes: Vec<Change>,
    causes: BTreeMap<Cause, usize>,
}

impl<'d> Gathered<'d> {
    /// Nothing yet.
    pub(super) fn new(base: &'d Document, head: &'d Document) -> Self {
        Self {
            base,
            head,
            pair: None,
            met: BTreeSet::new(),
            same: BTreeSet::new(),
            trials: TRIALS,
            equals: EQUALS,
            visited: 0,
            found_before: 0,
            found: 0,
            changes: Vec::new(),
            causes: BTreeMap::new(),
        }
    }

    /// Begins with two operations.
    pub(super) fn enter(&mut self, base: &'d Operation, head: &'d Operation) {
        self.pair = Some((base, head));
        if self.visited < VISITED {
            self.met.clear();
        }
        self.found_before = self.found;
    }

    /// Ends with them. If nothing was found, nothing will be behind the same names elsewhere.
    pub(super) fn leave(&mut self) {
        if self.found == self.found_before {
            self.same.append(&mut self.met);
        }
        self.pair = None;
    }

    /// Notes a change of the operations that are compared.
    pub(super) fn add(&mut self, change: Change) {
        let operation = self.pair.map(|(base, _)| (base.method, base.path.clone()));
        self.add_of(change, operation.into_iter().collect());
    }

    /// Notes a change that has one cause, wherever in the contract it shows.
    pub(super) fn add_everywhere(&mut self, change: Change) {
        let operation = self.pair.map(|(base, _)| (base.method, base.path.clone()));
        let cause = (change.id, None, None, change.words.clone());
        self.add_caused(cause, change, operation.into_iter().collect());
    }

    /// Notes a change of these operations.
    pub(super) fn add_of(&mut self, change: Change, operations: Vec<(Method, RoutePattern)>) {
        let cause = (change.id, change.base, change.head, change.words.clone());
        self.add_caused(cause, change, operations);
    }

    fn add_caused(&mut self, cause: Cause, change: Change, operations: Vec<(Method, RoutePattern)>) {
        self.found += 1;
        let at = *self.causes.entry(cause).or_insert(self.changes.len());
        if at == self.changes.len() {
            self.changes.push(change);
        }
        let known = &mut self.changes[at].operations;
        for operation in operations {
            if known.last() != Some(&operation) {
                known.push(operation);
            }
        }
    }

    /// All changes, in the order in which they were met.
    pub(super) fn into_changes(self) -> Vec<Change> {
        self.changes
    }
}

/// A change that is not about a type.
pub(super) fn change(id: &'static str, breaks: bool, side: Side, words: String) -> Change {
    let (operations, pointer, schema) = (Vec::new(), String::new(), None);
    let (constant, base, head) = (None, None, None);
    Change { id, breaks, operations, side, pointer, schema, constant, base, head, words }
}

impl Change {
    /// The same, with its places.
    pub(super) fn at(self, base: Option<Spot>, head: Option<Spot>) -> Self {
        Self { base, head, ..self }
    }
}
