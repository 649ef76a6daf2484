//! Modules that may hold names which no code in sight declares: a macro of another crate makes them, a build does, or another crate
//! hands them through.

use super::resolve::{Def, Namespace};
use super::scopes::Place;
use super::tree::{ModuleRef, World};
use crate::facts::rust::is_macro_of_std_alone;
use crate::facts::{FileFacts, Item, MacroCall, PathKind, PathUse, Position, ScopeKind};

/// How many modules are asked at most for one.
const ASKED: usize = 64;

/// Crates whose derives implement traits, and declare nothing.
const IMPLEMENT: [&str; 8] =
    ["alloc", "clap", "core", "schemars", "serde", "serde_derive", "std", "thiserror"];

/// What the standard library derives.
const DERIVES: [&str; 9] =
    ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

impl World<'_> {
    /// Whether a name that no code in sight declares may lie in a module, or in what its globs open.
    pub fn may_hold_more(&self, module: ModuleRef) -> bool {
        let (mut asked, mut next) = (vec![module], 0);
        while let Some(at) = asked.get(next).copied() {
            next += 1;
            if next > ASKED
                || self.is_generated(at)
                || self.makes_names(at)
                || !self.outside_globs(at).is_empty()
            {
                return true;
            }
            let further = self.opened_by_globs(at).into_iter().chain(self.parts_of(at));
            for further in further.collect::<Vec<_>>() {
                if !asked.contains(&further) {
                    asked.push(further);
                }
            }
        }
        false
    }

    /// Whether only something that stands in a module can make a name that no code in sight declares there.
    pub(super) fn makes_what_it_lacks(&self, module: ModuleRef) -> bool {
        self.makes_names(module)
            && self.outside_globs(module).is_empty()
            && !self.opened_by_globs(module).into_iter().any(|opened| self.may_hold_more(opened))
    }

    fn opened_by_globs(&self, module: ModuleRef) -> Vec<ModuleRef> {
        let data = self.module(module);
        let Some(file) = data.file else { return Vec::new() };
        let names = self.names(file);
        let mut opened = Vec::new();
        for glob in names.globs(data.scope) {
            opened.extend(self.import(module, glob).defs.iter().filter_map(|def| match def {
                Def::Module(opened) => Some(*opened),
                Def::Item(..) | Def::External(_) => None,
            }));
        }
        opened
    }

    /// Whether something that stands in a module and was not expanded may declare names there: calls of macros, attributes, derives.
    fn makes_names(&self, module: ModuleRef) -> bool {
        let data = self.module(module);
        let (Some(file), Some(facts)) = (data.file, self.facts_of(module)) else { return false };
        let made = self.made(file);
        let is_here = |call: &&MacroCall| call.scope == data.scope && call.position == Position::Item;
        made.opaque.iter().any(|call| is_here(&call))
            || facts.macro_calls.iter().filter(is_here).any(|call| self.is_foreign(module, call))
            || facts.paths.iter().any(|path| {
                path.kind == PathKind::Attribute
                    && path.scope == data.scope
                    && self.is_procedural(module, path)
                    && !is_inside(&facts, path)
            })
    }

    /// Whether a macro is one of another crate, or of none that is known.
    fn is_foreign(&self, module: ModuleRef, call: &MacroCall) -> bool {
        let place = Place { module, scope: call.scope, under: call.cfg };
        let found = self.resolve_at(place, &call.path, Namespace::Macro);
        let is_here = |def: &Def| matches!(def, Def::Item(..) | Def::Module(_));
        !is_macro_of_std_alone(&call.path) && !found.defs.iter().any(is_here)
    }

    /// Whether an attribute or a derive is a procedural macro that may declare something.
    fn is_procedural(&self, module: ModuleRef, path: &PathUse) -> bool {
        let place = Place { module, scope: path.scope, under: path.cfg };
        let found = self.resolve_at(place, &path.path, Namespace::Any);
        let makes = |def: &Def| match def {
            Def::External(path) => !IMPLEMENT.contains(&path.split("::").next().unwrap_or_default()),
            Def::Item(at, item) => {
                let facts = self.facts_of(*at);
                facts.is_some_and(|facts| is_procedural(&facts.items[item.0 as usize]))
            }
            Def::Module(_) => false,
        };
        // What no import brings is one of `std`, one under `#[macro_use]`, or one of a crate that is named in front of it.
        let is_unknown = || match path.path.trim_start_matches("::").split_once("::") {
            Some((head, _)) => !IMPLEMENT.contains(&head),
            None => path.path.starts_with(char::is_uppercase) && !DERIVES.contains(&&*path.path),
        };
        found.defs.iter().any(makes) || found.defs.is_empty() && is_unknown()
    }
}

fn is_procedural(item: &Item) -> bool {
    item.attributes.iter().any(|attribute| attribute.path.starts_with("proc_macro"))
}

/// Whether an attribute stands over something inside of a function or a block: it declares nothing beside that.
fn is_inside(facts: &FileFacts, path: &PathUse) -> bool {
    let in_block = matches!(facts.scopes[path.scope.0 as usize].kind, ScopeKind::Block(_));
    let is_member = path.item.is_some_and(|item| facts.items[item.0 as usize].parent.is_some());
    in_block || is_member
}
