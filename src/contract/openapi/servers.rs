//! The path before every path: of the first server, or `basePath`.
//!
//! Hosts and schemes are not part of a contract: the same API stands on several.

use super::files::At;
use super::{Reader, Version};

impl<'d> Reader<'d> {
    /// What goes before the paths of this object's operations, without a slash at its end; `None` when it does not say.
    pub(super) fn base(&mut self, of: At<'d>) -> Option<String> {
        if self.version == Version::Swagger2 {
            return of.text("basePath").map(path);
        }
        let servers: Vec<At<'d>> = of.get("servers")?.items().collect();
        let first = base_of(*servers.first()?)?;
        if let Some(other) = servers.iter().find(|server| base_of(**server).is_some_and(|base| base != first))
        {
            self.leave("servers", other.spot(other.node.span));
        }
        Some(first)
    }
}

/// The path of a server, its variables replaced by their defaults.
fn base_of(server: At<'_>) -> Option<String> {
    let mut url = server.text("url")?.to_owned();
    for (entry, variable) in server.get("variables").into_iter().flat_map(At::entries) {
        if let Some(default) = variable.text("default") {
            url = url.replace(&format!("{{{}}}", entry.key), default);
        }
    }
    let authority = url.split_once("://").map(|(_, rest)| rest).or_else(|| url.strip_prefix("//"));
    let authority = authority.or_else(|| is_host(&url).then_some(url.as_str()));
    Some(path(authority.map_or(url.as_str(), |rest| rest.find('/').map_or("", |at| &rest[at..]))))
}

/// Whether a URL without a scheme begins with a host, as in `api.example.com/v1`: strictly that is a path, and nobody means one.
fn is_host(url: &str) -> bool {
    let first = url.split(['/', '?', '#']).next().unwrap_or_default();
    let end = first.rsplit_once('.').map_or("", |(_, end)| end);
    first.contains(':') || end.len() > 1 && end.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// A path with a slash at its beginning and none at its end; empty for the root.
fn path(text: &str) -> String {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.iter().flat_map(|part| ["/", part]).collect()
}
