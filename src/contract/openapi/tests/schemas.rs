//! Schemas and the types they are read as.

use super::*;

/// Reads a document of `version` whose component `T` is `schema`, with others beside it.
fn component(version: &str, schema: &str) -> (Document, String) {
    let others = "A: {type: object, properties: {a: {type: string}}, required: [a]}, \
                  B: {type: object, properties: {b: {type: integer}}}, \
                  N: {type: string, nullable: true}, E: {type: string, enum: [x, y]}, \
                  Cat: {type: object, required: [kind], properties: {kind: {type: string, enum: [cat]}}}, \
                  Dog: {type: object, required: [kind], properties: {kind: {type: string, enum: [dog]}}}, \
                  L: {type: object, properties: {next: {$ref: '#/components/schemas/L'}}}";
    let text = format!(
        "openapi: {version}\ncomponents: {{schemas: {{T: {schema}, {others}}}}}\n\
         paths: {{/: {{get: {{responses: {{200: {{content: {{application/json: \
         {{schema: {{$ref: '#/components/schemas/T'}}}}}}}}}}}}}}}}\n"
    );
    let document = read_files(&[("api.yaml", &text)]).expect("it is a document");
    let shown = show(&document.types, &document.types.named[0].r#type);
    (document, shown)
}

#[track_caller]
fn check(version: &str, schema: &str, expected: &str) {
    let (document, shown) = component(version, schema);
    let unhandled = unhandled(&document);
    let shown = if unhandled.is_empty() { shown } else { format!("{shown} ({unhandled})") };
    assert_eq!(shown, expected, "{schema}");
}

#[track_caller]
fn both(schema: &str, expected: &str) {
    check("3.0.3", schema, expected);
    check("3.1.0", schema, expected);
}

#[test]
fn scalars() {
    both("{type: string}", "text");
    both("{type: string, format: date-time}", "datetime");
    both("{type: string, format: email}", "text:email");
    both("{type: string, format: binary}", "bytes");
    both("{type: integer}", "int");
    both("{type: integer, format: uint8}", "u8");
    both("{type: number, format: float}", "number");
    both("{type: boolean, title: X, example: 1, x-y: 2}", "bool");
    both("{}", "any");
    both("{type: object}", "{}");
    both("{type: array}", "[any]");
    both("{type: array, items: {type: string}}", "[text]");
    check("3.1.0", "{type: string, contentEncoding: base64}", "bytes");
    check("3.1.0", "{type: string, contentMediaType: image/png}", "text:text of image/png");
    check("3.1.0", "{type: string, contentMediaType: application/octet-stream}", "bytes");
    check(
        "3.1.0",
        "{type: array, prefixItems: [{type: string}, {type: integer}], items: false}",
        "(text, int)",
    );
}

#[test]
fn null_has_one_form() {
    check("3.0.3", "{type: string, nullable: true}", "text|null");
    check("3.1.0", "{type: [string, 'null']}", "text|null");
    both("{oneOf: [{type: string}, {type: 'null'}]}", "text|null");
    both("{anyOf: [{type: 'null'}, {$ref: '#/components/schemas/A'}]}", "A|null");
    check("3.0.3", "{anyOf: [{$ref: '#/components/schemas/A'}, {nullable: true}]}", "A|null");
    check("3.0.3", "{nullable: true, allOf: [{$ref: '#/components/schemas/A'}]}", "A|null");
    check("3.0.3", "{allOf: [{$ref: '#/components/schemas/A'}, {nullable: true}]}", "A|null");
    check("3.0.3", "{$ref: '#/components/schemas/A', nullable: true}", "A|null");
    check("3.1.0", "{type: [object, 'null'], allOf: [{$ref: '#/components/schemas/A'}]}", "A|null");
    both("{type: string, enum: [a, null]}", "'a|null");
    both("{enum: [null]}", "null");
    both("{type: 'null'}", "null");
    check("3.1.0", "{const: null}", "null");
    check("3.1.0", "{type: ['null', string, integer]}", "<text | int>|null");
    both("{oneOf: [{type: string}, {type: string, nullable: true}]}", "<text | text>|null");
}

#[test]
fn constants_have_one_form() {
    both("{type: string, enum: [a, b]}", "'a/b");
    both("{type: integer, enum: [1, 2.0]}", "#1/2");
    both("{type: string, enum: [1, yes, true]}", "'1/yes/true");
    both("{enum: [a, 1]}", "<'a | #1>");
    check("3.1.0", "{const: a}", "'a");
    both("{oneOf: [{type: string, enum: [a], description: x}, {type: string, enum: [b]}]}", "'a/b");
    check("3.1.0", "{anyOf: [{const: a}, {const: b}]}", "'a/b");
    both("{anyOf: [{type: string, enum: [a]}, {type: string}]}", "'a/…");
    both("{type: string, x-extensible-enum: [a, b]}", "'a/b/…");
    both("{type: boolean, enum: [true]}", "bool (enum)");
    both("{enum: [[1]]}", "any (enum)");
}

#[test]
fn objects() {
    both(
        "{type: object, properties: {a: {type: string, readOnly: true}}, required: [a, z]}",
        "{a: text ro, z: any}",
    );
    both("{properties: {a: {$ref: '#/components/schemas/E'}}}", "{a?: E}");
    both("{type: object, additionalProperties: false}", "{!}");
    both("{type: object, additionalProperties: true}", "{*: any}");
    both("{type: object, additionalProperties: {type: string}}", "{*: text}");
    both("{type: object, patternProperties: {x: {}}, not: {}}", "{} (patternProperties not)");
}

#[test]
fn all_of_is_merged() {
    both("{allOf: [{$ref: '#/components/schemas/A'}]}", "A");
    both("{allOf: [{$ref: '#/components/schemas/A'}], description: d, deprecated: true}", "A");
    both(
        "{allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}, {required: [b]}]}",
        "{a: text, b: int}",
    );
    both(
        "{type: object, properties: {c: {}}, allOf: [{$ref: '#/components/schemas/A'}]}",
        "{c?: any, a: text}",
    );
    both("{allOf: [{properties: {a: {enum: [x, y, z]}}}, {properties: {a: {enum: [z, x]}}}]}", "{a?: 'x/z}");
    both("{allOf: [{type: number}, {type: integer}]}", "int");
    both("{allOf: [{type: string}, {type: integer}]}", "text (allOf)");
    both("{allOf: [{type: object, additionalProperties: false}, {properties: {a: {}}}]}", "{a?: any, !}");
}

#[test]
fn nothing_counts_beside_a_reference_before_3_1() {
    let schema = "{$ref: '#/components/schemas/A', required: [q]}";
    check("3.0.3", schema, "A ($ref)");
    check("3.1.0", schema, "{a: text, q: any}");
}

#[test]
fn alternatives() {
    both("{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}", "<A=A | B=B>");
    both("{anyOf: [{$ref: '#/components/schemas/A'}]}", "A");
    both("{oneOf: [{oneOf: [{type: string}, {type: integer}]}, {type: boolean}]}", "<text | int | bool>");
    both(
        "{oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]}",
        "<kind: cat=Cat | dog=Dog>",
    );
    both(
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], \
         discriminator: {propertyName: t, mapping: {one: '#/components/schemas/A', two: B}}}",
        "<t: one=A | two=B>",
    );
    both(
        "{type: object, properties: {p: {}}, anyOf: [{required: [p]}, {required: [q], properties: {q: {}}}]}",
        "<{p: any} | {p?: any, q: any}>",
    );
    both("{type: object, properties: {}, discriminator: {propertyName: t}}", "{} (discriminator)");
}

