//! Documentation among the tokens of a macro → the attribute that it is to a macro.
//!
//! `/// text` is `#[doc = "text"]` where a macro is told it. The text is left out: what it says means nothing to an expansion, and the
//! attribute has to fit where the comment stood, so that every other token stays in its place. A comment too short for that is left
//! a comment.

use std::borrow::Cow;

use crate::facts::rust::source::Source;

/// What stands for a documentation comment.
const ATTRIBUTE: &str = "#[doc]";

/// The text with every documentation comment turned into an attribute of the same length.
pub(super) fn as_attributes(text: &str) -> Cow<'_, str> {
    if !text.contains("///") && !text.contains("/**") {
        return Cow::Borrowed(text);
    }
    let source = Source::new(text);
    let starts = source.tokens.iter().map(|token| token.start as usize).chain([text.len()]);
    let (mut shown, mut end) = (String::with_capacity(text.len()), 0);
    for (index, start) in starts.enumerate() {
        shown.push_str(&gap(text.get(end..start).unwrap_or_default()));
        let next = source.tokens.get(index).map_or(text.len(), |token| token.end as usize);
        shown.push_str(text.get(start..next).unwrap_or_default());
        end = next;
    }
    Cow::Owned(shown)
}

/// Blanks and comments between two tokens.
fn gap(text: &str) -> Cow<'_, str> {
    if !text.contains('/') {
        return Cow::Borrowed(text);
    }
    let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('/') {
        let (before, comment) = rest.split_at(at);
        let end = match comment.starts_with("/*") {
            true => comment.find("*/").map_or(comment.len(), |at| at + 2),
            false => comment.find('\n').unwrap_or(comment.len()),
        };
        let (comment, behind) = comment.split_at(end);
        shown.push_str(before);
        shown.push_str(&attribute(comment).unwrap_or_else(|| comment.to_owned()));
        rest = behind;
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// A documentation comment of one line as an attribute.
fn attribute(comment: &str) -> Option<String> {
    let is_line = comment.starts_with("///") && !comment.starts_with("////");
    let is_block = comment.starts_with("/**") && !comment.starts_with("/***") && !comment.contains('\n');
    let blank = comment.len().checked_sub(ATTRIBUTE.len()).filter(|_| is_line || is_block)?;
    Some(format!("{ATTRIBUTE}{}", " ".repeat(blank)))
}

#[cfg(test)]
mod tests {
    use super::as_attributes;

    #[test]
    fn documentation_becomes_attributes() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let shown = as_attributes(text);
            assert_eq!(shown, expected);
            assert_eq!(shown.len(), text.len());
        }
        check("/// Text.\nget, GET", "#[doc]   \nget, GET");
        check("a /** b */ c // d\n//// e\n", "a #[doc]   c // d\n//// e\n");
        check("///\n/// a\nb", "///\n/// a\nb");
        check("\"/// a b c\" /* /// a */", "\"/// a b c\" /* /// a */");
        check("/// ä ö ü\nx", "#[doc]      \nx");
        check("a / b", "a / b");
    }
}
