//! What a function computes → the responses that its last values show.
//!
//! The values of a body that are returned are looked at from the outside in: what makes a status, what makes a body, and which type the
//! value in it has, as far as declarations say it. No type is inferred beyond that.

use super::answer::Answer;
use super::bound::{Bound, bound};
use super::table::{self, Answers, status};
use super::{Exchanges, Function, last};
use crate::basis::wire::{Body, Content, Presence, Shape, Spot, Status, Type};
use crate::facts::{Expr, ExprKind, TypeExpr};
use crate::model::resolve::{Def, Namespace};
use crate::model::wire::{Direction, Meaning};

/// How many values inside values are looked through.
pub(super) const DEEP: u32 = 12;

/// A function whose values are looked at.
#[derive(Clone, Copy)]
pub(super) struct Computed<'f> {
    pub(super) function: &'f Function,
    /// How deep in calls of other functions it was met.
    pub(super) depth: u32,
}

impl Exchanges<'_, '_> {
    /// Everything that a function returns, as answers; errors are left to the type of the error.
    pub(super) fn returned(&self, of: Computed<'_>) -> Vec<Answer> {
        let Some(value) = &of.function.declared.value else { return Vec::new() };
        let mut values = tails(value);
        values.extend(returns(value));
        values.iter().filter_map(|value| self.value(value, of, 0)).collect()
    }

    /// What a value answers with; `None` for an error, which its type speaks of.
    fn value(&self, value: &Expr, of: Computed<'_>, depth: u32) -> Option<Answer> {
        if depth > DEEP {
            return Some(Answer::hidden());
        }
        match &value.kind {
            ExprKind::Call { callee, arguments, .. } => self.call(callee, arguments, of, depth),
            ExprKind::Method { receiver, name, arguments, .. } => {
                self.method((receiver, name, arguments), of, depth)
            }
            ExprKind::List(parts) => Some(self.parts(parts, of, depth)),
            ExprKind::Path(path) => self.named(path, of, depth),
            ExprKind::Struct { path, .. } => {
                let expr = TypeExpr::Path { path: path.clone(), arguments: Vec::new() };
                Some(self.of_meaning(&self.meaning(&expr, of.function), of.depth + 1))
            }
            ExprKind::Text(_) => Some(Answer::raw(Status::Code(200), "text/plain", self.spot_of(value, of))),
            ExprKind::Block { .. } | ExprKind::If { .. } | ExprKind::Match { .. } => {
                let mut answers = tails(value).into_iter().filter_map(|tail| self.value(tail, of, depth + 1));
                let first = answers.next()?;
                Some(if answers.any(|other| other != first) { Answer::hidden() } else { first })
            }
            ExprKind::Literal(_)
            | ExprKind::Field { .. }
            | ExprKind::Macro { .. }
            | ExprKind::Closure { .. }
            | ExprKind::Loop { .. }
            | ExprKind::Add(..)
            | ExprKind::Return(_)
            | ExprKind::Other(_) => Some(Answer::hidden()),
        }
    }

    fn call(&self, callee: &Expr, arguments: &[Expr], of: Computed<'_>, depth: u32) -> Option<Answer> {
        let ExprKind::Path(path) = &callee.kind else { return Some(Answer::hidden()) };
        match (&**path, arguments) {
            ("Ok" | "Some", [inner]) => return self.value(inner, of, depth + 1),
            ("Err", _) => return None,
            _ => {}
        }
        for outside in self.outside(path, of) {
            let spot = self.spot_of(callee, of);
            if let Some(answer) = self.made(&outside, arguments, of, depth) {
                return Some(answer.or_at(spot));
            }
            let Some((owner, name)) = outside.rsplit_once("::") else { continue };
            let (_, owner_name) = table::ends(owner);
            if let (true, Some(code)) = (owner_name == "HttpResponse", status(name)) {
                return Some(Answer { status: Some(Status::Code(code)), body: Body::Empty, at: spot });
            }
            match table::answers(owner) {
                Some(Answers::Empty(status)) => {
                    return Some(Answer {
                        status: Some(redirect(name, status)),
                        body: Body::Empty,
                        at: spot,
                    });
                }
                Some(Answers::RawBody(status, media)) => return Some(Answer::raw(status, media, spot)),
                _ => {}
            }
        }
        Some(self.called(path, of))
    }

