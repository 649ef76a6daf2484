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
            &((0..20_000).map(link).collect::<String>() + &format!("    S20000: {{type: {last}}}\n")),
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
