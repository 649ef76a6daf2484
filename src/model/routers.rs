//! The world's answers to the evaluator of routes.
//!
//! A file is numbered by the module that it is: one that two targets include has two numbers. Files that nobody named in
//! advance are noticed when a name leads into them, and the evaluation is done again with them, until none is missing: only what
//! the routers reach is read.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::asked::Asked;
use super::declared;
use super::inherited::Traits;
use super::members::{member_of, members_of};
use super::resolve::{Def, Namespace};
use super::routes::{
    self, Endpoint, Found, Implementing, ItemRef, Location, Names, Request, ServedCalls, UnjudgedRoute,
};
use super::services::Protos;
use super::tree::{ModuleRef, World};
use crate::basis::{RepoPath, Role, SymbolPath};
use crate::facts::proto::Proto;
use crate::facts::{
    Body, Cfg, CfgId, Declarations, FileFacts, Item, ItemId, ItemKind, PathKind, PathUse, ScopeId, TypeExpr,
    frameworks,
};

/// Evaluates the routers of a set of files.
pub struct Routers<'w, 's> {
    world: &'w World<'s>,
    files: Vec<Known>,
    numbers: BTreeMap<ModuleRef, u32>,
    missing: RefCell<BTreeSet<ModuleRef>>,
    asked: Asked,
    protos: Protos,
    pub(super) traits: Traits,
    /// Whether every file that may register routes was named in advance, or asked for since.
    is_whole: Cell<bool>,
}

/// A file with the module that it is.
struct Known {
    module: ModuleRef,
    facts: Arc<FileFacts>,
    /// The bodies of the file by item.
    bodies: BTreeMap<ItemId, usize>,
    /// Its blocks that implement traits.
    blocks: Vec<ItemId>,
}

/// What an evaluation found, with the files that its numbers mean.
pub struct RoutersFound {
    /// Endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Registrations that cannot be judged.
    pub unjudged: Vec<UnjudgedRoute>,
    /// The module of each file number.
    pub modules: Vec<ModuleRef>,
    /// Entries in which nothing is built that is seen to be a router.
    pub unseen: BTreeSet<Entry>,
    /// The `.proto` files that were asked for, and are too large to be read.
    pub unread: Vec<RepoPath>,
}

/// An entry of a request before files have numbers: a function by the module that begins its file.
pub type Entry = (ModuleRef, ItemId);

impl<'w, 's> Routers<'w, 's> {
    /// Finds the endpoints that are built in `files` (each the module that begins a file), or below the `entries`, by what `request`
    /// says beside.
    pub fn find(
        world: &'w World<'s>,
        files: impl IntoIterator<Item = ModuleRef>,
        entries: &[Entry],
        mut request: Request,
    ) -> RoutersFound {
        let (numbers, missing, asked, protos, traits) = Default::default();
        let is_whole = Cell::new(entries.is_empty());
        let mut routers =
            Self { world, files: Vec::new(), numbers, missing, asked, protos, traits, is_whole };
        let files = files.into_iter().filter(|module| request.asks_about(world.module(*module).role));
        files.chain(entries.iter().map(|entry| entry.0)).for_each(|module| routers.add(module));
        // Each round reads at least one file more, so that this ends; what is left after many rounds is a chain of
        // functions that hands one router through dozens of files.
        const ROUNDS: usize = 64;
        let mut rounds = 0;
        loop {
            request.entries =
                entries.iter().filter_map(|(module, item)| routers.item_ref(*module, *item)).collect();
            let found = routes::routes(&routers, &request);
            let missing = routers.missing.take();
            if missing.is_empty() || rounds == ROUNDS {
                return routers.finish(found);
            }
            missing.into_iter().for_each(|module| routers.add(module));
            rounds += 1;
        }
    }

    fn finish(self, found: routes::Routes) -> RoutersFound {
        let modules = self.files.iter().map(|file| file.module).collect();
        let unseen = found.unseen.iter().map(|of| (self.module(of.file), of.item)).collect();
        let protos = self.protos.get().into_iter().flatten();
        let unread = protos.filter(|(_, proto)| proto.is_too_large).map(|(file, _)| file.clone()).collect();
        RoutersFound { endpoints: found.endpoints, unjudged: found.unjudged, modules, unseen, unread }
    }

