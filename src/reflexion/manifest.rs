//! Dependency lines of `Cargo.toml` files → uses of whole packages and crates that the design does not allow.
//!
//! A line opens a whole package to a whole package. It is refused when no code of a module that lies in the one could need it;
//! which code does need it is not asked, so that a line that nobody uses is seen too.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::decide::{Refusal, Used};
use super::observe::{Arc, Observer};
use super::permits::{List, Permission};
use crate::basis::{Below, DependencyKind, RepoPath, SymbolPath};
use crate::model::{Package, PackageId, PackageUse, World};
use crate::spec::{ModuleId, Name, SymbolPattern};

impl Observer<'_> {
    /// The lines of the manifests that the design does not allow, one for each package or crate that a manifest names.
    pub fn lines(&self, world: &World<'_>, manifests: &[RepoPath]) -> Vec<Arc> {
        let lines = Lines { observer: self, world, modules: RefCell::default() };
        manifests.iter().flat_map(|manifest| lines.of(manifest)).collect()
    }

    /// The entries of the design that lines of the manifests can be there for.
    pub fn lines_permitted(&self, world: &World<'_>, manifests: &[RepoPath]) -> BTreeSet<Permission> {
        let lines = Lines { observer: self, world, modules: RefCell::default() };
        manifests.iter().flat_map(|manifest| lines.permitted(manifest)).collect()
    }
}

/// The packages of one side, seen through the design.
struct Lines<'o, 'w> {
    observer: &'o Observer<'o>,
    world: &'o World<'w>,
    /// The modules that may have code in a package, as far as that was asked.
    modules: RefCell<BTreeMap<PackageId, Rc<[ModuleId]>>>,
}

impl Lines<'_, '_> {
    fn of(&self, manifest: &RepoPath) -> Vec<Arc> {
        let Some(id) = self.world.package_in(manifest.folder()) else { return Vec::new() };
        let package = self.world.package(id);
        if self.observer.is_test_package(&package) {
            return Vec::new();
        }
        let users = self.modules(id);
        let mut met = BTreeSet::new();
        let judged = package.uses.iter().filter(|line| self.observer.judges(line.role()));
        let refused = judged.filter_map(|line| self.line((&package, &users), line));
        let refused: Vec<Arc> = refused.filter(|arc| met.insert(arc.to_item.clone())).collect();
        if refused.is_empty() || self.observer.holds_unmapped(self.world, id) { Vec::new() } else { refused }
    }

    fn permitted(&self, manifest: &RepoPath) -> Vec<Permission> {
        let Some(id) = self.world.package_in(manifest.folder()) else { return Vec::new() };
        let (package, users) = (self.world.package(id), self.modules(id));
        let mut found = Vec::new();
        for line in package.uses.iter().filter(|line| self.observer.judges(line.role())) {
            let target = line.folder.as_deref().and_then(|folder| self.world.package_in(folder));
            let target = target.map(|target| (self.world.package(target), self.modules(target)));
            for from in users.iter() {
                let entries = self.observer.design.module(*from);
                let uses =
                    entries.uses.iter().enumerate().filter(|(_, entry)| match (&entry.value, &target) {
                        (_, None) | (Name::Any, _) => false,
                        (Name::Module(module), Some((_, modules))) => modules.contains(module),
                        (Name::Symbol(pattern), Some((package, _))) => self.begins(pattern, package),
                    });
                let uses = uses.map(|(index, _)| (List::Uses, index));
                let external = entries
                    .external
                    .iter()
                    .flatten()
                    .enumerate()
                    .filter(|(_, entry)| target.is_none() && is_of_crate(&entry.value, &line.crate_name));
                let all = uses.chain(external.map(|(index, _)| (List::External, index)));
                found.extend(all.map(|(list, index)| Permission { module: *from, list, index }));
            }
        }
        found
    }

