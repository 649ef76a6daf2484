//! What functions and closures change of what they borrow → the variables of who called them.
//!
//! Of a text that is lent to who is not followed nothing is known behind the call.

use super::evaluate::{Evaluator, name_of};
use super::frame::{self, Frame};
use super::text::hole;
use super::value::{Closure, Object, Template, Value};
use crate::facts::{Expr, ExprKind, Parameter};

/// How deep fields in fields are gone through.
const DEPTH: u32 = 3;

impl<'a> Evaluator<'a> {
    /// Notes what a function left in its parameters that are borrowed to be changed.
    pub(super) fn note_borrowed(
        &mut self,
        parameters: &[Parameter],
        arguments: &[Value<'a>],
        frame: &Frame<'a>,
    ) {
        let given = parameters.iter().zip(arguments).enumerate();
        let changed = given.filter_map(|(at, (parameter, given))| {
            let now = frame.variable(name_of(parameter).trim_start_matches("mut "))?;
            // Of a closure the type need not be written: what it is handed may be lent to it.
            let is_told = is_borrowed(&parameter.r#type) || is_borrowed(&parameter.pattern);
            let may_change = is_told || parameter.r#type.is_empty() && &*parameter.name != "self";
            (may_change && !now.is(given)).then(|| Left { at, now: now.clone(), is_told })
        });
        self.borrowed = Some(changed.collect());
    }

    /// `mem::swap`, `mem::replace` and `mem::take`: what they give, and what they leave behind.
    pub(super) fn exchanged(&mut self, path: &str, arguments: &[Value<'a>]) -> Option<Value<'a>> {
        let (module, name) = path.rsplit_once("::")?;
        if !matches!(module, "std::mem" | "core::mem") {
            return None;
        }
        let left = |at, now: &Value<'a>| Left { at, now: now.clone(), is_told: true };
        let (value, left) = match (name, arguments) {
            ("swap", [one, other]) => (Value::Nothing, vec![left(0, other), left(1, one)]),
            ("replace", [old, new]) => (old.clone(), vec![left(0, new)]),
            ("take", [old]) => (old.clone(), vec![left(0, &self.emptied(old))]),
            _ => return None,
        };
        self.borrowed = Some(left);
        Some(value)
    }

    /// What is left of a value that was taken out of its place.
    fn emptied(&mut self, value: &Value<'a>) -> Value<'a> {
        if let Value::Router(id) = value {
            let Object { framework, kind, .. } = self.objects[id.0 as usize];
            Value::Router(self.make(framework, kind, Vec::new()))
        } else if let Value::Text(_) = value {
            Value::Text(Template::default())
        } else if let Value::List(_) = value {
            Value::list(Vec::new())
        } else {
            Value::Unknown(hole("default"))
        }
    }

    /// Notes what a closure left in variables of the function that it is written in.
    pub(super) fn note_captured(&mut self, closure: &Closure<'a>, frame: &Frame<'a>) {
        for ((name, given), (_, now)) in closure.variables.iter().zip(&frame.variables) {
            if !now.is(given) {
                self.captured.push((closure.function, name.clone(), now.clone()));
            }
        }
    }

    /// Gives variables what the last call left in them; the place that the value of the call is, where it is one: `self.field`, or
    /// again what the call was made on.
    pub(super) fn hand_back(
        &mut self,
        link: &Expr,
        (place, before): (Option<String>, &Value<'a>),
        value: &Value<'a>,
        frame: &mut Frame<'a>,
    ) -> Option<String> {
        self.hand_out(frame);
        let borrowed = std::mem::take(&mut self.borrowed);
        if let ExprKind::Field { name, .. } = &link.kind {
            return place.map(|place| format!("{place}.{name}"));
        }
        let (arguments, is_method) = if let ExprKind::Call { arguments, .. } = &link.kind {
            (arguments, false)
        } else if let ExprKind::Method { arguments, .. } = &link.kind {
            (arguments, true)
        } else {
            return None;
        };
        if borrowed.is_none() {
            arguments.iter().for_each(|argument| unsettle(frame, argument));
        }
        for Left { at, now, is_told } in borrowed.unwrap_or_default() {
            let argument = if is_method { at.checked_sub(1) } else { Some(at) };
            match (argument.map(|at| arguments.get(at)), &place) {
                (None, Some(place)) => give(frame, place, before, now),
                (Some(Some(argument)), _) if is_told || matches!(argument.kind, ExprKind::Lent(_)) => {
                    give_argument(frame, argument, now);
                }
                (None, None) | (Some(_), _) => {}
            }
        }
        let is_same = place.as_deref().and_then(|place| frame.held(place)).is_some_and(|of| of.is(value));
        place.filter(|_| is_method && is_same)
    }

    /// Gives variables what closures of this function left in them. How often and when those were called is not known.
    fn hand_out(&mut self, frame: &mut Frame<'a>) {
        let (own, others) =
            std::mem::take(&mut self.captured).into_iter().partition(|(of, ..)| *of == frame.function);
        self.captured = others;
        let own: Vec<_> = own;
        for (_, name, now) in own {
            let Some(old) = frame.variable(&name).cloned() else { continue };
            frame.assign(&name, Value::choice(vec![(None, old), (None, now)]).unwrap_or(Value::Nothing));
        }
    }
}

/// What a call left in one of its parameters.
pub(super) struct Left<'a> {
    at: usize,
    now: Value<'a>,
    /// Whether its type says that it may be changed.
    is_told: bool,
}

/// What one of several calls left, where it is not known which of them it is.
pub(super) fn one_of(calls: Vec<Option<Vec<Left<'_>>>>) -> Option<Vec<Left<'_>>> {
    let mut all: Vec<Left<'_>> = Vec::new();
    let mut is_followed = false;
    for left in calls {
        is_followed |= left.is_some();
        for Left { at, now, is_told } in left.into_iter().flatten() {
            match all.iter_mut().find(|known| known.at == at) {
                Some(known) => {
                    let ways = vec![(None, known.now.clone()), (None, now)];
                    known.now = Value::choice(ways).unwrap_or(Value::Nothing);
                    known.is_told |= is_told;
                }
                None => all.push(Left { at, now, is_told }),
            }
        }
    }
    is_followed.then_some(all)
}

fn is_borrowed(written: &str) -> bool {
    written.starts_with('&') && written.contains("mut ")
}

/// The parameters that are borrowed to be changed.
pub(super) fn lends(parameters: &[Parameter]) -> Vec<&str> {
    let borrowed = parameters.iter().filter(|parameter| is_borrowed(&parameter.r#type));
    borrowed.map(|parameter| &*parameter.name).collect()
}

/// Takes what is known of a text from the place that is lent to who is not followed.
fn unsettle(frame: &mut Frame<'_>, argument: &Expr) {
    let is_handed_on = |path: &str| frame.lends.contains(&path);
    if !matches!(&argument.kind, ExprKind::Lent(_))
        && !matches!(&argument.kind, ExprKind::Path(path) if is_handed_on(path))
    {
        return;
    }
    let Some(place) = frame::place(argument) else { return };
    if let Some(now) = frame.held(&place).and_then(|value| unsettled(&value, &place, 0)) {
        frame.assign(&place, now);
    }
}

/// A value of whose texts nothing is known any more; `None` where it holds none.
fn unsettled<'a>(value: &Value<'a>, place: &str, depth: u32) -> Option<Value<'a>> {
    if let Value::Text(_) = value {
        return Some(Value::Unknown(hole(place)));
    }
    if let Value::Choice(all) = value
        && all.iter().all(|(_, value)| matches!(value, Value::Text(_)))
    {
        return Some(Value::Unknown(hole(place)));
    }
    let Value::Struct(old) = value else { return None };
    if depth >= DEPTH {
        return None;
    }
    let mut fields = old.fields.clone();
    let mut is_changed = false;
    for (name, field) in &mut fields {
        if let Some(now) = unsettled(field, &format!("{place}.{name}"), depth + 1) {
            (*field, is_changed) = (now, true);
        }
    }
    is_changed.then(|| Value::fields(&old.path, old.at, fields))
}

fn give_argument<'a>(frame: &mut Frame<'a>, argument: &Expr, now: Value<'a>) {
    let Some(place) = frame::place(argument) else { return };
    let Some(before) = frame.held(&place) else { return };
    give(frame, &place, &before, now);
}

/// Gives a place what a call left in it; of one of several values it may be any that was called.
fn give<'a>(frame: &mut Frame<'a>, place: &str, before: &Value<'a>, now: Value<'a>) {
    if frame.held(place).is_none() {
        return;
    }
    let ways = vec![(None, before.clone()), (None, now.clone())];
    let is_one_of_several = matches!(before, Value::Choice(_));
    frame.assign(place, Value::choice(ways).filter(|_| is_one_of_several).unwrap_or(now));
}
