//! One side of a change, read through the design: who uses what, what belongs to no module, what cannot be judged.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::decide::{Permissions, Refusal, Used};
use super::map::{Code, CodeMap};
use super::permits::Permission;
use super::unseen;
use crate::basis::{DependencyKind, Reason, RepoPath, Role, Site, SymbolPath};
use crate::facts::ItemKind;
use crate::model::{
    Also, BehindGlob, Dependency, ExternalUse, Focus, ModuleRef, OpaqueCall, Package, PackageId, Unresolved,
    User, World,
};
use crate::spec::{Design, ModuleId};

/// An arc of the reflexion model: code of one module that uses an item of another, or an external crate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arc {
    /// The module of the user.
    pub from: ModuleId,
    /// The module of what is used; `None` for an external crate.
    pub to: Option<ModuleId>,
    /// The package of the user, as code writes it: crates of two packages may have one name.
    pub package: String,
    /// The item that uses, in full.
    pub from_item: SymbolPath,
    /// The module around it; the crate, for a line of a manifest.
    pub around: SymbolPath,
    /// The item (or external symbol) that is meant, in full.
    pub to_item: String,
    /// The path as named, made absolute.
    pub named: String,
    /// In which way.
    pub kind: DependencyKind,
    /// Whether an import of all names brought the name that the path begins with.
    pub by_glob: bool,
    /// The condition it is compiled under.
    pub condition: Option<Box<str>>,
    /// The file.
    pub file: RepoPath,
    /// The place.
    pub site: Site,
    /// Further places of the same arc in the same file.
    pub also: Vec<Also>,
    /// For a line of a manifest: uses of the same crate that came with it, in other files.
    pub elsewhere: Vec<(RepoPath, Site)>,
    /// The macro that wrote it, and where that is defined (file and line); `None` where the code does it itself.
    pub through: Option<String>,
    /// Why the design does not allow it; `None` when it converges.
    pub refusal: Option<Refusal>,
}

/// A file whose code belongs to no module of the design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmappedFile {
    /// The file.
    pub file: RepoPath,
    /// The first item in it that belongs to no module.
    pub item: SymbolPath,
    /// The place of that item's name.
    pub site: Site,
}

/// Something that could not be judged, before its drift is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Blind {
    /// The file.
    pub file: RepoPath,
    /// Line from 1; 0 for the whole file.
    pub line: u32,
    /// Why.
    pub reason: Reason,
    /// What stands there.
    pub text: String,
}

/// What was read of one side.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Observed {
    /// Arcs between modules and to external crates, one for each pair of items, in the order of files and lines.
    pub arcs: Vec<Arc>,
    /// Entries of the design that something of it needs.
    pub permits: BTreeSet<Permission>,
    /// Files with code that belongs to no module.
    pub unmapped: Vec<UnmappedFile>,
    /// What could not be judged.
    pub blind: Vec<Blind>,
    /// Manifests that cannot be read and that files which were to be read lie under. Nothing is known of such a file, so this is
    /// never an old story.
    pub under_manifest: Vec<Blind>,
    /// Files that belong to no crate: nothing compiles them, and nothing in them is judged.
    pub orphans: Vec<RepoPath>,
    /// How many source files were read.
    pub files: usize,
    /// How many dependencies were judged.
    pub dependencies: usize,
    /// How many paths into the repository did not resolve.
    pub unresolved: usize,
}

impl Observed {
    /// Adds what further files say.
    pub fn append(&mut self, further: Self) {
        let Self { arcs, permits, unmapped, blind, under_manifest, orphans, files, dependencies, unresolved } =
            further;
        self.arcs.extend(arcs);
        self.permits.extend(permits);
        self.unmapped.extend(unmapped);
        self.blind.extend(blind);
        self.under_manifest.extend(under_manifest);
        self.orphans.extend(orphans);
        self.files += files;
        self.dependencies += dependencies;
        self.unresolved += unresolved;
        self.in_order();
    }

    fn in_order(&mut self) {
        self.blind.sort();
        self.blind.dedup();
        self.under_manifest.sort();
        self.under_manifest.dedup();
    }
}

/// Reads the sides of a change through one design.
pub struct Observer<'a> {
    pub(super) design: &'a Design,
    pub(super) map: &'a CodeMap<'a>,
    pub(super) permissions: Permissions<'a>,
}

