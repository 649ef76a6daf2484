//! Entries of the spec that name code, and whether they still name any.

use super::map::{globs, names_crate};
use crate::basis::{RepoPath, SymbolPath};
use crate::model::{CrateId, Def, ModuleRef, Namespace, World};
use crate::spec::{At, Design, Pattern, SymbolPattern};

/// An entry of the spec that names code of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleEntry {
    /// The pattern.
    pub pattern: Pattern,
    /// Where it stands.
    pub at: At,
    /// The table it stands in, as a key: `module.store`.
    pub table: String,
    /// The key: `code`, `public`, `entry`, `handlers`, `handler`.
    pub key: &'static str,
}

/// Every entry of a design that names code of the repository.
pub fn entries(design: &Design) -> Vec<StaleEntry> {
    let mut found = Vec::new();
    for module in &design.modules {
        let table = format!("module.{}", module.name.value);
        for code in &module.code {
            found.push(StaleEntry {
                pattern: code.value.clone(),
                at: code.at,
                table: table.clone(),
                key: "code",
            });
        }
        for public in module.public.iter().flatten() {
            let pattern = Pattern::Symbol(public.value.clone());
            found.push(StaleEntry { pattern, at: public.at, table: table.clone(), key: "public" });
        }
    }
    for api in &design.apis {
        let table = format!("api.{}", api.name.value);
        for entry in &api.entry {
            found.push(StaleEntry {
                pattern: entry.value.clone(),
                at: entry.at,
                table: table.clone(),
                key: "entry",
            });
        }
        let own = api
            .endpoints
            .iter()
            .filter_map(|endpoint| endpoint.handler.as_ref())
            .map(|handler| (handler, "handler"));
        for (home, key) in api.handlers.iter().map(|handlers| (handlers, "handlers")).chain(own) {
            let pattern = Pattern::Symbol(home.value.clone());
            found.push(StaleEntry { pattern, at: home.at, table: table.clone(), key });
        }
    }
    let absent: Vec<&Pattern> = design.absent.iter().map(|absent| &absent.value).collect();
    found.retain(|entry| !absent.contains(&&entry.pattern));
    found
}

/// Whether a pattern names something in `world`.
pub fn is_live(world: &World<'_>, pattern: &Pattern, single_package: bool) -> bool {
    match pattern {
        Pattern::File(file) => {
            let globs = globs(file);
            let named = |path: &RepoPath| {
                path.as_str().is_some_and(|path| globs.iter().any(|glob| glob.is_match(path)))
            };
            world.source().list(b"").iter().any(named)
        }
        Pattern::Symbol(symbol) => symbol_is_live(world, symbol, single_package),
    }
}

fn symbol_is_live(world: &World<'_>, pattern: &SymbolPattern, single_package: bool) -> bool {
    for package in world.packages().iter() {
        let data = world.package(*package);
        for target in (0..).take(data.targets.len()) {
            let id = CrateId { package: *package, target };
            let name = SymbolPath::new(&data.targets[target as usize].name);
            if names_crate(pattern, (&data.ident, &name), single_package)
                && below(world, world.root(id), &pattern.segments[1..])
            {
                return true;
            }
        }
    }
    false
}

/// Whether the segments lead from a module to something; `*` is any child, `**` any number of them.
fn below(world: &World<'_>, module: ModuleRef, segments: &[String]) -> bool {
    let Some((first, rest)) = segments.split_first() else { return true };
    match first.as_str() {
        "**" => {
            below(world, module, rest)
                || world.child_names(module).iter().any(|name| {
                    world.children(module, name).iter().any(|child| below(world, *child, segments))
                })
        }
        "*" => {
            let children = world.child_names(module);
            let has_items = world.facts_of(module).is_some_and(|facts| !facts.items.is_empty());
            (rest.is_empty() && has_items)
                || children
                    .iter()
                    .any(|name| world.children(module, name).iter().any(|child| below(world, *child, rest)))
        }
        name => {
            let children = world.children(module, name);
            if !children.is_empty() {
                return children.iter().any(|child| below(world, *child, rest));
            }
            // Behind an item there are only members, which belong to it.
            let found = world.lookup(module, name, Namespace::Any);
            found.iter().any(|def| match def {
                Def::Module(module) => below(world, *module, rest),
                Def::Item(..) | Def::External(_) => true,
            })
        }
    }
}
