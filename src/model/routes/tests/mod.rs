//! Cases: a text, and the endpoints that it registers as `METHOD path handler [condition]`, one a line.

mod actix;
mod axum;
mod stub;

use std::collections::BTreeMap;

use self::stub::{Stub, line, name};
use super::{Handler, Hints, Names, Request, Routes, routes};
use crate::basis::Role;
use crate::facts::rust::lower::tests::file;

const AXUM: &str = "use axum::{Router, routing::{self, get, post, put, delete, any, on, MethodFilter, MethodRouter, get_service}};\n";
const ACTIX: &str = "use actix_web::{App, HttpServer, web, get, post, route, scope, guard, http::Method};\n";

fn found(stub: &Stub, request: &Request) -> Vec<String> {
    let Routes { endpoints, unjudged, .. } = routes(stub, request);
    let mut lines: Vec<_> = endpoints
        .iter()
        .map(|endpoint| {
            let handler = match &endpoint.handler {
                Handler::Function(of) => name(stub, *of),
                Handler::External(path) => path.to_string(),
                Handler::Anonymous => "-".to_owned(),
            };
            let condition = endpoint.condition.as_ref().map(|text| format!(" [{text}]")).unwrap_or_default();
            let role = if endpoint.role == Role::Production { "" } else { " test" };
            let dynamic = endpoint.dynamic.as_ref().map(|text| format!(" <{text}>")).unwrap_or_default();
            format!("{} {} {handler}{condition}{dynamic}{role}", endpoint.method, endpoint.path)
        })
        .collect();
    lines.sort();
    lines.extend(unjudged.iter().map(|row| format!("? {}: {}", line(row.site) - 1, row.text)));
    lines
}

#[track_caller]
fn check(before: &str, code: &str, expected: &[&str]) {
    let stub = Stub::single(&format!("{before}{code}"));
    assert_eq!(found(&stub, &Request::default()), expected, "\n{code}");
}

#[track_caller]
fn axum(code: &str, expected: &[&str]) {
    check(AXUM, &format!("{code} async fn a() {{}} async fn b() {{}} async fn c() {{}}"), expected);
}

#[track_caller]
fn actix(code: &str, expected: &[&str]) {
    let handlers =
        "async fn a() {} async fn b() {} #[get(\"/g\")] async fn g() {} #[post(\"/p\")] async fn p() {}";
    check(ACTIX, &format!("{code} {handlers}"), expected);
}

#[test]
fn types_of_the_same_name_are_not_the_frameworks() {
    check(
        "struct Router;",
        r#"impl Router { fn add(&self) { self.route("/x", 1); } fn route(&self, a: &str, b: u8) {} }"#,
        &[],
    );
    check(
        "struct Router;",
        r#"impl Router { fn new() -> Self { Router } } fn f() { Router::new().route("/x", y()); }"#,
        &["? 0: .route(\"/x\", y(…))"],
    );
    check(
        "use other::Router;",
        r#"trait E { fn add(self); } impl E for Router { fn add(self) { self.route("/x", y()); } }"#,
        &["? 0: .route(\"/x\", y(…))"],
    );
}

#[test]
fn glob_imports_of_frameworks() {
    check(
        "use actix_web::*;",
        r#"fn f(c: &mut web::ServiceConfig) { c.service(g); } #[get("/g")] async fn g() {}"#,
        &["GET /g g"],
    );
    check(
        "use axum::{*, routing::*};",
        r#"fn f() -> Router { Router::new().route("/g", get(g)) } async fn g() {}"#,
        &["GET /g g"],
    );
}

#[test]
fn entries_and_values_are_the_callers() {
    let text = format!(
        "{AXUM}fn f() -> Router {{ Router::new().nest(&CONFIG.base_path(), g()) }} fn g() -> Router {{ Router::new().route(\"/x\", get(a)) }} async fn a() {{}}"
    );
    let stub = Stub::single(&text);
    let g = stub.bodies().into_iter().find(|of| &*stub.item(*of).name == "g").expect("g has a body");
    let request = Request { entries: vec![g], ..Request::default() };
    assert_eq!(found(&stub, &request), ["GET /x a"]);
    let values = BTreeMap::from([("CONFIG.base_path()".to_owned(), "/base".to_owned())]);
    assert_eq!(
        found(&stub, &Request { hints: Hints { values, registers: Vec::new() }, ..Request::default() }),
        ["GET /base/x a"]
    );
}

#[test]
fn places_are_the_lines_that_register() {
    let text = format!(
        "{AXUM}fn f() -> Router {{\n Router::new()\n  .route(\"/x\",\n   get(a)\n   .post(b))\n  .route(\"/y\", h())\n }} fn h() -> MethodRouter {{ get(a) }} async fn a() {{}} async fn b() {{}}"
    );
    let rows = routes(&Stub::single(&text), &Request::default()).endpoints;
    let lines: Vec<_> = rows.iter().map(|row| (row.method.as_str(), row.site.line)).collect();
    assert_eq!(lines, [("GET", 5), ("POST", 6), ("GET", 7)]);
}

#[test]
fn hostile_code_ends() {
    let deep = |open: &str, inner: &str, close: &str| {
        format!("{AXUM}fn f() -> Router {{ {}{inner}{} }}", open.repeat(1_000), close.repeat(1_000))
    };
    let chain: String = (0..40)
        .map(|at| {
            format!(
                "fn f{at}() -> Router {{ Router::new().nest(\"/a\", f{next}()).nest(\"/b\", f{next}()) }}",
                next = at + 1
            )
        })
        .collect();
    let texts = [
        deep("Router::new().nest(\"/a\", ", "b()", ")"),
        deep("{ let x = ", "Router::new()", "; x }"),
        deep("if a { ", "Router::new()", "}"),
        deep("(|| ", "Router::new()", ")()"),
        format!("{AXUM}fn f(r: Router) -> Router {{ {} }}", "let r = (r, r); ".repeat(3_000)),
        format!("{AXUM}fn f() -> Router {{ Router::new(){} }}", ".route(\"/x\", get(a))".repeat(5_000)),
        format!(
            "{AXUM}fn f() -> Router {{ {} Router::new().route(&s, get(a)) }}",
            "let s = format!(\"{s}{s}\"); ".repeat(100)
        ),
        format!(
            "{AXUM}fn f() -> Router {{ let mut r = Router::new(); {} r }}",
            "if x { r = r.merge(g()); } else { r = h(r); }".repeat(300)
        ),
        format!("{AXUM}{chain} fn f40() -> Router {{ Router::new().route(\"/x\", get(a)) }}"),
        format!("{AXUM}fn f(r: Router) -> Router {{ g(r) }} fn g(r: Router) -> Router {{ f(f(r)) }}"),
        format!("{AXUM}fn f(x: &str) -> Router {{ {} }}", "g(\"a\").merge(g(\"b\"))").replace("fn f", "fn g"),
        format!("{ACTIX}fn f(c: &mut web::ServiceConfig) {{ c.configure(f).configure(f); }}"),
        format!("{AXUM}fn f() -> Router {{ let f = |f| f(f); f(f) }}"),
    ];
    for text in texts {
        let found = routes(&Stub::single(&text), &Request::default());
        drop(found);
    }
}
