//! Calls, methods, fields and macros → values: dispatch by what they are called on.
//!
//! Long builder chains are followed in a loop, not by recursion.

use std::rc::Rc;

use super::evaluate::Evaluator;
use super::frame::{self, Frame};
use super::origin::Origin;
use super::register::Call;
use super::text::{field, hole, hole_of, hole_of_call, is_conversion, list, method, path_of, text_method};
use super::value::{Fields, Open, Template, Value};
use super::{Found, ItemRef, Location, Names};
use crate::basis::{Method, Site};
use crate::facts::frameworks::{self, FRAMEWORKS, Framework, Kind, Operation};
use crate::facts::{Expr, ExprKind, ItemKind};

/// A method call under evaluation.
pub(super) struct MethodCall<'e, 'a> {
    pub(super) name: &'e str,
    pub(super) name_site: Site,
    pub(super) written: &'a [Expr],
    pub(super) arguments: &'e [Value<'a>],
    /// The whole expression.
    pub(super) site: Site,
}

impl<'a> Evaluator<'a> {
    /// A chain of calls, methods and fields.
    pub(super) fn chain(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let (mut base, mut links) = (expr, Vec::new());
        loop {
            let inner = if let ExprKind::Call { callee, .. } = &base.kind {
                callee
            } else if let ExprKind::Method { receiver, .. } | ExprKind::Field { receiver, .. } = &base.kind {
                receiver
            } else {
                break;
            };
            links.push(base);
            base = inner;
        }
        let mut value = self.eval(base, frame);
        if path_of(base).is_some() && links.last().is_some_and(|link| is_copy(link)) {
            for id in value.own_routers() {
                let uses = &mut self.objects[id.0 as usize].uses;
                *uses = uses.saturating_sub(1);
            }
        }
        let mut place = frame::place(base);
        for link in links.into_iter().rev() {
            let before = value.clone();
            value = self.link(link, value, frame);
            value = self.with_known(value);
            place = self.hand_back(link, (place, &before), &value, frame);
        }
        value
    }

