//! What can differ, and the name that oasdiff has for it at each place.

/// Where a type stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    /// It is the body of a request.
    Request,
    /// It lies in the body of a request.
    InRequest,
    /// It is the body of a response.
    Response,
    /// It lies in the body of a response.
    InResponse,
    /// It is a parameter.
    Parameter,
    /// It lies in a parameter.
    InParameter,
    /// It lies in a header.
    InHeader,
}

impl At {
    /// Whether the server gives it, and the client takes it.
    pub(super) fn is_response(self) -> bool {
        matches!(self, Self::Response | Self::InResponse)
    }
}

/// What differs in a type, in the direction that can break a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Null is refused that was taken, or given that was not.
    Null,
    /// Another type, or another format.
    Type,
    /// The type that was promised is one of those that may come now.
    Generalized,
    /// Of several kinds, fewer are taken or more are given.
    Kinds,
    /// A constant is no longer taken, or a new one is given.
    Value,
    /// A constant of an open enum is no longer taken.
    OpenValue,
    /// Any text was taken, and only constants are.
    Enum,
    /// Any text was taken, and only one constant is.
    ConstAdded,
    /// One constant was promised, and another one is.
    ConstChanged,
    /// One constant was promised, and none is.
    ConstRemoved,
    /// An alternative is no longer taken, or a new one is given.
    Alternative,
    /// A field must be given that base did not know.
    NewRequired,
    /// The same, of a field that has a default.
    NewRequiredWithDefault,
    /// A field must be given that could be left out.
    Required,
    /// The same, of a field that has a default.
    RequiredWithDefault,
    /// A field may be absent that was promised.
    Optional,
    /// A field that was promised is gone.
    RequiredRemoved,
    /// A field that could be there is gone.
    Removed,
    /// A text for bytes is written in another way.
    Encoding,
    /// A text holds another media type.
    Media,
    /// What a text holds is bound to a schema, or no longer.
    Content,
}

use Fact as F;

