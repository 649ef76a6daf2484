//! Pairs of a path and what is mounted there, as macros take them → routes.

use super::chain::MethodCall;
use super::evaluate::Evaluator;
use super::frame::Frame;
use super::mount::Step;
use super::register::{Call, joined, spelled, texts};
use super::text::list;
use super::value::{Template, Value};
use crate::facts::frameworks::{Framework, Kind};

impl<'a> Evaluator<'a> {
    /// Mounts pairs in a router that is given with a path in front of all of them, or in a new one.
    pub(super) fn pairs(
        &mut self,
        framework: &'static Framework,
        (into, first): (Option<(usize, usize)>, usize),
        call: &Call<'_, 'a>,
        frame: &Frame<'a>,
    ) -> Value<'a> {
        let given = into.map(|(router, path)| (call.arguments.get(router), call.arguments.get(path)));
        let (id, before) = match given {
            Some((Some(Value::Router(id)), path)) => (*id, texts(path)),
            None => (self.make(framework, Kind::Router, Vec::new()), vec![(None, Template::default())]),
            Some(_) => {
                self.unjudge(call.at, list(call.written), frame);
                return Value::Nothing;
            }
        };
        for (pair, written) in call.arguments.iter().zip(call.written).skip(first) {
            let site = written.site;
            let step = MethodCall {
                name: "mount",
                name_site: site,
                written: std::slice::from_ref(written),
                arguments: std::slice::from_ref(pair),
                site,
            };
            let Value::List(pair) = pair else {
                self.unjudged_step(Step { id, call: &step, frame });
                continue;
            };
            for (when, before) in &before {
                for (own, path) in texts(pair.values.first()) {
                    let path =
                        joined(framework, &spelled(framework, before.clone()), &spelled(framework, path));
                    let conditions = when.iter().cloned().chain(own);
                    let inner = pair.values.get(1).map_or(Value::Nothing, beside);
                    self.with(conditions, |this| {
                        this.nest_one(Step { id, call: &step, frame }, &inner, &path, false);
                    });
                }
            }
        }
        if into.is_some() { Value::Nothing } else { Value::list(vec![Value::Router(id), Value::Nothing]) }
    }
}

/// The router of a router beside a description of it.
fn beside<'a>(value: &Value<'a>) -> Value<'a> {
    let Value::List(list) = value else { return value.clone() };
    list.values.first().cloned().unwrap_or(Value::Nothing)
}
