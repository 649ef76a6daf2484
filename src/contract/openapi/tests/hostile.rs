//! Documents that are written to keep a reader busy: each is read, and soon.

use super::*;

#[track_caller]
fn ends(text: &str) -> Document {
    read_files(&[("a.yaml", text)]).expect("it is a document")
}

fn with_schemas(schemas: &str) -> String {
    format!(
        "openapi: 3.0.0\npaths: {{/: {{get: {{responses: {{200: {{content: {{application/json: \
         {{schema: {{$ref: '#/components/schemas/S0'}}}}}}}}}}}}}}}}\ncomponents:\n  schemas:\n{schemas}"
    )
}

#[test]
fn references_in_a_circle() {
    ends(&with_schemas(
        "    S0: {$ref: '#/components/schemas/S1'}\n    S1: {$ref: '#/components/schemas/S0'}\n",
    ));
    ends("openapi: 3.0.0\npaths: {/: {$ref: '#/paths/~1'}}");
    ends("openapi: 3.0.0\npaths: {/: {get: {parameters: [{$ref: '#/paths/~1/get/parameters/0'}]}}}");
    ends("openapi: 3.0.0\ncomponents: {securitySchemes: {a: {$ref: '#/components/securitySchemes/a'}}}");
}

#[test]
fn schemas_that_are_all_of_each_other() {
    let mut schemas = String::new();
    for at in 0..40 {
        let other = |by: usize| {
            format!(
                "{{allOf: [{{$ref: '#/components/schemas/S{}'}}, {{properties: {{q{at}: {{}}}}}}]}}",
                (at + by) % 40
            )
        };
        schemas += &format!(
            "    S{at}: {{allOf: [{}, {{properties: {{x: {}, y: {}}}}}]}}\n",
            other(1),
            other(7),
            other(11)
        );
    }
    let document = ends(&with_schemas(&schemas));
    assert!(!document.unhandled.is_empty());
}

#[test]
fn alternatives_that_multiply() {
    let either =
        |at: usize| format!("{{oneOf: [{{properties: {{a{at}: {{}}}}}}, {{properties: {{b{at}: {{}}}}}}]}}");
    let all: Vec<String> = (0..30).map(either).collect();
    let document = ends(&with_schemas(&format!("    S0: {{allOf: [{}]}}\n", all.join(", "))));
    assert!(!document.unhandled.is_empty());
}

#[test]
fn schemas_that_lie_deep() {
    let deep = format!("{}{{}}{}", "{items: ".repeat(190), "}".repeat(190));
    let document = ends(&with_schemas(&format!("    S0: {deep}\n")));
    assert_eq!(unhandled(&document), "schema");
}

#[test]
fn very_many_fields() {
    let fields: String = (0..300_000).map(|at| format!("\"f{at}\":{{}},")).collect();
    let names: String = (0..300_000).map(|at| format!("\"g{at}\",")).collect();
    let text = format!(
        "{{\"openapi\":\"3.0.0\",\"paths\":{{\"/\":{{\"get\":{{\"responses\":{{\"200\":{{\"content\":{{\"a/b\":\
         {{\"schema\":{{\"properties\":{{{fields}\"z\":{{}}}},\"required\":[{names}\"z\"]}}}}}}}}}}}}}}}}}}"
    );
    let document = ends(&text);
    let Body::Content { contents, .. } = &document.operations[0].exchange.responses[0].body else {
        panic!("it has one")
    };
    let Some(Shape::Object(object)) = contents[0].r#type.as_ref().map(|r#type| &r#type.shape) else {
        panic!("it is one")
    };
    assert_eq!(object.fields.len(), 600_001);
}
