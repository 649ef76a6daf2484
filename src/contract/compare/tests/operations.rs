//! Operations, parameters, media types, statuses, guards.

use super::*;

#[track_caller]
fn check(base: &str, head: &str, expected: &[&str]) {
    let document = |text: &str| {
        if text.starts_with("openapi") {
            text.to_owned()
        } else {
            format!("openapi: 3.0.0\npaths: {{{text}}}\n")
        }
    };
    assert_eq!(ids(&differences(&document(base), &document(head))), expected, "{base} → {head}");
}

const SAME: &[&str] = &[];

#[test]
fn what_is_gone() {
    check("/a: {get: {}}", "/b: {get: {}}", &["api-path-removed-without-deprecation"]);
    check("/a: {get: {}, put: {}}", "/a: {get: {}}", &["api-removed-without-deprecation"]);
    check("/a: {get: {deprecated: true}}", "", &["~api-path-removed-with-deprecation"]);
    check("/a: {get: {deprecated: true}, put: {}}", "/a: {put: {}}", &["~api-removed-with-deprecation"]);
    check("/a: {get: {deprecated: true, x-sunset: '2026-05-31'}}", "", SAME);
    check("/a: {get: {deprecated: true, x-sunset: 2026-06-01}}", "", SAME);
    check("/a: {get: {deprecated: true, x-sunset: '2026-06-02'}}", "", &["api-path-removed-before-sunset"]);
    check(
        "/a: {get: {deprecated: true, x-sunset: '2026-06-02T10:00:00Z'}, put: {}}",
        "/a: {put: {}}",
        &["api-removed-before-sunset"],
    );
    check("/a: {get: {deprecated: true, x-sunset: soon}}", "", &["api-path-sunset-parse"]);
    check("'/a/{id}': {get: {}}", "'/a/{key}/': {get: {}}", SAME);
    check("", "/a: {get: {}}", SAME);
}

#[test]
fn what_is_to_go() {
    let on = |sunset: &str| format!("/a: {{get: {{deprecated: true, x-sunset: '{sunset}'}}}}");
    check("/a: {get: {}}", "/a: {get: {deprecated: true}}", &["~api-deprecated-sunset-missing"]);
    check("/a: {get: {}}", &on("2027-01-01"), SAME);
    check("/a: {get: {}}", &on("2026-01-01"), &["api-sunset-date-too-small"]);
    check("/a: {get: {}}", &on("2026-13-01"), &["api-deprecated-sunset-parse"]);
    check(&on("2027-01-01"), "/a: {get: {deprecated: true}}", &["sunset-deleted"]);
    check(&on("2027-01-01"), &on("2026-12-01"), &["~api-sunset-date-changed-too-small"]);
    check(&on("2027-01-01"), &on("2026-01-01"), &["api-sunset-date-changed-too-small"]);
    check(&on("2027-01-01"), &on("2028-01-01"), SAME);
    check(&on("2027-01-01"), &on("later"), &["api-path-sunset-parse"]);
    check(&on("2027-01-01"), "/a: {get: {}}", SAME);
}

#[test]
fn what_is_no_date() {
    let on = |sunset: &str| format!("/a: {{get: {{deprecated: true, x-sunset: {sunset}}}}}");
    check("/a: {get: {}}", &on("{in: spring}"), &["api-deprecated-sunset-parse"]);
    check("/a: {get: {}}", &on("[2027-01-01]"), &["api-deprecated-sunset-parse"]);
    check("/a: {get: {}}", &on("20270101"), &["api-deprecated-sunset-parse"]);
    check(&on("{in: spring}"), "", &["api-path-sunset-parse"]);
}

#[test]
fn what_promises_nothing_yet() {
    let at = |level: &str, rest: &str| format!("/a: {{get: {{x-stability-level: {level}, {rest}}}}}");
    for level in ["draft", "alpha"] {
        check(&at(level, ""), "", SAME);
        check(&at(level, ""), "/a: {put: {}}", SAME);
        check(&at(level, "responses: {200: {}}"), &at("stable", "responses: {201: {}}"), SAME);
    }
    for level in ["beta", "stable", "fine"] {
        check(&at(level, ""), "", &["api-path-removed-without-deprecation"]);
        check(
            &at(level, "responses: {200: {}}"),
            &at(level, "responses: {201: {}}"),
            &["response-success-status-removed"],
        );
    }
    check("/a: {get: {}}", &at("stable", ""), SAME);
    check("/a: {get: {}}", &at("beta", ""), &["api-stability-decreased"]);
    check(&at("beta", ""), &at("draft", ""), &["api-stability-decreased"]);
    check(&at("beta", ""), &at("stable", ""), SAME);
    check("/a: {get: {}}", &at("fine", ""), &["api-invalid-stability-level"]);
    check("/a: {get: {}}", &at("1", ""), &["api-invalid-stability-level"]);
    check(&at("fine", ""), "/a: {get: {}}", &["~api-invalid-stability-level"]);
    check(
        &at("beta", "responses: {200: {}}"),
        &at("alpha", "responses: {201: {}}"),
        &["api-stability-decreased", "response-success-status-removed"],
    );
}

