//! What the code serves: the evaluator of routes, asked for every root and for the entries that a design names.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::basis::wire::Exchange;
use crate::basis::{Below, BlobId, Reason, RepoPath, Site, SymbolPath};
use crate::facts::{Item, ItemId, ItemKind, Piece, ScopeId, TestMark, frameworks};
use crate::model::routes::{Endpoint, Handler, Hints, Laid, RegisteredMethod, Registers, Request};
use crate::model::{
    CrateId, Def, Entry, Exchanges, ModuleRef, Namespace, Routers, RoutersFound, World, Wrappers,
};
use crate::reflexion::{self, Blind, Named, Proofs, Served, ServedSide};
use crate::report::{EndpointRow, ModelListing, UnjudgedRow};
use crate::spec::{self, Api, Design, Media, Pattern, SymbolPattern};

/// The endpoints of one side, and the registrations that could not be read.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Found {
    /// What is served.
    pub(crate) side: ServedSide,
    /// What could not be read.
    pub(crate) blind: Vec<Blind>,
    /// What each endpoint was read from, in the order of the endpoints.
    pub(crate) rows: Vec<Row>,
    /// The declarations that they speak of, by the number of their file.
    pub(crate) pieces: Vec<(u32, Piece)>,
    /// The files of those.
    pub(crate) files: Vec<RepoPath>,
    /// The name of the documents whose promises the endpoints were held against.
    pub(crate) documents: Option<BlobId>,
    /// Whether something was too large to be read to its end, so that handlers cannot be read one by one.
    pub(crate) is_cut: bool,
}

/// What an endpoint was read from.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Row {
    /// The function that answers: its file, and which item of it.
    pub(crate) handler: Option<(RepoPath, ItemId)>,
    /// The declarations that decide what it takes, by their numbers among [`Found::pieces`].
    pub(crate) takes: Vec<u32>,
    /// Those that decide what it gives.
    pub(crate) gives: Vec<u32>,
}

/// The numbers of declarations and of their files, given out as they come up.
#[derive(Default)]
pub(crate) struct Numbers {
    files: BTreeMap<RepoPath, u32>,
    pieces: BTreeMap<(u32, Piece), u32>,
}

impl Numbers {
    /// Those of what is known already.
    pub(crate) fn of(found: &Found) -> Self {
        Self {
            files: found.files.iter().cloned().zip(0..).collect(),
            pieces: found.pieces.iter().copied().zip(0..).collect(),
        }
    }

    /// The numbers of declarations; what comes up for the first time is added to what is known.
    pub(crate) fn give(&mut self, found: &mut Found, needs: Vec<(RepoPath, Piece)>) -> Vec<u32> {
        let mut number = |(file, piece): (RepoPath, Piece)| {
            let next = self.files.len();
            let at = *self.files.entry(file).or_insert_with_key(|file| {
                found.files.push(file.clone());
                number_of(next)
            });
            let next = self.pieces.len();
            *self.pieces.entry((at, piece)).or_insert_with_key(|piece| {
                found.pieces.push(*piece);
                number_of(next)
            })
        };
        needs.into_iter().map(&mut number).collect()
    }
}

