//! Files and manifests → the module trees of crates, one module at a time.
//!
//! A module is made when somebody asks for it by name from its parent. Where a `mod x;` stands under several conditions there
//! are several modules of one name, and all of them count. Where its file does not exist the module is there, empty and
//! marked absent: generated code ends up in it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::expand::{Expansions, Made, ROUNDS};
use super::file::File;
use super::interest::Interest;
use super::locate::ModulesByFile;
use super::memo::Memo;
use super::names::{Binding, Names};
use super::packages::{CrateId, Package, PackageId, Packages, Target, join};
use super::{Source, packages};
use crate::basis::{RepoPath, Role, SymbolPath};
use crate::facts::{CfgId, FileFacts, ItemId, ModDecl, ScopeId, ScopeKind, TestMark, Visibility};

/// Index of a file in a [`World`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Index of a module in a [`World`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleRef(pub u32);

/// A module of a crate.
#[derive(Debug)]
pub struct Module {
    /// The crate it belongs to.
    pub in_crate: CrateId,
    /// The module around it; `None` for the root.
    pub parent: Option<ModuleRef>,
    /// The full path, the crate's name first.
    pub path: SymbolPath,
    /// The file it is written in; `None` when the file does not exist.
    pub file: Option<FileId>,
    /// The file that a `mod x;` asks for and that does not exist, as written where it lies outside the tree; `None` for every
    /// module that is there.
    pub missing: Option<RepoPath>,
    /// Its scope in that file.
    pub scope: ScopeId,
    /// What its code is for: the crate's role, or test when a condition above it says so.
    pub role: Role,
    /// Who may name it.
    pub visibility: Visibility,
    /// The conditions above the file that it is written in, as written and joined with ` and `; empty for "always".
    pub condition: Rc<str>,
    /// For a file that `include!` brings: where it does. `None` for all others.
    pub part_of: Option<PartOf>,
    /// The folder in which the files of its `mod x;` lie.
    pub(super) folder: Vec<u8>,
    /// The folder from which a `#[path]` in it counts.
    pub(super) path_folder: Vec<u8>,
}

/// The place that an `include!` brings a file to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartOf {
    /// The module around it; it may be a part itself.
    pub module: ModuleRef,
    /// The scope that it stands in.
    pub scope: ScopeId,
    /// The `include!`, by its index in the facts of that module's file.
    pub include: u32,
}

/// Modules by parent and name.
type Children = FxHashMap<(ModuleRef, Box<str>), Rc<[ModuleRef]>>;

/// What stands in a module by `include!`, by module and scope.
type Parts = FxHashMap<(ModuleRef, ScopeId), Rc<[ModuleRef]>>;

/// Which part of a tree somebody asks about who reads all of it.
#[derive(Clone, Debug, Default)]
pub struct Extent {
    /// Files of which nobody asks more than what they declare and hand on.
    pub aside: Arc<FxHashSet<RepoPath>>,
    /// The manifest of the package whose modules are asked about. `None` for all packages.
    pub home: Option<RepoPath>,
    /// Whether only names are wanted of what lies in the folders of other packages.
    pub names_beyond: bool,
}

/// Of which files everything is read, and not only what they declare and hand on.
enum Whole {
    All,
    Only(FxHashSet<RepoPath>),
    Within(Extent),
}

impl Whole {
    fn has(&self, file: &RepoPath) -> bool {
        match self {
            Self::All => true,
            Self::Only(files) => files.contains(file),
            Self::Within(extent) => !extent.aside.contains(file),
        }
    }
}

/// One side of a change, as far as somebody has asked about it.
pub struct World<'s> {
    pub(super) source: &'s dyn Source,
    /// What somebody asks about; `None` for all code.
    pub(super) interest: Option<Rc<Interest>>,
    whole: Rc<Whole>,
    pub(super) packages: Rc<Packages>,
    /// The world that is asked what the macros mean that are called here; `None` where nothing is expanded.
    below: Option<Box<World<'s>>>,
    /// Whether it is such a world itself, asked for nothing but macros.
    pub(super) is_below: bool,
    pub(super) expansions: Expansions,
    files: RefCell<Vec<Rc<File>>>,
    files_by_path: RefCell<FxHashMap<RepoPath, Option<FileId>>>,
    modules: RefCell<Vec<Rc<Module>>>,
    roots: RefCell<FxHashMap<CrateId, ModuleRef>>,
    children: RefCell<Children>,
    pub(super) parts: RefCell<Parts>,
    pub(super) in_bodies: RefCell<FxHashMap<(ModuleRef, ItemId), ModuleRef>>,
    /// The modules that begin a file, as far as the files around it say so.
    pub(super) located: RefCell<FxHashMap<RepoPath, Vec<ModuleRef>>>,
    pub(super) walks: RefCell<FxHashMap<PackageId, Rc<ModulesByFile>>>,
    pub(super) memo: Memo,
}