    fn add(&mut self, module: ModuleRef) {
        if self.numbers.contains_key(&module) {
            return;
        }
        let Some(facts) = self.world.facts_of(module) else { return };
        let bodies = facts.bodies.iter().enumerate().map(|(at, body)| (body.item, at)).collect();
        let items = (0..).map(ItemId).zip(&facts.items);
        let blocks = items.filter(|(_, item)| item.kind == ItemKind::Impl && item.name.contains(" as "));
        let blocks = blocks.map(|(id, _)| id).collect();
        self.numbers.insert(module, u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Known { module, facts, bodies, blocks });
        self.traits = Traits::default();
    }

    /// Asks for every file that may register routes: no name leads to the types that implement a trait.
    pub(super) fn ask_for_all(&self) {
        if self.is_whole.replace(true) {
            return;
        }
        for path in self.world.source().registering() {
            self.world.locate(&path).into_iter().for_each(|module| self.miss(module));
        }
    }

    fn known(&self, file: u32) -> &Known {
        &self.files[file as usize]
    }

    pub(super) fn world(&self) -> &World<'s> {
        self.world
    }

    /// The module that begins a file.
    pub(super) fn module(&self, file: u32) -> ModuleRef {
        self.known(file).module
    }

    /// The number of the file that a module is written in; one that is not known yet is asked for.
    pub(super) fn number_of(&self, module: ModuleRef) -> Option<u32> {
        self.world.module(module).file?;
        let begins = self.world.file_module(module);
        let found = self.numbers.get(&begins).copied();
        if found.is_none() {
            self.miss(begins);
        }
        found
    }

    fn miss(&self, begins: ModuleRef) {
        self.missing.borrow_mut().insert(begins);
        self.asked.depends();
    }

    /// The blocks of all files that implement traits.
    pub(super) fn blocks(&self) -> impl Iterator<Item = ItemRef> {
        let files = (0..).zip(&self.files);
        files.flat_map(|(file, known)| known.blocks.iter().map(move |item| ItemRef { file, item: *item }))
    }

    /// What an item of this name is called in the files that are known: imports may call it otherwise.
    pub(super) fn called(&self, name: &str) -> BTreeSet<Box<str>> {
        let imports = self.files.iter().flat_map(|known| &known.facts.imports);
        let renamed = imports.filter(|import| import.path.rsplit("::").next() == Some(name));
        renamed.map(|import| import.name.clone()).chain([name.into()]).collect()
    }

    /// The members of a block.
    pub(super) fn members_in(&self, block: ItemRef) -> impl Iterator<Item = (ItemRef, &Item)> {
        let items = (0..).map(ItemId).zip(&self.known(block.file).facts.items);
        let members = items.filter(move |(_, item)| item.parent == Some(block.item));
        members.map(move |(id, item)| (ItemRef { file: block.file, item: id }, item))
    }

    /// The `.proto` files of the tree.
    pub(super) fn protos(&self) -> &[(RepoPath, Arc<Proto>)] {
        self.protos.get_or_init(|| {
            let source = self.world.source();
            let read = |path: RepoPath| source.proto(&path).map(|proto| (path, proto));
            source.protos().into_iter().filter_map(read).collect()
        })
    }

    fn declarations(&self, file: u32) -> Option<Arc<Declarations>> {
        self.world.declarations(self.world.module(self.known(file).module).file?)
    }

    fn item_ref(&self, begins: ModuleRef, item: ItemId) -> Option<ItemRef> {
        self.numbers.get(&begins).map(|file| ItemRef { file: *file, item })
    }

    /// The reference of an item of any module; a file that is not known yet is asked for.
    fn reference(&self, module: ModuleRef, item: ItemId) -> Option<ItemRef> {
        let begins = self.world.file_module(module);
        let found = self.item_ref(begins, item);
        if found.is_none() {
            self.miss(begins);
        }
        found
    }

    fn of_def(&self, from: ModuleRef, def: &Def, rest: &[&str]) -> Vec<Found> {
        match def {
            Def::External(path) => {
                vec![Found::External(self.world.as_framework(from, joined(path, rest)).into())]
            }
            Def::Module(module) => {
                let path = || joined(&self.world.name_of(def), rest);
                if let Some(path) = self.world.in_framework(from, *module, path) {
                    return vec![Found::External(path.into())];
                }
                let data = self.world.module(*module);
                let facts = self.world.facts_of(*module);
                let inline = facts.and_then(|facts| match &facts.scopes[data.scope.0 as usize].kind {
                    crate::facts::ScopeKind::Module(item) => Some(*item),
                    crate::facts::ScopeKind::File | crate::facts::ScopeKind::Block(_) => None,
                });
                inline.and_then(|item| self.reference(*module, item)).map(Found::Module).into_iter().collect()
            }
            Def::Item(module, item) => self.of_item(from, *module, *item, rest),
        }
    }

    fn of_item(&self, from: ModuleRef, module: ModuleRef, id: ItemId, rest: &[&str]) -> Vec<Found> {
        let path = || joined(self.world.symbol(module, id).as_str(), rest);
        if let Some(path) = self.world.in_framework(from, module, path) {
            return vec![Found::External(path.into())];
        }
        let Some(facts) = self.world.facts_of(module) else { return Vec::new() };
        let item = &facts.items[id.0 as usize];
        if let [.., member] = rest {
            if let Some(member) = member_of(&facts, &item.name, member) {
                return self.of_item(from, module, member, &[]);
            }
            // A file that is not known yet may say more of the type.
            self.asked.depends();
            let elsewhere = self.member_elsewhere((module, id), &item.name, member);
            let found = elsewhere.or_else(|| self.inherited((module, id), &item.name, member));
            if let Some((module, member)) = found {
                return self.of_item(from, module, member, &[]);
            }
        }
        match item.kind {
            ItemKind::Function => self.reference(module, id).map(Found::Function).into_iter().collect(),
            ItemKind::Const | ItemKind::Static => {
                self.reference(module, id).map(Found::Constant).into_iter().collect()
            }
            ItemKind::Macro => vec![Found::Macro { declares: item.declares }],
            ItemKind::TypeAlias => {
                let aliased = self.aliased(module, id, &facts, rest);
                if !aliased.is_empty() {
                    return aliased;
                }
                self.reference(module, id).map(Found::Type).into_iter().collect()
            }
            ItemKind::Struct
            | ItemKind::Enum
            | ItemKind::Variant
            | ItemKind::Union
            | ItemKind::Trait
            | ItemKind::Module
            | ItemKind::Impl => self.reference(module, id).map(Found::Type).into_iter().collect(),
        }
    }

    /// What the header of a block names, with the module that it is looked up in: its type, and the trait that it implements.
    fn headers<'k>(
        &'k self,
        known: &'k Known,
        block: &Item,
    ) -> impl Iterator<Item = (ModuleRef, &'k PathUse)> {
        let header = block.name_site.span.range();
        let named = known.facts.paths.iter().filter(|path| path.kind == PathKind::Impl);
        let named = named.filter(move |path| header.contains(&path.site.span.range().start));
        named.map(|path| (self.world.module_at(known.module, path.scope), path))
    }

    /// What the header of a block names, in order.
    pub(super) fn header_of(&self, block: ItemRef) -> Vec<(ModuleRef, &PathUse)> {
        let known = self.known(block.file);
        self.headers(known, &known.facts.items[block.item.0 as usize]).collect()
    }

    /// A member of a type in a block that stands in another file.
    fn member_elsewhere(
        &self,
        (module, id): (ModuleRef, ItemId),
        name: &str,
        member: &str,
    ) -> Option<(ModuleRef, ItemId)> {
        self.files.iter().find_map(|known| {
            let items = &known.facts.items;
            let is_of = |block: &Item| {
                self.headers(known, block).any(|(at, path)| {
                    let resolved = self.world.resolve(at, path.scope, &path.path, Namespace::Type);
                    resolved.defs.contains(&Def::Item(module, id))
                })
            };
            let found = members_of(&known.facts, name, member)
                .find(|(_, item)| item.parent.is_some_and(|parent| is_of(&items[parent.0 as usize])));
            found.map(|(found, item)| (self.world.module_at(known.module, item.scope), found))
        })
    }

    /// What an alias of an outside type stands for.
    fn aliased(&self, module: ModuleRef, id: ItemId, facts: &FileFacts, rest: &[&str]) -> Vec<Found> {
        let target = facts.paths.iter().find(|path| path.item == Some(id) && path.kind == PathKind::Type);
        let Some(target) = target else { return Vec::new() };
        let resolved = self.world.resolve(module, target.scope, &target.path, Namespace::Type);
        let outside = |def: &Def| match def {
            Def::External(path) => {
                Some(Found::External(self.world.as_framework(module, joined(path, rest)).into()))
            }
            Def::Module(_) | Def::Item(..) => None,
        };
        resolved.defs.iter().filter_map(outside).collect()
    }

    /// The look-up behind [`Names::resolve`], the type in front of a last member split off where there is one.
    fn look_up(&self, module: ModuleRef, at: Location, path: &str) -> Vec<Found> {
        let look_up = |namespace| {
            let resolved = self.world.resolve(module, at.scope, path, namespace);
            let found = resolved.defs.iter().flat_map(|def| {
                // A path that goes on behind a type names a member of it.
                let rest: Vec<&str> = match def {
                    Def::Item(owner, id) if !self.is_named(*owner, *id, path) => {
                        path.rsplit("::").take(1).collect()
                    }
                    Def::Item(..) | Def::Module(_) | Def::External(_) => Vec::new(),
                };
                self.of_def(module, def, &rest)
            });
            found.collect::<Vec<_>>()
        };
        let mut found = look_up(Namespace::Value);
        found.append(&mut look_up(Namespace::Macro));
        // What a function is told may be an alias, which is no value. A type of the repository hides what an outside glob may bring.
        if found.is_empty() {
            let mut types = look_up(Namespace::Type);
            types.retain(|found| matches!(found, Found::Type(_) | Found::External(_)));
            if !types.iter().any(|found| matches!(found, Found::Type(_))) {
                found.extend(self.through_outside_globs(module, at, path));
            }
            if found.is_empty() {
                found = types;
            }
        }
        // A macro and a value may have one name, and an outside glob may stand beside it.
        if !path.contains("::") && !found.iter().any(|found| matches!(found, Found::Macro { .. })) {
            found.extend(self.through_macro_use(module, path));
        }
        found.sort();
        found.dedup();
        found
    }

    fn is_named(&self, module: ModuleRef, id: ItemId, path: &str) -> bool {
        let last = path.rsplit("::").next().unwrap_or(path);
        // A renamed import ends in another name than its item; a path of one segment has no members.
        !path.contains("::")
            || self.world.facts_of(module).is_some_and(|facts| &*facts.items[id.0 as usize].name == last)
    }

    fn through_outside_globs(&self, module: ModuleRef, at: Location, path: &str) -> Vec<Found> {
        let facts = &self.known(at.file).facts;
        let mut found = Vec::new();
        for (index, import) in (0..).zip(&facts.imports) {
            if !import.glob {
                continue;
            }
            let here = self.world.module_at(self.known(at.file).module, import.scope);
            for def in &self.world.import(here, index).defs {
                match def {
                    Def::External(outside) => {
                        let path = self.world.as_framework(module, format!("{outside}::{path}"));
                        found.push(Found::External(path.into()))
                    }
                    Def::Module(opened) => {
                        let outside = self.world.outside_globs(*opened);
                        found.extend(
                            outside.iter().map(|glob| Found::External(format!("{glob}::{path}").into())),
                        );
                    }
                    Def::Item(..) => {}
                }
            }
        }
        if let Some((head, rest)) = path.split_once("::")
            && let Some(Def::External(name)) = self.world.crate_named(module, head)
        {
            found.push(Found::External(format!("{name}::{rest}").into()));
        }
        found
    }

    /// A macro that `#[macro_use] extern crate` in the crate's first file brings everywhere.
    fn through_macro_use(&self, module: ModuleRef, name: &str) -> Option<Found> {
        let root = self.world.root(self.world.module(module).in_crate);
        let facts = self.world.facts_of(root)?;
        let crates = facts.imports.iter().filter(|import| import.extern_crate);
        let mut crates = crates.filter(|import| frameworks::is_macro_of(&import.path, name));
        crates.next().map(|import| Found::External(format!("{}::{name}", import.path).into()))
    }

    /// The module that declares an item.
    pub(super) fn symbol_module(&self, of: ItemRef) -> ModuleRef {
        let known = self.known(of.file);
        self.world.module_at(known.module, known.facts.items[of.item.0 as usize].scope)
    }
}

