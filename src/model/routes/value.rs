//! The values that lowered code computes, as far as routes can depend on them.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::origin::Origin;
use super::text::hole;
use super::{Declared, ItemRef, Location};
use crate::basis::{Method, Site};
use crate::facts::frameworks::{Framework, Kind};
use crate::facts::{Expr, Parameter};

/// Text with holes where a part is known only at run time. In `text` a hole is [`HOLE`]; the holes stand in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) text: String,
    pub(super) holes: Vec<Hole>,
}

/// What stands for the values that there are besides those that are followed.
pub(super) const MORE: &str = "more than is followed";

/// What marks a hole in a [`Template`]; never a character of known text.
pub(super) const HOLE: char = '\0';

/// A part of a text that is known only at run time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hole {
    /// A short name for it: letters, digits and `_`.
    pub(super) name: Rc<str>,
    /// The expression as written.
    pub(super) written: Rc<str>,
    /// Where its type stands, if that is declared.
    pub(super) origin: Option<Rc<Origin>>,
}

impl Hole {
    /// What a variable holds that was given nothing yet.
    pub(super) fn unset(variable: &str) -> Self {
        Self { name: hole(variable).name, written: format!("let {variable}").into(), origin: None }
    }

    fn is_unset(&self) -> bool {
        self.written.starts_with("let ")
    }
}

impl Template {
    /// Known text.
    pub(super) fn known(text: &str) -> Self {
        Self { text: text.replace(HOLE, "\u{FFFD}"), holes: Vec::new() }
    }

    /// A single hole.
    pub(super) fn hole(hole: Hole) -> Self {
        Self { text: HOLE.to_string(), holes: vec![hole] }
    }

    /// Whether nothing of it is known.
    pub(super) fn is_shapeless(&self) -> bool {
        !self.holes.is_empty() && self.text.chars().all(|char| char == HOLE || char == '/')
    }

    /// This text with `other` behind it.
    pub(super) fn append(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.holes.extend(other.holes.iter().cloned());
    }

    /// The text with each hole written as `{?name}`.
    pub(super) fn written(&self) -> String {
        let mut holes = self.holes.iter();
        let mut written = String::with_capacity(self.text.len());
        for char in self.text.chars() {
            match (char, holes.as_slice().first()) {
                (HOLE, Some(hole)) => {
                    written.push_str(&format!("{{?{}}}", hole.name));
                    holes.next();
                }
                _ => written.push(char),
            }
        }
        written
    }
}

/// A router under construction, by its place in the arena. Routers are moved, not copied: one object follows one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ObjectId(pub(super) u32);

/// What an expression computes.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    /// Text, as far as known.
    Text(Template),
    /// A router or resource.
    Router(ObjectId),
    /// Methods with their handlers, without a path.
    Methods(Rc<Methods>),
    /// HTTP methods as a value: `Method::GET`, a guard.
    Filter(Rc<Vec<Method>>),
    /// A tuple, array or vector; made by [`Value::list`] alone.
    List(Rc<List<'a>>),
    /// A struct literal's fields, with the type as written and where it is looked up.
    Struct(Rc<Fields<'a>>),
    /// A function of the repository.
    Function(ItemRef),
    /// A module of the repository.
    Module(ItemRef),
    /// Something outside, or what it returned: the path.
    External(Rc<str>),
    /// A closure.
    Closure(Rc<Closure<'a>>),
    /// One of several, each with the condition under which it is the one.
    Choice(Rc<Vec<(Option<Rc<str>>, Value<'a>)>>),
    /// Known to register nothing.
    Nothing,
    /// Not known.
    Unknown(Hole),
}

/// Methods with their handlers.
#[derive(Clone, Debug)]
pub(super) struct Methods {
    pub(super) framework: &'static Framework,
    pub(super) answers: Vec<Answer>,
}

/// Some methods that one handler answers.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// Empty: any.
    pub(super) methods: Vec<Method>,
    /// `None` while no handler was named.
    pub(super) handler: Option<Handler>,
    /// The file and place that name the methods.
    pub(super) place: (u32, Site),
    /// What was laid over it.
    pub(super) layers: Vec<Laid>,
}

/// A name in what is laid over routes: of a function, a type, a constant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Laid {
    /// An item of the repository.
    Item(ItemRef),
    /// A path of an outside crate, or one as written that means nothing the resolver knows.
    Path(Rc<str>),
}

/// What answers a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Handler {
    /// A function of the repository.
    Function(ItemRef),
    /// A function or service of an outside crate, by its path.
    External(Box<str>),
    /// A closure, or a value that is no named function.
    Anonymous,
}

/// A tuple, array or vector.
#[derive(Clone, Debug)]
pub(super) struct List<'a> {
    pub(super) values: Vec<Value<'a>>,
    depth: u32,
}

