//! Filters: parts of requests that are asked for one after the other → routes.
//!
//! A filter is an object whose entries are the ways through it, each with the path and the methods that it asks for so far. One
//! without entries asks for nothing that matters here. A way is a route once somebody answers it and it asks for a path.

use std::rc::Rc;

use super::chain::MethodCall;
use super::evaluate::Evaluator;
use super::frame::Frame;
use super::mount::{Answered, Step};
use super::register::{Call, handler_of, texts};
use super::text::list;
use super::value::{Entry, Handler, ObjectId, Stage, Template, Value};
use crate::facts::frameworks::{Framework, Kind, Part, Verbs};

/// The most ways through one filter.
const MOST_WAYS: usize = 4_000;

impl<'a> Evaluator<'a> {
    /// A filter that asks for methods or a part of the path.
    pub(super) fn matching(
        &mut self,
        framework: &'static Framework,
        (verbs, part): (Verbs, Part),
        call: &Call<'_, 'a>,
        frame: &Frame<'a>,
    ) -> Value<'a> {
        let paths = match part {
            Part::Nothing => vec![(None, Template::default())],
            Part::Argument(at) => texts(call.arguments.get(at)),
            Part::Parameter => vec![(None, Template::known("{param}"))],
            Part::Rest => vec![(None, Template::known("{*tail}"))],
            Part::End => vec![(None, Template::known("/"))],
            Part::Pattern => vec![(None, Template::known(&pattern(call.tokens)))],
        };
        let methods = match verbs {
            Verbs::Fixed(methods) => methods.to_vec(),
            Verbs::Argument(_) => Vec::new(),
        };
        let id = self.make(framework, Kind::Filter, Vec::new());
        for (when, mut path) in paths {
            if !path.text.is_empty() && !path.text.starts_with('/') {
                path.text.insert(0, '/');
            }
            let answered = Answered {
                methods: methods.clone(),
                handler: Handler::Anonymous,
                site: call.at,
                layers: Vec::new(),
            };
            self.with(when, |this| this.add(id, answered, path, frame));
        }
        for way in &mut self.objects[id.0 as usize].entries {
            Rc::make_mut(way).stage = Stage::Asked;
        }
        Value::Router(id)
    }

    /// Both filters, one after the other.
    pub(super) fn both(&mut self, step: Step<'_, 'a>, other: usize) -> Value<'a> {
        let left = self.ways(step.id);
        let (mut right, mut without, mut is_hidden) = (Vec::new(), Vec::new(), false);
        let others: Vec<_> =
            step.call.arguments.get(other).into_iter().flat_map(Value::alternatives).collect();
        let is_one = others.len() == 1;
        for (when, value) in others {
            // A filter of another crate, too, may answer.
            is_hidden |= matches!(value, Value::Unknown(_) | Value::External(_));
            let mut ways = if let Value::Router(id) = value { self.ways(id) } else { Vec::new() };
            // What one of several gives, whatever is asked for, is nothing that the others have: it leaves what goes before as it is.
            if ways.is_empty() || !is_one && ways.iter().all(is_given_to_all) {
                without.push(when);
                continue;
            }
            self.with(when, |this| ways.iter_mut().for_each(|way| this.note_conditions(way)));
            right.extend(ways);
        }
        let mut all = match (left.is_empty(), right.is_empty()) {
            (true, _) => right,
            (_, true) => left,
            (false, false) => {
                let both = left.iter().flat_map(|left| right.iter().filter_map(|right| after(left, right)));
                let mut all: Vec<Entry> = both.collect();
                // What an alternative adds no way to goes on as it is.
                if let [when, others @ ..] = &without[..] {
                    let when = when.clone().filter(|_| others.is_empty());
                    let mut same = left;
                    self.with(when, |this| same.iter_mut().for_each(|way| this.note_conditions(way)));
                    all.extend(same);
                }
                all
            }
        };
        for way in all.iter_mut().filter(|way| way.stage == Stage::Given) {
            way.stage = Stage::Along;
        }
        if is_hidden {
            let place = (step.frame.at.file, step.call.name_site);
            for way in all.iter_mut().filter(|way| matches!(way.stage, Stage::Asked | Stage::Along)) {
                (way.stage, way.place, way.function) = (Stage::Hidden, place, step.frame.function);
            }
        }
        self.filter(step, all)
    }

    /// Either filter.
    pub(super) fn either(&mut self, step: Step<'_, 'a>, other: usize) -> Value<'a> {
        let mut all = self.ways(step.id);
        let is_alone = all.is_empty();
        for (_, value) in step.call.arguments.get(other).into_iter().flat_map(Value::flattened) {
            if let Value::Router(id) = value {
                // What is given to every request, where nothing else answered, is a fallback.
                all.extend(self.ways(id).into_iter().filter(|way| is_alone || !is_given_to_all(way)));
            } else if value.unknown().is_some() {
                self.unjudge(step.call.name_site, written(step.call), step.frame);
            }
        }
        self.filter(step, all)
    }

    /// The filter with a handler behind every way.
    pub(super) fn answered(&mut self, step: Step<'_, 'a>, handler: usize, changes: bool) -> Value<'a> {
        let handler = step.call.arguments.get(handler).map_or(Handler::Anonymous, handler_of);
        let mut all = self.ways(step.id);
        if all.is_empty() {
            // Whatever is asked for has no path: who asks for one before may be answered by this.
            let id = self.make(self.objects[step.id.0 as usize].framework, Kind::Filter, Vec::new());
            let none = Answered {
                methods: Vec::new(),
                handler: Handler::Anonymous,
                site: step.call.name_site,
                layers: Vec::new(),
            };
            self.add(id, none, Template::default(), step.frame);
            all = self.ways(id);
            all.iter_mut().for_each(|way| way.stage = Stage::Asked);
        }
        for way in &mut all {
            // What comes behind a handler may change its answer, and is not asked itself.
            let is_named = handler != Handler::Anonymous;
            let is_first = !matches!(way.stage, Stage::Answered | Stage::Given);
            if is_first || (is_named && (!changes || way.handler == Handler::Anonymous)) {
                way.handler = handler.clone();
                way.place = (step.frame.at.file, step.call.name_site);
                way.function = step.frame.function;
            }
            way.stage = if way.path.text.is_empty() { Stage::Given } else { Stage::Answered };
        }
        self.filter(step, all)
    }

    /// The ways through a filter that is used up by this.
    fn ways(&mut self, id: ObjectId) -> Vec<Entry> {
        let object = &mut self.objects[id.0 as usize];
        object.mounted = true;
        object.entries.iter().map(|entry| Entry::clone(entry)).collect()
    }

    fn filter(&mut self, step: Step<'_, 'a>, ways: Vec<Entry>) -> Value<'a> {
        let id = self.make(self.objects[step.id.0 as usize].framework, Kind::Filter, Vec::new());
        for mut way in ways.into_iter().take(MOST_WAYS) {
            self.note_conditions(&mut way);
            self.objects[id.0 as usize].entries.push(Rc::new(way));
        }
        Value::Router(id)
    }
}

