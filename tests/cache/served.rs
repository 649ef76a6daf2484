//! What is kept of what the code serves holds only while nothing that it needs differs, and what follows from it is what reading finds.

use super::support::repo::Repo;
use super::{assert_same, gate};

const SERVICE: &str = "gate = 1

[design]
name = \"shop\"
why  = \"An order service.\"

[module.api]
code = [\"shop\"]
why  = \"The HTTP edge.\"

[api.shop]
why   = \"The public HTTP API.\"
entry = [\"shop::router\"]

[api.shop.endpoints]
\"GET  /orders/{id}\" = { responses = \"Order\" }
\"POST /orders\"      = { responses = { 201 = \"Order\" } }

[schema.Order]
id    = \"int\"
lines = \"Line[]\"

[schema.Line]
sku = \"string\"

[api.late]
why     = \"What came later.\"
openapi = \"late.json\"
";

const DOCUMENT: &str = r#"{ "openapi": "3.0.0", "info": { "title": "late", "version": "1" },
  "paths": { "/late": { "get": { "responses": { "200": { "description": "ok" } } } } } }
"#;

const HANDLERS: &str = "use axum::{Json, http::StatusCode};
use crate::types::Order;

pub async fn show() -> Json<Order> {
    Json(Order::load())
}

pub async fn create() -> (StatusCode, Json<Order>) {
    (StatusCode::CREATED, Json(Order::load()))
}
";

const TOOL: &str = "use axum::{Router, routing::get};
use serde::Serialize;

pub fn tool() -> Router {
    Router::new().route(\"/tool\", get(ask))
}

async fn ask() -> &'static str {
    \"tool\"
}
";

/// A service whose handlers, routes and types lie in files of their own.
fn service() -> Repo {
    let repo = Repo::new();
    let manifest =
        "[package]\nname = \"shop\"\nedition = \"2021\"\n\n[dependencies]\naxum = \"0.8\"\nserde = \"1\"\n";
    repo.write("specs/shop.toml", SERVICE)
        .write("late.json", DOCUMENT)
        .write("Cargo.toml", manifest)
        .write(
            "src/lib.rs",
            "use axum::{Router, routing::{get, post}};\n\nmod handlers;\nmod paths;\nmod types;\nmod wire;\nmod other;\n\n\
             pub fn router() -> Router {\n    \
             Router::new().route(paths::ORDER, get(handlers::show)).route(\"/orders\", post(handlers::create))\n}\n",
        )
        .write("src/paths.rs", "pub const ORDER: &str = \"/orders/{id}\";\n")
        .write("src/handlers.rs", HANDLERS)
        .write("src/types.rs", "pub use crate::wire::Order;\n")
        .write(
            "src/wire.rs",
            "use serde::Serialize;\n\n#[derive(Serialize)]\npub struct Order {\n    pub id: u32,\n    pub lines: Vec<Line>,\n}\n\n\
             #[derive(Serialize)]\npub struct Line {\n    pub sku: String,\n}\n",
        )
        .write("src/other.rs", "pub fn count() -> u32 {\n    1\n}\n");
    repo.stage().commit("service");
    repo
}

/// A file that a document refers to may come to be after the document was read.
#[test]
fn what_a_document_refers_to_is_looked_for_again() {
    let repo = service();
    let declared = SERVICE.split("[api.shop.endpoints]").next().unwrap_or(SERVICE);
    repo.write("specs/shop.toml", format!("{declared}openapi = \"api.json\"\n")).write(
        "api.json",
        r#"{ "openapi": "3.0.0", "info": { "title": "shop", "version": "1" }, "paths": {
          "/orders/{id}": { "get": { "responses": { "200": { "description": "ok", "content": {
            "application/json": { "schema": { "$ref": "parts.json#/Order" } } } } } } },
          "/orders": { "post": { "responses": { "201": { "description": "ok" } } } } } }"#,
    );
    repo.stage();
    let ask = |arguments: &[&str]| gate(&repo).args(arguments).output().expect("gate runs");
    assert_same(&ask(&["--all"]), &ask(&["--all", "--no-cache"]));
    let parts = r#"{ "Order": { "type": "object", "required": ["total"], "properties": { "total": { "type": "string" } } } }"#;
    repo.write("parts.json", parts).stage();
    let cold = ask(&["--all", "--no-cache"]);
    assert!(String::from_utf8_lossy(&cold.stdout).contains("`Order.total`"), "{cold:?}");
    assert_same(&ask(&["--all"]), &cold);
}

