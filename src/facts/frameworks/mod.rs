//! Web frameworks as data: what the names of a framework mean for routes, in words that no framework owns.
//!
//! One row of [`FRAMEWORKS`] per framework. A row says which crates it speaks for, what a function, method, macro or attribute of
//! them does ([`Operation`], [`Registration`]), and how paths are spelled and joined. Rows know no syntax and follow no values: that is
//! the evaluator's part.

mod actix;
mod attribute;
mod axum;
mod dropshot;
mod gotham;
mod loco;
mod ntex;
mod path;
mod poem;
mod poem_grpc;
mod rocket;
mod routerify;
mod salvo;
mod tide;
mod tonic;
mod warp;

pub use attribute::{Argument, PathText, arguments, opens};
pub use tonic::{is_alike, served_by};

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::basis::Method;

/// All frameworks that gate reads.
pub const FRAMEWORKS: &[Framework] = &[
    axum::AXUM,
    actix::ACTIX,
    rocket::ROCKET,
    poem::POEM,
    salvo::SALVO,
    dropshot::DROPSHOT,
    loco::LOCO,
    ntex::NTEX,
    tide::TIDE,
    routerify::ROUTERIFY,
    warp::WARP,
    gotham::GOTHAM,
    tonic::TONIC,
    poem_grpc::POEM_GRPC,
];

/// One web framework.
#[derive(Debug)]
pub struct Framework {
    /// Its name in reports.
    pub name: &'static str,
    /// The crates it speaks for, as code names them.
    pub crates: &'static [&'static str],
    /// Texts of which one stands in every function that builds or takes one of its values.
    pub marks: &'static [&'static str],
    /// What a value of a type is, by the type's path (the crate's name first).
    pub kind: fn(&[&str]) -> Option<Kind>,
    /// What a call of a function does, by the function's path (the crate's name first).
    pub function: fn(&[&str]) -> Option<Operation>,
    /// What a method does to a value of the framework, by the number of its arguments too.
    pub method: fn(Kind, &str, usize) -> Option<Operation>,
    /// What a macro call does, by the macro's path.
    pub r#macro: fn(&[&str]) -> Option<Operation>,
    /// What an attribute says of the function or module below it, by the attribute's path and arguments.
    pub attribute: fn(&[&str], &str) -> Option<Registration>,
    /// A path as the framework spells it → gate's spelling: `/:id` → `/{id}`.
    pub spell: fn(&str) -> String,
    /// The path at which `inner` (second) is served when it is mounted at a prefix (first).
    pub join: fn(&str, &str) -> String,
}

/// What a value of a framework is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It holds routes: a router, an application, a scope, a configuration.
    Router,
    /// It holds what is answered at, or below, one path of its own.
    Resource,
    /// It hands requests on to routers by something else than the path: a host, a scheme.
    Switch,
    /// It asks for parts of requests one after the other, and answers those that have them once it has a handler.
    Filter,
    /// It says which methods are answered by which handlers, at a path that is yet to be given.
    Methods,
}

