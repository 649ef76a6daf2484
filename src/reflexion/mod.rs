//! The reflexion floor: one design laid over the code of base and of head.
//!
//! The words are those of Murphy, Notkin and Sullivan, *Software Reflexion Models* (FSE 1995): a use that the design allows is
//! a convergence, one that it does not is a divergence, and what is declared and not there is an absence. What is new about a
//! change is a difference of sets: head's deviations without base's, compared by identity. Nothing is put into words here.

mod annotations;
mod arcs;
mod breaks;
mod contradictions;
mod cycles;
mod decide;
mod drift;
mod endpoints;
mod exchange;
mod guards;
mod homes;
mod interest;
mod leaks;
mod likeness;
mod manifest;
mod map;
mod moves;
mod observe;
mod outside;
mod permits;
mod promise;
mod promised;
mod renames;
mod stale;
mod unseen;

pub use annotations::{Instead, Misdocumented};
pub use breaks::{ContractBreak, Contracts, breaks};
pub use contradictions::contradictions;
pub use cycles::closed_by;
pub use decide::{Permissions, Refusal, Used, is_nested, may_close, permitted_arcs};
pub use drift::{Cycle, Drifted, Reflexion, Sides, reflect};
pub use endpoints::{
    EndpointDeviation, EndpointKind, Named, Proofs, Served, ServedSide, compare, excepted, handlers,
    pair_changes, resolves_nothing,
};
pub use exchange::{Difference, Mismatch, Part};
pub use guards::guard_of;
pub use interest::interest;
pub use map::{Code, CodeMap, Met, Overlap, names_crate, names_file};
pub use observe::{Arc, Blind, Observed, Observer, UnmappedFile};
pub use outside::{is_about_a_part, owners};
pub use permits::{List, Permission};
pub use promise::{Promise, own_types};
pub use promised::{Affected, ExchangeDeviation, Held, hold};
pub use renames::{FilePair, Renames, Texts};
pub use stale::{StaleEntry, begins_in_one, entries, is_live, may_be_live, modules_named};