/// What the code serves is kept with all that it depends on: routes, the paths that they are made of, handlers, and the types that
/// these name, wherever they lie.
#[test]
fn what_is_served_is_known_only_while_nothing_that_it_needs_differs() {
    let repo = service();
    let text = |path: &str| std::fs::read_to_string(repo.path().join(path)).unwrap();
    let router = text("src/lib.rs");
    let steps: Vec<(&str, String)> = vec![
        ("README.md", "A file of no language.".to_owned()),
        ("src/other.rs", "pub fn count() -> u32 {\n    2\n}\n".to_owned()),
        // A type in a file that no handler names: what it holds, then its places alone.
        ("src/wire.rs", text("src/wire.rs").replace("    pub sku: String,\n", "")),
        ("src/wire.rs", format!("// One line more.\n{}", text("src/wire.rs"))),
        ("src/types.rs", "#[derive(serde::Serialize)]\npub struct Order {\n    pub id: u32,\n}\n".to_owned()),
        ("src/handlers.rs", HANDLERS.replace("    (StatusCode::CREATED", "    (StatusCode::OK")),
        ("src/paths.rs", "pub const ORDER: &str = \"/orders/{id}/all\";\n".to_owned()),
        // A declaration asks for a file that is not there, then there it is, with a route; and a route in a file that was known.
        ("src/lib.rs", format!("{router}\npub mod late;\n")),
        (
            "src/late.rs",
            "use axum::{Router, routing::get};\n\npub fn late() -> Router {\n    Router::new().route(\"/late\", get(ask))\n}\n\n\
             async fn ask() -> &'static str {\n    \"late\"\n}\n"
                .to_owned(),
        ),
        (
            "src/other.rs",
            "use axum::{Router, routing::get};\n\npub fn other() -> Router {\n    Router::new().route(\"/other\", get(crate::handlers::show))\n}\n"
                .to_owned(),
        ),
        // A file of no crate, until a target comes to be that no manifest names.
        ("src/tool.rs", text("src/wire.rs").replace("use serde::Serialize;", TOOL)),
        ("src/bin/tool.rs", "#[path = \"../tool.rs\"]\nmod tool;\n\nfn main() {}\n".to_owned()),
        ("late.json", DOCUMENT.replace("/late\"", "/later\"")),
        ("specs/shop.toml", SERVICE.replace("{ 201 = \"Order\" }", "{ 200 = \"Order\" }")),
        ("Cargo.toml", text("Cargo.toml").replace("axum = \"0.8\"\n", "")),
    ];
    let ask = |arguments: &[&str]| gate(&repo).args(arguments).output().unwrap();
    for (path, text) in &steps {
        repo.write(path, text).stage();
        for all in [&[][..], &["--all"]] {
            let cold = ask(&[all, &["--no-cache"]].concat());
            assert_same(&ask(all), &cold);
            assert_same(&ask(all), &cold);
        }
        repo.commit(path);
    }
}

