//! What is said beside types: bounds, conditions, words of another kind.

use super::bodies::{SAME, check, parameter};
use super::*;

fn property(schema: &str) -> String {
    format!("{{type: object, properties: {{a: {schema}}}}}")
}

#[test]
fn a_bound_that_is_closer_breaks_a_request() {
    let text = |bounds: &str| property(&format!("{{type: string, {bounds}}}"));
    check(&text("maxLength: 9"), &text("maxLength: 5"), &["request-property-max-length-decreased@/a"], SAME);
    check(
        &text("maxLength: 5"),
        &text("maxLength: 9"),
        SAME,
        &["~response-property-max-length-increased@/a"],
    );
    check(
        "{type: integer, minimum: 1}",
        "{type: integer, minimum: 2}",
        &["request-body-min-increased"],
        SAME,
    );
    check("{type: integer, minimum: 1}", "{type: integer, minimum: 1.0}", SAME, SAME);
    // Documents that are made from code say this of all numbers without a sign.
    let count = |bounds: &str| property(&format!("{{type: integer, format: uint, {bounds}}}"));
    check(&count("minimum: 0"), &count("minimum: 1"), &["~request-property-min-set@/a"], SAME);
    check(&count("minimum: 0"), &count("title: T"), SAME, SAME);
    check(&count("minimum: 1"), &count("minimum: 2"), &["request-property-min-increased@/a"], SAME);
    // It may be new, or at last be written down.
    check(&text("title: T"), &text("minLength: 1"), &["~request-property-min-length-set@/a"], SAME);
    check(&text("minLength: 1"), &text("title: T"), SAME, &["~response-property-min-length-unset@/a"]);
    let changed = [&["~request-property-pattern-changed@/a"][..], &["~response-property-pattern-changed@/a"]];
    check(&text("pattern: a+"), &text("pattern: a*"), changed[0], changed[1]);
    parameter(
        "{type: array, maxItems: 9}",
        "{type: array, maxItems: 5}",
        &["request-parameter-max-items-decreased"],
    );
    // Wherever it is written.
    check("{type: string, maxLength: 5}", "{allOf: [{type: string}, {maxLength: 5}]}", SAME, SAME);
}

#[test]
fn the_bound_itself_was_excluded_by_true() {
    let with = |version: &str, schema: &str| {
        format!(
            "openapi: {version}\npaths: {{/a: {{post: {{requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}}}}}}}"
        )
    };
    let old = with("3.0.3", "{type: integer, minimum: 1, exclusiveMinimum: true}");
    let new = with("3.1.0", "{type: integer, exclusiveMinimum: 1}");
    assert_eq!(ids(&differences(&old, &new)), SAME);
    let closer = with("3.1.0", "{type: integer, exclusiveMinimum: 2}");
    assert_eq!(ids(&differences(&old, &closer)), ["request-body-exclusive-min-increased"]);
}

#[test]
fn one_becomes_a_list_of_what_is_bound() {
    parameter("{type: string}", "{type: array, items: {type: string}}", SAME);
    parameter(
        "{type: string}",
        "{type: array, items: {type: string, pattern: a+}}",
        &["request-parameter-type-changed", "~request-parameter-pattern-added"],
    );
    parameter("{type: string, pattern: a+}", "{type: array, items: {type: string, pattern: a+}}", SAME);
}

#[test]
fn conditions() {
    let object = |rest: &str| format!("{{type: object, {rest}}}");
    let then = |field: &str| {
        object(&format!(
            "if: {{required: [k]}}, then: {{properties: {{v: {{type: string}}}}, required: [{field}]}}"
        ))
    };
    check(&then(""), &then("v"), &["request-property-became-required@/then/v"], SAME);
    check(&then("v"), &then(""), SAME, &["response-property-became-optional@/then/v"]);
    let of = |value: &str| {
        object(&format!("if: {{properties: {{k: {{const: {value}}}}}}}, then: {{required: [v]}}"))
    };
    check(
        &of("x"),
        &of("y"),
        &["request-property-const-changed@/if/k"],
        &["response-property-const-changed@/if/k"],
    );
    check("{type: object}", &of("x"), &["~request-body-if-added"], SAME);
    check(&of("x"), "{type: object}", SAME, &["~response-body-if-removed"]);
    // An `if` without `then` and `else` says nothing.
    check("{type: object}", &object("if: {required: [k]}"), SAME, SAME);
    let other = "{if: {required: [o]}, then: {required: [p]}}";
    check(
        &object(&format!("allOf: [{other}]")),
        &object(&format!("allOf: [{}, {other}]", of("x"))),
        &["~request-body-if-added"],
        SAME,
    );
    check(
        &object("patternProperties: {^x: {type: string}}"),
        &object("patternProperties: {^x: {type: integer}}"),
        &["request-property-type-changed@/patternProperties/^x"],
        &["response-property-type-changed@/patternProperties/^x"],
    );
    check(
        &object("dependentRequired: {a: [b]}"),
        &object("dependentRequired: {a: [b, c]}"),
        &["new-required-request-property@/dependentRequired/a/c"],
        SAME,
    );
}

