//! Code that the tree does not show → what cannot be judged: modules and included files that are not there, files under a manifest that cannot be read.
//!
//! What the design names as `absent` is known to be elsewhere, and what it calls test code is not judged; neither is reported.

use super::map::{Code, CodeMap};
use super::observe::Blind;
use crate::basis::{Reason, RepoPath, Role, SymbolPath};
use crate::model::{ModuleRef, World};

/// The `mod x;` and `include!` in the file of `module` whose file does not exist, where code of a module of the design could stand.
pub(super) fn missing_files(
    world: &World<'_>,
    module: ModuleRef,
    map: &CodeMap<'_>,
    is_judged: &dyn Fn(Role) -> bool,
) -> Vec<Blind> {
    let data = world.module(module);
    let (Some(file), Some(facts)) = (data.file, world.facts_of(module)) else { return Vec::new() };
    let mut found = Vec::new();
    let mut ask = |child: ModuleRef, line: u32, written: &str| {
        let child = world.module(child);
        let Some(missing) = child.missing.as_ref().filter(|_| is_judged(child.role)) else { return };
        let package = world.package(child.in_crate.package);
        let crate_folder = package.targets[child.in_crate.target as usize].root.folder();
        let code = Code { package: &package.ident, symbol: &child.path, file: missing, crate_folder };
        if map.module_of(code).is_some() && !map.is_absent(code) && !map.is_test(code) {
            let text = format!("{written} and no file {missing}");
            found.push(Blind { file: world.path(file), line, reason: Reason::UnresolvedName, text });
        }
    };
    for declared in &facts.modules {
        let around = world.module_at(module, declared.scope);
        for child in world.children(around, &declared.name).iter() {
            ask(*child, declared.site.line, &format!("mod {};", declared.name));
        }
    }
    for (index, include) in (0..).zip(&facts.includes) {
        let around = world.module_at(module, include.scope);
        let parts = world.parts(around, include.scope);
        let is_meant =
            |part: &&ModuleRef| world.module(**part).part_of.is_some_and(|part_of| part_of.include == index);
        if let Some(part) = parts.iter().find(is_meant) {
            ask(*part, include.site.line, &format!("include!(\"{}\");", include.path));
        }
    }
    found
}

/// The manifest that keeps `file` from being judged, if one does.
pub(super) fn under_manifest(world: &World<'_>, file: &RepoPath, map: &CodeMap<'_>) -> Option<Blind> {
    let manifest = world.unreadable_manifest(file)?;
    if is_test_file(map, file) { None } else { unreadable(world, &manifest) }
}

/// Whether the design calls a file test code by its path; of a file in no crate there is no more to know.
pub(super) fn is_test_file(map: &CodeMap<'_>, file: &RepoPath) -> bool {
    map.is_test(Code { package: "", symbol: &SymbolPath::new(""), file, crate_folder: b"" })
}

/// A manifest as something that cannot be judged; `None` when it can be read.
pub(super) fn unreadable(world: &World<'_>, manifest: &RepoPath) -> Option<Blind> {
    let (line, why) = world.source().manifest(manifest)?.unreadable.clone()?;
    Some(Blind {
        file: manifest.clone(),
        line,
        reason: Reason::Syntax,
        text: format!("the manifest of its package: {why}"),
    })
}