#[test]
fn a_parameter_of_all_operations_of_a_path() {
    let path = |of_path: &str, of_get: &str| {
        format!("/a: {{parameters: [{of_path}], get: {{parameters: [{of_get}]}}, put: {{}}}}")
    };
    let required = "{name: q, in: query, required: true}";
    check(&path("", ""), &path(required, ""), &["new-required-request-default-parameter-to-existing-path"]);
    check(&path("", ""), &path("", required), &["new-required-request-parameter"]);
    check(&path("", ""), &path("{name: q, in: query}", ""), SAME);
}

#[test]
fn parameters() {
    let with = |parameters: &str| format!("'/a/{{x}}': {{get: {{parameters: [{parameters}]}}}}");
    let optional = "{name: q, in: query, schema: {type: string}}";
    let required = "{name: q, in: query, required: true, schema: {type: string}}";
    check(&with(""), &with(required), &["new-required-request-parameter"]);
    check(&with(""), &with(optional), SAME);
    check(&with(optional), &with(required), &["request-parameter-became-required"]);
    check(&with(optional), &with(""), &["~request-parameter-removed"]);
    let old = |more: &str| with(&format!("{{name: q, in: query, deprecated: true{more}}}"));
    check(&old(""), &with(""), &["~request-parameter-removed-with-deprecation"]);
    check(&old(", x-sunset: '2026-06-02'"), &with(""), &["request-parameter-removed-before-sunset"]);
    check(&old(", x-sunset: '2026-05-01'"), &with(""), SAME);
    check(&old(", x-sunset: never"), &with(""), &["request-parameter-sunset-parse"]);
    let default =
        |value: &str| with(&format!("{{name: q, in: query, schema: {{type: integer, default: {value}}}}}"));
    let plain = with("{name: q, in: query, schema: {type: integer}}");
    check(&default("1"), &default("2"), &["request-parameter-default-value-changed"]);
    check(&default("1"), &default("1.0"), SAME);
    check(&plain, &default("2"), &["request-parameter-default-value-added"]);
    check(&default("1"), &plain, &["request-parameter-default-value-removed"]);
    check(&with("{name: X-A, in: header}"), &with("{name: x-a, in: header}"), SAME);
    check(&with("{name: q, in: query}"), &with("{name: q, in: header}"), &["~request-parameter-removed"]);
}

#[test]
fn path_parameters_are_matched_by_position() {
    let one = "'/a/{x}/{y}': {get: {parameters: [{name: x, in: path, schema: {type: string}}, {name: y, in: path, schema: {type: integer}}]}}";
    let two = "'/a/{p}/{q}': {get: {parameters: [{name: q, in: path, schema: {type: integer}}, {name: p, in: path, schema: {type: string}}]}}";
    let swapped = "'/a/{y}/{x}': {get: {parameters: [{name: x, in: path, schema: {type: string}}, {name: y, in: path, schema: {type: integer}}]}}";
    check(one, two, SAME);
    check(one, swapped, &["request-parameter-type-changed"]);
    check(
        "'/a/{x}': {get: {}}",
        "'/a/{x}': {get: {parameters: [{name: x, in: path}]}}",
        &["~new-request-path-parameter"],
    );
    check("/a: {get: {}}", "/a: {get: {parameters: [{name: x, in: path}]}}", &["new-request-path-parameter"]);
}

#[test]
fn request_bodies() {
    let with = |body: &str| format!("/a: {{post: {{{body}}}}}");
    let optional = with("requestBody: {content: {application/json: {}}}");
    let required = with("requestBody: {required: true, content: {application/json: {}}}");
    check(&with(""), &required, &["request-body-added-required"]);
    check(&with(""), &optional, SAME);
    check(&optional, &required, &["request-body-became-required"]);
    check(&required, &with(""), &["request-body-removed"]);
    let media = |media: &str| with(&format!("requestBody: {{content: {{{media}}}}}"));
    check(
        &media("application/json: {}, text/csv: {}"),
        &media("application/json: {}"),
        &["request-body-media-type-removed"],
    );
    check(&media("application/json: {}"), &media("application/*: {}"), SAME);
    check(&media("application/json: {}"), &media("Application/JSON; charset=utf-8: {}"), SAME);
    check(
        &media("text/csv: {}"),
        &media("text/csv: {schema: {type: string}}"),
        &["request-body-media-type-schema-added"],
    );
    check(&media("text/csv: {schema: {type: string}}"), &media("text/csv: {}"), SAME);
}

