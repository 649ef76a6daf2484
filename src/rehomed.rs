//! A change → files whose code is something else now than in base: another module, another role, part of another crate.
//!
//! A `mod` line, an `include!` or a macro that declares decides that for files that the change need not touch, and so does a manifest. What paths mean in such a file is
//! asked anew on both sides; which names turned is not asked here.

use std::collections::BTreeSet;

use crate::basis::{RepoPath, Role, SymbolPath};
use crate::facts::manifest::DependencyLine;
use crate::facts::{FileFacts, Position};
use crate::model::{ModuleRef, Package, PackageUse, World};
use crate::reflexion::FilePair;

/// Files of head whose code is something else than in one of the bases, changed files among them.
pub(crate) fn files(
    pairs: &[FilePair],
    manifests: &[RepoPath],
    head: &World<'_>,
    bases: &[World<'_>],
) -> BTreeSet<RepoPath> {
    let mut found = BTreeSet::new();
    for base in bases {
        follow(declared_anew(pairs, head, base), head, base, &mut found);
        for manifest in manifests {
            found.extend(remade(manifest, head, base));
        }
    }
    found
}

/// The same of files that unchanged ones declare by a macro, where the macro is another now.
pub(crate) fn below(callers: &[RepoPath], head: &World<'_>, bases: &[World<'_>]) -> BTreeSet<RepoPath> {
    let calls = |path: &&RepoPath| {
        let facts = head.source().facts(path);
        facts.is_some_and(|facts| facts.macro_calls.iter().any(|call| call.position == Position::Item))
    };
    let callers = callers.iter().filter(calls).flat_map(|path| head.locate(path));
    let declared: Vec<ModuleRef> = callers.flat_map(|module| children(head, module)).collect();
    let mut found = BTreeSet::new();
    for base in bases {
        follow(declared.clone(), head, base, &mut found);
    }
    found
}

/// Adds the files of modules that are something else than in base, and of those below them.
fn follow(mut open: Vec<ModuleRef>, head: &World<'_>, base: &World<'_>, found: &mut BTreeSet<RepoPath>) {
    while let Some(module) = open.pop() {
        let Some(path) = file_of(head, module) else { continue };
        if homes(head, &path) != homes(base, &path) && found.insert(path) {
            open.extend(children(head, module));
        }
    }
}

/// The modules that changed files declare, where their declarations are not the same in base.
fn declared_anew(pairs: &[FilePair], head: &World<'_>, base: &World<'_>) -> Vec<ModuleRef> {
    let mut found = Vec::new();
    for pair in pairs {
        let Some(now) = &pair.head else { continue };
        let (written, before) = (head.source().facts(now), base.source().facts(now));
        let (written, before) = (written.as_deref().map(declarations), before.as_deref().map(declarations));
        let same = pair.base == pair.head && written == before;
        if !same && written.is_some_and(|written| !written.is_empty()) {
            found.extend(head.locate(now).into_iter().flat_map(|module| children(head, module)));
        }
    }
    found
}

/// The `mod x;` of a file: where each stands, what it is called, which file it names, under which condition. An `include!` has no
/// name. A macro's call and its arms may declare as much.
fn declarations(facts: &FileFacts) -> BTreeSet<(String, &str, Option<&str>, &str)> {
    let modules = facts.modules.iter();
    let modules = modules.map(|module| (module.scope, &*module.name, module.path.as_deref(), module.cfg));
    let includes = facts.includes.iter();
    let includes = includes.map(|include| (include.scope, "", Some(&*include.path), include.cfg));
    let calls = facts.macro_calls.iter().filter(|call| call.position == Position::Item);
    let calls = calls.map(|call| (call.scope, &*call.path, Some(&*call.arguments), call.cfg));
    let arms = facts.macros.iter().map(|rules| (&facts.items[rules.item.0 as usize], &*rules.rules));
    let arms = arms.filter(|(item, _)| item.declares);
    let arms = arms.map(|(item, rules)| (item.scope, &*item.name, Some(rules), item.cfg));
    let mut found = BTreeSet::new();
    for (scope, name, path, cfg) in modules.chain(includes).chain(calls).chain(arms) {
        let mut around = String::new();
        let mut at = Some(scope);
        while let Some(scope) = at.map(|scope| &facts.scopes[scope.0 as usize]) {
            if let crate::facts::ScopeKind::Module(item) = scope.kind {
                around = format!("{}::{around}", facts.items[item.0 as usize].name);
            }
            at = scope.parent;
        }
        found.insert((around, name, path, &*facts.cfgs[cfg.0 as usize].text));
    }
    found
}

