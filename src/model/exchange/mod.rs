//! Handlers → what they take and give: parameters and bodies from their signatures, statuses from what they compute.
//!
//! What a signature or a body does not show is said to be unknown, with the reason; nothing is guessed. Which types stand for what is
//! data (`table.rs`); what a value looks like on the wire is the business of [`super::wire`].

mod answer;
mod body;
mod bound;
mod documented;
mod enumerated;
mod extractor;
mod failure;
mod given;
mod implemented;
mod literal;
mod request;
mod table;
mod values;
mod variant;

use std::cell::{Cell, OnceCell};

use super::declared;
use super::tree::{ModuleRef, World};
use super::wire::{At, Bindings, Direction, Form, Given, Meaning, Wire};
use crate::basis::wire::{Exchange, Spot, Types};
use crate::basis::{RepoPath, RoutePattern, Site};
use crate::facts::{FunctionDeclaration, ItemId, ItemKind, Piece, TypeExpr, frameworks};
use implemented::Elsewhere;
use table::Takes;

/// Types of the team's own around a body: the name of the type, and the media type of the body in its first argument.
#[derive(Clone, Debug, Default)]
pub struct Wrappers {
    /// In parameters.
    pub request: Vec<(String, String)>,
    /// In results.
    pub response: Vec<(String, String)>,
}

/// Reads what handlers take and give.
pub struct Exchanges<'w, 's> {
    world: &'w World<'s>,
    wire: Wire<'w, 's>,
    wrappers: Wrappers,
    steps: Cell<u32>,
    /// What types implement in other files than their own, once somebody has asked.
    elsewhere: OnceCell<Elsewhere>,
}

/// How many steps the values of one handler may take.
const STEPS: u32 = 20_000;

/// A function with the place at which its signature means something.
#[derive(Clone)]
struct Function {
    declared: FunctionDeclaration,
    at: At,
    /// What `Self` and its type parameters are.
    bindings: Bindings,
}

impl Function {
    /// A function of whose type parameters nothing is said yet.
    fn new(declared: FunctionDeclaration, at: At, mut bindings: Bindings) -> Self {
        for generic in &declared.generics {
            let reason = format!("`{}` is what the caller of `{}` makes it", generic.name, declared.name);
            bindings.push((generic.name.clone(), Meaning::Unknown(reason.into())));
        }
        Self { declared, at, bindings }
    }
}

impl<'w, 's> Exchanges<'w, 's> {
    /// For the handlers of one side; `own` are the types whose form on the wire the design gives.
    pub fn new(world: &'w World<'s>, own: Vec<Given>, wrappers: Wrappers) -> Self {
        let (wire, elsewhere) = (Wire::new(world, own), OnceCell::new());
        Self { world, wire, wrappers, steps: Cell::new(STEPS), elsewhere }
    }

    /// What a function takes that answers at `route`, by all of it but what it computes; `None` when its declaration cannot be read, or
    /// it answers clients of former versions, to whom something else was promised.
    pub fn taken_by(&self, handler: (ModuleRef, ItemId), route: &RoutePattern) -> Option<Exchange> {
        let function = self.current(handler, Piece::Head)?;
        let mut exchange = Exchange::default();
        self.request(&function, (route, &mut exchange));
        self.fill_request(&function, &mut exchange);
        Some(exchange)
    }

    /// Adds what a function gives to what it takes.
    pub fn given_by(&self, handler: (ModuleRef, ItemId), exchange: &mut Exchange) {
        let Some(function) = self.current(handler, Piece::Function) else { return };
        self.answers(&function, exchange);
        self.fill_responses(&function, exchange);
    }

    /// The declaration of a function that answers clients of today.
    fn current(&self, handler: (ModuleRef, ItemId), piece: fn(u32) -> Piece) -> Option<Function> {
        self.steps.set(STEPS);
        let function = self.function(handler, piece)?;
        let mut attributes = function.declared.attributes.iter();
        (!attributes.any(|one| frameworks::is_former(&one.path, &one.arguments))).then_some(function)
    }

