//! Bodies of requests and responses: media types, statuses, and the types behind them.

use super::compare::{Comparison, Sides, Way};
use super::{Compared, Difference, Part, Shown};
use crate::basis::wire::{Body, Content, Exchange, Presence, Response, Shape, Spot, Status, Type, Types};

pub(super) fn request((promised, types): (&Exchange, &Types), shown: Shown<'_>, found: &mut Compared) {
    let sides =
        Sides { promised: types, shown: shown.accepts, part: Part::Request, status: None, closed: false };
    let mut comparison = Comparison::new(sides);
    match (&promised.request, &shown.exchange.request) {
        (Body::Unsaid | Body::Unknown(_), _) | (Body::Empty, Body::Empty | Body::Unsaid) => {}
        (_, Body::Unknown(why)) => found.unknown.push((Part::Request, why.clone())),
        (Body::Content { .. }, Body::Unsaid) => {
            found.unknown.push((Part::Request, "nothing shows whether the handler reads it".into()));
        }
        (Body::Empty, Body::Content { presence, contents }) => {
            if *presence == Presence::Required {
                let way = Way { shown: contents.first().map(|content| content.at), ..Way::default() };
                comparison.differs(Difference::Required, true, &way);
            }
        }
        (Body::Content { contents, .. }, Body::Empty) => {
            let way = Way { promised: first(contents), ..Way::default() };
            comparison.differs(Difference::NotRead, false, &way);
        }
        (
            Body::Content { presence: given, contents: promised },
            Body::Content { presence: asked, contents: shown },
        ) => {
            let way = Way {
                promised: first(promised),
                shown: shown.first().map(|content| content.at),
                ..Way::default()
            };
            if *given == Presence::Optional && *asked == Presence::Required {
                comparison.differs(Difference::Required, true, &way);
            }
            for sent in promised {
                contents_meet(&mut comparison, sent, (promised, shown));
            }
        }
    }
    if shown.exchange.forgives {
        comparison.mismatches.iter_mut().for_each(|mismatch| mismatch.breaks = false);
    }
    take(comparison, Part::Request, found);
}

pub(super) fn responses(
    (promised, types): (&Exchange, &Types),
    shown: Shown<'_>,
    closed: bool,
    found: &mut Compared,
) {
    if promised.unknown_responses.is_some() {
        return;
    }
    if let Some(why) = &shown.exchange.unknown_responses {
        found.unknown.push((Part::Response, why.clone()));
    }
    // Errors that a contract does not list may be ones that this operation never answers with.
    let listed = |error: &&Response| {
        error.status != Status::Default
            && matches!(of_status(promised, error.status), Some(known) if known.status != Status::Default)
    };
    // Where all successes are ways of a function that serves others too, one of them at least should be promised.
    let mut ways = shown.exchange.errors.iter().filter(|way| is_success(way.status)).peekable();
    if shown.exchange.responses.is_empty() && ways.peek().is_some() && !ways.any(|way| listed(&way)) {
        found
            .unknown
            .push((Part::Response, "the function it calls answers in ways that are not promised".into()));
    }
    for response in shown.exchange.responses.iter().chain(shown.exchange.errors.iter().filter(listed)) {
        let sides = Sides {
            promised: types,
            shown: shown.emits,
            part: Part::Response,
            status: Some(response.status),
            closed,
        };
        let mut comparison = Comparison::new(sides);
        match of_status(promised, response.status) {
            Some(promised) => answer(&mut comparison, promised, response, found),
            None => {
                let breaks = is_success(response.status);
                let first = || promised.responses.first().map(|response| response.at);
                let at = promised.responses_at.or_else(first);
                let way =
                    Way { promised: at.unwrap_or_default(), shown: Some(response.at), ..Way::default() };
                comparison.differs(Difference::Status(response.status), breaks, &way);
            }
        }
        take(comparison, Part::Response, found);
    }
    failures((promised, types), shown, closed, found);
}

/// What errors carry whose status is computed. Where one body is promised for every error it has to be that one; where not every error
/// is promised, it may be one that this operation never answers with.
fn failures((promised, types): (&Exchange, &Types), shown: Shown<'_>, closed: bool, found: &mut Compared) {
    let carried: Vec<&Response> =
        shown.exchange.errors.iter().filter(|error| error.status == Status::Default).collect();
    let is_failure = |status| matches!(status, Status::Code(400..) | Status::Class(4..) | Status::Default);
    let says = |response: &&Response| is_failure(response.status) && has_content(&response.body);
    let Some(first) = promised.responses.iter().find(says).filter(|_| !carried.is_empty()) else { return };
    let of = |status| promised.responses.iter().any(|response| response.status == status);
    let is_every = of(Status::Default) || of(Status::Class(4)) && of(Status::Class(5));
    let mut failing = promised.responses.iter().filter(|response| is_failure(response.status));
    if !is_every || !failing.all(|other| is_one_body(&first.body, &other.body)) {
        found.unknown.push((Part::Response, "the status of an error is computed".into()));
        return;
    }
    for error in carried {
        let status = Some(first.status);
        let sides = Sides { promised: types, shown: shown.emits, part: Part::Response, status, closed };
        let mut comparison = Comparison::new(sides);
        answer(&mut comparison, first, error, found);
        take(comparison, Part::Response, found);
    }
}

fn has_content(body: &Body) -> bool {
    matches!(body, Body::Content { .. })
}

