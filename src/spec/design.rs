//! The design as gate understands it: validated, names resolved to modules, every statement with its place.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::pattern::{Pattern, SymbolPattern};
use super::wire::{Field, Media, Payload, Responses, Shape};
use crate::basis::{Method, RepoPath, Role, RoutePattern, RuleId, Severity, Span};

/// One text that belongs to the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecFile {
    /// The path in the judged tree, or as given by `--spec`.
    pub path: RepoPath,
    /// The text.
    pub text: Arc<str>,
    /// Whether it is of a document that an API links, and holds no TOML.
    pub is_linked: bool,
}

/// Where a statement stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct At {
    /// Index into [`Design::files`].
    pub file: u32,
    /// The bytes of the value (or of the key, where the statement is a table).
    pub span: Span,
}

/// A value with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Declared<T> {
    /// What is declared.
    pub value: T,
    /// Where.
    pub at: At,
}

/// Index into [`Design::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ModuleId(pub u32);

/// What is done about something that nobody decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// It fails the commit.
    Deny,
    /// It is said (`unjudged = "note"`), or counted (`unmapped = "allow"`).
    Tolerate,
}

/// The whole spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Design {
    /// The files it was read from, in the order of their paths.
    pub files: Vec<SpecFile>,
    /// `[design] name`.
    pub name: Option<Declared<String>>,
    /// `[design] why`.
    pub why: Option<String>,
    /// `[design] needs`: the oldest gate that may judge, `(major, minor, patch)`.
    pub needs: Option<Declared<(u32, u32, u32)>>,
    /// `[design] layers`, top first.
    pub layers: Vec<Layer>,
    /// The place of the whole `layers` value.
    pub layers_at: Option<At>,
    /// `[design] unmapped`; default [`Policy::Deny`].
    pub unmapped: Policy,
    /// `[design] unjudged`; default [`Policy::Deny`].
    pub unjudged: Policy,
    /// `[design] tests`: code that is test code although nothing else says so.
    pub tests: Vec<Declared<Pattern>>,
    /// `[design] absent`: code that is not in the repository.
    pub absent: Vec<Declared<Pattern>>,
    /// `[design] judge`; default production alone.
    pub judge: Vec<Role>,
    /// `[module.*]`, in the order of files and lines.
    pub modules: Vec<Module>,
    /// `[api.*]`, likewise.
    pub apis: Vec<Api>,
    /// `[schema.*]`, likewise.
    pub schemas: Vec<Schema>,
    /// `[types]`: types of the code whose form on the wire gate cannot see, likewise.
    pub types: Vec<WireType>,
    /// `[rules]`.
    pub severities: BTreeMap<RuleId, Declared<Severity>>,
    /// `specs/waivers.toml` (waivers may stand in any spec file).
    pub waivers: Vec<Waiver>,
}

/// One level of `layers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The independent siblings on it; one where the level is not an inner array.
    pub members: Vec<Declared<ModuleId>>,
}

/// A `[module.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The name, and the place of the table's header.
    pub name: Declared<String>,
    /// `code`.
    pub code: Vec<Declared<Pattern>>,
    /// `why`, and its place.
    pub why: Declared<String>,
    /// `uses`.
    pub uses: Vec<Declared<Name>>,
    /// `users`; `None` when omitted (whoever is allowed to).
    pub users: Option<Vec<Declared<Name>>>,
    /// The place of the whole `users` value.
    pub users_at: Option<At>,
    /// `bans`.
    pub bans: Vec<Declared<Name>>,
    /// `public`; `None` when omitted (the whole module may be named).
    pub public: Option<Vec<Declared<SymbolPattern>>>,
    /// The place of the whole `public` value.
    pub public_at: Option<At>,
    /// `owns`: external crates or symbols of them, or `std` paths.
    pub owns: Vec<Declared<SymbolPattern>>,
    /// `external`; `None` when omitted (any that nobody owns).
    pub external: Option<Vec<Declared<SymbolPattern>>>,
    /// The place of the whole `external` value.
    pub external_at: Option<At>,
    /// `reexports`: modules whose items count as this one's when they are named through it.
    pub reexports: Vec<Declared<ModuleId>>,
    /// `owner`.
    pub owner: Option<String>,
    /// `see`.
    pub see: Option<String>,
}

/// A name in `uses`, `users` or `bans`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// `"*"`.
    Any,
    /// A module of the spec.
    Module(ModuleId),
    /// A symbol: a package of the repository, an item, an external crate, a `std` path.
    Symbol(SymbolPattern),
}

