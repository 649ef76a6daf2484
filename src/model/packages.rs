//! `Cargo.toml` files of a tree → packages, their targets, and what the names of their dependencies mean.
//!
//! Cargo's conventions for targets are followed (the Cargo book, *Project Layout*); no build script, feature resolution or
//! lock file is read. A dependency with a `path` inside the tree is a package of the repository, any other is external.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::Source;
use crate::basis::{Below, RepoPath, Role, Site};
use crate::facts::manifest::{DependencyLine, Manifest, Patch, Section, Target as Declared, TargetKind};

/// Index of a package among those of its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId(pub u32);

/// A target of a package: what Rust calls a crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrateId {
    /// The package.
    pub package: PackageId,
    /// Index into [`Package::targets`].
    pub target: u32,
}

/// A package of the repository.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its `Cargo.toml`.
    pub manifest: RepoPath,
    /// The name as written.
    pub name: String,
    /// The name as code writes it: `-` replaced by `_`.
    pub ident: String,
    /// The edition, inherited ones resolved.
    pub edition: u16,
    /// Its targets: the library first, then binaries, examples, tests, benchmarks, the build script.
    pub targets: Vec<Target>,
    /// Features that are on by default.
    pub default_features: Vec<Box<str>>,
    /// What it may name besides itself, by the name that code uses; a name can stand in several sections.
    pub uses: Vec<Uses>,
}

impl Package {
    /// The name of its library; of the package, where it has none.
    pub fn crate_name(&self) -> &str {
        let library = self.targets.first().filter(|target| target.kind == TargetKind::Library);
        library.map_or(&self.ident, |library| &library.name)
    }
}

/// A target of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// The crate's name, `-` replaced by `_`.
    pub name: String,
    /// The file of its root module.
    pub root: RepoPath,
}

impl Target {
    /// What the target's code is for.
    pub fn role(&self) -> Role {
        match self.kind {
            TargetKind::Library | TargetKind::Binary => Role::Production,
            TargetKind::Example => Role::Example,
            TargetKind::Test => Role::Test,
            TargetKind::Bench => Role::Bench,
            TargetKind::Build => Role::Build,
        }
    }
}

/// One dependency of a package.
#[derive(Clone, Debug)]
pub struct Uses {
    /// The name that code uses.
    pub name: String,
    /// The crate's own name, `-` replaced by `_`.
    pub crate_name: String,
    /// The folder of the package when it is one of the repository.
    pub folder: Option<Vec<u8>>,
    /// The table it stands in.
    pub section: Section,
    /// Whether it is optional.
    pub optional: bool,
    /// The platform it is for, as written: a `cfg(…)` or the name of a target.
    pub platform: Option<Box<str>>,
    /// The line in the package's manifest.
    pub site: Site,
}

impl Uses {
    /// What the code is for that it serves.
    pub fn role(&self) -> Role {
        match self.section {
            Section::Normal => Role::Production,
            Section::Dev => Role::Test,
            Section::Build => Role::Build,
        }
    }
}

/// The packages of one tree, found on demand.
#[derive(Default)]
pub(super) struct Packages {
    list: RefCell<Vec<Rc<Package>>>,
    by_folder: RefCell<FxHashMap<Vec<u8>, Option<PackageId>>>,
    all: RefCell<Option<Rc<Vec<PackageId>>>>,
}

impl Packages {
    pub(super) fn get(&self, id: PackageId) -> Rc<Package> {
        self.list.borrow()[id.0 as usize].clone()
    }

    /// The package with this number, where there is one.
    pub(super) fn known(&self, id: PackageId) -> Option<Rc<Package>> {
        self.list.borrow().get(id.0 as usize).cloned()
    }

    /// The package whose manifest lies in `folder` itself.
    pub(super) fn at(&self, source: &dyn Source, folder: &[u8]) -> Option<PackageId> {
        if let Some(known) = self.by_folder.borrow().get(folder) {
            return *known;
        }
        let path = manifest_path(folder);
        let package = source.manifest(&path).and_then(|manifest| read_package(source, folder, &manifest));
        let id = package.map(|package| {
            let mut list = self.list.borrow_mut();
            list.push(Rc::new(package));
            PackageId(u32::try_from(list.len() - 1).unwrap_or(u32::MAX))
        });
        self.by_folder.borrow_mut().insert(folder.to_vec(), id);
        id
    }

    /// The package that the file at `path` belongs to: the one of the nearest folder at or above it.
    pub(super) fn of_file(&self, source: &dyn Source, path: &RepoPath) -> Option<PackageId> {
        let mut folder = path.folder();
        loop {
            if let Some(id) = self.at(source, folder) {
                return Some(id);
            }
            if folder.is_empty() {
                return None;
            }
            folder = parent(folder);
        }
    }

