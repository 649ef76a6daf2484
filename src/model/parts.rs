//! Code that stands elsewhere than its module's own tree of files: what `include!` brings, and modules inside bodies of functions.
//!
//! An included file is a *part*: it has a module of its own here, of the same path as the one that includes it, whose names are
//! also those of the place of the `include!` and to which the names of that place are known. Only paths written out as one
//! literal are followed; what a build puts together is not in the tree.

use std::rc::Rc;

use super::packages::join;
use super::tree::{Module, ModuleRef, PartOf, World, conditions};
use crate::basis::RepoPath;
use crate::facts::{FileFacts, ItemId, MacroCall, Position, ScopeId, ScopeKind};

/// How many files can include each other in a row. Nobody writes more, and a look-up goes through all of them.
const DEPTH: usize = 8;

/// How many parts there are at most in a world; files that include each other many times are no code that people write.
const PARTS: usize = 10_000;

impl World<'_> {
    /// The files that `include!` makes part of a scope of `module`, each as a module.
    pub fn parts(&self, module: ModuleRef, scope: ScopeId) -> Rc<[ModuleRef]> {
        let data = self.module(module);
        let facts = data.file.map(|file| self.facts(file));
        let Some(facts) = facts.filter(|facts| !facts.includes.is_empty()) else { return Rc::new([]) };
        if let Some(known) = self.parts.borrow().get(&(module, scope)) {
            return known.clone();
        }
        let mut found: Vec<ModuleRef> = Vec::new();
        for (index, _) in (0..).zip(&facts.includes).filter(|(_, include)| include.scope == scope) {
            let part = self.part((module, &data), &facts, index);
            let file = self.module(part).file;
            // What is included twice declares nothing more.
            if file.is_none() || !found.iter().any(|known| self.module(*known).file == file) {
                found.push(part);
            }
        }
        let found: Rc<[ModuleRef]> = found.into();
        self.parts.borrow_mut().insert((module, scope), found.clone());
        found
    }

    /// All parts of the scopes that `module` itself is the nearest module of.
    pub fn parts_of(&self, module: ModuleRef) -> Vec<ModuleRef> {
        let Some(facts) = self.facts_of(module).filter(|facts| !facts.includes.is_empty()) else {
            return Vec::new();
        };
        let begins = self.file_module(module);
        let mut scopes: Vec<ScopeId> = facts.includes.iter().map(|include| include.scope).collect();
        scopes.sort();
        scopes.dedup();
        scopes.retain(|scope| self.module_at(begins, *scope) == module);
        scopes.into_iter().flat_map(|scope| self.parts(module, scope).to_vec()).collect()
    }

    /// The module that a part is a part of; every other module is itself.
    pub fn whole(&self, module: ModuleRef) -> ModuleRef {
        let mut at = module;
        while let Some(part_of) = self.module(at).part_of {
            at = part_of.module;
        }
        at
    }

    /// Whether code of a module lies outside of the tree: it has no file, or a build puts something into it, by `include!` or a macro
    /// named like that.
    pub fn is_generated(&self, module: ModuleRef) -> bool {
        let data = self.module(module);
        let Some(facts) = self.facts_of(module) else { return true };
        let includes = |call: &MacroCall| {
            let name = call.path.rsplit("::").next().unwrap_or_default();
            let is_followed = || facts.includes.iter().any(|include| include.site == call.site);
            let is_item = call.scope == data.scope && call.position == Position::Item;
            is_item && name.starts_with("include") && !is_followed()
        };
        facts.macro_calls.iter().any(includes)
    }

    /// Whether the file of a module stands for an expression of the code that includes it.
    pub fn is_expression(&self, module: ModuleRef) -> bool {
        self.module(module).part_of.is_some_and(|part_of| {
            let facts = self.facts_of(part_of.module);
            facts.is_some_and(|facts| !facts.includes[part_of.include as usize].of_items)
        })
    }

    fn part(&self, (module, data): (ModuleRef, &Module), facts: &FileFacts, index: u32) -> ModuleRef {
        let include = &facts.includes[index as usize];
        let beside = match include.from_package {
            true => self.folder_of(data.in_crate.package),
            false => data.file.map(|file| self.path(file).folder().to_vec()).unwrap_or_default(),
        };
        let path = RepoPath::resolve(&beside, &include.path);
        let mut around =
            std::iter::successors(Some(module), |at| self.module(*at).part_of.map(|part| part.module));
        let is_deep = around.nth(DEPTH).is_some() || self.parts.borrow().len() > PARTS;
        let file = path.as_ref().filter(|_| !is_deep).and_then(|path| self.load(path));
        let missing = file.is_none().then(|| path.clone().unwrap_or_else(|| RepoPath::new(&*include.path)));
        // A file that includes itself is no further part.
        let file = file.filter(|file| !self.is_above(module, *file));
        let folder = path.as_ref().map(|path| path.folder().to_vec()).unwrap_or_default();
        self.add(Module {
            in_crate: data.in_crate,
            parent: Some(module),
            path: data.path.clone(),
            file,
            missing,
            scope: ScopeId(0),
            role: self.role_under(data.role, data.in_crate, facts, include.cfg),
            visibility: data.visibility.clone(),
            condition: conditions(&data.condition, &facts.cfgs[include.cfg.0 as usize].text),
            part_of: Some(PartOf { module, scope: include.scope, include: index }),
            path_folder: folder.clone(),
            folder,
        })
    }

    /// The module that `item`, a `mod` with a body inside of a function's body, makes.
    pub(super) fn module_in_body(&self, around: ModuleRef, item: ItemId) -> Option<ModuleRef> {
        if let Some(known) = self.in_bodies.borrow().get(&(around, item)) {
            return Some(*known);
        }
        let data = self.module(around);
        let facts = self.facts(data.file?);
        let scope = facts.scopes.iter().position(|scope| scope.kind == ScopeKind::Module(item))?;
        let declared = &facts.items[item.0 as usize];
        let folder = join(&data.folder, declared.name.as_bytes()).as_bytes().to_vec();
        let made = self.add(Module {
            in_crate: data.in_crate,
            parent: Some(around),
            path: self.symbol(around, item),
            file: data.file,
            missing: None,
            scope: ScopeId(u32::try_from(scope).ok()?),
            role: self.role_under(data.role, data.in_crate, &facts, declared.cfg),
            visibility: declared.visibility.clone(),
            condition: data.condition.clone(),
            part_of: None,
            path_folder: folder.clone(),
            folder,
        });
        self.in_bodies.borrow_mut().insert((around, item), made);
        Some(made)
    }
}
