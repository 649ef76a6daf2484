//! What a function computes → the responses that its last values show.
//!
//! The values of a body that are returned are looked at from the outside in: what makes a status, what makes a body, and which type the
//! value in it has, as far as declarations say it. No type is inferred beyond that.

use super::answer::Answer;
use super::bound::{Bound, bound, is_changed};
use super::table::{self, Answers, status};
use super::{Exchanges, Function, last};
use crate::basis::wire::{Body, Content, Presence, Shape, Spot, Status, Type};
use crate::facts::{Expr, ExprKind, Statement, TypeExpr};
use crate::model::resolve::{Def, Namespace};
use crate::model::wire::{Direction, Meaning};

/// How many values inside values are looked through.
pub(super) const DEEP: u32 = 12;
/// How many functions that call each other are looked through.
pub(super) const CALLS: u32 = 6;

/// Methods that give the future that they are called on.
const AROUND_FUTURES: [&str; 4] = ["boxed", "boxed_local", "instrument", "in_current_span"];

/// A function whose values are looked at.
#[derive(Clone, Copy)]
pub(super) struct Computed<'f> {
    pub(super) function: &'f Function,
    /// How deep in calls of other functions it was met.
    pub(super) depth: u32,
}

impl Exchanges<'_, '_> {
    /// Everything that a function returns, as answers; errors are left to the type of the error, and so is what is made of one and
    /// does not show its status.
    pub(super) fn returned(&self, of: Computed<'_>) -> Vec<Answer> {
        let Some(value) = &of.function.declared.value else { return Vec::new() };
        let ways = |Ending { value, failed }: Ending<'_>| {
            let mut ways = self.ways(value, of);
            ways.retain(|way| !failed || way.status.is_some());
            ways
        };
        endings(value).into_iter().flat_map(ways).collect()
    }

    /// All that a value answers with: several things where a function is called that answers in several ways.
    fn ways(&self, value: &Expr, of: Computed<'_>) -> Vec<Answer> {
        if let ExprKind::Call { callee, arguments, .. } = &value.kind
            && let ExprKind::Path(path) = &callee.kind
        {
            if let ("Ok", [inner]) = (&**path, arguments.as_slice()) {
                return self.ways(inner, of);
            }
            if !matches!(&**path, "Err" | "Some") && self.outside(path, of).is_empty() {
                return self.called(path, arguments, of);
            }
        }
        self.value(value, of, 0).into_iter().collect()
    }

    /// What a value answers with; `None` for an error, which its type speaks of.
    pub(super) fn value(&self, value: &Expr, of: Computed<'_>, depth: u32) -> Option<Answer> {
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
                if let Some(answer) = self.of_variant(path, of) {
                    return Some(answer);
                }
                let expr = TypeExpr::Path { path: path.clone(), arguments: Vec::new() };
                Some(self.of_meaning(&self.meaning(&expr, of.function), of.depth + 1))
            }
            ExprKind::Text(_) => Some(Answer::raw(Status::Code(200), "text/plain", self.spot_of(value, of))),
            ExprKind::Block { .. } | ExprKind::If { .. } | ExprKind::Match { .. } | ExprKind::Compiled(_) => {
                self.only(tails(value), of, depth)
            }
            ExprKind::Async(block) => {
                self.only(endings(block).into_iter().map(|ending| ending.value).collect(), of, depth)
            }
            ExprKind::Literal(_)
            | ExprKind::Field { .. }
            | ExprKind::Macro { .. }
            | ExprKind::Closure { .. }
            | ExprKind::Loop { .. }
            | ExprKind::Add(..)
            | ExprKind::Return(_)
            | ExprKind::Lent(_)
            | ExprKind::Cut
            | ExprKind::Other(_) => Some(Answer::hidden()),
        }
    }

    /// What values answer with of which one is it, where that is the same for all that are no error.
    pub(super) fn only(&self, values: Vec<&Expr>, of: Computed<'_>, depth: u32) -> Option<Answer> {
        let mut answers = values.into_iter().filter_map(|value| self.value(value, of, depth + 1));
        let first = answers.next()?;
        Some(if answers.any(|other| other != first) { Answer::hidden() } else { first })
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
                return Some(Answer::bare(Some(Status::Code(code)), spot));
            }
            match table::answers(owner) {
                Some(Answers::Empty(status)) => {
                    return Some(Answer::bare(Some(redirect(name, status)), spot));
                }
                Some(Answers::RawBody(status, media)) => return Some(Answer::raw(status, media, spot)),
                _ => {}
            }
        }
        let mut ways = self.called(path, arguments, of).into_iter();
        let first = ways.next()?;
        Some(if ways.next().is_some() { Answer::hidden() } else { first })
    }

    /// A value that is made by writing its type in front of what it holds: `Json(order)`.
    fn made(&self, outside: &str, arguments: &[Expr], of: Computed<'_>, depth: u32) -> Option<Answer> {
        match table::answers(outside)? {
            Answers::Body(status, media, position) => {
                let value = arguments.get(position);
                let at = value.map(|value| self.spot_of(value, of)).unwrap_or_default();
                let r#type = match value {
                    Some(value) => self.sent(value, of, depth + 1),
                    None => self.emitted(None, at),
                };
                Some(Answer::body(Some(status), Content { media: media.into(), r#type: Some(r#type), at }))
            }
            Answers::RawBody(status, media) => Some(Answer::raw(status, media, Spot::default())),
            Answers::Empty(status) => Some(Answer::bare(Some(status), Spot::default())),
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
            _ if AROUND_FUTURES.contains(&name) => self.value(receiver, of, depth + 1),
            ("json", [value]) => {
                let builder = self.value(receiver, of, depth + 1)?;
                let at = self.spot_of(value, of);
                let r#type = self.sent(value, of, depth + 1);
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
            None => Answer::bare(None, Spot::default()),
        };
        if has_status {
            answer.status = code;
        }
        answer
    }

    fn named(&self, path: &str, of: Computed<'_>, depth: u32) -> Option<Answer> {
        if is_status_path(path) {
            let code = status(last(path));
            let answer = Answer::bare(code.map(Status::Code), Spot::default());
            // A framework that calls it so has functions that make a response of what failed.
            let is_caught = path.rsplit("::").nth(1) == Some("Status") && code.is_none_or(|code| code > 205);
            let body = if is_caught { Body::Unknown("a catcher makes the body".into()) } else { Body::Empty };
            return Some(Answer { body, ..answer });
        }
        let meaning = match bound(of.function, path) {
            Bound::Let(..) if is_changed(of.function, path) => None,
            Bound::Let(_, Some(value)) => return self.value(value, of, depth + 1),
            Bound::Parameter => self.variable(path, of),
            Bound::Nothing => {
                if let Some(answer) = self.of_variant(path, of) {
                    return Some(answer);
                }
                let expr = TypeExpr::Path { path: path.into(), arguments: Vec::new() };
                Some(self.meaning(&expr, of.function))
            }
            Bound::Inside(..) | Bound::Let(_, None) | Bound::Unclear => None,
        };
        Some(meaning.map_or_else(Answer::hidden, |meaning| self.of_meaning(&meaning, of.depth + 1)))
    }

    /// What a function of the repository answers with that is called for it. It does not answer each of its callers in all of its
    /// ways.
    fn called(&self, path: &str, arguments: &[Expr], of: Computed<'_>) -> Vec<Answer> {
        if let Some(answer) = self.of_variant(path, of) {
            return vec![answer];
        }
        let Some(function) = self.callee(path, arguments, of, 0) else { return vec![Answer::hidden()] };
        let Some(result) = &function.declared.result else { return vec![Answer::empty()] };
        let answer = self.of_written(result, &function, of.depth + 1);
        if !answer.is_hidden() || of.depth >= CALLS || !self.spend() {
            return vec![answer];
        }
        let mut found: Vec<Answer> = Vec::new();
        for answer in self.returned(Computed { function: &function, depth: of.depth + 1 }) {
            if !found.contains(&answer) {
                found.push(answer);
            }
        }
        let several = found.len() > 1;
        found.iter_mut().for_each(|answer| answer.maybe |= several);
        if found.is_empty() { vec![Answer::hidden()] } else { found }
    }

    /// The outside paths that a path in a body can mean.
    pub(super) fn outside(&self, path: &str, of: Computed<'_>) -> Vec<String> {
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
    pub(super) fn emitted(&self, meaning: Option<Meaning>, at: Spot) -> Type {
        match meaning {
            Some(meaning) => self.wire.of(&meaning, Direction::Emits),
            None => Type::new(Shape::Unknown("the type of the value is not written".into()), at),
        }
    }

    pub(super) fn spot_of(&self, value: &Expr, of: Computed<'_>) -> Spot {
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
    branches(value).into_iter().map(|(value, _)| value).collect()
}

/// A value that a function ends with.
pub(super) struct Ending<'e> {
    pub(super) value: &'e Expr,
    /// Whether something has failed where it stands.
    pub(super) failed: bool,
}

/// The values that a function ends with: the last ones of its branches, and those of `return`. What closures and `async` blocks return
/// is their own, but for a block that the function ends with: what that gives the function does.
pub(super) fn endings(value: &Expr) -> Vec<Ending<'_>> {
    let mut found = Vec::new();
    let mut bodies = vec![Ending { value, failed: false }];
    while let Some(body) = bodies.pop() {
        let mut all = branches(body.value);
        all.extend(returns(body.value));
        for (value, failed) in all {
            let ending = |value| Ending { value, failed: failed || body.failed };
            match future(value) {
                Some(block) => bodies.push(ending(block)),
                None => found.push(ending(value)),
            }
        }
    }
    found
}

/// The block of a value that is a future written out, whatever it is wrapped in.
fn future(value: &Expr) -> Option<&Expr> {
    let mut next = Some(value);
    while let Some(value) = next {
        next = if let ExprKind::Async(block) = &value.kind {
            return Some(block);
        } else if let ExprKind::Method { receiver, name, .. } = &value.kind {
            Some(&**receiver).filter(|_| AROUND_FUTURES.contains(&&**name))
        } else if let ExprKind::Call { callee, arguments, .. } = &value.kind {
            arguments.first().filter(|_| path_of(callee) == Some("Box::pin"))
        } else {
            None
        };
    }
    None
}

/// The values behind `return`, in the order they are written, and whether something has failed there; of closures and `async` blocks
/// nothing.
pub(super) fn returns(value: &Expr) -> Vec<(&Expr, bool)> {
    let mut returned = Vec::new();
    let mut open = vec![(value, false)];
    while let Some((value, failed)) = open.pop() {
        if let ExprKind::Return(Some(value)) = &value.kind {
            returned.extend(branches(value).into_iter().map(|(value, inner)| (value, failed || inner)));
        } else if let ExprKind::Block { statements, value: last, .. } = &value.kind {
            for statement in statements {
                let refused = matches!(statement, Statement::Let { name, .. } if name.starts_with("Ok("));
                open.extend(statement.inside().into_iter().map(|inner| (inner, failed)));
                if let (true, Statement::Let { otherwise: Some(_), .. }) = (refused, statement)
                    && let Some((_, failed)) = open.last_mut()
                {
                    *failed = true;
                }
            }
            open.extend(last.as_deref().map(|last| (last, failed)));
        } else if !matches!(value.kind, ExprKind::Closure { .. } | ExprKind::Async(_)) {
            let inside = value.inside().into_iter().enumerate();
            open.extend(inside.map(|(index, inner)| (inner, failed || fails_in(value, index))));
        }
    }
    returned.reverse();
    returned
}

/// The last values of the branches of an expression, and whether something has failed in the branch.
fn branches(value: &Expr) -> Vec<(&Expr, bool)> {
    let mut open = vec![(value, false)];
    let mut found = Vec::new();
    while let Some((value, failed)) = open.pop() {
        if let ExprKind::Block { value, .. } = &value.kind {
            open.extend(value.as_deref().map(|value| (value, failed)));
        } else if is_divided(value) {
            let inside: Vec<_> = value.inside().into_iter().enumerate().collect();
            let branch = |(index, inner)| (inner, failed || fails_in(value, index));
            open.extend(inside.into_iter().rev().map(branch));
        } else if !matches!(value.kind, ExprKind::Return(_)) {
            found.push((value, failed));
        }
    }
    found
}

/// Whether a value is that of one of its branches.
fn is_divided(value: &Expr) -> bool {
    matches!(
        value.kind,
        ExprKind::If { otherwise: Some(_), .. } | ExprKind::Match { .. } | ExprKind::Compiled(_)
    )
}

/// Whether the part of a value with this index stands where a `Result` turned out to be an error.
fn fails_in(value: &Expr, index: usize) -> bool {
    if let ExprKind::Match { arms, .. } = &value.kind {
        return arms.get(index).is_some_and(|arm| arm.pattern.starts_with("Err("));
    }
    matches!(&value.kind, ExprKind::If { condition, .. } if index == 0 && condition.starts_with("let Err("))
}

/// Whether all that a function returns is an error.
pub(super) fn only_fails(function: &Function) -> bool {
    let Some(value) = &function.declared.value else { return false };
    let is_error =
        |value: &Expr| matches!(&value.kind, ExprKind::Call { callee, .. } if path_of(callee) == Some("Err"));
    let endings = endings(value);
    !endings.is_empty() && endings.iter().all(|ending| is_error(ending.value))
}

pub(super) fn path_of(value: &Expr) -> Option<&str> {
    if let ExprKind::Lent(place) = &value.kind {
        return path_of(place);
    }
    if let ExprKind::Path(path) = &value.kind { Some(path) } else { None }
}

impl Answer {
    pub(super) fn bare(status: Option<Status>, at: Spot) -> Self {
        Self { status, body: Body::Empty, at, maybe: false }
    }

    pub(super) fn body(status: Option<Status>, content: Content) -> Self {
        let at = content.at;
        let body = Body::Content { presence: Presence::Required, contents: vec![content] };
        Self { status, body, at, maybe: false }
    }

    pub(super) fn raw(status: Status, media: &str, at: Spot) -> Self {
        Self::body(Some(status), Content { media: media.into(), r#type: None, at })
    }
}