/// Whether two bodies are for certain the same: of one media type, and of one schema by its name.
fn is_one_body(one: &Body, other: &Body) -> bool {
    let (Body::Content { contents: one, .. }, Body::Content { contents: other, .. }) = (one, other) else {
        return false;
    };
    let name = |content: &Content| {
        let Type { shape: Shape::Named(id), nullable, .. } = content.r#type.as_ref()? else { return None };
        Some((*id, *nullable))
    };
    let is_same = |(one, other): (&Content, &Content)| {
        one.media == other.media && name(one).is_some() && name(one) == name(other)
    };
    std::ptr::eq(one, other) || one.len() == other.len() && one.iter().zip(other).all(is_same)
}

fn is_success(status: Status) -> bool {
    matches!(status, Status::Code(200..=299) | Status::Class(2))
}

/// What is promised for a status of the code: the nearest that speaks of it.
fn of_status(promised: &Exchange, status: Status) -> Option<&Response> {
    let class = match status {
        Status::Code(code) => u8::try_from(code / 100).unwrap_or(u8::MAX),
        Status::Class(class) => class,
        Status::Default => return promised.responses.first(),
    };
    let of = |wanted: Status| promised.responses.iter().find(|response| response.status == wanted);
    let in_class = |response: &&Response| match response.status {
        Status::Code(code) => code / 100 == u16::from(class),
        Status::Class(_) | Status::Default => false,
    };
    let exact = of(status).or_else(|| of(Status::Class(class)));
    let some = || match status {
        Status::Class(_) => promised.responses.iter().find(in_class),
        Status::Code(_) | Status::Default => None,
    };
    exact.or_else(some).or_else(|| of(Status::Default))
}

fn answer<'a>(
    comparison: &mut Comparison<'a>,
    promised: &'a Response,
    shown: &'a Response,
    found: &mut Compared,
) {
    match (&promised.body, &shown.body) {
        (Body::Unsaid | Body::Unknown(_), _) | (_, Body::Unsaid) | (Body::Empty, Body::Empty) => {}
        (_, Body::Unknown(why)) => found.unknown.push((Part::Response, why.clone())),
        (Body::Empty, Body::Content { contents, .. }) => {
            let way = Way {
                promised: promised.at,
                shown: contents.first().map(|content| content.at),
                ..Way::default()
            };
            comparison.differs(Difference::Undeclared, false, &way);
        }
        (Body::Content { contents, .. }, Body::Empty) => {
            let way = Way { promised: first(contents), shown: Some(shown.at), ..Way::default() };
            comparison.differs(Difference::Missing, true, &way);
        }
        (Body::Content { contents: promised, .. }, Body::Content { contents: shown, .. }) => {
            for sent in shown {
                contents_meet(comparison, sent, (promised, shown));
            }
        }
    }
}

/// One content of the sender against those that the receiver knows.
fn contents_meet<'a>(
    comparison: &mut Comparison<'a>,
    sent: &'a Content,
    (promised, shown): (&'a [Content], &'a [Content]),
) {
    let is_promised = promised.iter().any(|content| std::ptr::eq(content, sent));
    let read = if is_promised { shown } else { promised };
    let way = |other: Option<&Content>| {
        let (promised, shown) = if is_promised { (Some(sent), other) } else { (other, Some(sent)) };
        Way {
            promised: promised.map(|content| content.at).unwrap_or_default(),
            shown: shown.map(|content| content.at),
            ..Way::default()
        }
    };
    let Some(other) = read.iter().find(|other| is_media(&other.media, &sent.media)) else {
        let other = read.first();
        let media = |contents: &[Content]| -> Box<str> {
            contents.iter().map(|content| &*content.media).collect::<Vec<_>>().join(", ").into()
        };
        let words = if is_promised {
            (sent.media.clone(), media(shown))
        } else {
            (media(promised), sent.media.clone())
        };
        comparison.differs(Difference::Media(words.0, words.1), true, &way(other));
        return;
    };
    let (promised, shown) = if is_promised { (sent, other) } else { (other, sent) };
    if let (Some(promised), Some(shown)) = (&promised.r#type, &shown.r#type) {
        comparison.types(promised, shown, way(Some(other)));
    } else if promised.r#type.is_some() && has_fields(&promised.media) {
        comparison.unknown.push("the code takes or sends it as it comes".into());
    }
}

/// Whether what is sent in this media type has a shape that code could show.
fn has_fields(media: &str) -> bool {
    is_json(media) || media.ends_with("/x-www-form-urlencoded") || media == "multipart/form-data"
}

fn is_json(media: &str) -> bool {
    media == "application/json" || media.ends_with("+json")
}

/// Whether a media type is one that another stands for: the same, a range, or JSON under another name (`application/problem+json`).
fn is_media(one: &str, other: &str) -> bool {
    let covers = |range: &str, media: &str| {
        range == "*/*"
            || range.strip_suffix('*').is_some_and(|kind| kind.ends_with('/') && media.starts_with(kind))
    };
    one == other || covers(one, other) || covers(other, one) || (is_json(one) && is_json(other))
}

fn first(contents: &[Content]) -> Spot {
    contents.first().map(|content| content.at).unwrap_or_default()
}

fn take(comparison: Comparison<'_>, part: Part, found: &mut Compared) {
    found.unknown.extend(comparison.unknown.into_iter().map(|why| (part, why)));
    found.mismatches.extend(comparison.mismatches);
}