impl<'a> Observer<'a> {
    /// An observer that judges by `design`, whose patterns are in `map`.
    pub fn new(design: &'a Design, map: &'a CodeMap<'a>, permissions: Permissions<'a>) -> Self {
        Self { design, map, permissions }
    }

    /// What the parts in focus of the files say, as parts of `world`.
    pub fn observe(&self, world: &World<'_>, files: &[(RepoPath, Focus)]) -> Observed {
        let mut observed = Observed::default();
        for (file, focus) in files {
            self.file(world, (file, focus), &mut observed);
        }
        merge(&mut observed.arcs);
        observed.in_order();
        observed
    }

    /// Those of the manifests that cannot be read.
    pub fn manifests(&self, world: &World<'_>, manifests: &[RepoPath]) -> Vec<Blind> {
        let judged = manifests.iter().filter(|manifest| !unseen::is_test_file(self.map, manifest));
        judged.filter_map(|manifest| unseen::unreadable(world, manifest)).collect()
    }

    fn file(&self, world: &World<'_>, (file, focus): (&RepoPath, &Focus), observed: &mut Observed) {
        let modules = world.asked_of(file);
        observed.files += usize::from(!modules.is_empty());
        if modules.is_empty() {
            observed.orphans.push(file.clone());
            observed.under_manifest.extend(unseen::under_manifest(world, file, self.map));
        }
        for module in &modules {
            self.unmapped(world, *module, &self.design.judge, observed);
            self.unread(world, *module, observed);
            let is_judged = |role| self.design.judge.contains(&role);
            observed.blind.extend(self.opaque(world, file, *module));
            observed.blind.extend(unseen::missing_files(world, *module, self.map, &is_judged));
            let extracted = world.extract(*module, focus);
            for dependency in &extracted.dependencies {
                self.dependency(world, dependency, observed);
            }
            for external in &extracted.external {
                self.external(world, external, observed);
            }
            for behind in &extracted.behind_globs {
                self.behind_glob(world, behind, observed);
            }
            for unresolved in &extracted.unresolved {
                self.unresolved(world, unresolved, observed);
            }
        }
    }

    /// The module of the design that an item, or a module, belongs to.
    pub fn module_of(&self, world: &World<'_>, module: ModuleRef, symbol: &SymbolPath) -> Option<ModuleId> {
        let data = world.module(module);
        let inside =
            symbol.as_str().strip_prefix(data.path.as_str()).and_then(|rest| rest.strip_prefix("::"));
        let first = inside.and_then(|inside| inside.split("::").next());
        // A module and a function may have one name; patterns then mean the module, and the function is its parent's.
        let shares_a_name = first.is_some_and(|name| !world.children(module, name).is_empty());
        let symbol = if shares_a_name { &data.path } else { symbol };
        with_code(world, module, symbol, |code| self.map.module_of(code))
    }

    /// Whether a package holds production code that belongs to no module.
    pub(super) fn holds_unmapped(&self, world: &World<'_>, package: PackageId) -> bool {
        let mut observed = Observed::default();
        for modules in world.walk(package).values() {
            let production = [Role::Production];
            modules.iter().for_each(|module| self.unmapped(world, *module, &production, &mut observed));
        }
        !observed.unmapped.is_empty()
    }

    /// Whether the design calls all of a package test code.
    pub(super) fn is_test_package(&self, package: &Package) -> bool {
        let (symbol, file) = (SymbolPath::new(&package.ident), &package.manifest);
        let crate_folder = package.manifest.folder();
        self.map.is_test(Code { package: &package.ident, symbol: &symbol, file, crate_folder })
    }

    /// Whether code of this role is judged at all.
    pub(super) fn judges(&self, role: Role) -> bool {
        self.design.judge.contains(&role)
    }

    /// Whether code of this role is judged, at this place.
    fn judged(&self, world: &World<'_>, user: &User) -> bool {
        let is_test = || with_code(world, user.module, &user.item, |code| self.map.is_test(code));
        let role = if user.role == Role::Production && is_test() { Role::Test } else { user.role };
        self.design.judge.contains(&role)
    }

