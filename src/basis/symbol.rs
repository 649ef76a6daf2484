//! Full names of items: `shop::store::repo::OrderRepo`.

use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// The full path of a module or item, the crate's name first, `::` between segments.
///
/// A segment can be the name of an `impl` block, `<Type>` or `<Type as Trait>`; it then holds no `::` of its own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SymbolPath(Arc<str>);

impl SymbolPath {
    /// The path written like this.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().into())
    }

    /// This path, one segment (or several, `::` between them) longer.
    #[must_use]
    pub fn join(&self, segment: &str) -> Self {
        if segment.is_empty() { self.clone() } else { Self([&*self.0, "::", segment].concat().into()) }
    }

    /// The path as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments, the crate's name first.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        segments(&self.0)
    }

    /// The path without its last segment; `None` for a crate.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind("::").map(|at| Self::new(&self.0[..at]))
    }

    /// The last segment.
    pub fn name(&self) -> &str {
        self.0.rfind("::").map_or(&self.0[..], |at| &self.0[at + 2..])
    }

    /// Whether this is `other` or lies below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.strip_prefix(&*other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }
}

/// What stands between the `::` of a path, in order; a leading `::` comes after an empty segment.
///
/// The same as `path.split("::")`, which searches short paths in a way that pays off in long texts.
pub fn segments(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.as_bytes().windows(2).position(|pair| pair == b"::");
        rest = end.map(|end| &text[end + 2..]);
        Some(end.map_or(text, |end| &text[..end]))
    })
}

impl fmt::Display for SymbolPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SymbolPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SymbolPath({})", self.0)
    }
}

impl From<&str> for SymbolPath {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_what_a_split_gives() {
        for path in ["", "a", "a::b", "::a", "a::", "a:::b", "a:b::c", "::", "::::", "größe::ö"] {
            assert_eq!(segments(path).collect::<Vec<_>>(), path.split("::").collect::<Vec<_>>(), "{path}");
        }
    }
}
