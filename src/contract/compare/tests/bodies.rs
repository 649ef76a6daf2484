//! Types in bodies and parameters: what narrows a request, what widens a response.

use super::*;

fn document(schema: &str, others: &str) -> String {
    format!(
        "openapi: 3.1.0\npaths:\n  /a:\n    post:\n      parameters: [{{name: p, in: query, schema: {schema}}}, \
         {{name: X-H, in: header, schema: {schema}}}]\n      \
         requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}\n      \
         responses: {{200: {{content: {{application/json: {{schema: {schema}}}}}}}}}\n\
         components: {{schemas: {{A: {{type: object, required: [a], properties: {{a: {{type: string}}}}}}, \
         B: {{type: object, required: [b], properties: {{b: {{type: integer}}}}}}{others}}}}}\n"
    )
}

/// Two schemas, and what differs of a request, of a response, and of a parameter.
#[track_caller]
pub(super) fn check(base: &str, head: &str, request: &[&str], response: &[&str]) {
    let changes = differences(&document(base, ""), &document(head, ""));
    let of = |wanted: fn(&Side) -> bool| {
        ids(&changes.iter().filter(|change| wanted(&change.side)).cloned().collect::<Vec<_>>())
    };
    assert_eq!(of(|side| *side == Side::Request), request, "request {base} → {head}");
    assert_eq!(of(|side| matches!(side, Side::Response(_))), response, "response {base} → {head}");
}

#[track_caller]
pub(super) fn parameter(base: &str, head: &str, expected: &[&str]) {
    let changes = differences(&document(base, ""), &document(head, ""));
    let query = changes.iter().filter(|change| matches!(&change.side, Side::Parameter(Location::Query, _)));
    assert_eq!(ids(&query.cloned().collect::<Vec<_>>()), expected, "parameter {base} → {head}");
}

#[track_caller]
fn header(base: &str, head: &str, expected: &[&str]) {
    let changes = differences(&document(base, ""), &document(head, ""));
    let header = changes.iter().filter(|change| matches!(&change.side, Side::Parameter(Location::Header, _)));
    assert_eq!(ids(&header.cloned().collect::<Vec<_>>()), expected, "header {base} → {head}");
}

pub(super) const SAME: &[&str] = &[];

#[test]
fn spellings_are_no_change() {
    let nullable = "{type: [object, 'null'], required: [a], properties: {a: {type: string}}}";
    check(
        "{$ref: '#/components/schemas/A'}",
        "{type: object, required: [a], properties: {a: {type: string, title: T}}}",
        SAME,
        SAME,
    );
    check("{anyOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}", nullable, SAME, SAME);
    check("{allOf: [{$ref: '#/components/schemas/A'}]}", "{$ref: '#/components/schemas/A'}", SAME, SAME);
    check(
        "{allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "{type: object, required: [b, a], properties: {b: {type: integer}, a: {type: string}}}",
        SAME,
        SAME,
    );
    check("{oneOf: [{const: x}, {const: y}]}", "{type: string, enum: [y, x]}", SAME, SAME);
    check("{type: object, additionalProperties: true}", "{type: object}", SAME, SAME);
    check(
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "{anyOf: [{$ref: '#/components/schemas/B'}, {type: object, required: [a], properties: {a: {type: string}}}]}",
        SAME,
        SAME,
    );
}

#[test]
fn types() {
    let (request, response) = (&["request-body-type-changed"][..], &["response-body-type-changed"][..]);
    check("{type: string}", "{type: integer}", request, response);
    check("{type: array, items: {}}", "{type: object}", request, response);
    check("{type: integer}", "{type: number}", SAME, &["response-body-type-generalized"]);
    let property = |kind: &str| format!("{{type: object, properties: {{a: {{type: {kind}}}}}}}");
    check(&property("integer"), &property("number"), SAME, &["response-property-type-generalized@/a"]);
    check("{type: number}", "{type: integer}", request, SAME);
    check("{type: string}", "{}", SAME, response);
    check("{}", "{type: string}", request, SAME);
    check("{type: integer, format: int32}", "{type: integer, format: int64}", SAME, response);
    check("{type: integer, format: int64}", "{type: integer, format: uint64}", request, response);
    check("{type: string, format: date}", "{type: string, format: date-time}", SAME, response);
    check("{type: string, format: uuid}", "{type: string}", SAME, response);
    check("{type: string}", "{type: string, format: email}", request, SAME);
    check(
        "{type: array, items: {type: string}}",
        "{type: array, items: {type: boolean}}",
        &["request-property-type-changed@/*"],
        &["response-property-type-changed@/*"],
    );
    check(
        "{prefixItems: [{type: string}, {type: string}]}",
        "{prefixItems: [{type: string}, {type: integer}]}",
        &["request-property-type-changed@/1"],
        &["response-property-type-changed@/1"],
    );
    check("{prefixItems: [{}, {}]}", "{prefixItems: [{}]}", request, response);
    check("{prefixItems: [{}, {}]}", "{type: array}", SAME, response);
}

