//! Handlers → what they take and give: parameters and bodies from their signatures, statuses from what they compute.
//!
//! What a signature or a body does not show is said to be unknown, with the reason; nothing is guessed. Which types stand for what is
//! data (`table.rs`); what a value looks like on the wire is the business of [`super::wire`].

mod answer;
mod body;
mod errors;
mod meaning;
mod request;
mod table;
mod values;

use super::tree::{ModuleRef, World};
use super::wire::Wire;
use crate::basis::RoutePattern;
use crate::basis::wire::{Exchange, Type, Types};
use crate::facts::ItemId;
use meaning::{Meaning, Written};
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
}

impl<'w, 's> Exchanges<'w, 's> {
    /// For the handlers of one side; `own` are the types whose form on the wire the design gives.
    pub fn new(world: &'w World<'s>, own: Vec<(Vec<String>, Type)>, wrappers: Wrappers) -> Self {
        Self { world, wire: Wire::new(world, own), wrappers }
    }

    /// What a function takes and gives that answers at `route`; `None` when its declaration cannot be read.
    pub fn of(&mut self, (module, item): (ModuleRef, ItemId), route: &RoutePattern) -> Option<Exchange> {
        let facts = self.world.facts_of(module)?;
        let data = facts.items.get(item.0 as usize)?;
        let declarations = meaning::declarations(self.world, module)?;
        let function = declarations.functions.iter().find(|function| function.site.span == data.site.span)?;
        let at = (module, data.scope);
        let mut exchange = Exchange::default();
        self.request(function, at, (route, &mut exchange));
        self.answers(function, at, &mut exchange);
        Some(exchange)
    }

    /// The types that a function takes for certain, by their full paths: no `Option` or `Result` of one.
    pub fn takes(&self, (module, item): (ModuleRef, ItemId)) -> Option<Vec<String>> {
        let facts = self.world.facts_of(module)?;
        let data = facts.items.get(item.0 as usize)?;
        let declarations = meaning::declarations(self.world, module)?;
        let function = declarations.functions.iter().find(|function| function.site.span == data.site.span)?;
        let types = function.parameters.iter().map(|parameter| parameter.r#type.clone());
        Some(types.flat_map(|expr| self.certain(Written { expr, at: (module, data.scope) })).collect())
    }

    fn certain(&self, written: Written) -> Vec<String> {
        let mut open = vec![written];
        let mut found = Vec::new();
        while let Some(written) = open.pop() {
            for meaning in meaning::meaning(self.world, &written) {
                match meaning {
                    Meaning::Outside(path, _) if table::takes(&path) == Some(Takes::Maybe) => {}
                    Meaning::Outside(path, arguments) => {
                        found.push(path);
                        open.extend(arguments);
                    }
                    Meaning::Local(module, item, arguments) => {
                        found.push(self.world.symbol(module, item).to_string());
                        open.extend(arguments);
                    }
                    Meaning::Other => {}
                }
            }
        }
        found
    }

    /// The types that were named: those that requests name, and those that responses do.
    pub fn finish(self) -> (Types, Types) {
        self.wire.finish()
    }
}

/// The last segment of a path.
fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}
