//! Who may see a name that a module declares or hands on.
//!
//! The Rust reference, *Visibility and privacy*: a private name is seen in its module and below, a restricted one in the module
//! that it names and below.

use std::rc::Rc;

use super::memo::OutOfSight;
use super::names::Binding;
use super::resolve::{Def, Namespace};
use super::told::declares;
use super::tree::{ModuleRef, World};
use crate::facts::{FileFacts, ItemKind, MacroCall, Position, Visibility, frameworks};

/// How many modules are asked at most for one that tells a macro to declare a name.
const TELLERS: usize = 64;

impl World<'_> {
    /// Whether code in `from` sees that `name` means `def` in `module`, where it does mean that.
    pub(super) fn may_see(
        &self,
        module: ModuleRef,
        (name, namespace): (&str, Namespace),
        def: &Def,
        from: ModuleRef,
    ) -> bool {
        if self.is_within(from, module) || self.is_exported_macro(def) {
            return true;
        }
        let brings = |opened: &Def| match opened {
            Def::Module(opened) => self.lookup(*opened, name, namespace).contains(def),
            Def::Item(opened, _) => matches!(def, Def::Item(of, _) if of == opened),
            Def::External(_) => false,
        };
        let shown = self.shows(module, name, def, from);
        shown.unwrap_or_else(|| self.opens_by_globs(module, from, &brings))
            || self
                .parts(module, self.module(module).scope)
                .iter()
                .any(|part| self.may_see(*part, (name, namespace), def, from))
    }

    /// Whether `from`, outside of it, sees the declaration or import by which `name` means `def` in `module`; `None` when there is
    /// none.
    fn shows(&self, module: ModuleRef, name: &str, def: &Def, from: ModuleRef) -> Option<bool> {
        let data = self.module(module);
        let file = data.file?;
        let (facts, names) = (self.facts(file), self.names(file));
        let is_child = |child: &ModuleRef| self.module(*child).parent == Some(module);
        let mut found = None;
        for (_, binding) in names.named(data.scope, name) {
            let is_meant = match (binding, def) {
                (Binding::Item(id) | Binding::Derive(id), Def::Item(at, item)) => *at == module && item == id,
                (Binding::Item(id), Def::Module(child)) => {
                    facts.items[id.0 as usize].kind == ItemKind::Module && is_child(child)
                }
                (Binding::Declaration(_), Def::Module(child)) => is_child(child),
                (Binding::Import(id), _) => self.import(module, *id).defs.contains(def),
                (Binding::Item(_) | Binding::Derive(_) | Binding::Declaration(_), _) => false,
            };
            if is_meant {
                let opens = self.opens(module, self.visibility(module, *binding, &facts), from);
                found = Some(opens || found == Some(true));
            }
        }
        found
    }

    /// Whether a glob of `module` that hands on to `from`, which lies outside, opens something of this kind.
    fn opens_by_globs(&self, module: ModuleRef, from: ModuleRef, is_meant: &dyn Fn(&Def) -> bool) -> bool {
        let data = self.module(module);
        let Some(file) = data.file else { return false };
        let (facts, names) = (self.facts(file), self.names(file));
        names.globs(data.scope).any(|glob| {
            self.opens(module, &facts.imports[glob as usize].visibility, from)
                && self.import(module, glob).defs.iter().any(is_meant)
        })
    }

    /// Whether what `module` declares with this visibility is seen from `from`, which lies outside.
    pub(super) fn opens(&self, module: ModuleRef, visibility: &Visibility, from: ModuleRef) -> bool {
        match visibility {
            Visibility::Public => true,
            Visibility::Private => false,
            Visibility::Restricted(path) => {
                self.module(module).in_crate == self.module(from).in_crate
                    && self.above(module, path).is_none_or(|above| self.is_within(from, above))
            }
        }
    }

    /// The module at or above `module` that `pub(in path)` in it means; only such a path is allowed there.
    fn above(&self, module: ModuleRef, path: &str) -> Option<ModuleRef> {
        let mut at = self.whole(module);
        let (mut steps, mut rest) = (0, Vec::new());
        for segment in path.split("::").filter(|segment| !matches!(*segment, "" | "self" | "crate")) {
            if segment == "super" { steps += 1 } else { rest.push(segment) }
        }
        if !rest.is_empty() || matches!(path, "crate") {
            // A path of names begins at the root of the crate.
            let wanted =
                rest.iter().fold(self.module(self.crate_root(at)).path.clone(), |path, name| path.join(name));
            while self.module(at).path != wanted {
                at = self.module(at).parent?;
            }
            return Some(at);
        }
        for _ in 0..steps {
            at = self.whole(self.module(at).parent?);
        }
        Some(at)
    }

    /// Who may name what stands in a module. ntex makes a public type of a handler, whatever is written in front of `fn`, and actix-web
    /// did before it was 4.
    pub(super) fn visibility<'f>(
        &self,
        module: ModuleRef,
        binding: Binding,
        facts: &'f FileFacts,
    ) -> &'f Visibility {
        const MAKE_TYPES: [&str; 2] = ["ntex", "actix_web"];
        let makes_types = || {
            let package = self.package(self.module(module).in_crate.package);
            package.uses.iter().any(|uses| MAKE_TYPES.contains(&&*uses.crate_name))
        };
        match binding {
            Binding::Item(id) if frameworks::opens(&facts.items[id.0 as usize]) && makes_types() => {
                &Visibility::Public
            }
            Binding::Item(_) | Binding::Derive(_) | Binding::Declaration(_) | Binding::Import(_) => {
                binding.visibility(facts)
            }
        }
    }

    fn is_exported_macro(&self, def: &Def) -> bool {
        match def {
            Def::Item(module, id) => {
                self.facts_of(*module).is_some_and(|facts| facts.items[id.0 as usize].exported)
            }
            Def::Module(_) | Def::External(_) => false,
        }
    }

    /// The name in an external crate that a module hands out whole: exact when there is one such crate, and when no macro is told
    /// to declare the name here.
    pub(super) fn through_outside(&self, module: ModuleRef, name: &str) -> Vec<Def> {
        let outside = self.outside_globs(module);
        match outside.as_slice() {
            [only] if self.teller(module, name).is_none() => {
                vec![Def::External(format!("{only}::{name}").into())]
            }
            _ => Vec::new(),
        }
    }

    /// Where `name` lies that no code in sight declares: the module in which a macro that is not expanded is told to declare it, or in
    /// which an import of it ends, and its path there. That module is `module` itself, or reached through what its globs open.
    pub(super) fn teller(&self, module: ModuleRef, name: &str) -> Option<OutOfSight> {
        let key = (module, Box::from(name));
        if let Some(known) = self.memo.tellers.borrow().get(&key) {
            return known.clone();
        }
        let cycles = self.memo.cycles.get();
        let found = self.find_teller(module, name);
        if cycles == self.memo.cycles.get() {
            self.memo.tellers.borrow_mut().insert(key, found.clone());
        }
        found
    }

    /// Whether a macro that is not expanded is told to declare `name` in `module`, or in what its globs open.
    pub fn is_told(&self, module: ModuleRef, name: &str) -> bool {
        self.teller(module, name).is_some()
    }

    fn find_teller(&self, module: ModuleRef, name: &str) -> Option<OutOfSight> {
        let (mut asked, mut next) = (vec![module], 0);
        while let Some(at) = asked.get(next).copied().filter(|_| next < TELLERS) {
            next += 1;
            let data = self.module(at);
            let Some(file) = data.file else { continue };
            let (facts, names) = (self.facts(file), self.names(file));
            let tells = |call: &MacroCall| {
                call.position == Position::Item && call.scope == data.scope && declares(&call.arguments, name)
            };
            if facts.macro_calls.iter().any(tells) {
                return Some((at, name.into()));
            }
            let is_seen = |import: &u32| {
                let visibility = &facts.imports[*import as usize].visibility;
                self.is_within(module, at) || self.opens(at, visibility, module)
            };
            let imports = self.imports_named(at, name).into_iter().filter(is_seen);
            let mut stuck = imports.filter_map(|import| self.import(at, import).stuck.clone());
            // One that leads in a circle is stuck nowhere.
            if let Some((reached, left)) = stuck.find(|stuck| self.ends(stuck)) {
                return Some((reached, left.into()));
            }
            for glob in names.globs(data.scope).filter(is_seen) {
                for def in &self.import(at, glob).defs {
                    if let Def::Module(opened) = def
                        && !asked.contains(opened)
                    {
                        asked.push(*opened);
                    }
                }
            }
        }
        None
    }

    /// External modules that `module` opens by `pub use …::*`.
    pub fn outside_globs(&self, module: ModuleRef) -> Vec<Rc<str>> {
        let data = self.module(module);
        let Some(file) = data.file else { return Vec::new() };
        let facts = self.facts(file);
        let globs: Vec<u32> = self.names(file).globs(data.scope).collect();
        let mut outside = Vec::new();
        for glob in globs {
            if facts.imports[glob as usize].visibility == Visibility::Private {
                continue;
            }
            for def in &self.import(module, glob).defs {
                if let Def::External(path) = def {
                    outside.push(path.clone());
                }
            }
        }
        outside
    }
}
