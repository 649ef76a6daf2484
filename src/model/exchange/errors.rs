//! The error type of a handler → what can be answered instead: each status that its own code names.
//!
//! An error type serves many handlers, and not every one of them answers with all of it. So these are no promises that are broken
//! when a contract does not list them; where it does, the body has to be right.

use std::collections::BTreeSet;

use super::body::is_status_path;
use super::meaning::{Meaning, Place, Written, declarations, meaning};
use super::table::{self, Answers, status};
use super::{Exchanges, last};
use crate::basis::wire::{Body, Response, Status};
use crate::facts::{Expr, ExprKind, FunctionDeclaration, ItemId, TypeExpr};
use crate::model::tree::ModuleRef;

/// Functions in which a type of the repository turns itself into a response.
const RESPONDERS: [&str; 4] = ["into_response", "error_response", "respond_to", "status_code"];

impl Exchanges<'_, '_> {
    /// What the error in a result type answers with.
    pub(super) fn errors(&mut self, result: &Written) -> Vec<Response> {
        let mut found = Vec::new();
        for meaning in meaning(self.world, result) {
            let Meaning::Outside(path, arguments) = meaning else { continue };
            if !matches!(table::answers(&path), Some(Answers::Result)) {
                continue;
            }
            let Some(error) = arguments.get(1) else { continue };
            for meaning in super::meaning::meaning(self.world, &error.clone()) {
                if let Meaning::Local(module, item, _) = meaning {
                    found.extend(self.statuses(module, item));
                }
            }
        }
        found
    }

    fn statuses(&mut self, module: ModuleRef, item: ItemId) -> Vec<Response> {
        let Some(data) =
            self.world.facts_of(module).and_then(|facts| facts.items.get(item.0 as usize).cloned())
        else {
            return Vec::new();
        };
        let Some((function, at)) = self.responder(module, item, &data.name) else { return Vec::new() };
        let mut codes = BTreeSet::new();
        let mut open: Vec<&Expr> = function.value.iter().collect();
        while let Some(value) = open.pop() {
            if let ExprKind::Path(path) = &value.kind
                && is_status_path(path)
            {
                codes.extend(status(last(path)));
            }
            open.extend(value.inside());
        }
        let at = self.wire.spot(at.0, function.site);
        let body = || Body::Unknown(format!("`{}` makes the response itself", data.name).into());
        codes.into_iter().map(|code| Response { status: Status::Code(code), body: body(), at }).collect()
    }

    /// The function in which a type of the repository turns itself into a response, in the file that declares it.
    pub(super) fn responder(
        &self,
        module: ModuleRef,
        item: ItemId,
        owner: &str,
    ) -> Option<(FunctionDeclaration, Place)> {
        let scope = self.world.facts_of(module)?.items.get(item.0 as usize)?.scope;
        let all = declarations(self.world, module)?;
        let is_of = |expr: &TypeExpr| matches!(expr, TypeExpr::Path { path, .. } if last(path) == owner);
        let blocks = all.blocks.iter().filter(|block| block.r#trait.is_some() && is_of(&block.of));
        let spans: Vec<_> = blocks.map(|block| block.site.span).collect();
        let found = all.functions.iter().find(|function| {
            RESPONDERS.contains(&&*function.name)
                && spans.iter().any(|span| span.contains(function.site.span))
        });
        found.map(|function| (function.clone(), (module, scope)))
    }
}