    /// Calls of macros that may declare something in a module of the design and could not be expanded.
    fn opaque(&self, world: &World<'_>, file: &RepoPath, module: ModuleRef) -> Vec<Blind> {
        let is_judged = |call: &OpaqueCall| {
            let symbol = world.module(call.module).path.clone();
            self.design.judge.contains(&call.role)
                && self.module_of(world, call.module, &symbol).is_some()
                && !with_code(world, call.module, &symbol, |code| self.map.is_test(code))
        };
        let calls = world.opaque(module).into_iter().filter(is_judged);
        calls
            .map(|call| Blind {
                file: file.clone(),
                line: call.line,
                reason: Reason::OpaqueMacro,
                text: call.text,
            })
            .collect()
    }

    /// Whether the code of another module answers for what is named: that of the macro which wrote it, if the design knows that.
    fn is_of_macro(&self, world: &World<'_>, user: &User) -> bool {
        user.named_in.zip(user.through.as_ref()).is_some_and(|(module, through)| {
            let symbol = world.module(module).path.join(&through.name);
            self.module_of(world, module, &symbol).is_some()
                && !with_code(world, module, &symbol, |code| self.map.is_test(code))
        })
    }

    fn dependency(&self, world: &World<'_>, dependency: &Dependency, observed: &mut Observed) {
        let user = &dependency.user;
        if !self.judged(world, user) || self.is_of_macro(world, user) {
            return;
        }
        let named = SymbolPath::new(&dependency.named);
        // What a glob hands out is told of the module that it opens.
        if dependency.opened.is_none() {
            observed.arcs.extend(self.leak(world, user, (dependency.to_module, &dependency.to), &named));
        }
        if dependency.of_module {
            return;
        }
        let Some(from) = self.module_of(world, user.module, &user.item) else { return };
        observed.dependencies += 1;
        let to = self.module_of(world, dependency.to_module, &dependency.to);
        let used = (dependency.to_module, &dependency.to, to, &named);
        if let Some(arc) = self.arc(world, (user, from), used, observed) {
            arc.also.extend(dependency.also.iter().cloned());
            if let Some(opened) = dependency.opened {
                arc.to_item = handed_out_of(world, opened, dependency);
            }
        }
    }

