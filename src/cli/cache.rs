//! The environment → the folder in which readings are kept between runs.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use super::args::Cache;

/// The folder, which need not exist; `None` when nothing shall be kept, or nobody says where.
pub(crate) fn folder(arguments: Cache) -> Option<PathBuf> {
    if arguments.no_cache {
        return None;
    }
    let asked = std::env::var_os("GATE_CACHE_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let folder = asked.or_else(|| Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("gate")))?;
    // A relative folder would be another one in every repository, inside of it.
    folder.is_absolute().then(|| folder.join("facts"))
}
