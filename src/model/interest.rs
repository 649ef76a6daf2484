//! What somebody asks of a world: code of which roles, and which items count as apart from the module around them, their `impl`
//! blocks with them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::extracted::User;
use super::resolve::{Def, Namespace};
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
            let owner = self.owner(module, item);
            let first = self.left_below(module, &owner).and_then(|below| below.split("::").next());
            first.is_some_and(|first| interest.apart.contains(first))
        };
        is_apart(user.module, &user.item) || is_apart(module, &self.symbol(module, item))
    }

    /// Whose a symbol of `module` is: an `impl` block and all in it are the type's, where the same module declares that. Everything
    /// else is its own.
    pub fn owner<'s>(&self, module: ModuleRef, symbol: &'s SymbolPath) -> Cow<'s, SymbolPath> {
        let block = self.left_below(module, symbol).and_then(|below| {
            let subject = subject(below.strip_prefix('<')?);
            Some((subject, members(below)))
        });
        let Some((subject, members)) = block else { return Cow::Borrowed(symbol) };
        let whole = self.whole(module);
        let types = self.lookup(module, subject, Namespace::Type);
        let declared = types.iter().find_map(|def| match def {
            Def::Item(at, item) if self.whole(*at) == whole => Some(self.symbol(*at, *item)),
            Def::Item(..) | Def::Module(_) | Def::External(_) => None,
        });
        declared.map_or(Cow::Borrowed(symbol), |of| Cow::Owned(SymbolPath::new(format!("{of}{members}"))))
    }

    /// What is left of a symbol below the module that holds it.
    fn left_below<'s>(&self, module: ModuleRef, symbol: &'s SymbolPath) -> Option<&'s str> {
        let around = self.module(module).path.clone();
        symbol.as_str().strip_prefix(around.as_str())?.strip_prefix("::")
    }
}

/// The name of the type that a block is for, references to it left out, from behind the `<` that the block's name begins with.
fn subject(name: &str) -> &str {
    let mut name = name;
    while let Some(referred) = name.strip_prefix('&') {
        let referred = referred.trim_start();
        let lifetime = referred.strip_prefix('\'').and_then(|lifetime| lifetime.split_once(' '));
        let referred = lifetime.map_or(referred, |(_, referred)| referred).trim_start();
        name = referred.strip_prefix("mut ").unwrap_or(referred);
    }
    let end = name.find(|char: char| !char.is_alphanumeric() && char != '_');
    &name[..end.unwrap_or(name.len())]
}

/// What stands behind the name of a block, with its `::`; empty for the block alone.
fn members(below: &str) -> &str {
    let (mut depth, mut previous) = (0_usize, ' ');
    for (at, char) in below.char_indices() {
        match char {
            '<' => depth += 1,
            '>' if previous != '-' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return &below[at + 1..];
        }
        previous = char;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(below: &str, expected: (&str, &str)) {
        assert_eq!((subject(below.strip_prefix('<').unwrap()), members(below)), expected);
    }

    #[test]
    fn the_name_of_a_block_says_whose_it_is() {
        check("<Vault>", ("Vault", ""));
        check("<Vault as Default>::default", ("Vault", "::default"));
        check("<&'a mut Vault as IntoIterator>::into_iter::Step", ("Vault", "::into_iter::Step"));
        check("<(Vault, u8) as Key>::key", ("", "::key"));
        check("<Vault as Fn(u8) -> u8>::call", ("Vault", "::call"));
    }
}
