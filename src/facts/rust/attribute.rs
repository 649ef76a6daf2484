//! The tokens of `#[…]` → attributes as if each stood alone, `cfg_attr(…)` and `unsafe(…)` taken apart.

use std::ops::Range;

use super::{cfg::parts, source::Source, token::TokenKind};
use crate::basis::Site;

/// How deep `cfg_attr` in `cfg_attr` is read.
const DEPTH: u32 = 8;

/// One attribute.
#[derive(Clone, Debug)]
pub(super) struct RawAttribute {
    /// The path, blanks and `r#` left out.
    pub path: String,
    /// The whole attribute; inside `cfg_attr(…)` its own part.
    pub site: Site,
    /// The tokens of the path.
    pub path_tokens: Range<usize>,
    /// The tokens between the delimiters or behind `=`.
    pub arguments: Range<usize>,
    /// The predicate of the innermost `cfg_attr` around it.
    pub condition: Option<Range<usize>>,
}

/// The attributes in the tokens of `range`, from `#` to `]`.
pub(super) fn attributes(source: &Source<'_>, range: Range<usize>) -> Vec<RawAttribute> {
    let open = if source.is_mark(range.start + 1, b'!') { range.start + 2 } else { range.start + 1 };
    let site = source.site_of(range.clone());
    let inner = open + 1..range.end.saturating_sub(1).max(open + 1);
    let mut work = vec![(inner, site, None, DEPTH)];
    let mut found = Vec::new();
    while let Some((tokens, site, condition, depth)) = work.pop() {
        let attribute = read(source, tokens, site, condition);
        match attribute.path.as_str() {
            "unsafe" if depth > 0 => {
                work.push((attribute.arguments, site, attribute.condition, depth - 1));
            }
            "cfg_attr" if depth > 0 => {
                let mut listed = parts(source, attribute.arguments).into_iter();
                let condition = listed.next();
                let inner =
                    listed.map(|part| (part.clone(), source.site_of(part), condition.clone(), depth - 1));
                let mut inner: Vec<_> = inner.collect();
                inner.reverse();
                work.append(&mut inner);
            }
            _ => found.push(attribute),
        }
    }
    found
}

fn read(
    source: &Source<'_>,
    tokens: Range<usize>,
    site: Site,
    condition: Option<Range<usize>>,
) -> RawAttribute {
    let mut path = String::new();
    let mut index = tokens.start;
    while index < tokens.end {
        match source.kind(index) {
            Some(TokenKind::Word) => path.push_str(source.word(index).unwrap_or_default()),
            Some(TokenKind::Separator) => path.push_str("::"),
            Some(TokenKind::Lifetime | TokenKind::Literal | TokenKind::Arrow | TokenKind::Mark(_)) | None => {
                break;
            }
        }
        index += 1;
    }
    let path_tokens = tokens.start..index;
    let arguments = if source.is_mark(index, b'=') {
        index + 1..tokens.end.max(index + 1)
    } else if index < tokens.end {
        index + 1..(source.behind_closing(index, tokens.end) - 1).max(index + 1)
    } else {
        index..index
    };
    RawAttribute { path, site, path_tokens, arguments, condition }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let source = Source::new(text);
        let shown: Vec<String> = attributes(&source, 0..source.tokens.len())
            .into_iter()
            .map(|attribute| {
                let when = attribute.condition.map_or("", |range| source.slice(range));
                format!("{}({}){when}", attribute.path, source.slice(attribute.arguments))
            })
            .collect();
        assert_eq!(shown.join("; "), expected);
    }

    #[test]
    fn each_attribute_stands_alone() {
        check("#[test]", "test()");
        check("#![cfg(unix)]", "cfg(unix)");
        check("#[path = \"a.rs\"]", "path(\"a.rs\")");
        check("#[a :: b { c, d }]", "a::b(c, d)");
        check("#[unsafe(no_mangle)]", "no_mangle()");
        check("#[cfg_attr(any(a, b), derive(C), path = \"x\")]", "derive(C)any(a, b); path(\"x\")any(a, b)");
        check("#[cfg_attr(a, cfg_attr(b, c))]", "c()b");
    }

    #[test]
    fn broken_attributes_end() {
        for text in ["#[", "#[]", "#[a(", "#[a =", "#[cfg_attr]", "#[cfg_attr(", "#", "#[a)]", "#![", "#[=]"]
        {
            let source = Source::new(text);
            let _found = attributes(&source, 0..source.tokens.len());
        }
    }
}
