//! The result of a handler → its responses: from its type where that says them, else from what the function returns.

use std::collections::BTreeSet;

use super::body::{Computed, is_status_path};
use super::meaning::{Meaning, Place, Written, declaration, meaning};
use super::table::{self, Answers};
use super::{Exchanges, last};
use crate::basis::wire::{Body, Content, Exchange, Response, Spot, Status, Type};
use crate::facts::{FunctionDeclaration, TypeExpr};
use crate::model::wire::Direction;

/// What a handler answers with in one of its ways.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    /// The status; `None` when it is not shown.
    pub(super) status: Option<Status>,
    /// What it carries.
    pub(super) body: Body,
    /// Where it is written.
    pub(super) at: Spot,
}

const HIDDEN: &str = "the code does not show what it answers";
/// How many types inside types are looked through.
const DEEP: u32 = 8;

impl Answer {
    /// Nothing is shown.
    pub(super) fn hidden() -> Self {
        Self { status: None, body: Body::Unknown(HIDDEN.into()), at: Spot::default() }
    }

    /// A success without a body.
    pub(super) fn empty() -> Self {
        Self { status: Some(Status::Code(200)), body: Body::Empty, at: Spot::default() }
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.status.is_none() && matches!(self.body, Body::Unknown(_))
    }

    /// The same, at a place unless it has one.
    pub(super) fn or_at(self, at: Spot) -> Self {
        if self.at == Spot::default() { Self { at, ..self } } else { self }
    }
}

impl Exchanges<'_, '_> {
    /// What a function answers with.
    pub(super) fn answers(&mut self, function: &FunctionDeclaration, at: Place, exchange: &mut Exchange) {
        let place = self.wire.spot(at.0, function.site);
        let of = Computed { function, at, depth: 0 };
        let by_type = match &function.result {
            None => Answer::empty(),
            Some(result) => {
                let written = Written { expr: result.clone(), at };
                exchange.errors = self.errors(&written);
                self.of_type(&written, 0)
            }
        };
        let answers = match (&by_type.status, &by_type.body) {
            (Some(_), body) if !matches!(body, Body::Unknown(_)) => vec![by_type],
            (None, Body::Unknown(_)) => self.returned(of),
            _ => self.returned(of).into_iter().map(|shown| refined(&by_type, shown)).collect(),
        };
        if answers.is_empty() {
            exchange.unknown_responses = Some(HIDDEN.into());
        }
        let mut met = BTreeSet::new();
        for answer in answers {
            match answer.status {
                Some(status) => {
                    let same = exchange
                        .responses
                        .iter()
                        .any(|known| known.status == status && known.body == answer.body);
                    if met.insert(status) || !same {
                        let at = answer.or_at(place);
                        exchange.responses.push(Response { status, body: at.body, at: at.at });
                    }
                }
                None => exchange.unknown_responses = Some(HIDDEN.into()),
            }
        }
    }

    /// What a type answers with: its status where the type decides it, its body.
    pub(super) fn of_type(&mut self, written: &Written, depth: u32) -> Answer {
        if depth > DEEP {
            return Answer::hidden();
        }
        match &written.expr {
            TypeExpr::Tuple(parts) if parts.is_empty() => return Answer::empty(),
            TypeExpr::Tuple(parts) => return self.of_parts(parts, written.at, depth),
            TypeExpr::Reference(inner) => {
                return self.of_type(&Written { expr: (**inner).clone(), at: written.at }, depth + 1);
            }
            TypeExpr::Path { path, arguments } => {
                let wrapper = self.wrappers.response.iter().find(|(name, _)| name == last(path)).cloned();
                if let Some((_, media)) = wrapper {
                    let argument = arguments.first().cloned();
                    return self.content(
                        Status::Code(200),
                        &media,
                        argument.map(|expr| Written { expr, at: written.at }),
                    );
                }
            }
            TypeExpr::Slice(_)
            | TypeExpr::Array(..)
            | TypeExpr::Bounds(_)
            | TypeExpr::Never
            | TypeExpr::Other(_) => return Answer::hidden(),
        }
        for meaning in meaning(self.world, written) {
            match meaning {
                Meaning::Outside(path, arguments) => {
                    if let Some(answers) = table::answers(&path) {
                        return self.of_row(answers, &arguments, depth);
                    }
                }
                Meaning::Local(module, item, _) => return self.of_own(module, item, depth),
                Meaning::Other => {
                    if let TypeExpr::Tuple(_) = written.expr {
                        return Answer::hidden();
                    }
                }
            }
        }
        Answer::hidden()
    }

