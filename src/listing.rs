//! `gate model`: what gate sees in the code, without any design.

use crate::basis::{Reason, RepoPath};
use crate::git::Repository;
use crate::model::{Focus, User, World};
use crate::options::{CheckError, Compare, ModelOptions};
use crate::report::{DependencyRow, ExternalRow, ModelListing, UnjudgedRow};
use crate::sources::{Side, Store};
use crate::{judge, served};

/// Lists endpoints, dependencies and what could not be judged.
///
/// # Errors
///
/// [`CheckError`] when there is no repository, or no such revision.
pub fn model(options: &ModelOptions) -> Result<ModelListing, CheckError> {
    let repository = Repository::open(&options.directory)?;
    let compare = Compare::All { revision: options.revision.clone(), worktree: options.worktree };
    let change = repository.change(&compare.request())?;
    let store = Store::default();
    let side = Side::new(&change.head, &store);
    side.read_all();
    let world = World::new(&side);
    let mut listing = ModelListing::default();
    let files = judge::all_files(&world);
    for (file, _) in &files {
        list_file(&world, file, &mut listing);
    }
    listing.files = files.len();
    served::list(&world, &mut listing);
    side.failure()?;
    listing.endpoints.sort();
    listing.endpoints.dedup();
    listing.dependencies.sort();
    listing.dependencies.dedup();
    listing.external.sort();
    listing.external.dedup();
    listing.unjudged.sort();
    listing.unjudged.dedup();
    Ok(listing)
}

fn list_file(world: &World<'_>, file: &RepoPath, listing: &mut ModelListing) {
    for module in world.locate(file) {
        let extracted = world.extract(module, &Focus::all());
        let data = world.module(module);
        let package = world.package(data.in_crate.package);
        let target = package.targets[data.in_crate.target as usize].name.clone();
        let package = package.name.clone();
        let from = |user: &User| world.module(user.module).path.clone();
        for dependency in extracted.dependencies {
            let user = &dependency.user;
            listing.dependencies.push(DependencyRow {
                file: file.clone(),
                line: user.site.line,
                column: user.site.column,
                from: from(user),
                from_item: user.item.clone(),
                to_module: world.module(dependency.to_module).path.clone(),
                to: dependency.to,
                named: dependency.named,
                kind: user.kind,
                role: user.role,
                package: package.clone(),
                target: target.clone(),
            });
        }
        for external in extracted.external {
            let user = &external.user;
            listing.external.push(ExternalRow {
                file: file.clone(),
                line: user.site.line,
                column: user.site.column,
                from: from(user),
                to: external.to,
                kind: user.kind,
                role: user.role,
                package: package.clone(),
                target: target.clone(),
            });
        }
        for unresolved in extracted.unresolved {
            let user = &unresolved.user;
            let reached = world.module(unresolved.reached);
            // What a macro makes inside a module that is known ends there; only at the root of a crate is nothing known.
            if reached.parent.is_some() {
                listing.dependencies.push(DependencyRow {
                    file: file.clone(),
                    line: user.site.line,
                    column: user.site.column,
                    from: from(user),
                    from_item: user.item.clone(),
                    to_module: reached.path.clone(),
                    to: reached.path.join(&unresolved.rest),
                    named: unresolved.named,
                    kind: user.kind,
                    role: user.role,
                    package: package.clone(),
                    target: target.clone(),
                });
            } else if user.role == crate::basis::Role::Production {
                listing.unjudged.push(UnjudgedRow {
                    file: file.clone(),
                    line: user.site.line,
                    reason: Reason::UnresolvedName,
                    text: unresolved.written,
                });
            }
        }
        for unread in world.facts_of(module).iter().flat_map(|facts| &facts.unread) {
            let (line, reason, text) = (unread.site.line, unread.reason, unread.text.to_string());
            listing.unjudged.push(UnjudgedRow { file: file.clone(), line, reason, text });
        }
    }
}