/// The names by fact: of the body and of what lies in it, of requests, of responses, and of parameters; last of what lies in a header.
/// Where oasdiff has no name for a place, the nearest one that it has.
pub const IDS: &[(Fact, [&str; 7])] = &[
    (
        F::Null,
        [
            "request-body-became-not-nullable",
            "request-property-became-not-nullable",
            "response-body-became-nullable",
            "response-property-became-nullable",
            "request-parameter-became-not-nullable",
            "request-parameter-property-became-not-nullable",
            "request-parameter-property-became-not-nullable",
        ],
    ),
    (
        F::Type,
        [
            "request-body-type-changed",
            "request-property-type-changed",
            "response-body-type-changed",
            "response-property-type-changed",
            "request-parameter-type-changed",
            "request-parameter-property-type-specialized",
            "request-parameter-property-type-specialized",
        ],
    ),
    (
        F::Generalized,
        [
            "request-body-type-changed",
            "request-property-type-changed",
            "response-body-type-generalized",
            "response-property-type-generalized",
            "request-parameter-type-changed",
            "request-parameter-property-type-changed",
            "request-parameter-property-type-changed",
        ],
    ),
    (
        F::Kinds,
        [
            "request-body-list-of-types-narrowed",
            "request-property-list-of-types-narrowed",
            "response-body-list-of-types-widened",
            "response-property-list-of-types-widened",
            "request-parameter-list-of-types-narrowed",
            "request-parameter-property-list-of-types-narrowed",
            "request-parameter-property-list-of-types-narrowed",
        ],
    ),
    (
        F::Value,
        [
            "request-body-enum-value-removed",
            "request-property-enum-value-removed",
            "response-property-enum-value-added",
            "response-property-enum-value-added",
            "request-parameter-enum-value-removed",
            "request-parameter-property-enum-value-removed",
            "request-parameter-property-enum-value-removed",
        ],
    ),
    (
        F::OpenValue,
        [
            "request-property-x-extensible-enum-value-removed",
            "request-property-x-extensible-enum-value-removed",
            "response-property-enum-value-added",
            "response-property-enum-value-added",
            "request-parameter-x-extensible-enum-value-removed",
            "request-parameter-x-extensible-enum-value-removed",
            "request-parameter-x-extensible-enum-value-removed",
        ],
    ),
    (
        F::Enum,
        [
            "request-body-became-enum",
            "request-property-became-enum",
            "response-property-enum-value-added",
            "response-property-enum-value-added",
            "request-parameter-became-enum",
            "request-parameter-became-enum",
            "request-header-property-became-enum",
        ],
    ),
    (
        F::ConstAdded,
        [
            "request-body-const-added",
            "request-property-const-added",
            "response-body-const-added",
            "response-property-const-added",
            "request-parameter-became-enum",
            "request-parameter-became-enum",
            "request-header-property-became-enum",
        ],
    ),
    (
        F::ConstChanged,
        [
            "request-body-const-changed",
            "request-property-const-changed",
            "response-body-const-changed",
            "response-property-const-changed",
            "request-parameter-enum-value-removed",
            "request-parameter-property-enum-value-removed",
            "request-parameter-property-enum-value-removed",
        ],
    ),
    (
        F::ConstRemoved,
        [
            "request-body-const-removed",
            "request-property-const-removed",
            "response-body-const-removed",
            "response-property-const-removed",
            "request-parameter-enum-value-added",
            "request-parameter-property-enum-value-added",
            "request-parameter-property-enum-value-added",
        ],
    ),
    (
        F::Alternative,
        [
            "request-body-one-of-removed",
            "request-property-one-of-removed",
            "response-body-one-of-added",
            "response-property-one-of-added",
            "request-parameter-type-changed",
            "request-parameter-property-type-specialized",
            "request-parameter-property-type-specialized",
        ],
    ),
    (
        F::NewRequired,
        [
            "new-required-request-property",
            "new-required-request-property",
            "response-required-property-added",
            "response-required-property-added",
            "new-required-request-property",
            "new-required-request-property",
            "new-required-request-header-property",
        ],
    ),
    (
        F::NewRequiredWithDefault,
        [
            "new-required-request-property-with-default",
            "new-required-request-property-with-default",
            "response-required-property-added",
            "response-required-property-added",
            "new-required-request-property-with-default",
            "new-required-request-property-with-default",
            "new-required-request-header-property",
        ],
    ),
    (
        F::Required,
        [
            "request-property-became-required",
            "request-property-became-required",
            "response-property-became-required",
            "response-property-became-required",
            "request-property-became-required",
            "request-property-became-required",
            "request-header-property-became-required",
        ],
    ),
    (
        F::RequiredWithDefault,
        [
            "request-property-became-required-with-default",
            "request-property-became-required-with-default",
            "response-property-became-required",
            "response-property-became-required",
            "request-property-became-required-with-default",
            "request-property-became-required-with-default",
            "request-header-property-became-required",
        ],
    ),
    (
        F::Optional,
        [
            "request-property-became-optional",
            "request-property-became-optional",
            "response-property-became-optional",
            "response-property-became-optional",
            "request-property-became-optional",
            "request-property-became-optional",
            "request-property-became-optional",
        ],
    ),
    (
        F::RequiredRemoved,
        [
            "request-property-removed",
            "request-property-removed",
            "response-required-property-removed",
            "response-required-property-removed",
            "request-property-removed",
            "request-property-removed",
            "request-property-removed",
        ],
    ),
    (
        F::Removed,
        [
            "request-property-removed",
            "request-property-removed",
            "response-optional-property-removed",
            "response-optional-property-removed",
            "request-property-removed",
            "request-property-removed",
            "request-property-removed",
        ],
    ),
    (
        F::Encoding,
        [
            "request-body-content-encoding-changed",
            "request-property-content-encoding-changed",
            "response-body-content-encoding-changed",
            "response-property-content-encoding-changed",
            "request-parameter-type-changed",
            "request-parameter-property-type-specialized",
            "request-parameter-property-type-specialized",
        ],
    ),
    (
        F::Media,
        [
            "request-body-content-media-type-changed",
            "request-property-content-media-type-changed",
            "response-body-content-media-type-changed",
            "response-property-content-media-type-changed",
            "request-parameter-type-changed",
            "request-parameter-property-type-specialized",
            "request-parameter-property-type-specialized",
        ],
    ),
    (
        F::Content,
        [
            "request-body-content-schema-added",
            "request-property-content-schema-added",
            "response-body-content-schema-removed",
            "response-property-content-schema-removed",
            "request-parameter-type-changed",
            "request-parameter-property-type-specialized",
            "request-parameter-property-type-specialized",
        ],
    ),
];

/// The name of a fact at a place.
pub(super) fn id(fact: Fact, at: At) -> &'static str {
    let row = IDS.iter().find(|(known, _)| *known == fact).expect("every fact has its row");
    row.1[at as usize]
}
