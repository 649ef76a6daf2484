//! Stub.
use super::tree::{ModuleRef, World};
use crate::basis::Site;
use crate::basis::wire::{Spot, Type, Types};
use crate::facts::{ScopeId, TypeExpr};
/// D
#[derive(Clone, Copy)]
pub enum Direction {
    /// a
    Accepts,
    /// e
    Emits,
}
/// Own
pub struct Own {
    /// n
    pub name: Vec<String>,
    /// t
    pub r#type: Type,
}
/// Wire
pub struct Wire<'w, 's> {
    _world: &'w World<'s>,
    types: Types,
}
impl<'w, 's> Wire<'w, 's> {
    /// n
    pub fn new(world: &'w World<'s>, _own: Vec<(Vec<String>, Type)>) -> Self {
        Self { _world: world, types: Types::default() }
    }
    /// t
    pub fn r#type(&mut self, _e: &TypeExpr, _at: (ModuleRef, ScopeId), _d: Direction) -> Type {
        Type::new(crate::basis::wire::Shape::Any, Spot::default())
    }
    /// t
    pub fn types(&self, _d: Direction) -> &Types {
        &self.types
    }
    /// s
    pub fn spot(&mut self, _m: ModuleRef, _s: Site) -> Spot {
        Spot::default()
    }
    /// f
    pub fn finish(self) -> (Types, Types) {
        (self.types.clone(), self.types)
    }
}
