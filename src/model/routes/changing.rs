//! Values of variables that may change → what stays known of them.
//!
//! Who changes a variable is not followed: a method may, whoever borrows it may, and so may an assignment to a part of it. Which
//! variant of an enum it holds is not known then, so that no arm of a `match` is left out because of it.

use super::evaluate::Evaluator;
use super::value::Value;

/// How deep fields in fields are gone through: they may share what they hold, so that there are more ways than values.
const DEPTH: u32 = 3;

impl<'a> Evaluator<'a> {
    /// The value of a variable that may change: variants are of their enum only.
    pub(super) fn changing(&self, value: &Value<'a>) -> Value<'a> {
        self.changing_at(value, 0)
    }

    /// What a pattern binds of a value: what is bound as `mut` may change.
    pub(super) fn bound(&self, pattern: &str, value: &Value<'a>) -> Value<'a> {
        if pattern.contains("mut ") { self.changing(value) } else { value.clone() }
    }

    fn changing_at(&self, value: &Value<'a>, depth: u32) -> Value<'a> {
        if depth >= DEPTH {
            return value.clone();
        }
        if let Value::Struct(fields) = value {
            if let Some((of, _)) = self.variant(fields) {
                // What a variant holds may be served, whichever it is.
                let holds = !value.routers().is_empty();
                return if holds { value.clone() } else { Value::fields(of, fields.at, Default::default()) };
            }
            let inner = fields.fields.iter();
            let inner = inner.map(|(name, value)| (name.clone(), self.changing_at(value, depth + 1)));
            let changed: std::collections::BTreeMap<_, _> = inner.collect();
            let is_same = changed.iter().zip(&fields.fields).all(|((_, one), (_, other))| same(one, other));
            return if is_same { value.clone() } else { Value::fields(&fields.path, fields.at, changed) };
        }
        if let Value::List(list) = value {
            let changed: Vec<_> =
                list.values.iter().map(|value| self.changing_at(value, depth + 1)).collect();
            let is_same = changed.iter().zip(&list.values).all(|(one, other)| same(one, other));
            return if is_same { value.clone() } else { Value::list(changed) };
        }
        if let Value::Choice(all) = value {
            let each = all.iter().map(|(when, value)| (when.clone(), self.changing_at(value, depth + 1)));
            return Value::choice(each.collect()).unwrap_or(Value::Nothing);
        }
        value.clone()
    }
}

/// Whether nothing was taken from a value: what is left as it is stays the very same.
fn same(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        (Value::Struct(one), Value::Struct(other)) => std::rc::Rc::ptr_eq(one, other),
        (Value::List(one), Value::List(other)) => std::rc::Rc::ptr_eq(one, other),
        (Value::Choice(_), Value::Choice(_)) => false,
        _ => true,
    }
}
