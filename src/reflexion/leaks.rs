//! A re-export in the public part of a module → the private item of the same module that it hands out.
//!
//! The public part is a promise, and what it hands out is promised with it. Whoever then names the item goes through the public
//! part and is not blamed. Signatures that show a private type hand nothing out: nobody can name the type through them.

use super::decide::Refusal;
use super::map::symbol_depth;
use super::observe::{Arc, Observer, arc_to, package_of, with_code};
use crate::basis::SymbolPath;
use crate::model::{ModuleRef, User, World};

impl Observer<'_> {
    /// The leak that `user` is, a re-export of `symbol`, which lies in `module` and was named by `named`; `None` when it is none.
    pub(super) fn leak(
        &self,
        world: &World<'_>,
        user: &User,
        (module, symbol): (ModuleRef, &SymbolPath),
        named: &SymbolPath,
    ) -> Option<Arc> {
        let handed_on = user.handed_on.as_ref()?;
        let from = self.module_of(world, user.module, &user.item)?;
        let declared = self.design.module(from);
        let (public, at) = (declared.public.as_ref()?, declared.public_at?);
        let is_own = |module, symbol: &SymbolPath| {
            with_code(world, module, symbol, |code| self.map.module_of_name(code)) == Some(from)
        };
        let stays_inside = handed_on.within.is_some_and(|within| is_own(within, &world.module(within).path));
        if stays_inside || !is_own(module, symbol) {
            return None;
        }
        let package = package_of(world, user.module);
        let reaches = |path: &SymbolPath| {
            let depths = public.iter().map(|pattern| {
                let depth = symbol_depth(&pattern.value, &package, path, self.permissions.single_package())?;
                // A pattern that is the path itself says that this very name is public, wherever the item comes from.
                Some(depth == path.segments().count() && !pattern.value.has_wildcard())
            });
            depths.flatten().max()
        };
        let own = world.module(user.module).path.join(&handed_on.name);
        if reaches(&own) != Some(false) || reaches(symbol).is_some() || reaches(named).is_some() {
            return None;
        }
        let to = (Some(from), symbol.as_str(), named.as_str());
        Some(arc_to(world, (user, from), to, Some(Refusal::Leaked(at))))
    }
}
