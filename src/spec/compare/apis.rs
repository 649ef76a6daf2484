//! `[api.*]` of two designs: what an API claims, how gate reads its code, and who may call it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::design::{Api, Auth, Guard, RegisteredMethod, Registration};
use super::super::pattern::{Pattern, SymbolPattern};
use super::lists::{Element, covered, differing, elements};
use super::{Class, Pair, Subject, Table, either};
use crate::basis::RoutePattern;

const GUARDED: &[&str] = &["endpoint-unguarded"];
const BODIES: &[&str] = &["request-mismatch", "response-mismatch"];

/// What proves that a caller was checked; `None` where nothing is asked.
type Proofs = Option<BTreeSet<SymbolPattern>>;

impl Pair<'_> {
    /// Every `[api.NAME]`.
    pub(super) fn apis(&mut self) {
        let (base, head) = (self.base, self.head);
        for (index, before) in base.apis.iter().enumerate() {
            match self.matching.apis.get(&index).copied() {
                Some(after) => self.api(before, &head.apis[after]),
                None => {
                    let reason = "its endpoints are held to no contract";
                    let table = Table::api(before, &before.name.value);
                    self.say(Class::Loosened, (&table, ""), (Some(before.name.at), None), reason);
                }
            }
        }
        let known: BTreeSet<usize> = self.matching.apis.values().copied().collect();
        for (_, api) in head.apis.iter().enumerate().filter(|(index, _)| !known.contains(index)) {
            self.added_api(api);
        }
    }

    /// A new API can take endpoints from one that has the same entry and a shorter base.
    fn added_api(&mut self, api: &Api) {
        let entry =
            |api: &Api| api.entry.iter().map(|entry| entry.value.clone()).collect::<BTreeSet<Pattern>>();
        let loses = |before: &&Api| {
            before.grpc == api.grpc
                && entry(before) == entry(api)
                && api.base.is_below(&before.base)
                && gains(before, api)
        };
        let (class, subject, reason) = match self.base.apis.iter().find(loses) {
            Some(before) => {
                let name = &before.name.value;
                (Class::Loosened, name, format!("it takes endpoints of `{name}` and holds them to less"))
            }
            None => (Class::Extended, &api.name.value, "a new API".to_owned()),
        };
        self.say(class, (&Table::api(api, subject), ""), (None, Some(api.name.at)), reason);
    }

    fn api(&mut self, before: &Api, after: &Api) {
        let table = Table::api(after, &before.name.value);
        let names = [before, after].map(|api| format!("api.{}", api.name.value));
        let names = (names[0].as_str(), names[1].as_str());
        if before.name.value != after.name.value {
            let reason = format!("`{}` has another name", before.name.value);
            self.say(Class::Neutral, (&table, ""), (Some(before.name.at), Some(after.name.at)), reason);
        }
        self.words(names.1, &[("why", before.why.value != after.why.value)], names);
        self.entry(&table, before, after);
        self.claim(&table, before, after);
        self.except(&table, before, after);
        let flags = [
            (
                "exhaustive",
                before.exhaustive,
                after.exhaustive,
                &[][..],
                "an endpoint that nobody declared is fine",
            ),
            (
                "closed",
                before.closed,
                after.closed,
                &["response-mismatch"][..],
                "a field that nobody declared is fine",
            ),
        ];
        for (key, before, after, rules, reason) in flags {
            if before != after {
                let reason = if after { "what nobody declared is a deviation" } else { reason };
                let ends = self.ends(names, key);
                self.say(either(!after), (&table.held_by(rules), key), ends, reason);
            }
        }
        if before.grpc != after.grpc {
            let reason = "what it held is held to something else, or to nothing";
            self.say(Class::Loosened, (&table, "grpc"), self.ends(names, "grpc"), reason);
        }
        self.handlers(&table, before, after);
        self.document(&table, before, after);
        self.guards(&table, before, after);
        self.auth(&table, before, after);
        self.reading(&table, names, (before, after));
        self.registers(&table, before, after);
        self.endpoints(&table, before, after);
    }

    fn entry(&mut self, table: &Table, before: &Api, after: &Api) {
        let place = |api: &Api| api.entry.first().map(|entry| entry.at);
        let ends = (place(before), place(after));
        match (before.entry.is_empty(), after.entry.is_empty()) {
            (true, true) => return,
            (true, false) => {
                return self.say(Class::Loosened, (table, "entry"), ends, "only some routers belong to it");
            }
            (false, true) => {
                return self.say(Class::Tightened, (table, "entry"), ends, "every root router belongs to it");
            }
            (false, false) => {}
        }
        let (gone, new) = differing(&elements(&before.entry), &elements(&after.entry));
        let mut renamed = 0_usize;
        for (pattern, at) in gone {
            let dead = !(self.ground.in_head)(&pattern);
            renamed += usize::from(dead);
            let (class, reason) = match dead {
                true => (Class::Neutral, format!("`{pattern}` names nothing any more")),
                false => (Class::Loosened, format!("what `{pattern}` serves is held to no contract")),
            };
            self.say(class, (table, "entry"), (Some(at), None), reason);
        }
        for (pattern, at) in new {
            let is_new = !(self.ground.in_base)(&pattern);
            let (class, reason) = match is_new {
                true if renamed > 0 => {
                    (Class::Neutral, format!("`{pattern}` stands for a router that was renamed"))
                }
                true => (Class::Extended, format!("`{pattern}` is a router that is new")),
                false => (Class::Loosened, format!("what `{pattern}` serves counts as there")),
            };
            renamed = renamed.saturating_sub(usize::from(is_new));
            self.say(class, (table, "entry"), (None, Some(at)), reason);
        }
    }

    /// `base`: what the API claims.
    fn claim(&mut self, table: &Table, before: &Api, after: &Api) {
        if before.base.shape() == after.base.shape() {
            return;
        }
        let wider = before.base.is_below(&after.base) && after.exhaustive;
        let reason = match wider {
            true => "it claims more, and declares all of it",
            false => "what is served elsewhere is held to something else, or to nothing",
        };
        self.say(either(!wider), (table, "base"), (before.base_at, after.base_at), reason);
    }

    fn except(&mut self, table: &Table, before: &Api, after: &Api) {
        let (gone, new) = differing(&elements(&before.except), &elements(&after.except));
        let below = |route: &RoutePattern, list: &Api| {
            list.except.iter().any(|except| {
                let folder = except.value.as_str().strip_suffix("/**");
                except.value != *route
                    && folder.is_some_and(|folder| route.is_below(&RoutePattern::new(folder)))
            })
        };
        for (route, at) in new {
            let is_known = below(&route, before);
            let class = if is_known { Class::Neutral } else { Class::Loosened };
            self.say(
                class,
                (table, "except"),
                (None, Some(at)),
                format!("`{route}` is no part of the contract"),
            );
        }
        for (route, at) in gone {
            let class = if below(&route, after) { Class::Neutral } else { Class::Tightened };
            self.say(
                class,
                (table, "except"),
                (Some(at), None),
                format!("`{route}` is a part of the contract"),
            );
        }
    }

    fn handlers(&mut self, table: &Table, before: &Api, after: &Api) {
        let place = |api: &Api| api.handlers.first().map(|handlers| handlers.at);
        let ends = (place(before), place(after));
        match (before.handlers.is_empty(), after.handlers.is_empty()) {
            (true, true) => return,
            (true, false) => {
                return self.say(Class::Tightened, (table, "handlers"), ends, "handlers live only there");
            }
            (false, true) => {
                return self.say(Class::Loosened, (table, "handlers"), ends, "handlers may live anywhere");
            }
            (false, false) => {}
        }
        let (known, now) = (elements(&before.handlers), elements(&after.handlers));
        let (gone, new) = differing(&known, &now);
        for (symbol, at) in new {
            let class = match () {
                () if covered(&symbol, &known) => Class::Neutral,
                () if self.is_new_code(&symbol) => Class::Extended,
                () => Class::Loosened,
            };
            self.say(
                class,
                (table, "handlers"),
                (None, Some(at)),
                format!("handlers may live in `{symbol}`"),
            );
        }
        for (symbol, at) in gone {
            let is_dead = !(self.ground.in_head)(&Pattern::Symbol(symbol.clone()));
            let class = if is_dead || covered(&symbol, &now) { Class::Neutral } else { Class::Tightened };
            let reason = format!("`{symbol}` is named as a home of handlers no more");
            self.say(class, (table, "handlers"), (Some(at), None), reason);
        }
    }

    fn document(&mut self, table: &Table, before: &Api, after: &Api) {
        let path = |api: &Api| api.openapi.as_ref().map(|path| path.value.clone());
        let ends = (before.openapi.as_ref().map(|path| path.at), after.openapi.as_ref().map(|path| path.at));
        let (class, reason) = match (path(before), path(after)) {
            (before, after) if before == after => return,
            (None, _) => (Class::Extended, "what the document declares belongs to the contract"),
            (Some(_), None) => (Class::Loosened, "what the document declares is no part of the contract"),
            (Some(_), Some(_)) => (Class::Loosened, "another document, which may promise less"),
        };
        self.say(class, (&table.held_by(&["contract-break"]), "openapi"), ends, reason);
    }

    fn guards(&mut self, table: &Table, before: &Api, after: &Api) {
        let table = &table.held_by(GUARDED);
        let now: BTreeMap<&str, &Guard> =
            after.guards.iter().map(|guard| (guard.name.value.as_str(), guard)).collect();
        let known: BTreeSet<&str> = before.guards.iter().map(|guard| guard.name.value.as_str()).collect();
        let new: Vec<&Guard> =
            after.guards.iter().filter(|guard| !known.contains(guard.name.value.as_str())).collect();
        for guard in &before.guards {
            let name = &guard.name.value;
            if let Some(other) = now.get(name.as_str()) {
                self.proofs(table, guard, other);
                continue;
            }
            let same = new.iter().any(|other| proofs(other) == proofs(guard));
            let (class, reason) = match same {
                true => (Class::Neutral, format!("`{name}` has another name")),
                false => (Class::Loosened, format!("nothing proves `{name}` any more")),
            };
            self.say(class, (table, "guards"), (Some(guard.name.at), None), reason);
        }
        for guard in new {
            let same = before.guards.iter().any(|other| proofs(other) == proofs(guard));
            let class = if same { Class::Neutral } else { Class::Extended };
            let reason = format!("`{}` is a new guard", guard.name.value);
            self.say(class, (table, "guards"), (None, Some(guard.name.at)), reason);
        }
    }

    /// One proof of a guard is enough, so that one more is one more way in.
    fn proofs(&mut self, table: &Table, before: &Guard, after: &Guard) {
        let list = |guard: &Guard| -> Vec<Element<SymbolPattern>> {
            elements(&guard.extractors).into_iter().chain(elements(&guard.layers)).collect()
        };
        let (gone, new) = differing(&list(before), &list(after));
        let name = &after.name.value;
        for (symbol, at) in new {
            self.say(
                Class::Loosened,
                (table, "guards"),
                (None, Some(at)),
                format!("`{symbol}` proves `{name}` too"),
            );
        }
        for (symbol, at) in gone {
            let reason = format!("`{symbol}` no longer proves `{name}`");
            self.say(Class::Tightened, (table, "guards"), (Some(at), None), reason);
        }
    }

    fn auth(&mut self, table: &Table, before: &Api, after: &Api) {
        let (known, now) = (before.auth.as_ref(), after.auth.as_ref());
        if known.map(|auth| &auth.value) == now.map(|auth| &auth.value) {
            return;
        }
        let ends = (known.map(|auth| auth.at), now.map(|auth| auth.at));
        let who = "endpoints that say nothing else";
        let (class, reason) = compare_auth(
            &asked(before, known.map(|auth| &auth.value)),
            &asked(after, now.map(|auth| &auth.value)),
            who,
        );
        self.say(class, (&table.held_by(GUARDED), "auth"), ends, reason);
    }

    /// `values` and `wrappers`: what gate takes from the spec in place of the code.
    fn reading(&mut self, table: &Table, names: (&str, &str), (before, after): (&Api, &Api)) {
        let media = |wrappers: &BTreeMap<String, super::super::wire::Media>| -> BTreeMap<String, String> {
            wrappers.iter().map(|(name, media)| (name.clone(), media.as_str().to_owned())).collect()
        };
        let requests = (media(&before.request_wrappers), media(&after.request_wrappers));
        let responses = (media(&before.response_wrappers), media(&after.response_wrappers));
        self.assumed((table, "values"), (names, "values"), (&before.values, &after.values));
        let table = &table.held_by(BODIES);
        self.assumed((table, "wrappers"), (names, "wrappers.request"), (&requests.0, &requests.1));
        self.assumed((table, "wrappers"), (names, "wrappers.response"), (&responses.0, &responses.1));
    }

    /// Lines that gate believes: a new one shows more of the code to it, one that changes shows it otherwise, and without one
    /// less is seen.
    fn assumed(
        &mut self,
        (table, key): (&Table, &'static str),
        (names, inner): ((&str, &str), &str),
        (before, after): (&BTreeMap<String, String>, &BTreeMap<String, String>),
    ) {
        for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            let (class, reason) = match (before.get(name), after.get(name)) {
                (before, after) if before == after => continue,
                // A route is taken for another one by a value; a body is only seen by a wrapper.
                (None, _) if key == "values" => (Class::Loosened, format!("`{name}` is taken for this text")),
                (None, _) => (Class::Tightened, format!("gate sees what `{name}` stands for")),
                (Some(_), None) => (Class::Loosened, format!("gate no longer sees what `{name}` stands for")),
                (Some(_), Some(_)) => (Class::Loosened, format!("`{name}` is taken for something else")),
            };
            let find = |places: &super::Places<'_>, table: &str| {
                let path = format!("{table}.{inner}");
                places.inside(&path.split('.').collect::<Vec<_>>(), name)
            };
            let ends = (find(&self.places.0, names.0), find(&self.places.1, names.1));
            self.say(class, (table, key), ends, reason);
        }
    }

    fn registers(&mut self, table: &Table, before: &Api, after: &Api) {
        type Key = (SymbolPattern, (Option<crate::basis::Method>, Option<u32>), u32, Option<u32>);
        let list = |api: &Api| -> Vec<Element<Key>> {
            let method = |registration: &Registration| match registration.method {
                RegisteredMethod::Fixed(method) => (Some(method), None),
                RegisteredMethod::Argument(position) => (None, Some(position)),
            };
            let key = |it: &Registration| ((it.name.value.clone(), method(it), it.path, it.handler), it.at);
            api.registers.iter().map(key).collect()
        };
        let (gone, new) = differing(&list(before), &list(after));
        for ((name, ..), at) in gone {
            let reason = format!("what `{name}` registers is not seen as it was");
            self.say(Class::Loosened, (table, "registers"), (Some(at), None), reason);
        }
        for ((name, ..), at) in new {
            let reason = format!("gate sees what `{name}` registers");
            self.say(Class::Tightened, (table, "registers"), (None, Some(at)), reason);
        }
    }

    /// A table that speaks of one endpoint of an API.
    pub(super) fn of_endpoint(table: &Table, endpoint: &super::super::design::EndpointDeclaration) -> Table {
        let name = match &table.subject {
            Subject::Api(name, _) => name.clone(),
            Subject::Whole
            | Subject::Uses(_)
            | Subject::Module(_)
            | Subject::Rule(_)
            | Subject::Waiver(_)
            | Subject::Words => String::new(),
        };
        Table {
            name: format!("{}.endpoints.\"{} {}\"", table.name, endpoint.method, endpoint.path),
            subject: Subject::Api(name, Some((endpoint.method, endpoint.path.clone()))),
            rules: &[],
        }
    }
}

