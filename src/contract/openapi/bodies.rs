//! What requests and responses carry → [`Body`]s by media type.

use super::files::At;
use super::keys::{MEDIA, PARAMETER, REQUEST, RESPONSE};
use super::parameters::Parameters;
use super::schema::{BARE, Part, place};
use super::{Reader, Version};
use crate::basis::wire::{Body, Content, Field, Object, Presence, Response, Rest, Shape, Status, Type};

/// What is sent and answered where a document of Swagger 2.0 does not say.
const JSON: &str = "application/json";

impl<'d> Reader<'d> {
    /// What a request of OpenAPI 3 carries.
    pub(super) fn request(&mut self, operation: At<'d>) -> Body {
        let Some(written) = operation.get("requestBody") else { return Body::Empty };
        let Some(request) = self.resolved(written) else {
            return Body::Unknown("its reference leads nowhere".into());
        };
        self.known_keys(request, REQUEST);
        // `false` is the default, and what most documents that say nothing do not mean.
        let presence = match request.node.get("required") {
            Some(_) if request.says("required") => Presence::Required,
            Some(_) => Presence::Optional,
            None => Presence::Unclear,
        };
        self.content(request, presence)
    }

    /// What a request of Swagger 2.0 carries.
    pub(super) fn posted(
        &mut self,
        document: At<'d>,
        operation: At<'d>,
        parameters: &Parameters<'d>,
    ) -> Body {
        let consumed = media_types(document, operation, "consumes");
        if let Some(body) = parameters.body {
            self.known_keys(body, PARAMETER);
            let presence = if body.says("required") { Presence::Required } else { Presence::Optional };
            let contents = self.in_each(body, &consumed);
            return Body::Content { presence, contents };
        }
        let Some(first) = parameters.form.first() else { return Body::Empty };
        let fields: Vec<Field> = parameters.form.iter().filter_map(|at| self.form_field(*at)).collect();
        let file = parameters.form.iter().any(|at| at.text("type") == Some("file"));
        let forms = consumed.iter().map(|(media, _)| media).filter(|media| media.contains("form")).cloned();
        let mut forms: Vec<Box<str>> = forms.collect();
        if forms.is_empty() {
            forms.push(if file { "multipart/form-data" } else { "application/x-www-form-urlencoded" }.into());
        }
        let required = fields.iter().any(|field| field.presence == Presence::Required);
        let at = first.spot(first.node.get("name").unwrap_or(first.node).span);
        let form = Type::new(Shape::Object(Object { fields, rest: Rest::Ignored }), at);
        let content = |media| Content { media, r#type: Some(form.clone()), at };
        let presence = if required { Presence::Required } else { Presence::Optional };
        Body::Content { presence, contents: forms.into_iter().map(content).collect() }
    }

    fn form_field(&mut self, at: At<'d>) -> Option<Field> {
        let name = at.node.get("name")?;
        let part = [Part { at, without: BARE }];
        Some(Field {
            name: name.text()?.into(),
            aliases: Vec::new(),
            r#type: self.together(&part),
            presence: if at.says("required") { Presence::Required } else { Presence::Optional },
            at: at.spot(name.span),
            marks: self.marks(&part),
        })
    }

    /// What an operation answers with.
    pub(super) fn responses(&mut self, document: At<'d>, operation: At<'d>) -> Vec<Response> {
        let produced = media_types(document, operation, "produces");
        let mut responses = Vec::new();
        for (entry, written) in operation.get("responses").into_iter().flat_map(At::entries) {
            let at = operation.spot(entry.at);
            if entry.key.starts_with("x-") {
                continue;
            }
            let Some(status) = status(&entry.key) else {
                self.leave(&entry.key, at);
                continue;
            };
            let body = match self.resolved(written) {
                None => Body::Unknown("its reference leads nowhere".into()),
                Some(response) => {
                    self.known_keys(response, RESPONSE);
                    match (self.version, response.get("schema")) {
                        (Version::Swagger2, None) => Body::Empty,
                        (Version::Swagger2, Some(_)) => {
                            let contents = self.in_each(response, &produced);
                            Body::Content { presence: Presence::Required, contents }
                        }
                        (Version::Three | Version::ThreeOne, _) => self.content(response, Presence::Required),
                    }
                }
            };
            responses.push(Response { status, body, at });
        }
        responses
    }

    /// `content` of OpenAPI 3.
    fn content(&mut self, of: At<'d>, presence: Presence) -> Body {
        let mut contents: Vec<Content> = Vec::new();
        for (entry, media) in of.get("content").into_iter().flat_map(At::entries) {
            self.known_keys(media, MEDIA);
            let (at, name) = (of.spot(entry.at), normal(&entry.key));
            if contents.iter().any(|known| known.media == name) {
                self.leave("content", at);
                continue;
            }
            let r#type = media.get("schema").map(|schema| self.schema(schema));
            contents.push(Content { media: name, r#type, at });
        }
        if contents.is_empty() { Body::Empty } else { Body::Content { presence, contents } }
    }

    /// The one schema of Swagger 2.0 in each of the media types.
    fn in_each(&mut self, of: At<'d>, media: &[(Box<str>, At<'d>)]) -> Vec<Content> {
        let r#type = of.get("schema").map(|schema| self.schema(schema));
        let whole = of.get("schema").map_or_else(|| of.spot(of.node.span), place);
        if media.is_empty() {
            return vec![Content { media: JSON.into(), r#type, at: whole }];
        }
        let content = |(media, at): &(Box<str>, At<'d>)| Content {
            media: media.clone(),
            r#type: r#type.clone(),
            at: at.spot(at.node.span),
        };
        media.iter().map(content).collect()
    }
}

/// The media types of Swagger 2.0, of the operation or else of the document, each once.
fn media_types<'d>(document: At<'d>, operation: At<'d>, key: &str) -> Vec<(Box<str>, At<'d>)> {
    let mut found: Vec<(Box<str>, At<'d>)> = Vec::new();
    for at in operation.get(key).or_else(|| document.get(key)).into_iter().flat_map(At::items) {
        if let Some(name) = at.node.text().map(normal)
            && found.iter().all(|(known, _)| *known != name)
        {
            found.push((name, at));
        }
    }
    found
}

/// A media type in lower case and without parameters.
fn normal(media: &str) -> Box<str> {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().into()
}

fn status(key: &str) -> Option<Status> {
    if key.eq_ignore_ascii_case("default") {
        return Some(Status::Default);
    }
    let [class @ b'1'..=b'5', rest @ ..] = key.as_bytes() else { return None };
    if rest.eq_ignore_ascii_case(b"XX") {
        return Some(Status::Class(class - b'0'));
    }
    key.parse().ok().filter(|code| (100..600).contains(code)).map(Status::Code)
}
