//! The variants of an enum → constants, or alternatives with their tags.

use super::attributes::Serde;
use super::definition::Owner;
use super::fields::{Rules, constant};
use super::flatten::OPTIONS;
use super::foreign::{field, object, refused};
use super::{Direction, Wire, unknown};
use crate::basis::wire::{
    Alternative, Choice, Choices, Field, Object, OneOf, Presence, Rest, Shape, Spot, Type,
};
use crate::facts::{Fields, VariantDeclaration};

/// How it is said which variant a value is.
enum Tagging<'t> {
    /// `"V"` and `{"V": …}`.
    External,
    /// `{"tag": "V", …}`.
    Internal(&'t str),
    /// `{"tag": "V", "content": …}`.
    Adjacent(&'t str, &'t str),
    /// Not at all.
    Untagged,
}

/// A variant with what its attributes say.
struct Variant<'v> {
    declaration: &'v VariantDeclaration,
    serde: Serde,
    name: Box<str>,
    at: Spot,
}

impl Wire<'_, '_> {
    pub(super) fn variants(&self, owner: &Owner<'_>) -> Type {
        let declaration = owner.declared.declaration();
        if owner.serde.identifier {
            return unknown(format!("`{}` reads the names of fields", declaration.name), owner.at);
        }
        let tagging = match (&owner.serde.tag, &owner.serde.content) {
            (Some(tag), Some(content)) => Tagging::Adjacent(tag, content),
            (Some(tag), None) => Tagging::Internal(tag),
            (None, _) if owner.serde.untagged => Tagging::Untagged,
            (None, _) => Tagging::External,
        };
        let variants = declaration.variants.iter().map(|variant| self.variant(owner, variant));
        let variants: Vec<Variant<'_>> = variants.filter(|variant| !variant.serde.skip).collect();
        if variants.is_empty() {
            return unknown(format!("`{}` has no variant that is left", declaration.name), owner.at);
        }
        let is_unit = |variant: &Variant<'_>| !variant.serde.untagged && is_unit(variant, owner.direction);
        match tagging {
            Tagging::External if variants.iter().all(is_unit) => {
                Type::new(Shape::Enum(self.choices(owner, &variants)), owner.at)
            }
            Tagging::Internal(tag) if variants.iter().all(is_unit) => {
                let choices = Type::new(Shape::Enum(self.choices(owner, &variants)), owner.at);
                object(vec![field(tag, choices)], self.rest(owner), owner.at)
            }
            Tagging::External | Tagging::Internal(_) | Tagging::Adjacent(..) | Tagging::Untagged => {
                let tag = match tagging {
                    Tagging::Internal(tag) | Tagging::Adjacent(tag, _) => Some(tag.into()),
                    Tagging::External | Tagging::Untagged => None,
                };
                let options = variants.iter().flat_map(|variant| self.options(owner, variant, &tagging));
                // Variants that hold enums with many variants, which do so in turn, are more than anybody means.
                let options: Vec<Alternative> = options.take(variants.len().max(OPTIONS) + 1).collect();
                if options.len() > variants.len().max(OPTIONS) {
                    return unknown(format!("`{}` has too many forms", declaration.name), owner.at);
                }
                Type::new(Shape::OneOf(OneOf { options, tag }), owner.at)
            }
        }
    }

    fn variant<'v>(&self, owner: &Owner<'_>, declaration: &'v VariantDeclaration) -> Variant<'v> {
        let serde = Serde::read(&declaration.attributes, owner.direction);
        let renamed = || match owner.serde.rename_all {
            Some(case) => case.of_variant(&declaration.name).into(),
            None => declaration.name.clone(),
        };
        let name = serde.rename.clone().unwrap_or_else(renamed);
        Variant { declaration, serde, name, at: self.spot_of(owner, declaration.site) }
    }

