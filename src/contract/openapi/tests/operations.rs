//! Paths, parameters, bodies, servers and who may call.

use super::*;

/// Every operation in a line, then what is unhandled.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_files(&[("api.yaml", text)], expected);
}

#[track_caller]
fn check_files(files: &[(&str, &str)], expected: &[&str]) {
    let document = read_files(files).expect("it is a document");
    let mut found: Vec<String> =
        document.operations.iter().map(|operation| show_operation(&document.types, operation)).collect();
    if !document.unhandled.is_empty() {
        found.push(unhandled(&document));
    }
    assert_eq!(found, expected);
}

#[test]
fn what_an_operation_takes_and_gives() {
    check(
        "openapi: 3.0.0
paths:
  /orders/{id}:
    summary: x
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: v, in: query, schema: {type: integer}}
    put:
      parameters:
        - {$ref: '#/components/parameters/V'}
        - {name: Accept, in: header, schema: {type: string}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
      requestBody: {$ref: '#/components/requestBodies/B'}
      responses:
        200: {description: ok, content: {'Application/JSON; charset=utf-8': {schema: {type: string}}}}
        '2XX': {description: ok}
        default: {$ref: '#/components/responses/D'}
        x-y: 1
      deprecated: true
      callbacks: {}
    x-a: 1
    query: {}
components:
  parameters: {V: {name: v, in: query, required: true, schema: {type: string}}}
  requestBodies: {B: {required: true, content: {text/csv: {}, application/json: {schema: {type: integer}}}}}
  responses: {D: {description: no, content: {application/problem+json: {schema: {type: object}}}, headers: {}}}
",
        &[
            "PUT /orders/{id} path.id=text query.v=text header.X-Trace?=text query.filter?={} < text/csv ? or int \
             > 200 text > 2XX - > default problem+json {} old",
            "callbacks query headers",
        ],
    );
}

#[test]
fn swagger_2_is_read_into_the_same_form() {
    check(
        "swagger: '2.0'
basePath: /v1/
consumes: [application/json]
produces: [application/json, text/xml]
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, type: integer, format: int64}]
    post:
      parameters: [{name: b, in: body, required: true, schema: {$ref: '#/definitions/T'}}]
      responses: {200: {schema: {$ref: '#/definitions/T'}}, 204: {description: x}}
    put:
      consumes: [multipart/form-data]
      produces: []
      parameters:
        - {name: f, in: formData, type: file, required: true}
        - {name: n, in: formData, type: array, items: {type: string, x-nullable: true}, collectionFormat: csv}
      responses: {}
definitions: {T: {type: object, properties: {p: {type: string, x-nullable: true}}}}
securityDefinitions: {k: {type: apiKey, in: header, name: X}}
",
        &[
            "POST /v1/a/{id} path.id=i64 < T > 200 T or text/xml T > 204 -",
            "PUT /v1/a/{id} path.id=i64 < multipart/form-data {f: bytes, n?: [text|null]}",
        ],
    );
}

#[test]
fn the_first_server_gives_the_base() {
    #[track_caller]
    fn base(servers: &str, expected: &str) {
        let text = format!("openapi: 3.0.0\nservers: [{servers}]\npaths: {{/x: {{get: {{}}}}}}");
        let document = read_files(&[("a.yaml", &text)]).expect("it is a document");
        assert_eq!(document.operations[0].path.as_str(), expected, "{servers}");
    }
    base("{url: 'https://a.org/v1/'}, {url: 'http://b.org/v1'}", "/v1/x");
    base("{url: '//a.org'}", "/x");
    base("{url: v2}", "/v2/x");
    base("{url: api/v2.1}", "/api/v2.1/x");
    base("{url: v2.1}", "/v2.1/x");
    base("{url: api.example.com/v2}", "/v2/x");
    base("{url: 'localhost:8080'}", "/x");
    base("{url: ./}", "/x");
    base(
        "{url: 'http://{host}:{port}/{base}', variables: {base: {default: api}, host: {default: 'a'}}}",
        "/api/x",
    );
    base("", "/x");
    let own = "openapi: 3.0.0\nservers: [{url: /a}, {url: /z}]\npaths: {/x: {servers: [{url: /b}], get: {}, put: {servers: [{url: /c}]}}}";
    check(own, &["GET /b/x", "PUT /c/x", "servers"]);
}

#[test]
fn security_is_inherited_and_overridden() {
    check(
        "openapi: 3.0.0
security: [{key: []}]
paths:
  /a: {get: {}}
  /b: {get: {security: []}}
  /c: {get: {security: [{}]}}
  /d: {get: {security: [{}, {key: [], oauth: [read, write]}]}}
",
        &["GET /a by key", "GET /b open", "GET /c open", "GET /d by /key+oauth(read write)"],
    );
    check("openapi: 3.0.0\npaths: {/a: {get: {}}}", &["GET /a"]);
}

#[test]
fn schemes_are_read() {
    let text = "openapi: 3.0.0\ncomponents: {securitySchemes: {b: {type: http, scheme: bearer}, o: {type: oauth2, flows: \
                {clientCredentials: {tokenUrl: /t, scopes: {r: read}}}}}}";
    let document = read_files(&[("a.yaml", text)]).expect("it is a document");
    let kinds: Vec<&str> = document.schemes.iter().map(|scheme| &*scheme.kind).collect();
    assert_eq!(kinds, ["http bearer", "oauth2"]);
    let flow = &document.schemes[1].flows[0];
    assert_eq!(
        (&*flow.name, flow.token_url.as_deref(), &*flow.scopes[0].0),
        ("clientCredentials", Some("/t"), "r")
    );
}

#[test]
fn references_lead_to_other_files_of_the_tree() {
    check_files(
        &[
            (
                "api/openapi.json",
                r##"{"openapi": "3.0.0", "paths": {
                "/a": {"$ref": "paths/a%20b.yaml#/~1a~0"}, "/b": {"$ref": "http://x/y.yaml"}, "/c": {"$ref": "../../z.yaml"}}}"##,
            ),
            (
                "api/paths/a b.yaml",
                "/a~:\n  get: {responses: {200: {content: {application/json: {schema: {$ref: ../s.json#/T}}}}}}\n",
            ),
            (
                "api/s.json",
                r##"{"T": {"type": "array", "items": {"$ref": "openapi.json#/components"}}, "U": {"$ref": "#/T"}}"##,
            ),
        ],
        &["GET /a > 200 T", "$ref $ref $ref"],
    );
}

#[test]
fn what_is_no_document_says_where() {
    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(read_files(&[("a.yaml", text)]).expect_err("it is refused").to_string(), expected);
    }
    refused("[1]", "a.yaml:1:1: it is no OpenAPI document: not a map");
    refused("\na: 1", "a.yaml:2:1: it is no OpenAPI document: it has neither `openapi` nor `swagger`");
    refused(
        "openapi: 3.0.0\npaths: [",
        "a.yaml:2:9: while parsing a node, did not find expected node content",
    );
    let absent = read(&|_| None, &RepoPath::from("b.yaml")).expect_err("it is absent");
    assert_eq!(absent.to_string(), "b.yaml: there is no such file");
}

#[test]
fn a_document_travels() {
    let document = read_files(&[("a.yaml", "openapi: 3.0.0\npaths: {/a: {get: {responses: {200: {}}}}}")])
        .expect("it is one");
    let text = serde_json::to_string(&document).expect("it has a written shape");
    assert_eq!(serde_json::from_str::<Document>(&text).expect("it is read back"), document);
}
