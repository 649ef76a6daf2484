//! The variables of one function under evaluation, and how they come together behind its branches.

use std::borrow::Cow;
use std::rc::Rc;

use super::value::{Lets, Value};
use super::{ItemRef, Location};
use crate::facts::{Expr, ExprKind, ScopeId};

/// How many variables one function may have.
const VARIABLES: usize = 512;

/// Methods that give what can be changed inside of what they are called on.
const OPENED: [&str; 8] =
    ["lock", "write", "borrow_mut", "as_mut", "get_mut", "deref_mut", "unwrap", "expect"];

/// Names of types that stand for others: type parameters, and `Self` of a trait; each with the path, and where that is looked up.
pub(super) type Types = Vec<(Rc<str>, Rc<str>, Location)>;

/// The variables of one function, and what it returned so far.
pub(super) struct Frame<'a> {
    pub(super) at: Location,
    pub(super) function: ItemRef,
    pub(super) variables: Vec<(Rc<str>, Value<'a>)>,
    pub(super) lets: Lets<'a>,
    /// The parameters that are borrowed to be changed: who is handed one may change it as well.
    pub(super) lends: Vec<&'a str>,
    /// What names of types stand for here.
    pub(super) types: Types,
    pub(super) returned: Vec<(Option<Rc<str>>, Value<'a>)>,
    /// Whether the function has been returned from on this way.
    pub(super) done: bool,
}

impl<'a> Frame<'a> {
    pub(super) fn new(at: Location, function: ItemRef) -> Self {
        let (variables, lets, lends, types, returned) = Default::default();
        Self { at, function, variables, lets, lends, types, returned, done: false }
    }

    /// The type that a name stands for, and where that is looked up; itself where it stands for none.
    pub(super) fn type_named(&self, name: &str) -> (Rc<str>, Location) {
        let told = self.types.iter().find(|(known, ..)| &**known == name);
        told.map_or_else(|| (name.into(), self.at), |(_, path, at)| (path.clone(), *at))
    }

    /// A path with the type that it begins with, and where it is looked up.
    pub(super) fn looked_up<'p>(&self, path: &'p str) -> (Cow<'p, str>, Location) {
        let told = path.split_once("::").and_then(|(first, rest)| {
            let (_, of, at) = self.types.iter().find(|(known, ..)| &**known == first)?;
            Some((format!("{of}::{rest}").into(), *at))
        });
        told.unwrap_or((path.into(), self.at))
    }

    /// The variable with this name that is in sight.
    pub(super) fn variable(&self, name: &str) -> Option<&Value<'a>> {
        self.variables.iter().rev().find(|(known, _)| &**known == name).map(|(_, value)| value)
    }

    /// What is written behind the `let` of a variable, and its position; only those before `below` are looked at.
    pub(super) fn written(&self, name: &str, below: usize) -> Option<(usize, &'a str, &'a Expr)> {
        let mut before = self.variables.iter().take(below);
        let at = before.rposition(|(known, _)| &**known == name)?;
        let is_it = |(of, known, _): &&(usize, &str, &Expr)| *of == at && *known == name;
        self.lets.iter().rev().find(is_it).copied()
    }

    /// Leaves a scope that began with so many variables.
    pub(super) fn leave(&mut self, variables: usize) {
        self.variables.truncate(variables);
        self.lets.retain(|(of, ..)| *of < variables);
    }

    /// Notes what is written behind the `let` of the variable that is declared next.
    pub(super) fn note_let(&mut self, name: &'a str, written: &'a Expr) {
        let at = self.variables.len();
        self.lets.push((at, name.trim_start_matches("mut "), written));
    }

    /// Leaves a scope of items, where one was entered: it began with so many variables, inside of another.
    pub(super) fn leave_scope(&mut self, entered: Option<(ScopeId, usize)>) {
        if let Some((around, variables)) = entered {
            self.at.scope = around;
            self.leave(variables);
        }
    }

    /// Declares a variable.
    pub(super) fn declare(&mut self, name: &str, value: Value<'a>) {
        if self.variables.len() < VARIABLES {
            self.variables.push((name.into(), value));
        }
    }

    /// Gives a variable another value; `self.field` is a field of one.
    pub(super) fn assign(&mut self, name: &str, value: Value<'a>) {
        let name = name.trim_start_matches(['*', ' ']);
        let (name, fields) = match name.split_once('.') {
            Some((name, fields)) => (name, fields.split('.').collect()),
            None => (name, Vec::new()),
        };
        let Some((_, slot)) = self.variables.iter_mut().rev().find(|(known, _)| &**known == name) else {
            return;
        };
        if let Some(changed) = with_field(slot, &fields, value) {
            *slot = changed;
            self.lets.retain(|(_, known, _)| !fields.is_empty() || *known != name);
        }
    }

    /// What a variable, or a field of one, holds: `self.field`.
    pub(super) fn held(&self, place: &str) -> Option<Value<'a>> {
        let mut parts = place.split('.');
        let mut value = self.variable(parts.next()?)?.clone();
        for field in parts {
            let Value::Struct(fields) = &value else { return None };
            value = fields.fields.get(field)?.clone();
        }
        Some(value)
    }
}

