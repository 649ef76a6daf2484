//! A name in a lexical scope → what it means there: declared, imported, brought by a glob, or found further out.
//!
//! What is declared hides what globs bring, in its own namespace and where it stands under no condition; all branches of
//! conditions count.

use super::crates::COME_WITH_RUST;
use super::names::Binding;
use super::resolve::{Def, Head, Namespace, Via, in_namespace};
use super::tree::{ModuleRef, World};
use crate::facts::{ItemKind, ScopeId, ScopeKind};

impl World<'_> {
    /// Looks through the scopes around `scope`, up to the module and its globs.
    pub(super) fn lexical(
        &self,
        module: ModuleRef,
        scope: ScopeId,
        name: &str,
        namespace: Namespace,
    ) -> Option<Head> {
        let mut found: Option<Head> = None;
        let (mut module, mut at) = (module, scope);
        loop {
            let next = self.in_scope(module, at, name, namespace);
            found = match found {
                Some(found) => Some(found.or(next)),
                None => next,
            };
            if found.as_ref().is_some_and(|found| !found.open) {
                return found;
            }
            let data = self.module(module);
            let facts = self.facts_of(module)?;
            let here = &facts.scopes[at.0 as usize];
            if at == data.scope {
                let Some(part_of) = data.part_of else { return found };
                (module, at) = (part_of.module, part_of.scope);
            } else if let (ScopeKind::Block(_), Some(around)) = (&here.kind, here.parent) {
                at = around;
            } else {
                return found;
            }
        }
    }

    pub(super) fn in_scope(
        &self,
        module: ModuleRef,
        scope: ScopeId,
        name: &str,
        namespace: Namespace,
    ) -> Option<Head> {
        let own = self.own_names(module, scope, name, namespace);
        if COME_WITH_RUST.contains(&name) {
            // No glob is worth reading for these: whoever handed out a module `std` would be read as the standard library.
            return own;
        }
        match own {
            None => self.through_globs(module, scope, name, namespace),
            Some(head) if head.open => {
                let open = head.open;
                let through = self.through_globs(module, scope, name, namespace);
                let stays_open = through.as_ref().map_or(open, |through| through.open);
                Some(Head { open: stays_open, ..head.or(through) })
            }
            // A name that is declared in one namespace comes through a glob in the others.
            Some(mut head) if namespace == Namespace::Any && !head.defs.is_empty() => {
                for namespace in [Namespace::Type, Namespace::Value, Namespace::Macro] {
                    if !head.defs.iter().any(|def| self.def_in(def, namespace)) {
                        let more = self.through_globs(module, scope, name, namespace);
                        let more = more.into_iter().flat_map(|more| more.defs);
                        head.defs.extend(more.filter(|def| self.def_in(def, namespace)));
                    }
                }
                Some(head)
            }
            Some(head) => Some(head),
        }
    }

    /// What a scope itself declares or imports under this name, the files that are part of it included.
    fn own_names(&self, module: ModuleRef, scope: ScopeId, name: &str, namespace: Namespace) -> Option<Head> {
        let facts = self.facts_of(module)?;
        let names = self.names(self.module(module).file?);
        let around = facts.scopes[scope.0 as usize].cfg;
        let mut found: Option<Head> = None;
        let mut add = |next: Head| match &mut found {
            None => found = Some(next),
            Some(found) => {
                found.defs.extend(next.defs);
                found.open = false;
            }
        };
        for (_, binding) in names.named(scope, name) {
            let open = binding.cfg(&facts) != around;
            if let Some(head) = self.binding(module, scope, *binding, namespace) {
                add(Head { open, ..head });
            }
        }
        for part in self.parts(module, scope).iter() {
            self.in_scope(*part, ScopeId(0), name, namespace).into_iter().for_each(&mut add);
        }
        found
    }

    /// What the globs of a scope bring under this name. Two bring it only under conditions, or where both mean the same.
    fn through_globs(
        &self,
        module: ModuleRef,
        scope: ScopeId,
        name: &str,
        namespace: Namespace,
    ) -> Option<Head> {
        let facts = self.facts_of(module)?;
        let names = self.names(self.module(module).file?);
        let around = facts.scopes[scope.0 as usize].cfg;
        let mut found: Option<Head> = None;
        for glob in names.globs(scope) {
            let opened = self.import(module, glob);
            let defs = self.through_glob(&opened.defs, name, namespace, module);
            if defs.is_empty() {
                continue;
            }
            let open =
                facts.imports[glob as usize].cfg != around || defs.iter().any(|def| self.is_conditional(def));
            let head = Head { defs, named: format!("{}::{name}", opened.named), via: Via::Glob, open };
            found = match found {
                Some(found) => Some(found.or(Some(head))),
                None => Some(head),
            };
            if !open {
                break;
            }
        }
        found
    }

    /// Whether an item stands under a condition of its own.
    fn is_conditional(&self, def: &Def) -> bool {
        match def {
            Def::Item(module, id) => self.facts_of(*module).is_some_and(|facts| {
                let item = &facts.items[id.0 as usize];
                item.cfg != facts.scopes[item.scope.0 as usize].cfg
            }),
            Def::Module(_) | Def::External(_) => false,
        }
    }

    fn binding(
        &self,
        module: ModuleRef,
        scope: ScopeId,
        binding: Binding,
        namespace: Namespace,
    ) -> Option<Head> {
        let facts = self.facts_of(module)?;
        let data = self.module(module);
        match binding {
            Binding::Item(id) => {
                let item = &facts.items[id.0 as usize];
                if !in_namespace(item.kind, namespace) {
                    return None;
                }
                let defs = match item.kind == ItemKind::Module {
                    true if scope == data.scope => {
                        self.children(module, &item.name).iter().copied().map(Def::Module).collect()
                    }
                    true => self.module_in_body(module, id).into_iter().map(Def::Module).collect(),
                    false => vec![Def::Item(module, id)],
                };
                Some(Head::direct(data.path.join(&item.name).to_string(), defs))
            }
            Binding::Declaration(id) if matches!(namespace, Namespace::Type | Namespace::Any) => {
                let name = &facts.modules[id as usize].name;
                let defs = self.children(module, name).iter().copied().map(Def::Module).collect();
                Some(Head::direct(data.path.join(name).to_string(), defs))
            }
            Binding::Declaration(_) => None,
            Binding::Import(id) => {
                let found = self.import(module, id);
                let fits = |def: &&Def| self.def_in(def, namespace);
                let defs: Vec<Def> = found.defs.iter().filter(fits).cloned().collect();
                let known = !defs.is_empty() || found.stuck.is_some();
                let via = Via::Import(module, id);
                known.then(|| Head { defs, named: found.named.clone(), via, open: false })
            }
        }
    }

    pub(super) fn through_glob(
        &self,
        opened: &[Def],
        name: &str,
        namespace: Namespace,
        from: ModuleRef,
    ) -> Vec<Def> {
        let mut found = Vec::new();
        for def in opened {
            match def {
                Def::External(_) => {}
                Def::Module(module) => {
                    let defs = self.lookup(*module, name, namespace);
                    found.extend(
                        defs.iter()
                            .filter(|def| self.may_see(*module, (name, namespace), def, from))
                            .cloned(),
                    );
                }
                Def::Item(module, id) => {
                    let member =
                        self.module(*module).file.and_then(|file| self.names(file).member(*id, name));
                    found.extend(member.map(|member| Def::Item(*module, member)));
                }
            }
        }
        found
    }
}