/// The modules below `module` that begin files, those in its inline modules included.
fn children(world: &World<'_>, module: ModuleRef) -> Vec<ModuleRef> {
    let (mut found, mut open) = (Vec::new(), vec![module]);
    while let Some(around) = open.pop() {
        found.extend(world.parts_of(around));
        for name in world.child_names(around) {
            for child in world.children(around, &name).iter() {
                let begins_file = world.module(*child).scope.0 == 0;
                if begins_file { found.push(*child) } else { open.push(*child) }
            }
        }
    }
    found
}

fn file_of(world: &World<'_>, module: ModuleRef) -> Option<RepoPath> {
    world.module(module).file.map(|file| world.path(file))
}

/// Which modules a file is, and what for.
fn homes(world: &World<'_>, path: &RepoPath) -> BTreeSet<(SymbolPath, Role)> {
    let modules = if world.source().exists(path) { world.locate(path) } else { Vec::new() };
    let home = |module: ModuleRef| {
        let module = world.module(module);
        (module.path.clone(), module.role)
    };
    modules.into_iter().map(home).collect()
}

/// The files of the packages that a changed manifest makes something else of. A manifest that base could not read tells nothing.
fn remade(manifest: &RepoPath, head: &World<'_>, base: &World<'_>) -> BTreeSet<RepoPath> {
    let read = |world: &World<'_>| world.source().manifest(manifest);
    let (before, now) = (read(base), read(head));
    if before.as_ref().is_some_and(|before| before.unreadable.is_some()) {
        return BTreeSet::new();
    }
    let shared = before.iter().chain(&now).any(|manifest| manifest.workspace.is_some());
    let mut found = BTreeSet::new();
    for id in head.packages().iter() {
        let package = head.package(*id);
        if package.manifest != *manifest && !shared {
            continue;
        }
        let old = base.package_of(&package.manifest).map(|id| base.package(id));
        let old = old.filter(|old| old.manifest == package.manifest);
        let words = match &old {
            Some(old) if shape(old) == shape(&package) => renamed(&old.uses, &package.uses),
            Some(_) | None => BTreeSet::from([String::new()]),
        };
        let names: BTreeSet<&str> = words.iter().map(String::as_str).collect();
        let holds = |path: &&RepoPath| names.contains("") || head.source().holds_any(path, &names);
        if !words.is_empty() {
            found.extend(head.walk(*id).keys().filter(holds).cloned());
        }
    }
    found
}

/// Manifests in which a line means another package than it did, though the change does not touch them: they inherit what a changed
/// manifest says for its workspace.
pub(crate) fn manifests(changed: &[RepoPath], head: &World<'_>, bases: &[World<'_>]) -> Vec<RepoPath> {
    let mut found = BTreeSet::new();
    for base in bases {
        if !changed.iter().any(|manifest| shares_otherwise(manifest, head, base)) {
            continue;
        }
        for package in head.packages().iter().map(|id| head.package(*id)) {
            let old = base.package_in(package.manifest.folder()).map(|id| base.package(id));
            if old.is_some_and(|old| !renamed(&old.uses, &package.uses).is_empty()) {
                found.insert(package.manifest.clone());
            }
        }
    }
    found.into_iter().filter(|manifest| !changed.contains(manifest)).collect()
}

/// Whether a manifest says something else for the packages of its workspace than it did.
fn shares_otherwise(manifest: &RepoPath, head: &World<'_>, base: &World<'_>) -> bool {
    let shared = |world: &World<'_>| {
        let read = world.source().manifest(manifest)?;
        let lines = read.workspace.iter().flat_map(|workspace| &workspace.dependencies);
        let patches = read.patches.iter().map(|patch| &patch.line);
        let said = |line: &DependencyLine| (line.key.clone(), line.package.clone(), line.path.clone());
        Some(lines.chain(patches).map(said).collect::<Vec<_>>())
    };
    shared(base) != shared(head)
}

/// What decides how the code of a package is read, names of dependencies left out.
fn shape(package: &Package) -> impl PartialEq {
    let Package { ident, edition, targets, default_features, .. } = package.clone();
    (ident, edition, targets, default_features)
}

/// Names that mean another crate now.
fn renamed(before: &[PackageUse], now: &[PackageUse]) -> BTreeSet<String> {
    let meanings = |uses: &[PackageUse], name: &str| -> BTreeSet<_> {
        let same = uses.iter().filter(|uses| uses.name == name);
        same.map(|uses| (uses.crate_name.clone(), uses.folder.clone())).collect()
    };
    let names = now.iter().map(|uses| &uses.name);
    let turns = |name: &&String| {
        let before = meanings(before, name);
        !before.is_empty() && before != meanings(now, name)
    };
    names.filter(turns).cloned().collect()
}
