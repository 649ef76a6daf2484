//! What the code serves: the evaluator of routes, asked for the roots that a design names.

use crate::model::World;
use crate::reflexion::{Blind, FilePair, ServedSide};
use crate::report::ModelListing;
use crate::spec::Design;

/// The endpoints of one side, and the registrations that could not be read.
pub(crate) struct Found {
    /// What is served.
    pub(crate) side: ServedSide,
    /// What could not be read.
    pub(crate) blind: Vec<Blind>,
}

/// Whether a change can alter what is served.
pub(crate) fn touches(_pairs: &[FilePair], _head: &World<'_>, _bases: &[World<'_>]) -> bool {
    false
}

/// What a side serves, for the APIs of a design.
pub(crate) fn find(_world: &World<'_>, _design: &Design, _single_package: bool) -> Found {
    Found { side: ServedSide::default(), blind: Vec::new() }
}

/// Adds what a side serves to a listing.
pub(crate) fn list(_world: &World<'_>, _listing: &mut ModelListing) {}
