//! Cases: a text, and the endpoints that it registers as `METHOD path handler [condition]`, one a line.

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
fn axum_routes() {
    axum(r#"fn f() -> Router { Router::new().route("/x", get(a)) }"#, &["GET /x a"]);
    axum(r#"fn f() -> Router { Router::new().route("/x", get(a).post(b)) }"#, &["GET /x a", "POST /x b"]);
    axum(r#"fn f() -> Router { Router::new().route("/x", routing::get(a)) }"#, &["GET /x a"]);
    axum(
        r#"fn f() -> Router { axum::Router::new().route("/x", axum::routing::delete(a)) }"#,
        &["DELETE /x a"],
    );
    axum(r#"fn f() -> Router<S> { Router::<S>::new().route("/x", any(a)) }"#, &["ANY /x a"]);
    axum(
        r#"fn f() -> Router { Router::new().route("/x", on(MethodFilter::GET.or(MethodFilter::PUT), a)) }"#,
        &["GET /x a", "PUT /x a"],
    );
    axum(
        r#"fn f() -> Router { Router::new().route("/x", MethodRouter::new().get(a).head(b)) }"#,
        &["GET /x a", "HEAD /x b"],
    );
    axum(r#"fn f() -> Router { Router::new().route("/x", get(a).layer(l).route_layer(m)) }"#, &["GET /x a"]);
    axum(
        r#"fn f() -> Router { Router::new().route("/x", get(a).merge(post(b))) }"#,
        &["GET /x a", "POST /x b"],
    );
    axum(r#"fn f() -> Router { Router::new().route("/x", get(|| async { "y" })) }"#, &["GET /x -"]);
    axum(r#"fn f() -> Router { Router::new().route("/x/:id/*rest", get(a)) }"#, &["GET /x/{id}/{*rest} a"]);
    axum(
        r#"fn f() -> Router { Router::new().route("/x", get_service(ServeDir::new("d"))).route("/y", get(a)) }"#,
        &["GET /x -", "GET /y a"],
    );
    axum(
        r#"fn f() -> Router { Router::new().nest_service("/s", tower_http::services::ServeDir::new("d")).fallback(a) }"#,
        &[],
    );
    axum(
        r#"fn f() -> Router { Router::new().route_service("/s", tower_http::services::ServeFile::new("d")) }"#,
        &[],
    );
    axum(
        r#"fn f() -> Router { Router::new().route_service("/s", ext::Service::new()) }"#,
        &["ANY /s ext::Service::new"],
    );
    axum(
        r#"fn f() -> Router { Router::new().route("/x", get(S::m)) } struct S; impl S { async fn m() {} }"#,
        &["GET /x <S>::m"],
    );
    axum(
        r#"struct S; impl S { fn f() -> Router { Router::new().route("/x", get(Self::m)) } async fn m() {} }"#,
        &["GET /x <S>::m"],
    );
}

#[test]
fn axum_composition() {
    let inner = r#"fn inner() -> Router { Router::new().route("/", get(a)).route("/y", get(b)) }"#;
    let with = |code: &str| format!("{code} {inner}");
    axum(&with(r#"fn f() -> Router { Router::new().nest("/x", inner()) }"#), &["GET /x a", "GET /x/y b"]);
    axum(&with(r#"fn f() -> Router { Router::new().nest("/x/", inner()) }"#), &["GET /x/ a", "GET /x/y b"]);
    axum(&with(r#"fn f() -> Router { Router::new().merge(inner()) }"#), &["GET / a", "GET /y b"]);
    axum(&with(r#"fn f() -> Router { inner().with_state(s).layer(l) }"#), &["GET / a", "GET /y b"]);
    axum(
        &with(r#"fn f() -> Router { Router::new().nest("/x", inner().layer(l)).nest("/z", inner()) }"#),
        &["GET /x a", "GET /x/y b", "GET /z a", "GET /z/y b"],
    );
    axum(
        &with(r#"fn f() -> Router { let i = inner(); let r = Router::new(); r.nest("/x", i) }"#),
        &["GET /x a", "GET /x/y b"],
    );
    axum(
        &with(r#"fn f() -> Router { Router::new().nest_service("/x", inner()) }"#),
        &["GET /x a", "GET /x/y b"],
    );
    axum(
        &with(r#"fn f() -> Router { let mut r = Router::new(); r = r.nest("/x", inner()); r }"#),
        &["GET /x a", "GET /x/y b"],
    );
    axum(
        &with(
            r#"async fn main() { let app = Router::new().nest("/x", inner()); axum::serve(l, app).await; }"#,
        ),
        &["GET /x a", "GET /x/y b"],
    );
    axum(
        &with(
            r#"fn f() -> Result<Router> { Ok(Router::new().nest("/x", inner())) } fn g() -> Router { Router::new().nest("/v", f()?) }"#,
        ),
        &["GET /v/x a", "GET /v/x/y b"],
    );
    axum(
        &with(
            r#"fn f() -> Router { Router::new().nest("/x", m::r()) } mod m { use super::*; pub fn r() -> Router { inner().route("/z", get(a)) } }"#,
        ),
        &["GET /x a", "GET /x/y b", "GET /x/z a"],
    );
    axum(
        r#"fn f() -> Router { add(Router::new().route("/x", get(a))) } fn add(r: Router) -> Router { r.route("/y", get(b)) }"#,
        &["GET /x a", "GET /y b"],
    );
    axum(
        r#"fn f() -> Router { Router::new().route("/x", h()) } fn h() -> MethodRouter { get(a).post(b) }"#,
        &["GET /x a", "POST /x b"],
    );
    axum(
        r#"fn f() -> Router { at("/x", get(a)).merge(at("/y", get(b))) } fn at(p: &str, m: MethodRouter) -> Router { Router::new().route(p, m) }"#,
        &["GET /x a", "GET /y b"],
    );
    axum(
        r#"fn f() -> Router { Router::new().nest("/x", g()) } fn g() -> Router { Router::new().route("/y", unknown()) }"#,
        &["? 1: .route(\"/y\", unknown(…))"],
    );
    axum(r#"fn add(r: Router<S>) -> Router<S> { r.route("/y", get(b)) }"#, &["GET /y b"]);
    axum(
        r#"fn f() -> Router { Router::new().add() } trait E { fn add(self) -> Self; } impl E for Router { fn add(self) -> Self { self.route("/y", get(b)) } }"#,
        &["GET /y b"],
    );
    axum(
        r#"fn f() -> Router { Router::new().merge(ext::routes()).merge(utoipa_swagger_ui::SwaggerUi::new("/d").url("/o", x)) }"#,
        &[],
    );
    axum(
        r#"fn f() -> (Router, u8) { (Router::new().route("/x", get(a)), 1) } fn g() -> Router { let (r, _) = f(); Router::new().nest("/g", r) }"#,
        &["GET /g/x a"],
    );
    axum(r#"fn f() -> Router { f().route("/x", get(a)) }"#, &["GET /x a"]);
}

#[test]
fn axum_texts() {
    axum(r#"const P: &str = "/p"; fn f() -> Router { Router::new().route(P, get(a)) }"#, &["GET /p a"]);
    axum(
        r#"const V: &str = "v1"; fn f() -> Router { Router::new().route(&format!("/{V}/x"), get(a)) }"#,
        &["GET /v1/x a"],
    );
    axum(
        r#"const V: &str = "v1"; fn f() -> Router { Router::new().route(&format!("/{}/{id}/{{z}}", V, id = "i"), get(a)) }"#,
        &["GET /v1/i/{z} a"],
    );
    axum(r#"fn f() -> Router { Router::new().route(concat!("/a", "/b"), get(a)) }"#, &["GET /a/b a"]);
    axum(
        r#"const V: &str = "/v"; fn f() -> Router { Router::new().route(&(V.to_owned() + "/x"), get(a)) }"#,
        &["GET /v/x a"],
    );
    axum(
        r#"fn f() -> Router { let p = "/p"; let p = format!("{p}/q"); Router::new().route(&p, get(a)) }"#,
        &["GET /p/q a"],
    );
    axum(
        r#"fn f() -> Router { let mut p = String::from("/p"); p.push_str("/q"); Router::new().route(&p, get(a)) }"#,
        &["GET /p/q a"],
    );
    axum(
        r#"static V: LazyLock<String> = LazyLock::new(|| "/v".to_string()); fn f() -> Router { Router::new().route(&V, get(a)) }"#,
        &["GET /v a"],
    );
    axum(
        r#"fn p() -> &'static str { "/p" } fn f() -> Router { Router::new().route(p(), get(a)) }"#,
        &["GET /p a"],
    );
    axum(
        r#"fn p(x: &str) -> String { format!("/p/{x}") } fn f() -> Router { Router::new().route(&p("y"), get(a)) }"#,
        &["GET /p/y a"],
    );
    axum(
        r#"fn f(n: &str) -> Router { Router::new().nest(&format!("/{n}"), Router::new().route("/x", get(a))) }"#,
        &["GET /{?n}/x a <n>"],
    );
    axum(
        r#"fn f(c: C) -> Router { Router::new().nest(&c.base_path(), Router::new().route("/x", get(a))) }"#,
        &["GET /{?base_path}/x a <c.base_path()>"],
    );
    axum(r#"fn f(c: C) -> Router { Router::new().route(&c.path, get(a)) }"#, &["? 1: path c.path"]);
    axum(
        r#"fn f(n: &str) -> Router { Router::new().nest(n, Router::new().route("/x", get(a))) } fn g() -> Router { f("/n") }"#,
        &["GET /n/x a"],
    );
    axum(
        r#"mod m { pub const P: &str = "/p"; } fn f() -> Router { Router::new().route(m::P, get(a)) }"#,
        &["GET /p a"],
    );
    axum(
        r#"struct S; impl S { const P: &'static str = "/p"; fn f() -> Router { Router::new().route(Self::P, get(a)) } }"#,
        &["GET /p a"],
    );
    axum(
        r#"fn f() -> Router { Router::new().route(["/a", "/b"].concat().as_str(), get(a)) }"#,
        &["GET /a/b a"],
    );
    axum(
        r#"fn f() -> Router { let s = S { p: "/p" }; Router::new().route(s.p, get(a)) } struct S { p: &'static str }"#,
        &["GET /p a"],
    );
    axum(
        r#"const A: &str = A; const B: &str = "/b"; fn f() -> Router { Router::new().route(B, get(a)) }"#,
        &["GET /b a"],
    );
}

#[test]
fn axum_control_flow() {
    axum(
        r#"fn f(x: bool) -> Router { let mut r = Router::new().route("/a", get(a)); if x { r = r.route("/b", get(b)); } r }"#,
        &["GET /a a", "GET /b b [if x]"],
    );
    axum(
        r#"fn f(x: bool) -> Router { let r = Router::new(); if x { r.route("/a", get(a)) } else { r.route("/b", get(b)) } }"#,
        &["GET /a a [if x]", "GET /b b [if not x]"],
    );
    axum(
        r#"fn f(m: M) -> Router { match m { M::A => Router::new().route("/a", get(a)), _ => Router::new().route("/b", get(b)) } }"#,
        &["GET /a a [match m { M::A }]", "GET /b b [match m { _ }]"],
    );
    axum(
        r#"fn f(m: M) -> Router { Router::new().nest("/x", match m { M::A => g(), _ => h() }) } fn g() -> Router { Router::new().route("/a", get(a)) } fn h() -> Router { Router::new().route("/b", get(b)) }"#,
        &["GET /x/a a [match m { M::A }]", "GET /x/b b [match m { _ }]"],
    );
    axum(
        r#"fn f() -> Router { let r = Router::new().route("/a", get(a)); #[cfg(feature = "x")] let r = r.route("/b", get(b)); r }"#,
        &["GET /a a", "GET /b b [cfg(feature = \"x\")]"],
    );
    axum(
        r#"fn f() -> Router { Router::new().merge(g()) } #[cfg(unix)] fn g() -> Router { Router::new().route("/a", get(a)) } #[cfg(not(unix))] fn g() -> Router { Router::new().route("/b", get(b)) }"#,
        &["GET /a a [cfg(unix)]", "GET /b b [cfg(not(unix))]"],
    );
    axum(
        r#"fn f() -> Router { let mut r = Router::new(); for (p, h) in [("/a", get(a)), ("/b", post(b))] { r = r.route(p, h); } r }"#,
        &["GET /a a", "POST /b b"],
    );
    axum(
        r#"const L: [&str; 2] = ["/a", "/b"]; fn f() -> Router { L.iter().fold(Router::new(), |r, p| r.route(p, get(a))) }"#,
        &["GET /a a", "GET /b a"],
    );
    axum(
        r#"fn f(l: Vec<M>) -> Router { let mut r = Router::new(); for m in l { r = r.route(&format!("/{}/x", m.name()), get(a)); } r }"#,
        &["GET /{?name}/x a [for m in l] <m.name()>"],
    );
    axum(
        r#"fn f(x: bool) -> Router { let r = Router::new().route("/a", get(a)); if x { return r.route("/b", get(b)); } r.route("/c", get(c)) }"#,
        &["GET /a a", "GET /b b [if x]", "GET /c c"],
    );
    axum(
        r#"async fn main() { let mut app = g(); if !p.is_empty() { app = Router::new().nest(&format!("{p}/"), app); } select! { r = axum::serve(l, app) => {} } } fn g() -> Router { Router::new().route("/a", get(a)) }"#,
        &["GET /a a", "GET /{?p}/a a [if !p.is_empty()] <p>"],
    );
    axum(
        r#"fn f(e: Option<Router>) -> Router { let mut r = Router::new().route("/a", get(a)); let o = x.then(|| Router::new().route("/b", get(b))); if let Some(o) = o { r = r.merge(o); } r }"#,
        &["GET /a a", "GET /b b [if let Some(o) = o]"],
    );
    axum(
        r#"fn f() -> Router { let p = if x { "/a" } else { "/b" }; Router::new().route(p, get(a)) }"#,
        &["GET /a a [if x]", "GET /b a [if not x]"],
    );
    axum(
        r#"fn main() { rt.block_on(async { let app = Router::new().route("/a", get(a)); axum::serve(l, app).await }) }"#,
        &["GET /a a"],
    );
    axum(
        r#"fn f(o: Option<Router>) -> Router { o.unwrap_or_else(|| Router::new().route("/a", get(a))) }"#,
        &["GET /a a"],
    );
    axum(
        r#"fn f() -> Router { let p = cfg.path().trim(); Router::new().nest(p, Router::new().route("/a", get(a))) }"#,
        &["GET /{?p}/a a <cfg.path()>"],
    );
    axum(
        r#"fn f() -> Router { let add = |r: Router| r.route("/a", get(a)); add(Router::new()) }"#,
        &["GET /a a"],
    );
}

#[test]
fn axum_tests_and_roles() {
    let app = r#"fn app() -> Router { Router::new().route("/a", get(a)) }"#;
    axum(
        &format!(
            "{app} #[cfg(test)] mod tests {{ use super::*; fn t() {{ let r = Router::new().nest(\"/t\", app()); serve(r); }} }}"
        ),
        &["GET /a a", "GET /t/a a [cfg(test)] test"],
    );
    axum(
        &format!(
            "{app} #[cfg(test)] mod tests {{ use super::*; #[test] fn t() {{ let r = app().clone().oneshot(x); }} }}"
        ),
        &["GET /a a"],
    );
    axum(
        &format!(
            "{app} #[cfg(test)] mod tests {{ use super::*; fn t() -> Router {{ Router::new().route(\"/t\", get(b)) }} }}"
        ),
        &["GET /a a", "GET /t b [cfg(test)] test"],
    );
}

#[test]
fn what_test_code_builds_is_test_code() {
    let library =
        format!("{AXUM}pub fn app() -> Router {{ Router::new().route(\"/a\", get(a)) }} async fn a() {{}}");
    let test = "fn t() { serve(axum::Router::new().nest(\"/t\", app::app())); }";
    let module =
        |name: &str, text: &str, role| stub::Module { path: vec![name.to_owned()], facts: file(text), role };
    let stub =
        Stub::new(vec![module("app", &library, Role::Production), module("app_tests", test, Role::Test)]);
    assert_eq!(found(&stub, &Request::default()), ["GET /a a", "GET /t/a a test"]);
}

#[test]
fn axum_not_judged() {
    axum(
        r#"fn f() -> Router { Router::new().route("/x", unknown()) }"#,
        &["? 1: .route(\"/x\", unknown(…))"],
    );
    axum(r#"fn f(m: M) -> Router { Router::new().nest("/x", m.routes()) }"#, &["? 1: .nest(\"/x\", …)"]);
    axum(r#"fn f() -> Router { Router::new().ruma_route(&a) }"#, &["? 1: .ruma_route(a)"]);
    axum(r#"fn f() -> Router { Router::new().typed("/x", 1) }"#, &["? 1: .typed(\"/x\", 1)"]);
    axum(r#"fn f(x: X) { x.route("/x", y); }"#, &["? 1: .route(\"/x\", y)"]);
    axum(r#"fn f(x: X) { x.route("a", y).merge(z).service(w); }"#, &[]);
    axum(r#"fn f(x: X) { x.router.route("/x", get(a)); }"#, &["GET /x a"]);
    axum(
        r#"macro_rules! add { () => { r.route("/x", get(a)) } } fn f() -> Router { add!(Router::new()) }"#,
        &["? 1: add!(…)"],
    );
}

#[test]
fn utoipa_axum_routes() {
    let before = "use utoipa_axum::{router::OpenApiRouter, routes};\n";
    let handlers = r#"
        #[utoipa::path(get, path = "/a")] async fn a() {}
        #[utoipa::path(method(post, put), path = "/b/{id}", context_path = "/c")] async fn b() {}
        #[utoipa::path(delete, path = P)] async fn d() {} const P: &str = "/d";"#;
    let with = |code: &str| format!("{code} {handlers}");
    check(
        before,
        &with("fn f() -> OpenApiRouter { OpenApiRouter::new().routes(routes!(a)) }"),
        &["GET /a a"],
    );
    check(
        before,
        &with(
            r#"fn f() -> OpenApiRouter { OpenApiRouter::with_openapi(D::o()).nest("/n", g()) } fn g() -> OpenApiRouter { OpenApiRouter::new().routes(routes!(a, b)).routes(routes!(d)) }"#,
        ),
        &["DELETE /n/d d", "GET /n/a a", "POST /n/c/b/{id} b", "PUT /n/c/b/{id} b"],
    );
    check(
        before,
        &with(
            r#"fn f() { let (router, api) = OpenApiRouter::new().routes(routes!(a)).split_for_parts(); let r = router.route("/x", axum::routing::get(b)); serve(r) }"#,
        ),
        &["GET /a a", "GET /x b"],
    );
    check(
        before,
        &with(
            r#"fn f() -> OpenApiRouter { let r: OpenApiRouter = axum::Router::new().route("/x", axum::routing::get(a)).into(); OpenApiRouter::new().merge(r) }"#,
        ),
        &["GET /x a"],
    );
    check(
        before,
        &with("fn f() -> OpenApiRouter { OpenApiRouter::new().routes(routes!(z)) } async fn z() {}"),
        &["? 1: z"],
    );
}

#[test]
fn aide_routes() {
    let before = "use aide::axum::{ApiRouter, routing::{get_with, post_with}};\n";
    check(
        before,
        r#"fn f() -> ApiRouter { ApiRouter::new().api_route_with("/a", post_with(a, d).get_with(b, d), &t).api_route("/b", get_with(|| x, |op| op)) } async fn a() {} async fn b() {}"#,
        &["GET /a b", "GET /b -", "POST /a a"],
    );
    check(
        before,
        r#"fn f() { ApiRouter::new().nest_api_service("/v1", r()).finish_api(&mut api); } fn r() -> ApiRouter { ApiRouter::new().api_route("/a", get_with(a, d)) } async fn a() {}"#,
        &["GET /v1/a a"],
    );
}

#[test]
fn actix_routes_and_resources() {
    actix(r#"fn f(c: &mut web::ServiceConfig) { c.route("/x", web::get().to(a)); }"#, &["GET /x a"]);
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { c.service(web::scope("/s").service(g).route("", web::put().to(a)).route("/", web::delete().to(b))); }"#,
        &["DELETE /s/ b", "GET /s/g g", "PUT /s a"],
    );
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { c.service(web::scope("s").service(web::resource("r/{id:\\d+}").name("n").route(web::get().to(a)).to(b))); }"#,
        &["ANY /s/r/{id} b", "GET /s/r/{id} a"],
    );
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { c.service(web::resource("/r").get(a).post(b)); }"#,
        &["GET /r a", "POST /r b"],
    );
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { c.route("/r", web::route().method(Method::PATCH).to(a)).route("/q", web::to(b)).route("/w", web::method(Method::PUT).to(b)); }"#,
        &["ANY /q b", "PATCH /r a", "PUT /w b"],
    );
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { c.route("/r", web::route().guard(guard::Any(guard::Get()).or(guard::Put())).to(a)); }"#,
        &["GET /r a", "PUT /r a"],
    );
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { c.route("/r", web::route().guard(guard::Header("a", "b")).to(a)); }"#,
        &["ANY /r a"],
    );
    actix(r#"fn f(c: &mut web::ServiceConfig) { c.service(web::redirect("/o", "/n")); }"#, &["ANY /o -"]);
    actix(
        r#"const P: &str = "/files/{tail:.*}"; fn f(c: &mut web::ServiceConfig) { c.service(web::resource(P).route(web::get().to(a))); }"#,
        &["GET /files/{*tail} a"],
    );
}

#[test]
fn actix_applications() {
    actix(
        r#"fn main() { HttpServer::new(move || { App::new().wrap(l).service(g).configure(m).default_service(web::to(a)) }).bind(x)?.run().await } fn m(c: &mut web::ServiceConfig) { c.service(p); }"#,
        &["GET /g g", "POST /p p"],
    );
    actix(
        r#"fn main() { HttpServer::new(|| App::new().configure(|c| m(c, 1))) } fn m(c: &mut web::ServiceConfig, x: u8) { c.service(web::scope("/m").service(p)); }"#,
        &["POST /m/p p"],
    );
    actix(
        r#"fn main() { HttpServer::new(|| App::new().service(web::scope("/v").configure(m))) } fn m(c: &mut web::ServiceConfig) { c.service(p); }"#,
        &["POST /v/p p"],
    );
    actix(
        r#"fn main() { HttpServer::new(|| { let mut app = App::new().service(g); if let Some(d) = x { app = app.service(files(d)); } app }) } fn files(d: &str) -> impl HttpServiceFactory { web::scope("/d").service(actix_files::Files::new("/", d)) }"#,
        &["GET /g g"],
    );
    actix(
        r#"fn api() -> actix_web::Scope { web::scope("/api").service(g) } fn f(c: &mut web::ServiceConfig) { c.service(web::scope("/v").service(api())); }"#,
        &["GET /v/api/g g"],
    );
    actix(r#"fn api() -> actix_web::Scope { web::scope("/api").service(g) }"#, &["GET /api/g g"]);
    actix(
        r#"async fn t() { let app = actix_web::test::init_service(App::new().service(g)).await; }"#,
        &["GET /g g"],
    );
    actix(
        r#"fn g2() -> impl Fn(&mut web::ServiceConfig) { |c| { c.service(g); } } fn main() { HttpServer::new(|| App::new().configure(g2())) }"#,
        &["GET /g g"],
    );
}

#[test]
fn actix_handlers_and_services() {
    actix(r#"fn f(c: &mut web::ServiceConfig) { c.service(g).service(p); }"#, &["GET /g g", "POST /p p"]);
    actix(r#"fn f(c: &mut web::ServiceConfig) { c.service((g, p)); }"#, &["GET /g g", "POST /p p"]);
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { #[cfg(feature = "s")] c.service(g).service(p); }"#,
        &["GET /g g [cfg(feature = \"s\")]", "POST /p p [cfg(feature = \"s\")]"],
    );
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { c.service(h); } #[route("/h", method = "GET", method = "HEAD")] async fn h() {}"#,
        &["GET /h h", "HEAD /h h"],
    );
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { c.service(h); } #[actix_web::routes] #[get("/h")] #[post("/i")] async fn h() {}"#,
        &["GET /h h", "POST /i h"],
    );
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { c.service(v1::h); } #[scope("/v1")] mod v1 { use actix_web::get; #[get("/h")] pub async fn h() {} }"#,
        &["GET /v1/h v1::h"],
    );
    actix(
        r#"fn f(c: &mut web::ServiceConfig) { c.service(h); } #[actix_web::get("/h")] async fn h() {}"#,
        &["GET /h h"],
    );
}

#[test]
fn actix_not_judged() {
    actix(r#"fn f(c: &mut web::ServiceConfig) { c.service(a); }"#, &["? 1: a"]);
    actix(
        r#"fn f(c: &mut web::ServiceConfig, x: X) { c.configure(x.more()).service(x.y()); }"#,
        &["? 1: .configure(…)", "? 1: .service(…)"],
    );
    actix(r#"async fn unused() {} #[get("/never")] async fn never() {}"#, &[]);
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
    let request = Request { entries: vec![g], hints: Hints::default() };
    assert_eq!(found(&stub, &request), ["GET /x a"]);
    let values = BTreeMap::from([("CONFIG.base_path()".to_owned(), "/base".to_owned())]);
    assert_eq!(
        found(&stub, &Request { entries: Vec::new(), hints: Hints { values, registers: Vec::new() } }),
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