#[test]
fn null() {
    let property = |schema: &str| format!("{{type: object, properties: {{a: {schema}}}}}");
    check("{type: string}", "{type: [string, 'null']}", SAME, &["response-body-became-nullable"]);
    check("{type: [string, 'null']}", "{type: string}", &["request-body-became-not-nullable"], SAME);
    check(
        &property("{oneOf: [{type: 'null'}, {$ref: '#/components/schemas/A'}]}"),
        &property("{$ref: '#/components/schemas/A'}"),
        &["request-property-became-not-nullable@/a"],
        SAME,
    );
    check(
        &property("{type: string}"),
        &property("{type: ['null', string]}"),
        SAME,
        &["response-property-became-nullable@/a"],
    );
    check("{type: [string, 'null']}", "{}", SAME, &["response-body-type-changed"]);
    parameter("{type: [string, 'null']}", "{type: string}", &["request-parameter-became-not-nullable"]);
    parameter(
        &property("{type: [string, 'null']}"),
        &property("{type: string}"),
        &["request-parameter-property-became-not-nullable@/a"],
    );
}

#[test]
fn fields() {
    let none = "{type: object}";
    let optional = "{type: object, properties: {a: {type: string}}}";
    let required = "{type: object, required: [a], properties: {a: {type: string}}}";
    let default = "{type: object, required: [a], properties: {a: {type: string, default: x}}}";
    check(none, required, &["new-required-request-property@/a"], SAME);
    check(none, default, &["new-required-request-property-with-default@/a"], SAME);
    check(none, optional, SAME, SAME);
    check(optional, required, &["request-property-became-required@/a"], SAME);
    check(optional, default, &["request-property-became-required-with-default@/a"], SAME);
    check(required, optional, SAME, &["response-property-became-optional@/a"]);
    check(required, none, &["~request-property-removed@/a"], &["response-required-property-removed@/a"]);
    let old = "{type: object, required: [a], properties: {a: {deprecated: true}}}";
    check(old, none, &["~request-property-removed@/a"], &["~response-required-property-removed@/a"]);
    check(optional, none, &["~request-property-removed@/a"], &["~response-optional-property-removed@/a"]);
    check(
        optional,
        "{type: object, additionalProperties: false}",
        &["request-property-removed@/a"],
        &["~response-optional-property-removed@/a"],
    );
    header(none, required, &["new-required-request-header-property@/a"]);
    header(optional, required, &["request-header-property-became-required@/a"]);
    check(
        "{additionalProperties: {type: string}}",
        "{additionalProperties: {type: integer}}",
        &["request-property-type-changed@/*"],
        &["response-property-type-changed@/*"],
    );
    check(
        "{type: object, properties: {a/b: {type: object, properties: {c~: {type: string}}}}}",
        "{type: object, properties: {a/b: {type: object, properties: {c~: {type: number}}}}}",
        &["request-property-type-changed@/a~1b/c~0"],
        &["response-property-type-changed@/a~1b/c~0"],
    );
}

#[test]
fn bytes_as_they_are_and_encoded() {
    let raw = "{type: string, contentMediaType: application/octet-stream}";
    let encoded = "{type: string, contentMediaType: application/octet-stream, contentEncoding: base64}";
    check(raw, "{type: string, format: binary}", SAME, SAME);
    let (request, response) =
        (&["request-body-content-media-type-changed"], &["response-body-content-media-type-changed"]);
    check(raw, encoded, request, response);
}

