//! Blocks, branches and loops → values, and the routers that grow on the way.
//!
//! Every branch is taken, with its condition noted. A loop over a list that is known is unrolled, any other is taken once.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Found;
use super::evaluate::Evaluator;
use super::frame::{self, Frame, Join};
use super::pattern;
use super::text::{hole, hole_of, path_of};
use super::value::{Hole, Template, Value};

use crate::facts::frameworks::{self, Operation};
use crate::facts::{Arm, CfgId, Expr, ExprKind, ScopeId, Statement, TestMark};

/// How many elements of a list a loop is unrolled over.
const UNROLLED: usize = 256;
/// Methods that hand out one element of a list after the other.
const ELEMENTS: [&str; 5] = ["next", "next_back", "pop", "pop_front", "pop_back"];

impl<'a> Evaluator<'a> {
    /// What a variable is bound to; where that is one of several, what the caller knows of it by its name.
    fn decided(&self, value: Value<'a>, name: &str) -> Value<'a> {
        let is_open = matches!(value, Value::Choice(_));
        match self.known.get(name).filter(|_| is_open) {
            Some(text) => Value::Text(Template::known(text)),
            None => value,
        }
    }

    /// Whether an expression makes a router and registers in it, and does nothing else that may serve it.
    fn is_only_built(&mut self, written: &Expr, frame: &Frame<'a>) -> bool {
        let (mut at, mut steps) = (written, Vec::new());
        while let ExprKind::Method { receiver, name, arguments, .. } = &at.kind {
            steps.push((&**name, arguments.len()));
            at = receiver;
        }
        let ExprKind::Call { callee, .. } = &at.kind else { return false };
        let Some(path) = path_of(callee) else { return false };
        let Value::External(path) = self.meaning(path, frame.at, frame.function) else { return false };
        let segments: Vec<_> = path.split("::").collect();
        frameworks::of_path(&path).is_some_and(|framework| {
            let made = (framework.function)(&segments);
            let Some(Operation::New { kind, .. }) = made else { return false };
            let operation = |(name, arguments): &(&str, usize)| (framework.method)(kind, name, *arguments);
            steps.iter().all(|step| operation(step).is_some_and(only_registers))
        })
    }

    /// Enters the scope of the items of a block, if it has any: they hide the variables around it. What is no value hides none: the
    /// name of a module or type is another one.
    pub(super) fn enter_scope(
        &mut self,
        scope: Option<ScopeId>,
        frame: &mut Frame<'a>,
    ) -> Option<(ScopeId, usize)> {
        let scope = scope?;
        let entered = (std::mem::replace(&mut frame.at.scope, scope), frame.variables.len());
        let mut hidden: Vec<Rc<str>> = frame.variables.iter().map(|(name, _)| name.clone()).collect();
        hidden.sort();
        hidden.dedup();
        hidden.retain(|name| self.names.declares(frame.at.file, scope, name));
        let is_value = |found: &Found| matches!(found, Found::Function(_) | Found::Constant(_));
        hidden.retain(|name| self.names.resolve(frame.at, name).iter().any(is_value));
        for name in &hidden {
            let value = self.meaning(name, frame.at, frame.function);
            frame.declare(name, value);
        }
        Some(entered)
    }

    /// A block of statements.
    pub(super) fn block(
        &mut self,
        statements: &'a [Statement],
        tail: Option<&'a Expr>,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let variables = frame.variables.len();
        for statement in statements {
            self.statement(statement, frame);
            if frame.done {
                break;
            }
        }
        let value = match tail {
            Some(tail) if !frame.done => self.eval(tail, frame),
            _ => Value::Nothing,
        };
        frame.leave(variables);
        value
    }

    fn statement(&mut self, statement: &'a Statement, frame: &mut Frame<'a>) {
        let cfg = match statement {
            Statement::Let { cfg, .. } | Statement::Assign { cfg, .. } | Statement::Expr { cfg, .. } => *cfg,
        };
        let around = self.names.item(frame.function).cfg;
        let conditions = self.conditions.len();
        let is_test = cfg != CfgId(0) && self.push_cfg(frame.at.file, cfg, Some(around));
        let is_conditional = cfg != CfgId(0);
        let done = frame.done;
        match statement {
            Statement::Let { name, mutable, idle, r#type, value: written, otherwise, .. } => {
                let value = match written {
                    Some(value) => self.eval(value, frame),
                    None => Value::Unknown(Hole::unset(name)),
                };
                if let Some(otherwise) = otherwise {
                    self.otherwise(name, otherwise, frame);
                }
                let value = named(self.typed(value, r#type, frame), name);
                let value = self.decided(value, name);
                let old = frame.variable(name).filter(|_| is_conditional).cloned();
                let value =
                    old.map_or(Some(value.clone()), |old| Value::choice(vec![(None, old), (None, value)]));
                if let Some(written) = written {
                    frame.note_let(name, written);
                }
                let value = value.unwrap_or(Value::Nothing);
                let value = if *mutable { self.changing(&value) } else { value };
                pattern::discarded(name, &value).iter().for_each(|value| self.describe(value));
                // Nobody serves what nobody names.
                if *idle && written.as_ref().is_some_and(|written| self.is_only_built(written, frame)) {
                    self.describe(&value);
                }
                pattern::bind(frame, name, &value);
            }
            Statement::Assign { name, value, .. } => {
                let value = self.eval(value, frame);
                let mut value = self.changing(&value);
                if let Some(old) = frame.variable(name).filter(|_| is_conditional).cloned() {
                    value = Value::choice(vec![(None, old), (None, value)]).unwrap_or(Value::Nothing);
                }
                frame.assign(name, value);
            }
            Statement::Expr { value: expr, .. } if is_conditional => self.maybe(expr, frame),
            Statement::Expr { value: expr, .. } => {
                let value = self.eval(expr, frame);
                if matches!(value, Value::Choice(_)) {
                    self.leave(&value);
                }
            }
        }
        if is_conditional {
            // Where it is not compiled, it does not end the function either.
            frame.done = done;
        }
        self.conditions.truncate(conditions);
        self.test -= u32::from(is_test);
    }

    /// A statement under a condition: what it leaves in variables, or what they held before.
    fn maybe(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) {
        let mut join = Join::new(frame);
        join.begin(frame);
        let value = self.eval(expr, frame);
        if matches!(value, Value::Choice(_)) {
            self.leave(&value);
        }
        join.end(frame, self.conditions.last().cloned(), Value::Nothing);
        join.begin(frame);
        join.end(frame, None, Value::Nothing);
        join.finish(frame);
    }

    /// The block behind the `else` of a `let`, which ends the function or the loop.
    fn otherwise(&mut self, pattern: &str, block: &'a Expr, frame: &mut Frame<'a>) {
        let mut join = Join::new(frame);
        join.begin(frame);
        self.under(&format!("if not let {pattern}").into(), block, frame);
        join.begin(frame);
        join.end(frame, None, Value::Nothing);
        join.finish(frame);
    }

    /// What is compiled under conditions of its own: one of several, or nothing.
    pub(super) fn compiled(&mut self, ways: &'a [(CfgId, Expr)], frame: &mut Frame<'a>) -> Value<'a> {
        let around = self.names.item(frame.function).cfg;
        let mut join = Join::new(frame);
        for (cfg, way) in ways {
            join.begin(frame);
            let conditions = self.conditions.len();
            let is_test = self.push_cfg(frame.at.file, *cfg, Some(around));
            let when = self.conditions.get(conditions).cloned();
            let value = self.eval(way, frame);
            self.conditions.truncate(conditions);
            self.test -= u32::from(is_test);
            join.end(frame, when, value);
        }
        // Where none is compiled, everything is as before.
        join.begin(frame);
        join.end(frame, None, Value::Nothing);
        join.finish(frame)
    }

    /// `Name { field: value }`; of fields that are there under conditions all are meant.
    pub(super) fn structure(
        &mut self,
        path: &str,
        written: &'a [(Box<str>, Expr)],
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let mut fields: BTreeMap<Rc<str>, Value<'a>> = BTreeMap::new();
        for (name, value) in written {
            let value = self.eval(value, frame);
            let value = match fields.remove(&**name) {
                Some(other) => Value::choice(vec![(None, other), (None, value)]).unwrap_or(Value::Nothing),
                None => value,
            };
            fields.insert((&**name).into(), value);
        }
        Value::fields(path, frame.at, fields)
    }

    /// `let r: Router = Default::default()` and the like: the type says what the value does not.
    fn typed(&mut self, value: Value<'a>, written: &str, frame: &Frame<'a>) -> Value<'a> {
        if written.is_empty() || !matches!(value, Value::Unknown(_)) {
            return value;
        }
        match self.kind_of_type(written, frame.at) {
            Some((framework, kind @ (frameworks::Kind::Router | frameworks::Kind::Switch))) => {
                let id = self.make(framework, kind, Vec::new());
                self.objects[id.0 as usize].left = true;
                Value::Router(id)
            }
            Some((_, frameworks::Kind::Resource | frameworks::Kind::Filter | frameworks::Kind::Methods))
            | None => value,
        }
    }

    /// Notes a `cfg` as a condition, without the part that `around` says already; whether it makes code test code.
    pub(super) fn push_cfg(&mut self, file: u32, cfg: CfgId, around: Option<CfgId>) -> bool {
        let own = self.names.cfg(file, cfg);
        if !own.text.is_empty() {
            let is_around = around.is_some_and(|around| self.names.cfg(file, around).test == TestMark::Yes);
            let around = around.map_or("", |around| &self.names.cfg(file, around).text);
            let rest = own.text.strip_prefix(around).filter(|_| !around.is_empty());
            let text = rest.map_or(&*own.text, |rest| rest.strip_prefix(" and ").unwrap_or(rest));
            if !text.is_empty() {
                let condition: Rc<str> = format!("cfg({text})").into();
                // What only stands around it says so itself.
                if own.test == TestMark::Yes && !is_around {
                    self.tests.insert(condition.clone());
                }
                self.conditions.push(condition);
            }
        }
        let is_test = own.test == TestMark::Yes;
        self.test += u32::from(is_test);
        is_test
    }

    /// `if`, `if let`.
    pub(super) fn conditional(
        &mut self,
        (condition, asked): (&str, Option<&'a Expr>),
        branches: (&'a Expr, Option<&'a Expr>),
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let (then, otherwise) = branches;
        let computed = asked.and_then(|asked| self.matched(asked, frame));
        let mut join = Join::new(frame);
        let when: Rc<str> = format!("if {condition}").into();
        join.begin(frame);
        if let Some((pattern, subject)) =
            condition.strip_prefix("let ").and_then(|rest| rest.split_once(" = "))
        {
            let value = computed.or_else(|| frame.variable(subject.trim_start_matches(['&', '*'])).cloned());
            let value = value.map(|value| self.bound(pattern, &value));
            pattern::bind_branch(frame, pattern, value.as_ref());
        }
        let value = self.under(&when, then, frame);
        join.end(frame, Some(when), value);
        join.begin(frame);
        let unless: Rc<str> = format!("if not {condition}").into();
        let value = match otherwise {
            Some(otherwise) => self.under(&unless, otherwise, frame),
            None => Value::Nothing,
        };
        join.end(frame, otherwise.map(|_| unless), value);
        join.finish(frame)
    }

    fn under(&mut self, condition: &Rc<str>, expr: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        self.conditions.push(condition.clone());
        let value = self.eval(expr, frame);
        self.conditions.pop();
        value
    }

    /// `match`.
    pub(super) fn selection(
        &mut self,
        (subject, computed): (&str, Option<&'a Expr>),
        arms: &'a [Arm],
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let matched = match computed {
            Some(computed) => self.matched(computed, frame),
            None => frame.variable(subject.trim_start_matches(['&', '*'])).cloned(),
        };
        let mut join = Join::new(frame);
        let variant = match &matched {
            // What is read from elsewhere may be another by now.
            Some(Value::Struct(fields)) if computed.is_none() => {
                self.variant(fields).map(|(_, variant)| variant)
            }
            Some(_) | None => None,
        };
        let taken = variant.map(|variant| pattern::arms_for(arms, variant));
        for (at, arm) in arms.iter().enumerate() {
            if taken.as_ref().is_some_and(|taken| !taken.contains(&at)) {
                continue;
            }
            join.begin(frame);
            let value = matched.as_ref().map(|value| self.bound(&arm.pattern, value));
            pattern::bind_branch(frame, &arm.pattern, value.as_ref());
            let is_only = taken.as_ref().is_some_and(|taken| taken.len() == 1);
            let when: Option<Rc<str>> =
                (!is_only).then(|| format!("match {subject} {{ {} }}", arm.pattern).into());
            let value = self.arm(arm, when.clone(), frame);
            join.end(frame, when, value);
        }
        join.finish(frame)
    }

    fn arm(&mut self, arm: &'a Arm, when: Option<Rc<str>>, frame: &mut Frame<'a>) -> Value<'a> {
        let conditions = self.conditions.len();
        self.conditions.extend(when);
        let around = self.names.item(frame.function).cfg;
        let is_test = arm.cfg != CfgId(0) && self.push_cfg(frame.at.file, arm.cfg, Some(around));
        if let Some(guard) = &arm.guard {
            self.eval(guard, frame);
        }
        let value = self.eval(&arm.value, frame);
        self.conditions.truncate(conditions);
        self.test -= u32::from(is_test);
        value
    }

    /// What is computed to be matched; `None` where nothing is known of it, so that each name in a pattern stands for itself.
    fn matched(&mut self, computed: &'a Expr, frame: &mut Frame<'a>) -> Option<Value<'a>> {
        let value = self.eval(computed, frame);
        let is_open = value.unknown().is_some_and(|hole| hole.origin.is_none());
        (!is_open && !matches!(value, Value::External(_) | Value::Nothing)).then_some(value)
    }

    /// `for`, `while`, `loop`.
    pub(super) fn repetition(
        &mut self,
        head: (&str, Option<&'a Expr>),
        body: &'a Expr,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let (pattern, iterator) = head;
        if let Some(taken) = pattern.strip_prefix("let ") {
            return self.while_let(taken, iterator, body, frame);
        }
        let over = iterator.map(|iterator| self.eval(iterator, frame));
        // A field that was given nothing yet is filled by whoever holds it.
        let is_field = iterator.and_then(frame::place).is_some_and(|place| place.contains('.'));
        let may_grow = matches!(&over, Some(Value::List(list)) if list.values.is_empty()) && is_field;
        let is_list = |elements: &Vec<_>| elements.len() <= UNROLLED && !pattern.is_empty() && !may_grow;
        let elements = over.as_ref().and_then(elements).filter(is_list);
        match (over, elements) {
            (_, Some(elements)) => {
                for (when, value) in elements {
                    let conditions = self.conditions.len();
                    self.conditions.extend(when);
                    self.once(pattern, Some(&value), body, frame);
                    self.conditions.truncate(conditions);
                }
            }
            (Some(over), None) if !pattern.is_empty() => {
                let element = over.unknown().and_then(|of| pattern::named_in(pattern, &of.clone().element()));
                let written = iterator.map_or_else(|| "…".into(), |iterator| hole_of(iterator).written);
                let when: Rc<str> = format!("for {pattern} in {written}").into();
                self.conditions.push(when);
                self.once(pattern, element.as_ref(), body, frame);
                self.conditions.pop();
            }
            // `while` and `loop`.
            (_, None) => self.once("", None, body, frame),
        }
        Value::Nothing
    }

    fn while_let(
        &mut self,
        pattern: &str,
        asked: Option<&'a Expr>,
        body: &'a Expr,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        // What hands out one element after the other is as good as a loop over all of them.
        let element = pattern.strip_prefix("Some(").and_then(|rest| rest.strip_suffix(')'));
        if let (Some(element), Some(asked)) = (element, asked)
            && matches!(&asked.kind, ExprKind::Method { name, .. } if ELEMENTS.contains(&&**name))
        {
            return self.repetition((element, Some(asked)), body, frame);
        }
        let value = asked.and_then(|asked| self.matched(asked, frame));
        let variables = frame.variables.len();
        let value = value.map(|value| self.bound(pattern, &value));
        pattern::bind_branch(frame, pattern, value.as_ref());
        self.once("", None, body, frame);
        frame.leave(variables);
        Value::Nothing
    }

    fn once(&mut self, pattern: &str, value: Option<&Value<'a>>, body: &'a Expr, frame: &mut Frame<'a>) {
        let variables = frame.variables.len();
        let done = frame.done;
        match value {
            Some(value) => pattern::bind(frame, pattern, &self.bound(pattern, value)),
            None => pattern::bind_branch(frame, pattern, None),
        }
        self.eval(body, frame);
        frame.leave(variables);
        // The loop may run no time at all, so that a return in it is one of several ways.
        frame.done = done;
    }
}

/// What a loop over a value goes through, each with the condition under which it does; `None` for what is no list.
fn elements<'a>(over: &Value<'a>) -> Option<Vec<(Option<Rc<str>>, Value<'a>)>> {
    let Value::List(list) = over else { return None };
    let all = list.values.iter().flat_map(Value::alternatives);
    Some(all.filter(|(_, value)| !matches!(value, Value::Nothing)).collect())
}

/// A hole that is bound to a variable is called after it: that name says more than the last method of a chain.
fn named<'a>(value: Value<'a>, name: &str) -> Value<'a> {
    match value.unknown() {
        Some(of) if name.chars().all(|char| char.is_alphanumeric() || char == '_') => {
            Value::Unknown(Hole { name: hole(name).name, ..of.clone() })
        }
        Some(_) | None => value,
    }
}

/// Whether an operation on a router does no more than add to it.
fn only_registers(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::Register { .. }
            | Operation::RegisterTyped { .. }
            | Operation::Route { .. }
            | Operation::AnswerBelow { .. }
            | Operation::Nest { .. }
            | Operation::Mount { .. }
            | Operation::Layer { .. }
            | Operation::Prefix { .. }
    )
}
