//! The model floor: facts of many files → what the code means: packages, module trees, resolved names, dependencies.
//!
//! Everything is asked for on demand. A question about one file reads that file, the files that declare the modules above it,
//! and the files that its paths lead through, and no others; the caller hands facts over through [`Source`]. Nothing is
//! judged here, and nothing is opened.

mod annotations;
mod asked;
mod crates;
mod declared;
mod dependencies;
mod exchange;
mod expand;
mod extracted;
mod file;
mod focus;
mod globs;
mod handed;
mod inherited;
mod interest;
mod locate;
mod members;
mod memo;
mod names;
mod out_of_sight;
mod packages;
mod parts;
mod resolve;
mod routers;
pub mod routes;
mod scopes;
mod services;
mod told;
mod tree;
mod visible;
pub mod wire;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::basis::{Below, RepoPath};
use crate::facts::manifest::Manifest;
use crate::facts::proto::Proto;
use crate::facts::rust::expand::{Call, Expansion, Text, Work};
use crate::facts::{Declarations, FileFacts};

pub use annotations::Annotation;
pub use exchange::{Exchanges, Wrappers};
pub use expand::{OpaqueCall, Through};
pub use extracted::{Also, BehindGlob, Dependency, ExternalUse, Extracted, HandedOn, Unresolved, User};
pub use focus::Focus;
pub use interest::Interest;
pub use locate::ModulesByFile;
pub use members::member_of;
pub use packages::{CrateId, Package, PackageId, Target as CrateTarget, Uses as PackageUse};
pub use resolve::{Def, Namespace, Resolution};
pub use routers::{Entry, Routers, RoutersFound};
pub use tree::{Extent, FileId, Module, ModuleRef, PartOf, World};

/// Where the model gets facts from; one side of a change.
///
/// Implementations remember what they were asked: the model asks for the same file many times.
pub trait Source {
    /// Whether the tree has a regular file at `path`.
    fn exists(&self, path: &RepoPath) -> bool;
    /// What the Rust file at `path` says; `None` when there is no such file.
    fn facts(&self, path: &RepoPath) -> Option<Arc<FileFacts>>;
    /// What names the Rust file at `path` declares and hands on; bodies may be left out. `None` when there is no such file.
    fn outline(&self, path: &RepoPath) -> Option<Arc<FileFacts>>;
    /// What the Rust file at `path` declares about values that go over the wire; `None` when there is no such file.
    fn declarations(&self, path: &RepoPath) -> Option<Arc<Declarations>>;
    /// What the `Cargo.toml` at `path` says; `None` when there is no such file.
    fn manifest(&self, path: &RepoPath) -> Option<Arc<Manifest>>;
    /// Whether the text of the file at `path` may hold `word`; asked before the facts of a file are read that may not matter.
    /// `true` for a file whose facts are known.
    fn mentions(&self, path: &RepoPath, word: &str) -> bool;
    /// Whether the text of the file at `path` may define the macro `name`; asked before the facts of a file are read that may not
    /// matter. `true` for a file whose facts are known.
    fn may_define(&self, path: &RepoPath, name: &str) -> bool;
    /// Whether the file at `path` may declare the module `name` for other files.
    fn may_declare(&self, path: &RepoPath, name: &str) -> bool;
    /// Whether the file at `path` may bring in, by `include!` or `#[path = …]`, a file of the name `file_name`.
    fn may_bring(&self, path: &RepoPath, file_name: &str) -> bool;
    /// Whether one of `words` stands in the text of the file at `path` as a word of its own.
    fn holds_any(&self, path: &RepoPath, words: &BTreeSet<&str>) -> bool;
    /// The source files that may register routes, or compute something that routes are made of, in order.
    fn registering(&self) -> Vec<RepoPath>;
    /// The source files that may hold attributes that document endpoints, in order.
    fn documenting(&self) -> Vec<RepoPath>;
    /// The source files that may hold an `impl` in which a type says what it is to a web framework, in order.
    fn implementing(&self) -> Vec<RepoPath>;
    /// The `.proto` files of the tree, in order.
    fn protos(&self) -> Vec<RepoPath> {
        self.list(b"", Below::All).into_iter().filter(|path| path.has_extension("proto")).collect()
    }
    /// What the `.proto` file at `path` says; `None` when there is no such file.
    fn proto(&self, path: &RepoPath) -> Option<Arc<Proto>>;
    /// What a call of a macro is replaced by; it takes from `work` what making it takes, also where it was made before.
    fn expansion(&self, call: &Call<'_>, work: &mut Work) -> Option<Arc<Expansion>> {
        call.expand(work).map(Arc::new)
    }
    /// What the text of an expansion declares about values that go over the wire.
    fn declared(&self, text: &Text) -> Arc<Declarations> {
        text.declarations().into()
    }
    /// The manifests of the tree, in order.
    fn manifests(&self) -> Vec<RepoPath> {
        self.list(b"", Below::All).into_iter().filter(|path| path.file_name() == b"Cargo.toml").collect()
    }
    /// The regular files below `folder` (`""` is the root), in order.
    fn list(&self, folder: &[u8], below: Below) -> Vec<RepoPath>;
}
