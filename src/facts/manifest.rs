//! `Cargo.toml` → packages, targets and dependencies, as written.

use serde::{Deserialize, Serialize};

use crate::basis::Site;

/// What one `Cargo.toml` says. Paths are as written, relative to the file's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `[package]`; `None` for a virtual workspace.
    pub package: Option<Package>,
    /// `[dependencies]` and its kin, target tables included.
    pub dependencies: Vec<DependencyLine>,
    /// `[workspace]`.
    pub workspace: Option<Workspace>,
    /// `[patch.…]`: what is put in the place of dependencies from outside.
    pub patches: Vec<Patch>,
    /// Why the file could not be read as TOML, with the line (from 1) it was noticed in; line 0 when there is no text.
    pub unreadable: Option<(u32, Box<str>)>,
}

impl Manifest {
    /// Whether some line brings in a crate with `word` in its name.
    pub fn brings_in(&self, word: &str) -> bool {
        let shared = self.workspace.iter().flat_map(|workspace| &workspace.dependencies);
        let mut lines = self.dependencies.iter().chain(shared);
        let names = |line: &DependencyLine| {
            std::iter::once(&line.key).chain(&line.package).any(|name| name.contains(word))
        };
        lines.any(names)
    }
}

/// `[package]` and the targets of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// `name`, as written (with `-`).
    pub name: Box<str>,
    /// `edition`; `None` when it is inherited (`edition.workspace = true`); 2015 when there is no such key.
    pub edition: Option<u16>,
    /// `workspace = "…"`: the folder of the manifest of the workspace, where that is said.
    pub workspace: Option<Box<str>>,
    /// `[lib]`, with or without the key; `path` is `None` where Cargo's convention decides.
    pub library: Option<Target>,
    /// `[[bin]]`, `[[example]]`, `[[test]]`, `[[bench]]` in order.
    pub targets: Vec<Target>,
    /// `autobins`, `autoexamples`, `autotests`, `autobenches`, in this order; `true` when not said.
    pub auto: [bool; 4],
    /// `build = "build.rs"`; `Some("")` for `build = false`; `None` where Cargo's convention decides.
    pub build: Option<Box<str>>,
    /// The features that `default` turns on, closed over `[features]`.
    pub default_features: Vec<Box<str>>,
}

/// A declared target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// `name`, as written; `None` for a `[lib]` without one.
    pub name: Option<Box<str>>,
    /// `path`, as written.
    pub path: Option<Box<str>>,
    /// `proc-macro = true`.
    pub proc_macro: bool,
}

/// What a target is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TargetKind {
    /// The library.
    #[default]
    Library,
    /// A binary.
    Binary,
    /// An example.
    Example,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
    /// The build script.
    Build,
}

/// In which table a dependency stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Section {
    /// `[dependencies]`.
    #[default]
    Normal,
    /// `[dev-dependencies]`.
    Dev,
    /// `[build-dependencies]`.
    Build,
}

/// One dependency as a manifest writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DependencyLine {
    /// The key: the name that code uses (with `-`).
    pub key: Box<str>,
    /// `package = "…"`: the real name when the dependency is renamed.
    pub package: Option<Box<str>>,
    /// `path = "…"`.
    pub path: Option<Box<str>>,
    /// `git = "…"`.
    pub git: Option<Box<str>>,
    /// The version requirement as written.
    pub version: Option<Box<str>>,
    /// `workspace = true`: the rest stands in the workspace's manifest.
    pub workspace: bool,
    /// `optional = true`.
    pub optional: bool,
    /// The table.
    pub section: Section,
    /// `[target.'cfg(…)'.…]`: the text between the quotes.
    pub platform: Option<Box<str>>,
    /// The key and its value.
    pub site: Site,
}

/// A line of `[patch.…]`. Only the manifest of the workspace is asked for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// What it replaces packages of: `crates-io`, the name of a registry, or an address.
    pub of: Box<str>,
    /// The package, and what takes its place.
    pub line: DependencyLine,
}

/// `[workspace]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// `members`, as written (globs included).
    pub members: Vec<Box<str>>,
    /// `exclude`, as written.
    pub exclude: Vec<Box<str>>,
    /// `[workspace.dependencies]`.
    pub dependencies: Vec<DependencyLine>,
    /// `[workspace.package] edition`.
    pub edition: Option<u16>,
}
