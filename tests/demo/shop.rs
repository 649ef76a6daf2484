//! A tiny shop as a git repository: three modules, two endpoints, and one staged change that the design does not allow.

use super::support::repo::Repo;

const SPEC: &str = r#"gate = 1

[design]
name   = "shop"
why    = "An order service: HTTP edge, order rules, storage."
layers = ["api", "orders", "store"]

[module.api]
code = ["crate::api"]
why  = "HTTP edge: parse, authorise, call the orders, answer."
owns = ["axum"]

[module.orders]
code = ["crate::orders"]
why  = "Order rules. Knows no HTTP and no SQL."

[module.store]
code = ["crate::store"]
why  = "The only module that talks to the database."

[api.shop]
why      = "The public HTTP API."
entry    = ["crate::api::router"]
handlers = ["crate::api"]

[api.shop.endpoints]
"GET  /orders"      = {}
"POST /orders"      = {}
"GET  /orders/{id}" = {}
"#;

const MANIFEST: &str = r#"[package]
name = "shop"
version = "0.1.0"
edition = "2021"

[dependencies]
axum = "0.8"
"#;

const LIB: &str = "//! An order service.\n\npub mod api;\npub mod orders;\npub mod store;\n";

const API: &str = r#"//! The HTTP edge.

use axum::Router;
use axum::routing::get;

use crate::orders;

/// Who is logged in.
pub struct CurrentUser {
    pub id: u64,
}

pub fn router() -> Router {
    Router::new()
        .route("/orders", get(list).post(create))
        .route("/orders/{id}", get(show))
}

async fn list() {}

async fn create() {
    orders::total(&[1, 2]);
}

async fn show() {}
"#;

const ORDERS: &str = r#"//! Order rules.

use crate::store::Pool;

pub fn total(lines: &[u64]) -> u64 {
    lines.iter().sum()
}

pub fn save(pool: &Pool) {
    pool.execute("insert into orders default values");
}
"#;

const STORE: &str = r#"//! Storage.

pub struct Pool;

impl Pool {
    pub fn execute(&self, _: &str) {}
}
"#;

/// The repository: a first commit that conforms, and over it, staged, an import against the layers and a lost route.
pub(crate) fn repository() -> Repo {
    let repo = Repo::new();
    repo.write("specs/shop.toml", SPEC).write("Cargo.toml", MANIFEST).write("src/lib.rs", LIB);
    repo.write("src/api.rs", API).write("src/orders.rs", ORDERS).write("src/store.rs", STORE);
    repo.stage().commit("An order service");
    let orders = ORDERS
        .replace("use crate::store::Pool;", "use crate::api::CurrentUser;\nuse crate::store::Pool;")
        .replace("lines: &[u64])", "lines: &[u64], user: &CurrentUser)")
        .replace("lines.iter().sum()", "lines.iter().sum::<u64>() - discount(user.id)");
    let discount = "\nfn discount(user: u64) -> u64 {\n    user % 2\n}\n";
    let api =
        API.replace("/orders/{id}", "/order/{id}").replace("&[1, 2]", "&[1, 2], &CurrentUser { id: 7 }");
    repo.write("src/orders.rs", orders + discount).write("src/api.rs", api);
    repo.stage();
    repo
}
