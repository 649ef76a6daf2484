//! A type that is flattened into an object, or that stands in a variant beside its tag → the fields that it brings.

use super::{Direction, Wire, unknown};
use crate::basis::wire::{Choice, Object, Presence, Rest, Shape, Spot, Type};

/// How many alternatives an object may get by what is flattened into it.
pub(super) const OPTIONS: usize = 256;
/// How many types that name each other are looked through.
const DEPTH: u32 = 12;

/// Objects of which one is there.
pub(super) struct Flat {
    /// The objects, with what they go by.
    pub(super) options: Vec<(Option<Box<str>>, Object)>,
    /// The field whose text says which one it is.
    pub(super) tag: Option<Box<str>>,
    /// Whether it is one of several types, even where only one is listed.
    pub(super) is_choice: bool,
}

impl Flat {
    fn one(object: Object) -> Self {
        Self { options: vec![(None, object)], tag: None, is_choice: false }
    }

    /// An object of which the fields cannot be seen.
    fn open(rest: Type) -> Self {
        Self::one(Object { fields: Vec::new(), rest: Rest::Of(Box::new(rest)) })
    }

    /// These objects with the fields of those.
    pub(super) fn with(self, other: Self) -> Self {
        if self.options.len() * other.options.len() > OPTIONS {
            let reason = unknown("what is flattened has too many forms", Spot::default());
            return self.with(Self::open(reason));
        }
        let mut options = Vec::new();
        for (name, object) in &self.options {
            for (other_name, other) in &other.options {
                let mut fields = object.fields.clone();
                fields.extend(other.fields.iter().cloned());
                // Only the outermost type decides what else is refused.
                let rest = match (&object.rest, &other.rest) {
                    (Rest::Of(_), _) | (Rest::Ignored | Rest::Refused, Rest::Ignored | Rest::Refused) => {
                        object.rest.clone()
                    }
                    (Rest::Ignored | Rest::Refused, Rest::Of(_)) => other.rest.clone(),
                };
                options.push((name.clone().or_else(|| other_name.clone()), Object { fields, rest }));
            }
        }
        let is_choice = self.is_choice || other.is_choice;
        Self { options, tag: self.tag.or(other.tag), is_choice }
    }

    /// The same where all of it may be missing: then all is, and whoever reads takes what is wrong in one part for nothing at all.
    fn optional(mut self) -> Self {
        for field in self.options.iter_mut().flat_map(|(_, object)| &mut object.fields) {
            if field.presence == Presence::Required {
                field.presence = Presence::Unclear;
            }
        }
        self
    }
}

impl Wire<'_, '_> {
    /// The fields that a type brings.
    pub(super) fn flattened(&self, r#type: &Type, direction: Direction, depth: u32) -> Flat {
        let r#type = self.opened(r#type, direction, depth);
        let flat = match &r#type.shape {
            Shape::Object(object) => Flat::one(object.clone()),
            Shape::OneOf(choice) => {
                let mut all = Flat { options: Vec::new(), tag: choice.tag.clone(), is_choice: true };
                for option in &choice.options {
                    let inner = self.flattened(&option.r#type, direction, depth + 1);
                    let named = |(name, object)| (option.name.clone().or(name), object);
                    all.options.extend(inner.options.into_iter().map(named));
                    all.tag = all.tag.take().or(inner.tag);
                    if all.options.len() > OPTIONS {
                        return Flat::open(unknown("what is flattened has too many forms", r#type.at));
                    }
                }
                all
            }
            // A unit variant is a field with nothing in it.
            Shape::Enum(choices) => {
                let object = |choice: &Choice| {
                    let null = Type::new(Shape::Null, choice.at);
                    let mut field = super::foreign::field(&choice.value, null);
                    field.aliases.clone_from(&choice.aliases);
                    (Some(choice.value.clone()), Object { fields: vec![field], rest: Rest::Ignored })
                };
                let options = choices.values.iter().map(object).collect();
                Flat { options, tag: None, is_choice: true }
            }
            Shape::Null => Flat::one(Object { fields: Vec::new(), rest: Rest::Ignored }),
            Shape::Any | Shape::Unknown(_) => Flat::open(r#type.clone()),
            Shape::Bool
            | Shape::Int(_)
            | Shape::Number
            | Shape::Text(_)
            | Shape::List(_)
            | Shape::Tuple(_)
            | Shape::Named(_) => Flat::open(unknown("what is flattened is no object", r#type.at)),
        };
        if r#type.nullable { flat.optional() } else { flat }
    }

    /// A type behind its names.
    fn opened(&self, r#type: &Type, direction: Direction, depth: u32) -> Type {
        let mut found = r#type.clone();
        for step in 0..DEPTH {
            let Shape::Named(id) = found.shape else { return found };
            let meaning = self.table(direction).borrow().meanings.get(id.0 as usize).cloned();
            let Some((_, meaning)) = meaning else { break };
            let nullable = found.nullable;
            found = self.definition(&meaning, direction, depth + step + 1);
            found.nullable |= nullable;
        }
        unknown("the type is too deep", r#type.at)
    }
}
