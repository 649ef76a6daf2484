//! Entries of `uses`, `external` and `public`, and which of them a use needs.
//!
//! An entry is needed by every use that it names, also where something else (a layer, a wider entry) would allow the use too. A
//! line of a manifest needs an entry where it would be refused without it.

use super::decide::{Permissions, Used};
use super::map::{CodeMap, symbol_depth};
use super::observe::Observer;
use super::outside::outside_depth;
use crate::basis::RepoPath;
use crate::model::World;
use crate::spec::{At, Design, ModuleId, Name, SymbolPattern};
use serde::{Deserialize, Serialize};

/// An entry of a list that permits something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permission {
    /// The module whose table it stands in.
    pub module: ModuleId,
    /// The list.
    pub list: List,
    /// Which entry of the list, from 0.
    pub index: usize,
}

/// A list of a module's table that permits something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum List {
    /// `uses`: what the module may use.
    Uses,
    /// `external`: the crates it may use.
    External,
    /// `public`: what others may name of it.
    Public,
}

impl List {
    /// The key of the list.
    pub fn key(self) -> &'static str {
        match self {
            Self::Uses => "uses",
            Self::External => "external",
            Self::Public => "public",
        }
    }
}

impl Permission {
    /// Every such entry of a design.
    pub fn all(design: &Design) -> Vec<Self> {
        let mut found = Vec::new();
        for (module, table) in design.module_ids().zip(&design.modules) {
            let mut add = |list, count| {
                found.extend((0..count).map(|index| Self { module, list, index }));
            };
            add(List::Uses, table.uses.len());
            add(List::External, table.external.as_ref().map_or(0, Vec::len));
            add(List::Public, table.public.as_ref().map_or(0, Vec::len));
        }
        found
    }

    /// Where the entry stands.
    pub fn at(self, design: &Design) -> At {
        let module = design.module(self.module);
        match self.list {
            List::Uses => module.uses[self.index].at,
            List::External | List::Public => self.listed(design).map_or(module.name.at, |(_, at)| at),
        }
    }

    /// The entry as it is read.
    pub fn written(self, design: &Design) -> String {
        match (self.symbol(design), self.target(design)) {
            (Some(symbol), _) => symbol.to_string(),
            (None, Some(module)) => design.module(module).name.value.clone(),
            (None, None) => "*".to_owned(),
        }
    }

    /// The symbol that the entry is; `None` where it names a module, or anything.
    pub fn symbol(self, design: &Design) -> Option<&SymbolPattern> {
        match self.list {
            List::Uses => match &design.module(self.module).uses[self.index].value {
                Name::Symbol(pattern) => Some(pattern),
                Name::Any | Name::Module(_) => None,
            },
            List::External | List::Public => self.listed(design).map(|(pattern, _)| pattern),
        }
    }

    /// The module that the entry names; `None` where it names a symbol, or anything.
    pub fn target(self, design: &Design) -> Option<ModuleId> {
        match self.list {
            List::Uses => match design.module(self.module).uses[self.index].value {
                Name::Module(module) => Some(module),
                Name::Any | Name::Symbol(_) => None,
            },
            List::External | List::Public => None,
        }
    }

    fn listed(self, design: &Design) -> Option<(&SymbolPattern, At)> {
        let module = design.module(self.module);
        let list = match self.list {
            List::Uses => None,
            List::External => module.external.as_ref(),
            List::Public => module.public.as_ref(),
        };
        list?.get(self.index).map(|entry| (&entry.value, entry.at))
    }

    /// The design without the entry.
    fn taken_from(self, design: &Design) -> Design {
        let mut design = design.clone();
        let module = &mut design.modules[self.module.0 as usize];
        match self.list {
            List::Uses => drop(module.uses.remove(self.index)),
            List::External => drop(module.external.as_mut().map(|list| list.remove(self.index))),
            List::Public => drop(module.public.as_mut().map(|list| list.remove(self.index))),
        }
        design
    }
}

impl Permissions<'_> {
    /// The entries that a use by `from` needs.
    pub(super) fn needed(&self, from: ModuleId, used: Used<'_>) -> Vec<Permission> {
        let mut found = Vec::new();
        let Some(to) = used.module.filter(|to| *to != from) else { return found };
        let names = |pattern: &SymbolPattern, path| {
            symbol_depth(pattern, used.package, path, self.single_package()).is_some()
        };
        for (index, entry) in self.design.module(from).uses.iter().enumerate() {
            let is_named = match &entry.value {
                Name::Any => true,
                Name::Module(module) => *module == to,
                Name::Symbol(pattern) => names(pattern, used.symbol),
            };
            if is_named {
                found.push(Permission { module: from, list: List::Uses, index });
            }
        }
        for (index, entry) in self.design.module(to).public.iter().flatten().enumerate() {
            if used.named_inside && names(&entry.value, used.named) {
                found.push(Permission { module: to, list: List::Public, index });
            }
        }
        found
    }

    /// The entries that a use of an external symbol by `from` needs.
    pub(super) fn needed_outside(&self, from: ModuleId, symbol: &str) -> Vec<Permission> {
        let segments: Vec<&str> = symbol.split("::").collect();
        let listed = self.design.module(from).external.iter().flatten().enumerate();
        let named = listed.filter(|(_, entry)| outside_depth(&entry.value, &segments).is_some());
        named.map(|(index, _)| Permission { module: from, list: List::External, index }).collect()
    }
}

impl Observer<'_> {
    /// Whether a line of one of the manifests would be refused without the entry.
    pub fn lines_need(&self, world: &World<'_>, manifests: &[RepoPath], permission: Permission) -> bool {
        let design = permission.taken_from(self.design);
        let single_package = self.permissions.single_package();
        let map = CodeMap::new(&design, single_package);
        let without = Observer::new(&design, &map, Permissions::new(&design, single_package));
        without.lines(world, manifests).len() > self.lines(world, manifests).len()
    }
}