    fn of_row(&mut self, answers: Answers, arguments: &[Written], depth: u32) -> Answer {
        match answers {
            Answers::Body(status, media, position) => {
                self.content(status, media, arguments.get(position).cloned())
            }
            Answers::RawBody(status, media) => Answer::raw(status, media, Spot::default()),
            Answers::Empty(status) => Answer { status: Some(status), body: Body::Empty, at: Spot::default() },
            Answers::Inner(position) => match arguments.get(position) {
                Some(inner) => self.of_type(&inner.clone(), depth + 1),
                None => Answer::hidden(),
            },
            Answers::Result => match arguments.first() {
                Some(inner) => self.of_type(&inner.clone(), depth + 1),
                None => Answer::hidden(),
            },
            Answers::Opaque => Answer::hidden(),
            Answers::Unknown(status) => Answer { status: Some(status), ..Answer::hidden() },
        }
    }

    fn content(&mut self, status: Status, media: &str, argument: Option<Written>) -> Answer {
        let r#type: Option<Type> =
            argument.map(|written| self.wire.r#type(&written.expr, written.at, Direction::Emits));
        let at = r#type.as_ref().map(|r#type| r#type.at).unwrap_or_default();
        Answer::body(Some(status), Content { media: media.into(), r#type, at })
    }

    /// A tuple: a status anywhere in it is the code's to choose, the last part that is none is the body.
    fn of_parts(&mut self, parts: &[TypeExpr], at: Place, depth: u32) -> Answer {
        let is_status = |this: &Self, part: &TypeExpr| {
            let written = Written { expr: part.clone(), at };
            let named = matches!(part, TypeExpr::Path { path, .. } if last(path) == "StatusCode" || is_status_path(path));
            named
                && meaning(this.world, &written).iter().any(|meaning| matches!(meaning, Meaning::Outside(..)))
        };
        let mut has_status = false;
        let mut body = None;
        for part in parts {
            if is_status(self, part) {
                has_status = true;
            } else {
                body = Some(part.clone());
            }
        }
        let mut answer = match body {
            Some(expr) => self.of_type(&Written { expr, at }, depth + 1),
            None => Answer { body: Body::Empty, ..Answer::hidden() },
        };
        if has_status {
            answer.status = None;
        }
        answer
    }

    /// A type of the repository that makes the response itself: what its own code returns, where that is one thing.
    fn of_own(&mut self, module: crate::model::ModuleRef, item: crate::facts::ItemId, depth: u32) -> Answer {
        let Some((declared, at)) = declaration(self.world, module, item) else { return Answer::hidden() };
        let name = declared.types[at].name.clone();
        let Some((function, at)) = self.responder(module, item, &name) else {
            let why = format!("`{name}` makes the response itself").into();
            return Answer { body: Body::Unknown(why), ..Answer::hidden() };
        };
        let of = Computed { function: &function, at, depth: depth + 1 };
        let mut answers = if depth < 2 { self.returned(of) } else { Vec::new() }.into_iter();
        match (answers.next(), answers.next()) {
            (Some(only), None) => only,
            _ => Answer::hidden(),
        }
    }
}

/// What the type says of a body, with the status that the code shows, or the other way round.
fn refined(by_type: &Answer, shown: Answer) -> Answer {
    let body = match &by_type.body {
        Body::Unknown(_) => shown.body,
        body @ (Body::Unsaid | Body::Empty | Body::Content { .. }) => body.clone(),
    };
    Answer { status: by_type.status.or(shown.status), body, at: shown.at }
}