#[test]
fn what_is_refused_more_is_taken_less() {
    let not = |schema: &str| format!("{{type: object, not: {schema}}}");
    let (wide, narrow) = ("{required: [a]}", "{required: [a, b]}");
    check(&not(narrow), &not(wide), &["new-required-request-property@/not/b"], SAME);
    check(&not(wide), &not(narrow), SAME, &["response-required-property-removed@/not/b"]);
    check(&not(wide), &not("{required: [a], title: T}"), SAME, SAME);
}

#[test]
fn conditions_that_contain_themselves_end() {
    let document = |kind: &str| {
        format!(
            "openapi: 3.1.0\npaths: {{/a: {{post: {{requestBody: {{content: {{application/json: {{schema: \
             {{$ref: '#/components/schemas/A'}}}}}}}}}}}}}}\ncomponents: {{schemas: {{A: {{type: object, \
             properties: {{a: {{type: {kind}}}}}, not: {{$ref: '#/components/schemas/A'}}}}}}}}"
        )
    };
    assert_eq!(ids(&differences(&document("string"), &document("string"))), SAME);
    let changed = ids(&differences(&document("string"), &document("integer")));
    assert!(changed.contains(&"request-property-type-changed@/a".to_owned()), "{changed:?}");
}

#[test]
fn what_is_said_of_another_kind_than_the_type_counts() {
    let text = |kind: &str| format!("{{type: string, properties: {{a: {{type: {kind}}}}}}}");
    check(
        &text("string"),
        &text("integer"),
        &["request-property-type-changed@/a"],
        &["response-property-type-changed@/a"],
    );
    check(&text("string"), "{type: string}", SAME, SAME);
    check(
        "{type: array, properties: {a: {type: string}}}",
        "{type: array, properties: {a: {type: string}}, required: [a]}",
        &["request-property-became-required@/a"],
        SAME,
    );
    check(
        "{type: integer}",
        "{type: integer, format: uuid}",
        &["~request-body-type-changed"],
        &["~response-body-type-changed"],
    );
    check("{type: integer, format: uuid}", "{type: integer}", SAME, SAME);
}

#[test]
fn a_type_that_is_none() {
    check("{type: string}", "{type: int}", &["request-body-type-changed"], &["response-body-type-changed"]);
    check("{type: int}", "{type: integer}", SAME, SAME);
    check("{type: int}", "{type: int, title: T}", SAME, SAME);
}

#[test]
fn null_of_what_has_no_type() {
    let typed = "{type: [object, 'null'], properties: {a: {type: string}}}";
    let untyped = "{properties: {a: {type: string}}}";
    check(typed, untyped, SAME, SAME);
    check(untyped, typed, SAME, &["response-body-became-nullable"]);
    check(untyped, "{type: object, properties: {a: {type: string}}}", SAME, SAME);
    check(
        typed,
        "{type: object, properties: {a: {type: string}}}",
        &["request-body-became-not-nullable"],
        SAME,
    );
}

#[test]
fn fields_that_are_promised_later() {
    let with = |level: &str, kind: &str, required: &str| {
        format!(
            "{{type: object, properties: {{a: {{type: {kind}, x-stability-level: {level}}}}}, required: [{required}]}}"
        )
    };
    check(&with("draft", "string", ""), &with("draft", "integer", ""), SAME, SAME);
    check(&with("alpha", "string", "a"), "{type: object}", SAME, SAME);
    check(
        &with("beta", "string", ""),
        &with("beta", "integer", ""),
        &["request-property-type-changed@/a"],
        &["response-property-type-changed@/a"],
    );
    check(
        &with("stable", "string", ""),
        &with("draft", "string", ""),
        &["request-property-stability-decreased@/a"],
        &["response-property-stability-decreased@/a"],
    );
    let invalid = &["api-invalid-stability-level@/a"];
    check(&with("draft", "string", ""), &with("1", "string", ""), invalid, invalid);
    // Who did not send it has to now.
    check(
        &with("draft", "string", ""),
        &with("beta", "string", "a"),
        &["request-property-became-required@/a"],
        SAME,
    );
}

#[test]
fn webhooks_are_given() {
    let with = |body: &str| {
        format!(
            "openapi: 3.1.0\nwebhooks: {{made: {{post: {{requestBody: {{{body}}}}}}}}}\npaths: {{/a: {{get: {{}}}}}}"
        )
    };
    let of = |required: &str, fields: &str| {
        with(&format!(
            "required: {required}, content: {{application/json: {{schema: {{type: object, properties: {{{fields}}}, required: [id]}}}}}}"
        ))
    };
    let [base, more] = ["id: {type: string}", "id: {type: string}, sum: {type: number}"];
    let found = |base: &str, head: &str| ids(&differences(base, head));
    assert_eq!(found(&of("false", base), &of("true", more)), SAME);
    assert_eq!(found(&of("true", base), &of("false", base)), ["request-body-became-optional"]);
    assert_eq!(
        found(&of("true", base), &of("true", "id: {type: integer}")),
        ["response-property-type-changed@/id"]
    );
    assert_eq!(found(&of("true", base), "openapi: 3.1.0\npaths: {/a: {get: {}}}"), ["webhook-removed"]);
    let changes = differences(&of("true", base), &of("true", "id: {type: integer}"));
    assert_eq!(changes[0].side, Side::Webhook("made".into()));
}
