//! What somebody asks of a world: code of which roles, and which items count as apart from the module around them.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::dependencies::User;
use super::tree::{ModuleRef, World};
use crate::basis::{Role, SymbolPath};
use crate::facts::ItemId;

/// What somebody asks about.
#[derive(Clone, Debug)]
pub struct Interest {
    /// The roles of the code whose uses are asked for.
    pub roles: Vec<Role>,
    /// Names of items that may be apart from what stands beside them in one module. Uses inside of a module are told of these alone.
    pub apart: BTreeSet<String>,
}

impl World<'_> {
    /// The same world for somebody who asks only about this.
    #[must_use]
    pub fn of_interest(mut self, interest: Interest) -> Self {
        self.interest = Some(Rc::new(interest));
        self
    }

    /// Whether somebody asks what code of this role uses.
    pub fn reads(&self, role: Role) -> bool {
        self.interest.as_ref().is_none_or(|interest| interest.roles.contains(&role))
    }

    /// Whether the use of an item in the module that declares it is told: the item is apart from the user's, or the other way round.
    pub(super) fn are_apart(&self, user: &User, (module, item): (ModuleRef, ItemId)) -> bool {
        let Some(interest) = self.interest.as_ref().filter(|interest| !interest.apart.is_empty()) else {
            return false;
        };
        let is_apart = |module: ModuleRef, item: &SymbolPath| {
            let around = self.module(module).path.clone();
            let below =
                item.as_str().strip_prefix(around.as_str()).and_then(|below| below.strip_prefix("::"));
            let first = below.and_then(|below| below.split("::").next());
            first.is_some_and(|first| interest.apart.contains(first))
        };
        is_apart(user.module, &user.item) || is_apart(module, &self.symbol(module, item))
    }
}
