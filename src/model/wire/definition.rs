//! A struct, enum or union of the repository → its shape, if serde derives the direction for it.

use super::attributes::Serde;
use super::fields::Rules;
use super::{Bindings, Declared, Direction, Form, Meaning, Wire, unknown};
use crate::basis::Site;
use crate::basis::wire::{Format, Shape, Spot, Type};
use crate::facts::{FieldDeclaration, Fields, ItemKind, TypeExpr, rust::type_expr};
use crate::model::resolve::{Def, Namespace};

/// How deep definitions are looked through that have to be seen at once: `flatten`, newtypes in tagged enums.
const DEPTH: u32 = 24;

/// A declaration that is being given its shape.
pub(super) struct Owner<'d> {
    pub(super) declared: &'d Declared,
    pub(super) bindings: Bindings,
    /// What its attributes say.
    pub(super) serde: Serde,
    pub(super) direction: Direction,
    pub(super) depth: u32,
    /// Its name.
    pub(super) at: Spot,
}

/// How a direction comes about.
pub(super) enum Derived {
    /// By serde's own derive.
    Serde,
    /// As the number of a variant, by `serde_repr`.
    Repr,
    /// As the text of `Display` and `FromStr`, by `serde_with`.
    Text,
    /// Not that one could see.
    No(String),
}

impl Wire<'_, '_> {
    /// The shape of what a type means; of one of the repository without its name.
    pub(super) fn definition(&self, meaning: &Meaning, direction: Direction, depth: u32) -> Type {
        self.definition_of(meaning, (direction, depth), false)
    }

    /// The shape of a type that stands for another one (`#[serde(remote = "…")]`), named by a `with`.
    pub(super) fn remote(&self, meaning: &Meaning, direction: Direction, depth: u32) -> Type {
        self.definition_of(meaning, (direction, depth), true)
    }

    fn definition_of(&self, meaning: &Meaning, (direction, depth): (Direction, u32), remote: bool) -> Type {
        let Meaning::Own { module, item, arguments } = meaning else {
            return self.shaped(meaning, Spot::default(), direction);
        };
        let Some(declared) = self.declared(*module, *item) else {
            return unknown("it is declared by a macro", Spot::default());
        };
        let declaration = declared.declaration();
        let at = self.spot_in(&declared.path, declaration.name_site, direction);
        if depth > DEPTH || !self.spend() {
            return unknown("the type is too deep", at);
        }
        let names = declaration.generics.iter().map(|generic| generic.name.clone());
        let mut bindings: Bindings = names.zip(arguments.iter().cloned()).collect();
        bindings.push(("Self".into(), meaning.clone()));
        let serde = Serde::read(&declaration.attributes, direction);
        let owner = Owner { declared: &declared, bindings, serde, direction, depth, at };
        if owner.serde.remote && !remote {
            return unknown(format!("what `{}` derives is for another type", declaration.name), at);
        }
        match self.derived(&owner) {
            Derived::Serde if self.form.get() == Form::Either && self.has_another_form(&owner) => {
                unknown(format!("poem-openapi gives `{}` a form of its own", declaration.name), at)
            }
            Derived::Serde => self.derived_shape(&owner),
            Derived::Repr => self.numbers(&owner),
            Derived::Text => Type::new(Shape::Text(Format::Plain), at),
            Derived::No(reason) => self.implemented(&owner).unwrap_or_else(|| unknown(reason, at)),
        }
    }

    fn derived_shape(&self, owner: &Owner<'_>) -> Type {
        if let Some(via) = &owner.serde.via {
            return match self.written(via, owner) {
                Some(meaning) => self.shaped(&meaning, owner.at, owner.direction),
                None => unknown(format!("`{via}` cannot be read as a type"), owner.at),
            };
        }
        let declaration = owner.declared.declaration();
        if declaration.kind == ItemKind::Union {
            return unknown(format!("`{}` is a union", declaration.name), owner.at);
        }
        match declaration.kind == ItemKind::Enum {
            true => self.variants(owner),
            false => self.structure(owner, &declaration.fields),
        }
    }

    /// What a type means that an attribute writes.
    pub(super) fn written(&self, text: &str, owner: &Owner<'_>) -> Option<Meaning> {
        let expr = type_expr(text)?;
        Some(self.meaning(&expr, (owner.declared.at, &owner.bindings), 0))
    }