/// Whether an endpoint that goes from one API to another is held to less there.
fn gains(before: &Api, after: &Api) -> bool {
    let homes = elements(&before.handlers);
    let strays = after.handlers.is_empty() || after.handlers.iter().any(|home| !covered(&home.value, &homes));
    let open = asked(after, after.auth.as_ref().map(|auth| &auth.value)).is_none();
    (before.exhaustive && !after.exhaustive)
        || !after.except.is_empty()
        || (!before.handlers.is_empty() && strays)
        || (open && before.auth.as_ref().is_some_and(|auth| auth.value != Auth::Open))
}

fn proofs(guard: &Guard) -> BTreeSet<SymbolPattern> {
    guard.extractors.iter().chain(&guard.layers).map(|proof| proof.value.clone()).collect()
}

/// What `auth` asks for.
pub(super) fn asked(api: &Api, auth: Option<&Auth>) -> Proofs {
    match auth {
        None | Some(Auth::Open) => None,
        Some(Auth::Guard(name)) => api.guards.iter().find(|guard| guard.name.value == *name).map(proofs),
    }
}

/// Who may call what `who` names.
pub(super) fn compare_auth(before: &Proofs, after: &Proofs, who: &str) -> (Class, String) {
    match (before, after) {
        (before, after) if before == after => (Class::Neutral, format!("{who} ask for what they asked for")),
        (None, _) => (Class::Tightened, format!("{who} ask for a guard")),
        (Some(_), None) => (Class::Loosened, format!("{who} ask for no guard")),
        (Some(before), Some(after)) if after.is_subset(before) => {
            (Class::Tightened, format!("{who} take fewer proofs"))
        }
        (Some(_), Some(_)) => (Class::Loosened, format!("{who} ask for another guard")),
    }
}
