//! The spec floor: the TOML of `specs/` → a [`Design`], or every error in it at once.
//!
//! Nothing is read from disk or git here; texts come in, a validated value goes out, and every statement keeps the place it
//! was written at.

mod design;

pub use design::{
    Api, At, Declared, Design, EndpointDeclaration, FilePattern, Layer, Module, ModuleId, Name, Pattern,
    Policy, SpecFile, SymbolPattern, Waiver, WaiverSubject,
};