impl RoutersFound {
    /// The full path of a function, and the module that declares it.
    pub fn symbol(&self, world: &World<'_>, of: ItemRef) -> (ModuleRef, SymbolPath) {
        let begins = self.modules[of.file as usize];
        let scope = world.facts_of(begins).map(|facts| facts.items[of.item.0 as usize].scope);
        let module = scope.map_or(begins, |scope| world.module_at(begins, scope));
        (module, world.symbol(module, of.item))
    }
}

impl Names for Routers<'_, '_> {
    fn bodies(&self) -> Vec<ItemRef> {
        let files = (0..).zip(&self.files);
        files
            .flat_map(|(file, known)| known.bodies.keys().map(move |item| ItemRef { file, item: *item }))
            .collect()
    }

    fn resolve(&self, at: Location, path: &str) -> Rc<[Found]> {
        let known = self.known(at.file);
        let module = self.world.module_at(known.module, at.scope);
        if let Some(rest) = path.strip_prefix("Self::") {
            let owner = known.facts.items[at.item.0 as usize].parent;
            let owner = owner.map(|owner| &known.facts.items[owner.0 as usize]);
            let member = owner.and_then(|owner| {
                let name = owner.name.trim_start_matches('<');
                let name = name.split([' ', '>']).next().unwrap_or(name);
                member_of(&known.facts, name, rest)
            });
            let found = member.map(|member| self.of_item(module, module, member, &[]));
            return found.unwrap_or_default().into();
        }
        let ask = |at: Location| {
            self.asked.once((at, path), self.files.len(), || {
                let found = self.look_up(module, at, path);
                if found.is_empty() { vec![Found::Unknown] } else { found }
            })
        };
        let found = ask(at);
        let is_unknown = matches!(&*found, [Found::Unknown]);
        let inside = if is_unknown { known.facts.imported_inside(at.item, at.scope, path) } else { None };
        inside.map_or(found, |scope| ask(Location { scope, ..at }))
    }