    /// A line that none of the `users`, the modules of its package, may need.
    fn line(&self, (package, users): (&Package, &[ModuleId]), line: &PackageUse) -> Option<Arc> {
        let target = line.folder.as_deref().and_then(|folder| self.world.package_in(folder));
        let (from, to, to_item, refusal) = match target {
            Some(target) => {
                let used = self.world.package(target);
                let (from, to, refusal) = self.between(users, (&used, &self.modules(target)))?;
                if self.observer.holds_unmapped(self.world, target) {
                    return None;
                }
                (from, Some(to), used.crate_name().to_owned(), refusal)
            }
            None => {
                let (from, refusal) = self.outside(users, &line.crate_name)?;
                (from, None, line.crate_name.clone(), refusal)
            }
        };
        let from_item = SymbolPath::new(package.crate_name());
        Some(Arc {
            from,
            to,
            package: package.ident.clone(),
            around: from_item.clone(),
            from_item,
            named: to_item.clone(),
            to_item,
            kind: DependencyKind::Manifest,
            by_glob: false,
            condition: line.platform.clone(),
            file: package.manifest.clone(),
            site: line.site,
            also: Vec::new(),
            elsewhere: Vec::new(),
            through: None,
            refusal: Some(refusal),
        })
    }

    /// Why no module of the one package may use any of the other; `None` when one may, or there is none.
    fn between(
        &self,
        users: &[ModuleId],
        (package, used): (&Package, &[ModuleId]),
    ) -> Option<(ModuleId, ModuleId, Refusal)> {
        let symbol = SymbolPath::new(&package.ident);
        let mut first = None;
        for from in users {
            let opens = |name: &Name| matches!(name, Name::Symbol(pattern) if self.begins(pattern, package));
            let opens_a_part = self.observer.design.module(*from).uses.iter().any(|name| opens(&name.value));
            for to in used {
                let module = Some(*to);
                let whole = Used {
                    package: &package.ident,
                    symbol: &symbol,
                    named: &symbol,
                    module,
                    named_inside: false,
                };
                let refusal = self.observer.permissions.refusal(*from, whole)?;
                let is_narrow = matches!(refusal, Refusal::Layer { .. } | Refusal::NotAllowed(_));
                if is_narrow && opens_a_part {
                    return None;
                }
                first = first.or(Some((*from, *to, refusal)));
            }
        }
        first
    }

    /// Why none of the modules may use any part of an external crate; `None` when one may, or there is none.
    fn outside(&self, users: &[ModuleId], crate_name: &str) -> Option<(ModuleId, Refusal)> {
        let mut first = None;
        for from in users {
            let refusal = self.observer.permissions.external_refusal(*from, crate_name)?;
            let module = self.observer.design.module(*from);
            let mut parts = module.owns.iter().chain(module.external.iter().flatten());
            let is_banned = matches!(refusal, Refusal::Banned(_));
            if !is_banned && parts.any(|pattern| is_of_crate(&pattern.value, crate_name)) {
                return None;
            }
            first = first.or(Some((*from, refusal)));
        }
        first
    }

    /// The modules of the design that may have code in a package.
    fn modules(&self, id: PackageId) -> Rc<[ModuleId]> {
        if let Some(known) = self.modules.borrow().get(&id) {
            return known.clone();
        }
        let package = self.world.package(id);
        let mut files = self.world.source().list(&self.world.folder_of(id), Below::All);
        files.retain(|file| file.has_extension("rs") && self.world.package_of(file) == Some(id));
        let found = self.observer.map.modules_among(&files, &|pattern| self.begins(pattern, &package));
        let found: Rc<[ModuleId]> = found.into();
        self.modules.borrow_mut().insert(id, found.clone());
        found
    }

    /// Whether a pattern begins with a package, by its own name or that of a crate in it.
    fn begins(&self, pattern: &SymbolPattern, package: &Package) -> bool {
        let Some(first) = first_segment(pattern).filter(|first| !first.external) else { return false };
        let is_named = |name: &str| first.matches(&[name]).is_some();
        let is_the_only = first.segments[0] == "crate" && self.observer.permissions.single_package();
        is_the_only || is_named(&package.ident) || package.targets.iter().any(|target| is_named(&target.name))
    }
}

fn first_segment(pattern: &SymbolPattern) -> Option<SymbolPattern> {
    let first = pattern.segments.first()?.clone();
    Some(SymbolPattern { segments: vec![first], ..pattern.clone() })
}

/// Whether a pattern names a part of an external crate. A line gives the package's name and the design the one that code uses:
/// `md-5` holds `md5`, `rust-ini` holds `ini`.
fn is_of_crate(pattern: &SymbolPattern, crate_name: &str) -> bool {
    let bare = |name: &str| name.strip_prefix("rust_").unwrap_or(name).replace('_', "");
    let Some(first) = first_segment(pattern) else { return false };
    first.matches(&[crate_name]).is_some() || bare(&first.segments[0]) == bare(crate_name)
}
