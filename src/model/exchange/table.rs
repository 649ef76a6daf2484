//! Types of web frameworks as data: what one in a signature takes out of a request, or what it answers with.
//!
//! A row is known by the crate and the last segment of its path; where a crate moved a type between its modules makes no difference.

use crate::basis::wire::Status;

/// What a type in the parameters of a handler takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Takes {
    /// The body in a media type; the first argument says what it looks like.
    Body(&'static str),
    /// The body in a media type, as code of the team's own reads it, which may do without; the first argument says what it looks like.
    Parsed(&'static str),
    /// The body in a media type, without a shape.
    RawBody(&'static str),
    /// The body, or all of the request, in a way that says nothing of it.
    Request,
    /// The query; the first argument is an object of parameters.
    Query,
    /// The same, or nothing at all where the request has no query.
    OptionalQuery,
    /// The query, as text.
    RawQuery,
    /// One parameter of the query, which has the name of the handler's own; the first argument says what it looks like.
    Parameter,
    /// Parameters of the path.
    Path,
    /// What its first argument takes, and more.
    Inner,
    /// What its first argument takes, if it is there.
    Maybe,
    /// All but the body, in a way that says nothing of it.
    Parts,
    /// What a crate without a row makes of the request: the body may be among it.
    Elsewhere,
    /// Nothing that a contract speaks of.
    Nothing,
    /// Whatever was read before: nothing says how it is made of a request.
    Unseen,
}

/// What a type in the result of a handler answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answers {
    /// A status and a body in a media type; the argument at the position says what it looks like.
    Body(Status, &'static str, usize),
    /// A status and a body in a media type, without a shape.
    RawBody(Status, &'static str),
    /// A status and nothing.
    Empty(Status),
    /// What its argument answers with.
    Inner(usize),
    /// What its first argument answers with, with another status; `None` where the code says which.
    Around(Option<Status>),
    /// What its first argument answers with, or what its second one does, where there is one.
    Result,
    /// Only the code that makes it can tell.
    Opaque,
    /// Something about which nothing is known, with a status.
    Unknown(Status),
}

const OK: Status = Status::Code(200);
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";
const TEXT: &str = "text/plain";
const HTML: &str = "text/html";
const BYTES: &str = "application/octet-stream";
/// What takes a body as it comes refuses none.
const ANY: &str = "*/*";

/// Crates whose types of one name mean one thing.
const WEB: &[&str] = &[
    "axum",
    "axum_extra",
    "axum_core",
    "aide",
    "actix_web",
    "actix_multipart",
    "paperclip",
    "rocket",
    "rocket_dyn_templates",
    "poem",
    "poem_openapi",
    "salvo",
    "salvo_core",
    "ntex",
    "dropshot",
    "loco_rs",
    "tide",
    "warp",
];

/// What a path (the crate's name first) takes out of a request.
pub(super) fn takes(path: &str) -> Option<Takes> {
    let (krate, name) = ends(path);
    if matches!(krate, "std" | "core" | "alloc") || path == name {
        return match name {
            "Option" | "Result" => Some(Takes::Maybe),
            "String" | "Vec" => Some(Takes::RawBody(ANY)),
            _ => None,
        };
    }
    if let Some(takes) = wrapper(krate, name) {
        return Some(takes);
    }
    if krate == "bytes" || krate == "http_body_util" || krate == "hyper" || krate == "http" {
        return match name {
            "Bytes" | "BytesMut" => Some(Takes::RawBody(ANY)),
            "Request" | "Body" => Some(Takes::Request),
            "Uri" | "Parts" => Some(Takes::Parts),
            "HeaderMap" | "Method" | "Version" | "Extensions" => Some(Takes::Nothing),
            _ => None,
        };
    }
    if !WEB.contains(&krate) {
        return None;
    }
    Some(match name {
        "Json" | "JsonBody" | "TypedBody" | "JsonDeserializer" | "JsonLines" | "Lenient" => Takes::Body(JSON),
        "Form" | "FormBody" | "LenientForm" => Takes::Body(FORM),
        "MultipartForm" | "MultipartBody" => Takes::Body(MULTIPART),
        "Multipart" => Takes::RawBody(MULTIPART),
        "Bytes" | "BytesMut" | "UntypedBody" | "StreamingBody" => Takes::RawBody(ANY),
        "Binary" => Takes::RawBody(BYTES),
        "PlainText" => Takes::RawBody(TEXT),
        "Request" | "Body" | "Payload" | "Data" if !is_state(krate, name) => Takes::Request,
        // One of several, whichever comes through.
        name if name.starts_with("Either") => Takes::Request,
        "Query" | "QsQuery" => Takes::Query,
        "OptionalQuery" => Takes::OptionalQuery,
        "QueryParam" => Takes::Parameter,
        "RawQuery" => Takes::RawQuery,
        "Path" => Takes::Path,
        "WithRejection" | "Cached" | "Option" => Takes::Inner,
        "Uri" | "OriginalUri" | "Parts" | "HttpRequest" => Takes::Parts,
        _ => Takes::Nothing,
    })
}

/// Actix calls shared state what rocket calls a body.
fn is_state(krate: &str, name: &str) -> bool {
    name == "Data" && krate != "rocket"
}

/// Types of other crates that check what an inner one took.
fn wrapper(krate: &str, name: &str) -> Option<Takes> {
    let checks = matches!(
        (krate, name),
        ("axum_valid" | "axum_garde" | "actix_web_validator" | "validator", _)
            | ("axum_jsonschema" | "axum_serde" | "axum_msgpack", _)
            | ("garde_actix_web" | "actix_web_garde", _)
    );
    if !checks {
        return None;
    }
    Some(match name {
        "Json" => Takes::Body(JSON),
        "Form" => Takes::Body(FORM),
        "Query" => Takes::Query,
        "Path" => Takes::Path,
        "Valid" | "Garde" | "Validated" | "WithValidation" => Takes::Inner,
        _ => Takes::Nothing,
    })
}

/// What a path (the crate's name first) answers with.
pub(super) fn answers(path: &str) -> Option<Answers> {
    let (krate, name) = ends(path);
    if matches!(krate, "std" | "core" | "alloc") || path == name {
        return match name {
            "Result" => Some(Answers::Result),
            // Nothing is an error to whom it is an answer.
            "Option" => Some(Answers::Inner(0)),
            "Box" | "Arc" | "Cow" if path != name => None,
            "String" | "str" => Some(Answers::RawBody(OK, TEXT)),
            "Vec" => Some(Answers::RawBody(OK, BYTES)),
            _ => None,
        };
    }
    if name == "Result" {
        // An alias of the library's own, such as `anyhow::Result`, `actix_web::Result`, `rocket::http::Result`.
        return Some(Answers::Result);
    }
    if name == "StatusCode" && WEB.iter().chain(&["http", "hyper", "reqwest"]).any(|web| *web == krate) {
        return Some(Answers::Opaque);
    }
    if krate == "bytes" {
        return (name == "Bytes").then_some(Answers::RawBody(OK, BYTES));
    }
    if krate == "http" || krate == "hyper" {
        return (name == "Response").then_some(Answers::Opaque);
    }
    if !WEB.contains(&krate) {
        return None;
    }
    if path.rsplit("::").nth(1) == Some("status") {
        return Some(match (name, status(name)) {
            ("NoContent", _) => Answers::Empty(Status::Code(204)),
            ("Custom", _) => Answers::Around(None),
            (_, Some(code)) => Answers::Around(Some(Status::Code(code))),
            (_, None) => Answers::Opaque,
        });
    }
    Some(match name {
        "Json" | "ErasedJson" => Answers::Body(OK, JSON, 0),
        "HttpResponseOk" => Answers::Body(OK, JSON, 0),
        "HttpResponseCreated" => Answers::Body(Status::Code(201), JSON, 0),
        "HttpResponseAccepted" => Answers::Body(Status::Code(202), JSON, 0),
        "HttpResponseDeleted" | "HttpResponseUpdatedNoContent" | "NoContent" => {
            Answers::Empty(Status::Code(204))
        }
        "HttpResponseHeaders" => Answers::Inner(0),
        "HttpResponseSeeOther" => Answers::Empty(Status::Code(303)),
        "HttpResponseFound" => Answers::Empty(Status::Code(302)),
        "HttpResponseTemporaryRedirect" => Answers::Empty(Status::Code(307)),
        "Html" | "RawHtml" | "Template" => Answers::RawBody(OK, HTML),
        "PlainText" | "RawText" | "Text" => Answers::RawBody(OK, TEXT),
        "Created" => Answers::Unknown(Status::Code(201)),
        "Accepted" => Answers::Unknown(Status::Code(202)),
        "Redirect" => Answers::Empty(Status::Class(3)),
        "Sse" | "EventStream" => Answers::RawBody(OK, "text/event-stream"),
        _ => Answers::Opaque,
    })
}

/// The crate and the last segment of a path.
pub(super) fn ends(path: &str) -> (&str, &str) {
    let krate = path.split("::").next().unwrap_or(path);
    (krate, path.rsplit("::").next().unwrap_or(path))
}

/// The status that a constant such as `StatusCode::CREATED` or a method such as `HttpResponse::Created` stands for.
pub(super) fn status(name: &str) -> Option<u16> {
    let plain: String = name.chars().filter(|char| *char != '_').flat_map(char::to_lowercase).collect();
    STATUSES.iter().find(|(known, _)| *known == plain).map(|(_, code)| *code)
}

/// Names of statuses without blanks, in lower case (RFC 9110 and the registry of IANA).
const STATUSES: [(&str, u16); 46] = [
    ("continue", 100),
    ("switchingprotocols", 101),
    ("ok", 200),
    ("created", 201),
    ("accepted", 202),
    ("nonauthoritativeinformation", 203),
    ("nocontent", 204),
    ("resetcontent", 205),
    ("partialcontent", 206),
    ("multistatus", 207),
    ("multiplechoices", 300),
    ("movedpermanently", 301),
    ("found", 302),
    ("seeother", 303),
    ("notmodified", 304),
    ("temporaryredirect", 307),
    ("permanentredirect", 308),
    ("badrequest", 400),
    ("unauthorized", 401),
    ("paymentrequired", 402),
    ("forbidden", 403),
    ("notfound", 404),
    ("methodnotallowed", 405),
    ("notacceptable", 406),
    ("requesttimeout", 408),
    ("conflict", 409),
    ("gone", 410),
    ("lengthrequired", 411),
    ("preconditionfailed", 412),
    ("payloadtoolarge", 413),
    ("contenttoolarge", 413),
    ("uritoolong", 414),
    ("unsupportedmediatype", 415),
    ("rangenotsatisfiable", 416),
    ("imateapot", 418),
    ("misdirectedrequest", 421),
    ("unprocessableentity", 422),
    ("unprocessablecontent", 422),
    ("locked", 423),
    ("faileddependency", 424),
    ("toomanyrequests", 429),
    ("internalservererror", 500),
    ("notimplemented", 501),
    ("badgateway", 502),
    ("serviceunavailable", 503),
    ("gatewaytimeout", 504),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_crate_and_name() {
        #[track_caller]
        fn check(path: &str, expected: Option<Takes>) {
            assert_eq!(takes(path), expected, "{path}");
        }
        check("axum::extract::Json", Some(Takes::Body(JSON)));
        check("axum::Json", Some(Takes::Body(JSON)));
        check("actix_web::web::Data", Some(Takes::Nothing));
        check("rocket::Data", Some(Takes::Request));
        check("axum::extract::State", Some(Takes::Nothing));
        check("other::Json", None);
        check("Option", Some(Takes::Maybe));
        check("std::option::Option", Some(Takes::Maybe));
    }

    #[test]
    fn statuses_are_known_in_both_spellings() {
        #[track_caller]
        fn check(name: &str, expected: Option<u16>) {
            assert_eq!(status(name), expected, "{name}");
        }
        check("NO_CONTENT", Some(204));
        check("NoContent", Some(204));
        check("Ok", Some(200));
        check("NOTHING", None);
    }
}
