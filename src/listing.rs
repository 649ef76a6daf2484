//! `gate model`: what gate sees in the code, without any design.

use std::collections::{BTreeMap, BTreeSet};

use crate::basis::{Reason, RepoPath, Role, SymbolPath};
use crate::facts::ScopeId;
use crate::git::Repository;
use crate::model::{
    Def, Dependency, ExternalUse, Focus, ModuleRef, Namespace, Package, PackageId, User, World,
};
use crate::options::{CheckError, Compare, ModelOptions};
use crate::report::{DependencyRow, ExternalRow, ManifestRow, ModelListing, UnjudgedRow, UseRow};
use crate::served;
use crate::sources::{Side, Store};

/// Lists endpoints, dependencies and what could not be judged.
///
/// # Errors
///
/// [`CheckError`] when there is no repository, or no such revision.
pub fn model(options: &ModelOptions) -> Result<ModelListing, CheckError> {
    let repository = Repository::open(&options.directory)?;
    let compare = Compare::All { revision: options.revision.clone(), worktree: options.worktree };
    let change = repository.change(&compare.request())?;
    let store = Store::new(options.cache.as_deref());
    let side = Side::new(&change.head, &store);
    side.read_all();
    let world = World::new(&side);
    let mut listing = ModelListing::default();
    let mut files = BTreeSet::new();
    for id in world.packages().iter() {
        for (file, modules) in world.walk(*id).iter() {
            modules.iter().for_each(|module| list_module(&world, file, *module, &mut listing));
            files.insert(file.clone());
        }
        list_manifest(&world, &world.package(*id), &mut listing);
    }
    listing.files = files.len();
    served::list(&world, &mut listing);
    side.failure()?;
    store.keep();
    listing.endpoints.sort();
    listing.endpoints.dedup();
    once(&mut listing.dependencies, |row| &mut row.by.condition);
    once(&mut listing.external, |row| &mut row.by.condition);
    listing.manifests.sort();
    listing.manifests.dedup();
    listing.unjudged.sort();
    listing.unjudged.dedup();
    Ok(listing)
}

fn list_module(world: &World<'_>, file: &RepoPath, module: ModuleRef, listing: &mut ModelListing) {
    let extracted = world.extract(module, &Focus::all());
    let data = world.module(module);
    let package = world.package(data.in_crate.package);
    let target = package.targets[data.in_crate.target as usize].name.clone();
    let place = Place { world, file, package: &package.name, target: &target };
    let mut through = Known::new();
    // What a macro names where it is defined is listed there.
    let here = |user: &User| user.named_in.is_none();
    for dependency in extracted.dependencies.into_iter().filter(|known| here(&known.user)) {
        listing.dependencies.extend(place.facade(&dependency, &mut through));
        let to_module = world.module(dependency.to_module).path.clone();
        let to = (dependency.to, to_module);
        listing.dependencies.push(place.dependency(&dependency.user, to, dependency.named));
    }
    let external = extracted.external.into_iter().filter(|external| here(&external.user));
    for ExternalUse { user, to, named, .. } in external {
        // What goes by its own name nobody here hands on, though a package may have the name of that crate.
        if named != to {
            listing.dependencies.extend(place.handing_out(&user, &named, &mut through));
        }
        listing.external.push(ExternalRow { by: place.by(&user), to });
    }
    for unresolved in extracted.unresolved.into_iter().filter(|unresolved| here(&unresolved.user)) {
        let user = &unresolved.user;
        let reached = world.module(unresolved.reached);
        if unresolved.ends_there {
            let to = (reached.path.join(&unresolved.rest), reached.path.clone());
            listing.dependencies.push(place.dependency(user, to, unresolved.named));
        } else if user.role == Role::Production {
            let (line, reason, text) = (user.site.line, Reason::UnresolvedName, unresolved.written);
            listing.unjudged.push(UnjudgedRow { file: file.clone(), line, reason, text });
        }
    }
    for opaque in world.opaque(module).into_iter().filter(|opaque| opaque.role == Role::Production) {
        let (line, reason) = (opaque.line, Reason::OpaqueMacro);
        listing.unjudged.push(UnjudgedRow { file: file.clone(), line, reason, text: opaque.text });
    }
    for unread in world.facts_of(module).iter().flat_map(|facts| &facts.unread) {
        let (line, reason, text) = (unread.site.line, unread.reason, unread.text.to_string());
        listing.unjudged.push(UnjudgedRow { file: file.clone(), line, reason, text });
    }
}

