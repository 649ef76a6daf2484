//! Calls → what the names of types in the called function stand for: what it is told behind `::<`, what it is handed a value of, and
//! `Self` where a trait does something by default, or a block for every type; and the functions that a call may mean of which nothing
//! says for which type.

use std::collections::{BTreeMap, BTreeSet};

use super::borrowed::one_of;
use super::chain::MethodCall;
use super::evaluate::Evaluator;
use super::frame::{Frame, Types};
use super::register::Call;
use super::text::{hole, list};
use super::value::Value;
use super::{Found, Implementing, ItemRef, Location};
use crate::facts::{Body, ItemKind};

impl<'a> Evaluator<'a> {
    /// What names of types stand for in a function that is called by a path.
    pub(super) fn types_told(
        &self,
        of: ItemRef,
        path: Option<&str>,
        call: &Call<'_, 'a>,
        frame: &Frame<'a>,
    ) -> Types {
        let mut types = Types::new();
        if let Some((owner, _)) = path.and_then(|path| path.rsplit_once("::")) {
            let (owner, at) = frame.type_named(owner);
            types.extend(self.type_of_default(of, &owner, at));
        }
        let parameters = self.names.body(of).map_or(&[][..], |body| &body.parameters);
        let handed = parameters.iter().zip(call.arguments).filter_map(|(parameter, value)| {
            let Value::Struct(fields) = value else { return None };
            let name = parameter.r#type.trim_start_matches(['&', ' ']);
            let is_name = name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric);
            (is_name && &*fields.path != "Self").then_some((name, fields))
        });
        let handed: Vec<_> = handed.collect();
        if call.types.is_empty() && handed.is_empty() {
            return types;
        }
        let generics = self.names.generics(of);
        for (name, told) in generics.iter().zip(call.types) {
            let (path, at) = frame.type_named(told);
            types.push(((&**name).into(), path, at));
        }
        for (name, fields) in handed {
            if generics.iter().any(|generic| **generic == *name) {
                types.push((name.into(), fields.path.clone(), fields.at));
            }
        }
        types
    }

    /// Whether a function is one of a trait, nothing says for which type, and types of the repository are seen to have it.
    pub(super) fn is_of_any(&self, of: ItemRef, types: &Types) -> bool {
        self.is_of_trait(of)
            && !types.iter().any(|(name, ..)| &**name == "Self")
            && !self.names.implementing(of).is_empty()
    }

    fn is_of_trait(&self, of: ItemRef) -> bool {
        self.names.parent(of).is_some_and(|block| block.kind == ItemKind::Trait)
    }

    /// A method of what implements one of these traits, whichever type that is; `None` where nobody is seen to have it.
    pub(super) fn bound_method(
        &mut self,
        traits: &[ItemRef],
        call: &MethodCall<'_, 'a>,
        frame: &Frame<'a>,
    ) -> Option<Value<'a>> {
        let declared = self.method_of_any(traits, call.name)?;
        if self.names.implementing(declared).is_empty() {
            // What it does with a router is not known.
            if call.arguments.iter().any(|argument| !argument.own_routers().is_empty()) {
                self.unjudge(call.name_site, format!(".{}({})", call.name, list(call.written)), frame);
            }
            return None;
        }
        let mut arguments = vec![Value::Unknown(hole("self"))];
        arguments.extend(call.arguments.iter().cloned());
        let value = self.call_each(declared, &arguments, frame.function);
        // Which type it is decides all that is asked of it together: one of several texts is not known by itself.
        let is_text = |(_, value): &(_, Value<'_>)| matches!(value, Value::Text(_));
        let is_torn = matches!(&value, Value::Choice(all) if all.iter().any(is_text));
        (!is_torn).then_some(value)
    }

    /// The function of this name that one of some traits declares, or one that they build on.
    pub(super) fn method_of_any(&self, traits: &[ItemRef], name: &str) -> Option<ItemRef> {
        let (mut open, mut seen) = (traits.to_vec(), BTreeSet::new());
        while let Some(of) = open.pop() {
            if !seen.insert(of) {
                continue;
            }
            if let Some(found) = self.method_of(of, name) {
                return Some(found);
            }
            open.extend(self.traits_in(of));
        }
        None
    }

    /// A call of a function that a trait declares, of which nothing says for which type: whichever implements it.
    ///
    /// One that does so again inside is as one that calls itself, or those of a hundred types would be gone through in every order.
    pub(super) fn call_each(
        &mut self,
        declared: ItemRef,
        arguments: &[Value<'a>],
        caller: ItemRef,
    ) -> Value<'a> {
        if self.eachs.contains(&declared) || !self.may_enter(declared) {
            return self.not_entered(declared, arguments);
        }
        self.eachs.push(declared);
        let (mut all, mut left) = (Vec::new(), Vec::new());
        for Implementing { block, function } in self.names.implementing(declared).iter() {
            let (arguments, types) = self.as_type(*block, *function, arguments);
            all.push((None, self.call_told(*function, &arguments, types, caller)));
            left.push(self.borrowed.take());
        }
        self.eachs.pop();
        self.borrowed = one_of(left);
        Value::choice(all).unwrap_or(Value::Nothing)
    }

    /// The arguments of a call for the type that a block implements a trait for, and what `Self` is: what the trait does by default
    /// knows that from nowhere else.
    fn as_type(&self, block: ItemRef, function: ItemRef, arguments: &[Value<'a>]) -> (Vec<Value<'a>>, Types) {
        let mut arguments = arguments.to_vec();
        if !self.is_of_trait(function) {
            return (arguments, Types::new());
        }
        let item = self.names.item(block);
        let at = Location { file: block.file, scope: item.scope, item: block.item };
        let name = item.name.trim_start_matches('<').split(['<', ' ', '>']).next().unwrap_or_default();
        if let (Some(own @ Value::Unknown(_)), true) = (arguments.first_mut(), self.takes_self(function)) {
            *own = Value::fields(name, at, BTreeMap::new());
        }
        (arguments, vec![("Self".into(), name.into(), at)])
    }

    /// What a trait does by default, for each type for which it does.
    pub(super) fn default_of_each(&mut self, of: ItemRef, body: &'a Body) -> Option<Value<'a>> {
        if !self.is_of_trait(of) {
            return None;
        }
        let types = self.names.implementing(of);
        let types = types.iter().filter(|one| one.function == of);
        let mut all = Vec::new();
        for Implementing { block, .. } in types {
            let (arguments, types) = self.as_type(*block, of, &[Value::Unknown(hole("self"))]);
            let arguments = if self.takes_self(of) { arguments } else { Vec::new() };
            all.push((None, self.enter(of, body, (&arguments, types))));
        }
        Value::choice(all)
    }

    /// What `Self` is in a function that a trait has by default, or a block gives to every type, called as one of a type.
    pub(super) fn type_of_default(&self, of: ItemRef, owner: &str, at: Location) -> Types {
        let block = self.names.parent(of);
        let is_default = block.is_some_and(|block| block.kind == ItemKind::Trait);
        let for_all = block.and_then(|block| of_every_type(&block.name));
        let is_type = || {
            let found = self.names.resolve(at, owner);
            let is_trait = |of: &ItemRef| self.names.item(*of).kind == ItemKind::Trait;
            found.iter().any(|found| matches!(found, Found::Type(of) if !is_trait(of)))
        };
        if !(is_default || for_all.is_some()) || owner == "Self" || !is_type() {
            return Types::new();
        }
        ["Self"].into_iter().chain(for_all).map(|name| (name.into(), owner.into(), at)).collect()
    }
}

/// The parameter that a block stands for: `T` of `impl<T: Named> Routed for T`.
pub fn of_every_type(block: &str) -> Option<&str> {
    let (subject, _) = block.strip_prefix('<')?.split_once(" as ")?;
    let is_parameter = subject.starts_with(|char: char| char.is_ascii_uppercase())
        && subject.chars().all(|char| char.is_ascii_uppercase() || char.is_ascii_digit());
    is_parameter.then_some(subject)
}
