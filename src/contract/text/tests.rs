//! Texts and what they are read as.

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = match read(text) {
        Ok(node) => node.json(),
        Err(complaint) => format!("{}: {}", complaint.span.start, complaint.message),
    };
    assert_eq!(found, expected, "{text}");
}

#[test]
fn yaml_and_json_are_one_tree() {
    let tree = r#"{"a":[1,"b",null,true],"c":{}}"#;
    check(r#"{"a": [1, "b", null, true], "c": {}}"#, tree);
    check("a: [1, b, ~, true]\nc: {}", tree);
    check("a:\n- 1\n- 'b'\n-\n- True\nc:\n  {}\n", tree);
    check("{a: [1, b, null, true], c: {}}", tree);
    check("\u{feff}{\"a\": 1}", r#"{"a":1}"#);
}

#[test]
fn lines_within_braces_may_begin_anywhere() {
    check("a:\n  - {\n    b: 1,\n  c: [\n  2\n  ]\n  }\n  - d", r#"{"a":[{"b":1,"c":[2]},"d"]}"#);
    check("a:\r\n  - {\r\n    b: é\r\n  }\r\nc: 1", r#"{"a":[{"b":"é"}],"c":1}"#);
    check("a:\n  b:\n    - {\n      c: 1\n    }\n\n  d: 2", r#"{"a":{"b":[{"c":1}],"d":2}}"#);
    check("a:\n  - {\n    b: \"#/c\"\n }", r##"{"a":[{"b":"#/c"}]}"##);
    check("a:\n  - {\n    b: 1 # one\n }", "25: invalid indentation");
    check("a:\n  b: 1\n }", "11: misplaced bracket");
}

#[test]
fn scalars_are_those_of_the_core_schema() {
    check("[200, '200', !!str 200, 0x10, 1.50, .5, -3, 1e3]", r#"[200,"200","200",16,1.5,0.5,-3,1000]"#);
    check(
        "[yes, 2026-01-01, 1.2.3, ., 1-2, 10.0.0.1]",
        r#"["yes","2026-01-01","1.2.3",".","1-2","10.0.0.1"]"#,
    );
    check("200: a\n? [x]\n: b\ntrue: c", r#"{"200":"a","[\"x\"]":"b","true":"c"}"#);
}

#[test]
fn aliases_and_merges_are_replaced() {
    check("a: &x {p: 1}\nb: *x", r#"{"a":{"p":1},"b":{"p":1}}"#);
    check("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}", r#"{"a":{"p":1,"q":2},"b":{"p":1,"q":3}}"#);
    check("a: &x {p: 1}\nb: &y {p: 2}\nc: {<<: [*x, *y]}", r#"{"a":{"p":1},"b":{"p":2},"c":{"p":1}}"#);
    check("a: &x\n  b: *x\n", "11: an alias lies within what it stands for");
}

#[test]
fn a_snapshot_is_its_value() {
    check("---\nsource: a.rs\nexpression: x\n---\n{\"a\": 1}", r#"{"a":1}"#);
    check("---\nsource: a.rs\n---\na: 1\n", r#"{"a":1}"#);
    check("---\nopenapi: 3.0.0\n---\na: 1\n", r#"{"openapi":"3.0.0"}"#);
    check("---\na: 1\n", r#"{"a":1}"#);
}

#[test]
fn errors_have_places() {
    check("", "0: it is empty");
    check("{\"a\" 1}", "5: expected colon after the string or word in object property");
    check("a: [1", "5: while parsing a flow sequence, expected ',' or ']'");
}

#[test]
fn places_are_bytes_of_the_file() {
    #[track_caller]
    fn check(text: &str, key: &str, at: &str, value: &str) {
        let node = read(text).expect("it is a map");
        let entry = node.entry(key).expect("it has the key");
        assert_eq!((&text[entry.at.range()], &text[entry.node.span.range()]), (at, value));
    }
    check("{\"ä\": {\"b\": [1]}}", "ä", "\"ä\"", "{\"b\": [1]}");
    check("ü: 'é'\nb: c\n", "b", "b", "c");
    check("ü:\n  é: x\n  d: [ä]\n\n# ö\nb:\n - ß\n", "ü", "ü", "é: x\n  d: [ä]");
    check("---\nsource: ä\n---\na: b\n", "a", "a", "b");
    check("\u{feff}a: b\n", "a", "a", "b");
    check("\u{feff}a: b\nc: d\n", "c", "c", "d");
    check("a: |\n  text\nb: c\n", "b", "b", "c");
}

#[test]
fn hostile_texts_end_soon() {
    #[track_caller]
    fn refused(text: &str, reason: &str) {
        let complaint = read(text).expect_err("it is refused");
        assert!(complaint.message.contains(reason), "{}", complaint.message);
    }
    refused(&"[".repeat(100_000), "depth");
    refused(&format!("{}1{}", "[".repeat(300), "]".repeat(300)), "more than 200 deep");
    refused(&format!("a: {}", "{b: ".repeat(100_000)), "more than 200 deep");
    refused(&"- ".repeat(100_000), "more than 200 deep");
    refused(&" ".repeat(LARGEST + 1), "more than 16777216 are not read");
    let mut laughs = "a0: &a0 [x, x]\n".to_owned();
    for at in 1..40 {
        laughs += &format!("a{at}: &a{at} [*a{0}, *a{0}, *a{0}, *a{0}]\n", at - 1);
    }
    refused(&laughs, "more than 500000 values");
}

#[test]
fn a_million_keys_are_read() {
    let keys: String = (0..1_000_000).map(|key| format!("\"{key}\":0,")).collect();
    let node = read(&format!("{{{keys}\"last\":1}}")).expect("it is JSON");
    assert_eq!(node.entries().len(), 1_000_001);
    assert_eq!(node.get("999999").and_then(Node::text), Some("0"));
}