    fn structure(&self, owner: &Owner<'_>, fields: &Fields) -> Type {
        if owner.serde.transparent {
            return match self.transparent(owner, fields) {
                Some(field) => self.field_type(owner, field),
                None => unknown("`transparent` has not one field", owner.at),
            };
        }
        match fields {
            Fields::Unit => Type::new(Shape::Null, owner.at),
            Fields::Tuple(fields) => match fields.as_slice() {
                [only] => self.field_type(owner, only),
                several => self.tuple(owner, several),
            },
            Fields::Named(fields) => {
                let rules = Rules {
                    case: owner.serde.rename_all,
                    default: owner.serde.default,
                    deny: owner.serde.deny_unknown,
                    tag: owner.serde.tag.as_deref(),
                };
                self.object(owner, fields, &rules)
            }
        }
    }

    /// The one field of a transparent struct that counts.
    pub(super) fn transparent<'f>(
        &self,
        owner: &Owner<'_>,
        fields: &'f Fields,
    ) -> Option<&'f FieldDeclaration> {
        let list = match fields {
            Fields::Unit => return None,
            Fields::Tuple(list) | Fields::Named(list) => list,
        };
        let is_marker = |field: &FieldDeclaration| field.r#type.name() == Some("PhantomData");
        let counts = |field: &&FieldDeclaration| {
            let serde = Serde::read(&field.attributes, owner.direction);
            !is_marker(field) && !serde.skip && !serde.default
        };
        let mut counting = list.iter().filter(counts);
        counting.next().filter(|_| counting.next().is_none())
    }

    pub(super) fn tuple(&self, owner: &Owner<'_>, fields: &[FieldDeclaration]) -> Type {
        let is_kept = |field: &&FieldDeclaration| !Serde::read(&field.attributes, owner.direction).skip;
        let kept = fields.iter().filter(is_kept);
        Type::new(Shape::Tuple(kept.map(|field| self.field_type(owner, field)).collect()), owner.at)
    }

    /// What a field holds.
    pub(super) fn field_type(&self, owner: &Owner<'_>, field: &FieldDeclaration) -> Type {
        let serde = Serde::read(&field.attributes, owner.direction);
        let at = self.spot_of(owner, field.site);
        let meaning = self.field_meaning(owner, field);
        if let Some(r#as) = &serde.r#as {
            return self.as_written(r#as, &meaning, (owner, at));
        }
        match &serde.with {
            Some(with) => self.with(with, &meaning, (owner, at)),
            None => self.shaped(&meaning, at, owner.direction),
        }
    }

    pub(super) fn field_meaning(&self, owner: &Owner<'_>, field: &FieldDeclaration) -> Meaning {
        self.meaning(&field.r#type, (owner.declared.at, &owner.bindings), 0)
    }

    pub(super) fn spot_of(&self, owner: &Owner<'_>, site: Site) -> Spot {
        self.spot_in(&owner.declared.path, site, owner.direction)
    }

    /// Whether serde's derive, or one that says as much, makes the direction.
    pub(super) fn derived(&self, owner: &Owner<'_>) -> Derived {
        let declaration = owner.declared.declaration();
        let wanted = match owner.direction {
            Direction::Accepts => ["Deserialize", "Deserialize_repr", "DeserializeFromStr"],
            Direction::Emits => ["Serialize", "Serialize_repr", "SerializeDisplay"],
        };
        for derive in &declaration.derives {
            let last = derive.rsplit("::").next().unwrap_or(derive);
            let Some(at) = wanted.iter().position(|wanted| *wanted == last) else { continue };
            if self.is_of_serde(derive, owner) {
                return [Derived::Serde, Derived::Repr, Derived::Text]
                    .into_iter()
                    .nth(at)
                    .unwrap_or(Derived::Serde);
            }
        }
        let mut blocks = owner.declared.file.blocks.iter();
        let by_hand = blocks.any(|block| {
            let r#trait = block.r#trait.as_ref().and_then(TypeExpr::name);
            block.of.name() == Some(&*declaration.name) && r#trait == Some(wanted[0])
        });
        let says = if by_hand { "writes its own" } else { "does not derive" };
        Derived::No(format!("`{}` {says} `{}`", declaration.name, wanted[0]))
    }

    /// Whether a derive is one of serde's crates: there are others of the name.
    fn is_of_serde(&self, derive: &str, owner: &Owner<'_>) -> bool {
        let (module, scope) = owner.declared.at;
        let found = self.world.resolve(module, scope, derive, Namespace::Macro).defs;
        let is_serde = |path: &str| path.split("::").any(|segment| segment.starts_with("serde"));
        found.is_empty()
            || found.iter().any(|def| match def {
                Def::External(path) => is_serde(path),
                Def::Module(_) | Def::Item(..) => false,
            })
    }
}
