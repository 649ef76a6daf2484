//! What goes over the wire: the text of a type (`Line[]`, `datetime|null`) or of a body (`form Login`) → a [`Shape`] or a
//! [`Payload`].
//!
//! Names of schemas stay names: schemas may contain each other, and nothing here follows them.

use super::design::{At, Declared};
use super::error::Complaint;
use super::nearest::did_you_mean;

/// How deep lists, maps and objects may lie inside each other in one declaration.
pub(super) const DEEPEST: usize = 16;

/// A type that JSON or a query string can carry as one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Primitive {
    /// `any`: whatever JSON allows.
    Any,
    /// `bool`.
    Bool,
    /// `bytes`: what is no text.
    Bytes,
    /// `date`: `2027-01-31`.
    Date,
    /// `datetime`: a date and a time with an offset, as RFC 3339 writes it.
    DateTime,
    /// `int`, of every width.
    Int,
    /// `number`, of every width.
    Number,
    /// `string`.
    String,
    /// `time`: a time of day.
    Time,
    /// `uuid`.
    Uuid,
}

impl Primitive {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 10] = [
        Self::Any,
        Self::Bool,
        Self::Bytes,
        Self::Date,
        Self::DateTime,
        Self::Int,
        Self::Number,
        Self::String,
        Self::Time,
        Self::Uuid,
    ];

    /// The name in a spec and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Bool => "bool",
            Self::Bytes => "bytes",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Int => "int",
            Self::Number => "number",
            Self::String => "string",
            Self::Time => "time",
            Self::Uuid => "uuid",
        }
    }
}

/// What a value looks like on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One value.
    Primitive(Primitive),
    /// A schema by its name: a `[schema.NAME]`, else a component of the OpenAPI document.
    Schema(String),
    /// `T[]`.
    List(Box<Shape>),
    /// `map<T>`: an object with any keys.
    Map(Box<Shape>),
    /// `T|null`.
    Nullable(Box<Shape>),
    /// One of these strings.
    Enum(Vec<String>),
    /// An object with these fields, in the order they are written.
    Object(Vec<Field>),
}

/// A field of an object, or a parameter of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name on the wire, and the place of the key.
    pub name: Declared<String>,
    /// `?` at the end of the type: it may be absent.
    pub optional: bool,
    /// What its value looks like.
    pub shape: Shape,
    /// The place of the type.
    pub at: At,
}

/// The media type of a body.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Media {
    /// `json`, and what is meant when nothing is said.
    Json,
    /// `form`: `application/x-www-form-urlencoded`.
    Form,
    /// `multipart`: `multipart/form-data`.
    Multipart,
    /// `text`: `text/plain`.
    Text,
    /// `binary`: `application/octet-stream`.
    Binary,
    /// A media type in full, such as `image/png`.
    Other(String),
}

impl Media {
    /// The short names, in the order in which they are explained.
    pub(super) const NAMES: [&'static str; 5] = ["json", "form", "multipart", "text", "binary"];

    /// The name in a spec.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Json => "json",
            Self::Form => "form",
            Self::Multipart => "multipart",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Other(name) => name,
        }
    }

    /// The media type in full, without parameters.
    pub fn mime(&self) -> &str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Multipart => "multipart/form-data",
            Self::Text => "text/plain",
            Self::Binary => "application/octet-stream",
            Self::Other(name) => name,
        }
    }

    /// The media type with this short or full name.
    pub(super) fn read(text: &str) -> Option<Self> {
        let own = [Self::Json, Self::Form, Self::Multipart, Self::Text, Self::Binary];
        own.into_iter().find(|media| media.as_str() == text || media.mime() == text).or_else(|| {
            let (kind, rest) = text.split_once('/')?;
            let plain = |part: &str| {
                !part.is_empty()
                    && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
            };
            (plain(kind) && plain(rest)).then(|| Self::Other(text.to_owned()))
        })
    }
}

/// What a request or a response carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// `"none"`: nothing.
    Empty,
    /// A body.
    Body {
        /// Its media type.
        media: Media,
        /// What it looks like; `None` when only the media type is said.
        shape: Option<Shape>,
        /// `?` at the end: a request may leave it out.
        optional: bool,
    },
}

/// `responses` of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Responses {
    /// One payload: that of whatever 2xx status the code answers with.
    Success(Declared<Payload>),
    /// By status, in the order they are written.
    ByStatus(Vec<Response>),
}

/// One status of `responses`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status, and the place of the key.
    pub status: Declared<u16>,
    /// What it carries.
    pub payload: Declared<Payload>,
}

/// The text of a type: whether it may be absent, and its shape.
pub(super) fn read_type(text: &str) -> Result<(bool, Shape), Complaint> {
    let (optional, rest) = text.strip_suffix('?').map_or((false, text), |rest| (true, rest));
    read_shape(rest)
        .map(|shape| (optional, shape))
        .map_err(|why| Complaint::new(format!("`{text}` is no type: {}", why.message)).maybe_help(why.help))
}

