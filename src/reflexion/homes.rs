//! A module of the design → the files in which its code can lie, found from its patterns alone.
//!
//! Only the modules above and below the code are asked for, not the whole package. The answer can hold files of other modules: of
//! those whose code lies inside this one's.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::map::{globs, names_crate};
use super::observe::Observer;
use crate::basis::{RepoPath, SymbolPath};
use crate::model::{CrateId, ModuleRef, World};
use crate::spec::{ModuleId, Pattern, SymbolPattern};

impl Observer<'_> {
    /// The files in which code of `module` can lie.
    pub fn files_of(&self, world: &World<'_>, module: ModuleId) -> BTreeSet<RepoPath> {
        let mut found = BTreeSet::new();
        for code in &self.design.module(module).code {
            match &code.value {
                Pattern::Symbol(pattern) => found.extend(self.files_named(world, pattern)),
                Pattern::File(pattern) => {
                    let globs = globs(pattern);
                    let is_named = |file: &RepoPath| {
                        file.as_str().is_some_and(|file| globs.iter().any(|glob| glob.is_match(file)))
                    };
                    found.extend(world.source().list(b"").into_iter().filter(is_named));
                }
            }
        }
        found
    }

    fn files_named(&self, world: &World<'_>, pattern: &SymbolPattern) -> BTreeSet<RepoPath> {
        let mut found = BTreeSet::new();
        for package in world.packages().iter() {
            let data = world.package(*package);
            for (target, name) in (0..).zip(data.targets.iter().map(|target| SymbolPath::new(&target.name))) {
                if names_crate(pattern, (&data.ident, &name), self.permissions.single_package()) {
                    let root = world.root(CrateId { package: *package, target });
                    let named = named(world, root, &pattern.segments[1..]);
                    let files =
                        below(world, named).into_iter().filter_map(|module| world.module(module).file);
                    found.extend(files.map(|file| world.path(file)));
                }
            }
        }
        found
    }
}

/// The modules that the segments lead to from `root`; where they lead to an item, the module that may hold it.
fn named(world: &World<'_>, root: ModuleRef, segments: &[String]) -> Vec<ModuleRef> {
    let (mut found, mut open) = (Vec::new(), vec![(root, 0)]);
    let mut seen: FxHashSet<(ModuleRef, usize)> = open.iter().copied().collect();
    while let Some((module, at)) = open.pop() {
        let mut next: Vec<(ModuleRef, usize)> = Vec::new();
        match segments.get(at).map(String::as_str) {
            None => found.push(module),
            Some("**") => {
                next.push((module, at + 1));
                next.extend(children(world, module).into_iter().map(|child| (child, at)));
            }
            Some("*") => {
                next.extend(children(world, module).into_iter().map(|child| (child, at + 1)));
                found.push(module);
            }
            Some(name) => {
                next.extend(world.children(module, name).iter().map(|child| (*child, at + 1)));
                if next.is_empty() {
                    found.push(module);
                }
            }
        }
        open.extend(next.into_iter().filter(|step| seen.insert(*step)));
    }
    found
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
