//! A resolver for tests: a few files of one or more crates, names by the rules of Rust as far as the cases need them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::basis::{Role, Site};
use crate::facts::frameworks;
use crate::facts::rust::lower::tests::file;
use crate::facts::{
    Body, Cfg, CfgId, FileFacts, Item, ItemId, ItemKind, ScopeId, ScopeKind, TestMark, TypeExpr,
};
use crate::model::routes::{Found, Implementing, ItemRef, Location, Names, ServedCalls};

/// A file with the path of its module, the crate's name first.
pub(super) struct Module {
    pub(super) path: Vec<String>,
    pub(super) facts: FileFacts,
    pub(super) role: Role,
}

/// All files of a case.
pub(super) struct Stub {
    modules: Vec<Module>,
    /// Module path → the files and scopes that are it.
    places: BTreeMap<Vec<String>, Vec<(u32, ScopeId)>>,
}

impl Stub {
    /// One file of the crate `app`.
    pub(super) fn single(text: &str) -> Self {
        let module = Module { path: vec!["app".to_owned()], facts: file(text), role: Role::Production };
        Self::new(vec![module])
    }

    /// Several files.
    pub(super) fn new(modules: Vec<Module>) -> Self {
        let mut stub = Self { modules, places: BTreeMap::new() };
        let mut places: BTreeMap<Vec<String>, Vec<(u32, ScopeId)>> = BTreeMap::new();
        for (at, module) in stub.modules.iter().enumerate() {
            let file = u32::try_from(at).expect("few files");
            for scope in 0..module.facts.scopes.len() {
                let scope = ScopeId(u32::try_from(scope).expect("few scopes"));
                places.entry(stub.module_path(file, scope)).or_default().push((file, scope));
            }
        }
        stub.places = places;
        stub
    }

    fn facts(&self, file: u32) -> &FileFacts {
        &self.modules[file as usize].facts
    }

    /// The module path that a scope lies in.
    fn module_path(&self, file: u32, scope: ScopeId) -> Vec<String> {
        let facts = self.facts(file);
        let mut inner = Vec::new();
        let mut at = Some(scope);
        while let Some(scope) = at {
            let scope = &facts.scopes[scope.0 as usize];
            if let ScopeKind::Module(item) = scope.kind {
                inner.push(facts.items[item.0 as usize].name.to_string());
            }
            at = scope.parent;
        }
        inner.reverse();
        [self.modules[file as usize].path.clone(), inner].concat()
    }

    /// Files and scopes of a module path.
    fn places(&self, path: &[String]) -> &[(u32, ScopeId)] {
        if frameworks::of_path(&path[0]).is_some() {
            return &[];
        }
        self.places.get(path).map_or(&[], |found| found)
    }

    fn lookup(&self, module: &[String], names: &[&str], depth: u32) -> Vec<Found> {
        let Some((first, rest)) = names.split_first() else { return Vec::new() };
        if depth > 12 {
            return Vec::new();
        }
        match *first {
            "crate" => return self.lookup(&module[..1], rest, depth + 1),
            "self" => return self.lookup(module, rest, depth + 1),
            "super" => return self.lookup(&module[..module.len().saturating_sub(1).max(1)], rest, depth + 1),
            _ => {}
        }
        let inner = [module.to_vec(), vec![(*first).to_owned()]].concat();
        if !rest.is_empty() && !self.places(&inner).is_empty() {
            return self.lookup(&inner, rest, depth + 1);
        }
        let mut found = Vec::new();
        for place in self.places(module) {
            self.lookup_in(*place, names, depth, &mut found);
        }
        found
    }