    /// Adds the arc from an item to another, if there is one; gives it, for what is particular to it.
    fn arc<'o>(
        &self,
        world: &World<'_>,
        (user, from): (&User, ModuleId),
        (module, symbol, to, named): (ModuleRef, &SymbolPath, Option<ModuleId>, &SymbolPath),
        observed: &'o mut Observed,
    ) -> Option<&'o mut Arc> {
        let facade = self.facade(world, (module, symbol), named);
        let to = match facade {
            // What a facade declares to hand out counts as its own to everybody else.
            Some(facade) if facade != from && to.is_some_and(|to| self.hands_out(facade, to)) => Some(facade),
            _ => to,
        };
        if to == Some(from) {
            return None;
        }
        let package = world.package(world.module(module).in_crate.package);
        let named_inside = to.is_some() && (named == symbol || facade == to);
        let used = Used { package: &package.ident, symbol, named, module: to, named_inside };
        let refusal = self.permissions.refusal(from, used);
        if refusal.is_none() {
            observed.permits.extend(self.permissions.needed(from, used));
        }
        if to.is_none() && refusal.is_none() {
            return None;
        }
        observed.arcs.push(arc_to(world, (user, from), (to, symbol.as_str(), named.as_str()), refusal));
        observed.arcs.last_mut()
    }

    /// The module in whose code the path that was named lies.
    fn facade(
        &self,
        world: &World<'_>,
        (module, symbol): (ModuleRef, &SymbolPath),
        named: &SymbolPath,
    ) -> Option<ModuleId> {
        let crate_name = named.segments().next().unwrap_or_default();
        if symbol.segments().next() == Some(crate_name) {
            return with_code(world, module, named, |code| self.map.module_of_name(code));
        }
        let file = RepoPath::new("");
        self.map.module_of_name(Code { package: crate_name, symbol: named, file: &file, crate_folder: b"" })
    }

    fn hands_out(&self, facade: ModuleId, module: ModuleId) -> bool {
        self.design.module(facade).reexports.iter().any(|reexport| reexport.value == module)
    }

    fn external(&self, world: &World<'_>, external: &ExternalUse, observed: &mut Observed) {
        let user = &external.user;
        if !self.judged(world, user) || self.is_of_macro(world, user) {
            return;
        }
        let Some(from) = self.module_of(world, user.module, &user.item) else { return };
        observed.dependencies += 1;
        let refusal = self.permissions.external_refusal(from, &external.to);
        if refusal.is_none() {
            observed.permits.extend(self.permissions.needed_outside(from, &external.to));
        }
        let mut arc = arc_to(world, (user, from), (None, &external.to, &external.to), refusal);
        arc.also.clone_from(&external.also);
        observed.arcs.push(arc);
    }

    /// A name that an external module may bring is judged where the design speaks of that very name.
    fn behind_glob(&self, world: &World<'_>, behind: &BehindGlob, observed: &mut Observed) {
        let user = &behind.user;
        if !self.judged(world, user) || self.is_of_macro(world, user) {
            return;
        }
        let Some(from) = self.module_of(world, user.module, &user.item) else { return };
        let refusal = self.permissions.refusal_behind_glob(from, &behind.to, &behind.glob);
        if refusal.is_some() {
            observed.dependencies += 1;
            observed.arcs.push(arc_to(world, (user, from), (None, &behind.to, &behind.to), refusal));
        }
    }

    /// A path that ends somewhere inside a module is judged on that module; one that could be anywhere is not judged.
    fn unresolved(&self, world: &World<'_>, unresolved: &Unresolved, observed: &mut Observed) {
        let user = &unresolved.user;
        if !self.judged(world, user) || self.is_of_macro(world, user) {
            return;
        }
        let Some(from) = self.module_of(world, user.module, &user.item) else { return };
        observed.unresolved += 1;
        let reached = world.module(unresolved.reached);
        let symbol = reached.path.join(&unresolved.rest);
        let named = SymbolPath::new(&unresolved.named);
        match with_code(world, unresolved.reached, &symbol, |code| self.map.module_of_name(code)) {
            Some(to) => {
                observed.dependencies += 1;
                observed.arcs.extend(self.leak(world, user, (unresolved.reached, &symbol), &named));
                self.arc(world, (user, from), (unresolved.reached, &symbol, Some(to), &named), observed);
            }
            None if !unresolved.ends_there && reached.file.is_some() => observed.blind.push(Blind {
                file: world.path_of(user),
                line: user.site.line,
                reason: Reason::UnresolvedName,
                text: unresolved.written.clone(),
            }),
            None => {}
        }
    }

    /// Notes the first item of a file that is code of `roles` and belongs to no module.
    fn unmapped(&self, world: &World<'_>, module: ModuleRef, roles: &[Role], observed: &mut Observed) {
        let data = world.module(module);
        let (Some(file), Some(facts)) = (data.file, world.facts_of(module)) else { return };
        let path = world.path(file);
        let free = facts.items.iter().find_map(|item| {
            let declares = item.kind == ItemKind::Module || item.parent.is_some();
            let role = world.role_under(data.role, data.in_crate, &facts, item.cfg);
            if declares || role != Role::Production && !roles.contains(&role) {
                return None;
            }
            let around = world.module_at(module, item.scope);
            let symbol = world.module(around).path.join(&item.name);
            let is_test = with_code(world, around, &symbol, |code| self.map.is_test(code));
            let role = if role == Role::Production && is_test { Role::Test } else { role };
            let outside = roles.contains(&role) && self.module_of(world, around, &symbol).is_none();
            outside.then_some((symbol, item.name_site))
        });
        if let Some((item, site)) = free
            && !observed.unmapped.iter().any(|known| known.file == path)
        {
            observed.unmapped.push(UnmappedFile { file: path, item, site });
        }
    }

    fn unread(&self, world: &World<'_>, module: ModuleRef, observed: &mut Observed) {
        let data = world.module(module);
        let (Some(file), Some(facts)) = (data.file, world.facts_of(module)) else { return };
        if !self.judges(data.role) || facts.unread.is_empty() {
            return;
        }
        let file = world.path(file);
        let unread = facts.unread.iter().filter(|unread| {
            // The file of an expression is no list of items; its tokens were scanned for paths.
            unread.reason != Reason::Syntax || !world.is_expression(module)
        });
        observed.blind.extend(unread.map(|unread| Blind {
            file: file.clone(),
            line: unread.site.line,
            reason: unread.reason,
            text: unread.text.to_string(),
        }));
    }
}

/// The macro that wrote what is named, in words.
fn through(world: &World<'_>, user: &User) -> Option<String> {
    let through = user.through.as_ref()?;
    let line = world.line_of(through).map_or_else(String::new, |line| format!(":{line}"));
    Some(format!("expanded from macro `{}!` defined at {}{line}", through.name, through.file))
}