#[test]
fn maps() {
    let map = "{additionalProperties: {type: string}}";
    let listed = |kind: &str| format!("{{type: object, properties: {{a: {{type: {kind}}}}}}}");
    let both = |kind: &str, rest: &str| {
        format!("{{type: object, properties: {{a: {{type: {kind}}}}}, additionalProperties: {rest}}}")
    };
    check(map, &listed("string"), SAME, SAME);
    check(map, "{type: object}", SAME, SAME);
    check(map, &both("string", "false"), &["request-property-removed"], SAME);
    check(&listed("string"), &both("string", "false"), SAME, SAME);
    check(
        map,
        &listed("integer"),
        &["request-property-type-changed@/a"],
        &["response-property-type-changed@/a"],
    );
    check(
        &listed("integer"),
        map,
        &["~request-property-removed@/a", "request-property-type-changed@/a"],
        &["~response-optional-property-removed@/a"],
    );
    check(
        &both("integer", "true"),
        "{additionalProperties: true}",
        &["~request-property-removed@/a"],
        &["~response-optional-property-removed@/a"],
    );
}

#[test]
fn read_only_is_no_part_of_requests_and_write_only_none_of_responses() {
    let plain = "{type: object, required: [a], properties: {a: {type: string}}}";
    let read = "{type: object, required: [a], properties: {a: {type: string, readOnly: true}}}";
    let write = "{type: object, required: [a], properties: {a: {type: string, writeOnly: true}}}";
    check("{type: object}", read, SAME, SAME);
    check("{type: object}", write, &["new-required-request-property@/a"], SAME);
    check(plain, read, &["~request-property-removed@/a"], SAME);
    check(plain, write, SAME, &["response-required-property-removed@/a"]);
    check(read, "{type: object}", SAME, &["response-required-property-removed@/a"]);
}

#[test]
fn constants() {
    let property = |schema: &str| format!("{{type: object, properties: {{a: {schema}}}}}");
    let (two, three, text) = ("{enum: [x, y]}", "{enum: [x, y, z]}", "{type: string}");
    check(three, two, &["request-body-enum-value-removed"], SAME);
    check(two, three, SAME, &["response-property-enum-value-added"]);
    check(&property(three), &property(two), &["request-property-enum-value-removed@/a"], SAME);
    check(text, two, &["request-body-became-enum"], SAME);
    check(&property(text), &property(two), &["request-property-became-enum@/a"], SAME);
    check(two, text, SAME, &["response-property-enum-value-added"]);
    check("{const: x}", "{const: y}", &["request-body-const-changed"], &["response-body-const-changed"]);
    check(
        &property("{const: x}"),
        &property("{const: y}"),
        &["request-property-const-changed@/a"],
        &["response-property-const-changed@/a"],
    );
    check(text, "{const: x}", &["request-body-const-added"], SAME);
    check(&property(text), &property("{const: x}"), &["request-property-const-added@/a"], SAME);
    check("{const: x}", text, SAME, &["response-body-const-removed"]);
    check(&property("{const: x}"), &property(text), SAME, &["response-property-const-removed@/a"]);
    check("{enum: [1, 2]}", "{type: integer}", SAME, &["response-property-enum-value-added"]);
    check(
        "{type: string}",
        "{enum: [1, 2]}",
        &["request-body-type-changed", "request-body-became-enum"],
        &["response-body-type-changed"],
    );
    let open = |values: &str| property(&format!("{{type: string, x-extensible-enum: [{values}]}}"));
    check(&open("x, y"), &open("x"), &["request-property-x-extensible-enum-value-removed@/a"], SAME);
    check(&open("x"), &open("x, y"), SAME, SAME);
    check(
        &open("x, y"),
        &property("{enum: [x]}"),
        &["request-property-x-extensible-enum-value-removed@/a"],
        SAME,
    );
    parameter(
        "{type: string, x-extensible-enum: [x, y]}",
        "{enum: [x]}",
        &["request-parameter-x-extensible-enum-value-removed"],
    );
    parameter(three, two, &["request-parameter-enum-value-removed"]);
    parameter(text, two, &["request-parameter-became-enum"]);
    parameter(&property(three), &property(two), &["request-parameter-property-enum-value-removed@/a"]);
    header(&property(text), &property(two), &["request-header-property-became-enum@/a"]);
}

