//! The shape of what one file declares about values that go over the wire: types with their fields, functions with their signatures.
//!
//! Read only of files that an endpoint leads to, and apart from [`super::FileFacts`], which every commit needs: names as written,
//! nothing resolved. The two are joined by where an item begins.

use serde::{Deserialize, Serialize};

use super::{Attribute, Expr, ItemKind};
use crate::basis::Site;

/// What one file declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declarations {
    /// Structs, enums, unions and type aliases, in source order; those inside bodies too.
    pub types: Vec<TypeDeclaration>,
    /// Functions, free and in `impl` blocks and traits, in source order.
    pub functions: Vec<FunctionDeclaration>,
    /// `impl` blocks, in source order.
    pub blocks: Vec<BlockDeclaration>,
}

impl Declarations {
    /// The functions in `impl` blocks of a kind.
    pub fn functions_in(
        &self,
        is_meant: impl Fn(&BlockDeclaration) -> bool,
    ) -> impl Iterator<Item = &FunctionDeclaration> {
        let block = |function: &FunctionDeclaration| self.blocks.get(function.block? as usize);
        self.functions.iter().filter(move |function| block(function).is_some_and(&is_meant))
    }

    /// Adds what a part declares behind what is there already.
    pub fn append(&mut self, mut part: Self) {
        let blocks = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        for function in &mut part.functions {
            function.block.iter_mut().for_each(|block| *block = block.saturating_add(blocks));
        }
        self.types.append(&mut part.types);
        self.functions.append(&mut part.functions);
        self.blocks.append(&mut part.blocks);
    }

    /// Calls `turn` for every place.
    pub fn turn(&mut self, turn: &mut dyn FnMut(&mut Site)) {
        self.types.iter_mut().for_each(|declared| declared.turn(turn));
        self.functions.iter_mut().for_each(|function| function.turn(turn));
        self.blocks.iter_mut().for_each(|block| turn(&mut block.site));
    }
}

impl Fields {
    fn turn(&mut self, turn: &mut dyn FnMut(&mut Site)) {
        match self {
            Self::Unit => {}
            Self::Tuple(fields) | Self::Named(fields) => {
                for field in fields {
                    turn(&mut field.site);
                    turn_attributes(&mut field.attributes, turn);
                }
            }
        }
    }
}

fn turn_attributes(attributes: &mut [Attribute], turn: &mut dyn FnMut(&mut Site)) {
    attributes.iter_mut().for_each(|attribute| turn(&mut attribute.site));
}

/// A type as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypeExpr {
    /// `a::b::Name<arguments>`; of `<T as Trait>::Name` the path is `Trait::Name`, with `T` as the first argument.
    Path {
        /// The path without arguments, blanks and `r#`.
        path: Box<str>,
        /// The type arguments of its segments in order; lifetimes and constants left out.
        arguments: Vec<TypeExpr>,
    },
    /// `&T`, `&mut T`, `*const T`, `(T)`.
    Reference(Box<TypeExpr>),
    /// `[T]`.
    Slice(Box<TypeExpr>),
    /// `[T; N]`, with the length where it is a number.
    Array(Box<TypeExpr>, Option<u32>),
    /// `(A, B)`; empty for `()`.
    Tuple(Vec<TypeExpr>),
    /// `impl A + B` and `dyn A + B`: the bounds that are paths.
    Bounds(Vec<TypeExpr>),
    /// `!`.
    Never,
    /// Anything else, as written, one line, cut at 120 characters.
    Other(Box<str>),
}

impl TypeExpr {
    /// The last segment of its path; `None` for what is no path.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Path { path, .. } => path.rsplit("::").next(),
            Self::Reference(_)
            | Self::Slice(_)
            | Self::Array(..)
            | Self::Tuple(_)
            | Self::Bounds(_)
            | Self::Never
            | Self::Other(_) => None,
        }
    }
}

/// A struct, enum, union or alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeDeclaration {
    /// The name without `r#`.
    pub name: Box<str>,
    /// One of the kinds of types.
    pub kind: ItemKind,
    /// Where the item begins and ends, as [`super::Item::site`].
    pub site: Site,
    /// The name alone.
    pub name_site: Site,
    /// Type parameters in order.
    pub generics: Vec<Generic>,
    /// What `#[derive(…)]` names, in order, paths as written.
    pub derives: Vec<Box<str>>,
    /// The other attributes, documentation left out; those inside `cfg_attr` as if they stood alone.
    pub attributes: Vec<Attribute>,
    /// Of a struct or union.
    pub fields: Fields,
    /// Of an enum.
    pub variants: Vec<VariantDeclaration>,
    /// Of an alias.
    pub target: Option<TypeExpr>,
}

