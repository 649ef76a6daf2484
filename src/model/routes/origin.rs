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
/// Types that hand out elements of the last type that they are told.
const LISTS: [&str; 8] =
    ["Vec", "VecDeque", "LinkedList", "HashSet", "BTreeSet", "IndexSet", "SmallVec", "ArrayVec"];

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
    /// It is that of an element.
    Element(Rc<Origin>),
    /// It is that of what a pattern sees through to.
    Inside(Rc<Origin>),
}

/// What a declared type is.
enum Declared {
    /// A struct, enum or union of the repository.
    Own(ItemRef),
    /// A value of a framework.
    Foreign(&'static Framework, Kind),
    /// Whatever implements one of these traits of the repository.
    Bound(Vec<ItemRef>),
}

impl Origin {
    /// Where the declaration stands that it begins with, if it is one in code that is followed.
    fn begins(&self) -> Option<Location> {
        match self {
            Self::Written(_, at) => Some(*at),
            Self::Result(_) => None,
            Self::Field(of, _) | Self::Method(of, _) | Self::Element(of) | Self::Inside(of) => of.begins(),
        }
    }

    /// Whether it goes through an element or a pattern: there are many of those, and a text of one is that of none.
    fn is_of_one(&self) -> bool {
        match self {
            Self::Written(..) | Self::Result(_) => false,
            Self::Field(of, _) | Self::Method(of, _) => of.is_of_one(),
            Self::Element(_) | Self::Inside(_) => true,
        }
    }
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

    /// What a pattern sees through to in it.
    pub(super) fn inside(self) -> Self {
        Self { origin: self.origin.map(|of| Origin::Inside(of).into()), ..self }
    }