    fn lookup_in(&self, at: (u32, ScopeId), names: &[&str], depth: u32, found: &mut Vec<Found>) {
        let (file, scope) = at;
        let (first, rest) = (names[0], &names[1..]);
        let facts = self.facts(file);
        for (index, item) in facts.items.iter().enumerate() {
            let of = ItemRef { file, item: ItemId(u32::try_from(index).expect("few items")) };
            if item.scope != scope || &*item.name != first {
                continue;
            }
            let is_member =
                item.parent.is_some_and(|parent| facts.items[parent.0 as usize].kind == ItemKind::Impl);
            if is_member {
                continue;
            }
            match (item.kind, rest) {
                (ItemKind::Function, []) => found.push(Found::Function(of)),
                (ItemKind::Const | ItemKind::Static, []) => found.push(Found::Constant(of)),
                (ItemKind::Module, []) => found.push(Found::Module(of)),
                (ItemKind::Macro, []) => found.push(Found::Macro { declares: item.declares }),
                (ItemKind::Struct, []) => found.push(Found::Type(of)),
                (ItemKind::Struct, [member]) => self.members(file, &item.name, member, found),
                _ => {}
            }
        }
        for import in facts.imports.iter().filter(|import| import.scope == scope && !import.glob) {
            if &*import.name == first {
                found.extend(self.follow(at, &import.path, rest, depth));
            }
        }
        if found.is_empty() {
            for import in facts.imports.iter().filter(|import| import.scope == scope && import.glob) {
                found.extend(self.follow(at, &import.path, names, depth));
            }
        }
    }

    fn members(&self, file: u32, of: &str, member: &str, found: &mut Vec<Found>) {
        let facts = self.facts(file);
        for (index, item) in facts.items.iter().enumerate() {
            let Some(parent) = item.parent.map(|parent| &facts.items[parent.0 as usize]) else { continue };
            let subject = parent.name.trim_start_matches('<').split([' ', '>', '<']).next();
            if parent.kind == ItemKind::Impl && subject == Some(of) && &*item.name == member {
                let of = ItemRef { file, item: ItemId(u32::try_from(index).expect("few items")) };
                let is_constant = item.kind == ItemKind::Const;
                found.push(if is_constant { Found::Constant(of) } else { Found::Function(of) });
            }
        }
    }

    fn follow(&self, at: (u32, ScopeId), path: &str, rest: &[&str], depth: u32) -> Vec<Found> {
        let module = self.module_path(at.0, at.1);
        let names: Vec<_> = path.split("::").chain(rest.iter().copied()).collect();
        let is_own = matches!(names[0], "crate" | "self" | "super")
            || !self.places(&[module.clone(), vec![names[0].to_owned()]].concat()).is_empty();
        let local = if is_own { self.lookup(&module, &names, depth + 1) } else { Vec::new() };
        if !local.is_empty() || is_own {
            local
        } else if !self.places(&[names[0].to_owned()]).is_empty() {
            self.lookup(&[names[0].to_owned()], &names[1..], depth + 1)
        } else {
            vec![Found::External(names.join("::").into())]
        }
    }

    fn meanings(&self, at: Location, path: &str) -> Vec<Found> {
        let mut names: Vec<&str> = path.split("::").collect();
        let facts = self.facts(at.file);
        if names[0] == "Self"
            && let Some(parent) = facts.items[at.item.0 as usize].parent
        {
            let block = &facts.items[parent.0 as usize].name;
            let subject = block.trim_start_matches('<').split([' ', '>', '<']).next().unwrap_or_default();
            names[0] = subject;
        }
        let module = self.module_path(at.file, at.scope);
        let mut found = self.lookup(&module, &names, 0);
        let is_outside = found.iter().all(|found| matches!(found, Found::External(_)));
        if !found.is_empty() {
            // A glob of an outside crate may or may not hide the crate with the path's first name.
            if is_outside
                && names.len() > 1
                && !found.iter().any(|found| *found == Found::External(path.into()))
            {
                found.push(Found::External(path.into()));
            }
            return found;
        }
        if names.len() > 1 && !self.places(&[names[0].to_owned()]).is_empty() {
            return self.lookup(&[names[0].to_owned()], &names[1..], 0);
        }
        let is_crate = names.len() > 1 && names[0].starts_with(char::is_lowercase) && names[0] != "crate";
        if is_crate { vec![Found::External(path.into())] } else { vec![Found::Unknown] }
    }
}