    fn link(&mut self, link: &'a Expr, inner: Value<'a>, frame: &mut Frame<'a>) -> Value<'a> {
        if let ExprKind::Field { name, .. } = &link.kind {
            let value = read_field(&inner, name);
            return if value.is_torn_from(&inner) { Value::Unknown(hole_of(link)) } else { value };
        }
        let (ExprKind::Call { arguments, .. } | ExprKind::Method { arguments, .. }) = &link.kind else {
            return inner;
        };
        if let ExprKind::Method { name_site, .. } = &link.kind {
            self.visited.insert((frame.at.file, name_site.span.start));
        }
        let values: Vec<_> = arguments.iter().map(|argument| self.eval(argument, frame)).collect();
        self.borrowed = None;
        if let ExprKind::Method { name, name_site, .. } = &link.kind {
            let (name_site, site) = (*name_site, link.site);
            let call = MethodCall { name, name_site, written: arguments, arguments: &values, site };
            if let Some(own) = self.registers_by(name) {
                let receiver = inner.routers().first().copied();
                return self.register_own(own, receiver, (&values, arguments, name_site), frame);
            }
            return self.each(&inner, |this, receiver| this.method(receiver, &call, frame));
        }
        let ExprKind::Call { callee, .. } = &link.kind else { return inner };
        if let ExprKind::Path(path) = &callee.kind
            && let Some(value) = self.wrapper(path, &inner, &values)
        {
            return value;
        }
        if let ExprKind::Path(path) = &callee.kind
            && let Some(own) = self.registers_by(path)
        {
            if let Value::Function(of) = inner {
                self.spoken_for.insert(of);
            }
            return self.register_own(own, None, (&values, arguments, callee.site), frame);
        }
        let ExprKind::Call { callee, types, .. } = &link.kind else { return inner };
        let call = Call { written: arguments, arguments: &values, types, tokens: "", at: callee.site };
        if let ExprKind::Path(path) = &callee.kind
            && let Some(server) = self.server(path, &call, frame)
        {
            return server;
        }
        self.each(&inner, |this, callee_value| this.call(callee_value, callee, &call, frame))
    }

    /// Does something for each alternative of a value, under its condition.
    pub(super) fn each(
        &mut self,
        value: &Value<'a>,
        mut act: impl FnMut(&mut Self, &Value<'a>) -> Value<'a>,
    ) -> Value<'a> {
        let Value::Choice(all) = value else { return act(self, value) };
        let mut results = Vec::new();
        for (when, value) in all.iter() {
            let conditions = self.conditions.len();
            self.conditions.extend(when.clone().filter(|_| !self.is_whole_router(value)));
            results.push((when.clone(), act(self, value)));
            self.conditions.truncate(conditions);
        }
        Value::choice(results).unwrap_or(Value::Nothing)
    }

    /// Whether a value is a router and no place in another: what is done to it is done whichever of several it is, and where it is
    /// served says when that is.
    fn is_whole_router(&self, value: &Value<'a>) -> bool {
        matches!(value, Value::Router(id) if self.objects[id.0 as usize].within.is_none())
    }

    fn cloned(&mut self, value: &Value<'a>) -> Value<'a> {
        let copy = self.copied(value.clone());
        if let (Value::Router(original), Value::Router(made)) = (value, &copy) {
            self.objects[made.0 as usize].original = Some(*original);
        }
        copy
    }

    /// `Some(x)`, `Box::new(x)`, `LazyLock::new(|| x)`: what is inside; `String::new()`: nothing yet.
    fn wrapper(&mut self, path: &str, callee: &Value<'a>, arguments: &[Value<'a>]) -> Option<Value<'a>> {
        if matches!(callee, Value::Function(_) | Value::Closure(_)) {
            return None;
        }
        let (owner, name) = path.rsplit_once("::").unwrap_or(("", path));
        let owner = owner.rsplit("::").next().unwrap_or_default();
        if owner == "String" && matches!(name, "new" | "default" | "with_capacity") {
            return Some(Value::Text(Template::default()));
        }
        let [argument] = arguments else { return None };
        match (owner, name) {
            (_, "clone") => {
                for id in argument.own_routers() {
                    let uses = &mut self.objects[id.0 as usize].uses;
                    *uses = uses.saturating_sub(1);
                }
                Some(self.cloned(argument))
            }
            (_, "Some" | "Ok") => Some(argument.clone()),
            (_, "Err") if argument.routers().is_empty() => Some(Value::Nothing),
            (_, "Err") => Some(argument.clone()),
            ("Box" | "Arc" | "Rc" | "Cow" | "String", "new" | "from" | "pin") => Some(argument.clone()),
            // Whoever holds it may change what is inside.
            ("Mutex" | "RwLock" | "RefCell" | "Cell", "new" | "from") => Some(self.changing(argument)),
            ("Method", "from_bytes" | "from_str" | "try_from") => {
                let Value::Text(text) = argument else { return None };
                let bytes = text.text.strip_prefix("b\"").and_then(|rest| rest.strip_suffix('"'));
                Some(Value::Filter(Rc::new(vec![Method::parse(bytes.unwrap_or(&text.text))?])))
            }
            ("Lazy" | "LazyLock" | "LazyCell" | "OnceLock", "new") => {
                if let Value::Closure(closure) = argument {
                    return Some(self.call_closure(&closure.clone(), &[]));
                }
                if let Value::Function(of) = argument {
                    Some(self.call_function(*of, &[], *of))
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    fn call(
        &mut self,
        callee: &Value<'a>,
        expr: &'a Expr,
        call: &Call<'_, 'a>,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        match callee {
            Value::Function(of) => {
                let types = self.types_told(*of, path_of(expr), call, frame);
                if self.is_of_any(*of, &types) && !matches!(call.arguments.first(), Some(Value::Struct(_))) {
                    return self.call_each(*of, call.arguments, frame.function);
                }
                let takes_router = call.arguments.iter().any(|value| !value.routers().is_empty());
                if takes_router && self.names.body(*of).is_none() && self.names_framework(*of) {
                    self.unjudge(call.at, format!("{}(…)", self.names.item(*of).name), frame);
                }
                let value = self.call_told(*of, call.arguments, types, frame.function);
                if value.unknown().is_some() {
                    return Value::Unknown(hole_of_call(expr, call.written).declared(Origin::Result(*of)));
                }
                value
            }
            Value::Closure(closure) => self.call_written(closure, call.arguments),
            Value::External(path) => self.call_external(path, call, frame),
            Value::Struct(fields) if fields.fields.is_empty() => {
                // A tuple struct: its parts are its fields.
                let parts = call.arguments.iter().enumerate();
                let parts = parts.map(|(at, value)| (Rc::from(at.to_string()), value.clone())).collect();
                Value::fields(&fields.path, fields.at, parts)
            }
            Value::Unknown(_) | Value::Module(_) | Value::Struct(_) => {
                // Who hands over a function may hand over one that registers.
                let is_handed = path_of(expr).is_some_and(|path| frame.variable(path).is_some());
                let routers = call.arguments.iter().filter(|_| is_handed).flat_map(Value::own_routers);
                routers.for_each(|id| self.objects[id.0 as usize].open = Some(Open::Ever));
                self.unknown_call(call.arguments, hole_of_call(expr, call.written))
            }
            Value::Text(_)
            | Value::Router(_)
            | Value::Methods(_)
            | Value::Filter(_)
            | Value::List(_)
            | Value::Choice(_)
            | Value::Nothing => Value::Nothing,
        }
    }

    /// Whether the first parameter of a function is a router, or may be one.
    fn takes_router(&self, of: ItemRef) -> bool {
        let at = Location { file: of.file, scope: self.names.item(of).scope, item: of.item };
        let first = self.names.body(of).and_then(|body| body.parameters.first());
        first.is_some_and(|first| {
            self.kind_of_type(&first.r#type, at).is_some() || !first.r#type.contains(char::is_lowercase)
        })
    }

    /// Whether a function of which no body was kept names a value of a framework all the same: behind an alias.
    fn names_framework(&self, of: ItemRef) -> bool {
        let at = Location { file: of.file, scope: self.names.item(of).scope, item: of.item };
        self.names.types_in(of).iter().any(|written| self.kind_of_type(written, at).is_some())
    }

    fn call_external(&mut self, path: &str, call: &Call<'_, 'a>, frame: &mut Frame<'a>) -> Value<'a> {
        if frameworks::is_no_endpoint(path) {
            return Value::Nothing;
        }
        if let Some(value) = self.exchanged(path, call.arguments) {
            return value;
        }
        let segments: Vec<_> = path.split("::").collect();
        let framework = frameworks::of_path(path);
        if let Some((framework, operation)) =
            framework.and_then(|framework| Some((framework, (framework.function)(&segments)?)))
        {
            return self.make_value(framework, operation, call, frame);
        }
        if let Some(value) = self.by_path(path, call, frame) {
            return value;
        }
        // A router that a framework is handed is served; another crate may as well wrap it.
        let result = self.unknown_call(call.arguments, hole(path));
        let is_made = self.handed_on(call.arguments).is_none();
        if framework.is_some() || is_made {
            self.leave(&result);
            return Value::External(path.into());
        }
        result
    }

    fn left(&mut self, value: Value<'a>) -> Value<'a> {
        self.leave(&value);
        value
    }

    /// A macro call.
    pub(super) fn macro_call(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let ExprKind::Macro { path, arguments, tokens, .. } = &expr.kind else { return Value::Nothing };
        if let Some(own) = self.registers_by(path) {
            let values: Vec<_> = arguments.iter().map(|argument| self.eval(argument, frame)).collect();
            return self.register_own(own, None, (&values, arguments, expr.site), frame);
        }
        let found = self.names.resolve(frame.at, path);
        for meaning in found.iter() {
            let Found::External(path) = meaning else { continue };
            let segments: Vec<_> = path.split("::").collect();
            let operation = frameworks::of_path(path)
                .and_then(|framework| Some((framework, (framework.r#macro)(&segments)?)));
            if let Some((_, Operation::Opaque)) = operation {
                self.opaque(expr.site, format!("{path}!(…)"), frame);
            }
            if let Some((framework, operation)) = operation {
                let values: Vec<_> = arguments.iter().map(|argument| self.eval(argument, frame)).collect();
                let call = Call { written: arguments, arguments: &values, types: &[], tokens, at: expr.site };
                return self.make_value(framework, operation, &call, frame);
            }
        }
        let name = path.rsplit("::").next().unwrap_or(path);
        // How the compiler sets blanks between several tokens is its own affair.
        if name == "stringify" && !tokens.trim().contains(char::is_whitespace) {
            return Value::Text(Template::known(tokens.trim()));
        }
        if let Some(value) = self.plain_macro(name, arguments, frame) {
            return value;
        }
        let values: Vec<_> = arguments.iter().map(|argument| self.eval(argument, frame)).collect();
        if found.iter().any(|meaning| matches!(meaning, Found::Macro { declares: true })) {
            self.opaque(expr.site, format!("{path}!(…)"), frame);
        }
        let may_register = |meaning: &Found| {
            let Found::External(path) = meaning else { return false };
            path.split("::").next().is_some_and(|of| !NO_REGISTRARS.contains(&of))
        };
        // One of the repository that still stands here could not be expanded.
        let is_own = found.iter().any(|meaning| matches!(meaning, Found::Macro { declares: false }));
        let is_hidden = is_own && values.iter().any(|value| !value.own_routers().is_empty())
            || found.iter().any(may_register) && is_handed_router((tokens, arguments), &values);
        if is_hidden {
            self.opaque(expr.site, format!("{path}!(…)"), frame);
        }
        let result = self.unknown_call(&values, hole_of(expr));
        self.left(result)
    }

    /// A method call.
    pub(super) fn method(
        &mut self,
        receiver: &Value<'a>,
        call: &MethodCall<'_, 'a>,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        if call.name == "clone" {
            return self.cloned(receiver);
        }
        match receiver {
            Value::Router(id) => {
                let object = &self.objects[id.0 as usize];
                let (framework, kind) = (object.framework, object.kind);
                self.framework_method((framework, kind), receiver, call, frame)
            }
            Value::Methods(methods) => {
                self.framework_method((methods.framework, Kind::Methods), receiver, call, frame)
            }
            Value::Filter(methods) => match (call.name, call.arguments) {
                ("or", [Value::Filter(more)]) => {
                    let mut all = methods.to_vec();
                    all.extend(more.iter().filter(|method| !methods.contains(method)));
                    Value::Filter(Rc::new(all))
                }
                // Who else comes through is not known.
                ("or", _) => Value::Unknown(hole("filter")),
                _ => receiver.clone(),
            },
            Value::List(_) => self.list_method(receiver, call, frame),
            Value::Struct(fields) => self.own_method(fields, receiver, call, frame),
            Value::Text(text) => text_method(text, call),
            Value::External(path) => {
                let value = self.unknown_receiver(receiver, call, frame);
                if value.unknown().is_some() { Value::External(path.clone()) } else { self.left(value) }
            }
            Value::Function(_) | Value::Module(_) | Value::Closure(_) => receiver.clone(),
            Value::Unknown(of) => {
                match self.either_text(of, call).or_else(|| self.declared_method(of, call, frame)) {
                    Some(value) => value,
                    None => self.unknown_receiver(receiver, call, frame),
                }
            }
            Value::Nothing => {
                self.unknown_call(call.arguments, hole(call.name));
                Value::Nothing
            }
            Value::Choice(_) => receiver.clone(),
        }
    }

    fn framework_method(
        &mut self,
        what: (&'static Framework, Kind),
        receiver: &Value<'a>,
        call: &MethodCall<'_, 'a>,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let (framework, kind) = what;
        if let Some(operation) = (framework.method)(kind, call.name, call.arguments.len()) {
            return self.operate(operation, receiver, call, frame);
        }
        if let Some(of) = self.extension(call.name) {
            let mut arguments = vec![receiver.clone()];
            arguments.extend(call.arguments.iter().cloned());
            return self.call_function(of, &arguments, frame.function);
        }
        if is_conversion(call.name) || kind == Kind::Methods {
            return receiver.clone();
        }
        if let Some(value) = self.through(receiver, call.arguments, frame) {
            return value;
        }
        let is_registration = call.arguments.iter().any(|value| {
            matches!(value, Value::Methods(_) | Value::Function(_))
                || matches!(value, Value::Text(text) if text.text.starts_with('/'))
        });
        if is_registration {
            self.unjudge(call.name_site, format!(".{}({})", call.name, list(call.written)), frame);
        }
        receiver.clone()
    }

    /// A method that the repository's own code gives to routers.
    fn extension(&self, name: &str) -> Option<ItemRef> {
        let all = self.extensions.get(name)?;
        let is_default =
            |of: &&ItemRef| self.names.parent(**of).is_some_and(|block| block.kind == ItemKind::Trait);
        // What a trait does by default gives way to what is written for the type.
        let (defaults, written): (Vec<&ItemRef>, Vec<_>) = all.iter().partition(is_default);
        match (&*written, &*defaults) {
            ([only], _) | ([], [only]) => Some(**only),
            _ => None,
        }
    }

    /// An unknown method that is handed a function or closure may call it with the router: what that returns then goes on.
    fn through(
        &mut self,
        receiver: &Value<'a>,
        arguments: &[Value<'a>],
        frame: &Frame<'a>,
    ) -> Option<Value<'a>> {
        // A handler is a function too; one that is called with the router says that it takes one.
        let with = arguments.iter().find(|value| {
            matches!(value, Value::Closure(_))
                || matches!(value, Value::Function(of) if self.takes_router(*of))
        })?;
        let value = self.hand_to(with, receiver, frame)?;
        Some(if value.routers().is_empty() { receiver.clone() } else { value })
    }

    /// A method of a type of the repository.
    fn own_method(
        &mut self,
        fields: &Fields<'a>,
        receiver: &Value<'a>,
        call: &MethodCall<'_, 'a>,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let function = |owner: &str| {
            let found = self.names.resolve(fields.at, &format!("{owner}::{}", call.name));
            found.iter().find_map(|found| if let Found::Function(of) = found { Some(*of) } else { None })
        };
        // The methods of a variant are those of its enum.
        let owner = self.variant(fields).map(|(owner, _)| owner);
        let of = function(owner.unwrap_or(&fields.path));
        match of {
            Some(of) if self.names.body(of).is_some() => {
                let mut arguments = vec![receiver.clone()];
                arguments.extend(call.arguments.iter().cloned());
                let types = self.type_of_default(of, owner.unwrap_or(&fields.path), fields.at);
                self.call_told(of, &arguments, types, frame.function)
            }
            _ if is_conversion(call.name) => receiver.clone(),
            Some(of) if self.gives_itself(of) && !receiver.routers().is_empty() => receiver.clone(),
            // A method of the repository's own that has nothing to do with routes, whatever it is called.
            Some(of) => {
                let written = method(&hole(&fields.path), call.name, call.written);
                self.unknown_call(call.arguments, written.declared(Origin::Result(of)))
            }
            _ => self.unknown_receiver(&Value::Unknown(hole("self")), call, frame),
        }
    }
}

fn is_copy(link: &Expr) -> bool {
    matches!(&link.kind, ExprKind::Method { name, .. } if &**name == "clone")
}

/// Crates whose macros write, check or wait for what they are handed: a server that runs there is a router to whom does not know its crate.
const NO_REGISTRARS: [&str; 10] =
    ["alloc", "anyhow", "core", "futures", "futures_util", "log", "pin_utils", "std", "tokio", "tracing"];

/// Whether a macro is handed a router itself, and no text to write: it may register what nobody sees. A router deeper in its tokens is a
/// part of what these say.
fn is_handed_router((tokens, written): (&str, &[Expr]), values: &[Value<'_>]) -> bool {
    let is_place = |piece: &str, place: &str| {
        piece.trim_start_matches(['&', ' ', '\n']).trim_start_matches("mut ").trim() == place
    };
    let is_text = |argument: &Expr| matches!(argument.kind, ExprKind::Text(_));
    let is_router = |(argument, value): (&Expr, &Value<'_>)| {
        let place = frame::place(argument).filter(|_| !value.own_routers().is_empty());
        place.is_some_and(|place| tokens.split(',').any(|piece| is_place(piece, &place)))
    };
    written.iter().zip(values).any(is_router) && !written.iter().any(is_text)
}

/// Whether a call reads like a registration, whatever it is called on.
pub(super) fn looks_like_route(names: &dyn Names, file: u32, call: &MethodCall<'_, '_>) -> bool {
    let Some(Value::Text(path)) = call.arguments.first() else { return false };
    path.text.starts_with('/')
        && call.arguments.len() >= 2
        && is_route_method(names, file, (call.name, call.arguments.len()))
}

/// Whether a framework that the package of the file depends on registers routes with a method of this name and number of arguments.
pub(super) fn is_route_method(names: &dyn Names, file: u32, method: (&str, usize)) -> bool {
    FRAMEWORKS.iter().any(|framework| {
        matches!(
            (framework.method)(Kind::Router, method.0, method.1),
            Some(Operation::Route { .. } | Operation::Nest { .. } | Operation::Serve { .. })
        ) && names.depends_on(file, framework.crates)
    })
}

fn read_field<'a>(inner: &Value<'a>, name: &str) -> Value<'a> {
    match inner {
        Value::Struct(fields) => match fields.fields.get(name) {
            Some(value) => value.clone(),
            None if matches!(fields.fields.get(".."), Some(Value::Struct(_))) => {
                fields.fields.get("..").map_or(Value::Nothing, |base| read_field(base, name))
            }
            None => {
                let of = hole(if &*fields.path == "Self" { "self" } else { &fields.path });
                Value::Unknown(field(&of.declared(Origin::Written(fields.path.clone(), fields.at)), name))
            }
        },
        Value::List(list) => match name.parse::<usize>().ok().and_then(|at| list.values.get(at)) {
            Some(value) => value.clone(),
            None => Value::Nothing,
        },
        Value::Unknown(of) => Value::Unknown(field(of, name)),
        Value::External(path) => Value::Unknown(field(&hole(path), name)),
        Value::Choice(all) => {
            let of_each = all.iter().map(|(when, value)| (when.clone(), read_field(value, name)));
            Value::choice(of_each.collect()).unwrap_or(Value::Nothing)
        }
        Value::Text(_)
        | Value::Router(_)
        | Value::Methods(_)
        | Value::Filter(_)
        | Value::Function(_)
        | Value::Module(_)
        | Value::Closure(_)
        | Value::Nothing => inner.clone(),
    }
}