fn written(call: &MethodCall<'_, '_>) -> String {
    format!(".{}({})", call.name, list(call.written))
}

/// Whether nothing is asked for, and something given.
fn is_given_to_all(way: &Entry) -> bool {
    matches!(way.stage, Stage::Given | Stage::Along) && way.path.text.is_empty() && way.methods.is_empty()
}

/// One way behind another; `None` when no method passes both.
fn after(left: &Entry, right: &Entry) -> Option<Entry> {
    let methods: Vec<_> = match (&*left.methods, &*right.methods) {
        ([], methods) | (methods, []) => methods.to_vec(),
        (left, right) => left.iter().filter(|method| right.contains(method)).copied().collect(),
    };
    if methods.is_empty() && !(left.methods.is_empty() && right.methods.is_empty()) {
        return None;
    }
    let mut path = left.path.clone();
    if right.path.text != "/" || path.text.is_empty() {
        path.append(&right.path);
    }
    let is_answered = matches!(right.stage, Stage::Answered | Stage::AskedOn);
    let is_open = matches!(left.stage, Stage::Asked | Stage::Given | Stage::Along);
    let later = if is_answered || is_open { right } else { left };
    let mut way = Entry { methods, path, ..later.clone() };
    if left.stage == Stage::Answered && right.stage == Stage::Asked {
        way.stage = Stage::AskedOn;
    }
    if left.stage == Stage::Hidden && way.stage == Stage::Asked {
        way.stage = Stage::Hidden;
    }
    for condition in &left.conditions {
        if !way.conditions.contains(condition) {
            way.conditions.insert(0, condition.clone());
        }
    }
    way.test |= left.test || right.test;
    Some(way)
}

/// `"orders" / u64 / ..` → `/orders/{param}`: types are parameters, and what is left open counts as it stands.
fn pattern(tokens: &str) -> String {
    let mut path = String::new();
    let mut rest = tokens.trim();
    while !rest.is_empty() {
        let (segment, more) = match rest.strip_prefix('"').and_then(|inside| inside.split_once('"')) {
            Some((text, more)) => (text.to_owned(), more),
            None => {
                let (part, more) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                let is_open = part.trim() == "..";
                (if is_open { String::new() } else { "{param}".to_owned() }, more)
            }
        };
        if !segment.is_empty() {
            path.push('/');
            path.push_str(&segment);
        }
        rest = more.trim_start().strip_prefix('/').unwrap_or_default().trim_start();
    }
    if path.is_empty() && tokens.trim().is_empty() { "/".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn patterns_become_paths() {
        #[track_caller]
        fn check(tokens: &str, expected: &str) {
            assert_eq!(pattern(tokens), expected);
        }
        check(r#""a" / u32 / "b" / Vec<u8> / .."#, "/a/{param}/b/{param}");
        check(r#""sum"/u32"#, "/sum/{param}");
        check("", "/");
        check("..", "");
        check(r#""a" x"#, "/a");
    }
}
