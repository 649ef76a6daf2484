//! A generated server of a gRPC service, by the path of its type → the calls that it answers.
//!
//! The code is made when the package is built, so that it is in the tree or not; the `.proto` file that it is made of is read in its
//! place. Which one that is, names tell: the type's, and the proto package in `include_proto!("…")`, in the `include!` of what a
//! build script wrote, or in the name of the generated file. Where they fit several services, none is meant.

use std::cell::OnceCell;
use std::sync::Arc;

use super::resolve::{Def, Namespace};
use super::routers::Routers;
use super::routes::{self, Declared, ItemRef, Location, Names, ServedCall, ServedCalls};
use super::tree::{ModuleRef, World};
use crate::basis::{RepoPath, Role};
use crate::facts::frameworks::{is_alike, served_by};
use crate::facts::proto::{Proto, Service};
use crate::facts::{FileFacts, MacroCall, ScopeId};

/// The `.proto` files of the tree, once somebody has asked.
pub(super) type Protos = OnceCell<Vec<(RepoPath, Arc<Proto>)>>;

/// A service, with the file and the package that declare it.
#[derive(Clone, Copy)]
struct Found<'p> {
    file: &'p RepoPath,
    package: &'p str,
    service: &'p Service,
}

/// Where a server is generated, as far as its name tells.
struct Generated {
    /// The module that holds it, or the one in which it is not to be seen.
    home: ModuleRef,
    /// The modules between that one and the server's own.
    between: String,
    /// The name of the service.
    service: String,
    /// Whether the code is in the tree.
    is_seen: bool,
}

impl Routers<'_, '_> {
    /// The answer to [`super::routes::Names::calls`].
    pub(super) fn calls_of(&self, at: Location, server: &str, given: Option<ItemRef>) -> Option<ServedCalls> {
        let here = self.world().module_at(self.module(at.file), at.scope);
        let generated = generated(self.world(), here, at.scope, (server, ""))?;
        let found = self.service(&generated)?;
        let home = self.number_of(generated.home).unwrap_or(at.file);
        let (package, service) = (found.package, &found.service.name);
        let name = if package.is_empty() { service.to_string() } else { format!("{package}.{service}") };
        let blocks = self.blocks_of(at.file, &found);
        let block = self.block_of(&blocks, given);
        let calls = found.service.calls.iter().map(|call| ServedCall {
            path: format!("/{name}/{}", call.name),
            handler: block.and_then(|block| self.member_alike(block, &call.name)),
            declared: Declared { proto: found.file.clone(), site: call.site, home },
        });
        Some(ServedCalls { calls: calls.collect(), is_open: block.is_none() && !blocks.is_empty() })
    }

    /// The services of a name, in the order of their files.
    fn named<'n>(&'n self, name: &str) -> Vec<Found<'n>> {
        let all = self.protos().iter().flat_map(|(file, proto)| {
            let found = move |service| Found { file, package: &proto.package, service };
            proto.services.iter().map(found)
        });
        all.filter(|found| is_alike(&found.service.name, name)).collect()
    }

    /// The service that a server is generated from.
    fn service(&self, generated: &Generated) -> Option<Found<'_>> {
        let named = self.named(&generated.service);
        let (told, is_certain) = packages(self.world(), generated);
        let is_told = |found: &&Found<'_>| told.iter().any(|package| is_alike(package, found.package));
        let mut fitting: Vec<Found<'_>> = named.iter().filter(is_told).copied().collect();
        if fitting.is_empty() && !is_certain {
            fitting = named;
        }
        let first = *fitting.first()?;
        let is_same =
            |found: &Found<'_>| (found.package, &found.service.name) == (first.package, &first.service.name);
        if !fitting.iter().all(is_same) {
            return None;
        }
        // Of copies the one that lies nearest is what the package is built from.
        let own = self.world().module(generated.home).file.map(|file| self.world().path(file));
        let shared = |found: &Found<'_>| {
            let own = own.iter().flat_map(|own| own.as_bytes().split(|byte| *byte == b'/'));
            own.zip(found.file.as_bytes().split(|byte| *byte == b'/')).take_while(|(a, b)| a == b).count()
        };
        fitting.into_iter().rev().max_by_key(shared)
    }

    /// The blocks that may implement the trait of a service: those of the crate of a file where it has any. What tests put in its
    /// place is left aside.
    fn blocks_of(&self, file: u32, service: &Found<'_>) -> Vec<ItemRef> {
        // A trait of that name may be another service's.
        let is_alone = self.named(&service.service.name).iter().all(|other| other.package == service.package);
        let is_named = |block: &ItemRef| {
            let name = self.item(*block).name.strip_suffix('>').and_then(|name| name.rsplit_once(" as "));
            name.is_some_and(|(_, of)| is_alike(of, &service.service.name))
        };
        let is_meant = |block: &ItemRef| {
            let generated = self
                .header_of(*block)
                .into_iter()
                .filter_map(|(here, path)| generated(self.world(), here, path.scope, (&path.path, "Server")));
            let meant = generated.filter_map(|generated| self.service(&generated)).next()?;
            Some((meant.package, &meant.service.name) == (service.package, &service.service.name))
        };
        let (named, others): (Vec<_>, Vec<_>) = self.blocks().partition(is_named);
        let is_meant = |block: &ItemRef| {
            if self.role(*block) == Role::Production { is_meant(block) } else { Some(false) }
        };
        let mut blocks: Vec<ItemRef> =
            named.into_iter().filter(|block| is_meant(block).unwrap_or(is_alone)).collect();
        if blocks.is_empty() {
            // The trait may be imported under another name.
            blocks.extend(others.into_iter().filter(|block| is_meant(block) == Some(true)));
        }
        let in_crate = |file: u32| self.world().module(self.module(file)).in_crate;
        if blocks.iter().any(|block| in_crate(block.file) == in_crate(file)) {
            blocks.retain(|block| in_crate(block.file) == in_crate(file));
        }
        blocks
    }

    /// The block that answers: the only one, or that of the type that is served.
    fn block_of(&self, blocks: &[ItemRef], given: Option<ItemRef>) -> Option<ItemRef> {
        if let [only] = blocks {
            return Some(*only);
        }
        let given = given?;
        let is_of_type = |block: &&ItemRef| {
            self.header_of(**block).into_iter().any(|(_, path)| {
                let at = Location { file: block.file, scope: path.scope, item: block.item };
                self.resolve(at, &path.path).contains(&routes::Found::Type(given))
            })
        };
        blocks.iter().find(is_of_type).copied()
    }

    fn member_alike(&self, block: ItemRef, name: &str) -> Option<ItemRef> {
        let mut members = self.members_in(block).filter(|(_, item)| is_alike(&item.name, name));
        members.next().map(|(of, _)| of)
    }
}