impl<'s> World<'s> {
    /// A world that asks `source`; nothing is read yet. Files are read whole.
    pub fn new(source: &'s dyn Source) -> Self {
        Self::with(source, Whole::All)
    }

    /// A world for somebody who asks about that part of the tree.
    pub fn within(source: &'s dyn Source, extent: &Extent) -> Self {
        Self::with(source, Whole::Within(extent.clone()))
    }

    /// A world in which only the files of `whole` are read whole, and of the others only what they declare and hand on.
    pub fn around(source: &'s dyn Source, whole: impl IntoIterator<Item = RepoPath>) -> Self {
        Self::with(source, Whole::Only(whole.into_iter().collect()))
    }

    /// Whether somebody asks what the bodies in a file use.
    pub fn reads_bodies(&self, path: &RepoPath) -> bool {
        let Whole::Within(Extent { home: Some(home), names_beyond: true, .. }) = &*self.whole else {
            return true;
        };
        self.package_of(path).is_some_and(|package| self.package(package).manifest == *home)
    }

    /// The manifest of the package whose modules are asked about, if it is one.
    pub(super) fn home(&self) -> Option<&RepoPath> {
        match &*self.whole {
            Whole::Within(extent) => extent.home.as_ref(),
            Whole::All | Whole::Only(_) => None,
        }
    }

    fn with(source: &'s dyn Source, whole: Whole) -> Self {
        let whole = Rc::new(whole);
        let (packages, expansions) = (Rc::default(), Expansions::default());
        let mut world = None;
        for _ in 0..ROUNDS {
            let above = Self::over(world, source, whole.clone(), (&packages, &expansions));
            world = Some(Box::new(Self { is_below: true, ..above }));
        }
        Self::over(world, source, whole, (&packages, &expansions))
    }

    /// A world that asks `below` what macros mean.
    fn over(
        below: Option<Box<Self>>,
        source: &'s dyn Source,
        whole: Rc<Whole>,
        (packages, expansions): (&Rc<Packages>, &Expansions),
    ) -> Self {
        Self {
            source,
            interest: None,
            whole,
            packages: Rc::clone(packages),
            below,
            is_below: false,
            expansions: Rc::clone(expansions),
            files: RefCell::default(),
            files_by_path: RefCell::default(),
            modules: RefCell::default(),
            roots: RefCell::default(),
            children: RefCell::default(),
            parts: RefCell::default(),
            in_bodies: RefCell::default(),
            located: RefCell::default(),
            walks: RefCell::default(),
            memo: Memo::default(),
        }
    }

    /// The world that knows what macros mean that are called here; `None` where nothing is expanded.
    pub(super) fn below(&self) -> Option<&Self> {
        self.below.as_deref()
    }

    /// Every package of the tree.
    pub fn packages(&self) -> Rc<Vec<PackageId>> {
        self.packages.all(self.source)
    }

    /// A package.
    pub fn package(&self, id: PackageId) -> Rc<Package> {
        self.packages.get(id)
    }

    /// The package whose manifest lies in `folder` itself.
    pub fn package_in(&self, folder: &[u8]) -> Option<PackageId> {
        self.packages.at(self.source, folder)
    }

    /// The package that a file belongs to, if any.
    pub fn package_of(&self, path: &RepoPath) -> Option<PackageId> {
        self.packages.of_file(self.source, path)
    }

    /// The manifest that decides which crates a file is part of, where it cannot be read.
    pub fn unreadable_manifest(&self, path: &RepoPath) -> Option<RepoPath> {
        Packages::unreadable(self.source, path)
    }

    /// A target of a package.
    pub fn target(&self, id: CrateId) -> Target {
        self.package(id.package).targets[id.target as usize].clone()
    }

    /// A module.
    pub fn module(&self, id: ModuleRef) -> Rc<Module> {
        self.modules.borrow()[id.0 as usize].clone()
    }

