//! The spec language as one table: every key, where it stands, what it takes, what it means.
//!
//! Validation, "did you mean", the JSON Schema and the check of the user's reference all read this table. What a row cannot
//! say (that a name must be declared somewhere, that two keys go together) is said where that key is read.

/// Where a value in text form gets its grammar from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Words for people; not empty.
    Prose,
    /// Any text, an empty one too.
    Anything,
    /// The name of a module, an API or a guard.
    Label,

    /// The name of a schema.
    SchemaName,
    /// A pattern for symbols or files.
    Pattern,
    /// A pattern for symbols.
    Symbol,
    /// A name that is declared elsewhere: whether it is is asked where all of them are known.
    Reference,
    /// A module of the spec, or a pattern for symbols.
    Name,
    /// A path of a file: from the root, or after `./` from the folder of the spec file.
    File,
    /// The path of an endpoint.
    Route,
    /// The path of an endpoint, or all below it with `/**`.
    Except,
    /// A method and a path.
    Endpoint,
    /// A version number, such as `0.3`.
    Version,
    /// An exact item, crate or file.
    Identity,
    /// A media type.
    Media,
    /// The type of a value on the wire.
    Type,
}

/// What stands under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The integer 1.
    One,
    /// A string.
    Text(Form),
    /// An array of strings.
    Texts(Form),
    /// An array of strings, or `"*"`.
    TextsOrAny(Form),
    /// An array of names, in which an array of names stands for siblings.
    Layers,
    /// `true` or `false`.
    Flag,
    /// A date, without quotes.
    Date,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// An array of these words.
    Choices(&'static [&'static str]),
    /// The position of an argument, from 0.
    Position,
    /// A method, or the position of an argument.
    MethodOrPosition,
    /// The type of a field: a string, an array of strings, or a table of fields.
    Field,
    /// A table of fields.
    Fields,
    /// A table of fields, or an array of strings.
    Schema,
    /// A body: a string, or a table of fields.
    Body,
    /// A body, or a table of bodies by status.
    Responses,
    /// A table; the rows for what it holds stand under its own path.
    Table,
    /// An array of such tables.
    Tables,
}

/// The key of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// This word.
    Word(&'static str),
    /// Whatever the author calls it: a placeholder in capitals, and the grammar.
    Free(&'static str, Form),
}

/// A row of the language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The path of the table that the key stands in, free keys by their placeholder; empty for the top of a file.
    pub(super) table: &'static str,
    /// The key.
    pub(super) key: Key,
    /// What it takes.
    pub(super) kind: Kind,
    /// Whether it may not be left out.
    pub(super) required: bool,
    /// What it means, as one line.
    pub(super) meaning: &'static str,
    /// A value as it is written in a spec; empty for tables.
    pub(super) example: &'static str,
}

impl Row {
    /// The key, or its placeholder.
    pub(super) fn word(&self) -> &'static str {
        match self.key {
            Key::Word(word) | Key::Free(word, _) => word,
        }
    }

    /// The path under which the rows for what this one holds stand.
    pub(super) fn path(&self) -> String {
        if self.table.is_empty() { self.word().to_owned() } else { format!("{}.{}", self.table, self.word()) }
    }
}

/// The rows of one table.
pub(super) fn rows(table: &str) -> impl Iterator<Item = &'static Row> + Clone {
    LANGUAGE.iter().filter(move |row| row.table == table)
}

/// The words of a table's rows.
pub(super) fn words(table: &str) -> impl Iterator<Item = &'static str> + Clone {
    rows(table).filter_map(|row| match row.key {
        Key::Word(word) => Some(word),
        Key::Free(..) => None,
    })
}

const fn must(
    table: &'static str,
    key: &'static str,
    kind: Kind,
    meaning: &'static str,
    example: &'static str,
) -> Row {
    Row { table, key: Key::Word(key), kind, required: true, meaning, example }
}

const fn may(
    table: &'static str,
    key: &'static str,
    kind: Kind,
    meaning: &'static str,
    example: &'static str,
) -> Row {
    Row { table, key: Key::Word(key), kind, required: false, meaning, example }
}

const fn table(table: &'static str, key: &'static str, meaning: &'static str) -> Row {
    may(table, key, Kind::Table, meaning, "")
}

