//! The error type of a handler → what can be answered instead: each status that its own code names.
//!
//! An error type serves many handlers, and not every one of them answers with all of it. So these are no promises that are broken
//! when a contract does not list them; where it does, the body has to be right.

use std::collections::BTreeSet;

use super::body::is_status_path;
use super::table::{self, Answers, status};
use super::{Exchanges, Function, is_named, last};
use crate::basis::wire::{Body, Response, Status};
use crate::facts::{Expr, ExprKind, ItemId};
use crate::model::tree::ModuleRef;
use crate::model::wire::{Bindings, Direction, Meaning};

/// Functions in which a type of the repository turns itself into a response.
const RESPONDERS: [&str; 4] = ["into_response", "error_response", "respond_to", "status_code"];

impl Exchanges<'_, '_> {
    /// What the error in a result type answers with.
    pub(super) fn errors(&self, result: &Meaning) -> Vec<Response> {
        let Meaning::Foreign { path, arguments } = result else { return Vec::new() };
        match (table::answers(path), arguments.get(1)) {
            (Some(Answers::Result), Some(Meaning::Own { module, item, .. })) => self.statuses(*module, *item),
            _ => Vec::new(),
        }
    }

    fn statuses(&self, module: ModuleRef, item: ItemId) -> Vec<Response> {
        let Some(function) = self.responder(module, item) else { return Vec::new() };
        let mut codes = BTreeSet::new();
        let mut open: Vec<&Expr> = function.declared.value.iter().collect();
        while let Some(value) = open.pop() {
            if let ExprKind::Path(path) = &value.kind
                && is_status_path(path)
            {
                codes.extend(status(last(path)));
            }
            open.extend(value.inside());
        }
        let at = self.spot(function.at, function.declared.site, Direction::Emits);
        let why = format!("`{}` makes the response itself", self.world.symbol(module, item).name());
        let body = || Body::Unknown(why.as_str().into());
        codes.into_iter().map(|code| Response { status: Status::Code(code), body: body(), at }).collect()
    }

    /// The function in which a type of the repository turns itself into a response, in the file that declares it.
    pub(super) fn responder(&self, module: ModuleRef, item: ItemId) -> Option<Function> {
        let (file, index, at) = self.wire.declaration_of(module, item)?;
        let owner = &file.types[index].name;
        let blocks = file.blocks.iter().filter(|block| block.r#trait.is_some() && is_named(&block.of, owner));
        let spans: Vec<_> = blocks.map(|block| block.site.span).collect();
        let found = file.functions.iter().find(|function| {
            RESPONDERS.contains(&&*function.name)
                && spans.iter().any(|span| span.contains(function.site.span))
        })?;
        let own = Meaning::Own { module, item, arguments: Vec::new() };
        let bindings: Bindings = vec![("Self".into(), own)];
        Some(Function { declared: found.clone(), at, bindings })
    }
}