/// The lines of the manifest of one package.
fn list_manifest(world: &World<'_>, package: &Package, listing: &mut ModelListing) {
    for line in &package.uses {
        let optional = line.optional.then_some("optional");
        let conditions: Vec<&str> = line.platform.as_deref().into_iter().chain(optional).collect();
        let used = line.folder.as_deref().and_then(|folder| world.package_in(folder));
        let used = used.map(|used| world.package(used));
        listing.manifests.push(ManifestRow {
            file: package.manifest.clone(),
            line: line.site.line,
            column: line.site.column,
            package: package.name.clone(),
            from: SymbolPath::new(package.crate_name()),
            to: used.as_ref().map_or_else(|| line.crate_name.clone(), |used| used.crate_name().to_string()),
            to_package: used.map(|used| used.name.clone()),
            named: line.name.clone(),
            role: line.role(),
            condition: (!conditions.is_empty()).then(|| conditions.join(", ")),
        });
    }
}

/// One row for each use, in order: what a file says is compiled under several conditions where it is several modules.
fn once<T: Ord>(rows: &mut Vec<T>, condition: impl Fn(&mut T) -> &mut Option<String>) {
    let mut known: BTreeMap<T, BTreeSet<Option<String>>> = BTreeMap::new();
    for mut row in rows.drain(..) {
        let under = condition(&mut row).take();
        known.entry(row).or_default().insert(under);
    }
    rows.extend(known.into_iter().map(|(mut row, under)| {
        let under: Option<Vec<String>> = under.into_iter().collect();
        *condition(&mut row) = under.map(|under| under.join(" or "));
        row
    }));
}

/// Which modules of a file name which others, as far as that is a row of its own.
type Known = BTreeSet<(ModuleRef, ModuleRef)>;

/// What the rows of one file share.
struct Place<'a> {
    world: &'a World<'a>,
    file: &'a RepoPath,
    package: &'a str,
    target: &'a str,
}

impl Place<'_> {
    fn by(&self, user: &User) -> UseRow {
        UseRow {
            file: self.file.clone(),
            line: user.site.line,
            column: user.site.column,
            from: self.world.module(user.module).path.clone(),
            kind: user.kind,
            role: user.role,
            package: self.package.to_owned(),
            target: self.target.to_owned(),
            condition: user.condition.as_deref().map(str::to_owned),
        }
    }

    /// The module in which a path names its item, where the path calls it otherwise: once for each module that names it, like an
    /// import of it.
    fn facade(&self, dependency: &Dependency, known: &mut Known) -> Option<DependencyRow> {
        let (module, named) = self.around(&dependency.user, &dependency.named)?;
        let is_otherwise = self.world.module(module).path.as_str() != named;
        is_otherwise.then(|| self.names(&dependency.user, (module, named), known)).flatten()
    }

    /// The module of this repository in which a path names what another crate has, in the same way.
    fn handing_out(&self, user: &User, path: &str, known: &mut Known) -> Option<DependencyRow> {
        self.names(user, self.around(user, path)?, known)
    }

    /// The module that the path leads through last, and that part of the path.
    fn around<'p>(&self, user: &User, path: &'p str) -> Option<(ModuleRef, &'p str)> {
        let mut named = path;
        loop {
            named = &named[..named.rfind("::")?];
            if let Some(module) = self.named(user.module, named) {
                return Some((module, named));
            }
        }
    }

    fn names(
        &self,
        user: &User,
        (module, named): (ModuleRef, &str),
        known: &mut Known,
    ) -> Option<DependencyRow> {
        let is_news = module != user.module && known.insert((user.module, module));
        let to = self.world.module(module).path.clone();
        is_news.then(|| self.dependency(user, (to.clone(), to), named.to_owned()))
    }

    /// The module that an absolute path means.
    fn named(&self, by: ModuleRef, path: &str) -> Option<ModuleRef> {
        let (first, rest) = path.split_once("::").unwrap_or((path, ""));
        let own = self.world.crate_root(by);
        let roots = if self.world.module(own).path.as_str() == first {
            vec![own]
        } else {
            let packages = self.world.packages();
            let within = self.world.module(by).in_crate.package;
            let uses = &self.world.package(within).uses;
            // One that nobody here depends on may have the name of a crate from outside.
            let is_used = |id: PackageId| {
                let folder = self.world.folder_of(id);
                id == within || uses.iter().any(|line| line.folder.as_ref() == Some(&folder))
            };
            let is_meant = |id: &&PackageId| self.world.package(**id).crate_name() == first && is_used(**id);
            let named = packages.iter().filter(is_meant);
            // Of several packages of one name some have no library.
            named.filter_map(|id| Some(self.world.root(self.world.library(*id)?))).collect()
        };
        if rest.is_empty() {
            return roots.first().copied();
        }
        let path = format!("self::{rest}");
        let resolved = |root| self.world.resolve(root, ScopeId(0), &path, Namespace::Type).defs;
        roots.into_iter().flat_map(resolved).find_map(|def| match def {
            Def::Module(module) => Some(module),
            Def::Item(..) | Def::External(_) => None,
        })
    }

    fn dependency(
        &self,
        user: &User,
        (to, to_module): (SymbolPath, SymbolPath),
        named: String,
    ) -> DependencyRow {
        DependencyRow { by: self.by(user), from_item: user.item.clone(), to, to_module, named }
    }
}
