//! The error type of a handler → what can be answered instead: each status that its own code names.
//!
//! An error type serves many handlers, and not every one of them answers with all of it. So these are no promises that are broken
//! when a contract does not list them; where it does, the body has to be right.

use std::collections::BTreeSet;

use super::answer::{Answer, refined};
use super::body::{Computed, endings, is_status_path, path_of};
use super::implemented::Block;
use super::table::{self, Answers, status};
use super::{Exchanges, Function, last};
use crate::basis::wire::{Body, Response, Status};
use crate::facts::{Expr, ExprKind, ItemId, TypeExpr};
use crate::model::tree::ModuleRef;
use crate::model::wire::{Direction, Meaning};

/// Functions in which a type of the repository turns itself into a response.
pub(super) const RESPONDERS: [&str; 4] = ["into_response", "error_response", "as_response", "respond_to"];
/// A function in which it says the status of its response.
const TELLS_STATUS: [&str; 2] = ["status_code", "status"];

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
            Some(error @ (Meaning::Foreign { .. } | Meaning::Tuple(_))) => {
                as_any_response(self.of_meaning(error, 1)).into_iter().collect()
            }
            Some(Meaning::List(_) | Meaning::Unknown(_)) | None => Vec::new(),
        }
    }

    /// What a function answers with where it says that it failed: with the status that stands there, and with the body that stands
    /// there or that the type of the error says.
    pub(super) fn failures(&self, of: Computed<'_>) -> Vec<Response> {
        let (Some(value), Some(result)) = (&of.function.declared.value, &of.function.declared.result) else {
            return Vec::new();
        };
        let error = match self.meaning(result, of.function) {
            Meaning::Foreign { path, arguments } if table::answers(&path) == Some(Answers::Result) => {
                arguments.into_iter().nth(1)
            }
            Meaning::Foreign { .. }
            | Meaning::Own { .. }
            | Meaning::List(_)
            | Meaning::Tuple(_)
            | Meaning::Unknown(_) => None,
        };
        let by_type = match &error {
            Some(error @ Meaning::Tuple(_)) => self.of_meaning(error, 1),
            Some(Meaning::Own { .. } | Meaning::Foreign { .. } | Meaning::List(_) | Meaning::Unknown(_))
            | None => Answer::hidden(),
        };
        let place = self.spot(of.function.at, of.function.declared.site, Direction::Emits);
        let failed =
            endings(value).into_iter().filter_map(|ending| self.failed(ending.value, error.as_ref(), of));
        failed.filter_map(|answer| as_response(refined(&by_type, answer.or_at(place)))).collect()
    }

    /// What `Err(…)` answers with.
    fn failed(&self, value: &Expr, error: Option<&Meaning>, of: Computed<'_>) -> Option<Answer> {
        let ExprKind::Call { callee, arguments, .. } = &value.kind else { return None };
        let (Some("Err"), [held]) = (path_of(callee), arguments.as_slice()) else { return None };
        let ExprKind::Method { receiver, name, .. } = &held.kind else { return self.value(held, of, 0) };
        if &**name != "into" {
            return self.value(held, of, 0);
        }
        // What it is turned into answers as it did, where that is its own type or keeps what it was made of.
        let called = if let ExprKind::Call { callee, .. } = &receiver.kind { callee } else { receiver };
        let owner = self.owner_of(path_of(called)?, of)?;
        let keeps = match error? {
            Meaning::Own { module, item, .. } => (*module, *item) == owner,
            Meaning::Foreign { path, .. } => matches!(table::ends(path), ("actix_web" | "poem", "Error")),
            Meaning::List(_) | Meaning::Tuple(_) | Meaning::Unknown(_) => false,
        };
        if keeps { self.value(receiver, of, 0) } else { None }
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
        codes.extend(shown.iter().filter_map(|answer| match answer.status? {
            Status::Code(code) => Some(code),
            Status::Class(_) | Status::Default => None,
        }));
        let Some(function) = functions.iter().flatten().next() else { return Vec::new() };
        let at = self.spot(function.at, function.declared.site, Direction::Emits);
        let hidden = Body::Unknown(self.itself(of));
        let responses = |code: u16| {
            let status = Status::Code(code);
            let bodies = bodies_of(status, &shown, &hidden).into_iter();
            bodies.map(move |body| Response { status, body, at })
        };
        codes.into_iter().flat_map(responses).collect()
    }

    /// The function of one of these names in which a type of the repository says what it answers.
    pub(super) fn responder(&self, (module, item): (ModuleRef, ItemId), names: &[&str]) -> Option<Function> {
        let own = Meaning::Own { module, item, arguments: Vec::new() };
        let responds = |block: &Block| {
            // What tells a status in one trait is a word like any other in the rest.
            let tells = block.header().r#trait.as_ref().and_then(TypeExpr::name) == Some("ResponseError");
            move |name: &str| names.contains(&name) && (name != "status" || tells)
        };
        let is_meant = |block: &Block| block.functions().any(|function| responds(block)(&function.name));
        let mut blocks = self.blocks((module, item), is_meant).into_iter();
        // Of several, for other frameworks or under conditions, nobody knows which one answers.
        let (Some(block), None) = (blocks.next(), blocks.next()) else { return None };
        let found = block.functions().find(|function| responds(&block)(&function.name))?;
        Some(self.function_in(&block, found, &own))
    }

    /// Why nothing is known of what a type of the repository answers.
    pub(super) fn itself(&self, (module, item): (ModuleRef, ItemId)) -> Box<str> {
        format!("`{}` makes the response itself", self.world.symbol(module, item).name()).into()
    }
}

fn as_response(Answer { status, body, at, .. }: Answer) -> Option<Response> {
    status.map(|status| Response { status, body, at })
}

/// The same, of whatever status where that is computed.
fn as_any_response(answer: Answer) -> Option<Response> {
    let of_any = matches!(answer.body, Body::Content { .. }).then_some(Status::Default);
    as_response(Answer { status: answer.status.or(of_any), ..answer })
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

/// The bodies that go with a status: those that are returned with it, and those that stand beside no status at all. What may have the
/// status too and is not shown is one that is not known.
fn bodies_of(status: Status, shown: &[Answer], hidden: &Body) -> Vec<Body> {
    let mut bodies: Vec<&Body> = Vec::new();
    let (with, without): (Vec<&Answer>, Vec<&Answer>) = shown
        .iter()
        .filter(|answer| answer.status.is_none_or(|of| of == status))
        .partition(|answer| answer.status.is_some());
    bodies.extend(with.iter().map(|answer| &answer.body));
    let is_one = without.windows(2).all(|two| two[0].body == two[1].body);
    match without.first() {
        // Of several that stand beside no status nobody knows which one it is.
        Some(only) if is_one && bodies.iter().all(|body| **body == only.body) => bodies.push(&only.body),
        Some(_) => bodies.push(hidden),
        None if bodies.is_empty() => bodies.push(hidden),
        None => {}
    }
    let mut found: Vec<Body> = Vec::new();
    for body in bodies {
        let body = if let Body::Unknown(_) = body { hidden } else { body };
        if !found.contains(body) {
            found.push(body.clone());
        }
    }
    found
}