/// An `[api.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// The name, and the place of the table's header.
    pub name: Declared<String>,
    /// `why`.
    pub why: Declared<String>,
    /// `entry`; empty when omitted (every root).
    pub entry: Vec<Declared<Pattern>>,
    /// `base`; `/` when omitted.
    pub base: RoutePattern,
    /// The place of `base`, when it is written.
    pub base_at: Option<At>,
    /// `except`: routes below the base that are no part of the contract. `**` at the end is anything below.
    pub except: Vec<Declared<RoutePattern>>,
    /// `grpc`: it consists of calls of gRPC services, and of nothing else; default `false`: it holds none.
    pub grpc: bool,
    /// `exhaustive`; default `true`.
    pub exhaustive: bool,
    /// `handlers`; empty when omitted (anywhere).
    pub handlers: Vec<Declared<SymbolPattern>>,
    /// `openapi`: the document that declares operations and schemas too, as written: a path from the root of the judged
    /// tree, or, when it begins with `./`, from the folder of the spec file.
    pub openapi: Option<Declared<String>>,
    /// `auth`: who may call an endpoint that does not say otherwise; `None` when omitted (nothing is asked).
    pub auth: Option<Declared<Auth>>,
    /// `closed`: an undeclared response field is a deviation; default `false`.
    pub closed: bool,
    /// `[api.NAME.guards]`, in order.
    pub guards: Vec<Guard>,
    /// `[api.NAME.values]`: what is known only at run time: expression as written → text.
    pub values: BTreeMap<String, String>,
    /// `[api.NAME.wrappers] request`: name of a type that holds a request body → the media type of that body.
    pub request_wrappers: BTreeMap<String, Media>,
    /// `[api.NAME.wrappers] response`, likewise.
    pub response_wrappers: BTreeMap<String, Media>,
    /// `[[api.NAME.registers]]`, in order.
    pub registers: Vec<Registration>,
    /// `[api.NAME.endpoints]`, in order.
    pub endpoints: Vec<EndpointDeclaration>,
}

impl Api {
    /// The full path of one that a document gives: behind `base`, unless it begins with it already.
    pub fn path_of(&self, path: &RoutePattern) -> RoutePattern {
        if self.base_at.is_none() || path.is_below(&self.base) {
            return path.clone();
        }
        super::route::join(&self.base, path)
    }
}

/// Who may call an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Auth {
    /// `"none"`: everybody.
    Open,
    /// Callers that this one of [`Api::guards`] lets through.
    Guard(String),
}

/// A line of `[api.NAME.guards]`: how code proves that a caller was checked. One of the proofs is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The name, and the place of the key.
    pub name: Declared<String>,
    /// `extractors`: types that a handler takes, by path or last segment.
    pub extractors: Vec<Declared<SymbolPattern>>,
    /// `layers`: functions or types laid over a route, by path or last segment.
    pub layers: Vec<Declared<SymbolPattern>>,
}

/// A `[[api.NAME.registers]]`: a function, method, macro or attribute of the team's own that registers an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The place of the table's header.
    pub at: At,
    /// `name`: its path, or its last segment.
    pub name: Declared<SymbolPattern>,
    /// `method`.
    pub method: RegisteredMethod,
    /// `path`: the position of the argument that is the path, from 0.
    pub path: u32,
    /// `handler`: the position of the argument that is the handler, from 0; `None` where it is the item that an attribute
    /// stands on.
    pub handler: Option<u32>,
}

/// Where a [`Registration`] has its method from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisteredMethod {
    /// It is always this one.
    Fixed(Method),
    /// It is the argument at this position, from 0.
    Argument(u32),
}

/// A `[schema.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The name, and the place of the table's header.
    pub name: Declared<String>,
    /// What a value of it looks like: an object, or an enum of strings.
    pub shape: Shape,
}

/// A line of `[types]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireType {
    /// The type in the code, by path or last segment, and the place of the key.
    pub name: Declared<SymbolPattern>,
    /// What a value of it looks like on the wire.
    pub shape: Shape,
}

/// One line of `[api.NAME.endpoints]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointDeclaration {
    /// The method.
    pub method: Method,
    /// The full path, `base` included.
    pub path: RoutePattern,
    /// The place of the key.
    pub at: At,
    /// `handler`.
    pub handler: Option<Declared<SymbolPattern>>,
    /// `planned = true`: its absence is no deviation.
    pub planned: bool,
    /// `auth`; `None` when omitted ([`Api::auth`] holds).
    pub auth: Option<Declared<Auth>>,
    /// `query`; `None` when omitted (nothing is said), empty when there are no parameters.
    pub query: Option<Vec<Field>>,
    /// `request`; `None` when omitted.
    pub request: Option<Declared<Payload>>,
    /// `responses`; `None` when omitted.
    pub responses: Option<Responses>,
}

/// A `[[waiver]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The place of the table's header.
    pub at: At,
    /// The rule it excuses.
    pub rule: Declared<RuleId>,
    /// What it excuses.
    pub subject: WaiverSubject,
    /// `why`.
    pub why: String,
    /// `owner`.
    pub owner: String,
    /// `expires`: `(year, month, day)`, the last day on which it holds.
    pub expires: Declared<(u16, u8, u8)>,
}

/// What a waiver excuses: exact identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaiverSubject {
    /// `from` and `to`: full item paths (or a crate symbol). For `unmapped-code` a file and nothing, for `module-cycle` the modules of
    /// the circle and nothing, for entries of the spec the entry as written and its table.
    Dependency {
        /// `from`.
        from: Declared<String>,
        /// `to`.
        to: Option<Declared<String>>,
    },
    /// `endpoint`, and `at`, a pointer into its body.
    Endpoint {
        /// `METHOD /path` as written.
        endpoint: Declared<String>,
        /// The API: as written, or the only one that it can be; `None` where no API can have such an endpoint.
        api: Option<String>,
        /// `at`.
        pointer: Option<Declared<String>>,
    },
}