    fn choices(&self, owner: &Owner<'_>, variants: &[Variant<'_>]) -> Choices {
        let accepts = owner.direction == Direction::Accepts;
        let choice = |variant: &Variant<'_>| Choice {
            value: variant.name.clone(),
            aliases: variant.serde.aliases.clone(),
            at: variant.at,
        };
        let open = accepts && variants.iter().any(|variant| variant.serde.other);
        Choices { values: variants.iter().map(choice).collect(), numbers: false, open }
    }

    fn rest(&self, owner: &Owner<'_>) -> Rest {
        if owner.serde.deny_unknown { refused(owner.direction) } else { Rest::Ignored }
    }

    /// What a variant looks like: mostly one alternative, several where what it holds is itself one of several.
    fn options(&self, owner: &Owner<'_>, variant: &Variant<'_>, tagging: &Tagging<'_>) -> Vec<Alternative> {
        let named = |r#type: Type| Alternative { name: Some(variant.name.clone()), r#type };
        let is_conditional = variant.declaration.attributes.iter().any(|attribute| &*attribute.path == "cfg");
        if is_conditional && owner.direction == Direction::Emits {
            // What is not in every program need not be promised.
            let reason = format!("`{}` stands under a condition", variant.declaration.name);
            return vec![named(unknown(reason, variant.at))];
        }
        let content = self.content(owner, variant);
        if variant.serde.untagged {
            return vec![named(content.unwrap_or_else(|| Type::new(Shape::Null, variant.at)))];
        }
        let tag = |tag: &str| {
            let mut field = constant(tag, (variant.name.clone(), variant.serde.aliases.clone()), variant.at);
            if let (Shape::Enum(choices), Direction::Accepts) = (&mut field.r#type.shape, owner.direction) {
                choices.open = variant.serde.other;
            }
            field
        };
        match (tagging, content) {
            (Tagging::External, None) => {
                let choices = self.choices(owner, std::slice::from_ref(variant));
                vec![named(Type::new(Shape::Enum(choices), variant.at))]
            }
            (Tagging::External, Some(content)) => {
                let mut only = field(&variant.name, content);
                only.aliases.clone_from(&variant.serde.aliases);
                only.at = variant.at;
                vec![named(object(vec![only], refused(owner.direction), variant.at))]
            }
            (Tagging::Internal(name), None) => {
                vec![named(object(vec![tag(name)], Rest::Ignored, variant.at))]
            }
            (Tagging::Internal(name), Some(content)) => {
                let flat = self.flattened(&content, owner.direction, owner.depth + 1);
                let option = |(_, inner): (Option<Box<str>>, Object)| {
                    let fields = std::iter::once(tag(name)).chain(inner.fields).collect();
                    named(object(fields, inner.rest, variant.at))
                };
                flat.options.into_iter().map(option).collect()
            }
            (Tagging::Adjacent(name, _), None) => {
                vec![named(object(vec![tag(name)], self.rest(owner), variant.at))]
            }
            (Tagging::Adjacent(name, inner), Some(content)) => {
                let content = Field { presence: self.beside(owner, variant), ..field(inner, content) };
                vec![named(object(vec![tag(name), content], self.rest(owner), variant.at))]
            }
            (Tagging::Untagged, content) => {
                vec![named(content.unwrap_or_else(|| Type::new(Shape::Null, variant.at)))]
            }
        }
    }

    /// Whether what a variant holds must be there beside its tag.
    fn beside(&self, owner: &Owner<'_>, variant: &Variant<'_>) -> Presence {
        match &variant.declaration.fields {
            Fields::Tuple(fields)
                if owner.direction == Direction::Accepts && variant.serde.with.is_none() =>
            {
                let is_optional =
                    |field| self.is_optional(&self.field_meaning(owner, field), owner.direction);
                match fields.as_slice() {
                    [only] if is_optional(only) => Presence::Optional,
                    _ => Presence::Required,
                }
            }
            Fields::Unit | Fields::Tuple(_) | Fields::Named(_) => Presence::Required,
        }
    }

    /// What a variant holds; `None` for nothing.
    fn content(&self, owner: &Owner<'_>, variant: &Variant<'_>) -> Option<Type> {
        if is_unit(variant, owner.direction) {
            return None;
        }
        let fields = &variant.declaration.fields;
        if let Some(with) = &variant.serde.with {
            let held = match fields {
                Fields::Tuple(fields) if fields.len() == 1 => self.field_meaning(owner, &fields[0]),
                Fields::Unit | Fields::Tuple(_) | Fields::Named(_) => {
                    super::Meaning::unknown(format!("`{with}` writes it"))
                }
            };
            return Some(self.with(with, &held, (owner, variant.at)));
        }
        Some(match fields {
            Fields::Unit => return None,
            Fields::Tuple(fields) => match fields.as_slice() {
                [only] => self.field_type(owner, only),
                several => self.tuple(owner, several),
            },
            Fields::Named(fields) => {
                let rules = Rules {
                    case: variant.serde.rename_all.or(owner.serde.rename_all_fields),
                    default: false,
                    deny: owner.serde.deny_unknown,
                    tag: None,
                };
                self.object(owner, fields, &rules)
            }
        })
    }

    /// The numbers of an enum whose variants go by them.
    pub(super) fn numbers(&self, owner: &Owner<'_>) -> Type {
        let mut next = 0_i128;
        let mut choices = Choices { numbers: true, ..Choices::default() };
        for variant in &owner.declared.declaration().variants {
            if let Some(written) = &variant.discriminant {
                let digits: String = written.chars().filter(|char| !matches!(char, '_' | ' ')).collect();
                let end = digits.find(['u', 'i']).unwrap_or(digits.len());
                let Ok(number) = digits[..end].parse() else {
                    return Type::new(Shape::Int(None), owner.at);
                };
                next = number;
            }
            let serde = Serde::read(&variant.attributes, owner.direction);
            choices.open |= serde.other && owner.direction == Direction::Accepts;
            let at = self.spot_of(owner, variant.site);
            choices.values.push(Choice { value: next.to_string().into(), aliases: Vec::new(), at });
            next += 1;
        }
        Type::new(Shape::Enum(choices), owner.at)
    }
}

/// Whether a variant holds nothing in a direction.
fn is_unit(variant: &Variant<'_>, direction: Direction) -> bool {
    match &variant.declaration.fields {
        Fields::Unit => true,
        Fields::Tuple(fields) => match fields.as_slice() {
            [only] => variant.serde.with.is_none() && Serde::read(&only.attributes, direction).skip,
            _ => false,
        },
        Fields::Named(_) => false,
    }
}
