//! The patterns of a design → the code that they name: the files in which code of a module can lie, and code that two modules claim.
//!
//! Only the modules above and below the code are asked for, not the whole package. The files of a module can hold code of others:
//! of those whose code lies inside its own.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::map::names_crate;
use super::observe::Observer;
use crate::basis::{Below, RepoPath, SymbolPath};
use crate::facts::ItemKind;
use crate::model::{CrateId, ModuleRef, World};
use crate::spec::{FilePattern, ModuleId, Pattern, SymbolPattern};

impl Observer<'_> {
    /// The files in which code of `module` can lie.
    pub fn files_of(&self, world: &World<'_>, module: ModuleId) -> BTreeSet<RepoPath> {
        let mut found = BTreeSet::new();
        for code in &self.design.module(module).code {
            match &code.value {
                Pattern::Symbol(pattern) => found.extend(self.files_named(world, pattern)),
                Pattern::File(pattern) => found.extend(files_matched(world, pattern)),
            }
        }
        found
    }

    /// Asks for all code that a pattern names whose it is, so that what two modules claim comes up in the map.
    ///
    /// Code below it is claimed by the same patterns, or by one that names it itself.
    pub fn meet(&self, world: &World<'_>) {
        for code in self.design.modules.iter().flat_map(|module| &module.code) {
            match &code.value {
                Pattern::Symbol(pattern) => {
                    for (module, item) in self.named(world, pattern) {
                        let path = world.module(module).path.clone();
                        let symbol = item.map_or_else(|| path.clone(), |item| path.join(&item));
                        self.module_of(world, module, &symbol);
                    }
                }
                Pattern::File(pattern) => {
                    let sources =
                        files_matched(world, pattern).into_iter().filter(|file| file.has_extension("rs"));
                    for module in sources.flat_map(|file| world.locate(&file)) {
                        self.module_of(world, module, &world.module(module).path);
                    }
                }
            }
        }
    }

    fn files_named(&self, world: &World<'_>, pattern: &SymbolPattern) -> BTreeSet<RepoPath> {
        let modules = self.named(world, pattern).into_iter().map(|(module, _)| module).collect();
        let files = below(world, modules).into_iter().filter_map(|module| world.module(module).file);
        files.map(|file| world.path(file)).collect()
    }

    /// The modules that a pattern names; where it names an item, the module that holds it, and the item.
    fn named(&self, world: &World<'_>, pattern: &SymbolPattern) -> Vec<Named> {
        let mut found = Vec::new();
        for package in world.packages().iter() {
            let data = world.package(*package);
            for (target, name) in (0..).zip(data.targets.iter().map(|target| SymbolPath::new(&target.name))) {
                if names_crate(pattern, (&data.ident, &name), self.permissions.single_package()) {
                    let root = world.root(CrateId { package: *package, target });
                    found.extend(named(world, root, &pattern.segments[1..]));
                }
            }
        }
        found
    }
}

/// A module, or an item of it.
type Named = (ModuleRef, Option<Box<str>>);

fn files_matched(world: &World<'_>, pattern: &FilePattern) -> Vec<RepoPath> {
    let is_named = |file: &RepoPath| file.as_str().is_some_and(|file| pattern.matches(file));
    world.source().list(b"", Below::All).into_iter().filter(is_named).collect()
}

/// What the segments lead to from `root`.
fn named(world: &World<'_>, root: ModuleRef, segments: &[String]) -> Vec<Named> {
    // A `**` at the end adds nothing, and several in a row say no more than one.
    let mut segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    segments.dedup_by(|next, one| *next == "**" && *one == "**");
    let stated = segments.len() - usize::from(segments.last() == Some(&"**"));
    let (mut found, mut open) = (Vec::new(), vec![(root, 0)]);
    let mut seen: FxHashSet<(ModuleRef, usize)> = open.iter().copied().collect();
    while let Some((module, at)) = open.pop() {
        let mut next: Vec<(ModuleRef, usize)> = Vec::new();
        let is_last = at + 1 == stated;
        match segments.get(at).copied() {
            None => found.push((module, None)),
            Some("**") => {
                next.push((module, at + 1));
                next.extend(children(world, module).into_iter().map(|child| (child, at)));
            }
            Some("*") => {
                next.extend(children(world, module).into_iter().map(|child| (child, at + 1)));
                found.extend(items(world, module, is_last, |_| true));
            }
            Some(name) => {
                next.extend(world.children(module, name).iter().map(|child| (*child, at + 1)));
                found.extend(items(world, module, is_last, |item| item == name));
            }
        }
        open.extend(next.into_iter().filter(|step| seen.insert(*step)));
    }
    found
}

/// The items of a module, inline modules left out.
fn items(world: &World<'_>, module: ModuleRef, wanted: bool, is_named: impl Fn(&str) -> bool) -> Vec<Named> {
    let Some(facts) = world.facts_of(module).filter(|_| wanted) else { return Vec::new() };
    let scope = world.module(module).scope;
    let own = facts.items.iter().filter(|item| {
        item.scope == scope
            && item.parent.is_none()
            && !matches!(item.kind, ItemKind::Module | ItemKind::Impl)
    });
    own.filter(|item| is_named(&item.name)).map(|item| (module, Some(item.name.clone()))).collect()
}

/// The modules and all below them.
fn below(world: &World<'_>, modules: Vec<ModuleRef>) -> FxHashSet<ModuleRef> {
    let mut open = modules;
    let mut found: FxHashSet<ModuleRef> = open.iter().copied().collect();
    while let Some(module) = open.pop() {
        open.extend(children(world, module).into_iter().filter(|child| found.insert(*child)));
    }
    found
}

fn children(world: &World<'_>, module: ModuleRef) -> Vec<ModuleRef> {
    let names = world.child_names(module);
    names.iter().flat_map(|name| world.children(module, name).to_vec()).collect()
}