    fn calls(&self, at: Location, server: &str, given: Option<ItemRef>) -> Option<ServedCalls> {
        self.calls_of(at, server, given)
    }

    fn body(&self, of: ItemRef) -> Option<&Body> {
        let known = self.known(of.file);
        known.bodies.get(&of.item).map(|at| &known.facts.bodies[*at])
    }

    fn item(&self, of: ItemRef) -> &Item {
        &self.known(of.file).facts.items[of.item.0 as usize]
    }

    fn parent(&self, of: ItemRef) -> Option<&Item> {
        let facts = &self.known(of.file).facts;
        facts.items[of.item.0 as usize].parent.map(|parent| &facts.items[parent.0 as usize])
    }

    fn block(&self, of: ItemRef) -> Option<ItemRef> {
        let items = &self.known(of.file).facts.items;
        let parent = items[of.item.0 as usize].parent?;
        let is_block = matches!(items[parent.0 as usize].kind, ItemKind::Impl | ItemKind::Trait);
        is_block.then_some(ItemRef { file: of.file, item: parent })
    }

    fn members(&self, of: ItemRef) -> Vec<ItemRef> {
        let name = &self.item(of).name;
        let own = format!("<{name}>");
        let mut found = Vec::new();
        for (file, known) in (0..).zip(&self.files) {
            let items = &known.facts.items;
            let is_of = |block: ItemId| {
                let item = &items[block.0 as usize];
                let at = Location { file, scope: item.scope, item: block };
                if item.kind == ItemKind::Impl {
                    let is_named = *item.name == own;
                    return is_named
                        && (file == of.file || self.resolve(at, name).contains(&Found::Type(of)));
                }
                ItemRef { file, item: block } == of
            };
            let functions = (0..).map(ItemId).zip(items).filter(|(_, item)| item.kind == ItemKind::Function);
            let members = functions.filter(|(_, item)| item.parent.is_some_and(is_of));
            found.extend(members.map(|(item, _)| ItemRef { file, item }));
        }
        found
    }

