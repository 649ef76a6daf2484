//! The parameters of a handler → the parameters and the body of a request.

use super::meaning::{Meaning, Place, Written, declaration, declarations, meaning};
use super::table::{self, Takes};
use super::{Exchanges, last};
use crate::basis::wire::{
    Body, Content, Exchange, Field, Location, Marks, Object, Parameter, Presence, Rest, Shape, Spot, Type,
};
use crate::basis::{RoutePattern, Segment, Site};
use crate::facts::{FunctionDeclaration, TypeExpr};
use crate::model::tree::ModuleRef;
use crate::model::wire::Direction;

/// How many types around types of a parameter are looked through.
const AROUND: usize = 8;

impl Exchanges<'_, '_> {
    /// What the parameters of a function take out of a request.
    pub(super) fn request(
        &mut self,
        function: &FunctionDeclaration,
        at: Place,
        (route, exchange): (&RoutePattern, &mut Exchange),
    ) {
        exchange.request = Body::Empty;
        for parameter in &function.parameters {
            let written = Written { expr: parameter.r#type.clone(), at };
            self.parameter(written, parameter.site, (route, exchange));
        }
    }

    fn parameter(
        &mut self,
        mut written: Written,
        site: Site,
        (route, exchange): (&RoutePattern, &mut Exchange),
    ) {
        let spot = self.wire.spot(written.at.0, site);
        let mut presence = Presence::Required;
        for _ in 0..AROUND {
            let Some((takes, arguments)) = self.taken(&written) else { return };
            let first = arguments.first();
            match (takes, first) {
                (Takes::Maybe, Some(inner)) => {
                    presence = Presence::Optional;
                    written = inner.clone();
                }
                (Takes::Inner, Some(inner)) => written = inner.clone(),
                (Takes::Body(media), inner) => {
                    let r#type =
                        inner.map(|inner| self.wire.r#type(&inner.expr, inner.at, Direction::Accepts));
                    return take_body(exchange, content(media, r#type, spot), presence);
                }
                (Takes::RawBody(media), _) => {
                    return take_body(exchange, content(media, None, spot), Presence::Unclear);
                }
                (Takes::Request, _) => {
                    if exchange.request == Body::Empty {
                        exchange.request = Body::Unknown("the handler takes the request as it comes".into());
                    }
                    return;
                }
                (Takes::Query, Some(inner)) => {
                    let r#type = self.wire.r#type(&inner.expr, inner.at, Direction::Accepts);
                    return self.query(r#type, presence, exchange);
                }
                (Takes::Path, Some(inner)) => return self.path(&inner.clone(), spot, (route, exchange)),
                (Takes::RawQuery | Takes::Query, _) => {
                    exchange
                        .unknown_parameters
                        .push((Location::Query, "the handler reads the query as text".into()));
                    return;
                }
                (Takes::Path, None) => {
                    exchange
                        .unknown_parameters
                        .push((Location::Path, "the handler reads the path as text".into()));
                    return;
                }
                (Takes::Maybe | Takes::Inner | Takes::Nothing, _) => return,
            }
        }
    }

    /// What a type in a signature takes, with its arguments.
    fn taken(&mut self, written: &Written) -> Option<(Takes, Vec<Written>)> {
        if let TypeExpr::Path { path, arguments } = &written.expr
            && let Some((_, media)) = self.wrappers.request.iter().find(|(name, _)| name == last(path))
        {
            let arguments =
                arguments.iter().map(|expr| Written { expr: expr.clone(), at: written.at }).collect();
            return Some((Takes::Body(known_media(media)), arguments));
        }
        for meaning in meaning(self.world, written) {
            match meaning {
                Meaning::Outside(path, arguments) => {
                    if let Some(takes) = table::takes(&path) {
                        return Some((takes, arguments));
                    }
                }
                Meaning::Local(module, item, arguments) => {
                    if let Some(takes) = self.own(module, item) {
                        return Some((takes, arguments));
                    }
                }
                Meaning::Other => {}
            }
        }
        None
    }

    /// What a type of the repository takes: one that reads the whole request may read the body.
    fn own(&self, module: ModuleRef, item: crate::facts::ItemId) -> Option<Takes> {
        let (declared, at) = declaration(self.world, module, item)?;
        let declared = &declared.types[at];
        let derives = |name: &str| declared.derives.iter().any(|derive| last(derive) == name);
        let implements = |name: &str| {
            declarations(self.world, module).is_some_and(|all| {
                all.blocks.iter().any(|block| {
                    let names = |expr: &TypeExpr, wanted: &str| {
                        matches!(expr, TypeExpr::Path { path, .. } if last(path) == wanted)
                    };
                    names(&block.of, &declared.name)
                        && block.r#trait.as_ref().is_some_and(|of| names(of, name))
                })
            })
        };
        let reads_body = (implements("FromRequest") || derives("FromRequest"))
            && !implements("FromRequestParts")
            && !implements("Guard");
        reads_body.then_some(Takes::Request)
    }

    fn query(&mut self, r#type: Type, presence: Presence, exchange: &mut Exchange) {
        let types = self.wire.types(Direction::Accepts);
        let (shape, _) = types.follow(&r#type);
        match shape {
            Shape::Object(Object { fields, rest }) => {
                let optional = presence != Presence::Required;
                exchange.parameters.extend(fields.iter().map(|field| {
                    let presence = if optional { Presence::Optional } else { field.presence };
                    parameter(field, Location::Query, presence)
                }));
                if matches!(rest, Rest::Of(_)) {
                    let why = "the handler takes the query as a map";
                    exchange.unknown_parameters.push((Location::Query, why.into()));
                }
            }
            Shape::Unknown(why) => exchange.unknown_parameters.push((Location::Query, why.clone())),
            _ => {
                let why = "the handler takes the query in a form that names no parameters";
                exchange.unknown_parameters.push((Location::Query, why.into()));
            }
        }
    }

    /// Parameters of the path by position: those of a struct by the names of the route.
    fn path(&mut self, inner: &Written, spot: Spot, (route, exchange): (&RoutePattern, &mut Exchange)) {
        let names: Vec<String> = route.segments().filter_map(name_of).collect();
        let types: Vec<Type> = match &inner.expr {
            TypeExpr::Tuple(parts) => {
                parts.iter().map(|part| self.wire.r#type(part, inner.at, Direction::Accepts)).collect()
            }
            expr => vec![self.wire.r#type(expr, inner.at, Direction::Accepts)],
        };
        let known = self.wire.types(Direction::Accepts);
        if let [single] = &types[..]
            && let (Shape::Object(Object { fields, rest: Rest::Ignored | Rest::Refused }), _) =
                known.follow(single)
        {
            let found = names.iter().map(|name| match fields.iter().find(|field| *field.name == **name) {
                Some(field) => parameter(field, Location::Path, Presence::Required),
                None => unnamed(name, spot),
            });
            let found: Vec<Parameter> = found.collect();
            exchange.parameters.extend(found);
            return;
        }
        let mut types = types.into_iter();
        for name in &names {
            let mut parameter = unnamed(name, spot);
            if let Some(r#type) = types.next().filter(|r#type| is_scalar(known.follow(r#type).0)) {
                parameter.r#type = r#type;
            }
            exchange.parameters.push(parameter);
        }
    }
}

fn is_scalar(shape: &Shape) -> bool {
    matches!(shape, Shape::Bool | Shape::Int(_) | Shape::Number | Shape::Text(_) | Shape::Enum(_))
}

fn unnamed(name: &str, at: Spot) -> Parameter {
    let why = "the handler does not name it".into();
    Parameter {
        name: name.into(),
        aliases: Vec::new(),
        location: Location::Path,
        presence: Presence::Required,
        r#type: Type::new(Shape::Unknown(why), at),
        at,
        marks: Marks::default(),
    }
}

fn name_of(segment: Segment) -> Option<String> {
    match segment {
        Segment::Parameter(name) | Segment::Rest(name) => Some(name),
        Segment::Literal(_) | Segment::Mixed(_) => None,
    }
}

fn parameter(field: &Field, location: Location, presence: Presence) -> Parameter {
    Parameter {
        name: field.name.clone(),
        aliases: field.aliases.clone(),
        location,
        presence,
        r#type: field.r#type.clone(),
        at: field.at,
        marks: Marks::default(),
    }
}

fn content(media: &str, r#type: Option<Type>, at: Spot) -> Content {
    Content { media: media.into(), r#type, at }
}

/// A handler takes one body; where its type can take several forms, each is a content.
fn take_body(exchange: &mut Exchange, content: Content, presence: Presence) {
    match &mut exchange.request {
        Body::Content { contents, .. } => contents.push(content),
        body @ (Body::Unsaid | Body::Unknown(_) | Body::Empty) => {
            *body = Body::Content { presence, contents: vec![content] };
        }
    }
}

/// A media type of a design, as one of those that gate knows by heart.
fn known_media(media: &str) -> &'static str {
    const KNOWN: [&str; 5] = [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
        "application/octet-stream",
    ];
    KNOWN.into_iter().find(|known| *known == media).unwrap_or("application/json")
}
