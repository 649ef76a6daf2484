//! A struct that is written out where it is sent → what that value looks like, which may be less than what its type allows.
//!
//! A type that serves many answers says what any of them may hold; the value says which variant, or that nothing is there.

use super::body::Computed;
use super::bound::{Bound, bound};
use super::{Exchanges, last};
use crate::basis::wire::{Field, Presence, Shape, Spot, Type};
use crate::facts::{Expr, ExprKind, FieldDeclaration, Fields, TypeExpr};
use crate::model::wire::{Direction, Meaning};

impl Exchanges<'_, '_> {
    /// What a value looks like that is answered with.
    pub(super) fn sent(&self, value: &Expr, of: Computed<'_>, depth: u32) -> Type {
        let meaning = self.type_of(value, of, depth);
        let r#type = self.emitted(meaning.clone(), self.spot_of(value, of));
        let literal = if let ExprKind::Path(path) = &value.kind
            && let Bound::Let(_, Some(value)) = bound(of.function, path)
        {
            value
        } else {
            value
        };
        if let (ExprKind::Struct { fields, .. }, Some(meaning)) = (&literal.kind, meaning) {
            return self.narrowed(r#type, &meaning, fields, of);
        }
        r#type
    }

    fn narrowed(
        &self,
        whole: Type,
        meaning: &Meaning,
        values: &[(Box<str>, Expr)],
        of: Computed<'_>,
    ) -> Type {
        let Meaning::Own { module, item, .. } = meaning else { return whole };
        let Some((file, index, at)) = self.wire.declaration_of(*module, *item) else { return whole };
        let Fields::Named(declared) = &file.types[index].fields else { return whole };
        let Shape::Object(mut object) = self.wire.followed(&whole, Direction::Emits) else { return whole };
        let mut is_less = false;
        for (name, value) in values {
            let Some(field) = declared.iter().find(|field| field.name == *name) else { continue };
            let spot = self.spot(at, field.site, Direction::Emits);
            // What a macro declares may share its place with others.
            let mut here = (0..).zip(&object.fields).filter(|(_, known)| known.at == spot);
            let (Some((position, known)), None) = (here.next(), here.next()) else { continue };
            match self.narrowed_field(known, field, value, of) {
                Some(Less::Gone) => drop(object.fields.remove(position)),
                Some(Less::There) => object.fields[position].presence = Presence::Required,
                Some(Less::Of(shape)) => {
                    object.fields[position].r#type = Type { shape, ..known.r#type.clone() };
                }
                None => continue,
            }
            is_less = true;
        }
        if is_less { Type { shape: Shape::Object(object), ..whole } } else { whole }
    }

    fn narrowed_field(
        &self,
        known: &Field,
        declared: &FieldDeclaration,
        value: &Expr,
        of: Computed<'_>,
    ) -> Option<Less> {
        let called = if let ExprKind::Call { callee, .. } = &value.kind { callee } else { value };
        let ExprKind::Path(path) = &called.kind else { return None };
        if matches!(&**path, "None" | "Some") {
            let is_left_out = declared.attributes.iter().any(|one| one.arguments.contains("Option::is_none"));
            return match (&**path, known.presence) {
                ("None", Presence::Optional) if is_left_out => Some(Less::Gone),
                ("Some", Presence::Optional) if is_left_out => Some(Less::There),
                _ => None,
            };
        }
        let variant = self.variant(path, of)?;
        let mut shape = self.wire.followed(&known.r#type, Direction::Emits);
        let is_left = if let Shape::Enum(choices) = &mut shape {
            choices.values.retain(|choice| choice.at == variant);
            !choices.values.is_empty()
        } else if let Shape::OneOf(several) = &mut shape {
            several.options.retain(|option| option.r#type.at == variant);
            !several.options.is_empty()
        } else {
            return None;
        };
        let unknown = || Shape::Unknown("the value decides which of several types it is".into());
        Some(Less::Of(if is_left { shape } else { unknown() }))
    }

    /// Where the variant of an enum is written that a path means.
    fn variant(&self, path: &str, of: Computed<'_>) -> Option<Spot> {
        let (owner, _) = path.rsplit_once("::")?;
        let expr = TypeExpr::Path { path: owner.into(), arguments: Vec::new() };
        let Meaning::Own { module, item, .. } = self.meaning(&expr, of.function) else { return None };
        let (file, index, at) = self.wire.declaration_of(module, item)?;
        let variant = file.types[index].variants.iter().find(|variant| *variant.name == *last(path))?;
        Some(self.spot(at, variant.site, Direction::Emits))
    }
}

/// How a field of a value is less than its type.
enum Less {
    /// It is not there.
    Gone,
    /// It is always there.
    There,
    /// It is always this.
    Of(Shape),
}
