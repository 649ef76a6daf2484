//! A `pub use …::*` → the names that it hands out.
//!
//! Which names there are is collected module by module; what each means is then asked like any other name, so that what is
//! declared hides what a glob brings and private names stay inside.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::names::Binding;
use super::resolve::{Def, Namespace};
use super::tree::{ModuleRef, World};

/// A name with what it means to those who see it.
pub(super) type Handed = (Box<str>, Vec<Def>);

impl World<'_> {
    /// What a glob in `to` brings out of `opened`, by name. Modules and names that are looked at are taken off `budget`; `None`
    /// when it is used up.
    pub(super) fn handed_out(
        &self,
        opened: ModuleRef,
        to: ModuleRef,
        budget: &mut usize,
    ) -> Option<Vec<Handed>> {
        let names = self.open_names(opened, to, budget)?;
        let mut handed = Vec::new();
        for name in names {
            let found = self.lookup(opened, &name, Namespace::Any);
            let seen = |def: &&Def| self.may_see(opened, (&name, Namespace::Any), def, to);
            let defs: Vec<Def> = found.iter().filter(seen).cloned().collect();
            if !defs.is_empty() {
                handed.push((name, defs));
            }
        }
        Some(handed)
    }

    /// The names that `opened` declares, imports or takes from globs for others to see, at most.
    fn open_names(&self, opened: ModuleRef, to: ModuleRef, budget: &mut usize) -> Option<BTreeSet<Box<str>>> {
        let mut found = BTreeSet::new();
        let mut known = FxHashSet::from_iter([opened]);
        let mut open = vec![opened];
        while let Some(module) = open.pop() {
            *budget = budget.checked_sub(1)?;
            let data = self.module(module);
            let Some(file) = data.file else { continue };
            let (facts, names) = (self.facts(file), self.names(file));
            for (name, binding) in names.of_scope(data.scope) {
                let visibility = match binding {
                    Binding::Item(id) => &facts.items[id.0 as usize].visibility,
                    Binding::Declaration(id) => &facts.modules[id as usize].visibility,
                    Binding::Import(id) => &facts.imports[id as usize].visibility,
                };
                *budget = budget.checked_sub(1)?;
                if self.is_within(to, module) || self.opens(module, visibility, to) {
                    found.insert(Box::from(name));
                }
            }
            let mut next = self.parts(module, data.scope).to_vec();
            for glob in names.globs(data.scope) {
                if self.opens(module, &facts.imports[glob as usize].visibility, to) {
                    let opened = self.import(module, glob);
                    next.extend(opened.defs.iter().filter_map(|def| match def {
                        Def::Module(module) => Some(*module),
                        Def::Item(..) | Def::External(_) => None,
                    }));
                }
            }
            open.extend(next.into_iter().filter(|module| known.insert(*module)));
        }
        Some(found)
    }
}
