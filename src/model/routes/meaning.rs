//! Paths → what they mean where they stand: variables, items of the repository, what other crates have.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::evaluate::Evaluator;
use super::frame::Frame;
use super::text::hole;
use super::value::{Template, Value};
use super::{Found, ItemRef, Location};
use crate::facts::frameworks;

impl<'a> Evaluator<'a> {
    /// The meaning of a path.
    pub(super) fn path(&mut self, path: &str, frame: &Frame<'a>) -> Value<'a> {
        if let Some(value) = frame.variable(path) {
            let known = self.known.get(path).filter(|_| value.unknown().is_some());
            return known.map_or_else(|| value.clone(), |text| Value::Text(Template::known(text)));
        }
        let (path, at) = frame.looked_up(path);
        let value = self.meaning(&path, at, frame.function);
        let of_parameter = value.unknown().and_then(|_| self.function_of_parameter(&path, at));
        of_parameter.map_or(value, Value::Function)
    }

    /// The function that a trait declares, where a path names it as one of a type parameter.
    fn function_of_parameter(&self, path: &str, at: Location) -> Option<ItemRef> {
        let (owner, name) = path.split_once("::").filter(|(_, name)| self.members.contains(name))?;
        self.method_of_any(&self.traits_of_parameter(owner, at), name)
    }

    /// The meaning of a path that begins with no variable.
    pub(super) fn meaning(&mut self, path: &str, at: Location, function: ItemRef) -> Value<'a> {
        let found = self.names.resolve(at, path);
        let is_value = |found: &Found| matches!(found, Found::Function(_) | Found::Constant(_));
        let in_values = found.iter().any(is_value);
        let mut values = Vec::new();
        for meaning in found.iter().filter(|meaning| !in_values || is_value(meaning)) {
            match meaning {
                Found::Function(of) => values.push(Value::Function(*of)),
                Found::Constant(of) => {
                    let value = self.call_function(*of, &[], function);
                    let is_nothing = matches!(value, Value::Nothing);
                    values.push(if is_nothing { Value::Unknown(hole(path)) } else { value });
                }
                Found::Module(of) => values.push(Value::Module(*of)),
                Found::Type(_) => values.push(Value::fields(path, at, BTreeMap::new())),
                Found::External(path) => values.push(external(path)),
                Found::Macro { .. } | Found::Unknown => {}
            }
        }
        if values.iter().any(is_understood) {
            values.retain(|value| !matches!(value, Value::External(_)) || is_understood(value));
        } else if values.iter().all(|value| matches!(value, Value::External(_))) {
            values.truncate(1);
        }
        let values = values.into_iter().map(|value| (None, value)).collect();
        Value::choice(values).unwrap_or_else(|| Value::Unknown(hole(path)))
    }
}

/// Whether a value is a path whose meaning a framework knows.
fn is_understood(value: &Value<'_>) -> bool {
    let Value::External(path) = value else { return !matches!(value, Value::Unknown(_)) };
    let segments: Vec<_> = path.split("::").collect();
    frameworks::of_path(path)
        .is_some_and(|row| (row.function)(&segments).is_some() || (row.kind)(&segments).is_some())
}

fn external<'a>(path: &str) -> Value<'a> {
    match frameworks::named_methods(path) {
        Some(methods) => Value::Filter(Rc::new(methods.to_vec())),
        None => Value::External(path.into()),
    }
}
