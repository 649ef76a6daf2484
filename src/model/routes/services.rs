//! Generated servers of gRPC services → routers with one route for each call, and the calls that take such up.
//!
//! Which calls a server answers stands in a `.proto` file; who knows that is asked through [`super::Names::calls`].

use std::rc::Rc;

use super::chain::MethodCall;
use super::evaluate::Evaluator;
use super::frame::Frame;
use super::mount::{Answered, Step, lay_over};
use super::register::Call;
use super::text::{hole, list};
use super::value::{Handler, Template, Value};
use super::{ItemRef, ServedCalls};
use crate::basis::Method;
use crate::facts::frameworks::{self, Framework, Kind};

impl<'a> Evaluator<'a> {
    /// What a function of a generated server makes: `OrdersServer::new(…)`. `None` for every other function.
    pub(super) fn server(&mut self, path: &str, call: &Call<'_, 'a>, frame: &Frame<'a>) -> Option<Value<'a>> {
        let (server, maker) = path.rsplit_once("::")?;
        if !server.ends_with("Server") || !matches!(maker, "new" | "from_arc" | "with_interceptor") {
            return None;
        }
        let given = self.served_type(call, frame);
        let ServedCalls { calls, is_open } = self.names.calls(frame.at, server, given)?;
        if is_open {
            self.unjudge(call.at, format!("{path}({})", list(call.written)), frame);
        }
        let id = self.make(frameworks::of_path("tonic")?, Kind::Router, Vec::new());
        let layers =
            if maker == "with_interceptor" { self.laid(call.written.get(1), frame) } else { Vec::new() };
        for answered in calls {
            let handler = answered.handler.map_or(Handler::Anonymous, Handler::Function);
            let (methods, layers) = (vec![Method::Post], layers.clone());
            let path = Template::known(&answered.path);
            self.add(id, Answered { methods, handler, site: call.at, layers }, path, frame);
            if let Some(entry) = self.objects[id.0 as usize].entries.last_mut() {
                Rc::make_mut(entry).declared = Some(Rc::new(answered.declared));
            }
        }
        Some(Value::Router(id))
    }

    /// The type of the repository that the value has that a server is made of.
    fn served_type(&self, call: &Call<'_, 'a>, frame: &Frame<'a>) -> Option<ItemRef> {
        let value = call.arguments.first()?;
        // What a method makes of a value may have another type.
        let is_made = value.unknown().is_some_and(|hole| hole.written.contains(")."));
        if is_made {
            return None;
        }
        self.type_of(value, frame.at).or_else(|| self.type_of_parameter(value, frame))
    }

    /// A router of a service, with what is laid over it.
    pub(super) fn taken_up(
        &mut self,
        framework: &'static Framework,
        (service, under): (usize, Option<usize>),
        call: &Call<'_, 'a>,
        frame: &Frame<'a>,
    ) -> Value<'a> {
        // What is laid over something unknown is as unknown: who takes it up says so.
        if under.is_some() && call.arguments.get(service).is_none_or(|value| value.routers().is_empty()) {
            return Value::Unknown(hole("service"));
        }
        let id = self.make(framework, Kind::Router, Vec::new());
        let (written, arguments) = (call.written, call.arguments);
        let call = MethodCall { name: "new", name_site: call.at, written, arguments, site: call.at };
        self.take_up(Step { id, call: &call, frame }, (service, under));
        Value::Router(id)
    }

    /// Takes up a service, and lays over it what is laid.
    pub(super) fn take_up(&mut self, step: Step<'_, 'a>, (service, under): (usize, Option<usize>)) {
        let before = self.objects[step.id.0 as usize].entries.len();
        match step.call.arguments.get(service) {
            Some(value) => self.take_up_one(step, value),
            None => self.unjudged_step(step),
        }
        let layers = self.laid(under.and_then(|at| step.call.written.get(at)), step.frame);
        lay_over(&mut self.objects[step.id.0 as usize].entries[before..], &layers);
    }

    fn take_up_one(&mut self, step: Step<'_, 'a>, value: &Value<'a>) {
        for (when, value) in value.flattened() {
            self.with(when, |this| match value {
                Value::Router(inner) => this.mount_at(step, inner, &Template::default()),
                Value::Nothing => {}
                Value::Text(_)
                | Value::Methods(_)
                | Value::Filter(_)
                | Value::List(_)
                | Value::Struct(_)
                | Value::Function(_)
                | Value::Module(_)
                | Value::External(_)
                | Value::Closure(_)
                | Value::Choice(_)
                | Value::Unknown(_) => this.unjudged_step(step),
            });
        }
    }
}
