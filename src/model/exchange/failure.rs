//! The error type of a handler → what can be answered instead: each status that its own code names.
//!
//! An error type serves many handlers, and not every one of them answers with all of it. So these are no promises that are broken
//! when a contract does not list them; where it does, the body has to be right.

use std::collections::BTreeSet;

use super::answer::Answer;
use super::body::{Computed, is_status_path};
use super::table::{self, Answers, status};
use super::{Exchanges, Function, is_named, last};
use crate::basis::wire::{Body, Response, Status};
use crate::facts::{Expr, ExprKind, ItemId};
use crate::model::tree::ModuleRef;
use crate::model::wire::{Bindings, Direction, Meaning};

/// Functions in which a type of the repository turns itself into a response.
pub(super) const RESPONDERS: [&str; 3] = ["into_response", "error_response", "respond_to"];
/// A function in which it says the status of its response.
const TELLS_STATUS: [&str; 1] = ["status_code"];

impl Exchanges<'_, '_> {
    /// What the error in a result type answers with.
    pub(super) fn errors(&self, result: &Meaning) -> Vec<Response> {
        let Meaning::Foreign { path, arguments } = result else { return Vec::new() };
        let error = arguments.get(1).filter(|_| table::answers(path) == Some(Answers::Result));
        match error {
            Some(error @ Meaning::Own { module, item, .. }) => match self.enumerated(error) {
                Some(listed) => listed.into_iter().filter_map(as_response).collect(),
                None => self.statuses((*module, *item)),
            },
            Some(error @ Meaning::Foreign { .. }) => {
                as_response(self.of_meaning(error, 1)).into_iter().collect()
            }
            Some(Meaning::List(_) | Meaning::Tuple(_) | Meaning::Unknown(_)) | None => Vec::new(),
        }
    }

    fn statuses(&self, of: (ModuleRef, ItemId)) -> Vec<Response> {
        let functions = [self.responder(of, &RESPONDERS), self.responder(of, &TELLS_STATUS)];
        let mut codes = BTreeSet::new();
        for function in functions.iter().flatten() {
            codes.extend(named_statuses(function));
        }
        let shown = match &functions[0] {
            Some(function) => self.returned(Computed { function, depth: 1 }),
            None => Vec::new(),
        };
        let Some(function) = functions.iter().flatten().next() else { return Vec::new() };
        let at = self.spot(function.at, function.declared.site, Direction::Emits);
        let hidden = Body::Unknown(self.itself(of));
        let response = |code: u16| {
            let status = Status::Code(code);
            let body = body_of(status, &shown).unwrap_or_else(|| hidden.clone());
            Response { status, body, at }
        };
        codes.into_iter().map(response).collect()
    }

    /// The function of one of these names in which a type of the repository says what it answers, in the file that declares it.
    pub(super) fn responder(&self, (module, item): (ModuleRef, ItemId), names: &[&str]) -> Option<Function> {
        let (file, index, at) = self.wire.declaration_of(module, item)?;
        let owner = &file.types[index].name;
        let found = file
            .functions_in(|block| block.r#trait.is_some() && is_named(&block.of, owner))
            .find(|function| names.contains(&&*function.name))?;
        let own = Meaning::Own { module, item, arguments: Vec::new() };
        let bindings: Bindings = vec![("Self".into(), own)];
        Some(Function::new(found.clone(), at, bindings))
    }

    /// Why nothing is known of what a type of the repository answers.
    pub(super) fn itself(&self, (module, item): (ModuleRef, ItemId)) -> Box<str> {
        format!("`{}` makes the response itself", self.world.symbol(module, item).name()).into()
    }
}

fn as_response(Answer { status, body, at, .. }: Answer) -> Option<Response> {
    status.map(|status| Response { status, body, at })
}

fn named_statuses(function: &Function) -> BTreeSet<u16> {
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
    codes
}

/// The body that goes with a status, where what is returned says it: with the status itself, or always the same one. Where some of it
/// is hidden nothing is known: that may have the status too.
fn body_of(status: Status, shown: &[Answer]) -> Option<Body> {
    if shown.iter().any(Answer::is_hidden) {
        return None;
    }
    let fits = |answer: &&Answer| answer.status.is_none_or(|of| of == status);
    let mut bodies = shown.iter().filter(fits).map(|answer| &answer.body);
    let body = bodies.next()?;
    let is_known = !matches!(body, Body::Unknown(_)) && bodies.all(|other| other == body);
    is_known.then(|| body.clone())
}