/// Where names and routes stay as they were, what head serves follows from what base does: only handlers are read again that a changed
/// file decides, and places move. That has to be what reading all of head finds.
#[test]
fn what_head_serves_follows_from_base_only_where_that_is_the_same() {
    let repo = service();
    let text = |path: &str| std::fs::read_to_string(repo.path().join(path)).unwrap();
    let line = "use crate::parts::Part;\n\n#[derive(serde::Serialize)]\npub struct Line {\n    pub sku: String,\n    pub part: Part,\n}\n";
    let part = "#[derive(serde::Serialize)]\npub struct Part {\n    pub weight: f64,\n}\n";
    repo.write("src/lines.rs", line)
        .write("src/parts.rs", part)
        .write("src/lib.rs", text("src/lib.rs").replace("mod wire;", "mod wire;\nmod lines;\nmod parts;"))
        .write("src/types.rs", "pub use crate::wire::Order;\npub type Total = u32;\n")
        .write(
            "src/wire.rs",
            "use crate::lines::Line;\nuse serde::Serialize;\n\n#[derive(Serialize)]\npub struct Order {\n    pub id: u32,\n    \
             pub total: crate::types::Total,\n    pub lines: Vec<Line>,\n}\n",
        );
    repo.write(
        "specs/shop.toml",
        SERVICE.replace("id    = \"int\"\n", "id    = \"int\"\ntotal = \"string\"\n").replace(
            "sku = \"string\"\n",
            "sku = \"string\"\npart = \"Part\"\n\n[schema.Part]\nweight = \"number\"\n",
        ),
    );
    repo.stage().commit("totals");
    let (router, wire) = (text("src/lib.rs"), text("src/wire.rs"));
    let settings =
        "pub struct ServiceConfig;\n\npub fn count(_: &ServiceConfig) -> u32 {\n    1\n}\n".to_owned();
    let steps: Vec<(&str, String)> = vec![
        // What a handler needs, at any distance; of an alias no type has the name.
        ("src/parts.rs", part.replace("f64", "String")),
        ("src/lines.rs", line.replace("String", "u32")),
        ("src/wire.rs", wire.replace("    pub id: u32,\n", "")),
        ("src/types.rs", "pub use crate::wire::Order;\npub type Total = String;\n".to_owned()),
        ("src/handlers.rs", HANDLERS.replace("    (StatusCode::CREATED", "    (StatusCode::OK")),
        ("src/handlers.rs", HANDLERS.replace("-> Json<Order>", "-> Json<Vec<Order>>")),
        // Places alone: of types, of handlers, of routes.
        ("src/wire.rs", format!("// One line more.\n\n{wire}")),
        ("src/handlers.rs", format!("//! One line more.\n{HANDLERS}")),
        ("src/lib.rs", router.replace("pub fn router", "/// One line\n/// more.\npub fn router")),
        ("src/other.rs", settings.clone()),
        ("src/other.rs", settings.replace("    1\n", "    2\n")),
        // Names and routes.
        ("src/lines.rs", line.replace("#[derive(serde::Serialize)]\n", "")),
        ("src/wire.rs", wire.replace("use crate::lines::Line", "use crate::other::Line")),
        ("src/handlers.rs", HANDLERS.replace("crate::types::Order", "crate::other::Order")),
        ("src/other.rs", "#[derive(serde::Serialize)]\npub struct Order {}\n".to_owned()),
        ("src/handlers.rs", HANDLERS.replace("pub async fn show", "#[cfg(test)]\npub async fn show")),
        ("src/lib.rs", router.replace("\"/orders\"", "\"/orders/new\"")),
        ("src/lib.rs", router.replace("mod types;", "mod types { pub use crate::other::Order; }")),
        ("src/paths.rs", "pub const ORDER: &str = \"/orders/{id}/all\";\n".to_owned()),
    ];
    holds_for_each(&repo, &steps);
}

/// Stages each step beside the same base, then each beside what the one before left, as commits come, and asks in all ways.
#[track_caller]
fn holds_for_each(repo: &Repo, steps: &[(&str, String)]) {
    let ask = |arguments: &[&str]| gate(repo).args(arguments).output().unwrap();
    let check = |path: &str| {
        let staged = ask(&[]);
        assert_same(&ask(&[]), &staged);
        // All of the code without a cache is read with no base to follow from.
        let (warm, cold) = (ask(&["--all"]), ask(&["--all", "--no-cache"]));
        assert_eq!(warm, cold, "{path}: {}", String::from_utf8_lossy(&warm.stdout));
        assert_same(&ask(&["--no-cache"]), &staged);
    };
    for (path, text) in steps {
        let before = std::fs::read_to_string(repo.path().join(path)).unwrap();
        repo.write(path, text).stage();
        check(path);
        repo.write(path, before).stage();
    }
    for (path, text) in steps {
        repo.write(path, text).stage();
        check(path);
        repo.commit("step");
        check(path);
    }
}

