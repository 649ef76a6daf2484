//! Named fields of a struct or variant → an object, or several where what is flattened into it is one of several.

use super::attributes::Serde;
use super::case::Case;
use super::definition::Owner;
use super::flatten::Flat;
use super::{Direction, Wire};
use crate::basis::wire::{
    Alternative, Choice, Choices, Field, Marks, Object, OneOf, Presence, Rest, Shape, Spot, Type,
};
use crate::facts::FieldDeclaration;
use crate::model::resolve::{Def, Namespace};

/// What is said of all fields at once.
pub(super) struct Rules<'r> {
    /// How they are renamed.
    pub(super) case: Option<Case>,
    /// Whether those that are missing are filled in.
    pub(super) default: bool,
    /// Whether others are refused.
    pub(super) deny: bool,
    /// The field that holds the struct's own name.
    pub(super) tag: Option<&'r str>,
}

impl Wire<'_, '_> {
    /// The object with these fields.
    pub(super) fn object(&self, owner: &Owner<'_>, fields: &[FieldDeclaration], rules: &Rules<'_>) -> Type {
        let mut flat = Flat::empty();
        if let (Some(tag), Direction::Emits) = (rules.tag, owner.direction) {
            let name = match &owner.serde.rename {
                Some(name) => name.clone(),
                None => owner.declared.declaration().name.clone(),
            };
            flat.push(&constant(tag, (name, Vec::new()), owner.at));
        }
        for field in fields {
            let serde = Serde::read(&field.attributes, owner.direction);
            if serde.skip {
                continue;
            }
            if serde.flatten {
                let inner = self.field_type(owner, field);
                flat = flat.with(self.flattened(&inner, owner.direction, owner.depth));
            } else {
                flat.push(&self.field(owner, (field, &serde), rules));
            }
        }
        flat.into_type(rules.deny, owner.at)
    }

    fn field(
        &self,
        owner: &Owner<'_>,
        (field, serde): (&FieldDeclaration, &Serde),
        rules: &Rules<'_>,
    ) -> Field {
        let renamed =
            || rules.case.map_or_else(|| field.name.clone(), |case| case.of_field(&field.name).into());
        let mut r#type = self.field_type(owner, field);
        let presence = match owner.direction {
            Direction::Accepts => self.when_read(owner, (field, serde), rules),
            Direction::Emits => self.when_written(owner, (field, serde), &mut r#type),
        };
        // Where the field itself stands under a condition, neither holds always.
        let is_conditional = !field.condition.is_empty() && presence == Presence::Required;
        Field {
            name: serde.rename.clone().unwrap_or_else(renamed),
            aliases: serde.aliases.clone(),
            r#type,
            presence: if is_conditional { Presence::Unclear } else { presence },
            at: self.spot_of(owner, field.site),
            marks: Marks::default(),
        }
    }

    fn when_read(
        &self,
        owner: &Owner<'_>,
        (field, serde): (&FieldDeclaration, &Serde),
        rules: &Rules<'_>,
    ) -> Presence {
        let is_filled = serde.default || rules.default;
        // With a function of its own a missing field is one, whatever its type; `serde_as` fills in an `Option` that it sees.
        let asks_type = match (&serde.r#as, &serde.with) {
            (Some(r#as), _) => r#as.trim_start().starts_with("Option<"),
            (None, Some(_)) => false,
            (None, None) => true,
        };
        if is_filled || !asks_type {
            return if is_filled { Presence::Optional } else { Presence::Required };
        }
        let meaning = self.field_meaning(owner, field);
        match self.is_optional(&meaning, owner.direction) {
            true => Presence::Optional,
            false if self.reads_itself(&meaning) => Presence::Unclear,
            false => Presence::Required,
        }
    }

    fn when_written(
        &self,
        owner: &Owner<'_>,
        (field, serde): (&FieldDeclaration, &Serde),
        r#type: &mut Type,
    ) -> Presence {
        let meaning = self.field_meaning(owner, field);
        let option = meaning.is("std", "Option");
        let skips_none = serde.skip_if.as_deref().is_some_and(|skip| {
            let skip: String = skip.chars().filter(|char| !char.is_whitespace()).collect();
            skip.ends_with("Option::is_none")
                || (skip.starts_with("Option::<") && skip.ends_with("::is_none"))
        });
        if skips_none || (option.is_some() && serde.skip_if.is_none() && owner.serde.skip_none) {
            // What is written then is what the `Option` holds.
            if let Some([held]) = option
                && held.is("std", "Option").is_none()
            {
                r#type.nullable = false;
            }
            return Presence::Optional;
        }
        if let Some(skip) = &serde.skip_if {
            return if self.is_own_function(skip, owner) { Presence::Perhaps } else { Presence::Optional };
        }
        let is_own = serde.with.is_none() && serde.r#as.is_none();
        let is_null = r#type.nullable || (is_own && self.is_optional(&meaning, owner.direction));
        if is_null { Presence::Unclear } else { Presence::Required }
    }

    /// Whether a function that an attribute names is one of the repository: those of the language and of libraries are called by what
    /// they ask (`is_empty`).
    fn is_own_function(&self, path: &str, owner: &Owner<'_>) -> bool {
        let (module, scope) = owner.declared.at;
        let found = self.world.resolve(module, scope, path, Namespace::Value).defs;
        found.iter().any(|def| matches!(def, Def::Item(..))) || (found.is_empty() && !path.contains("::"))
    }
}

impl Flat {
    /// Nothing yet.
    fn empty() -> Self {
        let object = Object { fields: Vec::new(), rest: Rest::Ignored };
        Self { options: vec![(None, object)], tag: None, is_choice: false }
    }

    pub(super) fn push(&mut self, field: &Field) {
        self.options.iter_mut().for_each(|(_, object)| object.fields.push(field.clone()));
    }

    /// The type; `deny` where fields that are not listed are refused.
    pub(super) fn into_type(mut self, deny: bool, at: Spot) -> Type {
        for (_, object) in &mut self.options {
            if deny && object.rest == Rest::Ignored {
                object.rest = Rest::Refused;
            }
        }
        if !self.is_choice
            && let Some((_, object)) = self.options.pop()
        {
            return Type::new(Shape::Object(object), at);
        }
        let alternative = |(name, object): (Option<Box<str>>, Object)| Alternative {
            name,
            r#type: Type::new(Shape::Object(object), at),
        };
        let options = self.options.into_iter().map(alternative).collect();
        Type::new(Shape::OneOf(OneOf { options, tag: self.tag }), at)
    }
}

/// A field that holds one constant text.
pub(super) fn constant(name: &str, (value, aliases): (Box<str>, Vec<Box<str>>), at: Spot) -> Field {
    let values = vec![Choice { value, aliases, at }];
    let r#type = Type::new(Shape::Enum(Choices { values, numbers: false, open: false }), at);
    super::foreign::field(name, r#type)
}
