//! What an API promises: the TOML of the design and the document it links → operations in the form in which code is compared.
//!
//! Where both speak of an operation, the TOML refines the document. Names of schemas are looked up in the design first. Nothing is
//! compared here.

use std::collections::BTreeMap;

use crate::basis::wire::{
    Body, Choice, Choices, Content, Exchange, Field, Format, Location, Marks, NamedType, Object, Parameter,
    Presence, Response, Rest, Shape, Spot, Status, Type, TypeId, Types,
};
use crate::basis::{BlobId, Method, RepoPath, RoutePattern, Segment, Span};
use crate::contract::{Document, Operation, Security};
use crate::spec::{self, Api, At, Auth, Design, EndpointDeclaration, Media, Payload, Primitive, Responses};

/// What one API promises: a contract with one operation for each of [`Api::endpoints`], in order. The files of its spots are those of
/// the linked document, then those of the design.
#[derive(Clone, Debug, Default)]
pub struct Promise {
    /// All of it.
    pub contract: Document,
    /// The name of all that the linked document says; `None` where none is linked, or it has none.
    pub document: Option<BlobId>,
}

impl Promise {
    /// What the API promises; `document` is what it links.
    pub fn new(design: &Design, api: &Api, document: Option<&Document>) -> Self {
        let mut types = document.map(|document| document.types.clone()).unwrap_or_default();
        let reader = Reader { files: index(types.files.len()), names: names(design, &types) };
        types.files.extend(design.files.iter().map(|file| file.path.clone()));
        types.named.extend(design.schemas.iter().map(|schema| NamedType {
            name: schema.name.value.as_str().into(),
            r#type: reader.r#type(&schema.shape, schema.name.at),
            at: reader.spot(schema.name.at),
        }));
        let (silent, documented) = (silence(document), Documented::new(api, document));
        let operations = api.endpoints.iter().map(|endpoint| {
            let written = documented.of(endpoint);
            let file = reader.files + endpoint.at.file;
            let at = Spot { file, span: endpoint.at.span };
            Operation {
                method: endpoint.method,
                path: endpoint.path.clone(),
                id: written.and_then(|written| written.id.clone()),
                exchange: in_path_order(
                    &endpoint.path,
                    reader.exchange(endpoint, written.map(|written| &written.exchange)),
                ),
                security: security(api, endpoint, written, &silent),
                deprecated: written.is_some_and(|written| written.deprecated),
                sunset: written.and_then(|written| written.sunset.clone()),
                stability: written.and_then(|written| written.stability.clone()),
                at: written.map_or(at, |written| written.at),
            }
        });
        let operations = operations.collect();
        let rest = document.map(|document| (document.schemes.clone(), document.security.clone()));
        let (schemes, said) = rest.unwrap_or_default();
        let security = if said == Security::Unsaid { silent } else { said };
        let missing = document.map(|document| document.missing.clone()).unwrap_or_default();
        let unhandled = document.map(|document| document.unhandled.clone()).unwrap_or_default();
        let webhooks = document.map(|document| document.webhooks.clone()).unwrap_or_default();
        let security_at = document.and_then(|document| document.security_at);
        let contract =
            Document { types, missing, operations, webhooks, unhandled, schemes, security, security_at };
        Self { contract, document: None }
    }

    /// What the linked document says and no code can be held against: the key, and where it stands.
    pub fn unhandled(&self) -> impl Iterator<Item = (&RepoPath, Span, &str)> {
        let Document { types, unhandled, .. } = &self.contract;
        unhandled.iter().map(|left| (&types.files[left.at.file as usize], left.at.span, &*left.key))
    }

    /// Whether nothing is promised but that the endpoints are there.
    pub fn is_silent(&self) -> bool {
        let says_nothing = |exchange: &Exchange| {
            exchange.parameters.is_empty()
                && exchange.request == Body::Unsaid
                && exchange.responses.is_empty()
                && exchange.unknown_parameters.len() == LOCATIONS.len()
        };
        self.contract.operations.iter().all(|operation| says_nothing(&operation.exchange))
    }
}

/// The places that a contract in TOML says nothing of unless it says so.
const LOCATIONS: [Location; 4] = [Location::Path, Location::Query, Location::Header, Location::Cookie];

/// The operations of a document by what they answer, to be asked for that of an endpoint.
pub(super) struct Documented<'d>(BTreeMap<(Method, String), &'d Operation>);