    fn implementing(&self, of: ItemRef) -> Rc<[Implementing]> {
        self.implemented(of)
    }

    fn types_in(&self, of: ItemRef) -> Vec<Box<str>> {
        let paths = self.known(of.file).facts.paths.iter();
        let types = paths.filter(|path| path.item == Some(of.item) && path.kind == PathKind::Type);
        types.map(|path| path.path.clone()).collect()
    }

    fn result(&self, of: ItemRef) -> Option<TypeExpr> {
        let declared = self.declarations(of.file)?;
        let at = declared::function_at(&self.known(of.file).facts, of.item, &declared)?;
        declared.functions[at].result.clone()
    }

    fn generics(&self, of: ItemRef) -> Vec<Box<str>> {
        let declared = self.declarations(of.file);
        let found = declared.and_then(|declared| {
            let at = declared::function_at(&self.known(of.file).facts, of.item, &declared)?;
            Some(declared.functions[at].generics.iter().map(|generic| generic.name.clone()).collect())
        });
        found.unwrap_or_default()
    }

    fn field(&self, of: ItemRef, name: &str) -> Option<TypeExpr> {
        let declared = self.declarations(of.file)?;
        let at = declared::type_at(&self.known(of.file).facts, of.item, &declared)?;
        let mut fields = declared.types[at].inner_fields().iter();
        fields.find(|field| *field.name == *name).map(|field| field.r#type.clone())
    }

    fn attributed(&self, kind: ItemKind) -> Vec<ItemRef> {
        let mut found = Vec::new();
        for (file, known) in (0..).zip(&self.files) {
            let items = (0..).map(ItemId).zip(&known.facts.items);
            let attributed = items.filter(|(_, item)| item.kind == kind && !item.attributes.is_empty());
            found.extend(attributed.map(|(item, _)| ItemRef { file, item }));
        }
        found
    }

    fn depends_on(&self, file: u32, crates: &[&str]) -> bool {
        let package = self.world.package(self.world.module(self.known(file).module).in_crate.package);
        let named = |name: &str| crates.contains(&name);
        named(&package.ident) || package.uses.iter().any(|uses| named(&uses.name) || named(&uses.crate_name))
    }

    fn module(&self, of: ItemRef) -> Option<ItemRef> {
        let facts = &self.known(of.file).facts;
        let mut scope = Some(facts.items[of.item.0 as usize].scope);
        while let Some(at) = scope {
            match facts.scopes[at.0 as usize].kind {
                crate::facts::ScopeKind::Module(item) => return Some(ItemRef { file: of.file, item }),
                crate::facts::ScopeKind::File => return None,
                crate::facts::ScopeKind::Block(_) => scope = facts.scopes[at.0 as usize].parent,
            }
        }
        None
    }

    fn cfg(&self, file: u32, cfg: CfgId) -> &Cfg {
        &self.known(file).facts.cfgs[cfg.0 as usize]
    }

    fn declares(&self, file: u32, scope: ScopeId, name: &str) -> bool {
        self.known(file).facts.declares(scope, name)
    }

    fn role(&self, of: ItemRef) -> Role {
        let known = self.known(of.file);
        let module = self.world.module(self.symbol_module(of));
        self.world.role_under(
            module.role,
            module.in_crate,
            &known.facts,
            known.facts.items[of.item.0 as usize].cfg,
        )
    }
}

fn joined(path: &str, rest: &[&str]) -> String {
    rest.iter().fold(path.to_owned(), |path, segment| format!("{path}::{segment}"))
}