impl Names for Stub {
    fn bodies(&self) -> Vec<ItemRef> {
        let mut all = Vec::new();
        for (file, module) in self.modules.iter().enumerate() {
            let file = u32::try_from(file).expect("few files");
            all.extend(module.facts.bodies.iter().map(|body| ItemRef { file, item: body.item }));
        }
        all
    }

    fn resolve(&self, at: Location, path: &str) -> Rc<[Found]> {
        self.meanings(at, path).into()
    }

    fn calls(&self, _: Location, _: &str, _: Option<ItemRef>) -> Option<ServedCalls> {
        None
    }

    fn body(&self, of: ItemRef) -> Option<&Body> {
        self.facts(of.file).bodies.iter().find(|body| body.item == of.item)
    }

    fn item(&self, of: ItemRef) -> &Item {
        &self.facts(of.file).items[of.item.0 as usize]
    }

    fn parent(&self, of: ItemRef) -> Option<&Item> {
        self.item(of).parent.map(|parent| &self.facts(of.file).items[parent.0 as usize])
    }

    fn block(&self, of: ItemRef) -> Option<ItemRef> {
        self.item(of).parent.map(|item| ItemRef { file: of.file, item })
    }

    fn members(&self, _: ItemRef) -> Vec<ItemRef> {
        Vec::new()
    }

    fn types_in(&self, of: ItemRef) -> Vec<Box<str>> {
        let paths = self.facts(of.file).paths.iter().filter(|path| path.item == Some(of.item));
        paths.map(|path| path.path.clone()).collect()
    }

    fn result(&self, _: ItemRef) -> Option<TypeExpr> {
        None
    }

    fn implementing(&self, _: ItemRef) -> Rc<[Implementing]> {
        Rc::default()
    }

    fn generics(&self, _: ItemRef) -> Vec<Box<str>> {
        Vec::new()
    }

    fn field(&self, _: ItemRef, _: &str) -> Option<TypeExpr> {
        None
    }

    fn attributed(&self, _: ItemKind) -> Vec<ItemRef> {
        Vec::new()
    }

    fn depends_on(&self, _: u32, _: &[&str]) -> bool {
        true
    }

    fn module(&self, of: ItemRef) -> Option<ItemRef> {
        let scope = &self.facts(of.file).scopes[self.item(of).scope.0 as usize];
        match scope.kind {
            ScopeKind::Module(item) => Some(ItemRef { file: of.file, item }),
            ScopeKind::File | ScopeKind::Block(_) => None,
        }
    }

    fn cfg(&self, file: u32, cfg: CfgId) -> &Cfg {
        &self.facts(file).cfgs[cfg.0 as usize]
    }

    fn declares(&self, _: u32, _: ScopeId, _: &str) -> bool {
        false
    }

    fn role(&self, of: ItemRef) -> Role {
        let cfg = &self.facts(of.file).cfgs[self.item(of).cfg.0 as usize];
        if cfg.test == TestMark::Yes { Role::Test } else { self.modules[of.file as usize].role }
    }
}

/// The name of a function for people: its own, that of its type in front.
pub(super) fn name(stub: &Stub, of: ItemRef) -> String {
    let mut path = stub.module_path(of.file, stub.item(of).scope);
    path.remove(0);
    if let Some(parent) = stub.parent(of).filter(|parent| parent.kind == ItemKind::Impl) {
        path.push(parent.name.to_string());
    }
    path.push(stub.item(of).name.to_string());
    path.join("::")
}

/// The line of a place, for messages.
pub(super) fn line(site: Site) -> u32 {
    site.line
}