impl TypeDeclaration {
    /// Calls `turn` for every place.
    pub fn turn(&mut self, turn: &mut dyn FnMut(&mut Site)) {
        turn(&mut self.site);
        turn(&mut self.name_site);
        turn_attributes(&mut self.attributes, turn);
        self.fields.turn(turn);
        for variant in &mut self.variants {
            turn(&mut variant.site);
            turn_attributes(&mut variant.attributes, turn);
            variant.fields.turn(turn);
        }
    }

    /// The fields that hold no values on their way over the wire, by what is derived: those of a part of the program.
    pub fn inner_fields(&self) -> &[FieldDeclaration] {
        let is_sent =
            self.derives.iter().any(|name| name.ends_with("Serialize") || name.ends_with("Deserialize"));
        match &self.fields {
            Fields::Tuple(fields) | Fields::Named(fields) if !is_sent => fields,
            Fields::Tuple(_) | Fields::Named(_) | Fields::Unit => &[],
        }
    }
}

/// A type parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generic {
    /// Its name.
    pub name: Box<str>,
    /// What it is unless something else is said.
    pub default: Option<TypeExpr>,
}

/// The fields of a struct or variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fields {
    /// None: `struct X;`, `X`.
    #[default]
    Unit,
    /// By position: `struct X(A, B);`.
    Tuple(Vec<FieldDeclaration>),
    /// By name.
    Named(Vec<FieldDeclaration>),
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDeclaration {
    /// The name without `r#`; the position for one without a name.
    pub name: Box<str>,
    /// The type.
    pub r#type: TypeExpr,
    /// Its attributes, documentation left out.
    pub attributes: Vec<Attribute>,
    /// The `cfg` over the field itself, as written; empty for none.
    pub condition: Box<str>,
    /// The name, or the type of one without a name.
    pub site: Site,
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantDeclaration {
    /// The name without `r#`.
    pub name: Box<str>,
    /// Its attributes, documentation left out.
    pub attributes: Vec<Attribute>,
    /// What it holds.
    pub fields: Fields,
    /// The number behind `=`, as written.
    pub discriminant: Option<Box<str>>,
    /// The name.
    pub site: Site,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionDeclaration {
    /// The name without `r#`.
    pub name: Box<str>,
    /// Where the item begins and ends, as [`super::Item::site`].
    pub site: Site,
    /// Type parameters in order.
    pub generics: Vec<Generic>,
    /// Its attributes, documentation left out.
    pub attributes: Vec<Attribute>,
    /// Parameters in order, `self` included.
    pub parameters: Vec<ParameterDeclaration>,
    /// What it returns; `None` for nothing.
    pub result: Option<TypeExpr>,
    /// What it computes; `None` without a body.
    pub value: Option<Expr>,
    /// The innermost `impl` block around it, by its index among the blocks.
    pub block: Option<u32>,
}

impl FunctionDeclaration {
    /// The function without what it computes.
    pub fn head(&self) -> Self {
        let Self { name, site, generics, attributes, parameters, result, value: _, block } = self;
        Self {
            name: name.clone(),
            site: *site,
            generics: generics.clone(),
            attributes: attributes.clone(),
            parameters: parameters.clone(),
            result: result.clone(),
            value: None,
            block: *block,
        }
    }

    /// Calls `turn` for every place.
    pub fn turn(&mut self, turn: &mut dyn FnMut(&mut Site)) {
        turn(&mut self.site);
        turn_attributes(&mut self.attributes, turn);
        self.parameters.iter_mut().for_each(|parameter| turn(&mut parameter.site));
        self.value.iter_mut().for_each(|value| value.turn(turn));
    }
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterDeclaration {
    /// The whole pattern as written: `Path(id)`.
    pub pattern: Box<str>,
    /// The type; that of `self` is `Self`.
    pub r#type: TypeExpr,
    /// What a future or closure that is handed over gives when it is awaited or called.
    pub gives: Option<TypeExpr>,
    /// The whole parameter.
    pub site: Site,
}

/// The header of an `impl` block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockDeclaration {
    /// Where the block begins and ends, as [`super::Item::site`].
    pub site: Site,
    /// The trait, for an `impl Trait for Type`.
    pub r#trait: Option<TypeExpr>,
    /// The type.
    pub of: TypeExpr,
    /// The associated types that it sets, in order.
    pub types: Vec<(Box<str>, TypeExpr)>,
}
