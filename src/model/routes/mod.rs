//! Lowered code and the names in it → the endpoints that the code registers, and the registrations that cannot be judged.
//!
//! A small evaluator follows strings, routers, method routers and functions through the repository. It knows no framework: what a
//! call means comes from the rows of `facts::frameworks`; what a name means it asks [`Names`]. Nothing is executed and nothing
//! is guessed: a path known only in part has a hole with a name, a registration without any shape is listed as not judged.

mod borrowed;
mod carried;
mod chain;
mod changing;
mod evaluate;
mod filter;
mod flow;
mod frame;
mod handlers;
mod kept;
mod lists;
mod meaning;
mod mount;
mod names;
mod origin;
mod pairs;
mod pattern;
mod register;
mod registers;
mod roots;
mod services;
mod text;
mod told;
mod unfollowed;
mod value;
mod walk;

use std::collections::BTreeMap;

use crate::basis::{Method, Reason, Role, RoutePattern, Site};

pub use names::{Declared, Found, Implementing, ItemRef, Location, Names, ServedCall, ServedCalls};
pub use roots::routes;
pub use told::of_every_type;
pub use value::{Handler, Laid};

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The functions that build the root routers; empty for every root.
    pub entries: Vec<ItemRef>,
    /// What the code is for whose roots are asked about beside those of production code; `None` for all code. What a test puts
    /// together of the routers that are shipped says nothing of them.
    pub roles: Option<Vec<Role>>,
    /// What a design says of the code that the code does not show.
    pub hints: Hints,
}

impl Request {
    /// Whether code of a role is asked about.
    pub fn asks_about(&self, role: Role) -> bool {
        role == Role::Production || self.roles.as_ref().is_none_or(|roles| roles.contains(&role))
    }
}

/// What a design says of the code that the code does not show.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// What is known only at run time: expression as written (blanks left out) → text.
    pub values: BTreeMap<String, String>,
    /// Functions, methods, macros and attributes of a team's own that register routes.
    pub registers: Vec<Registers>,
}

/// A function, method, macro or attribute of a team's own that registers a route. Positions of arguments count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registers {
    /// Its path, or the last segments of it.
    pub name: String,
    /// The method.
    pub method: RegisteredMethod,
    /// Which argument is the path.
    pub path: usize,
    /// Which argument is the handler; `None` where it is the function below an attribute, or nothing.
    pub handler: Option<usize>,
}

/// Where a [`Registers`] has its method from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisteredMethod {
    /// It is always this one.
    Fixed(Method),
    /// It is this argument.
    Argument(usize),
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// In the order of file, place, method and path.
    pub endpoints: Vec<Endpoint>,
    /// In the order of file and place; production code alone.
    pub unjudged: Vec<UnjudgedRoute>,
    /// Entries in which nothing is built that is seen to be a router.
    pub unseen: Vec<ItemRef>,
}

/// One endpoint; one per method.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// The file of the registration, by the resolver's numbering.
    pub file: u32,
    /// The registration: the call or handler that names the method.
    pub site: Site,
    /// The method.
    pub method: Method,
    /// The full path, prefixes joined.
    pub path: RoutePattern,
    /// What is known only at run time, as written; `None` when everything is known.
    pub dynamic: Option<String>,
    /// What answers.
    pub handler: Handler,
    /// The function that the registration stands in.
    pub function: ItemRef,
    /// The `cfg`, `if`, `match` arm or loop around it, several joined with ` and `.
    pub condition: Option<String>,
    /// What the code is for: test when the registration or its root is test code.
    pub role: Role,
    /// The places (file and site) of the calls that mount it, innermost first.
    pub mounts: Vec<(u32, Site)>,
    /// What was laid over it: the names in the calls that did so.
    pub layers: Vec<Laid>,
    /// The function in which the outermost router is built.
    pub root: ItemRef,
    /// The framework's name.
    pub framework: &'static str,
    /// Where the call of a gRPC service that this is was declared; `None` for every other endpoint.
    pub declared: Option<Declared>,
}

/// A registration that cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnjudgedRoute {
    /// The file, by the resolver's numbering.
    pub file: u32,
    /// The place.
    pub site: Site,
    /// Why: [`Reason::DynamicRoute`] or [`Reason::OpaqueMacro`].
    pub reason: Reason,
    /// What stands there, shortened.
    pub text: String,
    /// The function that it stands in.
    pub function: ItemRef,
}

#[cfg(test)]
mod tests;
