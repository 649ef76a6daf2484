//! A `pub use …::*` → the names that it hands out, and what each means.
//!
//! Modules are looked at one by one, from the one that is opened through its globs: what is nearer hides what is further in, in
//! its own namespace and where it stands under no condition. Private names stay inside.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::FxHashSet;

use super::resolve::{Def, Head, Namespace};
use super::tree::{ModuleRef, World};

/// What a name means to those who see it.
#[derive(Default)]
struct Meant {
    defs: Vec<Def>,
    /// Namespaces in which nothing further in is meant.
    closed: Vec<Namespace>,
}

impl World<'_> {
    /// What a glob in `to` brings out of `opened`, by name. What is looked at is taken off `budget`; `None` when it is used up.
    pub(super) fn handed_out(
        &self,
        opened: ModuleRef,
        to: ModuleRef,
        budget: &mut usize,
    ) -> Option<BTreeMap<Box<str>, Vec<Def>>> {
        let mut found: BTreeMap<Box<str>, Meant> = BTreeMap::new();
        let mut known = FxHashSet::from_iter([opened]);
        let mut open = VecDeque::from([(opened, false)]);
        while let Some((module, open_ended)) = open.pop_front() {
            *budget = budget.checked_sub(1)?;
            let data = self.module(module);
            let Some(file) = data.file else { continue };
            let (facts, names) = (self.facts(file), self.names(file));
            let around = facts.scopes[data.scope.0 as usize].cfg;
            let inside = self.is_within(to, module);
            for (name, binding) in names.of_scope(data.scope) {
                *budget = budget.checked_sub(1)?;
                if inside || self.opens(module, self.visibility(module, binding, &facts), to) {
                    let head = self.binding(module, data.scope, binding, Namespace::Any);
                    let is_certain = !open_ended && binding.cfg(&facts) == around;
                    let meant = found.entry(name.into()).or_default();
                    head.into_iter().for_each(|head| self.hand(meant, head, is_certain));
                }
            }
            let parts = self.parts(module, data.scope);
            let mut next: Vec<(ModuleRef, bool)> = parts.iter().map(|part| (*part, open_ended)).collect();
            for glob in names.globs(data.scope) {
                let import = &facts.imports[glob as usize];
                *budget = budget.checked_sub(1)?;
                if inside || self.opens(module, &import.visibility, to) {
                    let open_ended = open_ended || import.cfg != around;
                    next.extend(self.import(module, glob).defs.iter().filter_map(|def| match def {
                        Def::Module(module) => Some((*module, open_ended)),
                        Def::Item(..) | Def::External(_) => None,
                    }));
                }
            }
            *budget = budget.checked_sub(next.len())?;
            open.extend(next.into_iter().filter(|(module, _)| known.insert(*module)));
        }
        found.retain(|_, meant| !meant.defs.is_empty());
        Some(found.into_iter().map(|(name, meant)| (name, meant.defs)).collect())
    }

    fn hand(&self, meant: &mut Meant, head: Head, is_certain: bool) {
        const NAMESPACES: [Namespace; 3] = [Namespace::Type, Namespace::Value, Namespace::Macro];
        for def in head.defs {
            let mut own = NAMESPACES.into_iter().filter(|namespace| self.def_in(&def, *namespace));
            let is_hidden = own.all(|namespace| meant.closed.contains(&namespace));
            if !is_hidden && !meant.defs.contains(&def) {
                meant.defs.push(def);
            }
        }
        if is_certain {
            let defs = &meant.defs;
            let taken = |namespace: &Namespace| defs.iter().any(|def| self.def_in(def, *namespace));
            meant.closed = NAMESPACES.into_iter().filter(taken).collect();
        }
    }
}