/// The fields of a struct value.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    /// The type as written; empty when not known.
    pub(super) path: Rc<str>,
    /// Where the type is looked up.
    pub(super) at: Location,
    /// The fields.
    pub(super) fields: BTreeMap<Rc<str>, Value<'a>>,
    depth: u32,
}

impl Fields<'_> {
    /// Whether both certainly hold the same; structs in them are the same where they are one, because those may share what they
    /// hold, so that there are more ways through them than anybody can go.
    fn are(&self, other: &Self) -> bool {
        (&self.path, self.at, self.fields.len()) == (&other.path, other.at, other.fields.len())
            && self.fields.iter().zip(&other.fields).all(|((name, one), (same, two))| {
                let is_one = match (one, two) {
                    (Value::Struct(one), Value::Struct(two)) => Rc::ptr_eq(one, two),
                    _ => one.is(two),
                };
                name == same && is_one
            })
    }
}

/// What was written behind `let`, by the name and the position that its variable has among those in sight.
pub(super) type Lets<'a> = Vec<(usize, &'a str, &'a Expr)>;

/// A closure with the variables around it.
#[derive(Clone, Debug)]
pub(super) struct Closure<'a> {
    pub(super) parameters: &'a [Parameter],
    pub(super) body: &'a Expr,
    pub(super) variables: Vec<(Rc<str>, Value<'a>)>,
    pub(super) lets: Lets<'a>,
    pub(super) at: Location,
    /// The function it is written in.
    pub(super) function: ItemRef,
    depth: u32,
}

/// A router or resource under construction.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) framework: &'static Framework,
    pub(super) kind: Kind,
    /// What goes before its routes wherever it is mounted: alternatives; empty when it takes none.
    pub(super) prefixes: Vec<Template>,
    /// What goes before what is mounted in it from here on: alternatives; empty when nothing does.
    pub(super) further: Vec<Template>,
    /// The methods that the handler named for it answers; empty: any.
    pub(super) methods: Vec<Method>,
    /// The router that it is a place in: what is registered here is that one's, below the prefixes.
    pub(super) within: Option<ObjectId>,
    /// Its routes, prefixes of what was mounted in it joined; copies of it share those that are the same.
    pub(super) entries: Vec<Rc<Entry>>,
    /// The function in whose evaluation it was made, calls from there included.
    pub(super) owner: ItemRef,
    /// What covers all of its routes, those of later too.
    pub(super) layers: Vec<Laid>,
    /// Whether its routes were copied into another.
    pub(super) mounted: bool,
    /// Whether it left the code that is understood: returned from a root, handed to a server.
    pub(super) left: bool,
    /// How often a variable that holds it was named other than to copy it.
    pub(super) uses: u32,
    /// Whether a description was made of it, or a variable holds it that nobody names, since which `uses` counts.
    pub(super) described: bool,
    /// What it was copied from by `clone`.
    pub(super) original: Option<ObjectId>,
    /// Whether more is registered in it than is seen here.
    pub(super) open: Option<Open>,
}

/// Who registers more in a router than is seen where it is one. What that is, is seen elsewhere, but not below which prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// A function that is entered, and calls itself here: what it registers is known where it is done.
    While(ItemRef),
    /// Whoever hands over what was called here.
    Ever,
}

