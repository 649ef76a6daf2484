//! The glob imports around a scope → what they open that cannot be seen: external modules, and modules that hand such on.
//!
//! Names that a glob brings out of the repository are found by look-up; this answers what a name can be that was not found.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::resolve::Def;
use super::tree::{ModuleRef, World};
use crate::facts::{ScopeId, ScopeKind, Visibility};

/// Modules that hand each other on are followed so far; what lies behind more of them counts as hidden.
const MAX_MODULES: usize = 64;

/// What the globs around a scope open.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// External modules, opened here or by a module that is opened here.
    pub(super) outside: Vec<Rc<str>>,
    /// Whether names can come into scope that cannot be seen.
    pub(super) hides: bool,
}

impl World<'_> {
    /// What the globs of `scope` and of the scopes around it open; `module` is the module around them.
    pub(super) fn opened(&self, module: ModuleRef, scope: ScopeId) -> Opened {
        let mut opened = Opened::default();
        let data = self.module(module);
        let (Some(file), Some(facts)) = (data.file, self.facts_of(module)) else { return opened };
        let names = self.names(file);
        let mut at = scope;
        loop {
            for glob in names.globs(at) {
                self.open(module, glob, &mut opened);
            }
            let scope = &facts.scopes[at.0 as usize];
            match (&scope.kind, scope.parent) {
                (ScopeKind::Block(_), Some(parent)) if at != data.scope => at = parent,
                (ScopeKind::Block(_) | ScopeKind::File | ScopeKind::Module(_), _) => break,
            }
        }
        opened.outside.sort();
        opened.outside.dedup();
        opened.hides |= !opened.outside.is_empty();
        opened
    }

    /// Adds what a glob import of `user` opens, and what comes through modules that are opened by it.
    fn open(&self, user: ModuleRef, glob: u32, opened: &mut Opened) {
        let mut open = vec![(user, glob)];
        let mut seen: FxHashSet<ModuleRef> = FxHashSet::default();
        while let Some((module, glob)) = open.pop() {
            let found = self.import(module, glob);
            opened.hides |= found.defs.is_empty();
            for def in &found.defs {
                match def {
                    Def::External(path) => opened.outside.push(path.clone()),
                    Def::Item(..) => {}
                    Def::Module(next) if seen.len() > MAX_MODULES || self.module(*next).file.is_none() => {
                        opened.hides = true;
                    }
                    Def::Module(next) if seen.insert(*next) => {
                        open.extend(self.globs_for(*next, user).into_iter().map(|glob| (*next, glob)));
                    }
                    Def::Module(_) => {}
                }
            }
        }
    }

    /// The glob imports of `module` that bring names to `user`.
    fn globs_for(&self, module: ModuleRef, user: ModuleRef) -> Vec<u32> {
        let data = self.module(module);
        let Some(file) = data.file else { return Vec::new() };
        let (facts, names) = (self.facts(file), self.names(file));
        let hands_on = |glob: &u32| {
            facts.imports[*glob as usize].visibility != Visibility::Private || self.is_within(user, module)
        };
        names.globs(data.scope).filter(hands_on).collect()
    }
}
