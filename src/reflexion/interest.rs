//! What a design asks of code, for a world to know.

use crate::model::Interest;
use crate::spec::{Design, Pattern};

/// The roles that are judged, and the names in patterns: an item of such a name is apart from the rest of its module. Which name of a
/// pattern is the item's depends on the code: behind it there may be a member's.
pub fn interest(design: &Design) -> Interest {
    let code = design.modules.iter().flat_map(|module| &module.code);
    let names = code.flat_map(|code| match &code.value {
        Pattern::Symbol(symbol) => &symbol.segments[1..],
        Pattern::File(_) => &[],
    });
    let apart = names.filter(|name| !name.contains('*')).cloned();
    Interest { roles: design.judge.clone(), apart: apart.collect() }
}
