//! The attribute that documents an operation → what its handler takes and gives, where the code shows nothing.
//!
//! What code shows goes first: an attribute is a claim about it. It is read where nothing else says what goes over the wire.

use super::table::status;
use super::{Exchanges, Function, last};
use crate::basis::wire::{Body, Content, Exchange, Format, Presence, Response, Shape, Spot, Status, Type};
use crate::facts::frameworks::{Argument, arguments, documented};
use crate::facts::{Attribute, rust::type_expr};
use crate::model::wire::Direction;

impl Exchanges<'_, '_> {
    /// Fills what is unknown of a request from the attribute over the function.
    pub(super) fn fill_request(&self, function: &Function, exchange: &mut Exchange) {
        let Some(attribute) = documenting(function) else { return };
        let list = arguments(&attribute.arguments);
        let (Body::Unknown(_) | Body::Unsaid, Some(text)) = (&exchange.request, named(&list, "request_body"))
        else {
            return;
        };
        let inside = arguments(text);
        let written = named(&inside, "content").unwrap_or(text);
        let place = (self.spot(function.at, attribute.site, Direction::Accepts), Direction::Accepts);
        if let Some(body) = self.documented_body((written, &inside), function, place) {
            exchange.request = body;
        }
    }

    /// Fills what is unknown of the responses likewise.
    pub(super) fn fill_responses(&self, function: &Function, exchange: &mut Exchange) {
        let Some(attribute) = documenting(function) else { return };
        let list = arguments(&attribute.arguments);
        let responses = named(&list, "responses").map(arguments).unwrap_or_default();
        let place = (self.spot(function.at, attribute.site, Direction::Emits), Direction::Emits);
        let responses =
            responses.iter().filter_map(|one| self.documented_response(one.name, function, place));
        fill(exchange, responses.collect());
    }

    /// One `(status = 200, body = T)`; nothing is said of the body of one that names none.
    fn documented_response(
        &self,
        text: &str,
        function: &Function,
        place: (Spot, Direction),
    ) -> Option<Response> {
        let list = arguments(text.strip_prefix('(')?.strip_suffix(')')?);
        let status = status_of(named(&list, "status")?)?;
        let body =
            named(&list, "body").and_then(|written| self.documented_body((written, &list), function, place));
        Some(Response { status, body: body.unwrap_or(Body::Unsaid), at: place.0 })
    }

    /// The body of a type as written; the media type is JSON for what is no text, and is not known for a text unless it is said.
    fn documented_body(
        &self,
        (written, list): (&str, &[Argument<'_>]),
        function: &Function,
        (at, direction): (Spot, Direction),
    ) -> Option<Body> {
        let bare = written.strip_prefix("inline(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(written);
        let bytes = matches!(bare.trim_start_matches('&'), "Vec<u8>" | "[u8]" | "Bytes");
        let r#type = match bytes {
            true => Type::new(Shape::Text(Format::Bytes), at),
            false => self.wire.of(&self.meaning(&type_expr(bare)?, function), direction),
        };
        let media = match list.iter().find(|one| one.name == "content_type") {
            Some(media) => media.text()?,
            None if bytes => "application/octet-stream".into(),
            None if is_structured(&self.wire.followed(&r#type, direction)) => "application/json".into(),
            None => return None,
        };
        let contents = vec![Content { media, r#type: Some(r#type), at }];
        Some(Body::Content { presence: Presence::Unclear, contents })
    }
}

/// The attribute that documents what a function answers.
fn documenting(function: &Function) -> Option<&Attribute> {
    let mut attributes = function.declared.attributes.iter();
    attributes.find(|attribute| documented(&attribute.path, &attribute.arguments).is_some())
}

fn is_structured(shape: &Shape) -> bool {
    matches!(shape, Shape::Object(_) | Shape::List(_) | Shape::OneOf(_) | Shape::Enum(_))
}

/// The text behind the name of an argument.
fn named<'t>(list: &[Argument<'t>], name: &str) -> Option<&'t str> {
    list.iter().find(|one| one.name == name).and_then(|one| one.value)
}

/// `200`, `NOT_FOUND`, `StatusCode::OK`; of a range nothing is known.
fn status_of(text: &str) -> Option<Status> {
    let code = text.parse().ok().or_else(|| status(last(text)));
    code.filter(|code| (100..600).contains(code)).map(Status::Code)
}

/// Takes what an attribute documents for what the code does not show.
fn fill(exchange: &mut Exchange, documented: Vec<Response>) {
    for shown in exchange.responses.iter_mut().chain(&mut exchange.errors) {
        let says = |known: &&Response| known.status == shown.status && known.body != Body::Unsaid;
        if let (Body::Unknown(_), Some(known)) = (&shown.body, documented.iter().find(says)) {
            shown.body = known.body.clone();
        }
    }
    let is_success = |response: &Response| matches!(response.status, Status::Code(200..=299));
    if exchange.unknown_responses.is_some()
        && exchange.responses.is_empty()
        && documented.iter().any(is_success)
    {
        exchange.unknown_responses = None;
        let (successes, errors): (Vec<_>, Vec<_>) = documented.into_iter().partition(is_success);
        exchange.responses = successes;
        exchange.errors.extend(errors);
    }
}
