//! What `gate model` lists: endpoints, dependencies, and what could not be judged, as rows.

use crate::basis::{DependencyKind, Method, Reason, RepoPath, Role, RoutePattern, SymbolPath};

/// The rows of `gate model`, each list in the order of file, line, column, then the other fields.
#[derive(Clone, Debug, Default)]
pub struct ModelListing {
    /// Endpoints that the code registers.
    pub endpoints: Vec<EndpointRow>,
    /// Dependencies between items of the repository.
    pub dependencies: Vec<DependencyRow>,
    /// Uses of external crates.
    pub external: Vec<ExternalRow>,
    /// What packages say they need; code need not use it.
    pub manifests: Vec<ManifestRow>,
    /// What could not be judged.
    pub unjudged: Vec<UnjudgedRow>,
    /// How many source files were read.
    pub files: usize,
}

/// One endpoint; one row per method, or a single one with [`Method::Any`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EndpointRow {
    /// The file of the registration; of a call of a gRPC service the `.proto` file that declares it.
    pub file: RepoPath,
    /// Its line, from 1.
    pub line: u32,
    /// Whether it is a call of a gRPC service.
    pub is_call: bool,
    /// The method.
    pub method: Method,
    /// The full path, prefixes joined; a part known only at run time is `{?name}`.
    pub path: RoutePattern,
    /// The part known only at run time as written in the code, if any.
    pub dynamic: Option<String>,
    /// The function that answers; `None` when it is no named function.
    pub handler: Option<SymbolPath>,
    /// The package that registers it; of a call of a gRPC service the one that generates its server.
    pub package: String,
    /// The target of that package.
    pub target: String,
    /// The `cfg`, `if` or `match` arm around the registration.
    pub condition: Option<String>,
    /// What the code is for.
    pub role: Role,
}

/// One use of something by code: who uses, where and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UseRow {
    /// The file.
    pub file: RepoPath,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The module that uses, inline modules included.
    pub from: SymbolPath,
    /// In which way.
    pub kind: DependencyKind,
    /// What the code is for.
    pub role: Role,
    /// The package that uses.
    pub package: String,
    /// The target of that package.
    pub target: String,
    /// The `cfg` that it is compiled under.
    pub condition: Option<String>,
}

/// One dependency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DependencyRow {
    /// The use.
    pub by: UseRow,
    /// The item that depends (the module itself for an import).
    pub from_item: SymbolPath,
    /// The item that is meant.
    pub to: SymbolPath,
    /// The module that defines it.
    pub to_module: SymbolPath,
    /// The path as written, made absolute.
    pub named: String,
}

/// One use of an external crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExternalRow {
    /// The use.
    pub by: UseRow,
    /// The symbol, the crate's own name first.
    pub to: String,
}

/// One line of a manifest: what a package says it needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ManifestRow {
    /// The manifest.
    pub file: RepoPath,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The package that needs it.
    pub package: String,
    /// The crate of that package.
    pub from: SymbolPath,
    /// The crate that is needed.
    pub to: String,
    /// The package of the repository that it is; `None` for one from elsewhere.
    pub to_package: Option<String>,
    /// The name that the line gives it in code.
    pub named: String,
    /// What it is needed for.
    pub role: Role,
    /// The platform, and `optional`.
    pub condition: Option<String>,
}

/// One place that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnjudgedRow {
    /// The file.
    pub file: RepoPath,
    /// The line, from 1; 0 for the whole file.
    pub line: u32,
    /// Why.
    pub reason: Reason,
    /// What stands there, shortened.
    pub text: String,
}
