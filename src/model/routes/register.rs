//! What a framework's functions make, and what its methods do to methods: `get(a).post(b)`, `web::get().to(a)`.
//!
//! What they do to routers is next door.

use std::rc::Rc;

use super::ItemRef;
use super::chain::MethodCall;
use super::evaluate::Evaluator;
use super::frame::Frame;
use super::mount::{Answered, Step, add_layers};
use super::text::{list, path_of, template};
use super::value::{Answer, Handler, Methods, ObjectId, Template, Value};
use crate::basis::{Method, Site};
use crate::facts::Expr;
use crate::facts::frameworks::{Framework, Kind, Operation, Verbs};

/// A call of a function or macro under evaluation.
pub(super) struct Call<'e, 'a> {
    pub(super) written: &'a [Expr],
    pub(super) arguments: &'e [Value<'a>],
    /// The types that a function is told.
    pub(super) types: &'a [Box<str>],
    /// Of a macro: its tokens as written.
    pub(super) tokens: &'a str,
    /// What is called.
    pub(super) at: Site,
}

impl<'a> Evaluator<'a> {
    /// What a framework's function or macro makes.
    pub(super) fn make_value(
        &mut self,
        framework: &'static Framework,
        operation: Operation,
        call: &Call<'_, 'a>,
        frame: &Frame<'a>,
    ) -> Value<'a> {
        match operation {
            Operation::New { kind, prefix } => {
                let prefixes = prefix.map_or_else(Vec::new, |at| texts(call.arguments.get(at)));
                let prefixes = prefixes.into_iter().map(|(_, text)| spelled(framework, text)).collect();
                Value::Router(self.make(framework, kind, prefixes))
            }
            Operation::Register { verbs, path, handler } => {
                let id = self.make(framework, Kind::Router, Vec::new());
                self.register(id, (verbs, path, handler), (call.arguments, call.at), frame);
                Value::Router(id)
            }
            Operation::Answer { verbs, handler } => {
                let answers = self.answers((verbs, handler), call.arguments, (frame.at.file, call.at));
                Value::Methods(Rc::new(Methods { framework, answers }))
            }
            Operation::Filter(methods) => Value::Filter(Rc::new(methods.to_vec())),
            Operation::Argument(at) => call.arguments.get(at).cloned().unwrap_or(Value::Nothing),
            Operation::OfHandlers => self.of_handlers(framework, call, frame),
            Operation::OfHandlersBeside => {
                Value::list(vec![self.of_handlers(framework, call, frame), Value::Nothing])
            }
            Operation::Pairs { into, first } => self.pairs(framework, (into, first), call, frame),
            Operation::OfTypes { of } => {
                let id = self.make(framework, Kind::Router, Vec::new());
                if let (Some(value), Some(written)) = (call.arguments.get(of), call.written.get(of)) {
                    self.mount_types(id, (value, written), frame);
                }
                Value::Router(id)
            }
            Operation::Build { with } => {
                let router = Value::Router(self.make(framework, Kind::Router, Vec::new()));
                if let Some(with) = call.arguments.get(with) {
                    self.hand_to(with, &router, frame);
                }
                router
            }
            Operation::Match { verbs, part } => self.matching(framework, (verbs, part), call, frame),
            Operation::TakeUp { service, under } => self.taken_up(framework, (service, under), call, frame),
            Operation::Nothing | Operation::Opaque => Value::Nothing,
            Operation::Handle { .. }
            | Operation::Restrict { .. }
            | Operation::Route { .. }
            | Operation::RouteHere { .. }
            | Operation::Serve { .. }
            | Operation::RegisterTyped { .. }
            | Operation::AnswerBelow { .. }
            | Operation::Nest { .. }
            | Operation::Mount { .. }
            | Operation::Configure { .. }
            | Operation::Through { .. }
            | Operation::Prefix { .. }
            | Operation::At { .. }
            | Operation::Within { .. }
            | Operation::Ask { .. }
            | Operation::And { .. }
            | Operation::Or { .. }
            | Operation::AnswerMatched { .. }
            | Operation::Split
            | Operation::Layer { .. }
            | Operation::Same => Value::Nothing,
        }
    }

    fn of_handlers(
        &mut self,
        framework: &'static Framework,
        call: &Call<'_, 'a>,
        frame: &Frame<'a>,
    ) -> Value<'a> {
        let id = self.make(framework, Kind::Router, Vec::new());
        for (value, written) in call.arguments.iter().zip(call.written) {
            // These macros name items: a variable of the same name is another thing.
            match path_of(written).filter(|path| frame.variable(path).is_some()) {
                Some(path) => {
                    let value = self.meaning(path, frame.at, frame.function);
                    self.mount_handler(id, (&value, written), frame);
                }
                None => self.mount_handler(id, (value, written), frame),
            }
        }
        Value::Router(id)
    }

    /// The methods and the handler that a call names; none for a handler that is no endpoint.
    pub(super) fn answers(
        &self,
        what: (Verbs, Option<usize>),
        arguments: &[Value<'a>],
        place: (u32, Site),
    ) -> Vec<Answer> {
        let (verbs, handler) = what;
        let methods = match verbs {
            Verbs::Fixed([]) => return Vec::new(),
            Verbs::Fixed(methods) => methods.to_vec(),
            Verbs::Argument(at) => filter(arguments.get(at)),
        };
        let layers = self.taken_by(handler.and_then(|at| arguments.get(at)));
        let handler = match handler.map(|at| arguments.get(at)) {
            Some(Some(Value::Nothing)) => return Vec::new(),
            Some(value) => Some(value.map_or(Handler::Anonymous, handler_of)),
            None => None,
        };
        vec![Answer { methods, handler, place, layers }]
    }

    /// Registers one handler at a path: one of the methods, path and handler for each path.
    pub(super) fn register(
        &mut self,
        id: ObjectId,
        what: (Verbs, usize, Option<usize>),
        call: (&[Value<'a>], Site),
        frame: &Frame<'a>,
    ) {
        let ((verbs, path, handler), (arguments, site)) = (what, call);
        let framework = self.objects[id.0 as usize].framework;
        let answers = self.answers((verbs, handler), arguments, (frame.at.file, site));
        for (when, path) in texts(arguments.get(path)) {
            let path = spelled(framework, path);
            for answer in &answers {
                let handler = answer.handler.clone().unwrap_or(Handler::Anonymous);
                let answered = Answered {
                    methods: answer.methods.clone(),
                    handler,
                    site,
                    layers: answer.layers.clone(),
                };
                self.with(when.clone(), |this| this.add(id, answered, path.clone(), frame));
            }
        }
    }

    /// What a framework's method does to its receiver.
    pub(super) fn operate(
        &mut self,
        operation: Operation,
        receiver: &Value<'a>,
        call: &MethodCall<'_, 'a>,
        frame: &Frame<'a>,
    ) -> Value<'a> {
        match receiver {
            Value::Router(id) => self.operate_on_router(operation, Step { id: *id, call, frame }),
            Value::Methods(methods) => self.operate_on_methods(operation, methods, call, frame),
            Value::Text(_)
            | Value::Filter(_)
            | Value::List(_)
            | Value::Struct(_)
            | Value::Function(_)
            | Value::Module(_)
            | Value::External(_)
            | Value::Closure(_)
            | Value::Choice(_)
            | Value::Nothing
            | Value::Unknown(_) => receiver.clone(),
        }
    }

    fn operate_on_methods(
        &mut self,
        operation: Operation,
        methods: &Rc<Methods>,
        call: &MethodCall<'_, 'a>,
        frame: &Frame<'a>,
    ) -> Value<'a> {
        let mut changed = Methods::clone(methods);
        let place = (frame.at.file, call.name_site);
        match operation {
            Operation::Answer { verbs, handler } => {
                changed.answers.extend(self.answers((verbs, handler), call.arguments, place));
            }
            Operation::Handle { handler } => {
                let handler = call.arguments.get(handler);
                if changed.answers.is_empty() {
                    changed.answers.push(unanswered(Vec::new(), place));
                }
                for answer in changed.answers.iter_mut().filter(|answer| answer.handler.is_none()) {
                    answer.handler = Some(handler.map_or(Handler::Anonymous, handler_of));
                    add_layers(&mut answer.layers, &self.taken_by(handler));
                }
            }
            Operation::Restrict { to } => {
                let more = restricted(call.arguments.get(to));
                match changed.answers.last_mut() {
                    Some(answer) => answer.methods.extend(more),
                    None => changed.answers.push(unanswered(more, place)),
                }
            }
            Operation::Layer { with, .. } => {
                let layers = self.laid(call.written.get(with), frame);
                changed.answers.iter_mut().for_each(|answer| add_layers(&mut answer.layers, &layers));
            }
            Operation::Mount { inner } => {
                changed.answers.extend(self.more_answers(call.arguments.get(inner), call, frame));
            }
            Operation::New { .. }
            | Operation::RegisterTyped { .. }
            | Operation::AnswerBelow { .. }
            | Operation::Register { .. }
            | Operation::Prefix { .. }
            | Operation::At { .. }
            | Operation::Within { .. }
            | Operation::Ask { .. }
            | Operation::Build { .. }
            | Operation::OfTypes { .. }
            | Operation::Match { .. }
            | Operation::And { .. }
            | Operation::Or { .. }
            | Operation::AnswerMatched { .. }
            | Operation::Filter(_)
            | Operation::Route { .. }
            | Operation::RouteHere { .. }
            | Operation::Serve { .. }
            | Operation::Nest { .. }
            | Operation::TakeUp { .. }
            | Operation::Configure { .. }
            | Operation::Through { .. }
            | Operation::OfHandlers
            | Operation::OfHandlersBeside
            | Operation::Pairs { .. }
            | Operation::Split
            | Operation::Same
            | Operation::Argument(_)
            | Operation::Opaque
            | Operation::Nothing => return Value::Methods(methods.clone()),
        }
        Value::Methods(Rc::new(changed))
    }
}

