//! What code is for, and in which way it depends on other code.

use serde::{Deserialize, Serialize};

/// What a piece of code is for; boundaries judge production code unless the design says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Code that is shipped.
    #[default]
    Production,
    /// Unit and integration tests and what only they see.
    Test,
    /// `benches/`.
    Bench,
    /// `examples/`.
    Example,
    /// `build.rs`.
    Build,
}

impl Role {
    /// The name in a spec and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
            Self::Bench => "bench",
            Self::Example => "example",
            Self::Build => "build",
        }
    }
}

/// In which way code names what it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DependencyKind {
    /// A `use`.
    Import,
    /// A `use` that hands the name on (`pub use`, `pub(crate) use`).
    Reexport,
    /// A path in a type, expression, pattern or bound.
    Path,
    /// A macro call, or a path among the tokens of one.
    Macro,
    /// An attribute or a derive.
    Attribute,
    /// The trait or the type in the header of an `impl`.
    Impl,
    /// A line of a package manifest.
    Manifest,
}

impl DependencyKind {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Reexport => "reexport",
            Self::Path => "path",
            Self::Macro => "macro",
            Self::Attribute => "attribute",
            Self::Impl => "impl",
            Self::Manifest => "manifest",
        }
    }
}