impl<'d> Documented<'d> {
    /// Those of the document that an API links, if it does.
    pub(super) fn new(api: &Api, document: Option<&'d Document>) -> Self {
        let mut known = BTreeMap::new();
        for operation in document.into_iter().flat_map(|document| &document.operations) {
            known.entry((operation.method, api.path_of(&operation.path).shape())).or_insert(operation);
        }
        Self(known)
    }

    /// What the document says of an endpoint.
    pub(super) fn of(&self, endpoint: &EndpointDeclaration) -> Option<&'d Operation> {
        self.0.get(&(endpoint.method, endpoint.path.shape())).copied()
    }
}

/// Parameters of the path in the order in which they stand in it, whatever the order of the document.
fn in_path_order(path: &RoutePattern, mut exchange: Exchange) -> Exchange {
    let names: Vec<String> = path
        .segments()
        .filter_map(|segment| match segment {
            Segment::Parameter(name) | Segment::Rest(name) => Some(name),
            Segment::Literal(_) | Segment::Mixed(_) => None,
        })
        .collect();
    let position = |parameter: &Parameter| match parameter.location {
        Location::Path => names.iter().position(|name| **name == *parameter.name).unwrap_or(names.len()),
        Location::Query | Location::Header | Location::Cookie => names.len(),
    };
    exchange.parameters.sort_by_key(position);
    exchange
}

/// What a document means of an operation that it says nothing of: where it says of others who may call them, everybody may.
fn silence(document: Option<&Document>) -> Security {
    let speaks = |operation: &Operation| operation.security != Security::Unsaid;
    match document {
        Some(document) if document.operations.iter().any(speaks) => Security::Open,
        Some(_) | None => Security::Unsaid,
    }
}

/// Who may call an endpoint: as the TOML says, else as the document does.
fn security(
    api: &Api,
    endpoint: &EndpointDeclaration,
    written: Option<&Operation>,
    silent: &Security,
) -> Security {
    match endpoint.auth.as_ref().or(api.auth.as_ref()).map(|auth| &auth.value) {
        Some(Auth::Open) => Security::Open,
        Some(Auth::Guard(name)) => Security::OneOf(vec![vec![(name.as_str().into(), Vec::new())]]),
        None => match written.map(|written| &written.security) {
            Some(Security::Unsaid) => silent.clone(),
            Some(said) => said.clone(),
            None => Security::Unsaid,
        },
    }
}

