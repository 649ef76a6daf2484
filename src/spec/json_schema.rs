//! The spec language as JSON Schema (draft 2020-12), from the rows of the language, for editors to complete and check by.
//!
//! It is looser than gate: grammars of texts and names that must be declared are gate's own to check.

use serde_json::{Map, Value, json};

use super::language::{Form, Key, Kind, Row, rows};
use super::waivers::is_unwaivable;
use super::wire::Media;
use crate::basis::{Method, RuleId};

/// The schema of one spec file, pretty-printed, the same bytes every time. `rules` are those that `[rules]` may name.
pub fn json_schema(rules: &[RuleId]) -> String {
    let mut schema = table_schema("", rules);
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!("Design spec of gate"));
    schema.insert("$defs".to_owned(), definitions());
    let text = serde_json::to_string_pretty(&Value::Object(schema));
    text.expect("a tree of strings, booleans and arrays can always be written") + "\n"
}

/// Types and bodies hold each other, so they are defined once and named.
fn definitions() -> Value {
    let fields = json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/field" } });
    let strings =
        json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "uniqueItems": true });
    json!({
        "field": {
            "description": "a type such as `string`, `Line[]`, `map<int>`, `datetime|null?`; an enum of strings; or an object in place",
            "anyOf": [{ "type": "string" }, strings, fields],
        },
        "body": {
            "description": "`none`, a type, or a media type and a type such as `form Login`; or an object in place",
            "anyOf": [{ "type": "string" }, fields],
        },
    })
}

/// The schema of one table. It goes as deep as the language does, which is five tables.
fn table_schema(path: &str, rules: &[RuleId]) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("additionalProperties".to_owned(), json!(false));
    let required: Vec<&str> = rows(path).filter(|row| row.required).map(Row::word).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    for row in rows(path) {
        match row.key {
            Key::Word("rule") => {
                let known: Vec<&str> =
                    rules.iter().filter(|rule| !is_unwaivable(**rule)).map(|rule| rule.0).collect();
                properties.insert("rule".to_owned(), described(row, json!({ "enum": known })));
            }
            Key::Word(word) => {
                properties.insert(word.to_owned(), described(row, value_schema(row, rules)));
            }
            Key::Free("RULE", _) => {
                let severity = described(row, value_schema(row, rules));
                properties.extend(rules.iter().map(|rule| (rule.0.to_owned(), severity.clone())));
            }
            Key::Free(_, form) => {
                schema.insert("additionalProperties".to_owned(), described(row, value_schema(row, rules)));
                if let Some(pattern) = key_pattern(form) {
                    schema.insert("propertyNames".to_owned(), json!({ "pattern": pattern }));
                }
            }
        }
    }
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), Value::Object(properties));
    }
    schema
}

fn described(row: &Row, mut schema: Value) -> Value {
    if let Some(fields) = schema.as_object_mut() {
        let example =
            if row.example.is_empty() { String::new() } else { format!(", for example `{}`", row.example) };
        fields.insert("description".to_owned(), json!(format!("{}{example}", row.meaning)));
    }
    schema
}

fn value_schema(row: &Row, rules: &[RuleId]) -> Value {
    let text = json!({ "type": "string" });
    let texts = json!({ "type": "array", "items": text, "uniqueItems": true });
    let position = json!({ "type": "integer", "minimum": 0 });
    let fields = json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/field" } });
    let body = json!({ "$ref": "#/$defs/body" });
    match row.kind {
        Kind::One => json!({ "const": 1 }),
        Kind::Text(Form::Media) => json!({ "type": "string", "examples": Media::NAMES }),
        Kind::Text(_) => text,
        Kind::Texts(_) if row.required => {
            json!({ "type": "array", "items": text, "minItems": 1, "uniqueItems": true })
        }
        Kind::Texts(_) => texts,
        Kind::TextsOrAny(_) => json!({ "anyOf": [{ "const": "*" }, texts] }),
        Kind::Layers => json!({ "type": "array", "items": { "anyOf": [text, texts] } }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Choices(words) => json!({ "type": "array", "items": { "enum": words }, "uniqueItems": true }),
        Kind::Position => position,
        Kind::MethodOrPosition => json!({ "anyOf": [{ "enum": Method::ALL.map(Method::as_str) }, position] }),
        Kind::Field => json!({ "$ref": "#/$defs/field" }),
        Kind::Fields => fields,
        Kind::Schema => {
            let strings = json!({ "type": "array", "items": text, "minItems": 1, "uniqueItems": true });
            json!({ "anyOf": [fields, strings] })
        }
        Kind::Body => body,
        Kind::Responses => {
            let by_status = json!({
                "type": "object", "patternProperties": { "^[1-5][0-9]{2}$": body }, "additionalProperties": false,
            });
            json!({ "anyOf": [text, by_status] })
        }
        Kind::Table => Value::Object(table_schema(&row.path(), rules)),
        Kind::Tables => json!({ "type": "array", "items": table_schema(&row.path(), rules) }),
    }
}

fn key_pattern(form: Form) -> Option<&'static str> {
    match form {
        Form::Label => Some(r"^[^\s.:/*]+$"),
        Form::SchemaName => Some(r"^[^\s:/*<>|?\[\]]+$"),
        Form::Endpoint => Some(r"^\s*[A-Z]+\s+/\S*\s*$"),
        Form::Prose
        | Form::Anything
        | Form::Reference
        | Form::Pattern
        | Form::Symbol
        | Form::Name
        | Form::File
        | Form::Route
        | Form::Except
        | Form::Version
        | Form::Identity
        | Form::Media
        | Form::Type => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::language::LANGUAGE;

    fn schema() -> Value {
        serde_json::from_str(&json_schema(&["module-cycle", "waiver-unused"].map(RuleId))).unwrap()
    }

    /// The schema of the table at `path` of the language.
    fn table<'a>(schema: &'a Value, path: &str) -> &'a Value {
        path.split('.').filter(|word| !word.is_empty()).fold(schema, |schema, word| {
            let named = &schema["properties"][word];
            let found = if named.is_null() { &schema["additionalProperties"] } else { named };
            if found["items"].is_null() { found } else { &found["items"] }
        })
    }

    #[test]
    fn every_row_is_described() {
        let schema = schema();
        for row in LANGUAGE.iter().filter(|row| row.table != "schema.NAME" && row.table != "rules") {
            let holder = table(&schema, row.table);
            let value = match row.key {
                Key::Word(word) => &holder["properties"][word],
                Key::Free(..) => &holder["additionalProperties"],
            };
            let description = value["description"].as_str().unwrap_or_default();
            assert!(description.starts_with(row.meaning), "{}: {value}", row.path());
            assert_eq!(holder["type"], "object", "{}", row.table);
        }
    }

    #[test]
    fn tables_are_closed_and_know_what_they_need() {
        let schema = schema();
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["required"], json!(["gate"]));
        assert_eq!(table(&schema, "module.NAME")["required"], json!(["code", "why"]));
        assert_eq!(table(&schema, "rules")["properties"]["waiver-unused"]["enum"], json!(["deny", "note"]));
        assert_eq!(table(&schema, "waiver")["properties"]["rule"]["enum"], json!(["module-cycle"]));
    }

    #[test]
    fn references_lead_somewhere() {
        let text = json_schema(&[]);
        for rest in text.split("\"#/").skip(1) {
            let pointer = format!("/{}", rest.split('"').next().unwrap());
            assert!(schema().pointer(&pointer).is_some(), "{pointer}");
        }
        assert!(text.contains("\"#/$defs/body\""));
    }
}