const fn free(
    table: &'static str,
    key: Key,
    kind: Kind,
    meaning: &'static str,
    example: &'static str,
) -> Row {
    Row { table, key, kind, required: false, meaning, example }
}

const NAME: Key = Key::Free("NAME", Form::Label);
const ROLES: &[&str] = &["production", "test", "bench", "example", "build"];

use Form::{
    Anything, Endpoint, Except, File, Identity, Media, Name, Pattern, Prose, Reference, SchemaName, Symbol,
    Type, Version,
};
use Kind::{
    Body, Choice, Choices, Date, Field, Fields, Flag, Layers, MethodOrPosition, One, Position, Responses,
    Schema, Table, Tables, Text, Texts, TextsOrAny,
};

/// The language, in the order in which it is explained.
#[rustfmt::skip] // One row, one line: the table is read down its columns.
pub(super) static LANGUAGE: &[Row] = &[
    must("", "gate", One, "the version of the spec language; every file begins with it", "1"),
    table("", "design", "the design as a whole; in one file"),
    table("", "module", "the modules, by name"),
    table("", "api", "the HTTP APIs, by name"),
    table("", "types", "what types of the team's own look like on the wire, by path or last segment"),
    table("", "schema", "what goes over the wire, by name"),
    table("", "rules", "severities, by rule"),
    may("", "waiver", Tables, "deviations that are put up with until a date", ""),

    may("design", "name", Text(Prose), "what the system is called", r#""shop""#),
    may("design", "why", Text(Prose), "what it is, in a sentence", r#""An order service: HTTP edge, domain, Postgres.""#),
    may("design", "needs", Text(Version), "the oldest gate that may judge", r#""0.1""#),
    may("design", "layers", Layers, "modules from top to bottom, an inner array holding independent siblings; each may use what lies below", r#"["api", ["orders", "billing"], "store"]"#),
    may("design", "unmapped", Choice(&["deny", "allow"]), "what is done about new code that belongs to no module; `deny` when omitted", r#""allow""#),
    may("design", "unjudged", Choice(&["deny", "note"]), "what is done about what a change adds and gate cannot judge; `deny` when omitted", r#""note""#),
    may("design", "tests", Texts(Pattern), "code that is test code although nothing else says so", r#"["tests-support/**", "shop_test_utils"]"#),
    may("design", "absent", Texts(Pattern), "code that is not in the repository: generated, or ignored by git", r#"["crate::proto"]"#),
    may("design", "judge", Choices(ROLES), "the roles of code that boundaries hold for; production when omitted", r#"["production", "test"]"#),

    free("module", NAME, Table, "a module: a part of the code with a purpose of its own", ""),
    must("module.NAME", "code", Texts(Pattern), "the code that belongs to it", r#"["crate::store"]"#),
    must("module.NAME", "why", Text(Prose), "what it is for; every finding about it quotes this", r#""The only module that talks to Postgres.""#),
    may("module.NAME", "uses", TextsOrAny(Name), "what it may use beside what lies in lower layers; `\"*\"` is every module", r#"["billing", "crate::store::money"]"#),
    may("module.NAME", "users", Texts(Name), "who may use it at all; omitted: whoever layers and `uses` allow", r#"["orders", "billing"]"#),
    may("module.NAME", "bans", Texts(Name), "what it may never use, whatever else allows it", r#"["std::fs", "std::net"]"#),
    may("module.NAME", "public", Texts(Symbol), "what others may name of it, and below; omitted: all of it", r#"["crate::store::repo"]"#),
    may("module.NAME", "owns", Texts(Symbol), "external crates, or parts of them, that only their owners may use", r#"["sqlx"]"#),
    may("module.NAME", "external", Texts(Symbol), "the external crates it may use beside what it owns; omitted: any that nobody owns", r#"["serde", "uuid"]"#),
    may("module.NAME", "reexports", Texts(Reference), "modules whose items count as its own when they are named through it", r#"["orders"]"#),
    may("module.NAME", "owner", Text(Prose), "who answers for it", r#""@team-data""#),
    may("module.NAME", "see", Text(Prose), "where the design says more", r#""docs/adr/0007.md""#),

    free("api", NAME, Table, "an API: a set of endpoints with one contract", ""),
    must("api.NAME", "why", Text(Prose), "what it is for; every finding about it quotes this", r#""The public HTTP API.""#),
    may("api.NAME", "entry", Texts(Pattern), "where its root router is built; omitted: every root router", r#"["crate::api::router"]"#),
    may("api.NAME", "base", Text(Form::Route), "goes before every route; the API claims what lies below it", r#""/api/v1""#),
    may("api.NAME", "except", Texts(Except), "full paths below the base that are no part of the contract", r#"["/api/v1/ready", "/api/v1/debug/**"]"#),
    may("api.NAME", "grpc", Flag, "whether it consists of calls of gRPC services, which other APIs never hold; `false` when omitted", "true"),
    may("api.NAME", "exhaustive", Flag, "whether a claimed endpoint that is not declared is a deviation; `true` when omitted", "false"),
    may("api.NAME", "handlers", Texts(Symbol), "where handlers must live; omitted: anywhere", r#"["crate::api"]"#),
    may("api.NAME", "openapi", Text(File), "an OpenAPI document whose operations and schemas belong to the contract", r#""api/openapi.yaml""#),
    may("api.NAME", "auth", Text(Reference), "the guard of every endpoint that does not say otherwise; `\"none\"` is no guard", r#""user""#),
    may("api.NAME", "closed", Flag, "whether an undeclared field of a response is a deviation, not a note; `false` when omitted", "true"),
    table("api.NAME", "guards", "how code proves that a caller was checked, by the name of the guard"),
    table("api.NAME", "values", "what is known only at run time: expression as the code writes it, and its text"),
    table("api.NAME", "endpoints", "the endpoints: method and path, and what is promised"),
    table("api.NAME", "wrappers", "types of the team's own around a body"),
    may("api.NAME", "registers", Tables, "functions, methods, macros or attributes of the team's own that register endpoints", ""),

    free("api.NAME.guards", NAME, Table, "a guard; one of its proofs is enough", ""),
    may("api.NAME.guards.NAME", "extractors", Texts(Symbol), "types that a guarded handler takes", r#"["CurrentUser"]"#),
    may("api.NAME.guards.NAME", "layers", Texts(Symbol), "functions or types laid over guarded routes", r#"["require_user"]"#),
    free("api.NAME.values", Key::Free("EXPRESSION", Prose), Text(Anything), "the text that the expression has at run time", r#""/v2""#),
    free("api.NAME.endpoints", Key::Free("METHOD PATH", Endpoint), Table, "an endpoint; `{}` promises that it is there", ""),
    may("api.NAME.endpoints.METHOD PATH", "query", Fields, "the query parameters and their types", r#"{ page = "int?", size = "int?" }"#),
    may("api.NAME.endpoints.METHOD PATH", "request", Body, "the body of the request", r#""form Login""#),
    may("api.NAME.endpoints.METHOD PATH", "responses", Responses, "the body of the 2xx response, or a table from status to body", r#"{ 200 = "Order", 404 = "Problem" }"#),
    may("api.NAME.endpoints.METHOD PATH", "auth", Text(Reference), "the guard; `\"none\"` is no guard", r#""admin""#),
    may("api.NAME.endpoints.METHOD PATH", "handler", Text(Symbol), "the function that handles it, or where that must live", r#""crate::api::orders::cancel""#),
    may("api.NAME.endpoints.METHOD PATH", "planned", Flag, "designed, not built yet: that it is absent is no deviation", "true"),
    table("api.NAME.wrappers", "request", "types around the body of a request"),
    table("api.NAME.wrappers", "response", "types around the body of a response"),
    free("api.NAME.wrappers.request", Key::Free("TYPE", Symbol), Text(Media), "the media type of the body inside", r#""json""#),
    free("api.NAME.wrappers.response", Key::Free("TYPE", Symbol), Text(Media), "the media type of the body inside", r#""json""#),
    must("api.NAME.registers", "name", Text(Symbol), "its path, or its last segment", r#""crud_route""#),
    must("api.NAME.registers", "method", MethodOrPosition, "the method, or the position of the argument that is it, from 0", r#""GET""#),
    must("api.NAME.registers", "path", Position, "the position of the argument that is the path, from 0", "1"),
    may("api.NAME.registers", "handler", Position, "the position of the argument that is the handler, from 0; omitted: the item under an attribute", "2"),

    free("types", Key::Free("TYPE", Symbol), Text(Type), "what a value of the type looks like on the wire", r#""string""#),
    free("schema", Key::Free("NAME", SchemaName), Schema, "an object: fields and their types; or an enum of strings", r#"{ sku = "string", qty = "int" }"#),
    free("schema.NAME", Key::Free("FIELD", Anything), Field, "the type of the field; `?` at its end: may be absent", r#""datetime|null?""#),

    free("rules", Key::Free("RULE", Reference), Choice(&["deny", "note"]), "whether an introduced deviation fails the commit", r#""note""#),

    must("waiver", "rule", Text(Reference), "the rule whose finding is waived", r#""dependency-divergence""#),
    may("waiver", "from", Text(Identity), "the item that deviates, by its full path; or the file, the modules of a circle, the entry of the spec", r#""crate::api::orders::create""#),
    may("waiver", "to", Text(Identity), "the item or crate that is used, by its full path; or the table of an entry", r#""crate::store::conn::pool""#),
    may("waiver", "endpoint", Text(Anything), "in place of `from` and `to`: method and full path", r#""GET /api/v1/orders""#),
    may("waiver", "api", Text(Reference), "beside `endpoint`: its API, where it could be an endpoint of several", r#""shop""#),
    may("waiver", "at", Text(Prose), "beside `endpoint`: the place in the contract that differs, as findings show it", r#""Line/qty""#),
    must("waiver", "why", Text(Prose), "why it is put up with", r#""Until the outbox lands (SHOP-412).""#),
    must("waiver", "owner", Text(Prose), "who sees to it that it ends", r#""@team-orders""#),
    must("waiver", "expires", Date, "the last day on which it holds", "2027-01-31"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::{RepoPath, RuleId};
    use crate::spec::{SpecFile, read};

    const REFERENCE: &str = include_str!("../../docs/spec.md");

    /// The TOML of the reference. A block that begins with `gate = 1` begins a file; others go on with the one before.
    fn examples() -> Vec<SpecFile> {
        let blocks = REFERENCE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        let mut texts: Vec<String> = Vec::new();
        for block in blocks {
            match texts.last_mut() {
                Some(text) if !block.starts_with("gate = 1") => text.push_str(block),
                Some(_) | None => texts.push(block.to_owned()),
            }
        }
        let file = |(index, text): (u8, String)| SpecFile {
            path: RepoPath::new([b'a' + index]),
            text: text.into(),
            is_linked: false,
        };
        (0..).zip(texts).map(file).collect()
    }

    #[test]
    fn the_reference_is_a_valid_spec() {
        let rules = ["module-cycle", "dependency-divergence", "response-mismatch"].map(RuleId);
        let design = read(examples(), &rules).unwrap_or_else(|errors| {
            panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
        assert!(design.modules.len() >= 4 && design.apis.len() == 2 && design.waivers.len() == 2);
        assert!(design.unknown_names().is_empty());
    }

    #[test]
    fn the_reference_explains_every_key() {
        for row in LANGUAGE {
            let (word, path) = (row.word(), row.path());
            let forms =
                [format!("`{word}`"), format!("[{path}]`"), format!("`[{path}."), format!("`[[{path}]]`")];
            assert!(
                matches!(row.key, Key::Free(..)) || forms.iter().any(|form| REFERENCE.contains(form)),
                "docs/spec.md does not explain `{word}` of `[{}]`",
                row.table
            );
        }
    }

    #[test]
    fn the_reference_shows_every_key() {
        let examples = examples();
        for row in LANGUAGE.iter().filter(|row| !row.example.is_empty() && matches!(row.key, Key::Word(_))) {
            let word = row.word();
            let shown = |line: &str| line.split([' ', '{', ',']).any(|part| part == word);
            assert!(
                examples.iter().any(|file| file.text.lines().any(shown)),
                "no example in docs/spec.md has `{word}`"
            );
        }
    }

    #[test]
    fn rows_have_their_tables() {
        for row in LANGUAGE {
            let holder = LANGUAGE.iter().find(|holder| holder.path() == row.table);
            let holds =
                holder.is_some_and(|holder| matches!(holder.kind, Kind::Table | Kind::Tables | Kind::Schema));
            assert!(row.table.is_empty() || holds, "`[{}]` is no table", row.table);
            let double = LANGUAGE.iter().filter(|other| other.path() == row.path()).count();
            assert_eq!(double, 1, "`{}` has two rows", row.path());
        }
    }
}
