//! Closures that a function of the repository is handed and keeps → what is registered in them.
//!
//! Who keeps a closure calls it some other time, with a router that nobody sees. What it registers there is served all the same, and so
//! is what one does that stands in a constant or is given to who is not seen.

use std::rc::Rc;

use super::ItemRef;
use super::evaluate::Evaluator;
use super::value::{Closure, Value};
use super::walk;
use crate::facts::frameworks::Kind;

/// The most closures, and parts of a value, that are gone through.
const MOST: usize = 1_000;

impl<'a> Evaluator<'a> {
    /// Calls the closures among the arguments that take a router and that nobody called.
    pub(super) fn call_kept(&mut self, arguments: &[Value<'a>]) {
        for argument in arguments {
            let Value::Closure(closure) = argument else { continue };
            let takes_router = closure.parameters.iter().any(|parameter| {
                let kind = self.kind_of_type(&parameter.r#type, closure.at);
                matches!(kind, Some((_, Kind::Router | Kind::Switch)))
            });
            if takes_router && self.is_uncalled(closure) {
                let value = self.call_closure(&closure.clone(), &[]);
                self.leave(&value);
            }
        }
    }

    /// Calls the closures in what a function or constant computes that nobody called.
    pub(super) fn call_computed(&mut self, of: ItemRef, value: &Value<'a>) {
        for closure in closures(value) {
            if self.is_uncalled(&closure) {
                self.begin(of);
                let value = self.call_closure(&closure, &[]);
                self.leave(&value);
            }
        }
    }

    fn is_uncalled(&self, closure: &Closure<'a>) -> bool {
        let is_visited =
            |call: &crate::basis::Site| self.visited.contains(&(closure.at.file, call.span.start));
        !walk::method_calls(closure.body).iter().all(is_visited)
    }
}

/// The closures in a value.
fn closures<'a>(value: &Value<'a>) -> Vec<Rc<Closure<'a>>> {
    let (mut found, mut open) = (Vec::new(), vec![value]);
    while let Some(value) = open.pop() {
        if found.len() >= MOST || open.len() >= MOST {
            break;
        }
        if let Value::Closure(closure) = value {
            found.push(closure.clone());
        } else if let Value::List(list) = value {
            open.extend(list.values.iter());
        } else if let Value::Struct(fields) = value {
            open.extend(fields.fields.values());
        } else if let Value::Choice(all) = value {
            open.extend(all.iter().map(|(_, value)| value));
        }
    }
    found
}