/// The arc from an item to another, or to an external symbol: of which module it is, what it is, and how it is named.
pub(super) fn arc_to(
    world: &World<'_>,
    (user, from): (&User, ModuleId),
    (to, symbol, named): (Option<ModuleId>, &str, &str),
    refusal: Option<Refusal>,
) -> Arc {
    Arc {
        from,
        to,
        package: package_of(world, user.module),
        from_item: user.item.clone(),
        around: world.module(user.module).path.clone(),
        to_item: symbol.to_owned(),
        named: named.to_owned(),
        kind: user.kind,
        by_glob: user.by_glob,
        condition: user.condition.clone(),
        file: world.path_of(user),
        site: user.site,
        also: Vec::new(),
        elsewhere: Vec::new(),
        through: refusal.and_then(|_| through(world, user)),
        refusal,
    }
}

/// What a glob hands out, told as one with all else that it hands out of the same module: the one that it opens, or the one behind
/// that the item comes from.
fn handed_out_of(world: &World<'_>, opened: ModuleRef, dependency: &Dependency) -> String {
    let opened = world.module(opened).path.clone();
    let to = world.module(dependency.to_module).path.clone();
    let inside = to
        .as_str()
        .strip_prefix(opened.as_str())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    if inside { opened } else { to }.to_string()
}

pub(super) fn package_of(world: &World<'_>, module: ModuleRef) -> String {
    world.package(world.module(module).in_crate.package).ident.clone()
}

pub(super) fn with_code<T>(
    world: &World<'_>,
    module: ModuleRef,
    symbol: &SymbolPath,
    ask: impl FnOnce(Code<'_>) -> T,
) -> T {
    let data = world.module(module);
    let package = world.package(data.in_crate.package);
    let target = &package.targets[data.in_crate.target as usize];
    let absent = RepoPath::new("");
    let file = data.file.map_or(absent, |file| world.path(file));
    let symbol = &*world.owner(module, symbol);
    ask(Code { package: &package.ident, symbol, file: &file, crate_folder: target.root.folder() })
}

/// One arc for each pair of items: the first place stays, the others are listed under it. What goes through a refused import of
/// an outside module is that import's.
fn merge(arcs: &mut Vec<Arc>) {
    let mut first: BTreeMap<(RepoPath, SymbolPath, String, Option<ModuleId>, bool), usize> = BTreeMap::new();
    let mut kept: Vec<Arc> = Vec::new();
    for arc in arcs.drain(..) {
        let refused = arc.refusal.is_some();
        let key = (arc.file.clone(), arc.from_item.clone(), arc.to_item.clone(), arc.to, refused);
        let same = first.get(&key).copied();
        match same.or_else(|| import_of(&kept, &arc)) {
            Some(at) if kept[at].file == arc.file => {
                if kept[at].site == arc.site {
                    kept[at].condition = either(kept[at].condition.take(), arc.condition);
                } else {
                    kept[at].also.push(Also { site: arc.site, item: Some(arc.from_item) });
                    kept[at].also.extend(arc.also);
                }
            }
            Some(_) => {}
            None => {
                first.insert(key, kept.len());
                kept.push(arc);
            }
        }
    }
    for arc in &mut kept {
        arc.also.sort();
        arc.also.dedup();
        arc.also.retain(|also| also.site != arc.site);
    }
    *arcs = kept;
}

/// The condition of code that is compiled under each of two: a file can be several modules.
fn either(one: Option<Box<str>>, other: Option<Box<str>>) -> Option<Box<str>> {
    const TEXT: usize = 512;
    let (one, other) = (one?, other?);
    let is_known = one.split(" or ").any(|known| known == &*other);
    Some(if is_known || one.len() > TEXT { one } else { format!("{one} or {other}").into() })
}

/// The refused import of an outside module that a refused outside path goes through.
fn import_of(kept: &[Arc], arc: &Arc) -> Option<usize> {
    if arc.to.is_some() || arc.refusal.is_none() {
        return None;
    }
    kept.iter().position(|import| {
        import.to.is_none()
            && import.kind == DependencyKind::Import
            && import.file == arc.file
            && import.refusal == arc.refusal
            && arc.to_item.strip_prefix(&import.to_item).is_some_and(|rest| rest.starts_with("::"))
    })
}
