//! Bodies of requests and responses: statuses, media types, and whether there is anything at all.

use super::Side;
use super::facts::At;
use super::gather::{Gathered, change};
use super::pairs::{self, Whole};
use crate::basis::wire::{Body, Content, Presence, Response, Spot, Status, Style};

/// Compares the request bodies of the two operations.
pub(super) fn requests(gathered: &mut Gathered<'_>) {
    let Some((base, head)) = gathered.pair else { return };
    let (before, now) = (&base.exchange.request, &head.exchange.request);
    match (before, now) {
        (Body::Content { presence: known, contents: before }, Body::Content { presence, contents: now }) => {
            if *known != Presence::Required && *presence == Presence::Required {
                let words = "the body may no longer be left out".to_owned();
                let found = change("request-body-became-required", true, Side::Request, words);
                gathered.add(found.at(spot(before), spot(now)));
            }
            request_media(gathered, before, now);
        }
        (Body::Content { contents, .. }, Body::Empty) => {
            let words = "no body is taken any more".to_owned();
            gathered.add(
                change("request-body-removed", true, Side::Request, words).at(spot(contents), Some(head.at)),
            );
        }
        (Body::Empty | Body::Unsaid, Body::Content { presence: Presence::Required, contents }) => {
            let words = "a body has to be sent".to_owned();
            let found = change("request-body-added-required", true, Side::Request, words);
            gathered.add(found.at(Some(base.at), spot(contents)));
        }
        (Body::Empty | Body::Unsaid | Body::Unknown(_), _)
        | (Body::Content { .. }, Body::Unsaid | Body::Unknown(_)) => {}
    }
}

fn request_media<'d>(gathered: &mut Gathered<'d>, before: &'d [Content], now: &'d [Content]) {
    for known in before {
        let Some(other) = best(now, |other| covers(&other.media, &known.media)) else {
            let words = format!("`{}` is no longer taken", known.media);
            let found = change("request-body-media-type-removed", true, Side::Request, words);
            gathered.add(found.at(Some(known.at), spot(now)));
            continue;
        };
        match (&known.r#type, &other.r#type) {
            (Some(one), Some(two)) => {
                let json = is_json(&known.media);
                let whole = Whole {
                    side: Side::Request,
                    at: At::Request,
                    inside: At::InRequest,
                    json,
                    style: Style::Apart,
                };
                pairs::compare(gathered, one, two, &whole);
            }
            (None, Some(two)) => {
                let words = format!("`{}` has to keep to a schema", known.media);
                let found = change("request-body-media-type-schema-added", true, Side::Request, words);
                gathered.add(found.at(Some(known.at), Some(two.at)));
            }
            (_, None) => {}
        }
    }
}

/// Compares the responses of the two operations.
pub(super) fn responses(gathered: &mut Gathered<'_>) {
    let Some((base, head)) = gathered.pair else { return };
    let now = &head.exchange.responses;
    for known in &base.exchange.responses {
        match answering(known.status, now) {
            Some(other) => response(gathered, known, other),
            None if is_success(known.status) => {
                let words = format!("it no longer answers {}", shown(known.status));
                let found =
                    change("response-success-status-removed", true, Side::Response(known.status), words);
                gathered.add(found.at(Some(known.at), head.exchange.responses_at.or(Some(head.at))));
            }
            None => {}
        }
    }
}

/// The response of head to the status that base promised.
fn answering(status: Status, now: &[Response]) -> Option<&Response> {
    let of = |wanted: Status| now.iter().find(|other| other.status == wanted);
    of(status).or_else(|| match status {
        Status::Code(code) => of(Status::Class(u8::try_from(code / 100).unwrap_or(0))),
        Status::Class(class) => now
            .iter()
            .find(|other| matches!(other.status, Status::Code(code) if code / 100 == u16::from(class))),
        Status::Default => None,
    })
}

fn response<'d>(gathered: &mut Gathered<'d>, known: &'d Response, other: &'d Response) {
    let side = Side::Response(known.status);
    let (Body::Content { contents: before, .. }, now) = (&known.body, &other.body) else { return };
    let now: &[Content] = match now {
        Body::Content { contents, .. } => contents,
        Body::Empty => &[],
        Body::Unsaid | Body::Unknown(_) => return,
    };
    given(gathered, (&side, &shown(known.status)), before, (now, other.at));
}

/// Compares what is given to clients: by whom, in words, and where head says it.
pub(super) fn given<'d>(
    gathered: &mut Gathered<'d>,
    (side, giver): (&Side, &str),
    before: &'d [Content],
    (now, at): (&'d [Content], Spot),
) {
    for content in before {
        let narrower = best(now, |other| covers(&content.media, &other.media));
        let Some(found) = narrower.or_else(|| best(now, |other| covers(&other.media, &content.media))) else {
            let words = format!("{giver} no longer gives `{}`", content.media);
            let gone = change("response-media-type-removed", true, side.clone(), words);
            gathered.add(gone.at(Some(content.at), Some(at)));
            continue;
        };
        if narrower.is_none() {
            let words = format!("{giver} gives `{}`, and gave `{}`", found.media, content.media);
            let wider = change("response-media-type-name-generalized", true, side.clone(), words);
            gathered.add(wider.at(Some(content.at), Some(found.at)));
        }
        match (&content.r#type, &found.r#type) {
            (Some(one), Some(two)) => {
                let json = is_json(&content.media);
                let whole = Whole {
                    side: side.clone(),
                    at: At::Response,
                    inside: At::InResponse,
                    json,
                    style: Style::Apart,
                };
                pairs::compare(gathered, one, two, &whole);
            }
            (Some(one), None) => {
                let words = format!("of `{}` in {giver}, no schema is promised any more", content.media);
                let lost = change("response-body-media-type-schema-removed", false, side.clone(), words);
                gathered.add(lost.at(Some(one.at), Some(found.at)));
            }
            (None, _) => {}
        }
    }
}

/// The content that fits, the one with the most exact media type first.
fn best(contents: &[Content], fits: impl Fn(&Content) -> bool) -> Option<&Content> {
    contents.iter().filter(|content| fits(content)).min_by_key(|content| content.media.matches('*').count())
}

/// Whether everything of media type `narrow` is of media type `wide`: a range, or what a suffix says (`application/a+json`).
fn covers(wide: &str, narrow: &str) -> bool {
    let Some(((wide_type, wide_sub), (r#type, sub))) = wide.split_once('/').zip(narrow.split_once('/'))
    else {
        return wide == narrow;
    };
    let suffix = sub.rsplit_once('+').map(|(_, suffix)| suffix);
    wide_type == "*"
        || wide_type == r#type && (wide_sub == "*" || wide_sub == sub || suffix == Some(wide_sub))
}

fn is_json(media: &str) -> bool {
    media == "application/json" || media.ends_with("+json") || media.contains('*')
}

fn is_success(status: Status) -> bool {
    match status {
        Status::Code(code) => code / 100 == 2,
        Status::Class(class) => class == 2,
        Status::Default => false,
    }
}

fn shown(status: Status) -> String {
    match status {
        Status::Code(code) => format!("`{code}`"),
        Status::Class(class) => format!("`{class}XX`"),
        Status::Default => "`default`".to_owned(),
    }
}

fn spot(contents: &[Content]) -> Option<Spot> {
    contents.first().map(|content| content.at)
}