impl<'a> Evaluator<'a> {
    /// What methods that are mounted in others answer.
    fn more_answers(
        &mut self,
        inner: Option<&Value<'a>>,
        call: &MethodCall<'_, 'a>,
        frame: &Frame<'a>,
    ) -> Vec<Answer> {
        match inner {
            Some(Value::Methods(more)) => return more.answers.clone(),
            Some(Value::Nothing) => {}
            _ => self.unjudge(call.name_site, format!(".{}({})", call.name, list(call.written)), frame),
        }
        Vec::new()
    }
}

/// Methods that nobody answers yet.
fn unanswered(methods: Vec<Method>, place: (u32, Site)) -> Answer {
    Answer { methods, handler: None, place, layers: Vec::new() }
}

/// The texts that a value can be, with the condition of each: a list is several paths, and what is no text is a hole.
pub(super) fn texts(value: Option<&Value<'_>>) -> Vec<(Option<Rc<str>>, Template)> {
    let mut found = Vec::new();
    for (when, value) in value.into_iter().flat_map(Value::alternatives) {
        if let Value::List(_) = &value {
            let texts = value
                .flattened()
                .into_iter()
                .filter_map(|(own, value)| Some((own.or_else(|| when.clone()), template(&value)?)));
            found.extend(texts);
        } else {
            let text = template(&value).unwrap_or_else(|| Template::hole(super::text::hole("path")));
            found.push((when, text));
        }
    }
    found
}