/// One registered route of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) methods: Vec<Method>,
    pub(super) path: Template,
    pub(super) handler: Handler,
    /// The file and place of the registration.
    pub(super) place: (u32, Site),
    /// The function that the registration stands in.
    pub(super) function: ItemRef,
    /// The conditions around it, outermost first, each once.
    pub(super) conditions: Vec<Rc<str>>,
    /// The places of the calls that mounted it, innermost first.
    pub(super) mounts: Vec<(u32, Site)>,
    /// Whether a condition makes it test code.
    pub(super) test: bool,
    /// What was laid over it, each once.
    pub(super) layers: Vec<Laid>,
    /// Whether it is a route yet.
    pub(super) stage: Stage,
    /// Where the call of a service is declared; `None` for every other route.
    pub(super) declared: Option<Rc<Declared>>,
}

/// How far an entry has come on its way to be a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Somebody answers it.
    Answered,
    /// Somebody answers it, and more is asked behind that: whoever answers then does.
    AskedOn,
    /// It is asked for, and nobody answers yet.
    Asked,
    /// Something is given, and no path is asked for: an answer to whatever goes before, or what a later one needs.
    Given,
    /// The last that goes along with it gives something: that is the answer, unless somebody answers later.
    Along,
    /// Nobody is seen to answer, but something that is not known goes along with it and may.
    Hidden,
}

/// How deep values lie in each other; what lies deeper is not known. Keeps hostile code from growing values that cannot be
/// taken apart again.
const DEEPEST: u32 = 40;

impl<'a> Value<'a> {
    /// A list of values.
    pub(super) fn list(values: Vec<Self>) -> Self {
        match depth_of(values.iter()) {
            Some(depth) => Self::List(Rc::new(List { values, depth })),
            None => Self::Nothing,
        }
    }

    /// A value of the type at `path`, looked up at `at`.
    pub(super) fn fields(path: &str, at: Location, fields: BTreeMap<Rc<str>, Self>) -> Self {
        match depth_of(fields.values()) {
            Some(depth) => Self::Struct(Rc::new(Fields { path: path.into(), at, fields, depth })),
            None => Self::Nothing,
        }
    }

