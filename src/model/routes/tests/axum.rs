//! Routes of axum, utoipa-axum and aide.

use super::*;

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
        &["? 1: what `ext::routes` brings lies outside the repository"],
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
fn what_is_not_followed_is_said() {
    let said = |code: &str| {
        let stub = Stub::single(&format!("{AXUM}{code} async fn a() {{}}"));
        let lines = found(&stub, &Request::default());
        lines.into_iter().filter(|line| line.starts_with('?')).collect::<Vec<_>>()
    };
    let routes = |count: usize| (0..count).map(|at| format!(".route(\"/{at}\", get(a))")).collect::<String>();
    assert_eq!(said(&format!("fn f() -> Router {{ Router::new(){} }}", routes(400))), [""; 0]);
    let long = said(&format!("fn f() -> Router {{ Router::new(){} }}", routes(1_600)));
    assert_eq!(long, ["? 1: more than is followed"]);
    let deep = "Router::new().nest(\"/x\", ".repeat(300);
    let deep = said(&format!("fn f() -> Router {{ {deep} Router::new(){} }}", ")".repeat(300)));
    assert!(deep.contains(&"? 1: more than is followed".to_owned()), "{deep:?}");
    let arms = (0..20).map(|at| format!("{at} => \"/{at}\", ")).collect::<String>();
    let many = said(&format!(
        "fn f(n: u8) -> Router {{ let p = match n {{ {arms} _ => \"/z\" }}; Router::new().route(p, get(a)) }}"
    ));
    assert_eq!(many, ["? 1: path more than is followed"]);
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
