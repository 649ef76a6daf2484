//! The facts floor: the text of one file → what that file says, names **as written**.
//!
//! Nothing is resolved here and nothing is opened: a function of the text alone. What the grammar cannot read is a fact too
//! ([`Unread`]); nothing that touches an unreadable part is trusted.

pub mod cargo;
mod declarations;
mod expr;
mod file;
pub mod frameworks;
mod language;
mod literal;
pub mod manifest;
mod pieces;
mod places;
pub mod proto;
pub mod rust;
mod splice;

pub use declarations::{
    BlockDeclaration, Declarations, FieldDeclaration, Fields, FunctionDeclaration, Generic,
    ParameterDeclaration, TypeDeclaration, TypeExpr, VariantDeclaration,
};
pub use expr::{Arm, Body, Expr, ExprKind, Parameter, Statement};
pub use file::{
    Attribute, CallId, Cfg, CfgId, FileFacts, Import, Include, Item, ItemId, ItemKind, MacroCall, MacroRules,
    ModDecl, PathKind, PathUse, Position, Scope, ScopeId, ScopeKind, TestMark, Unread, Visibility,
};
pub use language::{LANGUAGES, Language};
pub use pieces::{Piece, Pieces};
pub use places::Places;
pub use splice::Around;
