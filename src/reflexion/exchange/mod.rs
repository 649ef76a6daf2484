//! What an API promises against what the code takes and gives: where they differ in the direction that breaks a client.
//!
//! A request is compared with what the code accepts, a response with what it emits. What code does not show is counted, never guessed.

mod bodies;
mod choices;
mod compare;
mod near;
mod parameters;
mod scalars;
mod words;

use serde::{Deserialize, Serialize};

use crate::basis::wire::{Exchange, Spot, Status, Types};

use words::describe;

/// Which part of an exchange differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Part {
    /// A parameter.
    Parameter,
    /// The body of a request.
    Request,
    /// A response.
    Response,
}

impl Part {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Difference {
    /// Promised, and never there.
    Missing,
    /// Promised, and there under another name: the one given.
    Renamed(Box<str>),
    /// There, and not promised.
    Undeclared,
    /// Promised always, and not always there.
    MayBeAbsent,
    /// Promised never to be null (or, of a request, allowed to be), and otherwise in the code.
    Null,
    /// Left to the client, and required by the code.
    Required,
    /// Promised to be read, and refused by the code.
    Refused,
    /// Promised to be read, and ignored by the code.
    NotRead,
    /// Another type: as promised, as in the code.
    Type(Box<str>, Box<str>),
    /// Constants that one side has and the other does not know.
    Choices(Vec<Box<str>>),
    /// Another media type: as promised, as in the code.
    Media(Box<str>, Box<str>),
    /// A status that is not promised.
    Status(Status),
    /// An encoding that libraries write in different ways: what it is.
    Unclear(Box<str>),
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mismatch {
    /// Which part differs.
    pub part: Part,
    /// What differs.
    pub what: Difference,
    /// Whether a client breaks; the rest is said and never fails.
    pub breaks: bool,
    /// The schema of the contract in which it differs, by its name; `None` in a body that is written in place.
    pub schema: Option<Box<str>>,
    /// A pointer from the schema (or the body) to what differs: `/lines/qty`; for a parameter its name; empty for the whole.
    pub pointer: String,
    /// The status of the response it was met in.
    pub status: Option<Status>,
    /// Where the contract speaks of it.
    pub promised: Spot,
    /// Where the contract writes the type that differs, or that lacks a field; `None` where no type is compared.
    pub written: Option<Spot>,
    /// Where the code shows it; `None` where it shows nothing of it.
    pub shown: Option<Spot>,
    /// The types of the code that lead to it, outermost first.
    pub through: Vec<Box<str>>,
}

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Compared {
    /// The differences, in the order of the contract.
    pub mismatches: Vec<Mismatch>,
    /// Parts that the contract promises something of and the code does not show: the part and the reason.
    pub unknown: Vec<(Part, Box<str>)>,
}

/// What code takes and gives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown<'a> {
    /// The exchange.
    pub exchange: &'a Exchange,
    /// The types that its parameters and its request name.
    pub accepts: &'a Types,
    /// The types that its responses name.
    pub emits: &'a Types,
}

/// Compares what is promised of one operation with what the code shows of it. `closed`: fields of a response that are not promised
/// break clients.
pub(super) fn exchange(promised: (&Exchange, &Types), shown: Shown<'_>, closed: bool) -> Compared {
    let mut found = Compared::default();
    parameters::compare(promised, shown, &mut found);
    bodies::request(promised, shown, &mut found);
    bodies::responses(promised, shown, closed, &mut found);
    found
}
