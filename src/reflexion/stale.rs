//! Entries of the spec that name code, and whether they still name any.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::map::names_crate;
use crate::basis::{Below, RepoPath, SymbolPath};
use crate::model::{CrateId, Def, ModuleRef, Namespace, World};
use crate::spec::{At, Design, Name, Pattern, SymbolPattern};

/// An entry of the spec that names code of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleEntry {
    /// The pattern.
    pub pattern: Pattern,
    /// Where it stands.
    pub at: At,
    /// The table it stands in, as a key: `module.store`.
    pub table: String,
    /// The key: `code`, `public`, `uses`, `bans`, `entry`, `handlers`, `handler`.
    pub key: &'static str,
}

impl StaleEntry {
    /// Whether it may speak of what lies outside of the repository: then it names code only where a package has its name.
    pub fn may_lie_outside(&self) -> bool {
        matches!(self.key, "uses" | "bans")
    }
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
        for (key, names) in [("uses", &module.uses), ("bans", &module.bans)] {
            found.extend(names.iter().filter_map(|name| match &name.value {
                Name::Symbol(symbol) if !symbol.external => {
                    let pattern = Pattern::Symbol(symbol.clone());
                    Some(StaleEntry { pattern, at: name.at, table: table.clone(), key })
                }
                Name::Symbol(_) | Name::Module(_) | Name::Any => None,
            }));
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

/// Whether an entry names something in `world`, as far as anybody can see: what may be used, or may not, is only a name, and may be
/// one that no code in sight declares.
pub fn may_be_live(world: &World<'_>, entry: &StaleEntry, single_package: bool) -> bool {
    let may_be = |pattern: &SymbolPattern| {
        let asked = Asked { single_package, is_one_enough: true, out_of_sight: true };
        !reached(world, pattern, asked).is_empty()
    };
    is_live(world, &entry.pattern, single_package)
        || entry.may_lie_outside() && matches!(&entry.pattern, Pattern::Symbol(symbol) if may_be(symbol))
}

/// Whether a pattern names something in `world`.
pub fn is_live(world: &World<'_>, pattern: &Pattern, single_package: bool) -> bool {
    match pattern {
        Pattern::File(file) => {
            let named = |path: &RepoPath| path.as_str().is_some_and(|path| file.matches(path));
            world.source().list(b"", Below::All).iter().any(named)
        }
        Pattern::Symbol(symbol) => symbol_is_live(world, symbol, single_package),
    }
}

fn symbol_is_live(world: &World<'_>, pattern: &SymbolPattern, single_package: bool) -> bool {
    let asked = Asked { single_package, is_one_enough: true, out_of_sight: false };
    !reached(world, pattern, asked).is_empty()
}

/// The modules that a pattern names, and those that hold an item which it names.
pub fn modules_named(world: &World<'_>, pattern: &SymbolPattern, single_package: bool) -> Vec<ModuleRef> {
    reached(world, pattern, Asked { single_package, is_one_enough: false, out_of_sight: false })
}

/// Whether a crate that can be read is the one that a pattern begins with, whatever else there is.
pub fn begins_in_one(world: &World<'_>, pattern: &SymbolPattern, single_package: bool) -> bool {
    let one = pattern.segments.first().is_some_and(|first| !first.contains('*'));
    one && !crates_named(world, pattern, single_package).is_empty()
}

fn crates_named(world: &World<'_>, pattern: &SymbolPattern, single_package: bool) -> Vec<CrateId> {
    let mut found = Vec::new();
    for package in world.packages().iter() {
        let data = world.package(*package);
        for (target, at) in data.targets.iter().zip(0..) {
            if names_crate(pattern, (&data.ident, &SymbolPath::new(&target.name)), single_package) {
                found.push(CrateId { package: *package, target: at });
            }
        }
    }
    found
}

/// How a pattern is followed.
#[derive(Clone, Copy)]
struct Asked {
    single_package: bool,
    /// Whether the first place that it names is enough.
    is_one_enough: bool,
    /// Whether a name is taken to be in a module that may hold names which no code in sight declares.
    out_of_sight: bool,
}

fn reached(world: &World<'_>, pattern: &SymbolPattern, asked: Asked) -> Vec<ModuleRef> {
    let mut found = Vec::new();
    for id in crates_named(world, pattern, asked.single_package) {
        below(world, (world.root(id), &pattern.segments[1..]), asked, &mut found);
        if asked.is_one_enough && !found.is_empty() {
            break;
        }
    }
    found
}

/// Where the segments lead from a module; `*` is any child, `**` any number of them.
///
/// Each module is asked once for each rest of the pattern, however many ways lead there.
fn below(
    world: &World<'_>,
    (module, segments): (ModuleRef, &[String]),
    asked: Asked,
    found: &mut Vec<ModuleRef>,
) {
    let mut open = vec![(module, 0)];
    let mut seen: FxHashSet<(ModuleRef, usize)> = open.iter().copied().collect();
    while let Some((module, at)) = open.pop() {
        if asked.is_one_enough && !found.is_empty() {
            return;
        }
        let Some(first) = segments.get(at) else {
            found.push(module);
            continue;
        };
        let mut next: Vec<(ModuleRef, usize)> = Vec::new();
        match first.as_str() {
            "**" => {
                next.push((module, at + 1));
                next.extend(all_children(world, module).into_iter().map(|child| (child, at)));
            }
            "*" => {
                let has_items = world.facts_of(module).is_some_and(|facts| !facts.items.is_empty());
                if at + 1 == segments.len() && has_items {
                    found.push(module);
                }
                next.extend(all_children(world, module).into_iter().map(|child| (child, at + 1)));
            }
            name => {
                let children = world.children(module, name);
                next.extend(children.iter().map(|child| (*child, at + 1)));
                // Behind an item there are only members, which belong to it.
                let defs = match children.is_empty() {
                    true => world.lookup(module, name, Namespace::Any),
                    false => Rc::default(),
                };
                let may_be =
                    || world.is_told(module, name) || asked.out_of_sight && world.may_hold_more(module);
                if children.is_empty() && defs.is_empty() && may_be() {
                    found.push(module);
                }
                for def in defs.iter() {
                    match def {
                        Def::Module(module) => next.push((*module, at + 1)),
                        Def::Item(..) | Def::External(_) => found.push(module),
                    }
                }
            }
        }
        open.extend(next.into_iter().filter(|step| seen.insert(*step)));
    }
}

fn all_children(world: &World<'_>, module: ModuleRef) -> Vec<ModuleRef> {
    let names = world.child_names(module);
    names.iter().flat_map(|name| world.children(module, name).to_vec()).collect()
}
