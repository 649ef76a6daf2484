//! What functions and closures change of what they borrow → the variables of who called them.

use super::evaluate::{Evaluator, name_of};
use super::frame::{self, Frame};
use super::value::{Closure, Value};
use crate::facts::{Body, Expr, ExprKind};

impl<'a> Evaluator<'a> {
    /// Notes what a function left in its parameters that are borrowed to be changed.
    pub(super) fn note_borrowed(&mut self, body: &Body, arguments: &[Value<'a>], frame: &Frame<'a>) {
        let given = body.parameters.iter().zip(arguments).enumerate();
        let changed = given.filter_map(|(at, (parameter, given))| {
            let is_borrowed = |written: &str| written.starts_with('&') && written.contains("mut ");
            let now = frame.variable(name_of(parameter))?;
            let may_change = is_borrowed(&parameter.r#type) || is_borrowed(&parameter.pattern);
            (may_change && !now.is(given)).then(|| (at, now.clone()))
        });
        self.borrowed = changed.collect();
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
        if let ExprKind::Call { arguments, .. } = &link.kind {
            borrowed.into_iter().for_each(|(at, now)| give_argument(frame, arguments.get(at), now));
            return None;
        }
        let ExprKind::Method { arguments, .. } = &link.kind else { return None };
        for (at, now) in borrowed {
            match (at.checked_sub(1), &place) {
                (None, Some(place)) => give(frame, place, before, now),
                (None, None) => {}
                (Some(at), _) => give_argument(frame, arguments.get(at), now),
            }
        }
        let is_same = place.as_deref().and_then(|place| frame.held(place)).is_some_and(|of| of.is(value));
        place.filter(|_| is_same)
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

fn give_argument<'a>(frame: &mut Frame<'a>, argument: Option<&Expr>, now: Value<'a>) {
    let Some(place) = argument.and_then(frame::place) else { return };
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