/// The text of a body.
pub(super) fn read_payload(text: &str) -> Result<Payload, Complaint> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let body = |media: Media, written: &str| {
        read_type(written).map(|(optional, shape)| Payload::Body { media, shape: Some(shape), optional })
    };
    match words[..] {
        [] => Err(Complaint::new("an empty text names no body")
            .help("a request or response without one is `\"none\"`")),
        ["none"] => Ok(Payload::Empty),
        [word] => match Media::read(word) {
            Some(media) => Ok(Payload::Body { media, shape: None, optional: false }),
            None => body(Media::Json, word),
        },
        [media, written] => match Media::read(media) {
            Some(media) => body(media, written),
            None => Err(unknown_media(media)),
        },
        _ => Err(Complaint::new(format!("`{text}` is no body"))
            .help("a body is a type such as `Order`, or a media type and a type such as `form Login`")),
    }
}

/// The complaint about a word that stands where a media type should.
pub(super) fn unknown_media(word: &str) -> Complaint {
    Complaint::new(format!("`{word}` is no media type")).help(
        did_you_mean(word, Media::NAMES).unwrap_or_else(|| {
            format!("known are {}, or one in full such as `image/png`", quoted(Media::NAMES))
        }),
    )
}

/// `` `a`, `b`, `c` ``.
pub(super) fn quoted<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// What a part of a type's text stands around, from the outside in.
enum Around {
    List,
    Map,
    Nullable,
}

/// Takes the text apart from the outside in, remembering what to put around the innermost name.
fn read_shape(text: &str) -> Result<Shape, Complaint> {
    let mut around = Vec::new();
    let mut rest = text.trim();
    loop {
        if around.len() > DEEPEST {
            return Err(Complaint::new(format!("it is nested more than {DEEPEST} deep")));
        }
        if let Some(inner) = rest.strip_suffix("[]") {
            around.push(Around::List);
            rest = inner;
        } else if let Some(inner) = map_of(rest) {
            around.push(Around::Map);
            rest = inner.trim();
        } else if let Some(inner) = null_beside(rest) {
            around.push(Around::Nullable);
            rest = inner.trim();
        } else {
            break;
        }
        if matches!(around[..], [.., Around::List, Around::Nullable]) {
            return Err(
                Complaint::new("a list of what may be null has no notation").help("name a schema for it")
            );
        }
    }
    let mut shape = read_name(rest)?;
    for layer in around.into_iter().rev() {
        shape = match layer {
            Around::List => Shape::List(Box::new(shape)),
            Around::Map => Shape::Map(Box::new(shape)),
            Around::Nullable => Shape::Nullable(Box::new(shape)),
        };
    }
    Ok(shape)
}

/// The `T` of `map<T>`, if the whole text is one.
fn map_of(text: &str) -> Option<&str> {
    text.strip_prefix("map<")?.strip_suffix('>')
}

/// The `T` of `T|null`; a `|` inside a map's brackets is the map's.
fn null_beside(text: &str) -> Option<&str> {
    text.strip_suffix("null")?.trim_end().strip_suffix('|').filter(|inner| !inner.ends_with('|'))
}

fn read_name(text: &str) -> Result<Shape, Complaint> {
    if let Some(primitive) = Primitive::ALL.into_iter().find(|primitive| primitive.as_str() == text) {
        return Ok(Shape::Primitive(primitive));
    }
    if let Some(beside) = text.split_once('|') {
        let help = match beside {
            ("null", other) => format!("write `{}|null`", other.trim()),
            _ => "an enum of strings is an array: `[\"a\", \"b\"]`".to_owned(),
        };
        return Err(Complaint::new("only `null` can stand beside a type, and behind it").help(help));
    }
    if text.contains('?') {
        return Err(
            Complaint::new("`?` stands at the very end").help("`T?` may be absent, `T|null` may be null")
        );
    }
    if text == "null" {
        return Err(Complaint::new("`null` stands beside a type").help("write `string|null`, for example"));
    }
    check_schema_name(text)?;
    Ok(Shape::Schema(text.to_owned()))
}

/// Whether a schema can have this name.
pub(super) fn check_schema_name(text: &str) -> Result<(), Complaint> {
    let known = || Primitive::ALL.into_iter().map(Primitive::as_str);
    let well_formed = text.starts_with(|char: char| char.is_alphabetic() || char == '_')
        && text.chars().all(|char| char.is_alphanumeric() || "_-.".contains(char));
    match text {
        "" => Err(Complaint::new("a name is missing")),
        "boolean" => Err(Complaint::new("there is no `boolean`").help("did you mean `bool`?")),
        "integer" => Err(Complaint::new("there is no `integer`").help("did you mean `int`?")),
        "float" | "double" => {
            Err(Complaint::new(format!("there is no `{text}`")).help("did you mean `number`?"))
        }
        "map" => Err(Complaint::new("a map says of what").help("write `map<string>`, for example")),
        "array" | "list" => Err(Complaint::new("a list says of what").help("write `string[]`, for example")),
        _ if well_formed => Ok(()),
        _ => Err(Complaint::new(format!("`{text}` can be no name")).help(format!(
            "known are {}, the names of schemas, `T[]`, `map<T>` and `T|null`",
            quoted(known())
        ))),
    }
}

