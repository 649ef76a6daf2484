//! What one file depends on, in source order.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::expand::Through;
use super::tree::{FileId, ModuleRef};
use crate::basis::{DependencyKind, Role, Site, SymbolPath};
use crate::facts::ItemId;

/// A dependency between two items of the repository.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// Where it stands.
    pub user: User,
    /// The module whose scope declares what is meant; for an import of a module, that module.
    pub to_module: ModuleRef,
    /// The item that is meant; `None` when it is a module.
    pub item: Option<ItemId>,
    /// The full path of what is meant.
    pub to: SymbolPath,
    /// The path as named, made absolute.
    pub named: String,
    /// Whether it only brings a module into scope: no dependency yet.
    pub of_module: bool,
    /// For what a `pub use …::*` hands out: the module that it opens. `None` for all others.
    pub opened: Option<ModuleRef>,
    /// Where else the same file uses what this import brings.
    pub also: Vec<Also>,
}

/// A further place of a dependency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Also {
    /// The place.
    pub site: Site,
    /// The item around it, in full; `None` at module level.
    pub item: Option<SymbolPath>,
}

/// A use of an external crate.
#[derive(Clone, Debug)]
pub struct ExternalUse {
    /// Where it stands.
    pub user: User,
    /// The symbol, the crate's own name first.
    pub to: String,
    /// The path as named, made absolute.
    pub named: String,
    /// Where else the same file uses what this import brings.
    pub also: Vec<Also>,
}

/// A path that begins in this repository and whose end is not known.
#[derive(Clone, Debug)]
pub struct Unresolved {
    /// Where it stands.
    pub user: User,
    /// The path as written.
    pub written: String,
    /// The path as named, made absolute.
    pub named: String,
    /// The last module that was found on the way.
    pub reached: ModuleRef,
    /// What is left of the path behind that module.
    pub rest: String,
    /// Whether it certainly ends inside that module: a module below the root of a crate, a name that a macro is told to declare there,
    /// or a name alone where macros make names.
    pub ends_there: bool,
}

/// The place of a path: who uses, in which way.
#[derive(Clone, Debug)]
pub struct User {
    /// The module around it.
    pub module: ModuleRef,
    /// The item around it, in full; the module's path at module level.
    pub item: SymbolPath,
    /// The file.
    pub file: FileId,
    /// The place in it.
    pub site: Site,
    /// In which way.
    pub kind: DependencyKind,
    /// What the code is for.
    pub role: Role,
    /// The condition it is compiled under, as written.
    pub condition: Option<Box<str>>,
    /// The macro that wrote it here; `None` where the file itself did.
    pub through: Option<Through>,
    /// The module of that macro, where the path means the same there: code of that module names it already.
    pub named_in: Option<ModuleRef>,
    /// Whether an import of all names brought the name that the path begins with.
    pub by_glob: bool,
    /// What a re-export makes of it; `None` for everything else.
    pub handed_on: Option<HandedOn>,
}

/// A name that a module hands on by a re-export.
#[derive(Clone, Debug)]
pub struct HandedOn {
    /// The name; `*` for all that a glob brings.
    pub name: Box<str>,
    /// The outermost module that can see it; `None` where other crates can.
    pub within: Option<ModuleRef>,
}

/// What one file depends on, in source order.
#[derive(Clone, Debug, Default)]
pub struct Extracted {
    /// Dependencies inside the repository.
    pub dependencies: Vec<Dependency>,
    /// Uses of external crates.
    pub external: Vec<ExternalUse>,
    /// Paths whose end is not known.
    pub unresolved: Vec<Unresolved>,
    /// Names that nothing here declares and that an import of all names of an external module may bring.
    pub behind_globs: Vec<BehindGlob>,
}

/// A name that an import of all names of an external module may bring.
#[derive(Clone, Debug)]
pub struct BehindGlob {
    /// Where it stands.
    pub user: User,
    /// The symbol that it then means.
    pub to: String,
    /// The external module.
    pub glob: Rc<str>,
}