/// Where routes are others, they are put together anew, and of handlers that do what they did it is known what they take and give. That
/// has to be what reading all of head finds, whatever comes and goes beside them.
#[test]
fn a_router_that_changes_is_what_reading_all_of_it_finds() {
    let repo = service();
    let text = |path: &str| std::fs::read_to_string(repo.path().join(path)).unwrap();
    repo.write("src/lib.rs", text("src/lib.rs").replace("mod wire;", "mod wire;\nmod below;"))
        .write("src/below.rs", "pub use crate::below::deep::*;\n\nmod deep;\n")
        .write("src/below/deep.rs", "use super::*;\n\npub fn sum(order: &Order) -> u32 {\n    order.id\n}\n");
    repo.stage().commit("below");
    let (router, wire) = (text("src/lib.rs"), text("src/wire.rs"));
    let more = format!(
        "use axum::extract::Query;\nuse serde::Deserialize;\n\n{HANDLERS}\n#[derive(Deserialize)]\npub struct Page {{\n    pub at: u32,\n}}\n\n\
         pub async fn list(Query(_page): Query<Page>) -> Json<Vec<Order>> {{\n    Json(Vec::new())\n}}\n"
    );
    let listed = router.replace("post(handlers::create)", "get(handlers::list).post(handlers::create)");
    let steps: Vec<(&str, String)> = vec![
        // Routes alone.
        ("src/lib.rs", router.replace("\"/orders\"", "\"/orders/new\"")),
        (
            "src/lib.rs",
            router.replace("post(handlers::create)", "get(handlers::show).post(handlers::create)"),
        ),
        ("src/lib.rs", router.replace(".route(\"/orders\", post(handlers::create))", "")),
        ("src/paths.rs", "pub const ORDER: &str = \"/orders/{order}\";\n".to_owned()),
        // A handler with a type and imports of its own, before somebody routes to it and then with a route.
        ("src/handlers.rs", more.clone()),
        ("src/lib.rs", listed),
        ("src/handlers.rs", more.replace("at: u32", "at: String")),
        ("src/handlers.rs", more.replace("Vec<Order>>", "Order>")),
        // An import that means another type, under the same name.
        (
            "src/other.rs",
            "#[derive(serde::Serialize)]\npub struct Order {\n    pub id: String,\n}\n".to_owned(),
        ),
        ("src/handlers.rs", HANDLERS.replace("crate::types::Order", "crate::other::Order")),
        ("src/types.rs", "pub use crate::other::Order;\n".to_owned()),
        // Something that hides what every file has.
        ("src/wire.rs", format!("{wire}\npub struct Vec<T>(pub T);\n")),
        ("src/wire.rs", format!("{wire}\npub struct Page;\n")),
        // A type that comes with a function beside it; one that goes.
        (
            "src/wire.rs",
            format!(
                "{wire}\nimpl Order {{\n    pub fn new() -> Self {{\n        Self {{ id: 1, lines: Vec::new() }}\n    }}\n}}\n"
            ),
        ),
        ("src/wire.rs", wire.replace("pub id: u32", "#[serde(rename = \"number\")]\n    pub id: u32")),
        // What modules below bring in with all names.
        ("src/below.rs", "pub use crate::below::deep::*;\nuse crate::wire::Order;\n\nmod deep;\n".to_owned()),
        (
            "src/below.rs",
            "pub use crate::below::deep::*;\nuse crate::other::Order;\n\nmod deep;\n".to_owned(),
        ),
    ];
    holds_for_each(&repo, &steps);
}

const BAD: &str = "#[derive(serde::Serialize)]\npub struct Order {\n    pub id: String,\n}\n";

/// What is declared or brought in by name hides what a glob brings, in whatever file that is seen.
#[test]
fn what_hides_a_name_of_a_glob_is_seen_in_all_files() {
    let repo = service();
    let text = |path: &str| std::fs::read_to_string(repo.path().join(path)).unwrap();
    let handlers = HANDLERS.replace("use crate::types::Order;", "pub mod deep;\ninclude!(\"part.rs\");");
    let part = "use crate::types::*;\n";
    repo.write("src/types.rs", "pub use crate::wire::*;\n\npub fn load() -> Order {\n    Order::load()\n}\n")
        .write("src/wire.rs", format!("{}\npub fn made() -> Order {{\n    Order::load()\n}}\n", text("src/wire.rs")))
        .write("src/other.rs", BAD)
        .write("src/handlers.rs", &handlers)
        .write("src/part.rs", part)
        .write(
            "src/handlers/deep.rs",
            "use super::*;\n\npub async fn made() -> impl axum::response::IntoResponse {\n    Json(crate::types::made())\n}\n",
        )
        .write(
            "src/lib.rs",
            text("src/lib.rs").replace("post(handlers::create)", "get(handlers::deep::made).post(handlers::create)"),
        )
        .write(
            "specs/shop.toml",
            SERVICE.replace("\"POST /orders\" ", "\"GET  /orders\"      = { responses = \"Order\" }\n\"POST /orders\" "),
        );
    repo.stage().commit("globs");
    let types = text("src/types.rs");
    let made = "\npub fn made() -> crate::other::Order {\n    todo!()\n}\n";
    let steps: Vec<(&str, String)> = vec![
        ("src/types.rs", format!("{types}\n{BAD}")),
        ("src/types.rs", format!("{types}{made}")),
        ("src/types.rs", types.clone()),
        ("src/handlers.rs", format!("{handlers}\n{BAD}")),
        ("src/handlers.rs", handlers.clone()),
        ("src/part.rs", format!("{part}use crate::other::Order;\n")),
        ("src/part.rs", format!("{part}\n{BAD}")),
        ("src/part.rs", part.to_owned()),
    ];
    holds_for_each(&repo, &steps);
}

