//! The keys of OpenAPI objects: which of them say something about what goes over the wire, and which only describe.
//!
//! From the OpenAPI specifications 2.0, 3.0.4 and 3.1.1 and from JSON Schema 2020-12. What stands in neither list is unhandled.

/// Keys of a schema that are read.
pub(super) const SCHEMA: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "discriminator",
    "enum",
    "format",
    "items",
    "nullable",
    "oneOf",
    "prefixItems",
    "properties",
    "required",
    "type",
    "x-extensible-enum",
    "x-nullable",
];

/// Keys of a schema that describe it, or are read where the schema is that of a field.
pub(super) const BESIDE_SCHEMA: &[&str] = &[
    "$anchor",
    "$comment",
    "$defs",
    "$id",
    "$schema",
    "$vocabulary",
    "default",
    "definitions",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "readOnly",
    "summary",
    "title",
    "writeOnly",
    "xml",
];

/// Keys of an operation that are read, or that describe it.
pub(super) const OPERATION: &[&str] = &[
    "consumes",
    "deprecated",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "produces",
    "requestBody",
    "responses",
    "schemes",
    "security",
    "servers",
    "summary",
    "tags",
];

/// Keys of a path that are read, or that describe it, beside the methods.
pub(super) const PATH: &[&str] = &["$ref", "description", "parameters", "servers", "summary"];

/// Keys of a parameter that are read, or that describe it.
pub(super) const PARAMETER: &[&str] = &[
    "$ref",
    "allowEmptyValue",
    "allowReserved",
    "collectionFormat",
    "content",
    "deprecated",
    "description",
    "example",
    "examples",
    "explode",
    "in",
    "name",
    "required",
    "schema",
    "style",
];

/// Keys of a request body that are read, or that describe it.
pub(super) const REQUEST: &[&str] = &["$ref", "content", "description", "required", "summary"];

/// Keys of a response that are read, or that describe it.
pub(super) const RESPONSE: &[&str] = &["$ref", "content", "description", "examples", "schema", "summary"];

/// Keys of a media type that are read, or that describe it.
pub(super) const MEDIA: &[&str] = &["example", "examples", "schema"];

/// Keys of a whole document that are read, or that describe it.
pub(super) const DOCUMENT: &[&str] = &[
    "basePath",
    "components",
    "consumes",
    "definitions",
    "externalDocs",
    "host",
    "info",
    "jsonSchemaDialect",
    "openapi",
    "parameters",
    "paths",
    "produces",
    "responses",
    "schemes",
    "security",
    "securityDefinitions",
    "servers",
    "swagger",
    "tags",
];
