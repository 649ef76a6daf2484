//! What methods of lists make of their elements, and what is called by its path → values.

use super::ItemRef;
use super::chain::MethodCall;
use super::evaluate::Evaluator;
use super::frame::Frame;
use super::register::Call;
use super::text::{hole, template};
use super::value::{Template, Value};
use crate::basis::Site;
use crate::facts::frameworks;

impl<'a> Evaluator<'a> {
    /// A method of a framework that is called by its path: `Router::route(router, "/", get(show))`.
    pub(super) fn by_path(
        &mut self,
        path: &str,
        call: &Call<'_, 'a>,
        frame: &mut Frame<'a>,
    ) -> Option<Value<'a>> {
        let (receiver, arguments) = call.arguments.split_first()?;
        if receiver.own_routers().is_empty() && !matches!(receiver, Value::Methods(_)) {
            return None;
        }
        let segments: Vec<_> = path.split("::").collect();
        let (name, owner) = segments.split_last()?;
        let framework = frameworks::of_path(path)?;
        (framework.method)((framework.kind)(owner)?, name, arguments.len())?;
        let (written, at) = (call.written.get(1..).unwrap_or_default(), call.at);
        let call = MethodCall { name, name_site: at, written, arguments, site: at };
        Some(self.each(receiver, |this, receiver| this.method(receiver, &call, frame)))
    }

    /// Calls a function, a closure, or a method of a framework by its path; `None` for what is none of these.
    fn applied(
        &mut self,
        with: &Value<'a>,
        (arguments, at): (&[Value<'a>], Site),
        frame: &mut Frame<'a>,
    ) -> Option<Value<'a>> {
        if let Value::Closure(closure) = with {
            return Some(self.call_closure(closure, arguments));
        }
        if let Value::Function(of) = with {
            return Some(self.call_function(*of, arguments, frame.function));
        }
        let Value::External(path) = with else { return None };
        let call = Call { written: &[], arguments, types: &[], tokens: "", at };
        self.by_path(path, &call, frame)
    }

    /// A method of a list.
    pub(super) fn list_method(
        &mut self,
        receiver: &Value<'a>,
        call: &MethodCall<'_, 'a>,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let Value::List(list) = receiver else { return receiver.clone() };
        match (call.name, call.arguments) {
            ("fold" | "try_fold", [start, step]) if is_callable(step) => {
                let mut result = start.clone();
                for value in &list.values {
                    let arguments = [result, value.clone()];
                    let applied = self.applied(step, (&arguments, call.name_site), frame);
                    // What is not known to be one of ours may well hand on both.
                    result = applied.unwrap_or_else(|| Value::list(arguments.to_vec()));
                }
                result
            }
            ("for_each" | "map" | "flat_map", [Value::Closure(step)]) => {
                let values =
                    list.values.iter().map(|value| self.call_closure(step, std::slice::from_ref(value)));
                let values = values.collect();
                Value::list(values)
            }
            ("chain", [more]) => self.grown(receiver, more, "extend"),
            ("enumerate", []) => {
                let numbered =
                    |value: &Value<'a>| Value::list(vec![Value::Unknown(hole("index")), value.clone()]);
                Value::list(list.values.iter().map(numbered).collect())
            }
            ("concat" | "flatten", []) if matches!(&*list.values, [Value::List(_), ..]) => {
                let start = Value::list(Vec::new());
                list.values.iter().fold(start, |all, more| self.grown(&all, more, "extend"))
            }
            ("concat", []) | ("join", [Value::Text(_)]) if receiver.routers().is_empty() => {
                let between = match call.arguments {
                    [Value::Text(between)] => between.clone(),
                    _ => Template::default(),
                };
                let mut sum = Template::default();
                for (at, value) in list.values.iter().enumerate() {
                    if at > 0 {
                        sum.append(&between);
                    }
                    sum.append(&template(value).unwrap_or_else(|| Template::hole(hole("value"))));
                }
                Value::Text(sum)
            }
            _ => match self.method_of_lists(list.values.len(), call.name) {
                Some(of) => {
                    let mut arguments = vec![receiver.clone()];
                    arguments.extend(call.arguments.iter().cloned());
                    self.call_function(of, &arguments, frame.function)
                }
                None => receiver.clone(),
            },
        }
    }

    /// What a trait of the repository gives to tuples of so many elements, or to lists, by this name; `None` where several do.
    fn method_of_lists(&self, count: usize, name: &str) -> Option<ItemRef> {
        let is_list = |of: &&ItemRef| {
            let block = self.names.parent(**of).map_or("", |block| &*block.name);
            let of = block.trim_start_matches(['<', '&']);
            let tuple = of.strip_prefix('(').and_then(|rest| rest.split_once(')'));
            match tuple {
                Some((inside, _)) => {
                    inside.split(',').filter(|part| !part.trim().is_empty()).count() == count
                }
                None => of.starts_with(['[']) || of.starts_with("Vec "),
            }
        };
        let mut all = self.methods.get(name)?.iter().filter(is_list);
        let of = *all.next()?;
        all.next().is_none().then_some(of)
    }
}

/// Whether a value may be called with routers.
fn is_callable(value: &Value<'_>) -> bool {
    matches!(value, Value::Closure(_) | Value::Function(_) | Value::External(_))
}