    /// A value that is made by writing its type in front of what it holds: `Json(order)`.
    fn made(&self, outside: &str, arguments: &[Expr], of: Computed<'_>, depth: u32) -> Option<Answer> {
        match table::answers(outside)? {
            Answers::Body(status, media, position) => {
                let value = arguments.get(position);
                let r#type = value.and_then(|value| self.type_of(value, of, depth + 1));
                let at = value.map(|value| self.spot_of(value, of)).unwrap_or_default();
                let r#type = self.emitted(r#type, at);
                Some(Answer::body(Some(status), Content { media: media.into(), r#type: Some(r#type), at }))
            }
            Answers::RawBody(status, media) => Some(Answer::raw(status, media, Spot::default())),
            Answers::Empty(status) => {
                Some(Answer { status: Some(status), body: Body::Empty, at: Spot::default() })
            }
            Answers::Unknown(status) => Some(Answer { status: Some(status), ..Answer::hidden() }),
            Answers::Around(status) => {
                let inner = arguments.last().and_then(|inner| self.value(inner, of, depth + 1));
                Some(Answer { status, ..inner.unwrap_or_else(Answer::hidden) })
            }
            Answers::Inner(_) | Answers::Result | Answers::Opaque => None,
        }
    }

    fn method(
        &self,
        (receiver, name, arguments): (&Expr, &str, &[Expr]),
        of: Computed<'_>,
        depth: u32,
    ) -> Option<Answer> {
        match (name, arguments) {
            ("into_response" | "finish" | "map_into_boxed_body" | "map_into_left_body", [])
            | ("map_into_right_body" | "customize" | "clone", [])
            | ("insert_header" | "append_header" | "content_type" | "cookie" | "map_err" | "header", _)
            | ("context" | "with_context", _) => self.value(receiver, of, depth + 1),
            ("json", [value]) => {
                let builder = self.value(receiver, of, depth + 1)?;
                let at = self.spot_of(value, of);
                let r#type = self.type_of(value, of, depth + 1);
                let r#type = self.emitted(r#type, at);
                let content = Content { media: "application/json".into(), r#type: Some(r#type), at };
                Some(Answer::body(builder.status, content))
            }
            ("body" | "message_body" | "streaming", [_]) => {
                let builder = self.value(receiver, of, depth + 1)?;
                Some(Answer { status: builder.status, ..Answer::hidden() })
            }
            _ => Some(Answer::hidden()),
        }
    }

    /// A tuple: the status among its parts, and the last part that is no status.
    fn parts(&self, parts: &[Expr], of: Computed<'_>, depth: u32) -> Answer {
        let mut code = None;
        let mut has_status = false;
        let mut body = None;
        for part in parts {
            match path_of(part).filter(|path| is_status_path(path)) {
                Some(path) => {
                    has_status = true;
                    code = status(last(path)).map(Status::Code);
                }
                None => body = Some(part),
            }
        }
        // What stands in front of headers and the body is a status, however it is written.
        if let ([first, _, ..], false) = (parts, has_status)
            && !matches!(first.kind, ExprKind::List(_) | ExprKind::Macro { .. } | ExprKind::Struct { .. })
        {
            has_status = true;
        }
        let mut answer = match body {
            Some(body) => self.value(body, of, depth + 1).unwrap_or_else(Answer::hidden),
            None => Answer { status: None, body: Body::Empty, at: Spot::default() },
        };
        if has_status {
            answer.status = code;
        }
        answer
    }

    fn named(&self, path: &str, of: Computed<'_>, depth: u32) -> Option<Answer> {
        if is_status_path(path) {
            let status = status(last(path)).map(Status::Code);
            return Some(Answer { status, body: Body::Empty, at: Spot::default() });
        }
        let meaning = match bound(of.function, path) {
            Bound::Let(_, Some(value)) => return self.value(value, of, depth + 1),
            Bound::Parameter => self.variable(path, of),
            Bound::Nothing => {
                let expr = TypeExpr::Path { path: path.into(), arguments: Vec::new() };
                Some(self.meaning(&expr, of.function))
            }
            Bound::Let(_, None) | Bound::Unclear => None,
        };
        Some(meaning.map_or_else(Answer::hidden, |meaning| self.of_meaning(&meaning, of.depth + 1)))
    }

    /// What a function of the repository answers with that is called for it.
    fn called(&self, path: &str, of: Computed<'_>) -> Answer {
        let Some(function) = self.function_at(path, of.function) else { return Answer::hidden() };
        let Some(result) = &function.declared.result else { return Answer::empty() };
        let answer = self.of_written(result, &function, of.depth + 1);
        if !answer.is_hidden() || of.depth >= 2 {
            return answer;
        }
        let inner = Computed { function: &function, depth: of.depth + 1 };
        let mut answers = self.returned(inner).into_iter();
        match (answers.next(), answers.next()) {
            (Some(only), None) => only,
            _ => Answer::hidden(),
        }
    }

    /// The outside paths that a path in a body can mean.
    fn outside(&self, path: &str, of: Computed<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for namespace in [Namespace::Value, Namespace::Type] {
            for def in self.world.resolve(of.function.at.0, of.function.at.1, path, namespace).defs {
                if let Def::External(path) = def {
                    found.push(path.to_string());
                }
            }
        }
        let expr = TypeExpr::Path { path: path.into(), arguments: Vec::new() };
        if found.is_empty()
            && let Meaning::Foreign { path, .. } = self.meaning(&expr, of.function)
        {
            found.push(path.to_string());
        }
        found.dedup();
        found
    }

    /// What a value of a type looks like that is answered with.
    fn emitted(&self, meaning: Option<Meaning>, at: Spot) -> Type {
        match meaning {
            Some(meaning) => self.wire.of(&meaning, Direction::Emits),
            None => Type::new(Shape::Unknown("the type of the value is not written".into()), at),
        }
    }

    fn spot_of(&self, value: &Expr, of: Computed<'_>) -> Spot {
        self.spot(of.function.at, value.site, Direction::Emits)
    }
}

fn redirect(method: &str, otherwise: Status) -> Status {
    match method {
        "permanent" => Status::Code(308),
        "temporary" => Status::Code(307),
        "to" | "see_other" => Status::Code(303),
        "found" => Status::Code(302),
        _ => otherwise,
    }
}

/// Whether a path names a status: `StatusCode::CREATED`, `Status::Ok`.
pub(super) fn is_status_path(path: &str) -> bool {
    path.rsplit("::").nth(1).is_some_and(|owner| matches!(owner, "StatusCode" | "Status"))
}

/// The values that an expression ends in: the last ones of its branches.
pub(super) fn tails(value: &Expr) -> Vec<&Expr> {
    let mut open = vec![value];
    let mut found = Vec::new();
    while let Some(value) = open.pop() {
        if let ExprKind::Block { value, .. } = &value.kind {
            open.extend(value.as_deref());
        } else if let ExprKind::If { then, otherwise: Some(otherwise), .. } = &value.kind {
            open.push(otherwise);
            open.push(then);
        } else if let ExprKind::Match { arms, .. } = &value.kind {
            open.extend(arms.iter().rev().map(|arm| &arm.value));
        } else if !matches!(value.kind, ExprKind::Return(_)) {
            found.push(value);
        }
    }
    found
}

/// Whether all that a function returns is an error.
pub(super) fn only_fails(function: &Function) -> bool {
    let Some(value) = &function.declared.value else { return false };
    let is_error = |value: &&Expr| matches!(&value.kind, ExprKind::Call { callee, .. } if path_of(callee) == Some("Err"));
    let mut values = tails(value);
    values.extend(returns(value));
    !values.is_empty() && values.iter().all(is_error)
}

fn path_of(value: &Expr) -> Option<&str> {
    if let ExprKind::Path(path) = &value.kind { Some(path) } else { None }
}

/// The values of `return` in an expression, those of closures left out.
pub(super) fn returns(value: &Expr) -> Vec<&Expr> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        if let ExprKind::Return(Some(value)) = &value.kind {
            found.extend(tails(value));
        } else if !matches!(value.kind, ExprKind::Closure { .. }) {
            open.extend(value.inside());
        }
    }
    found.reverse();
    found
}

impl Answer {
    pub(super) fn body(status: Option<Status>, content: Content) -> Self {
        let at = content.at;
        Self { status, body: Body::Content { presence: Presence::Required, contents: vec![content] }, at }
    }

    pub(super) fn raw(status: Status, media: &str, at: Spot) -> Self {
        Self::body(Some(status), Content { media: media.into(), r#type: None, at })
    }
}
