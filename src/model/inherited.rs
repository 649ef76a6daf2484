//! Traits and the types that implement them → what a type has by default, and what of the types a function of a trait can be.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::resolve::{Def, Namespace};
use super::routers::{Routers, member_of};
use super::routes::{ItemRef, Names, of_every_type};
use super::tree::ModuleRef;
use crate::facts::{FileFacts, ItemId, ItemKind, PathUse};

/// What is known of traits while no further file is.
#[derive(Default)]
pub(super) struct Traits {
    /// The blocks that implement something, by what their headers name.
    blocks: OnceCell<FxHashMap<Def, Vec<ItemRef>>>,
    /// What functions that traits declare can be.
    functions: RefCell<FxHashMap<ItemRef, Rc<[ItemRef]>>>,
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

    /// The functions with a body that are what a trait declares, one for each type that implements it.
    pub(super) fn implemented(&self, of: ItemRef) -> Rc<[ItemRef]> {
        if let Some(known) = self.traits.functions.borrow().get(&of) {
            return known.clone();
        }
        let found: Rc<[ItemRef]> =
            self.block(of).map_or_else(Vec::new, |declared| self.functions_of(declared, of)).into();
        self.traits.functions.borrow_mut().insert(of, found.clone());
        found
    }

    /// The functions with a body that are what `declared`, a trait, declares as `of`.
    fn functions_of(&self, declared: ItemRef, of: ItemRef) -> Vec<ItemRef> {
        let name = &self.item(of).name;
        let blocks = self.blocks_by_name().get(&Def::Item(self.symbol_module(declared), declared.item));
        let members = blocks.into_iter().flatten().flat_map(|block| self.members_in(*block));
        let named = members.filter(|(_, item)| item.kind == ItemKind::Function && item.name == *name);
        named.map(|(of, _)| of).filter(|of| self.body(*of).is_some()).collect()
    }

    /// The blocks that implement traits, by what their headers name.
    fn blocks_by_name(&self) -> &FxHashMap<Def, Vec<ItemRef>> {
        self.traits.blocks.get_or_init(|| {
            let mut all: FxHashMap<Def, Vec<ItemRef>> = FxHashMap::default();
            for block in self.blocks() {
                for def in self.named_in(block) {
                    let blocks = all.entry(def).or_default();
                    if blocks.last() != Some(&block) {
                        blocks.push(block);
                    }
                }
            }
            all
        })
    }

    /// What the header of a block names.
    fn named_in(&self, block: ItemRef) -> Vec<Def> {
        let paths = self.header_of(block).into_iter();
        paths
            .flat_map(|(at, path)| self.world().resolve(at, path.scope, &path.path, Namespace::Type).defs)
            .collect()
    }
}
