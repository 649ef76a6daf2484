//! Who may see a name that a module declares or hands on.
//!
//! The Rust reference, *Visibility and privacy*: a private name is seen in its module and below, a restricted one in the module
//! that it names and below.

use std::rc::Rc;

use super::names::Binding;
use super::resolve::{Def, Namespace};
use super::tree::{ModuleRef, World};
use crate::facts::{ItemKind, Visibility};

impl World<'_> {
    /// Whether code in `from` sees what `name` means in `module`.
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
        let data = self.module(module);
        let Some(file) = data.file else { return false };
        let (facts, names) = (self.facts(file), self.names(file));
        let is_child = |child: &ModuleRef| self.module(*child).parent == Some(module);
        let mut is_declared = false;
        for (_, binding) in names.named(data.scope, name) {
            let (visibility, is_meant) = match (binding, def) {
                (Binding::Item(id), Def::Item(at, item)) => {
                    (&facts.items[id.0 as usize].visibility, *at == module && item == id)
                }
                (Binding::Item(id), Def::Module(child)) => {
                    let item = &facts.items[id.0 as usize];
                    (&item.visibility, item.kind == ItemKind::Module && is_child(child))
                }
                (Binding::Declaration(id), Def::Module(child)) => {
                    (&facts.modules[*id as usize].visibility, is_child(child))
                }
                (Binding::Import(id), _) => {
                    (&facts.imports[*id as usize].visibility, self.import(module, *id).defs.contains(def))
                }
                (Binding::Item(_) | Binding::Declaration(_), _) => continue,
            };
            if is_meant && self.opens(module, visibility, from) {
                return true;
            }
            is_declared |= is_meant;
        }
        let through = |glob: u32| {
            self.opens(module, &facts.imports[glob as usize].visibility, from)
                && self.through_glob(&self.import(module, glob).defs, name, namespace, module).contains(def)
        };
        let within = |part: &ModuleRef| self.may_see(*part, (name, namespace), def, from);
        !is_declared
            && (names.globs(data.scope).any(through) || self.parts(module, data.scope).iter().any(within))
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

    fn is_exported_macro(&self, def: &Def) -> bool {
        match def {
            Def::Item(module, id) => {
                self.facts_of(*module).is_some_and(|facts| facts.items[id.0 as usize].exported)
            }
            Def::Module(_) | Def::External(_) => false,
        }
    }

    /// The name in an external crate that a module hands out whole: exact when there is one such crate.
    pub(super) fn through_outside(&self, module: ModuleRef, name: &str) -> Vec<Def> {
        let outside = self.outside_globs(module);
        match outside.as_slice() {
            [only] => vec![Def::External(format!("{only}::{name}").into())],
            _ => Vec::new(),
        }
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
