//! What calls are replaced by, as text, and where its parts stand.

use super::*;
use crate::facts::Cfg;

const WORK: usize = 20_000;

fn text_of(rules: &str, call: &str) -> Option<String> {
    let tokens = Tokens::at(&as_attributes(call), Site::default());
    let output = transcribed(&Rules::new(rules), &tokens, ("own", " "), &mut Work::new(WORK))?;
    Some(output.text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[track_caller]
fn check(rules: &str, call: &str, expected: &str) {
    assert_eq!(text_of(rules, call).as_deref(), Some(expected), "{rules} {call}");
}

#[track_caller]
fn check_opaque(rules: &str, call: &str) {
    assert_eq!(text_of(rules, call), None, "{rules} {call}");
}

#[test]
fn fragments_end_where_the_compiler_ends_them() {
    let list = |fragment: &str| format!("($($x:{fragment}),* $(,)?) => {{ $([$x])* }}");
    check(&list("ident"), "a, r#b, crate", "[ a ] [ r#b ] [ crate ]");
    check(
        &list("ty"),
        "a::B<C, D>, &'a mut [E; 2], dyn F + 'static, fn(G) -> H, (I, J), _",
        "[ a::B<C, D> ] [ &'a mut [E; 2] ] [ dyn F + 'static ] [ fn(G) -> H ] [ (I, J) ] [ _ ]",
    );
    check(&list("path"), "a::b, ::c::D<E>, Fn(G) -> H", "[ a::b ] [ ::c::D<E> ] [ Fn(G) -> H ]");
    check(&list("expr"), "1, -2, a::<b, c>(d), e", "[ 1 ] [ -2 ] [ ( a::<b, c>(d) ) ] [ e ]");
    check(&list("expr"), "|a, b| a | b, x as Y<A, B>", "[ ( |a, b| a | b ) ] [ ( x as Y<A, B> ) ]");
    check(&list("expr"), "a || b, c || |d, e| f || g", "[ ( a || b ) ] [ ( c || |d, e| f || g ) ]");
    check(&list("expr"), "|| a, b < c as _, d", "[ ( || a ) ] [ ( b < c as _ ) ] [ d ]");
    check(&list("literal"), "1, -2.0, \"a\", true", "[ 1 ] [ -2.0 ] [ \"a\" ] [ true ]");
    check(&list("tt"), "a, (b c), ..=, ::", "[ a ] [ (b c) ] [ ..= ] [ :: ]");
    check(&list("lifetime"), "'a, 'static", "[ 'a ] [ 'static ]");
    check(&list("block"), "{ a }, {}", "[ { a } ] [ {} ]");
    check(&list("meta"), "a, b(c, d), e = \"f\"", "[ a ] [ b(c, d) ] [ e = \"f\" ]");
    check(
        "($($p:pat => $e:expr),*) => { $([$p $e])* }",
        "A::B { c, .. } | D => 1, 0..=9 => 2",
        "[ A::B { c, .. } | D 1 ] [ 0..=9 2 ]",
    );
    check("($v:vis $n:ident) => { [$v] $n }", "pub(crate) a", "[ pub(crate) ] a");
    check("($v:vis $n:ident) => { [$v] $n }", "a", "[ ] a");
    check(
        "($($i:item)*) => { $([$i])* }",
        "#[x] pub fn a() {} use b::{c, d}; struct E(f); const fn g() {} mod h; i! {} j!();",
        "[ #[x] pub fn a() {} ] [ use b::{c, d}; ] [ struct E(f); ] [ const fn g() {} ] [ mod h; ] [ i! {} ] [ j!(); ]",
    );
}

#[test]
fn arms_are_tried_in_order_and_repetitions_nest() {
    let rules = "(@ $a:ident) => { one $a }; ($a:ident) => { two $a }; ($($a:tt)*) => { any $($a)* };";
    check(rules, "@ x", "one x");
    check(rules, "x", "two x");
    check(rules, "x y", "any x y");
    // What begins no expression is none, so that the arm behind is meant.
    let inner = "($a:expr => $b:tt) => { one $b }; (@one $a:expr => $b:tt) => { two $b };";
    check(inner, "@one a => c", "two c");
    check(inner, "-a => c", "one c");
    check(
        "($p:pat => $b:tt) => { one $b }; (.one $p:pat => $b:tt) => { two $b };",
        ".one ..=9 => c",
        "two c",
    );
    check("($p:pat => $b:tt) => { one $b };", "..=9 => c", "one c");
    let nested = "($($k:ident : [$($v:ident)|+]);*) => { $( $k { $($v $k),+ } )* }";
    check(nested, "a: [b | c]; d: [e]", "a { b a , c a } d { e d }");
    check("($a:ident $($b:ident)? ;) => { $a $($b)? $crate }", "x ;", "x own");
    check("($a:ident $($b:ident)? ;) => { $a $($b)? $crate }", "x y ;", "x y own");
    check(
        "() => { macro_rules! n { ($x:ident) => { $x }; } }",
        "",
        "macro_rules! n { ($x:ident) => { $x }; }",
    );
    check("(a) => { m!(b, $) }", "a", "m!(b, $)");
    check(
        "($d:tt) => { macro_rules! n { ($d($d x:tt)*) => { o!($d($d x)*) } } }",
        "$",
        "macro_rules! n { ( $ ( $ x:tt)*) => { o!( $ ( $ x)*) } }",
    );
}

#[test]
fn what_is_not_plain_is_not_expanded() {
    check_opaque("($x:ident) => { $x }", "1");
    check_opaque("($x:ident) => { $x }", "a b");
    check_opaque("($($x:ident)*) => { $x }", "a b");
    check_opaque("($($x:ident)*; $($y:ident)*) => { $($x $y)* }", "a b; c");
    check_opaque("($x:unknown) => { $x }", "a");
    check_opaque("($($x:ident)*) => { ${count(x)} }", "a");
    check_opaque("$x:ident", "a");
    check_opaque("", "a");
    check_opaque("(", "a");
    check_opaque("() => {", "");
    check_opaque("($x:", "a");
}

#[test]
fn hostile_macros_end() {
    let deep = format!("($($x:tt)*) => {{ {}$($x)*{} }}", "$(".repeat(100), ")*".repeat(100));
    check_opaque(&deep, "a");
    // Each round writes out all rounds again.
    let square = "($($x:tt)*) => { $([$x $($x)*])* }";
    check_opaque(square, "a b c");
    let power = "($($($x:tt)*;)*) => { $($( $x $x $x $x )*)* $($( $x $x $x $x )*)* }";
    check_opaque(power, &"a a a a a a a a;".repeat(1_000));
    check_opaque("($($x:tt)*) => { $($x)* }", &"a ".repeat(500_000));
    check_opaque("($($($x:ident)* , )* end) => { }", &"a ".repeat(30_000));
    for text in ["<", "a::<", "fn(", "&&&&", "|", "as", "a as", "#[", "for<", "$", "'", "{", "pub(in"] {
        for fragment in ["ty", "expr", "path", "pat", "item", "meta", "tt", "vis", "block", "stmt"] {
            let _ended = text_of(&format!("($x:{fragment}) => {{ $x }}"), text);
        }
    }
}

#[test]
fn places_are_those_of_the_call() {
    let text = "\nm! { pub Row,\n  a::Cell }";
    let facts = super::super::extract(text.as_bytes());
    let call = &facts.macro_calls[0];
    let (cfg, position) = (Cfg::default(), call.position);
    let setting = Setting { cfg: &cfg, call: call.name_site, position, own_crate: "own" };
    let rules = "($v:vis $n:ident, $t:ty) => { $v struct $n($t, b::Key); use $crate::c; mod d; n! { $t } }";
    let tokens = Tokens::of(call).expect("the call is short");
    let made = Call { rules: &Rules::new(rules), tokens: &tokens, setting }
        .expand(&mut Work::new(WORK))
        .expect("it is plain");
    let places: Vec<String> = made
        .facts
        .paths
        .iter()
        .zip(&made.paths)
        .map(|(path, hand)| format!("{} {}:{} {hand:?}", path.path, path.site.line, path.site.column))
        .collect();
    assert_eq!(
        places.join("; "),
        "a::Cell 3:3 Call; b::Key 2:1 Definition; n 2:1 Definition; a::Cell 3:3 Call"
    );
    assert_eq!(&text[made.facts.items[0].name_site.span.range()], "Row");
    assert_eq!((&*made.facts.imports[0].path, made.imports[0]), ("own::c", Hand::Definition));
    assert_eq!((&*made.facts.modules[0].name, made.facts.modules[0].site.line), ("d", 2));
    assert_eq!(made.calls[0].from[0].map(|site| (site.line, site.column)), Some((3, 3)));
}
