//! A file of the tree → the modules that it is.
//!
//! First by convention, from the file upwards: only the files that could declare it are read. Where that fails (`#[path]`, a
//! `mod` inside an inline module), or the root of one of the package's crates names a file of that name, the module trees of the
//! package are walked. What another package takes up by `#[path]` is found by those who walk all packages.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::packages::{CrateId, PackageId, parent};
use super::tree::{ModuleRef, World};
use crate::basis::RepoPath;
use crate::facts::manifest::TargetKind;

/// The modules that begin each file of a package.
pub type ModulesByFile = BTreeMap<RepoPath, Vec<ModuleRef>>;

impl World<'_> {
    /// The modules whose file is `path`, the root scope of it; several when several targets include it. Empty when no target
    /// of a package does.
    pub fn locate(&self, path: &RepoPath) -> Vec<ModuleRef> {
        let Some(package) = self.package_of(path) else { return Vec::new() };
        if self.walks.borrow().contains_key(&package) {
            return self.walked(package, path);
        }
        if let Some(known) = self.located.borrow().get(path) {
            return known.clone();
        }
        let found = self.by_convention(package, path, 0);
        if found.is_empty() {
            return self.walked(package, path);
        }
        self.located.borrow_mut().insert(path.clone(), found.clone());
        found
    }

    /// The modules whose file is `path` that somebody asks about: of the package whose code is read, or of the one it lies in.
    pub fn asked_of(&self, path: &RepoPath) -> Vec<ModuleRef> {
        self.at_home(path).unwrap_or_else(|| self.locate(path))
    }

    /// The modules whose file is `path`, of the package that it lies in and of the one whose code is read.
    pub(super) fn known_of(&self, path: &RepoPath) -> Vec<ModuleRef> {
        let mut found = self.locate(path);
        for module in self.at_home(path).into_iter().flatten() {
            if !found.contains(&module) {
                found.push(module);
            }
        }
        found
    }

    fn at_home(&self, path: &RepoPath) -> Option<Vec<ModuleRef>> {
        let home = self.package_in(self.home()?.folder())?;
        Some(self.walked(home, path))
    }

    fn walked(&self, package: PackageId, path: &RepoPath) -> Vec<ModuleRef> {
        self.walk(package).get(path).cloned().unwrap_or_default()
    }

    /// All modules of a package that begin a file, by file. From then on [`World::locate`] answers from here.
    pub fn walk(&self, package: PackageId) -> Rc<ModulesByFile> {
        if let Some(known) = self.walks.borrow().get(&package) {
            return known.clone();
        }
        let mut files = ModulesByFile::default();
        let targets = self.package(package).targets.len();
        for target in (0..).take(targets) {
            for module in self.walk_crate(CrateId { package, target }) {
                let data = self.module(module);
                if let Some(file) = data.file.filter(|_| data.scope.0 == 0) {
                    files.entry(self.path(file)).or_default().push(module);
                }
            }
        }
        let files = Rc::new(files);
        self.walks.borrow_mut().insert(package, files.clone());
        files
    }

    /// Every module of a crate, parents before children.
    pub fn walk_crate(&self, id: CrateId) -> Vec<ModuleRef> {
        let mut found = Vec::new();
        let mut open = vec![self.root(id)];
        while let Some(module) = open.pop() {
            found.push(module);
            for name in self.child_names(module).iter().rev() {
                open.extend(self.children(module, name).iter().rev());
            }
            open.extend(self.parts_of(module));
        }
        found
    }

    fn by_convention(&self, package: PackageId, path: &RepoPath, depth: u32) -> Vec<ModuleRef> {
        // A path of git has at most a few dozen components; beyond that somebody plays games.
        const MAX_DEPTH: u32 = 128;
        let mut found = Vec::new();
        if depth > MAX_DEPTH {
            return found;
        }
        if self.is_brought(package, path) {
            return self.walked(package, path);
        }
        for (target, declared) in (0..).zip(&self.package(package).targets) {
            if declared.root == *path {
                found.push(self.root(CrateId { package, target }));
            }
        }
        // What is no identifier no module is called.
        let Some((name, folder)) = own_name(path).filter(|(name, _)| !name.contains('-')) else {
            return found;
        };
        for above in self.parents(package, folder) {
            if above == *path || !self.declares(&above, name) {
                continue;
            }
            for module in self.by_convention(package, &above, depth + 1) {
                let children = self.children(module, name);
                found.extend(children.iter().filter(|child| {
                    let file = self.module(**child).file;
                    file.is_some_and(|file| self.path(file) == *path)
                }));
            }
        }
        found
    }

    /// Whether the root of a crate that is no test, bench or example brings in a file of that name. Nobody brings in a root.
    fn is_brought(&self, package: PackageId, path: &RepoPath) -> bool {
        let Ok(name) = std::str::from_utf8(path.file_name()) else { return true };
        let package = self.package(package);
        if package.targets.iter().any(|target| target.root == *path) {
            return false;
        }
        let mut roots = package.targets.iter().filter(|target| match target.kind {
            TargetKind::Library | TargetKind::Binary | TargetKind::Build => true,
            TargetKind::Example | TargetKind::Test | TargetKind::Bench => false,
        });
        roots.any(|target| self.source.may_bring(&target.root, name))
    }

    /// The files that can declare a module whose file lies in `folder`, by convention.
    fn parents(&self, package: PackageId, folder: &[u8]) -> Vec<RepoPath> {
        let mut files = vec![super::packages::join(folder, b"mod.rs")];
        if !folder.is_empty() {
            files.push(RepoPath::new([folder, b".rs"].concat()));
        }
        let package = self.package(package);
        files.extend(
            package.targets.iter().map(|target| target.root.clone()).filter(|root| root.folder() == folder),
        );
        files.retain(|file| self.source.exists(file));
        files.dedup();
        files
    }

    fn declares(&self, file: &RepoPath, name: &str) -> bool {
        let Some(id) = self.load(file).filter(|_| self.source.may_declare(file, name)) else { return false };
        self.facts(id).modules.iter().any(|declared| &*declared.name == name && declared.path.is_none())
    }
}

/// The name of the module that a file is by convention, and the folder that its parent's children lie in.
fn own_name(path: &RepoPath) -> Option<(&str, &[u8])> {
    if path.file_name() == b"mod.rs" {
        let folder = path.folder();
        let name = &folder[folder.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1)..];
        return Some((std::str::from_utf8(name).ok().filter(|name| !name.is_empty())?, parent(folder)));
    }
    let name = std::str::from_utf8(path.file_name()).ok()?.strip_suffix(".rs")?;
    Some((name, path.folder()))
}
