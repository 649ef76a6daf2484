//! What a framework's methods do to routers: they grow routes, and take up those of others.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::chain::MethodCall;
use super::evaluate::Evaluator;
use super::frame::Frame;
use super::register::{handler_of, joined, methods_of, restricted, spelled, texts};
use super::text::list;
use super::value::{Entry, Handler, Laid, ObjectId, Open, Stage, Template, Value};
use super::{Found, Location};
use crate::basis::{Method, Site};
use crate::facts::Expr;
use crate::facts::frameworks::{self, Kind, Operation, Reach, Verbs};

/// The most routes that one router is followed with.
const MOST_ENTRIES: usize = 20_000;
/// The most calls that a route is said to be mounted by.
const MOST_MOUNTS: usize = 32;

/// The most prefixes that one router is followed with.
const MOST_PREFIXES: usize = 16;

/// One method call on one router.
#[derive(Clone, Copy)]
pub(super) struct Step<'e, 'a> {
    pub(super) id: ObjectId,
    pub(super) call: &'e MethodCall<'e, 'a>,
    pub(super) frame: &'e Frame<'a>,
}

/// What answers at a path that is given apart, and the place that says so.
pub(super) struct Answered {
    pub(super) methods: Vec<Method>,
    pub(super) handler: Handler,
    pub(super) site: Site,
    pub(super) layers: Vec<Laid>,
}

impl<'a> Step<'_, 'a> {
    fn argument(&self, at: usize) -> Value<'a> {
        self.call.arguments.get(at).cloned().unwrap_or(Value::Nothing)
    }
}

