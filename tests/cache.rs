//! The cache between runs, through the built program: whatever happens to it, the answer is the same and nothing is said.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking, also in the functions it calls")]

mod support;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use support::files_below;
use support::repo::Repo;

const SPEC: &str = "gate = 1

[design]
layers = [\"api\", \"orders\"]

[module.api]
code = [\"crate::api\"]
why  = \"HTTP edge.\"

[module.orders]
code = [\"crate::orders\"]
why  = \"Order rules.\"
";

/// A shop in which a line is staged that its design forbids.
fn shop() -> Repo {
    let repo = Repo::new();
    repo.write("specs/shop.toml", SPEC)
        .write("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2021\"\n")
        .write("src/lib.rs", "pub mod api;\npub mod orders;\n")
        .write("src/api.rs", "pub struct User;\n")
        .write("src/orders.rs", "pub fn count() {}\n");
    repo.stage().commit("shop");
    repo.write("src/orders.rs", "use crate::api::User;\n\npub fn count(_: User) {}\n").stage();
    repo
}

fn gate(repo: &Repo) -> Command {
    let mut gate = repo.command(env!("CARGO_BIN_EXE_gate"));
    gate.args(["check", "--format", "json"]);
    gate
}

fn folder(repo: &Repo) -> PathBuf {
    repo.home().join(".cache/gate/facts")
}

fn segments(repo: &Repo) -> Vec<PathBuf> {
    files_below(&folder(repo), ".segment")
}

/// What gate says without a cache.
fn expected(repo: &Repo) -> Output {
    let output = gate(repo).arg("--no-cache").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(segments(repo).is_empty(), "--no-cache keeps nothing");
    output
}

#[track_caller]
fn assert_same(output: &Output, expected: &Output) {
    assert_eq!(output, expected, "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_second_run_has_nothing_left_to_read() {
    let repo = shop();
    let expected = expected(&repo);
    assert_same(&gate(&repo).output().unwrap(), &expected);
    let kept = segments(&repo);
    assert_eq!(kept.len(), 1);
    assert_same(&gate(&repo).output().unwrap(), &expected);
    assert_eq!(segments(&repo), kept, "what is kept already is not kept again");
}

#[test]
fn a_damaged_cache_is_read_around() {
    let repo = shop();
    let expected = expected(&repo);
    gate(&repo).output().unwrap();
    let kept = segments(&repo).remove(0);
    let whole = std::fs::read(&kept).unwrap();
    let zeros = vec![0; whole.len()];
    let bent: Vec<u8> = whole.iter().map(|byte| byte ^ 0x20).collect();
    for bytes in [&whole[..whole.len() / 2], &whole[1..], &[], &zeros, &bent] {
        std::fs::write(&kept, bytes).unwrap();
        assert_same(&gate(&repo).output().unwrap(), &expected);
    }
}

#[test]
fn every_damaged_byte_is_noticed() {
    let repo = shop();
    let expected = expected(&repo);
    gate(&repo).output().unwrap();
    let kept = segments(&repo).remove(0);
    let whole = std::fs::read(&kept).unwrap();
    for at in (0..whole.len()).step_by(97) {
        let mut damaged = whole.clone();
        damaged[at] = !damaged[at];
        std::fs::write(&kept, &damaged).unwrap();
        assert_same(&gate(&repo).output().unwrap(), &expected);
        for extra in segments(&repo).into_iter().filter(|path| *path != kept) {
            std::fs::remove_file(extra).unwrap();
        }
    }
}

#[test]
fn what_another_version_wrote_is_not_read() {
    let repo = shop();
    let expected = expected(&repo);
    gate(&repo).output().unwrap();
    let version = segments(&repo)[0].parent().unwrap().to_owned();
    std::fs::rename(&version, version.with_file_name("0.0.1-0")).unwrap();
    assert_same(&gate(&repo).output().unwrap(), &expected);
    assert_eq!(segments(&repo).len(), 2, "it is read and kept anew, beside the other");
}

#[test]
fn a_place_that_cannot_be_written_is_no_matter() {
    let repo = shop();
    let expected = expected(&repo);
    let file = repo.home().join("file");
    std::fs::write(&file, "no folder").unwrap();
    assert_same(&gate(&repo).env("GATE_CACHE_DIR", &file).output().unwrap(), &expected);
    assert_same(&gate(&repo).env("GATE_CACHE_DIR", "relative/folder").output().unwrap(), &expected);
    assert!(!repo.path().join("relative").exists());
    assert_same(&gate(&repo).env("XDG_CACHE_HOME", &file).output().unwrap(), &expected);
    assert_same(&gate(&repo).env_remove("XDG_CACHE_HOME").env("HOME", &file).output().unwrap(), &expected);
    let homeless =
        gate(&repo).env_remove("XDG_CACHE_HOME").env_remove("HOME").env_remove("USERPROFILE").output();
    assert_same(&homeless.unwrap(), &expected);
}

/// A limit on the size of files stands for a full disk: what was written of the segment is taken away again.
#[cfg(unix)]
#[test]
fn a_full_disk_is_no_matter() {
    let repo = shop();
    let expected = expected(&repo);
    let mut shell = repo.command("sh");
    shell.args([
        "-c",
        "trap '' XFSZ; ulimit -f 1; exec \"$0\" check --format json",
        env!("CARGO_BIN_EXE_gate"),
    ]);
    assert_same(&shell.output().unwrap(), &expected);
    assert!(segments(&repo).is_empty());
    assert!(files_below(&folder(&repo), "").is_empty(), "nothing unfinished is left");
}

#[cfg(unix)]
#[test]
fn a_read_only_cache_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = shop();
    let expected = expected(&repo);
    gate(&repo).output().unwrap();
    let version = segments(&repo)[0].parent().unwrap().to_owned();
    std::fs::set_permissions(&version, std::fs::Permissions::from_mode(0o500)).unwrap();
    repo.write("src/api.rs", "pub struct User;\npub struct Admin;\n").stage();
    let output = gate(&repo).output().unwrap();
    std::fs::set_permissions(&version, std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stderr, expected.stderr);
}

#[test]
fn many_at_once_agree_and_the_cache_stays_small() {
    let repo = shop();
    let expected = expected(&repo);
    for round in 0..4 {
        // Another text in each round, so that every process has something to add.
        repo.write("src/extra.rs", format!("pub fn f{round}() {{}}\n"));
        repo.write("src/lib.rs", format!("pub mod api;\npub mod orders;\n// {round}\n")).stage();
        let start = |_| gate(&repo).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let running: Vec<_> = (0..6).map(start).collect();
        for process in running {
            let output = process.wait_with_output().unwrap();
            assert_eq!(output.status.code(), expected.status.code());
            assert_eq!(output.stderr, expected.stderr);
        }
        assert!(segments(&repo).len() <= 8 + 6, "{:?}", segments(&repo));
    }
    // A run alone merges what the crowd left.
    repo.write("src/lib.rs", "pub mod api;\npub mod orders;\n// alone\n").stage();
    gate(&repo).output().unwrap();
    assert!(segments(&repo).len() <= 8, "{:?}", segments(&repo));
}

/// A process that is killed leaves at most a file without its final name: nobody reads it, and in time it is taken away.
#[test]
fn what_a_killed_run_leaves_is_no_matter() {
    let repo = shop();
    let expected = expected(&repo);
    gate(&repo).output().unwrap();
    let unfinished = segments(&repo)[0].with_file_name("0.unfinished");
    std::fs::write(&unfinished, "half of a").unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    std::fs::File::open(&unfinished).unwrap().set_modified(long_ago).unwrap();
    for round in 0..9 {
        repo.write("src/lib.rs", format!("pub mod api;\npub mod orders;\n// {round}\n")).stage();
        assert_eq!(gate(&repo).output().unwrap().status.code(), expected.status.code());
    }
    assert!(!unfinished.exists());
}

/// What a package says is kept with all that it depends on: other packages, files that are not there, manifests.
#[test]
fn what_is_known_of_a_package_holds_only_while_nothing_that_it_needs_differs() {
    let repo = Repo::new();
    let package = |name: &str, needs: &str| {
        format!("[package]\nname = \"{name}\"\nedition = \"2021\"\n\n[dependencies]\n{needs}\n")
    };
    let module = |name: &str| format!("\n[module.{name}]\ncode = [\"{name}\"]\nwhy  = \"A part.\"\n");
    let layers = "gate = 1\n\n[design]\nlayers = [[\"web\", \"jobs\"], \"rules\", \"rows\"]\n";
    let spec: String = ["web", "jobs", "rules", "rows"].map(module).concat();
    repo.write("specs/shop.toml", format!("{layers}{spec}"))
        .write("Cargo.toml", "[workspace]\nmembers = [\"web\", \"jobs\", \"rules\", \"rows\"]\n")
        .write("web/Cargo.toml", package("web", "rules = { path = \"../rules\" }"))
        .write("web/src/lib.rs", "use rules::facade::Thing;\npub fn show(_: Thing) {}\n")
        .write("jobs/Cargo.toml", package("jobs", "rows = { path = \"../rows\" }"))
        .write("jobs/src/lib.rs", "pub struct Job(rows::Row);\n")
        .write("rules/Cargo.toml", package("rules", "rows = { path = \"../rows\" }"))
        .write("rules/src/lib.rs", "pub mod facade { pub use crate::own::Thing; }\npub mod own;\n")
        .write("rules/src/own.rs", "pub struct Thing(rows::Row);\n")
        .write("rows/Cargo.toml", package("rows", ""))
        .write("rows/src/lib.rs", "pub struct Row;\n");
    let ask = |cache: bool| {
        let mut gate = repo.command(env!("CARGO_BIN_EXE_gate"));
        gate.args(["check", "--all", "--format", "json"]).args((!cache).then_some("--no-cache"));
        gate.output().unwrap()
    };
    let steps: &[(&str, &str)] = &[
        ("README.md", "A file of no language."),
        // The facade of another package leads elsewhere; the user's own file stays.
        (
            "rules/src/lib.rs",
            "pub mod facade { pub use crate::own::Thing; pub use jobs::Job; }\npub mod own;\n",
        ),
        ("rules/src/lib.rs", "pub mod facade { pub use jobs::Job as Thing; }\npub mod own;\n"),
        (
            "rules/Cargo.toml",
            &package("rules", "jobs = { path = \"../jobs\" }\nrows = { path = \"../rows\" }"),
        ),
        ("jobs/src/lib.rs", "pub struct Job;\npub use web::show;\n"),
        // A file comes to be that a declaration asked for.
        ("rows/src/lib.rs", "pub struct Row;\npub mod late;\n"),
        ("rows/src/late.rs", "pub use rules::own::Thing;\n"),
        // A target comes to be that no manifest names.
        ("rows/src/bin/tool.rs", "fn main() { web::show(todo!()) }\n"),
        // Another package by the same name, somewhere else.
        ("other/Cargo.toml", &package("web", "")),
        ("other/src/lib.rs", "pub struct Row;\n"),
        (
            "specs/shop.toml",
            &format!("{}{spec}", layers.replace("\"rules\", \"rows\"", "\"rows\", \"rules\"")),
        ),
    ];
    for (path, text) in steps {
        repo.write(path, text).stage();
        let (cold, warm) = (ask(false), ask(true));
        assert_same(&warm, &cold);
        assert_same(&ask(true), &cold);
    }
    for path in ["rows/src/bin/tool.rs", "rows/src/late.rs", "other/Cargo.toml"] {
        repo.remove(path).stage();
        assert_same(&ask(true), &ask(false));
    }
}

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
    let ask = |arguments: &[&str]| gate(&repo).args(arguments).output().unwrap();
    let check = |path: &str| {
        let staged = ask(&[]);
        assert_same(&ask(&[]), &staged);
        // All of the code without a cache is read with no base to follow from.
        let (warm, cold) = (ask(&["--all"]), ask(&["--all", "--no-cache"]));
        assert_eq!(warm, cold, "{path}: {}", String::from_utf8_lossy(&warm.stdout));
        assert_same(&ask(&["--no-cache"]), &staged);
    };
    for (path, text) in &steps {
        let before = std::fs::read_to_string(repo.path().join(path)).unwrap();
        repo.write(path, text).stage();
        check(path);
        repo.write(path, before).stage();
    }
    // Each beside what the one before left, as commits come.
    for (path, text) in &steps {
        repo.write(path, text).stage();
        check(path);
        repo.commit("step");
        check(path);
    }
}