/// The methods that a guard stands for.
pub(super) fn restricted(value: Option<&Value<'_>>) -> Vec<Method> {
    if let Some(Value::Filter(methods)) = value { methods.to_vec() } else { Vec::new() }
}

/// The methods that an operation names.
pub(super) fn methods_of(verbs: Verbs, arguments: &[Value<'_>]) -> Vec<Method> {
    match verbs {
        Verbs::Fixed(methods) => methods.to_vec(),
        Verbs::Argument(at) => filter(arguments.get(at)),
    }
}

fn filter(value: Option<&Value<'_>>) -> Vec<Method> {
    match value {
        Some(Value::Filter(methods)) => methods.to_vec(),
        Some(Value::List(list)) => list.values.iter().flat_map(|value| filter(Some(value))).collect(),
        Some(Value::Text(text)) => vec![Method::parse(&text.text).unwrap_or(Method::Any)],
        // A variant of an enum of the repository's own.
        Some(Value::Struct(fields)) => vec![named_method(&fields.path)],
        Some(Value::Unknown(hole)) => vec![named_method(&hole.written)],
        _ => vec![Method::Any],
    }
}

fn named_method(path: &str) -> Method {
    path.rsplit_once("::").and_then(|(_, name)| Method::parse(name)).unwrap_or(Method::Any)
}

/// The handler that a value is.
pub(super) fn handler_of(value: &Value<'_>) -> Handler {
    match value {
        Value::Function(of) => Handler::Function(*of),
        Value::External(path) => Handler::External((&**path).into()),
        Value::Choice(all) => all.first().map_or(Handler::Anonymous, |(_, value)| handler_of(value)),
        Value::Text(_)
        | Value::Router(_)
        | Value::Methods(_)
        | Value::Filter(_)
        | Value::List(_)
        | Value::Struct(_)
        | Value::Module(_)
        | Value::Closure(_)
        | Value::Nothing
        | Value::Unknown(_) => Handler::Anonymous,
    }
}

pub(super) fn spelled(framework: &Framework, path: Template) -> Template {
    Template { text: (framework.spell)(&path.text), holes: path.holes }
}

/// `inner` below `prefix`, as the framework of the outer router joins them.
pub(super) fn joined(framework: &Framework, prefix: &Template, inner: &Template) -> Template {
    if prefix.text.is_empty() {
        return inner.clone();
    }
    let text = (framework.join)(&prefix.text, &inner.text);
    let holes = prefix.holes.iter().chain(&inner.holes).cloned().collect();
    Template { text, holes }
}

/// A function whose routes stand in attributes; used by the evaluator to tell handlers from other functions.
pub(super) type Routes = Vec<(Vec<Method>, Template)>;

impl<'a> Evaluator<'a> {
    /// Lists a registration that cannot be judged.
    pub(super) fn unjudge(&mut self, site: Site, text: String, frame: &Frame<'a>) {
        self.unjudged.entry((frame.at.file, site, self.owner)).or_insert((text, frame.function));
    }

    /// Lists a macro of the repository that hides registrations.
    pub(super) fn opaque(&mut self, site: Site, text: String, frame: &Frame<'a>) {
        self.opaque_macros.entry((frame.at.file, site, self.owner)).or_insert((text, frame.function));
    }

    /// The routes that the attributes of a function name, in a framework's own spelling.
    pub(super) fn routes_of(&self, of: ItemRef, framework: &'static Framework) -> Routes {
        let routes = super::handlers::routes_of(self.names, of, framework);
        if routes.is_empty() && !self.own.is_empty() { self.own_routes(of) } else { routes }
    }
}