fn number_of(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// What a side serves, before anybody asks what goes in and out.
pub(crate) struct Routed {
    /// The endpoints in their order, with the functions that answer.
    pub(crate) rows: Vec<(Served, Option<Entry>)>,
    blind: BTreeSet<Blind>,
}

impl Routed {
    /// Takes up all but the endpoints.
    pub(crate) fn take_into(self, found: &mut Found, world: &World<'_>) {
        found.side.annotations = world.annotations();
        found.blind = self.blind.into_iter().collect();
    }
}

/// What a side serves, for the APIs of a design; with what goes in and out where `promises` say so.
pub(crate) fn find(world: &World<'_>, design: (&Design, bool), promises: bool) -> Found {
    let mut routed = routed(world, design);
    let rows = std::mem::take(&mut routed.rows);
    let mut found = with_exchanges(world, design.0, rows, promises);
    routed.take_into(&mut found, world);
    found
}

/// Puts the routers of a side together.
pub(crate) fn routed(world: &World<'_>, (design, single_package): (&Design, bool)) -> Routed {
    let ask = |apis: &[Api]| Request {
        hints: hints(apis),
        roles: Some(design.judge.clone()),
        ..Request::default()
    };
    let everything = Routers::find(world, route_files(world), &[], ask(&design.apis));
    let mut rows = Rows::new();
    let mut blind = BTreeSet::new();
    let open: Vec<usize> = (0..design.apis.len()).filter(|api| design.apis[*api].entry.is_empty()).collect();
    collect(world, design, &everything, &open, &mut rows);
    unread(world, &everything, &mut blind);
    for (index, api) in design.apis.iter().enumerate().filter(|(_, api)| !api.entry.is_empty()) {
        let entries = entries(world, api, single_package);
        let all: Vec<Entry> = entries.keys().copied().collect();
        let found = Routers::find(world, [], &all, ask(std::slice::from_ref(api)));
        collect(world, design, &found, &[index], &mut rows);
        unread(world, &found, &mut blind);
        // Of the functions below a module most build nothing.
        let named = found.unseen.iter().filter(|entry| entries.get(entry) == Some(&true));
        blind.extend(named.filter_map(|entry| unseen(world, *entry)));
    }
    Routed { rows: rows.into_values().collect(), blind }
}

/// What is served, by the file, place, method and path of the registration, with the function that answers.
type Rows = BTreeMap<(Key, Option<(RepoPath, ItemId)>), (Served, Option<Entry>)>;

/// What decides the order of endpoints.
type Key = (RepoPath, u32, String);

/// What decides where an endpoint stands among others.
pub(crate) fn key_of(served: &Served) -> Key {
    (served.file.clone(), served.site.span.start, format!("{} {}", served.method, served.path))
}

/// Reads what handlers take and give, if the APIs promise it.
fn with_exchanges(
    world: &World<'_>,
    design: &Design,
    rows: Vec<(Served, Option<Entry>)>,
    promises: bool,
) -> Found {
    let exchanges = exchanges(world, design);
    let mut found = Found::default();
    let mut numbers = Numbers::default();
    for (mut served, handler) in rows {
        let mut row = Row::default();
        if promises {
            row.takes = numbers.give(&mut found, read_taken(&exchanges, &mut served, handler));
            row.gives = numbers.give(&mut found, read_given(&exchanges, &mut served, handler));
        }
        row.handler = handler.map(|handler| place_of(world, handler));
        found.rows.push(row);
        found.side.endpoints.push(served);
    }
    found.is_cut = exchanges.is_cut();
    let (accepts, emits) = exchanges.finish();
    (found.side.accepts, found.side.emits) = (vec![accepts], vec![emits]);
    found
}

/// What reads handlers under a design.
pub(crate) fn exchanges<'w, 's>(world: &'w World<'s>, design: &Design) -> Exchanges<'w, 's> {
    Exchanges::new(world, reflexion::own_types(design), wrappers(design))
}

/// Reads what a handler takes; the declarations that decide it.
pub(crate) fn read_taken(
    exchanges: &Exchanges<'_, '_>,
    served: &mut Served,
    handler: Option<Entry>,
) -> Vec<(RepoPath, Piece)> {
    if let Some(proofs) = &mut served.proofs {
        proofs.extractors = handler.and_then(|handler| exchanges.takes(handler));
    }
    let given = served.exchange.take().unwrap_or_default();
    let taken = handler.and_then(|handler| exchanges.taken_by(handler, &served.path));
    served.exchange = taken.map(|Exchange { parameters, unknown_parameters, request, forgives, .. }| {
        Exchange { parameters, unknown_parameters, request, forgives, ..given }
    });
    exchanges.needed()
}

/// Reads what a handler gives of which is known what it takes; the declarations that decide it.
pub(crate) fn read_given(
    exchanges: &Exchanges<'_, '_>,
    served: &mut Served,
    handler: Option<Entry>,
) -> Vec<(RepoPath, Piece)> {
    if let (Some(exchange), Some(handler)) = (&mut served.exchange, handler) {
        let Exchange { parameters, unknown_parameters, request, forgives, .. } = std::mem::take(exchange);
        *exchange = Exchange { parameters, unknown_parameters, request, forgives, ..Exchange::default() };
        exchanges.given_by(handler, exchange);
    }
    exchanges.needed()
}

fn wrappers(design: &Design) -> Wrappers {
    let all = |of: fn(&Api) -> &BTreeMap<String, Media>| {
        let apis = design.apis.iter().flat_map(of);
        apis.map(|(name, media)| (name.clone(), media.mime().to_owned())).collect()
    };
    Wrappers { request: all(|api| &api.request_wrappers), response: all(|api| &api.response_wrappers) }
}

/// What APIs say of the code that the code does not show.
fn hints(apis: &[Api]) -> Hints {
    let position = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let registers = apis.iter().flat_map(|api| &api.registers).map(|own| Registers {
        name: own.name.value.to_string(),
        method: match own.method {
            spec::RegisteredMethod::Fixed(method) => RegisteredMethod::Fixed(method),
            spec::RegisteredMethod::Argument(at) => RegisteredMethod::Argument(position(at)),
        },
        path: position(own.path),
        handler: own.handler.map(position),
    });
    Hints { values: apis.iter().flat_map(|api| api.values.clone()).collect(), registers: registers.collect() }
}

/// Adds what a side serves to a listing.
pub(crate) fn list(world: &World<'_>, listing: &mut ModelListing) {
    let found = Routers::find(world, route_files(world), &[], Request::default());
    for endpoint in &found.endpoints {
        let home = endpoint.declared.as_ref().map_or(endpoint.file, |declared| declared.home);
        let data = world.module(found.modules[home as usize]);
        let package = world.package(data.in_crate.package);
        let (file, site) = place(world, &found, endpoint);
        listing.endpoints.push(EndpointRow {
            file,
            line: site.line,
            is_call: endpoint.declared.is_some(),
            method: endpoint.method,
            path: endpoint.path.clone(),
            dynamic: endpoint.dynamic.clone(),
            handler: handler(world, &found, endpoint).map(|(_, symbol)| symbol),
            package: package.name.clone(),
            target: package.targets[data.in_crate.target as usize].name.clone(),
            condition: endpoint.condition.clone(),
            role: endpoint.role,
        });
    }
    let mut blind = BTreeSet::new();
    unread(world, &found, &mut blind);
    listing.unjudged.extend(blind.into_iter().map(|Blind { file, line, reason, text }| UnjudgedRow {
        file,
        line,
        reason,
        text,
    }));
}

/// The modules that begin the files in which something may be registered.
fn route_files(world: &World<'_>) -> Vec<ModuleRef> {
    world.source().registering().iter().flat_map(|path| world.locate(path)).collect()
}

fn collect(world: &World<'_>, design: &Design, found: &RoutersFound, apis: &[usize], rows: &mut Rows) {
    let aliases = Exchanges::new(world, Vec::new(), Wrappers::default());
    for endpoint in found.endpoints.iter().filter(|endpoint| design.judge.contains(&endpoint.role)) {
        let (file, site) = place(world, found, endpoint);
        let key = (file.clone(), site.span.start, format!("{} {}", endpoint.method, endpoint.path));
        let is_call = endpoint.declared.is_some();
        let (handler_package, handler) = match handler(world, found, endpoint) {
            Some((package, symbol)) => (package, Some(symbol)),
            None => (String::new(), None),
        };
        let function = match &endpoint.handler {
            // What its parameters are is said by messages, of which nothing was read.
            Handler::Function(_) if is_call => None,
            Handler::Function(of) => Some((found.symbol(world, *of).0, of.item)),
            Handler::External(_) | Handler::Anonymous => None,
        };
        let new = |function: Option<Entry>, under: Option<String>| Served {
            method: endpoint.method,
            path: endpoint.path.clone(),
            dynamic: endpoint.dynamic.clone(),
            handler: handler.clone(),
            handler_package: handler_package.clone(),
            file: file.clone(),
            site,
            is_call,
            is_former: function.is_some_and(|function| is_former(world, function)),
            condition: match (endpoint.condition.clone(), under) {
                (Some(around), Some(under)) => Some(format!("{around} and {under}")),
                (around, under) => around.or(under),
            },
            apis: Vec::new(),
            proofs: Some(Proofs { extractors: None, layers: layers((world, &aliases), found, endpoint) }),
            exchange: None,
            named: Named::default(),
            held: None,
        };
        for (function, under) in variants(world, function) {
            let key = (key.clone(), function.map(|function| place_of(world, function)));
            let (served, _) = rows.entry(key).or_insert_with(|| (new(function, under), function));
            served.apis.extend(apis.iter().filter(|api| design.apis[**api].grpc == is_call));
            served.apis.sort_unstable();
            served.apis.dedup();
        }
    }
}

/// The functions of one name that conditions choose between, each with its condition where there are several; those of tests left
/// out.
fn variants(world: &World<'_>, function: Option<Entry>) -> Vec<(Option<Entry>, Option<String>)> {
    let alone = vec![(function, None)];
    let Some((module, id)) = function else { return alone };
    let Some(facts) = world.facts_of(module) else { return alone };
    let own = &facts.items[id.0 as usize];
    let is_one = |(other, item): &(ItemId, &Item)| {
        let is_alike =
            (item.kind, item.scope, item.parent, &item.name) == (own.kind, own.scope, own.parent, &own.name);
        *other == id || (is_alike && item.cfg != own.cfg)
    };
    let cfg = |item: &Item| &facts.cfgs[item.cfg.0 as usize];
    let all = (0..).map(ItemId).zip(&facts.items).filter(is_one);
    let shipped: Vec<_> = all.filter(|(_, item)| cfg(item).test != TestMark::Yes).collect();
    match shipped.as_slice() {
        [] => alone,
        [(only, _)] => vec![(Some((module, *only)), None)],
        several => {
            let under =
                |item: &Item| Some(format!("cfg({})", cfg(item).text)).filter(|_| !cfg(item).text.is_empty());
            several.iter().map(|(id, item)| (Some((module, *id)), under(item))).collect()
        }
    }
}

/// Whether the attributes of a handler say that it answers former versions alone.
fn is_former(world: &World<'_>, (module, item): Entry) -> bool {
    let says =
        |item: &Item| item.attributes.iter().any(|one| frameworks::is_former(&one.path, &one.arguments));
    world.facts_of(module).is_some_and(|facts| says(&facts.items[item.0 as usize]))
}

fn unread(world: &World<'_>, found: &RoutersFound, blind: &mut BTreeSet<Blind>) {
    blind.extend(found.unjudged.iter().map(|unjudged| Blind {
        file: file_of(world, found.modules[unjudged.file as usize]),
        line: unjudged.site.line,
        reason: unjudged.reason,
        text: unjudged.text.clone(),
    }));
    blind.extend(found.unread.iter().map(|file| Blind {
        file: file.clone(),
        line: 0,
        reason: Reason::TooLarge,
        text: String::new(),
    }));
}

/// A function that an API names, and in which no router is seen.
fn unseen(world: &World<'_>, (module, item): Entry) -> Option<Blind> {
    let facts = world.facts_of(module)?;
    let item = facts.items.get(item.0 as usize).filter(|item| item.kind == ItemKind::Function)?;
    let (file, line) = (file_of(world, module), item.name_site.line);
    let text = format!("no router is seen in `{}`", item.name);
    Some(Blind { file, line, reason: Reason::DynamicRoute, text })
}

/// The file and the place that say what is served: of a call of a service its declaration, else the registration.
fn place(world: &World<'_>, found: &RoutersFound, endpoint: &Endpoint) -> (RepoPath, Site) {
    match &endpoint.declared {
        Some(declared) => (declared.proto.clone(), declared.site),
        None => (file_of(world, found.modules[endpoint.file as usize]), endpoint.site),
    }
}

/// The file of a function, and which item of it that is.
pub(crate) fn place_of(world: &World<'_>, (module, item): Entry) -> (RepoPath, ItemId) {
    (file_of(world, module), item)
}

fn file_of(world: &World<'_>, module: ModuleRef) -> RepoPath {
    world.module(module).file.map_or_else(|| RepoPath::new(""), |file| world.path(file))
}

/// The package and the full path of the function of the repository that answers.
fn handler(world: &World<'_>, found: &RoutersFound, endpoint: &Endpoint) -> Option<(String, SymbolPath)> {
    match &endpoint.handler {
        Handler::Function(of) => {
            let (module, symbol) = found.symbol(world, *of);
            Some((world.package(world.module(module).in_crate.package).ident.clone(), symbol))
        }
        Handler::External(_) | Handler::Anonymous => None,
    }
}

/// The names in what is laid over an endpoint; of an alias those of what it stands for.
fn layers(
    (world, aliases): (&World<'_>, &Exchanges<'_, '_>),
    found: &RoutersFound,
    endpoint: &Endpoint,
) -> Vec<String> {
    let names = |laid: &Laid| match laid {
        Laid::Item(of) => {
            let (module, symbol) = found.symbol(world, *of);
            aliases.aliased((module, of.item)).unwrap_or_else(|| vec![symbol.to_string()])
        }
        Laid::Path(path) => world.by_both_names(found.modules[endpoint.file as usize], path),
    };
    endpoint.layers.iter().flat_map(names).collect()
}

/// The functions that `entry` of an API means, and whether it names the function, not a module or file around it.
fn entries(world: &World<'_>, api: &Api, single_package: bool) -> BTreeMap<Entry, bool> {
    let mut found = BTreeMap::new();
    let mut add = |entries: Vec<Entry>, is_named: bool| {
        entries.into_iter().for_each(|entry| *found.entry(entry).or_default() |= is_named);
    };
    for entry in &api.entry {
        match &entry.value {
            Pattern::Symbol(symbol) => named(world, symbol, single_package, &mut add),
            Pattern::File(_) => {
                let named = |path: &RepoPath| crate::reflexion::names_file(&entry.value, path);
                let files = world.source().list(b"", Below::All).into_iter().filter(named);
                let modules = files.flat_map(|file| world.locate(&file));
                modules.for_each(|module| add(bodies_below(world, module), false));
            }
        }
    }
    found
}

fn named(
    world: &World<'_>,
    symbol: &SymbolPattern,
    single_package: bool,
    add: &mut dyn FnMut(Vec<Entry>, bool),
) {
    for package in world.packages().iter() {
        let data = world.package(*package);
        for target in (0..).take(data.targets.len()) {
            let id = CrateId { package: *package, target };
            let crate_name = SymbolPath::new(&data.targets[target as usize].name);
            if !crate::reflexion::names_crate(symbol, (&data.ident, &crate_name), single_package) {
                continue;
            }
            let root = world.root(id);
            if symbol.segments.len() == 1 {
                add(bodies_below(world, root), false);
                continue;
            }
            let path = format!("crate::{}", symbol.segments[1..].join("::"));
            for def in world.resolve(root, ScopeId(0), &path, Namespace::Value).defs {
                match def {
                    Def::Module(module) => add(bodies_below(world, module), false),
                    Def::Item(module, item) => add(functions(world, (module, item), &path), true),
                    Def::External(_) => {}
                }
            }
        }
    }
}

/// A function, or the member of a type that a path ends in.
fn functions(world: &World<'_>, (module, item): (ModuleRef, ItemId), path: &str) -> Vec<Entry> {
    let Some(facts) = world.facts_of(module) else { return Vec::new() };
    let begins = world.file_module(module);
    if matches!(facts.items[item.0 as usize].kind, ItemKind::Function | ItemKind::Trait) {
        return vec![(begins, item)];
    }
    let last = path.rsplit("::").next().unwrap_or(path);
    crate::model::member_of(&facts, &facts.items[item.0 as usize].name, last)
        .map(|member| (begins, member))
        .into_iter()
        .collect()
}

/// Every lowered function of a module and the modules below it, and whatever may carry routes in an attribute.
fn bodies_below(world: &World<'_>, module: ModuleRef) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut open = vec![module];
    while let Some(at) = open.pop() {
        let begins = world.file_module(at);
        let Some(facts) = world.facts_of(at) else { continue };
        let carries = |item: &Item| {
            matches!(item.kind, ItemKind::Function | ItemKind::Trait) && !item.attributes.is_empty()
        };
        let items = (0..).map(ItemId).zip(&facts.items);
        let attributed = items.filter(|(_, item)| carries(item)).map(|(id, _)| id);
        let all: BTreeSet<_> = facts.bodies.iter().map(|body| body.item).chain(attributed).collect();
        let is_here = |id: &ItemId| world.module_at(begins, facts.items[id.0 as usize].scope) == at;
        found.extend(all.into_iter().filter(is_here).map(|id| (begins, id)));
        for name in world.child_names(at) {
            open.extend(world.children(at, &name).iter());
        }
    }
    found
}
