//! Calls that are not followed → what may come of them, and what of it is said.
//!
//! Who is called is not known, or is entered already. What is handed over may come back with more registered in it than is seen.

use super::chain::{MethodCall, looks_like_route};
use super::evaluate::Evaluator;
use super::frame::Frame;
use super::origin::Origin;
use super::text::{hole, is_conversion, list, method};
use super::value::{ObjectId, Open, Value};
use super::{ItemRef, Location};
use crate::facts::TypeExpr;
use crate::facts::frameworks::{self, FRAMEWORKS, Framework, Kind, Operation};

impl<'a> Evaluator<'a> {
    /// What a call gives whose function is not entered. What such a router holds is known where the function is done; a part of it may
    /// lie below a prefix that is put in front of it before.
    pub(super) fn not_entered(&mut self, of: ItemRef, arguments: &[Value<'a>]) -> Value<'a> {
        self.borrowed = None;
        let given = self.handed_on(arguments).or_else(|| self.given_by(of));
        let routers = given.as_ref().map_or_else(Vec::new, Value::routers);
        routers.into_iter().for_each(|id| self.objects[id.0 as usize].open = Some(Open::While(of)));
        given.unwrap_or_else(|| Value::Unknown(hole(&self.names.item(of).name).declared(Origin::Result(of))))
    }

    /// An empty router, where a function that is entered is declared to give one.
    fn given_by(&mut self, of: ItemRef) -> Option<Value<'a>> {
        let at = Location { file: of.file, scope: self.names.item(of).scope, item: of.item };
        let (framework, kind) = match self.names.body(of) {
            Some(body) => self.kind_of_type(&body.result, at)?,
            None if !self.eachs.contains(&of) => return None,
            None => {
                let TypeExpr::Path { path, .. } = self.names.result(of)? else { return None };
                self.kind_of_type(&path, at)?
            }
        };
        (kind == frameworks::Kind::Router).then(|| Value::Router(self.make(framework, kind, Vec::new())))
    }

    /// What an unknown callee gives back when it is handed routers: it may well be those. Of several filters each may go on.
    pub(super) fn handed_on(&self, arguments: &[Value<'a>]) -> Option<Value<'a>> {
        let is_filter = |id: &ObjectId| self.objects[id.0 as usize].kind == frameworks::Kind::Filter;
        let mut handed = arguments.iter().filter(|value| !value.routers().is_empty());
        let first = handed.next()?;
        if !first.own_routers().iter().any(is_filter) {
            return Some(first.clone());
        }
        Value::choice([first].into_iter().chain(handed).map(|value| (None, value.clone())).collect())
    }

    /// What is called is not known: closures among the arguments may build routers of their own, and what they or the
    /// arguments hold may come back.
    pub(super) fn unknown_call(&mut self, arguments: &[Value<'a>], written: super::value::Hole) -> Value<'a> {
        let mut made = None;
        for argument in arguments {
            if let Value::Closure(closure) = argument {
                let value = self.call_closure(&closure.clone(), &[]);
                if !value.routers().is_empty() {
                    made.get_or_insert(value);
                }
            }
        }
        self.borrowed = None;
        self.handed_on(arguments).or(made).unwrap_or(Value::Unknown(written))
    }

    /// A method of something that is not known. What it is handed can tell what it must be: only a router takes methods.
    pub(super) fn unknown_receiver(
        &mut self,
        receiver: &Value<'a>,
        call: &MethodCall<'_, 'a>,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let of = receiver.unknown().cloned().unwrap_or_else(|| hole("value"));
        if let (Some(framework), Value::Unknown(_)) = (self.evidence(call), receiver)
            && let Some(operation) = (framework.method)(Kind::Router, call.name, call.arguments.len())
            && !matches!(operation, Operation::Same | Operation::Nothing)
        {
            let is_joined = matches!(operation, Operation::And { .. } | Operation::Or { .. });
            let id = self.make(framework, if is_joined { Kind::Filter } else { Kind::Router }, Vec::new());
            if is_joined {
                // What it lets through, and where, is not known.
                self.unjudge(call.name_site, format!(".{}({})", call.name, list(call.written)), frame);
            }
            self.objects[id.0 as usize].left = !is_joined;
            return self.operate(operation, &Value::Router(id), call, frame);
        }
        let is_plain = |value: &Value<'_>| value.routers().is_empty() && !matches!(value, Value::Closure(_));
        if is_conversion(call.name) && call.arguments.iter().all(is_plain) {
            return receiver.clone();
        }
        if looks_like_route(self.names, frame.at.file, call) || self.may_register(call) {
            self.unjudge(call.name_site, format!(".{}({})", call.name, list(call.written)), frame);
        }
        self.unknown_call(call.arguments, method(&of, call.name, call.written))
    }

    /// Whether a method of the repository that is called so takes a router where this call hands over one, or may.
    fn may_register(&self, call: &MethodCall<'_, 'a>) -> bool {
        let takes = |of: &ItemRef| {
            let at = Location { file: of.file, scope: self.names.item(*of).scope, item: of.item };
            let parameters = self.names.body(*of).map_or(&[][..], |body| &body.parameters);
            let handed = parameters.iter().skip(1).zip(call.arguments);
            parameters.len() == call.arguments.len() + 1
                && handed.into_iter().any(|(parameter, value)| {
                    let may_be = matches!(value, Value::Unknown(_)) || !value.own_routers().is_empty();
                    may_be && matches!(self.kind_of_type(&parameter.r#type, at), Some((_, Kind::Router)))
                })
        };
        self.methods.get(call.name).is_some_and(|all| all.iter().any(takes))
    }

    /// The framework that the arguments of a call on an unknown receiver belong to.
    fn evidence(&self, call: &MethodCall<'_, 'a>) -> Option<&'static Framework> {
        call.arguments.iter().find_map(|value| {
            if let Value::Methods(methods) = value {
                return Some(methods.framework);
            }
            if let Value::Function(of) = value {
                return FRAMEWORKS.iter().find(|framework| !self.routes_of(*of, framework).is_empty());
            }
            value.routers().first().map(|id| self.objects[id.0 as usize].framework)
        })
    }
}