#[test]
fn responses() {
    let with = |responses: &str| format!("/a: {{get: {{responses: {{{responses}}}}}}}");
    check(&with("200: {}, 404: {}"), &with("404: {}"), &["response-success-status-removed"]);
    check(&with("200: {}, 404: {}"), &with("200: {}, 500: {}"), SAME);
    check(&with("200: {}"), &with("2XX: {}"), SAME);
    check(&with("2XX: {}"), &with("201: {}"), SAME);
    let media = |media: &str| with(&format!("200: {{content: {{{media}}}}}"));
    check(&media("a/b: {}, c/d: {}"), &media("a/b: {}"), &["response-media-type-removed"]);
    check(&media("a/b: {}"), &with("200: {}"), &["response-media-type-removed"]);
    check(&media("a/b: {}"), &media("a/b: {}, c/d: {}"), SAME);
    check(
        &media("application/problem+json: {}"),
        &media("application/json: {}"),
        &["response-media-type-name-generalized"],
    );
    check(&media("application/json: {}"), &media("application/problem+json: {}"), SAME);
    check(
        &media("a/b: {schema: {type: string}}"),
        &media("a/b: {}"),
        &["~response-body-media-type-schema-removed"],
    );
}

#[test]
fn guards() {
    let with = |security: &str| format!("/a: {{get: {{security: {security}}}}}");
    check("/a: {get: {}}", &with("[{k: []}]"), &["api-security-added"]);
    check(&with("[{k: []}]"), &with("[]"), &["api-security-removed"]);
    check(&with("[{k: []}, {o: []}]"), &with("[{k: []}]"), &["api-security-removed"]);
    check(&with("[{k: []}]"), &with("[{k: []}, {o: []}]"), &["~api-security-added"]);
    check(&with("[{k: []}]"), &with("[{}, {k: []}]"), &["api-security-removed"]);
    check(&with("[{}, {k: []}]"), &with("[{k: []}]"), &["api-security-removed"]);
    check(&with("[{k: [r]}]"), &with("[{k: [r, w]}]"), &["api-security-scope-added"]);
    check(&with("[{k: [r, w]}]"), &with("[{k: [r]}]"), &["~api-security-scope-removed"]);
    check(&with("[{a: [], b: []}]"), &with("[{b: [], a: []}]"), SAME);
}

#[test]
fn what_is_said_for_all_is_one_change() {
    let all = |security: &str| {
        format!(
            "openapi: 3.0.0\nsecurity: {security}\npaths: {{/a: {{get: {{}}, put: {{}}}}, /b: {{get: {{security: []}}}}}}"
        )
    };
    check(&all("[]"), &all("[{k: []}]"), &["api-global-security-added"]);
    check(&all("[{k: []}]"), &all("[]"), &["api-global-security-removed"]);
    check(&all("[{k: []}]"), &all("[{k: [r]}]"), &["api-global-security-scope-added"]);
    check(&all("[{k: [r]}]"), &all("[{k: []}]"), &["~api-global-security-scope-removed"]);
    let changes = differences(&all("[]"), &all("[{k: []}]"));
    assert_eq!(changes[0].operations.len(), 2);
}

#[test]
fn schemes() {
    let with = |schemes: &str| format!("openapi: 3.0.0\ncomponents: {{securitySchemes: {{{schemes}}}}}");
    let oauth = |url: &str, token: &str, scopes: &str| {
        with(&format!(
            "o: {{type: oauth2, flows: {{implicit: {{authorizationUrl: {url}, tokenUrl: {token}, scopes: {{{scopes}}}}}}}}}"
        ))
    };
    check(
        &with("k: {type: http, scheme: basic}"),
        &with("k: {type: http, scheme: bearer}"),
        &["api-security-component-type-changed"],
    );
    check(&with("k: {type: http}"), &with(""), &["~api-security-component-removed"]);
    check(&with(""), &with("k: {type: http}"), &["~api-security-component-added"]);
    check(&oauth("a", "t", "r: R"), &oauth("b", "t", "r: R"), &["~api-security-component-oauth-url-changed"]);
    check(
        &oauth("a", "t", "r: R"),
        &oauth("a", "u", "r: R"),
        &["~api-security-component-oauth-token-url-changed"],
    );
    check(
        &oauth("a", "t", "r: R"),
        &oauth("a", "t", "r: R, w: W"),
        &["~api-security-component-oauth-scope-added"],
    );
    check(
        &oauth("a", "t", "r: R, w: W"),
        &oauth("a", "t", "r: R"),
        &["~api-security-component-oauth-scope-removed"],
    );
    check(
        &oauth("a", "t", "r: R"),
        &oauth("a", "t", "r: S"),
        &["~api-security-component-oauth-scope-changed"],
    );
}

