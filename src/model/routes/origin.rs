//! What is not known → the type that it is declared to have, and what methods of that do.
//!
//! No type is inferred: a parameter, a result and a field have the type that stands there. It is looked at only where a method is
//! called that some type of the repository has and that may matter to routes.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::chain::{MethodCall, looks_like_route};
use super::evaluate::Evaluator;
use super::frame::Frame;
use super::text::is_conversion;
use super::value::{Hole, Value};
use super::{Found, ItemRef, Location};
use crate::facts::frameworks::{self, FRAMEWORKS, Framework, Kind, Operation};
use crate::facts::{ItemKind, TypeExpr, rust::type_expr};

/// How many fields and methods behind each other are followed.
const DEPTH: u32 = 16;

/// Types that are called like what they hold, or are taken apart on the way to it.
const HOLDERS: [&str; 6] = ["Arc", "Rc", "Box", "Pin", "Option", "Result"];

/// Where the declared type of something that is not known stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Here it is, with the place where it is looked up.
    Written(Rc<str>, Location),
    /// It is the result of a function.
    Result(ItemRef),
    /// It is that of a field.
    Field(Rc<Origin>, Rc<str>),
    /// It is the result of a method.
    Method(Rc<Origin>, Rc<str>),
}

/// What a declared type is.
enum Declared {
    /// A struct, enum or union of the repository.
    Own(ItemRef),
    /// A value of a framework.
    Foreign(&'static Framework, Kind),
}

impl Hole {
    /// The same, with the place of its type.
    pub(super) fn declared(self, origin: Origin) -> Self {
        Self { origin: Some(origin.into()), ..self }
    }

    /// The same, as a field of what has its type from `of`.
    pub(super) fn field_of(self, of: Option<Rc<Origin>>, name: &str) -> Self {
        Self { origin: of.map(|of| Origin::Field(of, name.into()).into()), ..self }
    }

    /// The same, as what a method of what has its type from `of` gives.
    pub(super) fn given_by(self, of: Option<Rc<Origin>>, name: &str) -> Self {
        let method =
            |of: Rc<Origin>| if is_conversion(name) { of } else { Origin::Method(of, name.into()).into() };
        Self { origin: of.map(method), ..self }
    }
}

impl<'a> Evaluator<'a> {
    /// A method of something of which no more is known than its declared type; `None` where that says nothing.
    pub(super) fn declared_method(
        &mut self,
        of: &Hole,
        call: &MethodCall<'_, 'a>,
        frame: &mut Frame<'a>,
    ) -> Option<Value<'a>> {
        let origin = of.origin.as_deref()?;
        let grows = |framework: &&Framework| {
            (framework.method)(Kind::Router, call.name, call.arguments.len()).is_some_and(is_registration)
                && self.names.depends_on(frame.at.file, framework.crates)
        };
        if !self.methods.contains(call.name) && !FRAMEWORKS.iter().any(|framework| grows(&framework)) {
            return None;
        }
        match self.declared(origin, 0)? {
            Declared::Own(of) => {
                let function = self.method_of(of, call.name).filter(|of| self.takes_self(*of))?;
                let item = self.names.item(of);
                let at = Location { file: of.file, scope: item.scope, item: of.item };
                let mut arguments = vec![Value::fields(&item.name, at, BTreeMap::new())];
                arguments.extend(call.arguments.iter().cloned());
                let value = self.call_function(function, &arguments, frame.function);
                // Who is called like what registers, and is not seen to, is as unknown as before.
                let hides = value.routers().is_empty() && looks_like_route(self.names, frame.at.file, call);
                (!hides).then_some(value)
            }
            Declared::Foreign(framework, kind) => {
                let operation = (framework.method)(kind, call.name, call.arguments.len());
                let operation = operation.filter(|operation| is_registration(*operation))?;
                let id = self.make(framework, kind, Vec::new());
                self.objects[id.0 as usize].left = true;
                Some(self.operate(operation, &Value::Router(id), call, frame))
            }
        }
    }

    /// Whether what is not known is declared to be something that answers requests without being an endpoint.
    pub(super) fn is_no_endpoint(&self, of: &Hole) -> bool {
        let Some(Origin::Result(function)) = of.origin.as_deref() else { return false };
        let result = self.names.result(*function);
        matches!(result, Some(TypeExpr::Path { path, .. }) if frameworks::is_no_endpoint(&path))
    }