    /// The manifest that decides about the file at `path`, the nearest at or above it, where that cannot be read.
    pub(super) fn unreadable(source: &dyn Source, path: &RepoPath) -> Option<RepoPath> {
        let mut folder = path.folder();
        loop {
            let manifest = manifest_path(folder);
            if let Some(read) = source.manifest(&manifest) {
                return read.unreadable.is_some().then_some(manifest);
            }
            if folder.is_empty() {
                return None;
            }
            folder = parent(folder);
        }
    }

    /// Every package of the tree, in the order of their manifests' paths.
    pub(super) fn all(&self, source: &dyn Source) -> Rc<Vec<PackageId>> {
        if let Some(all) = &*self.all.borrow() {
            return all.clone();
        }
        let manifests = source.manifests().into_iter();
        let all: Rc<Vec<_>> = Rc::new(manifests.filter_map(|path| self.at(source, path.folder())).collect());
        *self.all.borrow_mut() = Some(all.clone());
        all
    }
}

fn manifest_path(folder: &[u8]) -> RepoPath {
    join(folder, b"Cargo.toml")
}

/// `folder/name`, or `name` at the root.
pub(super) fn join(folder: &[u8], name: &[u8]) -> RepoPath {
    if folder.is_empty() { RepoPath::new(name) } else { RepoPath::new([folder, name].join(&b'/')) }
}

/// The folder above `folder`; the root's is the root.
pub(super) fn parent(folder: &[u8]) -> &[u8] {
    folder.iter().rposition(|byte| *byte == b'/').map_or(&[], |at| &folder[..at])
}

fn ident(name: &str) -> String {
    name.replace('-', "_")
}

fn read_package(source: &dyn Source, folder: &[u8], manifest: &Manifest) -> Option<Package> {
    let declared = manifest.package.as_ref()?;
    let workspace = workspace_of(source, folder, manifest);
    let edition =
        declared.edition.or_else(|| workspace.as_ref()?.1.workspace.as_ref()?.edition).unwrap_or(2015);
    let name = declared.name.to_string();
    let mut package = Package {
        manifest: manifest_path(folder),
        ident: ident(&name),
        name,
        edition,
        targets: Vec::new(),
        default_features: declared.default_features.clone(),
        uses: uses(source, folder, manifest, workspace.as_ref()),
    };
    package.targets = targets(source, folder, manifest, &package.ident);
    Some(package)
}

/// The workspace that the package in `folder` belongs to: the one that it names, else its own manifest or the nearest one above
/// that has the table.
fn workspace_of(source: &dyn Source, folder: &[u8], own: &Manifest) -> Option<(Vec<u8>, Rc<Manifest>)> {
    if own.workspace.is_some() {
        return Some((folder.to_vec(), Rc::new(own.clone())));
    }
    let at = |folder: &[u8]| {
        let manifest = source.manifest(&manifest_path(folder))?;
        manifest.workspace.is_some().then(|| (folder.to_vec(), Rc::new((*manifest).clone())))
    };
    if let Some(named) = own.package.as_ref().and_then(|package| package.workspace.as_deref()) {
        return at(RepoPath::resolve(folder, named)?.as_bytes());
    }
    let mut above = folder;
    while !above.is_empty() {
        above = parent(above);
        if let Some(found) = at(above) {
            return Some(found);
        }
    }
    None
}

fn uses(
    source: &dyn Source,
    folder: &[u8],
    manifest: &Manifest,
    workspace: Option<&(Vec<u8>, Rc<Manifest>)>,
) -> Vec<Uses> {
    let (root, of_root) = workspace.map_or((folder, manifest), |(folder, manifest)| (folder, &**manifest));
    let shared: BTreeMap<&str, &DependencyLine> = of_root
        .workspace
        .iter()
        .flat_map(|workspace| &workspace.dependencies)
        .map(|line| (&*line.key, line))
        .collect();
    let resolve = |line: &DependencyLine| {
        let inherited = if line.workspace { shared.get(&*line.key).copied() } else { None };
        let (from, said) = inherited.map_or((folder, line), |shared| (root, shared));
        let target = match &said.path {
            Some(path) => RepoPath::resolve(from, path),
            None => patched(of_root, said).and_then(|path| RepoPath::resolve(root, path)),
        };
        let target = target.map(|path| path.as_bytes().to_vec());
        let library = target.as_deref().and_then(|folder| library_name(source, folder));
        let crate_name = library.clone().unwrap_or_else(|| ident(package_name(said)));
        let named = said.package.is_some() || library.is_none();
        let name = if named { ident(&line.key) } else { crate_name.clone() };
        let folder = target.filter(|_| library.is_some());
        let (section, optional, platform) = (line.section, line.optional, line.platform.clone());
        Uses { name, crate_name, folder, section, optional, platform, site: line.site }
    };
    manifest.dependencies.iter().map(resolve).collect()
}

