//! Entries that permit something → those of which the change removes the last use.
//!
//! Only an entry that something which the change removes did need is asked about, and only until a use of it is found: in the
//! changed files, in files that hold its name, in the other files that could use it. A facade can hide the name, so that the
//! answer "nobody" takes all of those. Under a question about the whole code every entry is asked about; that code is read already.

use std::collections::BTreeSet;

use crate::basis::{Below, RepoPath};
use crate::facts::Language;
use crate::model::{Focus, World};
use crate::reflexion::{FilePair, List, Observer, Permission};
use crate::spec::{Design, Pattern};

/// What the search looks at.
pub(crate) struct Search<'a> {
    pub(crate) design: &'a Design,
    pub(crate) observer: &'a Observer<'a>,
    /// Head, as far as it is read.
    pub(crate) world: &'a World<'a>,
    /// The source files of the change.
    pub(crate) pairs: &'a [FilePair],
}

impl Search<'_> {
    /// Those of the entries that nothing in head needs.
    pub(crate) fn unneeded(&self, entries: BTreeSet<Permission>) -> Vec<Permission> {
        let mut open = entries;
        let changed: BTreeSet<RepoPath> = self.pairs.iter().filter_map(|pair| pair.head.clone()).collect();
        self.look_in(&changed.iter().cloned().collect::<Vec<_>>(), &mut open);
        for permission in open.clone() {
            if open.contains(&permission) {
                let files = self.files(permission).into_iter().filter(|file| !changed.contains(file));
                self.look_in(&files.collect::<Vec<_>>(), &mut open);
            }
        }
        self.needed_by_no_line(open)
    }

    /// Those of the entries that no line of a manifest needs: the others cannot go yet.
    pub(crate) fn needed_by_no_line(&self, entries: BTreeSet<Permission>) -> Vec<Permission> {
        if entries.is_empty() {
            return Vec::new();
        }
        let packages = self.world.packages();
        let packages = packages.iter().map(|package| self.world.package(*package));
        let packages = packages.filter(|package| !package.uses.is_empty());
        let manifests: Vec<RepoPath> = packages.map(|package| package.manifest.clone()).collect();
        let can_be_there_for = self.observer.lines_permitted(self.world, &manifests);
        let is_needed = |permission: &Permission| {
            can_be_there_for.contains(permission)
                && self.observer.lines_need(self.world, &manifests, *permission)
        };
        entries.into_iter().filter(|permission| !is_needed(permission)).collect()
    }

    /// Takes out of `open` what the files need, and stops where nothing is left.
    fn look_in(&self, files: &[RepoPath], open: &mut BTreeSet<Permission>) {
        if open.is_empty() {
            return;
        }
        let world = World::around(self.world.source(), files.iter().cloned());
        for file in files {
            let observed = self.observer.observe(&world, &[(file.clone(), Focus::all())]);
            open.retain(|permission| !observed.permits.contains(permission));
            if open.is_empty() {
                return;
            }
        }
    }

    /// The files in which a use of the entry can stand, those that hold its name first.
    fn files(&self, permission: Permission) -> Vec<RepoPath> {
        let source = self.world.source();
        let words = self.words(permission);
        let words: BTreeSet<&str> = words.iter().map(String::as_str).collect();
        let all: Vec<RepoPath> = match permission.list {
            List::Uses | List::External => {
                self.observer.files_of(self.world, permission.module).into_iter().collect()
            }
            List::Public => source.list(b"", Below::All),
        };
        let all = all.into_iter().filter(|file| Language::of(file).is_some());
        let (mut first, rest): (Vec<_>, Vec<_>) = all.partition(|file| source.holds_any(file, &words));
        // What is named through the public part is named by the part's own name; what is used can be reached through a facade.
        let certain = permission.list == List::Public && !words.is_empty();
        first.extend(rest.into_iter().filter(|_| !certain));
        first
    }

    /// Names one of which stands where the entry is used in the plain way.
    fn words(&self, permission: Permission) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut add = |segments: &[String]| {
            let plain = segments.iter().rev().find(|segment| !segment.contains('*'));
            found.extend(plain.filter(|segment| *segment != "crate").cloned());
        };
        match (permission.symbol(self.design), permission.list) {
            (Some(symbol), List::Uses | List::External) => add(&symbol.segments),
            // A package can be called otherwise by those who depend on it.
            (Some(symbol), List::Public) if symbol.segments.len() > 1 => add(&symbol.segments[1..]),
            (Some(_), List::Public) => {}
            (None, _) => {
                let target = permission.target(self.design).map(|target| self.design.module(target));
                for code in target.iter().flat_map(|target| &target.code) {
                    match &code.value {
                        Pattern::Symbol(symbol) => add(&symbol.segments),
                        Pattern::File(_) => {}
                    }
                }
            }
        }
        found
    }
}
