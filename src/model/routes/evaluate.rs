//! Lowered code → values: expressions, names and calls of the repository's own functions.
//!
//! Functions are evaluated where they are called; a call that hands over nothing
//! of meaning is evaluated once and copied. Depth, steps and sizes are capped, so that no code makes it run long; what is cut
//! off is not known, and the registrations in it are listed as not judged.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::borrowed::{Left, lends};
use super::frame::{Frame, Types};
use super::origin::Origin;
use super::pattern;
use super::text::{hole, hole_of};
use super::value::{Closure, Entry, MORE, Object, ObjectId, Template, Value};
use super::{Found, Hints, ItemRef, Location, Names, Registers};
use crate::basis::{Role, Site};
use crate::facts::frameworks::{self, FRAMEWORKS};
use crate::facts::{Body, Expr, ExprKind, Item, ItemKind, Parameter};

/// How deep evaluation goes, expressions and calls together.
const DEPTH: u32 = 220;
/// How many expressions one root may cost, and routes that are copied.
const STEPS: u32 = 300_000;
/// How many functions are entered inside each other.
const CALLS: usize = 32;
/// Places that cannot be judged, by file, place and the root under evaluation: what stands there, and the function it stands in.
pub(super) type Unjudged = BTreeMap<(u32, Site, ItemRef), (String, ItemRef)>;

/// One evaluation of a repository.
pub(super) struct Evaluator<'a> {
    pub(super) names: &'a dyn Names,
    /// Expression as written (blanks left out) → what it is known to be.
    pub(super) known: &'a BTreeMap<String, String>,
    /// What registers routes by the words of a design.
    pub(super) own: &'a [Registers],
    /// Functions that a design speaks for: what they do inside says nothing.
    pub(super) spoken_for: BTreeSet<ItemRef>,
    /// Handlers whose routes somebody registered.
    pub(super) mounted_handlers: BTreeSet<ItemRef>,
    pub(super) objects: Vec<Object>,
    outcomes: BTreeMap<ItemRef, Option<Value<'a>>>,
    /// Functions whose routers another function took up, with the roles of those.
    pub(super) taken: BTreeMap<ItemRef, BTreeSet<Role>>,
    /// Methods that traits of the repository may give to routers, by name.
    pub(super) extensions: BTreeMap<&'a str, Vec<ItemRef>>,
    /// Names of the members of blocks of which bodies were kept.
    pub(super) members: BTreeSet<&'a str>,
    /// Names of the methods of which bodies were kept that take or give what a framework has.
    pub(super) handlers: BTreeSet<&'a str>,
    /// The methods of which bodies were kept, by name.
    pub(super) methods: BTreeMap<&'a str, Vec<ItemRef>>,
    /// Places of method names that were evaluated: file and first byte.
    pub(super) visited: BTreeSet<(u32, u32)>,
    /// Registrations that cannot be judged.
    pub(super) unjudged: Unjudged,
    /// Macros of the repository that hide registrations, likewise.
    pub(super) opaque_macros: Unjudged,
    /// Functions of which calls got a copy of what they compute when nothing is known of their arguments.
    pub(super) copied: BTreeSet<ItemRef>,
    /// The conditions around what is being evaluated, outermost first.
    pub(super) conditions: Vec<Rc<str>>,
    /// How many of the conditions around say that this is test code.
    pub(super) test: u32,
    /// The conditions that say so.
    pub(super) tests: BTreeSet<Rc<str>>,
    /// Those of which so much was evaluated that the rest was left.
    exhausted: BTreeSet<ItemRef>,
    /// The root under evaluation.
    pub(super) owner: ItemRef,
    /// What the last call left in what it borrowed to change; `None` where nobody follows that.
    pub(super) borrowed: Option<Vec<Left<'a>>>,
    /// The same of the last closure that was called.
    closed: Option<Vec<Left<'a>>>,
    /// What closures left in variables around them, by the functions that they are written in.
    pub(super) captured: Vec<(ItemRef, Rc<str>, Value<'a>)>,
    /// The functions that are entered, outermost first.
    pub(super) calls: Vec<ItemRef>,
    /// The functions of traits that are called for each type, outermost first.
    pub(super) eachs: Vec<ItemRef>,
    depth: u32,
    steps: u32,
}

