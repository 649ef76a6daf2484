//! Which module, API or guard of head is which of base: by name, else by what it speaks of, so that renaming is no change.

use std::collections::{BTreeMap, BTreeSet};

use super::super::design::{Api, Design, ModuleId};
use super::super::pattern::Pattern;

/// The modules and APIs of two designs, paired.
pub(super) struct Matching {
    /// Modules of base with theirs of head, in the order of base.
    pub(super) modules: BTreeMap<ModuleId, ModuleId>,
    /// The same the other way round.
    pub(super) modules_of_head: BTreeMap<ModuleId, ModuleId>,
    /// APIs of base with theirs of head, by index.
    pub(super) apis: BTreeMap<usize, usize>,
}

impl Matching {
    pub(super) fn new(base: &Design, head: &Design) -> Self {
        let modules = modules(base, head);
        let modules_of_head = modules.iter().map(|(base, head)| (*head, *base)).collect();
        Self { modules, modules_of_head, apis: apis(base, head) }
    }
}

fn modules(base: &Design, head: &Design) -> BTreeMap<ModuleId, ModuleId> {
    let of_name: BTreeMap<&str, ModuleId> =
        head.module_ids().map(|id| (head.module(id).name.value.as_str(), id)).collect();
    let named = |id: &ModuleId| of_name.get(base.module(*id).name.value.as_str()).copied();
    let mut found: BTreeMap<ModuleId, ModuleId> =
        base.module_ids().filter_map(|id| Some((id, named(&id)?))).collect();
    let taken: BTreeSet<ModuleId> = found.values().copied().collect();
    let mut free: BTreeSet<ModuleId> = head.module_ids().filter(|id| !taken.contains(id)).collect();
    // Under another name it is the same module if its code is; or, where its code was renamed too, its purpose.
    let mut of_code: BTreeMap<&Pattern, ModuleId> = BTreeMap::new();
    let mut of_why: BTreeMap<&str, ModuleId> = BTreeMap::new();
    for id in &free {
        of_code.extend(head.module(*id).code.iter().map(|code| (&code.value, *id)));
        of_why.insert(&head.module(*id).why.value, *id);
    }
    for id in base.module_ids().filter(|id| named(id).is_none()) {
        let module = base.module(id);
        let mut by_code = module.code.iter().filter_map(|code| of_code.get(&code.value));
        let other = by_code.next().or_else(|| of_why.get(module.why.value.as_str())).copied();
        if let Some(other) = other.filter(|other| free.remove(other)) {
            found.insert(id, other);
        }
    }
    found
}

fn apis(base: &Design, head: &Design) -> BTreeMap<usize, usize> {
    let claim = |api: &Api| {
        let mut entry: Vec<Pattern> = api.entry.iter().map(|entry| entry.value.clone()).collect();
        entry.sort();
        (entry, api.base.shape())
    };
    let of_name: BTreeMap<&str, usize> =
        head.apis.iter().enumerate().map(|(at, api)| (api.name.value.as_str(), at)).collect();
    let known: BTreeSet<&str> = base.apis.iter().map(|api| api.name.value.as_str()).collect();
    let free = head.apis.iter().enumerate().filter(|(_, api)| !known.contains(api.name.value.as_str()));
    let mut of_claim: BTreeMap<_, usize> = free.map(|(at, api)| (claim(api), at)).collect();
    let mut found = BTreeMap::new();
    for (at, api) in base.apis.iter().enumerate() {
        let other = of_name.get(api.name.value.as_str()).copied();
        found.extend(other.or_else(|| of_claim.remove(&claim(api))).map(|other| (at, other)));
    }
    found
}