/// Where the type is generated that a path names, or would with this behind it; `None` where it is no server of a service.
fn generated(
    world: &World<'_>,
    here: ModuleRef,
    scope: ScopeId,
    (path, behind): (&str, &str),
) -> Option<Generated> {
    let resolved = world.resolve(here, scope, path, Namespace::Type);
    let seen = resolved.defs.iter().find_map(|def| match def {
        Def::Item(module, item) => Some((world.file_module(*module), world.symbol(*module, *item))),
        Def::Module(_) | Def::External(_) => None,
    });
    if let Some((home, path)) = seen {
        let service = served_by(&format!("{}{behind}", path.as_str()))?.to_owned();
        return Some(Generated { home, between: String::new(), service, is_seen: true });
    }
    let mut found: Vec<(ModuleRef, String)> = resolved.stuck.into_iter().collect();
    // What a macro declares at the root of a crate looks like a crate.
    found.extend(resolved.defs.iter().map(|def| (here, world.name_of(def))));
    found.push((here, path.to_owned()));
    found.extend(opened(world, here, path));
    let candidates = found.iter().filter_map(|(home, path)| {
        let path = format!("{path}{behind}");
        let name = path.rsplit("::").next().filter(|_| is_flat(world, *home));
        let service = served_by(&path).or_else(|| name?.strip_suffix("Server"))?.to_owned();
        let between: Vec<&str> = path.split("::").collect();
        let between = between[..between.len().saturating_sub(2)].join(".");
        Some(Generated { home: *home, between, service, is_seen: false })
    });
    // Several modules may be where it is not to be seen; one that brings generated code in is.
    candidates.min_by_key(|generated| !packages(world, generated).1)
}

/// Whether the servers of a package stand beside each other in what is generated into a module, as poem does it.
fn is_flat(world: &World<'_>, home: ModuleRef) -> bool {
    let scope = world.module(home).scope;
    let is_it = |call: &MacroCall| call.scope == scope && &*call.path == "poem_grpc::include_proto";
    world.facts_of(home).is_some_and(|facts| facts.macro_calls.iter().any(is_it))
}

/// What a name can be that a glob brings out of a module in which nothing is seen of it.
fn opened(world: &World<'_>, here: ModuleRef, server: &str) -> Vec<(ModuleRef, String)> {
    let Some(facts) = world.facts_of(here) else { return Vec::new() };
    let mut found = Vec::new();
    for (index, _) in (0..).zip(&facts.imports).filter(|(_, import)| import.glob) {
        let import = world.import(here, index);
        let modules = import.defs.iter().filter_map(|def| match def {
            Def::Module(module) => Some((*module, server.to_owned())),
            Def::Item(..) | Def::External(_) => None,
        });
        found.extend(modules);
        found.extend(import.stuck.iter().map(|(module, left)| (*module, format!("{left}::{server}"))));
    }
    found
}

/// The proto packages that the code may have been generated from, and whether it must be one of these.
fn packages(world: &World<'_>, generated: &Generated) -> (Vec<String>, bool) {
    let data = world.module(generated.home);
    let facts = world.facts_of(generated.home);
    let included: Vec<String> = facts.iter().flat_map(|facts| included(facts, data.scope)).collect();
    let is_certain = !included.is_empty() && !generated.is_seen;
    let file = data.file.map(|file| world.path(file)).or_else(|| data.missing.clone());
    let stem = file.map(|file| String::from_utf8_lossy(file.file_name()).trim_end_matches(".rs").to_owned());
    let mut told = included;
    told.extend(stem);
    told.push(generated.between.clone());
    (told, is_certain)
}

/// The packages whose generated code is brought into a scope: `include_proto!("shop.v1")`, and `include!` of a file of that name.
fn included(facts: &FileFacts, scope: ScopeId) -> Vec<String> {
    let calls = facts.macro_calls.iter().filter(|call| call.scope == scope);
    let package = |call: &MacroCall| {
        // `concat!(env!("OUT_DIR"), "/shop.v1", ".rs")`
        let written: String = call.arguments.split('"').skip(1).step_by(2).collect();
        let file = written.rsplit('/').next()?;
        match call.path.rsplit("::").next()? {
            "include_proto" => Some(file.to_owned()),
            "include" => Some(file.strip_suffix(".rs")?.to_owned()),
            _ => None,
        }
    };
    calls.filter_map(package).collect()
}