/// The types that a name can mean: those of the design before those of the document.
fn names(design: &Design, document: &Types) -> BTreeMap<Box<str>, TypeId> {
    let from_document = document.named.iter().enumerate().map(|(at, named)| (named.name.clone(), id(at)));
    let behind = document.named.len();
    let from_design = design.schemas.iter().enumerate();
    let from_design = from_design.map(|(at, schema)| (schema.name.value.as_str().into(), id(behind + at)));
    from_document.chain(from_design).collect()
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn id(at: usize) -> TypeId {
    TypeId(index(at))
}

/// Brings TOML into the common form.
struct Reader {
    /// Where the files of the design begin among those of the promise.
    files: u32,
    names: BTreeMap<Box<str>, TypeId>,
}

impl Reader {
    fn exchange(&self, endpoint: &EndpointDeclaration, document: Option<&Exchange>) -> Exchange {
        let mut exchange = document.cloned().unwrap_or_else(|| Exchange {
            unknown_parameters: LOCATIONS.map(|location| (location, "nothing is said".into())).to_vec(),
            unknown_responses: Some("nothing is said".into()),
            ..Exchange::default()
        });
        if let Some(query) = &endpoint.query {
            exchange.parameters.retain(|parameter| parameter.location != Location::Query);
            exchange.parameters.extend(query.iter().map(|field| self.parameter(field)));
            exchange.unknown_parameters.retain(|(location, _)| *location != Location::Query);
        }
        if let Some(request) = &endpoint.request {
            exchange.request = self.body(&request.value, request.at);
        }
        if let Some(responses) = &endpoint.responses {
            exchange.responses = self.responses(responses);
            exchange.responses_at = None;
            exchange.unknown_responses = None;
        }
        exchange
    }

    fn spot(&self, at: At) -> Spot {
        Spot { file: self.files + at.file, span: at.span }
    }

    fn parameter(&self, field: &spec::Field) -> Parameter {
        let Field { name, aliases, r#type, presence, at, marks } = self.field(field);
        Parameter { name, aliases, location: Location::Query, presence, r#type, at, marks }
    }

    fn field(&self, field: &spec::Field) -> Field {
        Field {
            name: field.name.value.as_str().into(),
            aliases: Vec::new(),
            r#type: self.r#type(&field.shape, field.at),
            presence: presence(field.optional),
            at: self.spot(field.name.at),
            marks: Marks::default(),
        }
    }

    fn responses(&self, responses: &Responses) -> Vec<Response> {
        match responses {
            Responses::Success(payload) => vec![Response {
                status: Status::Class(2),
                body: self.body(&payload.value, payload.at),
                at: self.spot(payload.at),
            }],
            Responses::ByStatus(responses) => responses
                .iter()
                .map(|response| Response {
                    status: Status::Code(response.status.value),
                    body: self.body(&response.payload.value, response.payload.at),
                    at: self.spot(response.status.at),
                })
                .collect(),
        }
    }

    fn body(&self, payload: &Payload, at: At) -> Body {
        match payload {
            Payload::Empty => Body::Empty,
            Payload::Body { media, shape, optional } => Body::Content {
                presence: presence(*optional),
                contents: vec![Content {
                    media: Media::mime(media).into(),
                    r#type: shape.as_ref().map(|shape| self.r#type(shape, at)),
                    at: self.spot(at),
                }],
            },
        }
    }

    /// The depth is that of one line of TOML, which the spec caps.
    fn r#type(&self, shape: &spec::Shape, at: At) -> Type {
        let spot = self.spot(at);
        let shape = match shape {
            spec::Shape::Primitive(primitive) => scalar(*primitive),
            spec::Shape::Schema(name) => match self.names.get(name.as_str()) {
                Some(id) => Shape::Named(*id),
                None => Shape::Unknown(format!("there is no schema `{name}`").into()),
            },
            spec::Shape::List(inner) => Shape::List(Box::new(self.r#type(inner, at))),
            spec::Shape::Map(inner) => {
                Shape::Object(Object { fields: Vec::new(), rest: Rest::Of(Box::new(self.r#type(inner, at))) })
            }
            spec::Shape::Nullable(inner) => return Type { nullable: true, ..self.r#type(inner, at) },
            spec::Shape::Enum(values) => Shape::Enum(Choices {
                values: values
                    .iter()
                    .map(|value| Choice { value: value.as_str().into(), aliases: Vec::new(), at: spot })
                    .collect(),
                ..Choices::default()
            }),
            spec::Shape::Object(fields) => Shape::Object(Object {
                fields: fields.iter().map(|field| self.field(field)).collect(),
                rest: Rest::Ignored,
            }),
        };
        Type::new(shape, spot)
    }
}

fn presence(optional: bool) -> Presence {
    if optional { Presence::Optional } else { Presence::Required }
}

fn scalar(primitive: Primitive) -> Shape {
    match primitive {
        Primitive::Any => Shape::Any,
        Primitive::Bool => Shape::Bool,
        Primitive::Bytes => Shape::Text(Format::Bytes),
        Primitive::Date => Shape::Text(Format::Date),
        Primitive::DateTime => Shape::Text(Format::DateTime),
        Primitive::Int => Shape::Int(None),
        Primitive::Number => Shape::Number,
        Primitive::String => Shape::Text(Format::Plain),
        Primitive::Time => Shape::Text(Format::Time),
        Primitive::Uuid => Shape::Text(Format::Uuid),
    }
}

/// The types of the code whose form on the wire the design gives: the segments of their names, and the form.
pub fn own_types(design: &Design) -> Vec<(Vec<String>, Type)> {
    let reader = Reader { files: 0, names: BTreeMap::new() };
    let types = design.types.iter().map(|wire| {
        let r#type = reader.r#type(&wire.shape, wire.name.at);
        (wire.name.value.segments.clone(), Type { at: Spot::default(), ..r#type })
    });
    types.collect()
}

/// The design's own place of a spot of a promise.
pub(super) fn place(design: &Design, types: &Types, spot: Spot) -> Option<At> {
    let path = types.files.get(spot.file as usize)?;
    let file = design.files.iter().position(|file| file.path == *path)?;
    Some(At { file: index(file), span: spot.span })
}
