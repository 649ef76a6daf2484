//! ntex, whose applications, scopes, resources and attributes mean what actix's do.

use super::Framework;
use super::actix::ACTIX;

/// The row.
pub(super) const NTEX: Framework =
    Framework { name: "ntex", crates: &["ntex", "ntex_macros", "ntex_files"], ..ACTIX };