/// What calling something means for routes. Numbers are positions of arguments, from 0, the receiver not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Makes an empty router or resource, in front of whose routes the prefix goes wherever it is mounted.
    New {
        /// What is made.
        kind: Kind,
        /// The prefix, if it takes one.
        prefix: Option<usize>,
    },
    /// Registers one handler at a path; called on nothing, it makes a router that holds this one route.
    Register {
        /// The methods.
        verbs: Verbs,
        /// The path.
        path: usize,
        /// What answers; `None` for something that is no handler.
        handler: Option<usize>,
    },
    /// Makes a router by handing an empty one to a function or closure.
    Build {
        /// The function or closure.
        with: usize,
    },
    /// Hands a place in the router to a function or closure.
    Within {
        /// The path of the place.
        path: usize,
        /// The function or closure.
        with: usize,
    },
    /// Hands out a place in the router whose handler, yet to be named, answers these methods.
    Ask {
        /// The methods.
        verbs: Verbs,
        /// The path; `None` for the router's own.
        path: Option<usize>,
    },
    /// Hands out a place in the router: what is registered there is served by the router, below the path.
    At {
        /// The path.
        path: usize,
    },
    /// Makes a router of a value, or a tuple of values, of types whose functions carry routes in attributes.
    OfTypes {
        /// The value.
        of: usize,
    },
    /// Puts a path in front of routes of the router.
    Prefix {
        /// The path.
        path: usize,
        /// Of which routes, and what becomes of the prefix that they have.
        reach: Reach,
    },
    /// Makes methods, or adds them to methods or to a resource.
    Answer {
        /// Which.
        verbs: Verbs,
        /// What answers; `None` when [`Operation::Handle`] is to say it.
        handler: Option<usize>,
    },
    /// Says what answers the methods that have no handler yet; on a resource, what answers any method.
    Handle {
        /// What answers.
        handler: usize,
    },
    /// Narrows methods that have no handler yet down to those that the argument names.
    Restrict {
        /// A method, or a guard that stands for methods.
        to: usize,
    },
    /// Is a condition on a request that stands for methods.
    Filter(&'static [Method]),
    /// Registers a handler at the path that an attribute names over the type of one of its parameters.
    RegisterTyped {
        /// The methods.
        verbs: Verbs,
        /// What answers.
        handler: usize,
    },
    /// Registers a handler at a path below the router's own.
    AnswerBelow {
        /// The methods.
        verbs: Verbs,
        /// The path, in gate's spelling.
        below: &'static str,
        /// What answers.
        handler: usize,
    },
    /// Registers methods at a path.
    Route {
        /// The path.
        path: usize,
        /// The methods.
        methods: usize,
    },
    /// Registers methods at the path of the resource itself.
    RouteHere {
        /// The methods.
        methods: usize,
    },
    /// Registers a service for any method at a path.
    Serve {
        /// The path.
        path: usize,
        /// The service.
        service: usize,
    },
    /// Mounts what another value holds at a prefix.
    Nest {
        /// The prefix.
        prefix: usize,
        /// What is mounted.
        inner: usize,
        /// Whether anything can be mounted: what holds no routes then is no endpoint, and nothing is missing.
        any: bool,
    },
    /// Mounts what another value holds: a router, a handler that carries its route in an attribute, a list of such.
    Mount {
        /// What is mounted.
        inner: usize,
    },
    /// Takes up the routes of a service that is made elsewhere; a value that shows none may hide some.
    TakeUp {
        /// The service.
        service: usize,
        /// What is laid over it.
        under: Option<usize>,
    },
    /// Hands the router to a function or closure that registers more.
    Configure {
        /// The function or closure.
        with: usize,
    },
    /// Hands the router to a function or closure and goes on with what it returns.
    Through {
        /// The function or closure.
        with: usize,
    },
    /// Makes a filter that asks for methods, a part of the path, or both.
    Match {
        /// The methods; none: any.
        verbs: Verbs,
        /// The part of the path.
        part: Part,
    },
    /// Asks for what another filter asks, behind what this one does.
    And {
        /// The other filter.
        other: usize,
    },
    /// Asks for what this filter asks, or else for what another one does.
    Or {
        /// The other filter.
        other: usize,
    },
    /// Says what answers the requests that a filter lets through.
    AnswerMatched {
        /// What answers.
        handler: usize,
        /// Whether a handler with a name that came before stays what answers.
        changes: bool,
    },
    /// Makes a router of handlers that carry their routes in attributes; all arguments are handlers.
    OfHandlers,
    /// [`Operation::OfHandlers`], beside a description of the router.
    OfHandlersBeside,
    /// Mounts what is given as pairs of a path and a router, behind other arguments. Of a router beside a description it is the router.
    Pairs {
        /// The router in which it is mounted, and the path below it; `None`: in a new one, beside a description of it.
        into: Option<(usize, usize)>,
        /// The first pair.
        first: usize,
    },
    /// Splits a router into itself and a description of it. Where the router is let go of, nothing is served.
    Split,
    /// Lays something over the routes that are there, and over those that come later too where it is laid over all of them.
    Layer {
        /// What is laid.
        with: usize,
        /// Whether it covers what is registered later.
        all: bool,
    },
    /// Changes nothing that matters here.
    Same,
    /// Is its argument.
    Argument(usize),
    /// Registers nothing and holds no routes.
    Nothing,
    /// Registers what is not read.
    Opaque,
}

