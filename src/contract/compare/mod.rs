//! What a contract promised at base and no longer promises at head: two [`Document`]s → [`Change`]s.
//!
//! Types are compared as what they mean, so that a schema may move behind a name or out of one. A request may ask for less and take
//! more, a response may give more and take back nothing. What one line of a schema causes is one change, however many operations it
//! reaches. Whether code serves any of it is not known here.

mod beside;
mod bodies;
mod equal;
mod facts;
mod gather;
mod lifecycle;
mod objects;
mod pairs;
mod parameters;
mod security;
mod unions;
mod webhooks;

use std::collections::BTreeMap;

pub use self::facts::{Fact, IDS};
use self::gather::Gathered;
use super::document::{Document, Operation};
use crate::basis::wire::{Location, Spot, Status};
use crate::basis::{Method, RoutePattern};

/// Something that a contract says otherwise than before, and that clients can notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The name that oasdiff has for it.
    pub id: &'static str,
    /// Whether clients that keep to base can fail at head. What does not break is worth a note.
    pub breaks: bool,
    /// The operations that it reaches, in the order of base; of head where base has none. Empty when no operation does.
    pub operations: Vec<(Method, RoutePattern)>,
    /// Which part of them.
    pub side: Side,
    /// Where in the body or parameter, as a JSON pointer in which `*` is any item or key: `/lines/*/qty`. Empty for the whole.
    pub pointer: String,
    /// The innermost schema that it lies in, by its name at base, and a pointer from there on; `None` where none has a name.
    pub schema: Option<(Box<str>, String)>,
    /// The constant that is new or gone, where it is about one.
    pub constant: Option<Box<str>>,
    /// Where base says it, in base's files.
    pub base: Option<Spot>,
    /// Where head says it, in head's files.
    pub head: Option<Spot>,
    /// What it is, in one clause.
    pub words: String,
}

/// A part of an operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Its being there at all.
    Operation,
    /// Who may call it.
    Security,
    /// A parameter, by its name at base.
    Parameter(Location, Box<str>),
    /// The body of its request.
    Request,
    /// The body of a response.
    Response(Status),
    /// What clients are called with, by its name.
    Webhook(Box<str>),
}

/// Year, month and day.
pub type Date = (u16, u8, u8);

/// What differs from `base` to `head`, on the day `today`, which tells whether a sunset has passed.
pub fn compare(base: &Document, head: &Document, today: Date) -> Vec<Change> {
    let mut gathered = Gathered::new(base, head);
    security::schemes(&mut gathered);
    let by_shape = shapes(head);
    let is_promised = |operation: &&Operation| lifecycle::is_promised(operation.stability.as_deref());
    for operation in base.operations.iter().filter(is_promised) {
        let shape = operation.path.shape();
        match by_shape.get(&shape).and_then(|found| find(found, operation.method)) {
            Some(other) => {
                gathered.enter(operation, other);
                lifecycle::kept(&mut gathered, today);
                security::operation(&mut gathered);
                parameters::compare(&mut gathered, today);
                bodies::requests(&mut gathered);
                bodies::responses(&mut gathered);
                gathered.leave();
            }
            None => {
                let whole = !by_shape.contains_key(&shape);
                lifecycle::removed(&mut gathered, operation, whole, today);
            }
        }
    }
    webhooks::compare(&mut gathered);
    gathered.into_changes()
}

/// The operations of a document by the shape of their path.
fn shapes(document: &Document) -> BTreeMap<String, Vec<&Operation>> {
    let mut by_shape: BTreeMap<String, Vec<&Operation>> = BTreeMap::new();
    for operation in &document.operations {
        by_shape.entry(operation.path.shape()).or_default().push(operation);
    }
    by_shape
}

fn find<'d>(operations: &[&'d Operation], method: Method) -> Option<&'d Operation> {
    let named = operations.iter().find(|operation| operation.method == method);
    named.or_else(|| operations.iter().find(|operation| operation.method == Method::Any)).copied()
}

#[cfg(test)]
mod tests;