    /// A closure with the variables that it names.
    pub(super) fn closure(
        code: (&'a [Parameter], &'a Expr),
        (variables, lets): (Vec<(Rc<str>, Self)>, Lets<'a>),
        at: Location,
        function: ItemRef,
    ) -> Self {
        match depth_of(variables.iter().map(|(_, value)| value)) {
            Some(depth) => {
                let (parameters, body) = code;
                Self::Closure(Rc::new(Closure { parameters, body, variables, lets, at, function, depth }))
            }
            None => Self::Nothing,
        }
    }

    /// What is not known, when the value is not.
    pub(super) fn unknown(&self) -> Option<&Hole> {
        if let Self::Unknown(hole) = self { Some(hole) } else { None }
    }

    fn depth(&self) -> u32 {
        match self {
            Self::List(list) => list.depth,
            Self::Struct(fields) => fields.depth,
            Self::Closure(closure) => closure.depth,
            Self::Choice(all) => all.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
            Self::Text(_)
            | Self::Router(_)
            | Self::Methods(_)
            | Self::Filter(_)
            | Self::Function(_)
            | Self::Module(_)
            | Self::External(_)
            | Self::Nothing
            | Self::Unknown(_) => 0,
        }
    }

    /// The elements of lists inside each other, each with the condition under which it is there; itself where it is no list.
    pub(super) fn flattened(&self) -> Vec<(Option<Rc<str>>, Value<'a>)> {
        let mut found = Vec::new();
        let mut open = vec![(None, self.clone())];
        while let Some((when, value)) = open.pop() {
            if let Self::List(list) = &value {
                open.extend(list.values.iter().rev().map(|value| (when.clone(), value.clone())));
            } else if let Self::Choice(all) = &value {
                let all = all.iter().rev();
                open.extend(all.map(|(own, value)| (own.clone().or_else(|| when.clone()), value.clone())));
            } else {
                found.push((when, value));
            }
        }
        found
    }

    /// The alternatives, a single one where it is no choice.
    pub(super) fn alternatives(&self) -> Vec<(Option<Rc<str>>, Value<'a>)> {
        if let Self::Choice(all) = self { all.to_vec() } else { vec![(None, self.clone())] }
    }

    /// One of several values; equal ones are kept once.
    pub(super) fn choice(all: Vec<(Option<Rc<str>>, Value<'a>)>) -> Option<Self> {
        const MOST: usize = 16;
        let mut kept: Vec<(Option<Rc<str>>, Value<'a>)> = Vec::new();
        for (condition, value) in all {
            for (inner, value) in value.alternatives() {
                match kept.iter().position(|(_, old)| old.is(&value)) {
                    Some(at) => kept[at].0 = None,
                    None if kept.len() < MOST => kept.push((inner.or_else(|| condition.clone()), value)),
                    // Which ones there are besides is not known any more.
                    None if kept.len() == MOST => kept.push((None, Self::Unknown(hole(MORE)))),
                    None => {}
                }
            }
        }
        // Nobody reads a variable that was given nothing: on this way it was given one of the others.
        if kept.len() > 1 {
            kept.retain(|(_, value)| !value.unknown().is_some_and(Hole::is_unset));
        }
        match kept.len() {
            0 => None,
            1 => kept.pop().map(|(_, value)| value),
            _ => Some(Self::Choice(Rc::new(kept))),
        }
    }

    /// Whether both are certainly the same value.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Router(a), Self::Router(b)) => a == b,
            (Self::Methods(a), Self::Methods(b)) => Rc::ptr_eq(a, b),
            (Self::Filter(a), Self::Filter(b)) => a == b,
            (Self::List(a), Self::List(b)) => Rc::ptr_eq(a, b),
            (Self::Struct(a), Self::Struct(b)) => Rc::ptr_eq(a, b) || a.are(b),
            (Self::Function(a), Self::Function(b)) | (Self::Module(a), Self::Module(b)) => a == b,
            (Self::External(a), Self::External(b)) => a == b,
            (Self::Closure(a), Self::Closure(b)) => Rc::ptr_eq(a, b),
            (Self::Choice(a), Self::Choice(b)) => Rc::ptr_eq(a, b),
            (Self::Nothing, Self::Nothing) => true,
            (Self::Unknown(a), Self::Unknown(b)) => a == b,
            _ => false,
        }
    }

    /// Whether it is a field of one of several values and differs between them as text: which of them it is decides all of
    /// their fields together, so that one is not known by itself.
    pub(super) fn is_torn_from(&self, whole: &Self) -> bool {
        let (Self::Choice(all), Self::Choice(_)) = (self, whole) else { return false };
        all.iter().any(|(_, value)| matches!(value, Self::Text(_)))
    }

    /// The routers of which it is one. Not those that lie in it: there may be more than anybody can count.
    pub(super) fn own_routers(&self) -> Vec<ObjectId> {
        let id = |value: &Self| if let Self::Router(id) = value { Some(*id) } else { None };
        let Self::Choice(all) = self else { return id(self).into_iter().collect() };
        all.iter().filter_map(|(_, value)| id(value)).collect()
    }

    /// All routers in the value, inside lists, structs and choices too.
    pub(super) fn routers(&self) -> Vec<ObjectId> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(value) = open.pop() {
            match value {
                Self::Router(id) => found.push(*id),
                Self::List(list) => open.extend(list.values.iter()),
                Self::Struct(fields) => open.extend(fields.fields.values()),
                Self::Choice(all) => open.extend(all.iter().map(|(_, value)| value)),
                Self::Text(_)
                | Self::Methods(_)
                | Self::Filter(_)
                | Self::Function(_)
                | Self::Module(_)
                | Self::External(_)
                | Self::Closure(_)
                | Self::Nothing
                | Self::Unknown(_) => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The depth of a value that holds `inner`; `None` when it would be too deep.
fn depth_of<'v, 'a: 'v>(inner: impl Iterator<Item = &'v Value<'a>>) -> Option<u32> {
    let depth = inner.map(Value::depth).max().unwrap_or(0) + 1;
    (depth <= DEEPEST).then_some(depth)
}