    /// Whether what a method gives is declared to be of the type that it is a method of: who builds something hands it on.
    pub(super) fn gives_itself(&self, of: ItemRef) -> bool {
        let block = self.names.parent(of).map_or("", |block| &*block.name);
        let own = block.trim_start_matches('<').split(['<', ' ', '>']).next();
        let result = self.names.result(of);
        matches!(result, Some(TypeExpr::Path { path, .. }) if &*path == "Self" || own == Some(&*path))
    }

    /// Whether the body of a function was kept, and it is a method.
    fn takes_self(&self, of: ItemRef) -> bool {
        let first = self.names.body(of).and_then(|body| body.parameters.first());
        first.is_some_and(|first| &*first.name == "self")
    }

    /// A function of a type.
    fn method_of(&self, of: ItemRef, name: &str) -> Option<ItemRef> {
        let item = self.names.item(of);
        let at = Location { file: of.file, scope: item.scope, item: of.item };
        let found = self.names.resolve(at, &format!("{}::{name}", item.name));
        let here =
            found.iter().find_map(|found| if let Found::Function(of) = found { Some(*of) } else { None });
        let elsewhere = || self.names.members(of).into_iter().find(|of| *self.names.item(*of).name == *name);
        here.or_else(elsewhere)
    }

    fn declared(&self, origin: &Origin, depth: u32) -> Option<Declared> {
        match origin {
            Origin::Written(written, at) => self.type_written(&type_expr(written)?, *at),
            Origin::Result(of) => self.type_written(&self.names.result(*of)?, self.location(*of)),
            Origin::Field(..) | Origin::Method(..) if depth >= DEPTH => None,
            Origin::Field(of, name) => match self.declared(of, depth + 1)? {
                Declared::Own(of) => self.type_written(&self.names.field(of, name)?, self.location(of)),
                Declared::Foreign(..) => None,
            },
            Origin::Method(of, name) => match self.declared(of, depth + 1)? {
                Declared::Own(of) => {
                    let method = self.method_of(of, name)?;
                    self.type_written(&self.names.result(method)?, self.location(method))
                }
                Declared::Foreign(..) => None,
            },
        }
    }

    fn location(&self, of: ItemRef) -> Location {
        Location { file: of.file, scope: self.names.item(of).scope, item: of.item }
    }

    fn type_written(&self, written: &TypeExpr, at: Location) -> Option<Declared> {
        let mut written = written;
        loop {
            match written {
                TypeExpr::Reference(inner) => written = inner,
                TypeExpr::Path { arguments, .. }
                    if !arguments.is_empty()
                        && written.name().is_some_and(|name| HOLDERS.contains(&name)) =>
                {
                    written = &arguments[0];
                }
                TypeExpr::Path { path, .. } => return self.type_at(path, at),
                TypeExpr::Slice(_)
                | TypeExpr::Array(..)
                | TypeExpr::Tuple(_)
                | TypeExpr::Bounds(_)
                | TypeExpr::Never
                | TypeExpr::Other(_) => return None,
            }
        }
    }

    fn type_at(&self, path: &str, at: Location) -> Option<Declared> {
        let block = self.names.parent(ItemRef { file: at.file, item: at.item });
        let path = match block {
            Some(block) if path == "Self" => {
                block.name.trim_start_matches('<').split(['<', ' ', '>']).next().unwrap_or_default()
            }
            Some(_) | None => path,
        };
        let found = self.names.resolve(at, path);
        let is_own = |of: &ItemRef| {
            matches!(self.names.item(*of).kind, ItemKind::Struct | ItemKind::Enum | ItemKind::Union)
        };
        let own = found.iter().filter_map(|found| if let Found::Type(of) = found { Some(*of) } else { None });
        match own.filter(is_own).collect::<Vec<_>>().as_slice() {
            [only] => Some(Declared::Own(*only)),
            [] => found.iter().find_map(|found| {
                let Found::External(path) = found else { return None };
                let framework = frameworks::of_path(path)?;
                let segments: Vec<_> = path.split("::").collect();
                Some(Declared::Foreign(framework, (framework.kind)(&segments)?))
            }),
            _ => None,
        }
    }
}

/// Whether an operation makes a router hold more than it did.
fn is_registration(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::Route { .. }
            | Operation::Serve { .. }
            | Operation::Nest { .. }
            | Operation::Mount { .. }
            | Operation::TakeUp { .. }
            | Operation::Register { .. }
    )
}