/// Calls `each` with every schema that the shape names.
pub(super) fn schemas_named<'a>(shape: &'a Shape, at: At, each: &mut dyn FnMut(&'a str, At)) {
    let mut open = vec![(shape, at)];
    while let Some((shape, at)) = open.pop() {
        match shape {
            Shape::Primitive(_) | Shape::Enum(_) => {}
            Shape::Schema(name) => each(name, at),
            Shape::List(inner) | Shape::Map(inner) | Shape::Nullable(inner) => open.push((inner, at)),
            Shape::Object(fields) => open.extend(fields.iter().map(|field| (&field.shape, field.at))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(shape: &Shape) -> String {
        match shape {
            Shape::Primitive(primitive) => primitive.as_str().to_owned(),
            Shape::Schema(name) => format!("<{name}>"),
            Shape::List(inner) => format!("list({})", show(inner)),
            Shape::Map(inner) => format!("map({})", show(inner)),
            Shape::Nullable(inner) => format!("nullable({})", show(inner)),
            Shape::Enum(_) | Shape::Object(_) => unreachable!("no text is read as one"),
        }
    }

    #[test]
    fn types_are_read_from_the_outside_in() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let (optional, shape) = read_type(text).unwrap();
            assert_eq!(format!("{}{}", show(&shape), if optional { "?" } else { "" }), expected);
        }
        check("string", "string");
        check("string?", "string?");
        check("datetime|null", "nullable(datetime)");
        check("datetime | null", "nullable(datetime)");
        check("datetime|null?", "nullable(datetime)?");
        check("Line[]", "list(<Line>)");
        check("Line[]?", "list(<Line>)?");
        check("Line[]|null?", "nullable(list(<Line>))?");
        check("Line[][]", "list(list(<Line>))");
        check("map<string>", "map(string)");
        check("map<map<Line[]>>[]", "list(map(map(list(<Line>))))");
        check("map<string|null>", "map(nullable(string))");
        check("map<string|null>|null", "nullable(map(nullable(string)))");
        check("api.v1.Order", "<api.v1.Order>");
        check("any", "any");
    }

    #[test]
    fn malformed_types_say_how() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let message = read_type(text).unwrap_err().into_text();
            assert!(message.contains(expected), "{message}");
        }
        check("", "a name is missing");
        check("?", "a name is missing");
        check("string??", "`?` stands at the very end");
        check("string?[]", "`?` stands at the very end");
        check("string?|null", "`?` stands at the very end");
        check("string|int", "only `null` can stand beside a type");
        check("null|string", "write `string|null`");
        check("string||null", "only `null`");
        check("null", "`null` stands beside a type");
        check("string|null[]", "a list of what may be null");
        check("integer", "did you mean `int`?");
        check("boolean", "did you mean `bool`?");
        check("map", "write `map<string>`");
        check("map<", "can be no name");
        check("map<string", "can be no name");
        check("map<>", "a name is missing");
        check("[]", "a name is missing");
        check("Vec<u8>", "can be no name");
        check("My Order", "can be no name");
        check(&format!("string{}", "[]".repeat(100_000)), "nested more than 16 deep");
        check(&format!("{}string{}", "map<".repeat(9_000), ">".repeat(9_000)), "nested more than 16 deep");
    }

    #[test]
    fn bodies_have_a_media_type() {
        #[track_caller]
        fn check(text: &str, media: &str, shape: Option<&str>) {
            let Ok(Payload::Body { media: found, shape: of, optional: false }) = read_payload(text) else {
                panic!("{text}: {:?}", read_payload(text));
            };
            assert_eq!((found.as_str(), of.as_ref().map(show).as_deref()), (media, shape));
        }
        check("Order", "json", Some("<Order>"));
        check("form  Login", "form", Some("<Login>"));
        check("multipart Upload", "multipart", Some("<Upload>"));
        check("text", "text", None);
        check("application/json Order[]", "json", Some("list(<Order>)"));
        check("image/png", "image/png", None);
        check("json", "json", None);
        assert_eq!(read_payload("none"), Ok(Payload::Empty));
        assert!(matches!(read_payload("Order?"), Ok(Payload::Body { optional: true, .. })));
    }

    #[test]
    fn malformed_bodies_say_how() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let message = read_payload(text).unwrap_err().into_text();
            assert!(message.contains(expected), "{message}");
        }
        check("", "names no body");
        check("fom Login", "did you mean `form`?");
        check("a b c", "is no body");
        check("form Lo/gin", "can be no name");
    }
}