    /// What the file of a module says; `None` for an absent module.
    pub fn facts_of(&self, id: ModuleRef) -> Option<Arc<FileFacts>> {
        self.module(id).file.map(|file| self.facts(file))
    }

    /// The path of a file.
    pub fn path(&self, id: FileId) -> RepoPath {
        self.file(id).path.clone()
    }

    pub(super) fn file(&self, id: FileId) -> Rc<File> {
        self.files.borrow()[id.0 as usize].clone()
    }

    /// What a file says, macros of the repository expanded; read when it is first asked for.
    pub fn facts(&self, id: FileId) -> Arc<FileFacts> {
        self.made(id).facts.clone()
    }

    /// What the file at `path` says, macros of the repository expanded; `None` when there is no such file.
    pub fn facts_at(&self, path: &RepoPath) -> Option<Arc<FileFacts>> {
        self.load(path).map(|file| self.facts(file))
    }

    /// What a file says, and who wrote what of it.
    pub(super) fn made(&self, id: FileId) -> Rc<Made> {
        let file = self.file(id);
        let made = file.made.get_or_init(|| {
            let facts = self.raw(&file.path).unwrap_or_else(|| Arc::new(FileFacts::unreadable(Vec::new())));
            Rc::new(self.expanded(&file.path, facts))
        });
        Rc::clone(made)
    }

    /// What the text of a file says, as far as it is read; `None` when there is no such file.
    pub(super) fn raw(&self, path: &RepoPath) -> Option<Arc<FileFacts>> {
        if self.reads_whole(path) { self.source.facts(path) } else { self.source.outline(path) }
    }

    /// Whether more of a file is read than what names it declares and hands on.
    pub(super) fn reads_whole(&self, path: &RepoPath) -> bool {
        self.whole.has(path)
    }

    pub(super) fn names(&self, id: FileId) -> Rc<Names> {
        self.file(id).names.get_or_init(|| Rc::new(Names::new(self.facts(id)))).clone()
    }

    /// Whether the file may declare or hand on `name`: asked before a file is read that may not matter.
    ///
    /// A name that a file declares stands in its text; one that it hands on without naming it comes through a glob, out of a
    /// macro, or from a file that it includes.
    pub(super) fn may_name(&self, id: FileId, name: &str) -> bool {
        let file = self.file(id);
        let mentions = |word| self.source.mentions(&file.path, word);
        file.made.get().is_some() || [name, "::*", "*}", "*,", "! {", "!{", "!("].into_iter().any(mentions)
    }

    pub(super) fn load(&self, path: &RepoPath) -> Option<FileId> {
        if let Some(known) = self.files_by_path.borrow().get(path) {
            return *known;
        }
        let id = self.source.exists(path).then(|| {
            let mut files = self.files.borrow_mut();
            files.push(Rc::new(File::new(path)));
            FileId(u32::try_from(files.len() - 1).unwrap_or(u32::MAX))
        });
        self.files_by_path.borrow_mut().insert(path.clone(), id);
        id
    }

    /// The root module of a crate.
    pub fn root(&self, id: CrateId) -> ModuleRef {
        if let Some(known) = self.roots.borrow().get(&id) {
            return *known;
        }
        let target = self.target(id);
        let folder = target.root.folder().to_vec();
        let root = self.add(Module {
            in_crate: id,
            parent: None,
            path: SymbolPath::new(&target.name),
            file: self.load(&target.root),
            missing: None,
            scope: ScopeId(0),
            role: target.role(),
            visibility: Visibility::Public,
            condition: "".into(),
            part_of: None,
            path_folder: folder.clone(),
            folder,
        });
        self.roots.borrow_mut().insert(id, root);
        root
    }

    /// The library of a package, if it has one.
    pub fn library(&self, id: PackageId) -> Option<CrateId> {
        let package = self.package(id);
        let library = package
            .targets
            .first()
            .filter(|target| target.kind == crate::facts::manifest::TargetKind::Library);
        library.map(|_| CrateId { package: id, target: 0 })
    }

    pub(super) fn add(&self, module: Module) -> ModuleRef {
        let mut modules = self.modules.borrow_mut();
        modules.push(Rc::new(module));
        ModuleRef(u32::try_from(modules.len() - 1).unwrap_or(u32::MAX))
    }

