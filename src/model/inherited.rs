//! Traits and the types that implement them → what a type has by default, and what of the types a function of a trait can be.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::members::member_of;
use super::resolve::{Def, Namespace};
use super::routers::Routers;
use super::routes::{Implementing, ItemRef, Names, of_every_type};
use super::tree::ModuleRef;
use crate::facts::{FileFacts, Item, ItemId, ItemKind, PathUse};

/// What is known of traits while no further file is.
#[derive(Default)]
pub(super) struct Traits {
    /// The blocks that implement something, by what it is called there.
    blocks: OnceCell<FxHashMap<Box<str>, Vec<ItemRef>>>,
    /// What functions that traits declare can be.
    functions: RefCell<FxHashMap<ItemRef, Rc<[Implementing]>>>,
}

impl Routers<'_, '_> {
    /// What a trait that a type implements does by default.
    pub(super) fn inherited(
        &self,
        (module, id): (ModuleRef, ItemId),
        name: &str,
        member: &str,
    ) -> Option<(ModuleRef, ItemId)> {
        // Many names of members lead nowhere, and what a header names takes long to find out.
        let is_named = |block: &ItemRef| {
            let subject = self.item(*block).name.strip_prefix('<');
            let rest = subject.and_then(|subject| subject.strip_prefix(name));
            rest.is_some_and(|rest| rest.starts_with([' ', '<']))
        };
        let mut headers = self.blocks().filter(is_named).map(|block| self.named_in(block));
        headers.find_map(|named| {
            if !named.contains(&Def::Item(module, id)) {
                return None;
            }
            named.iter().find_map(|def| {
                let Def::Item(module, id) = def else { return None };
                let facts = self.world().facts_of(*module)?;
                let of = facts.items.get(id.0 as usize).filter(|item| item.kind == ItemKind::Trait)?;
                let is_body = |of: &ItemId| facts.bodies.iter().any(|body| body.item == *of);
                if let Some(found) = member_of(&facts, &of.name, member).filter(is_body) {
                    return Some((*module, found));
                }
                let found = self.given_to_all((*module, *id), &facts, member).filter(is_body)?;
                Some((*module, found))
            })
        })
    }

    /// What a block beside a trait gives to every type that has the trait: `impl<T: Named> Routed for T`.
    fn given_to_all(
        &self,
        (module, id): (ModuleRef, ItemId),
        facts: &FileFacts,
        member: &str,
    ) -> Option<ItemId> {
        let is_bound = |path: &PathUse| {
            let found = self.world().resolve(module, path.scope, &path.path, Namespace::Type);
            found.defs.contains(&Def::Item(module, id))
        };
        let is_meant = |block: ItemId| {
            let is_of_all = of_every_type(&facts.items[block.0 as usize].name).is_some();
            is_of_all && facts.paths.iter().any(|path| path.item == Some(block) && is_bound(path))
        };
        let mut items = (0..).map(ItemId).zip(&facts.items).filter(|(_, item)| *item.name == *member);
        items.find_map(|(found, item)| item.parent.is_some_and(is_meant).then_some(found))
    }

    /// What a function that a trait declares is for each type that implements the trait, as far as a body was kept of it.
    pub(super) fn implemented(&self, of: ItemRef) -> Rc<[Implementing]> {
        if let Some(known) = self.traits.functions.borrow().get(&of) {
            return known.clone();
        }
        let found: Rc<[Implementing]> =
            self.block(of).map_or_else(Vec::new, |declared| self.functions_of(declared, of)).into();
        self.traits.functions.borrow_mut().insert(of, found.clone());
        found
    }

    /// What `of`, which `declared`, a trait, declares, is for each type.
    fn functions_of(&self, declared: ItemRef, of: ItemRef) -> Vec<Implementing> {
        let name = &self.item(of).name;
        let default = Some(of).filter(|of| self.body(*of).is_some());
        let function = |block: &ItemRef| {
            let is_it = |(_, item): &(ItemRef, &Item)| item.kind == ItemKind::Function && item.name == *name;
            let own = self.members_in(*block).find(is_it).map(|(of, _)| of);
            own.map_or(default, |of| Some(of).filter(|of| self.body(*of).is_some()))
        };
        let blocks = self.blocks_for(declared).into_iter();
        blocks.filter_map(|block| Some(Implementing { block, function: function(&block)? })).collect()
    }

    /// The blocks that implement a trait.
    fn blocks_for(&self, of: ItemRef) -> Vec<ItemRef> {
        self.ask_for_all();
        let by_name = self.traits.blocks.get_or_init(|| {
            let mut all: FxHashMap<Box<str>, Vec<ItemRef>> = FxHashMap::default();
            for block in self.blocks() {
                let name =
                    self.item(block).name.rsplit_once(" as ").map(|(_, name)| name.trim_end_matches('>'));
                all.entry(name.unwrap_or_default().into()).or_default().push(block);
            }
            all
        });
        let name = &*self.item(of).name;
        // What a header names takes long to find out; most are of another name.
        let named = self.called(name).into_iter().filter_map(|name| by_name.get(&*name)).flatten();
        let def = Def::Item(self.symbol_module(of), of.item);
        named.filter(|block| self.named_in(**block).contains(&def)).copied().collect()
    }

    /// What the header of a block names.
    fn named_in(&self, block: ItemRef) -> Vec<Def> {
        let paths = self.header_of(block).into_iter();
        paths
            .flat_map(|(at, path)| self.world().resolve(at, path.scope, &path.path, Namespace::Type).defs)
            .collect()
    }
}