#[test]
fn alternatives() {
    let (a, b) = ("{$ref: '#/components/schemas/A'}", "{$ref: '#/components/schemas/B'}");
    let both = format!("{{oneOf: [{a}, {b}]}}");
    let property = |schema: &str| format!("{{type: object, properties: {{a: {schema}}}}}");
    let three = format!("{{oneOf: [{a}, {b}, {{type: array}}]}}");
    check(&three, &both, &["request-body-one-of-removed"], SAME);
    check(&both, &three, SAME, &["response-body-one-of-added"]);
    check(&property(&three), &property(&both), &["request-property-one-of-removed@/a"], SAME);
    check(&property(&both), &property(&three), SAME, &["response-property-one-of-added@/a"]);
    check(&both, a, &["request-body-one-of-removed"], SAME);
    check(a, &both, SAME, &["response-body-one-of-added"]);
    check("{type: [string, integer]}", "{type: string}", &["request-body-type-changed"], SAME);
    check("{type: string}", "{type: [string, integer]}", SAME, &["response-body-type-generalized"]);
    check(
        "{type: boolean}",
        "{type: [string, integer]}",
        &["request-body-type-changed"],
        &["response-body-type-changed", "response-body-type-changed"],
    );
    let kinds = "{oneOf: [{type: string}, {type: integer}]}";
    check(kinds, "{type: string}", &["request-body-list-of-types-narrowed"], SAME);
    check("{type: string}", kinds, SAME, &["response-body-list-of-types-widened"]);
    check(
        &property(kinds),
        &property("{type: integer}"),
        &["request-property-list-of-types-narrowed@/a"],
        SAME,
    );
    check(
        &property("{type: integer}"),
        &property(kinds),
        SAME,
        &["response-property-list-of-types-widened@/a"],
    );
    parameter(kinds, "{type: integer}", &["request-parameter-list-of-types-narrowed"]);
    parameter(
        &property(kinds),
        &property("{type: integer}"),
        &["request-parameter-property-list-of-types-narrowed@/a"],
    );
    // What another alternative takes anyway is nothing lost.
    let wide = "{type: object, properties: {a: {type: string}, w: {type: string}}}";
    check(&both, &format!("{{oneOf: [{wide}, {b}]}}"), SAME, &["response-property-became-optional@/a"]);
    check(
        a,
        &format!("{{oneOf: [{{type: array}}, {wide}]}}"),
        SAME,
        &["response-body-list-of-types-widened", "response-body-list-of-types-widened"],
    );
    let map = "{type: [object, 'null'], additionalProperties: true}";
    let or_map = format!("{{anyOf: [{{type: object, additionalProperties: true}}, {a}, {{type: 'null'}}]}}");
    check(map, &or_map, SAME, SAME);
    // One alternative that is neither named nor alike is the same one, changed.
    check(
        &format!("{{oneOf: [{a}, {{type: object, properties: {{x: {{type: string}}}}}}]}}"),
        &format!("{{oneOf: [{a}, {{type: object, properties: {{x: {{type: integer}}}}}}]}}"),
        &["request-property-type-changed@/x"],
        &["response-property-type-changed@/x"],
    );
}

#[test]
fn in_a_parameter_everything_is_text() {
    parameter("{type: integer}", "{type: string}", SAME);
    parameter("{type: string}", "{type: integer}", &["request-parameter-type-changed"]);
    parameter("{type: string}", "{type: array, items: {type: string}}", SAME);
    parameter("{type: [string, integer]}", "{type: array, items: {type: string}}", SAME);
    parameter("{type: string}", "{type: array, items: {type: integer}}", &["request-parameter-type-changed"]);
    let property = |kind: &str| format!("{{type: object, properties: {{a: {{type: {kind}}}}}}}");
    parameter(&property("string"), &property("boolean"), &["request-parameter-property-type-specialized@/a"]);
}

