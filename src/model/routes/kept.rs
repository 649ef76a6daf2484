//! Closures that a function of the repository is handed and keeps → what is registered in them.
//!
//! Who keeps a closure calls it some other time, with a router that nobody sees. What it registers there is served all the same.

use super::evaluate::Evaluator;
use super::value::Value;
use super::walk;
use crate::facts::frameworks::Kind;

impl<'a> Evaluator<'a> {
    /// Calls the closures among the arguments that take a router and that nobody called.
    pub(super) fn call_kept(&mut self, arguments: &[Value<'a>]) {
        for argument in arguments {
            let Value::Closure(closure) = argument else { continue };
            let takes_router = closure.parameters.iter().any(|parameter| {
                let kind = self.kind_of_type(&parameter.r#type, closure.at);
                matches!(kind, Some((_, Kind::Router | Kind::Switch)))
            });
            let is_kept =
                |call: &crate::basis::Site| !self.visited.contains(&(closure.at.file, call.span.start));
            if takes_router && walk::method_calls(closure.body).iter().any(is_kept) {
                let value = self.call_closure(&closure.clone(), &[]);
                self.leave(&value);
            }
        }
    }
}