impl<'a> Evaluator<'a> {
    /// An evaluation that has not begun.
    pub(super) fn new(names: &'a dyn Names, hints: &'a Hints) -> Self {
        let nobody = ItemRef { file: 0, item: crate::facts::ItemId(0) };
        let mut evaluator = Self {
            names,
            known: &hints.values,
            own: &hints.registers,
            spoken_for: BTreeSet::new(),
            mounted_handlers: BTreeSet::new(),
            objects: Vec::new(),
            outcomes: BTreeMap::new(),
            taken: BTreeMap::new(),
            extensions: BTreeMap::new(),
            members: BTreeSet::new(),
            handlers: BTreeSet::new(),
            methods: BTreeMap::new(),
            visited: BTreeSet::new(),
            unjudged: BTreeMap::new(),
            opaque_macros: BTreeMap::new(),
            copied: BTreeSet::new(),
            conditions: Vec::new(),
            test: 0,
            tests: BTreeSet::new(),
            exhausted: BTreeSet::new(),
            owner: nobody,
            borrowed: None,
            closed: None,
            captured: Vec::new(),
            calls: Vec::new(),
            eachs: Vec::new(),
            depth: 0,
            steps: 0,
        };
        evaluator.find_methods();
        evaluator
    }

    fn find_methods(&mut self) {
        for of in self.names.bodies() {
            let (Some(block), Some(body)) = (self.names.parent(of), self.names.body(of)) else { continue };
            self.members.insert(&self.names.item(of).name);
            if body.parameters.first().is_none_or(|first| &*first.name != "self") {
                continue;
            }
            let types = body.parameters.iter().map(|parameter| &parameter.r#type).chain([&body.result]);
            if types.into_iter().any(|r#type| frameworks::names_value(r#type)) {
                self.handlers.insert(&self.names.item(of).name);
            }
            self.methods.entry(&self.names.item(of).name).or_default().push(of);
            let at = Location { file: of.file, scope: self.names.item(of).scope, item: of.item };
            if self.extends(block, at) {
                self.extensions.entry(&self.names.item(of).name).or_default().push(of);
            }
        }
    }

    /// Whether values of a framework may have the methods of a block: those that a trait gives to one of their types or to any
    /// type that fulfils its bounds.
    fn extends(&self, block: &Item, at: Location) -> bool {
        if block.kind == ItemKind::Trait {
            return true;
        }
        let Some((subject, _)) = block.name.trim_start_matches('<').split_once(" as ") else { return false };
        !subject.contains(char::is_lowercase) || self.kind_of_block(&block.name, at).is_some()
    }

    /// What values of the type of an `impl` block are. The block's name has lost the path before the type: where the type is
    /// none of the repository's and no import says what it is, its name decides.
    fn kind_of_block(
        &self,
        name: &str,
        at: Location,
    ) -> Option<(&'static frameworks::Framework, frameworks::Kind)> {
        let subject = name.trim_start_matches('<').split(['<', ' ', '>']).next().unwrap_or_default();
        let found = self.names.resolve(at, subject);
        if found.iter().any(|found| matches!(found, Found::Type(_))) {
            return None;
        }
        if found.iter().any(|found| matches!(found, Found::External(_))) {
            return self.kind_of_type(subject, at);
        }
        FRAMEWORKS.iter().find_map(|row| Some((row, (row.kind)(&[subject])?)))
    }

    /// Begins to evaluate what belongs to `of`.
    pub(super) fn begin(&mut self, of: ItemRef) {
        (self.owner, self.steps) = (of, 0);
    }

    /// What a function computes when nothing is known of its arguments. The routers in it belong to `of`.
    pub(super) fn outcome(&mut self, of: ItemRef) -> Value<'a> {
        if let Some(known) = self.outcomes.get(&of) {
            // Still being evaluated: a function that calls itself.
            return known.clone().unwrap_or(Value::Nothing);
        }
        let Some(body) = self.names.body(of) else { return Value::Nothing };
        self.outcomes.insert(of, None);
        let conditions = std::mem::take(&mut self.conditions);
        let test = std::mem::take(&mut self.test);
        let owner = std::mem::replace(&mut self.owner, of);
        let steps = std::mem::take(&mut self.steps);
        let captured = std::mem::take(&mut self.captured);
        let each = self.default_of_each(of, body);
        let value = each.unwrap_or_else(|| self.enter(of, body, (&[], Types::new())));
        self.steps = steps;
        self.captured = captured;
        self.owner = owner;
        self.test = test;
        self.conditions = conditions;
        self.outcomes.insert(of, Some(value.clone()));
        value
    }

