//! Parameters of a path and of an operation → [`Parameter`]s; of Swagger 2.0 also what is sent as body.

use super::files::At;
use super::keys::PARAMETER;
use super::schema::{BARE, Part};
use super::{Reader, Version};
use crate::basis::wire::{Location, Parameter, Presence, Shape, Style, Type};

/// What stands in the lists of parameters.
#[derive(Default)]
pub(super) struct Parameters<'d> {
    /// In the path, the query, a header or a cookie.
    pub(super) sent: Vec<Parameter>,
    /// The body (Swagger 2.0).
    pub(super) body: Option<At<'d>>,
    /// Fields of a form (Swagger 2.0).
    pub(super) form: Vec<At<'d>>,
}

/// Headers that OpenAPI describes elsewhere, and whose parameters it says to ignore.
const ELSEWHERE: &[&str] = &["accept", "authorization", "content-type"];

impl<'d> Reader<'d> {
    /// The parameters of an operation: those of its path, unless it says them anew, and its own.
    pub(super) fn parameters(&mut self, path: At<'d>, operation: At<'d>) -> Parameters<'d> {
        let mut said: Vec<At<'d>> = Vec::new();
        for at in [path, operation].into_iter().filter_map(|of| of.get("parameters")).flat_map(At::items) {
            let Some(parameter) = self.resolved(at) else { continue };
            let key = |at: At<'d>| (at.text("name"), at.text("in"));
            match said.iter().position(|before| key(*before) == key(parameter)) {
                Some(before) => said[before] = parameter,
                None => said.push(parameter),
            }
        }
        let mut parameters = Parameters::default();
        for at in said {
            match at.text("in") {
                Some("body") => parameters.body = Some(at),
                Some("formData") => parameters.form.push(at),
                place => match place.and_then(location) {
                    Some(location) => parameters.sent.extend(self.parameter(at, location)),
                    None => self.leave("in", at.spot(at.node.span)),
                },
            }
        }
        parameters
    }

    fn parameter(&mut self, at: At<'d>, location: Location) -> Option<Parameter> {
        let Some(name) = at.node.get("name").filter(|name| name.text().is_some()) else {
            self.leave("parameters", at.spot(at.node.span));
            return None;
        };
        let text = name.text().unwrap_or_default();
        if location == Location::Header && ELSEWHERE.contains(&text.to_ascii_lowercase().as_str()) {
            return None;
        }
        let required = location == Location::Path || at.says("required");
        let spot = at.spot(name.span);
        let schema = self.value_of(at);
        let mut marks = self.marks(schema.as_slice());
        marks.deprecated |= at.says("deprecated");
        marks.style = self.style(at, location);
        marks.sunset = at.written("x-sunset").or(marks.sunset);
        Some(Parameter {
            name: text.into(),
            aliases: Vec::new(),
            location,
            presence: if required { Presence::Required } else { Presence::Optional },
            r#type: schema.map_or_else(|| Type::new(Shape::Any, spot), |part| self.together(&[part])),
            at: spot,
            marks,
        })
    }

    /// How a list or an object is written. In a query or a cookie each part has a text of its own, unless it is said otherwise; Swagger
    /// 2.0 joins them, unless it is said otherwise.
    fn style(&self, at: At<'d>, location: Location) -> Style {
        if self.version == Version::Swagger2 {
            return match at.text("collectionFormat") {
                Some("multi") => Style::Apart,
                Some("pipes") => Style::Joined('|'),
                Some("ssv") => Style::Joined(' '),
                Some("tsv") => Style::Joined('\t'),
                Some(_) | None => Style::Joined(','),
            };
        }
        if at.get("schema").is_none() && at.get("content").is_some() {
            return Style::Json;
        }
        if matches!(location, Location::Path | Location::Header) {
            return Style::Joined(',');
        }
        let style = at.text("style");
        if style == Some("deepObject") {
            return Style::Under;
        }
        match at.node.get("explode") {
            Some(explode) if explode.is_true() => return Style::Apart,
            None if matches!(style, None | Some("form")) => return Style::Apart,
            Some(_) | None => {}
        }
        Style::Joined(match style {
            Some("pipeDelimited") => '|',
            Some("spaceDelimited") => ' ',
            Some(_) | None => ',',
        })
    }

    /// The schema of a parameter's value.
    fn value_of(&mut self, at: At<'d>) -> Option<Part<'d>> {
        if self.version == Version::Swagger2 {
            return Some(Part { at, without: BARE });
        }
        self.known_keys(at, PARAMETER);
        let content =
            || at.get("content").and_then(|content| content.entries().next()).map(|(_, media)| media);
        at.get("schema").or_else(|| content()?.get("schema")).map(Part::whole)
    }
}

fn location(name: &str) -> Option<Location> {
    match name {
        "path" => Some(Location::Path),
        "query" => Some(Location::Query),
        "header" => Some(Location::Header),
        "cookie" => Some(Location::Cookie),
        _ => None,
    }
}