    /// The types that a function takes for certain, by their full paths: no `Option` or `Result` of one.
    pub fn takes(&self, handler: (ModuleRef, ItemId)) -> Option<Vec<String>> {
        let function = self.function(handler, Piece::Head)?;
        let types = function.declared.parameters.iter();
        let certain = |meaning| self.certain(handler.0, meaning);
        Some(types.flat_map(|parameter| certain(self.meaning(&parameter.r#type, &function))).collect())
    }

    /// The types that an alias stands for for certain, by their full paths; `None` for what is no alias.
    pub fn aliased(&self, (module, item): (ModuleRef, ItemId)) -> Option<Vec<String>> {
        let facts = self.world.facts_of(module)?;
        let alias = facts.items.get(item.0 as usize).filter(|item| item.kind == ItemKind::TypeAlias)?;
        let expr = TypeExpr::Path { path: alias.name.clone(), arguments: Vec::new() };
        Some(self.certain(module, self.wire.resolved(&expr, (module, alias.scope), &Bindings::new())))
    }

    fn certain(&self, from: ModuleRef, meaning: Meaning) -> Vec<String> {
        let mut open = vec![meaning];
        let mut found = Vec::new();
        while let Some(meaning) = open.pop() {
            match meaning {
                Meaning::Foreign { path, .. } if table::takes(&path) == Some(Takes::Maybe) => {}
                Meaning::Foreign { path, arguments } => {
                    // What a layer put into the request proves that the layer was there; a body or a query proves nothing.
                    if matches!(last(&path), "Extension" | "ReqData") {
                        open.extend(arguments);
                    }
                    found.extend(self.world.by_both_names(from, &path));
                }
                Meaning::Own { module, item, .. } => found.push(self.world.symbol(module, item).to_string()),
                Meaning::Tuple(parts) => open.extend(parts),
                Meaning::List(_) | Meaning::Unknown(_) => {}
            }
        }
        found
    }

    /// The declarations that decided what was answered since this was asked the last time: as long as names mean the same, no other one
    /// can make a difference.
    pub fn needed(&self) -> Vec<(RepoPath, Piece)> {
        self.wire.needed()
    }

    /// Whether something was left out because it grew too large, so that the order of questions counts.
    pub fn is_cut(&self) -> bool {
        self.wire.is_cut()
    }

    /// The types that were named: those that requests name, and those that responses do.
    pub fn finish(self) -> (Types, Types) {
        (self.wire.types(Direction::Accepts), self.wire.types(Direction::Emits))
    }

    /// The declaration of a function of the repository, of which a piece is looked at.
    fn function(&self, (module, item): (ModuleRef, ItemId), piece: fn(u32) -> Piece) -> Option<Function> {
        self.wire.needs(module, Piece::List);
        let facts = self.world.facts_of(module)?;
        let data = facts.items.get(item.0 as usize)?;
        let all = self.world.declarations(self.world.module(module).file?)?;
        let declared = &all.functions[declared::function_at(&facts, item, &all)?];
        self.wire.needs_of_function(module, (&all, declared), piece);
        Some(Function::new(declared.clone(), (module, data.scope), Bindings::new()))
    }

    /// Takes one step; `false` when there is none left.
    fn spend(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    /// What a type means in the signature or the body of a function.
    fn meaning(&self, expr: &TypeExpr, function: &Function) -> Meaning {
        self.wire.resolved(expr, function.at, &function.bindings)
    }

    fn spot(&self, at: At, site: Site, direction: Direction) -> Spot {
        match self.world.module(at.0).file {
            Some(file) => self.wire.spot(file, site, direction),
            None => Spot::default(),
        }
    }
}

/// The form in which a wrapper of a crate writes and reads what is in it.
fn form_in(wrapper: &str) -> Form {
    if wrapper.split("::").next() == Some("poem_openapi") { Form::Either } else { Form::Serde }
}

/// The last segment of a path.
fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// Whether a type as written is one of this name.
fn is_named(expr: &TypeExpr, name: &str) -> bool {
    matches!(expr, TypeExpr::Path { path, .. } if last(path) == name)
}