    /// A call of a function of the repository.
    pub(super) fn call_function(
        &mut self,
        of: ItemRef,
        arguments: &[Value<'a>],
        caller: ItemRef,
    ) -> Value<'a> {
        self.call_told(of, arguments, Types::new(), caller)
    }

    /// A call of a function of the repository that is told what names of types in it stand for.
    pub(super) fn call_told(
        &mut self,
        of: ItemRef,
        arguments: &[Value<'a>],
        types: Types,
        caller: ItemRef,
    ) -> Value<'a> {
        let Some(body) = self.names.body(of).filter(|_| self.may_enter(of)) else {
            return self.not_entered(of, arguments);
        };
        let before = self.objects.len();
        let takes_router = arguments.iter().any(|value| !value.routers().is_empty());
        let (value, is_taken) = if arguments.iter().any(has_meaning) || !types.is_empty() {
            let value = self.enter(of, body, (arguments, types));
            let borrowed = self.borrowed.take();
            self.call_kept(arguments);
            self.borrowed = borrowed;
            let is_taken = takes_router || self.objects[before..].iter().any(|made| made.owner == self.owner);
            (value, is_taken)
        } else {
            self.copied.insert(of);
            let value = self.outcome(of);
            let value = self.copied(value);
            let is_taken = !value.routers().is_empty();
            (value, is_taken)
        };
        if is_taken && of != caller {
            self.taken.entry(of).or_default().insert(self.names.role(caller));
        }
        value
    }

    /// Whether a function may be entered: it does not call itself, and is not too deep inside others.
    pub(super) fn may_enter(&self, of: ItemRef) -> bool {
        !self.calls.contains(&of) && self.calls.len() < CALLS
    }

