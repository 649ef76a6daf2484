//! Whether the design lets one module use another, and the line of the spec that decides.
//!
//! The order is the order of the language: `bans`, then `users` of the target, then layers or `uses`, then `public` of the
//! target. Pure: a function of the design and of what is named.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::map::symbol_depth;
use crate::basis::SymbolPath;
use crate::spec::{At, Design, ModuleId, Name, Pattern, SymbolPattern};

/// What is used: an item of the repository.
#[derive(Clone, Copy, Debug)]
pub struct Used<'a> {
    /// The package of the item, as code writes it.
    pub package: &'a str,
    /// The item that is meant, in full.
    pub symbol: &'a SymbolPath,
    /// The path as named, in full.
    pub named: &'a SymbolPath,
    /// The module that defines the item; `None` when it belongs to no module.
    pub module: Option<ModuleId>,
    /// Whether the path that was named lies in the code of `module`.
    pub named_inside: bool,
}

/// Why something is not allowed; each with the line that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The user bans it.
    Banned(At),
    /// The target says who may use it, and the user is not among them.
    NotAUser(At),
    /// The user stands below the target, or beside it.
    Layer {
        /// Where the user stands in `layers`.
        at: At,
        /// Whether both stand on the same layer.
        siblings: bool,
    },
    /// Neither layers nor `uses` allow it.
    NotAllowed(At),
    /// The target may be used, but not this part of it.
    NotPublic(At),
    /// It is the module's own private item, and its public part hands it out.
    Leaked(At),
    /// Others own the crate.
    Owned(At, ModuleId),
    /// The crate is not among those that the user may use.
    NotListed(At),
}

impl Refusal {
    /// The line that decides.
    pub fn at(self) -> At {
        match self {
            Self::Banned(at)
            | Self::NotAUser(at)
            | Self::Layer { at, .. }
            | Self::NotAllowed(at)
            | Self::NotPublic(at)
            | Self::Leaked(at)
            | Self::Owned(at, _)
            | Self::NotListed(at) => at,
        }
    }
}

/// The design's answers about dependencies.
#[derive(Clone, Copy)]
pub struct Permissions<'d> {
    pub(super) design: &'d Design,
    single_package: bool,
}

impl<'d> Permissions<'d> {
    /// The permissions of `design`; see [`super::CodeMap::new`] for `single_package`.
    pub fn new(design: &'d Design, single_package: bool) -> Self {
        Self { design, single_package }
    }

    /// Whether the repository holds exactly one package.
    pub(super) fn single_package(&self) -> bool {
        self.single_package
    }

    /// Why `from` may not use `used`; `None` when it may.
    pub fn refusal(&self, from: ModuleId, used: Used<'_>) -> Option<Refusal> {
        let user = self.design.module(from);
        let names = |name: &Name| match name {
            Name::Any => true,
            Name::Module(module) => Some(*module) == used.module,
            Name::Symbol(pattern) => self.names(pattern, used),
        };
        if let Some(ban) = user.bans.iter().find(|ban| names(&ban.value)) {
            return Some(Refusal::Banned(ban.at));
        }
        let to = used.module.filter(|module| *module != from)?;
        let target = self.design.module(to);
        if let (Some(users), Some(at)) = (&target.users, target.users_at)
            && !users.iter().any(|name| self.is_user(from, &name.value))
        {
            return Some(Refusal::NotAUser(at));
        }
        let symbol = |name: &Name| matches!(name, Name::Symbol(pattern) if self.names(pattern, used));
        if user.uses.iter().any(|name| symbol(&name.value)) {
            return None;
        }
        if !self.may_use(from, to) {
            return Some(self.not_allowed(from, to));
        }
        let public = target.public.as_ref()?;
        let open = |pattern: &SymbolPattern| {
            symbol_depth(pattern, used.package, used.named, self.single_package).is_some()
        };
        let hidden = used.named_inside && !public.iter().any(|pattern| open(&pattern.value));
        hidden.then(|| Refusal::NotPublic(target.public_at.unwrap_or(target.name.at)))
    }