#[test]
fn what_a_text_holds() {
    let property = |schema: &str| format!("{{type: object, properties: {{a: {schema}}}}}");
    let plain = "{type: string, contentEncoding: base64, contentMediaType: image/png}";
    let encoded = "{type: string, contentEncoding: base32, contentMediaType: image/png}";
    let media = "{type: string, contentEncoding: base64, contentMediaType: image/gif}";
    let schema = "{type: string, contentEncoding: base64, contentMediaType: image/png, contentSchema: {}}";
    check(
        plain,
        encoded,
        &["request-body-content-encoding-changed"],
        &["response-body-content-encoding-changed"],
    );
    check(
        plain,
        media,
        &["request-body-content-media-type-changed"],
        &["response-body-content-media-type-changed"],
    );
    check(plain, schema, &["request-body-content-schema-added"], SAME);
    check(schema, plain, SAME, &["response-body-content-schema-removed"]);
    check(
        &property(plain),
        &property(encoded),
        &["request-property-content-encoding-changed@/a"],
        &["response-property-content-encoding-changed@/a"],
    );
    check(
        &property(plain),
        &property(media),
        &["request-property-content-media-type-changed@/a"],
        &["response-property-content-media-type-changed@/a"],
    );
    check(&property(plain), &property(schema), &["request-property-content-schema-added@/a"], SAME);
    check(&property(schema), &property(plain), SAME, &["response-property-content-schema-removed@/a"]);
}

#[test]
fn types_may_contain_themselves() {
    let list = |kind: &str| {
        document(
            "{$ref: '#/components/schemas/L'}",
            &format!(
                ", L: {{type: object, properties: {{v: {{type: {kind}}}, next: {{$ref: '#/components/schemas/L'}}}}}}"
            ),
        )
    };
    let once = document(
        "{$ref: '#/components/schemas/L'}",
        ", L: {type: object, properties: {v: {type: string}, next: {type: object, properties: {v: {type: string}, next: {$ref: '#/components/schemas/L'}}}}}",
    );
    assert_eq!(ids(&differences(&list("string"), &once)), SAME);
    let changed = ids(&differences(&list("string"), &list("integer")));
    assert_eq!(changed.iter().filter(|id| id.starts_with("response")).count(), 1, "{changed:?}");
}

#[test]
fn a_scalar_that_becomes_a_list() {
    let list = |item: &str| format!("{{type: array, items: {item}}}");
    for scalar in ["{type: string}", "{type: integer}", "{type: string, format: uuid}", "{enum: [x, y]}"] {
        parameter(scalar, &list(scalar), SAME);
    }
    header("{type: integer}", &list("{type: integer}"), SAME);
    header("{type: string, format: uuid}", &list("{type: string, format: uuid}"), SAME);
    header("{type: string}", &list("{type: string}"), &["request-parameter-type-changed"]);
    parameter("{type: string}", &list("{type: integer}"), &["request-parameter-type-changed"]);
}

#[test]
fn a_tag_that_one_side_alone_names() {
    let union = |more: &str| {
        format!("{{oneOf: [{{$ref: '#/components/schemas/A'}}, {{$ref: '#/components/schemas/B'}}]{more}}}")
    };
    let mapping = "{x: '#/components/schemas/A', y: '#/components/schemas/B'}";
    let tagged = union(&format!(", discriminator: {{propertyName: k, mapping: {mapping}}}"));
    let wider = ", C: {type: object, required: [c], properties: {c: {type: string}}}";
    check(&union(""), &tagged, SAME, SAME);
    check(&tagged, &union(""), SAME, SAME);
    // What differs within the alternatives is said of them.
    let more = |text: String| text.replace("a: {type: string}", "a: {type: integer}");
    let changes = differences(&document(&union(""), wider), &more(document(&tagged, wider)));
    let expected = ["request-property-type-changed@/a", "response-property-type-changed@/a"];
    let bodies = changes.iter().filter(|change| !matches!(change.side, Side::Parameter(..)));
    assert_eq!(ids(&bodies.cloned().collect::<Vec<_>>()), expected);
    // A text that a tag no longer has is another matter.
    let other = tagged.replace("{x: ", "{z: ");
    check(&tagged, &other, &["request-body-one-of-removed"], &["response-body-one-of-added"]);
}
