//! `paths` → operations, each with its base path, its parameters and who may call it.

use super::files::At;
use super::keys::{OPERATION, PATH};
use super::{Reader, Version};
use crate::basis::wire::Exchange;
use crate::basis::{Method, RoutePattern};
use crate::contract::document::{Operation, Security, Webhook};

/// The keys of a path that are methods.
const METHODS: &[&str] = &["delete", "get", "head", "options", "patch", "post", "put", "trace"];

/// What is said of all operations of a path.
#[derive(Clone, Copy)]
struct Above<'a, 'd> {
    document: At<'d>,
    path: At<'d>,
    pattern: &'a str,
    base: &'a str,
    security: &'a Security,
}

impl<'d> Reader<'d> {
    /// The operations of a document.
    pub(super) fn operations(&mut self, document: At<'d>, security: &Security) -> Vec<Operation> {
        let base = self.base(document).unwrap_or_default();
        let mut operations = Vec::new();
        for (entry, written) in document.get("paths").into_iter().flat_map(At::entries) {
            if entry.key.starts_with("x-") {
                continue;
            }
            let Some(path) = self.resolved(written) else { continue };
            let own = if self.version == Version::Swagger2 { None } else { self.base(path) };
            let base = own.as_deref().unwrap_or(&base);
            let above = Above { document, path, pattern: &entry.key, base, security };
            self.path(above, &mut operations);
        }
        operations
    }

    /// What the API calls its clients with. No code is held against it: its key is counted, and nothing below it.
    pub(super) fn webhooks(&mut self, document: At<'d>) -> Vec<Webhook> {
        let unhandled = std::mem::take(&mut self.unhandled);
        let mut webhooks = Vec::new();
        for (name, written) in document.get("webhooks").into_iter().flat_map(At::entries) {
            let Some(path) = self.resolved(written) else { continue };
            for (entry, operation) in path.entries().filter(|(entry, _)| METHODS.contains(&&*entry.key)) {
                let Some(method) = Method::parse(&entry.key) else { continue };
                let request = self.request(operation);
                webhooks.push(Webhook { name: name.key.clone(), method, request, at: path.spot(entry.at) });
            }
        }
        self.unhandled = unhandled;
        webhooks
    }

    fn path(&mut self, above: Above<'_, 'd>, operations: &mut Vec<Operation>) {
        for (entry, written) in above.path.entries() {
            let key = &*entry.key;
            let method = METHODS.contains(&key).then(|| Method::parse(key)).flatten();
            match method {
                Some(method) => {
                    let mut operation = self.operation(above, written);
                    operation.method = method;
                    operation.at = above.path.spot(entry.at);
                    operations.push(operation);
                }
                None if PATH.contains(&key) || key.starts_with("x-") => {}
                None => self.leave(key, above.path.spot(entry.at)),
            }
        }
    }

    /// The operation but for its method and place, which stand above it.
    fn operation(&mut self, above: Above<'_, 'd>, written: At<'d>) -> Operation {
        self.known_keys(written, OPERATION);
        let own = if self.version == Version::Swagger2 { None } else { self.base(written) };
        let base = own.as_deref().unwrap_or(above.base);
        let parameters = self.parameters(above.path, written);
        let request = match self.version {
            Version::Swagger2 => self.posted(above.document, written, &parameters),
            Version::Three | Version::ThreeOne => self.request(written),
        };
        Operation {
            method: Method::Any,
            path: RoutePattern::new(&format!("{base}{}", above.pattern)),
            id: written.text("operationId").map(Box::from),
            exchange: Exchange {
                errors: Vec::new(),
                request,
                forgives: false,
                responses: self.responses(above.document, written),
                responses_at: written.node.entry("responses").map(|entry| written.spot(entry.at)),
                parameters: parameters.sent,
                unknown_parameters: Vec::new(),
                unknown_responses: None,
            },
            security: self.security(written).unwrap_or_else(|| above.security.clone()),
            deprecated: written.says("deprecated"),
            sunset: written.written("x-sunset"),
            stability: written.written("x-stability-level"),
            at: written.spot(written.node.span),
        }
    }
}
