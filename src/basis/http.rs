//! HTTP methods and route patterns, and when two patterns have the same shape.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An HTTP method, or any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Method {
    /// `ANY`: whatever the client sends.
    Any,
    /// `CONNECT`.
    Connect,
    /// `DELETE`.
    Delete,
    /// `GET`.
    Get,
    /// `HEAD`.
    Head,
    /// `OPTIONS`.
    Options,
    /// `PATCH`.
    Patch,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `QUERY`.
    Query,
    /// `TRACE`.
    Trace,
}

impl Method {
    /// All methods, in the order of their names.
    pub const ALL: [Self; 11] = [
        Self::Any,
        Self::Connect,
        Self::Delete,
        Self::Get,
        Self::Head,
        Self::Options,
        Self::Patch,
        Self::Post,
        Self::Put,
        Self::Query,
        Self::Trace,
    ];

    /// The name in capitals.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "ANY",
            Self::Connect => "CONNECT",
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Query => "QUERY",
            Self::Trace => "TRACE",
        }
    }

    /// The method with this name, whatever its case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(name))
    }

    /// Whether a request with method `other` is one that `self` names.
    pub fn covers(self, other: Self) -> bool {
        self == Self::Any || self == other
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One part of a route pattern between slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Text that the request must have as it stands.
    Literal(String),
    /// `{name}`: any one part; `{?name}` when its text is known only at run time.
    Parameter(String),
    /// A part with text and parameters mixed, such as `{name}.json`; its shape has every name blanked.
    Mixed(String),
    /// `{*rest}`: the rest of the path.
    Rest(String),
}

/// The path of an endpoint in gate's own spelling: `/orders/{id}`, `/files/{*rest}`.
///
/// Frameworks spell parameters in their own ways (`:id`, `<id>`, `{id:\d+}`); whoever reads a framework translates. The
/// pattern always begins with `/`. Equality is of the spelling; [`RoutePattern::shape`] is what two patterns are compared by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RoutePattern(String);

impl RoutePattern {
    /// The pattern with this text; a missing first slash is added.
    pub fn new(text: &str) -> Self {
        Self(if text.starts_with('/') { text.to_owned() } else { format!("/{text}") })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts between slashes; empty parts (`//`, a trailing slash) left out.
    pub fn segments(&self) -> impl Iterator<Item = Segment> {
        self.0.split('/').filter(|part| !part.is_empty()).map(Segment::read)
    }

    /// The pattern with parameter names blanked and the trailing slash dropped: what identity and comparison go by.
    pub fn shape(&self) -> String {
        let mut shape = String::with_capacity(self.0.len());
        for part in self.0.split('/').filter(|part| !part.is_empty()) {
            shape.push('/');
            // Literal parts are their own shape.
            if part.contains('{') {
                shape.push_str(&Segment::read(part).shape())
            } else {
                shape.push_str(part)
            }
        }
        if shape.is_empty() {
            shape.push('/');
        }
        shape
    }

    /// Whether two patterns have the same shape.
    pub fn is_like(&self, other: &Self) -> bool {
        let mut own = self.0.split('/').filter(|part| !part.is_empty());
        let mut others = other.0.split('/').filter(|part| !part.is_empty());
        loop {
            match (own.next(), others.next()) {
                (None, None) => return true,
                (Some(one), Some(other)) if one == other => {}
                // Literal parts are their own shape; most pairs that differ do so here.
                (Some(one), Some(other)) if one.contains('{') && other.contains('{') => {
                    if Segment::read(one).shape() != Segment::read(other).shape() {
                        return false;
                    }
                }
                (Some(_), Some(_)) | (Some(_), None) | (None, Some(_)) => return false,
            }
        }
    }

    /// Whether the path lies at or below `base` (itself a pattern), compared part by part by shape.
    pub fn is_below(&self, base: &Self) -> bool {
        let mut own = self.segments();
        base.segments().all(|part| own.next().is_some_and(|segment| segment.shape() == part.shape()))
    }
}

impl Segment {
    fn read(part: &str) -> Self {
        match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !name.contains(['{', '}']) => match name.strip_prefix('*') {
                Some(rest) => Self::Rest(rest.to_owned()),
                None => Self::Parameter(name.to_owned()),
            },
            _ if part.contains('{') => Self::Mixed(part.to_owned()),
            _ => Self::Literal(part.to_owned()),
        }
    }

    fn shape(&self) -> String {
        match self {
            Self::Literal(text) => text.clone(),
            Self::Parameter(_) => "{}".to_owned(),
            Self::Rest(_) => "{*}".to_owned(),
            Self::Mixed(text) => {
                let mut shape = String::new();
                let mut inside = false;
                for char in text.chars() {
                    inside = (inside || char == '{') && char != '}';
                    if !inside || char == '{' {
                        shape.push(char);
                    }
                }
                shape
            }
        }
    }
}

impl fmt::Display for RoutePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_alike_when_their_shapes_are_equal() {
        for one in ["/", "/a", "/a/", "/a/{x}", "/{y}/b", "/a/{*rest}", "/a/{x}.json", "/a/{?x}"] {
            for other in ["/", "/a", "/b", "/a/{id}", "/{z}/b/", "/a/{*tail}", "/a/{y}.json", "/a/{y}.yaml"] {
                let (one, other) = (RoutePattern::new(one), RoutePattern::new(other));
                assert_eq!(one.is_like(&other), one.shape() == other.shape(), "{one} {other}");
            }
        }
    }

    #[test]
    fn shapes_blank_names_and_drop_trailing_slashes() {
        #[track_caller]
        fn check(text: &str, shape: &str) {
            assert_eq!(RoutePattern::new(text).shape(), shape);
        }
        check("/orders/{id}/", "/orders/{}");
        check("orders", "/orders");
        check("/", "/");
        check("", "/");
        check("/files/{*rest}", "/files/{*}");
        check("/x/{name}.json", "/x/{}.json");
        check("/{?prefix}/a", "/{}/a");
    }

    #[test]
    fn a_base_is_compared_part_by_part() {
        assert!(RoutePattern::new("/api/v1/x").is_below(&RoutePattern::new("/api/v1/")));
        assert!(!RoutePattern::new("/api/v10/x").is_below(&RoutePattern::new("/api/v1")));
        assert!(RoutePattern::new("/x").is_below(&RoutePattern::new("/")));
    }
}
