//! Names of crates and of macros: what comes into scope without a declaration in the module.

use std::cell::OnceCell;
use std::rc::Rc;

use super::packages::{CrateId, Package, PackageId, Uses};
use super::resolve::{Def, Head, MEANINGS, Namespace};
use super::scopes::implies;
use super::tree::{ModuleRef, World};
use crate::basis::{Below, RepoPath};
use crate::facts::manifest::{Section, TargetKind};
use crate::facts::{
    CfgId, FileFacts, Import, Item, ItemId, ItemKind, MacroCall, Position, ScopeId, frameworks,
};

/// A file that may export macros.
pub(super) struct MacroFile {
    path: RepoPath,
    /// The macros that it exports, once somebody has looked.
    exported: OnceCell<Vec<(Box<str>, Def)>>,
}

impl World<'_> {
    /// The path by which another crate knows what lies at `path` in a module of a web framework.
    pub(super) fn in_framework(
        &self,
        from: ModuleRef,
        module: ModuleRef,
        path: impl FnOnce() -> String,
    ) -> Option<String> {
        let (framework, path) = (self.framework_of_others(from, module)?, path());
        let is_own = path.split("::").next() == Some(&framework);
        Some(if is_own { path } else { format!("{framework}::{path}") })
    }

    /// The web framework that the package of a module is, or is a part of, seen from another crate: its own examples are code that uses
    /// it.
    pub(super) fn framework_of_others(&self, from: ModuleRef, module: ModuleRef) -> Option<String> {
        let in_crate = |module: ModuleRef| self.module(module).in_crate;
        let (from, of) = (in_crate(from), in_crate(module));
        if from == of {
            return None;
        }
        let package = self.package(of.package);
        if frameworks::of_path(&package.ident).is_some() {
            return Some(package.ident.clone());
        }
        self.framework_handing_on(from.package, of.package)
    }

    /// The framework in the tree by which alone a package comes to know another one.
    fn framework_handing_on(&self, from: PackageId, part: PackageId) -> Option<String> {
        let key = (from, part);
        if let Some(known) = self.memo.handed_on_by.borrow().get(&key) {
            return known.clone();
        }
        let found = self.find_framework_handing_on(from, part);
        self.memo.handed_on_by.borrow_mut().insert(key, found.clone());
        found
    }

    fn find_framework_handing_on(&self, from: PackageId, part: PackageId) -> Option<String> {
        let folder = self.folder_of(part);
        let names = |package: &Package| package.uses.iter().any(|uses| uses.folder.as_ref() == Some(&folder));
        let mut framework = None;
        // What is no part of a framework may know the other one, too, and hand it on.
        let (mut asked, mut next) = (vec![from], 0);
        while let Some(package) = asked.get(next).map(|id| self.package(*id)) {
            next += 1;
            if asked.contains(&part) || names(&package) {
                return None;
            }
            for uses in &package.uses {
                let Some(used) = uses.folder.as_deref().and_then(|folder| self.package_in(folder)) else {
                    continue;
                };
                if frameworks::of_path(&uses.crate_name).is_none() {
                    if !asked.contains(&used) {
                        asked.push(used);
                    }
                } else if next == 1 && names(&self.package(used)) {
                    framework.get_or_insert_with(|| uses.crate_name.clone());
                }
            }
            if next == 1 && framework.is_none() {
                return None;
            }
        }
        framework
    }

    /// A path of an external crate, by the name of a web framework where the manifest gives a fork that name, or another crate hands
    /// the framework on: code that uses it is written for the framework.
    pub(super) fn as_framework(&self, from: ModuleRef, path: String) -> String {
        let known = path.split("::").next().unwrap_or(&path);
        if let Some((through, handed_on)) = path.split_once("::")
            && handed_on.contains("::")
            && frameworks::of_path(through).is_none()
            && frameworks::of_path(handed_on).is_some()
        {
            return handed_on.to_owned();
        }
        let fork = self.fork(from, |fork| fork.crate_name == known);
        match fork.filter(|_| frameworks::of_path(known).is_none()) {
            Some(fork) => format!("{}{}", fork.name, &path[known.len()..]),
            None => path,
        }
    }

    /// Such a path by the framework's name, and by the fork's own.
    pub fn by_both_names(&self, from: ModuleRef, path: &str) -> Vec<String> {
        let known = path.split("::").next().unwrap_or(path);
        let fork = self.fork(from, |fork| fork.name == known);
        let own = fork.map(|fork| format!("{}{}", fork.crate_name, &path[known.len()..]));
        std::iter::once(path.to_owned()).chain(own).collect()
    }

    /// The crate to which the manifest of a module's package gives the name of a web framework.
    fn fork(&self, from: ModuleRef, is_meant: impl Fn(&Uses) -> bool) -> Option<Uses> {
        let package = self.package(self.module(from).in_crate.package);
        let is_fork =
            |uses: &&Uses| uses.name != uses.crate_name && frameworks::of_path(&uses.name).is_some();
        package.uses.iter().filter(is_fork).find(|uses| is_meant(uses)).cloned()
    }

    /// The crate that `name` means in `module`: one that the root calls so, else a dependency of the package, its own library, or
    /// one that comes with Rust.
    pub fn crate_named(&self, module: ModuleRef, name: &str) -> Option<Def> {
        self.crate_called(module, name).or_else(|| self.crate_listed(module, name))
    }

    /// What an `extern crate … as name` at the root of the crate brings into scope everywhere in it.
    fn crate_called(&self, module: ModuleRef, name: &str) -> Option<Def> {
        let root = self.root(self.module(module).in_crate);
        let facts = self.facts_of(root)?;
        let is_meant = |import: &&Import| import.extern_crate && import.scope.0 == 0 && &*import.name == name;
        let import = facts.imports.iter().find(is_meant)?;
        match &*import.path {
            "self" => Some(Def::Module(root)),
            written => self.crate_listed(module, written),
        }
    }

    /// The crate that `name` means without what the code says of it.
    pub(super) fn crate_listed(&self, module: ModuleRef, name: &str) -> Option<Def> {
        let in_crate = self.module(module).in_crate;
        let package = self.package(in_crate.package);
        let is_build = package.targets[in_crate.target as usize].kind == TargetKind::Build;
        let wanted = |section: Section| (section == Section::Build) == is_build;
        let found =
            package.uses.iter().filter(|uses| uses.name == name).max_by_key(|uses| wanted(uses.section));
        if let Some(uses) = found {
            let library = uses.folder.as_deref().and_then(|folder| self.packages.at(self.source(), folder));
            let library = library.and_then(|package| self.library(package));
            return Some(match library {
                Some(library) => Def::Module(self.root(library)),
                None => Def::External(uses.crate_name.as_str().into()),
            });
        }
        if let Some(library) = self.library(in_crate.package).filter(|library| *library != in_crate)
            && self.target(library).name == name
        {
            return Some(Def::Module(self.root(library)));
        }
        COME_WITH_RUST.contains(&name).then(|| Def::External(name.into()))
    }

    pub(super) fn textual_macro(&self, module: ModuleRef, name: &str, namespace: Namespace) -> Option<Head> {
        if namespace != Namespace::Macro {
            return None;
        }
        let (mut found, mut here): (Option<Head>, _) = (None, module);
        loop {
            let next = self.macro_left_to(here, name);
            found = match found {
                Some(found) => Some(found.or(next)),
                None => next,
            };
            if found.as_ref().is_some_and(|found| !found.open) {
                return found;
            }
            let Some(around) = self.module(here).parent else { break };
            here = around;
        }
        let brought = self.facts_of(here).and_then(|facts| self.macro_of_extern_crate(here, &facts, name));
        match found {
            Some(found) => Some(found.or(brought)),
            None => brought,
        }
    }

    /// The macro that a module knows by a name: its own, else that of a module in it over which `#[macro_use]` stands, however deep.
    /// What stands under a condition leaves the others their turn.
    fn macro_left_to(&self, module: ModuleRef, name: &str) -> Option<Head> {
        let (facts, place) = (self.facts_of(module)?, self.place(module, self.module(module).scope));
        let mut found = self.in_scope(place, name, Namespace::Macro);
        for (child, cfg) in macro_use(&facts, place.scope) {
            if found.as_ref().is_some_and(|found| !found.open) {
                break;
            }
            for child in self.children(module, child).iter() {
                let Some(mut left) = self.macro_left_to(*child, name) else { continue };
                left.open |= !implies(&facts, place.under, cfg);
                found = Some(match found {
                    Some(found) => found.or(Some(left)),
                    None => left,
                });
            }
        }
        found
    }

    /// The macro that an `extern crate` at the root brings into scope everywhere, if `#[macro_use]` stands over it: where it does not, the
    /// code that names the macro alone would not compile.
    fn macro_of_extern_crate(&self, root: ModuleRef, facts: &FileFacts, name: &str) -> Option<Head> {
        let crates = facts.imports.iter().filter(|import| import.extern_crate && import.scope.0 == 0);
        let mut found = crates.filter_map(|import| match self.crate_listed(root, &import.path)? {
            Def::Module(other) => {
                let exported = self.exported_macros(self.module(other).in_crate, name);
                let handed_on = || self.macro_handed_on(root, other, name).map(|def| vec![def]);
                Some(exported).filter(|exported| !exported.is_empty()).or_else(handed_on)
            }
            Def::Item(..) | Def::External(_) => None,
        });
        let defs = found.next()?;
        Some(Head::direct(self.name_of(&defs[0]), defs))
    }

    /// The macro that a crate hands to others by a name at its root: a function of its own that is one, or what another crate makes.
    fn macro_handed_on(&self, to: ModuleRef, root: ModuleRef, name: &str) -> Option<Def> {
        let is_seen = |def: &&Def| self.may_see(root, (name, Namespace::Macro), def, to);
        let found = self.lookup(root, name, Namespace::Macro);
        found.iter().filter(|def| matches!(def, Def::Item(..))).find(is_seen).cloned()
    }

    /// What a crate exports by a name with `#[macro_export]`: several, where conditions choose. Such a macro lives at the root of its
    /// crate, wherever it is written.
    pub(super) fn exported_macros(&self, in_crate: CrateId, name: &str) -> Vec<Def> {
        let key = (in_crate, Box::from(name));
        if let Some(known) = self.memo.macros.borrow().get(&key) {
            return known.clone();
        }
        self.memo.macros.borrow_mut().insert(key.clone(), Vec::new());
        let mut found = Vec::new();
        for file in self.macro_files(in_crate).iter() {
            let exported = match file.exported.get() {
                Some(exported) => exported,
                None if self.source().may_define(&file.path, name) => {
                    let exported = self.macros_exported(in_crate, &file.path);
                    file.exported.get_or_init(|| exported)
                }
                None => continue,
            };
            found.extend(exported.iter().filter(|(known, _)| **known == *name).map(|(_, def)| def.clone()));
            // Further files may define it in its place where a condition chooses.
            if found.len() >= MEANINGS || found.iter().any(|def| self.stands_always(def)) {
                break;
            }
        }
        self.memo.macros.borrow_mut().insert(key, found.clone());
        found
    }

    /// Whether an item stands under no condition, its own or one above its file.
    fn stands_always(&self, def: &Def) -> bool {
        match def {
            Def::Item(module, _) => self.module(*module).condition.is_empty() && !self.is_conditional(def),
            Def::Module(_) | Def::External(_) => true,
        }
    }

    /// The files that may be part of a crate and export macros, in order.
    fn macro_files(&self, in_crate: CrateId) -> Rc<[MacroFile]> {
        if let Some(known) = self.memo.macro_files.borrow().get(&in_crate) {
            return known.clone();
        }
        let paths = self.source().list(&self.folder_of(in_crate.package), Below::All).into_iter();
        let files: Rc<[MacroFile]> = paths
            .filter(|path| path.has_extension("rs"))
            .map(|path| MacroFile { path, exported: OnceCell::new() })
            .collect();
        self.memo.macro_files.borrow_mut().insert(in_crate, files.clone());
        files
    }

    /// The macros that a file exports as part of a crate, by name.
    fn macros_exported(&self, in_crate: CrateId, path: &RepoPath) -> Vec<(Box<str>, Def)> {
        let may_export = self.raw(path).is_some_and(|raw| {
            let is_item = |call: &MacroCall| call.position == Position::Item;
            raw.items.iter().any(|item| item.exported) || raw.macro_calls.iter().any(is_item)
        });
        if !may_export {
            return Vec::new();
        }
        let module = self.locate(path).into_iter().find(|module| self.module(*module).in_crate == in_crate);
        let file = module.and_then(|module| Some((module, self.module(module).file?)));
        let Some((module, file)) = file else { return Vec::new() };
        let facts = self.facts(file);
        let exported = |id: ItemId| {
            let item = &facts.items[id.0 as usize];
            (item.name.clone(), Def::Item(self.module_at(module, item.scope), id))
        };
        self.names(file).exported_macros().iter().copied().map(exported).collect()
    }

    /// Whether a package declares a dependency on a crate, or the crate comes with Rust.
    pub(super) fn is_declared(&self, in_crate: CrateId, crate_name: &str) -> bool {
        let package = self.package(in_crate.package);
        package.uses.iter().any(|uses| uses.crate_name == crate_name || uses.name == crate_name)
            || COME_WITH_RUST.contains(&crate_name)
    }
}

/// The modules of a scope over which `#[macro_use]` stands, by name and condition, in the order of the text: the last first.
fn macro_use(facts: &FileFacts, scope: ScopeId) -> Vec<(&str, CfgId)> {
    let elsewhere = facts.modules.iter().filter(|module| module.macro_use && module.scope == scope);
    let marks = |item: &&Item| item.attributes.iter().any(|attribute| &*attribute.path == "macro_use");
    let inline = facts.items.iter().filter(|item| item.kind == ItemKind::Module && item.scope == scope);
    let elsewhere = elsewhere.map(|module| (module.site.span.start, (&*module.name, module.cfg)));
    let inline = inline.filter(marks).map(|item| (item.site.span.start, (&*item.name, item.cfg)));
    let mut found: Vec<_> = elsewhere.chain(inline).collect();
    found.sort();
    found.into_iter().rev().map(|(_, module)| module).collect()
}

/// Crates that no manifest declares.
pub(super) const COME_WITH_RUST: [&str; 5] = ["std", "core", "alloc", "proc_macro", "test"];
