//! What goes over the wire, in the one normal form in which a contract and the code are compared.
//!
//! A contract says it in TOML or OpenAPI, code says it with types and their serde attributes; each is brought into this form by
//! whoever reads it. Nothing here compares. Types name each other by [`TypeId`], so that they may contain each other.

mod spots;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{RepoPath, Span};

/// Index into [`Types::named`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TypeId(pub u32);

/// The types of one contract, or of the code of one side, in one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Types {
    /// The files that spots mean.
    pub files: Vec<RepoPath>,
    /// Types that have a name: schemas of a contract, structs and enums with their arguments filled in.
    pub named: Vec<NamedType>,
}

/// A type that others name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedType {
    /// The name in reports: `Order`, `Page<Order>`.
    pub name: Box<str>,
    /// What it is.
    pub r#type: Type,
    /// Where its name is written, if anywhere; else where it is.
    pub at: Spot,
}

/// Where a part of a type is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Spot {
    /// Index into [`Types::files`].
    pub file: u32,
    /// The bytes.
    pub span: Span,
}

/// A type: what a value of it looks like in JSON (or in a query string, a form).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Type {
    /// What a value looks like that is not null.
    pub shape: Shape,
    /// Whether it may be null.
    pub nullable: bool,
    /// Where it is written.
    pub at: Spot,
    /// What a contract says of it that no type of the code can say; `None` in all that code says.
    pub beside: Option<Box<Beside>>,
}

/// What a contract says of a value beside its type. No code is held against it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// Whether it has no `type`, so that null is neither allowed nor refused in so many words.
    pub untyped: bool,
    /// Bounds of the value, and words that its type has no place for.
    pub bounds: Vec<Bound>,
    /// What it has to satisfy as well.
    pub conditions: Vec<Condition>,
}

/// One bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The key of JSON Schema: `maxLength`, `pattern`.
    pub key: Box<str>,
    /// What stands there; numbers as their digits.
    pub value: Box<str>,
    /// Where it is written.
    pub at: Spot,
}

/// Types that the value itself or a part of it has to keep to, or must not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The key of JSON Schema: `not`, `contains`. Empty where it is said of values of another kind than the type is.
    pub key: Box<str>,
    /// What of the value it is about: the pattern of `patternProperties`. Else empty.
    pub of: Box<str>,
    /// The types: of `if` also those of `then` and `else`, of all others one.
    pub types: Vec<Type>,
    /// Where it is written.
    pub at: Spot,
}

/// What a value looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// Whatever JSON allows, and that is what is meant.
    Any,
    /// What cannot be seen, with the reason: `` `Money` writes its own `Serialize` ``.
    Unknown(Box<str>),
    /// Nothing but null.
    Null,
    /// `true` or `false`.
    Bool,
    /// A whole number; `None` where the width is not said.
    Int(Option<Width>),
    /// A number.
    Number,
    /// A text.
    Text(Format),
    /// One of these constants.
    Enum(Choices),
    /// A list of any length.
    List(Box<Type>),
    /// A list with one type for each position.
    Tuple(Vec<Type>),
    /// An object with named fields.
    Object(Object),
    /// One of several types.
    OneOf(OneOf),
    /// A type by its name.
    Named(TypeId),
}

/// How many bits a whole number has, and whether one of them is the sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Width {
    /// 8 to 128.
    pub bits: u8,
    /// Whether it may be negative.
    pub signed: bool,
}

/// What the text of a value is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Format {
    /// Any text.
    #[default]
    Plain,
    /// RFC 3339 with an offset.
    DateTime,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// A UUID.
    Uuid,
    /// Base64 or another text for bytes; in a body that is not JSON, the bytes themselves.
    Bytes,
    /// Another one, by its name in OpenAPI: `email`, `uri`.
    Other(Box<str>),
    /// One that libraries write in different ways, by what it is: `` `time::OffsetDateTime` as serde writes it ``. Differences are said
    /// and never fail.
    Unclear(Box<str>),
}

/// The constants of an enum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// The constants in the order they are written; numbers as their digits.
    pub values: Vec<Choice>,
    /// Whether they are numbers.
    pub numbers: bool,
    /// Whether others may come (`#[serde(other)]`, `x-extensible-enum`).
    pub open: bool,
}

/// One constant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The constant.
    pub value: Box<str>,
    /// Other texts that are read as the same.
    pub aliases: Vec<Box<str>>,
    /// Where it is written.
    pub at: Spot,
}

/// The fields of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// The fields in the order they are written.
    pub fields: Vec<Field>,
    /// What is true of fields that are not listed.
    pub rest: Rest,
}

/// Fields of an object that are not listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rest {
    /// A receiver ignores them; a sender sends none that it knows of.
    Ignored,
    /// There may be any, each of this type: a map.
    Of(Box<Type>),
    /// They are refused.
    Refused,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The name on the wire.
    pub name: Box<str>,
    /// Other names under which it is read.
    pub aliases: Vec<Box<str>>,
    /// What it holds.
    pub r#type: Type,
    /// Whether it is there.
    pub presence: Presence,
    /// Where its name is written.
    pub at: Spot,
    /// What a contract says beside.
    pub marks: Marks,
}

/// Whether a field or parameter is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Presence {
    /// Always; who leaves it out is refused.
    #[default]
    Required,
    /// Not always.
    Optional,
    /// Not always, and maybe never: a function of the team's own decides, which nobody reads.
    Perhaps,
    /// It is written in ways that people take for either (a field that is null when there is nothing). Differences are said and never
    /// fail.
    Unclear,
}