/// The path that a patch of the workspace puts in the place of a package from outside.
fn patched<'m>(of_root: &'m Manifest, said: &DependencyLine) -> Option<&'m str> {
    let is_meant = |patch: &&Patch| {
        let of = said.git.as_deref().unwrap_or("crates-io");
        *patch.of == *of && package_name(&patch.line) == package_name(said)
    };
    of_root.patches.iter().find(is_meant)?.line.path.as_deref()
}

/// The name of the package that a line means.
fn package_name(line: &DependencyLine) -> &str {
    line.package.as_deref().unwrap_or(&line.key)
}

/// The crate name of the library in the package at `folder`; `None` when there is no such package.
fn library_name(source: &dyn Source, folder: &[u8]) -> Option<String> {
    let manifest = source.manifest(&manifest_path(folder))?;
    let package = manifest.package.as_ref()?;
    let declared = package.library.as_ref().and_then(|library| library.name.as_deref());
    Some(ident(declared.unwrap_or(&package.name)))
}

fn targets(source: &dyn Source, folder: &[u8], manifest: &Manifest, ident_of_package: &str) -> Vec<Target> {
    let Some(package) = &manifest.package else { return Vec::new() };
    let mut found = Vec::new();
    let mut add = |kind: TargetKind, name: String, root: Option<RepoPath>| {
        if let Some(root) = root.filter(|root| source.exists(root))
            && !found.iter().any(|known: &Target| known.kind == kind && known.root == root)
        {
            found.push(Target { kind, name, root });
        }
    };
    let at = |relative: &str| RepoPath::resolve(folder, relative);
    let library = package.library.clone().unwrap_or_default();
    let library_name = library.name.as_deref().map_or_else(|| ident_of_package.to_owned(), ident);
    add(TargetKind::Library, library_name, at(library.path.as_deref().unwrap_or("src/lib.rs")));
    for target in &package.targets {
        let name = ident(target.name.as_deref().unwrap_or(ident_of_package));
        let roots = declared_roots(target, &package.name);
        let root = roots.iter().filter_map(|root| at(root)).find(|root| source.exists(root));
        add(target.kind, name, root);
    }
    if package.auto[0] {
        add(TargetKind::Binary, ident_of_package.to_owned(), at("src/main.rs"));
    }
    let folders = [
        (TargetKind::Binary, "src/bin", package.auto[0]),
        (TargetKind::Example, "examples", package.auto[1]),
        (TargetKind::Test, "tests", package.auto[2]),
        (TargetKind::Bench, "benches", package.auto[3]),
    ];
    for (kind, relative, auto) in folders {
        for (name, root) in discovered(source, folder, relative, auto) {
            add(kind, ident(&name), Some(root));
        }
    }
    if package.build.as_deref() != Some("") {
        add(
            TargetKind::Build,
            "build_script_build".to_owned(),
            at(package.build.as_deref().unwrap_or("build.rs")),
        );
    }
    found.sort_by_key(|target| target.kind);
    found
}

fn declared_roots(target: &Declared, package: &str) -> Vec<String> {
    if let Some(path) = &target.path {
        return vec![path.to_string()];
    }
    let name = target.name.as_deref().unwrap_or(package);
    let folder = match target.kind {
        TargetKind::Library => "src",
        TargetKind::Binary => "src/bin",
        TargetKind::Example => "examples",
        TargetKind::Test => "tests",
        TargetKind::Bench => "benches",
        TargetKind::Build => "",
    };
    let mut roots = vec![format!("{folder}/{name}.rs"), format!("{folder}/{name}/main.rs")];
    if target.kind == TargetKind::Binary {
        roots.push("src/main.rs".to_owned());
    }
    roots
}

/// `folder/*.rs` and `folder/*/main.rs`, with the names of the targets that they are.
fn discovered(source: &dyn Source, package: &[u8], relative: &str, auto: bool) -> Vec<(String, RepoPath)> {
    let Some(folder) = RepoPath::resolve(package, relative).filter(|_| auto) else { return Vec::new() };
    let mut found = Vec::new();
    for path in source.list(folder.as_bytes(), Below::Near) {
        let Some(inside) = path.as_str().and_then(|path| path.get(folder.as_bytes().len() + 1..)) else {
            continue;
        };
        let name = match inside.split_once('/') {
            None => inside.strip_suffix(".rs"),
            Some((name, "main.rs")) => Some(name),
            Some(_) => None,
        };
        if let Some(name) = name {
            found.push((name.to_owned(), path));
        }
    }
    found
}