/// Which methods an [`Operation::Answer`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verbs {
    /// These.
    Fixed(&'static [Method]),
    /// Those that the argument names.
    Argument(usize),
}

/// What an [`Operation::Match`] asks of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Nothing.
    Nothing,
    /// The segment that an argument names.
    Argument(usize),
    /// One segment, whatever it is.
    Parameter,
    /// All that is left.
    Rest,
    /// That nothing is left.
    End,
    /// What the tokens of a macro say: string literals and types between slashes, `..` where it goes on.
    Pattern,
}

/// What an [`Operation::Prefix`] goes in front of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All routes of the router, in place of the prefix that it has.
    All,
    /// All routes of the router, behind the prefix that it has.
    AllBehind,
    /// What is mounted from here on, in place of what went before.
    Further,
    /// What is mounted from here on, behind what went before.
    FurtherBehind,
}

/// What an attribute says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    /// The function answers these methods at this path, once it is registered.
    Route {
        /// The methods.
        methods: Vec<Method>,
        /// What goes before the path.
        prefix: Option<PathText>,
        /// The path.
        path: PathText,
    },
    /// The routes of the functions in the module or block begin with this path.
    Prefix(PathText),
    /// The functions of the trait are served by whoever implements it.
    Served,
}

/// What an OpenAPI attribute says of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documented {
    /// The methods; empty where another attribute says them.
    pub methods: Vec<Method>,
    /// What goes before the path.
    pub prefix: Option<PathText>,
    /// The path; `None` where another attribute says it.
    pub path: Option<PathText>,
}

/// What an attribute, by its path as written and its arguments, documents of the function below it.
pub fn documented(path: &str, arguments: &str) -> Option<Documented> {
    let segments: Vec<&str> = path.trim_start_matches("::").split("::").collect();
    axum::documented(&segments, arguments)
}

/// Whether an attribute, by its path as written and its arguments, says that the function below it answers by another protocol.
pub fn upgrades(path: &str, arguments: &str) -> bool {
    let segments: Vec<&str> = path.trim_start_matches("::").split("::").collect();
    dropshot::upgrades(&segments, arguments)
}

/// Whether an attribute, by its path as written and its arguments, says that the function below it answers former versions alone.
pub fn is_former(path: &str, arguments: &str) -> bool {
    let segments: Vec<&str> = path.trim_start_matches("::").split("::").collect();
    dropshot::is_former(&segments, arguments)
}

/// The media type that an attribute, by its path as written and its arguments, says the typed body of the function below it has.
pub fn media(path: &str, arguments: &str) -> Option<Box<str>> {
    let segments: Vec<&str> = path.trim_start_matches("::").split("::").collect();
    dropshot::media(&segments, arguments)
}

/// Where an attribute over a handler says that its parameters stand, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Those that are parts of the path.
    pub path: Vec<String>,
    /// Those that are parameters of the query.
    pub query: Vec<String>,
    /// The one that takes what is left of the query.
    pub rest: Option<String>,
    /// The one that takes the body.
    pub body: Option<String>,
}

/// The places that the arguments of an attribute name; `None` when they name none.
pub fn places(arguments: &str) -> Option<Places> {
    rocket::places(arguments)
}

/// Arguments of attributes over handlers that lay something over the one route.
const LAYING: [&str; 1] = ["wrap"];

