//! What a type means → its shape: of types that others declare, and of lists and tuples of any.

use super::table::{self, Is};
use super::{Direction, Meaning, Wire, unknown};
use crate::basis::wire::{
    Alternative, Field, Format, Marks, Object, OneOf, Presence, Rest, Shape, Spot, Type, Width,
};

impl Wire<'_, '_> {
    /// The shape of a type; those of the repository by their names.
    pub(super) fn shaped(&self, meaning: &Meaning, at: Spot, direction: Direction) -> Type {
        if !self.spend() {
            return unknown("the type is too large", at);
        }
        if let Some(given) = self.given(meaning) {
            return Type { at, ..given.clone() };
        }
        match meaning {
            Meaning::Own { .. } => self.reference(meaning, at, direction),
            Meaning::Foreign { path, arguments } => match table::row(path) {
                Some(is) => self.listed(is, (path, arguments), at, direction),
                None => unknown(format!("`{path}` is a type of another crate"), at),
            },
            Meaning::List(of) => list(self.shaped(of, at, direction), at),
            Meaning::Tuple(parts) if parts.is_empty() => Type::new(Shape::Null, at),
            Meaning::Tuple(parts) => {
                let parts = parts.iter().map(|part| self.shaped(part, at, direction)).collect();
                Type::new(Shape::Tuple(parts), at)
            }
            Meaning::Unknown(reason) => unknown(&**reason, at),
        }
    }

    fn listed(&self, is: Is, (path, arguments): (&str, &[Meaning]), at: Spot, direction: Direction) -> Type {
        let argument = |index: usize| match arguments.get(index) {
            Some(argument) => self.shaped(argument, at, direction),
            None => unknown(format!("what `{path}` holds is not said"), at),
        };
        let text = |format: Format| Type::new(Shape::Text(format), at);
        match is {
            Is::Bool => Type::new(Shape::Bool, at),
            Is::Int(bits, signed) => Type::new(Shape::Int(Some(Width { bits, signed })), at),
            Is::Number => Type::new(Shape::Number, at),
            Is::Text => text(Format::Plain),
            Is::DateTime => text(Format::DateTime),
            Is::Date => text(Format::Date),
            Is::Time => text(Format::Time),
            Is::Uuid => text(Format::Uuid),
            Is::Format(name) => text(Format::Other(name.into())),
            Is::Secret if direction == Direction::Accepts => text(Format::Plain),
            Is::Secret => unknown(format!("`{path}` is never written"), at),
            Is::Unclear => text(Format::Unclear(format!("`{path}` as serde writes it").into())),
            Is::Bytes => bytes(at, direction),
            Is::List => list(argument(0), at),
            Is::ListOfArray => match arguments.first() {
                Some(Meaning::List(of)) => list(self.shaped(of, at, direction), at),
                Some(_) | None => list(argument(0), at),
            },
            Is::Map(index) => {
                let rest = Rest::Of(Box::new(argument(index)));
                Type::new(Shape::Object(Object { fields: Vec::new(), rest }), at)
            }
            Is::Inner => argument(0),
            Is::Option => Type { nullable: true, ..argument(0) },
            Is::Result => {
                let option = |name: &str, r#type: Type| Alternative {
                    name: Some(name.into()),
                    r#type: object(vec![field(name, r#type)], refused(direction), at),
                };
                let options = vec![option("Ok", argument(0)), option("Err", argument(1))];
                Type::new(Shape::OneOf(OneOf { options, tag: None }), at)
            }
            Is::Pair(seconds, nanos) => {
                let int = |bits| Type::new(Shape::Int(Some(Width { bits, signed: false })), at);
                object(vec![field(seconds, int(64)), field(nanos, int(32))], refused(direction), at)
            }
            Is::Bounds(start, end) => {
                let fields = vec![field(start, argument(0)), field(end, argument(0))];
                object(fields, refused(direction), at)
            }
            Is::Bound(name) => object(vec![field(name, argument(0))], refused(direction), at),
            Is::Null => Type::new(Shape::Null, at),
            Is::Any => Type::new(Shape::Any, at),
            Is::Empty => object(Vec::new(), Rest::Ignored, at),
            Is::Page => {
                let next = Type { nullable: true, ..text(Format::Plain) };
                let next = Field { presence: Presence::Unclear, ..field("next_page", next) };
                object(vec![field("items", list(argument(0), at)), next], Rest::Ignored, at)
            }
            Is::PageAsked => self.page_asked(&argument(0), at, direction),
            Is::Fields => {
                let rest = Rest::Of(Box::new(Type::new(Shape::Any, at)));
                Type::new(Shape::Object(Object { fields: Vec::new(), rest }), at)
            }
        }
    }

    /// What asks for a page: what its first one is chosen by need not be said again where the next one is asked for.
    fn page_asked(&self, chosen: &Type, at: Spot, direction: Direction) -> Type {
        let optional = |name: &str, shape: Shape| {
            let r#type = Type { nullable: true, ..Type::new(shape, at) };
            Field { presence: Presence::Optional, ..field(name, r#type) }
        };
        let limit = optional("limit", Shape::Int(Some(Width { bits: 32, signed: false })));
        let mut fields = vec![limit, optional("page_token", Shape::Text(Format::Plain))];
        let flat = self.flattened(&Type { nullable: true, ..chosen.clone() }, direction, 0);
        let Some((_, only)) = flat.options.into_iter().next().filter(|_| !flat.is_choice) else {
            return unknown("what a page is chosen by has several forms", at);
        };
        fields.extend(only.fields);
        object(fields, only.rest, at)
    }
}

/// What is true of fields that are not listed, where whoever reads refuses them.
pub(super) fn refused(direction: Direction) -> Rest {
    match direction {
        Direction::Accepts => Rest::Refused,
        Direction::Emits => Rest::Ignored,
    }
}

/// What bytes are in JSON.
pub(super) fn bytes(at: Spot, direction: Direction) -> Type {
    let byte = Type::new(Shape::Int(Some(Width { bits: 8, signed: false })), at);
    let numbers = list(byte, at);
    match direction {
        Direction::Emits => numbers,
        Direction::Accepts => {
            let text = Type::new(Shape::Text(Format::Bytes), at);
            let options = [numbers, text].map(|r#type| Alternative { name: None, r#type }).into();
            Type::new(Shape::OneOf(OneOf { options, tag: None }), at)
        }
    }
}

pub(super) fn list(of: Type, at: Spot) -> Type {
    Type::new(Shape::List(Box::new(of)), at)
}

pub(super) fn object(fields: Vec<Field>, rest: Rest, at: Spot) -> Type {
    Type::new(Shape::Object(Object { fields, rest }), at)
}

/// A field that is always there; its place is that of its type.
pub(super) fn field(name: &str, r#type: Type) -> Field {
    let at = r#type.at;
    let (aliases, marks) = (Vec::new(), Marks::default());
    Field { name: name.into(), aliases, r#type, presence: Presence::Required, at, marks }
}
