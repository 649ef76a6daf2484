//! Routes of actix-web.

use super::*;

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