/// What a contract says of a field, parameter or schema beside its type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// `readOnly`: part of responses alone.
    pub read_only: bool,
    /// `writeOnly`: part of requests alone.
    pub write_only: bool,
    /// `deprecated`.
    pub deprecated: bool,
    /// `x-sunset`, as written.
    pub sunset: Option<Box<str>>,
    /// `x-stability-level`, as written.
    pub stability: Option<Box<str>>,
    /// `default`, as JSON.
    pub default: Option<Box<str>>,
    /// Of a parameter: how the parts of its value are written.
    pub style: Style,
}

/// How a list or an object is written outside of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Style {
    /// Each has a text of its own (`?tag=a&tag=b`).
    #[default]
    Apart,
    /// Each has a text of its own, under the name of the whole (`?by[tag]=a`).
    Under,
    /// They stand in one text, with this between them (`?tag=a,b`).
    Joined(char),
    /// They stand in one text, which is JSON (`?tag=["a","b"]`).
    Json,
}

/// One of several types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneOf {
    /// The alternatives in the order they are written.
    pub options: Vec<Alternative>,
    /// The field whose text says which one it is.
    pub tag: Option<Box<str>>,
}

/// One of several types, by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// What it goes by: the tag's text, a variant's or schema's name. `None` when it has no name.
    pub name: Option<Box<str>>,
    /// What it looks like, the tag's field included.
    pub r#type: Type,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Location {
    /// In the path.
    Path,
    /// Behind `?`.
    Query,
    /// A header; its name is compared without regard to case.
    Header,
    /// A cookie.
    Cookie,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// The name.
    pub name: Box<str>,
    /// Other names under which it is read.
    pub aliases: Vec<Box<str>>,
    /// Where it stands.
    pub location: Location,
    /// Whether it must be given.
    pub presence: Presence,
    /// What it holds.
    pub r#type: Type,
    /// Where it is written.
    pub at: Spot,
    /// What a contract says beside.
    pub marks: Marks,
}

/// What an operation takes and gives: as a contract promises it, or as code shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Parameters, in the order they are written.
    pub parameters: Vec<Parameter>,
    /// Places of which it is not known which parameters stand there, with the reason: code takes the whole query as a map.
    pub unknown_parameters: Vec<(Location, Box<str>)>,
    /// What a request carries.
    pub request: Body,
    /// Whether a request that carries something else is taken for one that carries nothing, rather than refused.
    pub forgives: bool,
    /// What is answered, by status, in the order it is written.
    pub responses: Vec<Response>,
    /// The key that the statuses stand under; `None` where none does.
    pub responses_at: Option<Spot>,
    /// What errors of the code can be answered with: not every operation answers with all of them.
    pub errors: Vec<Response>,
    /// Why the responses are not all that there can be; `None` when they are.
    pub unknown_responses: Option<Box<str>>,
}

/// What a request or a response carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Nothing is said of it.
    #[default]
    Unsaid,
    /// It cannot be seen, with the reason.
    Unknown(Box<str>),
    /// Nothing is carried.
    Empty,
    /// One of these contents.
    Content {
        /// Whether it must be there.
        presence: Presence,
        /// By media type, in the order they are written.
        contents: Vec<Content>,
    },
}

/// A body in one media type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The media type in full, in lower case, without parameters: `application/json`, `text/*`.
    pub media: Box<str>,
    /// What it looks like; `None` when only the media type is said.
    pub r#type: Option<Type>,
    /// Where it is written.
    pub at: Spot,
}

/// What is answered with a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The status.
    pub status: Status,
    /// What it carries.
    pub body: Body,
    /// Where it is written.
    pub at: Spot,
}

/// A status, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// This one.
    Code(u16),
    /// All of a class, by its first digit: `2XX`. Of code: one of the class that is not known more exactly.
    Class(u8),
    /// Those that are not listed.
    Default,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Class(class) => write!(f, "{class}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

impl Type {
    /// A type that is never null.
    pub fn new(shape: Shape, at: Spot) -> Self {
        Self { shape, nullable: false, at, beside: None }
    }
}

impl Types {
    /// The type behind its names, and whether one of the names on the way may be null; a circle of names is [`Shape::Any`].
    pub fn follow<'t>(&'t self, r#type: &'t Type) -> (&'t Shape, bool) {
        let (mut at, mut nullable) = (r#type, r#type.nullable);
        for _ in 0..=self.named.len() {
            let Shape::Named(id) = at.shape else { return (&at.shape, nullable) };
            let Some(named) = self.named.get(id.0 as usize) else { break };
            at = &named.r#type;
            nullable |= at.nullable;
        }
        (&Shape::Any, nullable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: u32) -> Type {
        Type::new(Shape::Named(TypeId(id)), Spot::default())
    }

    #[test]
    fn names_are_followed_and_circles_end() {
        let nullable = Type { nullable: true, ..named(1) };
        let bool = Type::new(Shape::Bool, Spot::default());
        let types = [nullable, bool, named(2)];
        let named_types = types
            .into_iter()
            .map(|r#type| NamedType { name: "T".into(), r#type, at: Spot::default() })
            .collect::<Vec<_>>();
        let types = Types { files: Vec::new(), named: named_types };
        assert_eq!(types.follow(&named(0)), (&Shape::Bool, true));
        assert_eq!(types.follow(&named(1)), (&Shape::Bool, false));
        assert_eq!(types.follow(&named(2)), (&Shape::Any, false));
        assert_eq!(types.follow(&named(9)), (&Shape::Any, false));
    }
}