/// The variable, or the field of one, that an expression names.
pub(super) fn place(expr: &Expr) -> Option<String> {
    if let ExprKind::Path(path) = &expr.kind {
        return Some(path.to_string()).filter(|path| !path.contains(':'));
    }
    if let ExprKind::Method { receiver, name, .. } = &expr.kind {
        return if OPENED.contains(&&**name) { place(receiver) } else { None };
    }
    if let ExprKind::Lent(lent) = &expr.kind {
        return place(lent);
    }
    let ExprKind::Field { receiver, name } = &expr.kind else { return None };
    Some(format!("{}.{name}", place(receiver)?))
}

/// A value with another in one of its fields; `None` where it is nothing that is known to have fields.
fn with_field<'a>(value: &Value<'a>, fields: &[&str], new: Value<'a>) -> Option<Value<'a>> {
    let Some((first, rest)) = fields.split_first() else { return Some(new) };
    let Value::Struct(old) = value else { return None };
    let new = if rest.is_empty() { new } else { with_field(old.fields.get(*first)?, rest, new)? };
    let mut fields = old.fields.clone();
    fields.insert((*first).into(), new);
    Some(Value::fields(&old.path, old.at, fields))
}

/// What a value is behind each branch, and the condition of the branch.
type Ways<'a> = Vec<(Option<Rc<str>>, Value<'a>)>;

/// The branches of an `if` or `match`: each begins with the same variables, and what they leave is laid side by side.
pub(super) struct Join<'a> {
    before: Vec<(Rc<str>, Value<'a>)>,
    done_before: bool,
    branches: usize,
    after: Vec<(Option<Rc<str>>, Vec<Value<'a>>)>,
    values: Vec<(Option<Rc<str>>, Value<'a>)>,
}

impl<'a> Join<'a> {
    /// Remembers the variables before the first branch.
    pub(super) fn new(frame: &Frame<'a>) -> Self {
        let before = frame.variables.clone();
        Self { before, done_before: frame.done, branches: 0, after: Vec::new(), values: Vec::new() }
    }

    /// Begins a branch.
    pub(super) fn begin(&mut self, frame: &mut Frame<'a>) {
        self.branches += 1;
        frame.leave(self.before.len());
        frame.variables.clone_from(&self.before);
        frame.done = self.done_before;
    }

    /// Ends a branch.
    pub(super) fn end(&mut self, frame: &Frame<'a>, when: Option<Rc<str>>, value: Value<'a>) {
        if frame.done {
            return;
        }
        let variables = frame.variables.iter().take(self.before.len()).map(|(_, value)| value.clone());
        self.after.push((when.clone(), variables.collect()));
        self.values.push((when, value));
    }

    /// The value of the whole, the variables joined.
    pub(super) fn finish(self, frame: &mut Frame<'a>) -> Value<'a> {
        frame.done = self.done_before || (self.branches > 0 && self.after.is_empty());
        let mut variables = self.before;
        for (at, (_, slot)) in variables.iter_mut().enumerate() {
            let changed =
                self.after.iter().any(|(_, values)| values.get(at).is_some_and(|value| !value.is(slot)));
            if changed {
                let all = self
                    .after
                    .iter()
                    .filter_map(|(when, values)| Some((when.clone(), values.get(at)?.clone())));
                let all = all.collect();
                *slot = grown(slot, &all).or_else(|| Value::choice(all)).unwrap_or(Value::Nothing);
            }
        }
        frame.leave(variables.len());
        frame.variables = variables;
        let mut values = self.values;
        if values.iter().any(|(_, value)| !matches!(value, Value::Nothing)) {
            values.retain(|(_, value)| !matches!(value, Value::Nothing));
        }
        Value::choice(values).unwrap_or(Value::Nothing)
    }
}

/// A list to which some branches added: those elements are there under the condition of the branch. One list for all ways, because
/// there are twice as many ways behind each branch. `None` for what is no such list; texts are put together in ways of their own.
fn grown<'a>(before: &Value<'a>, ways: &Ways<'a>) -> Option<Value<'a>> {
    let is_new = before.unknown().is_some_and(|hole| hole.written.starts_with("Vec::"));
    let old = if let Value::List(list) = before { &*list.values } else { &[] };
    if !is_new && !matches!(before, Value::List(_)) {
        return None;
    }
    let mut values = old.to_vec();
    for (when, way) in ways {
        let Value::List(list) = way else {
            if is_new && way.is(before) {
                continue;
            }
            return None;
        };
        let (same, more) = list.values.split_at_checked(old.len())?;
        if !same.iter().zip(old).all(|(one, other)| one.is(other))
            || more.iter().any(|value| matches!(value, Value::Text(_)))
        {
            return None;
        }
        let either = |value: &Value<'a>| vec![(when.clone(), value.clone()), (None, Value::Nothing)];
        values.extend(more.iter().map(|value| Value::Choice(Rc::new(either(value)))));
    }
    Some(Value::list(values))
}
