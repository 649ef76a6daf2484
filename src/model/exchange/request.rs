//! The parameters of a handler → the parameters and the body of a request.

use super::table::{self, Takes};
use super::{Exchanges, Function, form_in, last};
use crate::basis::wire::{
    Body, Content, Exchange, Field, Location, Marks, Object, Parameter, Presence, Rest, Shape, Spot, Type,
};
use crate::basis::{RoutePattern, Segment};
use crate::facts::frameworks::{self, Places};
use crate::facts::{ParameterDeclaration, TypeExpr};
use crate::model::wire::{Direction, Form, Meaning};

/// How many types around types of a parameter are looked through.
const AROUND: usize = 8;

impl Exchanges<'_, '_> {
    /// What the parameters of a function take out of a request.
    pub(super) fn request(&self, function: &Function, (route, exchange): (&RoutePattern, &mut Exchange)) {
        exchange.request = Body::Empty;
        let attributes = function.declared.attributes.iter();
        let places = attributes.filter_map(|attribute| frameworks::places(&attribute.arguments)).next();
        for parameter in &function.declared.parameters {
            let spot = self.spot(function.at, parameter.site, Direction::Accepts);
            if let Some(places) = &places
                && self.placed((places, parameter), function, exchange)
            {
                continue;
            }
            match self.wrapped(&parameter.r#type, function) {
                Some((media, inner)) => {
                    let r#type = inner.map(|inner| self.wire.of(&inner, Direction::Accepts));
                    take_body(exchange, Content { media, r#type, at: spot }, Presence::Required);
                }
                None => {
                    let meaning = self.meaning(&parameter.r#type, function);
                    self.parameter(meaning, (name_in(&parameter.pattern), spot), (route, &mut *exchange));
                }
            }
        }
        let mut attributes = function.declared.attributes.iter();
        let said = attributes.find_map(|attribute| frameworks::media(&attribute.path, &attribute.arguments));
        if let (Some(said), Body::Content { contents, .. }) = (said, &mut exchange.request) {
            // A body that is read as it comes is of any kind.
            contents.iter_mut().filter(|content| content.r#type.is_some()).for_each(|typed| {
                typed.media = said.clone();
            });
        }
    }

    /// What a wrapper of the team's own is around.
    fn wrapped(&self, expr: &TypeExpr, function: &Function) -> Option<(Box<str>, Option<Meaning>)> {
        let TypeExpr::Path { path, arguments } = expr else { return None };
        let (_, media) = self.wrappers.request.iter().find(|(name, _)| name == last(path))?;
        Some((media.as_str().into(), arguments.first().map(|inner| self.meaning(inner, function))))
    }

    /// Takes a parameter from where an attribute over the function says that it stands; whether it does. A parameter of no place is
    /// taken by what its type makes of the request, and so is the body.
    fn placed(
        &self,
        (places, declared): (&Places, &ParameterDeclaration),
        function: &Function,
        exchange: &mut Exchange,
    ) -> bool {
        let name = name_in(&declared.pattern);
        let at = self.spot(function.at, declared.site, Direction::Accepts);
        let location = if places.path.iter().any(|known| known == name) {
            Location::Path
        } else if places.query.iter().any(|known| known == name) {
            Location::Query
        } else if places.rest.as_deref() == Some(name) {
            hidden(exchange, Location::Query, "the handler takes the rest of the query");
            return true;
        } else {
            return places.body.as_deref() != Some(name);
        };
        // By name they are in any order; those of the path are compared by their position in it.
        if location == Location::Query {
            let meaning = self.meaning(&declared.r#type, function);
            exchange.parameters.push(self.single(meaning, (name, at)));
        }
        true
    }

    /// A parameter of the query that a handler's own stands for.
    fn single(&self, mut meaning: Meaning, (name, at): (&str, Spot)) -> Parameter {
        let mut presence = Presence::Required;
        while let Meaning::Foreign { path, arguments } = &meaning
            && table::takes(path) == Some(Takes::Maybe)
            && let Some(inner) = arguments.first()
        {
            presence = Presence::Optional;
            meaning = inner.clone();
        }
        let r#type = self.wire.of(&meaning, Direction::Accepts);
        // Frameworks that read them one by one take a switch or a list that is not there for one that is off or empty.
        if matches!(r#type.shape, Shape::Bool | Shape::List(_)) {
            presence = Presence::Optional;
        }
        Parameter { presence, r#type, location: Location::Query, ..unnamed(name, at) }
    }

    fn parameter(
        &self,
        mut meaning: Meaning,
        (name, spot): (&str, Spot),
        (route, exchange): (&RoutePattern, &mut Exchange),
    ) {
        let mut presence = Presence::Required;
        for _ in 0..AROUND {
            let Some((takes, arguments)) = self.taken(&meaning) else {
                // Of the language's own types it is known that they read nothing.
                if !matches!(meaning, Meaning::Foreign { .. }) {
                    may_be_read(exchange);
                }
                return;
            };
            match (takes, arguments.into_iter().next()) {
                (Takes::Maybe, Some(inner)) => {
                    exchange.forgives |= forgives(&meaning, &inner);
                    presence = Presence::Optional;
                    meaning = inner;
                }
                (Takes::Inner, Some(inner)) => meaning = inner,
                // poem-openapi takes a body that is not there for null.
                (Takes::Body(_), Some(Meaning::Foreign { path, arguments }))
                    if is_of(&meaning, "poem_openapi") && table::takes(&path) == Some(Takes::Maybe) =>
                {
                    let Some(inner) = arguments.into_iter().next() else { return };
                    presence = Presence::Optional;
                    let Meaning::Foreign { arguments, .. } = &mut meaning else { return };
                    *arguments = vec![inner];
                }
                (Takes::Body(media), inner) => {
                    let form = if let Meaning::Foreign { path, .. } = &meaning {
                        form_in(path)
                    } else {
                        Form::Either
                    };
                    let r#type = inner.map(|inner| self.wire.in_form(form, &inner, Direction::Accepts));
                    return take_body(exchange, content(media, r#type, spot), presence);
                }
                (Takes::Parsed(media), inner) => {
                    let r#type = inner.map(|inner| self.wire.of(&inner, Direction::Accepts));
                    let presence = if presence == Presence::Required { Presence::Unclear } else { presence };
                    return take_body(exchange, content(media, r#type, spot), presence);
                }
                (Takes::RawBody(media), _) => {
                    return take_body(exchange, content(media, None, spot), Presence::Unclear);
                }
                (Takes::Request | Takes::Parts | Takes::Unseen | Takes::Elsewhere, _) => {
                    return unshown(takes, exchange);
                }
                (Takes::Query, Some(inner)) => return self.query(&inner, presence, exchange),
                (Takes::OptionalQuery, Some(inner)) => {
                    return self.optional_query(&inner, presence, exchange);
                }
                (Takes::Parameter, Some(inner)) => {
                    let single = self.single(inner, (name, spot));
                    // Whether it has to be there is a constant in its type.
                    exchange.parameters.push(Parameter { presence: Presence::Unclear, ..single });
                    return;
                }
                (Takes::Path, Some(inner)) => return self.path(&inner, spot, (route, exchange)),
                (Takes::RawQuery | Takes::Query | Takes::OptionalQuery | Takes::Parameter, _) => {
                    return hidden(exchange, Location::Query, "the handler reads the query as text");
                }
                (Takes::Path, None) => {
                    return hidden(exchange, Location::Path, "the handler reads the path as text");
                }
                (Takes::Maybe | Takes::Inner | Takes::Nothing, _) => return,
            }
        }
    }

    /// What a type in a signature takes, with its arguments.
    fn taken(&self, meaning: &Meaning) -> Option<(Takes, Vec<Meaning>)> {
        match meaning {
            Meaning::Foreign { path, arguments } => {
                // What a type of a crate without a row takes is not known, but for the language's own.
                let otherwise = || (!path.starts_with("std::")).then_some(Takes::Elsewhere);
                table::takes(path).or_else(otherwise).map(|takes| (takes, arguments.clone()))
            }
            Meaning::Own { .. } => self.own(meaning),
            Meaning::List(_) | Meaning::Tuple(_) | Meaning::Unknown(_) => None,
        }
    }

    fn query(&self, inner: &Meaning, presence: Presence, exchange: &mut Exchange) {
        let r#type = self.wire.of(inner, Direction::Accepts);
        let shape = self.wire.followed(&r#type, Direction::Accepts);
        if let Shape::Object(Object { fields, rest }) = shape {
            let optional = presence != Presence::Required;
            exchange.parameters.extend(fields.iter().map(|field| {
                let presence = if optional { Presence::Optional } else { field.presence };
                parameter(field, Location::Query, presence)
            }));
            if matches!(rest, Rest::Of(_)) {
                hidden(exchange, Location::Query, "the handler takes the query as a map");
            }
        } else if let Shape::Unknown(why) = shape {
            hidden(exchange, Location::Query, &why);
        } else {
            let why = "the handler takes the query in a form that names no parameters";
            hidden(exchange, Location::Query, why);
        }
    }

    /// The same where a request may have no query at all: who leaves out the only parameter that there is has none.
    fn optional_query(&self, inner: &Meaning, presence: Presence, exchange: &mut Exchange) {
        let before = exchange.parameters.len();
        self.query(inner, presence, exchange);
        if let [only] = &mut exchange.parameters[before..] {
            only.presence = Presence::Optional;
        }
    }

    /// Parameters of the path by position: those of a struct by the names of the route.
    fn path(&self, inner: &Meaning, spot: Spot, (route, exchange): (&RoutePattern, &mut Exchange)) {
        let names: Vec<String> = route.segments().filter_map(name_of).collect();
        let parts = if let Meaning::Tuple(parts) = inner { parts } else { std::slice::from_ref(inner) };
        let types: Vec<Type> = parts.iter().map(|part| self.wire.of(part, Direction::Accepts)).collect();
        let shape = |r#type: &Type| self.wire.followed(r#type, Direction::Accepts);
        if let [single] = &types[..]
            && let Shape::Object(Object { fields, rest: Rest::Ignored | Rest::Refused }) = shape(single)
        {
            let field = |name: &&String| fields.iter().find(|field| *field.name == ***name);
            exchange.parameters.extend(names.iter().map(|name| match field(&name) {
                Some(field) => parameter(field, Location::Path, Presence::Required),
                None => unnamed(name, spot),
            }));
            return;
        }
        let mut types = types.into_iter();
        for name in &names {
            let mut parameter = unnamed(name, spot);
            if let Some(r#type) = types.next().filter(|r#type| is_scalar(&shape(r#type))) {
                parameter.r#type = r#type;
            }
            exchange.parameters.push(parameter);
        }
    }
}

/// Whether a type is one of a crate.
fn is_of(meaning: &Meaning, krate: &str) -> bool {
    matches!(meaning, Meaning::Foreign { path, .. } if path.split("::").next() == Some(krate))
}

/// The name that a pattern binds: of `mut order` and of `Json(order)` it is `order`.
fn name_in(pattern: &str) -> &str {
    let inner = pattern.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(pattern);
    inner.trim().trim_start_matches("mut ").trim_start_matches("r#")
}

fn hidden(exchange: &mut Exchange, location: Location, why: &str) {
    exchange.unknown_parameters.push((location, why.into()));
}

/// Notes that a part of the request, or all of it, is taken in a way that says nothing of it.
fn unshown(takes: Takes, exchange: &mut Exchange) {
    let is_unseen = takes == Takes::Unseen;
    let why = match is_unseen {
        true => "nothing shows how what the handler is given is read",
        false => "the handler takes the request as it comes",
    };
    if (is_unseen || takes == Takes::Request) && matches!(exchange.request, Body::Empty | Body::Unsaid) {
        exchange.request = Body::Unknown(why.into());
    }
    if takes == Takes::Elsewhere {
        may_be_read(exchange);
    }
    if is_unseen || matches!(takes, Takes::Parts | Takes::Elsewhere) {
        hidden(exchange, Location::Query, why);
    }
}

/// Notes that something may read the body, of which nothing says whether it does.
fn may_be_read(exchange: &mut Exchange) {
    if exchange.request == Body::Empty {
        exchange.request = Body::Unsaid;
    }
}

/// Whether what does not fit is taken for nothing, rather than refused. axum gives an `Option` only what is not there.
fn forgives(outer: &Meaning, inner: &Meaning) -> bool {
    let is_result = matches!(outer, Meaning::Foreign { path, .. } if last(path) == "Result");
    is_result || ["actix_web", "ntex", "rocket", "poem"].iter().any(|krate| is_of(inner, krate))
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