    /// Whether layers or `uses` let `from` use `to` as a whole.
    pub fn may_use(&self, from: ModuleId, to: ModuleId) -> bool {
        let opens = |name: &Name| matches!(name, Name::Any) || *name == Name::Module(to);
        let named = self.design.module(from).uses.iter().any(|name| opens(&name.value));
        named
            || matches!((self.design.layer_of(from), self.design.layer_of(to)), (Some(own), Some(other)) if own < other)
    }

    fn not_allowed(&self, from: ModuleId, to: ModuleId) -> Refusal {
        let own = self.design.layer_of(from);
        match (own, self.design.layer_of(to)) {
            (Some(own), Some(other)) => {
                let members = &self.design.layers[own].members;
                let at = members.iter().find(|member| member.value == from).map(|member| member.at);
                let at = at.or(self.design.layers_at).unwrap_or(self.design.module(from).name.at);
                Refusal::Layer { at, siblings: own == other }
            }
            _ => {
                let module = self.design.module(from);
                Refusal::NotAllowed(module.uses.first().map_or(module.name.at, |uses| uses.at))
            }
        }
    }

    fn is_user(&self, from: ModuleId, name: &Name) -> bool {
        match name {
            Name::Any => true,
            Name::Module(module) => *module == from,
            // A package among the users stands for the modules whose code lies in it.
            Name::Symbol(pattern) => self.design.module(from).code.iter().any(|code| match &code.value {
                crate::spec::Pattern::Symbol(own) => {
                    let own: Vec<&str> = own.segments.iter().map(String::as_str).collect();
                    pattern.matches(&own).is_some()
                }
                crate::spec::Pattern::File(_) => false,
            }),
        }
    }

    fn names(&self, pattern: &SymbolPattern, used: Used<'_>) -> bool {
        symbol_depth(pattern, used.package, used.symbol, self.single_package).is_some()
    }

    /// The modules that `from` may use, in the order of the design.
    pub fn allowed(&self, from: ModuleId) -> Vec<ModuleId> {
        let others = (0..).map(ModuleId).take(self.design.modules.len()).filter(|other| *other != from);
        let admits = |other: &ModuleId| {
            let users = &self.design.module(*other).users;
            users.as_ref().is_none_or(|users| users.iter().any(|name| self.is_user(from, &name.value)))
        };
        let banned = |other: &ModuleId| {
            self.design.module(from).bans.iter().any(|ban| ban.value == Name::Module(*other))
        };
        others.filter(|other| self.may_use(from, *other) && admits(other) && !banned(other)).collect()
    }
}

/// The arcs that the design permits between modules, those of nested modules left out.
pub fn permitted_arcs(design: &Design, single_package: bool) -> BTreeSet<(ModuleId, ModuleId)> {
    let permissions = Permissions::new(design, single_package);
    let modules = || (0..).map(ModuleId).take(design.modules.len());
    let arcs = modules().flat_map(|from| permissions.allowed(from).into_iter().map(move |to| (from, to)));
    arcs.filter(|(from, to)| !is_nested(design, *from, *to)).collect()
}

/// Whether an arc can be part of a circle at all: packages cannot depend on each other in one (Cargo), so that where every module
/// lies in one package, a circle does too.
pub fn may_close(design: &Design, (from, to): (ModuleId, ModuleId)) -> bool {
    let package = |module: ModuleId| {
        let mut names = design.module(module).code.iter().map(|code| match &code.value {
            Pattern::Symbol(symbol) => symbol.segments.first().filter(|first| !first.contains('*')).cloned(),
            Pattern::File(_) => None,
        });
        let first = names.next().flatten()?;
        names.all(|name| name.as_ref() == Some(&first)).then_some(first)
    };
    let modules = (0..).map(ModuleId).take(design.modules.len());
    let confined = modules.into_iter().all(|module| package(module).is_some());
    !confined || package(from) == package(to)
}

/// Whether the code of one module lies inside the code of the other.
pub fn is_nested(design: &Design, one: ModuleId, other: ModuleId) -> bool {
    let symbols = |module: ModuleId| {
        design.module(module).code.iter().filter_map(|code| match &code.value {
            Pattern::Symbol(symbol) => Some(symbol),
            Pattern::File(_) => None,
        })
    };
    symbols(one).any(|left| symbols(other).any(|right| left.covers(right) || right.covers(left)))
}