/// The paths in what the arguments of an attribute lay over the route of the function below it.
pub fn laid(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for argument in attribute::arguments(text) {
        if !LAYING.contains(&argument.name) {
            continue;
        }
        let Some(written) = argument.text() else { continue };
        let words = written.split(|char: char| !char.is_alphanumeric() && !matches!(char, '_' | ':'));
        found.extend(words.filter(|word| !word.is_empty()).map(ToOwned::to_owned));
    }
    found
}

/// Names of types and functions of any crate that answer requests without being endpoints: static files and documentation pages.
const NO_ENDPOINTS: [&str; 21] = [
    "ServeDir",
    "ServeFile",
    "Files",
    "NamedFile",
    "SwaggerUi",
    "Redoc",
    "ReDoc",
    "RedocConfig",
    "RapiDoc",
    "Scalar",
    "ScalarConfig",
    "ResourceFiles",
    "ServeEmbed",
    "MemoryServe",
    "LiveReloadLayer",
    "FileServer",
    "StaticDir",
    "StaticFile",
    "SwaggerUIConfig",
    "make_swagger_ui",
    "make_rapidoc",
];

/// Words in the name of a macro of the team's own that may register routes: `app!(cfg)`, `crud_routes!(…)`.
const MACRO_WORDS: [&str; 7] = ["route", "app", "api", "endpoint", "service", "crud", "scope"];

/// The word that stands in every file with an attribute that documents endpoints, and in the manifest of its package.
pub const DOCUMENTS: &str = "utoipa";

/// Finds the marks of all frameworks in one pass over a text; `None` never comes to be, unless they were too many.
static MARKS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let marks = FRAMEWORKS.iter().flat_map(|framework| framework.marks);
    AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(marks).ok()
});

/// How the functions begin with which a type says what it is to a framework: what it takes out of a request, and what it answers.
const IMPLEMENTED: [&str; 7] = [
    "fn into_response",
    "fn error_response",
    "fn as_response",
    "fn respond_to",
    "fn status",
    "fn from_request",
    "fn from_data",
];

/// Finds those functions in one pass over a text.
static IMPLEMENTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(IMPLEMENTED).ok());

/// Whether a text may hold a block in which a type says what it is to a framework.
pub fn implements(text: &[u8]) -> bool {
    IMPLEMENTS.as_ref().is_none_or(|functions| functions.is_match(text))
}

/// Whether a text may build or take a value of a framework.
pub fn marks(text: &str) -> bool {
    names(text) || calls_macro(text)
}

/// Whether a text names what builds or takes a value of a framework.
pub fn names(text: &str) -> bool {
    MARKS.as_ref().is_none_or(|marks| marks.is_match(text))
}

fn calls_macro(text: &str) -> bool {
    text.match_indices('!').any(|(at, _)| {
        let is_call = text[at + 1..].starts_with(['(', '{', '[']);
        let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let name = text[..at].rsplit(|char| !is_word(char)).next().unwrap_or_default();
        is_call && name.split('_').any(|part| MACRO_WORDS.contains(&part.trim_end_matches('s')))
    })
}

/// Whether a type as written names a value of a framework: by its path, or by its last name whatever the path.
pub fn names_value(written: &str) -> bool {
    let mut paths = written.split(|char: char| !char.is_alphanumeric() && char != '_' && char != ':');
    paths.any(|path| {
        let names: Vec<&str> = path.split("::").filter(|name| !name.is_empty()).collect();
        of_path(path).is_some_and(|own| (own.kind)(&names).is_some())
            || names.last().is_some_and(|last| FRAMEWORKS.iter().any(|one| (one.kind)(&[last]).is_some()))
    })
}

/// The framework that speaks for the crate of a path.
pub fn of_path(path: &str) -> Option<&'static Framework> {
    let name = path.strip_prefix("::").unwrap_or(path).split(':').next()?;
    FRAMEWORKS.iter().find(|framework| framework.crates.contains(&name))
}

