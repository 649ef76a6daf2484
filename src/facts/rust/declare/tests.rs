//! Declarations of small texts, shown on one line each.

use super::*;
use crate::facts::rust::lower::tests::show;

fn r#type(expr: &TypeExpr) -> String {
    let all = |list: &[TypeExpr]| list.iter().map(r#type).collect::<Vec<_>>().join(", ");
    match expr {
        TypeExpr::Path { path, arguments } if arguments.is_empty() => path.to_string(),
        TypeExpr::Path { path, arguments } => format!("{path}<{}>", all(arguments)),
        TypeExpr::Reference(inner) => format!("&{}", r#type(inner)),
        TypeExpr::Slice(inner) => format!("[{}]", r#type(inner)),
        TypeExpr::Array(inner, length) => format!("[{}; {length:?}]", r#type(inner)),
        TypeExpr::Tuple(list) => format!("({})", all(list)),
        TypeExpr::Bounds(list) => format!("impl {}", all(list)),
        TypeExpr::Never => "!".to_owned(),
        TypeExpr::Other(text) => format!("?{text}?"),
    }
}

fn attributes_of(list: &[Attribute]) -> String {
    list.iter().map(|attribute| format!("#{}({}) ", attribute.path, attribute.arguments)).collect()
}

fn fields(fields: &Fields) -> String {
    let (open, list, close) = match fields {
        Fields::Unit => return String::new(),
        Fields::Tuple(list) => ("(", list, ")"),
        Fields::Named(list) => ("{", list, "}"),
    };
    let field = |field: &FieldDeclaration| {
        let condition = if field.condition.is_empty() { "" } else { "?" };
        let attributes = attributes_of(&field.attributes);
        format!("{attributes}{}{condition}: {}", field.name, r#type(&field.r#type))
    };
    format!("{open}{}{close}", list.iter().map(field).collect::<Vec<_>>().join(", "))
}

fn generics(list: &[Generic]) -> String {
    let generic = |generic: &Generic| match &generic.default {
        Some(default) => format!("{} = {}", generic.name, r#type(default)),
        None => generic.name.to_string(),
    };
    let list: Vec<_> = list.iter().map(generic).collect();
    if list.is_empty() { String::new() } else { format!("<{}>", list.join(", ")) }
}

fn shown(text: &str) -> String {
    let found = declarations(text.as_bytes());
    let mut lines = Vec::new();
    for item in &found.types {
        let derives: String = item.derives.iter().map(|derive| format!("+{derive} ")).collect();
        let variant = |variant: &VariantDeclaration| {
            let number = variant.discriminant.as_ref().map(|number| format!(" = {number}"));
            let (attributes, fields) = (attributes_of(&variant.attributes), fields(&variant.fields));
            format!("{attributes}{}{fields}{}", variant.name, number.unwrap_or_default())
        };
        let variants: Vec<_> = item.variants.iter().map(variant).collect();
        let attributes = attributes_of(&item.attributes);
        let target = item.target.as_ref().map(|target| format!(" = {}", r#type(target)));
        lines.push(format!(
            "{derives}{attributes}{}{}{}{}{}",
            item.name,
            generics(&item.generics),
            fields(&item.fields),
            variants.join(" | "),
            target.unwrap_or_default()
        ));
    }
    for item in &found.functions {
        let parameter = |parameter: &ParameterDeclaration| {
            format!("{}: {}", parameter.pattern, r#type(&parameter.r#type))
        };
        let parameters: Vec<_> = item.parameters.iter().map(parameter).collect();
        let result = item.result.as_ref().map(|result| format!(" -> {}", r#type(result)));
        let value = item.value.as_ref().map(|value| format!(" {}", show(value)));
        lines.push(format!(
            "{}{}{}({}){}{}",
            attributes_of(&item.attributes),
            item.name,
            generics(&item.generics),
            parameters.join(", "),
            result.unwrap_or_default(),
            value.unwrap_or_default()
        ));
    }
    for item in &found.blocks {
        let r#trait = item.r#trait.as_ref().map(|r#trait| format!("{} for ", r#type(r#trait)));
        let types: String = item.types.iter().map(|(name, of)| format!(" {name} = {}", r#type(of))).collect();
        lines.push(format!("impl {}{}{types}", r#trait.unwrap_or_default(), r#type(&item.of)));
    }
    lines.join("; ")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(shown(text), expected, "{text}");
}

#[track_caller]
fn check_type(text: &str, expected: &str) {
    assert_eq!(type_expr(text).as_ref().map(r#type).as_deref(), Some(expected), "{text}");
}

#[test]
fn types_as_written() {
    check_type("u8", "u8");
    check_type("r#Order", "Order");
    check_type("Self", "Self");
    check_type("a :: b::C", "a::b::C");
    check_type("::a::B", "::a::B");
    check_type("crate::a::B<'a, C, { 1 }, 2, D<E>>", "crate::a::B<C, D<E>>");
    check_type("a::B::<C>::D<E>", "a::B::D<C, E>");
    check_type("<T as a::Trait<X>>::Name", "a::Trait::Name<T>");
    check_type("<T as Trait>::Name<A, B>", "Trait::Name<T, A, B>");
    check_type("&'a mut T", "&T");
    check_type("*const T", "&T");
    check_type("[T]", "[T]");
    check_type("[T; 1_6usize]", "[T; Some(16)]");
    check_type("[T; N]", "[T; None]");
    check_type("()", "()");
    check_type("(T)", "&T");
    check_type("(T,)", "(T)");
    check_type("(A, B<C>)", "(A, B<C>)");
    check_type("!", "!");
    check_type("impl A + b::B<C> + 'static", "impl A, b::B<C>");
    check_type("Box<dyn A + Send>", "Box<impl A, Send>");
    check_type("impl Stream<Item = T>", "impl Stream");
    check_type("impl for<'a> A<'a>", "impl A");
    check_type("fn(A)\n -> B", "?fn(A) -> B?");
    check_type("m!(a)", "?m!(a)?");
    check_type("A<_, B<_>>", "A<_, B<_>>");
    assert_eq!(type_expr("A; struct B;"), None);
    assert_eq!(type_expr("A B"), None);
    assert_eq!(type_expr(""), None);
}

#[test]
fn structs_and_enums() {
    check("struct A;", "A");
    check(
        "/// D\n#[derive(Serialize, serde::Deserialize)] #[serde(rename_all = \"camelCase\")] pub struct A<T = u8> { /// d\n #[serde(default)] pub r#type: Option<T>, b: B }",
        "+Serialize +serde::Deserialize #serde(rename_all = \"camelCase\") A<T = u8>{#serde(default) type: Option<T>, b: B}",
    );
    check(
        "struct A<'a, T: B, const N: usize>(#[x] pub &'a T, pub(crate) [u8; N]);",
        "A<T>(#x() 0: &T, 1: [u8; None])",
    );
    check(
        "enum A { #[serde(other)] B, C(D, #[x = 1] E), F { g: H } = 1 }",
        "A#serde(other) B | C(0: D, #x(1) 1: E) | F{g: H} = 1",
    );
    check(
        "#[cfg_attr(x, derive(Serialize), serde(default))] struct A { #[cfg(x)] b: B }",
        "+Serialize #serde(default) A{#cfg(x) b?: B}",
    );
    check("union A { b: B }", "A{b: B}");
    check("type A<T> = B<T>;", "A<T> = B<T>");
    check("fn f() { { struct A; } } mod m { struct B; }", "A; B; f() {{}}");
    check("m! { struct A; }", "");
}

#[test]
fn functions_and_blocks() {
    check("fn f(&self, Path(id): Path<u8>, mut b: B) -> C;", "f(&self: Self, Path(id): Path<u8>, b: B) -> C");
    check("#[get(\"/a\")] async fn f<T>() -> impl A {}", "#get(\"/a\") f<T>() -> impl A {}");
    check("impl<T> A<T> { type X = u8; fn f() {} }", "X = u8; f() {}; impl A<T> X = u8");
    check("impl a::B<C> for &D { type E = F<G>; }", "E = F<G>; impl a::B<C> for &D E = F<G>");
    check("trait A { type B; fn f(x: u8) -> u8 { x } }", "f(x: u8) -> u8 {x}");
}

#[test]
fn what_an_answer_needs_is_kept() {
    #[track_caller]
    fn check(body: &str, expected: &str) {
        let found = declarations(format!("fn f() {{ {body} }}").as_bytes());
        assert_eq!(found.functions[0].value.as_ref().map(show).as_deref(), Some(expected), "{body}");
    }
    check("Ok(Json(x))", "{Ok(Json(x))}");
    check("(StatusCode::CREATED, Json::<A>(x))", "{[StatusCode::CREATED, Json::<A>(x)]}");
    check("return Err(AppError::NotFound);", "{return Err(AppError::NotFound); }");
    check("HttpResponse::Created().json(x)", "{HttpResponse::Created().json(x)}");
    check("let x: Vec<A> = g().await?; Json(x)", "{let x:Vec<A> = g(); Json(x)}");
    check("let Some(x) = y else { return Err(E) }; x", "{let Some(x): = y else {return Err(E)}; x}");
    check(
        "match x { Some(a) => Json(a), None => return E }",
        "{match <x> [<Some(a)> Json(a), <None> return E]}",
    );
    check("if a { B } else { c::D { e: f } }", "{if <a> {B} else {c::D{e: f}}}");
    check("let f = |x: u8| Json(x); Ok(f(1))", "{let f: = |x| Json(x); Ok(f(#1))}");
    check("a::S { b, ..c }", "{a::S{b: b, ..: c}}");
}

#[test]
fn declarations_and_items_meet_where_they_begin() {
    let text = "/// D\n#[derive(A)]\n/// E\n#[b]\npub struct S { c: D }\n#[x] impl S { #[y] fn f() { fn g() {} } }\nenum E { V }";
    let (facts, found) = (super::super::extract(text.as_bytes()), declarations(text.as_bytes()));
    let sites = found.types.iter().map(|item| item.site).chain(found.functions.iter().map(|item| item.site));
    for site in sites.chain(found.blocks.iter().map(|item| item.site)) {
        assert!(facts.items.iter().any(|item| item.site == site), "{site:?}");
    }
    assert_eq!((found.types.len(), found.functions.len(), found.blocks.len()), (2, 2, 1));
}

#[test]
fn texts_without_end_end() {
    #[track_caller]
    fn check(text: &str) {
        let _found = declarations(text.as_bytes());
    }
    let nest = |open: &str, close: &str| open.repeat(4_000) + &close.repeat(4_000);
    check(&format!("type A = {};", nest("B<", ">")));
    check(&format!("type A = {};", nest("(", ")")));
    check(&format!("type A = {};", nest("&", "")));
    check(&format!("type A = {}a;", nest("a::", "")));
    check(&format!("fn f() {{ {} }}", nest("{", "}")));
    check(&nest("fn a() {", "}"));
    check(&nest("struct A { a: ", "}"));
    check(&format!("#[{}] struct A;", nest("cfg_attr(a,", ")")));
    check("\u{feff}struct");
    assert_eq!(declarations(b"\xff"), Declarations::default());
}
