//! Calls → what the names of types in the called function stand for: what it is told behind `::<`, what it is handed a value of, and
//! `Self` where a trait does something by default, or a block for every type; and the functions that a call may mean of which nothing
//! says for which type.

use super::evaluate::Evaluator;
use super::frame::{Frame, Types};
use super::register::Call;
use super::value::Value;
use super::{Found, ItemRef, Location};
use crate::facts::ItemKind;

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

    /// Whether a trait declares a function without a body, and types of the repository are seen to have one.
    pub(super) fn is_only_declared(&self, of: ItemRef) -> bool {
        let is_declared = self.names.body(of).is_none()
            && self.names.parent(of).is_some_and(|block| block.kind == ItemKind::Trait);
        is_declared && !self.names.implementing(of).is_empty()
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
        if !self.may_enter(declared) {
            return self.not_entered(declared, arguments);
        }
        let types = self.names.implementing(declared);
        self.calls.push(declared);
        let all = types.iter().map(|of| (None, self.call_function(*of, arguments, caller))).collect();
        self.calls.pop();
        Value::choice(all).unwrap_or(Value::Nothing)
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
