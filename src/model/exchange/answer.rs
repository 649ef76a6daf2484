//! The result of a handler → its responses: from its type where that says them, else from what the function returns.

use super::body::Computed;
use super::failure::RESPONDERS;
use super::table::{self, Answers};
use super::{Exchanges, Function, form_in, last};
use crate::basis::wire::{Body, Content, Exchange, Response, Spot, Status, Type};
use crate::facts::frameworks::upgrades;
use crate::facts::{ItemId, TypeExpr};
use crate::model::tree::ModuleRef;
use crate::model::wire::{Direction, Form, Meaning};

/// What a handler answers with in one of its ways.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    /// The status; `None` when it is not shown.
    pub(super) status: Option<Status>,
    /// What it carries.
    pub(super) body: Body,
    /// Where it is written.
    pub(super) at: Spot,
    /// Whether it is one of several ways in which a function answers that serves several callers.
    pub(super) maybe: bool,
}

const HIDDEN: &str = "the code does not show what it answers";
/// How many types inside types are looked through.
const DEEP: u32 = 8;

impl Answer {
    /// Nothing is shown.
    pub(super) fn hidden() -> Self {
        Self { body: Body::Unknown(HIDDEN.into()), ..Self::bare(None, Spot::default()) }
    }

    /// A success without a body.
    pub(super) fn empty() -> Self {
        Self::bare(Some(Status::Code(200)), Spot::default())
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
    pub(super) fn answers(&self, function: &Function, exchange: &mut Exchange) {
        let place = self.spot(function.at, function.declared.site, Direction::Emits);
        let mut attributes = function.declared.attributes.iter();
        if attributes.any(|attribute| upgrades(&attribute.path, &attribute.arguments)) {
            let status = Status::Code(101);
            exchange.responses.push(Response { status, body: Body::Empty, at: place });
            return;
        }
        let by_type = match &function.declared.result {
            None => Answer::empty(),
            Some(result) => {
                exchange.errors = self.errors(&self.meaning(result, function));
                self.of_written(result, function, 0)
            }
        };
        let of = Computed { function, depth: 0 };
        for failure in self.failures(of) {
            if !exchange
                .errors
                .iter()
                .any(|known| known.status == failure.status && known.body == failure.body)
            {
                exchange.errors.push(failure);
            }
        }
        // What only ever fails has no success, whatever its type says.
        if by_type.status.is_some() && super::body::only_fails(function) {
            return;
        }
        let listed = function.declared.result.as_ref().and_then(|result| self.listed(result, function));
        let answers = listed.unwrap_or_else(|| match (&by_type.status, &by_type.body) {
            (Some(_), body) if !matches!(body, Body::Unknown(_)) => vec![by_type],
            (None, Body::Unknown(_)) => self.returned(of),
            _ => self.returned(of).into_iter().map(|shown| refined(&by_type, shown)).collect(),
        });
        if answers.is_empty() {
            exchange.unknown_responses = Some(HIDDEN.into());
        }
        for answer in answers {
            let Some(status) = answer.status else {
                exchange.unknown_responses = Some(HIDDEN.into());
                continue;
            };
            let answer = answer.or_at(place);
            let response = Response { status, body: answer.body, at: answer.at };
            let is_known = |known: &Response| known.status == status && known.body == response.body;
            let list = if answer.maybe { &mut exchange.errors } else { &mut exchange.responses };
            if !list.iter().any(is_known) {
                list.push(response);
            }
        }
    }

    /// The responses that a result, or what is in it, lists one by one.
    fn listed(&self, result: &TypeExpr, function: &Function) -> Option<Vec<Answer>> {
        let mut meaning = self.meaning(result, function);
        if let Meaning::Foreign { path, arguments } = &meaning
            && table::answers(path) == Some(Answers::Result)
            && let Some(inner) = arguments.first()
        {
            meaning = inner.clone();
        }
        self.enumerated(&meaning)
    }

    /// What a type as written answers with; a wrapper of the team's own by its name.
    pub(super) fn of_written(&self, expr: &TypeExpr, function: &Function, depth: u32) -> Answer {
        let argument = |inner: &TypeExpr| self.meaning(inner, function);
        match expr {
            TypeExpr::Path { path, arguments } => {
                if let Some((_, media)) = self.wrappers.response.iter().find(|(name, _)| name == last(path)) {
                    // That it is around a body says nothing of which success it answers with.
                    let content = (media.as_str(), arguments.first().map(argument));
                    return self.content(Status::Class(2), content, Form::Either);
                }
                let meaning = self.meaning(expr, function);
                match (&meaning, arguments.first()) {
                    // Of an alias the arguments stand for something else than those of what it is.
                    (Meaning::Foreign { path, arguments: meant }, Some(inner))
                        if table::answers(path) == Some(Answers::Result)
                            && depth < DEEP
                            && meant.first() == Some(&argument(inner)) =>
                    {
                        self.of_written(inner, function, depth + 1)
                    }
                    _ => self.of_meaning(&meaning, depth),
                }
            }
            TypeExpr::Reference(_)
            | TypeExpr::Tuple(_)
            | TypeExpr::Slice(_)
            | TypeExpr::Array(..)
            | TypeExpr::Bounds(_)
            | TypeExpr::Never
            | TypeExpr::Other(_) => self.of_meaning(&self.meaning(expr, function), depth),
        }
    }

    /// What a type answers with: its status where the type decides it, its body.
    pub(super) fn of_meaning(&self, meaning: &Meaning, depth: u32) -> Answer {
        if depth > DEEP {
            return Answer::hidden();
        }
        match meaning {
            Meaning::Tuple(parts) if parts.is_empty() => Answer::empty(),
            Meaning::Tuple(parts) => self.of_parts(parts, depth),
            Meaning::Foreign { path, arguments } => match table::answers(path) {
                Some(answers) => self.of_row((answers, form_in(path)), arguments, depth),
                None => Answer::hidden(),
            },
            Meaning::Own { module, item, .. } => self.of_own(*module, *item, depth),
            Meaning::List(_) | Meaning::Unknown(_) => Answer::hidden(),
        }
    }

    fn of_row(&self, (answers, form): (Answers, Form), arguments: &[Meaning], depth: u32) -> Answer {
        match answers {
            Answers::Body(status, media, position) => {
                self.content(status, (media, arguments.get(position).cloned()), form)
            }
            Answers::RawBody(status, media) => Answer::raw(status, media, Spot::default()),
            Answers::Empty(status) => Answer::bare(Some(status), Spot::default()),
            Answers::Inner(position) => match arguments.get(position) {
                Some(inner) => self.of_meaning(inner, depth + 1),
                None => Answer::hidden(),
            },
            Answers::Result => match arguments.first() {
                Some(inner) => self.of_meaning(inner, depth + 1),
                None => Answer::hidden(),
            },
            Answers::Around(status) => {
                let inner = arguments.first().map(|inner| self.of_meaning(inner, depth + 1));
                Answer { status, ..inner.unwrap_or_else(Answer::hidden) }
            }
            Answers::Opaque => Answer::hidden(),
            Answers::Unknown(status) => Answer { status: Some(status), ..Answer::hidden() },
        }
    }

    fn content(&self, status: Status, (media, argument): (&str, Option<Meaning>), form: Form) -> Answer {
        let r#type: Option<Type> =
            argument.map(|meaning| self.wire.in_form(form, &meaning, Direction::Emits));
        let at = r#type.as_ref().map(|r#type| r#type.at).unwrap_or_default();
        Answer::body(Some(status), Content { media: media.into(), r#type, at })
    }

    /// A tuple: a status anywhere in it is the code's to choose, the last part that is none is the body.
    fn of_parts(&self, parts: &[Meaning], depth: u32) -> Answer {
        let is_status = |part: &&Meaning| matches!(part, Meaning::Foreign { path, .. } if matches!(last(path), "StatusCode" | "Status"));
        let has_status = parts.iter().any(|part| is_status(&part));
        let mut answer = match parts.iter().rev().find(|part| !is_status(part)) {
            Some(body) => self.of_meaning(body, depth + 1),
            None => Answer { body: Body::Empty, ..Answer::hidden() },
        };
        if has_status {
            answer.status = None;
        }
        answer
    }

    /// A type of the repository that makes the response itself: what its own code returns, where that is one thing.
    pub(super) fn of_own(&self, module: ModuleRef, item: ItemId, depth: u32) -> Answer {
        let Some(function) = self.responder((module, item), &RESPONDERS) else {
            return Answer { body: Body::Unknown(self.itself((module, item))), ..Answer::hidden() };
        };
        let of = Computed { function: &function, depth: depth + 1 };
        let mut answers = if depth < 2 { self.returned(of) } else { Vec::new() }.into_iter();
        match (answers.next(), answers.next()) {
            (Some(only), None) => only,
            _ => Answer::hidden(),
        }
    }
}

/// What the type says of a body, with the status that the code shows, or the other way round.
pub(super) fn refined(by_type: &Answer, shown: Answer) -> Answer {
    let body = match &by_type.body {
        Body::Unknown(_) => shown.body.clone(),
        body @ (Body::Unsaid | Body::Empty | Body::Content { .. }) => body.clone(),
    };
    Answer { status: by_type.status.or(shown.status), body, ..shown }
}
