//! Documents that are written to keep a comparison busy: each ends, and soon.

use super::*;

fn with_schemas(schemas: &str) -> String {
    format!(
        "openapi: 3.1.0\npaths: {{/: {{get: {{responses: {{200: {{content: {{application/json: \
         {{schema: {{$ref: '#/components/schemas/S0'}}}}}}}}}}}}}}}}\ncomponents:\n  schemas:\n{schemas}"
    )
}

#[test]
fn a_chain_of_very_many_names() {
    let chain = |last: &str| {
        let link = |at: usize| {
            format!("    S{at}: {{properties: {{n: {{$ref: '#/components/schemas/S{}'}}}}}}\n", at + 1)
        };
        with_schemas(
            &((0..10_000).map(link).collect::<String>() + &format!("    S10000: {{type: {last}}}\n")),
        )
    };
    assert_eq!(differences(&chain("string"), &chain("integer")).len(), 1);
    assert_eq!(differences(&chain("string"), &chain("string")).len(), 0);
}

#[test]
fn names_that_all_lead_to_all() {
    let woven = |kind: &str| {
        let all: String =
            (0..120).map(|at| format!("p{at}: {{$ref: '#/components/schemas/S{at}'}}, ")).collect();
        let schema = |at: usize| format!("    S{at}: {{properties: {{{all}x: {{type: {kind}}}}}}}\n");
        with_schemas(&(0..120).map(schema).collect::<String>())
    };
    assert_eq!(differences(&woven("string"), &woven("string")).len(), 0);
    assert_eq!(differences(&woven("string"), &woven("integer")).len(), 120);
}

#[test]
fn unions_that_contain_each_other() {
    let union = |more: &str| {
        let schema = |at: usize| {
            let options: String =
                (0..12).map(|other| format!("{{$ref: '#/components/schemas/S{other}'}}, ")).collect();
            format!("    S{at}: {{oneOf: [{options}{{type: string}}{more}]}}\n")
        };
        with_schemas(&(0..12).map(schema).collect::<String>())
    };
    assert_eq!(differences(&union(""), &union("")).len(), 0);
    assert!(!differences(&union(""), &union(", {type: integer}")).is_empty());
}

#[test]
fn unions_of_very_many_alternatives_that_nothing_tells_apart() {
    let union = |last: &str| {
        let one = |at: usize| {
            format!("{{properties: {{a{at}: {{type: string}}, b: {{type: [string, integer]}}}}}}")
        };
        let options: Vec<String> = (0..600).map(one).collect();
        with_schemas(&format!("    S0: {{oneOf: [{}, {{type: {last}}}]}}\n", options.join(", ")))
    };
    differences(&union("string"), &union("integer"));
}

#[test]
fn very_many_operations_of_very_many_types() {
    let document = |kind: &str| {
        let all: String =
            (0..900).map(|at| format!("p{at}: {{$ref: '#/components/schemas/S{at}'}}, ")).collect();
        let schemas: String = (0..900)
            .map(|at| format!("    S{at}: {{type: object, properties: {{x: {{type: {kind}}}}}}}\n"))
            .collect();
        let body = "{content: {application/json: {schema: {$ref: '#/components/schemas/All'}}}}";
        let paths: String =
            (0..900).map(|at| format!("  /p{at}: {{get: {{responses: {{200: {body}}}}}}}\n")).collect();
        format!(
            "openapi: 3.1.0\npaths:\n{paths}components:\n  schemas:\n    All: {{properties: {{{all}z: {{}}}}}}\n{schemas}"
        )
    };
    let changes = differences(&document("string"), &document("integer"));
    assert_eq!(changes.len(), 900);
}

#[test]
fn conditions_without_end() {
    let woven = |kind: &str| {
        let all: String =
            (0..60).map(|at| format!("{{not: {{$ref: '#/components/schemas/S{at}'}}}}, ")).collect();
        let schema =
            |at: usize| format!("    S{at}: {{allOf: [{all}{{properties: {{x: {{type: {kind}}}}}}}]}}\n");
        with_schemas(&(0..60).map(schema).collect::<String>())
    };
    assert!(!differences(&woven("string"), &woven("integer")).is_empty());
    let many = |kind: &str| {
        let field = |at: usize| format!("^{at}: {{type: {kind}}}, ");
        let condition =
            |at: usize| format!("{{if: {{required: [a{at}]}}, then: {{required: [b, {kind}]}}}}, ");
        let fields: String = (0..20_000).map(field).collect();
        let conditions: String = (0..2_000).map(condition).collect();
        with_schemas(&format!("    S0: {{patternProperties: {{{fields}}}, allOf: [{conditions}]}}\n"))
    };
    assert_eq!(differences(&many("string"), &many("string")).len(), 0);
    assert!(differences(&many("string"), &many("integer")).len() > 20_000);
}
