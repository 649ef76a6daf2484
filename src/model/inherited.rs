//! Traits and the types that implement them → what a type has by default, and what of the types a function of a trait can be.

use super::resolve::{Def, Namespace};
use super::routers::{Routers, member_of};
use super::routes::{ItemRef, Names};
use super::tree::ModuleRef;
use crate::facts::{ItemId, ItemKind};

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
                let found = member_of(&facts, &of.name, member)?;
                facts.bodies.iter().any(|body| body.item == found).then_some((*module, found))
            })
        })
    }

    /// The functions with a body that are what a trait declares, one for each type that implements it.
    pub(super) fn implemented(&self, of: ItemRef) -> Vec<ItemRef> {
        let Some(declared) = self.block(of) else { return Vec::new() };
        let def = Def::Item(self.symbol_module(declared), declared.item);
        let name = &self.item(of).name;
        let blocks = self.blocks().filter(|block| self.named_in(*block).contains(&def));
        let members = blocks.flat_map(|block| self.members_in(block));
        let named = members.filter(|(_, item)| item.kind == ItemKind::Function && item.name == *name);
        named.map(|(of, _)| of).filter(|of| self.body(*of).is_some()).collect()
    }

    /// What the header of a block names.
    fn named_in(&self, block: ItemRef) -> Vec<Def> {
        let paths = self.header_of(block).into_iter();
        paths
            .flat_map(|(at, path)| self.world().resolve(at, path.scope, &path.path, Namespace::Type).defs)
            .collect()
    }
}
