//! `gate model`: flags → the library's question; its answer → a listing.

use std::path::PathBuf;

use anyhow::Result;
use gate::ModelOptions;
use gate::report::Format;

use super::args::Model;
use super::output::Output;
use super::{COULD_NOT_RUN, cache, failure};

/// Lists what gate sees.
pub(crate) fn run(arguments: &Model, output: Output) -> Result<u8> {
    let options = ModelOptions {
        directory: PathBuf::from("."),
        revision: arguments.revision.clone(),
        worktree: arguments.worktree,
        cache: cache::folder(arguments.cache),
    };
    match failure::guarded(|| gate::model(&options)) {
        Ok(listing) => output.answer(&(arguments.format.listing)(&listing, output.style())),
        Err(error) => {
            let failure = error.into_failure("read the code");
            match Format::named(arguments.format.name).filter(|format| !format.is_prose) {
                Some(format) => output.print(&(format.failure)(&failure, output.style()))?,
                None => output.failure(&failure),
            }
            Ok(COULD_NOT_RUN)
        }
    }
}
