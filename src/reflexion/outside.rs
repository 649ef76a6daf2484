//! Whether the design lets a module use an external crate, and which entries of the spec name a part of one.
//!
//! `std`, `core` and `alloc` are one library that is handed out in layers: most of what the inner ones hold has a name in the outer
//! one too. An entry that names a part of it by one of these names means the part; an entry that is one of the three names alone
//! means that crate.

use super::decide::{Permissions, Refusal};
use crate::spec::{At, Design, ModuleId, Name, SymbolPattern};

/// The names of the standard library.
const LIBRARY: [&str; 3] = ["std", "core", "alloc"];

/// How many segments of an external symbol a pattern names; `None` when it does not name it.
pub(super) fn outside_depth(pattern: &SymbolPattern, symbol: &[&str]) -> Option<usize> {
    let plain = pattern.matches(symbol);
    let is_part = |segments: &[&str]| segments.first().is_some_and(|first| LIBRARY.contains(first));
    let (Some(first), true) = (pattern.segments.first(), pattern.segments.len() > 1) else { return plain };
    if plain.is_some() || !is_part(symbol) || !is_part(&[first]) {
        return plain;
    }
    let twin: Vec<&str> = std::iter::once(first.as_str()).chain(symbol[1..].iter().copied()).collect();
    pattern.matches(&twin)
}

/// The modules that own an external symbol, each with the entry that says so: the one that names most of it.
pub fn owners(design: &Design, symbol: &str) -> Vec<(ModuleId, At)> {
    let segments: Vec<&str> = symbol.split("::").collect();
    let owns = |module: ModuleId| {
        let owned = design.module(module).owns.iter();
        let named = owned.filter_map(|owned| Some((outside_depth(&owned.value, &segments)?, owned.at)));
        named.max_by_key(|(depth, _)| *depth).map(|(depth, at)| (depth, module, at))
    };
    let mut found: Vec<(usize, ModuleId, At)> = design.module_ids().filter_map(owns).collect();
    found.sort_by_key(|(depth, ..)| std::cmp::Reverse(*depth));
    found.into_iter().map(|(_, module, at)| (module, at)).collect()
}

/// Whether the entry of the design that decides a refusal names more of an external symbol than its crate.
pub fn is_about_a_part(design: &Design, from: ModuleId, refusal: Refusal) -> bool {
    let is_part = |pattern: &SymbolPattern| pattern.segments.len() > 1;
    match refusal {
        Refusal::Banned(at) => design
            .module(from)
            .bans
            .iter()
            .any(|ban| ban.at == at && matches!(&ban.value, Name::Symbol(pattern) if is_part(pattern))),
        Refusal::Owned(at, owner) => {
            design.module(owner).owns.iter().any(|owned| owned.at == at && is_part(&owned.value))
        }
        Refusal::NotListed(_)
        | Refusal::NotAUser(_)
        | Refusal::Layer { .. }
        | Refusal::NotAllowed(_)
        | Refusal::NotPublic(_)
        | Refusal::Leaked(_) => false,
    }
}

impl Permissions<'_> {
    /// Why `from` may not use the external symbol `symbol` (the crate's own name first); `None` when it may.
    pub fn external_refusal(&self, from: ModuleId, symbol: &str) -> Option<Refusal> {
        let user = self.design.module(from);
        let segments: Vec<&str> = symbol.split("::").collect();
        let matches = |pattern: &SymbolPattern| outside_depth(pattern, &segments).is_some();
        let banned = |name: &Name| matches!(name, Name::Symbol(pattern) if matches(pattern));
        if let Some(ban) = user.bans.iter().find(|ban| banned(&ban.value)) {
            return Some(Refusal::Banned(ban.at));
        }
        let owners = owners(self.design, symbol);
        if owners.iter().any(|(owner, _)| *owner == from) {
            return None;
        }
        if let Some((owner, at)) = owners.first() {
            return Some(Refusal::Owned(*at, *owner));
        }
        let listed = user.external.as_ref()?;
        let comes_with_rust = LIBRARY.contains(&segments[0]) || ["proc_macro", "test"].contains(&segments[0]);
        let open = comes_with_rust || listed.iter().any(|listed| matches(&listed.value));
        (!open).then(|| Refusal::NotListed(user.external_at.unwrap_or(user.name.at)))
    }

    /// Why `from` may not use `symbol`, which the import of all names of `glob` may have brought. Only where an entry speaks of that
    /// very name: what is refused of the whole import is said there.
    pub(super) fn refusal_behind_glob(&self, from: ModuleId, symbol: &str, glob: &str) -> Option<Refusal> {
        match self.external_refusal(from, symbol)? {
            refusal @ (Refusal::Banned(_) | Refusal::Owned(..)) => {
                self.external_refusal(from, glob).is_none().then_some(refusal)
            }
            Refusal::NotListed(_)
            | Refusal::NotAUser(_)
            | Refusal::Layer { .. }
            | Refusal::NotAllowed(_)
            | Refusal::NotPublic(_)
            | Refusal::Leaked(_) => None,
        }
    }
}