#[test]
fn schemas_may_contain_themselves() {
    both("{$ref: '#/components/schemas/L'}", "L");
    both("{$ref: '#/components/schemas/T'}", "T");
    both("{allOf: [{$ref: '#/components/schemas/T'}, {properties: {x: {}}}]}", "{x?: any}");
    both(
        "{allOf: [{$ref: '#/components/schemas/A'}, {properties: {x: {allOf: \
         [{$ref: '#/components/schemas/T'}, {properties: {y: {}}}]}}}]}",
        "{a: text, x?: {a: text, x?: schema, y?: any}}",
    );
    both("{$ref: '#/nowhere'}", "unknown (`#/nowhere` is not read: nothing stands there) ($ref)");
    both(
        "{$ref: 'https://x.org/a.json#/b'}",
        "unknown (`https://x.org/a.json#/b` is not read: it leads to a URL) ($ref)",
    );
}

#[test]
fn places_are_the_words_that_say_it() {
    let (document, _) = component("3.0.3", "{type: object, properties: {ä: {type: string}}}");
    let Shape::Object(object) = &document.types.named[0].r#type.shape else { panic!("it is an object") };
    let text = "openapi: 3.0.3\ncomponents: {schemas: {T: {type: object, properties: {ä: {type: string";
    let word = |spot: Spot| text.get(spot.span.range());
    assert_eq!(word(object.fields[0].at), Some("ä"));
    assert_eq!(word(object.fields[0].r#type.at), Some("string"));
}