impl<'a> Evaluator<'a> {
    /// What a framework's method does to a router.
    pub(super) fn operate_on_router(&mut self, operation: Operation, step: Step<'_, 'a>) -> Value<'a> {
        let router = Value::Router(step.id);
        match operation {
            Operation::Route { path, methods } => self.route(step, Some(path), methods),
            Operation::RouteHere { methods } => self.route(step, None, methods),
            Operation::Serve { path, service } => self.serve(step, path, service),
            Operation::Nest { prefix, inner, any } => self.nest(step, (prefix, inner), any),
            Operation::Mount { inner } => {
                if let (Some(value), Some(written)) =
                    (step.call.arguments.get(inner), step.call.written.get(inner))
                {
                    self.mount(step, value, written);
                }
            }
            Operation::TakeUp { service, under } => self.take_up(step, (service, under)),
            Operation::Configure { with } => {
                for (when, value) in step.argument(with).alternatives() {
                    self.with(when, |this| this.configure(step, &value));
                }
            }
            Operation::Through { with } => {
                let result = self.hand_to(&step.argument(with), &router, step.frame);
                return result.filter(|result| !result.routers().is_empty()).unwrap_or(router);
            }
            Operation::Answer { verbs, handler } => self.answer_below(step, (verbs, handler), ""),
            Operation::AnswerBelow { verbs, below, handler } => {
                self.answer_below(step, (verbs, Some(handler)), below);
            }
            Operation::RegisterTyped { verbs, handler } => self.register_typed(step, (verbs, handler)),
            Operation::Handle { handler } => self.handle(step, handler),
            Operation::Register { verbs, path, handler } => {
                let call = (step.call.arguments, step.call.name_site);
                self.register(step.id, (verbs, path, handler), call, step.frame);
            }
            Operation::Prefix { path, reach } => self.prefix(step, path, reach),
            Operation::Layer { with, all } => self.lay(step, with, all),
            Operation::And { other } => return self.both(step, other),
            Operation::Or { other } => return self.either(step, other),
            Operation::AnswerMatched { handler, changes } => return self.answered(step, handler, changes),
            Operation::At { path } => return self.place(step, Some(path)),
            Operation::Within { path, with } => {
                let place = self.place(step, Some(path));
                self.hand_to(&step.argument(with), &place, step.frame);
            }
            Operation::Ask { verbs, path } => return self.ask(step, verbs, path),
            Operation::Split => return Value::list(vec![router, Value::Nothing]),
            Operation::Restrict { to } => self.restrict(step, to),
            Operation::Nothing => return Value::Nothing,
            Operation::New { .. }
            | Operation::Filter(_)
            | Operation::OfHandlers
            | Operation::OfHandlersBeside
            | Operation::Pairs { .. }
            | Operation::OfTypes { .. }
            | Operation::Match { .. }
            | Operation::Build { .. }
            | Operation::Same
            | Operation::Opaque
            | Operation::Argument(_) => {}
        }
        router
    }

    /// Notes that no more than a description is wanted of routers that were split and let go of. That they were named to be split is no
    /// other use of them.
    pub(super) fn describe(&mut self, value: &Value<'a>) {
        for id in value.routers() {
            let object = &mut self.objects[id.0 as usize];
            (object.described, object.uses) = (true, object.uses.saturating_sub(1));
        }
    }

    /// Narrows what any method reaches, now and later, down to the methods that a guard stands for.
    fn restrict(&mut self, step: Step<'_, 'a>, to: usize) {
        let methods = restricted(step.call.arguments.get(to));
        let object = &mut self.objects[step.id.0 as usize];
        for entry in object.entries.iter_mut().filter(|entry| !methods.is_empty() && is_any(&entry.methods)) {
            Rc::make_mut(entry).methods.clone_from(&methods);
        }
        object.methods.extend(methods);
    }

    /// Registers methods at a path below the router's own.
    fn answer_below(&mut self, step: Step<'_, 'a>, what: (Verbs, Option<usize>), below: &str) {
        let place = (step.frame.at.file, step.call.name_site);
        for answer in self.answers(what, step.call.arguments, place) {
            let handler = answer.handler.unwrap_or(Handler::Anonymous);
            let answered =
                Answered { methods: answer.methods, handler, site: place.1, layers: answer.layers };
            self.add(step.id, answered, Template::known(below), step.frame);
        }
    }

    /// Registers what answers the methods that were asked for, or any.
    fn handle(&mut self, step: Step<'_, 'a>, handler: usize) {
        let asked = self.objects[step.id.0 as usize].methods.clone();
        let methods = if asked.is_empty() { vec![Method::Any] } else { asked };
        let handler = handler_of(&step.argument(handler));
        let answered = Answered { methods, handler, site: step.call.name_site, layers: Vec::new() };
        self.add(step.id, answered, Template::default(), step.frame);
    }

    /// A place in the router whose handler answers some methods.
    fn ask(&mut self, step: Step<'_, 'a>, verbs: Verbs, path: Option<usize>) -> Value<'a> {
        let place = self.place(step, path);
        for id in place.routers() {
            self.objects[id.0 as usize].methods = methods_of(verbs, step.call.arguments);
        }
        place
    }

    /// A place in the router, below a path if one is given.
    fn place(&mut self, step: Step<'_, 'a>, path: Option<usize>) -> Value<'a> {
        let framework = self.objects[step.id.0 as usize].framework;
        let paths = match path {
            Some(path) => texts(step.call.arguments.get(path)),
            None => vec![(None, Template::default())],
        };
        let paths = paths.into_iter().map(|(_, path)| spelled(framework, path));
        let place = self.make(framework, Kind::Resource, paths.take(MOST_PREFIXES).collect());
        self.objects[place.0 as usize].within = Some(step.id);
        Value::Router(place)
    }

    /// Puts a path in front of routes.
    fn prefix(&mut self, step: Step<'_, 'a>, path: usize, reach: Reach) {
        let framework = self.objects[step.id.0 as usize].framework;
        let paths =
            texts(step.call.arguments.get(path)).into_iter().map(|(_, path)| spelled(framework, path));
        let object = &mut self.objects[step.id.0 as usize];
        let (old, is_behind) = match reach {
            Reach::All => (&mut object.prefixes, false),
            Reach::AllBehind => (&mut object.prefixes, true),
            Reach::Further => (&mut object.further, false),
            Reach::FurtherBehind => (&mut object.further, true),
        };
        let before =
            if is_behind && !old.is_empty() { std::mem::take(old) } else { vec![Template::default()] };
        let all = paths.flat_map(|path| before.iter().map(move |before| joined(framework, before, &path)));
        *old = all.take(MOST_PREFIXES).collect();
    }

    /// Does something under further conditions.
    pub(super) fn with<T>(
        &mut self,
        conditions: impl IntoIterator<Item = Rc<str>>,
        act: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.conditions.len();
        self.conditions.extend(conditions);
        let result = act(self);
        self.conditions.truncate(before);
        result
    }

    /// Calls a function or closure with a router; `None` when it is neither.
    pub(super) fn hand_to(
        &mut self,
        with: &Value<'a>,
        router: &Value<'a>,
        frame: &Frame<'a>,
    ) -> Option<Value<'a>> {
        if let Value::Closure(closure) = with {
            return Some(self.call_closure(closure, std::slice::from_ref(router)));
        }
        let Value::Function(of) = with else { return None };
        self.names.body(*of)?;
        Some(self.call_function(*of, std::slice::from_ref(router), frame.function))
    }

    pub(super) fn unjudged_step(&mut self, step: Step<'_, 'a>) {
        let text = format!(".{}({})", step.call.name, list(step.call.written));
        self.unjudge(step.call.name_site, text, step.frame);
    }

    fn route(&mut self, step: Step<'_, 'a>, path: Option<usize>, methods: usize) {
        let framework = self.objects[step.id.0 as usize].framework;
        let paths = match path {
            Some(path) => texts(step.call.arguments.get(path)),
            None => vec![(None, Template::default())],
        };
        let Some(value) = step.call.arguments.get(methods) else { return self.unjudged_step(step) };
        for (of_path, path) in paths {
            let path = spelled(framework, path);
            for (of_methods, value) in value.alternatives() {
                let conditions = of_path.iter().cloned().chain(of_methods);
                self.with(conditions, |this| this.route_one(step, &path, &value));
            }
        }
    }

    fn route_one(&mut self, step: Step<'_, 'a>, path: &Template, value: &Value<'a>) {
        match value {
            Value::Methods(methods) => {
                for answer in methods.answers.clone() {
                    let site = self.site_of(step, answer.place);
                    let methods = if answer.methods.is_empty() { vec![Method::Any] } else { answer.methods };
                    let handler = answer.handler.unwrap_or(Handler::Anonymous);
                    let answered = Answered { methods, handler, site, layers: answer.layers };
                    self.add(step.id, answered, path.clone(), step.frame);
                }
            }
            Value::Router(inner) => self.mount_at(step, *inner, path),
            // A handler that was made a service.
            Value::Function(_) | Value::Closure(_) => self.serve_one(step, path, value),
            Value::Nothing => {}
            Value::Text(_)
            | Value::Filter(_)
            | Value::List(_)
            | Value::Struct(_)
            | Value::Module(_)
            | Value::External(_)
            | Value::Choice(_)
            | Value::Unknown(_) => self.unjudged_step(step),
        }
    }

    /// The place of a registration: where the method is named, if that is among the arguments of the call, else the call.
    fn site_of(&self, step: Step<'_, 'a>, place: (u32, Site)) -> Site {
        let is_here = place.0 == step.frame.at.file
            && step.call.site.span.contains(place.1.span)
            && step.call.name_site.span.end <= place.1.span.start;
        if is_here { place.1 } else { step.call.name_site }
    }

    fn serve(&mut self, step: Step<'_, 'a>, path: usize, service: usize) {
        let framework = self.objects[step.id.0 as usize].framework;
        for (_, path) in texts(step.call.arguments.get(path)) {
            let path = spelled(framework, path);
            for (when, service) in step.argument(service).alternatives() {
                let is_routed = matches!(service, Value::Methods(_) | Value::Nothing | Value::Router(_));
                self.with(when, |this| match is_routed {
                    true => this.route_one(step, &path, &service),
                    false => this.serve_one(step, &path, &service),
                });
            }
        }
    }

    /// Registers what answers every method.
    fn serve_one(&mut self, step: Step<'_, 'a>, path: &Template, service: &Value<'a>) {
        let (methods, handler) = (vec![Method::Any], handler_of(service));
        let answered = Answered { methods, handler, site: step.call.name_site, layers: Vec::new() };
        self.add(step.id, answered, path.clone(), step.frame);
    }

    fn nest(&mut self, step: Step<'_, 'a>, at: (usize, usize), any: bool) {
        let framework = self.objects[step.id.0 as usize].framework;
        let inner = step.argument(at.1);
        for (of_prefix, prefix) in texts(step.call.arguments.get(at.0)) {
            let prefix = spelled(framework, prefix);
            for (of_inner, inner) in inner.alternatives() {
                let conditions = of_prefix.iter().cloned().chain(of_inner);
                self.with(conditions, |this| {
                    this.nest_one(step, &inner, &prefix, any);
                });
            }
        }
    }

    /// Takes up a router or a list of such below a prefix.
    pub(super) fn nest_one(&mut self, step: Step<'_, 'a>, inner: &Value<'a>, prefix: &Template, any: bool) {
        for (when, inner) in inner.flattened() {
            self.with(when, |this| {
                if let Value::Router(inner) = inner {
                    this.mount_at(step, inner, prefix);
                } else if matches!(inner, Value::Methods(_)) {
                    // Methods that answer at the prefix, and whatever lies below it.
                    this.route_one(step, prefix, &inner);
                } else if !any {
                    this.missing(step, &inner);
                }
            });
        }
    }

    /// Takes up a router, a handler, or a list of such.
    fn mount(&mut self, step: Step<'_, 'a>, value: &Value<'a>, written: &'a Expr) {
        match value {
            Value::Router(inner) => self.mount_at(step, *inner, &Template::default()),
            Value::List(list) => {
                for value in &list.values {
                    self.mount(step, value, written);
                }
            }
            Value::Choice(all) => {
                for (when, value) in all.iter() {
                    self.with(when.clone(), |this| this.mount(step, value, written));
                }
            }
            Value::Function(_) => self.mount_handler(step.id, (value, written), step.frame),
            Value::Text(_)
            | Value::Methods(_)
            | Value::Filter(_)
            | Value::Struct(_)
            | Value::Module(_)
            | Value::External(_)
            | Value::Closure(_)
            | Value::Nothing
            | Value::Unknown(_) => self.missing(step, value),
        }
    }

    /// Registers a handler at the routes that its attributes name.
    pub(super) fn mount_handler(&mut self, id: ObjectId, what: (&Value<'a>, &'a Expr), frame: &Frame<'a>) {
        let (value, written) = what;
        let framework = self.objects[id.0 as usize].framework;
        for (when, value) in value.alternatives() {
            let routes = match &value {
                Value::Function(of) => self.routes_of(*of, framework),
                Value::Text(_)
                | Value::Router(_)
                | Value::Methods(_)
                | Value::Filter(_)
                | Value::List(_)
                | Value::Struct(_)
                | Value::Module(_)
                | Value::External(_)
                | Value::Closure(_)
                | Value::Choice(_)
                | Value::Nothing
                | Value::Unknown(_) => Vec::new(),
            };
            if routes.is_empty() {
                self.unjudge(written.site, list(std::slice::from_ref(written)), frame);
            }
            let mut layers = Vec::new();
            if let (Value::Function(of), false) = (&value, routes.is_empty()) {
                self.mounted_handlers.insert(*of);
                layers = self.laid_by_attributes(*of);
            }
            for (methods, path) in routes {
                let path = spelled(framework, path);
                let (handler, layers) = (handler_of(&value), layers.clone());
                let answered = Answered { methods, handler, site: written.site, layers };
                self.with(when.clone(), |this| this.add(id, answered, path, frame));
            }
        }
    }

    fn configure(&mut self, step: Step<'_, 'a>, value: &Value<'a>) {
        let router = Value::Router(step.id);
        match self.hand_to(value, &router, step.frame) {
            // A function that makes the function.
            Some(Value::Closure(closure)) => {
                self.call_closure(&closure, std::slice::from_ref(&router));
            }
            Some(_) => {}
            None => self.missing(step, value),
        }
    }

    /// Copies the routes of another router into this one, below a prefix and the other's own.
    pub(super) fn mount_at(&mut self, step: Step<'_, 'a>, inner: ObjectId, prefix: &Template) {
        if step.id == inner {
            return;
        }
        let outer = self.objects[step.id.0 as usize].framework;
        let source = &mut self.objects[inner.0 as usize];
        source.mounted = true;
        let (framework, prefixes, entries) =
            (source.framework, source.prefixes.clone(), source.entries.clone());
        let open = source.open;
        let none = || vec![Template::default()];
        let own = if prefixes.is_empty() { none() } else { prefixes };
        let further = self.objects[step.id.0 as usize].further.clone();
        let further = if further.is_empty() { none() } else { further };
        if let Some(open) = open.filter(|open| self.is_open(*open)) {
            let is_plain = |text: &Template| text.text.trim_end_matches('/').is_empty();
            if is_plain(prefix) && further.iter().chain(&own).all(is_plain) {
                self.objects[step.id.0 as usize].open = Some(open);
            } else {
                self.unjudged_step(step);
            }
        }
        for (further, own) in further.iter().flat_map(|further| own.iter().map(move |own| (further, own))) {
            for entry in &entries {
                let mut entry = Entry::clone(entry);
                let path = joined(outer, prefix, &joined(framework, own, &entry.path));
                entry.path = joined(outer, further, &path);
                if entry.mounts.len() < MOST_MOUNTS {
                    entry.mounts.push((step.frame.at.file, step.call.name_site));
                }
                self.note_conditions(&mut entry);
                self.push(step.id, entry);
            }
        }
    }

    fn is_open(&self, open: Open) -> bool {
        match open {
            Open::While(of) => self.calls.contains(&of) || self.eachs.contains(&of),
            Open::Ever => true,
        }
    }

    /// Registers a route.
    pub(super) fn add(&mut self, id: ObjectId, answered: Answered, path: Template, frame: &Frame<'a>) {
        let mut entry = Entry {
            methods: answered.methods,
            path,
            handler: answered.handler,
            place: (frame.at.file, answered.site),
            function: frame.function,
            conditions: Vec::new(),
            mounts: Vec::new(),
            test: false,
            layers: answered.layers,
            stage: Stage::Answered,
            declared: None,
        };
        self.note_conditions(&mut entry);
        self.push(id, entry);
    }

    /// Adds a route to a router; what is registered at a place in another one is that one's.
    fn push(&mut self, id: ObjectId, entry: Entry) {
        let (mut id, mut all) = (id, vec![entry]);
        while let Some(outer) = self.objects[id.0 as usize].within {
            let place = &self.objects[id.0 as usize];
            let below = |entry: Entry| {
                place.prefixes.iter().map(move |prefix| {
                    let path = joined(place.framework, prefix, &entry.path);
                    Entry { path, ..entry.clone() }
                })
            };
            all = all.into_iter().flat_map(below).collect();
            id = outer;
        }
        for entry in all {
            self.push_own(id, entry);
        }
    }

    fn push_own(&mut self, id: ObjectId, mut entry: Entry) {
        let object = &mut self.objects[id.0 as usize];
        if object.kind == Kind::Resource && !object.methods.is_empty() && is_any(&entry.methods) {
            entry.methods.clone_from(&object.methods);
        }
        add_layers(&mut entry.layers, &object.layers);
        let entries = &mut object.entries;
        if entries.len() < MOST_ENTRIES {
            entries.push(Rc::new(entry));
        } else {
            let text = "more routes than are followed".to_owned();
            self.unjudged.entry((entry.place.0, entry.place.1, self.owner)).or_insert((text, entry.function));
        }
    }

    /// Lays something over the routes of a router.
    fn lay(&mut self, step: Step<'_, 'a>, with: usize, all: bool) {
        let layers = self.laid(step.call.written.get(with), step.frame);
        let object = &mut self.objects[step.id.0 as usize];
        lay_over(&mut object.entries, &layers);
        if all {
            add_layers(&mut object.layers, &layers);
        }
    }

    /// The names in what is laid over routes, and in what the variables among them were made of.
    pub(super) fn laid(&self, written: Option<&'a Expr>, frame: &Frame<'a>) -> Vec<Laid> {
        let (mut layers, mut seen) = (Vec::new(), BTreeSet::new());
        let mut open: Vec<(usize, &'a Expr)> =
            written.map(|written| (usize::MAX, written)).into_iter().collect();
        while let Some((below, written)) = open.pop() {
            for path in super::walk::paths(written) {
                match frame.written(path, below) {
                    Some((at, _, written)) if seen.insert(at) => open.push((at, written)),
                    Some(_) => {}
                    None => add_layers(&mut layers, &self.meant(path, frame.at)),
                }
            }
        }
        layers
    }

    /// What a path in something that is laid over routes means.
    pub(super) fn meant(&self, path: &str, at: Location) -> Vec<Laid> {
        let laid = |found: &Found| match found {
            Found::Function(of) | Found::Constant(of) | Found::Module(of) | Found::Type(of) => {
                Laid::Item(*of)
            }
            Found::External(path) => Laid::Path((**path).into()),
            Found::Macro { .. } | Found::Unknown => Laid::Path(path.into()),
        };
        self.names.resolve(at, path).iter().map(laid).collect()
    }

    /// Says that what is taken up shows no routes, unless it is nothing or is declared to be what is no endpoint.
    fn missing(&mut self, step: Step<'_, 'a>, value: &Value<'a>) {
        let is_no_endpoint = value.unknown().is_some_and(|hole| self.is_no_endpoint(hole));
        if matches!(value, Value::Nothing) || is_no_endpoint {
            return;
        }
        if let Value::External(path) = value
            && frameworks::of_path(path).is_none()
        {
            let text = format!("what `{path}` brings lies outside the repository");
            return self.unjudge(step.call.name_site, text, step.frame);
        }
        self.unjudged_step(step);
    }

    /// Puts the conditions around this place before those of the route.
    pub(super) fn note_conditions(&self, entry: &mut Entry) {
        let mut all = Vec::new();
        for condition in self.conditions.iter().chain(&entry.conditions) {
            if !all.contains(condition) {
                all.push(condition.clone());
            }
        }
        entry.test |= self.test > 0 || all.iter().any(|condition| self.tests.contains(condition));
        entry.conditions = all;
    }
}

fn is_any(methods: &[Method]) -> bool {
    methods.is_empty() || methods == [Method::Any]
}

/// Adds layers to routes; one that has them all is shared.
pub(super) fn lay_over(entries: &mut [Rc<Entry>], layers: &[Laid]) {
    let lacks = |entry: &&mut Rc<Entry>| layers.iter().any(|layer| !entry.layers.contains(layer));
    for entry in entries.iter_mut().filter(lacks) {
        add_layers(&mut Rc::make_mut(entry).layers, layers);
    }
}

/// Adds layers, each once.
pub(super) fn add_layers(known: &mut Vec<Laid>, more: &[Laid]) {
    for layer in more {
        if !known.contains(layer) {
            known.push(layer.clone());
        }
    }
}