    /// Evaluates a body with these arguments.
    pub(super) fn enter(&mut self, of: ItemRef, body: &'a Body, given: (&[Value<'a>], Types)) -> Value<'a> {
        let (arguments, types) = given;
        let mut frame = Frame::new(Location { file: of.file, scope: body.scope, item: of.item }, of);
        frame.types = types;
        frame.lends = lends(&body.parameters);
        for (at, parameter) in body.parameters.iter().enumerate() {
            let value = match arguments.get(at) {
                Some(Value::Unknown(_) | Value::Nothing | Value::External(_)) | None => {
                    self.unknown_argument(parameter, &frame)
                }
                Some(value) if parameter.r#type.contains("mut ") => self.changing(value),
                Some(value) => self.bound(&parameter.pattern, value),
            };
            pattern::bind(&mut frame, name_of(parameter), &value);
        }
        let item = self.names.item(of);
        let conditions = self.conditions.len();
        let is_test = self.push_cfg(of.file, item.cfg, None);
        self.calls.push(of);
        let value = self.eval(&body.value, &mut frame);
        self.note_borrowed(&body.parameters, arguments, &frame);
        self.calls.pop();
        self.conditions.truncate(conditions);
        self.test -= u32::from(is_test);
        Self::result(frame, value)
    }

    fn result(mut frame: Frame<'a>, value: Value<'a>) -> Value<'a> {
        if !frame.done {
            frame.returned.push((None, value));
        }
        Value::choice(frame.returned).unwrap_or(Value::Nothing)
    }

    /// What stands for a parameter of which nothing is known: a router where its type says so.
    fn unknown_argument(&mut self, parameter: &Parameter, frame: &Frame<'a>) -> Value<'a> {
        if &*parameter.name == "self" {
            let of = ItemRef { file: frame.at.file, item: frame.at.item };
            let block = self.names.parent(of);
            let kind = block.and_then(|block| self.kind_of_block(&block.name, frame.at));
            return match kind {
                Some((framework, kind)) => Value::Router(self.make(framework, kind, Vec::new())),
                None => Value::fields("Self", frame.at, BTreeMap::new()),
            };
        }
        match self.kind_of_type(&parameter.r#type, frame.at) {
            Some((framework, kind @ (frameworks::Kind::Router | frameworks::Kind::Resource)))
            | Some((framework, kind @ (frameworks::Kind::Switch | frameworks::Kind::Filter))) => {
                Value::Router(self.make(framework, kind, Vec::new()))
            }
            Some((_, frameworks::Kind::Methods)) | None => {
                let of = Origin::Written((&*parameter.r#type).into(), frame.at);
                Value::Unknown(hole(name_of(parameter)).declared(of))
            }
        }
    }

    /// What values of a type as written are.
    pub(super) fn kind_of_type(
        &self,
        written: &str,
        at: Location,
    ) -> Option<(&'static frameworks::Framework, frameworks::Kind)> {
        if !frameworks::names_value(written) && written.len() > 80 {
            return None;
        }
        let bare = written.trim_start_matches(['&', ' ']);
        let bare = bare.strip_prefix("mut ").unwrap_or(bare).trim_start();
        let bare = bare.strip_prefix("impl ").unwrap_or(bare);
        // Of several values the one router is made that holds what they hold.
        let bare = bare.strip_prefix("Vec<").unwrap_or(bare);
        let path: String = bare.split('<').next()?.split_whitespace().collect();
        if path.is_empty() || path.contains(['(', '[', '\'']) {
            return None;
        }
        self.names.resolve(at, &path).iter().find_map(|found| {
            let Found::External(path) = found else { return None };
            let framework = frameworks::of_path(path)?;
            let segments: Vec<_> = path.split("::").collect();
            Some((framework, (framework.kind)(&segments)?))
        })
    }

    /// A new, empty object.
    pub(super) fn make(
        &mut self,
        framework: &'static frameworks::Framework,
        kind: frameworks::Kind,
        prefixes: Vec<Template>,
    ) -> ObjectId {
        let id = ObjectId(u32::try_from(self.objects.len()).unwrap_or(u32::MAX));
        let (entries, owner) = (Vec::new(), self.owner);
        let further = Vec::new();
        self.objects.push(Object {
            framework,
            kind,
            prefixes,
            further,
            methods: Vec::new(),
            within: None,
            entries,
            owner,
            layers: Vec::new(),
            mounted: false,
            left: false,
            uses: 0,
            described: false,
            original: None,
            open: None,
        });
        id
    }

    /// The value with every router in it copied, so that this use of it is its own.
    pub(super) fn copied(&mut self, value: Value<'a>) -> Value<'a> {
        if value.routers().is_empty() {
            return value;
        }
        match value {
            Value::Router(id) => Value::Router(self.copy(id)),
            Value::List(list) => {
                Value::list(list.values.iter().map(|value| self.copied(value.clone())).collect())
            }
            Value::Struct(old) => {
                let fields =
                    old.fields.iter().map(|(name, value)| (name.clone(), self.copied(value.clone())));
                let fields = fields.collect();
                Value::fields(&old.path, old.at, fields)
            }
            Value::Choice(all) => {
                let all = all.iter().map(|(when, value)| (when.clone(), self.copied(value.clone())));
                Value::Choice(Rc::new(all.collect()))
            }
            Value::Text(_)
            | Value::Methods(_)
            | Value::Filter(_)
            | Value::Function(_)
            | Value::Module(_)
            | Value::External(_)
            | Value::Closure(_)
            | Value::Nothing
            | Value::Unknown(_) => value,
        }
    }

    fn copy(&mut self, id: ObjectId) -> ObjectId {
        let old = &self.objects[id.0 as usize];
        let (framework, kind, prefixes) = (old.framework, old.kind, old.prefixes.clone());
        let mut entries = old.entries.clone();
        let (further, within, open) = (old.further.clone(), old.within, old.open);
        let new = self.make(framework, kind, prefixes);
        self.objects[new.0 as usize].further = further;
        (self.objects[new.0 as usize].within, self.objects[new.0 as usize].open) = (within, open);
        // They cost what as many expressions do: a copy of a copy may hold twice as much each time.
        self.spend(entries.len());
        // What says so already is shared.
        let is_said =
            |entry: &Entry| entry.conditions.starts_with(&self.conditions) && (entry.test || self.test == 0);
        for entry in entries.iter_mut().filter(|entry| !is_said(entry)) {
            self.note_conditions(Rc::make_mut(entry));
        }
        self.objects[new.0 as usize].entries = entries;
        new
    }

    /// Counts what is copied as so many expressions more.
    pub(super) fn spend(&mut self, steps: usize) {
        self.steps = self.steps.saturating_add(u32::try_from(steps).unwrap_or(u32::MAX));
    }

    /// Notes that the routers in a value leave the code that is understood.
    pub(super) fn leave(&mut self, value: &Value<'a>) {
        for id in value.routers() {
            self.objects[id.0 as usize].left = true;
        }
    }

    /// Evaluates an expression.
    pub(super) fn eval(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        self.steps += 1;
        if self.depth >= DEPTH || self.steps > STEPS {
            return self.cut(expr, frame);
        }
        self.depth += 1;
        let value = self.dispatch(expr, frame);
        self.depth -= 1;
        self.with_known(value)
    }

    /// What is not followed any further: said once for each function that more steps would be needed for.
    fn cut(&mut self, expr: &Expr, frame: &Frame<'a>) -> Value<'a> {
        let is_plain = matches!(expr.kind, ExprKind::Text(_) | ExprKind::Literal(_) | ExprKind::Path(_));
        let is_said = if self.steps > STEPS { !self.exhausted.insert(self.owner) } else { is_plain };
        if !is_said {
            self.unjudge(expr.site, MORE.to_owned(), frame);
        }
        Value::Unknown(hole("unknown"))
    }

    /// Replaces what is not known by what the caller knows of it.
    pub(super) fn with_known(&self, value: Value<'a>) -> Value<'a> {
        let Some(hole) = value.unknown().filter(|_| !self.known.is_empty()) else { return value };
        let key: String = hole.written.chars().filter(|char| !char.is_whitespace() && *char != '&').collect();
        self.known.get(&key).map_or(value, |text| Value::Text(Template::known(text)))
    }

    fn dispatch(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        if self.append(expr, frame) || self.mutate(expr, frame) {
            return Value::Nothing;
        }
        match &expr.kind {
            ExprKind::Text(text) => Value::Text(Template::known(text)),
            ExprKind::Literal(text) => Value::Text(Template::known(text.trim_matches('\''))),
            ExprKind::Path(path) => {
                let value = self.path(path, frame);
                for id in value.own_routers() {
                    self.objects[id.0 as usize].uses += 1;
                }
                value
            }
            ExprKind::Call { .. } | ExprKind::Method { .. } | ExprKind::Field { .. } => {
                self.chain(expr, frame)
            }
            ExprKind::Macro { .. } => self.macro_call(expr, frame),
            ExprKind::Closure { parameters, value } => self.closure(parameters, value, frame),
            ExprKind::Async(value) => self.detached(value, frame),
            ExprKind::Block { scope, statements, value } => {
                let around = self.enter_scope(*scope, frame);
                let value = self.block(statements, value.as_deref(), frame);
                frame.leave_scope(around);
                value
            }
            ExprKind::If { condition, value, then, otherwise } => {
                self.conditional((condition, value.as_deref()), (then, otherwise.as_deref()), frame)
            }
            ExprKind::Match { subject, value, arms } => {
                self.selection((subject, value.as_deref()), arms, frame)
            }
            ExprKind::Loop { pattern, iterator, body } => {
                self.repetition((pattern, iterator.as_deref()), body, frame)
            }
            ExprKind::List(values) => {
                let values = values.iter().map(|value| self.eval(value, frame)).collect();
                Value::list(values)
            }
            ExprKind::Struct { path, fields } => self.structure(path, fields, frame),
            ExprKind::Add(left, right) => self.sum(left, right, frame),
            ExprKind::Return(value) => {
                let value = value.as_deref().map_or(Value::Nothing, |value| self.eval(value, frame));
                frame.returned.push((self.conditions.last().cloned(), value));
                frame.done = true;
                Value::Nothing
            }
            ExprKind::Cut => {
                let uses = |row: &frameworks::Framework| self.names.depends_on(frame.at.file, row.crates);
                if FRAMEWORKS.iter().any(uses) {
                    return self.cut(expr, frame);
                }
                Value::Unknown(hole_of(expr))
            }
            ExprKind::Compiled(ways) => self.compiled(ways, frame),
            ExprKind::Lent(place) => self.eval(place, frame),
            ExprKind::Other(parts) => {
                for part in parts {
                    let value = self.eval(part, frame);
                    self.leave(&value);
                }
                Value::Unknown(hole_of(expr))
            }
        }
    }

    /// What an `async` block computes; what it returns is its own.
    fn detached(&mut self, block: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let around = std::mem::take(&mut frame.returned);
        let value = self.eval(block, frame);
        let mut returned = std::mem::replace(&mut frame.returned, around);
        if !std::mem::take(&mut frame.done) {
            returned.push((None, value));
        }
        Value::choice(returned).unwrap_or(Value::Nothing)
    }

    fn closure(&mut self, parameters: &'a [Parameter], body: &'a Expr, frame: &Frame<'a>) -> Value<'a> {
        let mut names = super::walk::names_in(body);
        names.insert("self");
        let mut captured: Vec<(Rc<str>, Value<'a>)> = Vec::new();
        for (name, value) in frame.variables.iter().rev() {
            if names.remove(&**name) {
                captured.push((name.clone(), value.clone()));
            }
        }
        captured.reverse();
        let lets = captured.iter().enumerate().filter_map(|(at, (name, _))| {
            frame.written(name, usize::MAX).map(|(_, name, written)| (at, name, written))
        });
        let lets = lets.collect();
        Value::closure((parameters, body), (captured, lets), frame.at, frame.function)
    }

    /// Calls a closure whose call is written where what it is handed stands.
    pub(super) fn call_written(&mut self, closure: &Rc<Closure<'a>>, arguments: &[Value<'a>]) -> Value<'a> {
        let value = self.call_closure(closure, arguments);
        self.borrowed = self.closed.take();
        value
    }

    /// Calls a closure.
    pub(super) fn call_closure(&mut self, closure: &Closure<'a>, arguments: &[Value<'a>]) -> Value<'a> {
        let mut frame = Frame::new(closure.at, closure.function);
        frame.variables.clone_from(&closure.variables);
        frame.lets.clone_from(&closure.lets);
        frame.lends = lends(closure.parameters);
        for (at, parameter) in closure.parameters.iter().enumerate() {
            let value = match arguments.get(at) {
                Some(value) => self.bound(&parameter.pattern, value),
                None => self.unknown_argument(parameter, &frame),
            };
            pattern::bind(&mut frame, name_of(parameter), &value);
        }
        let value = self.eval(closure.body, &mut frame);
        self.note_borrowed(closure.parameters, arguments, &frame);
        self.closed = self.borrowed.take();
        self.note_captured(closure, &frame);
        Self::result(frame, value)
    }
}

/// Whether an argument can change what a function computes for routes.
fn has_meaning(value: &Value<'_>) -> bool {
    match value {
        Value::Struct(fields) => !fields.fields.is_empty() || &*fields.path != "Self",
        Value::List(list) => !list.values.is_empty(),
        Value::Text(_)
        | Value::Router(_)
        | Value::Methods(_)
        | Value::Filter(_)
        | Value::Function(_)
        | Value::Closure(_)
        | Value::Choice(_) => true,
        Value::Module(_) | Value::External(_) | Value::Nothing | Value::Unknown(_) => false,
    }
}

pub(super) fn name_of(parameter: &Parameter) -> &str {
    if parameter.name.is_empty() { &parameter.pattern } else { &parameter.name }
}
