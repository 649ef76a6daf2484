//! What gate says of types in words, where serde cannot be asked: reasons, names, places, types that never end.

use gate::basis::wire::{Field, Format, Presence, Rest, Shape, Type, Types};
use gate::basis::{RepoPath, Span};
use gate::facts::ScopeId;
use gate::facts::rust::type_expr;
use gate::model::World;
use gate::model::wire::{Bindings, Direction, Given, Meaning, Wire};

use crate::tree::Tree;

/// A type in one line: `{id: int64, note?: text|null}`; names are not followed.
fn shown(types: &Types, r#type: &Type) -> String {
    let shape = match &r#type.shape {
        Shape::Any => "any".to_owned(),
        Shape::Unknown(reason) => format!("? {reason}"),
        Shape::Null => "null".to_owned(),
        Shape::Bool => "bool".to_owned(),
        Shape::Int(width) => width.map_or("int".to_owned(), |width| format!("int{}", width.bits)),
        Shape::Number => "number".to_owned(),
        Shape::Text(Format::Plain) => "text".to_owned(),
        Shape::Text(Format::Other(name)) => name.to_string(),
        Shape::Text(format) => format!("{format:?}").to_lowercase(),
        Shape::Enum(choices) => {
            let values: Vec<&str> = choices.values.iter().map(|choice| &*choice.value).collect();
            format!("{}{}", values.join("/"), if choices.open { "/…" } else { "" })
        }
        Shape::List(of) => format!("[{}]", shown(types, of)),
        Shape::Tuple(parts) => {
            format!("({})", parts.iter().map(|part| shown(types, part)).collect::<Vec<_>>().join(", "))
        }
        Shape::Object(object) => {
            let mut parts: Vec<String> =
                object.fields.iter().map(|field| self::field(types, field)).collect();
            match &object.rest {
                Rest::Ignored => {}
                Rest::Refused => parts.push("!".to_owned()),
                Rest::Of(of) => parts.push(format!("*: {}", shown(types, of))),
            }
            format!("{{{}}}", parts.join(", "))
        }
        Shape::OneOf(one) => {
            let options = one.options.iter().map(|option| {
                let name = option.name.as_deref().unwrap_or_default();
                format!("{name} {}", shown(types, &option.r#type))
            });
            options.collect::<Vec<_>>().join(" | ")
        }
        Shape::Named(id) => types.named[id.0 as usize].name.to_string(),
    };
    if r#type.nullable { format!("{shape}|null") } else { shape }
}

fn field(types: &Types, field: &Field) -> String {
    let mark = match field.presence {
        Presence::Required => "",
        Presence::Optional => "?",
        Presence::Perhaps => "??",
        Presence::Unclear => "~",
    };
    format!("{}{mark}: {}", field.name, shown(types, &field.r#type))
}

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nserde = \"1\"\nuuid = \"1\"\nchrono = \"0.4\"\nrkyv = \"0.8\"\nsqlx = \"0.8\"\n";

const HEAD: &str = "use serde::{Deserialize, Serialize};\n";

/// What is said of `written`, with what is said of each named type that comes up.
fn said(text: &str, written: &str, direction: Direction, given: Vec<Given>) -> String {
    let files = vec![("Cargo.toml".into(), MANIFEST.into()), ("src/lib.rs".into(), format!("{HEAD}{text}"))];
    let tree = Tree::new(files);
    let world = World::new(&tree);
    let root = world.root(world.library(world.packages()[0]).expect("there is a library"));
    let wire = Wire::new(&world, given);
    let expr = type_expr(written).expect("it is a type");
    let r#type = wire.r#type(&expr, (root, ScopeId(0)), direction);
    let types = wire.types(direction);
    let named =
        types.named.iter().map(|named| format!("; {} = {}", named.name, shown(&types, &named.r#type)));
    format!("{}{}", shown(&types, &r#type), named.collect::<String>())
}

#[track_caller]
fn emits(text: &str, written: &str, expected: &str) {
    assert_eq!(said(text, written, Direction::Emits, Vec::new()), expected, "{text}");
}

#[track_caller]
fn accepts(text: &str, written: &str, expected: &str) {
    assert_eq!(said(text, written, Direction::Accepts, Vec::new()), expected, "{text}");
}

#[test]
fn what_macros_declare_is_seen() {
    emits(
        "macro_rules! m { () => { #[derive(Serialize)] struct A { b: u8 } } } m!();",
        "A",
        "A; A = {b: int8}",
    );
    emits(
        "macro_rules! m { ($($name:ident $field:ident)*) => { $(#[derive(Serialize)] struct $name { $field: u8 })* } } m!(A b B c); m!(C d);",
        "(B, C)",
        "(B, C); B = {c: int8}; C = {d: int8}",
    );
    // Two of one name that one call declares stand in one place.
    emits(
        "macro_rules! m { ($($module:ident $field:ident)*) => { $(mod $module { #[derive(serde::Serialize)] pub struct A { $field: u8 } })* } } m!(x b y c);",
        "(x::A, y::A)",
        "(A, A); A = {b: int8}; A = {c: int8}",
    );
    emits(
        "macro_rules! m { ($name:ident) => { impl Serialize for $name {} } } struct A; m!(A);",
        "A",
        "A; A = ? `A` writes its own `Serialize`",
    );
}

#[test]
fn what_cannot_be_seen_has_a_reason() {
    emits("struct A;", "A", "A; A = ? `A` does not derive `Serialize`");
    emits("struct A; impl Serialize for A {}", "A", "A; A = ? `A` writes its own `Serialize`");
    emits("struct A; impl serde::Serialize for A {}", "A", "A; A = ? `A` writes its own `Serialize`");
    accepts("#[derive(Serialize)] struct A;", "A", "A; A = ? `A` does not derive `Deserialize`");
    emits("#[derive(rkyv::Serialize)] struct A;", "A", "A; A = ? `A` does not derive `Serialize`");
    emits("", "Missing", "? `Missing` is not found");
    emits("", "chrono::Elsewhere<u8>", "? `chrono::Elsewhere` is a type of another crate");
    emits("trait T {}", "Box<dyn T>", "? only a trait is said of it");
    emits("", "fn() -> u8", "? `fn() -> u8` has no shape of its own");
    emits(
        "macro_rules! m { () => { m::inner! { #[derive(Serialize)] struct A { b: u8 } } } } m!();",
        "A",
        "? `A` is not found",
    );
    emits(
        "#[derive(Serialize)] struct A { #[serde(with = \"m\")] b: u8 } mod m {}",
        "A",
        "A; A = {b: ? `m` decides what it is}",
    );
    emits("#[derive(Serialize)] union A { b: u8 }", "A", "A; A = ? `A` is a union");
    emits("#[derive(Serialize)] enum A {}", "A", "A; A = ? `A` has no variant that is left");
    emits("#[derive(Serialize)] struct A<T> { b: T }", "A", "A<?>; A<?> = {b: ? `T` of `A` is not said}");
    emits("#[cfg(unix)] type A = u8; #[cfg(not(unix))] type A = String;", "A", "? `A` means several types");
    emits("#[cfg(unix)] type A = u8; #[cfg(not(unix))] type A = u8;", "A", "int8");
    emits("#[cfg(test)] type A = u8; #[cfg(not(test))] type A = String;", "A", "text");
}

#[test]
fn a_type_of_the_repository_is_none_of_another_crate() {
    emits("use uuid::Uuid;", "Uuid", "uuid");
    emits("use uuid as ids;", "ids::Uuid", "uuid");
    emits("mod m { pub use uuid::Uuid as Id; }", "m::Id", "uuid");
    emits("use uuid::*;", "Uuid", "uuid");
    emits("use sqlx::types::chrono::{DateTime, Utc};", "DateTime<Utc>", "datetime");
    emits("#[derive(Serialize)] struct Uuid { a: u8 }", "Uuid", "Uuid; Uuid = {a: int8}");
    emits("#[derive(Serialize)] struct Vec<T> { a: T }", "Vec<u8>", "Vec<u8>; Vec<u8> = {a: int8}");
    emits("use uuid::*; #[derive(Serialize)] struct Uuid(u8);", "Uuid", "Uuid; Uuid = int8");
}

#[test]
fn a_type_is_called_by_its_last_segment_whatever_else_is() {
    emits(
        "#[derive(Serialize)] struct Page<T> { of: Vec<T> } #[derive(Serialize)] struct Order(u8);",
        "Page<Order>",
        "Page<Order>; Page<Order> = {of: [Order]}; Order = int8",
    );
    emits(
        "#[derive(Serialize)] struct A(m::A); mod m { #[derive(serde::Serialize)] pub struct A(u8); }",
        "A",
        "A; A = A; A = int8",
    );
}

#[test]
fn what_is_not_said_for_certain_is_unclear() {
    emits("#[derive(Serialize)] struct A { b: Option<u8> }", "A", "A; A = {b~: int8|null}");
    emits(
        "#[derive(Serialize)] struct A { b: N } #[derive(Serialize)] struct N(Option<u8>);",
        "A",
        "A; A = {b~: N}; N = int8|null",
    );
    emits("#[derive(Serialize)] struct A { #[cfg(unix)] b: u8 }", "A", "A; A = {b~: int8}");
    emits("use chrono::NaiveDateTime as A;", "A", "unclear(\"`chrono::naivedatetime` as serde writes it\")");
    accepts("#[derive(Deserialize)] struct A { #[cfg(unix)] b: u8 }", "A", "A; A = {b~: int8}");
}

#[test]
fn types_that_never_end_end() {
    emits(
        "#[derive(Serialize)] struct A<T> { b: Option<Box<A<Vec<T>>>>, c: T }",
        "A<u8>",
        &said(
            "#[derive(Serialize)] struct A<T> { b: Option<Box<A<Vec<T>>>>, c: T }",
            "A<u8>",
            Direction::Emits,
            Vec::new(),
        ),
    );
    emits("type A = A;", "A", "? the type is too deep");
    emits("type A<T> = B<(T, T)>; type B<T> = A<(T, T)>;", "A<u8>", "? the type is too large");
    emits("#[derive(Serialize)] #[serde(transparent)] struct A(Box<A>);", "A", "A; A = A");
    accepts("#[derive(Deserialize)] #[serde(from = \"A\")] struct A(u8);", "A", "A; A = A");
    let text = "#[derive(Serialize)] struct A { #[serde(flatten)] b: Box<A>, c: u8 }";
    assert!(said(text, "A", Direction::Emits, Vec::new()).contains("the type is too deep"));
    let chain: String =
        (0..3000).map(|at| format!("#[derive(Serialize)] struct S{at}(S{});", at + 1)).collect();
    assert!(said(&chain, "S0", Direction::Emits, Vec::new()).ends_with("S3000` is not found"));
    let chain: String = (0..300).map(|at| format!("type S{at} = (S{0}, S{0});", at + 1)).collect();
    assert!(said(&chain, "S0", Direction::Emits, Vec::new()).contains("the type is too deep"));
}

#[test]
fn types_that_grow_end() {
    let check = |level: &dyn Fn(usize, usize) -> String, says: &str| {
        let levels: String = (0..30).map(|at| level(at, at + 1)).collect();
        let text = format!("{levels} {}", level(30, 0));
        let said = said(&text, "T0", Direction::Emits, Vec::new());
        assert!(said.contains(says), "{}", said.chars().take(500).collect::<String>());
    };
    let derive = "#[derive(Serialize, Deserialize)]";
    check(
        &|at, next| {
            format!("{derive} struct T{at} {{ #[serde(flatten)] a: T{next}, #[serde(flatten)] b: T{next} }}")
        },
        "the type is too",
    );
    check(
        &|at, next| {
            format!("{derive} #[serde(tag = \"t\")] enum T{at} {{ A(T{next}), B(T{next}), C {{ d: u8 }} }}")
        },
        "too many forms",
    );
    check(
        &|at, next| {
            format!(
                "{derive} #[serde(untagged)] enum T{at} {{ A(T{next}), B {{ #[serde(flatten)] c: T{next} }} }}"
            )
        },
        "the type is too",
    );
    check(
        &|at, next| format!("{derive} struct T{at}<X = u8> {{ a: T{next}<(X, X)>, b: T{next}<Vec<X>> }}"),
        "too large",
    );
}

#[test]
fn types_of_the_teams_own_are_what_is_said_of_them() {
    let given = |path: &str, shape: Shape| {
        let path = path.split("::").map(str::to_owned).collect();
        vec![(path, Type::new(shape, gate::basis::wire::Spot::default()))]
    };
    let text = "mod money { pub struct Money; } use money::Money; #[derive(Serialize)] struct A { b: Money, c: Option<Money> }";
    let check = |given, expected: &str| {
        assert_eq!(said(text, "A", Direction::Emits, given), expected);
    };
    check(given("Money", Shape::Text(Format::Plain)), "A; A = {b: text, c~: text|null}");
    check(given("shop::money::Money", Shape::Bool), "A; A = {b: bool, c~: bool|null}");
    check(
        given("other::Money", Shape::Bool),
        "A; A = {b: Money, c~: Money|null}; Money = ? `Money` does not derive `Serialize`",
    );
    assert_eq!(said("", "uuid::Uuid", Direction::Emits, given("Uuid", Shape::Bool)), "bool");
}

#[test]
fn places_are_those_of_names() {
    let text = "#[derive(serde::Serialize)]\nstruct A { b: u8 }\n";
    let tree = Tree::new(vec![("Cargo.toml".into(), MANIFEST.into()), ("src/lib.rs".into(), text.into())]);
    let world = World::new(&tree);
    let root = world.root(world.library(world.packages()[0]).expect("there is a library"));
    let wire = Wire::new(&world, Vec::new());
    let expr = type_expr("A").expect("it is a type");
    wire.r#type(&expr, (root, ScopeId(0)), Direction::Emits);
    let types = wire.types(Direction::Emits);
    assert_eq!(types.files, [RepoPath::new("src/lib.rs")]);
    let at = |word: &str| {
        let start = text.find(word).expect("it is there");
        Span::new(start, start + 1)
    };
    assert_eq!(types.named[0].r#type.at.span, at("A {"));
    let Shape::Object(object) = &types.named[0].r#type.shape else { panic!("it is an object") };
    assert_eq!(object.fields[0].at.span, at("b: u8"));
}

#[test]
fn a_meaning_is_told_without_its_shape() {
    let text = "use std::result::Result as R; type A<T> = R<T, uuid::Error>;";
    let tree = Tree::new(vec![("Cargo.toml".into(), MANIFEST.into()), ("src/lib.rs".into(), text.into())]);
    let world = World::new(&tree);
    let root = world.root(world.library(world.packages()[0]).expect("there is a library"));
    let wire = Wire::new(&world, Vec::new());
    let bindings: Bindings = vec![("T".into(), Meaning::Tuple(Vec::new()))];
    let meaning = wire.resolved(&type_expr("A<T>").expect("it is a type"), (root, ScopeId(0)), &bindings);
    let arguments = meaning.is("std", "Result").expect("it is a result");
    assert_eq!(arguments[0], Meaning::Tuple(Vec::new()));
    assert!(arguments[1].is("uuid", "Error").is_some());
}

/// Facts without bodies have other places than the text.
#[test]
fn outlines_lead_to_the_same_declarations() {
    let text = "fn f() { let padding = 1; }\n// x\n#[derive(serde::Serialize)]\npub struct A { pub b: u8 }\nmod m { #[derive(serde::Serialize)] pub struct A(u8); }\n";
    let user = "use shop::{A, m};";
    let files = [("Cargo.toml", MANIFEST), ("src/lib.rs", text), ("src/main.rs", user)];
    let tree = Tree::new(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    let world = World::around(&tree, [RepoPath::new("src/main.rs")]);
    let main = world.locate(&RepoPath::new("src/main.rs"))[0];
    let wire = Wire::new(&world, Vec::new());
    let r#type =
        wire.r#type(&type_expr("(A, m::A)").expect("it is a type"), (main, ScopeId(0)), Direction::Emits);
    let types = wire.types(Direction::Emits);
    assert_eq!(shown(&types, &r#type), "(A, A)");
    assert_eq!(shown(&types, &types.named[0].r#type), "{b: int8}");
    assert_eq!(shown(&types, &types.named[1].r#type), "int8");
}