    /// An element of it.
    pub(super) fn element(self) -> Self {
        Self { origin: self.origin.map(|of| Origin::Element(of).into()), ..self }
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
        if origin.is_of_one() && !self.handlers.contains(call.name) {
            return None;
        }
        let may_matter = self.methods.contains_key(call.name)
            || FRAMEWORKS.iter().any(|framework| grows(&framework))
            || (matches!(origin, Origin::Written(..))
                && call.arguments.iter().any(|argument| !argument.own_routers().is_empty()));
        if !may_matter {
            return None;
        }
        let value = match self.declared(origin, 0)? {
            Declared::Own(of) => {
                let function = self.method_of(of, call.name).filter(|of| self.takes_self(*of))?;
                let item = self.names.item(of);
                let at = Location { file: of.file, scope: item.scope, item: of.item };
                let mut arguments = vec![Value::fields(&item.name, at, BTreeMap::new())];
                arguments.extend(call.arguments.iter().cloned());
                self.call_function(function, &arguments, frame.function)
            }
            Declared::Bound(traits) => self.bound_method(&traits, call, frame)?,
            Declared::Foreign(framework, kind) => {
                let operation = (framework.method)(kind, call.name, call.arguments.len());
                let operation = operation.filter(|operation| is_registration(*operation))?;
                let id = self.make(framework, kind, Vec::new());
                self.objects[id.0 as usize].left = true;
                return Some(self.operate(operation, &Value::Router(id), call, frame));
            }
        };
        // Who is called like what registers, and is not seen to, is as unknown as before.
        let hides = value.routers().is_empty() && looks_like_route(self.names, frame.at.file, call);
        (!hides).then_some(value)
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
    pub(super) fn takes_self(&self, of: ItemRef) -> bool {
        let first = self.names.body(of).and_then(|body| body.parameters.first());
        first.is_some_and(|first| &*first.name == "self")
    }

    /// A function of a type or trait.
    pub(super) fn method_of(&self, of: ItemRef, name: &str) -> Option<ItemRef> {
        let item = self.names.item(of);
        let at = Location { file: of.file, scope: item.scope, item: of.item };
        let found = self.names.resolve(at, &format!("{}::{name}", item.name));
        let here =
            found.iter().find_map(|found| if let Found::Function(of) = found { Some(*of) } else { None });
        let elsewhere = || self.names.members(of).into_iter().find(|of| *self.names.item(*of).name == *name);
        here.or_else(elsewhere)
    }

    fn declared(&self, origin: &Origin, depth: u32) -> Option<Declared> {
        let (written, at) = self.declaration(origin, depth)?;
        self.type_written(&written, at).or_else(|| {
            let traits = self.traits_of(&written, at, origin);
            (!traits.is_empty()).then_some(Declared::Bound(traits))
        })
    }

    /// The type as it is declared, and where it is looked up.
    fn declaration(&self, origin: &Origin, depth: u32) -> Option<(TypeExpr, Location)> {
        match origin {
            Origin::Written(written, at) => Some((type_expr(written)?, *at)),
            Origin::Result(of) => Some((self.names.result(*of)?, self.location(*of))),
            Origin::Field(..) | Origin::Method(..) | Origin::Element(_) | Origin::Inside(_)
                if depth >= DEPTH =>
            {
                None
            }
            Origin::Field(of, name) => match self.declared(of, depth + 1)? {
                Declared::Own(of) => Some((self.names.field(of, name)?, self.location(of))),
                Declared::Foreign(..) | Declared::Bound(_) => None,
            },
            Origin::Method(of, name) => match self.declared(of, depth + 1)? {
                Declared::Own(of) => {
                    let method = self.method_of(of, name)?;
                    Some((self.names.result(method)?, self.location(method)))
                }
                Declared::Foreign(..) | Declared::Bound(_) => None,
            },
            Origin::Inside(of) => self.declaration(of, depth + 1),
            Origin::Element(of) => {
                let (list, at) = self.declaration(of, depth + 1)?;
                Some((element(&list)?.clone(), at))
            }
        }
    }

    /// The traits of the repository that what a type stands for is said to implement: those behind `dyn` and `impl`; of a type
    /// parameter those that are named around it.
    fn traits_of(&self, written: &TypeExpr, at: Location, origin: &Origin) -> Vec<ItemRef> {
        let written = held(written);
        let mut traits = Vec::new();
        if let TypeExpr::Bounds(bounds) = written {
            for bound in bounds {
                if let TypeExpr::Path { path, .. } = bound {
                    traits.extend(self.traits_named(at, path));
                }
            }
        } else if let TypeExpr::Path { path, .. } = written {
            traits.extend(self.traits_of_parameter(path, at));
            traits.extend(origin.begins().into_iter().flat_map(|at| self.traits_of_parameter(path, at)));
        }
        traits.sort_unstable();
        traits.dedup();
        traits
    }

    /// The traits that are named around a place, where a name can be nothing but a type parameter.
    pub(super) fn traits_of_parameter(&self, name: &str, at: Location) -> Vec<ItemRef> {
        let is_parameter = !name.contains("::") && name.starts_with(char::is_uppercase);
        if !is_parameter || !matches!(&*self.names.resolve(at, name), [Found::Unknown]) {
            return Vec::new();
        }
        let of = ItemRef { file: at.file, item: at.item };
        [Some(of), self.names.block(of)].into_iter().flatten().flat_map(|of| self.traits_in(of)).collect()
    }

    /// The traits of the repository that the types in an item's own head name.
    pub(super) fn traits_in(&self, of: ItemRef) -> Vec<ItemRef> {
        let at = self.location(of);
        let types = self.names.types_in(of);
        types.iter().flat_map(|path| self.traits_named(at, path)).collect()
    }

    fn traits_named(&self, at: Location, path: &str) -> Vec<ItemRef> {
        let is_trait = |found: &Found| {
            let Found::Type(of) = found else { return None };
            (self.names.item(*of).kind == ItemKind::Trait).then_some(*of)
        };
        self.names.resolve(at, path).iter().filter_map(is_trait).collect()
    }

    fn location(&self, of: ItemRef) -> Location {
        Location { file: of.file, scope: self.names.item(of).scope, item: of.item }
    }

    fn type_written(&self, written: &TypeExpr, at: Location) -> Option<Declared> {
        if let TypeExpr::Path { path, .. } = held(written) { self.type_at(path, at) } else { None }
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

/// A type without what is only around it.
fn held(written: &TypeExpr) -> &TypeExpr {
    let mut written = written;
    loop {
        match written {
            TypeExpr::Reference(inner) => written = inner,
            TypeExpr::Path { arguments, .. }
                if !arguments.is_empty() && written.name().is_some_and(|name| HOLDERS.contains(&name)) =>
            {
                written = &arguments[0];
            }
            TypeExpr::Path { .. }
            | TypeExpr::Slice(_)
            | TypeExpr::Array(..)
            | TypeExpr::Tuple(_)
            | TypeExpr::Bounds(_)
            | TypeExpr::Never
            | TypeExpr::Other(_) => return written,
        }
    }
}

/// The type of the elements of a list.
fn element(list: &TypeExpr) -> Option<&TypeExpr> {
    match held(list) {
        TypeExpr::Slice(element) | TypeExpr::Array(element, _) => Some(element),
        list @ TypeExpr::Path { arguments, .. } => {
            arguments.last().filter(|_| list.name().is_some_and(|name| LISTS.contains(&name)))
        }
        TypeExpr::Reference(_)
        | TypeExpr::Tuple(_)
        | TypeExpr::Bounds(_)
        | TypeExpr::Never
        | TypeExpr::Other(_) => None,
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
