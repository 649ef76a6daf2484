//! What the evaluator of routes asks the outside: what a name means, what a function computes, where it stands.

use std::rc::Rc;

use crate::basis::{RepoPath, Role, Site};
use crate::facts::{Body, Cfg, CfgId, Item, ItemId, ItemKind, ScopeId, TypeExpr};

/// A function, constant, static or module item, by the file that declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemRef {
    /// The file, by the resolver's numbering.
    pub file: u32,
    /// The item in it.
    pub item: ItemId,
}

/// Where a name is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file, by the resolver's numbering.
    pub file: u32,
    /// The innermost scope.
    pub scope: ScopeId,
    /// The item in whose body the name stands; its parent says what `Self` is.
    pub item: ItemId,
}

/// What a path means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// A function of the repository, free or associated (`Type::new`, `Self::routes`, methods included).
    Function(ItemRef),
    /// A `const` or `static` of the repository, associated ones included.
    Constant(ItemRef),
    /// A module of the repository that is written in place (`mod x { … }`).
    Module(ItemRef),
    /// A type of the repository.
    Type(ItemRef),
    /// A macro of the repository.
    Macro {
        /// Whether its definition declares modules, imports or registrations ([`Item::declares`]).
        declares: bool,
    },
    /// Something outside the repository: the full path, the crate's own name first (renamed dependencies undone), whatever
    /// follows the imported part behind it: `use axum::Router` makes `Router::new` the path `axum::Router::new`. An alias of
    /// an outside type (`type App = axum::Router<State>`) is that type; a name that only a glob import of an outside crate can
    /// bring in (`use axum::routing::*`) is one candidate per such glob, and one more for the crate of that name where the path
    /// goes on. An item of a package of the repository that a row of `FRAMEWORKS` speaks for, or that one comes to know by such
    /// a package alone, is outside to all other crates: the examples of a framework are read like any code that uses it.
    External(Box<str>),
    /// Nothing that the resolver knows.
    Unknown,
}

/// What a function that a trait declares is for a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Implementing {
    /// The block that implements the trait for the type.
    pub block: ItemRef,
    /// The function: one of the block, or what the trait does by default.
    pub function: ItemRef,
}

/// What a generated server of a gRPC service answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedCalls {
    /// The calls, in the order of their declarations.
    pub calls: Vec<ServedCall>,
    /// Whether one of several blocks implements the service, and which one is not known.
    pub is_open: bool,
}

/// A call of a gRPC service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedCall {
    /// The path that it is served at: `/shop.v1.Orders/Place`.
    pub path: String,
    /// The function that answers, where only one can.
    pub handler: Option<ItemRef>,
    /// Where it is declared.
    pub declared: Declared,
}

/// Where a call of a gRPC service is declared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Declared {
    /// The `.proto` file.
    pub proto: RepoPath,
    /// Its name there.
    pub site: Site,
    /// The file into whose package the server is generated, by the resolver's numbering.
    pub home: u32,
}

/// The questions. All answers are functions of the facts alone.
pub trait Names {
    /// Every lowered body, in the order of files and items.
    fn bodies(&self) -> Vec<ItemRef>;

    /// All meanings of a path: one per `cfg` branch and per namespace. Local variables are none of them.
    fn resolve(&self, at: Location, path: &str) -> Rc<[Found]>;

    /// The calls that a generated server of a gRPC service answers, by the path of its type; `None` where it is no such server, or
    /// which service it serves cannot be told. `given` is the type of the value that is served, where it is one of the repository.
    fn calls(&self, at: Location, server: &str, given: Option<ItemRef>) -> Option<ServedCalls>;

    /// The lowered body of a function or constant; `None` when it was not worth keeping.
    fn body(&self, of: ItemRef) -> Option<&Body>;

    /// The item itself.
    fn item(&self, of: ItemRef) -> &Item;

    /// An item of the same file.
    fn parent(&self, of: ItemRef) -> Option<&Item>;

    /// The `impl` block or trait that a function is a member of.
    fn block(&self, of: ItemRef) -> Option<ItemRef>;

    /// What a function that a trait declares is for each type that implements the trait, as far as a body was kept of it.
    fn implementing(&self, of: ItemRef) -> Rc<[Implementing]>;

    /// The functions of a type's own `impl` blocks, or of a trait, in the order of files and items.
    fn members(&self, of: ItemRef) -> Vec<ItemRef>;

    /// The types that a function names, in the order in which it does, parameters first.
    fn types_in(&self, of: ItemRef) -> Vec<Box<str>>;

    /// What a function is declared to return.
    fn result(&self, of: ItemRef) -> Option<TypeExpr>;

    /// The type parameters of a function, in order.
    fn generics(&self, of: ItemRef) -> Vec<Box<str>>;

    /// The type that a field of a type is declared to have; `None` for what goes over the wire.
    fn field(&self, of: ItemRef, name: &str) -> Option<TypeExpr>;

    /// Every item of a kind over which an attribute stands.
    fn attributed(&self, kind: ItemKind) -> Vec<ItemRef>;

    /// Whether the package of a file depends on one of these crates.
    fn depends_on(&self, file: u32, crates: &[&str]) -> bool;

    /// The module written in place that declares the item; `None` when a file's own module does.
    fn module(&self, of: ItemRef) -> Option<ItemRef>;

    /// A condition of the file.
    fn cfg(&self, file: u32, cfg: CfgId) -> &Cfg;

    /// Whether a scope itself declares a function, constant or static with this name, or imports something by it.
    fn declares(&self, file: u32, scope: ScopeId, name: &str) -> bool;

    /// What the item's code is for, conditions included.
    fn role(&self, of: ItemRef) -> Role;
}