/// Two crates may share a file, and what answers at one path decides what another one has to keep.
#[test]
fn what_handlers_are_known_for_is_theirs_alone() {
    let repo = service();
    let text = |path: &str| std::fs::read_to_string(repo.path().join(path)).unwrap();
    let router = text("src/lib.rs");
    let tool = "mod handlers;\nmod wire;\nmod types {\n    pub use crate::wire::Order;\n}\n\nuse axum::{Router, routing::get};\n\n\
        fn main() {\n    serve(Router::new().route(\"/orders/{id}\", get(handlers::show)));\n}\n";
    let document = DOCUMENT.replace(
        "\"/late\": { \"get\": { \"responses\": { \"200\": { \"description\": \"ok\" } } } }",
        r#""/files/{path}": { "get": { "responses": { "200": { "description": "ok", "content": { "application/json": { "schema":
            { "type": "object", "properties": { "id": { "type": "integer" } } } } } } } } }"#,
    );
    let rest = ".route(\"/files/{*path}\", get(other::rest))";
    let one = ".route(\"/files/{id}\", get(handlers::show))";
    let with = |routes: &str| router.replace("Router::new()", &format!("Router::new(){routes}"));
    repo.write("src/main.rs", tool)
        .write("src/types.rs", "pub use crate::other::Order;\n")
        .write(
            "src/other.rs",
            format!("{BAD}\npub async fn rest() -> axum::Json<Order> {{\n    todo!()\n}}\n"),
        )
        .write("late.json", document)
        .write("src/lib.rs", with(rest));
    repo.stage().commit("files");
    let steps: Vec<(&str, String)> = vec![
        ("src/lib.rs", with(&format!("{rest}{one}"))),
        ("src/lib.rs", with(rest)),
        ("src/lib.rs", with(one)),
        ("src/lib.rs", with("")),
        ("src/main.rs", tool.replace("get(handlers::show)", "get(handlers::show).post(handlers::show)")),
        ("src/types.rs", "pub use crate::wire::Order;\n".to_owned()),
        ("src/lib.rs", with(".route(\"/x\", get(handlers::show))")),
    ];
    holds_for_each(&repo, &steps);
}

/// Of a handler that answers clients of former versions nothing is read, until it answers those of today.
#[test]
fn who_answers_former_versions_may_come_to_answer_today() {
    let repo = service();
    let text = |path: &str| std::fs::read_to_string(repo.path().join(path)).unwrap();
    let today = "use dropshot::{ApiDescription, HttpError, HttpResponseOk, RequestContext, endpoint};\n\nmod wire;\n\n\
        #[endpoint { method = GET, path = \"/orders/{id}\", versions = \"1.0.0\".. }]\n\
        async fn show(_: RequestContext<()>) -> Result<HttpResponseOk<wire::Order>, HttpError> {\n    todo!()\n}\n\n\
        pub fn router() -> ApiDescription<()> {\n    let mut api = ApiDescription::new();\n    api.register(show).unwrap();\n    api\n}\n";
    let former = today.replace("\"1.0.0\"..", "..\"2.0.0\"");
    let spec = SERVICE.lines().filter(|line| !line.starts_with("\"POST")).collect::<Vec<_>>().join("\n");
    repo.write("specs/shop.toml", spec.split("[api.late]").next().unwrap_or_default())
        .write("Cargo.toml", text("Cargo.toml").replace("axum = \"0.8\"", "dropshot = \"0.16\""))
        .write("src/lib.rs", &former)
        .write("src/wire.rs", BAD);
    repo.stage().commit("versions");
    let wire =
        "#[derive(serde::Serialize)]\npub struct Order {\n    pub id: u32,\n    pub lines: Vec<u32>,\n}\n";
    let steps: Vec<(&str, String)> = vec![
        ("src/lib.rs", today.to_owned()),
        ("src/lib.rs", former.clone()),
        ("src/wire.rs", wire.to_owned()),
        ("src/lib.rs", today.to_owned()),
        ("src/wire.rs", BAD.to_owned()),
    ];
    holds_for_each(&repo, &steps);
}