#[test]
fn one_line_is_one_change_of_all_that_it_reaches() {
    let document = |kind: &str| {
        let body = "content: {application/json: {schema: {$ref: '#/components/schemas/Line'}}}";
        format!(
            "openapi: 3.0.0\npaths:\n  /a: {{get: {{responses: {{200: {{{body}}}}}}}, put: {{requestBody: {{{body}}}, responses: {{200: {{{body}}}}}}}}}\n  \
             /b: {{get: {{responses: {{200: {{content: {{application/json: {{schema: {{type: array, items: {{$ref: '#/components/schemas/Line'}}}}}}}}}}}}}}}}\n\
             components: {{schemas: {{Line: {{type: object, properties: {{qty: {{type: {kind}}}}}}}}}}}\n"
        )
    };
    let changes = differences(&document("integer"), &document("string"));
    assert_eq!(ids(&changes), ["response-property-type-changed@/qty", "request-property-type-changed@/qty"]);
    let reached: Vec<String> =
        changes[0].operations.iter().map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(reached, ["GET /a", "PUT /a", "GET /b"]);
    let text = document("string");
    let word = changes[0].head.and_then(|spot| text.get(spot.span.range()));
    assert_eq!((word, changes[0].words.as_str()), (Some("string"), "it is a text, and was a whole number"));
}

#[test]
fn three_spellings_of_one_contract_are_no_change() {
    let two = "swagger: '2.0'
basePath: /v1
produces: [application/json]
securityDefinitions:
  b: {type: basic}
  o: {type: oauth2, flow: accessCode, authorizationUrl: /a, tokenUrl: /t, scopes: {r: R}}
  c: {type: oauth2, flow: application, tokenUrl: /t, scopes: {r: R}}
security: [{b: []}]
paths:
  /a:
    post:
      consumes: [multipart/form-data]
      parameters: [{name: f, in: formData, required: true, type: file}, {name: q, in: query, type: array, items: {type: string}, collectionFormat: multi}]
      responses: {200: {schema: {$ref: '#/definitions/N'}}}
definitions: {N: {type: object, properties: {n: {type: string, x-nullable: true}, d: {type: string, format: byte}}}}
";
    let three = |version: &str, file: &str, null: &str, bytes: &str| {
        format!(
            "openapi: {version}
servers: [{{url: 'https://example.com/v1'}}]
security: [{{b: []}}]
paths:
  /a:
    post:
      parameters: [{{name: q, in: query, schema: {{type: array, items: {{type: string}}}}}}]
      requestBody: {{required: true, content: {{multipart/form-data: {{schema: {{type: object, required: [f], properties: {{f: {file}}}}}}}}}}}
      responses: {{200: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/N'}}}}}}}}}}
components:
  schemas: {{N: {{type: object, properties: {{n: {null}, d: {bytes}}}}}}}
  securitySchemes:
    b: {{type: http, scheme: basic}}
    o: {{type: oauth2, flows: {{authorizationCode: {{authorizationUrl: /a, tokenUrl: /t, scopes: {{r: R}}}}}}}}
    c: {{type: oauth2, flows: {{clientCredentials: {{tokenUrl: /t, scopes: {{r: R}}}}}}}}
"
        )
    };
    let old = three(
        "3.0.3",
        "{type: string, format: binary}",
        "{type: string, nullable: true}",
        "{type: string, format: byte}",
    );
    let new = three(
        "3.1.0",
        "{type: string, contentMediaType: application/octet-stream}",
        "{type: [string, 'null']}",
        "{type: string, contentEncoding: base64}",
    );
    let spellings = [two, &old, &new];
    for base in spellings {
        for head in spellings {
            assert_eq!(ids(&differences(base, head)), SAME, "{base} → {head}");
        }
    }
}
