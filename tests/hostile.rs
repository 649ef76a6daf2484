//! Huge, deep and cyclic input through the built program: each ends soon, with a verdict or with the reason why there is none.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking, also in the functions it calls")]

mod support;

use std::fmt::Write;
use std::fs::File;
use std::time::{Duration, Instant};

use support::repo::Repo;

const SPEC: &str = "gate = 1

[design]
layers   = [\"api\", \"orders\"]
unmapped = \"allow\"

[module.api]
code = [\"crate::api\"]
why  = \"HTTP edge.\"

[module.orders]
code = [\"crate::orders\"]
why  = \"Order rules.\"

[api.shop]
why   = \"The API.\"
entry = [\"crate::api::router\"]

[api.shop.endpoints]
\"GET /orders\" = {}
";
const API: &str = "use axum::{routing::get, Router};

pub struct User;

pub fn router() -> Router {
    Router::new().route(\"/orders\", get(list))
}

pub async fn list() {}
";
/// What every case ends with, so that something beside the odd part is there to be found.
const DEVIATION: &str = "\npub fn total(_: crate::api::User) {}\n";
/// Far more than any case needs, so that a busy machine changes nothing, and far less than what grows out of hand.
const SOON: Duration = Duration::from_secs(60);

/// Stages these files over a small shop and asks gate.
#[track_caller]
fn ask(files: &[(&str, &str)]) -> (i32, String) {
    let repo = Repo::new();
    repo.write("specs/shop.toml", SPEC)
        .write(
            "Cargo.toml",
            "[package]\nname = \"shop\"\nedition = \"2021\"\n\n[dependencies]\naxum = \"0.8\"\n",
        )
        .write("src/lib.rs", "pub mod api;\npub mod orders;\n")
        .write("src/api.rs", API)
        .write("src/orders.rs", "pub fn count() {}\n");
    repo.stage().commit("shop");
    for (path, text) in files {
        repo.write(path, text);
    }
    repo.stage();
    run(&repo)
}

/// Asks gate about what is staged, and waits no longer than [`SOON`].
#[track_caller]
fn run(repo: &Repo) -> (i32, String) {
    let paths = ["out", "err"].map(|name| repo.home().join(name));
    let [out, err] = paths.clone().map(|path| File::create(path).unwrap());
    let mut gate =
        repo.command(env!("CARGO_BIN_EXE_gate")).arg("check").stdout(out).stderr(err).spawn().unwrap();
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = gate.try_wait().unwrap() {
            break status;
        }
        if begin.elapsed() > SOON {
            gate.kill().unwrap();
            gate.wait().unwrap();
            panic!("no end after {SOON:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let said = paths.map(|path| std::fs::read_to_string(path).unwrap()).concat();
    let code = status.code().unwrap_or_else(|| panic!("{status}: {}", start_of(&said)));
    assert!(!said.contains("panicked"), "exit {code}: {}", start_of(&said));
    (code, said)
}

/// Enough of a long text to see what is the matter.
fn start_of(text: &str) -> String {
    text.chars().take(2000).collect()
}

/// The text as `src/orders.rs` and a deviation after it: the exit codes that are right, and what must be said.
#[track_caller]
fn check(text: &str, codes: &[i32], said: &str) {
    let (code, all) = ask(&[("src/orders.rs", &format!("{text}{DEVIATION}"))]);
    let begins: String = text.chars().take(60).collect();
    assert!(codes.contains(&code) && all.contains(said), "{begins}: exit {code}: {}", start_of(&all));
}

/// `open` and `close` around nothing, this often.
fn nested(times: usize, open: &str, close: &str) -> String {
    open.repeat(times) + &close.repeat(times)
}

#[test]
fn a_string_without_an_end() {
    check(&format!("pub const A: &str = \"{}", "x y ".repeat(2 << 20)), &[3], "unjudged[");
    check(&format!("pub const A: &str = r#\"{}", "x\"y ".repeat(2 << 20)), &[3], "unjudged[");
    check(&format!("/*{}", "/* ".repeat(1 << 20)), &[3], "unjudged[");
}

#[test]
fn a_million_of_parentheses() {
    check(&format!("pub fn f() {{ {} }}", nested(1_000_000, "(", ")")), &[1, 3], "");
    check(&format!("pub fn f() {{ {}", "(".repeat(1_000_000)), &[1, 3], "unjudged[");
    check(&")".repeat(1_000_000), &[1, 3], "unjudged[");
}

#[test]
fn deep_nesting_of_every_kind() {
    let times = 5_000;
    let cases = [
        format!("pub fn f() {}", nested(times, "{", "}")),
        format!("pub fn f() {{ {} }}", nested(times, "[", "]")),
        format!("pub fn f() {{ let _ = {}1; }}", "!".repeat(times)),
        format!("pub fn f() {{ let _ = {}1; }}", "&".repeat(times)),
        format!("pub fn f() {{ let _ = 1{}; }}", "+1".repeat(times)),
        format!("pub fn f() {{ x{}; }}", ".a()".repeat(times)),
        format!("pub fn f() {{ x{}; }}", "?".repeat(times)),
        format!("pub fn f() {{ {} }}", nested(times, "if a { } else { ", "}")),
        format!("pub fn f() {{ {} {{ }} }}", "if a { } else ".repeat(times)),
        format!("pub fn f() {{ {}1 }}", "|| ".repeat(times)),
        format!("pub fn f() {{ {} }}", nested(times, "match a { _ => ", "}")),
        format!("pub type T = {};", nested(times, "Vec<", ">")),
        format!("pub type T = {}u8;", "&".repeat(times)),
        format!("pub type T = {};", nested(times, "(", ")")),
        format!("pub use {};", nested(times, "a::{", "}")),
        format!("pub use a{}::b;", "::a".repeat(times)),
        nested(times, "mod a {", "}"),
        nested(times, "fn a() {", "}"),
        nested(times, "impl A { fn a() {", "}}"),
        nested(times, "m! {", "}"),
        format!("#[a{}] fn f() {{}}", nested(times, "(", ")")),
        format!("#[cfg{}] fn f() {{}}", nested(times, "(not", ")")),
        nested(times, "/*", "*/"),
        format!("macro_rules! m {{ () => {{ {} }} }}", nested(times, "(", ")")),
    ];
    std::thread::scope(|scope| {
        for half in cases.chunks(cases.len() / 2) {
            scope.spawn(|| half.iter().for_each(|text| check(text, &[1, 3], "")));
        }
    });
}

#[test]
fn two_megabytes_of_generated_functions() {
    let mut text = String::new();
    for number in 0.. {
        if text.len() > (2 << 20) - 200 {
            break;
        }
        writeln!(text, "pub fn f{number}(a: u64) -> u64 {{ a.wrapping_add({number}).rotate_left(3) }}")
            .unwrap();
    }
    let (code, said) = ask(&[("src/orders.rs", &text)]);
    assert!(code == 0 && said.contains("gate: conforms"), "exit {code}: {}", start_of(&said));
    check(&text, &[1], "gate: 1 introduced deviation");
    check(&(text.clone() + &text), &[3], "unjudged[too-large]");
    let uses: String = (0..2_000).map(|at| format!("pub fn f{at}() {{ crate::api::list(); }}\n")).collect();
    check(&uses, &[1], "gate: 2001 introduced deviations");
}

#[test]
fn a_proto_file_that_is_too_large() {
    let proto = "package shop; service Orders { rpc Place (A) returns (B); }\n";
    let main = "use pb::orders_server::OrdersServer;\nmod pb { tonic::include_proto!(\"shop\"); }\n\
                async fn main() { tonic::transport::Server::builder().add_service(OrdersServer::new(Orders)); }\n";
    let calls = "gate = 1\n[api.calls]\nwhy = \"Calls.\"\ngrpc = true\n[api.calls.endpoints]\n";
    let long = format!("{proto}{}", "// So it goes on.\n".repeat(300_000));
    let ask =
        |proto: &str| ask(&[("specs/calls.toml", calls), ("src/main.rs", main), ("proto/shop.proto", proto)]);
    let (code, printed) = ask(proto);
    assert_eq!((code, printed.contains("too-large")), (1, false), "{printed}");
    assert!(printed.contains("`POST /shop.Orders/Place` is not declared"), "{printed}");
    let (code, printed) = ask(&long);
    assert_eq!(code, 3, "{printed}");
    assert!(printed.contains("unjudged[too-large]") && printed.contains("--> proto/shop.proto"), "{printed}");
}

#[test]
fn manifests_without_a_floor() {
    let package = "[package]\nname = \"shop\"\nedition = \"2021\"\n";
    let times = 100_000;
    for (odd, codes) in [
        (format!("[{}a]\n", "a.".repeat(times)), [1, 3]),
        (format!("a = {}\n", nested(times, "[", "]")), [1, 3]),
        (format!("a = {}\n", nested(times, "{a=", "}")), [1, 3]),
        (format!("{}a = 1\n", "a.".repeat(times)), [1, 3]),
        (format!("a = \"\"\"{}", "x".repeat(8 << 20)), [1, 3]),
        ("[[bin]]\nname = \"x\"\npath = \"src/lib.rs\"\n".repeat(10_000), [1, 3]),
    ] {
        let manifest = format!("{package}{odd}");
        let orders = format!("pub fn count() {{}}{DEVIATION}");
        let (code, said) = ask(&[("Cargo.toml", &manifest), ("src/orders.rs", &orders)]);
        assert!(codes.contains(&code), "exit {code}: {}", start_of(&said));
    }
}

#[test]
fn specs_without_a_floor() {
    let times = 100_000;
    for odd in [
        format!("[{}a]\n", "a.".repeat(times)),
        format!("[module.x]\ncode = {}\n", nested(times, "[", "]")),
        format!("[module.x]\ncode = {}\n", nested(times, "{a=", "}")),
        format!("[module.x]\ncode = [\"src/{}\"]\nwhy = \"x\"\n", "{a,".repeat(times)),
        (0..5000).map(|at| format!("[modul.m{at}]\n")).collect(),
    ] {
        let (code, said) = ask(&[("specs/odd.toml", &format!("gate = 1\n{odd}"))]);
        assert!(
            code == 2 && said.contains("gate could not judge this change: "),
            "exit {code}: {}",
            start_of(&said)
        );
    }
}

#[test]
fn patterns_that_could_take_for_ever() {
    let stars = "::**".repeat(10_000);
    let globs = "**/".repeat(40) + &"*a".repeat(40);
    let spec = format!("{SPEC}\n[module.x]\ncode = [\"crate{stars}::nothing\", \"{globs}\"]\nwhy = \"x\"\n");
    let mut deep = String::new();
    (0..40).for_each(|_| deep.push_str("pub mod a { pub fn f() {} "));
    deep.push_str(&"}".repeat(40));
    let (code, said) = ask(&[("specs/shop.toml", &spec), ("src/orders.rs", &deep)]);
    assert!([0, 1, 2].contains(&code), "{code}: {said}");
}

#[test]
fn names_that_lead_on_and_on() {
    let chain = |link: &dyn Fn(usize) -> String| -> String { (0..400).map(link).collect() };
    let cases = [
        chain(&|at| format!("pub mod m{at} {{ pub use super::m{}::*; }}\n", at + 1)) + "use m0::Nothing;",
        chain(&|at| format!("pub mod m{at} {{ pub use super::m{}::Thing; }}\n", at + 1)) + "use m0::Thing;",
        chain(&|at| format!("pub use self::a{} as a{at};\n", at + 1)) + "fn f() { a0(); }",
        chain(&|at| format!("pub mod m{at} {{ pub use super::m{}::*; }}\n", (at + 1) % 400))
            + "use m0::Nothing;",
        chain(&|at| {
            format!("pub mod m{at} {{ pub use super::m{}::*; pub use super::m{}::*; }}\n", at + 1, at + 2)
        }) + "use m0::Nothing;",
        (0..60)
            .map(|at| {
                let globs: String = (0..60).map(|to| format!("pub use super::m{to}::*; ")).collect();
                format!("pub mod m{at} {{ {globs} }}\n")
            })
            .collect::<String>()
            + "use m0::Nothing;",
        "pub mod a { pub use super::b::*; pub use super::c::*; } pub mod b { pub use super::a::*; }
         pub mod c { pub struct Thing; } use a::*; fn f(_: Thing, _: a::Thing) {}"
            .to_owned(),
        chain(&|at| {
            format!(
                "pub mod m{at} {{ #[cfg(a)] pub use super::m{}::*; pub fn f{at}() {{}} }}\n",
                (at + 1) % 400
            )
        }) + "pub use m0::*; use m7::f6;",
        (0..100)
            .map(|at| {
                let globs: String =
                    (0..100).map(|to| format!("#[cfg(a{to})] pub use super::m{to}::*; ")).collect();
                format!("pub mod m{at} {{ {globs} #[cfg(b)] pub struct Thing; }}\n")
            })
            .collect::<String>()
            + "pub use m0::*; use m1::Thing;",
        "use self::*; use super::*; use crate::*; pub use self::a::*; pub mod a { pub use super::*; }"
            .repeat(40),
        format!("use a{} as b;", "::a".repeat(20_000)) + "pub mod a { pub use super::a; }",
    ];
    for text in cases {
        check(&text, &[1, 3], "`orders` may not use `api`");
    }
}

#[test]
fn files_that_include_each_other() {
    let chain: Vec<(String, String)> = (0..300)
        .map(|at| (format!("src/i{at}.rs"), format!("include!(\"i{}.rs\"); pub struct A{at};", at + 1)))
        .collect();
    let many: Vec<(String, String)> = (0..20)
        .map(|at| {
            let includes = |to: usize| format!("mod m{to} {{ include!(\"i{to}.rs\"); }} ");
            (format!("src/i{at}.rs"), (0..20).map(includes).collect())
        })
        .collect();
    for (files, orders) in [(chain, "include!(\"i0.rs\"); fn f(_: A299) {}"), (many, "include!(\"i0.rs\");")]
    {
        let orders = format!("{orders}{DEVIATION}");
        let mut files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        files.push(("src/orders.rs", &orders));
        let (code, said) = ask(&files);
        assert!(code == 1 && said.contains("`orders` may not use `api`"), "exit {code}: {}", start_of(&said));
    }
}

#[test]
fn routers_that_lead_on_and_on() {
    let head = "use axum::{routing::get, Router};\npub struct User;\npub async fn list() {}\n";
    let chain = |link: &dyn Fn(usize) -> String| -> String { (0..400).map(link).collect() };
    let cases = [
        format!(
            "pub fn router() -> Router {{ Router::new(){} }}",
            chain(&|at| format!(".route(\"/r{at}\", get(list))"))
        ),
        format!(
            "pub fn router() -> Router {{ let r = Router::new(); {} r }}",
            chain(&|at| format!("let r = r.route(\"/r{at}\", get(list));\n"))
        ),
        "pub fn router() -> Router { r0() }\n".to_owned()
            + &chain(&|at| format!("fn r{at}() -> Router {{ Router::new().nest(\"/n\", r{}()) }}\n", at + 1))
            + "fn r400() -> Router { Router::new().route(\"/orders\", get(list)) }",
        "pub fn router() -> Router { r0() }\n".to_owned()
            + &chain(&|at| {
                format!(
                    "fn r{at}() -> Router {{ Router::new().merge(r{}()).nest(\"/n\", r{0}()) }}\n",
                    at + 1
                )
            })
            + "fn r400() -> Router { Router::new().route(\"/orders\", get(list)) }",
        "pub fn router() -> Router { Router::new().route(C0, get(list)) }\n".to_owned()
            + &chain(&|at| format!("const C{at}: &str = C{};\n", at + 1))
            + "const C400: &str = \"/orders\";",
        "pub fn router() -> Router { Router::new().route(C0, get(list)) }\n".to_owned()
            + &chain(&|at| format!("const C{at}: &str = concat!(C{0}, C{0});\n", at + 1))
            + "const C400: &str = \"/orders\";",
        format!(
            "pub fn router() -> Router {{ {} }}",
            nested(400, "Router::new().nest(\"/n\", ", ")").replace(", )", ", Router::new())")
        ),
        format!(
            "pub fn router(a: bool) -> Router {{ let mut r = Router::new(); {} r }}",
            chain(&|at| format!("if a {{ r = r.nest(\"/n{at}\", r.clone()); }}\n"))
        ),
        "pub fn router() -> Router { Router::new().merge(router()).nest(\"/a\", router()) }".to_owned(),
        "pub fn router() -> Router { Part::add(Router::new()) }\npub trait Part { fn add(_: Router) -> Router; }\n"
            .to_owned()
            + &(0..60).map(|at: usize| {
                let body = format!("Part::add(Part::add(r.route(\"/p{at}\", get(list))))");
                format!("pub struct P{at};\nimpl Part for P{at} {{ fn add(r: Router) -> Router {{ {body} }} }}\n")
            }).collect::<String>(),
    ];
    for text in cases {
        let (code, said) = ask(&[("src/api.rs", &format!("{head}{text}"))]);
        assert!([0, 1, 3].contains(&code), "exit {code}: {}", start_of(&said));
    }
}

#[test]
fn macros_that_write_on_and_on() {
    let ends = &[1, 3];
    let forever = "macro_rules! m { ($($x:tt)*) => { m! { $($x)* $($x)* } mod y { } } }\nm! { a }";
    check(forever, ends, "may not use `api`");
    let each_other = "macro_rules! m { () => { n! {} } }\nmacro_rules! n { () => { m! {} m! {} } }\nm! {}";
    check(each_other, ends, "may not use `api`");
    let mut doubled = String::from("macro_rules! m0 { ($($x:tt)*) => { $($x)* } }\n");
    for at in 1..64 {
        let before = at - 1;
        writeln!(doubled, "macro_rules! m{at} {{ ($($x:tt)*) => {{ m{before}! {{ $($x)* $($x)* }} }} }}")
            .unwrap();
    }
    check(&format!("{doubled}m63! {{ fn f() {{}} }}"), ends, "may not use `api`");
    let power = "macro_rules! m { ($($($x:ident)*;)*) => { $($(use $x; $x!{} fn $x() {})*)* } }";
    let told = format!("m! {{ {} }}", "a b c d e f g h i j;".repeat(10_000));
    check(&format!("{power}\n{told}"), ends, "may not use `api`");
    for (times, said) in
        [(10_000, "may not use `api`"), (200_000, "may not use `api`"), (200_000, "opaque-macro")]
    {
        let told = "a::B ".repeat(times);
        check(&format!("macro_rules! m {{ ($($x:tt)*) => {{ $($x)* }} }}\nm! {{ {told} }}"), ends, said);
    }
    let calls = "m! {}\n".repeat(30_000);
    check(
        &format!("macro_rules! m {{ () => {{ use x::y; fn z() {{}} }} }}\n{calls}{DEVIATION}"),
        ends,
        "may not use `api`",
    );
    let many: String =
        (0..5_000).map(|at| format!("macro_rules! m {{ ({at}) => {{}} }} m! {{ {at} }}\n")).collect();
    check(&many, ends, "may not use `api`");
    let branches = nested(3_000, "cfg_if! { if #[cfg(a)] { ", " } }");
    check(&branches, ends, "may not use `api`");
    let wide = nested(300, "m!( f(", "))");
    let value = "macro_rules! m { ($x:expr) => { Router::new().nest(\"/a\", $x) } }";
    check(&format!("{value}\nfn router() {{ {wide} }}"), ends, "may not use `api`");
}

#[test]
fn a_change_of_many_files() {
    let repo = Repo::new();
    repo.write("specs/shop.toml", SPEC)
        .write("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2021\"\n");
    repo.write("src/api.rs", API).write("src/lib.rs", "pub mod api;\npub mod orders;\n");
    repo.write("src/orders.rs", "\n").stage().commit("shop");
    let mut declared = String::new();
    for at in 0..3000 {
        writeln!(declared, "pub mod m{at};").unwrap();
        repo.write(
            &format!("src/orders/m{at}.rs"),
            format!("pub fn f{at}(_: super::m0::A) {{}}\npub struct A;\n"),
        );
    }
    repo.write("src/orders.rs", declared + DEVIATION).stage();
    let (code, said) = run(&repo);
    assert!(code == 1 && said.contains("3001 files judged"), "exit {code}: {}", start_of(&said));
}