    /// The modules that `name` means as a child of `parent`: none, one, or one for each condition.
    pub fn children(&self, parent: ModuleRef, name: &str) -> Rc<[ModuleRef]> {
        if let Some(known) = self.children.borrow().get(&(parent, name.into())) {
            return known.clone();
        }
        let module = self.module(parent);
        let found: Rc<[ModuleRef]> = match module.file {
            None => Rc::new([]),
            Some(file) => {
                if !self.may_name(file, name) {
                    return Rc::new([]);
                }
                let (facts, names) = (self.facts(file), self.names(file));
                let bindings = names.named(module.scope, name).iter();
                let own = bindings.filter_map(|binding| self.child(parent, &module, &facts, binding.1));
                let parts = self.parts(parent, module.scope);
                own.chain(parts.iter().flat_map(|part| self.children(*part, name).to_vec())).collect()
            }
        };
        self.children.borrow_mut().insert((parent, name.into()), found.clone());
        found
    }

    /// The names of all children that `parent` declares, in source order, without repetition.
    pub fn child_names(&self, parent: ModuleRef) -> Vec<Box<str>> {
        let module = self.module(parent);
        let Some(facts) = self.facts_of(parent) else { return Vec::new() };
        let declared = facts.modules.iter().filter(|declared| declared.scope == module.scope);
        let inline = facts.items.iter().filter(|item| {
            item.kind == crate::facts::ItemKind::Module && item.scope == module.scope && item.parent.is_none()
        });
        let mut names: Vec<Box<str>> = Vec::new();
        for name in declared.map(|declared| &declared.name).chain(inline.map(|item| &item.name)) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    fn child(
        &self,
        parent: ModuleRef,
        module: &Module,
        facts: &FileFacts,
        binding: Binding,
    ) -> Option<ModuleRef> {
        match binding {
            Binding::Import(_) | Binding::Derive(_) => None,
            Binding::Declaration(id) => {
                Some(self.declared(parent, module, facts, &facts.modules[id as usize]))
            }
            Binding::Item(id) => self.inline(parent, module, facts, id),
        }
    }

    fn inline(&self, parent: ModuleRef, module: &Module, facts: &FileFacts, id: ItemId) -> Option<ModuleRef> {
        let scope = self.names(module.file?).scope_of(id)?;
        let item = &facts.items[id.0 as usize];
        // Over a module in place `#[path]` says in which folder its files lie.
        let said = item.attributes.iter().find(|attribute| &*attribute.path == "path");
        let said = said.and_then(|said| said.arguments.trim().strip_prefix('"')?.strip_suffix('"'));
        let folder = said.and_then(|said| RepoPath::resolve(&module.path_folder, said));
        let folder = folder.unwrap_or_else(|| join(&module.folder, item.name.as_bytes())).as_bytes().to_vec();
        Some(self.add(Module {
            in_crate: module.in_crate,
            parent: Some(parent),
            path: module.path.join(&item.name),
            file: module.file,
            missing: None,
            scope,
            role: self.role(module, facts, item.cfg),
            visibility: item.visibility.clone(),
            condition: module.condition.clone(),
            part_of: None,
            path_folder: folder.clone(),
            folder,
        }))
    }

    fn declared(
        &self,
        parent: ModuleRef,
        module: &Module,
        facts: &FileFacts,
        declared: &ModDecl,
    ) -> ModuleRef {
        let (path, owns_folder) = self.file_of(module, declared);
        let file = path.as_ref().and_then(|path| self.load(path));
        let missing = match &path {
            Some(path) => file.is_none().then(|| path.clone()),
            None => declared.path.as_deref().map(RepoPath::new),
        };
        // A file that is reached through itself would be a module without end.
        let file = file.filter(|file| !self.is_above(parent, *file));
        let (folder, path_folder) = match &path {
            Some(path) if owns_folder => (path.folder().to_vec(), path.folder().to_vec()),
            Some(path) => {
                (join(path.folder(), declared.name.as_bytes()).as_bytes().to_vec(), path.folder().to_vec())
            }
            None => (Vec::new(), Vec::new()),
        };
        self.add(Module {
            in_crate: module.in_crate,
            parent: Some(parent),
            path: module.path.join(&declared.name),
            file,
            missing,
            scope: ScopeId(0),
            role: self.role(module, facts, declared.cfg),
            visibility: declared.visibility.clone(),
            condition: conditions(&module.condition, &facts.cfgs[declared.cfg.0 as usize].text),
            part_of: None,
            folder,
            path_folder,
        })
    }

    /// The file of a `mod x;`, and whether that file's own folder is where its children lie (`mod.rs`, `#[path]`).
    ///
    /// The Rust reference, *Modules*: without `#[path]` it is `x.rs` or `x/mod.rs` beside the parent's children.
    fn file_of(&self, module: &Module, declared: &ModDecl) -> (Option<RepoPath>, bool) {
        if let Some(written) = &declared.path {
            return (RepoPath::resolve(&module.path_folder, written), true);
        }
        let flat = join(&module.folder, format!("{}.rs", declared.name).as_bytes());
        if self.source.exists(&flat) {
            return (Some(flat), false);
        }
        let nested = join(&module.folder, format!("{}/mod.rs", declared.name).as_bytes());
        if self.source.exists(&nested) { (Some(nested), true) } else { (Some(flat), false) }
    }

    pub(super) fn is_above(&self, from: ModuleRef, file: FileId) -> bool {
        let mut at = Some(from);
        while let Some(id) = at {
            let module = self.module(id);
            if module.file == Some(file) && module.scope == ScopeId(0) {
                return true;
            }
            at = module.parent;
        }
        false
    }

    fn role(&self, module: &Module, facts: &FileFacts, cfg: CfgId) -> Role {
        self.role_under(module.role, module.in_crate, facts, cfg)
    }

    /// The role of code that stands under a condition, inside code of the role `around`.
    pub fn role_under(&self, around: Role, in_crate: CrateId, facts: &FileFacts, cfg: CfgId) -> Role {
        if around != Role::Production {
            return around;
        }
        let is_test = match &facts.cfgs[cfg.0 as usize].test {
            TestMark::No => false,
            TestMark::Yes => true,
            TestMark::UnlessDefault(features) => {
                let package = self.package(in_crate.package);
                !features.iter().any(|feature| package.default_features.contains(feature))
            }
        };
        if is_test { Role::Test } else { around }
    }

    /// The nearest module at or around a scope of a module's file.
    ///
    /// `module` is the module of any scope of the file; the scope may lie in an inline module below it.
    pub fn module_at(&self, module: ModuleRef, scope: ScopeId) -> ModuleRef {
        let Some(facts) = self.facts_of(module) else { return module };
        let own = self.module(module).scope;
        let mut inline = Vec::new();
        let mut at = scope;
        while at != own {
            let here = &facts.scopes[at.0 as usize];
            if let ScopeKind::Module(item) = here.kind {
                inline.push((item, at));
            }
            match here.parent {
                Some(parent) => at = parent,
                None => return module,
            }
        }
        let mut found = module;
        for (item, scope) in inline.into_iter().rev() {
            let children = self.children(found, &facts.items[item.0 as usize].name);
            match children.iter().find(|child| {
                let child = self.module(**child);
                child.scope == scope && child.file == self.module(module).file
            }) {
                Some(child) => found = *child,
                None => match self.module_in_body(found, item) {
                    Some(child) => found = child,
                    None => return found,
                },
            }
        }
        found
    }

    /// The module that begins the file of a module: itself, or the one around the inline module that it is.
    pub fn file_module(&self, module: ModuleRef) -> ModuleRef {
        let mut at = module;
        loop {
            let data = self.module(at);
            match data.parent {
                Some(parent) if data.scope != ScopeId(0) => at = parent,
                _ => return at,
            }
        }
    }

    /// The folder in which the files of the modules below a module lie.
    pub fn child_folder(&self, module: ModuleRef) -> Vec<u8> {
        self.module(module).folder.clone()
    }

    /// The source of facts.
    pub fn source(&self) -> &'s dyn Source {
        self.source
    }

    /// The folder of the package with this crate, from the root of the tree.
    pub fn folder_of(&self, id: PackageId) -> Vec<u8> {
        packages::parent(self.package(id).manifest.as_bytes()).to_vec()
    }
}

/// Two conditions that both hold, as written; cut off where they get longer than a person reads.
pub(super) fn conditions(outer: &Rc<str>, inner: &str) -> Rc<str> {
    const TEXT: usize = 512;
    match (outer.is_empty(), inner.is_empty()) {
        (_, true) => outer.clone(),
        (true, false) => inner.into(),
        (false, false) if outer.len() + inner.len() > TEXT => outer.clone(),
        (false, false) => format!("{outer} and {inner}").into(),
    }
}