/// Whether an attribute over a trait may say that its functions are served.
pub fn may_serve(attribute: &str) -> bool {
    let name = attribute.rsplit("::").next().unwrap_or(attribute);
    FRAMEWORKS.iter().any(|framework| (framework.attribute)(&[name], "") == Some(Registration::Served))
}

/// Whether a macro or attribute of a crate registers routes, so that its bare name can mean it where `#[macro_use]` stands over the crate.
pub fn is_macro_of(crate_name: &str, name: &str) -> bool {
    of_path(crate_name).is_some_and(|framework| {
        let path = [crate_name, name];
        (framework.r#macro)(&path).is_some() || (framework.attribute)(&path, "\"/\"").is_some()
    })
}

/// One method as what an operation names.
pub fn only(method: Method) -> Verbs {
    verb(&method.as_str().to_ascii_lowercase()).map_or(Verbs::Fixed(&[]), Verbs::Fixed)
}

/// The arguments of an attribute as written, of `name = value` the value.
pub fn attribute_arguments(text: &str) -> Vec<&str> {
    let list = attribute::arguments(text).into_iter();
    list.map(|argument| argument.value.unwrap_or(argument.name)).collect()
}

/// The methods that a path to a constant such as `http::Method::GET` or `MethodFilter::GET` stands for, whatever its crate.
pub fn named_methods(path: &str) -> Option<&'static [Method]> {
    let (rest, name) = path.rsplit_once("::")?;
    let owner = rest.rsplit("::").next()?;
    if owner != "Method" && owner != "MethodFilter" {
        return None;
    }
    let is_constant = name.chars().all(|char| char.is_ascii_uppercase());
    // Some crates have an enum for it: `Method::Get`.
    let is_variant = name.chars().enumerate().all(|(at, char)| char.is_ascii_uppercase() == (at == 0));
    verb(&name.to_ascii_lowercase()).filter(|_| is_constant || is_variant)
}

/// Whether the values of a path answer requests without being endpoints: static files and documentation pages.
pub fn is_no_endpoint(path: &str) -> bool {
    path.split("::").any(|segment| NO_ENDPOINTS.contains(&segment))
}

/// The method with this name in lower case; `any` is [`Method::Any`].
fn verb(name: &str) -> Option<&'static [Method]> {
    static ALL: [Method; 11] = Method::ALL;
    let is_lower = name.bytes().all(|byte| byte.is_ascii_lowercase());
    let at = ALL.iter().position(|method| is_lower && method.as_str().eq_ignore_ascii_case(name))?;
    ALL.get(at..=at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_crates() {
        for framework in FRAMEWORKS {
            for name in framework.crates {
                let found = of_path(&format!("{name}::x")).map(|found| found.name);
                assert_eq!(found, Some(framework.name));
            }
        }
        assert!(of_path("axumx::Router").is_none());
    }

    #[test]
    fn attributes_lay_over_one_route() {
        #[track_caller]
        fn check(arguments: &str, expected: &str) {
            assert_eq!(laid(arguments).join(" "), expected);
        }
        check(r#""/x", wrap = "Auth""#, "Auth");
        check(
            r#""/x", wrap = "HttpAuthentication::bearer(validator)""#,
            "HttpAuthentication::bearer validator",
        );
        check(r#""/x", guard = "Auth""#, "");
        check("", "");
    }

    #[test]
    fn methods_are_named_by_constants() {
        #[track_caller]
        fn check(path: &str, expected: &str) {
            let names = named_methods(path).map(|found| found[0].as_str());
            assert_eq!(names.unwrap_or("-"), expected);
        }
        check("http::Method::GET", "GET");
        check("axum::http::Method::PATCH", "PATCH");
        check("axum::routing::MethodFilter::DELETE", "DELETE");
        check("rocket::http::Method::Put", "PUT");
        check("http::Method::get", "-");
        check("x::GET", "-");
        check("GET", "-");
    }
}
