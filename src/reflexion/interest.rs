//! What a design asks of code, for a world to know.

use crate::model::Interest;
use crate::spec::{Design, Pattern};

/// The roles that are judged, and what patterns end with: an item of that name is apart from the rest of its module.
pub fn interest(design: &Design) -> Interest {
    let code = design.modules.iter().flat_map(|module| &module.code);
    let apart = code.filter_map(|code| match &code.value {
        Pattern::Symbol(symbol) => symbol.segments[1..].last().cloned(),
        Pattern::File(_) => None,
    });
    Interest { roles: design.judge.clone(), apart: apart.collect() }
}
